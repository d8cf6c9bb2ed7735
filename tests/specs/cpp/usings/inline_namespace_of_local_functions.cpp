// A static function of a header is found in its inline namespace.
//- lib.h
#pragma once
namespace lib { inline namespace v1 {
void run(int n, int m = 2);
static inline int helper(int n) { return n; }
} }
//- lib.cpp
#include "lib.h"
namespace lib { inline namespace v1 {
void run(int n, int m) { helper(n); }
//                       ^ calls lib::v1::helper(int)@lib.h by a function of an enclosing namespace
} }
int first = lib::helper(1);
//               ^ calls lib::v1::helper(int)@lib.h from first by its qualified name
