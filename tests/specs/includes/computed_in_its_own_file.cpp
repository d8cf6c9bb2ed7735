// A computed include means the headers that its macro may name and that exist.
//- own.cpp
#define FILE "t/a.h"
#include FILE
//< includes t/a.h
#undef FILE
#define FILE <gone.h>
//- t/a.h
struct A {};
