"""Names that C++ offers to Python: from sources to bindings, and who uses them."""

from __future__ import annotations

import polars as pl
import pytest
from test_python_uses import build, uses

from kgraph.extract.cpp.bindings import read_bindings

GEO = """
namespace geo {
double area(double r) { return r; }
double area2(double w, double h) { return w * h; }
enum class Color { Red };
class Box { public: double volume() const { return 1; } double side; static int count(); };
}
"""


def bound(cpp: str, python: str = "from pkg import native\n", **more: str) -> set[tuple[str, str]]:
    """The bindings of a file: dotted name, qualified name in C++."""
    graph = build({"pkg/__init__.py": "", "user.py": python, "src/native.cpp": GEO + cpp, **more})
    names = dict(graph["symbols"].select("id", "qualified_name").iter_rows())
    names |= dict(graph["externals"].select("id", "spelling").iter_rows())
    rows = graph["uses"].filter(pl.col("kind") == "Binding").select("from", "to").iter_rows()
    return {(names[a], names[b]) for a, b in rows}


def test_pybind11() -> None:
    found = bound(
        """PYBIND11_MODULE(native, m) {
  m.def("area", &geo::area, "doc").def("area2", [](double w, double h) { return geo::area2(w, h); });
  m.def("cast", static_cast<double (*)(double)>(&geo::area));
  m.def("more", [](int x) { int y = x; return y; });
  py::class_<geo::Box, std::shared_ptr<geo::Box>> box(m, "Box");
  box.def(py::init<>()).def("volume", &geo::Box::volume)
#ifdef COUNT
    .def_static("count", &geo::Box::count)
#endif
    .def_readwrite("side", &geo::Box::side).def("lambda_", [](geo::Box& b) { return b.volume(); });
  auto sub = m.def_submodule("sub");
  py::enum_<geo::Color>(sub, "Color").value("Red", geo::Color::Red);
}""",
        "import pkg.native as n\nn.area(1)\n",
    )
    assert found == {
        ("pkg.native.area", "geo::area"),
        ("pkg.native.area2", "geo::area2"),
        ("pkg.native.cast", "geo::area"),
        ("pkg.native.more", "PYBIND11_MODULE(native, m)"),
        ("pkg.native.Box", "geo::Box"),
        ("pkg.native.Box.volume", "geo::Box::volume"),
        ("pkg.native.Box.count", "geo::Box::count"),
        ("pkg.native.Box.side", "geo::Box::side"),
        ("pkg.native.Box.lambda_", "geo::Box::volume"),
        ("pkg.native.sub.Color", "geo::Color"),
        ("pkg.native.sub.Color.Red", "geo::Color::Red"),
    }


def test_a_module_is_followed_through_functions_and_imports() -> None:
    other = """
void initBox(py::module& m) { py::class_<geo::Box>(m, "Box"); }
void initArea(PyObject* module) { auto m = py::handle(module).cast<py::module>(); m.def("area", &geo::area); }
PyObject* late() {
  auto there = py::module::import("pkg.elsewhere");
  there.def("area2", &geo::area2);
}
PyMODINIT_FUNC PyInit_native() {
  static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "pkg.native", NULL, -1, NULL};
  PyObject* module = PyModule_Create(&def);
  initBox(module);
  initArea(module);
}
"""
    assert bound(other) == {
        ("pkg.native.Box", "geo::Box"),
        ("pkg.native.area", "geo::area"),
        ("pkg.elsewhere.area2", "geo::area2"),
    }


def test_tables_of_methods() -> None:
    found = bound(
        """
static PyObject* py_area(PyObject* self, PyObject* args) {
  HANDLE_ERRORS
  return 0;
  END_HANDLE_ERRORS
}
static PyObject* box_volume(PyObject* self) { return 0; }
static PyMethodDef Methods[] = {
  {"area", (PyCFunction)py_area, METH_VARARGS, "doc"},
  {NULL, NULL, 0, NULL}
};
static PyMethodDef BoxMethods[] = {{"volume", cast<PyCFunction>(box_volume), METH_NOARGS}, {nullptr}};
PyTypeObject BoxType = {PyVarObject_HEAD_INIT(nullptr, 0) "pkg.native.Box", sizeof(int), BoxMethods};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "native", NULL, -1, Methods};
"""
    )
    assert found == {("pkg.native.area", "py_area"), ("pkg.native.Box.volume", "box_volume")}


