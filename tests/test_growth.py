"""No file costs the square of its size: operations are counted, for each shape in which a file may grow.

Counted are the lines of Python that run, in kgraph and in docutils, and the characters that kgraph's patterns look at.
What costs time inside of C alone (a copy, a search for a word) is not seen here; `benchmarks/growth.py` measures it.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import pytest

import kgraph.extract
from benchmarks.shapes import SHAPES, Shape
from kgraph.extract import extract
from kgraph.extract.cpp import local_types as locals_
from kgraph.extract.cpp import uses
from kgraph.extract.cpp.macros import attribute_macros, harvest
from kgraph.languages import detect_by_name

MAX_GROWTH = 2.4  # times the operations for twice the size
ENOUGH = 4_000  # operations: below, what is done once for a file counts more than what grows
# Where the first step is too large, the next ones are looked at: what has a limit grows faster until it reaches that,
# and some is done only where there is much of it.
TIMES = (2, 4, 8, 16)

READ = [name for name in SHAPES if not name.startswith("tree: ")]


@dataclass(slots=True)
class Operations:
    """What was done."""

    lines: int = 0  # of Python
    characters: int = 0  # that patterns looked at


@dataclass(slots=True)
class Pattern:
    """A compiled pattern that counts the characters which it looks at, but for those that it tries in vain."""

    pattern: re.Pattern[Any]
    operations: Operations = field(repr=False)

    def _found(self, text: Any, pos: int, endpos: int | None, match: re.Match[Any] | None, *, searched: bool) -> Any:
        end = len(text) if endpos is None else min(endpos, len(text))
        if match or searched:
            self.operations.characters += max(0, (match.end() if match else end) - pos)
        return match

    def search(self, text: Any, pos: int = 0, endpos: int = sys.maxsize) -> Any:
        return self._found(text, pos, endpos, self.pattern.search(text, pos, endpos), searched=True)

    def match(self, text: Any, pos: int = 0, endpos: int = sys.maxsize) -> Any:
        return self._found(text, pos, endpos, self.pattern.match(text, pos, endpos), searched=False)

    def fullmatch(self, text: Any, pos: int = 0, endpos: int = sys.maxsize) -> Any:
        return self._found(text, pos, endpos, self.pattern.fullmatch(text, pos, endpos), searched=False)

    def finditer(self, text: Any, pos: int = 0, endpos: int = sys.maxsize) -> Iterator[Any]:
        for match in self.pattern.finditer(text, pos, endpos):
            self.operations.characters += match.end() - max(pos, 0)
            pos = match.end()
            yield match
        self.operations.characters += max(0, min(endpos, len(text)) - pos)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.pattern, name)  # sub, split, findall: once for a text


@functools.cache
def _patterns() -> list[tuple[Any, str, re.Pattern[Any]]]:
    """Each pattern of a module that reads, by its module and name."""
    named = [(module, name, value) for module in _modules() for name, value in vars(module).items()]
    return [each for each in named if isinstance(each[2], re.Pattern)]


@functools.cache
def _answers() -> list[functools._lru_cache_wrapper[Any]]:
    """What modules that read keep of earlier answers, as far as it has a limit."""
    kept = [value for module in _modules() for value in vars(module).values()]
    return [each for each in kept if isinstance(each, functools._lru_cache_wrapper) and each.cache_info().maxsize]


@functools.cache
def _modules() -> list[Any]:
    found = pkgutil.walk_packages(kgraph.extract.__path__, "kgraph.extract.")
    return [importlib.import_module(module.name) for module in found if ".semantic" not in module.name]


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Operations]:
    operations = Operations()
    with monkeypatch.context() as patched:
        for module, name, pattern in _patterns():
            patched.setattr(module, name, Pattern(pattern, operations))
        for answers in _answers():
            answers.cache_clear()  # what other shapes spelled alike
        before = sys.gettrace()
        sys.settrace(_tracer(operations))
        try:
            yield operations
        finally:
            sys.settrace(before)


def _tracer(operations: Operations) -> Callable[..., Any]:
    def line(_frame: FrameType, event: str, _argument: object) -> Any:
        if event == "line":
            operations.lines += 1
        return line

    def call(frame: FrameType, _event: str, _argument: object) -> Any:
        path = frame.f_code.co_filename
        return line if "/kgraph/" in path or "/docutils/" in path else None

    return call


def _read(shape: Shape, n: int) -> int:
    """Read the tree of a shape; returns its size in bytes."""
    tree = shape.make(n)
    macros = attribute_macros(define for content in tree.values() for define in harvest(content))
    for path, content in tree.items():
        extract(content, detect_by_name(path), macros)
    return sum(map(len, tree.values()))


@pytest.mark.parametrize("name", READ)
def test_twice_the_size_takes_about_twice_the_operations(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shape = SHAPES[name]
    _read(shape, 2)  # what is done once is done
    size, before = _counted(shape, shape.small, monkeypatch)
    for times in TIMES:
        larger, after = _counted(shape, times * shape.small, monkeypatch)
        most = MAX_GROWTH * larger / size / 2
        within = [most * max(each, ENOUGH) for each in before]
        if all(each <= limit for each, limit in zip(after, within, strict=True)):
            return
        size, before = larger, after
    pytest.fail(f"lines and characters of {larger:,} bytes: {after}; of half of it at most {within} / {most:.2f}")


def _counted(shape: Shape, n: int, monkeypatch: pytest.MonkeyPatch) -> tuple[int, tuple[int, int]]:
    with counted(monkeypatch) as operations:
        size = _read(shape, n)
    return size, (operations.lines, operations.characters)


@pytest.mark.parametrize("name", ["c++ body: distinct calls", "c++ body: calls of locals", "c++ body: cases"])
def test_a_long_function_is_not_looked_through_for_each_name(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[locals_.Locals] = []

    def note(*arguments: Any) -> locals_.Locals:
        made.append(locals_.Locals(*arguments))
        return made[-1]

    monkeypatch.setattr(uses, "Locals", note)
    monkeypatch.setattr(locals_, "_MAX_LOOKED", 1_000)
    _read(SHAPES[name], 500)
    assert made
    for each in made:  # one look at the whole text is the last
        assert each._looked <= 1_000 + 5 * len(each._text)
