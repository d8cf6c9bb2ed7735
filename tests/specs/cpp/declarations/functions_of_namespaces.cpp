// A function whose qualifier is a namespace is no method.
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
