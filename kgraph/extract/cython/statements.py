"""Statements of Cython rewritten as Python of the same lines.

Input: the text of a `.pyx`, `.pxd` or `.pxi` file. Output: Python, and what it does not say: includes, cimports, and
for each declaration what it is in Cython.

    cdef inline int f(Stack* s, int n=1) except -1:     def f(s: Stack, n=1):
    cdef extern from "stack.h" nogil:                   with 0:
        struct Node: ...                                    class Node: ...
    cimport a.b                                         import a.b
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from kgraph.extract.cython.declarators import annotation, closing, declarators, parameters, split_at
from kgraph.extract.cython.expressions import as_python
from kgraph.extract.cython.logical_lines import LogicalLine, logical_lines
from kgraph.extract.text import flatten
from kgraph.model import IncludeFact, Kind

_LONG_SIGNATURE = 160
_MODIFIERS = re.compile(r"(?:(?:public|readonly|api|inline|packed|extern)\b(?!\s*[=(,:])\s*)*")
_WORD = re.compile(r"[^\W\d]\w*")
_EXTERN = re.compile(r"extern\s+from\s+(\*|\"+)")
_CLASS = re.compile(r"(?:extern\s+)?(class|cppclass|struct|union|enum)\b\s*(?:class\b|struct\b)?\s*([\w.]*)")
_FUSED = re.compile(r"fused\s+(\w+)\s*:")
_MAX_HEAD = 2_000  # characters in front of a function's parentheses
_BRACKETS = r"\[(?:[^\[\]]|\[(?:[^\[\]]|\[[^\[\]]*\])*\])*\]"
_FUNCTION = re.compile(rf"(?s)(?P<type>(?:[^()=\[\]]|{_BRACKETS})*?)(?P<name>[^\W\d]\w*)\s*(?:\[[^\]]*\]\s*)?\(")
_DEF = re.compile(r"(?P<async>async\s+)?def\s+(?P<name>\w+)\s*(?:\[[^\]]*\]\s*)?\(")
_CIMPORT_FROM = re.compile(r"(?s)from\s+(?P<module>[\w.\s\\]+?)\s+(?P<word>cimport)\b")
_INCLUDE = re.compile(r"include\s*(?=\")")
_PROPERTY = re.compile(r"property\s+(\w+)\s*:\s*$")
_CONSTANT = re.compile(r"DEF\s+(?=\w+\s*=)")
_CONDITIONS = {"IF": "if", "ELIF": "elif", "ELSE": "else"}
_CONDITION = re.compile(r"(IF|ELIF|ELSE)\b")
_RETURNS = re.compile(r"\)\s*->\s*([^:\n]+)")
_KINDS = {"class": Kind.CLASS, "cppclass": Kind.CLASS, "struct": Kind.STRUCT, "union": Kind.UNION, "enum": Kind.ENUM}
# What stands in a block is declared as by `cdef`.
_DECLARING = frozenset({"cdef", "struct", "union", "cppclass", "enum"})


@dataclass(frozen=True, slots=True)
class Declaration:
    """What Cython says of a name that Python's syntax cannot."""

    line: int
    name: str
    kind: Kind | None = None  # None for what it is in Python, too
    modifiers: tuple[str, ...] = ()
    signature: str = ""
    definition: bool = True


@dataclass(slots=True)
class CythonSource:
    """A source as Python."""

    text: str = ""
    includes: list[IncludeFact] = field(default_factory=list)
    cimports: set[int] = field(default_factory=set)  # lines
    declarations: list[Declaration] = field(default_factory=list)
    first_lines: list[int] = field(default_factory=list)  # of each statement, from 1, in order


def rewrite(text: str) -> CythonSource:
    """The source as Python."""
    writer = _Writer()
    pieces: list[str] = []
    for line in logical_lines(text):
        python = writer.statement(line) if line.mask.strip() else ""
        lacking = line.code.count("\n") - python.count("\n")
        pieces.append(line.space + python + "\n" * max(lacking, 0) if python else "\n" * line.code.count("\n"))
        writer.source.first_lines.append(line.first)
    writer.source.text = "\n".join(pieces)
    return writer.source


