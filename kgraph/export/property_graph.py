"""A graph as programs without RDF know it: nodes with attributes, and edges of a kind.

Input: column tables, or the triples of an answer. Output: frames of nodes (`id`, `kind`, attributes) and of edges
(`source`, `kind`, `target`), sorted, from which GraphML, node-link JSON and networkx's graph are made alike.

Node ids are IRIs without the repository's base; the repository itself, whose id would be empty, is called by its
whole IRI, and so is everything from elsewhere. `kind` is a class's local name. A literal is an attribute that is
called as its column; a property with several values is a list. A property whose values are nodes is an edge.
Left out on purpose: language tags and datatypes other than numbers and truth values, which these formats cannot say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

import polars as pl

from kgraph.errors import ExportError, InputError
from kgraph.model import Graph
from kgraph.vocab import PREFIXES, expand
from kgraph.vocab.classes import CLASSES
from kgraph.vocab.tables import EDGES, TABLES, Table
from kgraph.vocab.terms import PROPERTIES

if TYPE_CHECKING:
    from pyoxigraph import Triple

RDF_TYPE = expand("rdf:type")
XSD = PREFIXES["xsd"]
TEXTS = pl.List(pl.String())
_NO_NAMES = pl.DataFrame(schema={"id": pl.String(), "called": pl.String()})
_OWN = ("id", "kind", "key", "source", "target")  # what the formats say themselves, so no attribute is called so


@dataclass(frozen=True, slots=True)
class PropertyGraph:
    """Nodes and edges, each in frames that are sorted by themselves."""

    name: str
    base: str
    nodes: tuple[pl.DataFrame, ...]  # id, kind, then attributes, null where a node has none
    edges: tuple[pl.DataFrame, ...]  # source, kind, target

    def attributes(self) -> dict[str, pl.DataType]:
        """Every attribute of any node and its type, `kind` first."""
        found: dict[str, pl.DataType] = {}
        for frame in self.nodes:
            found |= {name: dtype for name, dtype in frame.schema.items() if name != "id"}
        return found

    def restricted(
        self, nodes: Collection[str] | None = None, edges: Collection[str] | None = None, *, external: bool = True
    ) -> PropertyGraph:
        """The nodes of some classes (with their sub-classes) and the edges of some kinds between them."""
        kept_nodes, kept_edges = self.nodes, self.edges
        if edges is not None:
            _check_names(edges, {name.rpartition(":")[2] for name in _EDGE_KINDS}, "an edge kind")
            kept_edges = tuple(frame.filter(pl.col("kind").is_in(list(edges))) for frame in kept_edges)
        if nodes is not None or not external:
            if nodes is not None:
                _check_names(nodes, _KINDS, "a class")
                kept_nodes = tuple(frame.filter(pl.col("kind").is_in(_with_subclasses(nodes))) for frame in kept_nodes)
            if not external:
                outside = _with_subclasses(("External",))
                kept_nodes = tuple(frame.filter(~pl.col("kind").is_in(outside)) for frame in kept_nodes)
            ids = pl.concat([frame.select("id") for frame in kept_nodes])
            kept_edges = tuple(
                frame.join(ids, left_on="source", right_on="id", how="semi", maintain_order="left").join(
                    ids, left_on="target", right_on="id", how="semi", maintain_order="left"
                )
                if len(frame)
                else frame
                for frame in kept_edges
            )
        return replace(self, nodes=_fill_columns(kept_nodes), edges=_fill_columns(kept_edges))

    def named(self) -> PropertyGraph:
        """The same with nodes that are called as people call them; what was their first column, `id`, is the second.

        Of several nodes with one name each has its id appended in angle brackets.
        """
        called = pl.concat([frame.select("id", label(frame).alias("called")) for frame in self.nodes] or [_NO_NAMES])
        is_shared = pl.col("called").is_duplicated() | pl.col("called").str.contains(" <[^<> ]*>$")  # or seems to be
        called = called.with_columns(
            pl.when(is_shared & (pl.col("called") != pl.col("id")))
            .then(pl.concat_str("called", pl.lit(" <"), "id", pl.lit(">")))
            .otherwise("called")
        )

        def renamed(frame: pl.DataFrame, column: str) -> pl.DataFrame:
            new = frame.select(pl.col(column).alias("id")).join(called, on="id", how="left", maintain_order="left")
            return frame.with_columns(new.select(pl.coalesce("called", "id").alias(column)))

        nodes = tuple(renamed(frame.select(pl.col("id").alias("called"), pl.all()), "called") for frame in self.nodes)
        edges = tuple(renamed(renamed(frame, "source"), "target") for frame in self.edges)
        return replace(self, nodes=nodes, edges=edges)


def label(rows: pl.DataFrame) -> pl.Expr:
    """What people call each node of a frame: its path, else its name, spelling or id."""
    readable = [name for name in ("path", "qualified_name", "spelling", "name") if rows.schema.get(name) == pl.String()]
    return pl.coalesce(*readable, pl.col("id"))


def classes(kind: str) -> tuple[str, ...]:
    """The names of a node's classes: those that its kind spells, and their super-classes."""
    own = kind.split()
    return tuple(dict.fromkeys((*own, *filter(None, (_PARENTS.get(name, "") for name in own)))))


