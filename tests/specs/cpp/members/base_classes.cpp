// A member is looked up in the class and then in its bases, the nearest first.
//- lib.h
#pragma once
struct A { void run(); void only(); };
struct B : A { void run(); };
struct C : B {};
//- user.cpp
#include "lib.h"
void go(C& c) {
  c.run();
//  ^ calls B::run() by the declared type of what it is called on
//  ^ !calls A::run()
  c.only();
//  ^ calls A::only() by the declared type of what it is called on
}
