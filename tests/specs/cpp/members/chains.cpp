// A chain of calls is followed through the declared return types.
//- lib.h
#pragma once
struct Part { void turn(); };
struct Engine { Part& part(); Part spare; };
struct Other { void turn(); };
Engine& engine();
//- user.cpp
#include "lib.h"
struct Car {
  Engine engine_;
  Engine* find(int n);
  void go() {
    engine_.part().turn();
//          ^ calls Engine::part() by the declared type of what it is called on
//                 ^ calls Part::turn() by the declared type of what it is called on
    find(1)->spare.turn();
//  ^ calls Car::find(int) by a member of its own class
//                 ^ calls Part::turn() by the declared type of what it is called on
    ::engine().part().turn();
//                    ^ calls Part::turn() by the declared type of what it is called on
  }
};
