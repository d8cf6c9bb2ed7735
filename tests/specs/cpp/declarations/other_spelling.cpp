// A definition with differently spelled parameters joins its declaration only if there is just one candidate.
//- a.h
#pragma once
using Number = int;
using Other = long;
void one(Number n);
//   ^ declares Function one(Number)
void two(Number n);
void two(Other n);
//- a.cpp
#include "a.h"
void one(int n) {}
//   ^ defines Function one(Number)
void two(int n) {}
//   ^ [text] defines Function two(int)
