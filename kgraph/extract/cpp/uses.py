"""Calls in function bodies of the C family, by spelling.

Input: the text with its bodies, where these are, and the file's symbols. Output: `UseFacts`.

On purpose the bodies are not parsed: a parser of expressions costs more than all else that is read of a file, and what
a call says of itself (name, qualifier, receiver, number of arguments) stands around its parenthesis. The text is read
backwards from there, in reversed bytes, because a pattern that begins with a literal is found fast. How long each
piece may be is bounded, so that no input makes it slow.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain as chain_of

from kgraph.extract.cpp.argument_counts import argument_counts
from kgraph.extract.cpp.arguments import BEHIND_TYPE, first_argument
from kgraph.extract.cpp.chains import plain_chain, plain_type
from kgraph.extract.cpp.constructions import read_constructions
from kgraph.extract.cpp.lexicon import WORD_BYTES, byte_words, is_word_start
from kgraph.extract.cpp.local_types import Locals
from kgraph.extract.cpp.macro_states import MacroStates
from kgraph.extract.cpp.messages import SELECTOR, read_messages, read_properties, read_selectors
from kgraph.extract.cpp.operators import operand, read_operators
from kgraph.extract.cpp.owners import EnclosingSymbols
from kgraph.extract.cpp.template_names import TemplateNames, mark_names, root_marked
from kgraph.model import Kind, SymbolFact, UseFacts, UseKind

# Everything is reversed: `a::b(x).f<int>(` reads `(>tni<f.)x(b::a`.
_ANGLES = rb">(?:[^<>;{}()&|]|>(?:[^<>;{}()&|]|>[^<>;{}()&|]{0,80}+<){0,80}+<){0,120}+<"
_PARENS = rb"\)(?:[^()]|\)(?:[^()]|\)(?:[^()]|\)[^()]{0,200}+\(){0,200}+\(){0,200}+\(){0,300}+\("
_SUBSCRIPT = rb"\](?:[^\[\]]|\][^\[\]]{0,80}+\[){0,120}+\["
_BRACES = rb"\}[^{};]{0,200}+\{"  # `Box{1}.put(`
_QUALIFIER = rb"(?:\s*+::(?:\s*+(?:" + _ANGLES + rb"\s*+)?+\w++)?+){0,8}+"
_STEP = (
    rb"\s*+(?:\.|>-)(?:\s*+(?:" + _PARENS + rb"|" + _SUBSCRIPT + rb"|" + _BRACES + rb")){0,3}+"
    rb"(?:\s*+(?:" + _ANGLES + rb"\s*+)?+\w++" + _QUALIFIER + rb")?+"
)
# Every opening parenthesis. Where it may be a call's: its name, qualifier, chain, and what stands in front of it all.
_CALL = re.compile(
    rb"\((?:\s*+(?:(" + _ANGLES + rb")\s*+)?+(\w++)"
    rb"(?=(~?)(" + _QUALIFIER + rb")((?:" + _STEP + rb"){0,6}+)(\s*+)(\w++|[*&>]?+)))?+"
)
# The same in front of a name that is not called.
_FRONT = re.compile(rb"(?:~?)(" + _QUALIFIER + rb")((?:" + _STEP + rb"){0,6}+)")
_TYPE_BEFORE = re.compile(rb"(" + _ANGLES + rb")?+(\w++)(" + _QUALIFIER + rb")")
_ANGLES_BEFORE = re.compile(_ANGLES)
_ANGLES_BEFORE_NAME = re.compile(_ANGLES + rb"\w")
_TEMPLATE_ARGUMENTS = re.compile(rb"<[^<>]*+>")
_TYPE_OR_CALL = b"()"  # stands for the template arguments of what is a call only if it names no type
_DIGITS = b"0123456789"
_LIBRARY_TYPES = (b"std::", b"const std::")
CALL, CONSTRUCT, LAUNCH = UseKind.CALL.value, UseKind.CONSTRUCT.value, UseKind.LAUNCH.value
FUNCTION, DECLARE = UseKind.FUNCTION.value, UseKind.DECLARE.value
READ, USING, ALIAS = UseKind.READ.value, UseKind.USING.value, UseKind.ALIAS.value
_NEW = re.compile(
    rb"\bnew\s++(?:\([^()]*+\)\s*+)?+((?:::)?+\w++(?:::\w++)*+)(?:" + rb"<[^<>;{}()]*+>" + rb")?+\s*+(?=[\[{;,)])"
)
_PATH = rb"((?:::\s*+)?\w++(?:\s*+::\s*+\w++){0,16}+)\s*+;"
_USING = re.compile(rb"using\s++(namespace\s++)?(?:typename\s++)?" + _PATH)
_ALIAS = re.compile(rb"namespace\s++(\w++)\s*+=\s*+" + _PATH)
_LAUNCH = re.compile(rb"(\w++)\s*+(?:<[^<>;{}]*+>\s*+)?+<<<(?!<)")

_NO_CALLS = byte_words(
    """
    if for while switch return sizeof catch decltype alignof alignas typeid noexcept throw new delete else do case
    defined and or not xor static_assert operator __attribute__ __declspec asm __asm__ __asm typeof __typeof__
    co_await co_return co_yield requires explicit static_cast dynamic_cast reinterpret_cast const_cast
    int long short char bool float double void unsigned signed auto const size_t va_arg offsetof __extension__
    """
)
_BEHIND_AT = byte_words("selector protocol encode available synchronized catch")  # `@selector(...)` calls nothing
_BEFORE_GLOBAL = byte_words("new return throw else case delete co_return co_await co_yield typename and or not")
_BEFORE_CALLS = byte_words(
    "return else do case throw co_await co_return co_yield delete and or not xor in goto typename template emit Q_EMIT"
)
# Functions that pass their arguments on to the constructor of their template argument.
_MAKERS = byte_words("make_unique make_shared make_intrusive make_optional make_scoped")
_MADE = re.compile(rb"<((?:::)?(?:\w++::)*+)(\w++)((?:<.*>)?)>", re.DOTALL)
# `&Class::method`, and what stands in front of a value.
_ADDRESS = re.compile(rb"&\s*+((?:::\s*+)?+(?:\w++(?:<[^<>;{}()]*+>)?+\s*+::\s*+)++)(~?+\w++)\s*+(?![\w(<:.\[]|->)")
_BEFORE_VALUES = frozenset((b"(", b",", b"=", b"{", b"?", b":", b"<", b""))
# The names of Qt's signals and slots in `SIGNAL(clicked())`, with the argument of `connect` in front of them.
_SLOT = re.compile(rb"\b(?:SIGNAL|SLOT|Q_SIGNAL|Q_SLOT)\s*+\(\s*+(\w++)\s*+(?=\()")
_OBJECT = re.compile(rb"[(,]\s*+(&?+)([A-Za-z_]\w*+(?:\(\))?+(?:(?:->|\.)\w++(?:\(\))?+){0,6}+)\s*+,\s*+\Z")
_MAX_ARGUMENTS = 80  # bytes of template arguments
_MAX_OBJECT = 200  # bytes of that argument
_IDENTIFIER = re.compile(rb"[A-Za-z_]\w*+")
_NOT_BEFORE = frozenset(bytes((char,)) for char in WORD_BYTES | set(b".>"))  # of a name that is mentioned
_NOT_BEHIND = re.compile(rb"\w|\s*+\(")
_MAX_SINGLE_SEARCHES = 40  # names that are looked for one by one

Row = tuple[int, str, bytes, bytes, bytes, bytes, int, int]  # offset, then the columns of `UseFacts`


def read_uses(
    text: bytes,
    bodies: Sequence[tuple[int, int]],
    around: EnclosingSymbols,
    states: MacroStates,
    *,
    with_operators: bool = True,
) -> list[Row]:
    """What is called in the bodies; `states` are those of the file's macros. C has no operators."""
    symbols, starts = around.symbols, around.starts
    owned = list(_assign_owners(bodies, around))
    rows: list[Row] = [*_mentions(text, owned, symbols), *_usings(text, around)]
    templates = TemplateNames(symbols)
    has_messages = any(symbol.signature[:1] in ("-", "+", "@") for symbol in symbols)
    for start, end, owner in owned:
        body = text[start:end]
        if b"(" in body or b"new " in body or has_messages or with_operators:
            head = starts[owner] if owner >= 0 else start
            own_name = symbols[owner].name.encode() if owner >= 0 else b""
            local_types = Locals(text, head, end)
            found = _Body(body, start, owner, local_types, own_name, has_overloads=with_operators).uses()
            if has_messages:
                found = chain_of(found, _messages(body, start, owner, local_types))
            if with_operators:
                found = chain_of(found, _operators(body, start, owner, local_types))
                found = chain_of(found, _constructions(body, start, owner))
            parameters = templates.find_names(owner, body)
            rows += without_parameters(found, parameters) if parameters else found
    if undefined := states.undefined:
        rows = [_as_function(row, states) if row[1] == CALL and row[2] in undefined else row for row in rows]
    return rows


