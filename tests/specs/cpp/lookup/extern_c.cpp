// A function with C linkage is one symbol for C and C++ files.
//- lib.h
#ifdef __cplusplus
extern "C" {
#endif
int run(int n);
//  ^ declares Function run(int)
#ifdef __cplusplus
}
#endif
//- lib.c
#include "lib.h"
int run(int n) { return n; }
//  ^ defines Function run(int)
//- user.cpp
#include "lib.h"
int go() { return run(1); }
//                ^ calls run(int) by a function of an enclosing namespace
