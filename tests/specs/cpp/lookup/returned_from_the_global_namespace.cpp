// A returned call qualified with a leading :: is looked up in the global namespace.
//- user.cpp
namespace lib { int run(int n); }
namespace a {
namespace lib { int run(int n); }
int go() {
  return ::lib::run(1);
//              ^ calls lib::run(int)
//              ^ !calls a::lib::run(int)
}
}
