"""Names that C++ offers to Python: what reads them. What is bound to what stands in `specs/bindings`."""

from __future__ import annotations

import polars as pl
import pytest

from kgraph.assemble.assemble import AssembleInput, assemble
from kgraph.extract import extract
from kgraph.extract.cpp.bindings import read_bindings
from kgraph.model import Repository, SourceFile


def test_a_bound_name_is_an_external_symbol() -> None:
    code = 'double area(double r) { return r; }\nPYBIND11_MODULE(_native, m) { m.def("area", &area); }'
    facts = extract(code.encode(), "C++")
    files = [SourceFile("n.cpp", 1, "0" * 40, "C++")]
    graph = assemble(AssembleInput(Repository("r", "https://example.org/"), files, [facts], agent=""))
    external = graph["externals"].row(by_predicate=pl.col("spelling") == "_native.area", named=True)
    assert (external["kind"], external["category"]) == ("ExternalSymbol", "binding")


def test_what_a_module_needs_of_the_interpreter_is_not_its_variable() -> None:
    code = b"PYBIND11_MODULE(_native, m, py::mod_gil_not_used(), py::multiple_interpreters::not_supported()) {\n"
    found = read_bindings(
        code + b'  m.def("area", &area);\n  py::class_<Shape>(m, "Shape", "A shape.").def("f", &Shape::f);\n}'
    )
    assert {(fact.container, fact.name, fact.target) for fact in found} == {
        ("!_native", "area", "area"),
        ("!_native", "Shape", "Shape"),
        ("!_native.Shape", "f", "Shape::f"),
    }


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
