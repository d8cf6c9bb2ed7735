// A class that is declared in one header, and defined in another that the file does not include, has its members.
//- fwd.h
#pragma once
namespace a { struct Part; }
//- part.h
#pragma once
namespace a { struct Part { void turn(); }; }
namespace b { struct Part { void turn(); }; }
//- user.cpp
#include "fwd.h"
#include "part.h"
void go(a::Part* part) {
  part->turn();
//      ^ calls a::Part::turn() by the declared type of what it is called on
}
