"""Uses of the C family, file by file, from one build to the next.

Input: what the last build left of each file, what it is now, and the names whose declarations are others. Output: the
files whose uses may be others than they were; those of all others are rows of the last table.

A use follows from what its own file spells, from what its file's symbols are, and from all that an answer may look at
(see `call_cache`): types, namespaces, usings and includes, which must be the same ones, and functions, variables and
macros of names that the file spells. So a new function resolves the uses of the files that spell its name, and an edit
inside a body those of one file. What overrides what is found again for all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Protocol

import msgspec
import polars as pl

from kgraph.assemble.cpp.call_cache import CallCache
from kgraph.assemble.fact_tables import CPP
from kgraph.assemble.result_cache import ResultCache, from_ipc, to_ipc
from kgraph.assemble.use_tables import SpelledUses
from kgraph.model import ExtractResult, FileFacts

_MAX_SHARE = 0.1  # of files, and one: where more are others, all are resolved
_MAX_NAMES = 24  # that are looked for in what files spell
_OF_ALL = ("Inheritance", "Override")  # kinds of uses that do not follow from what a file spells
# What name lookup makes of the facts of a file; the rest is what the file says.
_FOUND = ("id", "group", "owner", "within", "key", "local", "qualifier", "macro")
_NAMES = "files"  # under which the record is kept


class _Content(msgspec.Struct, array_like=True):
    part: str  # what the part of the table was made of that has the rows of the files
    files: bytes
    calls: bytes


class FormerRows(Protocol):
    """The rows of the last table; `part` names what they were made of, `new_part` those of this build."""

    @property
    def part(self) -> str: ...

    @property
    def new_part(self) -> str: ...

    def read(self) -> pl.DataFrame | None:
        """None where they cannot be read."""


@dataclass(frozen=True, slots=True)
class FileCounts:
    """What is counted in each file, by its id."""

    sites: pl.DataFrame  # `unresolved_calls.count_sites`
    calls: pl.DataFrame  # `unresolved_calls.CallTally.count_found`


def file_states(ids: Sequence[str], names: Mapping[int, str], symbols: pl.DataFrame) -> pl.DataFrame:
    """What the files of the C family say, and what their symbols are: `file`, `name`, `symbols`; a number of 64 bits
    for all symbols of a file. `names` are those of the facts of each, by number; `symbols` is the joined frame."""
    own = symbols.filter(pl.col("family") == CPP)
    hashed = own.select(file="file_id", symbols=own.select(_FOUND).hash_rows())
    states = pl.DataFrame({"file": [ids[number] for number in names], "name": list(names.values())}, _STATE_TEXTS)
    each = hashed.group_by("file").agg(pl.col("symbols").sum())
    return states.join(each, on="file", how="left", maintain_order="left")


_STATE_TEXTS = {"file": pl.String(), "name": pl.String()}


class KeptCppFiles:
    """Which files must be looked at, and the rows of the others; one build's.

    `changed` are the ids of the former; None before it is known, and where all are looked at.
    """

    def __init__(
        self, former: FormerRows, states: pl.DataFrame, facts: Sequence[ExtractResult], ids: Sequence[str]
    ) -> None:
        self.changed: Set[str] | None = None
        self._former = former
        self._states = states
        self._facts = facts
        self._ids = ids
        self._counts: FileCounts | None = None
        self._rows: pl.DataFrame | None = None
        self._key = ""  # of the record, once all is known that it depends on

    def narrow(self, spelled: SpelledUses, answers: CallCache) -> None:
        """Have only the uses handed out that may be others than they were."""
        self._key = answers.key + _NAMES
        data = answers.get(_NAMES)
        names = answers.changed_names()
        if data is None or names is None:
            return
        content = msgspec.msgpack.decode(data, type=_Content)
        if content.part != self._former.part:
            return
        was = from_ipc(content.files)
        same = self._states.filter(pl.col("name") != "").join(
            was, on=["file", "name", "symbols"], how="semi", nulls_equal=True
        )
        same_files = frozenset(same["file"])
        changed = {number for number in spelled.numbers if self._ids[number] not in same_files}
        most = 1 + _MAX_SHARE * self._states.height
        if names and len(changed) <= most:
            if not _can_be_found(names) or answers.are_types(names):
                return
            changed |= set(_spelling(names, self._facts, (n for n in spelled.numbers if n not in changed)))
        if len(changed) > most or (rows := self._former.read()) is None:
            return
        others = {*self._states["file"]} - same_files
        self.changed = others | {self._ids[number] for number in changed}
        self._rows = rows
        self._counts = FileCounts(was.drop("name", "symbols"), from_ipc(content.calls))
        spelled.restrict(changed)

    def join_rows(self, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame | None]:
        """The rows that are to become rows of the table, and those that are; `rows` are what was resolved."""
        if self.changed is None or self._rows is None:
            return rows, None
        is_changed, is_of_all = pl.col("file").is_in(list(self.changed)), pl.col("kind").is_in(list(_OF_ALL))
        is_there = pl.col("file").is_in(self._states["file"].implode())
        return rows.filter(is_changed | is_of_all), self._rows.filter(is_there & ~is_changed & ~is_of_all)

    def join_counts(self, counts: FileCounts) -> FileCounts:
        """What is counted in all files; `counts` are of those that were looked at."""
        if self.changed is None or self._counts is None:
            return counts
        is_kept = ~pl.col("file").is_in(list(self.changed)) & pl.col("file").is_in(self._states["file"].implode())
        return FileCounts(
            pl.concat([self._counts.sites.filter(is_kept), counts.sites]),
            pl.concat([self._counts.calls.filter(is_kept), counts.calls]),
        )

    def save(self, cache: ResultCache, counts: FileCounts) -> None:
        """Keep what the next build needs; `counts` are of all files."""
        if self._key:
            files = self._states.join(counts.sites, on="file", how="left").with_columns(
                pl.col(name).fill_null(0) for name in counts.sites.columns if name != "file"
            )
            content = _Content(self._former.new_part, to_ipc(files), to_ipc(counts.calls))
            cache.put(self._key, msgspec.msgpack.encode(content))

    def drop(self) -> None:
        """Leave the next build nothing: what names that are mentioned mean follows from more than is compared."""
        self._key = ""


def _can_be_found(names: Set[str]) -> bool:
    """Whether what may mean one of the names spells it: an operator is called by what its operands are."""
    return len(names) <= _MAX_NAMES and all(re.fullmatch(r"[A-Za-z_]\w*", name) for name in names)


def _spelling(names: Set[str], facts: Sequence[ExtractResult], numbers: Iterable[int]) -> Iterable[int]:
    """The files in whose uses one of the names is spelled, or the accessor of a property of that name."""
    setters = [f"set{first}{name[1:]}:" for name in names for first in {name[0], name[0].upper()}]
    pattern = re.compile(rf"\b(?:(?:{'|'.join(names)})\b|(?:{'|'.join(setters)}))")
    rest = [name[1:] for name in names]  # of an accessor, too
    for number in numbers:
        fact = facts[number]
        if isinstance(fact, FileFacts):
            uses = fact.uses
            texts = (uses.names, uses.qualifiers, uses.receivers, uses.types)
            if any(name in text for text in texts for name in rest) and any(map(pattern.search, texts)):
                yield number
