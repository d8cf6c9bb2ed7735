"""Exports for Gephi, Neo4j, Graphviz and Mermaid: read back by networkx, by CSV's rules, by pydot; caps are told."""

from __future__ import annotations

import csv
import html
import io
import re
from pathlib import Path

import networkx
import pydot
import pyoxigraph as ox
import pytest

from kgraph import export
from kgraph.export import ExportSource, QueryAnswer, dot, mermaid
from kgraph.export.convert import to_networkx
from kgraph.export.selection import drawing
from tests.graphs import BASE, ODD, small
from tests.test_export import answer, whole, written

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:pydot")  # of what it parses with

HOSTILE = [
    '"] ; x [label="',
    "\\N \\G \\",
    "<b>html</b> <script>alert(1)</script>",
    "end",
    "`tick` **bold** __x__",
    "a|b]c)d}e",
    "line\nfeed\ttab",
    "#quot; &amp; %41 ;",
    "été 漢字 👩‍👩‍👧",
    "",
]


def hostile() -> QueryAnswer:
    """A ring of nodes whose names are what they should not be."""
    name = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    nodes = [ox.NamedNode(f"{BASE}symbol/x/{index}") for index in range(len(HOSTILE))]
    told = [ox.Triple(node, name, ox.Literal(text)) for node, text in zip(nodes, HOSTILE, strict=True)]
    told += [ox.Triple(one, ox.NamedNode(f"{BASE}ns#to"), nodes[index - 1]) for index, one in enumerate(nodes)]
    return QueryAnswer("hostile", BASE, told)


def star(size: int) -> QueryAnswer:
    """A hub with as many neighbours, and a pair that nobody knows."""
    edge = ox.NamedNode("https://w3id.org/kgraph/ns#includes")
    told = [ox.Triple(ox.NamedNode(f"{BASE}file/{n:05}"), edge, ox.NamedNode(f"{BASE}file/hub")) for n in range(size)]
    return QueryAnswer("star", BASE, told)


# GEXF


def test_networkx_reads_gexf_as_the_same_graph() -> None:
    found = networkx.read_gexf(io.BytesIO(written(whole(), "gexf")))
    expected = to_networkx(small())
    assert set(found) == set(expected)
    edges = sorted((source, target, data["kind"]) for source, target, data in found.edges(data=True))
    assert edges == sorted(expected.edges(keys=True))
    shape = found.nodes["file/include/geo/shape.h"]
    assert (shape["label"], shape["size"], shape["kind"]) == ("include/geo/shape.h", 640, "File")
    assert found.nodes["file/data/%C3%A9t%C3%A9%20%2250%25%22%20%231.txt"]["path"] == ODD


def test_gexf_of_hostile_names() -> None:
    found = networkx.read_gexf(io.BytesIO(written(hostile(), "gexf")))
    assert [found.nodes[f"symbol/x/{index}"]["name"] for index in range(len(HOSTILE))] == HOSTILE


# Neo4j


def read_neo4j(folder: Path) -> tuple[dict[str, list[dict[str, str]]], list[dict[str, str]]]:
    arguments = (folder / "import.args").read_text().splitlines()
    files = [line.partition("=")[2] for line in arguments if line.startswith("--nodes=")]
    assert {path.name for path in folder.glob("*.csv")} == {*files, "relationships.csv"}
    assert "--array-delimiter=U+001F" in arguments
    nodes = {}
    for name in files:
        with (folder / name).open(newline="", encoding="utf-8") as file:
            nodes[name] = list(csv.DictReader(file))
    with (folder / "relationships.csv").open(newline="", encoding="utf-8") as file:
        return nodes, list(csv.DictReader(file))


@pytest.mark.parametrize("source", [whole(), answer()], ids=["whole graph", "answer"])
def test_neo4j_has_every_node_and_relationship(tmp_path: Path, source: ExportSource) -> None:
    for _ in range(2):  # the second replaces the first
        export.write(source, "neo4j", tmp_path / "neo")
    nodes, relationships = read_neo4j(tmp_path / "neo")
    expected = to_networkx(small())
    ids = [row["id:ID"] for rows in nodes.values() for row in rows]
    assert sorted(ids) == sorted(expected)
    edges = sorted((row[":START_ID"], row[":END_ID"], row[":TYPE"]) for row in relationships)
    assert edges == sorted(expected.edges(keys=True))
    by_id = {row["id:ID"]: row for rows in nodes.values() for row in rows}
    symbol = next(row for row in by_id.values() if row.get("qualified_name:string") == "geo::Shape::area")
    assert symbol[":LABEL"].split("\x1f") == ["Method", "Symbol"]
    assert symbol["modifiers:string[]"] == "virtual"
    assert by_id["file/include/geo/shape.h"]["size:long"] == "640"
    header = re.compile(r"id:ID|:LABEL|\w+:(string|long|double|boolean)(\[\])?")
    assert all(header.fullmatch(column) for rows in nodes.values() for column in rows[0])


def test_neo4j_names_files_after_what_they_hold(tmp_path: Path) -> None:
    export.write(whole(), "neo4j", tmp_path / "neo")
    names = {path.name for path in (tmp_path / "neo").iterdir()}
    assert names >= {"nodes-File.csv", "nodes-Symbol.csv", "nodes-External.csv", "import.args"}


