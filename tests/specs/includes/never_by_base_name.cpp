// A spelling is matched as a whole, never by its base name.
//: text only: the header is not there
//- torch/x.cpp
#include <google/protobuf/message.h>
//       ^ includes external google/protobuf/message.h
//       ^ !includes torch/csrc/rpc/message.h
//- torch/csrc/rpc/message.h
#pragma once
