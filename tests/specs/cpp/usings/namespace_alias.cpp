// A namespace alias resolves to its namespace.
//- lib.h
#pragma once
namespace lib::detail {
void deep();
struct Part { static void make(); };
}
//- user.cpp
#include "lib.h"
namespace shorter = lib::detail;
void go() {
  shorter::deep();
//         ^ calls lib::detail::deep() by its qualified name
  shorter::Part::make();
//               ^ calls lib::detail::Part::make() by its qualified name
}