def body_uses(
    body: bytes, start: int, owner: int, local_types: Locals, *, with_operators: bool = True
) -> Iterator[Row]:
    """What is called and made in one text, which begins at an offset."""
    yield from _Body(body, start, owner, local_types, b"", has_overloads=with_operators).uses()
    if with_operators:
        yield from _constructions(body, start, owner)


def use_facts(rows: Iterable[Row], line_starts: list[int]) -> UseFacts:
    """Rows by columns, in the order of the text."""
    rows = sorted(rows)
    if not rows:
        return UseFacts()
    at, kinds, names, qualifiers, receivers, types, owners, arguments = zip(*rows, strict=True)
    return UseFacts(
        "".join(kinds),
        b"\n".join(names).decode("ascii"),
        b"\n".join(qualifiers).decode("ascii"),
        b"\n".join(receivers).decode("ascii"),
        b"\n".join(types).decode("ascii"),
        array("I", [bisect_right(line_starts, offset) for offset in at]).tobytes(),
        array("i", owners).tobytes(),
        array("h", [number if number < 999 else 999 for number in arguments]).tobytes(),
    )


def _messages(body: bytes, start: int, owner: int, local_types: Locals) -> Iterator[Row]:
    for at, name, qualifier, receiver, type_, arguments in read_messages(body, local_types):
        yield start + at, CALL, name, qualifier, receiver, type_, owner, arguments
    for at, name, receiver, type_ in read_properties(body, local_types):
        yield start + at, CALL, name, b"", receiver, type_, owner, 0
    for at, name in read_selectors(body):
        yield start + at, READ, name, SELECTOR, b"", b"", owner, -1


