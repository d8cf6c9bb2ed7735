"""Uses taken over from the graph before: those of a family of languages, of which nothing is another.

Input: what names all that the uses of a part of the files depend on, and the graph before, which says what the parts of
its table `uses` were made of. Output: the part's rows out of that table, or resolved again. The table itself is what is
kept; of the rest that a part tells, which is small, there is a record among the results of earlier builds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

import msgspec
import polars as pl

from kgraph.assemble.external_apis import Row
from kgraph.assemble.file_index import FileIndex
from kgraph.assemble.result_cache import ResultCache, resolver
from kgraph.languages import C_FAMILY, PYTHON_FAMILY
from kgraph.model import FileFacts
from kgraph.vocab.tables import schema

CPP_PART, PYTHON_PART = "cpp", "python"
_BINDING, _TEST = "Binding", "Test"  # the first are of Python's part, the second of none


@dataclass(frozen=True, slots=True)
class FormerUses:
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
    table: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=schema("uses")))


class _Record(msgspec.Struct, array_like=True):
    externals: list[Row]
    call_sites: dict[str, int]
    missed: dict[str, int]
    keys: list[str]  # of the results of earlier builds that the part was made with


class UseParts:
    """The parts of a build; `keys` says what each was made of, where that has a name.

    With `external_uses`, uses of what other packages offer lead to external symbols.
    """

    def __init__(
        self, index: FileIndex, cache: ResultCache | None, former: FormerUses | None, *, external_uses: bool = False
    ) -> None:
        self.external_uses = external_uses
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
        table = self._table if self._former is not None and self._former.parts.get(name) == key and data else None
        if data is not None and table is not None:
            record = msgspec.msgpack.decode(data, type=_Record)
            for each in record.keys:
                self._cache.retain(each)
            return UsePart([], record.externals, record.call_sites, record.missed, self._rows(table, name))
        recorded = _Recorded(self._cache)
        made = make(recorded)
        record = _Record(list(made.externals), dict(made.call_sites), dict(made.missed), sorted(recorded.keys))
        self._cache.put(at_rest, msgspec.msgpack.encode(record))
        return made

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


class _Recorded:
    """The results of earlier builds; notes which were asked for."""

    def __init__(self, cache: ResultCache) -> None:
        self._cache = cache
        self.keys: set[str] = set()

    def get(self, key: str) -> bytes | None:
        self.keys.add(key)
        return self._cache.get(key)

    def put(self, key: str, data: bytes) -> None:
        self.keys.add(key)
        self._cache.put(key, data)

    def retain(self, key: str) -> None:
        self.keys.add(key)
        self._cache.retain(key)


def _numbers(index: FileIndex, languages: Iterable[str]) -> list[int]:
    wanted = frozenset(languages)
    return [number for number, file in enumerate(index.files) if file.language in wanted]


def cpp_key(index: FileIndex, included: pl.DataFrame) -> str:
    """Names all that the uses of the C family depend on; `included` has the columns `file` and `target`: numbers."""
    both = pl.concat([included["file"], included["target"]]).unique()
    numbers = sorted({*_numbers(index, C_FAMILY), *both.to_list()})
    place = {number: at for at, number in enumerate(numbers)}
    pairs = included.sort("file", "target").select(
        pl.col("file", "target").replace_strict(place, return_dtype=pl.Int64)
    )
    return _key(index, numbers, CPP_PART, *(pairs[name].to_numpy().tobytes() for name in ("file", "target")))


def python_key(index: FileIndex) -> str:
    """Names all that the uses of Python depend on, and those of what C++ binds for it."""
    telling = [
        number
        for number, fact in enumerate(index.facts)
        if isinstance(fact, FileFacts)
        and (fact.bindings or fact.bound or any(target.entry for target in fact.build.targets))
    ]
    numbers = sorted({*_numbers(index, C_FAMILY), *_numbers(index, PYTHON_FAMILY), *telling})
    layout = index.modules.layout(index.modules.users)
    return _key(index, numbers, PYTHON_PART, layout.encode("utf-8", "surrogatepass"))


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
