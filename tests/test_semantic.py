"""The semantic tier: what a compiler says of small trees, each with a compile database written by hand.

What it says of names stands in the specs, which it reads as well; see `specs/cpp/compiled` for what it alone says.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import kgraph
from kgraph.cli import main
from kgraph.errors import QueryError
from kgraph.extract.semantic import database as databases
from kgraph.extract.semantic import driver
from kgraph.scan import blob_id

pytest.importorskip("clang", reason="the extra kgraph-code[clang] is not installed")
pytest.importorskip("clang_tidy", reason="the extra kgraph-code[clang] is not installed")

SHAPE = """#pragma once
namespace geo {
#define AREA_UNIT 2
#define DECLARE_GETTER(name) int get_##name() const { return name; }
struct Point { int x = 0; int y = 0; };
class Shape {
 public:
  explicit Shape(int id) : id_(id) {}
  virtual ~Shape() = default;
  virtual int area() const = 0;
  DECLARE_GETTER(id_)
 protected:
  int id_;
};
template <class T> class Stack {
 public:
  void push(const T& item) { last = item; ++count; }
  T last;
  int count = 0;
};
template <> class Stack<bool> { public: void push(bool) {} };
template <class T> T twice(T t) { return t + t; }
class Square final : public virtual Shape {
 public:
  Square() : Shape(1) {}
  int area() const override { return side * side * AREA_UNIT; }
  int side = 1;
  Point corner;
};
using Base = Shape;
class Circle : private Base { int area() const override; };
Point operator+(const Point& a, const Point& b);
}
"""

MAIN = """#include "shape.h"
namespace geo {
static int helper(int a) { return a; }
int Circle::area() const { return helper(id_); }
Point operator+(const Point& a, const Point& b) { Point r; r.x = a.x + b.x; r.y += a.y; return r; }
}
int global = 0;
int* where = &global;
int use(geo::Stack<int>& s) {
  s.push(3);
  geo::Stack<bool> b;
  b.push(true);
  global = s.count;
  auto f = [&](int q) { return geo::twice(q); };
  geo::Square sq;
  geo::Point p = sq.corner + sq.corner;
  return f(global) + sq.area() + sq.get_id_() + p.x;
}
"""

OTHER = """#include "shape.h"
static int helper(int a) { return a + 1; }
int other(geo::Shape& shape) { return helper(shape.area()); }
"""


def write(root: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def database(root: Path, *files: str, flags: tuple[str, ...] = ("-std=c++17",)) -> None:
    entries = [{"directory": str(root), "file": file, "arguments": ["c++", *flags, "-c", file]} for file in files]
    (root / "compile_commands.json").write_text(json.dumps(entries))


def build(root: Path, **options: Any) -> kgraph.KGraph:
    return kgraph.build(root, output=root.parent / f"{root.name}-graph", jobs=options.pop("jobs", 1), **options)


USES = """SELECT ?kind ?source ?target ?file ?line ?role ?confidence {
  ?use kg:from/rdfs:label|kg:from/kg:path ?source ; kg:to/rdfs:label ?target ; a ?class ; kg:inFile/kg:path ?file ;
       kg:line ?line .
  BIND(STRAFTER(STR(?class), "#") AS ?kind)
  OPTIONAL { ?use kg:role ?role } OPTIONAL { ?use kg:confidence ?confidence }
}"""


def uses(graph: kgraph.KGraph) -> set[tuple[str, str, str, str, int, str]]:
    """Kind, source, target, file, line, role of each use that is extracted."""
    return {
        (row["kind"], row["source"], row["target"], row["file"], row["line"], row["role"] or "")
        for row in graph.query(USES).dicts()
        if row["confidence"] is None
    }


@pytest.fixture(scope="module")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[kgraph.KGraph]:
    root = tmp_path_factory.mktemp("semantic") / "tree"
    write(root, {"src/shape.h": SHAPE, "src/main.cpp": MAIN, "src/other.cpp": OTHER})
    database(root, "src/main.cpp", "src/other.cpp")
    with build(root) as graph:
        yield graph


class TestEdges:
    def test_nothing_is_used_by_a_namespace(self, shapes: kgraph.KGraph) -> None:
        assert not list(shapes.query("SELECT ?use { ?use kg:from ?from . ?from a kg:Namespace }").dicts())


class TestSymbols:
    def test_what_a_macro_makes_is_a_member_of_its_class(self, shapes: kgraph.KGraph) -> None:
        text = (
            "SELECT ?class ?line { ?class kg:contains ?m . ?m rdfs:label 'get_id_' ; kg:definition/kg:startLine ?line }"
        )
        (row,) = shapes.query(text).dicts()
        assert row["line"] == 11
        assert row["class"].endswith("symbol/cpp/type/geo%3A%3AShape")

    def test_ids_are_those_of_a_build_without_a_compiler(self, shapes: kgraph.KGraph, tmp_path: Path) -> None:
        write(tmp_path / "tree", {"src/shape.h": SHAPE, "src/main.cpp": MAIN, "src/other.cpp": OTHER})
        with build(tmp_path / "tree") as plain:
            known = set(plain.frame("symbols")["id"])
        added = set(shapes.frame("symbols")["id"]) - known
        assert {name for name in added if "json" not in name} == {
            "symbol/cpp/function/geo%3A%3AShape%3A%3Aget_id_%28%29"
        }

    def test_files_say_who_read_them(self, shapes: kgraph.KGraph) -> None:
        read_as = dict(shapes.frame("files").select("path", "read_as").iter_rows())
        assert read_as["src/shape.h"] == read_as["src/main.cpp"] == "semantic"
        assert shapes.manifest["ledger"]["compiler"]["read"] == 2


def test_a_unit_that_misses_a_header_is_read_as_text(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    write(
        root,
        {
            "ok.h": "#pragma once\ninline int fine() { return 1; }\n",
            "bad.cpp": '#include "ok.h"\n#include "gen/made.h"\nint f() { return 1; }\nint g() { return f(); }\n',
            "good.cpp": '#include "ok.h"\nint h() { return fine(); }\n',
        },
    )
    database(root, "bad.cpp", "good.cpp")
    with build(root) as graph:
        read_as = dict(graph.frame("files").select("path", "read_as").iter_rows())
        assert read_as == {
            "bad.cpp": "syntax",
            "compile_commands.json": "syntax",
            "good.cpp": "semantic",
            "ok.h": "semantic",
        }
        assert ("Call", "h", "fine", "good.cpp", 2, "") in uses(graph)
        assert not [use for use in uses(graph) if use[3] == "bad.cpp"]  # what there is was inferred
        notes = graph.frame("files").filter(path="bad.cpp")["diagnostics"].to_list()[0]
        assert notes == [
            "line 2: header not found: gen/made.h",
            "not read by the compiler: header not found: gen/made.h",
        ]
        found = graph.doctor()
        assert any("gen/made.h  in 1 unit, first bad.cpp:2" in line for each in found for line in each.details)
        assert graph.manifest["ledger"]["compiler"]["missing_headers"] == {"gen/made.h": 1}


def test_doctor_names_what_makes_a_header(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    write(
        root,
        {
            "src/config.h.in": "#define A @A@\n",
            "src/a.cpp": '#include "gen/made.h"\n#include "config.h"\n#include "stddef.h"\nint f();\n',
            "build/build.ninja": "rule x\n  command = true\nbuild out/gen/made.h | $\n out/gen/other.h: x dep\n",
        },
    )
    database(root, "src/a.cpp")
    (root / "compile_commands.json").rename(root / "build" / "compile_commands.json")
    with build(root) as graph:
        details = "\n".join(line for finding in graph.doctor() for line in finding.details)
    assert f"ninja -C {root}/build out/gen/made.h" in details
    assert "config.h  in 1 unit, first src/a.cpp:2; from src/config.h.in" in details


def test_includes_are_those_of_the_preprocessor(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    write(
        root,
        {
            "one/config.h": "#pragma once\n",
            "two/config.h": "#pragma once\n",
            "src/a.cpp": "#include <config.h>\n#if 0 || defined(NEVER)\n#include <config.h>\n#endif\nint a;\n",
        },
    )
    database(root, "src/a.cpp", flags=(f"-I{root}/two", f"-I{root}/one"))
    with build(root) as graph:
        rows = graph.frame("includes").sort("start_line").select("start_line", "targets").rows()
    assert rows[0] == (1, ["file/two/config.h"])


def test_the_same_whatever_the_number_of_workers(tmp_path: Path) -> None:
    files = {"src/shape.h": SHAPE, "src/main.cpp": MAIN}
    files |= {
        f"src/u{n:02}.cpp": f'#include "shape.h"\nint f{n}(geo::Square& s) {{ return s.area(); }}\n' for n in range(18)
    }
    exports = []
    for jobs in (1, 2):
        root = tmp_path / str(jobs) / "tree"
        write(root, files)
        database(root, *(name for name in files if name.endswith(".cpp")))
        with build(root, jobs=jobs, exclude=["*.json"]) as graph:
            target = tmp_path / f"{jobs}.nt"
            graph.export("nt", target, sort=True)
            exports.append(target.read_bytes())
    assert exports[0] == exports[1]


def test_a_rebuild_gives_what_a_build_from_nothing_would(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    files = {
        "a.h": "#pragma once\ninline int low() { return 1; }\n",
        "b.h": "#pragma once\ninline int hi() { return 2; }\n",
    }
    files |= {
        "a.cpp": '#include "a.h"\n#include "b.h"\nint a() { return low() + hi(); }\n',
        "b.cpp": '#include "b.h"\nint b() { return hi(); }\n',
        "c.cpp": '#include "a.h"\nint c() { return low(); }\n',
    }
    write(root, files)
    database(root, "a.cpp", "b.cpp", "c.cpp")
    build(root).close()
    with build(root) as graph:
        assert graph.built is not None and not graph.built.changed
    # The unit that told of b.h does not read it any more, and a line moves in the header that others read.
    write(
        root,
        {
            "a.cpp": '#include "a.h"\nint a() { return low(); }\n',
            "a.h": "#pragma once\n\ninline int low() { return 1; }\n",
        },
    )
    with build(root) as graph:
        graph.export("nt", tmp_path / "again.nt", sort=True)
        assert ("Call", "b", "hi", "b.cpp", 2, "") in uses(graph)
        assert dict(graph.frame("files").select("path", "read_as").iter_rows())["b.h"] == "semantic"
    with build(root, force=True) as graph:
        graph.export("nt", tmp_path / "anew.nt", sort=True)
    assert (tmp_path / "again.nt").read_bytes() == (tmp_path / "anew.nt").read_bytes()


def test_a_header_that_vanished_costs_the_units_that_need_it(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    write(
        root,
        {
            "a.h": "#pragma once\ninline int low() { return 1; }\n",
            "a.cpp": '#include "a.h"\nint a() { return low(); }\n',
            "b.cpp": "static int one() { return 1; }\nint b() { return one(); }\n",
        },
    )
    database(root, "a.cpp", "b.cpp")
    build(root).close()
    (root / "a.h").unlink()
    with build(root) as graph:
        notes = dict(graph.frame("files").select("path", "diagnostics").iter_rows())
        assert notes["a.cpp"] == ["line 1: header not found: a.h", "not read by the compiler: header not found: a.h"]
        assert ("Call", "b", "one", "b.cpp", 2, "") in uses(graph)


def test_a_header_that_has_been_made_since_is_seen(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    made = tmp_path / "build"
    write(root, {"a.cpp": '#include "made.h"\nint f() { return value(); }\nint value() { return f(); }\n'})
    database(root, "a.cpp", flags=(f"-I{made}",))
    with build(root) as graph:
        assert graph.manifest["ledger"]["compiler"]["read"] == 0
    write(made, {"made.h": "int value();\n"})
    with build(root) as graph:
        assert graph.manifest["ledger"]["compiler"]["read"] == 1
        assert ("Call", "f", "value", "a.cpp", 2, "") in uses(graph)


def test_a_unit_that_kills_its_worker_costs_itself_alone(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    write(
        root,
        {
            "deep.cpp": "int f() { return " + "a<" * 100_000 + "1; }\n",
            "good.cpp": "int g() { return 1; }\nint h() { return g(); }\n",
        },
    )
    database(root, "deep.cpp", "good.cpp")
    with build(root) as graph:
        notes = dict(graph.frame("files").select("path", "diagnostics").iter_rows())
        assert any(note.startswith("not read by the compiler: the compiler crashed") for note in notes["deep.cpp"])
        assert ("Call", "h", "g", "good.cpp", 2, "") in uses(graph)
        assert graph.manifest["ledger"]["compiler"]["read"] == 1


def test_a_unit_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    write(tmp_path, {"slow.cpp": "#include <vector>\n#include <map>\nstd::map<int, std::vector<int>> m;\n"})
    database(tmp_path, "slow.cpp")
    found = databases.read(tmp_path, tmp_path, {"slow.cpp"})
    told = driver.read(found, tmp_path, {"slow.cpp": "1"}, NoCache(), driver.ReadOptions(jobs=1, seconds=0.001))
    (outcome,) = (unit.outcome for unit in told.units)
    assert outcome.startswith("took longer than")
    assert told.files == {}
    assert told.notes == {"slow.cpp": [f"not read by the compiler: {outcome}"]}


def test_a_unit_beyond_the_memory_of_a_worker_costs_itself_alone(tmp_path: Path) -> None:
    tens = "".join(f"#define T{n + 1} {f'T{n},' * 9}T{n}\n" for n in range(6))
    write(tmp_path, {"large.cpp": f"#define T0 1\n{tens}int a[] = {{T6,T6,T6}};\n", "small.cpp": "int g();\n"})
    database(tmp_path, "large.cpp", "small.cpp")
    found = databases.read(tmp_path, tmp_path, {"large.cpp", "small.cpp"})
    blobs = {name: blob_id((tmp_path / name).read_bytes()) for name in ("large.cpp", "small.cpp")}
    told = driver.read(found, tmp_path, blobs, ResultCache(), driver.ReadOptions(jobs=1, memory=500 << 20))
    large, small = told.units
    assert large.outcome in ("the compiler cannot read it", "the compiler crashed (SIGABRT)")
    assert told.notes == {"large.cpp": [f"not read by the compiler: {large.outcome}"]}
    assert (small.outcome, list(told.files)) == ("", ["small.cpp"])


class ResultCache:
    def get(self, keys: Collection[str]) -> dict[str, bytes]:
        return {}

    def put(self, key: str, data: bytes) -> None:
        pass


class NoCache:
    def get(self, keys: Collection[str]) -> dict[str, bytes]:
        return {}

    def put(self, key: str, data: bytes) -> None:
        raise AssertionError("what has to do with this machine must not be kept")


def test_the_command_line_tells_what_the_compiler_did(shapes: kgraph.KGraph) -> None:
    runner = CliRunner()
    stats = runner.invoke(main, ["stats", "-g", str(shapes.path)]).output
    assert "read completely                2" in stats
    doctor = runner.invoke(main, ["doctor", "src/main.cpp", "-g", str(shapes.path)]).output
    assert "read by the compiler by itself: without errors" in doctor
    found = json.loads(runner.invoke(main, ["doctor", "-g", str(shapes.path), "--json"]).output)
    assert found == []
    asked = runner.invoke(main, ["query", "-g", str(shapes.path), "-e", "SELECT ?a { ?a kg:calls ?b }"])
    assert "compiler" not in asked.stderr  # it read them all


def test_a_query_tells_of_files_that_no_compiler_read(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    write(root, {"a.c": "int a(void) { return 1; }\n", "b.c": "int b(void) { return 1; }\n"})
    database(root, "a.c")
    with build(root) as graph:
        query = ["query", "-g", str(graph.path), "-e", "SELECT ?a { ?a kg:calls ?b }"]
        asked = CliRunner().invoke(main, query)
        assert "a compiler reported the uses in 1 of 2 files of the C family" in asked.stderr
        assert any("1 source read by no unit" in finding.what for finding in graph.doctor())


def test_doctor_tells_how_one_file_was_read(shapes: kgraph.KGraph) -> None:
    (found,) = shapes.doctor("src/shape.h")
    assert found.what == "src/shape.h was read as semantic"
    assert found.advice == "read by the compiler by way of src/main.cpp: without errors"
    assert "flags: -std=c++17" in found.details
    with pytest.raises(QueryError):
        shapes.doctor("nowhere.h")


def test_what_templates_and_directives_name(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    source = """#include "macros.h"
namespace n { void f(int); void f(char); struct S { void g(int) {} void g(char) {} }; }
using n::f;
struct T : n::S { using n::S::g; };
template <class X> void call(X x) { n::f(x); }
int use() { extern int counter; return counter; }
#define TWICE(ONE) (ONE + ONE + UNIT)
#if 0
#define NEVER UNIT
#endif
#undef UNIT
"""
    write(
        root,
        {"a.cpp": source, "macros.h": '#define UNIT 1\n#define SAID "UNIT" /* UNIT */\n', "b.cpp": "int counter;\n"},
    )
    database(root, "a.cpp", "b.cpp")
    with build(root) as graph:
        found = uses(graph)
        both = graph.query("SELECT ?use { ?use kg:to/rdfs:label 'f' ; kg:line 3 }")
        assert len(list(both.dicts())) == 2
    names = {(what, target, line) for what, _, target, file, line, _ in found if file == "a.cpp"}
    assert {("Reference", "f", 3), ("Reference", "g", 4), ("Reference", "f", 5)} <= names
    assert ("Reference", "counter", 6) in names  # of another file
    assert {line for _, target, line in names if target == "UNIT"} == {7, 11}
    assert not [each for each in found if each[3] == "macros.h"]


def test_hostile_names(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    name = "a b'#%\"`|]<script>\xe9\n.cpp"
    write(
        root,
        {
            "x y/" + name: '#include "h é.h"\nint f() { return g(); }\n',
            "x y/h é.h": "#pragma once\ninline int g() { return 1; }\n",
        },
    )
    database(root, "x y/" + name)
    with build(root) as graph:
        assert ("Call", "f", "g", "x y/" + name, 2, "") in uses(graph)


def test_names_that_are_no_utf8(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    write(
        root,
        {"a.cpp": '#include "b.h"\nint f() { return g(); }\n', "b.h": "#pragma once\ninline int g() { return 1; }\n"},
    )
    folder = os.fsdecode(os.fsencode(root) + b"/\xff")
    Path(folder).mkdir()
    Path(folder, "c.cpp").write_text('#include "b.h"\nint h() { return g(); }\n')
    (root / "a2.cpp").write_bytes(b'#include "\xff.h"\n')
    entries = [
        {"directory": str(root), "file": "a.cpp", "arguments": ["c++", f"-I{folder}", "-DX=\udcfe", "a.cpp"]},
        {"directory": str(root), "file": f"{folder}/c.cpp", "arguments": ["c++", "-I.", f"{folder}/c.cpp"]},
        {"directory": str(root), "file": "a2.cpp", "arguments": ["c++", "a2.cpp"]},
    ]
    text = json.dumps(entries, ensure_ascii=False)
    (root / "compile_commands.json").write_text(text, "utf-8", "surrogateescape")
    with build(root) as graph:
        assert ("Call", "f", "g", "a.cpp", 2, "") in uses(graph)
        read_as = dict(graph.frame("files").select("path", "read_as").iter_rows())
        assert read_as["a2.cpp"] == "syntax"
        assert read_as["\\xff/c.cpp"] == "syntax"
        notes = dict(graph.frame("files").select("path", "diagnostics").iter_rows())
        assert notes["\\xff/c.cpp"] == ["not read by the compiler: its path is not UTF-8"]
        assert graph.manifest["ledger"]["compiler"]["units"] == 2
