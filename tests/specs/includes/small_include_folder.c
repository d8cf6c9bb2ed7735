// A folder called include is an include root even for a header without a folder.
//: flags -I include
//- src/x.c
#include <zlib.h>
//       ^ includes include/zlib.h
//- include/zlib.h
#pragma once
//- include/zconf.h
#pragma once
