// A name qualified with a leading :: is looked up in the global namespace.
//- user.cpp
namespace lib { int run(int n); }
namespace a {
namespace lib { int run(int n); }
int go() {
  ::lib::run(1);
//       ^ calls lib::run(int) by its qualified name
//       ^ !calls a::lib::run(int)
  return lib::run(2);
//            ^ calls a::lib::run(int) by its qualified name
}
}
