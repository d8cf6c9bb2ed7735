// Macros of one name are one symbol, wherever they are defined.
//- a.h
#define CHECK(x) (x)
//      ^ defines Macro CHECK
//- b.h
#define CHECK(x) !(x)
//      ^ defines Macro CHECK
//- a.cpp
#include "a.h"
bool a(int x) { return CHECK(x); }
//                     ^ expands CHECK by the name of a macro
