// Overloads with equally many parameters give no edge in the text tier; the compiler tells them apart.
//- lib.h
#pragma once
void put(int);
void put(const char*);
//- user.cpp
#include "lib.h"
void go() {
  put("text");
//^ !calls put(int)
}