def _operators(body: bytes, start: int, owner: int, local_types: Locals) -> Iterator[Row]:
    for at, name, qualifier, receiver, type_, arguments in read_operators(body, local_types):
        yield start + at, CALL, name, qualifier, receiver, type_, owner, arguments


def _constructions(body: bytes, start: int, owner: int) -> Iterator[Row]:
    for at, name, qualifier, given, arguments in read_constructions(body):
        yield start + at, DECLARE, name, qualifier, b"", given, owner, arguments


def _as_function(row: Row, states: MacroStates) -> Row:
    """A call, as one of what is surely no macro where its name has been undefined."""
    return (row[0], FUNCTION, *row[2:]) if states.is_undefined(row[2].decode(), row[0]) else row


def without_parameters(rows: Iterable[Row], parameters: frozenset[bytes]) -> Iterator[Row]:
    """Uses in a template: none of its parameters, and what is looked for in one is marked as unknown."""
    for at, kind, name, qualifier, receiver, type_, owner, count in rows:
        if receiver or qualifier or name not in parameters:
            if receiver and (not type_ or type_.startswith(BEHIND_TYPE)):
                receiver = root_marked(receiver, parameters)
            if type_:
                type_ = mark_names(type_, parameters)
            if qualifier:
                qualifier = mark_names(qualifier, parameters)
            yield at, kind, name, qualifier, receiver, type_, owner, count


def _assign_owners(bodies: Sequence[tuple[int, int]], around: EnclosingSymbols) -> Iterator[tuple[int, int, int]]:
    """Bodies in order, nothing twice, each with the index of the innermost symbol around it, or -1."""
    done = 0
    for first, end in sorted(bodies):
        start = max(first, done)
        if start >= end:
            continue
        done = end
        yield start, end, around.owner(start)


def _usings(text: bytes, around: EnclosingSymbols) -> Iterator[Row]:
    """What using declarations, using directives and aliases of namespaces bring in."""
    for pattern, kind in ((_USING, USING), (_ALIAS, ALIAS)):
        for match in pattern.finditer(text):
            start = match.start()
            if not is_word_start(text, start):
                continue
            path = b"".join(match[2].split())
            if kind == ALIAS or match[1]:
                name = match[1] if kind == ALIAS else b"*"
            else:
                path, _, name = path.rpartition(b"::")
            yield start, kind, name, path or b"::", b"", b"", around.owner(start), -1


