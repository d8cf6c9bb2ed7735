"""What the notebooks share: which graph they read, how a table looks, how a plot looks.

`KGRAPH_GRAPH` names the graph (its folder, or its repository); without it, it is the graph of the folder above.
`KGRAPH_REPO` names the repository, for what git is asked; without it, it is the folder that holds the graph.
"""

from __future__ import annotations

import html
import os
import subprocess
from pathlib import Path

import matplotlib.pyplot as plt
import polars as pl
from IPython.display import HTML

import kgraph

plt.rcParams.update({"figure.dpi": 110, "font.size": 9, "axes.spines.top": False, "axes.spines.right": False})

# A partial clone must not fetch what it lacks, file by file: what it lacks is told instead.
os.environ |= {"GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "file"}

# Told apart by people who see no red or no green.
BLUE, ORANGE, RED, GREEN, BROWN, GREY = "#2d5b8a", "#e69f00", "#c0392b", "#009e73", "#8a6d3b", "#8b95a5"


def thousands(value: float, _: object = None) -> str:
    """A tick of an axis: 12,000."""
    return f"{abs(value):,.0f}"


def open_graph() -> kgraph.KGraph:
    """The graph that the notebook is about."""
    return kgraph.open(os.environ.get("KGRAPH_GRAPH", ".."))


def repository(graph: kgraph.KGraph) -> Path:
    """The folder in which git knows the history of the graph's files."""
    return Path(os.environ.get("KGRAPH_REPO", graph.path.parent))


def git(root: Path, *words: str) -> str:
    """What git says of a repository; nothing where it cannot."""
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, check=False)
    return done.stdout.decode("utf-8", "surrogateescape") if done.returncode == 0 else ""


def show(frame: pl.DataFrame, rows: int = 20) -> HTML:
    """The first rows of a table: numbers to the right, all else to the left, nothing cut."""
    right = {name for name, dtype in frame.schema.items() if dtype.is_numeric()}

    def cell(tag: str, name: str, value: object) -> str:
        text = "" if value is None else f"{value:,}" if name in right and isinstance(value, int) else str(value)
        side = "right" if name in right else "left"
        return f'<{tag} style="text-align: {side}">{html.escape(text)}</{tag}>'

    lines = ["<tr>" + "".join(cell("th", name, name) for name in frame.columns) + "</tr>"]
    for row in frame.head(rows).iter_rows(named=True):
        cells = (cell("td", name, value) for name, value in row.items())
        lines += ("<tr>", *cells, "</tr>")
    if frame.is_empty():
        lines.append(f'<tr><td colspan="{frame.width}" style="text-align: left">(none)</td></tr>')
    if len(frame) > rows:
        lines.append(
            f'<tr><td colspan="{frame.width}" style="text-align: left">… and {len(frame) - rows:,} more</td></tr>'
        )
    return HTML("<table>" + "".join(lines) + "</table>")
