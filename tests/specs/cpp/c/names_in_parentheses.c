// A parenthesized function name declares a function; a pointer to a function is a variable.
//- lua.h
#pragma once
typedef struct State State;
extern int (top)(State *s);
//          ^ declares Function top(State*)
State *(make)(int n);
//      ^ declares Function make(int)
int (*pointer)(int);
//    ^ defines Variable pointer
//- user.c
#include "lua.h"
int (plain)(int a) { return a; }
//   ^ defines Function plain(int)
int go(State *s) { return top(s); }
//                        ^ calls top(State*) by a function of an enclosing namespace
//- api.c
#include "lua.h"
int top(State *s) { return 1; }
//  ^ defines Function top(State*)
