// Overloads that fit only because of default arguments are ambiguous to the text tier.
//- lib.h
#pragma once
void run(int n, int m = 2);
void run(const char* text);
//- user.cpp
#include "lib.h"
void go() {
  run(1);
//^ [text] !calls *
//^ [semantic] calls run(int,int)
  run(1, 2);
//^ calls run(int,int) by a function of an enclosing namespace
}
