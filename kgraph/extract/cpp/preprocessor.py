"""What the directives of a C-family file say: includes with their conditions, and macro definitions.

Input: the directives that the scan found, in order. Output: include facts and macro symbols of all branches.

The include guard of a whole file is no condition: it says nothing about when the file's includes count.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

from kgraph.extract.cpp.macro_states import MacroStates
from kgraph.extract.cpp.scanner import CppSource, Directive
from kgraph.extract.text import clean
from kgraph.model import IncludeFact

_NOISE = re.compile(rb"//[^\n]*|/\*.*?(?:\*/|\Z)|\\\r?\n", re.DOTALL)
_INCLUDE = re.compile(rb"""#[ \t]*+\w++[ \t]*+(?:<([^>\n]*)>|"([^"\n]*)"|([A-Za-z_][^\n]*))""")
_DEFINE = re.compile(rb"#\s*define\s+(\w+)(?:\(([^)]*)\))?")
_UNDEF = re.compile(rb"#\s*undef\s+(\w+)")
_MAX_VALUE_LENGTH = 120
_MAX_CONDITION = 2_000  # characters
_MORE = " && …"
_ARGUMENT = re.compile(rb"#\s*\w+\s*(.*)", re.DOTALL)
_NAME_OF_GUARD = re.compile(r"^!\s*defined\s*\(?\s*(\w+)\s*\)?$")


@dataclass(slots=True)
class DefinedMacro:
    """One `#define`, ready to become a symbol."""

    name: str
    start: int  # offsets
    end: int
    signature: str
    arity: int  # -1: takes no arguments


@dataclass(slots=True)
class _Branches:
    """The branches of an open #if, up to the one that is read."""

    around: str  # what must hold for the #if to be read
    condition: str  # of the branch; "" for an #else
    others: str = ""  # what the branches before it leave

    def begin(self, condition: str) -> None:
        """Another branch begins."""
        if self.condition:
            self.others = _and(self.others, _group(_negate(self.condition)))
        self.condition = condition

    def hold(self) -> str:
        """What must hold for the branch to be read."""
        return _and(_and(self.around, self.others), _group(self.condition))


def _and(first: str, second: str) -> str:
    """Two conditions as one, cut where it is longer than anyone reads: each of a thousand #elif has a longer one."""
    if not first or not second:
        return first or second
    if len(first) > _MAX_CONDITION:
        return first if first.endswith(_MORE) else first + _MORE
    return f"{first} && {second}"


def read_directives(source: CppSource) -> tuple[list[IncludeFact], list[DefinedMacro], MacroStates]:
    states = MacroStates()
    includes: list[IncludeFact] = []
    macros: list[DefinedMacro] = []
    open_: list[_Branches] = []
    directives = source.directives
    guard = _guard_end(source)
    for directive in directives:
        match directive.keyword:
            case b"define" | b"undef" if directive.is_dead:
                pass
            case b"include" | b"include_next" | b"import":
                include = _read_include(source, directive, open_[-1].hold() if len(open_) > guard else "")
                if include:
                    includes.append(include)
            case b"define":
                if macro := _read_define(source, directive):
                    macros.append(macro)
                    is_empty = macro.signature == f"#define {macro.name}"
                    states.define(macro.name, directive.start, is_empty=is_empty)
            case b"undef":
                if name := _UNDEF.match(_text(source, directive)):
                    states.undefine(name[1].decode("utf-8", "replace"), directive.start)
            case b"if" | b"ifdef" | b"ifndef":
                around = open_[-1].hold() if len(open_) > guard else ""
                condition = _condition(source, directive)
                open_.append(_Branches(around, condition))
                unless = _NAME_OF_GUARD.match(condition)
                states.open(unless[1] if unless else "")
            case b"elif" | b"elifdef" | b"elifndef" if open_:
                open_[-1].begin(_condition(source, directive))
                states.begin_branch(is_else=False)
            case b"else" if open_:
                open_[-1].begin("")
                states.begin_branch(is_else=True)
            case b"endif" if open_:
                open_.pop()
                states.close()
    return includes, macros, states


