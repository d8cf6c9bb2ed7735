"""Whole builds: what they leave, what they reuse, and what they survive."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import kgraph
from kgraph import git
from kgraph.assemble import use_resolution
from kgraph.cli import statistics
from kgraph.errors import GraphError
from kgraph.model import SourceFile
from kgraph.pipeline.build import build
from kgraph.pipeline.cost import BuildCost, announce
from kgraph.pipeline.options import BuildOptions
from kgraph.store import folder
from tests.test_scan import repository, write

FILES: dict[str, str | bytes] = {
    "README.md": "# Shapes\n\nSee [the header](include/shape.h).\n",
    "include/shape.h": (
        "#pragma once\n#include <vector>\nnamespace geo {\nclass Shape {\n public:\n  double area() const;\n};\n}\n"
    ),
    "src/shape.cpp": '#include "shape.h"\n\nnamespace geo {\ndouble Shape::area() const { return 0; }\n}\n',
    "src/c.c": "static int f(void) { return 1; }\n",
    "py/pkg/__init__.py": "from .a import f\n",
    "py/pkg/a.py": 'def f(x: int) -> int:\n    """Doubles."""\n    return 2 * x\n',
    "py/bad.py": "print 'python 2'\n",
    "CMakeLists.txt": "project(shapes)\nadd_library(shape src/shape.cpp)\nadd_executable(app src/c.c)\n",
    "src/generic.h": "#include NAMED\n",
    "src/c.h": "int c;\n",
    "src/named.c": '#define NAMED "c.h"\n#include "generic.h"\n',
    "src/unit.cppm": "export module unit;\n",
    "src/use.cpp": "import unit;\nimport other;\n",
    "go.mod": "module example.com/tool\n",
    "cmd/tool.go": "package tool\n\nfunc Run() {}\n",
    "lib/inner/mod.py": "x = 1\n",
    "lib/user.py": "import inner.mod\n",
    "data.bin": b"\0\1\2",
    "odd name #1%.py": "x = 1\n",
}


def triples(folder: Path) -> set[str]:
    """All triples of the store, and with them a check that the tables say the same."""
    with kgraph.open(folder) as graph:
        stored = {str(quad.triple) for quad in graph.store}
        assert len(stored) == graph.manifest["counts"]["triples"]
    return stored


def table_bytes(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted((folder / "tables").iterdir())}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    path = tmp_path / "repo"
    path.mkdir()
    return repository(path, FILES)


def test_the_graph_of_a_small_repository(root: Path) -> None:
    with kgraph.build(root) as graph:
        assert graph.path == root / ".kgraph"
        assert {row["file"] for row in graph.query("includers", path="include/shape.h").dicts()} == {"src/shape.cpp"}
        (area,) = graph.query(
            """SELECT ?declared ?defined WHERE {
                 ?s kg:qualifiedName "geo::Shape::area" ; kg:declaration/kg:inFile/kg:path ?declared ;
                    kg:definition/kg:inFile/kg:path ?defined }"""
        ).values()
        assert area == ("include/shape.h", "src/shape.cpp")
        (skipped,) = graph.manifest["ledger"]["skipped"]
        assert (skipped["path"], skipped["line"]) == ("py/bad.py", 1)
        assert graph.manifest["counts"]["files"] == len(FILES)
        assert "kgraph" not in " ".join(graph.frame("files")["path"])


def test_the_same_again_costs_nothing_and_changes_nothing(root: Path) -> None:
    first = build(root, None, BuildOptions())
    again = build(root, None, BuildOptions())
    assert (first.changed, again.changed) == (True, False)
    assert again.manifest == first.manifest | {"inputs": again.manifest["inputs"]}
    assert [p.name for p in (root / ".kgraph").glob("graph-*")] == ["graph-000001"]


def test_a_file_that_is_gone_is_no_reason_to_build_again(root: Path) -> None:
    (root / "src/c.c").unlink()
    first = build(root, None, BuildOptions())
    assert [skipped["path"] for skipped in first.manifest["ledger"]["skipped"]] == ["py/bad.py", "src/c.c"]
    assert not build(root, None, BuildOptions()).changed


def test_equal_input_gives_equal_bytes_whatever_the_workers(root: Path, tmp_path: Path) -> None:
    build(root, tmp_path / "one", BuildOptions(jobs=1))
    build(root, tmp_path / "four", BuildOptions(jobs=4))
    assert table_bytes(tmp_path / "one") == table_bytes(tmp_path / "four")
    assert triples(tmp_path / "one") == triples(tmp_path / "four")
    assert (tmp_path / "one/manifest.json").read_bytes() == (tmp_path / "four/manifest.json").read_bytes()


EDITS: dict[str, dict[str, str | bytes | None]] = {
    "a body": {"src/shape.cpp": '#include "shape.h"\n\nnamespace geo {\ndouble Shape::area() const { return 1; }\n}\n'},
    "a line above": {"include/shape.h": b"// more\n" + bytes(FILES["include/shape.h"], "utf-8")},  # type: ignore[arg-type]
    "a new include": {"src/c.c": '#include "shape.h"\n#include "shape.h"\nint g;\n'},
    "a new file": {"include/vector": "int v;\n"},
    "a file less": {"include/shape.h": None},
    "an export macro": {"include/shape.h": "#define API __attribute__((x))\nclass API Other {};\n"},
    "another repository": {
        "src/shape.cpp": "int x;\n",
        "py/pkg/a.py": "y = 1\n",
        "README.md": "# New\n",
        "n.py": "z = 1\n",
    },
    "a repaired file": {"py/bad.py": "print('python 3')\n"},
    "a target's source": {"CMakeLists.txt": "project(shapes)\nadd_library(shape src/c.c)\n"},
    "no build file": {"CMakeLists.txt": None},
    "a program of Go": {"cmd/tool.go": "package main\n\nfunc main() {}\n"},
    "a header that a macro names": {"src/named.c": '#define NAMED "shape.h"\n#include "generic.h"\n'},
    "a module of C++": {"src/unit.cppm": "export module other;\n"},
    "a root of Python": {"pyproject.toml": '[tool.setuptools.package-dir]\n"" = "lib"\n'},
    "another language": {"src/shape.cpp": None, "src/shape.c": '#include "shape.h"\n'},
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_rebuild_gives_what_a_build_from_nothing_gives(root: Path, tmp_path: Path, edit: str) -> None:
    build(root, tmp_path / "g", BuildOptions())
    for name, content in EDITS[edit].items():
        if content is None:
            (root / name).unlink()
        else:
            write(root, {name: content})
    subprocess.run(["git", "add", "-A"], cwd=root, check=True)
    assert build(root, tmp_path / "g", BuildOptions()).changed
    build(root, tmp_path / "fresh", BuildOptions())
    assert table_bytes(tmp_path / "g") == table_bytes(tmp_path / "fresh")
    assert triples(tmp_path / "g") == triples(tmp_path / "fresh")
    assert (tmp_path / "g/manifest.json").read_bytes() == (tmp_path / "fresh/manifest.json").read_bytes()


USING: dict[str, str | bytes] = {
    "README.md": "# Uses\n",
    "a.h": "int area(int n);\n",
    "a.cpp": '#include "a.h"\nint area(int n) { return n; }\nint twice() { return area(1) + area(2); }\n',
    "m.py": "def f(): pass\ndef g(): f()\n",
    "test_m.py": "from m import f\ndef test_f(): f()\n",
    "bound.cpp": '#include "a.h"\nPYBIND11_MODULE(ext, m) {\n  m.def("area", &area);\n}\n',
    "use.py": "import ext\next.area(1)\n",
}


@pytest.mark.parametrize("damaged", [False, True])
def test_an_edit_of_a_document_resolves_no_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, damaged: bool
) -> None:
    root = repository(tmp_path / "repo", USING)
    build(root, None, BuildOptions(jobs=1))
    (root / "README.md").write_text("# Uses\n\nSee [m](m.py).\n")
    resolved: list[str] = []
    for name in ("resolve_uses", "resolve_python"):
        monkeypatch.setattr(use_resolution, name, noting(getattr(use_resolution, name), resolved))
    if damaged:
        with (root / ".kgraph/tables/uses.parquet").open("r+b") as stream:
            state = os.fstat(stream.fileno())
            stream.write(b"\0\0\0\0")
        os.utime(root / ".kgraph/tables/uses.parquet", ns=(state.st_atime_ns, state.st_mtime_ns))
    build(root, None, BuildOptions(jobs=1))
    assert resolved == (["resolve_uses", "resolve_python"] if damaged else [])
    build(root, tmp_path / "fresh", BuildOptions(jobs=1))
    assert table_bytes(root / ".kgraph") == table_bytes(tmp_path / "fresh")
    with kgraph.open(root / ".kgraph") as graph:
        assert {"Call", "Binding", "Test"} <= set(graph.frame("uses")["kind"])


def noting(function: Callable[..., Any], called: list[str]) -> Callable[..., Any]:
    def noted(*arguments: Any, **named: Any) -> Any:
        called.append(function.__name__)
        return function(*arguments, **named)

    return noted


def test_what_a_build_opens_it_opens_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = repository(tmp_path / "r", {"a.c": "int f(void);\n", "b.py": "x = 1\n"})
    build(root, None, BuildOptions(jobs=1))
    asked: list[tuple[str, ...]] = []
    opened: list[str] = []
    run, connect = git.run, sqlite3.connect

    def asking(where: Path, *args: str, **options: Any) -> git.GitOutput:
        asked.append(args)
        return run(where, *args, **options)

    def opening(path: Path, **options: Any) -> sqlite3.Connection:
        opened.append(path.name)
        return connect(path, **options)

    monkeypatch.setattr(git, "run", asking)
    monkeypatch.setattr(sqlite3, "connect", opening)
    write(root, {"b.py": "x = 2\n"})
    assert build(root, None, BuildOptions(jobs=1)).changed
    assert sorted(opened) == ["answers.sqlite", "facts.sqlite"]
    # Before anything is taken from an earlier build, and for the scan.
    assert sum("--show-cdup" in args for args in asked) == 2


@pytest.mark.once
@pytest.mark.parametrize("seconds", [0.05, 0.3, 0.5, 0.7, 1.2])
def test_a_killed_build_loses_nothing(root: Path, tmp_path: Path, seconds: float) -> None:
    build(root, tmp_path / "g", BuildOptions())
    before = triples(tmp_path / "g")
    write(root, {"src/shape.cpp": "int changed;\n"})
    build(root, tmp_path / "fresh", BuildOptions())
    after = triples(tmp_path / "fresh")
    assert before != after
    code = f"import kgraph; kgraph.build({str(root)!r}, output={str(tmp_path / 'g')!r}, force=True)"
    process = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
    time.sleep(seconds)
    with contextlib.suppress(ProcessLookupError):  # it was done before
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert triples(tmp_path / "g") in (before, after)
    build(root, tmp_path / "g", BuildOptions())
    assert triples(tmp_path / "g") == after
    assert len(list((tmp_path / "g").glob("graph-*"))) == 1


def test_a_build_killed_after_its_swap_leaves_nothing_behind(root: Path, tmp_path: Path) -> None:
    build(root, tmp_path / "g", BuildOptions())
    former = (tmp_path / "g/current").readlink()
    with contextlib.closing(folder.open_current(tmp_path / "g")):  # as the killed build held it
        build(root, tmp_path / "g", BuildOptions(force=True))
    assert (tmp_path / "g" / former).is_dir()
    assert not build(root, tmp_path / "g", BuildOptions()).changed
    assert [path.name for path in (tmp_path / "g").glob("graph-*")] == [(tmp_path / "g/current").readlink().name]


@pytest.mark.parametrize("damaged", ["store", "store/CURRENT", "tables/edges.parquet", "manifest.json"])
def test_a_damaged_graph_is_built_anew(root: Path, tmp_path: Path, damaged: str) -> None:
    build(root, tmp_path / "g", BuildOptions(store=True))
    (generation,) = (tmp_path / "g").glob("graph-*")
    if (generation / damaged).is_dir():
        shutil.rmtree(generation / damaged)
    else:
        (generation / damaged).write_bytes(b"{")
    write(root, {"src/shape.cpp": "int changed;\n"})
    build(root, tmp_path / "g", BuildOptions())
    build(root, tmp_path / "fresh", BuildOptions())
    assert triples(tmp_path / "g") == triples(tmp_path / "fresh")


def test_a_build_at_the_top_level_of_a_script(root: Path, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(f"import kgraph\nprint(kgraph.build({str(root)!r}))\n")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"<KGraph of repo: {len(FILES)} files, ")
    assert done.stderr == ""


def test_a_graph_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="kgraph build"):
        kgraph.open(tmp_path)


def test_an_empty_folder(tmp_path: Path) -> None:
    with kgraph.build(tmp_path) as graph:
        assert graph.manifest["counts"]["files"] == 0
        assert list(graph.query("largest-files").values()) == []
        assert list(statistics.lines(graph.manifest))
    (tmp_path / "a.cpp").write_text("int x;\n")
    with kgraph.build(tmp_path) as graph:
        assert graph.manifest["counts"]["symbols"] == 1


def test_frames_and_graphs(root: Path) -> None:
    graph = kgraph.build(root)
    files = graph.frame("files")
    assert files.filter(files["path"] == "src/shape.cpp")["language"].to_list() == ["C++"]
    assert list(graph.frame("files", "pandas").columns) == files.columns
    network = graph.to_networkx(nodes=["File"], edges=["includes"])
    assert ("file/src/shape.cpp", "file/include/shape.h", "includes") in network.edges(keys=True)
    assert len(graph.to_rdflib()) == graph.manifest["counts"]["triples"]


class TestCost:
    def test_of_what_is_parsed_and_by_how_many_processes(self) -> None:
        mega = 1_000_000
        files = [
            SourceFile("a.c", 60 * mega, "", "C"),
            SourceFile("b.bin", 900 * mega, "", ""),
            SourceFile("c.c", 900 * mega, "", "C", unparsed="larger than 4 MB"),
        ]
        one, two = (BuildCost.estimate(files, workers) for workers in (1, 2))
        assert (one.files, one.bytes) == (1, 60 * mega)
        assert two.seconds < one.seconds < 2 * two.seconds
        assert one.memory == two.memory > 60 * mega

    def test_it_is_said_of_large_trees_alone(self, caplog: pytest.LogCaptureFixture) -> None:
        for size in (1_000, 400_000_000):
            announce([SourceFile("a.c", size, "", "C")], 2)
        (said,) = [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING]
        assert said.startswith("1 file of 400 MB to parse: about 4 minutes and 5.1 GB of memory")
