// A namespace alias in one source file does not apply to another.
//- a.cpp
namespace one { int run(int n); }
namespace two { int run(int n); }
namespace s = one;
int a() { return s::run(1); }
//                  ^ calls one::run(int) by its qualified name
//- b.cpp
namespace one { int run(int n); }
namespace two { int run(int n); }
namespace s = two;
int b() { return s::run(1); }
//                  ^ calls two::run(int) by its qualified name
