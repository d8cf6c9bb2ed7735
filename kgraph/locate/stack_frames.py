"""The frames of stack traces in a text, as the languages and debuggers print them.

Input: the lines of a text. Output: a `StackFrame` for each frame. Nothing is looked up here.

Most frames are one line. Go prints the function on one line and its place on the next, Rust a number with the function
and then the place; a panic of Rust names a place of its own, which is the innermost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

MAX_LINE = 2_000  # characters of a line in which a frame is looked for
MAX_GAP = 8  # lines between two frames of one stack

_PYTHON = re.compile(r'\s*File "([^"\n]{1,300})", line (\d{1,7})(?:, in (\S{1,200}))?')
_PYTEST = re.compile(r"([\w./\\+-]{1,300}\.py):(\d{1,7}): (?:in (\w{1,200})|\w{1,100}(?:Error|Exception|Warning))")
_PHP = re.compile(r"\s*#(\d{1,5}) ([^\s()][^()]{0,300})\((\d{1,7})\): ([^\s(]{1,300})\(")
_PHP_THROWN = re.compile(r".{0,900}? in ([^\s:]{1,300}\.php)(?::| on line )(\d{1,7})(?!\d)")
_GDB = re.compile(r"\s*#(\d{1,5})\s+(?:0x[0-9a-fA-F]{1,20} in )?([^\s(]{1,300}) ?\(")
_GDB_PLACE = re.compile(r" at ([^\s:]{1,300}):(\d{1,7})\s*$")
_ADDRESS = re.compile(r"\s*#\d{1,5} 0x[0-9a-fA-F]{1,20} in (\S{1,300})\s")
_LAST_PLACE = re.compile(r"([^\s:]{1,300}):(\d{1,7})(?::\d{1,7})?$")
_JAVA = re.compile(
    r"\s*at (?:[\w.@-]{1,100}/)?([\w$.]{1,300})\.([\w$<>]{1,200})\(([\w$-]{1,200}\.\w{1,10})(?::(\d{1,7}))?\)"
)
_CSHARP = re.compile(r"\s*at ([\w.`<>+|\[\],]{1,300})\([^()]{0,600}\) in (\S.{0,299}?):line (\d{1,7})\s*$")
_CSHARP_STATE = re.compile(
    r"<(\w{1,200})>[bd]__[\w|]{0,200}(?:\.\w{1,200})?$"
)  # what a compiler makes of an async method
_NODE = re.compile(
    r"\s*at (?:(?:async |new )?([\w$.<>\[\]]{1,300})(?: \[as \w{1,100}\])? \()?"
    r"((?:file://)?[^\s()]{1,300}?):(\d{1,7}):\d{1,7}\)?\s*$"
)
_BROWSER = re.compile(r"\s*([\w$.<>/*\[\]]{0,200})@(?:[a-z-]{1,20}://)([^\s@]{1,300}?):(\d{1,7}):\d{1,7}\s*$")
_RUBY = re.compile(
    r"\s*(?:from |\d{1,4}: from )?([^\s:]{1,300}\.(?:rb|rake|erb|ru)):(\d{1,7}):in [`']([^`'\n]{1,200})'"
)
_RUST_FUNCTION = re.compile(r"\s*\d{1,5}:\s+(?:0x[0-9a-f]{1,20} - )?(\S[^\n]{0,299})$")
_RUST_HASH = re.compile(r"::h[0-9a-f]{16}$")
_RUST_PLACE = re.compile(r"\s+at ([^\s()]{1,300}\.rs):(\d{1,7})(?::\d{1,7})?\s*$")
_RUST_PANIC = re.compile(r".{0,300}?panicked at (?:'.{0,900}', )?([^\s',]{1,300}\.rs):(\d{1,7})(?::\d{1,7})?:?\s*$")
_RUST_TRAIT = re.compile(r"^<(?:dyn )?(\S+) as [^<>]{1,200}(?:<.{0,200}>)?>::")
_GO_START = re.compile(r"\s*(?:goroutine \d{1,10} \[|created by )")
_GO_FUNCTION = re.compile(r"\s*(?:created by )?([\w./~@-]{1,250}\.[\w.()*\[\]·-]{1,200}?)(?:\(|$| in goroutine \d)")
_GO_PLACE = re.compile(r"\s+(\S{1,300}\.(?:go|s)):(\d{1,7})(?: \+0x[0-9a-f]{1,16})?\s*$")

_DOTS = re.compile(r"::|->|[.#\\]")
_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")


@dataclass(frozen=True, slots=True)
class StackFrame:
    """One line of a traceback."""

    path: str  # "" where none is named
    line: int  # 0 where none is named
    function: str  # qualified or not; "" where none is named
    depth: int  # 0: the innermost of its traceback


class _Read(NamedTuple):
    """A frame as it is printed."""

    kind: str
    path: str
    line: int
    function: str
    starts: bool = False  # it is the first of a stack


def frames(lines: Iterable[str]) -> list[StackFrame]:
    """All frames, each with its distance from the innermost of its traceback."""
    stacks: list[tuple[bool, list[_Read]]] = []  # whether the innermost comes last; frames
    kind, gap, before = "", 0, ""
    for line in lines:
        found = None
        if len(line) <= MAX_LINE:
            found = next((frame for read in _READERS if (frame := read(line, before))), None)
        is_new_stack = bool(_GO_START.match(line)) and not line.lstrip().startswith("created")
        kind = "" if is_new_stack else kind
        before = line if len(line) <= MAX_LINE else ""
        gap += 1
        if found is None:
            continue
        if found.kind != kind or gap > MAX_GAP or found.starts:
            stacks.append((found.kind == "python", []))
        kind, gap = found.kind, 0
        stacks[-1][1].append(found)
    result = []
    for innermost_last, read in stacks:
        stack = _with_function(read)
        for place, frame in enumerate(stack):
            depth = len(stack) - 1 - place if innermost_last else place
            result.append(StackFrame(frame.path.replace("\\", "/"), frame.line, frame.function, depth))
    return result


def _with_function(stack: list[_Read]) -> list[_Read]:
    """A stack, its first frame with the function that a later one gives for the same place: Rust's panics have none."""
    first = stack[0]
    if first.kind != "rust" or first.function:
        return stack
    for place, frame in enumerate(stack[1:], 1):
        if frame.line == first.line and frame.path.removeprefix("./") == first.path.removeprefix("./"):
            return [first._replace(function=frame.function), *stack[1:place], *stack[place + 1 :]]
    return stack


