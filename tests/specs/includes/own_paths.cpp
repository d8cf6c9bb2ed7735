// A file that includes its own path means itself if no other file has that path.
//- wrap/op/self.c
#include "op/self.c"
//       ^ includes wrap/op/self.c
//- lib/a.h
#include <lib/a.h>
//       ^ includes lib/a.h
