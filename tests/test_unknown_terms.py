"""A name in `kg:` that the vocabulary does not have is said in every way of asking: it matches nothing."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

import kgraph
from kgraph.cli import main
from kgraph.errors import QueryWarning
from kgraph.mcp.graph_index import GraphIndex
from kgraph.mcp.query_tools import sparql
from kgraph.query import library
from kgraph.query.unknown_terms import unknown_terms
from tests.serving import serving
from tests.test_endpoint import Server, remote, server  # noqa: F401 - a fixture

ASKED = "SELECT ?file { ?file kg:pathh ?path }"
SAID = "the vocabulary has no kg:pathh, so nothing matches it: did you mean kg:path?"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("terms")
    (root / "a.py").write_text("def f():\n    return g()\n\n\ndef g():\n    return 1\n")
    (root / "a.rq").write_text(ASKED)
    (root / "c.rq").write_text("CONSTRUCT { ?file kg:path ?path } WHERE { ?file kg:pathh ?path }")
    kgraph.build(root, cache="", store=True).close()
    return root


@pytest.fixture
def graph(root: Path) -> Iterator[kgraph.KGraph]:
    with kgraph.open(root) as graph:
        yield graph


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("SELECT * { ?a kg:includes+/kg:path ?b ; a kg:Function . ?c kg:path[] }", []),
        ("SELECT * { ?a ^kg:include/kg:path. ?b a kg:Funktion }", ["kg:include", "kg:Funktion"]),
        ("PREFIX k: <https://w3id.org/kgraph/ns#> SELECT * { ?a k:nope|!k:path ?b }", ["kg:nope"]),
        ("PREFIX kg: <http://example.org/> ASK { ?a kg:nope ?b }", []),
        ("ASK { ?a <https://w3id.org/kgraph/ns#nope> ?b }", ["kg:nope"]),
        ("ASK { ?a rdfs:label 'kg:nope' } # kg:nope", []),
        ("ASK { ?a kg:nope ?b . ?c kg:nope ?d FILTER(STRSTARTS(STR(?a), STR(kg:))) }", ["kg:nope"]),
    ],
)
def test_which_names_are_unknown(text: str, names: list[str]) -> None:
    assert [sentence.split()[4].rstrip(",") for sentence in unknown_terms(text)] == names


def test_many_names_are_counted() -> None:
    *_, last = unknown_terms("ASK {" + " ".join(f"?a kg:nope{n} ?b ." for n in range(9)) + "}")
    assert last == "nor has it 4 more names of this query"


def test_shipped_queries_name_nothing_unknown() -> None:
    names = library.names()
    assert len(names) > 20
    assert {name: list(unknown_terms(library.load_shipped(name).text)) for name in names} == {
        name: [] for name in names
    }


@pytest.mark.parametrize(
    "arguments", [["query", "-e", ASKED], ["query", "-e", f"ASK {ASKED[13:]}"], ["query", "a.rq"], ["check", "a.rq"]]
)
def test_commands(root: Path, arguments: list[str]) -> None:
    given = [str(root / each) if each.endswith(".rq") else each for each in arguments]
    done = CliRunner().invoke(main, [*given, "-g", str(root)], standalone_mode=True)
    assert SAID in done.stderr, done.output
    assert done.exit_code == 0


@pytest.mark.parametrize(
    "arguments", [["query"], ["export", "-f", "nt", "--query"], ["view", "--engine", "pyvis", "--query"]]
)
def test_commands_that_construct(root: Path, arguments: list[str], tmp_path: Path) -> None:
    if "pyvis" in arguments:
        pytest.importorskip("pyvis")
    done = CliRunner().invoke(main, [*arguments, str(root / "c.rq"), "-g", str(root), "-o", str(tmp_path / "out")])
    assert SAID in done.stderr, done.output


@pytest.mark.parametrize("timeout", [None, 60.0])
def test_python(graph: kgraph.KGraph, timeout: float | None) -> None:
    with pytest.warns(QueryWarning, match="did you mean kg:path") as caught:
        rows = graph.query(ASKED, timeout=timeout)
    assert SAID in rows.notes
    assert Path(caught[0].filename) == Path(__file__)  # the line that asks
    with pytest.warns(QueryWarning):
        assert graph.execute("ASK { ?file kg:pathh ?path }", timeout=timeout) is False
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(list(graph.query("SELECT ?file { ?file kg:path ?path }"))) > 0


def test_rules_and_shapes(graph: kgraph.KGraph, root: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyshacl")
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix kg: <https://w3id.org/kgraph/ns#> .\n"
        "kg:OwnShape a sh:NodeShape ; sh:targetClass kg:File ; sh:property [ sh:path kg:pathh ; sh:maxCount 1 ] .\n"
    )
    notes = graph.check(root / "a.rq", shapes).notes
    assert [f"{root / 'a.rq'}: {SAID}", f"{shapes}: {SAID}"] == [note for note in notes if "vocabulary" in note]


def test_serve(root: Path) -> None:
    with serving(root / ".kgraph") as serving_:
        reply = serving_.query(ASKED)
        assert reply.status == 200
        assert SAID in reply.headers["x-kgraph-note"]
        assert "x-kgraph-note" not in serving_.query("SELECT ?file { ?file kg:path ?path }").headers
        # The editor shows that header, whatever the answer.
        assert 'headers.get("X-Kgraph-Note")' in serving_.get("/static/editor.js").text


def test_a_server_of_others(server: Server) -> None:  # noqa: F811
    from kgraph.query import parse
    from kgraph.query.remote import ask_remote

    _, (_, notes) = ask_remote(remote(server), parse(ASKED), {})
    assert SAID in notes


def test_agents(graph: kgraph.KGraph) -> None:
    answer = sparql(GraphIndex(graph), ASKED)
    assert SAID in answer.notes
