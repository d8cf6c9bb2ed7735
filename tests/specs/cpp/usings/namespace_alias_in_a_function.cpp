// A namespace alias may be declared in a function.
//- lib.h
#pragma once
namespace first::second { void run(); }
//- user.cpp
#include "lib.h"
void go() {
  namespace two = first::second;
  two::run();
//     ^ calls first::second::run() by its qualified name
}
