"""Who uses what: calls, references, inheritance. A graph that was built without them has none, and the pages say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kgraph.pages.book import File


@dataclass(slots=True, eq=False)
class Use:
    """One use of a symbol by another, or by the code of a file."""

    file: File


@dataclass(slots=True, eq=False)
class Uses:
    """The uses of a repository."""

    by_used: dict[str, list[Use]] = field(default_factory=dict)

    def users(self, symbol: str) -> Sequence[Use]:
        """The uses of a symbol, by its id."""
        return self.by_used.get(symbol, ())
