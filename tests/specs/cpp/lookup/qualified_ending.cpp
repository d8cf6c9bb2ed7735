// A qualified name that no scope has means the only function whose name ends so, and none if there are two.
//: text only: the namespaces are opened by something that text does not see
//- lib.h
#pragma once
namespace deep::inner {
void run(int);
}
namespace one::twice {
void go(int);
}
namespace two::twice {
void go(int);
}
//- user.cpp
#include "lib.h"
void f() {
  inner::run(1);
//       ^ calls deep::inner::run(int) by its qualified name
  twice::go(1);
//       ^ !calls *
}
