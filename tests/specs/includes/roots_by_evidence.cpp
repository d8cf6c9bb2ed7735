// A folder is an include root if spellings of the repository are found below it.
//: flags -I aten/src
//- torch/x.cpp
#include <ATen/core/stack.h>
//       ^ includes aten/src/ATen/core/stack.h
#include "ATen/ATen.h"
//       ^ includes aten/src/ATen/ATen.h
#include <torch/y.h>
//       ^ includes torch/y.h
//- torch/y.h
#pragma once
//- aten/src/ATen/core/stack.h
#pragma once
//- aten/src/ATen/ATen.h
#pragma once
