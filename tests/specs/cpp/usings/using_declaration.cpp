// A using-declaration brings one name into its scope.
//- lib.h
#pragma once
namespace lib::detail {
void deep();
void other();
}
namespace lib {
using detail::deep;
}
//- user.cpp
#include "lib.h"
using lib::detail::other;
void go() {
  lib::deep();
//     ^ calls lib::detail::deep() by its qualified name
  other();
//^ calls lib::detail::other() by a function of an enclosing namespace
}
