// An include through a symbolic link means its target.
//- lib/f.h
#pragma once
int f(int a);
//- lib/deep/g.h
#pragma once
//- src/r.h
#pragma once
//- include/l -> ../lib
//- include/chain -> l
//- include/a.h -> ../src/r.h
//- src/b.cpp
#include "../include/l/f.h"
//       ^ includes lib/f.h
#include "../include/chain/deep/g.h"
//       ^ includes lib/deep/g.h
#include "../include/a.h"
//       ^ includes src/r.h
int b() { return f(1); }
//               ^ calls f(int)
