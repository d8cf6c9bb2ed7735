// Directives in comments and string literals are not includes.
//: exact includes
//- a.cpp
// #include "b.h"
/*
#include "b.h"
*/
const char* text = R"(
#include "b.h"
)";
#include "c.h"
//       ^ includes c.h
//- b.h
#pragma once
//- c.h
#pragma once
