"""Ways through the graph: shortest chains from some nodes to others, and cycles.

Input: edges as two columns of ids. Output: lists of ids. Walks are done on numbers by scipy; equal edges give equal
chains, for nodes are numbered in order and the walk takes the lowest number first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

MAX_STEPS_TOLD = 12  # of one chain: n chains of n steps are a text of n squared
_MAX_STEPS = 2_000_000  # nodes and edges that are looked at in one knot; in PyTorch it is never so many


class Chains:
    """A directed graph to walk in."""

    def __init__(self, sources: pl.Series, targets: pl.Series) -> None:
        edges = pl.DataFrame({"a": sources, "b": targets}).unique()
        self._names: list[str] = pl.concat([edges["a"], edges["b"]]).unique().sort().to_list()
        numbers = pl.DataFrame(
            {"name": self._names, "n": range(len(self._names))}, schema={"name": pl.String, "n": pl.Int32}
        )
        a = edges.join(numbers, left_on="a", right_on="name", maintain_order="left")["n"].to_numpy()
        b = edges.join(numbers, left_on="b", right_on="name", maintain_order="left")["n"].to_numpy()
        size = len(self._names)
        self._matrix = csr_array((np.ones(len(a), np.int8), (a, b)), shape=(size, size))
        self._matrix.sort_indices()

    def shortest(self, sources: set[str], targets: set[str], *, skip: set[str]) -> Iterator[GraphPath]:
        """A shortest chain from each of the sources that reaches a target, by name; none from what is in `skip`."""
        # One walk backwards from a node that stands for all targets: each node's predecessor is its next step.
        size = len(self._names)
        ends = [number for number, name in enumerate(self._names) if name in targets]
        if not ends:
            return
        back = self._matrix.T.tocoo()
        rows = np.concatenate([back.row, np.full(len(ends), size)])
        columns = np.concatenate([back.col, ends])
        matrix = csr_array((np.ones(len(rows), np.int8), (rows, columns)), shape=(size + 1, size + 1))
        matrix.sort_indices()
        order, steps = breadth_first_order(matrix, size, directed=True)
        following: list[int] = steps.tolist()
        ends_at = [-1] * size  # the target that a node's chain leads to, and in how many steps
        length = [0] * size
        for node in order[1:].tolist():
            after = following[node]
            ends_at[node], length[node] = (node, 0) if after == size else (ends_at[after], length[after] + 1)
        for number, name in enumerate(self._names):
            if name in sources and name not in targets and name not in skip and length[number]:
                told = [number]
                while len(told) <= min(length[number], MAX_STEPS_TOLD):
                    told.append(following[told[-1]])
                told[-1] = ends_at[number]
                left_out = length[number] - len(told) + 1
                yield GraphPath([self._names[each] for each in told], left_out)

    def cycles(self) -> Cycles:
        """For each node that can come back to itself a shortest way to do so; each cycle once, from its first name."""
        by_members: dict[frozenset[int], list[int]] = {}
        for node in np.flatnonzero(self._matrix.diagonal()):
            by_members[frozenset((int(node),))] = [int(node)]
        _, component = connected_components(self._matrix, directed=True, connection="strong")
        sizes = np.bincount(component, minlength=1)
        nodes, ends = np.argsort(component, kind="stable"), np.cumsum(sizes)
        passed = 0
        for label in np.flatnonzero(sizes > 1):
            members = nodes[ends[label] - sizes[label] : ends[label]]
            knot = self._matrix[members][:, members].tocsr()
            knot.sort_indices()
            into = knot.T.tocsr()
            starts = _starts(knot, into)
            some = starts[: max(1, _MAX_STEPS // (knot.shape[0] + knot.nnz))]
            passed += len(starts) - len(some)
            for start in some:
                cycle = [int(members[each]) for each in _shortest_cycle(knot, into, start)]
                first = cycle.index(min(cycle))
                by_members.setdefault(frozenset(cycle), cycle[first:] + cycle[:first])
        return Cycles(sorted([self._names[each] for each in cycle] for cycle in by_members.values()), passed)


def find_reachable(sources: pl.Series, targets: pl.Series, starts: pl.Series) -> pl.Series:
    """The starts and all that edges lead to from them, directly or through others, sorted."""
    edges = pl.DataFrame({"a": sources, "b": targets}).unique().group_by("a").agg("b")
    following: dict[str, list[str]] = dict(edges.iter_rows())
    found = dict.fromkeys(starts)
    waiting = list(found)
    while waiting:
        for node in following.get(waiting.pop(), ()):
            if node not in found:
                found[node] = None
                waiting.append(node)
    return pl.Series(sorted(found), dtype=pl.String)


class GraphPath(NamedTuple):
    """A chain by the names of its nodes, the start among them; what is left out stands before the last."""

    names: list[str]
    left_out: int


class Cycles(NamedTuple):
    """Cycles, and for how many nodes of knots too large to search them all none was looked for."""

    found: list[list[str]]
    passed: int


def _starts(knot: csr_array, into: csr_array) -> list[int]:
    """Nodes whose cycles are those of all: a node behind the only way out of another is in the same ones."""
    loops = knot.diagonal() != 0
    comes, goes = np.diff(into.indptr) - loops, np.diff(knot.indptr) - loops
    rows = np.repeat(np.arange(knot.shape[0]), np.diff(into.indptr))
    proper = into.indices != rows
    before = np.zeros(knot.shape[0], np.int64)
    before[rows[proper]] = into.indices[proper]  # the one that counts where there is but one
    starts: list[int] = np.flatnonzero((comes != 1) | (goes[before] != 1)).tolist()
    return starts or [0]


def _shortest_cycle(knot: csr_array, into: csr_array, start: int) -> list[int]:
    order, steps = breadth_first_order(knot, start, directed=True)
    reached = np.empty(knot.shape[0], np.int64)
    reached[order] = np.arange(len(order))
    befores = into.indices[into.indptr[start] : into.indptr[start + 1]]
    befores = befores[befores != start]
    last = int(befores[np.argmin(reached[befores])])
    chain = [last]
    while chain[-1] != start:
        chain.append(int(steps[chain[-1]]))
    return chain[::-1]