def _mentions(text: bytes, owned: Sequence[tuple[int, int, int]], symbols: Sequence[SymbolFact]) -> Iterator[Row]:
    """Where functions that only this file sees are named without being called: tables of callbacks and the like."""
    names = {s.name for s in symbols if s.local and s.kind is Kind.FUNCTION and not s.macro and s.name.isidentifier()}
    begins = [start for start, _, _ in owned]
    for at, name in _find_names(text, {name.encode() for name in names - {"main"}}):
        if text[at - 1 : at] not in _NOT_BEFORE and not _NOT_BEHIND.match(text, at + len(name)):
            index = bisect_right(begins, at) - 1
            inside = index >= 0 and at < owned[index][1]
            yield at, READ, name, b"", b"", b"", owned[index][2] if inside else -1, -1


def _find_names(text: bytes, names: set[bytes]) -> Iterator[tuple[int, bytes]]:
    """Where names stand, and some places where they are part of a longer word."""
    if len(names) > _MAX_SINGLE_SEARCHES:
        for match in _IDENTIFIER.finditer(text):
            if match[0] in names:
                yield match.start(), match[0]
        return
    for name in names:
        at = -1
        while (at := text.find(name, at + 1)) >= 0:
            yield at, name


def front_of(reading: bytes, at: int) -> tuple[bytes, bytes]:
    """Qualifier and chain in front of a name that ends at an offset, all reversed."""
    match = _FRONT.match(reading, at)
    return (match[1], match[2]) if match else (b"", b"")


class _Body:
    """One function body, or one initialiser."""

    def __init__(
        self, body: bytes, start: int, owner: int, local_types: Locals, own_name: bytes, *, has_overloads: bool
    ) -> None:
        self._body = body
        self._reading = body[::-1]
        self._start = start
        self._owner = owner
        self._local_types = local_types
        self._own_name = own_name
        self._has_overloads = has_overloads

    def uses(self) -> Iterator[Row]:
        body, start, owner, size = self._body, self._start, self._owner, len(self._body)
        launches = b"<<<" in body
        slots = (
            {match.start(1): self._object(match.start()) for match in _SLOT.finditer(body)}
            if b"SIGNAL" in body or b"SLOT" in body
            else {}
        )
        receivers: dict[bytes, tuple[bytes, bytes]] = {}
        for match, count in zip(_CALL.finditer(self._reading), reversed(argument_counts(body)), strict=True):
            angles, reversed_name, tilde, qualifier, chain, space, preceding = match.groups()
            if reversed_name is None or (tilde and not chain):
                continue
            name = tilde + reversed_name[::-1]
            if name in _BEHIND_AT and self._reading.startswith(b"@", match.end(2)):
                continue
            if name in _NO_CALLS or name[0] in _DIGITS or (launches and self._is_launch(match.start())):
                continue
            at = size - match.end(2)
            if at in slots:
                yield start + at, READ, name, b"", *slots[at], owner, count
                continue
            if chain:
                if (receiver := receivers.get(chain)) is None:
                    receiver = receivers[chain] = self._local_types.resolve(plain_chain(chain[::-1]))
                path, type_ = receiver
                if type_ == b"auto":
                    path, type_ = self._local_types.resolved_at(path, start + at)
                of_library = type_.startswith(_LIBRARY_TYPES)
                said = b"" if of_library else self._argument(size - match.start(), count)
                yield start + at, CALL, name, plain_qualifier(qualifier), path, type_ + said, owner, count
                continue
            declares = self._declares(match.end(6), space, preceding) if preceding else None
            outside = name.isupper() or qualifier.startswith(b"::dts")  # reversed
            said = b"" if outside else self._argument(size - match.start(), count)
            if declares is None:
                if qualifier or name == self._own_name or not self._local_types.declares(name, start + at):
                    given = _arguments(angles)
                    how = _TYPE_OR_CALL if not space and self._opens_angles(match.end(6)) else given
                    yield start + at, CALL, name, plain_qualifier(qualifier), b"", how + said, owner, count
                    if given and name in _MAKERS and (made := _MADE.fullmatch(given)):
                        yield start + at, CONSTRUCT, made[2], made[1].removesuffix(b"::"), b"", made[3], owner, count
                elif found := operand(name, self._local_types):
                    yield start + at, CALL, b"operator()", b"", *found, owner, count
            elif declares == b"new":
                given = _arguments(angles)
                yield start + at, CONSTRUCT, name, plain_qualifier(qualifier), b"", given + said, owner, count
            elif declares and not qualifier and (made := _TYPE_BEFORE.match(self._reading, match.end(6))):
                given = _arguments(made[1])
                yield start + at, CONSTRUCT, made[2][::-1], plain_qualifier(made[3]), b"", given + said, owner, count
        if b"&" in body and b"::" in body:
            for match in _ADDRESS.finditer(body):
                if _begins_value(body, match.start()):
                    qualifier = _TEMPLATE_ARGUMENTS.sub(b"", b"".join(match[1].split())).removesuffix(b"::")
                    yield start + match.start(2), READ, match[2], qualifier, b"", b"", owner, -1
        if b"new " in body:
            for match in _NEW.finditer(body):
                spelled, _, name = match[1].rpartition(b"::")
                yield start + match.start(1), CONSTRUCT, name, spelled, b"", b"", owner, 0
        if launches:
            for match in _LAUNCH.finditer(body):
                yield start + match.start(1), LAUNCH, match[1], b"", b"", b"", owner, -1

    def _argument(self, at: int, count: int) -> bytes:
        """What the first of so many arguments is, as it stands behind the type; b"" where nothing is known of it."""
        if count < 1 or not self._has_overloads:
            return b""
        said = first_argument(self._body, at, count, self._local_types)
        return BEHIND_TYPE + said if said else b""

    def _object(self, at: int) -> tuple[bytes, bytes]:
        """What a signal or slot is one of, and its type: the argument in front of it, or this object."""
        before = self._body[max(0, at - _MAX_OBJECT) : at]
        match = _OBJECT.search(before)
        if match is None or match[2] == b"this":
            return b"this->", b""
        return self._local_types.resolve(match[2] + (b"." if match[1] else b"->"))

    def _opens_angles(self, at: int) -> bool:
        """Whether `<` with a name before it stands in front: `F<T(int)>`, where T may be what a function returns."""
        return self._reading[at : at + 1] == b"<" and self._reading[at + 1 : at + 2].isalnum()

    def _is_launch(self, at: int) -> bool:
        return self._reading.startswith(b">>>", at + 1)

    def _declares(self, at: int, space: bytes, preceding: bytes) -> bytes | None:
        """What `Type name(1)` declares a variable with: its type, b"" for a pointer; None for a call `name(1)`.

        `preceding` is the reversed word or the sign at `at`, with `space` between it and the name.
        """
        if preceding in (b"*", b"&"):
            return b"" if _declares_pointer(self._reading, at) else None
        if preceding == b">":
            return b">" if space and _ANGLES_BEFORE_NAME.match(self._reading, at) else None
        word = preceding[::-1]
        return word if space and word not in _BEFORE_CALLS else None


