// What a class of a stub does not declare is what the compiled code binds under that name.
//: text only: pybind11 is not there
//- n.cpp
namespace geo {
class Box { public: double volume() const { return 1; } void close(); };
}
PYBIND11_MODULE(native, m) { py::class_<geo::Box>(m, "Box").def("volume", &geo::Box::volume).def("close", &geo::Box::close); }
//- pkg/__init__.py
//- pkg/native.pyi
class Box:
    def close(self) -> None: ...
//- user.py
import pkg.native
def g():
    b = pkg.native.Box()
#                  ^ calls pkg.native.Box
    b.volume()
#     ^ calls pkg.native.Box.volume
    b.close()
#     ^ calls pkg.native.Box.close by class of its receiver
