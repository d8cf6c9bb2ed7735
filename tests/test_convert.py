"""Conversions: networkx, rdflib and frames hold what the graph holds."""

from __future__ import annotations

import datetime
import gc
import re
import sys
from collections import Counter

import networkx
import pandas
import polars as pl
import pyoxigraph as ox
import pytest
import rdflib

from kgraph.distribution import install_command
from kgraph.errors import InputError, MissingExtraError
from kgraph.export import QueryAnswer, WholeGraph, convert
from kgraph.export.convert import to_networkx, to_rdflib
from kgraph.export.node_names import SUFFIX, with_names
from kgraph.export.property_graph import PropertyGraph
from kgraph.frames import as_kind, rows_to_frame
from tests.graphs import BASE, ntriples, rdflib_graph, small

KG = rdflib.Namespace("https://w3id.org/kgraph/ns#")


def test_the_include_graph() -> None:
    graph = to_networkx(small(), nodes={"File"}, edges={"includes"})
    assert isinstance(graph, networkx.MultiDiGraph)
    assert len(graph) == len(small()["files"])
    assert list(graph.edges("file/src/circle.cpp", keys=True)) == [
        ("file/src/circle.cpp", "file/src/circle.h", "includes")
    ]
    cycle = {"file/include/geo/shape.h", "file/include/geo/util.h"}
    assert [found for found in networkx.strongly_connected_components(graph) if len(found) > 1] == [cycle]


def test_nodes_have_the_columns_that_they_have_values_in() -> None:
    graph = to_networkx(small())
    assert graph.graph == {"name": "shapes", "base": BASE}
    assert graph.nodes["file/logo.png"] == {
        "kind": "File",
        "path": "logo.png",
        "name": "logo.png",
        "size": 4096,
        "blob": f"{16:040x}",
        "read_as": "skipped",
        "diagnostics": ["binary"],
    }
    assert graph.nodes[BASE]["kind"] == "Repository"
    assert graph.nodes["symbol/python/class/geo.shapes.Shape"]["bases"] == ["abc.ABC", "Generic[T]"]
    assert all("kind" in attributes for _, attributes in graph.nodes(data=True))


def by_methods(source: PropertyGraph) -> networkx.MultiDiGraph:
    """What networkx's own methods make of nodes and edges."""
    graph = networkx.MultiDiGraph(name=source.name, base=source.base)
    for frame in source.nodes:
        for row in frame.iter_rows(named=True):
            node = row.pop(frame.columns[0])
            graph.add_node(node, **{name: value for name, value in row.items() if value is not None})
    for frame in source.edges:
        for one, kind, other in frame.iter_rows():
            graph.add_edge(one, other, key=kind, kind=kind)
    return graph


