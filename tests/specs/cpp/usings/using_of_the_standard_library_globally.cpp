// A using-declaration of an external name in the global namespace hides repository functions of that name.
//: known-wrong: a using-declaration of an external name is dropped in the global namespace
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
