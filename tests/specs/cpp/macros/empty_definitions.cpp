// A macro that opens a namespace in only one of its definitions opens none.
//: text only: one definition counts for a compiler
//- macros.h
#ifdef FLAT
#define ONE_BEGIN
#define ONE_END
#define TWO_BEGIN class X {
#else
#define ONE_BEGIN namespace one {
#define ONE_END }
#define TWO_BEGIN namespace two {
#endif
#define TWO_END }
//- lib.h
#include "macros.h"
ONE_BEGIN
int f();
//  ^ declares Function f()
ONE_END
TWO_BEGIN
int g();
//  ^ declares Function g()
TWO_END
