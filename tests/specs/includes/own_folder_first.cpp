// A quoted include is looked for beside the including file first.
//- a/x.cpp
#include "util.h"
//       ^ includes a/util.h
//       ^ !includes b/util.h
//- a/util.h
#pragma once
//- b/util.h
#pragma once
