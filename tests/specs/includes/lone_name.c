// A quoted name without a folder means the only file of that name, unless others include it in angle brackets.
//: text only: the flags do not say so
//- src/x.c
#include "hdr.h"
//       ^ includes deps/hdr/hdr.h
#include "cuda.h"
//       ^ includes external cuda.h
//- src/y.c
#include <cuda.h>
//       ^ includes external cuda.h
//- deps/hdr/hdr.h
#pragma once
//- deps/hdr/cuda.h
#pragma once
//- deps/hdr/a.h
#pragma once
//- deps/hdr/b.h
#pragma once
//- deps/hdr/c.h
#pragma once
