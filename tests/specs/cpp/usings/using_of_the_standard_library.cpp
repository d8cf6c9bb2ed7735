// A name that a using-declaration brings in from outside of the repository is no function of it.
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
