// A spelling is matched whole: a file of the same name elsewhere is not it.
//: text only: the header is not there
//- torch/x.cpp
#include <google/protobuf/message.h>
//       ^ includes external google/protobuf/message.h
//       ^ !includes torch/csrc/rpc/message.h
//- torch/csrc/rpc/message.h
#pragma once
