// A namespace alias of a header holds in the files that include it.
//: known-wrong: a file without a function body and without the word `using` is not looked through for aliases
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
