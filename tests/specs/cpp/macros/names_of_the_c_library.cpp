// A macro that replaces a function of C's library is not taken for what its callers mean.
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
