// A macro is mentioned in conditions, in other macros and where it is used without parentheses.
//: references
//: text only: the compiler's tier says so without asking
//- limits.h
#define LIMIT 3
//- user.c
#include "limits.h"
#define TWICE (2 * LIMIT)
//                 ^ references LIMIT by the name of a macro that is mentioned
#ifdef LIMIT
//     ^ expands LIMIT by the name of a macro that is mentioned
int limit = TWICE;
//          ^ expands TWICE by the name of a macro that is mentioned
#endif
#undef LIMIT
#ifdef LIMIT
//     ^ !expands LIMIT
#endif
