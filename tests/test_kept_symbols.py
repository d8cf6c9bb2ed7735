"""Symbols kept in memory from one build to the next: never another graph than one from nothing."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgraph import languages
from kgraph.assemble import fact_tables, kept_symbols
from kgraph.assemble.assemble import AssembleInput, KeptTables, assemble
from kgraph.extract import extract
from kgraph.model import Graph, Repository, SourceFile

Tree = dict[str, str]

TREE: Tree = {
    "a/shape.h": (
        "/// A shape.\nnamespace geo {\nclass Shape {\n public:\n  int area(const int& a);\n  struct Side;\n"
        "  static int count;\n};\nint twice(int64_t a);\n}\n"
    ),
    "a/shape.cpp": (
        '#include "shape.h"\nusing namespace geo;\nint Shape::area(int a) { return a; }\nint Shape::count = 0;\n'
        "struct geo::Shape::Side { int of(); };\nint Shape::Side::of() { return 1; }\n"
        "static int helper(int);\nint helper(int a) { return geo::twice(a); }\nint geo::twice(long a) { return 2; }\n"
    ),
    "b/inline.h": "namespace geo { inline namespace v1 { struct Line { int length(); }; } }\n#define SIDE(x) x\n",
    "b/inline.cpp": '#include "inline.h"\nint geo::Line::length() { return SIDE(1); }\nint operator+(geo::Line);\n',
    "p/__init__.py": '"""A package."""\nfrom p.area import area\n',
    "p/area.py": "class Square:\n    side = 1\n\n    def area(self):\n        return self.side\n\n\ndef area(): ...\n",
    "m/m.go": "package m\ntype S struct{}\nfunc (s S) Area() int { return 1 }\n",
    "m/n.go": "package m\nfunc (s S) Twice() int { return s.Area() }\n",
    "README.md": "# Shape\n\n## Area\n\n## Area\n",
    "CMakeLists.txt": "add_library(shape a/shape.cpp)\nadd_executable(p b/inline.cpp)\n",
}
WORDS = ["Shape", "area", "geo", "static ", "namespace", "m", "\n"]


def build(tree: Tree, kept: KeptTables | None) -> Graph:
    files = [SourceFile(path, len(tree[path]), "0" * 40, languages.detect_by_name(path) or "") for path in sorted(tree)]
    facts = [extract(tree[file.path].encode(), file.language, frozenset()) for file in files]
    names = [sha256(f"{file.language}\0{tree[file.path]}".encode()).hexdigest() for file in files]
    source = AssembleInput(
        Repository("r", "https://example.org/r/"), files, facts, agent="test", names=names, kept=kept
    )
    return assemble(source)


def assert_same(kept: Graph, full: Graph) -> None:
    assert {name for name in full.tables if not full.tables[name].equals(kept.tables[name])} == set()


@st.composite
def edits(draw: st.DrawFn) -> Tree:
    """What files become: other text, or none."""
    path = draw(st.sampled_from([*TREE, "a/new.h", "p/new.py", "z/shape.cpp"]))
    lines = TREE.get(path, TREE["a/shape.h"]).split("\n")
    at = draw(st.integers(0, len(lines) - 1))
    match draw(st.sampled_from(["insert", "delete", "replace", "repeat", "empty", "remove"])):
        case "insert":
            lines.insert(at, draw(st.sampled_from(["", "int added(int);", "struct Shape;", "def added(): pass"])))
        case "delete":
            del lines[at]
        case "replace":
            lines[at] = lines[at].replace(draw(st.sampled_from(WORDS)), draw(st.sampled_from(WORDS)))
        case "repeat":
            lines.insert(at, draw(st.sampled_from(lines)))
        case "empty":
            return {path: ""}
        case _:
            return {path: "\0"}
    return {path: "\n".join(lines)}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(edits(), min_size=1, max_size=3), min_size=1, max_size=4))
def test_edits_give_the_graph_of_a_build_from_nothing(rounds: list[list[Tree]]) -> None:
    kept = KeptTables()
    tree = dict(TREE)
    build(tree, kept)
    for several in rounds:
        for edit in several:
            tree.update(edit)
        tree = {path: text for path, text in tree.items() if text != "\0"}
        assert_same(build(tree, kept), build(tree, None))


def test_only_what_changed_is_laid_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = KeptTables()
    build(TREE, kept)
    rows = kept.symbols._last.spelled.height if kept.symbols._last else 0
    made: list[int] = []
    frame = fact_tables._SymbolColumns.frame

    def noted(columns: fact_tables._SymbolColumns) -> object:
        made.append(len(columns.symbols))
        return frame(columns)

    monkeypatch.setattr(fact_tables._SymbolColumns, "frame", noted)
    tree = {**TREE, "p/area.py": TREE["p/area.py"] + "\n\ndef added():\n    pass\n"}
    assert_same(build(tree, kept), build(tree, None))
    own = [6, rows + 1]  # of the file: the module, and what it declares; then all
    assert made == own


def test_what_is_too_large_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_symbols, "MAX_KEPT_ROWS", 3)
    kept = KeptTables()
    build(TREE, kept)
    assert kept.symbols._last is None
    assert_same(build(TREE, kept), build(TREE, None))


def test_a_file_whose_facts_have_no_name_is_not_taken_over() -> None:
    kept = KeptTables()
    build(TREE, kept)
    ids = ["file/p/area.py"]
    known = kept.symbols._last.places[ids[0]][0] if kept.symbols._last else None
    assert known is not None
    unnamed = ("", known[1], known[2])
    rows = kept.symbols.rows(ids, [unnamed])
    assert rows is not None
    assert rows.at == {}
    assert kept.symbols.rows(ids, [known]) is None  # what was handed out is forgotten
