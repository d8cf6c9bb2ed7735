"""Protocol buffers: which messages and enumerations fields, methods and extensions name.

Input: the types that .proto files name, and the edges of their imports. Output: rows of `use_tables.RESOLVED`.

A name is looked up as protoc does, in the scopes around from the innermost outwards, among what the file itself, the
files that it imports and those that these import (which may be public) declare; of two, neither is meant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from kgraph.assemble.use_tables import RESOLVED, make_spelled_uses
from kgraph.model import ExtractResult

LANGUAGE = "Protocol Buffer"
_TYPES = ("Struct", "Enum")
_MAX_NAMESAKES = 100  # files that declare one name, each of which may be asked for


def protobuf_uses(
    facts: Sequence[ExtractResult],
    numbers: Sequence[int],
    first_rows: Sequence[int],
    symbols: pl.DataFrame,
    import_edges: pl.DataFrame,
) -> pl.DataFrame:
    """The references of the .proto files `numbers` to types; `symbols` are the joined symbol facts, `import_edges` the
    plain edges between files."""
    uses = make_spelled_uses(facts, numbers, first_rows, ("kind", "name"))
    if uses.is_empty():
        return pl.DataFrame(schema=RESOLVED)
    own = symbols.filter(pl.col("file").is_in(list(numbers)))
    id_of = dict(own.select("file", "file_id").unique().iter_rows())
    lookup = _TypeLookup(own, {id_: file for file, id_ in id_of.items()}, import_edges)
    scope_of = {row: (id_, scope) for row, id_, scope in own.select("row", "id", "scope").iter_rows()}
    rows = []
    for file, owner, name, line in uses.select("file", "owner", "name", "line").iter_rows():
        source, scope = scope_of.get(owner, (id_of.get(file), ""))
        target = lookup.find(file, scope, name)
        if source is not None and target is not None:
            rows.append(("Reference", source, target, id_of[file], line, None, None, None))
    return pl.DataFrame(rows, schema=RESOLVED, orient="row")


class _TypeLookup:
    def __init__(self, symbols: pl.DataFrame, file_of: Mapping[str, int], import_edges: pl.DataFrame) -> None:
        self._types: dict[str, dict[int, str]] = defaultdict(dict)  # full name: id by file
        types = symbols.filter(pl.col("kind").is_in(list(_TYPES)))
        for file, name, id_ in types.select("file", "within", "id").iter_rows():
            self._types[name].setdefault(file, id_)
        self._imports: dict[int, set[int]] = defaultdict(set)
        edges = import_edges.filter(pl.col("kind") == "imports").select("source", "target")
        for source, target in edges.iter_rows():
            if source in file_of and target in file_of:
                self._imports[file_of[source]].add(file_of[target])

    def find(self, file: int, scope: str, name: str) -> str | None:
        """The id of the type that a name means in a scope of a file; None where none or several are seen."""
        for full in _outwards(scope, name):
            if (declared := self._types.get(full)) is not None:
                if file in declared:
                    return declared[file]
                if len(declared) > _MAX_NAMESAKES:
                    return None
                seen = [id_ for other, id_ in declared.items() if self._sees(file, other)]
                if seen:
                    return seen[0] if len(seen) == 1 else None
        return None

    def _sees(self, file: int, other: int) -> bool:
        direct = self._imports.get(file, set())
        return other == file or other in direct or any(other in self._imports.get(each, ()) for each in direct)


def _outwards(scope: str, name: str) -> Iterator[str]:
    """The full names that a name may stand for, in the innermost scope first."""
    if name.startswith("."):
        yield name[1:]
        return
    while scope:
        yield f"{scope}.{name}"
        scope = scope.rpartition(".")[0]
    yield name
