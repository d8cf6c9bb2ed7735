"""What a text says that may stand in a repository: frames of tracebacks, paths, names, quoted texts, words.

Input: a text, as anybody wrote it. Output: `Clues`. Nothing is looked up here.

The text may be hostile: it is read up to a limit, line by line and token by token, and no pattern goes back over more
than one token.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from kgraph.languages import detect_by_name
from kgraph.locate.stack_frames import MAX_LINE, StackFrame, frames

MAX_CHARACTERS = 400_000  # of a text that are read
MAX_TOKEN = 300  # characters of a path or name
MAX_EXTENSION = 12
MAX_EACH = 2_000  # frames, paths, names, ...: as many of each, the first ones
MAX_QUOTE = 200  # characters
MIN_QUOTE_WORDS = 2

_TOKEN = re.compile(r"[^\s\"'`<>()\[\]{},;|*=?!]+")
_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_DOTS = re.compile(r"::|->|[.#]")
_PLACE = re.compile(r":(\d{1,7})(?::\d{1,7})?(?::.*)?$|#L(\d{1,7})(?:-L?\d{1,7})?$")
_CODE_FORM = re.compile(r"[a-z0-9][A-Z]|[A-Za-z0-9]_+[A-Za-z0-9]|^_|[A-Z]{2}[a-z]|[a-z]\d[a-z]")
_QUOTED = re.compile(r"\"([^\"\n]{6,200})\"|`([^`\n]{2,200})`|(?<!\w)'([^'\n]{6,200})'(?!\w)")
_FLAG = re.compile(r"(?<![\w-])--([a-z][a-z0-9]{1,40}(?:-[a-z0-9]{1,40}){0,6})(?![\w-])")
_ERROR = re.compile(
    r"\s*(?:E\s+)?[\w.]{0,200}(?:Error|Exception|Warning|error|fatal|panic|Caused by)\b[^:\n]{0,100}:\s+(\S.*)$"
)
WORD = re.compile(r"[A-Za-z0-9_]+")


@dataclass(frozen=True, slots=True)
class NamedPath:
    """A path in a text."""

    path: str
    line: int  # 0 where none is named


@dataclass(slots=True)
class Clues:
    """What a text names; of each kind no more than `MAX_EACH`, in the order of the text."""

    frames: list[StackFrame] = field(default_factory=list)
    paths: list[NamedPath] = field(default_factory=list)
    dotted: list[tuple[str, ...]] = field(default_factory=list)  # the names between the dots
    names: dict[str, bool] = field(default_factory=dict)  # identifiers, and whether they are written as code
    quoted: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)  # options of a command line, without the dashes
    words: Counter[str] = field(default_factory=Counter)  # identifiers, not yet split
    title: frozenset[str] = frozenset()  # the identifiers of the first line
    cut: bool = False  # the text was longer than `MAX_CHARACTERS`


def read(text: str) -> Clues:
    """The clues in a text."""
    clues = Clues(cut=len(text) > MAX_CHARACTERS)
    text = text[:MAX_CHARACTERS]
    lines = text.splitlines()
    clues.frames = frames(lines)[:MAX_EACH]
    clues.quoted = list(dict.fromkeys(_quotes(text, lines)))[:MAX_EACH]
    clues.flags = list(dict.fromkeys(_FLAG.findall(text)))[:MAX_EACH]
    _read_tokens(text, clues)
    for quote in _QUOTED.finditer(text):
        if quote[2]:  # in backquotes: whoever writes so means code
            for name in _NAME.findall(quote[2]):
                clues.names[name] = True
    clues.words = Counter(WORD.findall(text))
    first = next((line for line in lines if line.strip()), "")
    clues.title = frozenset(WORD.findall(first[:MAX_LINE]))
    clues.names = dict(list(clues.names.items())[:MAX_EACH])
    return clues


def _read_tokens(text: str, clues: Clues) -> None:
    paths: dict[NamedPath, None] = {}
    dotted: dict[tuple[str, ...], None] = {}
    for found in _TOKEN.finditer(text):
        token = found[0].strip(".:,-")
        if not token or len(token) > MAX_TOKEN:
            continue
        called = text[found.end() : found.end() + 1] == "("
        if path := _path(token):
            paths[path] = None
            if "/" in token or "\\" in token:
                continue
        pieces = [piece for piece in _DOTS.split(token) if piece]
        if not pieces:  # it is all dots and colons
            continue
        if not all(_NAME.fullmatch(piece.removeprefix("~")) for piece in pieces):
            for name in _NAME.findall(token):
                clues.names[name] = clues.names.get(name, False) or bool(_CODE_FORM.search(name))
            continue
        if len(pieces) > 1:
            dotted[tuple(pieces)] = None
            for outer in pieces[:-1]:  # "Cart.checkout" names the class, too, above all where no checkout is known
                if outer[0].isupper():
                    clues.names[outer] = clues.names.get(outer, False) or bool(_CODE_FORM.search(outer))
        last = pieces[-1]
        coded = called or len(pieces) > 1 or bool(_CODE_FORM.search(last))
        clues.names[last] = clues.names.get(last, False) or coded
    clues.paths = list(paths)[:MAX_EACH]
    clues.dotted = list(dotted)[:MAX_EACH]


def _path(token: str) -> NamedPath | None:
    line = 0
    if place := _PLACE.search(token):
        line = int(place[1] or place[2])
        token = token[: place.start()]
    if "://" in token:  # of an address, what stands behind the name of a branch may be a path
        _, blob, rest = token.partition("/blob/")
        token = rest.partition("/")[2] if blob else ""
    token = token.replace("\\", "/").strip("/.")
    name = token.rpartition("/")[2]
    stem, dot, extension = name.rpartition(".")
    is_file = bool(dot and stem) and len(extension) <= MAX_EXTENSION and detect_by_name(name) != ""
    return NamedPath(token, line) if name and (is_file or "/" in token) else None


def _quotes(text: str, lines: list[str]) -> Iterator[str]:
    for quote in _QUOTED.finditer(text):
        yield from _usable(quote[1] or quote[2] or quote[3])
    for line in lines:
        if len(line) <= MAX_LINE and (message := _ERROR.match(line)):
            yield from _usable(message[1][:MAX_QUOTE])


def _usable(quote: str) -> Iterator[str]:
    quote = quote.strip()
    if len(WORD.findall(quote)) >= MIN_QUOTE_WORDS and len(quote) >= 8:
        yield quote
