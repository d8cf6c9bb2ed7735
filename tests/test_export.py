"""Exports: what is written can be read back, by the engine, by rdflib and by networkx, into the same graph."""

from __future__ import annotations

import io
import json
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import networkx
import polars as pl
import pyoxigraph as ox
import pytest
import rdflib

from kgraph import export
from kgraph.errors import ExportError, InputError
from kgraph.export import ExportSource, QueryAnswer, WholeGraph, sources
from kgraph.export.convert import to_networkx
from kgraph.export.property_graph import from_tables, from_triples
from kgraph.model import Graph
from tests.graphs import BASE, ntriples, small

RDFLIB_FORMATS = {"nt": "nt", "ttl": "turtle", "jsonld": "json-ld", "rdfxml": "xml", "nq": "nquads", "trig": "trig"}
ENGINE_FORMATS = {
    "nt": ox.RdfFormat.N_TRIPLES,
    "ttl": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
}
QUADS = ("nq", "trig")
STREAMS = [form for form, writer in export.WRITERS.items() if writer.stream is not None]
ANSWERED = [form for form in STREAMS if not form.startswith(("svg-", "scip"))]  # the others are of whole graphs


def written(source: ExportSource, form: str, *, sort: bool = False) -> bytes:
    out = io.BytesIO()
    export.write(source, form, out, sort=sort)
    return out.getvalue()


def triples(graph: Graph) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(ntriples(graph).encode(), ox.RdfFormat.N_TRIPLES)]


def whole() -> WholeGraph:
    return WholeGraph(small())


def answer() -> QueryAnswer:
    return QueryAnswer("shapes", BASE, triples(small()))


@pytest.fixture(params=[whole, answer], ids=["whole graph", "answer"])
def source(request: pytest.FixtureRequest) -> ExportSource:
    made: ExportSource = request.param()
    return made


# RDF


@pytest.mark.parametrize("form", ENGINE_FORMATS)
def test_the_engine_reads_the_same_triples(source: ExportSource, form: str) -> None:
    quads = list(ox.parse(written(source, form), ENGINE_FORMATS[form]))
    assert {quad.triple for quad in quads} == set(triples(small()))
    assert len(quads) == len(triples(small()))
    graph = ox.NamedNode(BASE) if form in QUADS else ox.DefaultGraph()
    assert {quad.graph_name for quad in quads} == {graph}


@pytest.mark.parametrize("form", RDFLIB_FORMATS)
@pytest.mark.filterwarnings("ignore:(Dataset|ConjunctiveGraph):DeprecationWarning")  # by rdflib's own readers
def test_rdflib_reads_the_same_triples(source: ExportSource, form: str) -> None:
    found = rdflib.Dataset() if form in QUADS else rdflib.Graph()
    found.parse(data=written(source, form), format=RDFLIB_FORMATS[form])
    expected = rdflib.Graph().parse(data=ntriples(small()), format="nt")
    assert {statement[:3] for statement in found} == set(expected)


def test_turtle_is_for_people() -> None:
    text = written(whole(), "ttl").decode()
    assert text.startswith(f"@base <{BASE}> .\n@prefix dcterms: <http://purl.org/dc/terms/> .\n@prefix kg: ")
    assert "\n<file/include/geo/shape.h> a kg:File ;\n" in text
    assert "\n\tkg:size 640 .\n" in text


@pytest.mark.parametrize("form", [form for form in ANSWERED if form not in ("nt", "nq")])
def test_order_depends_on_the_triples_alone(form: str) -> None:
    first = answer()
    second = QueryAnswer(first.name, first.base, iter(reversed(list(first.triples))))
    assert written(first, form) == written(second, form)


def test_sorted_lines_are_sorted_by_bytes_and_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = sorted(ntriples(small()).encode().splitlines(keepends=True))
    assert written(whole(), "nt", sort=True) == b"".join(expected)
    twice = QueryAnswer("shapes", BASE, [*answer().triples, *answer().triples])
    assert written(twice, "nt", sort=True) == b"".join(expected)
    monkeypatch.setattr(sources, "ROWS_A_BUCKET", 3)
    monkeypatch.setattr(sources, "ROWS_A_SAMPLE", 1)
    assert written(whole(), "nt", sort=True) == b"".join(expected)


