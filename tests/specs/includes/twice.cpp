// A header that is included twice on two lines is included on both.
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
