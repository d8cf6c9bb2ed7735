"""Exports of any text and any path: what is written is read back by other libraries as it was."""

from __future__ import annotations

import io
import json
import posixpath
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

import networkx
import polars as pl
import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kgraph.export import QueryAnswer, WholeGraph, write
from kgraph.export.convert import to_networkx, to_rdflib
from kgraph.model import Graph, Repository
from kgraph.vocab.iri import decode_path, display_path, encode_segment, external_id, file_id, include_id, location_id
from kgraph.vocab.tables import EDGES, TABLES, schema
from kgraph.vocab.triples import lines

BASE = "https://w3id.org/kgraph/example.org/some%20team/x/"
NASTY = [
    'a "quoted" \\back\\slash\\',
    "line\nfeed\r\nand\rreturn\ttab",
    "\u2028\u2029\u0085\u009f\u00ad\ufeff",
    " leading and trailing \t",
    "e\u0301 \u202eright to left\u202c 👩‍👩‍👧 𝔘",
    "text@en",
    '"^^<http://www.w3.org/2001/XMLSchema#integer> .',
    "<!-- --> ]]> & &amp; <a href='x'>",
    "\\u0041 \\n \\\\",
    "{0} {} %s",
    ".",
    "..",
    "",
]
# What tables hold: any character, but for the controls that are replaced when facts become tables, and surrogates.
CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r")
characters = st.characters(exclude_categories=["Cs"], exclude_characters=CONTROLS.decode() + "\ufffe\uffff")
texts = st.one_of(st.sampled_from(NASTY), st.text(characters))
segments = st.one_of(
    st.sampled_from(
        ["a b", 'q"uote', "#", "%41", "?x", "new\nline", "\udcff\udc80", "été", "back\\slash", "...", "a:b"]
    ),
    st.binary(min_size=1, max_size=8).map(
        lambda raw: raw.translate(None, CONTROLS + b"/").decode("utf-8", "surrogateescape")
    ),
).filter(lambda segment: segment not in ("", ".", ".."))
paths = st.lists(segments, min_size=1, max_size=3).map("/".join)
quick = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def graph(path: str, text: str, values: list[str], number: int) -> Graph:
    """One file with a symbol, an include and what belongs to them, saying `text` wherever a text can stand."""
    file, symbol = file_id(path), f"symbol/cpp/function/{encode_segment(text)}"
    external, place = external_id("header", text), location_id(file, 1, 2)
    rows: dict[str, dict[str, Any]] = {
        "repository": {"id": "", "name": text, "build": "build/1"},
        "activities": {"id": "build/1", "agent": text, "options": values},
        "files": {
            "id": file,
            "path": display_path(path),
            "name": display_path(posixpath.basename(path)),
            "size": number,
            "blob": "00",
            "read_as": "syntax",
            "diagnostics": values,
            "documentation": text,
        },
        "symbols": {"id": symbol, "kind": "Function", "name": text, "qualified_name": text, "modifiers": values},
        "locations": {"id": place, "file": file, "start_line": 1, "end_line": 2},
        "includes": {
            "id": include_id(file, text, 0),
            "file": file,
            "start_line": 1,
            "spelling": text,
            "form": "quoted",
            "resolution": "external",
            "targets": [external],
        },
        "externals": {"id": external, "kind": "ExternalHeader", "spelling": text},
    }
    edges = [(file, "contains", symbol), (symbol, "definition", place), (file, "includes", external)]
    tables = {table: _frame(table, rows.get(table)) for table in TABLES}
    tables[EDGES] = pl.DataFrame(edges, schema=schema(EDGES), orient="row")
    return Graph(Repository(text, BASE), tables)


def _frame(table: str, row: Mapping[str, Any] | None) -> pl.DataFrame:
    columns = schema(table)
    filled = {
        name: [row.get(name, [] if dtype.is_nested() else None)] if row else [] for name, dtype in columns.items()
    }
    return pl.DataFrame(filled, schema=columns)


graphs = st.builds(graph, paths, texts, st.lists(texts, max_size=3, unique=True).map(sorted), st.integers(0, 2**63 - 1))


def ntriples(of: Graph) -> list[str]:
    return [line for part in lines(of.tables, of.repository.base) for line in part]


def written(of: Graph, form: str) -> bytes:
    out = io.BytesIO()
    assert write(WholeGraph(of), form, out) == ()
    return out.getvalue()


