// A chain of calls may contain spaces, subscripts and nested calls.
//- lib.h
#pragma once
struct Part { void turn(int n) const; };
struct Other { void turn(int n) const; };
struct Engine { Part* t; Part b[3]; Other other(int n) const; };
Engine& a(int x, int y);
Other make(int n);
//- user.cpp
#include "lib.h"
void go(Engine s, int i) {
  s . t -> turn(1);
//         ^ calls Part::turn(int) const by the declared type of what it is called on
  a(1, 2).b[i].turn(2);
//             ^ calls Part::turn(int) const by the declared type of what it is called on
  auto made = a(1, 2).other(2);
  made.turn(3);
//     ^ calls Other::turn(int) const by the declared type of what it is called on
  const Engine & again = s;
  again.b[0].turn(4);
//           ^ calls Part::turn(int) const by the declared type of what it is called on
}
