// Of a function and a function template with equally many parameters the function is called where it fits exactly, and
// the template where the function cannot be; where a conversion might do, nobody knows.
//- lib.h
#pragma once
void show(int) {}
template <class T> void show(T) {}
//- user.cpp
#include "lib.h"
void go(short number) {
  show(1);
//^ calls show(int)
  show("a");
//^ [text] calls show(T) by the overload that its arguments fit
  show(number);
//^ [text] !calls *
}
