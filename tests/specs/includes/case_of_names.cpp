// Spellings are case-sensitive.
//- a.cpp
#include "Util.h"
//       ^ includes Util.h
//       ^ !includes util.h
//- Util.h
#pragma once
//- util.h
#pragma once
