// A bound name outside the scope resolves to the only function of that name, in the repository or in the file.
//: text only: pybind11 is not there
//- native.cpp
#include "geo.h"
namespace own { double half(double r); double thrice(double r); }
namespace more { double thrice(double r); }
PYBIND11_MODULE(native, m) {
  m.def("area", &area);
//       ^ binds geo::area(double) as function from native.area by the only one of that name
  m.def("half", &half);
//       ^ binds own::half(double) as function from native.half by the only one of that name
  m.def("twice", &twice);
//< !binds *
  m.def("thrice", &thrice);
//< !binds *
}
//- geo.h
namespace geo {
double area(double r);
double twice(double r);
double half(double r);
}
namespace other { double twice(double r); }
