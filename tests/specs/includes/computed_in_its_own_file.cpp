// A macro that names a header counts from its definition on; of its values, those that are there are meant.
//- own.cpp
#define FILE "t/a.h"
#include FILE
//< includes t/a.h
#undef FILE
#define FILE <gone.h>
//- t/a.h
struct A {};
