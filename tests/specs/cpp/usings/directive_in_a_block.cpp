// A using-directive in a function says nothing of the functions behind it.
//: known-wrong: a using in a function counts for the whole scope around it
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
