// A class's own operator-> is followed, with template arguments for its parameters.
//- box.h
#pragma once
template <class T> class Box {
 public:
  T* operator->();
  T& get();
};
struct Shape { void scale(double); };
struct Line { void scale(double); };
//- user.cpp
#include "box.h"
void go(Box<Shape>& box, Box<Line>& other) {
  box->scale(1);
//     ^ calls Shape::scale(double) by the declared type of what it is called on
  other->scale(1);
//       ^ calls Line::scale(double) by the declared type of what it is called on
  box.get().scale(2);
//    ^ calls Box::get() by the declared type of what it is called on
//          ^ calls Shape::scale(double) by the declared type of what it is called on
}
