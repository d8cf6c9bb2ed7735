"""Graphs and answers as other libraries' objects: networkx's and rdflib's.

Input: a graph's column tables or a source of triples. Output: an object in memory that belongs to the caller.

Each library is imported by the function that needs it, so that nobody waits for the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING
from typing import Literal as Choice

import polars as pl

from kgraph import gc_control
from kgraph.errors import InputError
from kgraph.export.sources import ExportSource, WholeGraph
from kgraph.model import Graph
from kgraph.vocab import PREFIXES, expand

if TYPE_CHECKING:
    import networkx
    import pyoxigraph
    import rdflib

XSD_STRING = expand("xsd:string")


def to_networkx(
    source: Graph | ExportSource,
    *,
    nodes: Collection[str] | None = None,
    edges: Collection[str] | None = None,
    external: bool = True,
    keys: Choice["id", "name"] = "id",
) -> networkx.MultiDiGraph:
    """A directed multigraph of networkx: the includes among files are `nodes={"File"}, edges={"includes"}`.

    `nodes` names classes ("File", "Function", "Symbol" for all kinds of symbol), `edges` names kinds ("includes",
    "contains"); None means all. An edge is there if both its ends are. `external=False` leaves out what lies outside
    the repository. Node ids are IRIs without the base, which is `graph.graph["base"]`; attributes are called as the
    columns of the tables, and those that a node lacks are left out; an edge's key is its kind.

    With `keys="name"` a node is called by its path, qualified name or spelling, followed by its id in angle brackets
    where several nodes share that name; its id is the attribute `id`.
    """
    import networkx

    if keys not in ("id", "name"):
        raise InputError(f"keys={keys!r}: nodes are called by 'id' or 'name'")
    whole = WholeGraph(source) if isinstance(source, Graph) else source
    wanted = whole.property_graph().restricted(nodes, edges, external=external)
    if keys == "name":
        wanted = wanted.named()
    graph = networkx.MultiDiGraph(name=wanted.name, base=wanted.base)
    with gc_control.gc_paused():
        for frame in wanted.nodes:
            _add_nodes(graph, frame)
        ends = {node: node for node in graph}  # an edge refers to the very texts that the nodes are
        for frame in wanted.edges:
            for part in frame.iter_slices(_ROWS):
                _add_edges(graph, part, ends)
    return graph


# `add_node` and `add_edge` take several times as long as what they do. So the dictionaries that hold a graph of
# networkx are filled here; a test compares the result with what those methods make.

_ROWS = 50_000  # at a time, of which there are Python objects beside those of the graph


def _add_nodes(graph: networkx.MultiDiGraph, frame: pl.DataFrame) -> None:
    repeated: dict[str, dict[str, str]] = {
        column.name: {}
        for column in frame.iter_columns()
        if column.dtype == pl.String() and column.n_unique() < len(frame) // 2
    }
    for part in frame.iter_slices(_ROWS):
        key, *columns = part.iter_columns()
        attributes: list[dict[str, object]] = [{} for _ in key]
        for column in columns:
            name, values = column.name, column.to_list()
            if (known := repeated.get(name)) is not None:  # one object for all that are alike
                values = [known.setdefault(value, value) for value in values]
            for own, value in zip(attributes, values, strict=True):
                if value is not None:
                    own[name] = value
        for node, own in zip(key.to_list(), attributes, strict=True):
            graph._node[node] = own
            graph._succ[node] = {}
            graph._pred[node] = {}


def _add_edges(graph: networkx.MultiDiGraph, frame: pl.DataFrame, ends: dict[str, str]) -> None:
    successors, predecessors = graph._succ, graph._pred
    for name in ("source", "target"):
        graph.add_nodes_from(ends.setdefault(node, node) for node in frame[name].unique() if node not in ends)
    kinds = {kind: kind for kind in frame["kind"].unique()}
    rows = zip(frame["source"].to_list(), frame["target"].to_list(), frame["kind"].to_list(), strict=True)
    for source, target, kind in rows:
        kind = kinds[kind]
        following = successors[source]
        if (edges := following.get(target)) is None:
            following[ends[target]] = predecessors[target][ends[source]] = {kind: {"kind": kind}}
        elif kind not in edges:
            edges[kind] = {"kind": kind}


def to_rdflib(source: Graph | ExportSource) -> rdflib.Graph:
    """The triples in a graph of rdflib, with the vocabulary's prefixes bound.

    rdflib holds a graph in Python objects, about 1.4 kB a triple, so that a large repository's graph takes gigabytes;
    query that with kgraph, and take the answer of a CONSTRUCT query over to rdflib.
    """
    import rdflib

    whole = WholeGraph(source) if isinstance(source, Graph) else source
    graph = rdflib.Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    add, terms = graph.store.add, _RdflibTerms()
    with gc_control.gc_paused():
        for triple in _parse(whole.ntriples()):
            # Straight into rdflib's store: `Graph.add` looks at each term's type again.
            add((terms(triple.subject), terms(triple.predicate), terms(triple.object)), graph)
    return graph


def _parse(chunks: Iterable[bytes]) -> Iterator[pyoxigraph.Triple]:
    import pyoxigraph

    for chunk in chunks:
        yield from pyoxigraph.parse(chunk, pyoxigraph.RdfFormat.N_TRIPLES)


class _RdflibTerms:
    """The engine's terms as rdflib's; each IRI is made once."""

    def __init__(self) -> None:
        self._nodes: dict[str, rdflib.IdentifiedNode] = {}

    def __call__(self, term: object) -> rdflib.term.Identifier:
        import pyoxigraph
        import rdflib

        match term:
            case pyoxigraph.NamedNode(value=iri):
                node = self._nodes.get(iri)
                if node is None:
                    node = self._nodes[iri] = rdflib.URIRef(iri)
                return node
            case pyoxigraph.Literal(value=text, language=language, datatype=datatype):
                if language:
                    return rdflib.Literal(text, lang=language)
                if datatype.value == XSD_STRING:
                    return rdflib.Literal(text)
                return rdflib.Literal(text, datatype=rdflib.URIRef(datatype.value), normalize=False)
            case pyoxigraph.BlankNode(value=label):
                return rdflib.BNode(label)
        raise TypeError(f"rdflib has no such term: {term}")
