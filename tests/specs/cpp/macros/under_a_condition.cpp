// A macro that only some includers have is no certain expansion where a function of its name is known too.
//- api.h
#ifndef API_H
#define API_H
void suspend(int);
void resume(int);
void MPU_suspend(int);
#ifndef API_FILE
#define suspend MPU_suspend
#endif
#ifdef FAST
#define resume(x) (void)(x)
#else
#define resume(x) (void)(1 + x)
#endif
#ifndef LOG
#define LOG(x) (void)(x)
#endif
#ifdef FAST
#define ONLY_FAST(x) (void)(x)
#endif
#endif
//- api.cpp
#define API_FILE
#include "api.h"
void api() {
  suspend(1);
//^ [semantic] calls suspend(int)
//^ !expands *
}
//- user.cpp
#include "api.h"
void user() {
  suspend(1);
//^ [text] !expands *
//^ [text] !calls *
  resume(1);
//^ expands resume by the name of a macro
  LOG(1);
//^ expands LOG by the name of a macro
#ifdef FAST
  ONLY_FAST(1);
//^ [text] expands ONLY_FAST by the name of a macro
#endif
}
