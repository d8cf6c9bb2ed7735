"""Queries that would bring the engine down by their size: refused before it reads them, in every way in."""

from __future__ import annotations

import string
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Store

import kgraph
from kgraph.cli import main
from kgraph.errors import QueryError
from kgraph.query import execute, parse
from kgraph.query.bounds import MAX_DATA, MAX_NESTING, MAX_TOKENS, too_much
from kgraph.rules import check, load
from kgraph.rules.violations import RuleSource
from tests.serving import serving

DIRECT = "application/sparql-query"
ANY = "?s ?p ?o"
# Each is as deep as its number, one way or another.
DEEP: dict[str, Callable[[int], str]] = {
    "union": lambda n: f"SELECT * {{ {' UNION '.join([f'{{{ANY}}}'] * n)} }}",
    "not": lambda n: f"ASK {{ FILTER({'!' * n}true) }}",
    "plus": lambda n: f"SELECT (1{'+1' * n} AS ?x) {{}}",
    "minus sign": lambda n: f"SELECT (1{'-1' * n} AS ?x) {{}}",
    "times": lambda n: f"SELECT (1{'*1' * n} AS ?x) {{}}",
    "or": lambda n: f"ASK {{ {ANY} FILTER({'||'.join(['?s=1'] * n)}) }}",
    "and": lambda n: f"ASK {{ {ANY} FILTER({'&&'.join(['?s=1'] * n)}) }}",
    "operations in a list": lambda n: f"ASK {{ FILTER(1 IN (1{'+1' * n})) }}",
    "patterns": lambda n: f"ASK {{ {' . '.join([ANY] * n)} }}",
    "objects": lambda n: f"ASK {{ ?s ?p {', '.join(['?o'] * n)} }}",
    "collection": lambda n: f"ASK {{ ({'1 ' * n}) ?p ?o }}",
    "optional": lambda n: f"ASK {{ {ANY} {f'OPTIONAL {{{ANY}}} ' * n} }}",
    "minus": lambda n: f"ASK {{ {ANY} {f'MINUS {{{ANY}}} ' * n} }}",
    "filter": lambda n: f"ASK {{ {ANY} {'FILTER(1=1) ' * n} }}",
    "exists": lambda n: f"ASK {{ {ANY} {f'FILTER EXISTS {{{ANY}}} ' * n} }}",
    "bind": lambda n: f"ASK {{ {' '.join(f'BIND(1 AS ?v{i})' for i in range(n))} }}",
    "groups": lambda n: f"ASK {{ {f'{{{ANY}}} ' * n} }}",
    "sequence": lambda n: f"ASK {{ ?s {'/'.join(['a'] * n)} ?o }}",
    "alternatives": lambda n: f"ASK {{ ?s {'|'.join(['a'] * n)} ?o }}",
    "graphs": lambda n: f"ASK {{ {f'GRAPH ?g {{{ANY}}} ' * n} }}",
    "described": lambda n: f"DESCRIBE {'<http://example.org/> ' * n}",
    "expressions": lambda n: f"SELECT {' '.join(f'(1 AS ?v{i})' for i in range(n))} {{}}",
    "having": lambda n: f"SELECT (COUNT(*) AS ?c) {{ {ANY} }} GROUP BY ?s HAVING {'(1=1) ' * n}",
    "calls": lambda n: f"SELECT (CONCAT({','.join(['1'] * n)}) AS ?x) {{}}",
    "hidden": lambda n: f"ASK {{ FILTER(2<3&&{'!' * n}true)#>\n}}",
}
NESTED: dict[str, Callable[[int], str]] = {
    "braces": lambda n: f"SELECT * {'{' * n}{'}' * n}",
    "brackets": lambda n: f"SELECT ({'(' * n}1{')' * n} AS ?x) {{}}",
    "paths": lambda n: f"ASK {{ ?s {'(' * n}a{')' * n} ?o }}",
    "repeated paths": lambda n: f"ASK {{ ?s {'(' * n}a{')+' * n} ?o }}",
    "collections": lambda n: f"ASK {{ {'(' * n}1{')' * n} ?p ?o }}",
    "nodes": lambda n: f"ASK {{ ?s ?p {'[ a ' * n}1{']' * n} }}",
    "subqueries": lambda n: f"SELECT * {{ {'{ SELECT * { ' * n}{ANY}{'}}' * n} }}",
    "conditions": lambda n: f"SELECT ({'IF(true,1,' * n}1{')' * n} AS ?x) {{}}",
    "triples": lambda n: f"ASK {{ {'<<( ?s ?p ' * n}?o{' )>>' * n} ?p ?o }}",
    "values": lambda n: f"ASK {{ VALUES ?x {{ {'<<( 1 2 ' * n}3{' )>>' * n} }} }}",
}