def test_neo4j_of_hostile_names_and_of_nothing(tmp_path: Path) -> None:
    export.write(hostile(), "neo4j", tmp_path / "neo")
    nodes, _ = read_neo4j(tmp_path / "neo")
    (rows,) = nodes.values()
    assert [row["name:string"] for row in rows] == HOSTILE
    export.write(QueryAnswer("x", BASE, []), "neo4j", tmp_path / "nothing")
    assert read_neo4j(tmp_path / "nothing") == ({}, [])


# Graphviz


def read_dot(text: str) -> tuple[dict[str, str], list[tuple[str, str]]]:
    (graph,) = pydot.graph_from_dot_data(text)
    nodes = {
        unquoted(node.get_name()): html.unescape(unquoted(node.get("label")))
        for node in graph.get_nodes()
        if node.get_name() not in ("node", "edge")
    }
    return nodes, [(unquoted(edge.get_source()), unquoted(edge.get_destination())) for edge in graph.get_edges()]


def unquoted(text: str) -> str:
    assert text[0] == text[-1] == '"'
    return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)


def test_pydot_reads_the_files_and_what_they_include() -> None:
    nodes, edges = read_dot(written(whole(), "dot").decode())
    expected = to_networkx(small(), nodes={"File"}, edges={"includes", "imports", "links"}, external=False)
    assert set(nodes) == set(expected)
    assert nodes["file/include/geo/shape.h"] == "include/geo/shape.h"
    assert set(edges) == set(expected.edges())


def test_pydot_reads_an_answer_of_hostile_names() -> None:
    nodes, edges = read_dot(written(hostile(), "dot").decode())
    named = dict(enumerate(" ".join(text.split()) for text in HOSTILE))
    assert nodes == {f"symbol/x/{index}": text for index, text in named.items()}
    assert len(edges) == len(HOSTILE)


# Mermaid

_NODE = re.compile(r'  n\d+(\[\[|\(\[|\[|\(|\{\{)"([^"`<>\[\]{}|\\]+)"(\]\]|\]\)|\]|\)|\}\})')
_ARROW = re.compile(r'  n(\d+) -->(\|"[\w, ]+"\|)? n(\d+)')


def mermaid_lines(text: str) -> tuple[list[str], list[tuple[int, int]]]:
    head, *lines = text.splitlines()
    assert head == "flowchart LR"
    nodes = [match[2] for line in lines if (match := _NODE.fullmatch(line))]
    arrows = [(int(match[1]), int(match[3])) for line in lines if (match := _ARROW.fullmatch(line))]
    assert len(nodes) + len(arrows) == len(lines), lines
    return nodes, arrows


def unescaped(label: str) -> str:
    return re.sub(r"#(\d+);", lambda match: chr(int(match[1])), label)


def test_mermaid_has_the_same_drawing() -> None:
    nodes, arrows = mermaid_lines(written(whole(), "mermaid").decode())
    drawn = drawing(whole(), max_nodes=1000, max_edges=1000)
    assert [unescaped(label) for label in nodes] == [node.label for node in drawn.nodes]
    ids = [node.id for node in drawn.nodes]
    assert [(ids[one], ids[two]) for one, two in arrows] == [(edge.source, edge.target) for edge in drawn.edges]


def test_mermaid_of_hostile_names_keeps_to_its_grammar() -> None:
    nodes, arrows = mermaid_lines(written(hostile(), "mermaid").decode())
    assert [unescaped(label).strip() for label in nodes] == [" ".join(text.split()) for text in HOSTILE]
    assert len(arrows) == len(HOSTILE)


# Drawings


@pytest.mark.parametrize("form", ["dot", "mermaid"])
def test_a_drawing_that_would_be_too_large_keeps_the_best_connected_and_says_so(form: str) -> None:
    most = {"dot": dot.MAX_NODES, "mermaid": mermaid.MAX_NODES}[form]
    out = io.BytesIO()
    notes = export.write(star(2 * most), form, out)
    assert notes == (
        f"drawn are {most:,} of {2 * most + 1:,} nodes, those with the most edges, and {most - 1:,} of "
        f"{2 * most:,} arrows; --query draws a part",
    )
    assert "hub" in out.getvalue().decode()
    if form == "mermaid":
        assert len(out.getvalue()) < 50_000


def test_what_fits_is_drawn_whole_without_a_note() -> None:
    assert export.write(answer(), "dot", io.BytesIO()) == ()
    kinds = {edge.label for edge in drawing(answer(), max_nodes=1000, max_edges=1000).edges}
    assert {"contains", "includes, target"} & kinds


def test_several_edges_between_two_nodes_are_one_arrow() -> None:
    one, two = ox.NamedNode(f"{BASE}file/a"), ox.NamedNode(f"{BASE}file/b")
    told = [ox.Triple(one, ox.NamedNode(f"https://w3id.org/kgraph/ns#{kind}"), two) for kind in ("related", "includes")]
    drawn = drawing(QueryAnswer("x", BASE, told), max_nodes=10, max_edges=10)
    assert [(edge.source, edge.target, edge.label) for edge in drawn.edges] == [
        ("file/a", "file/b", "includes, related")
    ]
    assert [node.label for node in drawn.nodes] == ["a", "b"]


def test_long_labels_keep_their_end() -> None:
    node = ox.NamedNode(f"{BASE}file/{'a/' * 200}end.h")
    told = [ox.Triple(node, ox.NamedNode(f"{BASE}x"), node)]
    (drawn,) = drawing(QueryAnswer("x", BASE, told), max_nodes=10, max_edges=10).nodes
    assert drawn.label.startswith("…")
    assert drawn.label.endswith("/end.h")
    assert len(drawn.label) == 100
