// A call that may mean a C library function does not resolve to a using-declaration's function of that name.
//- lib.h
#pragma once
namespace maths {
int exp(int);
int half(int);
}
using maths::exp;
using maths::half;
//- user.cpp
#include "lib.h"
#include <math.h>
double go(double x) {
  return exp(x);
//       ^ !calls maths::exp(int)
}
int other(int x) {
  return half(x);
//       ^ calls maths::half(int) by a function of an enclosing namespace
}