_EDGE_KINDS = [term.name for term in PROPERTIES if term.nature == "edge"]
_PARENTS = {term.name: term.parent.removeprefix("kg:") for term in CLASSES}
_CLASS_NAMES = {expand(f"kg:{name}"): name for name in _PARENTS} | {
    expand(name): name.rpartition(":")[2] for table in TABLES.values() for name in table.of
}
_KINDS = set(_CLASS_NAMES.values())


def _with_subclasses(names: Iterable[str]) -> list[str]:
    wanted = set(names)
    return [name for name in sorted(_KINDS) if name in wanted or _PARENTS.get(name) in wanted]


def _check_names(names: Iterable[str], known: Collection[str], what: str) -> None:
    for name in names:
        if name not in known:
            raise InputError(f"{name!r} is not {what} of the vocabulary", hint=f"one of {', '.join(sorted(known))}")


def _fill_columns(frames: Sequence[pl.DataFrame]) -> tuple[pl.DataFrame, ...]:
    return tuple(frame for frame in frames if len(frame))


# From column tables: every column that holds nodes becomes edges, all others are attributes under their own names.


def from_tables(graph: Graph) -> PropertyGraph:
    """The property graph of a whole graph."""
    base = graph.repository.base
    edges = [graph[EDGES].select(_shorten_ids(pl.col("source"), base), "kind", _shorten_ids(pl.col("target"), base))]
    nodes = []
    for name, table in TABLES.items():
        frame = graph[name]
        nodes.append(frame.select(_shorten_ids(pl.col("id"), base), *_attributes(table)))
        edges += _node_columns(table, frame, base)
    return PropertyGraph(graph.repository.name, base, _fill_columns(nodes), _fill_columns(edges))


def _shorten_ids(ids: pl.Expr, base: str) -> pl.Expr:
    return pl.when(ids != "").then(ids).otherwise(pl.lit(base))


def _attributes(table: Table) -> Iterator[pl.Expr]:
    if not any(column.holds == "class" for column in table.columns):
        yield pl.lit(table.of[-1].rpartition(":")[2]).alias("kind")
    for column in table.columns:
        match column.holds:
            case "texts" | "integers":  # no values and no attribute are the same
                yield pl.when(pl.col(column.name).list.len() > 0).then(pl.col(column.name)).alias(column.name)
            case "class" | "text" | "integer" | "decimal":
                yield pl.col(column.name)


def _node_columns(table: Table, frame: pl.DataFrame, base: str) -> Iterator[pl.DataFrame]:
    for column in table.columns:
        if column.holds not in ("node", "nodes"):
            continue
        kind = pl.lit(column.property.rpartition(":")[2]).alias("kind")
        rows = frame.select(_shorten_ids(pl.col("id"), base).alias("source"), kind, pl.col(column.name).alias("target"))
        if column.holds == "nodes":
            rows = rows.explode("target", empty_as_null=False, keep_nulls=False).unique(maintain_order=True)
        yield rows.filter(pl.col("target").is_not_null()).select("source", "kind", _shorten_ids(pl.col("target"), base))


# From triples. An answer is held in memory as columns, about a hundred bytes a triple.


def from_triples(triples: Iterable[Triple], name: str, base: str) -> PropertyGraph:
    """The property graph of an answer, whose attributes are those that its literals happen to need."""
    rows = pl.concat([_rows(()), *map(_rows, _chunks(triples))]).unique()
    own = [_shorten_ids(pl.col(column).str.strip_prefix(base), base).alias(column) for column in ("subject", "object")]
    is_node = pl.col("datatype").is_null()
    rows = rows.with_columns(own[0], pl.when(is_node).then(own[1]).otherwise(pl.col("object")).alias("object"))
    literals = rows.filter(pl.col("datatype").is_not_null())
    links = rows.filter(pl.col("datatype").is_null())
    types = links.filter(pl.col("predicate") == RDF_TYPE)
    edges = links.filter(pl.col("predicate") != RDF_TYPE)
    ids = [rows["subject"], edges["object"]]
    nodes = pl.DataFrame({"id": pl.concat(ids).unique().sort()})
    nodes = nodes.join(_kinds(types), on="id", how="left", maintain_order="left")
    for called, values in _literal_columns(literals):
        nodes = nodes.join(values.rename({"value": called}), on="id", how="left", maintain_order="left")
    names = _names(edges["predicate"], _LOCAL)
    frame = edges.select(
        pl.col("subject").alias("source"),
        pl.col("predicate").replace_strict(names, return_dtype=pl.String()).alias("kind"),
        pl.col("object").alias("target"),
    )
    return PropertyGraph(name, base, _fill_columns([nodes]), _fill_columns([frame.sort("source", "kind", "target")]))


