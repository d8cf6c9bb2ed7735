// Functions of one name from two using-directives are overloads.
//- lib.h
#pragma once
namespace one { void run(int); }
namespace two { void run(int, int); void run2(int); }
//- user.cpp
#include "lib.h"
using namespace one;
using namespace two;
void go() {
  run(1);
//^ calls one::run(int) by a function of an enclosing namespace
  run(1, 2);
//^ calls two::run(int,int) by a function of an enclosing namespace
}
