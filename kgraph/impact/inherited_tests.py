"""Tests that a class has from a base, or a file from an import: pytest runs them once more, under that name.

Input: symbols, uses and imports. Output: rows like those of symbols, one for each such test, with the class and the
method that it is. A test that the class defines itself is its own; of several bases the nearest counts, in the order of
the source.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from kgraph.model import Kind

MAX_INHERITED = 50_000  # tests of a repository; of more, those of the first classes are known
MAX_BASES = 50  # of one class, with those of its bases
_PREFIX = "test"
_ID = "inherited/"


@dataclass(frozen=True, slots=True)
class InheritedTests:
    """Tests by id, in the order of `rows`."""

    rows: pl.DataFrame  # columns of the table of symbols
    classes: list[str] = field(default_factory=list)  # ids
    methods: list[str] = field(default_factory=list)
    imported: list[tuple[str, int]] = field(default_factory=list)  # the file, and the line of the import; "" for none


def bases_of(uses: pl.DataFrame, symbols: pl.DataFrame) -> dict[str, list[str]]:
    """By id of each class of Python those of its bases and of theirs, the nearest first."""
    python = symbols.filter((pl.col("kind") == str(Kind.CLASS)) & pl.col("id").str.starts_with("symbol/python/"))
    rows = uses.filter(pl.col("kind") == "Inheritance").select("from", "to").unique()
    rows = rows.join(python.select(**{"from": "id"}, spelled="bases"), on="from")
    rows = rows.join(python.select(to="id", name="name"), on="to").sort("from", "to")
    direct: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for cls, base, spelled, name in rows.select("from", "to", "spelled", "name").iter_rows():
        named = [each.partition("[")[0].rpartition(".")[2] for each in spelled or ()]
        direct[cls].append((named.index(name) if name in named else len(named), base))
    return {cls: _linear(cls, direct) for cls in direct}


def _linear(cls: str, direct: Mapping[str, list[tuple[int, str]]]) -> list[str]:
    """Bases in depth, each where it is met last, as Python orders those of most classes."""
    met: list[str] = []
    waiting = [base for _, base in sorted(direct[cls])][::-1]
    while waiting and len(met) < MAX_BASES:
        met.append(base := waiting.pop())
        waiting += [each for _, each in sorted(direct.get(base, ()))][::-1]
    return list(dict.fromkeys(each for each in reversed(met) if each != cls))[::-1]


def find_inherited_tests(
    symbols: pl.DataFrame, contains: pl.DataFrame, bases: Mapping[str, list[str]], includes: pl.DataFrame
) -> InheritedTests:
    """The tests that classes have from their bases, and files from imports of classes.

    Args:
        symbols: The table.
        contains: The edges of that kind: source and target.
        bases: As `bases_of` gives them.
        includes: The table.
    """
    members: defaultdict[str, dict[str, int]] = defaultdict(dict)
    numbered = symbols.with_row_index("row").filter(
        pl.col("id").str.starts_with("symbol/python/")
        & pl.col("name").str.starts_with(_PREFIX)
        & pl.col("kind").is_in([Kind.METHOD, Kind.FUNCTION])
    )
    rows = contains.join(numbered.select(target="id", name="name", row="row"), on="target")
    for cls, name, row in rows.sort("row").select("source", "name", "row").iter_rows():
        members[cls][name] = row
    ids, names = symbols["id"].to_list(), dict(symbols.select("id", "qualified_name").iter_rows())
    found: list[tuple[str, str, int, tuple[str, int]]] = []
    for cls in sorted(bases):
        own = dict(members.get(cls, ()))
        for base in bases[cls]:
            for name, row in members.get(base, {}).items():
                if own.setdefault(name, row) == row:
                    found.append((cls, name, row, ("", 0)))
    for cls, file, line in _find_imported(symbols, contains, includes):
        for each in reversed([cls, *bases.get(cls, [])]):
            found += [(cls, name, row, (file, line)) for name, row in members.get(each, {}).items()]
    found = list({(cls, name, place): (cls, name, row, place) for cls, name, row, place in found}.values())
    found = found[:MAX_INHERITED]
    taken = symbols[[row for _, _, row, _ in found]].with_columns(
        id=pl.Series([f"{_ID}{place[0]}/{cls}/{name}" for cls, name, _, place in found], dtype=pl.String),
        qualified_name=pl.Series([f"{names[cls]}.{name}" for cls, name, _, _ in found], dtype=pl.String),
        kind=pl.lit(str(Kind.METHOD)),
    )
    return InheritedTests(
        taken, [cls for cls, *_ in found], [ids[row] for _, _, row, _ in found], [place for *_, place in found]
    )


def _find_imported(symbols: pl.DataFrame, contains: pl.DataFrame, includes: pl.DataFrame) -> list[tuple[str, str, int]]:
    """Classes named like tests, files that import them by name, and the line of that."""
    is_class = pl.col("id").str.starts_with("symbol/python/") & (pl.col("kind") == str(Kind.CLASS))
    classes = symbols.filter(is_class & pl.col("name").str.starts_with("Test")).select(cls="id", names="name")
    modules = symbols.filter(pl.col("kind") == str(Kind.MODULE)).select(source="id")
    outer = contains.join(modules, on="source").join(classes, left_on="target", right_on="cls")
    in_files = contains.filter(pl.col("source").str.starts_with("file/")).select(file_of="source", source="target")
    outer = outer.join(in_files, on="source").select("file_of", "names", cls="target")
    named = includes.filter((pl.col("targets").list.len() == 1) & (pl.col("form") == "from"))
    named = named.select("file", "names", line="start_line", file_of=pl.col("targets").list.first()).explode("names")
    rows = named.join(outer, on=["file_of", "names"]).sort("cls", "file", "line")
    rows = rows.unique(["cls", "file"], keep="first", maintain_order=True)
    return list(rows.select("cls", "file", "line").iter_rows())
