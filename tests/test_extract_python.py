"""Python sources in, facts out."""

from __future__ import annotations

import gc
import sys
import sysconfig
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgraph.extract.python import declarations
from kgraph.model import FileFacts, IncludeFact, Kind, Skipped, SymbolFact

SAMPLE = Path(__file__).parent / "samples" / "python" / "stack.py"


def facts(source: str | bytes) -> FileFacts:
    """The facts of a source that can be read."""
    found = declarations.extract(source.encode() if isinstance(source, str) else source)
    assert isinstance(found, FileFacts), found
    return found


def skipped(source: bytes) -> Skipped:
    """Why a source cannot be read."""
    found = declarations.extract(source)
    assert isinstance(found, Skipped), found
    return found


def check(found: FileFacts | Skipped) -> None:
    """What holds for all facts."""
    if isinstance(found, Skipped):
        assert 0 <= found.line <= found.lines
        return
    for index, symbol in enumerate(found.symbols):
        assert -1 <= symbol.parent < index
        assert 1 <= symbol.start <= symbol.end <= found.lines
        for text in (symbol.name, symbol.scope, symbol.signature, symbol.doc, *symbol.bases, *symbol.modifiers):
            assert text.encode().decode() == text  # no lone surrogates
            assert all(each.isprintable() or each in "\n\t" or ord(each) > 0x9F for each in text)
        assert symbol.name
        assert "\n" not in symbol.signature + symbol.name
    for include in found.includes:
        assert 1 <= include.line <= found.lines


def test_the_sample_as_a_whole() -> None:
    found = facts(SAMPLE.read_bytes())
    check(found)
    assert found.doc == "A stack,\nwith an indented line."
    assert [f"{s.start}-{s.end} {s.kind} {s.scope}:{s.name} {s.signature}" for s in found.symbols] == [
        "21-21 Variable :np np = None",
        '23-23 Variable :__all__ __all__ = ["Stack"]',
        '24-24 TypeAlias :Items Items: TypeAlias = "list[int]"',
        "25-25 Variable :LIMIT LIMIT: int = 100",
        "26-26 Variable :first first, (second, *rest) = 1, (2, 3)",
        "26-26 Variable :second first, (second, *rest) = 1, (2, 3)",
        "26-26 Variable :rest first, (second, *rest) = 1, (2, 3)",
        "29-31 Class :Color class Color(enum.Enum)",
        "30-30 Enumerator Color:RED RED = 1",
        "31-31 Enumerator Color:GREEN GREEN = 2",
        "34-68 Class :Stack class Stack(Base[int], shapes.Thing, metaclass=Meta)",
        "37-37 Field Stack:size size = 0",
        "39-39 Field Stack:_limit _limit: int = LIMIT",
        "41-44 Constructor Stack:__init__ def __init__(self, items: Items = (), *, limit=None)",
        "42-42 Field Stack:items self.items, self.__top = list(items), None",
        "42-42 Field Stack:__top self.items, self.__top = list(items), None",
        "43-43 Field Stack:limit self.limit: int = limit or self._limit",
        "46-48 Property Stack:top def top(self) -> int",
        "50-52 Property Stack:top def top(self, value)",
        "54-68 Method Stack:push async def push(item: int = 0, *args: str, option=..., **kw) -> None",
        "63-65 Function Stack.push.<locals>:inner def inner(x)",
        "71-71 Function :deep def deep(a, /, b=1, *, c)",
        "75-75 Variable :HEADER HEADER = stream.read()",
        '76-76 Variable :module module = importlib.import_module("plugins.first")',
    ]


def test_what_a_method_says() -> None:
    found = facts(SAMPLE.read_bytes())
    push = next(each for each in found.symbols if each.name == "push")
    stack = found.symbols[push.parent]
    assert (stack.name, stack.bases, stack.doc) == ("Stack", ("Base[int]", "shapes.Thing"), "Last in, first out.")
    assert push.modifiers == ("async", "@staticmethod")
    assert push.arity == 4
    assert push.local
    access = {each.name: each.access for each in found.symbols if each.parent == push.parent}
    assert access == {
        "size": "public",
        "_limit": "protected",
        "__init__": "public",
        "items": "public",
        "__top": "private",
        "limit": "public",
        "top": "public",
        "push": "public",
    }
    assert next(each.doc for each in found.symbols if each.name == "size") == "How many there are."


