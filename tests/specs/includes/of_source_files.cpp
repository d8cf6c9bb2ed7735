// Source files may be included.
//- a.cpp
#include "b.cpp"
//       ^ includes b.cpp
int a() { return b(1); }
//               ^ calls b(int)
//- b.cpp
int b(int n) { return n; }
