// A header without an include guard is read once for each translation unit.
//- body.inc
int BODY() { return WHAT(); }
//                  ^ [semantic] calls a()
//                  ^ [semantic] calls b()
//- a.cpp
#define BODY one
#define WHAT a
int a();
#include "body.inc"
//- b.cpp
#define BODY two
#define WHAT b
int b();
#include "body.inc"
