// A macro named like a C library function is not an expansion where that function is called.
//- lib.h
#pragma once
#define snprintf other_snprintf
int other_snprintf(char* to, int size, const char* format);
//- user.cpp
#include "lib.h"
void go(char* text) {
  snprintf(text, 3, "");
//^ [text] !expands *
//^ [semantic] expands snprintf
}
