# Python code calls, references and inherits bound names through imports and re-exports.
#- n.cpp
namespace geo {
double area(double r) { return r; }
double area2(double w, double h) { return w * h; }
enum class Color { Red };
class Box { public: double volume() const { return 1; } double side; static int count(); };
}
PYBIND11_MODULE(_native, m) { m.def("area", &geo::area); py::class_<geo::Box>(m, "Box").def("volume", &geo::Box::volume); }
#- pkg/__init__.py
from ._native import area, Box
#- pkg/shapes.py
from . import _native, Box
class Big(Box):
#         ^ inherits pkg._native.Box
    def f(self): return _native.area(1)
#                               ^ calls pkg._native.area
#- user.py
import pkg
def g():
    b = pkg.Box()
#           ^ calls pkg._native.Box
    b.volume()
#     ^ calls pkg._native.Box.volume
    return pkg.area
#              ^ references pkg._native.area
