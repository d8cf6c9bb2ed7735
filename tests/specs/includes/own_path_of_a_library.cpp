// A header that includes its own path in angle brackets means one of a library, which is not there.
//: text only: the library is not there
//- own/gloo/context.h
#include <gloo/context.h>
//       ^ includes external gloo/context.h
