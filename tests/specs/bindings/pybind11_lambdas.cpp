// A bound lambda resolves to the only repository function that it calls, or else to the function around it.
//: text only: pybind11 is not there
//- native.cpp
namespace geo {
double area(double r) { return r; }
double area2(double w, double h) { return w * h; }
enum class Color { Red };
class Box { public: double volume() const { return 1; } double side; static int count(); };
}
PYBIND11_MODULE(native, m) {
  m.def("area2", [](double w, double h) { return geo::area2(w, h); });
//       ^ binds geo::area2(double,double) as function lambda from native.area2 by the only call of its lambda
  m.def("more", [](int x) { int y = x; return y; });
//^ binds PYBIND11_MODULE(native, m)@native.cpp as function lambda from native.more by function around its lambda
  py::class_<geo::Box>(m, "Box").def("lambda_", [](geo::Box& b) { return b.volume(); });
//                                    ^ binds geo::Box::volume() const from native.Box.lambda_ by the only call of its lambda
}
