// Parameters with default arguments may be omitted in a call.
//- lib.h
#pragma once
void run(int n, int m = 2, int k = (1, 3));
void two(int n, int m);
//- user.cpp
#include "lib.h"
void go() {
  run(1);
//^ calls run(int,int,int) by a function of an enclosing namespace
  run(1, 2);
//^ calls run(int,int,int) by a function of an enclosing namespace
  two(1, 2);
//^ calls two(int,int) by a function of an enclosing namespace
}
