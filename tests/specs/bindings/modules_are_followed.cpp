// A module object is followed through function parameters and imports to the module's name.
//: text only: pybind11 is not there
//- native.cpp
namespace geo {
double area(double r) { return r; }
double area2(double w, double h) { return w * h; }
enum class Color { Red };
class Box { public: double volume() const { return 1; } double side; static int count(); };
}
void initBox(py::module& m) { py::class_<geo::Box>(m, "Box"); }
//                                            ^ binds geo::Box as class from pkg.native.Box
void initArea(PyObject* module) { auto m = py::handle(module).cast<py::module>(); m.def("area", &geo::area); }
//                                                                                       ^ binds geo::area(double) as function from pkg.native.area
PyObject* late() {
  auto there = py::module::import("pkg.elsewhere");
  there.def("area2", &geo::area2);
//           ^ binds geo::area2(double,double) as function from pkg.elsewhere.area2
}
PyMODINIT_FUNC PyInit_native() {
  static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "pkg.native", NULL, -1, NULL};
  PyObject* module = PyModule_Create(&def);
  initBox(module);
  initArea(module);
}