@dataclass(slots=True)
class _Block:
    indent: int  # of the statement that opens it
    kind: str  # "cdef", "struct", "union", "enum", "cppclass", "fused", "class", "function", "other"
    modifiers: tuple[str, ...] = ()


class _Writer:
    def __init__(self) -> None:
        self.source = CythonSource()
        self._blocks: list[_Block] = []

    def statement(self, line: LogicalLine) -> str:
        """A statement as Python."""
        while self._blocks and self._blocks[-1].indent >= line.indent:
            self._blocks.pop()
        block = self._blocks[-1].kind if self._blocks else ""
        mask, code = line.mask, line.code
        match = _WORD.match(mask)
        word = match[0] if match else ""
        if word in ("cdef", "cpdef") and match and not mask[match.end() :].lstrip().startswith(("=", ".")):
            return self._cdef(line, len(mask) - len(mask[match.end() :].lstrip()), word)
        if rewriter := _REWRITERS.get(word):
            python = rewriter(self, line)
            if python is not None:
                return python
        if block == "fused":
            return "pass"
        if block == "enum":
            return self._enumerators(line)
        if block in _DECLARING and word not in ("pass", "def", "class"):
            return self._cdef(line, 0, "")
        if word in ("def", "async") and (head := _DEF.match(mask)):
            return self._function(line, 0, head)
        if word == "class":
            self._open(line, "class")
        elif mask.endswith(":"):
            self._open(line, "other")
        return as_python(code, mask)

    # --- what opens a block ---------------------------------------------------------------------------------------

    def _open(self, line: LogicalLine, kind: str, modifiers: tuple[str, ...] = ()) -> None:
        if line.mask.endswith(":"):
            self._blocks.append(_Block(line.indent, kind, modifiers))

    def _note(
        self,
        line: LogicalLine,
        name: str,
        kind: Kind | None,
        modifiers: tuple[str, ...] = (),
        *,
        head: str = "",
        definition: bool = True,
    ) -> None:
        outer = self._blocks[-1].modifiers if self._blocks and self._blocks[-1].indent < line.indent else ()
        spelled = (head or line.code)[: 8 * _LONG_SIGNATURE]  # of a declaration of thousands of names, a part
        signature = flatten(spelled.rstrip().removesuffix(":").replace("\\\n", " "), _LONG_SIGNATURE)
        told = tuple(dict.fromkeys((*outer, *modifiers)))
        self.source.declarations.append(Declaration(line.first, name, kind, told, signature, definition))

    def _cdef(self, line: LogicalLine, start: int, word: str) -> str:
        """What stands behind `cdef` or `cpdef`, or in a block of such."""
        mask = line.mask
        modifiers: tuple[str, ...] = (word,) if word else ()
        rest = mask[start:]
        if opened := _EXTERN.match(rest):
            return self._extern(line, start, opened)
        qualifiers = _MODIFIERS.match(rest)
        if qualifiers:
            modifiers += tuple(qualifiers[0].split())
            start += qualifiers.end()
            rest = mask[start:]
        if not rest or rest.startswith(":") or rest.rstrip() in ("nogil:", "inline:"):
            self._open(line, "cdef", modifiers)
            return "with 0:"
        if declared := _CLASS.match(rest):
            python = self._type(line, start, declared, modifiers)
            if python is not None:
                return python
        if fused := _FUSED.match(rest):
            return self._write_fused(line, fused[1], modifiers)
        if rest.startswith("(") and (end := closing(mask, start)) > 0:  # a C tuple
            start = end + 1
            rest = mask[start:]
        head = _FUNCTION.match(rest[:_MAX_HEAD])
        if head and not rest[head.end() :].lstrip().startswith("*"):
            return self._function(line, start, head, modifiers)
        return self._variables(line, start, modifiers)

    def _extern(self, line: LogicalLine, start: int, opened: re.Match[str]) -> str:
        self._open(line, "cdef", ("extern",))
        if opened[1] != "*":
            spelled = line.code[start + opened.start(1) : start + opened.end(1)].strip("'\"")
            angled = spelled.startswith("<") and spelled.endswith(">")
            spelling = flatten(spelled[1:-1] if angled else spelled, 200)
            if spelling:
                form = "angled" if angled else "quoted"
                self.source.includes.append(IncludeFact(spelling, line.first, form, "extern"))  # type: ignore[arg-type]
        return "with 0:"

    def _type(self, line: LogicalLine, start: int, declared: re.Match[str], modifiers: tuple[str, ...]) -> str | None:
        """A class, structure or enumeration; None where the word begins something else, as `struct S *x` does."""
        mask = line.mask
        keyword, name = declared[1], declared[2].rpartition(".")[2]
        rest = mask[start + declared.end() :].strip()
        opens = mask.endswith(":")
        has_body = opens or ":" in rest
        if not has_body and rest and not (rest.startswith(("(", "[")) and "class" in keyword):
            return None
        kind = _KINDS[keyword]
        definition = has_body
        self._open(line, "class" if keyword == "class" else keyword, modifiers if "extern" in modifiers else ())
        if not name:
            return "with 0:" if opens else "pass"
        body = "" if opens else " pass"
        bases = ""
        open_at = mask.find("(", start + declared.end())
        if keyword in ("class", "cppclass") and open_at >= 0 and (end := closing(mask, open_at)) > 0:
            bases = f"({line.code[open_at + 1 : end].strip()})"
        named = (keyword,) if keyword == "cppclass" else ()
        self._note(line, name, kind, (*modifiers, *named), definition=definition)
        if has_body and not opens:  # `cdef enum E: A, B`
            body = f" {self._body(line, keyword, mask.index(':', start + declared.end()) + 1)}"
        return f"class {name}{bases}:{body}"

    def _body(self, line: LogicalLine, keyword: str, start: int) -> str:
        """What stands in the line that opens a block, behind the colon."""
        start += len(line.mask) - start - len(line.mask[start:].lstrip())
        if keyword == "enum":
            return self._enumerators(line, start)
        if keyword in ("struct", "union") and not line.mask.startswith("pass", start):
            return self._variables(line, start, ())
        return "pass"

    def _write_fused(self, line: LogicalLine, name: str, modifiers: tuple[str, ...]) -> str:
        self._open(line, "fused")
        self._note(line, name, Kind.TYPE_ALIAS, (*modifiers, "fused"))
        return f"class {name}:" if line.mask.endswith(":") else f"class {name}: pass"

    def _function(self, line: LogicalLine, start: int, head: re.Match[str], modifiers: tuple[str, ...] = ()) -> str:
        code, mask = line.code, line.mask
        name = head["name"]
        open_at = start + head.end() - 1
        close = closing(mask, open_at)
        if close < 0 or name == "operator" or "operator" in head.groupdict().get("type", "").split():
            return "pass"
        colon = _block_colon(mask, close)
        inner = parameters(code[open_at + 1 : close], mask[open_at + 1 : close])
        returns = _RETURNS.match(mask, close)
        kind = (
            code[returns.start(1) : returns.end(1)].strip()
            if returns and colon >= 0
            else annotation(head.groupdict().get("type", ""))
        )
        arrow = f" -> {kind}" if kind else ""
        body = code[colon + 1 :].strip() if colon >= 0 else ""
        self._open(line, "function")
        signature = code[: colon if colon >= 0 else len(code)]
        self._note(line, name, None, modifiers, head=signature, definition=colon >= 0)
        prefix = head.groupdict().get("async") or ""
        ending = as_python(body, mask[len(mask) - len(body) :]) if body else ""
        tail = "" if line.mask.endswith(":") else f" {ending or '...'}"
        return f"{prefix}def {name}({inner}){arrow}:{tail}"

    # --- what does not --------------------------------------------------------------------------------------------

    def _variables(self, line: LogicalLine, start: int, modifiers: tuple[str, ...]) -> str:
        found = declarators(line.code[start:], line.mask[start:])
        if not found:
            return "pass"
        parts = []
        for name, kind, value in found:
            self._note(line, name, None, modifiers)
            assigned = f" = {as_python(value, _mask_of(line, value))}" if value else ""
            parts.append(f"{name}: {kind or '_'}{assigned}" if kind or not value else f"{name}{assigned}")
        return "; ".join(parts)

    def _enumerators(self, line: LogicalLine, start: int = 0) -> str:
        names = [match[0] for part in line.mask[start:].split(",") if (match := _WORD.match(part.strip()))]
        names = [name for name in names if name != "pass"]
        for name in names:
            self._note(line, name, Kind.ENUMERATOR, head=name)
        return "; ".join(f"{name} = ..." for name in names) or "pass"

    def _typedef(self, line: LogicalLine) -> str | None:
        rest = line.mask.removeprefix("ctypedef").lstrip()
        start = len(line.mask) - len(rest)
        qualifiers = _MODIFIERS.match(rest)
        start += qualifiers.end() if qualifiers else 0
        rest = line.mask[start:]
        if (declared := _CLASS.match(rest)) and (
            python := self._type(line, start, declared, ("ctypedef",))
        ) is not None:
            return python
        if fused := _FUSED.match(rest):
            return self._write_fused(line, fused[1], ("ctypedef",))
        if (head := _FUNCTION.match(rest[:_MAX_HEAD])) and not rest[head.end() :].lstrip().startswith("*"):
            name, kind = head["name"], ""  # of a function's type
        else:
            found = declarators(line.code[start:], rest)
            if not found:
                return "pass"
            name, kind, _ = found[-1]
        self._note(line, name, Kind.TYPE_ALIAS, ("ctypedef",))
        return f"{name} = {kind or '...'}"

    def _cimport(self, line: LogicalLine) -> str:
        self.source.cimports.add(line.first)
        return "import" + line.code[len("cimport") :]

    def _from(self, line: LogicalLine) -> str | None:
        if not (match := _CIMPORT_FROM.match(line.mask)):
            return None
        self.source.cimports.add(line.first)
        return line.code[: match.start("word")] + "import" + line.code[match.end("word") :]

    def _include(self, line: LogicalLine) -> str | None:
        if not (match := _INCLUDE.match(line.mask)):
            return None
        if spelling := flatten(line.code[match.end() :].strip().strip("'\""), 200):
            self.source.includes.append(IncludeFact(spelling, line.first, "quoted"))
        return "pass"

    def _constant(self, line: LogicalLine) -> str | None:
        match = _CONSTANT.match(line.mask)
        return as_python(line.code[match.end() :], line.mask[match.end() :]) if match else None

    def _condition(self, line: LogicalLine) -> str | None:
        match = _CONDITION.match(line.mask)
        if not match or not line.mask.endswith(":"):
            return None
        block = self._blocks[-1].kind if self._blocks else ""
        self._open(line, block if block in _DECLARING else "other")
        return _CONDITIONS[match[1]] + as_python(line.code[match.end() :], line.mask[match.end() :])

    def _raise(self, line: LogicalLine) -> str | None:
        """`raise E, "text"` of Python 2."""
        parts = list(split_at(line.code, line.mask, ","))
        if len(parts) < 2:
            return None
        head, *rest = [as_python(*part) for part in parts]
        return f"{head}({','.join(rest)})"

    def _except(self, line: LogicalLine) -> str | None:
        """`except A, b:` of Python 2."""
        if len(list(split_at(line.code, line.mask, ","))) < 2 or not line.mask.endswith(":"):
            return None
        self._open(line, "other")
        return f"except ({line.code[len('except') :].rstrip().removesuffix(':')}):"

    def _property(self, line: LogicalLine) -> str | None:
        if not (match := _PROPERTY.match(line.mask)):
            return None
        self._open(line, "class")
        self._note(line, match[1], Kind.PROPERTY)
        return f"class {match[1]}:"


def _block_colon(mask: str, close: int) -> int:
    """The offset of the ":" that a body follows, behind the parenthesis that closes a head; -1 for none."""
    return mask.find(":", close)


def _mask_of(line: LogicalLine, value: str) -> str:
    at = line.code.rfind(value)
    return line.mask[at : at + len(value)] if at >= 0 else value


_REWRITERS: dict[str, Callable[[_Writer, LogicalLine], str | None]] = {
    "cimport": _Writer._cimport,
    "from": _Writer._from,
    "include": _Writer._include,
    "ctypedef": _Writer._typedef,
    "DEF": _Writer._constant,
    "IF": _Writer._condition,
    "ELIF": _Writer._condition,
    "ELSE": _Writer._condition,
    "property": _Writer._property,
    "raise": _Writer._raise,
    "except": _Writer._except,
}
