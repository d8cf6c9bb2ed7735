// A cast chooses the overload that is bound.
//: text only: pybind11 is not there
//: known-wrong: the cast is ignored and all overloads are bound
//- native.cpp
namespace geo {
double area(double r) { return r; }
double area(double w, double h) { return w * h; }
}
PYBIND11_MODULE(native, m) {
  m.def("area", static_cast<double (*)(double)>(&geo::area));
//       ^ binds geo::area(double) from native.area
//       ^ !binds geo::area(double,double) from native.area
}
