"""Uses in the C family: what is spelled in bodies, and what it is concluded to mean."""

from __future__ import annotations

from array import array
from pathlib import Path

import polars as pl
import pytest

import kgraph
from kgraph.assemble.cpp import type_text
from kgraph.assemble.external_apis import NOTABLE_APIS
from kgraph.extract import extract
from kgraph.extract.cpp.uses import argument_counts
from kgraph.model import FileFacts


def spelled(code: str, language: str = "C++") -> list[tuple[str, str, str, str, str, int]]:
    """Kind, qualified name, receiver, its type, owner and number of arguments of each use."""
    facts = extract(code.encode(), language)
    assert isinstance(facts, FileFacts)
    uses = facts.uses
    if not uses.kinds:
        return []
    texts = [text.split("\n") for text in (uses.names, uses.qualifiers, uses.receivers, uses.types)]
    owners, counts = array("i", uses.owners), array("h", uses.arguments)
    assert {len(uses.kinds)} == {len(column) for column in (*texts, owners, counts, array("I", uses.lines))}
    return [
        (
            kind,
            f"{qualifier}::{name}" if qualifier else name,
            receiver,
            type_,
            facts.symbols[o].name if o >= 0 else "",
            n,
        )
        for kind, name, qualifier, receiver, type_, o, n in zip(uses.kinds, *texts, owners, counts, strict=True)
    ]


def body(code: str, head: str = "void f()") -> list[tuple[str, ...]]:
    return [
        (kind, name, receiver, type_, str(n)) for kind, name, receiver, type_, _, n in spelled(f"{head} {{ {code} }}")
    ]


@pytest.mark.parametrize(
    ("code", "use"),
    [
        ("g(1, h);", ("c", "g", "", "", "2")),
        ("return g();", ("c", "g", "", "", "0")),
        ("g<int, char>(1);", ("c", "g", "", "", "1")),
        ("a::b::g( x , y );", ("c", "a::b::g", "", "", "2")),
        ("A<int>::g();", ("c", "A::g", "", "", "0")),
        ("::g(1);", ("c", "::::g", "", "", "1")),
        ("g(std::map<int, int>(), {1, 2});", ("c", "g", "", "", "2")),
        ("g(\"a, b)\", ',');", ("c", "g", "", "", "2")),
        ("x = y + g(/* a, b */ 1);", ("c", "g", "", "", "1")),
        ("this->g();", ("c", "g", "this->", "", "0")),
        ("s . t -> g(1);", ("c", "g", "s.t->", "", "1")),
        ("a(1, 2).b[i].g();", ("c", "g", "a().b[]", "", "0")),
        ("Stack s; s.g();", ("c", "g", "s", "Stack", "0")),
        ("const ns::Stack<int> & s = t; s.g();", ("c", "g", "s", "const ns::Stack<int>", "0")),
        ("Stack a, *b; b->g();", ("c", "g", "b->", "Stack*", "0")),
        ("auto s = make(1).other(2); s.g();", ("c", "g", "make().other()", "", "0")),
        ("auto s = std::make_unique<Stack>(2); s->g();", ("c", "g", "s->", "Stack*", "0")),
        ("auto *s = new Stack(2); s->g();", ("c", "g", "s->", "Stack*", "0")),
        ("std::vector<Stack> v; for (auto& s : v) s.g();", ("c", "g", "v[]", "std::vector<Stack>", "0")),
        ("static_cast<Stack*>(p)->g();", ("c", "g", "()->", "Stack*", "0")),
        ("new Stack(1, 2);", ("n", "Stack", "", "", "2")),
        ("new ns::Stack;", ("n", "ns::Stack", "", "", "0")),
        ("Stack s(1);", ("n", "Stack", "", "", "1")),
        ("ns::Stack<int> s(1);", ("n", "ns::Stack", "", "", "1")),
        ("kernel<<<1, 2>>>(x);", ("g", "kernel", "", "", "-1")),
        ("g<A<B<C>>>(x, y);", ("c", "g", "", "", "2")),
    ],
)
def test_what_a_body_spells(code: str, use: tuple[str, ...]) -> None:
    assert use in body(code)


