// Of a macro that is defined several times, only the namespaces that all definitions open are believed.
//: text only: one definition counts for a compiler
//- macros.h
#ifdef OLD
#define LIB_BEGIN namespace lib { inline namespace v1 {
#else
#define LIB_BEGIN namespace lib { namespace v2 {
#endif
#define LIB_END }}
//- lib.h
#include "macros.h"
LIB_BEGIN
int f();
//  ^ declares Function lib::f()
LIB_END
