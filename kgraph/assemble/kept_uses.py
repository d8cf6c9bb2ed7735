"""Uses taken over from the graph before: those of a family of languages, of which nothing is another.

Input: what names all that the uses of a part of the files depend on, and the graph before, which says what the parts of
its table `uses` were made of. Output: the part's rows out of that table, or resolved again. The table itself is what is
kept; of the rest that a part tells, which is small, there is a record among the results of earlier builds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256

import msgspec
import polars as pl

from kgraph.assemble.bindings import bindings_key
from kgraph.assemble.bridge import PythonResolution, loaded_key
from kgraph.assemble.external_apis import Row
from kgraph.assemble.file_index import FileIndex
from kgraph.assemble.python.uses import KeptPythonUses
from kgraph.assemble.result_cache import RecordedCache, ResultCache, resolver
from kgraph.languages import C_FAMILY, PYTHON_FAMILY
from kgraph.model import FileFacts
from kgraph.spilled import SpillFolder
from kgraph.vocab.tables import schema

CPP_PART, PYTHON_PART = "cpp", "python"
EMPTY_TABLE = pl.DataFrame(schema=schema("uses"))
_BINDING, _TEST = "Binding", "Test"  # the first are of Python's part, the second of none


@dataclass(frozen=True, slots=True)
class PreviousUses:
    """The table `uses` of the graph before."""

    parts: Mapping[str, str]  # what each part of it was made of, by the name of the part
    read: Callable[[], pl.DataFrame | None]  # None where it is damaged


@dataclass(frozen=True, slots=True)
class UsePart:
    """The uses of some files, as rows of `use_tables.RESOLVED`, or as rows of the table."""

    resolved: Sequence[pl.DataFrame]
    externals: Sequence[Row]
    call_sites: Mapping[str, int]
    missed: Mapping[str, int]  # how much leads nowhere, by name
    table: pl.DataFrame = field(default_factory=lambda: EMPTY_TABLE)


@dataclass(frozen=True, slots=True)
class PartSource:
    """What a part can be made with: the results of earlier builds, and the rows of the last one."""

    cache: ResultCache | None
    part: str  # what the rows of the last build were made of, "" for none
    new_part: str  # what the part is made of, "" where that has no name
    read: Callable[[], pl.DataFrame | None]  # the rows of the last build; None where they are damaged


class _Record(msgspec.Struct, array_like=True):
    externals: list[Row]
    call_sites: dict[str, int]
    missed: dict[str, int]
    keys: list[str]  # of the results of earlier builds that the part was made with


class KeptUses:
    """What the last build of this process made of the parts, as numbers for the rows of each file."""

    def __init__(self) -> None:
        self.python = KeptPythonUses()
        self._rows: dict[
            str, tuple[str, pl.DataFrame]
        ] = {}  # by the name of a part: what it was made of, and `_sum_by_file`

    def same(self, name: str, key: str | None, rows: pl.DataFrame) -> pl.Series:
        """The files whose rows are those of the part that was made of `key`."""
        was, summed = self._rows.get(name, ("", None))
        if summed is None or was != key:
            return pl.Series(dtype=pl.String)
        return _sum_by_file(rows).join(summed, on=summed.columns, how="semi")["file"]

    def keep(self, name: str, key: str, rows: pl.DataFrame) -> None:
        """Keep those of a part."""
        self._rows[name] = key, _sum_by_file(rows)


def _sum_by_file(rows: pl.DataFrame) -> pl.DataFrame:
    """A number of 64 bits for all rows of a file, in whatever order, and how many they are."""
    each = rows.select("file", rows=rows.hash_rows())
    return each.group_by("file").agg(pl.len(), pl.col("rows").sum()).sort("file")


class UseParts:
    """The parts of a build; `keys` says what each was made of, where that has a name.

    With `external_uses`, uses of what other packages offer lead to external symbols. `kept` is what the process keeps;
    on the `shelf` uses wait that are many.
    """

    def __init__(
        self,
        index: FileIndex,
        cache: ResultCache | None,
        former: PreviousUses | None,
        *,
        external_uses: bool = False,
        kept: KeptUses | None = None,
        shelf: SpillFolder | None = None,
    ) -> None:
        self.external_uses = external_uses
        self.beside: PythonResolution | None = None  # who resolves the uses of Python, where that was begun
        self.shelf = shelf or SpillFolder()
        self.kept = kept
        self.keys: dict[str, str] = {}
        self._index = index
        self._cache = cache
        self._former = former

    def part(self, name: str, key: str, make: Callable[[ResultCache | None], UsePart]) -> UsePart:
        """A part under its name, made of what `key` names: taken over, or made; "" where that has no name."""
        if self._cache is None or not key:
            return make(self._cache)
        self.keys[name] = key
        at_rest = f"uses of {name}:{key}"
        data = self._cache.get(at_rest)
        was = self._former.parts.get(name) if self._former is not None else None
        table = self._table if was == key and data else None
        if data is not None and table is not None:
            record = msgspec.msgpack.decode(data, type=_Record)
            for each in record.keys:
                self._cache.retain(each)
            return UsePart([], record.externals, record.call_sites, record.missed, self._rows(table, name))
        recorded = RecordedCache(self._cache)
        made = make(recorded)
        record = _Record(
            list(made.externals), dict(made.call_sites), dict(sorted(made.missed.items())), sorted(recorded.keys)
        )
        self._cache.put(at_rest, msgspec.msgpack.encode(record))
        return self._without_same(made, name, key, was, self.kept) if self.kept and made.table.is_empty() else made

    def rename(self, name: str, key: str) -> None:
        """Have the next build find a part under another key, by which it can be known."""
        data = self._cache.get(f"uses of {name}:{self.keys[name]}") if self._cache and name in self.keys else None
        if self._cache and data is not None:
            self._cache.put(f"uses of {name}:{key}", data)
            self.keys[name] = key

    @property
    def cache(self) -> ResultCache | None:
        """The results of earlier builds."""
        return self._cache

    def source(self, name: str, cache: ResultCache | None) -> PartSource:
        """What a part can be made with."""
        was = self._former.parts.get(name, "") if self._former is not None else ""

        def read() -> pl.DataFrame | None:
            return None if self._table is None else self._rows(self._table, name)

        return PartSource(cache, was, self.keys.get(name, ""), read)

    def _without_same(self, made: UsePart, name: str, key: str, was: str | None, kept: KeptUses) -> UsePart:
        """The part, of which the files whose uses are the same are taken over."""
        rows = pl.concat(made.resolved)
        same = kept.same(name, was, rows)
        kept.keep(name, key, rows)
        if same.is_empty() or (table := self._table) is None:
            return made
        is_same = pl.col("file").is_in(same.implode())
        return replace(made, resolved=[rows.filter(~is_same)], table=self._rows(table.filter(is_same), name))

    @cached_property
    def _table(self) -> pl.DataFrame | None:
        return self._former.read() if self._former is not None else None

    def _rows(self, table: pl.DataFrame, name: str) -> pl.DataFrame:
        index = self._index
        c_family = pl.Series([index.ids[number] for number in _numbers(index, C_FAMILY)], dtype=pl.String).implode()
        users = pl.Series([index.ids[number] for number in _numbers(index, PYTHON_FAMILY)], dtype=pl.String).implode()
        is_binding = pl.col("kind") == _BINDING
        if name == CPP_PART:
            return table.filter(pl.col("file").is_in(c_family) & ~is_binding & (pl.col("kind") != _TEST))
        return table.filter((pl.col("file").is_in(users) & (pl.col("kind") != _TEST)) | is_binding)


def _numbers(index: FileIndex, languages: Iterable[str]) -> list[int]:
    wanted = frozenset(languages)
    return [number for number, file in enumerate(index.files) if file.language in wanted]


def cpp_key(index: FileIndex, included: pl.DataFrame, likely: pl.DataFrame) -> str:
    """Names all that the uses of the C family depend on.

    What is `included`, and what is `likely` to be, has the columns `file` and `target`: numbers.
    """
    both = pl.concat([frame[name] for frame in (included, likely) for name in ("file", "target")]).unique()
    numbers = sorted({*_numbers(index, C_FAMILY), *both.to_list()})
    place = {number: at for at, number in enumerate(numbers)}
    placed = (
        frame.sort("file", "target").select(pl.col("file", "target").replace_strict(place, return_dtype=pl.Int64))
        for frame in (included, likely)
    )
    data = (pairs[name].to_numpy().tobytes() for pairs in placed for name in ("file", "target"))
    return _key(index, numbers, CPP_PART, *data)


def python_files_key(index: FileIndex) -> str:
    """Names all that the uses of Python's files depend on, but for what is bound for them; "" where that has no
    name."""
    telling = [
        number
        for number, fact in enumerate(index.facts)
        if isinstance(fact, FileFacts) and any(target.entry for target in fact.build.targets)
    ]
    numbers = sorted({*_numbers(index, PYTHON_FAMILY), *telling})
    layout = index.modules.layout(index.modules.users)
    return _key(index, numbers, PYTHON_PART, index.layout.encode(), layout.encode("utf-8", "surrogatepass"))


def python_key(index: FileIndex, files_key: str, symbols: pl.DataFrame, cache: ResultCache | None) -> str:
    """Names all that the uses of Python depend on, and what is bound for it with the symbols that it may mean; "" where
    it is not known which functions of libraries the files load. `files_key` is `python_files_key`."""
    data = cache.get(loaded_key(files_key)) if cache is not None and files_key else None
    if data is None:
        return ""
    bound = bindings_key(index.facts, symbols, msgspec.msgpack.decode(data, type=list[str]))
    return sha256(files_key.encode() + bound).hexdigest()


def python_key_by_files(index: FileIndex, files_key: str) -> str:
    """The same where that is not known: names all files that bind something, and all of the C family."""
    telling = [number for number, fact in enumerate(index.facts) if isinstance(fact, FileFacts) and fact.bound]
    layout = index.modules.layout(index.modules.users)
    numbers = sorted({*_numbers(index, C_FAMILY), *telling})
    key = _key(index, numbers, PYTHON_PART, layout.encode("utf-8", "surrogatepass"), files_key.encode())
    return key if files_key else ""


def _key(index: FileIndex, numbers: Sequence[int], name: str, *others: bytes) -> str:
    """Names the facts of some files; "" where those of one have no name."""
    if not all(index.names[number] for number in numbers):
        return ""
    hashed = sha256(f"{resolver()} {name} {len(numbers)}\n".encode())
    for number in numbers:
        file = index.files[number]
        row = "\0".join((file.path, file.language, file.target, index.names[number], ""))
        hashed.update(row.encode("utf-8", "surrogatepass"))
    for other in others:
        hashed.update(b"%d:" % len(other))
        hashed.update(other)
    return hashed.hexdigest()
