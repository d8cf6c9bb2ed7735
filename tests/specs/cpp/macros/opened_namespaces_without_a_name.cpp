// A namespace whose name is made by another macro is left out of qualified names.
//: text only: the names are made of macros
//- macros.h
#pragma once
#define VERSIONED_BEGIN inline namespace LIB_VERSION_NAME {
#define VERSIONED_END }
#define MADE_BEGIN namespace made { inline namespace CONCATENATED( \
    A, B) {
#define MADE_END } /* inner */ } // outer
//- lib.h
#include "macros.h"
namespace a { VERSIONED_BEGIN
int f();
//  ^ declares Function a::f()
VERSIONED_END }
MADE_BEGIN
//< defines Namespace made
int g();
//  ^ declares Function made::g()
MADE_END
//- other.h
#include "macros.h"
NOT_MADE_BEGIN
int h();
//  ^ declares Function h()
NOT_MADE_END
