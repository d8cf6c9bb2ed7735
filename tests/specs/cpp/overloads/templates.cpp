// Of a function and a function template with equally many parameters the function is called where it fits exactly, and
// the template where the function cannot be; where a conversion might do, the template is the likelier.
//- lib.h
#pragma once
void show(int) {}
template <class T> void show(T) {}
//- user.cpp
#include "lib.h"
void go() {
  show(1);
//^ calls show(int)
  show("a");
//^ [text] calls show(T) by the overload that its arguments fit
}
void convert(short number) {
  show(number);
//^ [text] calls show(T) by one of the overloads that its arguments may fit
}
