"""Who uses what, symbol by symbol and file by file: the graph that tools walk where no include or import leads.

Input: the tables of a graph. Output: a `UseGraph`, and what of files a set of symbols is used in, with a step for each.

A directive says nothing of a source of C or C++, whose functions others call by way of a header, and nothing of the
function of C behind a name of Python. So what a file defines is followed here: by calls, references and bases, through
the names that are bound for Python, and through what a method overrides, whose callers may run it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import polars as pl

from kgraph.vocab.iri import decode_path

VERBS = {
    "Call": "calls",
    "Inheritance": "inherits from",
    "Expansion": "expands",
    "Override": "overrides",
    "Specialization": "specializes",
    "TypeUse": "has the type",
    "Binding": "binds",
    "Test": "tests",
}
OVERRIDE = "Override"
_EXTERNAL_SYMBOL = "external/symbol/"  # begins the id of what is declared in no file of the repository

Distances = Mapping[str, tuple[int, str]]  # steps to each node, and the node before it


def external_name(node: str) -> str:
    """What an external symbol is called: `psutil._psutil.x` for `external/symbol/python/psutil._psutil.x`."""
    return decode_path(node.removeprefix(_EXTERNAL_SYMBOL).partition("/")[2])


def distances(graph: Mapping[str, Sequence[str]], starts: Mapping[str, int]) -> dict[str, tuple[int, str]]:
    """How many steps away each node is that can be reached, and the node before it; starts are as far as they say."""
    found: dict[str, tuple[int, str]] = {}
    waves: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for node, step in starts.items():
        waves[step].append((node, ""))
    while waves:
        step = min(waves)
        for node, before in waves.pop(step):
            if node not in found:
                found[node] = (step, before)
                following = [(other, node) for other in graph.get(node, ()) if other not in found]
                if following:
                    waves[step + 1] += following
    return found


def shortest(graph: Mapping[str, Sequence[str]], starts: Sequence[str], ends: Collection[str]) -> list[str]:
    """The shortest way from one of some nodes to one of others; empty where there is none."""
    far = distances(graph, dict.fromkeys(starts, 0))
    reached = [(far[end][0], end) for end in ends if end in far]
    if not reached:
        return []
    chain = [min(reached)[1]]
    while previous := far[chain[-1]][1]:
        chain.append(previous)
    return chain[::-1]


@dataclass(frozen=True, slots=True)
class UseStep:
    """How one node uses another: where, and by what kind of use; `Override`: a call of `user` may run `used`, which
    overrides it."""

    user: str
    used: str
    kind: str
    file: str  # id; "" where no line says it
    line: int


class UseGraph:
    """The uses of a graph, in both directions; `uses` as `GraphIndex.uses` has them."""

    def __init__(self, uses: pl.DataFrame, places: pl.DataFrame) -> None:
        self._uses = uses
        self._places = places

    @cached_property
    def users(self) -> dict[str, list[str]]:
        """The ids of what uses a node; of a method also those that it overrides, for whoever calls them may run it."""
        return self._neighbours("to", "from")

    @cached_property
    def used(self) -> dict[str, list[str]]:
        """The ids of what a node uses; of a method also those that override it."""
        return self._neighbours("from", "to")

    def _neighbours(self, one: str, other: str) -> dict[str, list[str]]:
        overrides = pl.col("kind") == OVERRIDE
        pairs = self._uses.filter(~overrides).select("from", "to")
        run = self._uses.filter(overrides).select(pl.col("to").alias("from"), to="from")
        rows = pl.concat([pairs, run]).unique().sort(one, other)
        return dict(rows.group_by(one, maintain_order=True).agg(other).iter_rows())

    def steps(self, pairs: Collection[tuple[str, str]]) -> dict[tuple[str, str], UseStep]:
        """How the first of each pair uses the second, by the surest of its uses."""
        asked = pl.DataFrame(list(pairs), schema={"from": pl.String, "to": pl.String}, orient="row")
        rows = self._uses.filter(pl.col("kind") != OVERRIDE).join(asked, on=["from", "to"], maintain_order="left")
        found: dict[tuple[str, str], UseStep] = {}
        for user, used, kind, file, lines in rows.select("from", "to", "kind", "file", "at_lines").iter_rows():
            found.setdefault((user, used), UseStep(user, used, kind, file, lines[0]))
        return {pair: found.get(pair) or UseStep(*pair, OVERRIDE, "", 0) for pair in pairs}

    def list_defined(self, file: str) -> list[str]:
        """The ids of what a file defines, and its own."""
        rows = self._places.filter((pl.col("role") == "definition") & (pl.col("file") == file))
        return [file, *rows["symbol"].unique().sort()]

    def overridden(self, ids: Iterable[str]) -> list[str]:
        """The ids of the methods that some override, directly or through others."""
        rows = self._uses.filter(pl.col("kind") == OVERRIDE).select("from", "to").unique().sort("from", "to")
        bases = dict(rows.group_by("from", maintain_order=True).agg("to").iter_rows())
        return [node for node, (step, _) in distances(bases, dict.fromkeys(ids, 0)).items() if step]

    def bound_names(self, ids: Iterable[str]) -> list[str]:
        """The ids of names of other languages that are bound to some symbols and declared in no file."""
        rows = self._uses.filter((pl.col("kind") == "Binding") & pl.col("to").is_in(list(ids)))
        return [node for node in rows["from"].unique().sort() if node.startswith(_EXTERNAL_SYMBOL)]

    def bound_to(self, name: str) -> tuple[list[str], list[str]]:
        """The names that are declared in no file, bound, and end with a name; and the ids that they are bound to."""
        rows = self._uses.filter((pl.col("kind") == "Binding") & pl.col("from").str.starts_with(_EXTERNAL_SYMBOL))
        rows = rows.select("from", "to").unique().sort("from", "to")
        fitting = [(external_name(node), to) for node, to in rows.iter_rows()]
        fitting = [(each, to) for each, to in fitting if each == name or each.endswith(f".{name}")]
        return sorted({each for each, _ in fitting}), list(dict.fromkeys(to for _, to in fitting))

    def files_behind(self, ids: Sequence[str], *, nearest: bool = False) -> dict[str, tuple[int, UseStep]]:
        """By its id each file in which something uses one of the nodes, directly or through others: how many steps
        away the nearest use is, and that use. `nearest`: directly, or by a name that is bound to it, alone."""
        far = self._nearest(ids) if nearest else distances(self.users, dict.fromkeys(ids, 0))
        steps = self.steps([(node, before) for node, (step, before) in far.items() if step])
        found: dict[str, tuple[int, UseStep]] = {}
        for node, (step, before) in far.items():
            use = steps.get((node, before))
            if use is not None and use.file:
                found.setdefault(use.file, (step, use))
        return found

    def _nearest(self, ids: Sequence[str]) -> dict[str, tuple[int, str]]:
        found: dict[str, tuple[int, str]] = dict.fromkeys(ids, (0, ""))
        for start in ids:
            for node in self.users.get(start, ()):
                found.setdefault(node, (1, start))
                if node.startswith(_EXTERNAL_SYMBOL):
                    for user in self.users.get(node, ()):
                        found.setdefault(user, (2, node))
        return found

    def find_path(self, starts: Sequence[str], ends: Collection[str]) -> list[UseStep]:
        """The shortest chain of uses from one of some nodes to one of others."""
        pairs = list(pairwise(shortest(self.used, starts, set(ends) - set(starts))))
        steps = self.steps(pairs)
        return [steps[pair] for pair in pairs]
