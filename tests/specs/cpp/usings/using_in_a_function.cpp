// A using-declaration in a function applies to the function's calls.
//- lib.h
#pragma once
namespace lib {
void trade(int&, int&);
}
namespace other {
void trade(int&, int&);
}
//- user.cpp
#include "lib.h"
void go(int a, int b) {
  using lib::trade;
  trade(a, b);
//^ calls lib::trade(int&,int&) by a function of an enclosing namespace
}