def test_imports_and_their_conditions() -> None:
    assert list(facts(SAMPLE.read_bytes()).includes) == [
        IncludeFact("__future__", 6, "from", names=("annotations",)),
        IncludeFact("os.path", 8, "import"),
        IncludeFact("sys", 8, "import"),
        IncludeFact(".", 9, "from", names=("shapes",)),
        IncludeFact("..geometry.plane", 10, "from", names=("area", "Point")),
        IncludeFact("typing", 11, "from", names=("TYPE_CHECKING", "NamedTuple", "TypeAlias")),
        IncludeFact("collections.abc", 14, "from", "TYPE_CHECKING", ("Iterator",)),
        IncludeFact("winreg", 16, "import", '!(TYPE_CHECKING) && sys.platform == "win32"'),
        IncludeFact("numpy", 19, "import", "try"),
        IncludeFact("json", 61, "import", "in function Stack.push"),
        IncludeFact("plugins.first", 76, "import", "dynamic"),
    ]


def test_conditions_of_a_try_statement() -> None:
    source = "try:\n  import a\nexcept (E, F):\n  import b\nexcept:\n  import c\nelse:\n  import d\n"
    source += "finally:\n  from e import *\n"
    assert [(each.spelling, each.condition, each.names) for each in facts(source).includes] == [
        ("a", "try", ()),
        ("b", "except (E, F)", ()),
        ("c", "except", ()),
        ("d", "try", ()),
        ("e", "", ("*",)),
    ]


def test_a_name_assigned_again_is_defined_again_and_an_attribute_is_not() -> None:
    source = "try:\n  x = 1\nexcept E:\n  x = 2\nclass A:\n  def f(self):\n    self.y = 1\n    self.y = self.f = 2\n"
    assert [(each.name, each.start) for each in facts(source).symbols] == [
        ("x", 2),
        ("x", 4),
        ("A", 5),
        ("f", 6),
        ("y", 7),
    ]


def test_branches_are_bodies_of_if_except_and_case() -> None:
    source = (
        "if a: one()\n"
        "if a:\n    two()\n    def f():\n        three()\n        if b:\n            four()\n    five()\n"
        "elif b:\n    six()\nelse:\n    seven()\n"
        "try:\n    eight()\nexcept E:\n    nine()\nelse:\n    ten()\n"
        "match a:\n    case 1:\n        eleven()\n"
        "for each in a:\n    twelve()\n"
    )
    numbers = memoryview(facts(source).branches).cast("I").tolist()
    lines = {line for first, last in zip(numbers[::2], numbers[1::2], strict=True) for line in range(first, last + 1)}
    named = {source.split("\n")[line - 1].strip() for line in lines}
    assert named == {"two()", "def f():", "four()", "five()", "six()", "nine()", "eleven()"}
    assert numbers == sorted(numbers)


def test_decorators_start_a_definition() -> None:
    source = "@first\n@second(1,\n  2)\ndef f(): pass\n"
    assert facts(source).symbols == (
        SymbolFact(
            Kind.FUNCTION, "f", 1, 4, arity=0, local=True, signature="def f()", modifiers=("@first", "@second(1, 2)")
        ),
    )


def test_an_overload_is_a_declaration() -> None:
    source = "@overload\ndef f(a: int) -> int: ...\n@typing.overload\ndef f(a: str) -> str: ...\ndef f(a): return a\n"
    assert [each.definition for each in facts(source).symbols] == [False, False, True]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="syntax of Python 3.12")
def test_type_parameters() -> None:
    source = "type X[T] = list[T]\nclass A[T: int](B):\n    def f[U](self, *,\n      a: int = 3) -> U: ...\n"
    assert [f"{each.kind}: {each.signature}" for each in facts(source).symbols] == [
        "TypeAlias: type X[T] = list[T]",
        "Class: class A[T: int](B)",
        "Method: def f[U](self, *, a: int = 3) -> U",
    ]


