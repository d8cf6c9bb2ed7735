// A function and a function template with equally many parameters are not told apart by text.
//- lib.h
#pragma once
void show(int) {}
template <class T> void show(T) {}
//- user.cpp
#include "lib.h"
void go() {
  show(1);
//^ [text] !calls *
//^ [semantic] calls show(int)
  show("a");
//^ [text] !calls *
}