def names_of(function: str) -> list[str]:
    """The names in what a traceback calls a function: "ns::Class<T>::run" are three."""
    if trait := _RUST_TRAIT.match(function):  # "<Lines as Iterator>::next" is a method of Lines
        function = f"{trait[1]}::{function[trait.end() :]}"
    bare, depth = [], 0
    for char in function:
        depth += (char == "<") - (char == ">")
        if depth == 0 and char != ">":
            bare.append(char)
    return [each for each in _DOTS.split("".join(bare)) if _NAME.fullmatch(each.removeprefix("~"))]


# --- one kind each: a line, and the one before it -------------------------------------------------------------------


def _python(line: str, _: str) -> _Read | None:
    found = _PYTHON.match(line) or _PYTEST.match(line)
    if not found:
        return None
    function = found[3] or ""
    return _Read("python", found[1], int(found[2]), "" if function.startswith("<") else function)


def _php(line: str, _: str) -> _Read | None:
    if found := _PHP.match(line):
        return _Read("php", found[2], int(found[3]), "")  # the function is what is called there, not what is around
    if found := _PHP_THROWN.match(line):
        return _Read("php", found[1], int(found[2]), "", starts=True)
    return None


def _gdb(line: str, _: str) -> _Read | None:
    found = _GDB.match(line) or _ADDRESS.match(line)
    if not found:
        return None
    number = int(line.partition("#")[2].split(maxsplit=1)[0])
    place = _GDB_PLACE.search(line) or _LAST_PLACE.match(line.split()[-1])
    function = found[found.re.groups]
    return _Read("gdb", place[1] if place else "", int(place[2]) if place else 0, function, starts=number == 0)


def _java(line: str, _: str) -> _Read | None:
    if not (found := _JAVA.match(line)):
        return None
    folder = "/".join(found[1].split(".")[:-1])
    path = f"{folder}/{found[3]}" if folder else found[3]
    return _Read("java", path, int(found[4] or 0), f"{found[1].rpartition('.')[2]}.{found[2]}")


def _csharp(line: str, _: str) -> _Read | None:
    if not (found := _CSHARP.match(line)):
        return None
    return _Read("csharp", found[2], int(found[3]), _CSHARP_STATE.sub(r"\1", found[1]))


def _rust(line: str, before: str) -> _Read | None:
    if found := _RUST_PANIC.match(line):
        return _Read("rust", found[1], int(found[2]), "", starts=True)
    if not (found := _RUST_PLACE.match(line)):
        return None
    function = _RUST_FUNCTION.match(before)
    return _Read("rust", found[1], int(found[2]), _RUST_HASH.sub("", function[1].strip()) if function else "")


def _node(line: str, _: str) -> _Read | None:
    if not (found := _NODE.match(line)):
        return None
    return _Read("node", found[2].removeprefix("file://"), int(found[3]), found[1] or "")


def _browser(line: str, _: str) -> _Read | None:
    if not (found := _BROWSER.match(line)):
        return None
    return _Read("browser", found[2].partition("?")[0], int(found[3]), found[1].rstrip("/<"))


def _ruby(line: str, _: str) -> _Read | None:
    if not (found := _RUBY.match(line)):
        return None
    function = found[3].rpartition(" in ")[2]  # "block in render"
    starts = ": from " not in line and not line.lstrip().startswith("from ") and "': " in line
    return _Read("ruby", found[1], int(found[2]), "" if function.startswith("<") else function, starts=starts)


def _go(line: str, before: str) -> _Read | None:
    if not (found := _GO_PLACE.match(line)):
        return None
    function = _GO_FUNCTION.match(before)
    return _Read("go", found[1], int(found[2]), _go_function(function[1]) if function else "")


def _go_function(function: str) -> str:
    """ "App.Run" of "github.com/urfave/cli/v2.(*App).Run": without the import path, the receiver as a class."""
    function = function.rpartition("/")[2].partition(".")[2]
    return re.sub(r"\(\*?([\w.]+)(?:\[[^\]]*\])?\)", r"\1", function).partition(".func")[0].removesuffix("[...]")


_READERS: tuple[Callable[[str, str], _Read | None], ...] = (
    _python, _php, _gdb, _java, _csharp, _rust, _node, _browser, _ruby, _go,
)  # fmt: skip
