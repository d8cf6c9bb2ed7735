"""Cells: values of a Python file that have no name, as a list, a lambda, or one of several values.

Input: the parts of each, with the step of a path that leads to them. Output: a path for each, such as `:$3`, and the
bindings that say what it holds. Equal values are one cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kgraph.model import NameBindingFact

_MAX_CELLS = 20_000  # in one file
_MAX_ALTERNATIVES = 8


class Cells:
    """The cells of a file."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[tuple[str, str], ...], str] = {}
        self._parts: list[list[tuple[str, str]]] = []

    def path(self, parts: Iterable[tuple[str, str | None]]) -> str | None:
        """The path of the cell with these parts; None where nothing is known of any, or too many are possible."""
        known = [(step, path) for step, path in dict.fromkeys(parts) if path]
        if not known or (known[0][0] == "|" and len(known) > _MAX_ALTERNATIVES):
            return None
        if len(known) > 1 and all(step.startswith("$key") and path == known[0][1] for step, path in known):
            known = [("$item", known[0][1])]
        key = tuple(known)
        if key not in self._numbers:
            if len(self._parts) >= _MAX_CELLS:
                return None
            self._numbers[key] = self.name()
            self._parts[-1] += key
        return f":{self._numbers[key]}"

    def name(self) -> str:
        """A new cell."""
        self._parts.append([])
        return f"${len(self._parts) - 1}"

    def add(self, name: str, step: str, path: str | None) -> None:
        """Add a part to a cell."""
        if path:
            self._parts[int(name[1:])].append((step, path))

    def bindings(self) -> Iterator[NameBindingFact]:
        """What each cell holds: a step and a path."""
        for number, parts in enumerate(self._parts):
            for step, path in parts:
                yield NameBindingFact(-1, f"${number}", f"{step} {path}")
