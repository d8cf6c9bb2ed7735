// The compiler joins a definition to its declaration even if their parameter types are spelled differently.
//- a.h
#pragma once
namespace n {
struct A {};
void f(A, int);
//   ^ declares Function n::f(A,int)
void f(A*, int);
void f(A&);
}
//- a.cpp
#include "a.h"
using B = n::A;
void n::f(B, const int) {}
//      ^ [semantic] defines Function n::f(A,int)
void n::f(n::A* a, int) {}
//      ^ defines Function n::f(A*,int)
void g() { n::f(B{}, 1); }
//            ^ calls n::f(A,int)
