"""Every shipped query: its head, its answer on a small graph, and that answer against rdflib's engine."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import graphs
import pytest
import rdflib
from pyoxigraph import Literal, RdfFormat, Store

import kgraph
from kgraph.query import Query, Rows, Triples, bind_parameters, execute, load_shipped, names
from kgraph.vocab import PREFIXES
from kgraph.vocab.classes import CLASSES
from kgraph.vocab.terms import PROPERTIES

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib", "ignore::DeprecationWarning:pyparsing")

# Those that DESIGN.md promises.
PROMISED = {
    "includers",
    "includes",
    "includes-transitive",
    "includers-transitive",
    "include-cycles",
    "most-included",
    "heaviest-includes",
    "unresolved-includes",
    "external-dependencies",
    "symbols-of-file",
    "symbol-by-name",
    "symbol-locations",
    "keyword-index",
    "class-members",
    "orphans",
    "folder-dependencies",
    "folder-summary",
    "related-files",
    "cross-references",
    "documents-about",
    "coverage",
    "largest-files",
}

# The repository has none of these.
EMPTY = {"import-cycles"}


@cache
def store() -> Store:
    return graphs.memory_store(graphs.with_builds())


@cache
def rdflib_graph() -> rdflib.Graph:
    return graphs.rdflib_graph(graphs.with_builds())


def examples(query: Query, *, optional: bool) -> dict[str, object]:
    return {
        parameter.name: parameter.example
        for parameter in query.parameters
        if parameter.need == "required" or (optional and parameter.need == "optional")
    }


def test_what_was_promised_is_there() -> None:
    assert set(names()) >= PROMISED


@pytest.mark.parametrize("name", names())
class TestEach:
    def test_its_head_says_what_it_does(self, name: str) -> None:
        query = load_shipped(name)
        assert query.sentence[0].isupper()
        assert query.sentence.endswith(".")
        assert all(parameter.example for parameter in query.parameters)
        used = set(re.findall(r"\?(\w+)", query.text))
        assert {parameter.name for parameter in query.parameters} <= used

    def test_it_is_ordered_and_needs_no_prefixes_of_ours(self, name: str) -> None:
        text = load_shipped(name).text
        assert text.endswith("\n")
        assert "\nORDER BY " in text
        Store().query(text)  # other engines know no prefixes but those in the text

    def test_its_columns_are_documented(self, name: str) -> None:
        query = load_shipped(name)
        answer = execute(store(), query, examples(query, optional=False))
        if isinstance(answer, Rows):
            assert answer.columns == tuple(column.name for column in query.columns)
            # Elsewhere a parameter is substituted only if it is projected.
            assert {parameter.name for parameter in query.parameters} <= set(answer.columns)
        else:
            assert isinstance(answer, Triples)
            assert not query.columns

    def test_it_uses_the_vocabulary_only(self, name: str) -> None:
        known = {f"kg:{class_.name}" for class_ in CLASSES} | {property_.name for property_ in PROPERTIES}
        body = re.sub(r"#.*", "", load_shipped(name).text)
        assert set(re.findall(r"\bkg:\w+", body)) <= known

    @pytest.mark.parametrize("optional", [False, True])
    def test_its_examples_answer_as_rdflib_does(self, name: str, optional: bool) -> None:
        query = load_shipped(name)
        given = examples(query, optional=optional)
        answer = execute(store(), query, given)
        theirs = rdflib_graph().query(bind_parameters(query, given), initNs=PREFIXES)
        if isinstance(answer, Triples):
            assert theirs.graph is not None
            assert {str(triple) for triple in answer} == {
                " ".join(term.n3() for term in triple) for triple in theirs.graph
            }
            assert len(theirs.graph) > 0
            return
        assert isinstance(answer, Rows)
        ours = [tuple("" if term is None else str(term) for term in row) for row in answer]
        assert Counter(ours) == Counter(tuple("" if term is None else _n3(term) for term in row) for row in theirs)
        assert bool(ours) is (name not in EMPTY)

    def test_its_order_is_that_of_the_values_alone(self, name: str) -> None:
        other = Store()
        lines = sorted(graphs.ntriples(graphs.with_builds()).splitlines(), key=lambda line: line[::-1])
        for line in lines:
            other.load((line + "\n").encode(), format=RdfFormat.N_TRIPLES)
        query = load_shipped(name)
        given = examples(query, optional=False)
        one, two = execute(store(), query, given), execute(other, query, given)
        assert not isinstance(one, bool)
        assert not isinstance(two, bool)
        assert list(map(str, one)) == list(map(str, two))


def _n3(term: rdflib.term.Node) -> str:
    if isinstance(term, rdflib.Literal) and term.datatype:
        return f'"{term}"^^<{term.datatype}>'
    if isinstance(term, rdflib.Literal):
        return str(Literal(str(term)))
    return f"<{term}>"


def test_what_a_call_may_run_instead(tmp_path: Path) -> None:
    """Overrides of overrides too; not those of other classes, nor what the call names itself."""
    text = """
class Base:
    def go(self): pass
    def stay(self): pass
class Middle(Base):
    def go(self): pass
class Last(Middle):
    def go(self): pass
    def stay(self): pass
class Other:
    def go(self): pass
def run(base: Base):
    base.go()
def walk(middle: Middle):
    middle.go()
"""
    (tmp_path / "m.py").write_text(text)
    with kgraph.build(tmp_path, jobs=1) as graph:
        rows = {
            name: [tuple(row[at].value for at in (1, 2, 5)) for row in graph.query("callees-overriding", name=name)]
            for name in ("m.run", "m.walk", "m.Base.go")
        }
    assert rows["m.run"] == [("m.Base.go", "m.Last.go", "13"), ("m.Base.go", "m.Middle.go", "13")]
    assert rows["m.walk"] == [("m.Middle.go", "m.Last.go", "15")]
    assert rows["m.Base.go"] == []
