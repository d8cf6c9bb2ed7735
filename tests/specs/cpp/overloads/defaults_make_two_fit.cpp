// Overloads that fit because of default arguments are as good as others to the text tier: a string is no number.
//- lib.h
#pragma once
void run(int n, int m = 2);
void run(const char* text);
//- user.cpp
#include "lib.h"
void go() {
  run(1);
//^ calls run(int,int)
  run(1, 2);
//^ calls run(int,int) by a function of an enclosing namespace
}
