"""The rule `acyclic`: no file, or folder, needs itself through others.

Input: a rule and a graph. Output: a violation per cycle, at the directive that leads from its first file to its second.
Of the many cycles in a knot, those are reported that are a shortest way back for one of their files: breaking these
breaks the knot.
"""

from __future__ import annotations

import polars as pl

from kgraph.rules import rule_schema
from kgraph.rules.edges import RuleContext
from kgraph.rules.graph_paths import Chains
from kgraph.rules.violations import RuleResult, Violation


def acyclic(form: rule_schema.Acyclic, context: RuleContext) -> RuleResult:
    """Cycles of files, or of folders."""
    within = context.matching(form.within, "within")
    context.depends_on_edges(form, within, within)
    inside = within.implode()
    edges = context.edges(form).filter(
        (pl.col("choices") == 0) & ~pl.col("computed") & pl.col("from").is_in(inside) & pl.col("to").is_in(inside)
    )
    if form.of == "folders":
        edges = edges.with_columns(a=_folder("from_path", form.depth), b=_folder("to_path", form.depth))
        edges = edges.filter(pl.col("a") != pl.col("b"))
    else:
        edges = edges.with_columns(a="from_path", b="to_path")
    edges = edges.sort("from_path", "line")
    locations = {
        (row[0], row[1]): row[2:] for row in reversed(edges.select("a", "b", "from", "from_path", "line").rows())
    }
    violations = []
    cycles = Chains(edges["a"], edges["b"]).cycles()
    if cycles.passed:
        context.notes.append(f"{context.where}: cycles of {cycles.passed:,} more {form.of} were not looked for")
    for cycle in cycles.found:
        node, path, line = locations[cycle[0], cycle[1 % len(cycle)]]
        way = " → ".join([*cycle, cycle[0]])
        message = "includes itself" if len(cycle) == 1 else f"a cycle of {len(cycle)} {form.of}: {way}"
        violations.append(Violation(form.name, node, path, line, message, way))
    return RuleResult(violations, context.notes, context.undecided)


def _folder(column: str, depth: int) -> pl.Expr:
    # By a pattern: with polars 1.37 a list cut to a computed length has no type in a frame without rows.
    steps = f"{{1,{depth}}}" if depth else "+"
    name = pl.col(column).str.extract(f"^((?:[^/]*/){steps})").str.strip_suffix("/").fill_null("")
    return pl.when(name == "").then(pl.lit(".")).otherwise(name)
