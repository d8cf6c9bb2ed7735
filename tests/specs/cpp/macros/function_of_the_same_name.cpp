// A function of the own class hides a macro of its name, which hides other functions.
//- lib.h
#pragma once
void run(int);
#define run(x) (void)(x)
#define stop(x) (void)(x)
//- user.cpp
#include "lib.h"
void go() {
  run(1);
//^ expands run by the name of a macro
//^ !calls *
}
