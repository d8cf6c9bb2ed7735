"""Names that the C family mentions without calling them: types, fields, variables, enumerators, namespaces, macros.

Input: the text of a file with its bodies, its symbols, its directives. Output: a row for each mention, as `uses` has
them for calls. `arguments` tells what follows: see `PLAIN` and the others.

Only asked for with references, for there are more mentions than calls. What a function declares itself, and parameters
of templates, are left out; what the others mean is for `assemble` to find out.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from kgraph.extract.cpp.chains import plain_chain, plain_type
from kgraph.extract.cpp.designators import Initialisers
from kgraph.extract.cpp.lexicon import KEYWORDS, NESTED_ANGLES, WORD_BYTES, byte_words
from kgraph.extract.cpp.local_types import Locals
from kgraph.extract.cpp.macro_states import MacroStates
from kgraph.extract.cpp.owners import EnclosingSymbols
from kgraph.extract.cpp.scanner import CppSource
from kgraph.extract.cpp.template_names import TemplateNames
from kgraph.extract.cpp.uses import Row, front_of, plain_qualifier, without_parameters
from kgraph.model import Kind, SymbolFact, UseKind

# What is around a name: nothing that matters; `(`, `::` or `<` behind it; a using-declaration; a variable of that type
# and a semicolon behind it.
PLAIN, CALLED, QUALIFYING, ANGLED, USED, MAKING = -1, 1, 2, 3, 4, 5

_WORD = re.compile(rb"[A-Za-z_]\w*+")
_SPACES = b" \t\n\r\v\f"
_KEYWORDS = frozenset(word.encode() for word in KEYWORDS) | byte_words(
    "nullptr NULL and or not xor bitand bitor compl co_await co_return co_yield requires concept decltype alignof "
    "alignas typeof __typeof__ __attribute__ __declspec asm __asm__ __asm wchar_t char8_t char16_t char32_t size_t "
    "noexcept dynamic_cast static_cast reinterpret_cast import module std"
)
_WITHOUT_LOCALS = frozenset({Kind.CLASS, Kind.STRUCT, Kind.UNION, Kind.ENUM, Kind.NAMESPACE})
_DECLARING = frozenset({Kind.FIELD, Kind.VARIABLE, Kind.TYPE_ALIAS, Kind.FUNCTION, Kind.METHOD, Kind.CONVERSION})
_LOCAL_TYPE = re.compile(rb"(?:using|struct|class|enum|union)(?<!\wusing)\s++([A-Za-z_]\w*+)(?=\s*+[={:;])")
_LOCAL_TYPEDEF = re.compile(rb"typedef\b[^;{}]{1,400}+(?=;)")
_BINDING = re.compile(rb"auto\b\s*+&{0,2}\s*+\[([^\[\]]*+)\]")
_CAPTURES = re.compile(rb"\[([^\[\]]{1,400}+)\]")
_CAPTURED = re.compile(rb"(?:\A|,)\s*+&?\s*+([A-Za-z_]\w*+)\s*+=")
_POINTER = re.compile(rb"\(\s*+[*&]\s*+([A-Za-z_]\w*+)\s*+\)\s*+[(\[]")
_USING = re.compile(rb"using\s++(?!namespace\b)(?:typename\s++)?(?:::\s*+)?(?:\w++\s*+::\s*+)++(\w++)\s*+;")
_ARGUMENTS = re.compile(rb"\s*+(" + NESTED_ANGLES + rb")")
_MADE = re.compile(rb"\s++[A-Za-z_]\w*+\s*+;")
_MAX_ARGUMENTS = 80  # bytes
_CONDITIONS = frozenset((b"if", b"ifdef", b"ifndef", b"elif", b"elifdef", b"elifndef"))
_NO_MACROS = byte_words("defined __has_include __has_include_next __has_feature __has_attribute __has_builtin")
_DIRECTIVE = re.compile(rb"#\s*+\w++")
_DEFINED = re.compile(rb"#\s*+(?:define|ifndef)\s++(\w++)")
_NOISE = re.compile(rb"""//[^\n]*|/\*.*?(?:\*/|\Z)|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\b\d[\w']*""", re.DOTALL)
_MAX_NEAR = 50  # symbols behind one, of which one may end what it may declare
_MAX_HEAD = 4_000  # bytes in which the name of a symbol is looked for
_DOT, _ANGLE, _DASH, _COLON, _PAREN, _LESS = b".>-:(<"


