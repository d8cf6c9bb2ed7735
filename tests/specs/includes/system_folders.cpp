// A repository header in a folder named like a system folder is preferred to the system's.
//: text only: a compiler is not told so
//- caffe2/x.cpp
#include <sys/param.h>
//       ^ includes compat/sys/param.h
#include <sys/inotify.h>
//       ^ includes external sys/inotify.h
#include <gloo/types.h>
//       ^ includes external gloo/types.h
//- compat/sys/param.h
#pragma once
//- caffe2/contrib/gloo/g.h
#pragma once
