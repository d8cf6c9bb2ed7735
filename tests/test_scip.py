"""SCIP: names, what an export must hold to, and what another indexer's index adds."""

from __future__ import annotations

import builtins
import io
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import graphs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kgraph
from kgraph.distribution import install_command
from kgraph.errors import ExportError, InputError, MissingExtraError
from kgraph.export import QueryAnswer, WholeGraph, write
from kgraph.scip import schema
from kgraph.scip.index import read_index
from kgraph.scip.names import Descriptor, Name, format_name, parse

# --- names ----------------------------------------------------------------------------------------------------------


def test_names_are_read_as_the_grammar_says() -> None:
    found = parse("scip-python python my  lib 1.0 `a.b`/C#`od``d`(+1).(x)[T]y.M!z:")
    assert found == Name(
        "scip-python",
        "python",
        "my lib",
        "1.0",
        (
            Descriptor("a.b", "namespace"),
            Descriptor("C", "type"),
            Descriptor("od`d", "method", "+1"),
            Descriptor("x", "parameter"),
            Descriptor("T", "type parameter"),
            Descriptor("y", "term"),
            Descriptor("M", "macro"),
            Descriptor("z", "meta"),
        ),
    )
    assert parse("s . . . a/") == Name("s", "", "", "", (Descriptor("a", "namespace"),))
    for wrong in ("local 1", "", "s", "s . p", "s . p 1 ", "s . p 1 a", "s . p 1 a b/", "s . p 1 `a/"):
        assert parse(wrong) is None


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=8).filter(lambda word: word != "." and word.strip())
suffixes = st.sampled_from(["namespace", "type", "term", "method", "macro", "meta", "parameter", "type parameter"])


@given(words, words, st.lists(st.builds(Descriptor, st.text(min_size=1, max_size=8), suffixes), min_size=1, max_size=4))
def test_what_is_written_is_read(scheme: str, package: str, descriptors: list[Descriptor]) -> None:
    scheme, package = scheme.strip(), package.strip()
    text = format_name(scheme, "", package, "", descriptors)
    assert parse(text) == Name(scheme, "", package, "", tuple(descriptors))


# --- export ---------------------------------------------------------------------------------------------------------


def lint(index: Any) -> Iterator[str]:
    """What `scip lint` complains about, by its rules."""
    outside, inside, related, seen = set(), set(), set(), set()
    for one in index.external_symbols:
        yield from () if one.symbol else ("an external symbol without a name",)
        yield from (f"external twice: {one.symbol}",) if one.symbol in outside else ()
        outside.add(one.symbol)
    paths = [document.relative_path for document in index.documents]
    yield from (f"document twice: {path}" for path in {path for path in paths if not path or paths.count(path) > 1})
    for document in index.documents:
        symbols = [one.symbol for one in document.symbols]
        yield from (f"told twice: {one}" for one in {one for one in symbols if not one or symbols.count(one) > 1})
        yield from (f"inside and outside: {one}" for one in outside & set(symbols))
        inside.update(symbols)
    for document in index.documents:
        for one in document.symbols:
            for other in one.relationships:
                pair = (one.symbol, other.symbol)
                flags = (other.is_definition, other.is_reference, other.is_implementation, other.is_type_definition)
                yield from () if any(flags) else (f"a relationship that says nothing: {pair}",)
                yield from () if other.symbol in inside | outside else (f"related to nothing: {pair}",)
                yield from (f"related twice: {pair}",) if pair in related else ()
                related.add(pair)
        for one in document.occurrences:
            key = (one.symbol, document.relative_path, tuple(one.range), one.symbol_roles)
            name = parse(one.symbol)
            if name is None:
                yield f"not a name: {one.symbol!r}"
            elif one.symbol != format_name(name.scheme, name.manager, name.package, name.version, name.descriptors):
                yield f"not canonical: {one.symbol}"
            yield from (f"twice: {key}",) if key in seen else ()
            seen.add(key)
            yield from () if one.symbol in inside | outside else (f"of nothing: {key}",)
            both = schema.DEFINITION | schema.FORWARD_DEFINITION
            yield from (f"defined and not: {key}",) if one.symbol_roles & both == both else ()
            start, *rest = list(one.range)
            end = rest[-1] if len(rest) == 2 else (rest[1], rest[2])
            yield from (f"range: {key}",) if len(rest) == 2 and rest[0] > end else ()
            whole = list(one.enclosing_range)
            if whole:
                first, last = whole[:2], whole[2:] if len(whole) == 4 else [whole[0], whole[2]]
                inside_it = first <= [start, rest[0]] and [start, rest[-1]] <= last
                yield from () if inside_it else (f"enclosing range {whole} does not enclose {key}",)


