// Declarations are visible through includes of includes, and not without an include.
//: text only: it does not compile
//- one.h
#pragma once
namespace one { void run(int); }
//- via.h
#pragma once
#include "one.h"
//- two.h
#pragma once
namespace two { void run(int); }
//- user.cpp
#include "via.h"
void go() {
  run(1);
//^ calls one::run(int) by the only function of that name in what the file includes
//^ !calls two::run(int)
}
//- blind.cpp
void blind() {
  run(1);
//^ !calls *
}
