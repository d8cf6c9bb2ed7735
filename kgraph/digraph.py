"""What follows from who includes whom: reach, depth, cycles, layers, for all files or folders at once.

Comes in: a directed graph as two arrays of node numbers. Goes out: arrays by node number. Reach is counted on bit
sets, a row per strongly connected component, in slices of the columns, so that memory grows linearly with the number
of nodes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

Numbers = NDArray[np.int64]
_SLICE = 1 << 15  # columns that are counted at once


@dataclass(frozen=True, slots=True)
class Condensed:
    """A directed graph, and its strongly connected components in an order in which needs come before who needs them."""

    size: int  # nodes
    sources: Numbers
    targets: Numbers
    component: Numbers  # of each node; of an edge between components the source's number is the greater one
    components: int

    @classmethod
    def of(cls, size: int, sources: Numbers, targets: Numbers) -> Condensed:
        """Condense a graph; loops are left out, and an edge that stands twice counts once."""
        pairs = np.unique(np.stack([sources, targets], axis=1)[sources != targets], axis=0)
        sources, targets = pairs[:, 0], pairs[:, 1]
        matrix = csr_array((np.ones(len(pairs), dtype=np.int8), (sources, targets)), shape=(size, size))
        count, labels = connected_components(matrix, connection="strong") if size else (0, np.zeros(0))
        rank = _topological(int(count), labels[sources].astype(np.int64), labels[targets].astype(np.int64))
        return cls(size, sources, targets, rank[labels.astype(np.int64)], int(count))

    def reversed(self) -> Condensed:
        """The same graph with its edges turned around."""
        turned = self.components - 1 - self.component
        return Condensed(self.size, self.targets, self.sources, turned, self.components)

    def between(self) -> tuple[Numbers, Numbers]:
        """The edges between components, ordered by source."""
        edges = np.stack([self.component[self.sources], self.component[self.targets]], axis=1)
        edges = np.unique(edges[edges[:, 0] != edges[:, 1]], axis=0)
        return edges[:, 0], edges[:, 1]

    def in_cycle(self) -> NDArray[np.bool_]:
        """Which nodes reach themselves through others."""
        result: NDArray[np.bool_] = np.bincount(self.component, minlength=self.components)[self.component] > 1
        return result

    def depth(self) -> Numbers:
        """The length of the longest way down from each node; a cycle counts as one step."""
        depth = np.zeros(self.components, dtype=np.int64)
        for source, target in zip(*(array.tolist() for array in self.between()), strict=True):
            depth[source] = max(depth[source], depth[target] + 1)
        result: Numbers = depth[self.component]
        return result

    def reach(self, *weights: Numbers) -> list[Numbers]:
        """For each node, the sums of the given weights over all nodes that it reaches, itself left out."""
        totals = [np.zeros(self.size, dtype=np.int64) for _ in weights]
        sources, targets = (array.tolist() for array in self.between())
        order = np.argsort(self.component, kind="stable")
        starts = np.searchsorted(self.component[order], np.arange(self.components))
        for first in range(0, self.size, _SLICE):
            columns = order[first : first + _SLICE]
            bits = np.zeros((self.components, (len(columns) + 7) // 8), dtype=np.uint8)
            own = self.component[columns]
            positions = np.arange(len(columns))
            np.bitwise_or.at(bits, (own, positions >> 3), (1 << (7 - (positions & 7))).astype(np.uint8))
            for source, target in zip(sources, targets, strict=True):
                bits[source] |= bits[target]
            for row in range(0, self.components, 1024):
                block = np.unpackbits(bits[row : row + 1024], axis=1, count=len(columns)).astype(np.float32)
                for total, weight in zip(totals, weights, strict=True):
                    sums = np.rint(block @ weight[columns].astype(np.float64)).astype(np.int64)
                    nodes = order[starts[row] : starts[row + 1024] if row + 1024 < self.components else None]
                    total[nodes] += sums[self.component[nodes] - row]
        for total, weight in zip(totals, weights, strict=True):
            total -= weight
        return totals


def _topological(count: int, sources: Numbers, targets: Numbers) -> Numbers:
    """A number for each component such that edges lead from greater numbers to smaller ones; ties by first label."""
    between = np.unique(np.stack([sources, targets], axis=1)[sources != targets], axis=0)
    waiting = np.bincount(between[:, 0], minlength=count)
    order = np.argsort(between[:, 1], kind="stable")
    users, needs = between[order, 0].tolist(), between[order, 1]
    starts = np.searchsorted(needs, np.arange(count + 1)).tolist()
    left = waiting.tolist()
    ready = [number for number in range(count) if not left[number]]
    rank = np.zeros(count, dtype=np.int64)
    for done, number in enumerate(ready):  # grows while it is read
        rank[number] = done
        for user in users[starts[number] : starts[number + 1]]:
            left[user] -= 1
            if not left[user]:
                ready.append(user)
    return rank
