"""Shipped queries that ask for cycles or closures of all files at once, answered set-wise.

Input: a store and the text of a query. Output: the text of a query with the same answer, which the engine has but to
sort; or the text as it was, which is any other query's.

`?file kg:includes+ ?file` makes the engine walk from each file through all that it reaches: the square of a ring of
includes, where components of a graph take one walk. The queries stay what they are, files that any engine answers; a
test holds each twin that stands here to the answer of its query.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from pyoxigraph import Literal, NamedNode, QueryResultsFormat, QuerySolutions

from kgraph.digraph import Condensation
from kgraph.query.engine import SparqlEngine
from kgraph.query.library import load_shipped
from kgraph.vocab import PREFIXES

if TYPE_CHECKING:
    from numpy.typing import NDArray


def rewritten(store: SparqlEngine, name: str, text: str) -> str:
    """A text with the same answer as `text`, which is that of the query `name`, if that is what kgraph ships."""
    return TWINS[name](store) if text == _load_shipped_text(name) else text


@cache
def _load_shipped_text(name: str) -> str:
    return load_shipped(name).text


def _include_cycles(store: SparqlEngine) -> str:
    files = _Files(store, "includes")
    rows = ((files.paths[a], files.paths[b]) for a, b in files.edges[files.closes_a_circle].tolist())
    return _values("SELECT ?file ?includes", "?file ?includes", rows, "?file ?includes")


def _import_cycles(store: SparqlEngine) -> str:
    files = _Files(store, "imports")
    inside = np.unique(files.edges[files.closes_a_circle])
    return _values("SELECT ?file", "?file", ((files.paths[each],) for each in inside.tolist()), "?file")


def _heaviest_includes(store: SparqlEngine) -> str:
    files = _Files(store, "includes")
    own = np.array([-1 if lines is None else lines for lines in files.lines], dtype=np.int64)
    counted, lines = (own >= 0).astype(np.int64), np.maximum(own, 0)
    reached, total = files.graph.reach(counted, lines)
    again = np.zeros(len(own), dtype=np.bool_)  # what comes back to a file in a circle
    again[files.edges[files.closes_a_circle].ravel()] = True
    reached, total = reached + counted * again, total + lines * again
    rows = ((files.paths[n], int(reached[n]), int(total[n])) for n in np.flatnonzero(reached).tolist())
    return _values("SELECT ?file ?files ?lines", "?file ?files ?lines", rows, "DESC(?lines) ?file")


def _weights(store: SparqlEngine) -> str:
    files = _Files(store, "includes", "imports", "needs")
    own = np.array([lines or 0 for lines in files.lines], dtype=np.int64)
    counts, lines = files.graph.reach(np.ones_like(own), own)
    return _render_count("?lines", files, counts, lines)


def _dependents(store: SparqlEngine) -> str:
    files = _Files(store, "includes", "imports", "needs")
    units = pl.Series(files.paths, dtype=pl.String).str.contains(r"\.(c|cc|cpp|cxx|cu|m|mm)$").cast(pl.Int64).to_numpy()
    counts, compiled = files.graph.reverse().reach(np.ones_like(units), units)
    return _render_count("?units", files, counts, compiled)


def _render_count(name: str, files: _Files, counts: NDArray[np.int64], sums: NDArray[np.int64]) -> str:
    rows = ((files.paths[n], files.nodes[n], int(counts[n]), int(sums[n])) for n in np.flatnonzero(counts).tolist())
    return _values(f"SELECT ?path ?file ?files {name}", f"?path ?file ?files {name}", rows, "?path")


TWINS: dict[str, Callable[[SparqlEngine], str]] = {
    "include-cycles": _include_cycles,
    "import-cycles": _import_cycles,
    "heaviest-includes": _heaviest_includes,
    "pages/weights": _weights,
    "pages/dependents": _dependents,
}


class _Files:
    """The files of a graph, and the edges of some kinds between them."""

    def __init__(self, store: SparqlEngine, *kinds: str) -> None:
        files = _ask(
            store,
            "SELECT ?node ?path ?lines WHERE { ?node a kg:File ; kg:path ?path OPTIONAL { ?node kg:lines ?lines } }",
        )
        edges = _ask(store, f"SELECT ?a ?b WHERE {{ ?a {'|'.join('kg:' + kind for kind in kinds)} ?b }}")
        files = files.with_columns(pl.col("lines").cast(pl.Int64)).sort("path").with_row_index("number")
        numbers = files.select("node", pl.col("number").cast(pl.Int64))
        joined = edges.join(numbers.rename({"node": "a", "number": "from"}), on="a").join(
            numbers.rename({"node": "b", "number": "to"}), on="b"
        )
        self.paths: list[str] = files["path"].to_list()
        self.nodes = [NamedNode(node) for node in files["node"]]
        self.lines: list[int | None] = files["lines"].to_list()
        self.edges: NDArray[np.int64] = joined.select("from", "to").to_numpy().reshape(-1, 2)
        self.graph = Condensation.of(len(self.paths), self.edges[:, 0], self.edges[:, 1])

    @property
    def closes_a_circle(self) -> NDArray[np.bool_]:
        """Which edges lead to a file that leads back."""
        result: NDArray[np.bool_] = self.graph.component[self.edges[:, 0]] == self.graph.component[self.edges[:, 1]]
        return result


def _ask(store: SparqlEngine, text: str) -> pl.DataFrame:
    solutions = store.query(text, prefixes=PREFIXES)
    assert isinstance(solutions, QuerySolutions)  # noqa: S101 - it is a SELECT
    # The engine writes a million rows as text in the time in which Python takes a tenth of them one by one.
    return pl.read_csv(io.BytesIO(solutions.serialize(format=QueryResultsFormat.CSV) or b""), infer_schema=False)


def _values(select: str, variables: str, rows: Iterable[tuple[str | int | NamedNode, ...]], order: str) -> str:
    values = "\n".join("(" + " ".join(map(_render_term, row)) + ")" for row in rows)
    return f"{select} WHERE {{ VALUES ({variables}) {{ {values} }} }} ORDER BY {order}"


def _render_term(value: str | int | NamedNode) -> str:
    return str(value if isinstance(value, NamedNode) else Literal(value))
