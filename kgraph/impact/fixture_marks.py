"""Fixtures that a mark names for a whole class or module: `@pytest.mark.usefixtures("shop")`, `pytestmark = ...`.

Input: nodes. Output: the names, and where each mark stands, by file and the qualified name of the class ("" for a
module).
"""

from __future__ import annotations

import re
from collections import defaultdict

import polars as pl

from kgraph.impact.dependences import DATA, Nodes
from kgraph.model import Kind

_USED = re.compile(r"\busefixtures\(([^()]*)\)")
_QUOTED = re.compile(r"""["'](\w+)["']""")
_VARIABLE = "pytestmark"


def fixture_marks(nodes: Nodes) -> dict[tuple[int, str], list[tuple[str, int]]]:
    """By file and class the names of fixtures with the lines of their marks."""
    found: dict[tuple[int, str], list[tuple[str, int]]] = defaultdict(list)
    marked = (pl.col("kind") == str(Kind.CLASS)) & (pl.col("modifiers").list.len() > 0)
    rows = nodes.symbols(marked | (pl.col("kind").is_in(list(DATA)) & (pl.col("name") == _VARIABLE)))
    classes = set(nodes.symbol_rows.filter(pl.col("kind") == str(Kind.CLASS))["qualified_name"])
    for number, kind, qualified, signature, modifiers in rows.select(
        "node", "kind", "qualified_name", "signature", "modifiers"
    ).iter_rows():
        home = int(nodes.home[number])
        if home < 0 or not nodes.is_python[home]:
            continue
        around = qualified.rpartition(".")[0]
        owner = qualified if kind == Kind.CLASS else around if around in classes else ""
        for text in modifiers or () if kind == Kind.CLASS else (signature or "",):
            for used in _USED.findall(text):
                found[home, owner] += [(name, int(nodes.line[number])) for name in _QUOTED.findall(used)]
    return dict(found)
