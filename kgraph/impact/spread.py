"""How far a change reaches: the surest path from what changed to every dependent.

Input: edges, and the certainty of each node that changed. Output: the certainty of each node that is reached, and the
path. The certainty of a path is the product of those of its edges, as each of them must be there for the path to be
one, and they are found one by one; with the smallest of them instead, a path of ten doubtful steps would rank with one
of a single step. Of equally certain paths the shortest is taken.

Each round takes one more step from whatever the round before made surer, so that a limit on the number of steps is
exact, and the work is that of the edges that matter.

What hands on to one of several things (a group of commands, a base of which methods are overridden, a visitor) runs one
of them at a time. How sure it is that it runs what changed follows from how many of them do, so that everything is
followed twice: first to see what does, then with edges of `DISPATCH` made as sure as that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kgraph.impact.dependences import CODES, DISPATCH, Dependences, Numbers

LEAST = 0.02  # what is less certain is not followed
_STEP = 1e-6  # cost of a step beside its certainty
MAX_ROUNDS = 1000


@dataclass
class Spread:
    """What was reached."""

    graph: Dependences
    cost: NDArray[np.float64]  # by node: -log of the certainty, and a little for each step; inf where not reached
    is_limited: bool = False  # in the number of steps
    rounds: list[tuple[Numbers, Numbers]] = field(default_factory=list)  # nodes that a round made surer, and the edges
    edge_certainty: NDArray[np.float64] | None = None  # where it is not that of the graph
    ways: dict[int, Any] = field(default_factory=dict)  # for who follows paths: what was made of that to each node

    def certainty(self, nodes: Numbers) -> NDArray[np.float64]:
        """How sure it is that the change reaches each node; 0 where it does not."""
        result: NDArray[np.float64] = np.exp(-self.cost[nodes])
        return result

    def sure(self, edge: int) -> float:
        """The certainty of one edge."""
        known = self.graph.certainty if self.edge_certainty is None else self.edge_certainty
        return float(known[edge])

    @cached_property
    def last(self) -> dict[int, int]:
        """The last edge of the path to each node that was reached; nothing of what changed."""
        found: dict[int, int] = {}
        for nodes, edges in self.rounds:
            found.update(zip(nodes.tolist(), edges.tolist(), strict=True))
        return found

    def path(self, node: int) -> list[int]:
        """The edges of the path to a node, from what changed; empty for what changed itself."""
        found: list[int] = []
        if not self.is_limited:
            while (edge := self.last.get(node, -1)) >= 0:
                found.append(edge)
                node = int(self.graph.dependencies[edge])
            return found[::-1]
        for nodes, edges in reversed(self.rounds):  # what a later round made surer needs more steps
            place = int(np.searchsorted(nodes, node))
            if place < len(nodes) and nodes[place] == node:
                found.append(int(edges[place]))
                node = int(self.graph.dependencies[edges[place]])
        return found[::-1]


def spread(graph: Dependences, seeds: Mapping[int, float], depth: int | None = None, least: float = LEAST) -> Spread:
    """Follow the edges from nodes that changed, each with its certainty, at most `depth` steps."""
    # What is asked for must not decide how sure things are: the first time, all is followed.
    first = follow(graph, seeds, None, LEAST, graph.certainty)
    dispatched = _weigh_dispatch(first)
    if dispatched is None and depth is None and least <= LEAST:
        return first
    result = follow(graph, seeds, depth, least, graph.certainty if dispatched is None else dispatched)
    result.edge_certainty = dispatched
    return result


def _weigh_dispatch(reach: Spread) -> NDArray[np.float64] | None:
    """The certainties of all edges, those of `DISPATCH` by how much of what each may run was reached; None for none."""
    graph = reach.graph
    found = None
    for name, (none, every, fewest) in DISPATCH.items():
        edges = graph.select_kind(CODES[name])
        reached = reach.certainty(graph.dependencies[edges])
        if not reached.any():
            continue
        of = graph.dependents[edges]
        _, of = np.unique(of, return_inverse=True)
        share = np.bincount(of, weights=reached)[of] / np.maximum(np.bincount(of)[of], fewest)
        found = graph.certainty.copy() if found is None else found
        found[edges] *= none + (every - none) * share
    return found


def follow(
    graph: Dependences, seeds: Mapping[int, float], depth: int | None, least: float, certainty: NDArray[np.float64]
) -> Spread:
    size = graph.nodes.size
    cost = np.full(size, np.inf)
    frontier = np.array(sorted(seeds), dtype=np.int64)
    cost[frontier] = -np.log(np.array([seeds[node] for node in frontier.tolist()], dtype=np.float64))
    result = Spread(graph, cost, depth is not None)
    weights = _STEP - np.log(np.maximum(certainty, 1e-9))
    bound = -np.log(least)
    for _ in range(MAX_ROUNDS if depth is None else depth):
        first, counts = graph.starts[frontier], graph.starts[frontier + 1] - graph.starts[frontier]
        total = int(counts.sum())
        if not total:
            break
        offsets = np.repeat(first - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
        edges = offsets + np.arange(total)
        reached = graph.dependents[edges]
        costs = cost[graph.dependencies[edges]] + weights[edges]
        better = (costs < cost[reached] - _STEP / 2) & (costs <= bound)
        edges, reached, costs = edges[better], reached[better], costs[better]
        order = np.lexsort((edges, costs, reached))
        edges, reached, costs = edges[order], reached[order], costs[order]
        kept = np.ones(len(reached), dtype=np.bool_)
        kept[1:] = reached[1:] != reached[:-1]
        frontier = reached[kept]
        if not len(frontier):
            break
        cost[frontier] = costs[kept]
        result.rounds.append((frontier, edges[kept]))
    return result
