// A computed include means each header that its macro names in a file including it.
//- a.cpp
#define FILE "t/a.h"
#include "gen.h"
//- b.cpp
#include "t/b.h"
#include "gen.h"
//- gen.h
#include FILE
//< includes t/a.h
//< includes t/b.h
//- t/a.h
struct A {};
//- t/b.h
#define FILE "t/b.h"
struct B {};
//- unknown.h
#include UNKNOWN
//< includes missing UNKNOWN
