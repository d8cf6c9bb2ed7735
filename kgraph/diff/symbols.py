"""Symbols of two graphs, compared.

Input: both graphs' tables, the older one's under new names. Output: a `SymbolChange` for each symbol that differs.

A C++ function is known by its parameters, so one that takes others is another symbol. Where of one name exactly one
went and one came, it is reported as one whose signature changed or, if it has the same one in another file, as moved.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from kgraph.diff.changes import FileLine, SymbolChange
from kgraph.diff.renames import RenameMap
from kgraph.model import Kind
from kgraph.symbol_places import symbol_places
from kgraph.vocab.iri import display_name
from kgraph.vocab.tables import EDGES

_DECLARED = ("kind", "signature", "access", "modifiers", "bases", "macro")  # what a declaration says
_ALSO = ("qualified_name", "documentation")
_MAY_MOVE = frozenset(
    (Kind.CLASS, Kind.STRUCT, Kind.UNION, Kind.ENUM, Kind.FUNCTION, Kind.METHOD, Kind.CONSTRUCTOR, Kind.CONCEPT)
)

Row = Mapping[str, Any]


def compare(old: Mapping[str, pl.DataFrame], new: Mapping[str, pl.DataFrame], whole: RenameMap) -> list[SymbolChange]:
    """What differs, sorted by kind of change, then by place."""
    old_symbols, new_symbols = _attach_places(old), _attach_places(new)
    gone = old_symbols.join(new_symbols.select("id"), on="id", how="anti").sort("id").rows(named=True)
    come = new_symbols.join(old_symbols.select("id"), on="id", how="anti").sort("id").rows(named=True)
    pairs = list(_pairs(gone, come))
    told = [(former, row) for former, row in pairs if not _only_renumbered(former, row)]
    changes = [_make_change(former, row, set(whole.renamed.values())) for former, row in told]
    paired = {id(row) for pair in pairs for row in pair}
    for what, rows, tables, files in (("added", come, new, whole.added), ("removed", gone, old, whole.removed)):
        rows = [row for row in rows if id(row) not in paired]
        outer = _outermost({row["id"] for row in rows}, tables[EDGES])
        members = Counter(outer.values())
        changes += [_lone(what, row, files, members[row["id"]], nested=row["id"] in outer) for row in rows]
    changes += _find_changes(old_symbols, new_symbols, set(whole.renamed.values()))
    return sorted(changes, key=_order)


def _attach_places(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Symbols with their first place, and in how many files they stand: definitions, or else declarations."""
    was = tables["locations"].select("was", location="id")
    locations = (
        symbol_places(tables[EDGES], tables["locations"])
        .select("location", "file", id="symbol", line="start_line", defines=pl.col("role") == "definition")
        .join(was, on="location")
    )
    defined = locations.filter("defines")
    declared = locations.filter(~pl.col("defines")).join(defined.select("id"), on="id", how="anti")
    first = pl.col("file", "line", "was").sort_by("file", "line").first()
    locations = pl.concat([defined, declared]).group_by("id").agg(first, files=pl.col("file").n_unique())
    return tables["symbols"].join(locations, on="id", how="left")


def _pairs(gone: Iterable[Row], come: Iterable[Row]) -> Iterator[tuple[Row, Row]]:
    """Those that went and came as one: by their full names, then by their names and signatures."""
    left_gone, left_come = list(gone), list(come)
    for key in (_name_key, _module_key, _signature_key):
        by_key: dict[Any, tuple[list[Row], list[Row]]] = defaultdict(lambda: ([], []))
        for row in left_gone:
            by_key[key(row)][0].append(row)
        for row in left_come:
            by_key[key(row)][1].append(row)
        paired: set[int] = set()
        for name, (formers, rows) in by_key.items():
            if name is None or len(formers) != len(rows) or (len(rows) > 1 and not _is_numbered(rows[0])):
                continue
            for former, row in zip(sorted(formers, key=_line), sorted(rows, key=_line), strict=True):
                if former["signature"] == row["signature"] or former["file"] == row["file"]:
                    paired |= {id(former), id(row)}
                    yield former, row
        left_gone = [row for row in left_gone if id(row) not in paired]
        left_come = [row for row in left_come if id(row) not in paired]


def _is_numbered(row: Row) -> bool:
    """Whether its id has a number where its name stands more than once: one more above it, and it has another id."""
    return row["kind"] in (Kind.HEADING, Kind.PROPERTY)


def _only_renumbered(former: Row, row: Row) -> bool:
    return _is_numbered(row) and former["file"] == row["file"] and not _details(former, row)


def _line(row: Row) -> tuple[str, int]:
    return row["file"] or "", row["line"] or 0


