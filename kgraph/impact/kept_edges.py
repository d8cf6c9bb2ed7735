"""What is made of a graph before a change is asked for, kept with the graph: its edges.

Input: a generation. Output: edges as the code of today would make them, out of the generation's folder; none where
other code, or another version, made them. Where nothing can be written, nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import polars as pl

from kgraph.code_digest import code_digest
from kgraph.impact.dependences import COLUMNS, Dependences, Nodes
from kgraph.store.kept_table import KeptTable
from kgraph.version import __version__

EDGES_FOLDER = "impact-edges"
_PACKAGES = ("kgraph.impact", "kgraph.relate")  # whose code decides what the edges are


@cache
def _code() -> str:
    """Names the code that makes edges."""
    return code_digest(_PACKAGES, about=f"{__version__} {pl.__version__}")[:16]


def load_edges(nodes: Nodes, generation: Path | None, make: Callable[[], Dependences]) -> Dependences:
    """The edges of a graph, kept ones where there are any; else they are made, and kept."""
    if generation is None:
        return make()
    table = KeptTable(EDGES_FOLDER, "edges.parquet", {"code": _code(), "nodes": nodes.frame.height})
    kept = table.load(generation)
    if kept is not None and set(kept.columns) == set(COLUMNS):
        return Dependences.of_sorted(nodes, {name: kept[name].to_numpy() for name in COLUMNS})
    made = make()
    _save(table, generation, pl.DataFrame({name: getattr(made, name) for name in COLUMNS}))
    return made


def _save(table: KeptTable, generation: Path, frame: pl.DataFrame) -> None:
    try:
        table.save(generation, frame)
    except OSError:
        return  # of another user, or no room: it is made again the next time
