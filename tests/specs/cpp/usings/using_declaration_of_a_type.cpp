// A using-declaration of a class makes its name a type of the scope.
//- lib.h
#pragma once
namespace lib {
struct Part { void turn(); };
}
namespace other {
struct Part { void turn(); };
}
//- user.cpp
#include "lib.h"
using lib::Part;
void go(Part& part) {
  part.turn();
//     ^ calls lib::Part::turn() by the declared type of what it is called on
}
