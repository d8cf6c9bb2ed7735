// A function declared in one file and defined in another is one symbol, which may call itself.
//- lib.h
#pragma once
namespace lib { int run(int n); }
//                  ^ declares Function lib::run(int)
//- lib.cpp
#include "lib.h"
namespace lib {
int run(int n) { return n ? run(n - 1) : 0; }
//  ^ defines Function lib::run(int)
//                          ^ calls lib::run(int) from lib::run(int) by a function of the same file
}
