// A name qualified by std is never a function of the repository.
//: text only: it is made to be mistaken
//- lib.h
#pragma once
void sort(int* first, int* last);
//- user.cpp
#include <algorithm>
//< includes external algorithm
#include "lib.h"
void go(int* a) {
  std::sort(a, a + 3);
//     ^ !calls sort(int*,int*)
  sort(a, a + 3);
//^ calls sort(int*,int*) by a function of an enclosing namespace
}
