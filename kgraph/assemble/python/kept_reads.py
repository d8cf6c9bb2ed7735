"""What kept answers depend on, at rest: things that were read (see `python.inputs`), and answers (see `memo`).

Input: what an earlier build left, and the files of this one. Output: which of those things are as they were. Only what
an edit can have changed is looked at: what changed files say, all about folders where a file came or went, what is
passed to parameters once that is known anew. What a file said of a name is compared with what it says; of all else
there is a digest.

At rest the graph of what depends on what is two columns (see `assemble.dependencies`); things that are read, which have
no members, are numbered in front of all else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
import polars as pl

from kgraph.assemble.dependencies import Mask, Numbers, dependents, find_reachable, gather
from kgraph.assemble.memo import Read
from kgraph.assemble.python.compared_files import ComparedFiles, key_digest
from kgraph.assemble.python.inputs import ANY, ARGUMENT, CONFTESTS, KIND, LOCATED, PARTS, SHARED, STARS, text_of_name
from kgraph.assemble.python.interfaces import PLACE
from kgraph.assemble.result_cache import from_ipc, to_ipc

MAX_SHARE_CHANGED = 0.01  # of files: when more are others than they were, what is kept is rewritten
_OF_FILES = (KIND, PARTS)  # the first and the last
_OF_FOLDERS = (LOCATED, CONFTESTS)
_NAMELESS = frozenset({ANY[0], CONFTESTS, SHARED})
_NOWHERE = -1
_FILES = {"path": pl.String, "own": pl.String}
_KEYS = {"what": pl.UInt8, "file": PLACE, "names": pl.String, "digest": pl.UInt64}


@dataclass(frozen=True, slots=True)
class ReadTables:
    """Keys, which have no members; behind them all else, as many members each as `lengths` says."""

    layout: str
    everything: str
    files: pl.DataFrame
    keys: pl.DataFrame
    lengths: pl.Series
    members: pl.Series

    @classmethod
    def make_empty(cls) -> ReadTables:
        """Of no earlier build."""
        numbers = pl.Series([], dtype=PLACE)
        return cls("", "", pl.DataFrame(schema=_FILES), pl.DataFrame(schema=_KEYS), numbers, numbers)

    def pack(self, *frames: pl.DataFrame) -> bytes:
        """All in one, with other frames."""
        graph = (self.lengths.to_frame("length"), self.members.to_frame("member"))
        every = [to_ipc(frame) for frame in (self.files, self.keys, *graph, *frames)]
        return msgspec.msgpack.encode((self.layout, self.everything, every))

    def graph(self) -> tuple[Numbers, Numbers]:
        """Lengths and members of keys and all else."""
        lengths = np.concatenate([np.zeros(self.keys.height, np.int64), self.lengths.to_numpy()])
        return lengths, self.members.to_numpy().astype(np.int64)


def unpack(data: bytes) -> tuple[ReadTables, list[pl.DataFrame]]:
    """What `pack` was given."""
    layout, everything, every = msgspec.msgpack.decode(data, type=tuple[str, str, list[bytes]])
    files, keys, lengths, members, *frames = map(from_ipc, every)
    return ReadTables(layout, everything, files, keys, lengths["length"], members["member"]), frames


class KeptReads:
    """Which of what an earlier build read is as it was."""

    def __init__(self, tables: ReadTables, files: ComparedFiles) -> None:
        self.tables = tables
        self._files = files
        paths, owns = tables.files["path"], tables.files["own"]
        self.numbers = [files.numbers.get(path, _NOWHERE) for path in paths]  # of files, by their former places
        same = [files.own.get(number, "") == own for number, own in zip(self.numbers, owns, strict=True)]
        self.is_same: Mask = np.array(same, dtype=np.bool_) & (np.array(self.numbers, dtype=np.int64) != _NOWHERE)
        self.unchanged = tables.layout == files.layout and tables.everything == files.everything
        self._what = tables.keys["what"].to_numpy()
        self._stale: Mask = np.zeros(tables.keys.height, dtype=np.bool_)
        if not self.unchanged:
            self._compare_names()
            self._compare(self._may_have_changed())

    @property
    def is_near(self) -> bool:
        """Whether so little is another that what is kept stays as it is: the next build compares with that once more,
        and asks again what this one asks. To rewrite all of it costs more than a few answers."""
        files = self._files
        if self.unchanged or files.is_kept_anew or self.tables.layout != files.layout:
            return False
        return int(np.count_nonzero(~self.is_same)) <= MAX_SHARE_CHANGED * len(files.own)

    def map_numbers(self, places: Iterable[int | None]) -> list[int]:
        """The numbers of files today, by their former places."""
        return [_NOWHERE if place is None else self.numbers[place] for place in places]

    def verify(self, known_in: int) -> None:
        """Compare what is passed to parameters, as it is known in a round, with what it was."""
        if not self.unchanged and self._files.unchanged_arguments != self.tables.everything:
            of_round = self.tables.keys["names"].str.starts_with(f"{known_in}\0").to_numpy()
            self._compare((self._what == ARGUMENT) & of_round)

    @property
    def valid(self) -> Mask:
        """Which keys are what they were, and what depends on no other."""
        lengths, members = self.tables.graph()
        stale: Mask = np.zeros(len(lengths), dtype=np.bool_)
        stale[: len(self._stale)] = self._stale
        return ~dependents(lengths, members, stale)

    def _may_have_changed(self) -> Mask:
        what = self._what
        may: Mask = (what == ANY[0]) | (what == SHARED) | (what == STARS)
        if self.tables.layout != self._files.layout:
            may |= (what >= _OF_FOLDERS[0]) & (what <= _OF_FOLDERS[1])
        return may

    def _compare(self, may: Mask) -> None:
        places = np.flatnonzero(may)
        some = self.tables.keys[places]
        rows = zip(places, some["what"], self.map_numbers(some["file"]), some["names"], some["digest"], strict=True)
        for place, what, file, names, was in rows:
            self._stale[place] = was != key_digest(
                self._files, (what, file, () if what in _NAMELESS else tuple(names.split("\0")))
            )

    def _compare_names(self) -> None:
        """Compare what changed files say of names with what they said."""
        what = self._what
        is_other = np.append(~self.is_same, False)[self.tables.keys["file"].fill_null(len(self.numbers)).to_numpy()]
        places = np.flatnonzero((what >= _OF_FILES[0]) & (what <= _OF_FILES[1]) & is_other)
        some = self.tables.keys[places]
        changed = self.tables.files["path"].gather(np.flatnonzero(~self.is_same))
        former = self._files.load_previous(self.tables.everything, changed)
        paths = self.tables.files["path"].gather(some["file"])
        for place, of, path, names in zip(places, some["what"], paths, some["names"], strict=True):
            if former is None:
                self._stale[place] = True
                continue
            parts = tuple(names.split("\0"))
            now = self._files.file(self._files.numbers.get(path, _NOWHERE))
            self._stale[place] = text_of_name(of, former.get(path), parts) != text_of_name(of, now, parts)


class NewReads:
    """What a build reads, and what remains of an earlier one, for the next."""

    def __init__(self, kept: KeptReads, files: ComparedFiles) -> None:
        self._kept = kept
        self._files = files
        self._old = kept.tables.keys.height + kept.tables.lengths.len()

    def number(self, read: Read) -> int:
        """The number of what was read in this build, behind those of the earlier one."""
        return self._old + read

    def tables(self, used: pl.Series) -> tuple[ReadTables, pl.Series]:
        """All that these numbers depend on, and new numbers of them."""
        kept = self._kept.tables
        keys = self._files.keys()
        self._files.keep()
        (old_lengths, old_members), (lengths, members) = kept.graph(), self._files.inputs.dependencies.columns()
        lengths = np.concatenate([old_lengths, lengths])
        members = np.concatenate([old_members, members + self._old])
        is_used = find_reachable(lengths, members, used.unique().to_numpy().astype(np.int64))
        row = np.full(len(lengths), -1)  # among all keys, old and new
        row[: kept.keys.height] = np.arange(kept.keys.height)
        row[keys["number"].to_numpy() + self._old] = np.arange(kept.keys.height, kept.keys.height + keys.height)
        used_keys = np.flatnonzero(is_used & (row >= 0))
        nodes = np.flatnonzero(is_used & (row < 0))
        kept_keys, places, files = self._all_keys(row[used_keys])
        number = np.zeros(len(lengths), dtype=np.int64)
        number[used_keys] = places
        number[nodes] = np.arange(kept_keys.height, kept_keys.height + len(nodes))
        return (
            ReadTables(
                self._files.layout,
                self._files.everything,
                files,
                kept_keys,
                pl.Series(lengths[nodes], dtype=PLACE),
                pl.Series(number[gather(lengths, members, nodes)], dtype=PLACE),
            ),
            pl.Series(number[used.to_numpy()], dtype=PLACE),
        )

    def _all_keys(self, rows: Numbers) -> tuple[pl.DataFrame, Numbers, pl.DataFrame]:
        """The keys of some rows, each once; the place of each row; and all files."""
        kept = self._kept.tables
        own = self._files.own
        paths = self._files.modules.kept_paths
        files = pl.DataFrame([(paths[number], own[number]) for number in own], _FILES, orient="row")
        old = kept.keys[rows[rows < kept.keys.height]]
        at = pl.Series(rows[rows >= kept.keys.height] - kept.keys.height)
        new = self._files.keys().select(pl.all().gather(at)).with_columns(digest=self._files.digests(at))
        every = pl.concat(
            [
                old.select("what", _paths(kept.files["path"].to_list()), "names", "digest"),
                new.select("what", _paths(paths), "names", "digest"),
            ]
        )
        others = every.select("path").drop_nulls().unique(maintain_order=True).join(files, on="path", how="anti")
        files = pl.concat([files, others.select("path", own=pl.lit(""))])
        place = files.select("path").with_row_index("file")
        numbered = every.join(place, on="path", how="left", maintain_order="left").select(*_KEYS)
        of = ["what", "file", "names"]
        keys = numbered.unique(of, keep="last", maintain_order=True) if old.height else numbered
        if keys.height == numbered.height:
            return keys, np.arange(keys.height), files
        at = numbered.select(of).join(
            keys.select(of).with_row_index("at"), on=of, how="left", nulls_equal=True, maintain_order="left"
        )["at"]
        return keys, at.to_numpy().astype(np.int64), files


def _paths(paths: Sequence[str]) -> pl.Expr:
    """The path of each `file`, null for none."""
    return pl.lit(pl.Series(paths, dtype=pl.String)).gather("file").alias("path")
