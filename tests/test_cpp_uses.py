"""Uses in the C family: how they are read, and their table. What means what stands in `specs/cpp`."""

from __future__ import annotations

from array import array
from pathlib import Path

import polars as pl
import pytest

import kgraph
from kgraph.assemble.cpp import type_text
from kgraph.assemble.external_apis import NOTABLE_APIS
from kgraph.extract import extract
from kgraph.extract.cpp.argument_counts import argument_counts
from kgraph.model import FileFacts


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        (b"f( )(a)(b, c)", [0, 1, 2]),
        (b"f(a, g(), (b, c), h(d, e, f, g, h))", [4, 0, 2, 5]),
        (b"f({1, 2}, a[b, c], [](int d, int e) { g(d, e); })", [3, 2, 2]),
        (b"f(a<b, c>(d), e < g, h > i)", [3, 1]),
        (b"f(a, g(b", [-1, -1]),
        (b"f(a, b]) g(c)", [-1, 1]),
        (b"f() }) g(a, b)", [0, 2]),
    ],
)
def test_argument_counts(text: bytes, counts: list[int]) -> None:
    assert argument_counts(text) == counts


def test_what_stands_in_branches_alone() -> None:
    source = b"""int f(int a) {
  if (a) {
    g();
  } else {
    h();
  }
  if (b) k();
  if (c)
    m();
  else if (d)
    n(1, {2});
  switch (a) {
    case 1:
      o();
  }
  try { p(); } catch (const E& e) {
    q();
  }
  for (;;) {
    r();
  }
  if (s.ok()) {
    t();
  }
  throw E(u());
}
int g() {
  throw E();
}
"""
    facts = extract(source, "C++")
    assert isinstance(facts, FileFacts)
    assert array("I", facts.branches).tolist() == [3, 3, 9, 9, 11, 11, 13, 14, 17, 17, 25, 25]


@pytest.mark.parametrize(
    "piece",
    [
        "f(",
        "a.",
        "a<",
        "x.f().",
        "(",
        ")",
        "{",
        "new ",
        "<<<",
        "a::",
        "(a,",
        "[",
        "*f(",
        "a<b,",
        "if(",
        "A a{",
        "o << ",
        ";T<",
        '(""',
    ],
)
def test_repetition_does_no_harm(piece: str) -> None:
    assert isinstance(extract(f"void f() {{ {piece * 20_000} }}".encode(), "C++"), FileFacts)


def test_types_as_spelled() -> None:
    assert type_text.split_type("const std::vector<A, B<C>> *&") == ("std::vector", ("A", "B<C>"), 1)
    assert type_text.return_type("virtual const ns::Stack<T>& Holder<T>::get(int n) const", "get") == "ns::Stack<T>&"
    assert type_text.return_type("auto get() -> Stack*", "get") == "Stack*"
    assert type_text.return_type("Stack(int n)", "Stack") == ""
    assert type_text.variable_type("static const std::map<A, B> m = {}", "m") == "std::map<A,B>"
    assert type_text.variable_type("Stack a, *b", "b") == "Stack*"
    assert type_text.alias_target("using Stack = std::vector<int>") == "std::vector<int>"
    assert type_text.alias_target("typedef obj_ref<expr> expr_ref") == "obj_ref<expr>"
    assert type_text.template_parameters("template <class T, int N = 3, typename... Ts> class A") == ("T", "N", "Ts")
    assert type_text.parameters_of("void f(int a, int b = g(1, 2), ...)", "f") == (1, 1000)
    assert type_text.substitute("Map<T, TT>", {"T": "int"}) == "Map<int, TT>"


REPOSITORY = {
    "shape.h": """#pragma once
namespace geo {
class Pen { public: void draw(int); void draw(int, int); int width() const; };
class Shape {
 public:
  virtual ~Shape();
  virtual double area() const = 0;
  void scale(double by);
 protected:
  Pen& pen();
  Pen pen_;
};
template <class T> class Box { public: T* operator->(); T& get(); };
double total(const Shape& a);
void helper(int);
void helper(const char*);
#define GEO_CHECK(x) check(x)
}
""",
    "circle.h": """#include "shape.h"
namespace geo {
class Circle final : public virtual Shape {
 public:
  explicit Circle(double r);
  double area() const override;
  Box<Shape> box;
};
}
""",
    "circle.cpp": """#include "circle.h"
namespace geo {
static double twice(double x) { return 2 * x; }
Circle::Circle(double r) { pen_.draw(1); }
double Circle::area() const {
  GEO_CHECK(1);
  pen().draw(1, 2);
  box->scale(twice(2));
  box.get().area();
  helper(3);
  outside(4);
  return this->pen_.width();
}
}
int main() {
  geo::Circle circle(2);
  circle.scale(3);
  auto* other = new geo::Circle(1);
  other->area();
  char text[9];
  strcpy(text, "x");
  std::thread worker(geo::total, circle);
  return geo::total(circle);
}
""",
}