def test_an_empty_answer_is_a_document_in_every_format() -> None:
    for form, rdf in ENGINE_FORMATS.items():
        assert list(ox.parse(written(QueryAnswer("x", BASE, []), form), rdf)) == []
    graph = networkx.read_graphml(io.BytesIO(written(QueryAnswer("x", BASE, []), "graphml")))
    assert len(graph) == 0
    assert json.loads(written(QueryAnswer("x", BASE, []), "nodelink"))["nodes"] == []


def test_a_property_without_a_name_cannot_be_rdfxml() -> None:
    node = ox.NamedNode(BASE + "file/a")
    with pytest.raises(ExportError, match="does not end in a name"):
        written(QueryAnswer("x", BASE, [ox.Triple(node, ox.NamedNode("http://example.org/1"), node)]), "rdfxml")


# Property graphs


def same(found: networkx.MultiDiGraph, expected: networkx.MultiDiGraph) -> None:
    for graph in (found, expected):
        for _, attributes in graph.nodes(data=True):
            for name in {"analysed", "bases", "reasons"} & attributes.keys():  # in an order that triples do not have
                attributes[name].sort()
    assert dict(found.nodes(data=True)) == dict(expected.nodes(data=True))
    assert sorted(found.edges(keys=True)) == sorted(expected.edges(keys=True))
    assert {kind for _, _, kind in found.edges(data="kind")} == {kind for _, _, kind in expected.edges(keys=True)}
    assert found.graph["base"] == expected.graph["base"]


def test_networkx_reads_node_link_json_as_the_same_graph(source: ExportSource) -> None:
    data = json.loads(written(source, "nodelink"))
    same(networkx.node_link_graph(data, edges="edges"), to_networkx(small()))


LISTS = [
    *("options", "weights", "analysed", "diagnostics", "modifiers", "bases", "names"),
    *("weaknesses", "at_lines", "roles", "reasons"),
]


def test_networkx_reads_graphml_as_the_same_graph(source: ExportSource) -> None:
    found = networkx.read_graphml(io.BytesIO(written(source, "graphml")), force_multigraph=True)
    for _, attributes in found.nodes(data=True):
        for name in LISTS:
            if name in attributes:
                attributes[name] = json.loads(attributes[name])
    same(found, to_networkx(small()))


def test_graphml_declares_types_and_says_what_is_a_list() -> None:
    root = ElementTree.fromstring(written(whole(), "graphml"))
    space = {"g": "http://graphml.graphdrawing.org/xmlns"}
    types = {key.get("attr.name"): key.get("attr.type") for key in root.findall("g:key[@for='node']", space)}
    assert (types["size"], types["path"]) == ("long", "string")
    lists = [key.get("attr.name") for key in root.findall("g:key[g:desc]", space)]
    assert lists == LISTS


def test_a_whole_graph_and_its_triples_are_the_same_property_graph() -> None:
    tables, answered = from_tables(small()), from_triples(triples(small()), "shapes", BASE)
    edges = pl.concat(tables.edges).sort("source", "kind", "target")
    assert edges.equals(pl.concat(answered.edges))
    kinds = pl.concat([frame.select("id", "kind") for frame in tables.nodes]).sort("id")
    assert kinds.equals(answered.nodes[0].select("id", "kind"))


def test_an_answer_of_any_vocabulary_is_a_property_graph() -> None:
    literal = [("1.5", "decimal"), ("2", "decimal")], [("true", "boolean")], [("3", "integer"), ("three", "string")]
    node, xsd = ox.NamedNode("http://example.org/a"), "http://www.w3.org/2001/XMLSchema#"
    told = [
        ox.Triple(node, ox.NamedNode(f"http://example.org/p{n}"), ox.Literal(text, datatype=ox.NamedNode(xsd + name)))
        for n, values in enumerate(literal)
        for text, name in values
    ]
    told.append(ox.Triple(node, ox.NamedNode("http://other.org/p1"), ox.Literal("x", language="en")))
    told.append(ox.Triple(ox.BlankNode("b"), ox.NamedNode("http://example.org/to"), node))
    graph = to_networkx(QueryAnswer("x", BASE, told))
    assert graph.nodes[node.value] == {
        "p0": [1.5, 2.0],
        "p1": True,
        "p2": ["3", "three"],
        "http://other.org/p1": "x",
    }
    assert list(graph.edges(keys=True)) == [("_:b", node.value, "to")]
    read = networkx.read_graphml(io.BytesIO(written(QueryAnswer("x", BASE, told), "graphml")))
    assert read.nodes[node.value]["p1"] is True


