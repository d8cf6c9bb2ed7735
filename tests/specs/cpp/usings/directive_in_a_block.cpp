// A using-directive in one function does not apply to the next function.
//: known-wrong: a using-directive in a function applies to the whole enclosing scope
//- lib.h
#pragma once
namespace one { int run(int n); }
namespace two { int run(int n); }
//- user.cpp
#include "lib.h"
int first() {
  using namespace one;
  return run(1);
//       ^ calls one::run(int)
}
int second() {
  using namespace two;
  return run(2);
//       ^ calls two::run(int)
//       ^ !calls one::run(int)
}