def _name_key(row: Row) -> tuple[str, ...] | None:
    kind = row["id"].rpartition("/")[0]
    return (kind, row["qualified_name"], row["file"] or "") if _is_numbered(row) else (kind, row["qualified_name"])


def _module_key(row: Row) -> tuple[str, str] | None:
    return (Kind.MODULE, row["file"]) if row["kind"] == Kind.MODULE and row["file"] else None


def _signature_key(row: Row) -> tuple[str, str] | None:
    if row["kind"] not in _MAY_MOVE or not row["signature"]:
        return None
    return row["id"].rpartition("%40")[0], row["signature"]


def _make_change(old_row: Row, row: Row, renamed: set[str]) -> SymbolChange:
    details = _details(old_row, row)
    names = {name for name, *_ in details}
    if old_row["file"] != row["file"]:
        return _change("moved", old_row, row, details)
    if "qualified name" in names:
        return _change("renamed", old_row, row, details, with_file=row["file"] in renamed)
    return _change("signature" if names & set(_DECLARED) or not names else "documentation", old_row, row, details)


def _find_changes(before: pl.DataFrame, after: pl.DataFrame, renamed: set[str]) -> Iterator[SymbolChange]:
    """Symbols of both graphs that say something else, or stand in another file."""
    columns = (*_DECLARED, *_ALSO, "file", "line", "was", "files")
    both = after.join(before.select("id", *(pl.col(c).alias(f"former {c}") for c in columns)), on="id")
    differs = pl.any_horizontal(pl.col(c).ne_missing(pl.col(f"former {c}")) for c in (*_DECLARED, *_ALSO))
    moved = (pl.col("files") == 1) & (pl.col("former files") == 1) & (pl.col("file") != pl.col("former file"))
    for row in both.filter(differs | (moved & (pl.col("kind") != Kind.NAMESPACE))).rows(named=True):
        old_row = {"id": row["id"]} | {c: row[f"former {c}"] for c in columns}
        details = _details(old_row, row)
        names = {name for name, *_ in details}
        elsewhere = row["files"] == row["former files"] == 1 and row["file"] != old_row["file"]
        if names & set(_DECLARED):
            yield _change("signature", old_row, row, details)
        elif elsewhere and row["kind"] != Kind.NAMESPACE:
            yield _change("moved", old_row, row, details)
        elif "qualified name" in names:
            yield _change("renamed", old_row, row, details, with_file=row["file"] in renamed)
        elif names:
            yield _change("documentation", old_row, row, details)


def _details(former: Row, row: Row) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (name.replace("_", " "), _text(former[name]), _text(row[name]))
        for name in (*_DECLARED, *_ALSO)
        if former[name] != row[name]
    )


def _text(value: str | list[str] | None) -> str:
    return ", ".join(value) if isinstance(value, list) else value or ""


def _change(
    what: Any, old_row: Row, row: Row, details: tuple[tuple[str, str, str], ...], *, with_file: bool = False
) -> SymbolChange:
    return SymbolChange(
        what,
        row["kind"],
        row["qualified_name"],
        row["signature"] or "",
        _place(row),
        old_row["qualified_name"],
        old_row["signature"] or "",
        _place(old_row),
        details,
        with_file,
    )


def _lone(what: Any, row: Row, files: frozenset[str], members: int, *, nested: bool) -> SymbolChange:
    signature, place, with_file = row["signature"] or "", _place(row), row["file"] in files
    name = row["qualified_name"]
    change = SymbolChange(what, row["kind"], name, signature, place, "", "", None, (), with_file, nested, members)
    if what == "added":
        return change
    return replace(change, signature="", place=None, former_name=name, former_signature=signature, former_place=place)


def _outermost(ids: set[str], edges: pl.DataFrame) -> dict[str, str]:
    """For those that are members of others of them: the outermost of these."""
    inside = edges.filter((pl.col("kind") == "contains") & pl.col("target").is_in(ids) & pl.col("source").is_in(ids))
    owner = dict(inside.sort("target", "source").select("target", "source").rows())
    outermost = {}
    for node in owner:
        outer, seen = owner[node], {node}
        while outer in owner and outer not in seen:
            seen.add(outer)
            outer = owner[outer]
        outermost[node] = outer
    return outermost


def _place(row: Row) -> FileLine | None:
    return FileLine(display_name(row["was"]), row["line"]) if row["was"] is not None else None


_SEQUENCE = ("signature", "added", "removed", "moved", "renamed", "documentation")


def _order(change: SymbolChange) -> tuple[int, str, int, str, str]:
    place = change.place or change.former_place
    where = (place.path, place.line) if place else ("", 0)
    return _SEQUENCE.index(change.what), *where, change.name, change.signature + change.former_signature
