// A C++ file that is broken somewhere is read, for what stands around that.
//: text only: it does not compile
//- a.cpp
void before() {}
//   ^ defines Function before()
//   ^ readAs syntax
int x = ;
struct A { int }; ;
class After { void m(); };
//    ^ defines Class After
//                 ^ declares Method After::m()