@pytest.mark.parametrize("rows", [1, 3, 50_000])
def test_it_is_the_graph_that_the_methods_of_networkx_make(monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    monkeypatch.setattr(convert, "_ROWS", rows)
    whole = WholeGraph(small())
    triples = [*ox.parse(ntriples(small()).encode(), ox.RdfFormat.N_TRIPLES)]
    answer = QueryAnswer("x", BASE, [quad.triple for quad in triples[::3]])  # with ends that are no nodes of their own
    for source, keys in ((whole, "id"), (whole, "name"), (answer, "id"), (answer, "name")):
        wanted = source.property_graph()
        found, expected = to_networkx(source, keys=keys), by_methods(wanted.named() if keys == "name" else wanted)
        assert list(found.nodes(data=True)) == list(expected.nodes(data=True))
        assert list(found.edges(keys=True, data=True)) == list(expected.edges(keys=True, data=True))
        assert list(found.in_edges(keys=True, data=True)) == list(expected.in_edges(keys=True, data=True))
        assert found.graph == expected.graph
        one, other, key = next(iter(found.edges(keys=True)))
        found.edges[one, other, key]["weight"] = 1  # no edge shares its attributes with another
        assert found.size("weight") == found.number_of_edges()
        assert sum("weight" in its for _, _, its in found.edges(data=True)) == 1
        assert found.pred[other][one][key]["weight"] == 1
        found.remove_node(one)
        assert one not in found


def test_nodes_by_the_names_that_people_use() -> None:
    plain, graph = to_networkx(small()), to_networkx(small(), keys="name")
    assert len(graph) == len(plain)
    assert graph.number_of_edges() == plain.number_of_edges()
    assert graph.nodes["logo.png"]["id"] == "file/logo.png"
    assert ("src/circle.cpp", "src/circle.h", "includes") in graph.edges(keys=True)
    ids = {node: its["id"] for node, its in graph.nodes(data=True)}
    assert networkx.relabel_nodes(graph, ids).edges(keys=True) == plain.edges(keys=True)
    shared = [node for node, its in graph.nodes(data=True) if node.endswith(f" <{its['id']}>")]
    assert shared
    names = Counter(node.removesuffix(f" <{graph.nodes[node]['id']}>") for node in shared)
    assert min(names.values()) > 1 or set(names) & set(plain)
    with pytest.raises(InputError, match="'id' or 'name'"):
        to_networkx(small(), keys="label")


def test_every_edge_of_the_triples_is_an_edge() -> None:
    found = {(source, kind, target) for source, target, kind in to_networkx(small()).edges(keys=True)}
    triples = rdflib_graph(small())
    expected = {
        (str(subject), str(predicate).rpartition("#")[2], str(target))
        for subject, predicate, target in triples
        if isinstance(target, rdflib.URIRef) and predicate != rdflib.RDF.type
    }
    whole = {(node if node == BASE else BASE + node) for edge in found for node in (edge[0], edge[2])}
    assert len(found) == len(expected)
    assert whole == {node for edge in expected for node in (edge[0], edge[2])}


def test_leaving_out_what_lies_outside() -> None:
    kinds = {kind for _, kind in to_networkx(small(), external=False).nodes(data="kind")}
    assert "Include" in kinds
    assert not any(kind.startswith("External") for kind in kinds)
    graph = to_networkx(small(), nodes={"External"})
    assert {kind for _, kind in graph.nodes(data="kind")} == {"ExternalHeader", "ExternalModule", "ExternalSymbol"}
    assert graph.number_of_edges() == 0


def test_rdflib_holds_the_same_triples_with_prefixes_bound() -> None:
    graph = to_rdflib(small())
    assert set(graph) == set(rdflib_graph(small()))
    assert graph.value(rdflib.URIRef(BASE + "file/logo.png"), KG.size).toPython() == 4096
    assert graph.qname(KG.size) == "kg:size"
    assert f"{len(graph)}" == f"{len(ntriples(small()).splitlines())}"
    assert gc.isenabled()


def test_rdflib_gets_every_sort_of_term() -> None:
    node, date = ox.NamedNode("http://example.org/a"), ox.NamedNode("http://www.w3.org/2001/XMLSchema#date")
    values = [ox.Literal("à", language="fr"), ox.Literal("2021-03-01", datatype=date), ox.BlankNode("b"), node]
    found = to_rdflib(QueryAnswer("x", BASE, [ox.Triple(node, node, value) for value in values]))
    assert set(found.objects()) == {
        rdflib.Literal("à", lang="fr"),
        rdflib.Literal(datetime.date(2021, 3, 1)),
        rdflib.BNode("b"),
        rdflib.URIRef("http://example.org/a"),
    }


def test_frames_keep_types() -> None:
    day = datetime.date(2021, 3, 1)
    rows = [("a", 1, 1.5, True, day, None), ("b", None, 2, None, None, None)]
    frame = rows_to_frame(["text", "count", "ratio", "flag", "day", "none"], rows)
    assert frame.schema == {
        "text": pl.String(),
        "count": pl.Int64(),
        "ratio": pl.Float64(),
        "flag": pl.Boolean(),
        "day": pl.Date(),
        "none": pl.String(),
    }
    assert frame.rows() == [("a", 1, 1.5, True, day, None), ("b", None, 2.0, None, None, None)]


def test_frames_of_mixed_or_huge_values_are_text() -> None:
    frame = rows_to_frame(["mixed", "huge"], [(1, 2**200), ("x", None)])
    assert frame.rows() == [("1", str(2**200)), ("x", None)]
    assert rows_to_frame(["a", "b"], []).schema == {"a": pl.String(), "b": pl.String()}
    assert rows_to_frame([], []).shape == (0, 0)


def test_pandas_keeps_integers_with_gaps() -> None:
    frame = rows_to_frame(["path", "size"], [("a", 1), ("b", None)], kind="pandas")
    assert isinstance(frame, pandas.DataFrame)
    assert frame["size"].dtype == "Int64"
    assert frame["size"].sum() == 1
    assert list(frame.columns) == ["path", "size"]


def test_tables_in_pandas() -> None:
    frame = as_kind(small()["symbols"], "pandas").set_index("id")
    assert frame.loc["symbol/python/class/geo.shapes.Shape", "bases"] == ["abc.ABC", "Generic[T]"]
    assert frame.index.is_monotonic_increasing
    assert as_kind(small()["symbols"], "polars") is small()["symbols"]


def test_pandas_is_an_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingExtraError, match=re.escape(install_command("pandas"))):
        rows_to_frame(["a"], [(1,)], kind="pandas")


def test_tables_with_names_beside_ids() -> None:
    tables = small().tables
    uses = with_names("uses", tables.__getitem__)
    named = dict(tables["symbols"].select("id", "qualified_name").iter_rows())
    paths = dict(tables["files"].select("id", "path").iter_rows())
    assert [name for name in uses.columns if name in ("from", "from_name", "to", "to_name")] == [
        *("from", "from_name", "to", "to_name")
    ]
    assert uses["file_name"].to_list() == [paths[each] for each in uses["file"]]
    known = uses.filter(pl.col("from").is_in(list(named)))
    assert len(known) > 3
    assert known["from_name"].to_list() == [named[each] for each in known["from"]]
    includes = with_names("includes", tables.__getitem__)
    assert includes["targets"].list.len().to_list() == includes["targets_name"].list.len().to_list()
    of_files = [[paths[each] for each in row if each in paths] for row in includes["targets"]]
    assert [[each for each in row if each in paths.values()] for row in includes["targets_name"]] == of_files
    for table, frame in tables.items():
        whole = with_names(table, tables.__getitem__)
        assert whole.select(frame.columns).equals(frame)
        added = [name for name in whole.columns if name not in frame.columns]
        assert [whole[name].null_count() for name in added] == [
            frame[name.removesuffix(SUFFIX)].null_count() for name in added
        ]
    edges = with_names("edges", tables.__getitem__)
    assert ("src/circle.cpp", "includes", "src/circle.h") in edges.select("source_name", "kind", "target_name").rows()
