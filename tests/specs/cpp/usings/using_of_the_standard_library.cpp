// A using-declaration of an external name hides repository functions of that name.
//- lib.h
#pragma once
namespace other {
void swap(int&, int&);
}
//- user.cpp
#include <utility>
#include "lib.h"
namespace user {
void go(int a, int b) {
  using std::swap;
  swap(a, b);
//^ !calls other::swap(int&,int&)
}
}
