// A quoted include prefers the file beside it to one elsewhere.
//- wrap/op/add.c
#include "add.c"
//       ^ includes wrap/op/add.c
//- src/op/add.c
int add;
//- src/op/add.h
#pragma once
