// Of a macro with several definitions, only the namespaces that all of them open count.
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