@pytest.mark.parametrize(
    "code",
    [
        "if (x) {} while (y) {} switch (z) {} return (x);",
        '// g();\n /* g(); */ const char* s = "g()";',
        "\n#if 0\ng();\n#endif\n",
        "\n#define G g()\n",
        "(*pointer)(1); int n = sizeof(x);",
        "auto g = [](int n) { return n; }; g(1);",
    ],
)
def test_what_is_no_call(code: str) -> None:
    assert body(code) == []


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


def test_parameters_tell_types_and_what_is_called_by_them_is_no_function() -> None:
    assert body("s->g(); call(1);", "void f(const Stack* s, Callback call)") == [("c", "g", "s->", "const Stack*", "0")]


def test_uses_belong_to_the_innermost_symbol() -> None:
    code = """
    int table[] = { size(1) };
    namespace a { struct B { B() : n(g()) { h(); } int n; void m() { i(); } }; }
    TEST(Suite, Name) { j(); }
    """
    owners = {name: owner for _, name, _, _, owner, _ in spelled(code)}
    test = "TEST(Suite, Name)"
    assert owners == {"size": "table", "n": "B", "g": "B", "h": "B", "i": "m", "TEST": test, "j": test}


@pytest.mark.parametrize(
    "piece", ["f(", "a.", "a<", "x.f().", "(", ")", "{", "new ", "<<<", "a::", "(a,", "[", "*f(", "a<b,"]
)
def test_repetition_does_no_harm(piece: str) -> None:
    spelled("void f() { " + piece * 20_000 + " }")


def test_functions_of_the_file_whose_address_is_taken() -> None:
    code = """
    static void back(int); static void unused() {}
    static void back(int n) { if (n) back(n - 1); }
    struct Row { void (*call)(int); };
    Row table[] = { { back } };
    void set() { on(&back); other.back; }
    """
    uses = [(kind, name, owner) for kind, name, _, _, owner, _ in spelled(code)]
    assert uses == [("c", "back", "back"), ("r", "back", "table"), ("c", "on", "set"), ("r", "back", "set")]


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
    assert type_text.substituted("Map<T, TT>", {"T": "int"}) == "Map<int, TT>"


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


def test_calls_by_evidence(graph: kgraph.KGraph) -> None:
    calls = told(graph, "Call")
    area = "double area() const override"
    expected = {
        ("explicit Circle(double r)", "void draw(int)"): "the declared type of what it is called on",
        (area, "Pen& pen()"): "a member of its own class",
        (area, "void draw(int, int)"): "the declared type of what it is called on",
        (area, "void scale(double by)"): "the declared type of what it is called on",
        (area, "static double twice(double x)"): "a function of the same file",
        (area, "virtual double area() const = 0"): "the declared type of what it is called on",
        (area, "T& get()"): "the declared type of what it is called on",
        (area, "int width() const"): "the declared type of what it is called on",
        ("int main()", "explicit Circle(double r)"): "the name of a class",
        ("int main()", "void scale(double by)"): "the declared type of what it is called on",
        ("int main()", area): "the declared type of what it is called on",
        ("int main()", "double total(const Shape& a)"): "its qualified name",
        ("int main()", "strcpy"): None,
        ("int main()", "std::thread"): None,
    }
    assert {pair: row["evidence"] for pair, row in calls.items()} == expected
    assert all((row["confidence"] is None) == (row["evidence"] is None) for row in calls.values())
    assert calls["int main()", "explicit Circle(double r)"]["at_lines"] == [16, 18]


def test_overloads_that_the_number_of_arguments_does_not_tell_apart_are_left_out(graph: kgraph.KGraph) -> None:
    assert not any("helper" in used for _, used in told(graph, "Call"))
    assert graph.manifest["ledger"]["calls"]["unresolved"] > 0


def test_inheritance_overrides_and_macros(graph: kgraph.KGraph) -> None:
    (inherits,) = told(graph, "Inheritance").values()
    assert (inherits["roles"], inherits["at_lines"]) == (["public", "virtual"], [3])
    assert list(told(graph, "Override")) == [("double area() const override", "virtual double area() const = 0")]
    assert [used for _, used in told(graph, "Expansion")] == ["#define GEO_CHECK(x)"]


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
            found.append((graph.frame("uses").rows(), graph.frame("symbols").rows()))
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