def _begins_value(body: bytes, at: int) -> bool:
    """Whether a value begins at an offset: a sign there is no operator between two."""
    before = body[max(0, at - 20) : at].rstrip()
    return before[-1:] in _BEFORE_VALUES or before.endswith(b"return")


def _declares_pointer(reading: bytes, at: int) -> bool:
    """Whether `* name(` goes with a type in front of it, as in `int * f(3);`: a statement begins there."""
    end = at
    while end < len(reading) and reading[end : end + 1] in b"*& \t\n":
        end += 1
    made = _TYPE_BEFORE.match(reading, end)
    if not made:
        return False
    rest = reading[made.end() : made.end() + 40].lstrip()
    return rest[:1] in (b";", b"{", b"}") or rest.startswith(b"tsnoc")


@lru_cache(maxsize=1 << 12)
def plain_qualifier(reversed_text: bytes) -> bytes:
    """`a::B<int>::C<bool>::` reversed as `a::B::C<bool>`; "::" alone for what is global."""
    if not reversed_text:
        return b""
    text = b"".join(reversed_text[::-1].split()).removesuffix(b"::")
    first, colons, rest = text.partition(b"::")
    if colons and first in _BEFORE_GLOBAL:
        text = b"::" + rest  # `new ::a::B()`
    given = b""
    if text.endswith(b">"):
        head = _ANGLES_BEFORE.match(text[::-1])
        if head:
            given, text = _arguments(head[0]), text[: -len(head[0])]
    while b"<" in text:
        stripped = _TEMPLATE_ARGUMENTS.sub(b"", text)
        if stripped == text:
            break
        text = stripped
    return text + given or b"::"


@lru_cache(maxsize=1 << 12)
def _arguments(reversed_text: bytes | None) -> bytes:
    """Template arguments in their brackets, without spaces; b"" for long ones, and for none."""
    if not reversed_text or len(reversed_text) > _MAX_ARGUMENTS:
        return b""
    return plain_type(reversed_text[::-1])