def _chunks(triples: Iterable[Triple], size: int = 100_000) -> Iterator[Sequence[Triple]]:
    rest = iter(triples)
    while chunk := list(islice(rest, size)):
        yield chunk


def _rows(triples: Sequence[Triple]) -> pl.DataFrame:
    """Subject, predicate and object as text, and the datatype of an object that is a literal."""
    from pyoxigraph import BlankNode, Literal, NamedNode

    def identifier(term: object) -> str:
        match term:
            case NamedNode(value=value):
                return value
            case BlankNode():
                return str(term)
        raise ExportError("an answer with triple terms is not a property graph", hint="export it as nt, ttl or trig")

    columns: dict[str, list[str | None]] = {"subject": [], "predicate": [], "object": [], "datatype": []}
    for triple in triples:
        columns["subject"].append(identifier(triple.subject))
        columns["predicate"].append(triple.predicate.value)
        if isinstance(triple.object, Literal):
            columns["object"].append(triple.object.value)
            columns["datatype"].append(triple.object.datatype.value)
        else:
            columns["object"].append(identifier(triple.object))
            columns["datatype"].append(None)
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String()))


def _kinds(types: pl.DataFrame) -> pl.DataFrame:
    """Each node's classes without those that another of its classes implies, joined with a space."""

    def shorten(iris: Sequence[str]) -> str:
        names = {_CLASS_NAMES.get(iri) or _curie(iri) for iri in iris}
        return " ".join(sorted(names - {_PARENTS.get(name, "") for name in names}))

    sets = types.group_by(pl.col("subject").alias("id")).agg(pl.col("object").sort().alias("classes"))
    short_names = {tuple(classes): shorten(classes) for classes in sets["classes"].unique()}
    return sets.select("id", pl.Series("kind", [short_names[tuple(one)] for one in sets["classes"]], dtype=pl.String()))


def _literal_columns(literals: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    names = _names(literals["predicate"], _COLUMN_NAMES)
    for predicate, called in names.items():
        rows = literals.filter(pl.col("predicate") == predicate)
        values = rows.select(pl.col("subject").alias("id"), _infer_type(rows).alias("value")).sort("id", "value")
        if called in _LISTS or values["id"].is_duplicated().any():
            yield called, values.group_by("id", maintain_order=True).agg("value")
        else:
            yield called, values


def _infer_type(rows: pl.DataFrame) -> pl.Series:
    """The values of one property as numbers or truth values, if they all are; else as text."""
    text = rows["object"]
    datatypes = {datatype.removeprefix(XSD) for datatype in rows["datatype"].unique()}
    candidates: list[pl.Series] = []
    if datatypes <= {"integer", "int", "long", "nonNegativeInteger", "positiveInteger"}:
        candidates.append(text.cast(pl.Int64(), strict=False))
    elif datatypes <= {"decimal", "double", "float", "integer"}:
        numbers = text.cast(pl.Float64(), strict=False)
        candidates.append(numbers.replace([float("inf"), float("-inf"), float("nan")], None))
    elif datatypes == {"boolean"}:
        candidates.append(text.replace_strict({"true": True, "1": True, "false": False, "0": False}, default=None))
    return next((values for values in candidates if not values.has_nulls()), text)


def _names(predicates: pl.Series, known: Mapping[str, str]) -> dict[str, str]:
    """What each predicate is called: as the vocabulary says, else its local name, else (if taken) its IRI."""
    found = sorted(predicates.unique())
    names = {iri: known[iri] for iri in found if iri in known}
    for iri in found:
        if iri not in names:
            local = iri.rstrip("/#").rpartition("#")[2].rpartition("/")[2]
            taken = not local or local in names.values() or local in _OWN
            names[iri] = _curie(iri) if taken else local
    return names


def _curie(iri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


_COLUMN_NAMES = {
    expand(column.property): column.name
    for table in TABLES.values()
    for column in table.columns
    if column.holds in ("text", "texts", "integer", "integers", "decimal")
}
_LISTS = {column.name for table in TABLES.values() for column in table.columns if column.holds in ("texts", "integers")}
_LOCAL = {expand(name): name.rpartition(":")[2] for name in _EDGE_KINDS}
