// An include of a macro means what the macro may be where it stands: one header for each file that defines it.
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
