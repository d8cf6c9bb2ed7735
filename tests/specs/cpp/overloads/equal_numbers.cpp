// Overloads with equally many parameters cannot be told apart by text, so there is no edge; a compiler tells them apart.
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
