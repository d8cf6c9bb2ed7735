"""The ontology and the shapes: as generated, complete, true of a graph, and false of a broken one."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDF, RDFS, SH, SKOS

import kgraph
from kgraph.model import Graph, Kind
from kgraph.vocab import PREFIXES, SCHEMA_VERSION, expand
from kgraph.vocab.classes import CLASSES
from kgraph.vocab.iri import KG
from kgraph.vocab.ontology import DOCUMENTS, FOLDER, ShapeViolation, violations
from kgraph.vocab.ontology.owl import ONTOLOGY_IRI, label
from kgraph.vocab.ontology.turtle import MORE_PREFIXES
from kgraph.vocab.tables import EDGE_KINDS, TABLES, USE_EDGES
from kgraph.vocab.terms import PROPERTIES
from tests.graphs import BASE, memory_store, ntriples, small, with_builds

SAMPLES = Path(__file__).parent / "samples"


@cache
def document(name: str) -> rdflib.Graph:
    return rdflib.Graph().parse(FOLDER / name)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_are_as_generated(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == DOCUMENTS[name](), "run `make docs`"


def test_every_column_and_edge_has_a_term() -> None:
    known = {term.name for term in PROPERTIES} | {"", "rdf:type"}
    assert {column.property for table in TABLES.values() for column in table.columns} <= known
    assert {f"kg:{kind}" for kind in EDGE_KINDS} <= known
    assert set(USE_EDGES) == {term.name for term in CLASSES if term.parent == "kg:Use"}
    assert {kind.value for kind in Kind} <= {term.name for term in CLASSES}
    assert len(known) == len(PROPERTIES) + 2
    values = {term.name: set(term.values) for term in PROPERTIES}
    assert set(small()["includes"]["form"]) <= values["kg:form"]
    assert set(small()["files"]["read_as"]) <= values["kg:readAs"]


def test_the_ontology_describes_every_term() -> None:
    ontology = document("kgraph.ttl")
    own = {subject for subject in ontology.subjects() if str(subject).startswith(KG)}
    assert own == {rdflib.URIRef(KG + term.name) for term in CLASSES} | {
        rdflib.URIRef(expand(term.name)) for term in PROPERTIES if term.name.startswith("kg:")
    }
    for subject in own:
        assert ontology.value(subject, RDFS.comment), subject
        assert ontology.value(subject, RDFS.label), subject
    assert str(ontology.value(rdflib.URIRef(ONTOLOGY_IRI), OWL.versionInfo)) == str(SCHEMA_VERSION)
    assert str(ontology.value(rdflib.URIRef(KG + "TypeAlias"), SKOS.prefLabel)) == "type alias"
    assert label("ExternalHeader") == "external header"


def test_the_ontology_names_only_what_exists() -> None:
    ontology = document("kgraph.ttl")
    named = {str(node) for triple in ontology for node in triple if str(node).startswith(KG)} - {KG}
    assert named == {str(subject) for subject in ontology.subjects() if str(subject).startswith(KG)}
    # rdflib's closed namespaces know the terms of the vocabularies that are reused.
    for curie in (name for term in PROPERTIES for name in (term.name, term.range) if name):
        for name in curie.split():
            prefix, _, local = name.partition(":")
            if prefix not in ("kg", "schema", "nfo", "woc"):
                namespace = {"rdfs": RDFS, "prov": rdflib.PROV, "dcterms": rdflib.DCTERMS, "xsd": rdflib.XSD}[prefix]
                assert namespace[local] == rdflib.URIRef(expand(name))


def test_the_shapes_close_every_class_and_name_only_known_properties() -> None:
    shapes = document("shapes.ttl")
    known = {rdflib.URIRef(expand(term.name)) for term in PROPERTIES} | {RDF.type}
    paths = {path for path in shapes.objects(None, SH.path) if isinstance(path, rdflib.URIRef)}
    assert paths <= known
    for shape in shapes.subjects(RDF.type, SH.NodeShape):
        assert (shape, SH.closed, rdflib.Literal(True)) in shapes
    uses = {expand_uri(f"kg:{kind}") for kind in USE_EDGES}
    own = {expand_uri(name) for table in TABLES.values() if not table.implied for name in table.of}
    assert own | uses == set(shapes.objects(None, SH.targetClass))
    kinds = next(
        Collection(shapes, head)
        for head in shapes.objects(None, SH["in"])
        if (head, RDF.first, expand_uri("kg:Symbol")) in shapes
    )
    assert len(list(kinds)) == len(Kind) + 1


def expand_uri(curie: str) -> rdflib.URIRef:
    return rdflib.URIRef(expand(curie))


def by_shacl(data: str) -> set[tuple[str, str, str]]:
    """Node, path and constraint of each violation, as a SHACL validator finds them."""
    graph = rdflib.Graph().parse(data=data, format="nt")
    _, report, _ = pyshacl.validate(graph, shacl_graph=document("shapes.ttl"))
    found = set()
    for result in report.subjects(RDF.type, SH.ValidationResult):
        path = report.value(result, SH.resultPath)
        component = str(report.value(result, SH.sourceConstraintComponent))
        found.add(
            (
                str(report.value(result, SH.focusNode)),
                _curie(path) if isinstance(path, rdflib.URIRef) else "",
                component.removeprefix(str(SH)).removesuffix("ConstraintComponent"),
            )
        )
    return found


def _curie(iri: rdflib.term.Node) -> str:
    for prefix, namespace in PREFIXES.items():
        if str(iri).startswith(namespace):
            return f"{prefix}:{str(iri).removeprefix(namespace)}"
    return str(iri)


def by_sparql(data: str) -> set[tuple[str, str, str]]:
    """The same as the checks find them."""
    store = ox.Store()
    store.load(data.encode(), ox.RdfFormat.N_TRIPLES)
    return {(one.node, _curie(rdflib.URIRef(one.path)), one.constraint) for one in violations(store)}


@pytest.mark.parametrize("graph", [small, with_builds])
def test_a_graph_conforms(graph: Callable[[], Graph]) -> None:
    assert violations(memory_store(graph())) == []
    assert by_shacl(ntriples(graph())) == set()


@pytest.mark.parametrize("sample", [*(path.name for path in sorted(SAMPLES.iterdir())), "../specs/cpp/declarations"])
def test_the_graph_of_every_sample_conforms(sample: str, tmp_path: Path) -> None:
    with kgraph.build(SAMPLES / sample, output=tmp_path / "graph", jobs=1) as graph:
        assert violations(graph.store) == []
        graph.export("nt", tmp_path / "graph.nt")
    assert by_shacl((tmp_path / "graph.nt").read_text()) == set()


# What is taken out of the graph (lines that contain all of these), what is put in, and the violation that it makes.
BROKEN: dict[str, tuple[tuple[str, ...], str, tuple[str, str, str]]] = {
    "a file without a size": (
        ("<{base}file/README.md> ", "#size"),
        "",
        ("file/README.md", "kg:size", "MinCount"),
    ),
    "a file of two sizes": (
        (),
        '<{base}file/docs/guide.md> <{kg}size> "901"^^<{xsd}integer> .',
        ("file/docs/guide.md", "kg:size", "MaxCount"),
    ),
    "a size that is a text": (
        ("<{base}file/CMakeLists.txt> ", "#size"),
        '<{base}file/CMakeLists.txt> <{kg}size> "120" .',
        ("file/CMakeLists.txt", "kg:size", "Datatype"),
    ),
    "a size that is not a number": (
        ("<{base}file/src/circle.h> ", "#size"),
        '<{base}file/src/circle.h> <{kg}size> "big"^^<{xsd}integer> .',
        ("file/src/circle.h", "kg:size", "Datatype"),
    ),
    "a negative size": (
        ("<{base}file/src/circle.cpp> ", "#size"),
        '<{base}file/src/circle.cpp> <{kg}size> "-1"^^<{xsd}integer> .',
        ("file/src/circle.cpp", "kg:size", "MinInclusive"),
    ),
    "a path that is a node": (
        ("<{base}file/logo.png> ", "#path"),
        "<{base}file/logo.png> <{kg}path> <{base}file/logo.png> .",
        ("file/logo.png", "kg:path", "Datatype"),
    ),
    "a way of reading that does not exist": (
        ("<{base}file/src/a/dup.h> ", "#readAs"),
        '<{base}file/src/a/dup.h> <{kg}readAs> "guessed" .',
        ("file/src/a/dup.h", "kg:readAs", "In"),
    ),
    "a property that files do not have": (
        (),
        '<{base}file/src/b/dup.h> <{kg}qualifiedName> "dup" .',
        ("file/src/b/dup.h", "kg:qualifiedName", "Closed"),
    ),
    "a property that does not exist": (
        (),
        '<{base}file/src/b/dup.h> <http://example.org/colour> "red" .',
        ("file/src/b/dup.h", "http://example.org/colour", "Closed"),
    ),
    "an edge to nowhere": (
        (),
        "<{base}file/src/shape.cpp> <{kg}includes> <{base}file/gone.h> .",
        ("file/src/shape.cpp", "kg:includes", "Or"),
    ),
    "an edge to a text": (
        (),
        '<{base}file/python/geo/shapes.py> <{kg}imports> "numpy" .',
        ("file/python/geo/shapes.py", "kg:imports", "NodeKind"),
    ),
    "an include in a folder": (
        ("<{base}{vector}> ", "#inFile"),
        "<{base}{vector}> <{kg}inFile> <{base}folder/src> .",
        ("{vector}", "kg:inFile", "Class"),
    ),
    "a symbol without a place": (
        ("<{base}symbol/cpp/macro/GEO_API> ", "#definition"),
        "",
        ("symbol/cpp/macro/GEO_API", "", "MinCount"),
    ),
    "a symbol without a kind": (
        ("<{base}symbol/cpp/struct/geo%3A%3ACircle> ", "-syntax-ns#type", "#Struct>"),
        "",
        ("symbol/cpp/struct/geo%3A%3ACircle", "rdf:type", "MinCount"),
    ),
    "a symbol of a kind that does not exist": (
        ("<{base}symbol/python/module/geo> ", "-syntax-ns#type", "#Module>"),
        "<{base}symbol/python/module/geo> <{rdf}type> <{kg}Package> .",
        ("symbol/python/module/geo", "rdf:type", "In"),
    ),
    "a symbol of two kinds": (
        (),
        "<{base}symbol/python/module/geo.shapes> <{rdf}type> <{kg}Class> .",
        ("symbol/python/module/geo.shapes", "rdf:type", "MaxCount"),
    ),
    "a symbol of two names in one": (
        (),
        '<{base}symbol/markdown/heading/README.md%2FShapes> <{rdfs}label> "Forms"@en .',
        ("symbol/markdown/heading/README.md%2FShapes", "rdfs:label", "Datatype"),
    ),
    "an end before the start": (
        ("<{base}file/README.md#L1-L12> ", "#startLine"),
        '<{base}file/README.md#L1-L12> <{kg}startLine> "13"^^<{xsd}integer> .',
        ("file/README.md#L1-L12", "kg:startLine", "LessThanOrEquals"),
    ),
    "a line before the first": (
        ("<{base}file/src/circle.h#L4-L8> ", "#startLine"),
        '<{base}file/src/circle.h#L4-L8> <{kg}startLine> "0"^^<{xsd}integer> .',
        ("file/src/circle.h#L4-L8", "kg:startLine", "MinInclusive"),
    ),
    "a place that does not exist": (
        (),
        "<{base}symbol/cpp/namespace/geo> <{kg}definition> <{base}file/src/circle.h#L1-L9> .",
        ("symbol/cpp/namespace/geo", "kg:definition", "Class"),
    ),
    "a place without an end": (
        ("<{base}file/include/geo/util.h#L3-L3> ", "#endLine"),
        "",
        ("file/include/geo/util.h#L3-L3", "kg:endLine", "MinCount"),
    ),
    "a use on no line": (
        (),
        '<{base}{use}> <{kg}line> "0"^^<{xsd}integer> .',
        ("{use}", "kg:line", "MinInclusive"),
    ),
    "a use in two files": (
        (),
        "<{base}{use}> <{kg}inFile> <{base}file/README.md> .",
        ("{use}", "kg:inFile", "MaxCount"),
    ),
    "a use by nobody": (
        ("<{base}{expansion}> ", "#from"),
        "",
        ("{expansion}", "kg:from", "MinCount"),
    ),
    "a use of two kinds": (
        (),
        "<{base}{use}> <{rdf}type> <{kg}Reference> .",
        ("{use}", "rdf:type", "MaxCount"),
    ),
    "a call of a folder": (
        (),
        "<{base}file/src/circle.cpp> <{kg}calls> <{base}folder/src> .",
        ("file/src/circle.cpp", "kg:calls", "Or"),
    ),
    "a node without a name": (
        (),
        "_:someone <{rdf}type> <{prov}Activity> .",
        ("_:someone", "", "NodeKind"),
    ),
}


def nodes() -> dict[str, str]:
    """Ids that hold a hash."""
    uses = {kind: id_ for id_, kind in small()["uses"].sort("id").select("id", "kind").iter_rows()}
    vector = next(id_ for id_ in small()["includes"]["id"] if id_.startswith("include/include/geo/shape.h/"))
    return {"vector": vector, "use": uses["Call"], "expansion": uses["Expansion"]}


@cache
def broken() -> str:
    names = {
        "base": BASE,
        **nodes(),
        **{prefix: PREFIXES[prefix] for prefix in ("kg", "rdf", "rdfs", "xsd", "prov")},
    }
    lines = ntriples(small()).splitlines()
    for taken, put, _ in BROKEN.values():
        if taken:
            parts = [part.format(**names) for part in taken]
            left = [line for line in lines if not all(part in line for part in parts)]
            assert len(left) == len(lines) - 1, parts
            lines = left
        if put:
            lines.append(put.format(**names))
    return "\n".join(lines)


def test_the_checks_find_what_a_validator_finds() -> None:
    shacl = {
        ("_:someone", *rest) if not node.startswith("http") else (node, *rest) for node, *rest in by_shacl(broken())
    }
    sparql = {
        ("_:someone", *rest) if not node.startswith("http") else (node, *rest) for node, *rest in by_sparql(broken())
    }
    assert sorted(sparql) == sorted(shacl)


@pytest.mark.parametrize("case", BROKEN)
def test_each_seeded_violation_is_found(case: str) -> None:
    node, path, constraint = BROKEN[case][2]
    found = {(one if one[0].startswith("http") else ("_:someone", *one[1:])) for one in by_sparql_once()}
    assert (node if node.startswith("_:") else BASE + node.format(**nodes()), path, constraint) in found


@cache
def by_sparql_once() -> frozenset[tuple[str, str, str]]:
    return frozenset(by_sparql(broken()))


def test_a_violation_reads_as_a_sentence() -> None:
    one = ShapeViolation("http://example.org/a", "kg:size", "Datatype", '"12"')
    assert str(one) == '<http://example.org/a> kg:size: Datatype "12"'
    assert str(ShapeViolation("http://example.org/a", "", "MinCount")) == "<http://example.org/a> as a whole: MinCount"


def test_prefixes_do_not_clash() -> None:
    assert not PREFIXES.keys() & MORE_PREFIXES.keys()
