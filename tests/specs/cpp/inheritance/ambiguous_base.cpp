// A base whose name two classes have that no scope reaches is none.
//: text only: it does not compile
//- lib.h
#pragma once
namespace a { class Shape {}; }
namespace b { class Shape {}; }
//- user.cpp
#include "lib.h"
class Circle : Shape {};
//< !inherits *