@given(graphs)
@quick
def test_every_line_is_a_triple_of_its_own(one: Graph) -> None:
    found = ntriples(one)
    assert len(set(found)) == len(found)
    triples = [triple for line in found for triple in ox.parse(line, ox.RdfFormat.N_TRIPLES)]
    assert len(set(triples)) == len(found)
    canonical = ox.serialize([quad.triple for quad in triples], format=ox.RdfFormat.N_TRIPLES).decode()
    assert canonical.splitlines() == "\n".join(found).splitlines()
    for row in one["files"].iter_rows(named=True):
        assert display_path(decode_path(row["id"].removeprefix("file/"))) == row["path"]


RDF = {
    "nt": ("nt", ox.RdfFormat.N_TRIPLES),
    "ttl": ("turtle", ox.RdfFormat.TURTLE),
    "jsonld": ("json-ld", ox.RdfFormat.JSON_LD),
    "rdfxml": ("xml", ox.RdfFormat.RDF_XML),
    "nq": ("nquads", ox.RdfFormat.N_QUADS),
    "trig": ("trig", ox.RdfFormat.TRIG),
}


@pytest.mark.parametrize("form", RDF)
@pytest.mark.filterwarnings("ignore:(Dataset|ConjunctiveGraph):DeprecationWarning")  # by rdflib's own readers
@given(one=graphs)
@quick
def test_rdf_is_read_back(form: str, one: Graph) -> None:
    name, engine = RDF[form]
    data = written(one, form)
    expected = {quad.triple for quad in ox.parse("\n".join(ntriples(one)), ox.RdfFormat.N_TRIPLES)}
    assert {quad.triple for quad in ox.parse(data, engine)} == expected
    found = rdflib.Dataset() if form in ("nq", "trig") else rdflib.Graph()
    found.parse(data=data, format=name)
    assert {statement[:3] for statement in found} == set(to_rdflib(one))


@given(graphs)
@quick
def test_rdflib_gets_what_it_would_read(one: Graph) -> None:
    assert set(to_rdflib(one)) == set(rdflib.Graph().parse(data="\n".join(ntriples(one)), format="nt"))


@given(graphs)
@quick
def test_node_link_json_is_read_back(one: Graph) -> None:
    found = networkx.node_link_graph(json.loads(written(one, "nodelink")), edges="edges")
    expected = to_networkx(one)
    assert dict(found.nodes(data=True)) == dict(expected.nodes(data=True))
    assert list(found.edges(keys=True, data=True)) == list(expected.edges(keys=True, data=True))
    assert found.graph == expected.graph


@given(graphs)
@quick
def test_graphml_is_read_back(one: Graph) -> None:
    found = networkx.read_graphml(io.BytesIO(written(one, "graphml")), force_multigraph=True)
    expected = to_networkx(one)
    for node, attributes in expected.nodes(data=True):
        for name, value in attributes.items():
            if isinstance(value, list):
                assert json.loads(found.nodes[node][name]) == value
                found.nodes[node][name] = value
    assert dict(found.nodes(data=True)) == dict(expected.nodes(data=True))
    assert set(found.edges(keys=True)) == set(expected.edges(keys=True))
    assert found.graph["base"] == BASE
    assert found.graph["name"] == expected.graph["name"]


@given(st.text(st.characters(exclude_categories=["Cs"])))
@example("\x00\x01\x0b\x0c\x1f\ufffe\uffff")
@example("\ufffd\uffef\x7f")
@quick
def test_xml_is_well_formed_whatever_an_answer_holds(text: str) -> None:
    node = ox.NamedNode(BASE + "file/a")
    answer = QueryAnswer(
        text, BASE, [ox.Triple(node, ox.NamedNode("https://w3id.org/kgraph/ns#path"), ox.Literal(text))]
    )
    fit = "".join("\ufffd" if (c < " " and c not in "\t\n\r") or c in "\ufffe\uffff" else c for c in text)
    lost = sum(a != b for a, b in zip(text, fit, strict=True))
    for form in ("rdfxml", "graphml"):
        out = io.BytesIO()
        notes = write(answer, form, out)
        if form == "rdfxml":
            read = [quad.object.value for quad in ox.parse(out.getvalue(), ox.RdfFormat.RDF_XML)]
            assert [
                part.text or "" for part in ElementTree.fromstring(out.getvalue()).iter() if "path" in part.tag
            ] == [fit]
        else:
            read = [path for _, path in networkx.read_graphml(io.BytesIO(out.getvalue())).nodes(data="path")]
        assert read == [fit]
        assert notes == ((f"{lost} characters that XML cannot carry were replaced by U+FFFD",) if lost else ())
