// Where a stub declares a bound name, the binding starts from the stub's symbol.
//: text only: pybind11 is not there
//- n.cpp
namespace geo {
double area(double r) { return r; }
double area2(double w, double h) { return w * h; }
enum class Color { Red };
class Box { public: double volume() const { return 1; } double side; static int count(); };
}
PYBIND11_MODULE(native, m) { m.def("area", &geo::area); }
//                                  ^ binds geo::area(double) as function from pkg.native.area
//- pkg/__init__.py
//- pkg/native.pyi
def area(r: float) -> float: ...
#   ^ defines Function pkg.native.area
//- user.py
import pkg.native
pkg.native.area(1)
#          ^ calls pkg.native.area
