// Declarations after a macro that opens namespaces belong to those namespaces.
//- macros.h
#pragma once
#define LIB_BEGIN namespace lib { inline namespace v1 {  // opens
#define LIB_END \
  }}
#define NS_BEGIN(name) namespace name __attribute__((visibility("hidden"))) {
#define NS_END(name) }
//- lib.h
#include "macros.h"
LIB_BEGIN
//< defines Namespace lib
//< defines Namespace lib::v1
int f();
//  ^ declares Function lib::v1::f()
NS_BEGIN(in)
//       ^ defines Namespace lib::v1::in
int g();
//  ^ declares Function lib::v1::in::g()
NS_END(in)
LIB_END
int h();
//  ^ declares Function h()
//- user.cpp
#include "lib.h"
int go() { return lib::f() + lib::in::g(); }
//                     ^ calls lib::v1::f() by its qualified name
//                                    ^ calls lib::v1::in::g() by its qualified name
