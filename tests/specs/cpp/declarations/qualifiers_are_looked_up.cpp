// The qualifier of a definition is looked up in the namespaces around it.
//- tensor.h
#pragma once
namespace at {
struct Tensor { void add(); static int count; };
namespace native {}
}
//- tensor.cpp
#include "tensor.h"
namespace at {
void Tensor::add() {}
//           ^ defines Method at::Tensor::add()
int Tensor::count = 0;
//          ^ defines Field at::Tensor::count
}
//- native.cpp
#include "tensor.h"
void at::Tensor::add();
//               ^ declares Method at::Tensor::add()