def test_a_head_of_many_lines_is_one_line() -> None:
    source = "class A(\n    B,  # why\n    C[\n        int,\n    ],\n): pass\n"
    (symbol,) = facts(source).symbols
    assert symbol.bases == ("B", "C[int,]")
    assert symbol.signature == "class A(B, C[int,])"


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (b"# -*- coding: latin-1 -*-\n\xe9 = '\xe9'\n", "é"),
        (b"#!/bin/x\n# vim: set fileencoding=cp1252 :\n\xe9 = '\xe9'\n", "é"),
        (b"\xef\xbb\xbfx = 1\n", "x"),
        ("# coding: utf-8\nß = 1\n".encode(), "ß"),
        (b"# coding: utf-8\r\nx = 1\r\n", "x"),
        (b"x = 1\ry = 2", "x"),
    ],
)
def test_encodings_and_line_ends(source: bytes, name: str) -> None:
    assert facts(source).symbols[0].name == name


def test_text_behind_wide_characters_is_cut_at_the_right_place() -> None:
    assert facts('x: "é" = f("日本")\n').symbols[0].signature == 'x: "é" = f("日本")'


@pytest.mark.parametrize(
    ("source", "reason", "line", "lines"),
    [
        (b"x = 1\nprint 'a'\n", "syntax error: Missing parentheses in call to 'print'. Did you mean print(...)?", 2, 2),
        (b"x = '\xff'\ny = 1\nz = 1", "encoding: 'utf-8' codec can't decode byte 0xff in position 5", 1, 3),
        (b"# coding: klingon\n", "encoding: unknown encoding: klingon", 0, 1),
        (b"a = " + b"-" * 100_000 + b"1\n", "nested too deeply for Python's parser", 0, 1),
        (b"a = " + b"(" * 1000 + b"\n", "syntax error: too many nested parentheses", 1, 1),
    ],
)
def test_what_cannot_be_parsed_is_skipped(source: bytes, reason: str, line: int, lines: int) -> None:
    found = skipped(source)
    assert found.reason.startswith(reason)
    assert (found.line, found.lines) == (line, lines)


def test_nul_bytes_are_skipped() -> None:
    assert skipped(b"a = 1\0\n").reason.startswith("syntax error: ")


def test_docstrings_hold_nothing_that_cannot_be_written() -> None:
    assert facts("def f():\n  'a \\ud800 \\x00 b'\n").symbols[0].doc == "a \ufffd \ufffd b"


def test_warnings_are_not_ours_to_print() -> None:
    assert facts('x = "\\d"\n').symbols[0].name == "x"  # pytest turns a warning into an error


def test_long_chains_do_not_exhaust_the_stack() -> None:
    source = b"if a: pass\n" + b"elif b: import x\n" * 900
    check(declarations.extract(source))


def test_the_standard_library() -> None:
    files = sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))
    assert len(files) > 100
    for file in files:
        found = declarations.extract(file.read_bytes())
        check(found)
        assert isinstance(found, FileFacts), file


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_source_is_read_or_skipped(data: st.DataObject) -> None:
    source = bytearray(SAMPLE.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(source)))
        until = data.draw(st.integers(at, min(at + 40, len(source))))
        source[at:until] = data.draw(
            st.binary(max_size=6) | st.sampled_from([b"\n", b"(", b'"""', b"\0", b"class A:\n"])
        )
    check(declarations.extract(bytes(source)))


def test_a_file_leaves_nothing_that_a_collection_would_have_to_find() -> None:
    source = """
import os
class A(os.PathLike):
    x: list = []
    def m(self, *given, key=None):
        self.kept = {"a": key}
        self.kept["b"] = [key for key in given]
        for each in self.kept.values():
            self.x.append(each)
        a, *rest = given
        rest += [lambda: self.kept]
        with open(a) as stream:
            yield stream, rest
        def inner():
            nonlocal key
            key = A().m(key)
            return key
        return inner
"""
    facts(source)  # what is made once
    gc.collect()
    gc.disable()
    try:
        assert facts(source).uses.names
        assert gc.collect() == 0
    finally:
        gc.enable()
