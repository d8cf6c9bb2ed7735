// A using-directive brings all functions and types of a namespace into its scope.
//- lib.h
#pragma once
namespace lib {
struct Engine { void start(); };
void run();
}
namespace other {
struct Engine { void start(); };
}
//- user.cpp
#include "lib.h"
namespace user {
using namespace lib;
void go(Engine& engine) {
  run();
//^ calls lib::run() by a function of an enclosing namespace
  engine.start();
//       ^ calls lib::Engine::start() by the declared type of what it is called on
}
}
void outside() {
  user::run();
//      ^ calls lib::run() by its qualified name
}
