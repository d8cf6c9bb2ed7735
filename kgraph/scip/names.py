"""Names of symbols in SCIP: `scheme manager package version descriptors`, and back.

    kgraph . shapes 1.0 geo/Shape#area().
    local 12

A descriptor is a name and what it names, shown by what stands behind it: `geo/` a namespace, `Shape#` a type, `area().`
a method or function, `side.` any other value, `LIMIT!` a macro, `title:` something else. A name that is not made of
letters, digits and `_+-$` stands in backticks, with those inside doubled. In the four words in front, spaces are
doubled and an empty one is written as a point.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Suffix = Literal["namespace", "type", "term", "method", "macro", "meta", "parameter", "type parameter"]

_SIMPLE = re.compile(r"[A-Za-z0-9_+$-]+")
_WORD = re.compile(r"((?:[^ ]|  )*)(?: (?! )|$)")
_NAME = r"(?:`(?P<{0}q>(?:[^`]|``)+)`|(?P<{0}s>[A-Za-z0-9_+$-]+))"
_DESCRIPTOR = re.compile(
    r"\[" + _NAME.format("t") + r"\]"
    r"|\(" + _NAME.format("p") + r"\)"
    r"|" + _NAME.format("n") + r"(?:(?P<method>\((?P<which>[A-Za-z0-9_+$-]*)\)\.)|(?P<mark>[/#.!:]))"
)
_MARKS: dict[str, Suffix] = {"/": "namespace", "#": "type", ".": "term", "!": "macro", ":": "meta"}
_BACK = {suffix: mark for mark, suffix in _MARKS.items()}


@dataclass(frozen=True, slots=True)
class Descriptor:
    """One step of a symbol's qualified name."""

    name: str
    suffix: Suffix
    disambiguator: str = ""  # of a method: tells overloads apart


@dataclass(frozen=True, slots=True)
class Name:
    """A global symbol's name."""

    scheme: str
    manager: str
    package: str
    version: str
    descriptors: tuple[Descriptor, ...]


def format_name(scheme: str, manager: str, package: str, version: str, descriptors: Iterable[Descriptor]) -> str:
    """The canonical text of a name."""
    return f"{prefix(scheme, manager, package, version)} {''.join(map(format_descriptor, descriptors))}"


def prefix(scheme: str, *words: str) -> str:
    """What stands in front of the descriptors."""
    return " ".join([_escape(scheme), *(_escape(word) or "." for word in words)])


def format_descriptor(descriptor: Descriptor) -> str:
    name = identifier(descriptor.name)
    match descriptor.suffix:
        case "method":
            return f"{name}({descriptor.disambiguator})."
        case "parameter":
            return f"({name})"
        case "type parameter":
            return f"[{name}]"
        case plain:
            return name + _BACK[plain]


def identifier(name: str) -> str:
    """A name as it may stand in a descriptor."""
    return name if _SIMPLE.fullmatch(name) else f"`{name.replace('`', '``')}`"


def parse(symbol: str) -> Name | None:
    """What a symbol's text names; None for local symbols and for what is no such text."""
    if symbol.startswith("local "):
        return None
    words: list[str] = []
    at = 0
    for _ in range(4):
        match = _WORD.match(symbol, at)
        if match is None or match.end() == at:
            return None
        words.append(match[1].replace("  ", " "))
        at = match.end()
    descriptors = parse_descriptors(symbol[at:])
    if not descriptors:
        return None
    scheme, *others = words
    manager, package, version = ("" if word == "." else word for word in others)
    return Name(scheme, manager, package, version, descriptors)


def parse_descriptors(text: str) -> tuple[Descriptor, ...]:
    """The descriptors of a symbol; none where the text is not made of them."""
    descriptors: list[Descriptor] = []
    at = 0
    while at < len(text):
        match = _DESCRIPTOR.match(text, at)
        if match is None:
            return ()
        descriptors.append(_descriptor(match))
        at = match.end()
    return tuple(descriptors)


def _descriptor(match: re.Match[str]) -> Descriptor:
    for group, suffix in _BRACKETS:
        if name := _unescape_name(match, group):
            return Descriptor(name, suffix)
    name = _unescape_name(match, "n")
    if match["method"]:
        return Descriptor(name, "method", match["which"])
    return Descriptor(name, _MARKS[match["mark"]])


_BRACKETS: Sequence[tuple[str, Suffix]] = (("t", "type parameter"), ("p", "parameter"))


def _unescape_name(match: re.Match[str], group: str) -> str:
    quoted = match[f"{group}q"]
    return quoted.replace("``", "`") if quoted is not None else match[f"{group}s"] or ""


def _escape(word: str) -> str:
    return word.replace(" ", "  ")
