// A qualified name is looked up relative to the scope of the call.
//- lib.h
#pragma once
void run(int);
namespace a {
void run(int);
namespace b {
void run(int);
}
}
//- user.cpp
#include "lib.h"
namespace a {
void go() {
  b::run(1);
//   ^ calls a::b::run(int) by its qualified name
  a::run(1);
//   ^ calls a::run(int) by its qualified name
  a::b::run(1);
//      ^ calls a::b::run(int) by its qualified name
  ::run(1);
//  ^ calls run(int) by its qualified name
//  ^ !calls a::run(int)
}
}
