// A static function in a header is called by the files that include the header.
//- lib.h
#pragma once
static inline int helper(int n) { return n; }
//- user.cpp
#include "lib.h"
int go() { return helper(1); }
//                ^ calls helper(int)@lib.h by a function of an enclosing namespace
//- other.cpp
int helper(int n);
int other() { return helper(1); }
//                   ^ !calls helper(int)@lib.h
