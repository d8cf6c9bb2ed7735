"""What an answer to a text holds: files and symbols with reasons, and what stands around the first of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MatchReason:
    """Why something was found: a sentence, and where it can be looked up."""

    kind: str  # "frame", "path", "name", "module", "quote", "words", "documentation" or "message"
    text: str
    path: str
    line: int  # 0: the file as a whole

    @property
    def at(self) -> str:
        """`path:line`."""
        return _format_line(self.path, self.line)


@dataclass(frozen=True, slots=True)
class LocatedSymbol:
    """A symbol that a text may be about."""

    name: str  # qualified
    kind: str
    path: str
    line: int  # 0 of a module, which is its file
    score: float
    reasons: tuple[MatchReason, ...]

    @property
    def at(self) -> str:
        """`path:line`."""
        return _format_line(self.path, self.line)


@dataclass(frozen=True, slots=True)
class LocatedFile:
    """A file that a text may be about."""

    path: str
    score: float  # comparable within one answer alone
    reasons: tuple[MatchReason, ...]  # the most telling first


@dataclass(frozen=True, slots=True)
class NeighbourFile:
    """A file that stands beside one of the first: one call, import or relation away."""

    path: str
    of: str  # the file that was found
    how: str  # "calls", "is called by", "imports", "is imported by", "is related to", ...; of what was found
    at: str  # `path:line` that shows it; "" of a relation
    reason: str  # of a relation, why; else how many places there are


@dataclass(frozen=True, slots=True)
class LocateResult:
    """What a text may be about, the likeliest first."""

    files: tuple[LocatedFile, ...]
    symbols: tuple[LocatedSymbol, ...]
    beside: tuple[NeighbourFile, ...]  # of the first three files
    found: int  # files with any score at all
    notes: tuple[str, ...]  # what was not read, and what else may mislead


def _format_line(path: str, line: int) -> str:
    return f"{path}:{line}" if line else path
