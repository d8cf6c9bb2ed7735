// A name qualified by std does not resolve to a function of the repository.
//: text only: it is made to be mistaken
//- lib.h
#pragma once
namespace lib { struct Part {}; }
namespace std { void swap(lib::Part& a, lib::Part& b); }
void sort(int* first, int* last);
//- user.cpp
#include <algorithm>
//< includes external algorithm
#include "lib.h"
void go(int* a, int b, int c) {
  std::sort(a, a + 3);
//     ^ !calls sort(int*,int*)
  std::swap(b, c);
//     ^ !calls std::swap(Part&,Part&)
  sort(a, a + 3);
//^ calls sort(int*,int*) by a function of an enclosing namespace
}
