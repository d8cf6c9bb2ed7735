"""The shapes as SPARQL, for graphs that are too large for a SHACL validator.

Input: a store. Output: the violations, each called as SHACL calls the constraint that is violated.

Each check reads the index of one property and is written so that a sound graph costs one pass: the values are looked
at before the class of their node, for a filter that nothing passes leaves nothing to join.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol

from kgraph.vocab import PREFIXES
from kgraph.vocab.ontology.shapes import NodeShape, PropertyShape, node_shapes
from kgraph.vocab.ontology.turtle import quote

LIMIT = 100  # violations of one constraint that are reported


class SparqlStore(Protocol):
    """What can be asked in SPARQL: the engine's store, in memory or on disk."""

    def query(self, query: str, /) -> Any:
        """The solutions of a SELECT."""


@dataclass(frozen=True, slots=True, order=True)
class ShapeViolation:
    """One thing in a graph that is not as it must be."""

    node: str  # IRI
    path: str  # prefixed name of the property, or the IRI of one that is not allowed; "" if it is about several
    constraint: str  # as SHACL calls it, without "ConstraintComponent": "MinCount", "Datatype", ...
    value: str = ""  # the offending value as N-Triples, if there is one

    def __str__(self) -> str:
        return f"<{self.node}> {self.path or 'as a whole'}: {self.constraint} {self.value}".rstrip()


@dataclass(frozen=True, slots=True)
class ShapeCheck:
    """One query, whose solutions are violations.

    A solution has `?node`; perhaps `?value`; perhaps `?path`, a property that is not allowed. Where one pass checks
    several constraints, `?holds0`, `?holds1`, ... say which of them the value meets.
    """

    path: str
    constraints: tuple[str, ...]
    where: str

    @property
    def sparql(self) -> str:
        """The whole query."""
        prefixes = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
        names = ["node", "value", "path", *map(_holds, range(len(self.constraints)))]
        columns = " ".join(f"?{name}" for name in names if f"?{name}" in self.where)
        return f"{prefixes}SELECT DISTINCT {columns} WHERE {{ {self.where} }} LIMIT {LIMIT}"

    def violations(self, store: SparqlStore) -> Iterator[ShapeViolation]:
        """What the query finds in a store."""
        for row in store.query(self.sparql):
            node = row["node"]
            path = row["path"].value if "?path" in self.where else self.path
            value = str(row["value"]) if "?value" in self.where else ""
            for index, constraint in enumerate(self.constraints):
                if f"?{_holds(index)}" in self.where and row[_holds(index)].value == "true":
                    continue
                yield ShapeViolation(getattr(node, "value", str(node)), path, constraint, value)


def _holds(index: int) -> str:
    return f"holds{index}"


def violations(store: SparqlStore) -> list[ShapeViolation]:
    """What is not as the shapes say, sorted; at most `LIMIT` for each check."""
    return sorted({violation for check in checks() for violation in check.violations(store)})


def checks() -> Iterator[ShapeCheck]:
    """The checks of all shapes; what is asked of a property is asked once for all shapes that have it."""
    asked: dict[PropertyShape, list[str]] = {}
    for shape in node_shapes():
        yield from _node_checks(shape, _check_shape(shape))
        for property_ in shape.properties:
            if not property_.nodes:
                # How many values there must be at least plays no part in what they are.
                asked.setdefault(replace(property_, least=0), []).extend(shape.targets)
    for property_, targets in asked.items():
        either = " || ".join(f"EXISTS {{ ?node a {target} }}" for target in targets)
        yield from _property_checks(property_, f"FILTER({either})")


def _check_shape(shape: NodeShape) -> str:
    if len(shape.targets) == 1:
        return f"?node a {shape.target} ."
    return f"VALUES ?target {{ {' '.join(shape.targets)} }} ?node a ?target ."


def _node_checks(shape: NodeShape, target: str) -> Iterator[ShapeCheck]:
    allowed = ", ".join(property_.path for property_ in shape.properties)
    yield ShapeCheck("", ("Closed",), f"{target} ?node ?path ?value . FILTER(?path NOT IN ({allowed}))")
    yield ShapeCheck("", ("NodeKind",), f"{target} FILTER(!isIRI(?node))")
    if shape.some_of:
        missing = " ".join(f"FILTER NOT EXISTS {{ ?node {path} [] }}" for path in shape.some_of)
        yield ShapeCheck("", ("MinCount",), f"{target} {missing}")
    for property_ in shape.properties:
        if property_.nodes:
            yield from _type_checks(property_, target)
        elif property_.least:
            yield ShapeCheck(
                property_.path, ("MinCount",), f"{target} FILTER NOT EXISTS {{ ?node {property_.path} [] }}"
            )


def _type_checks(shape: PropertyShape, target: str) -> Iterator[ShapeCheck]:
    """The classes of nodes: asked for each class by itself, because every node has this property."""
    values = f"{target} ?node {shape.path} ?value"
    yield ShapeCheck(shape.path, ("In",), f"{values} . FILTER(?value NOT IN ({', '.join(shape.nodes)}))")
    for constraint, wrong in (("MinCount", f"< {shape.least}"), ("MaxCount", f"> {shape.most}")):
        if wrong == "< 1":
            continue  # the class that makes it a target is one
        counted = f"SELECT ?node WHERE {{ {values} }} GROUP BY ?node HAVING(COUNT(?value) {wrong})"
        yield ShapeCheck(shape.path, (constraint,), f"{{ {counted} }}".replace("?value", "?class"))


def _property_checks(shape: PropertyShape, of_target: str) -> Iterator[ShapeCheck]:
    values = f"?node {shape.path} ?value"
    if shape.most is not None:
        counted = f"SELECT ?node WHERE {{ {values} }} GROUP BY ?node HAVING(COUNT(?value) > {shape.most})"
        yield ShapeCheck(shape.path, ("MaxCount",), f"{{ {counted} }} {of_target}".replace("?value", "?several"))
    constraints = tuple(_value_constraints(shape))
    holds = [f"BIND(({right}) AS ?{_holds(index)})" for index, (_, right) in enumerate(constraints)]
    wrong = " || ".join(f"!?{_holds(index)}" for index in range(len(constraints)))
    scan = f"SELECT * WHERE {{ {values} . {' '.join(holds)} FILTER({wrong}) }}"
    yield ShapeCheck(shape.path, tuple(name for name, _ in constraints), f"{{ {scan} }} {of_target}")


def _value_constraints(shape: PropertyShape) -> Iterator[tuple[str, str]]:
    """Constraints and what right values fulfil; what cannot even be compared is wrong."""
    if not shape.datatype:
        yield "NodeKind", "isIRI(?value)"
        if shape.classes:
            some = " || ".join(f"EXISTS {{ ?value a {name} }}" for name in shape.classes)
            yield "Class" if len(shape.classes) == 1 else "Or", some
        return
    right = f"DATATYPE(?value) = {shape.datatype}"
    if shape.datatype in ("xsd:integer", "xsd:decimal"):
        right += " && isNumeric(?value)"  # which "x"^^xsd:integer is not
    yield "Datatype", f"COALESCE({right}, false)"
    if shape.values:
        yield "In", f"COALESCE(?value IN ({', '.join(map(quote, shape.values))}), false)"
    if shape.at_least is not None:
        yield "MinInclusive", f"COALESCE(?value >= {shape.at_least}, false)"
    if shape.not_above:
        above = "FILTER(!COALESCE(?value <= ?other, false))"
        yield "LessThanOrEquals", f"NOT EXISTS {{ ?node {shape.not_above} ?other . {above} }}"