def exported(graph: Any) -> Any:
    out = io.BytesIO()
    if isinstance(graph, kgraph.KGraph):
        graph.export("scip", out)
    else:
        write(WholeGraph(graph), "scip", out)
    return schema.message("Index").FromString(out.getvalue())


SOURCES = {
    "pkg/__init__.py": "from .shapes import Circle as Circle\n",
    "pkg/shapes.py": "class Shape:\n    def area(self): return 0\n    def describe(self): return self.area()\n"
    "class Circle(Shape):\n    def __init__(self, r): self.r = r\n    def area(self): return 3 * self.r\n"
    "def make(n: int) -> Circle:\n    c = Circle(2)\n    c.describe(); c.describe()\n    return c\n",
    "use.py": "import pkg\nfrom pkg.shapes import make, Shape\nmake(1).describe()\n"
    "@make(1)\ndef f(x: Shape):\n    return isinstance(x, Shape) or make(2)\n",
    "été 'x' `y`.py": "def ça(): pass\nça()\n",
    "lib.cpp": "namespace a { int f(int x) { return x; }\nint f(char c) { return f(1); }\n"
    "static int g() { return f('a'); }\nclass B { public: virtual void m(); };\nclass C : public B { void m(); }; }\n",
}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "repo"
    for path, text in SOURCES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


def test_an_export_passes_the_rules_of_the_linter(repository: Path) -> None:
    assert list(lint(exported(graphs.small()))) == []
    with kgraph.build(repository, jobs=1) as graph:
        index = exported(graph)
        assert exported(graph) == index
    assert list(lint(index)) == []
    assert index.metadata.project_root == repository.as_uri()
    assert [document.relative_path for document in index.documents] == sorted(SOURCES)
    assert {document.language for document in index.documents} == {"Python", "CPP"}


def test_occurrences_stand_where_the_names_do(repository: Path) -> None:
    with kgraph.build(repository, jobs=1) as graph:
        index = exported(graph)
    (shapes,) = (document for document in index.documents if document.relative_path == "pkg/shapes.py")
    lines = SOURCES["pkg/shapes.py"].split("\n")
    found = {
        (
            lines[one.range[0]][one.range[1] : one.range[2]],
            one.range[0] + 1,
            one.symbol_roles,
            bool(one.enclosing_range),
        )
        for one in shapes.occurrences
    }
    assert {("Shape", 1, 1, True), ("area", 2, 1, True), ("area", 3, 0, True), ("Shape", 4, 0, False)} <= found
    assert {("Circle", 8, 0, True), ("describe", 9, 0, True), ("Circle", 7, 0, False)} <= found
    (circle,) = (one for one in shapes.symbols if one.symbol.endswith("`pkg.shapes`/Circle#"))
    assert [(other.symbol.rpartition("/")[2], other.is_implementation) for other in circle.relationships] == [
        ("Shape#", True)
    ]


def test_what_is_exported_can_be_imported(repository: Path, tmp_path: Path) -> None:
    def uses(graph: kgraph.KGraph) -> set[tuple[object, ...]]:
        rows = graph.frame("uses").select("kind", "from", "to", "file", "at_lines").iter_rows()
        return {(*row[:4], tuple(row[4])) for row in rows}

    with kgraph.build(repository, jobs=1) as graph:
        graph.export("scip", tmp_path / "index.scip")
        expected = uses(graph)
    with kgraph.build(repository, output=tmp_path / "g", jobs=1, calls=False, scip=[tmp_path / "index.scip"]) as graph:
        assert uses(graph) == expected
        assert len(expected) > 12
        account = graph.manifest["ledger"]["indexes"][0]
        assert (account["documents"], account["added"], account["changed"]) == (len(SOURCES), 0, [])
        assert set(graph.frame("uses")["evidence"]) == {f"index of kgraph {kgraph.__version__}"}
        assert set(graph.frame("uses")["confidence"]) == {None}


