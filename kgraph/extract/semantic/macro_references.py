"""Macros that directives name: in the body of another macro, and in `#undef`.

Input: the files of a unit. Output: for each place the definition that is meant. The compiler reports a macro only
where it is expanded, so this is read from text: a name counts where the unit defines it, before the place in the same
file or else in one other file alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from kgraph.extract.nested import Nested
from kgraph.extract.semantic.file_facts import CompiledFileBuilder
from kgraph.extract.semantic.targets import Targets
from kgraph.model import CompiledUse

_DEFINE = re.compile(
    rb"^[ \t]*#[ \t]*(?:define[ \t]+(\w+)(\([^)\n]*\))?((?:\\\r?\n|[^\n])*)|undef[ \t]+(\w+))", re.MULTILINE
)
_NO_NAME = re.compile(rb"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\b\d\w*""", re.DOTALL)
_WORD = re.compile(rb"[A-Za-z_]\w*")

Definition = tuple[str, int, int, str]  # path, offset and line of the name, name


class Directives:
    """What texts say of macros, each read once."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._defined: dict[str, Mapping[bytes, list[tuple[int, int]]]] = {}

    def uses(self, path: str, text: bytes, reached: Iterable[str]) -> Iterator[tuple[int, Definition]]:
        """Places in a file, as offsets, and what they mean; `reached` are all files of the unit."""
        others = sorted(set(reached) - {path})
        definitions: dict[bytes, Definition | None] = {}
        here = self._find_directives(path)
        for offset, name in _find_names(text):
            places = here.get(name, [])
            if before := bisect_left(places, (offset, 0)):
                yield offset, (path, *places[before - 1], name.decode())
                continue
            if name not in definitions:
                defining = [other for other in others if name in self._find_directives(other)]
                definitions[name] = (
                    (defining[0], *self._find_directives(defining[0])[name][-1], name.decode())
                    if len(defining) == 1
                    else None
                )
            if (definition := definitions[name]) is not None:
                yield offset, definition

    def _find_directives(self, path: str) -> Mapping[bytes, list[tuple[int, int]]]:
        if path not in self._defined:
            try:
                text = Path(self._root, path).read_bytes()
            except OSError:
                text = b""
            self._defined[path] = _definitions(text)
        return self._defined[path]


def add_named_macros(
    file: CompiledFileBuilder,
    directives: Directives,
    reached: Iterable[str],
    targets: Targets,
    skipped: Callable[[], list[tuple[int, int, bool]]],
) -> None:
    """Add to a file what its `#define` and `#undef` name, where the preprocessor did not skip them."""
    named = list(directives.uses(file.path, file.text, reached))
    dead = Nested(sorted(skipped()) if named else [])
    for offset, definition in named:
        if next(dead.find_around(offset), None) is None:
            file.add(CompiledUse.REFERENCE, targets.macro(*definition), (None, -1), file.line(offset))


def _definitions(text: bytes) -> dict[bytes, list[tuple[int, int]]]:
    """Offset and line of the name in each definition of each macro."""
    definitions: dict[bytes, list[tuple[int, int]]] = {}
    lines = [at.start() for at in re.finditer(rb"\n", text)]
    for match in _DEFINE.finditer(text):
        if match[1]:
            definitions.setdefault(match[1], []).append((match.start(1), bisect_left(lines, match.start(1)) + 1))
    return definitions


def _find_names(text: bytes) -> Iterator[tuple[int, bytes]]:
    """The names, in order, that may be those of macros."""
    for match in _DEFINE.finditer(text):
        if match[4]:
            yield match.start(4), match[4]
            continue
        own = {match[1], *_WORD.findall(match[2] or b"")}
        body = _NO_NAME.sub(lambda part: b" " * len(part[0]), match[3])
        for word in _WORD.finditer(body):
            if word[0] not in own:
                yield match.start(3) + word.start(), word[0]
