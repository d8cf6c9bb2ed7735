"""What the notes of an answer say of ways that the answer does not list."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import kgraph
from kgraph.assemble.unresolved_calls import CallTally, sum_unresolved
from kgraph.impact import changes_of_paths
from kgraph.mcp.dependency_tools import impact_of
from kgraph.mcp.graph_index import GraphIndex

FILES = {
    "go.mod": "module m\n\nrequire github.com/x/pkg v1.0.0\n",
    "m.go": """\
package m

import "github.com/x/pkg/inner"

type Server struct{}

func (s *Server) handle() {}
func run(f func())        {}
func direct()             {}
func Start(s *Server)     { run(s.handle); direct(); inner.Go() }
""",
    "inner/deep.go": "package inner\n\nfunc Deep() {}\nfunc Deeper() { Deep() }\n",
    "wide/wide.go": 'package wide\n\nimport (\n\t"example.com/other"\n\t"io"\n)\n\n'
    "type Wide interface {\n\tother.Thing\n\tio.Closer\n}\n\ntype Shut interface{ io.Closer }\n\n"
    "type Wider interface{ Wide }\n",
    "p.py": """\
depth = 1
class P:
    limit = 1
    def publish(self): pass
def f(page, q: P):
    page.publish()
    q.publish()
""",
    "c.cpp": "struct C { void turn(); };\ntemplate <class T> void f(T t, C c, D d) { t.spin(); c.turn(); d.turn(); }\n",
    "shapes.py": """\
import lib
class Shape: pass
def f(kit):
    class A(kit.Shape): pass
class B(lib.Shape): pass
""",
    "forms/readValue.ts": "export default <T>(value: T) => value;\n",
    "forms/use.ts": "import readValue from './readValue';\nexport function use() { readValue(1); }\n",
    "shape.ts": "export interface Round { r: number }\nexport class Disc implements Round { r = 1; }\n",
    "kinds.py": "from typing import Protocol\nclass Opens(Protocol):\n    def open(self): ...\n",
    "v.cpp": "struct Visitor {}; struct Own : Visitor {};\n"
    "struct Lost : gone::Visitor<int> {}; struct Far : std::Visitor {};\n",
    "Outside.java": "class Outside extends far.Base { }\n",
    "native.pxd": 'cdef extern from "native.h":\n    int native_size(int n)\n',
    "native.c": "int native_size(int n) { return n; }\n",
    "lib.rs": """\
pub trait Given { fn give(&self) {} }
impl Given for [u8] {}
impl Given for std::path::Path {}
impl<T: Clone> Given for T {}
pub struct Own;
impl Given for Own {}
""",
    "a.swift": "protocol Drawn {}\nextension Date: Drawn {}\nstruct Row {}\nextension Row: Drawn {}\n",
    "A.java": """\
