"""Cells: values of a Python file that have no name, as a list, a lambda, or one of several values.

Input: the parts of each, with the step of a path that leads to them. Output: a path for each, such as `:$3`, and the
bindings that say what it holds. Equal values are one cell.

A cell is named by what it holds, so that an edit elsewhere in the file leaves its name alone, and that what has the
name of a cell says all that there is in it. A lambda, which may be named inside of itself, is named by where it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import blake2b

from kgraph.model import NameBindingFact

_MAX_CELLS = 20_000  # in one file
_MAX_ALTERNATIVES = 8
_NAME_BYTES = 5


class Cells:
    """The cells of a file."""

    def __init__(self) -> None:
        self._names: dict[tuple[tuple[str, str], ...], str] = {}
        self._parts: dict[str, list[tuple[str, str]]] = {}
        self.alternatives: set[str] = set()  # cells of names that are imported or defined in several ways

    def path(self, parts: Iterable[tuple[str, str | None]]) -> str | None:
        """The path of the cell with these parts; None where nothing is known of any, or too many are possible."""
        known = [(step, path) for step, path in dict.fromkeys(parts) if path]
        if not known or (known[0][0] in ("|", "import") and len(known) > _MAX_ALTERNATIVES):
            return None
        if len(known) > 1 and all(step.startswith("$key") and path == known[0][1] for step, path in known):
            known = [("$item", known[0][1])]
        key = tuple(known)
        if key not in self._names:
            if len(self._parts) >= _MAX_CELLS:
                return None
            self._names[key] = name = self.name("\n".join([f"{step} {path}" for step, path in key]))
            self._parts[name] += key
        return f":{self._names[key]}"

    def merge_paths(self, paths: Iterable[str]) -> str | None:
        """The path of what may be each of several imports or definitions."""
        several = list(dict.fromkeys(paths))
        if len(several) == 1:
            return several[0]
        path = self.path([("import", path) for path in several])
        if path:
            self.alternatives.add(path)
        return path

    def name(self, of: str) -> str:
        """A new cell, named after a text."""
        while True:
            name = f"${int.from_bytes(blake2b(of.encode(), digest_size=_NAME_BYTES).digest())}"
            if name not in self._parts:
                self._parts[name] = []
                return name
            of += "\n"

    def add(self, name: str, step: str, path: str | None) -> None:
        """Add a part to a cell."""
        if path:
            self._parts[name].append((step, path))

    def bindings(self) -> Iterator[NameBindingFact]:
        """What each cell holds: a step and a path."""
        for name, parts in self._parts.items():
            for step, path in parts:
                yield NameBindingFact(-1, name, f"{step} {path}")
