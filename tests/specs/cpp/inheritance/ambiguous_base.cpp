// A base that could be either of two classes gives no edge.
//: text only: it does not compile
//- lib.h
#pragma once
namespace a { class Shape {}; }
namespace b { class Shape {}; }
//- user.cpp
#include "lib.h"
class Circle : Shape {};
//< !inherits *
