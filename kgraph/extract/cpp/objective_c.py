"""What Objective-C adds to C and C++: interfaces, protocols, categories, their methods and properties.

Input: scanned code. Output: their symbols, and the code without them, so that the C and C++ around and between parses
as usual.

On purpose these are patterns, not a grammar: method heads are regular once bodies are blanked, and a second parser
would cost more than the few kinds are worth. A name is the selector: "setObject:forKey:".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from kgraph.extract.cpp.lexicon import NESTED_PARENS, blank
from kgraph.extract.cpp.normalize_names import flatten
from kgraph.extract.cpp.preprocessor import conditions
from kgraph.extract.cpp.scanner import CppSource
from kgraph.extract.text import clean
from kgraph.model import IncludeFact, Kind, SymbolFact

_CONTAINER = re.compile(
    rb"@(interface|implementation|protocol)\s++(\w++)\s*+(?:<[^<>;{}]*+>\s*+(?=:))?(\([^()]*+\))?\s*+(?::\s*+(\w++))?\s*+(<[^<>;{}]*+>)?"
    rb"(?:\s*+\{\s*+\})?"
)
_IMPORT = re.compile(rb"@import\s++([A-Za-z_]\w*+(?:\s*+\.\s*+\w++)*+)\s*+;")
_FORWARD = re.compile(rb"@(?:class|protocol)\b[^;@{}()]*+;")


def _items(before_method: bytes) -> re.Pattern[bytes]:
    """What stands in a container; a method begins behind `before_method`."""
    return re.compile(
        rb"(?P<method>"
        + before_method
        + rb"[-+]\s*+(?:"
        + NESTED_PARENS
        + rb"\s*+)?[A-Za-z_][^;{}@]*+(?P<body>\{\s*+\}|;))"
        rb"|(?P<property>@property\b[^;@]*+;)"
        rb"|(?P<other>@(?:synthesize|dynamic|import|compatibility_alias)\b[^;@]*+;"
        rb"|@(?:optional|required|public|private|protected|package)\b)"
        rb"|(?P<end>@end\b)",
        re.MULTILINE,
    )


_ITEM = _items(rb"(?:^|(?<=[;}]))[ \t]*+")
_NEXT_ITEM = _items(b"")  # behind the one before, or the container's head
_SPACE = re.compile(rb"\s*+")
_ALIAS = re.compile(rb"@compatibility_alias\s++([A-Za-z_]\w*+)\s++([A-Za-z_]\w*+)\s*+;")
_ENUM = re.compile(rb"(typedef\s++\w+?_(?:ENUM|OPTIONS)\s*+\((?:[^(),]*+,)?\s*+)(\w++)(\s*+\))\s*+\{")
_SELECTOR_PART = re.compile(rb"(\w*+)\s*+:\s*+(?:" + NESTED_PARENS + rb")?\s*+(?:__\w++\s++)?\w++")
_PROPERTY = re.compile(rb"@property\s*+(" + NESTED_PARENS + rb")?")
_DECLARED_NAME = re.compile(
    rb"(\w++)\s*+(?:\[[^\[\]]*+\]\s*+|:\s*+\w++\s*+)*+(?:[A-Z_]{4,}+(?:" + NESTED_PARENS + rb")?\s*+)*+\Z"
)
_ACCESSOR = re.compile(rb"\b(getter|setter)\s*+=\s*+(\w++:?+)")
_VARIABLE = re.compile(rb"[^;{}]++;")
_VISIBILITY = re.compile(rb"@(?:public|private|protected|package|optional|required)\b|^\s*+#.*$", re.MULTILINE)
_INNER = re.compile(rb"\{[^{}]*+\}")
_COMMENT = re.compile(rb"//[^\n]*+|/\*.*?\*/", re.DOTALL)
_BLOCK_PROPERTY = re.compile(rb"\(\s*+\^\s*+(?:\w++\s++)*?(\w++)\s*+\)")

Placed = tuple[list[int], list[SymbolFact]]


def is_objective_c(code: bytearray) -> bool:
    if b"@" not in code:
        return False
    return b"@interface" in code or b"@implementation" in code or b"@protocol" in code or b"@class" in code


def read_imports(source: CppSource) -> list[IncludeFact]:
    """The modules that `@import A.B;` imports; what was read is blanked in the source's code."""
    if b"@import" not in source.code:
        return []
    found: list[IncludeFact] = []
    held = conditions(source)
    for match in list(_IMPORT.finditer(source.code)):
        name = b"".join(match[1].split()).decode("ascii", "replace")
        found.append(IncludeFact(name, source.line(match.start()), "import", held(match.start())))
        blank(source.code, *match.span())
    return found


