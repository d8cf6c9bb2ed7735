// A type qualified with a leading :: is looked up in the global namespace.
//- user.cpp
struct Part { void turn(); };
namespace a {
struct Part { void turn(); };
void go(::Part& part, Part& own) {
  part.turn();
//     ^ calls Part::turn()
//     ^ !calls a::Part::turn()
  own.turn();
//    ^ calls a::Part::turn()
}
}
