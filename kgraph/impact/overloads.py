"""What a call of C or C++ may mean beside the overload that the graph names for it.

Input: nodes and uses. Output: edges. Where arguments do not tell overloads apart, as in `step(T{}, n)`, of which each
`T` has one, the graph names the likeliest. The others of the same name and scope that take as many parameters are as
possible: which one is called is decided where the template is instantiated.
"""

from __future__ import annotations

import polars as pl

from kgraph.assemble.cpp.type_text import arguments
from kgraph.assemble.evidence import CppEvidence
from kgraph.impact.dependences import FUNCTIONS, DependenceEdges, Nodes, edges

MAX_OVERLOADS = 20  # of one name; of more, the one that the graph names is followed alone


def make_overload_edges(nodes: Nodes, uses: pl.DataFrame) -> DependenceEdges:
    """The edges; `uses` has the columns kind, dependent, dependency, file, line, evidence and sure."""
    calls = uses.filter((pl.col("kind") == "Call") & (pl.col("evidence") == CppEvidence.ONE_OVERLOAD))
    chosen = nodes.symbol_rows.select("kind", "name", "qualified_name", "signature").with_row_index("n", nodes.files)
    functions = chosen.filter(pl.col("kind").is_in(list(FUNCTIONS))).with_columns(node=pl.col("n").cast(pl.Int64))
    named = functions.filter(pl.col("node").is_in(calls["dependency"].unique().implode())).select("qualified_name")
    functions = functions.join(named.unique(), on="qualified_name", how="semi", maintain_order="left")
    rows = functions.select("node", "name", "signature").iter_rows()
    counts = [(node, _parameters(name, signature or "")) for node, name, signature in rows]
    schema = {"node": pl.Int64, "count": pl.Int64}
    counted = pl.DataFrame(counts, schema=schema, orient="row").filter(pl.col("count") >= 0)
    sets = functions.select("node", "qualified_name").join(counted, on="node")
    sets = sets.filter(pl.len().over("qualified_name", "count").is_between(2, MAX_OVERLOADS))
    found = (
        calls.join(sets, left_on="dependency", right_on="node")
        .join(sets, on=["qualified_name", "count"])
        .filter((pl.col("node") != pl.col("dependency")) & (pl.col("node") != pl.col("dependent")))
        .select("dependent", "file", "line", "sure", dependency="node")
    )
    return edges("may call the overload", found, pl.col("sure"))


def _parameters(name: str, signature: str) -> int:
    """How many parameters a function declares; -1 where its signature does not tell."""
    _, _, behind = signature.partition(f"{name}(")
    depth = 1
    for place, sign in enumerate(behind):
        depth += (sign in "([{") - (sign in ")]}")
        if not depth:
            return len(arguments(behind[:place]))
    return -1