def _next_item(code: bytearray, position: int) -> re.Match[bytes] | None:
    begin = _SPACE.match(code, position)
    return _NEXT_ITEM.match(code, begin.end() if begin else position) or _ITEM.search(code, position)


def _names(text: bytes) -> list[re.Match[bytes]]:
    """The names that `T a, *b[2], c : 3` declares, without its semicolon."""
    if block := _BLOCK_PROPERTY.search(text):
        return [block]
    bounds = [-1, *_outer_commas(text), len(text)]
    found = [_DECLARED_NAME.search(text, start + 1, end) for start, end in pairwise(bounds)]
    return [match for match in found if match and not match[1][:1].isdigit()]


def _outer_commas(text: bytes) -> list[int]:
    depth, commas = 0, []
    for at, char in enumerate(text):
        depth += (char in b"([<{") - (char in b")]>}")
        if char == 44 and depth == 0:
            commas.append(at)
    return commas


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
        text = clean(flatten(source.content[start:head].decode("utf-8", "replace")).rstrip("; {"))
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
        opening = container[0].find(b"{")
        until = start + opening if opening >= 0 else head
        bases = [base] if base else []
        bases += [part.strip() for part in protocols[1:-1].split(b",")] if protocols else []
        add(
            Kind.CLASS,
            name,
            start,
            head,
            until,
            definition=what != b"interface",
            bases=tuple(clean(part.decode("utf-8", "replace")) for part in bases if part),
            modifiers=("category",) if category else (),
        )
        blank(code, start, head)
        position = head
        scope = name.decode("utf-8", "replace")
        for first, last, variable in _variables(source.content, until, head):
            add(Kind.FIELD, variable, first, last, last, scope=scope, parent=parent)
        while item := _next_item(code, position):
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
                text = bytes(code[first:position]).rstrip(b" \t\r\n;")
                if attributes := _PROPERTY.match(text):
                    for found in _names(text[attributes.end() :]):
                        add(Kind.FIELD, found[1], first, position, position, scope=scope, parent=parent)
                    for what, accessor in _ACCESSOR.findall(attributes[1] or b""):
                        arity = int(what == b"setter")
                        add(Kind.METHOD, accessor, first, position, position, scope=scope, parent=parent, arity=arity)
            blank(code, first, position)
            if item["end"]:
                break
        last = min(source.line(max(start, position - 1)), max(1, source.lines))
        symbols[parent] = _until(symbols[parent], last)
    return starts, symbols


def _variables(content: bytes, start: int, end: int) -> Iterator[tuple[int, int, bytes]]:
    """The instance variables that stand in the braces between two offsets: where each is declared, and its name."""
    text = _COMMENT.sub(lambda match: re.sub(rb"[^\n]", b" ", match[0]), content[start:end])
    text = _VISIBILITY.sub(lambda match: b" " * len(match[0]), text)
    outer = text.find(b"{") + 1
    text = b" " * outer + _INNER.sub(lambda match: re.sub(rb"[^\n]", b" ", match[0]), text[outer:])
    for match in _VARIABLE.finditer(text):
        first = match.start() + len(match[0]) - len(match[0].lstrip())
        for found in _names(match[0][:-1].rstrip()):
            yield start + first, start + match.end(), found[1]


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
