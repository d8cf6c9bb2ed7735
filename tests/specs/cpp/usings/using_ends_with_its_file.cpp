// A using-directive in one source file does not apply to another.
//: text only: it does not compile
//- lib.h
#pragma once
namespace lib {
void run(int);
}
namespace other {
void run(int);
}
//- a.cpp
#include "lib.h"
using namespace lib;
void a() {
  run(1);
//^ calls lib::run(int) by a function of an enclosing namespace
}
//- b.cpp
#include "lib.h"
void b() {
  run(1);
//^ !calls *
}
