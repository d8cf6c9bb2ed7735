// In quotes, a file beside is meant before one elsewhere that is wrapped.
//- wrap/op/add.c
#include "add.c"
//       ^ includes wrap/op/add.c
//- src/op/add.c
int add;
//- src/op/add.h
#pragma once
