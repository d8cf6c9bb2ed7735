// A qualified name is looked up in the namespaces of using-directives.
//- lib.h
#pragma once
namespace lib::inner { void run(int n); struct Part { static void make(); }; }
namespace other::inner { void run(int n); struct Part { static void make(); }; }
//- user.cpp
#include "lib.h"
using namespace lib;
void go() {
  inner::run(1);
//       ^ calls lib::inner::run(int) by its qualified name
  inner::Part::make();
//             ^ calls lib::inner::Part::make() by its qualified name
}
