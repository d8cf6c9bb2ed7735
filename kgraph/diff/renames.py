"""Ids of nodes across a rename, and for people.

Input: ids, and which file became which. Output: the ids that nodes would have had under the new names. A file's path
stands in the ids of the file, of its locations and includes, and behind the last `@` of a symbol that is known by its
file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from kgraph.formatting import template
from kgraph.model import Graph
from kgraph.vocab.tables import EDGES


@dataclass(frozen=True, slots=True)
class RenameMap:
    """The ids of files that came, went and were renamed."""

    added: frozenset[str]
    removed: frozenset[str]
    renamed: Mapping[str, str]  # former id to id


def rename_ids(graph: Graph, renames: Mapping[str, str]) -> dict[str, pl.DataFrame]:
    """The tables that a comparison looks at, with the new names of renamed files.

    `was`, in those that say which file, is its name in the graph itself. Rows may stand in another order.
    """
    tables = {name: graph[name] for name in ("symbols", "locations", "includes", EDGES)}
    for name in ("locations", "includes"):
        tables[name] = tables[name].with_columns(was="file")
    if not renames:
        return tables
    as_segment = {_segment(old): _segment(new) for old, new in renames.items()}
    as_path = {old.removeprefix("file/"): new.removeprefix("file/") for old, new in renames.items()}

    def node(column: str) -> pl.Expr:
        value = pl.col(column)
        file, mark, place = (value.str.splitn("#", 2).struct.field(f"field_{n}") for n in (0, 1, 1))
        located = template("{}#{}", _replace(file, renames), place)
        include = value.str.extract(r"^include/(.*)/[^/]*$")
        local = value.str.extract(r"^symbol/.*%40([^/]*)$")
        return (
            pl.when(value.str.starts_with("file/"))
            .then(pl.when(mark.is_null()).then(_replace(file, renames)).otherwise(located))
            .when(value.str.starts_with("include/"))
            .then(template("include/{}/{}", _replace(include, as_path), value.str.extract(r"([^/]*)$")))
            .when(local.is_not_null())
            .then(value.str.head(value.str.len_chars() - local.str.len_chars()) + _replace(local, as_segment))
            .otherwise(value)
            .alias(column)
        )

    lists = pl.col("targets").list.eval(_replace(pl.element(), renames))
    changes: dict[str, tuple[list[str], list[pl.Expr]]] = {
        "symbols": (["id"], []),
        "locations": (["id", "file"], []),
        "includes": (["id", "file"], [lists]),
        EDGES: (["source", "target"], []),
    }
    marks = [*as_path, *as_segment]
    for name, (columns, more) in changes.items():
        whole = [pl.col(column) for column in columns] + ([pl.col("targets").list.join(" ")] if more else [])
        touched = pl.any_horizontal(column.str.contains_any(marks) for column in whole)
        rest, some = tables[name].filter(~touched), tables[name].filter(touched)
        tables[name] = pl.concat([rest, some.with_columns(*map(node, columns), *more)])
    return tables


def _replace(value: pl.Expr, mapping: Mapping[str, str]) -> pl.Expr:
    return value.replace(list(mapping), list(mapping.values()))


def _segment(file: str) -> str:
    """A file's path as it stands in the id of a symbol of its own."""
    return file.removeprefix("file/").replace("/", "%2F")
