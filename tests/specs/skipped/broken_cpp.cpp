// Declarations around a syntax error in C++ are read.
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
