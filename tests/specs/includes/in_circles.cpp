// Headers that include each other are both visible to a file that includes one of them.
//- a.h
#pragma once
#include "b.h"
//       ^ includes b.h
namespace one { int a(int n); }
//- b.h
#pragma once
#include "a.h"
//       ^ includes a.h
namespace one { int b(int n); }
//- user.cpp
#include "a.h"
int go() { return one::a(1) + one::b(2); }
//                     ^ calls one::a(int) by its qualified name
//                                 ^ calls one::b(int) by its qualified name
