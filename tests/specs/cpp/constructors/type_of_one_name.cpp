// Of several classes with one name, the one visible from the scope is constructed.
//- lib.h
#pragma once
namespace a { struct Part { Part(int); }; }
namespace b { struct Part { Part(int); }; }
//- user.cpp
#include "lib.h"
namespace b {
void go() {
  Part part(1);
//     ^ calls b::Part::Part(int) by the name of a class
//     ^ !calls a::Part::Part(int)
}
}