def conditions(source: CppSource) -> Callable[[int], str]:
    """Gives the condition that an offset stands under, as that of an include is given."""
    starts: list[int] = []
    held: list[str] = []
    open_: list[_Branches] = []
    guard = _guard_end(source)
    for directive in source.directives:
        match directive.keyword:
            case b"if" | b"ifdef" | b"ifndef":
                around = open_[-1].hold() if len(open_) > guard else ""
                open_.append(_Branches(around, _condition(source, directive)))
            case b"elif" | b"elifdef" | b"elifndef" if open_:
                open_[-1].begin(_condition(source, directive))
            case b"else" if open_:
                open_[-1].begin("")
            case b"endif" if open_:
                open_.pop()
            case _:
                continue
        starts.append(directive.start)
        held.append(open_[-1].hold() if len(open_) > guard else "")

    def at(offset: int) -> str:
        index = bisect_right(starts, offset) - 1
        return held[index] if index >= 0 else ""

    return at


def _text(source: CppSource, directive: Directive) -> bytes:
    text = source.content[directive.start : directive.end]
    return _NOISE.sub(b" ", text) if b"/" in text or b"\\" in text else text


def _read_include(source: CppSource, directive: Directive, condition: str) -> IncludeFact | None:
    raw = source.content[directive.start : directive.end]
    match = _INCLUDE.match(raw) or _INCLUDE.match(_text(source, directive))
    if match is None:
        return None
    line = source.line(directive.start)
    angled, quoted, computed = match.groups()
    if angled is not None:
        return IncludeFact(_spelling(angled), line, "angled", condition)
    if quoted is not None:
        return IncludeFact(_spelling(quoted), line, "quoted", condition)
    return IncludeFact(_spelling(_NOISE.sub(b" ", computed)), line, "macro", condition)


def _spelling(text: bytes) -> str:
    return clean(" ".join(text.decode("utf-8", "replace").split()))


def _read_define(source: CppSource, directive: Directive) -> DefinedMacro | None:
    text = _text(source, directive)
    match = _DEFINE.match(text)
    if match is None:
        return None
    name = match[1].decode("utf-8", "replace")
    if match[2] is None:
        # A short value is part of what a reader wants to know, and tells which header `#include NAME` means.
        value = text[match.end() :] if len(text) - match.end() <= _MAX_VALUE_LENGTH else b""
        signature = clean(" ".join(f"#define {name} {value.decode('utf-8', 'replace')}".split()))
        return DefinedMacro(name, directive.start, directive.end, signature, -1)
    parameters = [" ".join(parameter.decode("utf-8", "replace").split()) for parameter in match[2].split(b",")]
    parameters = [parameter for parameter in parameters if parameter]
    signature = clean(f"#define {name}({', '.join(parameters)})")
    return DefinedMacro(name, directive.start, directive.end, signature, len(parameters))


def _condition(source: CppSource, directive: Directive) -> str:
    match = _ARGUMENT.match(_text(source, directive))
    argument = clean(" ".join(match[1].decode("utf-8", "replace").split())) if match else ""
    if directive.keyword.endswith(b"ndef"):
        return f"!defined({argument})"
    return f"defined({argument})" if directive.keyword.endswith(b"def") else argument


def _negate(condition: str) -> str:
    return f"!({condition})"


def _group(condition: str) -> str:
    if "||" not in condition and "?" not in condition:
        return condition
    if condition.startswith("!("):
        depth = 0
        for index, char in enumerate(condition):
            depth += (char == "(") - (char == ")")
            if char == ")" and depth == 0:
                return condition if index == len(condition) - 1 else f"({condition})"
    return f"({condition})"


def _guard_end(source: CppSource) -> int:
    """1 where the first #if of the file is its include guard, else 0."""
    directives = [directive for directive in source.directives if directive.keyword not in (b"pragma", b"")]
    if len(directives) < 3 or directives[1].keyword != b"define" or directives[-1].keyword != b"endif":
        return 0
    first, define, last = directives[0], directives[1], directives[-1]
    if first.keyword not in (b"ifndef", b"if"):
        return 0
    guard = _NAME_OF_GUARD.match(_condition(source, first))
    macro = _DEFINE.match(_text(source, define))
    if not guard or not macro or guard[1] != macro[1].decode("utf-8", "replace"):
        return 0
    depth = 0
    for directive in directives:
        if directive.keyword in (b"if", b"ifdef", b"ifndef"):
            depth += 1
        elif directive.keyword == b"endif":
            depth -= 1
            if depth == 0 and directive is not last:
                return 0
        elif depth == 1 and directive.keyword in (b"else", b"elif"):
            return 0
    outside = source.code[: first.start].strip() or source.code[last.end :].strip()
    return 0 if outside else 1
