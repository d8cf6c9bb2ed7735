// A header included on two lines has an edge for each.
//- a.h
int n;
//- user.cpp
#ifdef X
#include "a.h"
//       ^ includes a.h if defined(X)
#else
#include "a.h"
//       ^ includes a.h if !(defined(X))
#endif
