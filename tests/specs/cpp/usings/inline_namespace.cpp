// Members of an inline namespace are found in the namespace around it.
//- lib.h
#pragma once
namespace lib {
inline namespace v1 {
struct Engine { void start(); };
void run(int n);
//   ^ declares Function lib::v1::run(int)
}
}
//- lib.cpp
#include "lib.h"
void lib::Engine::start() {
//                ^ defines Method lib::v1::Engine::start()
  run(1);
//^ calls lib::v1::run(int) by a function of an enclosing namespace
}
//- user.cpp
#include "lib.h"
void go(lib::Engine& engine) {
  lib::run(1);
//     ^ calls lib::v1::run(int) by its qualified name
  lib::v1::run(2);
//         ^ calls lib::v1::run(int) by its qualified name
  engine.start();
//       ^ calls lib::v1::Engine::start() by the declared type of what it is called on
}
