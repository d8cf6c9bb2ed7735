// Of several include roots that have the file, the nearest counts; equally near ones are ambiguous.
//: text only: a compiler is told which
//- one/include/log/log.h
#pragma once
//- two/include/log/log.h
#pragma once
//- one/src/x.cpp
#include <log/log.h>
//       ^ includes one/include/log/log.h
//       ^ !includes two/include/log/log.h
//- two/src/x.cpp
#include <log/log.h>
//       ^ includes two/include/log/log.h
//- tools/x.cpp
#include <log/log.h>
//       ^ includes ambiguous one/include/log/log.h
//       ^ includes ambiguous two/include/log/log.h
//       ^ !includes one/include/log/log.h
