// Using a function-like macro is an expansion, not a call.
//- lib.h
#pragma once
#define GEO_CHECK(x) check(x)
//      ^ defines Macro GEO_CHECK
void check(int);
//- user.cpp
#include "lib.h"
void go() {
  GEO_CHECK(1);
//^ expands GEO_CHECK by the name of a macro
//^ [text] !calls *
//^ [semantic] calls check(int)
}
