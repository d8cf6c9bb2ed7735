"""What Objective-C adds to C and C++: interfaces, protocols, categories, their methods and properties.

Input: scanned code. Output: their symbols, and the code without them, so that the C and C++ around and between parses
as usual.

On purpose these are patterns, not a grammar: method heads are regular once bodies are blanked, and a second parser
would cost more than the few kinds are worth. A name is the selector: "setObject:forKey:".
"""

from __future__ import annotations

import re
from collections.abc import Callable

from kgraph.extract.cpp.lexicon import NESTED_PARENS, blank
from kgraph.extract.cpp.normalize_names import one_line
from kgraph.extract.cpp.scanner import CppSource
from kgraph.extract.text import clean
from kgraph.model import Kind, SymbolFact

_CONTAINER = re.compile(
    rb"@(interface|implementation|protocol)\s++(\w++)\s*+(?:<[^<>;{}]*+>\s*+(?=:))?(\([^()]*+\))?\s*+(?::\s*+(\w++))?\s*+(<[^<>;{}]*+>)?"
    rb"(?:\s*+\{\s*+\})?"
)
_FORWARD = re.compile(rb"@(?:class|protocol)\b[^;@{}()]*+;")
_ITEM = re.compile(
    rb"(?P<method>^[ \t]*+[-+]\s*+(?:" + NESTED_PARENS + rb"\s*+)?[A-Za-z_][^;{}@]*+(?P<body>\{\s*+\}|;))"
    rb"|(?P<property>@property\b[^;@]*+;)"
    rb"|(?P<other>@(?:synthesize|dynamic|import|compatibility_alias)\b[^;@]*+;|@(?:optional|required|public|private|protected|package)\b)"
    rb"|(?P<end>@end\b)",
    re.MULTILINE,
)
_ALIAS = re.compile(rb"@compatibility_alias\s++([A-Za-z_]\w*+)\s++([A-Za-z_]\w*+)\s*+;")
_ENUM = re.compile(rb"(typedef\s++\w+?_(?:ENUM|OPTIONS)\s*+\((?:[^(),]*+,)?\s*+)(\w++)(\s*+\))\s*+\{")
_SELECTOR_PART = re.compile(rb"(\w*+)\s*+:\s*+(?:" + NESTED_PARENS + rb")?\s*+(?:__\w++\s++)?\w++")
_PROPERTY_NAME = re.compile(rb"(\w++)\s*+(?:[A-Z_]{4,}+(?:" + NESTED_PARENS + rb")?\s*+)*+;\Z")
_BLOCK_PROPERTY = re.compile(rb"\(\s*+\^\s*+(?:\w++\s++)*?(\w++)\s*+\)")

Placed = tuple[list[int], list[SymbolFact]]


def is_objective_c(code: bytearray) -> bool:
    if b"@" not in code:
        return False
    return b"@interface" in code or b"@implementation" in code or b"@protocol" in code or b"@class" in code


def read_objective_c(source: CppSource, doc: Callable[[int, int], str]) -> Placed:
    """Symbols with their offsets; parents are indexes among them. What was read is blanked in the source's code."""
    starts: list[int] = []
    symbols: list[SymbolFact] = []
    code = source.code
    for match in _ENUM.finditer(code):
        blank(code, *match.span(1))
        blank(code, *match.span(3))
        code[match.start() : match.start() + 4] = b"enum"
    for match in _FORWARD.finditer(code):
        blank(code, *match.span())

    def add(kind: Kind, name: bytes, start: int, end: int, head: int, **more: object) -> None:
        starts.append(start)
        text = clean(one_line(source.content[start:head].decode("utf-8", "replace")).rstrip("; {"))
        line, last = source.line(start), min(source.line(end - 1), max(1, source.lines))
        fields = {"signature": text, "doc": doc(start, end), **more}
        symbols.append(SymbolFact(kind, clean(name.decode("utf-8", "replace")), line, last, **fields))  # type: ignore[arg-type]

    for match in _ALIAS.finditer(code):
        signature = f"typedef {match[2].decode()} {match[1].decode()}"
        add(Kind.TYPE_ALIAS, match[1], match.start(), match.end(), match.end(), signature=signature)
        blank(code, *match.span())

    position = 0
    while container := _CONTAINER.search(code, position):
        start = container.start()
        head = start + len(container[0].rstrip())
        what, name, category, base, protocols = container.groups()
        parent = len(symbols)
        bases = [base] if base else []
        bases += [part.strip() for part in protocols[1:-1].split(b",")] if protocols else []
        add(
            Kind.CLASS,
            name,
            start,
            head,
            head,
            definition=what != b"interface",
            bases=tuple(clean(part.decode("utf-8", "replace")) for part in bases if part),
            modifiers=("category",) if category else (),
        )
        blank(code, start, head)
        position = head
        scope = name.decode("utf-8", "replace")
        while item := _ITEM.search(code, position):
            first, position = item.span()
            first += len(item[0]) - len(item[0].lstrip())
            if item["method"]:
                head = item.start("body")
                selector, arity = _selector(bytes(code[first:head]))
                is_class_method = code[first] == ord("+")
                add(
                    Kind.METHOD,
                    selector,
                    first,
                    position,
                    head,
                    scope=scope,
                    parent=parent,
                    arity=arity,
                    definition=item["body"] != b";",
                    modifiers=("static",) if is_class_method else (),
                )
            elif item["property"]:
                text = bytes(code[first:position])
                found = _BLOCK_PROPERTY.search(text) or _PROPERTY_NAME.search(text)
                if found:
                    add(Kind.FIELD, found[1], first, position, position, scope=scope, parent=parent)
            blank(code, first, position)
            if item["end"]:
                break
        last = min(source.line(max(start, position - 1)), max(1, source.lines))
        symbols[parent] = _until(symbols[parent], last)
    return starts, symbols


def _selector(head: bytes) -> tuple[bytes, int]:
    """Name and number of arguments of a method: `- (void)a:(int)x b:(int)y` as ("a:b:", 2)."""
    rest = re.sub(rb"^[-+]\s*+(?:" + NESTED_PARENS + rb")?\s*+", b"", head, count=1)
    parts = [part[1] for part in _SELECTOR_PART.finditer(rest)]
    if parts:
        return b"".join(part + b":" for part in parts), len(parts)
    match = re.match(rb"\w++", rest)
    return (match[0] if match else b"?"), 0


def _until(symbol: SymbolFact, last: int) -> SymbolFact:
    values = {name: getattr(symbol, name) for name in SymbolFact.__struct_fields__}
    return SymbolFact(**{**values, "end": max(last, symbol.start)})
