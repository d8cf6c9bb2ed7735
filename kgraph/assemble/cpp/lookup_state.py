"""The state of name lookup in the C family: all that answers depend on besides their questions.

Input: the joined frame of symbol facts, using-directives and declarations, and which file includes which. Output: the
declarations, and, as far as they are asked for, the indexes that are made of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import polars as pl

from kgraph.assemble.cpp import inheritance
from kgraph.assemble.cpp.declarations import FACTS, declarations, names_consulted, restrict_to, world
from kgraph.assemble.cpp.include_closure import IncludeClosure
from kgraph.assemble.cpp.lookup_context import SCOPE, inline_namespaces, lookup, tests_of, transparent
from kgraph.assemble.cpp.macro_sight import MacroSight
from kgraph.assemble.cpp.name_index import NameIndex
from kgraph.assemble.fact_tables import CPP


class LookupState:
    """All that answers depend on besides their questions, files numbered so that those of other languages do not
    matter."""

    def __init__(
        self,
        spelled: Iterable[int],
        usings: pl.DataFrame,
        facts: pl.DataFrame,
        edges: tuple[pl.DataFrame, pl.DataFrame],
        count: int,
    ) -> None:
        """`spelled` are the numbers of files that spell uses, `edges` are which file includes which, and which it may
        include, `count` is the number of all files."""
        of_family = facts.select("family", *FACTS).filter(pl.col("family") == CPP)
        ends = [frame[name] for frame in edges for name in ("file", "target")]
        files = [of_family["file"], pl.Series(spelled, dtype=pl.Int64), *ends]
        numbers = [-1] * count
        for number, file in enumerate(pl.concat(files).unique().sort()):
            numbers[file] = number
        self._numbers = pl.Series(numbers, dtype=pl.Int64)
        self._names: NameIndex | None = None
        self.is_whole = False  # whether names are looked up that no call has
        of_family = self.renumber(of_family, "file")
        self.inline = inline_namespaces(of_family)
        self.declared = declarations(of_family, self.inline)
        self.tests = tests_of(of_family, self.inline)
        self.scopes = of_family.select(owner="row", scope=transparent(of_family.select(SCOPE).to_series(), self.inline))
        placed = self.renumber(usings, "file").join(self.scopes, on="owner", how="left", maintain_order="left")
        self.lookup = lookup(self.inline, placed.with_columns(pl.col("scope").fill_null("")), self.declared, self.tests)
        self.includes, self.likely = (self.renumber(frame, *frame.columns).sort("file", "target") for frame in edges)

    def renumber(self, frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
        """The frame with the numbers of files that are used here in some columns."""
        return frame.with_columns(self._numbers.gather(frame[name]).alias(name) for name in columns)

    @cached_property
    def visible(self) -> IncludeClosure:
        """Which files each file includes, directly or not."""
        return IncludeClosure(self.includes, self.likely)

    @cached_property
    def macro_sight(self) -> MacroSight:
        """Where macros are defined."""
        return MacroSight(self.includes, self.visible)

    def names(self, questions: pl.DataFrame) -> NameIndex:
        """The index, as far as answers to these questions look into it; others must be among the first asked."""
        if self._names is None and self.is_whole:
            self._names = self.index(self.declared)
        elif self._names is None:
            self._names = self.index(restrict_to(self.declared, names_consulted(questions, self.declared)))
        return self._names

    def index(self, declared: pl.DataFrame) -> NameIndex:
        """The index of some declarations."""
        return NameIndex(declared, self.lookup, self.visible, self.macro_sight)

    @cached_property
    def bases(self) -> inheritance.Bases:
        """The bases of classes, and all that are above each."""
        return inheritance.bases(self._names or self.index(world(self.declared)))
