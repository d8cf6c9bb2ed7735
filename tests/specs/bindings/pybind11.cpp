// pybind11 binds functions, classes, members and enumerators in the module that they are added to.
//: text only: pybind11 is not there
//: exact binds
//- native.cpp
namespace geo {
double area(double r) { return r; }
double area2(double w, double h) { return w * h; }
enum class Color { Red };
class Box { public: double volume() const { return 1; } double side; static int count(); };
}
PYBIND11_MODULE(native, m) {
  m.def("area", &geo::area, "doc").def("area2", &geo::area2);
//       ^ binds geo::area(double) as function from pkg.native.area
//                                      ^ binds geo::area2(double,double) as function from pkg.native.area2
  m.def("cast", static_cast<double (*)(double)>(&geo::area));
//       ^ binds geo::area(double) as function from pkg.native.cast
  py::class_<geo::Box, std::shared_ptr<geo::Box>> box(m, "Box");
//                ^ binds geo::Box as class from pkg.native.Box
  box.def(py::init<>()).def("volume", &geo::Box::volume)
//                           ^ binds geo::Box::volume() const as function from pkg.native.Box.volume
#ifdef COUNT
    .def_static("count", &geo::Box::count)
//               ^ binds geo::Box::count() as function from pkg.native.Box.count
#endif
    .def_readwrite("side", &geo::Box::side);
//                  ^ binds geo::Box::side as property from pkg.native.Box.side
  auto sub = m.def_submodule("sub");
  py::enum_<geo::Color>(sub, "Color").value("Red", geo::Color::Red);
//               ^ binds geo::Color as class from pkg.native.sub.Color
//                                           ^ binds geo::Color::Red as enumerator from pkg.native.sub.Color.Red
}
//- pkg/__init__.py
//- user.py
from pkg import native
native.area(1)
#      ^ calls pkg.native.area
