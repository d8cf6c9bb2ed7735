// A type that is named from the global namespace is the one there.
//: known-wrong: the `::` in front of the type of a variable is not heeded
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
