// Several headers that wrap those of a library, which has the same names, do not bear each other out.
//: text only: the library is not there
//- include/own/fmt/chrono.h
#include <fmt/chrono.h>
//       ^ includes external fmt/chrono.h

//- include/own/fmt/ranges.h
#include <fmt/ranges.h>
//       ^ includes external fmt/ranges.h

//- include/own/fmt/std.h
#include <fmt/std.h>
//       ^ includes external fmt/std.h

//- main.cpp
#include "own/fmt/std.h"
//       ^ includes include/own/fmt/std.h