def read_mentions(
    text: bytes,
    starts: Sequence[int],
    symbols: Sequence[SymbolFact],
    line_starts: list[int],
    bodies: Sequence[tuple[int, int]],
) -> Iterator[Row]:
    """The mentions in a text, each once a line; `starts` are the offsets of the symbols."""
    around = EnclosingSymbols(starts, symbols, line_starts)
    templates = TemplateNames(symbols)
    declared = set(_find_declared(text, starts, symbols))
    begins, ends = _merge_spans(bodies)
    scopes: dict[int, _Scope] = {}
    seen: set[Row] = set()
    used = {match.start(1) for match in _USING.finditer(text)}
    initialisers = Initialisers(text)
    reading = text[::-1]
    size = len(text)
    for match in _WORD.finditer(text):
        word, (at, end) = match[0], match.span()
        if word in _KEYWORDS or at in declared or (text[at - 1] in WORD_BYTES and at):
            continue
        owner = around.owner(at)
        scope = scopes.get(owner)
        if scope is None:
            scope = scopes[owner] = _Scope(text, owner, starts, symbols, line_starts, templates)
        before = _find_joiner(text, at)
        follower = _follower(text, end)
        qualifier = receiver = type_ = b""
        index = bisect_right(begins, at) - 1
        in_body = index >= 0 and at < ends[index]
        if before in (_DOT, _COLON):
            spelled, chain = front_of(reading, size - at)
            qualifier = plain_qualifier(spelled)
            if chain and (receiver := plain_chain(chain[::-1])):
                if _is_trailing(receiver, in_body):
                    receiver = b""  # `auto f() -> Type`
                elif follower == CALLED:
                    continue
                else:
                    receiver, type_ = scope.receiver(receiver)
            elif before == _DOT:
                receiver, type_ = initialisers.receiver(at)
                if not receiver:
                    continue
            elif not qualifier:
                continue
        elif word in scope.parameters or scope.is_local(word, at):
            continue
        if follower == ANGLED and not receiver:
            given = _ARGUMENTS.match(text, end)
            type_ = plain_type(given[1]) if given and len(given[1]) <= _MAX_ARGUMENTS else b""
        elif at in used:
            follower = USED
        elif in_body and follower == PLAIN and not receiver and _MADE.match(text, end):
            follower = MAKING
        declares = not in_body and owner >= 0 and symbols[owner].kind in _DECLARING
        kind = UseKind.TYPE.value if declares else UseKind.MENTION.value
        line = line_starts[bisect_right(line_starts, at) - 1]
        row = (line, kind, word, qualifier, receiver, type_, owner, follower)
        if row not in seen:
            seen.add(row)
            yield from without_parameters((row,), scope.parameters) if scope.parameters else (row,)


def macro_mentions(source: CppSource, states: MacroStates) -> Iterator[Row]:
    """The names in conditions, and in the definitions of macros, that may be macros."""
    directives = source.directives
    for index, directive in enumerate(directives):
        keyword = directive.keyword
        if directive.is_dead or not (keyword in _CONDITIONS or keyword == b"define"):
            continue
        text = source.content[directive.start : directive.end]
        own = frozenset[bytes]()
        if keyword == b"define":
            head = _HEAD.match(text)
            if head is None:
                continue
            own = frozenset((head[1], *_WORD.findall(head[2] or b"")))
            begin = head.end()
        else:
            if keyword == b"ifndef" and _is_guard(source, index):
                continue
            begin = _skip_keyword(text)
        body = _NOISE.sub(_blank, text[begin:]) if begin < len(text) else b""
        seen: set[bytes] = set()
        for match in _WORD.finditer(body):
            word = match[0]
            if word in own or word in seen or word in _KEYWORDS or word in _NO_MACROS:
                continue
            seen.add(word)
            at = directive.start + begin + match.start()
            if not states.is_undefined(word.decode(), at):
                follower = QUALIFYING if keyword == b"define" else PLAIN
                yield at, UseKind.MACRO.value, word, b"", b"", b"", -1, follower


_HEAD = re.compile(rb"#\s*+define\s++(\w++)(\([^()\n]*+\))?")


def _blank(match: re.Match[bytes]) -> bytes:
    return b" " * len(match[0])


def _skip_keyword(text: bytes) -> int:
    match = _DIRECTIVE.match(text)
    return match.end() if match else len(text)


def _is_guard(source: CppSource, index: int) -> bool:
    """Whether what `#ifndef` asks for is defined by the directive behind it."""
    names = [
        match[1]
        for each in source.directives[index : index + 2]
        if (match := _DEFINED.match(source.content, each.start, each.end))
    ]
    return len(names) == 2 and names[0] == names[1]


