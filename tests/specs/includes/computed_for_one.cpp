// What a computed include means for one includer is no matter of the others.
//: exact includes
//- a.cpp
#include "t/a.inc"
//< includes t/a.inc
#include "all.h"
//< includes all.h
void a() {
  OF_B(1);
//^ [text] !expands *
}
//- b.cpp
#include "t/b.inc"
//< includes t/b.inc
#include "all.h"
//< includes all.h
void b() {
  OF_B(1);
//^ expands OF_B by the name of a macro
}
//- all.h
#include "gen.h"
//< includes gen.h
//- gen.h
#include FILE
//< [text] includes t/a.inc from a.cpp
//< [text] includes t/b.inc from b.cpp
//< [semantic] includes t/a.inc
//< [semantic] includes t/b.inc
//- t/a.inc
#ifndef FILE
#define FILE "t/a.inc"
#else
struct A {};
#endif
//- t/b.inc
#ifndef FILE
#define FILE "t/b.inc"
#else
#define OF_B(x) (void)(x)
#endif
