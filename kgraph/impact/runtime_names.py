"""What is found by a name while a program runs, and what it is registered with: commands, views, modules, scripts.

Input: nodes and uses. Output: the ends of edges. What a decorator belongs to, as the group of a command, hands on to
what it decorates. Who names a command wherever it uses the group runs that one and no other, so that what such a group
hands on to is an edge of each of its other users.
"""

from __future__ import annotations

import polars as pl

from kgraph.assemble.evidence import PythonEvidence
from kgraph.impact.dependences import DependenceEdges, Nodes, edges
from kgraph.model import Kind

_EVIDENCE = (  # of literals that name what a program finds while it runs
    *(PythonEvidence.COMMAND_NAME, PythonEvidence.ADDRESS, PythonEvidence.ROUTE_NAME),
    *(PythonEvidence.MODULE_NAME, PythonEvidence.SCRIPT_NAME),
)
IS_BY_NAME = pl.col("evidence").is_in(list(_EVIDENCE)).fill_null(value=False)


def run_by_name(nodes: Nodes, rows: pl.DataFrame) -> pl.DataFrame:
    """Those of some uses that are by such a name: to run a module is to run the code of its file."""
    rows = rows.filter(IS_BY_NAME)
    modules = nodes.frame.filter(pl.col("kind") == str(Kind.MODULE))["node"].cast(pl.Int64)
    files = pl.DataFrame(
        {"dependency": modules, "code": pl.Series(nodes.home[modules.to_numpy()], dtype=pl.Int64)}
    ).filter(pl.col("code") >= 0)
    joined = rows.join(files, on="dependency", how="left", maintain_order="left")
    return joined.with_columns(dependency=pl.coalesce("code", "dependency")).drop("code")


def decorators(nodes: Nodes, uses: pl.DataFrame, top: pl.DataFrame) -> list[DependenceEdges]:
    """What a decorator belongs to, of what it decorates: `cli` of a function below `@cli.command()`."""
    marked = nodes.symbol_rows.with_row_index("node", nodes.files).filter(pl.col("modifiers").list.len() > 0)
    marked = marked.select(pl.col("node").cast(pl.Int64), name="modifiers").explode("name")
    marked = (
        marked.with_columns(pl.col("name").str.extract(r"^@(\w+)\.\w+")).drop_nulls("name").unique(maintain_order=True)
    )
    numbers = marked["node"].to_numpy()
    marked = marked.with_columns(
        file=pl.Series(nodes.home[numbers], dtype=pl.Int64), line=pl.Series(nodes.line[numbers])
    )
    here = marked.join(top.select("name", file="home", dependent="node"), on=["name", "file"])
    named = uses.filter(pl.col("kind").is_in(["Reference", "Call"])).select("file", dependent="dependency").unique()
    named = named.join(top.select("name", dependent="node"), on="dependent")
    elsewhere = marked.join(here.select("node", "name"), on=["node", "name"], how="anti").join(
        named, on=["name", "file"]
    )
    columns = [pl.col("dependent"), pl.col("node").alias("dependency"), pl.col("file"), pl.col("line")]
    found = pl.concat([here.select(columns), elsewhere.select(columns)]).unique().sort("dependency", "dependent")
    of_groups, of_users = _find_by_users(found.filter(pl.col("dependent") != pl.col("dependency")), uses)
    return [edges("decorates", of_groups), edges("runs one of the group", of_users)]


def _find_by_users(found: pl.DataFrame, uses: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What a group decorates, of the group; and where some of its users name what they run of it, of the others."""
    uses = uses.filter(pl.col("kind").is_in(["Reference", "Call"]))
    groups = uses.join(found.select(dependency="dependent").unique(), on="dependency", how="semi")
    of_groups = found.select(group="dependent", run="dependency").unique()
    named = uses.filter(IS_BY_NAME).join(of_groups, left_on="dependency", right_on="run")
    names = named.explode("at_lines").group_by("dependent", dependency="group").agg(names=pl.col("at_lines").n_unique())
    asked = groups.filter(~IS_BY_NAME).group_by("dependent", "dependency").agg(pl.col("at_lines").list.len().sum())
    chosen = asked.join(names, on=["dependent", "dependency"]).filter(pl.col("names") >= pl.col("at_lines"))
    if chosen.is_empty():
        return found, found.clear()
    is_named = pl.col("dependent").is_in(chosen["dependency"].unique().implode())
    others = groups.join(chosen, on=["dependent", "dependency"], how="anti").filter(~IS_BY_NAME)
    others = others.sort("dependent", "file", "line").unique(
        ["dependent", "dependency"], keep="first", maintain_order=True
    )
    handed_on = found.filter(is_named).select(group="dependent", dependency="dependency")
    by_users = others.rename({"dependency": "group"}).join(handed_on, on="group", maintain_order="left")
    by_users = by_users.filter(pl.col("dependent") != pl.col("dependency")).select(found.columns)
    return found.filter(~is_named), by_users
