// A call resolves to the overload with as many parameters as there are arguments.
//- lib.h
#pragma once
namespace lib {
void run(int);
//   ^ declares Function lib::run(int)
void run(int, int);
void run(int, int, int);
}
//- user.cpp
#include "lib.h"
//       ^ includes lib.h
void go() {
  lib::run(1);
//     ^ calls lib::run(int) by its qualified name
  lib::run(1, 2);
//     ^ !calls lib::run(int)
//     ^ calls lib::run(int,int) by its qualified name
  lib::run((1, 2), 3, 4);
//     ^ calls lib::run(int,int,int) by its qualified name
}
