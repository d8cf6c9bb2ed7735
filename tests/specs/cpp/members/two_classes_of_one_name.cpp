// Of two classes of one name, the members of the one that the file includes are called.
//: text only: one name, two classes: a program that has both is none
//- one/config.h
#pragma once
struct Config { void one(int n); void both(int n); };
//- two/config.h
#pragma once
struct Config { void two(int n); };
//- two/user.cpp
#include "config.h"
void go(Config& config) {
  config.two(1);
//       ^ calls Config::two(int) by the declared type of what it is called on
}
//- one/user.cpp
#include "config.h"
void go(Config& config) {
  config.one(1);
//       ^ calls Config::one(int) by the declared type of what it is called on
}