def test_operators_of_pytorch() -> None:
    found = bound(
        """TORCH_LIBRARY(geo_ops, m) { m.def("area(float r) -> float"); m.def("area2(float w) -> float", &geo::area2); }
TORCH_LIBRARY_IMPL(geo_ops, CPU, m) { m.impl("area.out", TORCH_FN(geo::area)); }"""
    )
    assert found == {("torch.ops.geo_ops.area", "geo::area"), ("torch.ops.geo_ops.area2", "geo::area2")}


def test_who_uses_them() -> None:
    graph = build(
        {
            "pkg/__init__.py": "from ._native import area, Box\n",
            "pkg/shapes.py": "from . import _native, Box\nclass Big(Box):\n    def f(self): return _native.area(1)\n",
            "user.py": "import pkg\ndef g():\n    b = pkg.Box()\n    b.volume()\n    return pkg.area\n",
            "n.cpp": GEO + 'PYBIND11_MODULE(_native, m) { m.def("area", &geo::area);\n'
            'py::class_<geo::Box>(m, "Box").def("volume", &geo::Box::volume); }',
        }
    )
    assert uses(graph, "Call") >= {
        ("Big.f", "pkg._native.area", 3),
        ("g", "pkg._native.Box", 3),
        ("g", "pkg._native.Box.volume", 4),
    }
    assert uses(graph, "Reference") == {("g", "pkg._native.area", 5)}
    assert uses(graph, "Inheritance") == {("Big", "pkg._native.Box", 2)}
    external = graph["externals"].filter(pl.col("spelling") == "pkg._native.area").row(0, named=True)
    assert (external["kind"], external["category"]) == ("ExternalSymbol", "binding")


def test_a_stub_is_the_name() -> None:
    graph = build(
        {
            "pkg/__init__.py": "",
            "pkg/native.pyi": "def area(r: float) -> float: ...\n",
            "n.cpp": GEO + 'PYBIND11_MODULE(native, m) { m.def("area", &geo::area); }',
            "user.py": "import pkg.native\npkg.native.area(1)\n",
        }
    )
    rows = graph["uses"].filter(pl.col("kind") == "Binding").select("from", "to").rows()
    assert rows == [("symbol/python/function/area%40pkg%2Fnative.pyi", "symbol/cpp/function/geo%3A%3Aarea%28double%29")]


def test_functions_of_loaded_libraries() -> None:
    graph = build(
        {
            "lib.cpp": 'extern "C" int add_one(int x) { return x + 1; }',
            "user.py": "import ctypes\nlib = ctypes.CDLL('lib.so')\ndef f():\n    return lib.add_one(1)\n",
        }
    )
    rows = graph["uses"].filter(pl.col("kind") == "Binding").select("from", "to").rows()
    assert rows == [("symbol/python/function/f%40user.py", "symbol/cpp/function/add_one%28int%29")]


@pytest.mark.parametrize(
    "source",
    [
        b"PYBIND11_MODULE(",
        b'PYBIND11_MODULE(a, m) { m.def("' + b"x" * 100_000,
        b"PYBIND11_MODULE(a, m) { m" + b'.def("f", &g)' * 3_000 + b"; }",
        b'PYBIND11_MODULE(a, m) { auto x = y; auto y = x; x.def("f", &g); }',
        b'PYBIND11_MODULE(\xff, m) { m.def("\xff", &\xff); }',
        b"pybind11 " + b"(" * 5_000,
        b'static PyMethodDef a[] = {{}, {"x"}, {1, 2}, {"y", &}};',
    ],
)
def test_odd_sources(source: bytes) -> None:
    read_bindings(source)


def test_equal_sources_give_equal_facts() -> None:
    inner = 'void f(py::module& m) { auto a = m; auto b = a; b.def("x", &g); auto c = b; c.def("y", &h); }'
    source = f"#include <pybind11/a.h>\nnamespace a {{ namespace b {{ namespace c {{ {inner} }} }} }}".encode()
    found = read_bindings(source)
    assert {fact.scope for fact in found} == {"a::b::c"}
    assert all(read_bindings(source) == found for _ in range(20))
