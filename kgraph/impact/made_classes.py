"""Whether a test makes the class whose override it may run.

Input: edges, how far a change reaches, tests. Output: factors for the certainty of paths over the step from an override
to the method that it overrides: whoever calls that runs the override only where it is called on an object of that class
or of one derived from it. How sure it is that a test depends on one of these classes is compared with the test that is
surest to: where nothing tells who makes them, all tests are alike, and no path gets less sure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kgraph.impact.dependences import CODES, TYPES, Dependences
from kgraph.impact.spread import Spread, follow, spread

NOT_MADE = 0.25  # the factor where no way leads from the class to the test
SURE_SHARE = 0.6  # of how sure the surest test is; a long way to where it is made says little against it
OWN_OVERRIDE = 0.5  # how sure it is that a derived class which overrides the method too runs that of its base
MAX_CLASSES = 12  # of one change, that are followed; what depends on others is as sure as its path


class ConstructedClasses:
    """The classes of overrides, of one graph; made once, for any number of changes."""

    def __init__(self, graph: Dependences, tests: Iterable[int]) -> None:
        self._graph = graph
        self._tests = np.array(sorted(tests), dtype=np.int64)
        nodes = graph.nodes
        self._owner = np.full(nodes.frame.height, -1, dtype=np.int64)
        sources, targets = nodes.contains["source"].to_numpy(), nodes.contains["target"].to_numpy()
        in_type = nodes.frame["kind"].is_in([str(kind) for kind in TYPES]).fill_null(value=False).to_numpy()[sources]
        self._owner[targets[in_type]] = sources[in_type]
        derived = graph.select_kind(CODES["is derived from"])
        order = np.argsort(graph.dependencies[derived], kind="stable")
        self._bases, self._derived = graph.dependencies[derived][order], graph.dependents[derived][order]
        self._shares: dict[int, NDArray[np.float64] | None] = {}

    def weigh(self, reach: Spread, seeds: Mapping[int, float], depth: int | None, least: float) -> WeighedReach:
        """How far the change reaches, with each path over overrides as sure as that their classes are made."""
        over = set(self._graph.select_kind(CODES["may run the override"]).tolist())
        ways = _Overrides(reach, over)
        nodes = [node for node in self._tests.tolist() if np.isfinite(reach.cost[node])]
        count = Counter(method for node in nodes for method in ways.find_overrides(node))
        if not count:
            return WeighedReach(reach, reach, ways, {})
        shares = {method: self._share(method) for method, _ in count.most_common(MAX_CLASSES)}
        known = {method: share for method, share in shares.items() if share is not None}
        certainty = (self._graph.certainty if reach.edge_certainty is None else reach.edge_certainty).copy()
        certainty[list(over)] = 0.0
        without = replace(follow(self._graph, seeds, depth, least, certainty), edge_certainty=reach.edge_certainty)
        return WeighedReach(reach, without, ways, known)

    def _share(self, method: int) -> NDArray[np.float64] | None:
        """By node, how sure it is that it has the class of a method, beside the surest test; None where no test has."""
        if method not in self._shares:
            own = int(self._owner[method]) if method < len(self._owner) else -1
            if own < 0:
                self._shares[method] = None
            else:
                reach = spread(self._graph, self._classes(own, method))
                sure = np.exp(-reach.cost)
                most = float(sure[self._tests].max(initial=0.0))
                self._shares[method] = sure / most if most > 0 else None
        return self._shares[method]

    def _classes(self, own: int, method: int) -> dict[int, float]:
        """The class of a method and those derived from it, and how sure it is that each runs the method."""
        nodes = self._graph.nodes
        name = nodes.names[method]
        found, waiting = {own: 1.0}, [own]
        while waiting:
            base = waiting.pop()
            first, last = np.searchsorted(self._bases, [base, base + 1]).tolist()
            for each in self._derived[first:last].tolist():
                if each not in found:
                    again = any(nodes.names[member] == name for member in nodes.members(each))
                    found[each] = found[base] * (OWN_OVERRIDE if again else 1.0)
                    waiting.append(each)
        return found


class WeighedReach:
    """A reach, and the one without overrides: of each node the surer path counts."""

    def __init__(
        self, reach: Spread, without: Spread, ways: _Overrides, shares: Mapping[int, NDArray[np.float64]]
    ) -> None:
        self._reach, self._without, self._ways, self._shares = reach, without, ways, shares

    def path_to(self, node: int) -> tuple[Spread, dict[int, float]]:
        """The reach whose path to a node is the surest, and for overrides on that path what makes it less sure."""
        factors = self._factors(node)
        if factors:
            less = self._reach.cost[node] - np.log(np.prod(list(factors.values())))
            if self._without.cost[node] <= less:
                return self._without, {}
        return self._reach, factors

    def _factors(self, node: int) -> dict[int, float]:
        shares = {
            each: float(self._shares[each][node]) for each in self._ways.find_overrides(node) if each in self._shares
        }
        return {
            each: NOT_MADE + (1.0 - NOT_MADE) * share / SURE_SHARE
            for each, share in sorted(shares.items())
            if share < SURE_SHARE
        }


class _Overrides:
    """The overrides on the path to each node, each made out once."""

    def __init__(self, reach: Spread, edges: set[int]) -> None:
        self._reach, self._edges = reach, edges
        self._known: dict[int, frozenset[int]] = {}

    def find_overrides(self, node: int) -> frozenset[int]:
        """The overrides on the path to a node."""
        methods = self._reach.graph.dependencies
        if self._reach.is_limited:
            return frozenset(int(methods[edge]) for edge in self._reach.path(node) if edge in self._edges)
        behind: list[tuple[int, int]] = []
        while node not in self._known:
            edge = self._reach.last.get(node, -1)
            if edge < 0:
                self._known[node] = frozenset()
            else:
                behind.append((node, edge))
                node = int(methods[edge])
        found = self._known[node]
        for each, edge in reversed(behind):
            found = found | {int(methods[edge])} if edge in self._edges else found
            self._known[each] = found
        return found
