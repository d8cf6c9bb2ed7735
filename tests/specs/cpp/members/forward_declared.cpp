// A forward-declared class has the members of its definition.
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
