// A bound function that its scope does not reach is the only one of that name.
//: text only: pybind11 is not there
//- native.cpp
#include "geo.h"
PYBIND11_MODULE(native, m) {
  m.def("area", &area);
//       ^ binds geo::area(double) as function from native.area by the only one of that name
  m.def("twice", &twice);
//< !binds *
}
//- geo.h
namespace geo {
double area(double r);
double twice(double r);
}
namespace other { double twice(double r); }
