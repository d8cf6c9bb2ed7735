"""What one Python file says of its names, by name.

Output: the values that `python.resolver` looks names up in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from kgraph.assemble.python.meanings import Meaning


@dataclass(slots=True)
class PythonFile:
    """What one file says of its names."""

    number: int
    kinds: Mapping[str, str] = field(default_factory=dict)  # qualified name in the file: kind of symbol
    rows: Mapping[str, int] = field(default_factory=dict)  # and the place of its fact among all
    bases: dict[str, list[str]] = field(default_factory=dict)  # of each class: paths, in their order
    # Paths by owner and name: of the module (""), of a class's attributes, of a function's result (name "()").
    bindings: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    cells: dict[str, list[tuple[str, str]]] = field(default_factory=dict)  # their parts: step and path
    calls: list[str] = field(default_factory=list)  # what each passes on (see `python.flows`)

    def bind(self, owner: str, name: str, path: str) -> None:
        if name[:1] != "$":
            self.bindings.setdefault((owner, name), []).append(path)
        elif name == "$call":
            self.calls.append(path)
        else:
            step, _, part = path.partition(" ")
            self.cells.setdefault(name, []).append((step, part))

    def bind_all(self, bindings: Iterable[tuple[str, str, str]]) -> None:
        """Add owners, names and paths."""
        for owner, name, path in bindings:
            self.bind(owner, name, path)

    def derive_all(self, bases: Iterable[tuple[str, str]]) -> None:
        """Add paths of bases, and the class of each."""
        for path, owner in bases:
            self.bases.setdefault(owner, []).append(path)

    def find_bound(self, owner: str, name: str) -> list[str]:
        return self.bindings.get((owner, name), [])


class Resolved(NamedTuple):
    """What a path means, and the evidence for it."""

    meaning: Meaning
    evidence: str


def spell_path(name: str, steps: Sequence[str]) -> str:
    """A dotted name with the rest of a path: "ctypes.CDLL().sqrt"."""
    return name + "".join("()" if step in ("()", "@", "~", "^") else f".{step}" for step in steps)
