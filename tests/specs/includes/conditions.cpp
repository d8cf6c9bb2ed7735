// An include in a conditional section carries the condition; an include guard is not a condition.
//- a.h
#ifndef A_H
#define A_H
#include "b.h"
//       ^ includes b.h
#ifdef FAST
#include "fast.h"
//       ^ includes fast.h if defined(FAST)
#else
#include "slow.h"
//       ^ includes slow.h if !(defined(FAST))
#endif
#endif
//- b.h
#pragma once
//- fast.h
#pragma once
//- slow.h
#pragma once
//- user.cpp
#include "a.h"
#if VERSION > 3 && !defined(OLD)
#include "fast.h"
//       ^ includes fast.h if VERSION > 3 && !defined(OLD)
#endif
