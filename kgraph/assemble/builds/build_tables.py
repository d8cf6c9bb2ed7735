"""The tables and edges of builds and packages.

Input: a `BuildGraph`, symbols with their ids, and the imports. Output: `PackageTables`, and the edges of targets.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from kgraph.assemble.builds.build_graph import BuildGraph
from kgraph.assemble.builds.packages import PackageTables, package_tables
from kgraph.assemble.file_index import FileIndex
from kgraph.assemble.file_tables import make_frame
from kgraph.assemble.include_table import IncludeTables
from kgraph.model import FileFacts
from kgraph.vocab.tables import EDGES


def build_tables(
    builds: BuildGraph, index: FileIndex, symbols: pl.DataFrame, first_rows: Sequence[int], includes: IncludeTables
) -> tuple[PackageTables, pl.DataFrame]:
    """The packages with their edges, and the edges of targets; `symbols` are all facts of symbols, with their ids."""

    def make() -> PackageTables:
        imports = includes.edges.filter(pl.col("kind") == "imports").join(
            includes.externals.select(target="id", spelling="spelling"), on="target"
        )
        return package_tables(index, imports)

    stated = [(n, fact.build) for n, fact in enumerate(index.facts) if isinstance(fact, FileFacts) and fact.build]
    packages = index.kept.get_or_make("packages", (index.lay, stated, includes), make)
    ids = builds.symbol_ids(symbols, first_rows)
    edges = builds.edges(ids, index.ids)
    linked = builds.package_links(packages.packages["id"].to_list())
    edges += ((ids[builds.targets[key]], "linksAgainst", package) for key, package in linked)
    return packages, make_frame(EDGES, edges)
