"""What kept answers depend on, at rest: things that were read (see `python.inputs`), with a digest of what stood there.

Input: what an earlier build left, and the files of this one. Output: which of those things are as they were. Only what
an edit can have changed is looked at: what changed files say, all about folders where a file came or went, what is
passed to parameters once that is known anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray

from kgraph.assemble.memo import Read
from kgraph.assemble.python.inputs import (
    ANY,
    ARGUMENT,
    CONFTESTS,
    KIND,
    LOCATED,
    PARTS,
    SHARED,
    STARS,
    Inputs,
    Key,
    digest,
)
from kgraph.assemble.python.interfaces import PLACE, PythonFiles
from kgraph.assemble.python.modules import ModuleIndex
from kgraph.assemble.result_cache import digest as digest_of
from kgraph.assemble.result_cache import from_ipc, to_ipc

Mask = NDArray[np.bool_]
Numbers = NDArray[np.int64]
_OF_FILES = (KIND, PARTS)  # the first and the last
_OF_FOLDERS = (LOCATED, CONFTESTS)
_NAMELESS = frozenset({ANY[0], CONFTESTS, SHARED})
_NOWHERE = -1
_FILES = {"path": pl.String, "own": pl.String}
_KEYS = {"what": pl.UInt8, "file": PLACE, "names": pl.String, "digest": pl.UInt64}


class ComparedFiles:
    """The Python files of this build, as kept answers are compared with them."""

    def __init__(self, files: PythonFiles, modules: ModuleIndex, inputs: Callable[[], Inputs]) -> None:
        """`inputs` makes what keys are read by; it is asked once something has changed."""
        self.modules = modules
        self._files = files
        self._inputs = inputs

    @cached_property
    def inputs(self) -> Inputs:
        """What keys are read by."""
        return self._inputs()

    @cached_property
    def numbers(self) -> dict[str, int]:
        """All files of the repository by path."""
        return {path: number for number, path in enumerate(self.modules.kept_paths)}

    @cached_property
    def own(self) -> dict[int, str]:
        """What each Python file says of its own names."""
        return dict(zip(self._files.numbers, self._files.own_digests(), strict=True))

    @cached_property
    def layout(self) -> str:
        """How files lie in folders."""
        return digest_of(self.modules.layout(self._files.numbers))

    @cached_property
    def everything(self) -> str:
        """All that answers may depend on."""
        return digest_of("\n".join([self.layout, *self.own.values()]))

    @cached_property
    def places(self) -> dict[int, int]:
        """The places of Python files among each other, by number."""
        return {number: place for place, number in enumerate(self._files.numbers)}

    @cached_property
    def first_places(self) -> dict[str, int]:
        """The place of the first Python file of each folder."""
        first: dict[str, int] = {}
        for place, number in enumerate(self._files.numbers):
            first.setdefault(self.modules.folder_of(number), place)
        return first


@dataclass(frozen=True, slots=True)
class ReadTables:
    """`members` are places of keys: those of each set behind each other, as many as `lengths` says."""

    layout: str
    everything: str
    files: pl.DataFrame
    keys: pl.DataFrame
    lengths: pl.Series
    members: pl.Series

    @classmethod
    def none(cls) -> ReadTables:
        """Of no earlier build."""
        numbers = pl.Series([], dtype=PLACE)
        return cls("", "", pl.DataFrame(schema=_FILES), pl.DataFrame(schema=_KEYS), numbers, numbers)

    def packed(self, *frames: pl.DataFrame) -> bytes:
        """All in one, with other frames."""
        sets = (self.lengths.to_frame("length"), self.members.to_frame("member"))
        every = [to_ipc(frame) for frame in (self.files, self.keys, *sets, *frames)]
        return msgspec.msgpack.encode((self.layout, self.everything, every))


def unpacked(data: bytes) -> tuple[ReadTables, list[pl.DataFrame]]:
    """What `packed` was given."""
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
            self._compare(self._may_have_changed())

    def of_numbers(self, places: Iterable[int | None]) -> list[int]:
        """The numbers of files today, by their former places."""
        return [_NOWHERE if place is None else self.numbers[place] for place in places]

    def verify(self, known_in: int) -> None:
        """Compare what is passed to parameters, as it is known in a round, with what it was."""
        if not self.unchanged:
            of_round = self.tables.keys["names"].str.starts_with(f"{known_in}\0").to_numpy()
            self._compare((self._what == ARGUMENT) & of_round)

    @property
    def valid(self) -> Mask:
        """Which sets hold no key that is another."""
        count = self.tables.lengths.len()
        stale = self._stale[self.tables.members.to_numpy()]
        sets = np.repeat(np.arange(count), self.tables.lengths.to_numpy())[stale]
        is_valid: Mask = np.bincount(sets, minlength=count)[:count] == 0
        return is_valid

    def _may_have_changed(self) -> Mask:
        what = self._what
        files = self.tables.keys["file"].fill_null(len(self.numbers)).to_numpy()
        is_other = np.append(~self.is_same, False)[files]
        may: Mask = (what >= _OF_FILES[0]) & (what <= _OF_FILES[1]) & is_other
        may |= (what == ANY[0]) | (what == SHARED) | (what == STARS)
        if self.tables.layout != self._files.layout:
            may |= (what >= _OF_FOLDERS[0]) & (what <= _OF_FOLDERS[1])
        return may

    def _compare(self, may: Mask) -> None:
        places = np.flatnonzero(may)
        some = self.tables.keys[places]
        rows = zip(places, some["what"], self.of_numbers(some["file"]), some["names"], some["digest"], strict=True)
        for place, what, file, names, was in rows:
            self._stale[place] = was != key_digest(
                self._files, (what, file, () if what in _NAMELESS else tuple(names.split("\0")))
            )


def key_digest(files: ComparedFiles, key: Key) -> int:
    """What stands under a key."""
    return digest(files.everything if key == ANY else files.inputs.text(key))


class NewReads:
    """What a build reads, and what remains of an earlier one, for the next."""

    def __init__(self, kept: KeptReads, files: ComparedFiles) -> None:
        self._kept = kept
        self._files = files
        self._sets: dict[frozenset[int], int] = {}
        self._keys: list[Key] = []
        self._says: list[int] = []  # the file that says what is read, -1 where that is none
        self._old = kept.tables.lengths.len()

    def number(self, read: Read, but_of: int | None = None) -> int:
        """The number of a set of what was read; `but_of` leaves out what one file says of its names."""
        if len(self._keys) < len(self._files.inputs.numbers):
            self._keys = list(self._files.inputs.numbers)
            self._says = [file if what <= _OF_FILES[1] else -1 for what, file, _ in self._keys]
        if but_of is not None:
            says = self._says
            read = tuple([each for each in read if says[each] != but_of])
        return self._old + self._sets.setdefault(frozenset(read), len(self._sets))

    def tables(self, used: pl.Series) -> tuple[ReadTables, pl.Series]:
        """All that `used` sets name, and new numbers of these."""
        kept = self._kept.tables
        sets = used.unique().sort()
        lengths = np.concatenate(
            [kept.lengths.to_numpy(), np.fromiter(map(len, self._sets), np.uint32, len(self._sets))]
        ).astype(np.int64)
        flat = np.fromiter((key for some in self._sets for key in sorted(some)), np.int64)
        members = np.concatenate([kept.members.to_numpy().astype(np.int64), flat + kept.keys.height])
        starts = np.concatenate([[0], np.cumsum(lengths)])
        chosen = sets.to_numpy()
        lengths = lengths[chosen]
        at = np.repeat(starts[chosen] - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
        members = members[at + np.arange(len(at))]
        files = pl.DataFrame(
            [(self._files.modules.kept_paths[number], own) for number, own in self._files.own.items()],
            _FILES,
            orient="row",
        )
        keys, numbers, files = self._all_keys(np.unique(members), files)
        return (
            ReadTables(
                self._files.layout,
                self._files.everything,
                files,
                keys,
                pl.Series(lengths, dtype=PLACE),
                pl.Series(numbers[members], dtype=PLACE),
            ),
            pl.Series(np.searchsorted(chosen, used.to_numpy()), dtype=PLACE),
        )

    def _all_keys(self, used: Numbers, files: pl.DataFrame) -> tuple[pl.DataFrame, Numbers, pl.DataFrame]:
        """The keys of some numbers, each once; the place of each by its former number; and all files."""
        kept = self._kept.tables
        count = kept.keys.height
        old = kept.keys[used[used < count]]
        paths = kept.files["path"].gather(old["file"]) if old.height else pl.Series([], dtype=pl.String)
        read = [self._keys[number - count] for number in used[used >= count]]
        read = [ANY if any("\0" in name for name in key[2]) else key for key in read]
        kept_paths = self._files.modules.kept_paths
        rows = [(what, None if file < 0 else kept_paths[file], "\0".join(names)) for what, file, names in read]
        digests = [key_digest(self._files, key) for key in read]
        schema = {"what": pl.UInt8, "path": pl.String, "names": pl.String}
        new = pl.DataFrame(rows, schema, orient="row").with_columns(digest=pl.Series(digests, dtype=pl.UInt64))
        every = pl.concat([old.select("what", path=paths, names="names", digest="digest"), new])
        others = every.select("path").drop_nulls().unique(maintain_order=True).join(files, on="path", how="anti")
        files = pl.concat([files, others.select("path", own=pl.lit(""))])
        keys = every.unique(["what", "path", "names"], keep="last", maintain_order=True)
        place = every.select("what", "path", "names").join(
            keys.select("what", "path", "names").with_row_index("place"),
            on=["what", "path", "names"],
            how="left",
            nulls_equal=True,
            maintain_order="left",
        )["place"]
        numbers = np.zeros(int(used[-1]) + 1 if len(used) else 0, dtype=np.int64)
        numbers[used] = place.to_numpy()
        file = keys.select("path").join(
            files.select("path").with_row_index("file"), on="path", how="left", maintain_order="left"
        )["file"]
        return keys.select("what", file.cast(PLACE).alias("file"), "names", "digest"), numbers, files
