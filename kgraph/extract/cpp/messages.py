"""Messages of Objective-C in function bodies: `[box setWidth:1 height:2]` calls `setWidth:height:` on `box`.

Input: a body, and the local types of its function. Output: rows as `uses` has them for calls. Brackets are matched once
from the front; subscripts and literals of arrays are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from kgraph.extract.cpp.chains import plain_chain
from kgraph.extract.cpp.lexicon import WORD_BYTES, byte_words
from kgraph.extract.cpp.local_types import Locals

_TOKEN = re.compile(
    rb"(?P<chain>[A-Za-z_]\w*+(?:\s*+(?:\.|->)\s*+[A-Za-z_]\w*+)*+)(?P<part>\s*+:(?!:))?+|[\[\](){}?]|:(?!:)"
)
_MAKING = byte_words("alloc new init copy mutableCopy autorelease retain shared")
_UNTYPED = byte_words("id auto instancetype __kindof")
_NO_RECEIVERS = byte_words("const mutable int return")
_MAX_DEPTH = 200

SELECTOR = b"@"  # the qualifier of a method that `@selector(name:)` names
_SELECTOR = re.compile(rb"@selector\s*+\(\s*+([\w:]++)\s*+\)")
_DOTS = re.compile(rb"(?<![\w.>)\]])([A-Za-z_]\w*+(?:->[A-Za-z_]\w*+)?+)((?:\.[A-Za-z_]\w*+){1,8}+)(?!\w|\s*+\()")

Message = tuple[int, bytes, bytes, bytes, bytes, int]  # offset, name, qualifier, receiver, its type, arguments


@dataclass(slots=True)
class _Bracket:
    """An open bracket."""

    is_message: bool
    words: list[tuple[int, bytes]] = field(default_factory=list)  # outside of inner brackets
    parts: list[tuple[int, bytes]] = field(default_factory=list)  # of the selector
    elements: int = 0  # words and inner brackets
    made: bytes = b""  # the class of what the inner message that it begins with makes
    conditions: int = 0  # question marks that wait for their colon


def read_messages(body: bytes, local_types: Locals) -> Iterator[Message]:
    """The messages in a body, inner ones first."""
    stack: list[_Bracket] = []
    for match in _TOKEN.finditer(body):
        sign, at = match[0], match.start()
        top = stack[-1] if stack else None
        if match["chain"]:
            if top and top.is_message:
                _word(top, at, match["chain"], is_part=match["part"] is not None)
        elif sign in b"[({":
            if len(stack) >= _MAX_DEPTH:
                return
            stack.append(_Bracket(sign == b"[" and _begins_message(body, at)))
        elif sign in b"])}":
            if top is None:
                continue
            stack.pop()
            message = _message(top, local_types) if sign == b"]" and top.is_message else None
            outer = stack[-1] if stack else None
            if outer and outer.is_message:
                if not outer.elements and message:
                    outer.made = _find_allocated_class(message)
                outer.elements += 1
            if message:
                yield message
        elif top and sign == b"?":
            top.conditions += 1
        elif top and sign == b":":
            if top.conditions:
                top.conditions -= 1
            elif top.is_message and top.parts:
                top.parts.append((at, b""))  # a part without a name


def read_selectors(body: bytes) -> Iterator[tuple[int, bytes]]:
    """The methods that a body names: `@selector(setObject:forKey:)`."""
    for match in _SELECTOR.finditer(body) if b"@selector" in body else ():
        yield match.start(1), match[1]


def read_properties(body: bytes, local_types: Locals) -> Iterator[tuple[int, bytes, bytes, bytes]]:
    """What may be properties, `self.box.width`: offset, name, what it is one of, with a dot behind, and its type."""
    for match in _DOTS.finditer(body):
        chain = match[1]
        at = match.start(2)
        for name in match[2][1:].split(b"."):
            receiver, type_ = _receiver(chain)
            if not receiver:
                receiver, type_ = local_types.resolve(chain + b".")
            if receiver != b"()->":
                yield at + 1, name, receiver, type_
            chain, at = chain + b"." + name, at + 1 + len(name)


def _receiver(chain: bytes) -> tuple[bytes, bytes]:
    """A chain that begins with `self`; b"" for another."""
    if chain == b"self":
        return b"this.", b""
    if chain.startswith((b"self.", b"self->")):
        return b"this->" + chain[4:].lstrip(b".->") + b".", b""
    return b"", b""


def _word(bracket: _Bracket, at: int, chain: bytes, *, is_part: bool) -> None:
    if is_part and bracket.conditions:
        bracket.conditions -= 1
    elif is_part and bracket.elements:
        bracket.parts.append((at, chain))
        return
    if not bracket.parts:
        bracket.words.append((at, chain))
    bracket.elements += 1


def _begins_message(body: bytes, at: int) -> bool:
    front = body[max(0, at - 20) : at].rstrip()
    if not front:
        return True
    if front.endswith((b"return", b"else", b"in", b"case")):
        return True
    return front[-1] not in WORD_BYTES and front[-1] not in b"])@"


def _message(bracket: _Bracket, local_types: Locals) -> Message | None:
    begins_with_word = len(bracket.words) > 0 and not bracket.made
    if bracket.parts:
        at = bracket.parts[0][0]
        name = b"".join(part + b":" for _, part in bracket.parts)
        arguments = len(bracket.parts)
    elif bracket.elements == 2 and bracket.words:
        at, name = bracket.words[-1]
        arguments = 0
        begins_with_word = len(bracket.words) == 2
    else:
        return None
    if not name.replace(b":", b"").replace(b"_", b"").isalnum():
        return None
    if not begins_with_word:
        return at, name, b"", b"x->" if bracket.made else b"()->", bracket.made, arguments
    receiver = bracket.words[0][1]
    if receiver in _NO_RECEIVERS:
        return None
    if receiver == b"self":
        return at, name, b"", b"this->", b"", arguments
    if receiver == b"super":
        return at, name, b"super", b"this->", b"", arguments
    chain = plain_chain(receiver)
    if chain.startswith((b"self.", b"self->")):
        chain = b"this->" + chain[4:].lstrip(b".->")
    found, type_ = local_types.resolve(chain + b"->")
    if type_.rstrip(b"*") in _UNTYPED or type_.startswith(b"id<"):
        return at, name, b"", b"()->", b"", arguments
    if not type_ and found == receiver + b"->" and receiver[:1].isupper():
        return at, name, receiver, b"", b"", arguments  # a class, or something else that is global
    return at, name, b"", found, type_, arguments


def _find_allocated_class(message: Message) -> bytes:
    """The class of what `[Class alloc]` gives, and of what `[[Class alloc] init]` does."""
    _, name, qualifier, _, type_, _ = message
    if name in _MAKING or name.startswith((b"init", b"new", b"shared", b"default")):
        return qualifier + b"*" if qualifier and qualifier != b"super" else type_
    return b""
