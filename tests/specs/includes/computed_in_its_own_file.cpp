// A macro that names a header counts from its definition on, in the file itself and in what that includes.
//- own.cpp
#define FILE "t/a.h"
#include FILE
//< includes t/a.h
//- t/a.h
struct A {};