def write(root: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> kgraph.KGraph:
    return kgraph.build(write(tmp_path_factory.mktemp("shapes"), REPOSITORY), jobs=1)


def told(graph: kgraph.KGraph, kind: str) -> dict[tuple[str, str], dict[str, object]]:
    """Particulars by who and what, both by what people call them."""
    called = dict(graph.frame("symbols").select("id", pl.coalesce("signature", "qualified_name")).iter_rows())
    called |= dict(graph.frame("externals").select("id", "spelling").iter_rows())
    rows = graph.frame("uses").filter(pl.col("kind") == kind)
    return {(called.get(row["from"], row["from"]), called.get(row["to"], row["to"])): row for row in rows.to_dicts()}


def test_what_is_inferred_says_how_sure_it_is(graph: kgraph.KGraph) -> None:
    rows = graph.frame("uses")
    assert rows.filter(pl.col("confidence").is_null() != pl.col("evidence").is_null()).is_empty()
    assert told(graph, "Call")["int main()", "explicit Circle(double r)"]["at_lines"] == [16, 18]
    assert graph.manifest["ledger"]["calls"]["unresolved"] > 0


def test_telling_functions_say_why(graph: kgraph.KGraph) -> None:
    (strcpy,) = graph.query("risky-functions", category="risk").dicts()
    assert (strcpy["function"], strcpy["line"], strcpy["user"]) == ("strcpy", 21, "main")
    assert "CWE-120" in str(strcpy["weaknesses"]).split()
    for names in NOTABLE_APIS.values():
        for one in names.values():
            assert one.authority.startswith("https://")
            assert bool(one.weaknesses) == (one.category == "risk")


def test_the_edges_beside(graph: kgraph.KGraph) -> None:
    edges, uses = graph.frame("edges"), graph.frame("uses")
    plain = edges.filter(pl.col("kind").is_in(["calls", "inherits", "overrides", "expands", "typeOf"]))
    assert set(plain.select("source", "target").rows()) == set(uses.select("from", "to").rows())
    assert graph.manifest["counts"]["uses"] == uses.height


def test_without_calls(tmp_path: Path) -> None:
    root = write(tmp_path / "shapes", REPOSITORY)
    with kgraph.build(root, output=tmp_path / "graph", jobs=1, calls=False) as graph:
        assert graph.frame("uses").is_empty()
        assert "no calls" in graph.frame("activities")["options"].explode(empty_as_null=False).to_list()
        assert not any(graph.manifest["ledger"]["calls"].values())


def test_calls_are_found_where_the_build_before_left_them_out(tmp_path: Path) -> None:
    root = write(tmp_path / "shapes", {**REPOSITORY, "tool.py": "def f(): pass\ndef g(): f()\n"})
    options = [{"calls": True}, {"calls": False}, {"calls": True}]
    found = []
    for each in options:
        with kgraph.build(root, output=tmp_path / "graph", jobs=1, **each) as graph:
            counted = graph.frame("symbols")  # calls that were not resolved are known where calls are
            found.append((graph.frame("uses").rows(), counted.drop("unresolved_calls").rows()))
    assert found[0] == found[2]
    assert found[0][0]
    assert not found[1][0]
    assert found[0][1] == found[1][1]


def test_a_rebuild_gives_what_a_build_from_nothing_gives(tmp_path: Path) -> None:
    root = write(tmp_path / "shapes", REPOSITORY)
    kgraph.build(root, output=tmp_path / "one", jobs=1).close()
    changed = REPOSITORY["circle.cpp"].replace("circle.scale(3);", "").replace("static double twice", "double twice")
    write(root, {"circle.cpp": changed, "more.cpp": '#include "circle.h"\nvoid more(geo::Circle& c) { c.scale(1); }\n'})
    with (
        kgraph.build(root, output=tmp_path / "one", jobs=1) as one,
        kgraph.build(root, output=tmp_path / "two", jobs=2) as two,
    ):
        assert ("void more(geo::Circle& c)", "void scale(double by)") in told(one, "Call")
        for name in ("uses", "edges", "symbols", "externals"):
            assert one.frame(name).equals(two.frame(name))
        one.export("nt", tmp_path / "one.nt", sort=True)
        two.export("nt", tmp_path / "two.nt", sort=True)
    assert (tmp_path / "one.nt").read_bytes() == (tmp_path / "two.nt").read_bytes()
