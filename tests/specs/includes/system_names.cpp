// An include of a standard header does not mean a repository file of that name.
//: text only: the headers are not there
//- c10/util/complex.h
#pragma once
//- c10/util/cuda.h
#pragma once
//- c10/util/math.h
#pragma once
//- c10/util/vector
#pragma once
//- c10/util/a.h
#pragma once
//- c10/util/b.h
#pragma once
//- c10/util/c.h
#pragma once
//- torch/x.cpp
#include <complex.h>
//       ^ includes external complex.h
#include <math.h>
//       ^ includes external math.h
#include <vector>
//       ^ includes external vector
#include <cuda.h>
//       ^ includes external cuda.h
#include "string.h"
//       ^ includes external string.h
