// A name bound to an overloaded function binds to each overload.
//: text only: pybind11 is not there
//- native.cpp
namespace geo {
double area(double r) { return r; }
double area(double w, double h) { return w * h; }
}
PYBIND11_MODULE(native, m) {
  m.def("area", &geo::area);
//       ^ binds geo::area(double) as function from native.area by one of several overloads
//       ^ binds geo::area(double,double) as function from native.area by one of several overloads
}
