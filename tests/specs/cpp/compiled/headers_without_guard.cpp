// A header without a guard is read by each unit that includes it, in the way that the unit makes it mean.
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
