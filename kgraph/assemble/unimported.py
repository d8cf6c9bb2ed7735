"""Files that need another one without a statement that says so.

Input: the resolved uses, and the edges between files and locations of symbols. Output: edges `needs`.

In languages whose names are seen in a whole package, namespace or target, or by a full name, a file depends on others
that it does not import, as those of one module of Terraform do; in those that re-export names, on files behind the ones
that it imports. Overrides and
interfaces that a type happens to satisfy are left out, for no line of such a file names the other one. So are C, C++
and Python, where a name is only seen by way of what is included or imported.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from kgraph.assemble.evidence import ScopedEvidence
from kgraph.scoped_languages import SCOPED_LANGUAGES
from kgraph.vocab.tables import EDGE_COLUMNS, EDGES, NAMING_USES, schema

TERRAFORM = "HCL"
_MAX_DEFINING = 10  # files that define one symbol: of more, as a namespace has, none is meant
_LEAST_CONFIDENCE = 0.9


def needs_edges(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The edges, of the tables of a graph: from a file to each that defines what it uses, and that no include or import
    of it leads to."""
    scoped = tables["files"].filter(pl.col("language").is_in([*SCOPED_LANGUAGES, TERRAFORM])).select(pl.col("id"))
    if scoped.is_empty():
        return pl.DataFrame(schema=schema(EDGES))
    used = (
        tables["uses"]
        .filter(
            pl.col("kind").is_in(list(NAMING_USES)),
            pl.col("confidence").fill_null(1) >= _LEAST_CONFIDENCE,
            pl.col("evidence").fill_null("") != ScopedEvidence.METHOD_SET,
        )
        .join(scoped, left_on="file", right_on="id", how="semi")
        .select("file", "to")
        .unique()
    )
    if used.is_empty():
        return pl.DataFrame(schema=schema(EDGES))
    edges = tables[EDGES]
    defined = (
        edges.filter(pl.col("kind") == "definition")
        .join(used, left_on="source", right_on="to", how="semi")
        .join(tables["locations"].select("id", home="file"), left_on="target", right_on="id")
        .select(to="source", target="home")
        .unique()
        .filter(pl.len().over("to") <= _MAX_DEFINING)
        .join(scoped, left_on="target", right_on="id", how="semi")
    )
    pairs = used.join(defined, on="to").select(source="file", kind=pl.lit("needs"), target="target").unique()
    stated = edges.filter(pl.col("kind").is_in(["includes", "imports"])).select("source", "target")
    return (
        pairs.filter(pl.col("source") != pl.col("target"))
        .join(stated, on=["source", "target"], how="anti")
        .select(EDGE_COLUMNS)
    )
