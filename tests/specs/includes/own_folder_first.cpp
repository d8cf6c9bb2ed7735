// A quoted include is first looked for beside the file that has it.
//- a/x.cpp
#include "util.h"
//       ^ includes a/util.h
//       ^ !includes b/util.h
//- a/util.h
#pragma once
//- b/util.h
#pragma once
