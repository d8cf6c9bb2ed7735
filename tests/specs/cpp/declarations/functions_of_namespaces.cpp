// A function qualified by a namespace is a function, not a method.
//- a.h
#pragma once
namespace n {
void f();
//   ^ declares Function n::f()
}
//- a.cpp
#include "a.h"
void n::f() {}
//      ^ defines Function n::f()
