// Members of a base class template have its template arguments in their types.
//- lib.h
#pragma once
template <class T> struct Holder { T* held(); T item; };
struct Part { void turn(); };
struct Other { void turn(); };
struct Car : Holder<Part> {
  void go() {
    held()->turn();
//  ^ calls Holder::held() by a member of its own class
//          ^ calls Part::turn() by the declared type of what it is called on
    item.turn();
//       ^ calls Part::turn() by the declared type of what it is called on
  }
};
//- user.cpp
#include "lib.h"
void go(Car& car) {
  car.held()->turn();
//            ^ calls Part::turn() by the declared type of what it is called on
}
