"""What runs in C++ without being named: constructors and destructors of bases and of fields.

Input: nodes, uses, signatures. Output: edges from a class to the constructors and destructors that run whenever one is
made or ended: those of its bases, and of the classes of its fields, where a field holds an instance itself, not a
pointer or a reference. The class of a field is the one of that name in the nearest scope around, or the only one of
that name; where several are as near there is no edge.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import polars as pl

from kgraph.impact.dependences import TYPES, DependenceEdges, Nodes, edges
from kgraph.model import Kind

VALUE = (  # the type of what holds an object itself, at the start of its declaration
    r"^(?:(?:const|mutable|static|inline|volatile|thread_local|struct|class|alignas\([^)]*\))\s+)*"
    r"((?:\w+::)*\w+)(?:<.*>)?(?:\s+const)?\s+"  # no "*" or "&" in it
)
_FIELD = VALUE + r"\w+\s*(?:$|[\[{=;:]|[A-Z_]+\()"


def make_construction_edges(nodes: Nodes, uses: pl.DataFrame) -> list[DependenceEdges]:
    """The edges; `uses` has the columns kind, dependent, dependency, file and line, as numbers."""
    native = np.flatnonzero(nodes.is_native)
    home = nodes.home
    here = nodes.frame.select(pl.col("node").cast(pl.Int64), "kind", "name", "qualified_name")
    here = here.with_columns(home=pl.Series(home)).filter(pl.col("home").is_in(native))
    types = here.filter(pl.col("kind").is_in(list(TYPES)))
    special = here.filter(pl.col("kind").is_in([Kind.CONSTRUCTOR, Kind.DESTRUCTOR])).select("node", "kind")
    members = nodes.contains.join(types.select(source="node"), on="source")
    made = members.join(special, left_on="target", right_on="node").select(
        cls="source", dependency="target", kind="kind"
    )
    numbers = made["dependency"].to_numpy()
    own = made.rename({"cls": "dependent"}).with_columns(
        file=pl.Series(home[numbers], dtype=pl.Int64), line=pl.Series(nodes.line[numbers], dtype=pl.Int64)
    )
    bases = uses.filter((pl.col("kind") == "Inheritance") & pl.col("file").is_in(native)).drop("kind")
    bases = bases.rename({"dependency": "cls"}).join(made.drop("kind"), on="cls")
    fields = _fields(nodes, members, types)
    implied = pl.concat([made.drop("kind"), fields.select("cls", dependency="cls").unique(maintain_order=True)])
    fields = fields.join(implied, on="cls")
    is_constructor = pl.col("kind") == str(Kind.CONSTRUCTOR)
    called = uses.filter(pl.col("kind") == "Call")["dependency"].unique()
    is_known = pl.col("dependency").is_in(called.implode()) & (pl.len().over("dependent", "kind") > 1)
    return [
        edges("holds the constructor", own.filter(is_constructor & ~is_known)),
        edges("holds one of its constructors", own.filter(is_constructor & is_known)),
        edges("holds the destructor", own.filter(~is_constructor)),
        edges("makes its base", bases.select("dependent", "dependency", "file", "line")),
        edges("makes its field", fields.select("dependent", "dependency", "file", "line")),
    ]


def _fields(nodes: Nodes, members: pl.DataFrame, types: pl.DataFrame) -> pl.DataFrame:
    """Classes with the classes of which they hold instances: dependent, cls, file, line."""
    by_name = classes_by_name(types)
    is_static = pl.col("modifiers").list.contains("static").fill_null(value=False)  # which no instance holds
    held = nodes.symbols((pl.col("kind") == str(Kind.FIELD)) & ~is_static).select(
        pl.col("node").cast(pl.Int64), "qualified_name", spelled=pl.col("signature").str.extract(_FIELD)
    )
    held = held.drop_nulls("spelled").join(members.rename({"target": "node"}), on="node")
    rows = []
    for node, qualified, spelled, owner in held.select("node", "qualified_name", "spelled", "source").iter_rows():
        cls = nearest_class(by_name.get(spelled.rpartition("::")[2], {}), spelled, qualified)
        if cls >= 0 and cls != owner:
            rows.append((owner, cls, int(nodes.home[node]), int(nodes.line[node])))
    columns = ("dependent", "cls", "file", "line")
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.Int64), orient="row")


def classes_by_name(types: pl.DataFrame) -> dict[str, dict[str, list[int]]]:
    """Nodes of classes by name and qualified name."""
    by_name: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for node, name, qualified in types.select("node", "name", "qualified_name").iter_rows():
        by_name[name][qualified].append(node)
    return by_name


def nearest_class(candidates: dict[str, list[int]], spelled: str, around: str) -> int:
    """The class that a name means in a scope; -1 where that is not sure."""
    scope = around
    while scope:
        scope = scope.rpartition("::")[0]
        found = candidates.get(f"{scope}::{spelled}" if scope else spelled, [])
        if found:
            return found[0] if len(found) == 1 else -1
    every = [
        node for name, nodes in candidates.items() if name == spelled or name.endswith(f"::{spelled}") for node in nodes
    ]
    return every[0] if len(every) == 1 else -1
