// A qualified name that no scope has resolves to the only function whose qualified name ends with it.
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
