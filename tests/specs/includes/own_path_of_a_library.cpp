// A header that includes its own path in angle brackets means a library's header.
//: text only: the library is not there
//- own/gloo/context.h
#include <gloo/context.h>
//       ^ includes external gloo/context.h
