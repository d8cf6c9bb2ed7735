// A header that a build generates is reported with the file that it is generated from.
//: text only: the headers are not there
//- caffe2/core/macros.h.in
#cmakedefine X
//- caffe2/core/a.h
#pragma once
//- caffe2/core/templates/F.h
#pragma once
//- proto/m.proto
syntax = "proto3";
//- caffe2/x.cpp
#include <caffe2/core/a.h>
#include "caffe2/core/macros.h"
//       ^ includes generated caffe2/core/macros.h.in
#include "proto/m.pb.h"
//       ^ includes generated proto/m.proto
#include <caffe2/core/F.h>
//       ^ includes generated caffe2/core/templates/F.h