class Base { void go() {} }
class Derived extends Base {
  Derived(int n) {}
  @Override void go() {}
  static void make(Base b) { new Derived(1); b.go(); }
}
class Second extends Base {}
class Third extends Second {}
class Open {
  void open() {}
  static void all(Bag list) { list.forEach(each -> each.open()); }
  static void both(Open one) { one.open(); list().stream().map(each -> each.open()); }
}
""",
}


@pytest.fixture(scope="module", params=[False, True], ids=["slice", "store"])
def graph(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> kgraph.KGraph:
    """With its triple store, or without: then a part of the graph answers."""
    root = tmp_path_factory.mktemp("hints")
    for path, text in FILES.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text)
    return kgraph.build(root, store=request.param)


@pytest.mark.parametrize(
    ("query", "values", "notes"),
    [
        ("callers", {"name": "m.Server.handle"}, ["no call names m.Server.handle, but 1 use refers to it"]),
        ("callers", {"name": "m.direct"}, []),
        ("uses-of", {"name": "Derived"}, ["what makes instances of Derived calls Derived.Derived"]),
        (
            "callers",
            {"name": "native_size"},
            ["Cython declares native_size as native.native_size: its uses there", "no compiler read"],
        ),
        ("callers", {"name": "Derived.go"}, ["Derived.go overrides Base.go: what calls that may reach it"]),
        ("callers", {"name": "Derived"}, ["no call names Derived itself: callers of Derived.Derived make instances"]),
        ("callers", {"name": "Base.go"}, ["calls that are known to reach Derived.go, which override it, are listed"]),
        (
            "callers",
            {"name": "Open.open"},
            ["2 calls of something named open could not be resolved, may be of Open.open"],
        ),
        (
            "callers",
            {"name": "p.P.publish"},
            ["1 call of something named publish could not be resolved, may be of p.P.publish"],
        ),
        (
            "callers",
            {"name": "C::turn"},
            ["1 call of something named turn", "no compiler read the files of the C family"],
        ),
        ("callers", {"name": "readValue"}, ["readValue is taken for forms/readValue.default, the only symbol"]),
        ("callers-transitive", {"name": "Open.open"}, ["2 calls of something named open could not be resolved"]),
        (
            "callers",
            {"name": "Third.go"},
            ["Third.go is taken for Base.go, which is inherited", "calls that are known"],
        ),
        ("callers", {"name": "m/inner.Deep"}, []),
        (
            "implementers",
            {"name": "shapes.Shape"},
            ["1 base named Shape, or the type that has it, could not be resolved, may be shapes.Shape"],
        ),
        (
            "class-hierarchy",
            {"name": "shapes.Shape"},
            ["1 base named Shape, or the type that has it, could not be resolved"],
        ),
        (
            "implementers",
            {"name": "Visitor"},
            ["1 base named Visitor, or the type that has it, could not be resolved, may be", "no comp"],
        ),
        ("implementers", {"name": "Open"}, []),
        ("implementers", {"name": "kinds.Opens"}, ["what has the members of kinds.Opens need not name it as a base"]),
        ("implementers", {"name": "m/wide.Wide"}, ["m/wide.Wide embeds other.Thing, whose methods are not known"]),
        ("implementers", {"name": "m/wide.Wider"}, []),
        ("class-hierarchy", {"name": "m/wide.Shut"}, []),
        ("class-hierarchy", {"name": "shape.Round"}, ["what has the members of shape.Round need not name it"]),
        (
            "implementers",
            {"name": "Given"},
            ["3 bases named Given, or the types that have them, could not be resolved, may be Given"],
        ),
        (
            "implementers",
            {"name": "Drawn"},
            ["1 base named Drawn, or the type that has it, could not be resolved, may be Drawn", "no comp"],
        ),
        ("implementers", {"name": "Base"}, []),  # far.Base is surely another one
        ("external-users", {"name": "github.com/x/pkg"}, ["github.com/x/pkg is a package: package-users lists"]),
        ("external-users", {"name": "github.com/x"}, ["nothing includes or imports github.com/x itself; inside of it"]),
        ("external-users", {"name": "github.com/x/pkg/inner"}, []),
        ("package-users", {"package": "github.com/x/pkg"}, []),
        ("uses-of", {"name": "m.direct"}, []),
        ("uses-of", {"name": "Open.open"}, ["2 calls of something named open could not be resolved"]),
        ("impact", {"name": "Open.open"}, ["2 calls of something named open could not be resolved"]),
        ("impact", {"name": "inner/deep.go"}, ["'inner/deep.go' is a path; symbols-of-file", "no comp"]),
        ("uses-of", {"name": "p.P.limit"}, ["uses of p.P.limit through instances are not listed"]),
        ("uses-of", {"name": "p.depth"}, ["uses of p.depth in the module that declares it"]),
        (
            "uses-of",
            {"name": "C::turn"},
            ["1 call of something named turn", "calls, expansions and bases in C and C++ are listed; other", "no comp"],
        ),
        (
            "package-users",
            {"package": "GitHub.com/x/pkg"},
            ["GitHub.com/x/pkg is taken for the package github.com/x/pkg"],
        ),
        ("package-users", {"package": "nothing"}, ["no manifest requires a package nothing"]),
    ],
)
def test_the_notes(graph: kgraph.KGraph, query: str, values: dict[str, str], notes: list[str]) -> None:
    found = list(graph.query(query, **values).notes)
    assert len(found) == len(notes)
    assert all(text.startswith(note) for text, note in zip(found, notes, strict=True))


def test_what_may_break_is_not_all_where_calls_lead_nowhere(graph: kgraph.KGraph) -> None:
    note = "calls by name that could not be resolved, may be of what changes, and are not followed: 2 of open"
    assert note in graph.affected(changes_of_paths(["A.java"])).notes
    assert not any(
        each.startswith("calls by name") for each in graph.affected(changes_of_paths(["inner/deep.go"])).notes
    )
    index = GraphIndex(graph)
    for target, notes in (("Open.open", [note]), ("A.java", [note]), ("Open.all", [])):
        answer = impact_of(index, target)
        assert [each for each in answer.notes if each] == notes
        assert ("as far as was analysed" in answer.summary) == bool(notes)


def test_a_call_that_leads_to_several_leaves_none() -> None:
    """The numbers are signed: a call of one of two variants is found twice."""
    spelled = pl.DataFrame({"kind": ["c"] * 3, "name": ["f", "g", "f"], "file": [0, 0, 1]})
    spelled = spelled.with_columns(qualifier=pl.lit(""), type=pl.lit(""))
    ids = ["symbol/a", "symbol/b"]
    resolved = pl.DataFrame({"kind": ["Call"] * 2, "to": ids, "file": ["file/a.c"] * 2, "line": [1, 1]})
    resolved = resolved.with_columns(evidence=pl.lit(None, pl.String))
    symbols = pl.DataFrame({"family": ["cpp"] * 2, "id": ids, "name": ["f"] * 2})
    tally = CallTally(without=[1])
    for part in spelled.iter_slices(1):
        tally.add(part)
    counted = tally.count_found(resolved, symbols, ["file/a.c", "file/b.c"])
    assert sum_unresolved(counted) == {"g": 1}
    assert tally.count == 2


def test_what_was_not_read_of_packages_is_named(tmp_path: Path) -> None:
    (tmp_path / "Package.swift").write_text('let package = Package(name: "a", dependencies: [])\n')
    notes = kgraph.build(tmp_path).query("package-users", package="parser").notes
    assert list(notes)[:2] == [
        "no manifest that was read requires a package parser",
        "what Package.swift requires was not analysed",
    ]


def test_a_query_about_types_means_no_field_of_that_name(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module m\n")
    (tmp_path / "m.go").write_text(
        "package m\n\ntype Logger interface{ Log() }\n\ntype Options struct{ Logger Logger }\n\n"
        "type File struct{}\n\nfunc (f File) Log() {}\n"
    )
    answer = kgraph.build(tmp_path).query("implementers", name="Logger")
    assert [row["class"] for row in answer.dicts()] == ["m.File"]
    assert next(iter(answer.notes)) == "Logger is taken for m.Logger, the only type that it fits"
