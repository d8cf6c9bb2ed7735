// A file that names its own path means itself where it is beside, or where nothing else is spelled from its root.
//- wrap/op/self.c
#include "op/self.c"
//       ^ includes wrap/op/self.c
//- lib/a.h
#include <lib/a.h>
//       ^ includes lib/a.h
