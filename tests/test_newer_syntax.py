"""Python of a newer syntax than that of the Python that runs: what it is read as by any Python."""

from __future__ import annotations

import ast
import sys
from array import array

import pytest

from kgraph.extract.dispatch import extract
from kgraph.extract.python import newer_syntax
from kgraph.extract.python.declarations import facts_of_source
from kgraph.model import FileFacts, Skipped

TYPES = """
import os
class Inner: pass
class C[T: "Inner", *Ts, **P](dict[str, T]):
    class Inner:
        def here(self): pass
    def m[U](self, x: Inner, y: U, z: T) -> T:
        x.here()
        return self.n(x, lambda: y)
    @staticmethod
    def n[V: (int, str)](x: V, f): f()
type Alias = C
type Gen[K: Inner] = list[K]
async def f[
    T,  # a comment, with a comma
    *Ts,
](
    x: T,
    a: Alias = os.environ,
    long_parameter_name: dict[str, dict[str, dict[str, int]]] = {"a": {"b": {"c": 1}}},
) -> list[T]:
    a.n(1, f)
    type Local = int
    if x: type Y = int; z = 1
"""
STRINGS = """
import os
class C:
    def n(self, x): pass
def f(a: C):
    s = f"{os.path.join("a", f(a))} \u00e9 {a.n("x"):>{f(a)}}" "more" f'{a.n({"b": 1}["b"])!r}'
    t = "\u00e9" f\"\"\"x {
        f(a)  # a comment
    } {"\\n".join(s)}\"\"\"
    f(f"{f"{f(a)=}"}")
"""
DEFAULTS = """
class C[T = int, **P = [int, str]]: pass
def f[*Ts = *tuple[C, ...]](x: C): pass
type X[T = C] = list[T]
"""
LATEST = """
import os
class C(Exception): pass
def f(a: C):
    t = t"{f(a)} {a!r}"
    try:
        pass
    except C, os.error:
        pass
"""
VERSIONS = {(3, 12): TYPES + STRINGS, (3, 13): DEFAULTS, (3, 14): LATEST}


def facts(source: str) -> FileFacts:
    found = facts_of_source(source, source.count("\n"))
    assert isinstance(found, FileFacts), found
    return found


def uses(of: FileFacts) -> list[tuple[str, str, int, int, int]]:
    """In the order of nothing but themselves: on one line, trees differ in which node comes first."""
    columns = (array("I", of.uses.lines), array("i", of.uses.owners), array("h", of.uses.arguments))
    return sorted(zip(of.uses.kinds, of.uses.names.split("\n"), *columns, strict=True))


def with_the_grammar(source: str, monkeypatch: pytest.MonkeyPatch) -> FileFacts:
    """The facts, where this Python parses no source as it stands."""

    def refuse(text: str) -> ast.Module:
        if text == source:
            raise SyntaxError("refused")
        return parse(text)

    with monkeypatch.context() as patch:
        parse = newer_syntax.parse
        patch.setattr(newer_syntax, "parse", refuse)
        return facts(source)


@pytest.mark.parametrize("version", VERSIONS)
def test_it_is_read_and_the_file_says_how(version: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    found = with_the_grammar(VERSIONS[version], monkeypatch)
    assert [each.name for each in found.symbols if each.kind == "Class"]
    (told,) = found.diagnostics
    assert told.line > 1
    running = ".".join(map(str, sys.version_info[:2]))
    assert told.message == f"syntax of Python {version[0]}.{version[1]}, read with a grammar by Python {running}"


@pytest.mark.parametrize("version", VERSIONS)
def test_a_newer_python_gives_the_same_facts(version: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.version_info < version:
        pytest.skip("this Python is not one of them")
    source = VERSIONS[version]
    own, read = facts(source), with_the_grammar(source, monkeypatch)
    assert not own.diagnostics
    assert read.symbols == own.symbols
    assert read.includes == own.includes
    assert uses(read) == uses(own)
    assert sorted(read.bindings, key=str) == sorted(own.bindings, key=str)


def test_what_is_newer_needs_its_place_alone() -> None:
    """Lines and columns are those of the source: signatures are cut from it."""
    found = facts("class A: pass\nclass B[T: A](list[T]): pass\n")
    assert found.symbols[1].signature == "class B[T: A](list[T])"
    assert (":A", 2) in {(path, line) for _, path, line, _, _ in uses(found)}


def test_a_refusal_says_which_python_reads_the_file() -> None:
    found = extract(b"def f[T](x): pass\nexcept\n", "Python", frozenset())
    assert isinstance(found, Skipped)
    assert found.line == 2
    if sys.version_info < (3, 12):
        assert "of Python 3.12 or newer" in found.reason


def test_without_the_grammar_a_file_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newer_syntax, "parser", lambda name: None)
    found = extract(b"def f[](x): pass\n", "Python", frozenset())
    assert isinstance(found, Skipped)


def test_damage_is_a_reason_or_facts() -> None:
    """Whatever is cut off, or put in the place of something."""
    whole = TYPES + STRINGS + DEFAULTS + LATEST
    for at in range(0, len(whole), 19):
        for source in (whole[:at], whole[:at] + whole[at + 3 :], whole[:at] + "[" + whole[at:]):
            assert facts_of_source(source, source.count("\n")) is not None


@pytest.mark.parametrize("unit", ['f"{f"{', "def f[T", "type X[", "class C[(", "t'{t'{"])
def test_no_depth_breaks_it(unit: str) -> None:
    assert isinstance(facts_of_source(unit * 3000, 1), Skipped)


def test_time_grows_as_the_input_does(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = 0
    parse = newer_syntax.parse

    def counted(text: str) -> ast.Module:
        nonlocal tried
        tried += len(text)
        return parse(text)

    monkeypatch.setattr(newer_syntax, "parse", counted)
    sizes = []
    for times in (200, 400):
        tried = 0
        nested = 'f"{' * 50 + "1" + '}"' * 50
        facts('type X[T] = int\ntry: pass\nexcept A, B: pass\nf"{x["y"]}"\n' * times + nested)
        sizes.append(tried)
    assert sizes[1] < 2.2 * sizes[0]
