"""Of what type the receiver of a call is, as far as the function around it tells.

Input: the text of a function with its head. Output: for the first name of a chain such as `stack->items`, the type that
it is declared with, "const " in front; where that is `auto`, the chain that it is initialised with.

A name that is declared in a function is first met where it is declared: what stands in front of its first occurrence is
a type, or it is no local name. Members of others and names of scopes do not count.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property, lru_cache

from kgraph.extract.cpp.chains import plain_chain, plain_type
from kgraph.extract.cpp.lexicon import WORD_BYTES, byte_words

_FIRST = re.compile(rb"[A-Za-z_]\w*+")
_CAST = re.compile(rb"(?:static|dynamic|reinterpret|const)_cast<|(?:std::)?make_(?:unique|shared|intrusive)<")
# Reversed, like the patterns of `uses`, but with the parameters of functions: `Action<int(const T&)> a`.
_PIECE = rb"[^<>;{}()&|]|&(?!&)|\)[^(){};|]{0,80}+\("
_ANGLES = rb">(?:" + _PIECE + rb"|>(?:" + _PIECE + rb"|>[^<>;{}()|]{0,80}+<){0,80}+<){0,120}+<"
_TYPE = re.compile(
    rb"(\s*+(?:[*&\s]|tsnoc(?=\W))*+)((?:"
    + _ANGLES
    + rb"\s*+)?+\w++(?:\s*+::(?:\s*+(?:"
    + _ANGLES
    + rb"\s*+)?+\w++)?+){0,8}+)"
    rb"\s*+(.?)(\w*+)"
)
_BEHIND = re.compile(rb"\s*+(?:(?:=|:(?!:))\s*+|\()([^;{}]{1,200}+)")
_CHAIN = re.compile(
    rb"([*&]?)((?:new\s++)?[A-Za-z_]\w*+(?:::\w++)*+(?:<[^<>;{}()]*+(?:<[^<>;{}()]*+>[^<>;{}()]*+)?>)?(?:\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))?"
    rb"(?:(?:\.|->)\w++(?:\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))?|\[[^\[\]]*\])*)\s*+[;)]?\s*+\Z"
)
_NO_TYPES = byte_words(
    """
    return else case throw new delete goto do co_return co_await co_yield typename using namespace and or not operator
    if while for switch sizeof in public private protected template const static emit Q_EMIT
    """
)
# What is no type of a local name where it stands in front of one: `inline Type f();` declares no `Type`.
_NO_DECLARATION = byte_words("static inline extern virtual explicit constexpr friend mutable typedef struct class enum")
_SPECIFIERS = byte_words("const static constexpr volatile typename struct class enum register inline extern mutable")
_WORD_CHARS = frozenset(bytes((char,)) for char in WORD_BYTES)
_WORD_OR_DOT = _WORD_CHARS | {b"."}
_TO_MEMBERS = frozenset((b"->", b"::"))
_TYPE_ENDS = _WORD_CHARS | {b">"}
_BEFORE_NAME = b" \t\n\r\v\f*&"  # what may stand between a type and the name that it declares
_ELEMENT = b".begin()[]"  # what a loop goes over
_BOUND = re.compile(rb"\s*+((?:,\s*+\w++\s*+)*+)\[[\s&]*+otua\b")  # reversed: `auto& [first, ` in front of a name
_BOUND_END = re.compile(rb"[^\[\](){};]*+\]")
_MAX_DEPTH = 3
_MIN_FOUND = 3  # letters of a name that is worth looking for by itself
_AUTO = re.compile(rb"auto\b[\s&*]++(\w++)")
_WORD = re.compile(rb"\w++")
_BRACE = re.compile(rb"[{}]")
_SIGN = re.compile(rb"[;(){}]")
_MAX_LOOKED = 40_000  # bytes looked through, besides a few times the text, until an index is made


class _Index:
    """Where the words and the brackets of a long function are: what `Locals` finds one by one in a short one."""

    def __init__(self, text: bytes) -> None:
        self.words: dict[bytes, int] = {}  # where each word stands first
        self.names: dict[bytes, int] = {}  # where it stands first as a name of its own
        for match in _WORD.finditer(text):
            word, at = match[0], match.start()
            self.words.setdefault(word, at)
            if word not in self.names and _is_own_name(text, at, match.end()):
                self.names[word] = at
        self._stops: list[int] = [-1]  # offsets of `;`, `{` and `}`
        self._brackets: list[int] = [-1]  # offsets of brackets, and how many of each kind are open behind them
        self._parens: list[int] = [0]
        self._braces: list[int] = [0]
        parens = braces = 0
        for match in _SIGN.finditer(text):
            sign, at = match[0], match.start()
            if sign in b";{}":
                self._stops.append(at)
            if sign != b";":
                parens += (sign == b"(") - (sign == b")")
                braces += (sign == b"{") - (sign == b"}")
                self._brackets.append(at)
                self._parens.append(parens)
                self._braces.append(braces)

    def statement(self, at: int) -> int:
        """Where the statement around an offset begins."""
        return self._stops[bisect_left(self._stops, at) - 1] + 1

    def is_balanced(self, start: int, end: int) -> bool:
        """As `_is_balanced` says of a piece."""
        first, last = (bisect_left(self._brackets, offset) - 1 for offset in (start, end))
        return self._parens[first] == self._parens[last] and self._braces[first] == self._braces[last]


class Locals:
    """The names that one function declares.

    Each name is looked for in the text of the function; where that is long and the names are many, an index of its
    words takes the place of the looking.
    """

    def __init__(self, text: bytes, start: int, end: int) -> None:
        self._text = text[start:end]
        self._start = start
        self._types: dict[bytes, tuple[bytes, bytes]] = {}
        self._looked = 0  # bytes looked through
        self._made_index: _Index | None = None
        self._several: dict[bytes, list[tuple[int, tuple[bytes, bytes]]]] = {}  # of `auto` variables that differ
        self._heads: dict[int, re.Match[bytes] | None] = {}  # of lists of names, by where their statement begins

    @property
    def _index(self) -> _Index | None:
        if self._made_index is None and self._looked > _MAX_LOOKED + 4 * len(self._text):
            self._made_index = _Index(self._text)
        return self._made_index

    @cached_property
    def _autos(self) -> dict[bytes, list[int]]:
        """Where the names of `auto` variables end that are declared, by name."""
        ends: dict[bytes, list[int]] = {}
        for match in _AUTO.finditer(self._text):
            ends.setdefault(match[1], []).append(match.end())
        return ends

    def resolve(self, chain: bytes, depth: int = 0) -> tuple[bytes, bytes]:
        """The chain, begun with what an `auto` variable was made of, and the type of its first name."""
        first = _FIRST.match(chain)
        if first is None or depth > _MAX_DEPTH:
            return chain, b""
        name = first[0]
        behind = chain[first.end() :]
        if name == b"this" or behind.startswith((b"(", b"::")):
            return chain, b""
        if cast := _CAST.match(chain):
            inside, rest = _cast(chain, cast.end())
            return b"()" + rest.removeprefix(b"()"), inside
        if behind.startswith(b"<"):
            return chain, b""
        known = self._types.get(name)
        if known is None:
            known = self._types[name] = self._find_declared(name)
        type_, made = known
        if made:
            return self.resolve(made + behind, depth + 1)
        is_array = behind.startswith(b"[") and type_ not in (b"", b"auto") and self.is_array(name)
        return chain, type_.rstrip(b"&") + (b"*" if is_array else b"")

    def resolved_at(self, chain: bytes, at: int) -> tuple[bytes, bytes]:
        """The same of a chain that is used at an offset of the file: several blocks may declare its first name."""
        found = self.resolve(chain)
        for _ in range(_MAX_DEPTH if self._several and found[1] == b"auto" else 0):
            first = _FIRST.match(found[0])
            several = self._several.get(first[0], ()) if first else ()
            before = [each for each in several if each[0] <= at - self._start]
            open_ = [made for end, made in before if not _is_closed(self._text[end : at - self._start])]
            if first is None or not open_:
                return found
            type_, made = open_[-1]
            behind = found[0][first.end() :]
            if not made:
                return first[0] + behind, type_.rstrip(b"&")
            found = self.resolve(made + behind)
        return found

    def declares(self, name: bytes, at: int) -> bool:
        """Whether a name that is called at an offset of the file is that of a local variable or a parameter."""
        if name in self._types:
            return self._types[name] != (b"", b"")
        if self._first(name) + self._start >= at:
            return False
        known = self._types[name] = self._find_declared(name)
        return known != (b"", b"")

    def has(self, name: bytes) -> bool:
        """Whether a name is that of a local variable or a parameter, wherever it is used."""
        return self.find_declared(name) is not None

    def find_declared(self, name: bytes) -> tuple[bytes, bytes] | None:
        """The type that a name is declared with, or what it is made of; None for what is declared elsewhere."""
        known = self._types.get(name)
        if known is None:
            known = self._types[name] = self._find_declared(name)
        return known if known != (b"", b"") and plain_type(known[0]) not in _NO_DECLARATION else None

    def is_array(self, name: bytes) -> bool:
        """Whether a name is declared as an array: `T name[3]`."""
        at = self._own(name)
        return at >= 0 and self._text[at + len(name) : at + len(name) + 8].lstrip()[:1] == b"["

    def _first(self, name: bytes) -> int:
        """Where a name stands first, if only as a part of a longer word; -1 where it does not."""
        if index := self._index:
            return index.words.get(name, -1)
        at = self._text.find(name)
        self._looked += at if at >= 0 else len(self._text)
        return at

    def _own(self, name: bytes) -> int:
        """Where a name stands first that is no member of something else; -1 where it does not."""
        if index := self._index:
            return index.names.get(name, -1)
        text, size = self._text, len(name)
        if size < _MIN_FOUND:
            found = _short(name).search(text)
            at = found.start() if found else -1
            self._looked += at if at >= 0 else len(text)
            return at
        at = text.find(name)
        while at >= 0 and not _is_own_name(text, at, at + size):
            at = text.find(name, at + size)
        self._looked += at if at >= 0 else len(text)
        return at

    def _find_declared(self, name: bytes) -> tuple[bytes, bytes]:
        """The type that a name is declared with; or, for `auto`, what it is made of."""
        text, size = self._text, len(name)
        at = self._own(name)
        if at <= 0:
            return b"", b""
        match = None
        if text[at - 1] in _BEFORE_NAME:
            head = text[max(0, at - 240) : at]
            if head.rstrip(_BEFORE_NAME)[-1:] in _TYPE_ENDS:
                match = _TYPE.match(head[::-1])
                if match and match[1].isspace() and match[3] in (b"*", b"&"):
                    match = _TYPE.match(head[::-1], match.end(2))  # an attribute: `T* NONNULL name`
        if match is None:
            before = text[max(0, at - 120) : at]
            if not before.rstrip(b" \t\n*&").endswith((b",", b"[")):
                return b"", b""
            if b"[" in before and (bound := _BOUND.match(before[::-1])):
                return self._find_bound(at + size, bound[1].count(b","))
            return self._find_list_type(at), b""
        type_ = plain_type(match[2][::-1] + match[1][::-1])
        base = type_.rstrip(b"*&")
        if base in _NO_TYPES or base[:1].isdigit():
            return b"", b""
        if (b"*" in match[1] or b"&" in match[1]) and not _begins(match[3], match[4]):
            return b"", b""  # `x = a * b.f()` declares nothing
        if match[1].split() == [b"&&"] and match[1][:1].isspace() and match[1][-1:].isspace():
            return b"", b""  # nor does `if (a && b.f())`
        if base == b"auto":
            made = [(end, self._find_initializer(end)) for end in self._autos.get(name, (at + size,))]
            if len({each for _, each in made}) == 1:
                return made[0][1]
            self._several[name] = made
            return b"auto", b""  # it depends on the block that it is used in
        return (b"const " + type_ if match[3] + match[4] == b"tsnoc" else type_), b""

    def _find_list_type(self, at: int) -> bytes:
        """The type of a name that is not the first of its statement: `T a, b;`."""
        text = self._text
        if index := self._index:
            begin = index.statement(at)
            if begin not in self._heads:
                self._heads[begin] = _LIST_HEAD.match(text, begin)
            head = self._heads[begin]
            if head and head.end() > at:
                head = _LIST_HEAD.match(text, begin, at)
        else:
            begin = max(text.rfind(mark, 0, at) for mark in (b";", b"{", b"}")) + 1
            self._looked += at
            head = _LIST_HEAD.match(text, begin, at)
        if head is None or head[1] in _NO_TYPES:
            return b""
        start = head.start(1)
        if not (index.is_balanced(start, at) if index else _is_balanced(text[start:at])):
            return b""
        return plain_type(head[1] + (b"*" if _is_pointer(text, at) else b""))

    def _find_bound(self, at: int, place: int) -> tuple[bytes, bytes]:
        """What the name at a place of `auto [first, second] = pair` is made of; `at` is behind it."""
        end = _BOUND_END.match(self._text, at)
        made = self._find_initializer(end.end())[1] if end else b""
        return (b"", b"%b.%d" % (made, place)) if made else (b"auto", b"")

    def _find_initializer(self, at: int) -> tuple[bytes, bytes]:
        behind = _BEHIND.match(self._text, at, at + 400)
        if behind is None:
            return b"auto", b""
        is_loop = behind[0].lstrip().startswith(b":")
        value = behind[1].strip()
        if is_loop:
            depth = 0
            for index, char in enumerate(value):
                depth += (char == 40) - (char == 41)
                if depth < 0:
                    value = value[:index]
                    break
        chain = _CHAIN.match(value)
        if chain is None:
            return b"auto", b""
        made = chain[2]
        if made.startswith(b"new ") or made.startswith(b"new\n"):
            return plain_type(re.split(rb"[(\[]", made[4:], maxsplit=1)[0]) + b"*", b""
        if cast := _CAST.match(made):
            inside, rest = _cast(plain_chain(made), cast.end())
            return (inside, b"") if rest == b"()" or not rest else (b"auto", b"")
        return b"", plain_chain(made) + (b"[]" if chain[1] == b"*" else b"") + (_ELEMENT if is_loop else b"")


_LIST_HEAD = re.compile(
    rb"\s*+(?:const\s++|static\s++)*+((?:::)?\w++(?:::\w++)*+(?:<[^;{}()]*?>)?)[\s*&]++\w++\s*+[,=({\[]"
)


def _cast(chain: bytes, start: int) -> tuple[bytes, bytes]:
    """What stands in the angle brackets that open before `start`, and what follows behind the parentheses."""
    depth = 1
    for index in range(start, len(chain)):
        depth += (chain[index] == 60) - (chain[index] == 62 and chain[index - 1] != 45)
        if depth == 0:
            inside = plain_type(chain[start:index])
            inside = b"const " + inside[1:] if inside.startswith(b"~") else inside
            if chain.startswith((b"make_", b"std::make_")):
                inside += b"*"
            return inside, chain[index + 1 :]
    return b"", chain


@lru_cache(maxsize=1 << 12)
def _short(name: bytes) -> re.Pattern[bytes]:
    """Finds where a name is one of its own, as `_is_own_name` has it: a short one is a part of many words."""
    return re.compile(rb"%b(?!\w|::)(?<![\w.]%b)(?<!->%b)(?<!::%b)" % ((re.escape(name),) * 4))


def _is_own_name(text: bytes, start: int, end: int) -> bool:
    """Whether what stands between two offsets is a whole word, and no part of `a.b`, `a->b` or `a::b`."""
    return not (
        text[start - 1 : start] in _WORD_OR_DOT
        or text[end : end + 1] in _WORD_CHARS
        or text[start - 2 : start] in _TO_MEMBERS
        or text[end : end + 2] == b"::"
    )


def _is_pointer(text: bytes, at: int) -> bool:
    """Whether a star stands in front of a name."""
    while at and text[at - 1] in b" \t\n\r\v\f":
        at -= 1
    return text[at - 1 : at] == b"*"


def _is_balanced(text: bytes) -> bool:
    """Whether no parenthesis is open at the end: in `T a(b, c)`, c is no further variable."""
    return text.count(b"(") == text.count(b")") and text.count(b"{") == text.count(b"}")


def _is_closed(text: bytes) -> bool:
    """Whether a block ends in a text that did not begin there."""
    depth = 0
    for match in _BRACE.finditer(text):
        depth += 1 if match[0] == b"{" else -1
        if depth < 0:
            return True
    return False


def _begins(last: bytes, rest: bytes) -> bool:
    """Whether a declaration may begin behind a character with a word before it, both reversed."""
    if last.isalnum() or last == b"_":
        return (last + rest)[::-1] in _SPECIFIERS
    return last in (b"", b";", b"{", b"}", b"(", b",", b")", b":", b">")
