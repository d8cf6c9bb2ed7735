"""Graphs and answers as other libraries' objects: networkx's and rdflib's.

Input: a graph's column tables or a source of triples. Output: an object in memory that belongs to the caller.

Each library is imported by the function that needs it, so that nobody waits for the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from kgraph import gc_control
from kgraph.export.property_graph import PropertyGraph
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
) -> networkx.MultiDiGraph:
    """A directed multigraph of networkx: the includes among files are `nodes={"File"}, edges={"includes"}`.

    `nodes` names classes ("File", "Function", "Symbol" for all kinds of symbol), `edges` names kinds ("includes",
    "contains"); None means all. An edge is there if both its ends are. `external=False` leaves out what lies outside
    the repository. Node ids are IRIs without the base, which is `graph.graph["base"]`; attributes are called as the
    columns of the tables, and those that a node lacks are left out; an edge's key is its kind.
    """
    import networkx

    whole = WholeGraph(source) if isinstance(source, Graph) else source
    wanted = whole.property_graph().restricted(nodes, edges, external=external)
    graph = networkx.MultiDiGraph(name=wanted.name, base=wanted.base)
    with gc_control.paused():
        graph.add_nodes_from(_nodes(wanted))
        graph.add_edges_from(_edges(wanted))
    return graph


def _nodes(graph: PropertyGraph) -> Iterator[tuple[str, dict[str, object]]]:
    for frame in graph.nodes:
        names = frame.columns[1:]
        ids, *columns = (column.to_list() for column in frame.iter_columns())
        for node, values in zip(ids, zip(*columns, strict=True), strict=True):
            yield node, {name: value for name, value in zip(names, values, strict=True) if value is not None}


def _edges(graph: PropertyGraph) -> Iterator[tuple[str, str, str, dict[str, str]]]:
    for frame in graph.edges:
        for source, kind, target in frame.iter_rows():
            yield source, target, kind, {"kind": kind}


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
    with gc_control.paused():
        for triple in _parsed(whole.ntriples()):
            # Straight into rdflib's store: `Graph.add` looks at each term's type again.
            add((terms(triple.subject), terms(triple.predicate), terms(triple.object)), graph)
    return graph


def _parsed(chunks: Iterable[bytes]) -> Iterator[pyoxigraph.Triple]:
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
