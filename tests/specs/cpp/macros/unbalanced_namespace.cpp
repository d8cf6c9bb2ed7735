// A macro that opens a namespace without a macro that closes it, or the reverse, changes no name.
//: text only: it does not compile
//- macros.h
#define LIB_BEGIN namespace lib { inline namespace v1 {
#define LIB_END }}
//- opened.h
#include "macros.h"
LIB_BEGIN
int f();
//  ^ declares Function f()
//- closed.h
#include "macros.h"
int g();
//  ^ declares Function g()
LIB_END
int h();
//  ^ declares Function h()
