"""What names of PHP mean by the `use` statements of their namespace, and the types that PHPDoc comments spell.

Paths of PHP begin with full names: `|:\\A\\Stack` is a type, `|function \\A\\load` a function, and `|const \\A\\LIMIT`
a constant. A function or constant whose first backslash is missing may be one of the global namespace, too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kgraph.extract.scoped.scopes import UNKNOWN, BoundValue, JoinedValue, LexicalScope, ScopedPath

_TYPE = r"((?:[^\s<]|<[^<>]*>)+)"
RETURNED = re.compile(rf"@return\s+{_TYPE}")
PARAMETER = re.compile(rf"@param\s+{_TYPE}\s+(?:&|\.\.\.)*(\$\w+)")
VARIABLE = re.compile(rf"@var\s+{_TYPE}(?:\s+(\$\w+))?")
_CLASS = re.compile(r"\\?[A-Za-z_]\w*(?:\\[A-Za-z_]\w*)*")
_HOLDER = re.compile(r"(?:non-empty-)?(?:array|list|iterable)<(?:[^<>]*,\s*)?([^<>,]+)>")
_NO_CLASSES = frozenset(
    {
        *("array", "bool", "boolean", "callable", "double", "false", "float", "int", "integer", "iterable", "list"),
        *("mixed", "never", "null", "numeric", "object", "resource", "scalar", "string", "true", "void"),
    }
)
OWN = frozenset({"self", "static"})
_MAX_BLOCKS = 20  # around an assignment in which it is seen


@dataclass(slots=True)
class NamespaceNames:
    """The names of one namespace of a file."""

    space: str = ""
    types: dict[str, str] = field(default_factory=dict)  # full names by alias in lower case
    functions: dict[str, str] = field(default_factory=dict)  # the same
    constants: dict[str, str] = field(default_factory=dict)
    within: dict[str, set[str]] = field(default_factory=dict)  # what is used of a namespace that is imported

    def full(self, text: str) -> str:
        """The full name of a type, with a backslash in front."""
        if text[:1] == "\\":
            return text
        first, slash, rest = text.partition("\\")
        if first.lower() == "namespace" and slash:
            text = rest
        elif (imported := self.types.get(first.lower())) is not None:
            return f"\\{imported}{slash}{rest}"
        return f"\\{self.space}\\{text}" if self.space else f"\\{text}"

    def type(self, text: str) -> ScopedPath:
        """The path of a type."""
        return ScopedPath(f"|{self._note(text, ':')}")

    def value(self, text: str, kind: str) -> ScopedPath:
        """The path of a "function" or a "const"."""
        if "\\" in text:
            return ScopedPath(f"|{self._note(text, f'{kind} ')}")
        known = self.functions.get(text.lower()) if kind == "function" else self.constants.get(text)
        return ScopedPath(f"|{kind} {self.space}\\{text}" if known is None else f"|{kind} \\{known}")

    def _note(self, text: str, kind: str) -> str:
        full = f"{kind}{self.full(text)}"
        first, slash, _ = text.partition("\\")
        if slash and first and (imported := self.types.get(first.lower())) is not None:
            self.within.setdefault(imported, set()).add(full)
        return full

    def read_documented(self, text: str, own: ScopedPath) -> ScopedPath:
        """An instance of a type that a comment spells; unknown where it may be one of several."""
        if "<" not in text:
            parts = [each for each in text.removeprefix("?").split("|") if each.lower() != "null"]
            text = parts[0] if len(parts) == 1 else ""
        held = _HOLDER.fullmatch(text)
        element = held[1].strip() if held is not None else text[:-2] if text.endswith("[]") else ""
        if element:
            inner = self.read_documented(element, own) if "[" not in element else UNKNOWN
            return ScopedPath("=array", inner) if inner.path else UNKNOWN
        if text in OWN or text == "$this":
            return own
        if not _CLASS.fullmatch(text) or text.lower() in _NO_CLASSES:
            return UNKNOWN
        return ScopedPath(f"{self.type(text).path}~")


class PhpScope(LexicalScope):
    """A namespace, a type, a function or a block of statements; variables are those of the function around."""

    __slots__ = ("end", "names", "start", "top")

    def __init__(
        self, like: LexicalScope, names: NamespaceNames, span: tuple[int, int], outer: PhpScope | None = None
    ) -> None:
        super().__init__(outer, like.symbol, like.name, like.type_name)
        self.names = names
        self.start, self.end = span
        self.top: PhpScope = self  # that of the namespace

    def inside(self, like: LexicalScope, span: tuple[int, int], *, block: bool = False) -> PhpScope:
        """A scope inside of this one; only a block sees the variables around it."""
        inner = PhpScope(like, self.names, span, self if block else None)
        inner.top = self.top
        return inner

    def assign(self, name: str, start: int, value: BoundValue) -> None:
        """A variable is given a value, which code behind the blocks around may see."""
        self.bind(name, start, value)
        at = self
        for _ in range(_MAX_BLOCKS):
            outer = at.outer
            if not isinstance(outer, PhpScope):
                return
            value = JoinedValue(value, name, at.start, outer)
            outer.bind(name, at.end, value)
            at = outer

    def own_type(self) -> ScopedPath:
        """The path of the type around; unknown where it has no name."""
        last = self.type_name.rpartition("::")[2]
        space = f"\\{self.names.space}" if self.names.space else ""
        return ScopedPath(f"|:{space}\\{last}") if last and "(" not in last else UNKNOWN
