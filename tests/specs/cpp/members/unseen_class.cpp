// A member is called where its class is defined: in a file that includes that, or did not find a header of its name.
//- shape.h
struct Shape { void rarely(); };
//- core/other.h
struct Other {};
//- blind.cpp
#include <core/other.h>
template <class T> void go(T one, T other) {
  auto made = (one + other);
  made.rarely();
//     ^ !calls *
}
//- made.cpp
#include <core/shape.h>
template <class T> void go(T one, T other) {
  auto made = (one + other);
  made.rarely();
//     ^ [text] calls Shape::rarely() by the only member function of that name
}
//- seeing.cpp
#include "shape.h"
template <class T> void go(T one, T other) {
  auto made = (one + other);
  made.rarely();
//     ^ [text] calls Shape::rarely() by the only member function of that name
}
void held(std::unique_ptr<Shape> shape, std::map<int, std::vector<Shape>>::iterator it, std::vector<int>::iterator no) {
  it->second.front().rarely();
//                   ^ [text] calls Shape::rarely()
  no->second.front().rarely();
//                   ^ !calls *
}