class _Scope:
    """What names mean in one symbol before anyone else is asked: its local names, the parameters of templates."""

    def __init__(
        self,
        text: bytes,
        owner: int,
        starts: Sequence[int],
        symbols: Sequence[SymbolFact],
        line_starts: list[int],
        templates: TemplateNames,
    ) -> None:
        self._locals: Locals | None = None
        self._more: frozenset[bytes] = frozenset()
        region = b""
        if owner >= 0 and symbols[owner].kind not in _WITHOUT_LOCALS:
            start, last = starts[owner], symbols[owner].end
            end = line_starts[last] if last < len(line_starts) else len(text)
            following = starts[owner + 1 : owner + _MAX_NEAR]  # on the same line perhaps
            inner = (symbol.parent == owner for symbol in symbols[owner + 1 : owner + _MAX_NEAR])
            nexts = (at for at, is_inner in zip(following, inner, strict=True) if at > start and not is_inner)
            end = min(end, next(nexts, end))
            region = text[start:end]
        if region and (symbols[owner].kind is not Kind.TYPE_ALIAS or b"(" in region):
            self._locals = Locals(text, start, end)
            self._more = frozenset(_more_locals(region))
        self.parameters = templates.find_names(owner, region)

    def is_local(self, name: bytes, at: int) -> bool:
        """Whether a name is declared in the function, or perhaps so."""
        del at
        if self._locals is None:
            return False
        return name in self._more or self._locals.has(name)

    def receiver(self, chain: bytes) -> tuple[bytes, bytes]:
        return self._locals.resolve(chain) if self._locals is not None else (chain, b"")


def _more_locals(region: bytes) -> Iterator[bytes]:
    """Names that functions declare in other ways than `T name`."""
    for match in _LOCAL_TYPE.finditer(region):
        yield match[1]
    if b"typedef" in region:
        for match in _LOCAL_TYPEDEF.finditer(region):
            yield from _WORD.findall(match[0])[-1:]
    if b"[" in region:
        for match in _BINDING.finditer(region):
            yield from _WORD.findall(match[1])
        for match in _CAPTURES.finditer(region):
            yield from _CAPTURED.findall(match[1])
    for match in _POINTER.finditer(region):
        yield match[1]


def _find_joiner(text: bytes, at: int) -> int:
    """What joins a name to what stands in front of it: `_DOT` also for an arrow, `_COLON` for `::`, 0 for nothing."""
    at -= 1
    while at >= 0 and text[at] in _SPACES:
        at -= 1
    if at < 1:
        return 0
    sign, other = text[at], text[at - 1]
    if sign == _COLON:
        return _COLON if other == _COLON else 0
    if sign == _DOT:
        return _DOT if other != _DOT else 0
    return _DOT if sign == _ANGLE and other == _DASH else 0


def _is_trailing(chain: bytes, in_body: bool) -> bool:
    """Whether what seems to be a member of something is the type behind the arrow of a lambda or of a function."""
    return chain.startswith(b"[") or (not in_body and chain.endswith(b"()->"))


def _follower(text: bytes, end: int) -> int:
    size = len(text)
    while end < size and text[end] in _SPACES:
        end += 1
    if end >= size:
        return PLAIN
    sign = text[end]
    if sign == _PAREN:
        return CALLED
    if sign == _LESS:
        return ANGLED
    return QUALIFYING if text.startswith(b"::", end) else PLAIN


def _merge_spans(spans: Sequence[tuple[int, int]]) -> tuple[list[int], list[int]]:
    """Begins and ends of what some spans cover."""
    begins: list[int] = []
    ends: list[int] = []
    for start, end in sorted(spans):
        if ends and start <= ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            begins.append(start)
            ends.append(end)
    return begins, ends


def _find_declared(text: bytes, starts: Sequence[int], symbols: Sequence[SymbolFact]) -> Iterator[int]:
    """Where the symbols have their own names."""
    for start, symbol in zip(starts, symbols, strict=True):
        name = symbol.name.partition("<")[0].lstrip("~").encode()
        if symbol.kind is Kind.MACRO or not _WORD.fullmatch(name):
            continue
        end = min(len(text), start + _MAX_HEAD)
        at = text.find(name, start, end)
        while at >= 0 and not _is_name(text, at, at + len(name), qualified=bool(symbol.qualifier)):
            at = text.find(name, at + 1, end)
        if at >= 0:
            yield at


def _is_name(text: bytes, at: int, end: int, *, qualified: bool) -> bool:
    if text[at - 1 : at] in _WORD_CHARS or text[end : end + 1] in _WORD_CHARS:
        return False
    return not qualified or text[max(0, at - 40) : at].rstrip(b"~ \t\n").endswith(b"::")


_WORD_CHARS = frozenset(bytes((char,)) for char in WORD_BYTES)
