"""What Python calls without being named: when a class is made, and when a module is asked for a name.

Input: nodes, uses. Output: edges from the code that makes a class to the methods of its metaclass and to what its bases
do with each class derived from them, and from a module to its `__getattr__`. A class of a function is made by that
function, any other by its module, when that is imported.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from kgraph.impact.dependences import FUNCTIONS, DependenceEdges, Nodes, edges
from kgraph.model import Kind

_METACLASS = r"metaclass=(?:[\w.]*\.)?(\w+)"
_OF_METACLASSES = ("__new__", "__init__", "__prepare__")
_OF_BASES = ("__init_subclass__",)
_OF_MODULES = ("__getattr__",)


def make_implicit_call_edges(nodes: Nodes, uses: pl.DataFrame) -> list[DependenceEdges]:
    """The edges; `uses` has the columns kind, dependent, dependency, file and line, as numbers."""
    symbols = nodes.symbol_rows.select("kind", "name", "signature").with_row_index("node", nodes.files)
    symbols = symbols.select(pl.col("node").cast(pl.Int64), "kind", "name", "signature")
    symbols = symbols.with_columns(home=pl.Series(nodes.home[nodes.files :], dtype=pl.Int64))
    symbols = symbols.filter(pl.col("home").is_in(np.flatnonzero(nodes.is_python)))
    classes = symbols.filter(pl.col("kind") == str(Kind.CLASS)).select("node", "name", "signature")
    members = nodes.contains.join(classes.select(source="node"), on="source")
    members = members.join(symbols.select(target="node", member="name"), on="target")
    derived = uses.filter(pl.col("kind") == "Inheritance").select(cls="dependent", base="dependency").unique()
    named = uses.filter(pl.col("kind") == "Reference").select(cls="dependent", made_by="dependency").unique()
    direct = (
        classes.select(cls="node", name=pl.col("signature").str.extract(_METACLASS))
        .drop_nulls()
        .join(named, on="cls")
        .join(classes.select(made_by="node", name="name"), on=["made_by", "name"])
        .select("cls", "made_by")
    )
    methods = members.select(made_by="source", dependency="target", member="member")
    by_metaclass = _inherit_makers(direct, derived).join(
        methods.filter(pl.col("member").is_in(list(_OF_METACLASSES))), on="made_by"
    )
    by_base = _inherit_makers(derived.select("cls", made_by="base"), derived).join(
        methods.filter(pl.col("member").is_in(list(_OF_BASES))), on="made_by"
    )
    made = pl.concat([by_metaclass, by_base]).select("cls", "dependency").unique(maintain_order=True)
    outer = symbols.filter(pl.col("name").is_in(list(_OF_MODULES)) & (pl.col("kind") == str(Kind.FUNCTION)))
    modules = nodes.frame.filter(pl.col("kind") == str(Kind.MODULE))["node"].cast(pl.Int64)
    asked = outer.join(
        nodes.contains.filter(pl.col("source").is_in(modules.implode())), left_on="node", right_on="target"
    )
    asked = asked.select(dependency="node", dependent="home", file="home")
    asked = asked.with_columns(line=pl.Series(nodes.line[asked["dependency"].to_numpy()], dtype=pl.Int64))
    return [edges("makes a class by", _makers(nodes, made)), edges("looks names up by", asked)]


def _inherit_makers(direct: pl.DataFrame, derived: pl.DataFrame) -> pl.DataFrame:
    """Classes with what makes them, that of their bases too: cls, made_by."""
    found = direct.unique().sort("cls", "made_by")
    new = found
    while new.height:
        new = derived.join(new.rename({"cls": "base"}), on="base").select("cls", "made_by").unique()
        new = new.join(found, on=["cls", "made_by"], how="anti").sort("cls", "made_by")
        found = pl.concat([found, new])
    return found


def _makers(nodes: Nodes, made: pl.DataFrame) -> pl.DataFrame:
    """Rows of edges from the code that makes each class: the function around it, or else its module."""
    around = dict(nodes.contains.select("target", "source").iter_rows())
    rows = []
    for cls, dependency in made.select("cls", "dependency").iter_rows():
        maker = around.get(cls, -1)
        while maker >= nodes.files and nodes.kinds[maker] == Kind.CLASS:
            maker = around.get(maker, -1)
        home = int(nodes.home[cls])
        function = maker >= nodes.files and nodes.kinds[maker] in FUNCTIONS
        rows.append((maker if function else home, dependency, home, int(nodes.line[cls])))
    columns = ("dependent", "dependency", "file", "line")
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.Int64), orient="row").filter(pl.col("file") >= 0)
