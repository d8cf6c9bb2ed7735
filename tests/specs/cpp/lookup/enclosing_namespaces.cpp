// An unqualified name is looked up in the enclosing namespaces from the inside out.
//- lib.h
#pragma once
void global();
namespace a {
void outer();
namespace b {
void inner();
}
}
//- user.cpp
#include "lib.h"
namespace a::b {
void go() {
  inner();
//^ calls a::b::inner() by a function of an enclosing namespace
  outer();
//^ calls a::outer() by a function of an enclosing namespace
  global();
//^ calls global() by a function of an enclosing namespace
}
}
