// A file that includes its own path means the file of that path elsewhere, which it wraps.
//: flags -I src
//- wrap/op/add.c
#include <op/add.c>
//       ^ includes src/op/add.c
//       ^ !includes wrap/op/add.c
//- src/op/add.c
int add;
//- src/op/add.h
#pragma once
