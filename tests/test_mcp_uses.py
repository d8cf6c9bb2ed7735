"""Agents' tools where no include or import leads: sources of C, names bound for Python, interfaces, and files that are
used by their paths. No empty answer reads as a fact."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp.server.mcpserver.exceptions import ToolError

import kgraph
from kgraph.errors import QueryError
from kgraph.mcp.answer import cut
from kgraph.mcp.graph_index import GraphIndex
from kgraph.mcp.server import make
from kgraph.mcp.tools import TOOLS
from kgraph.mcp.workers import QuestionLimits, QuestionWorkers
from tests.test_scan import write

FILES: dict[str, str | bytes] = {
    "pkg/__init__.py": "",
    "pkg/fast.py": "from . import _native\n\n\ndef size(path):\n    return _native.disk_size(path)\n",
    "tests/test_fast.py": "from pkg.fast import size\n\n\ndef test_size():\n    assert size('/') > 0\n",
    "pkg/native.h": "#pragma once\n#include <Python.h>\nPyObject *pkg_disk_size(PyObject *self, PyObject *args);\n",
    "pkg/disk.c": (
        '#include "native.h"\n\nstatic long blocks(void) { return 1; }\n\n'
        "PyObject *pkg_disk_size(PyObject *self, PyObject *args) {\n    return PyLong_FromLong(blocks());\n}\n"
    ),
    "pkg/module.c": (
        '#include "native.h"\n\nstatic PyMethodDef methods[] = {\n'
        '    {"disk_size", pkg_disk_size, METH_VARARGS},\n    {NULL, NULL, 0, NULL}\n};\n'
        'static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_native", NULL, -1, methods};\n'
        "PyMODINIT_FUNC PyInit__native(void) { return PyModule_Create(&module); }\n"
    ),
    "go.mod": "module example.com/shop\n\ngo 1.22\n",
    "api/client.go": (
        "package api\n\ntype Store interface {\n\tDelete(id int) error\n}\n\ntype API struct {\n\tDB Store\n}\n\n"
        "func (a *API) Remove(id int) error {\n\treturn a.DB.Delete(id)\n}\n"
    ),
    "database/store.go": (
        "package database\n\ntype Gorm struct{}\n\nfunc (g *Gorm) Delete(id int) error {\n\treturn nil\n}\n"
    ),
    "main.go": (
        'package main\n\nimport (\n\t"example.com/shop/api"\n\t"example.com/shop/database"\n)\n\n'
        "func main() {\n\ta := &api.API{DB: &database.Gorm{}}\n\ta.Remove(1)\n}\n"
    ),
    "infra/main.tf": (
        'resource "google_container_cluster" "my_cluster" {\n  name = var.name\n}\n\n'
        "locals {\n  cluster = google_container_cluster.my_cluster.name\n}\n"
    ),
    "infra/variables.tf": 'variable "name" {\n  type = string\n}\n',
    "deploy/seed.py": "print('INSERT')\n",
    "deploy/run.sh": "#!/bin/sh\npython3 ./seed.py > out.sql\n",
    "deploy/Dockerfile": "FROM scratch\nCOPY ./run.sh /run.sh\n",
    "deploy/form.ui": "<ui><class>Form</class></ui>\n",
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("uses") / "shop"
    write(path, FILES)
    kgraph.build(path, history=False).close()
    return path


@pytest.fixture(scope="module")
def index(root: Path) -> Iterator[GraphIndex]:
    with kgraph.open(root) as graph:
        yield GraphIndex(graph)


def asked(index: GraphIndex, tool: str, **arguments: Any) -> dict[str, Any]:
    structured: dict[str, Any] = cut(TOOLS[tool](index, **arguments), 12_000)["structured"]
    return structured


def text(index: GraphIndex, tool: str, **arguments: Any) -> str:
    return str(cut(TOOLS[tool](index, **arguments), 12_000)["text"])


def test_a_source_of_c_is_used_by_who_uses_what_it_defines(index: GraphIndex) -> None:
    users = asked(index, "who_uses", target="pkg/disk.c")
    assert users["summary"].startswith("0 files include or import pkg/disk.c, 2 use what it declares without that")
    assert [(each["at"], each["uses"]) for each in users["items"]] == [
        ("pkg/fast.py:5", "pkg._native.disk_size"),
        ("pkg/module.c:4", "pkg_disk_size"),
    ]
    assert "2 files use what it declares" in asked(index, "file_card", path="pkg/disk.c")["summary"]


def test_a_change_of_a_source_of_c_touches_python_and_its_tests(index: GraphIndex) -> None:
    touched = {each["file"]: each["steps"] for each in asked(index, "affected", target="pkg/disk.c")["items"]}
    assert touched == {"pkg/module.c": 1, "pkg/fast.py": 2, "tests/test_fast.py": 3}
    # The same change, given as a file.
    tests = [each["id"] for each in asked(index, "affected", files=["pkg/disk.c"])["items"] if each["is_test"]]
    assert tests == ["tests/test_fast.py::test_size"]


def test_a_name_of_python_leads_to_the_function_of_c(index: GraphIndex) -> None:
    for name in ("disk_size", "_native.disk_size", "pkg_disk_size"):
        told = asked(index, "who_uses", target=name)
        assert told["facts"]["symbol"] == "pkg_disk_size"
        assert ("pkg/fast.py:5", "pkg.fast.size") in [(each["at"], each["by"]) for each in told["items"]]
    way = asked(index, "path_between", source="test_fast.test_size", target="pkg_disk_size")
    assert way["summary"] == "test_fast.test_size reaches pkg_disk_size in 3 steps, by what symbols use"
    assert [each["at"] for each in way["items"]] == ["tests/test_fast.py:5", "pkg/fast.py:5", "pkg/module.c:4"]


def test_what_calls_an_interface_uses_what_implements_it(index: GraphIndex) -> None:
    told = text(index, "who_uses", target="Gorm.Delete")
    assert "0 uses, 1 use by another name" in told
    assert "api/client.go:12 example.com/shop/api.API.Remove calls example.com/shop/api.Store.Delete, which it" in told
    way = text(index, "path_between", source="API.Remove", target="Gorm.Delete")
    assert "a call of example.com/shop/api.Store.Delete may run example.com/shop/database.Gorm.Delete" in way


def test_a_way_between_files_is_not_told_as_one_between_symbols(index: GraphIndex) -> None:
    told = asked(index, "path_between", source="shop.main", target="api.API")["summary"]
    assert told.startswith("example.com/shop.main reaches example.com/shop/api.API in 1 step, by what symbols use")
    none = asked(index, "path_between", source="pkg.fast.size", target="Gorm.Delete")
    assert none["summary"].startswith("no way by calls, references, includes and imports is known")
    assert none["items"] == []


def test_variables_of_terraform_are_used_across_its_files(index: GraphIndex) -> None:
    assert [each["at"] for each in asked(index, "affected", target="infra/variables.tf")["items"]] == [
        "infra/main.tf:2"
    ]
    users = asked(index, "who_uses", target="my_cluster")
    assert users["facts"]["symbol"] == "google_container_cluster.my_cluster"
    assert [each["at"] for each in users["items"]] == ["infra/main.tf:6"]


@pytest.mark.parametrize(
    ("path", "named"),
    [("deploy/seed.py", ["deploy/run.sh:2"]), ("deploy/run.sh", ["deploy/Dockerfile"]), ("deploy/form.ui", [])],
)
def test_who_names_a_path_may_use_it(index: GraphIndex, path: str, named: list[str]) -> None:
    told = asked(index, "who_uses", target=path)
    assert [each["at"] for each in told["items"]] == named
    if not named:
        assert "as far as was analysed" in told["summary"]
        assert any("name such files by path" in note for note in told["notes"])


def test_what_is_not_read_of_a_file_is_said(index: GraphIndex) -> None:
    told = asked(index, "includes", path="deploy/Dockerfile")
    assert [each["file"] for each in told["items"]] == ["deploy/run.sh"]
    assert "of Dockerfile only links to files are read" in told["notes"][0]
    assert "as far as was analysed" in asked(index, "affected", target="deploy/Dockerfile")["summary"]


def test_no_macros_are_blamed_where_no_language_has_them(tmp_path: Path) -> None:
    write(tmp_path / "plain", {"a.py": "x = 1\n"})
    with kgraph.build(tmp_path / "plain", history=False) as graph:
        assert asked(GraphIndex(graph), "find_symbol", name="nothing")["summary"] == "0 symbols like 'nothing'"


@pytest.mark.parametrize(
    ("tool", "arguments", "error", "hint"),
    [
        ("file_card", {"path": "infra/"}, "'infra/' is a folder, not a file", "give a file of it: infra/main.tf"),
        ("who_uses", {"target": "infra"}, "'infra' is a folder, not a file", "give a file of it: infra/main.tf"),
        ("who_uses", {"target": "infra/mian.tf"}, "the graph has no file or symbol 'infra/mian.tf'; did you mean", ""),
    ],
)
def test_a_path_that_is_no_file_is_told(
    index: GraphIndex, tool: str, arguments: dict[str, Any], error: str, hint: str
) -> None:
    with pytest.raises(QueryError) as raised:
        asked(index, tool, **arguments)
    assert error in str(raised.value)
    assert hint in (raised.value.hint or "")


def test_wrong_arguments_are_told_in_a_sentence(root: Path) -> None:
    manifest = kgraph.open(root).manifest
    workers = QuestionWorkers(root / ".kgraph", QuestionLimits())
    try:
        server = make(root / ".kgraph", manifest, workers)
        for arguments, said in (
            ({"name": "x", "limit": 1000}, "find_symbol: limit: should be less than or equal to 200, not 1000"),
            ({"limit": 5}, "find_symbol: name: is not given"),
        ):
            with pytest.raises(ToolError) as raised:
                anyio.run(server.call_tool, "find_symbol", arguments)
            assert str(raised.value) == f"{said}\n  hint: it takes name, kind, limit"
    finally:
        workers.close()


def test_the_recipe_of_a_target_is_no_part_of_its_signature(tmp_path: Path) -> None:
    write(tmp_path / "made", {"Makefile": "all: one ## Build it.\n\t@rm -rf build\n\t@echo done\n"})
    with kgraph.build(tmp_path / "made", history=False) as graph:
        (target,) = asked(GraphIndex(graph), "find_symbol", name="all")["items"]
    assert target["signature"] == "all: one ## Build it."


def test_a_build_target_is_needed_by_targets(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "CMakeLists.txt": "project(shop)\nadd_library(base base.cpp)\nadd_library(top top.cpp)\n"
            "target_link_libraries(top base)\nadd_executable(checks checks.cpp)\ntarget_link_libraries(checks top)\n"
            "add_executable(lone checks.cpp)\n"
            "enable_testing()\nadd_test(NAME all COMMAND checks)\n",
            "base.cpp": "int a() { return 1; }\n",
            "top.cpp": "int b() { return 1; }\n",
            "checks.cpp": "int main() { return 0; }\n",
        },
    )
    with kgraph.build(tmp_path) as graph:
        index = GraphIndex(graph)
        told, nothing = asked(index, "affected", target="base"), asked(index, "affected", target="lone")
    assert nothing["items"] == [] and "no build file that was read" in nothing["notes"][0]  # and why, so no silence
    assert told["facts"] == {"target": "base", "targets": 2, "tests": 1, "direct": 1}
    assert [(each["target"], each["how"], each["of"], each["steps"]) for each in told["items"]] == [
        ("top", "is linked with", "base", 1),
        ("checks", "is linked with", "top", 2),
        ("all", "runs", "checks", 3),
    ]