@pytest.mark.parametrize("name", DEEP)
@pytest.mark.parametrize("number", [20_000, 200_000])
def test_long_chains_are_refused(name: str, number: int) -> None:
    with pytest.raises(QueryError, match="more than 3,000 words and signs"):
        execute(Store(), parse(DEEP[name](number)))


@pytest.mark.parametrize("name", NESTED)
def test_deep_nesting_is_refused(name: str) -> None:
    with pytest.raises(QueryError, match=r"nested deeper|more than 3,000"):
        execute(Store(), parse(NESTED[name](20_000)))


@pytest.mark.parametrize(
    "text",
    [
        f"ASK {{ VALUES ?x {{ {' '.join(map(str, range(20_000)))} }} }}",
        f"ASK {{ VALUES (?x ?y) {{ {'(<http://example.org/a-b?c=d> UNDEF)' * 10_000} }} }}",
        f"ASK {{ ?x a ?y FILTER(?x IN ({','.join(map(str, range(20_000)))})) }}",
        f"ASK {{ ?x a ?y FILTER(?x NOT IN ({','.join(f'kg:a-{number}' for number in range(5_000))})) }}",
        f'ASK {{ ?x a "{"+1!" * 100_000}" }} # {"!" * 100_000}',
    ],
)
def test_data_may_be_many(text: str) -> None:
    assert isinstance(execute(Store(), parse(text)), bool)


def test_data_have_a_limit_too() -> None:
    assert "hold more than" in too_much(f"ASK {{ VALUES ?x {{ {'1 ' * (MAX_DATA + 1)} }} }}")
    assert too_much(f"ASK {{ VALUES ?x {{ {'1 ' * MAX_DATA} }} }}") == ""


@settings(deadline=None)
@given(st.text(alphabet=string.printable + "<>{}()[]\"'\\#é\u2028\ud800", max_size=300))
def test_no_text_is_an_error_to_count(text: str) -> None:
    assert too_much(text) in ("", f"brackets are nested deeper than {MAX_NESTING}")


@settings(deadline=None)
@given(st.integers(0, 3), st.sampled_from(["+1", "!", "||?a", " UNION {}", "/a", "-1", " <a:b>"]))
def test_what_follows_data_counts(rows: int, piece: str) -> None:
    assert too_much(f"ASK {{ VALUES ?x {{ {'1 ' * rows} }} {piece * (MAX_TOKENS + 1)} }}")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("bounds")
    (root / "a.py").write_text("x = 1\n")
    kgraph.build(root, jobs=1).close()
    return root


def test_the_largest_that_may_pass_bring_no_worker_down(root: Path) -> None:
    with serving(root, "--timeout", "1", "--workers", "1") as server:
        for name, make in (DEEP | NESTED).items():
            deepest = max(
                number for number in (100, 200, 400, 700, 1400, 2900) if not too_much(make(number)) or number == 100
            )
            reply = server.ask("POST", "/sparql", make(deepest), content_type=DIRECT)
            assert "engine down" not in reply.text, (name, deepest)
            assert reply.status in (200, 400, 503), (name, reply.text)


def test_in_every_way_in(root: Path, tmp_path: Path) -> None:
    hostile = DEEP["union"](20_000)
    rule = tmp_path / "rule.rq"
    rule.write_text(f"# Nothing.\n{hostile}")
    result = CliRunner().invoke(main, ["query", "-g", str(root), str(rule)])
    assert (result.exit_code, result.stderr.count("\n")) == (2, 2)
    with kgraph.open(root) as graph:
        for ask in (
            lambda: graph.query(hostile),
            lambda: check(load([rule]), RuleSource(graph.repository, graph.frame, lambda: graph.store)),
        ):
            with pytest.raises(QueryError, match="more than 3,000"):
                ask()
