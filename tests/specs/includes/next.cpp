// An include_next means the next header of that name, not the including one.
//: text only: the flags do not say so
//- wrap/log/log.h
#pragma once
#include_next <log/log.h>
//            ^ includes real/log/log.h
//            ^ !includes wrap/log/log.h
//- real/log/log.h
#pragma once
