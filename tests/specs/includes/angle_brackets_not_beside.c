// An include in angle brackets does not mean the file beside it if another folder has one of that name.
//: flags -I deps/hiredis
//- src/x.c
#include <sds.h>
//       ^ includes deps/hiredis/sds.h
//       ^ !includes src/sds.h
#include <alloc.h>
//       ^ includes deps/hiredis/alloc.h
//- src/sds.h
#pragma once
//- src/net.h
#pragma once
//- deps/hiredis/sds.h
#pragma once
//- deps/hiredis/alloc.h
#pragma once
