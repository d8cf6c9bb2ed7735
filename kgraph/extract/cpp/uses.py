"""Calls in function bodies of the C family, by spelling.

Comes in: the text with its bodies, where these are, and the file's symbols. Goes out: `UseFacts`.

On purpose the bodies are not parsed: a parser of expressions costs more than all else that is read of a file, and what a
call says of itself (name, qualifier, receiver, number of arguments) stands around its parenthesis. The text is read
backwards from there, in reversed bytes, because a pattern that begins with a literal is found fast. How long each
piece may be is bounded, so that no input makes it slow.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from kgraph.extract.cpp.locals import Locals, plain_chain
from kgraph.extract.cpp.words import byte_words
from kgraph.model import Kind, SymbolFact, UseFacts

# Everything is reversed: `a::b(x).f<int>(` reads `(>tni<f.)x(b::a`.
_ANGLES = rb">(?:[^<>;{}()&|]|>(?:[^<>;{}()&|]|>[^<>;{}()&|]{0,80}+<){0,80}+<){0,120}+<"
_PARENS = rb"\)(?:[^()]|\)(?:[^()]|\)(?:[^()]|\)[^()]{0,200}+\(){0,200}+\(){0,200}+\(){0,300}+\("
_SUBSCRIPT = rb"\](?:[^\[\]]|\][^\[\]]{0,80}+\[){0,120}+\["
_QUALIFIER = rb"(?:\s*+::(?:\s*+(?:" + _ANGLES + rb"\s*+)?+\w++)?+){0,8}+"
_STEP = (
    rb"\s*+(?:\.|>-)(?:\s*+(?:" + _PARENS + rb"|" + _SUBSCRIPT + rb")){0,3}+"
    rb"(?:\s*+(?:" + _ANGLES + rb"\s*+)?+\w++" + _QUALIFIER + rb")?+"
)
_CALL = re.compile(
    rb"\(\s*+(?:" + _ANGLES + rb"\s*+)?+(\w++)(?=(~?)(" + _QUALIFIER + rb")((?:" + _STEP + rb"){0,6}+)(\s*+)(.?))",
    re.DOTALL,
)
_WORD = re.compile(rb"\w++")
_TYPE_BEFORE = re.compile(rb"(?:" + _ANGLES + rb")?+(\w++)(" + _QUALIFIER + rb")")
_ANGLES_BEFORE_NAME = re.compile(_ANGLES + rb"\w")
_TEMPLATE_ARGUMENTS = re.compile(rb"<[^<>]*+>")
_BRACKETS = re.compile(rb"[()\[\]{},]")
_NEW = re.compile(
    rb"\bnew\s++(?:\([^()]*+\)\s*+)?+((?:::)?+\w++(?:::\w++)*+)(?:" + rb"<[^<>;{}()]*+>" + rb")?+\s*+(?=[\[{;,)])"
)
_LAUNCH = re.compile(rb"(\w++)\s*+(?:<[^<>;{}]*+>\s*+)?+<<<(?!<)")

_NO_CALLS = byte_words(
    """
    if for while switch return sizeof catch decltype alignof alignas typeid noexcept throw new delete else do case
    defined and or not xor static_assert operator __attribute__ __declspec asm __asm__ __asm typeof __typeof__
    co_await co_return co_yield requires explicit static_cast dynamic_cast reinterpret_cast const_cast
    int long short char bool float double void unsigned signed auto const size_t va_arg offsetof __extension__
    """
)
_BEFORE_CALLS = byte_words(
    "return else do case throw co_await co_return co_yield delete and or not xor in goto typename template"
)
_OWNERS = frozenset({Kind.MACRO, Kind.ENUMERATOR})


def read_uses(
    text: bytes,
    bodies: Sequence[tuple[int, int]],
    starts: Sequence[int],
    symbols: Sequence[SymbolFact],
    line_starts: list[int],
) -> UseFacts:
    """What is called in the bodies; `starts` are the offsets of the symbols."""
    found = _Uses(line_starts)
    for start, end, owner in _owned(bodies, starts, symbols, line_starts):
        body = text[start:end]
        if b"(" not in body:
            continue
        head = starts[owner] if owner >= 0 else start
        found.read(body, start, owner, Locals(text, head, end))
    return found.facts()


def _owned(
    bodies: Sequence[tuple[int, int]], starts: Sequence[int], symbols: Sequence[SymbolFact], line_starts: list[int]
) -> Iterator[tuple[int, int, int]]:
    """Bodies in order, none twice, each with the index of the innermost symbol around it, or -1."""
    placed = [(start, index) for index, start in enumerate(starts) if symbols[index].kind not in _OWNERS]
    offsets = [start for start, _ in placed]
    done = 0
    for start, end in sorted(bodies):
        start = max(start, done)
        if start >= end:
            continue
        done = end
        at = bisect_right(offsets, start) - 1
        owner = placed[at][1] if at >= 0 else -1
        line = bisect_right(line_starts, start)
        while owner >= 0 and symbols[owner].end < line:
            owner = symbols[owner].parent
        yield start, end, owner


class _Uses:
    """Collects the columns."""

    def __init__(self, line_starts: list[int]) -> None:
        self._line_starts = line_starts
        self._rows: list[tuple[int, str, bytes, bytes, bytes, bytes, int, int]] = []

    def add(
        self,
        at: int,
        kind: str,
        name: bytes,
        owner: int,
        arguments: int,
        qualifier: bytes = b"",
        receiver: bytes = b"",
        declared: bytes = b"",
    ) -> None:
        self._rows.append((at, kind, name, qualifier, receiver, declared, owner, arguments))

    def read(self, body: bytes, start: int, owner: int, known: Locals) -> None:
        size = len(body)
        arguments = _arguments(body)
        reading = body[::-1]
        for match in _CALL.finditer(reading):
            reversed_name, tilde, qualifier, chain, space, before = match.groups()
            name = reversed_name[::-1]
            if name in _NO_CALLS or name[0] in b"0123456789" or tilde or reading.startswith(b">>>", match.start() + 1):
                continue
            at = size - match.end(1)
            opening = size - 1 - match.start()
            if chain:
                receiver = plain_chain(chain[::-1])
                receiver, declared = known.resolved(receiver, at)
                self.add(
                    start + at, "c", name, owner, arguments[opening], _plain_qualifier(qualifier), receiver, declared
                )
                continue
            kind = "c"
            if before and (before.isalnum() or before == b"_" or before in b">*&"):
                behind = match.end(5)
                if before in b"*&":
                    if _pointer_declaration(reading, behind):
                        continue
                elif before == b">":
                    if space and _ANGLES_BEFORE_NAME.match(reading, behind):
                        made = _TYPE_BEFORE.match(reading, behind)
                        if made:
                            self.add(
                                start + at, "n", made[1][::-1], owner, arguments[opening], _plain_qualifier(made[2])
                            )
                        continue
                elif space:
                    word = _WORD.match(reading, behind)[0][::-1]
                    if word == b"new":
                        kind = "n"
                    elif word not in _BEFORE_CALLS:
                        if not qualifier and word not in _NO_CALLS:
                            made = _TYPE_BEFORE.match(reading, behind)
                            self.add(
                                start + at, "n", made[1][::-1], owner, arguments[opening], _plain_qualifier(made[2])
                            )
                        continue
            self.add(start + at, kind, name, owner, arguments[opening], _plain_qualifier(qualifier))
        if b"new " in body:
            for match in _NEW.finditer(body):
                qualifier, _, name = match[1].rpartition(b"::")
                self.add(start + match.start(1), "n", name, owner, 0, qualifier)
        if b"<<<" in body:
            for match in _LAUNCH.finditer(body):
                self.add(start + match.start(1), "g", match[1], owner, -1)

    def facts(self) -> UseFacts:
        rows = sorted(self._rows)
        if not rows:
            return UseFacts()
        at, kinds, names, qualifiers, receivers, types, owners, arguments = zip(*rows, strict=True)
        lines = self._line_starts
        return UseFacts(
            "".join(kinds),
            *(b"\n".join(texts).decode("ascii") for texts in (names, qualifiers, receivers, types)),
            lines=array("I", [bisect_right(lines, offset) for offset in at]).tobytes(),
            owners=array("i", owners).tobytes(),
            arguments=array("h", [min(number, 999) for number in arguments]).tobytes(),
        )


def _pointer_declaration(reading: bytes, at: int) -> bool:
    """Whether `* name(` goes with a type in front of it, as in `int * f(3);`: a statement begins there."""
    end = at
    while end < len(reading) and reading[end : end + 1] in b"*& \t\n":
        end += 1
    made = _TYPE_BEFORE.match(reading, end)
    if not made:
        return False
    rest = reading[made.end() : made.end() + 40].lstrip()
    return rest[:1] in (b";", b"{", b"}") or rest.startswith(b"tsnoc")


def _plain_qualifier(reversed_text: bytes) -> bytes:
    """`a::B<int>::` reversed as `a::B`; "::" alone for what is global."""
    if not reversed_text:
        return b""
    text = b"".join(reversed_text[::-1].split())
    while b"<" in text:
        stripped = _TEMPLATE_ARGUMENTS.sub(b"", text)
        if stripped == text:
            break
        text = stripped
    return text.removesuffix(b"::") or b"::"


def _arguments(body: bytes) -> dict[int, int]:
    """How many arguments stand behind each opening parenthesis, by its offset."""
    if b"<" in body and b"," in body:
        body = _TEMPLATE_COMMAS.sub(_without_commas, body)
    counts: dict[int, int] = {}
    stack: list[int] = []
    commas: list[int] = []
    for match in _BRACKETS.finditer(body):
        char = match[0]
        if char == b",":
            if commas:
                commas[-1] += 1
        elif char in b"([{":
            stack.append(match.start())
            commas.append(0)
        elif stack:
            opened, number = stack.pop(), commas.pop()
            if char == b")":
                counts[opened] = (
                    number + 1
                    if number or (not body[opened + 1 : match.start()].isspace() and match.start() > opened + 1)
                    else 0
                )
    for opened in stack:
        counts[opened] = -1
    return counts


_TEMPLATE_COMMAS = re.compile(rb"(?<=\w)<[\w\s:*&,<>]*,[\w\s:*&,<>]*>")


def _without_commas(match: re.Match[bytes]) -> bytes:
    return match[0].replace(b",", b" ")
