// A macro hides a free function of the same name.
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
