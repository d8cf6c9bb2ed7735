# A call of a Python function does not lead to a bound function of the same name in another module.
#- native.cpp
int area(int n) { return n; }
PYBIND11_MODULE(native, m) { m.def("area", &area); }
#- pkg/__init__.py
#- pkg/other.py
def area(): pass
#- user.py
from pkg import other
other.area()
#     ^ calls pkg.other.area
#     ^ !calls native.area
