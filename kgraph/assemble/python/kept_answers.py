"""Answers at rest: what paths mean, with what that depends on (see `kept_reads`).

Input: what an earlier build left. Output: the answers that still hold, for the files of this build; and what is kept
for the next. At rest files and symbols have names: their places move with every edit.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from kgraph.assemble.memo import Read
from kgraph.assemble.python.compared_files import ComparedFiles
from kgraph.assemble.python.inputs import FINAL
from kgraph.assemble.python.interfaces import PLACE, PythonFiles
from kgraph.assemble.python.kept_reads import KeptReads, NewReads, ReadTables, unpack
from kgraph.assemble.result_cache import ResultCache, resolver
from kgraph.repository_paths import parent

QUESTION = {"asker": PLACE, "name": pl.String, "called": pl.Boolean}
ANSWER = {"to": PLACE, "outside": pl.String, "evidence": pl.String, "only_named": pl.Boolean}
_AT_REST = {**QUESTION, **ANSWER, "read": PLACE}  # `to` is a place among the targets
_TARGETS = {"file": PLACE, "name": pl.String}


class KeptAnswers:
    """The answers to one kind of question, each of which a file asks: about its own names where its path begins with
    ":", and anywhere if `is_own`."""

    def __init__(
        self, what: str, result_cache: ResultCache, files: ComparedFiles, python: PythonFiles, *, is_own: bool = False
    ) -> None:
        self._key = f"python {what}:{resolver()}"
        self._result_cache = result_cache
        self._files = files
        self._python = python
        self._is_own = pl.lit(value=True) if is_own else pl.col("name").str.starts_with(":")
        self._is_of_file = self._is_own | pl.col("name").str.starts_with(".")
        data = result_cache.get(self._key)
        tables, frames = unpack(data) if data else (ReadTables.make_empty(), [])
        self._reads = KeptReads(tables, files)
        self._answers, self._targets = frames or (pl.DataFrame(schema=_AT_REST), pl.DataFrame(schema=_TARGETS))

    @property
    def is_sure(self) -> bool:
        """Whether nothing is another that answers depend on."""
        return self._reads.unchanged or self._answers.is_empty()

    def valid(self) -> pl.DataFrame:
        """The answers that hold, with numbers of what they depend on; to be asked when parameters are known."""
        answers = self._answers
        if not self.is_sure:
            self._reads.verify(FINAL)
            holds = pl.lit(pl.Series(self._reads.valid)).gather("read")
            is_same = pl.lit(pl.Series(self._reads.is_same)).gather("asker")
            answers = answers.filter(holds & (~self._is_own | is_same))
        paths = self._reads.tables.files["path"]
        places = pl.Series([self._files.places.get(number) for number in self._reads.numbers], dtype=PLACE)
        firsts = pl.Series([self._files.first_places.get(parent(path)) for path in paths], dtype=PLACE)
        asker = pl.when(self._is_of_file).then(pl.lit(places).gather("asker")).otherwise(pl.lit(firsts).gather("asker"))
        targets = self._targets.with_columns(file=places.gather(self._targets["file"]))
        now = targets.join(
            self._python.names.select("file", "name", "at"), on=["file", "name"], how="left", maintain_order="left"
        )
        return answers.with_columns(asker=asker, to=pl.lit(now["at"]).gather("to")).drop_nulls("asker")

    def number_reads(self, reads: Sequence[Read]) -> pl.Series:
        """Numbers of what new answers depend on."""
        if self._reads.is_near:  # they are not kept
            return pl.repeat(0, len(reads), dtype=PLACE, eager=True)
        self._new = NewReads(self._reads, self._files)
        return pl.Series(map(self._new.number, reads), dtype=PLACE)

    def keep(self, answers: pl.DataFrame) -> None:
        """Keep answers, kept ones and new ones, unless those that are kept can stay."""
        if self._reads.is_near:
            return
        tables, reads = self._new.tables(answers["read"])
        to = answers["to"].unique().drop_nulls().sort()
        symbols = self._python.symbols.select("file", "name").select(pl.all().gather(to))
        place = pl.Series(np.searchsorted(to.to_numpy(), answers["to"].fill_null(0).to_numpy()), dtype=PLACE)
        at_rest = answers.with_columns(read=reads, to=place.set(answers["to"].is_null(), None)).select(*_AT_REST)
        self._result_cache.put(self._key, tables.pack(at_rest, symbols))
