"""What every graph must look like, derived from the tables and the terms: the one source of the SHACL document and
of the SPARQL checks, so that these cannot disagree about what they check.

Input: `kgraph.vocab.tables`, `classes` and `terms`. Output: a `NodeShape` for each table of nodes.
"""

from __future__ import annotations

from dataclasses import dataclass

from kgraph.vocab.classes import CLASSES
from kgraph.vocab.tables import EDGE_KINDS, TABLES, Column, Table
from kgraph.vocab.terms import PROPERTIES, Property


@dataclass(frozen=True, slots=True)
class PropertyShape:
    """What the values of one property of a node must be."""

    path: str  # prefixed name, like all names here
    least: int = 0  # how many values
    most: int | None = None
    datatype: str = ""  # of literals; "" where values are nodes
    classes: tuple[str, ...] = ()  # of values that are nodes: one of these
    nodes: tuple[str, ...] = ()  # the values themselves are among these nodes
    values: tuple[str, ...] = ()  # the values themselves are among these texts
    at_least: int | None = None
    not_above: str = ""


@dataclass(frozen=True, slots=True)
class NodeShape:
    """What the nodes of one table must be; they may have no other property than these."""

    target: str  # the class that they are of
    comment: str
    properties: tuple[PropertyShape, ...]
    some_of: tuple[str, ...] = ()  # properties of which it must have at least one value in all
    kinds: tuple[str, ...] = ()  # the classes below `target` that they are said to be of, where it goes without saying

    @property
    def targets(self) -> tuple[str, ...]:
        """The classes by which the nodes are found."""
        return self.kinds or (self.target,)

    @property
    def name(self) -> str:
        """What the shape is called: its class with "Shape" behind it."""
        return f"kg:{self.target.rpartition(':')[2]}Shape"


_TERMS = {term.name: term for term in PROPERTIES}
_SOME_OF = {"kg:Symbol": ("kg:declaration", "kg:definition")}  # a symbol stands somewhere


def node_shapes() -> tuple[NodeShape, ...]:
    """The shapes of all tables of nodes."""
    return tuple(_node_shape(table) for table in TABLES.values())


def _node_shape(table: Table) -> NodeShape:
    (own,) = table.of
    edges = [_TERMS[f"kg:{kind}"] for kind in EDGE_KINDS]
    properties = (
        _classes(table),
        *(_column(column) for column in table.columns if column.property not in ("", "rdf:type")),
        *(_values(term, 0, None) for term in edges if own in term.domain.split()),
    )
    kinds = _kinds(table) if table.implied else ()
    return NodeShape(own, table.comment, properties, _SOME_OF.get(own, ()), kinds)


def _kinds(table: Table) -> tuple[str, ...]:
    return tuple(f"kg:{term.name}" for term in CLASSES if term.parent in table.of)


def _classes(table: Table) -> PropertyShape:
    """Of what classes the rows are: those of the table, and one of their sub-classes if the table has a `kind`."""
    kind = any(column.property == "rdf:type" for column in table.columns)
    said = () if table.implied else table.of
    count = len(said) + kind
    return PropertyShape("rdf:type", count, count, nodes=(*said, *(_kinds(table) if kind else ())))


def _column(column: Column) -> PropertyShape:
    single = column.holds not in ("texts", "integers", "nodes")
    return _values(_TERMS[column.property], 1 if column.required else 0, 1 if single else None)


def _values(term: Property, least: int, most: int | None) -> PropertyShape:
    if term.nature == "edge":
        return PropertyShape(term.name, least, most, classes=tuple(term.range.split()))
    return PropertyShape(
        term.name,
        least,
        most,
        datatype=term.range,
        values=term.values,
        at_least=term.at_least,
        not_above=term.not_above,
    )
