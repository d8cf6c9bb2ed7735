// Calling or initializing a field is not a call of a function of the same name.
//- lib.h
#pragma once
int exp(int n);
using Function = int (*)(int);
//- user.cpp
#include "lib.h"
class Car {
  Function exp;
  Car() : exp(nullptr) {}
//        ^ !calls *
  int go() { return exp(1); }
//                  ^ !calls *
};
