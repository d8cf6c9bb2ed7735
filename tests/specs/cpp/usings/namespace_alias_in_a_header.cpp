// A namespace alias in a header applies to the files that include the header.
//: known-wrong: a file without function bodies and without the word `using` is not searched for aliases
//- lib.h
#pragma once
namespace first::second { void run(); }
namespace two = first::second;
//- user.cpp
#include "lib.h"
void go() {
  two::run();
//     ^ calls first::second::run()
}
