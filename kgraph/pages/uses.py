"""Who uses what: calls, inheritance, expansions of macros, by the symbol that is used and by the file that uses.

Input: the answers of `pages/uses` and `pages/known-functions`. Output: `UseIndex`. A graph that was built without them
has none, and the pages then tell what includes and imports tell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from kgraph.assemble.evidence import PythonEvidence
from kgraph.pages.repository_model import PageFile, PageSymbol, RepositoryModel


@dataclass(slots=True, eq=False)
class Use:
    """The uses of one symbol in one file."""

    file: PageFile
    lines: tuple[int, ...]
    kinds: tuple[str, ...]
    inferred: bool  # none of them is said by the text or by a compiler
    evidence: tuple[str, ...] = ()  # what inferred ones were concluded from

    @property
    def is_callback(self) -> bool:
        """Whether the file only calls functions that others hand to it."""
        return self.inferred and self.evidence == (PythonEvidence.ARGUMENT,)


_TYPES = frozenset({"Class", "Struct", "Union", "Enum"})
FileUses = tuple[PageFile, list[tuple[PageSymbol, Use]]]  # a file, and what it uses of some symbols


@dataclass(frozen=True, slots=True)
class KnownFunction:
    """A function outside the repository that is worth knowing of."""

    name: str
    category: str
    weaknesses: tuple[str, ...]
    description: str
    authority: str


@dataclass(slots=True, eq=False)
class UseIndex:
    """The uses of a repository."""

    by_used: Mapping[str, list[Use]] = field(default_factory=dict)  # by the id of the symbol, in the order of paths
    macros: Mapping[str, list[tuple[str, tuple[int, ...]]]] = field(default_factory=dict)  # by file: used at its top
    known: Mapping[str, list[tuple[KnownFunction, tuple[int, ...]]]] = field(default_factory=dict)  # by file
    bases: Mapping[str, list[str]] = field(default_factory=dict)  # ids of the bases of a class
    derived: Mapping[str, list[str]] = field(default_factory=dict)

    def users(self, symbol: str) -> Sequence[Use]:
        """The uses of a symbol, by its id."""
        return self.by_used.get(symbol, ())

    def group_by_file(
        self, symbols: Sequence[PageSymbol], places: Mapping[str, Sequence[PageSymbol]]
    ) -> dict[PageFile, list[tuple[PageSymbol, Use]]]:
        """Which files use which of the symbols, but those in which the symbols stand. Who uses a type uses the file
        that defines it, and no other that only announces it; who calls back what is handed to it uses no
        file, and who defines the same, as a variant for another system does, uses its own."""
        by_file: dict[PageFile, list[tuple[PageSymbol, Use]]] = {}
        seen: set[str] = set()
        for symbol in symbols:
            if symbol.id in seen or symbol.kind == "Namespace" or is_announced(symbol, places):
                continue
            seen.add(symbol.id)
            defining = {place.file for place in places.get(symbol.id, ()) if place.role == "definition"}
            for use in self.users(symbol.id):
                if use.file is not symbol.file and use.file not in defining and not use.is_callback:
                    by_file.setdefault(use.file, []).append((symbol, use))
        return by_file


def is_announced(symbol: PageSymbol, places: Mapping[str, Sequence[PageSymbol]]) -> bool:
    """Whether a type is only announced at a place, `class App;`, and defined in another file."""
    if symbol.role != "declaration" or symbol.kind not in _TYPES:
        return False
    return any(place.role == "definition" and place.file is not symbol.file for place in places.get(symbol.id, ()))


def index_uses(uses: pl.DataFrame, notable: pl.DataFrame, model: RepositoryModel) -> UseIndex:
    """Sort the uses by who is used and who uses."""
    if not len(uses):
        return UseIndex()
    inheritance = uses.filter(pl.col("kind") == "Inheritance").select("user", "used").unique().sort("user", "used")
    bases: dict[str, list[str]] = defaultdict(list)
    derived: dict[str, list[str]] = defaultdict(list)
    for user, used in inheritance.iter_rows():
        bases[user].append(used)
        derived[used].append(user)
    return UseIndex(
        _group_by_used(uses, model),
        _macros(uses),
        _group_known(uses, notable),
        bases,
        derived,
    )


def _group_by_used(uses: pl.DataFrame, model: RepositoryModel) -> dict[str, list[Use]]:
    by_symbol: dict[str, list[Use]] = defaultdict(list)
    grouped = (
        uses.filter(pl.col("used").str.starts_with("symbol/"))
        .group_by("used", "file")
        .agg(
            pl.col("line").unique().sort().head(12),
            pl.col("kind").unique().sort(),
            (pl.col("confidence").null_count() == 0).alias("inferred"),
            pl.col("evidence").drop_nulls().unique().sort(),
        )
        .sort("used", "file")
    )
    for used, file, lines, kinds, inferred, evidence in grouped.iter_rows():
        by_symbol[used].append(Use(model.files[file], tuple(lines), tuple(kinds), inferred, tuple(evidence)))
    return by_symbol


def _lines(uses: pl.DataFrame) -> pl.DataFrame:
    return uses.group_by("file", "used").agg(pl.col("line").unique().sort()).sort("file", "used")


def _macros(uses: pl.DataFrame) -> dict[str, list[tuple[str, tuple[int, ...]]]]:
    """Macros that a file uses outside of any function and class: they register, declare, define."""
    by_file: dict[str, list[tuple[str, tuple[int, ...]]]] = defaultdict(list)
    at_top = uses.filter(
        (pl.col("kind") == "Expansion")
        & ((pl.col("user") == pl.col("file")) | pl.col("user").str.starts_with("symbol/cpp/namespace/"))
    )
    for file, used, lines in _lines(at_top).iter_rows():
        by_file[file].append((used, tuple(lines)))
    return by_file


def _group_known(uses: pl.DataFrame, known: pl.DataFrame) -> dict[str, list[tuple[KnownFunction, tuple[int, ...]]]]:
    functions = {
        used: KnownFunction(
            name, category or "", tuple(sorted(filter(None, weaknesses))), description or "", authority or ""
        )
        for used, name, category, weaknesses, description, authority in known.group_by("used", maintain_order=True)
        .agg(
            pl.col("name").first(),
            pl.col("category").first(),
            pl.col("weakness").unique(),
            pl.col("description").first(),
            pl.col("authority").first(),
        )
        .iter_rows()
    }
    found: dict[str, list[tuple[KnownFunction, tuple[int, ...]]]] = defaultdict(list)
    for file, used, lines in _lines(uses.filter(pl.col("used").is_in(list(functions)))).iter_rows():
        found[file].append((functions[used], tuple(lines)))
    return found
