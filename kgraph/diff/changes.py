"""What can differ between two graphs: the values that a comparison gives.

Output: small frozen values, in the order in which they are reported. "Former" is what stood in the older graph.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kgraph.model import Repository


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file, or submodule, that differs."""

    status: Literal["added", "removed", "modified", "renamed", "mode"]  # "mode": the permissions or the type alone
    path: str
    former: str  # its path before; the same unless it was renamed, "" where it was added
    lines: int | None  # now; None where it is not known
    former_lines: int | None
    similarity: int = 100  # per cent, of what was renamed
    symbols: int = 0  # that came with it, went with it, or were renamed with it


@dataclass(frozen=True, slots=True)
class FileLine:
    """A line of a file."""

    path: str
    line: int


@dataclass(frozen=True, slots=True)
class SymbolChange:
    """One symbol that differs.

    "signature": the same symbol is declared otherwise, with `details`; "documentation": only its comment differs.
    "renamed" is one of a renamed file whose full name holds the file's; "moved" is one that stands in another file.
    """

    what: Literal["added", "removed", "moved", "renamed", "signature", "documentation"]
    kind: str
    name: str  # qualified
    signature: str
    place: FileLine | None
    former_name: str = ""
    former_signature: str = ""
    former_place: FileLine | None = None
    details: tuple[tuple[str, str, str], ...] = ()  # attribute, former value, value
    with_file: bool = False  # its file was added, removed or renamed, and it with that
    nested: bool = False  # what it is a member of was added or removed, and it with that
    members: int = 0  # that were so with it


@dataclass(frozen=True, slots=True)
class IncludeChange:
    """One include directive or import statement that came, went, or leads elsewhere."""

    what: Literal["added", "removed", "changed"]
    place: FileLine
    spelling: str
    form: str
    resolution: str
    targets: tuple[str, ...]
    former_resolution: str = ""
    former_targets: tuple[str, ...] = ()
    with_file: bool = False


@dataclass(frozen=True, slots=True)
class EdgeChange:
    """One edge of another kind: a link, a relation, a call, ..."""

    what: Literal["added", "removed"]
    kind: str
    source: str
    target: str
    with_node: bool = False  # what it begins at came or went, and it with that


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two graphs."""

    name: str  # as it was asked for
    repository: Repository


@dataclass(frozen=True, slots=True)
class Difference:
    """All that differs, and how many rows of each table do."""

    old: Side
    new: Side
    files: tuple[FileChange, ...]
    symbols: tuple[SymbolChange, ...]
    includes: tuple[IncludeChange, ...]
    edges: tuple[EdgeChange, ...]

    def __bool__(self) -> bool:
        return bool(self.files or self.symbols or self.includes or self.edges)
