// A macro is expanded only where its definition is included, or where all who include the file have it.
//- test_base.h
#pragma once
#define ASSERT_SAME(a, b) if ((a) != (b)) throw 1
//- test_a.cpp
#include "test_base.h"
void a() {
  ASSERT_SAME(1, 1);
//^ expands ASSERT_SAME by the name of a macro
}
//- other.cpp
#include <gtest/gtest.h>
void b() {
  [](auto) {}(1);
#ifdef WITH_GTEST
  ASSERT_SAME(1, 1);
//^ !expands *
#endif
}
//- part.inc
int part(int n) { return CONVERT(n); }
//                       ^ [text] expands CONVERT by the name of a macro
//- defines.cpp
#define CONVERT(x) (x)
#include "part.inc"
//- shared.inc
inline int shared(int n) {
  return SOMETIMES(n);
//       ^ [text] !expands *
}
//- one.cpp
#define SOMETIMES(x) (x)
#include "shared.inc"
//- two.cpp
int SOMETIMES(int);
#include "shared.inc"
//- list.def
ENTRY(1)
//- table.h
#pragma once
#define TRANSIENT(n) (n)
#undef TRANSIENT
int TRANSIENT(int);
//- three.cpp
#include "table.h"
int three() { return TRANSIENT(3); }
//                   ^ calls TRANSIENT(int)
//                   ^ !expands *
