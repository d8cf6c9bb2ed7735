// A member call that names a base calls the method of that base, whatever overrides it.
//- lib.h
#pragma once
namespace ui {
struct Base { virtual void draw(); void hide(); };
template <class T> struct Holder { void hold(); };
}
struct Shape : ui::Base, ui::Holder<int> {
  void draw() override;
  void hold();
  void both();
};
//- user.cpp
#include "lib.h"
void Shape::both() {
  this->Base::draw();
//            ^ calls ui::Base::draw() by its qualified name
//            ^ !calls Shape::draw()
  this->Holder<int>::hold();
//                   ^ calls ui::Holder::hold()
//                   ^ !calls Shape::hold()
}
void go(Shape* pointer, Shape& shape) {
  pointer->Base::draw();
//               ^ calls ui::Base::draw() by its qualified name
//               ^ !calls Shape::draw()
  shape.ui::Base::draw();
//                ^ calls ui::Base::draw() by its qualified name
//                ^ !calls Shape::draw()
  pointer->Shape::hide();
//                ^ calls ui::Base::hide() by its qualified name
  pointer->draw();
//         ^ calls Shape::draw() by the declared type of what it is called on
}
