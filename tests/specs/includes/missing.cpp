// A header is missing if the repository has its folder, and external otherwise.
//: text only: the headers are not there
//- caffe2/core/a.h
#pragma once
//- caffe2/x.cpp
#include "caffe2/core/gone.h"
//       ^ includes missing caffe2/core/gone.h
#include <caffe2/core/a.h>
//       ^ includes caffe2/core/a.h
#include "config.h"
//       ^ includes missing config.h
#include "gtest/gtest.h"
//       ^ includes external gtest/gtest.h
#include </usr/include/x.h>
//       ^ includes external /usr/include/x.h
