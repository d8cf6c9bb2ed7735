// An auto variable has the type of its initializer: a call, a construction or a field.
//- lib.h
#pragma once
struct Engine { void start(); };
struct Boat { void start(); Engine& engine(); Engine own; };
Engine make();
Boat* boat();
//- user.cpp
#include "lib.h"
void go() {
  auto one = make();
  one.start();
//    ^ calls Engine::start() by the declared type of what it is called on
  auto two = boat()->engine();
  two.start();
//    ^ calls Engine::start() by the declared type of what it is called on
  auto three = Boat();
  three.start();
//      ^ calls Boat::start() by the declared type of what it is called on
  auto& four = three.own;
  four.start();
//     ^ calls Engine::start() by the declared type of what it is called on
}
