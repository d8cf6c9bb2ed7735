"""The shapes as SPARQL, for graphs that are too large for a SHACL validator.

Comes in: a store. Goes out: the violations, each called as SHACL calls the constraint that is violated.

Each check reads the index of one property and is written so that a sound graph costs one pass: the values are looked
at before the class of their node, for a filter that nothing passes leaves nothing to join.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from kgraph.vocab import PREFIXES
from kgraph.vocab.ontology.shapes import NodeShape, PropertyShape, node_shapes
from kgraph.vocab.ontology.turtle import quoted

LIMIT = 100  # violations of one constraint that are told


class Store(Protocol):
    """What can be asked in SPARQL: the engine's store, in memory or on disk."""

    def query(self, query: str, /) -> Any:
        """The solutions of a SELECT."""


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One thing in a graph that is not as it must be."""

    node: str  # IRI
    path: str  # prefixed name of the property, or the IRI of one that is not allowed; "" if it is about several
    constraint: str  # as SHACL calls it, without "ConstraintComponent": "MinCount", "Datatype", ...
    value: str = ""  # the offending value as N-Triples, if there is one

    def __str__(self) -> str:
        return f"<{self.node}> {self.path or 'as a whole'}: {self.constraint} {self.value}".rstrip()


@dataclass(frozen=True, slots=True)
class Check:
    """One query, whose solutions (`?node`, perhaps `?value` and `?path`) are violations."""

    constraint: str
    path: str
    where: str

    @property
    def sparql(self) -> str:
        """The whole query."""
        prefixes = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
        columns = "?node" + "".join(f" ?{name}" for name in ("value", "path") if f"?{name}" in self.where)
        return f"{prefixes}SELECT DISTINCT {columns} WHERE {{ {self.where} }} LIMIT {LIMIT}"


def violations(store: Store) -> list[Violation]:
    """What is not as the shapes say, sorted; at most `LIMIT` for each constraint."""
    found = set()
    for check in checks():
        for row in store.query(check.sparql):
            path = row["path"].value if "?path" in check.where else check.path
            value = str(row["value"]) if "?value" in check.where else ""
            node = row["node"]
            found.add(Violation(getattr(node, "value", str(node)), path, check.constraint, value))
    return sorted(found)


def checks() -> Iterator[Check]:
    """The checks of all shapes; what is asked of a property's values is asked once for all shapes that have it."""
    asked: dict[tuple[str, str, str], list[str]] = {}
    for shape in node_shapes():
        targets = list(_targets(shape))
        for target in targets:
            yield from _node_checks(shape, target)
            for one in shape.properties:
                yield from _count_checks(one, target)
        for one in shape.properties:
            for constraint, wrong in _value_checks(one):
                asked.setdefault((constraint, one.path, wrong), []).extend(targets)
    for (constraint, path, wrong), targets in asked.items():
        either = " UNION ".join(f"{{ {target} }}" for target in targets)
        where = f"{{ SELECT ?node ?value WHERE {{ ?node {path} ?value . {wrong} }} }} FILTER EXISTS {{ {either} }}"
        yield Check(constraint, path, where)


def _targets(shape: NodeShape) -> Iterator[str]:
    if shape.target:
        yield f"?node a {shape.target} ."
    yield from (f"?node {path} [] ." for path in shape.subjects_of)
    yield from (f"[] {path} ?node ." for path in shape.objects_of)


def _node_checks(shape: NodeShape, target: str) -> Iterator[Check]:
    allowed = ", ".join(one.path for one in shape.properties)
    yield Check("Closed", "", f"{target} ?node ?path ?value . FILTER(?path NOT IN ({allowed}))")
    yield Check("NodeKind", "", f"{target} FILTER(!isIRI(?node))")
    if shape.some_of:
        missing = " ".join(f"FILTER NOT EXISTS {{ ?node {path} [] }}" for path in shape.some_of)
        yield Check("MinCount", "", f"{target} {missing}")
    for one in shape.properties:
        if one.nodes:
            wrong = f"FILTER(?value NOT IN ({', '.join(one.nodes)}))"
            yield Check("In", one.path, f"{target} ?node {one.path} ?value . {wrong}")


def _count_checks(shape: PropertyShape, target: str) -> Iterator[Check]:
    values = f"?node {shape.path} ?several"
    if shape.least == 1:
        yield Check("MinCount", shape.path, f"{target} FILTER NOT EXISTS {{ ?node {shape.path} [] }}")
    elif shape.least:
        counted = f"GROUP BY ?node HAVING(COUNT(?several) < {shape.least})"
        yield Check("MinCount", shape.path, f"{{ SELECT ?node WHERE {{ {target} {values} }} {counted} }}")
    if shape.most is not None:
        counted = f"GROUP BY ?node HAVING(COUNT(?several) > {shape.most})"
        yield Check("MaxCount", shape.path, f"{{ SELECT ?node WHERE {{ {values} }} {counted} }} {target}")


def _value_checks(shape: PropertyShape) -> Iterator[tuple[str, str]]:
    """Constraints and filters that let wrong values pass; what cannot even be compared is wrong."""
    if shape.nodes:
        return
    if not shape.datatype:
        yield "NodeKind", "FILTER(!isIRI(?value))"
        if shape.classes:
            none = " ".join(f"FILTER NOT EXISTS {{ ?value a {name} }}" for name in shape.classes)
            yield "Class" if len(shape.classes) == 1 else "Or", none
        return
    right = f"DATATYPE(?value) = {shape.datatype}"
    if shape.datatype == "xsd:integer":
        right += " && isNumeric(?value)"  # which "x"^^xsd:integer is not
    yield "Datatype", _unless(right)
    if shape.values:
        yield "In", _unless(f"?value IN ({', '.join(map(quoted, shape.values))})")
    if shape.at_least is not None:
        yield "MinInclusive", _unless(f"?value >= {shape.at_least}")
    if shape.not_above:
        yield "LessThanOrEquals", f"?node {shape.not_above} ?other . " + _unless("?value <= ?other")


def _unless(right: str) -> str:
    return f"FILTER(!COALESCE({right}, false))"