def test_restricting_knows_sub_classes_and_refuses_what_does_not_exist() -> None:
    graph = from_tables(small())
    symbols = pl.concat([frame.select("id") for frame in graph.restricted(nodes={"Symbol"}).nodes])
    assert symbols["id"].str.starts_with("symbol/").all()
    assert len(symbols) == len(small()["symbols"])
    with pytest.raises(InputError, match="'Files' is not a class"):
        graph.restricted(nodes={"Files"})
    with pytest.raises(InputError, match="'include' is not an edge kind"):
        graph.restricted(edges={"include"})


# Tables


def test_parquet_tables_are_the_tables(tmp_path: Path) -> None:
    export.write(whole(), "parquet", tmp_path / "a" / "tables")
    about = json.loads((tmp_path / "a" / "tables" / "graph.json").read_text())
    assert about["base"] == BASE
    for table in small():
        assert pl.read_parquet(tmp_path / "a" / "tables" / f"{table}.parquet").equals(small()[table])
    with pytest.raises(ExportError, match="no column tables"):
        export.write(answer(), "parquet", tmp_path / "answer")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_folder_is_replaced_only_if_it_is_ours(tmp_path: Path) -> None:
    for _ in range(2):
        export.write(whole(), "parquet", tmp_path / "tables")
    (tmp_path / "tables" / "notes.txt").write_text("mine")
    with pytest.raises(ExportError, match="in the way"):
        export.write(whole(), "parquet", tmp_path / "tables")
    assert [path.name for path in tmp_path.iterdir()] == ["tables"]
    with pytest.raises(ExportError, match="standard output cannot take"):
        export.write(whole(), "parquet", "-")
    with pytest.raises(ExportError, match="a stream cannot take"):
        export.write(whole(), "parquet", io.BytesIO())


# Where it goes


class Broken:
    """A source that fails in the middle."""

    name = "broken"
    base = BASE

    def ntriples(self, *, sort: bool = False) -> Iterator[bytes]:
        yield b"<http://example.org/a> <http://example.org/b> <http://example.org/c> .\n" * 100_000
        raise KeyboardInterrupt

    def property_graph(self) -> object:
        raise KeyboardInterrupt


@pytest.mark.parametrize("form", ANSWERED)
def test_a_failure_leaves_what_was_there(tmp_path: Path, form: str) -> None:
    target = tmp_path / "there"
    target.write_text("before")
    with pytest.raises(KeyboardInterrupt):
        export.write(Broken(), form, target)  # type: ignore[arg-type]
    assert target.read_text() == "before"
    assert list(tmp_path.iterdir()) == [target]


def test_folders_are_made_and_files_are_like_any_other(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b" / ("é" * 120 + ".nt")
    export.write(whole(), "nt", target)
    assert target.read_text() == ntriples(small())
    other = tmp_path / "other"
    other.write_text("")
    assert stat.S_IMODE(target.stat().st_mode) == stat.S_IMODE(other.stat().st_mode)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "file.nt").write_text("before")
    (tmp_path / "link.nt").symlink_to("file.nt")
    export.write(whole(), "nt", tmp_path / "link.nt")
    assert (tmp_path / "link.nt").is_symlink()
    assert (tmp_path / "file.nt").read_text() == ntriples(small())


def test_standard_output_and_devices(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    export.write(whole(), "nt", "-")
    sys.stdout.flush()
    assert capfdbinary.readouterr().out == ntriples(small()).encode()
    export.write(whole(), "nt", "/dev/null")
    assert Path("/dev/null").is_char_device()


def test_what_the_file_system_refuses_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for target in (tmp_path / "file" / "below.nt", tmp_path):
        with pytest.raises(ExportError, match=str(tmp_path)):
            export.write(whole(), "nt", target)
    with pytest.raises(ExportError, match="one of nt, ttl"):
        export.write(whole(), "yaml", tmp_path / "x")
