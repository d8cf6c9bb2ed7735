// Parent folders in a spelling are resolved from the folder of the including file.
//: text only: a compiler is not told what is missing
//- src/a/x.cpp
#include "../b/y.h"
//       ^ includes src/b/y.h
#include "../../inc/./z.h"
//       ^ includes inc/z.h
#include "../../../out.h"
//       ^ includes external ../../../out.h
#include "../b/gone.h"
//       ^ includes missing ../b/gone.h
//- src/b/y.h
#pragma once
//- src/b/w.h
#pragma once
//- inc/z.h
#pragma once
