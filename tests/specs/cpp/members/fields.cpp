// A receiver that is a field has the field's declared type, also in derived classes.
//- pen.h
#pragma once
struct Pen { void draw(int); int width() const; };
struct Tool { void draw(int); int width() const; };
//- shape.cpp
#include "pen.h"
class Shape {
 public:
  void paint() {
    pen_.draw(1);
//       ^ calls Pen::draw(int) by the declared type of what it is called on
    this->pen_.width();
//             ^ calls Pen::width() const by the declared type of what it is called on
    other_->draw(2);
//          ^ calls Tool::draw(int) by the declared type of what it is called on
  }
 protected:
  Pen pen_;
  Tool* other_;
};
class Circle : public Shape {
  void again() {
    pen_.draw(2);
//       ^ calls Pen::draw(int) by the declared type of what it is called on
  }
};
void go(Circle& circle);
