"""What follows from who includes whom: reach, depth, cycles, layers, for all files or folders at once.

Input: a directed graph as two arrays of node numbers. Output: arrays by node number. Reach is counted on bit sets, a
row per strongly connected component from which several ways lead on, in slices of the columns, so that memory grows
linearly with the number of nodes. Time does not, where ways part and meet again and again; but it is a bit for each
pair: 40,000 files of which each reaches half of the others take four seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
_SLICE = 1 << 14  # columns that are counted at once
_BLOCK = 256  # and rows
_MAX_PURE_EDGES = 1 << 12  # edges, that are put in order sooner than scipy is loaded


@dataclass(frozen=True, slots=True)
class Condensation:
    """A directed graph, and its strongly connected components in an order in which needs come before who needs them."""

    size: int  # nodes
    sources: Numbers
    targets: Numbers
    component: Numbers  # of each node; of an edge between components the source's number is the greater one
    components: int

    @classmethod
    def of(cls, size: int, sources: Numbers, targets: Numbers) -> Condensation:
        """Condense a graph; loops are left out, and an edge that stands twice counts once."""
        pairs = np.unique(np.stack([sources, targets], axis=1)[sources != targets], axis=0)
        sources, targets = pairs[:, 0], pairs[:, 1]
        if not len(pairs):
            return cls(size, sources, targets, np.arange(size), size)
        if (
            len(pairs) <= _MAX_PURE_EDGES and len(order := _topological(size, sources, targets)) == size
        ):  # without a cycle
            return cls(size, sources, targets, _places(order), size)
        from scipy.sparse import csr_array  # which takes longer to load than small builds take without it
        from scipy.sparse.csgraph import connected_components

        matrix = csr_array((np.ones(len(pairs), dtype=np.int8), (sources, targets)), shape=(size, size))
        count, labels = connected_components(matrix, connection="strong")
        rank = _places(_topological(int(count), labels[sources].astype(np.int64), labels[targets].astype(np.int64)))
        return cls(size, sources, targets, rank[labels.astype(np.int64)], int(count))

    def reverse(self) -> Condensation:
        """The same graph with its edges turned around."""
        turned = self.components - 1 - self.component
        return Condensation(self.size, self.targets, self.sources, turned, self.components)

    def find_edges(self) -> tuple[Numbers, Numbers]:
        """The edges between components, ordered by source."""
        edges = np.stack([self.component[self.sources], self.component[self.targets]], axis=1)
        edges = np.unique(edges[edges[:, 0] != edges[:, 1]], axis=0)
        return edges[:, 0], edges[:, 1]

    def find_cyclic(self) -> NDArray[np.bool_]:
        """Which nodes reach themselves through others."""
        result: NDArray[np.bool_] = np.bincount(self.component, minlength=self.components)[self.component] > 1
        return result

    def depth(self) -> Numbers:
        """The length of the longest way down from each node; a cycle counts as one step."""
        depth = np.zeros(self.components, dtype=np.int64)
        for source, target in zip(*(array.tolist() for array in self.find_edges()), strict=True):
            depth[source] = max(depth[source], depth[target] + 1)
        result: Numbers = depth[self.component]
        return result

    def reach(self, *weights: Numbers) -> list[Numbers]:
        """For each node, the sums of the given weights over all nodes that it reaches, itself left out."""
        inside = np.zeros((self.components, len(weights)), dtype=np.int64)  # of each component
        for column, weight in enumerate(weights):
            np.add.at(inside[:, column], self.component, weight)
        sources, targets = self.find_edges()
        sums = inside.copy()
        if len(sources):
            self._add_reached(sums, inside, sources, targets)
        return [sums[self.component, column] - weight for column, weight in enumerate(weights)]

    def _add_reached(self, sums: Numbers, inside: Numbers, sources: Numbers, targets: Numbers) -> None:
        """Add to the sums of components those of all that they reach.

        Where only one edge leads on, what is reached is that component and what it reaches: no set is needed.
        """
        ways = np.bincount(sources, minlength=self.components)
        is_set = ways > 1
        for source, target in zip(sources[::-1].tolist(), targets[::-1].tolist(), strict=True):
            is_set[target] |= is_set[source]  # who uses it comes before
        rows = np.cumsum(is_set) - 1  # of sets
        wanted = is_set[sources]
        edges = list(zip(rows[sources[wanted]].tolist(), rows[targets[wanted]].tolist(), strict=True))
        reached = np.unique(targets[wanted])
        for first in range(0, len(reached), _SLICE):
            columns = reached[first : first + _SLICE]
            sets = np.zeros((int(is_set.sum()), -(-len(columns) // 8)), dtype=np.uint8)
            places = np.arange(len(columns))
            sets[rows[columns], places >> 3] |= (1 << (places & 7)).astype(np.uint8)
            for source, target in edges:
                sets[source] |= sets[target]
            own = np.zeros((len(sets), inside.shape[1]), dtype=np.int64)
            own[rows[columns]] = inside[columns]  # which are counted already
            sums[is_set] += _sum_weights(sets, inside[columns]) - own
        for source, target in zip(sources.tolist(), targets.tolist(), strict=True):
            if not is_set[source]:
                sums[source] += sums[target]


def _sum_weights(sets: NDArray[np.uint8], weights: Numbers) -> Numbers:
    """The sums of weights over sets, which are rows of bits: a byte of them is one look-up."""
    padded = np.zeros((sets.shape[1] * 8, weights.shape[1]), dtype=np.int64)
    padded[: len(weights)] = weights
    bits = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1, bitorder="little").astype(np.int64)
    result = np.zeros((len(sets), weights.shape[1]), dtype=np.int64)
    starts = np.arange(sets.shape[1], dtype=np.int32) << 8
    for column in range(weights.shape[1]):
        table = (padded[:, column].reshape(-1, 8) @ bits.T).ravel()  # a sum for each byte of a set, and each value
        for row in range(0, len(sets), _BLOCK):
            result[row : row + _BLOCK, column] = table.take(sets[row : row + _BLOCK] + starts).sum(axis=1)
    return result


def _topological(count: int, sources: Numbers, targets: Numbers) -> list[int]:
    """The nodes in an order in which edges lead from later to earlier ones; those that reach a cycle are left out."""
    between = np.unique(np.stack([sources, targets], axis=1)[sources != targets], axis=0)
    waiting = np.bincount(between[:, 0], minlength=count)
    order = np.argsort(between[:, 1], kind="stable")
    users, needs = between[order, 0].tolist(), between[order, 1]
    starts = np.searchsorted(needs, np.arange(count + 1)).tolist()
    left = waiting.tolist()
    ready = [number for number in range(count) if not left[number]]
    for number in ready:  # grows while it is read
        for user in users[starts[number] : starts[number + 1]]:
            left[user] -= 1
            if not left[user]:
                ready.append(user)
    return ready


def _places(order: list[int]) -> Numbers:
    """The place of each number in an order of all."""
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(len(order))
    return places
