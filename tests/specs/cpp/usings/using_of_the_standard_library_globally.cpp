// A name brought in from outside of the repository is no function of it, in the global namespace neither.
//: known-wrong: a using-declaration of something outside is forgotten where it stands in the global namespace
//- lib.h
#pragma once
namespace other {
void swap(int&, int&);
}
//- user.cpp
#include <utility>
#include "lib.h"
using std::swap;
void go(int a, int b) {
  swap(a, b);
//^ !calls other::swap(int&,int&)
}
