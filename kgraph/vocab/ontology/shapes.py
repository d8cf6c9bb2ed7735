"""What every graph must look like, derived from the tables and the terms: the one source of the SHACL document and
of the SPARQL checks, so that these cannot disagree about what they check.

Comes in: `kgraph.vocab.tables`, `kgraph.vocab.terms`. Goes out: a `NodeShape` for each table of nodes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kgraph.vocab.tables import EDGE_KINDS, TABLES, Column, Table
from kgraph.vocab.terms import CLASSES, PROPERTIES, Property


@dataclass(frozen=True, slots=True)
class PropertyShape:
    """What the values of one property of a node must be."""

    path: str  # prefixed name, like all names here
    least: int = 0  # how many values
    most: int | None = None
    datatype: str = ""  # of literals; "" where values are nodes
    classes: tuple[str, ...] = ()  # of values that are nodes: one of these; () where their class is not said
    nodes: tuple[str, ...] = ()  # the values themselves are among these nodes
    values: tuple[str, ...] = ()  # the values themselves are among these texts
    at_least: int | None = None
    not_above: str = ""


@dataclass(frozen=True, slots=True)
class NodeShape:
    """What the nodes of one table must be; they may have no other property than these."""

    name: str  # local name of the class
    comment: str
    target: str  # the class that they are of, or "" for nodes without one, which are known by what follows
    subjects_of: tuple[str, ...]
    objects_of: tuple[str, ...]
    properties: tuple[PropertyShape, ...]
    some_of: tuple[str, ...] = ()  # properties of which it must have at least one value in all


_TERMS = {term.name: term for term in PROPERTIES}
_TYPED = {  # classes that nodes are said to be of
    name for table in TABLES.values() for name in table.of
}


def node_shapes() -> tuple[NodeShape, ...]:
    """The shapes of all tables of nodes."""
    return tuple(_node_shape(table) for table in TABLES.values())


def _node_shape(table: Table) -> NodeShape:
    own = table.of[0] if table.of else _untyped_class(table)
    edges = [_TERMS[f"kg:{kind}"] for kind in EDGE_KINDS]
    places = tuple(term.name for term in edges if _TYPED.isdisjoint(term.range.split()) and term.domain == own)
    return NodeShape(
        own.rpartition(":")[2],
        table.comment,
        own if table.of else "",
        () if table.of else tuple(term.name for term in PROPERTIES if term.domain == own),
        () if table.of else tuple(term.name for term in PROPERTIES if term.range == own),
        (
            *_types(table),
            *(_column(column) for column in table.columns if column.property not in ("", "rdf:type")),
            *(_values(term, 0, None) for term in edges if own in term.domain.split()),
        ),
        places,
    )


def _untyped_class(table: Table) -> str:
    """The class whose nodes a table without one holds: the domain that one of its columns alone has."""
    domains = [_TERMS[column.property].domain for column in table.columns if column.property in _TERMS]
    return next(domain for domain in domains if domain and " " not in domain and domain not in _TYPED)


def _types(table: Table) -> Iterator[PropertyShape]:
    kind = any(column.property == "rdf:type" for column in table.columns)
    allowed = [*table.of]
    if kind:
        allowed += [f"kg:{term.name}" for term in CLASSES if term.parent in table.of]
    if allowed:
        yield PropertyShape("rdf:type", len(table.of) + kind, len(table.of) + kind, nodes=tuple(allowed))


def _column(column: Column) -> PropertyShape:
    single = column.holds not in ("texts", "nodes")
    return _values(_TERMS[column.property], 1 if column.required else 0, 1 if single else None)


def _values(term: Property, least: int, most: int | None) -> PropertyShape:
    if term.nature == "edge":
        classes = tuple(name for name in term.range.split() if name in _TYPED)
        return PropertyShape(term.name, least, most, classes=classes)
    return PropertyShape(
        term.name,
        least,
        most,
        datatype=term.range,
        values=term.values,
        at_least=term.at_least,
        not_above=term.not_above,
    )
