// In C, a function name means the same in every file unless the function is static.
//- lib.h
#ifndef LIB_H
#define LIB_H
int shared(int n);
#endif
//- a.c
#include "lib.h"
static int own(int n) { return n; }
int shared(int n) { return own(n); }
//  ^ defines Function shared(int)
//                         ^ calls own(int)@a.c by a function of the same file
//- b.c
#include "lib.h"
static int own(int n) { return shared(n) + 1; }
//                             ^ calls shared(int) by a function of an enclosing namespace
int b(void) { return own(1); }
//                   ^ calls own(int)@b.c by a function of the same file