def test_what_lines_do_not_tell_apart_leaves_no_use(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    root.mkdir()
    (root / "lib.cpp").write_text(
        "int f(int x) { return x; } int f(char c) { return c; } int k() { return 1; }\n"
        "int g() { return f('a'); } int h() { return k(); }\nclass A { int m() { return k(); } };\n"
        "int i() {\n  return 0;\n} int j() {\n  return k();\n}\n"
    )

    def calls(graph: kgraph.KGraph) -> set[tuple[str, str, int]]:
        rows = graph.frame("uses").filter(kind="Call").select("from", "to", "at_lines").explode("at_lines").iter_rows()
        return {(source.rpartition("/")[2], target.rpartition("/")[2], line) for source, target, line in rows}

    inside = {("A%3A%3Am%28%29", "k%28%29", 3), ("j%28%29", "k%28%29", 7)}
    with kgraph.build(root, jobs=1) as graph:
        graph.export("scip", tmp_path / "index.scip")
        assert calls(graph) == inside | {("g%28%29", "f%28char%29", 2), ("h%28%29", "k%28%29", 2)}
    with kgraph.build(root, output=tmp_path / "g", jobs=1, calls=False, scip=[tmp_path / "index.scip"]) as graph:
        assert calls(graph) == inside | {("lib.cpp", "k%28%29", 2)}  # by one of two functions, in a line of both


def test_a_source_that_is_gone_has_ranges_at_the_start_of_lines(repository: Path) -> None:
    with kgraph.build(repository, jobs=1) as graph:
        (repository / "use.py").unlink()
        (repository / "lib.cpp").write_text("// changed\n")
        out = io.BytesIO()
        notes = graph.export("scip", out)
    assert notes == ("2 files are not at hand as they were: ranges in them are the starts of lines",)
    index = schema.message("Index").FromString(out.getvalue())
    assert list(lint(index)) == []
    (document,) = (document for document in index.documents if document.relative_path == "use.py")
    assert {tuple(one.range[1:]) for one in document.occurrences} == {(0, 0)}


def test_an_answer_is_no_index() -> None:
    with pytest.raises(ExportError, match="no symbols with places"):
        write(QueryAnswer("x", "https://example.org/", []), "scip", io.BytesIO())


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def absent(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.startswith("google"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    schema._messages.cache_clear()
    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(MissingExtraError, match=re.escape(install_command("scip"))):
        exported(graphs.small())


# --- import ---------------------------------------------------------------------------------------------------------


def index_of(path: Path, documents: dict[str, tuple[str, list[tuple[str, list[int], int]]]], **told: Any) -> Path:
    """Write an index: by file its language and its occurrences (symbol, range, roles)."""
    index = schema.message("Index")()
    index.metadata.tool_info.name = "tester"
    for name, (language, occurrences) in documents.items():
        document = index.documents.add(relative_path=name, language=language)
        for symbol, at, roles in occurrences:
            document.occurrences.add(symbol=symbol, range=at, symbol_roles=roles)
        for symbol, kind in told.get("kinds", {}).items():
            if any(symbol == one for one, _, roles in occurrences if roles & schema.DEFINITION):
                document.symbols.add(symbol=symbol, kind=kind, documentation=["Says why."])
    path.write_bytes(index.SerializeToString())
    return path


def test_a_language_that_we_do_not_read_gets_its_symbols(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    root.mkdir()
    (root / "a.zig").write_text("const Box = struct {\n  fn area() void {\n    other();\n  }\n};\nfn other() void {}\n")
    box, area, other = "t . p . a/Box#", "t . p . a/Box#area().", "t . p . a/other()."
    index = index_of(
        tmp_path / "i.scip",
        {
            "a.zig": (
                "Zig",
                [
                    *((box, [0, 6, 9], 1), (area, [1, 5, 9], 1), (other, [5, 3, 8], 1)),
                    *((other, [2, 4, 9], 8), ("local 1", [1, 1, 2], 1), ("t . p . gone().", [3, 0, 1], 0)),
                ],
            ),
            "nowhere.zig": ("Zig", []),
        },
        kinds={box: 49},
    )
    with kgraph.build(root, jobs=1, scip=[index]) as graph:
        names = dict(graph.frame("symbols").select("qualified_name", "kind").iter_rows())
        assert names == {"a.Box": "Struct", "a.Box.area": "Method", "a.other": "Function"}
        assert graph.frame("files")["read_as"].to_list() == ["semantic"]
        (row,) = graph.frame("uses").iter_rows(named=True)
        assert (row["kind"], row["at_lines"], row["roles"], row["evidence"]) == (
            "Call",
            [3],
            ["read"],
            "index of tester",
        )
        assert graph.manifest["ledger"]["indexes"][0]["unknown"] == ["nowhere.zig"]


def test_a_file_that_changed_since_is_told_and_left_out(repository: Path, tmp_path: Path) -> None:
    with kgraph.build(repository, jobs=1) as graph:
        graph.export("scip", tmp_path / "i.scip")
    (repository / "use.py").write_text("# new\n# lines\n" + SOURCES["use.py"])
    (repository / "pkg/shapes.py").write_text("\n\n" + SOURCES["pkg/shapes.py"])
    with kgraph.build(repository, jobs=1, calls=False, scip=[tmp_path / "i.scip"]) as graph:
        changed = graph.manifest["ledger"]["indexes"][0]["changed"]
        assert "pkg/shapes.py" in changed
        files = dict(graph.frame("files").select("path", "diagnostics").iter_rows())
        assert files["pkg/shapes.py"] == ["i.scip: has changed since it was indexed; left out"]
        assert "file/pkg/shapes.py" not in set(graph.frame("uses")["file"])


@pytest.mark.parametrize("content", [b"", b"not an index", b"\x0a\xff\xff\xff\xff\x0f", b"{}"])
def test_what_is_no_index_is_told(repository: Path, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "i.scip").write_bytes(content)
    with pytest.raises(InputError, match=r"i\.scip: is not a SCIP index"):
        kgraph.build(repository, jobs=1, scip=[tmp_path / "i.scip"])
    with pytest.raises(InputError, match=r"gone\.scip: No such file"):
        kgraph.build(repository, jobs=1, scip=[tmp_path / "gone.scip"])
    assert not (repository / ".kgraph" / "manifest.json").exists()


def test_hostile_indexes_read_nothing_but_the_repository(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    root.mkdir()
    (root / "a.zig").write_text("f\n")
    (tmp_path / "secret").write_text("x = 1\n")
    os.mkfifo(root / "pipe")
    (root / "endless").symlink_to("/dev/zero")
    big, name = 2**31 - 1, "t . p . f()."
    one = [(name, [0, 0, 1], 1)]
    paths = ("../secret", "pipe", "endless", "/dev/zero", "a\0b", "a.zig/../../secret", "")
    ranges = ([-big, 0, 1], [0, -5, big], [big, big, big], [0, 0, -1], [0, 1, big, 2], [])
    documents = dict.fromkeys(paths, ("Zig", one))
    documents["a.zig"] = ("Zig", [*one, *((f"t . p . {'a/' * 5_000}f{n}().", at, 1) for n, at in enumerate(ranges))])
    index = index_of(tmp_path / "i.scip", documents)
    with kgraph.build(root, jobs=1, scip=[index]) as graph:
        places = graph.frame("locations").select("start_line", "end_line").iter_rows()
        assert all(start == end == 1 for start, end in places)
    for made in ("http://[", "file:///a%00b", "x" * 100_000):
        message = schema.message("Index").FromString(index.read_bytes())
        message.metadata.project_root = made
        index.write_bytes(message.SerializeToString())
        assert {document.path for document in read_index(index, root).documents} >= {"a.zig"}
    (tmp_path / "link.scip").symlink_to("/dev/zero")
    with pytest.raises(InputError, match="not a regular file"):
        kgraph.build(root, jobs=1, scip=[tmp_path / "link.scip"])


def test_another_index_is_another_graph(repository: Path, tmp_path: Path) -> None:
    one = index_of(tmp_path / "i.scip", {"use.py": ("Python", [("t . p . f().", [3, 4, 5], 1)])})
    with kgraph.build(repository, jobs=1, scip=[one]) as graph:
        assert graph.built is not None
        assert graph.built.changed
    with kgraph.build(repository, jobs=1, scip=[one]) as graph:
        assert graph.built is not None
        assert not graph.built.changed
    index_of(one, {"use.py": ("Python", [])})
    with kgraph.build(repository, jobs=1, scip=[one]) as graph:
        assert graph.built is not None
        assert graph.built.changed
