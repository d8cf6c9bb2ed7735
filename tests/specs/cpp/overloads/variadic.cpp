// Variadic functions take any number of additional arguments.
//- lib.h
#pragma once
void print(const char* format, ...);
template <class First, class... Rest> void all(First first, Rest... rest) {}
//- user.cpp
#include "lib.h"
void go() {
  print("a");
//^ calls print(const char*,...) by a function of an enclosing namespace
  print("a", 1, 2, 3);
//^ calls print(const char*,...) by a function of an enclosing namespace
  all(1, 2, 3);
//^ calls all by a function of an enclosing namespace
}
