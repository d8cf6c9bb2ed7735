"""What a test runs with that no call in it names: the classes and functions that attributes of its class hold.

Input: nodes, the edges of uses, fixtures. Output: edges. A base whose tests use `self.Cache` is tested once with each
class that says `Cache = LRUCache`, and a fixture that a mark names for all tests of a class may set attributes of it
(`request.cls.shop = Shop()`). So each test that a class has from a base depends on what the attributes hold that its
class sees, each test with such a mark on the classes that the fixture makes, and both, of a class, on its methods and
on those of its bases, of each name the nearest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import polars as pl

from kgraph.impact.dependences import DATA, FUNCTIONS, DependenceEdges, Nodes, edges, frame_of
from kgraph.impact.fixtures import FixtureEdges, Row
from kgraph.model import Kind

MANY_METHODS = 28  # of one class; of more, each test runs as small a share as these are of them
MAX_EDGES = 1_000_000  # to methods; the tests behind these reach them by their class alone
MAX_HELD = 20  # things that the attributes of one class hold; of one with more, as a table has, each test uses few
_NAMES = ("refers to", "refers to the function", "refers to the function in a test")  # what an attribute holds
_REQUEST = r"[(,]\s*request\b"  # a fixture that may ask which class it is for


def make_class_attribute_edges(
    nodes: Nodes, parts: Sequence[DependenceEdges], fixtures: FixtureEdges
) -> list[DependenceEdges]:
    """The edges; `parts` has those of uses."""
    things = {
        (test, thing): (test, thing, file, line)
        for test, thing, file, line in _find_by_fixtures(nodes, parts, fixtures)
    }
    held = _find_held(nodes, parts)
    for test, (cls, _) in nodes.inherited.items():
        for thing, file, line in _find_visible(cls, nodes, held):
            things.setdefault((test, thing), (test, thing, file, line))
    made: list[Row] = []
    methods: list[Row] = []
    shares: list[float] = []
    known: dict[int, list[tuple[int, bool]]] = {}
    for test, thing, file, line in things.values():
        if thing not in known:
            known[thing] = list(_methods(thing, nodes))
        for method, is_constructor in known[thing] if len(methods) < MAX_EDGES else ():
            (made if is_constructor else methods).append((test, method, file, line))
            if not is_constructor:
                shares.append(min(1.0, MANY_METHODS / len(known[thing])))
    return [
        edges("runs with", frame_of(list(things.values()))),
        edges("makes what it runs with, by", frame_of(made)),
        edges(
            "runs with the class of",
            frame_of(methods).with_columns(share=pl.Series(shares, dtype=pl.Float64)),
            pl.col("share"),
        ),
    ]


def _select_edges(parts: Iterable[DependenceEdges], names: Sequence[str], ends: Iterable[int]) -> pl.DataFrame:
    """The edges of some kinds that begin at one of some nodes: dependent, dependency, file, line."""
    wanted = np.array(sorted(ends), dtype=np.int64)
    found = [pl.DataFrame(frame_of([]))]
    for part in parts:
        if part.name in names:
            rows = np.flatnonzero(np.isin(part.dependents, wanted))
            columns = (part.dependents, part.dependencies, part.files, part.lines)
            found.append(pl.DataFrame({n: c[rows] for n, c in zip(found[0].columns, columns, strict=True)}))
    return pl.concat(found)


def _find_by_fixtures(nodes: Nodes, parts: Sequence[DependenceEdges], fixtures: FixtureEdges) -> Iterator[Row]:
    """Tests, and the classes that a fixture makes by which their class is marked."""
    marked = {fixture for _, fixture, _, _ in fixtures.marked}
    if not marked:
        return
    asking = nodes.symbols(pl.col("signature").str.contains(_REQUEST))["node"].to_list()
    outer = dict(nodes.contains.select("target", "source").iter_rows())
    made: defaultdict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
    for fixture, called, file, line in _select_edges(parts, ("calls",), marked & set(asking)).iter_rows():
        cls = outer.get(called, -1) if nodes.kinds[called] == Kind.CONSTRUCTOR else called
        if nodes.kinds[cls] == Kind.CLASS:
            made[fixture].setdefault(cls, (file, line))
    for test, fixture, _, _ in fixtures.marked:
        for cls, (file, line) in made.get(fixture, {}).items():
            yield test, cls, file, line


def _find_held(nodes: Nodes, parts: Sequence[DependenceEdges]) -> dict[int, list[tuple[str, int, int, int]]]:
    """By class of which a base has tests, what its attributes hold: name of the attribute, thing, file, line."""
    classes = {each for cls, _ in nodes.inherited.values() for each in (cls, *nodes.bases.get(cls, ()))}
    kinds = nodes.frame.select(pl.col("node").cast(pl.Int64), "kind", "name")
    fields = nodes.contains.filter(pl.col("source").is_in(sorted(classes))).join(
        kinds.filter(pl.col("kind").is_in(list(DATA))).select(target="node", attribute="name"), on="target"
    )
    fields = fields.join(nodes.places.select("file", "first", "last", target="id"), on="target")
    held = kinds.filter(pl.col("kind").is_in([Kind.CLASS, Kind.FUNCTION])).select(dependency="node")
    named = _select_edges(parts, _NAMES, classes).join(held, on="dependency", how="semi")
    rows = fields.join(named, left_on=["source", "file"], right_on=["dependent", "file"]).filter(
        (pl.col("first") <= pl.col("line")) & (pl.col("line") <= pl.col("last"))
    )
    found: defaultdict[int, list[tuple[str, int, int, int]]] = defaultdict(list)
    for cls, *each in (
        rows.sort("source", "line", "dependency")
        .select("source", "attribute", "dependency", "file", "line")
        .iter_rows()
    ):
        found[cls].append((each[0], each[1], each[2], each[3]))
    return dict(found)


def _find_visible(
    cls: int, nodes: Nodes, held: dict[int, list[tuple[str, int, int, int]]]
) -> list[tuple[int, int, int]]:
    """What the attributes hold that a class sees, where that is not too much: thing, file, line."""
    seen: set[str] = set()
    found: dict[int, tuple[int, int]] = {}
    for each in (cls, *nodes.bases.get(cls, ())):
        own = held.get(each, ())
        for name, thing, file, line in own:
            if name not in seen:
                found.setdefault(thing, (file, line))
        seen |= {name for name, *_ in own}
    return [(thing, *place) for thing, place in found.items()] if len(found) <= MAX_HELD else []


def _methods(thing: int, nodes: Nodes) -> Iterator[tuple[int, bool]]:
    """The methods that an instance of a class has, of each name the nearest, and whether it is the constructor."""
    if nodes.kinds[thing] != Kind.CLASS:
        return
    seen: set[str] = set()
    for cls in (thing, *nodes.bases.get(thing, ())):
        for member in nodes.members(cls):
            kind, name = nodes.kinds[member], str(nodes.names[member])
            if kind in (*FUNCTIONS, Kind.PROPERTY) and name not in seen:
                seen.add(name)
                yield member, kind == Kind.CONSTRUCTOR
