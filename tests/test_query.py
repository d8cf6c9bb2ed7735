"""Heads, parameters and their binding, refusals, answers, formats and tables."""

from __future__ import annotations

import contextlib
import csv
import io
import json
from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path

import graphs
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, QueryResultsFormat, Store, parse_query_results

from kgraph.errors import QueryError
from kgraph.query import (
    Rows,
    Triples,
    bind_parameters,
    diagnose_answer,
    execute,
    find,
    formats,
    parse,
    table,
    tokens,
    value,
)
from kgraph.vocab import PREFIXES

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib", "ignore::DeprecationWarning:pyparsing")

XSD = PREFIXES["xsd"]


@cache
def store() -> Store:
    return graphs.memory_store(graphs.small())


def rows(text: str, **given: object) -> list[tuple[object, ...]]:
    answer = execute(store(), parse(text), given, base=graphs.BASE)
    assert isinstance(answer, Rows)
    return list(answer.values())


def refused(text: str, **given: object) -> QueryError:
    with pytest.raises(QueryError) as caught:
        execute(store(), parse(text, where="a.rq"), given, base=graphs.BASE)
    return caught.value


class TestHead:
    HEAD = """# Files of a language,
# by size.
# param language: text, C++
# param least: integer, 2 (default)
# param folder: path, src (optional)
#
# A note to readers of the query.
# column file: its path
SELECT ?file { ?x kg:path ?file } # param not: text, a head
"""

    def test_sentence_parameters_and_columns(self) -> None:
        query = parse(self.HEAD)
        assert query.sentence == "Files of a language, by size."
        assert [(p.name, p.type, p.example, p.need, p.line) for p in query.parameters] == [
            ("language", "text", "C++", "required", 3),
            ("least", "integer", "2", "default", 4),
            ("folder", "path", "src", "optional", 5),
        ]
        assert [(column.name, column.meaning) for column in query.columns] == [("file", "its path")]

    @pytest.mark.parametrize(
        ("head", "line", "what"),
        [
            ("# x\n# param path\nASK {}", 2, "not a parameter: 'path'"),
            ("# param path: path\nASK {}", 1, "not a parameter"),
            ("# param path: file, a.h\nASK {}", 1, "unknown type 'file'"),
            ("# param a: text, b\n# param a: text, c\nASK {}", 2, "declared on line 1 already"),
            ("# column path\nASK {}", 1, "not a column"),
        ],
    )
    def test_what_is_wrong_is_told_with_its_line(self, head: str, line: int, what: str) -> None:
        with pytest.raises(QueryError) as caught:
            parse(head, where="a.rq")
        assert caught.value.where == f"a.rq:{line}"
        assert what in caught.value.what


class TestFind:
    def test_by_name_file_and_text(self, tmp_path: Path) -> None:
        file = tmp_path / "mine.rq"
        file.write_text("# Mine.\nASK {}")
        assert find("includers").where == "queries/includers.rq"
        assert find(str(file)).sentence == "Mine."
        assert find("ASK {}").text == "ASK {}"

    def test_an_unknown_name_gets_a_suggestion(self) -> None:
        with pytest.raises(QueryError) as caught:
            find("inclduers")
        assert caught.value.hint.startswith("did you mean includers")

    @pytest.mark.parametrize("content", [None, b"\xff"])
    def test_a_file_that_cannot_be_read(self, tmp_path: Path, content: bytes | None) -> None:
        file = tmp_path / "mine.rq"
        if content is not None:
            file.write_bytes(content)
        with pytest.raises(QueryError) as caught:
            find(str(file))
        assert caught.value.where == str(file)


class TestParameters:
    DECLARED = "# x\n# param path: path, src/shape.h\nSELECT ?path ?n { ?f kg:path ?path ; kg:lines ?n }"

    def test_a_missing_one(self) -> None:
        error = refused(self.DECLARED)
        assert str(error) == "a.rq:2: parameter 'path' has no value\n  hint: add --param path=src/shape.h"

    def test_an_example_that_a_shell_would_break_is_quoted(self) -> None:
        assert refused("# param name: text, a b\nASK { ?x kg:path ?name }").hint == "add --param 'name=a b'"

    def test_an_unknown_one(self) -> None:
        error = refused(self.DECLARED, pth="a")
        assert error.what == "there is no parameter 'pth'"
        assert error.hint == "did you mean path?"

    @pytest.mark.parametrize("path", ["src/circle.h", "./src/circle.h", "src//circle.h"])
    def test_paths_are_normalised(self, path: str) -> None:
        assert rows(self.DECLARED, path=path) == [("src/circle.h", 9)]

    @pytest.mark.parametrize(
        ("type_", "text", "term"),
        [
            ("text", " 3 ", Literal(" 3 ")),
            ("integer", "+3", Literal(3)),
            ("integer", -3, Literal(-3)),
            ("path", "", Literal(".")),
            ("path", "src/", Literal("src")),
            ("symbol", "::geo::Shape", Literal("geo::Shape")),
            ("kind", "typealias", NamedNode(PREFIXES["kg"] + "TypeAlias")),
            ("kind", "kg:Class", NamedNode(PREFIXES["kg"] + "Class")),
            ("iri", "kg:path", NamedNode(PREFIXES["kg"] + "path")),
            ("iri", "<https://example.org/>", NamedNode("https://example.org/")),
            ("iri", "file/src/a.h", NamedNode(graphs.BASE + "file/src/a.h")),
            ("iri", NamedNode("a:b"), NamedNode("a:b")),
        ],
    )
    def test_types(self, type_: str, text: object, term: object) -> None:
        text_ = f"# param it: {type_}, x\nSELECT ?it {{}}"
        answer = execute(store(), parse(text_), {"it": text}, base=graphs.BASE)
        assert isinstance(answer, Rows)
        assert list(answer) == [(term,)]

    @pytest.mark.parametrize(
        ("type_", "text", "what"),
        [
            ("integer", "three", "must be a whole number, not 'three'"),
            ("integer", "1.5", "must be a whole number"),
            ("integer", True, "must be a whole number"),
            ("iri", "a b", "is not an IRI: 'a b'"),
            ("kind", "Clas", "must be a kind of symbol"),
            ("text", "\udcff", "is not valid Unicode"),
        ],
    )
    def test_values_of_the_wrong_type(self, type_: str, text: object, what: str) -> None:
        error = refused(f"#\n# param it: {type_}, x\nSELECT ?it {{}}", it=text)
        assert what in error.what
        assert error.where == "a.rq:2"

    def test_optional_ones_and_defaults(self) -> None:
        text = (
            "# param language: text, C++ (optional)\n# param least: integer, 30 (default)\n"
            "SELECT ?path { ?f kg:path ?path ; kg:language ?language ; kg:lines ?n FILTER(?n >= ?least) } "
            "ORDER BY ?path"
        )
        assert rows(text) == [("docs/guide.md",), ("src/shape.cpp",)]
        assert rows(text, language="C++") == [("src/shape.cpp",)]
        assert rows(text, language="C++", least=24) == [("include/geo/shape.h",), ("src/shape.cpp",)]

    def test_a_query_that_declares_none_takes_any(self) -> None:
        assert rows("SELECT ?p { ?f kg:path ?p ; kg:lines ?n }", n=9) == [("src/circle.h",)]
        assert rows("SELECT ?p { ?f kg:path ?p ; kg:lines ?n }", n="9") == [("src/circle.h",)]
        assert rows("SELECT ?n { ?f kg:path 'logo.png' ; kg:size ?n }", f=f"<{graphs.BASE}file/logo.png>") == [(4096,)]


# Each with a parameter ?path bound to "src/shape.cpp"; beside it the same query as one would write it by hand.
BINDINGS = [
    ("SELECT ?path ?n { ?f kg:path ?path ; kg:lines ?n }", "SELECT ('@' AS ?path) ?n { ?f kg:path '@' ; kg:lines ?n }"),
    ("SELECT ?n { ?f kg:path $path ; kg:lines ?n }", "SELECT ?n { ?f kg:path '@' ; kg:lines ?n }"),
    ("SELECT ?p { ?f kg:path ?p FILTER(?p < ?path) }", "SELECT ?p { ?f kg:path ?p FILTER(?p < '@') }"),
    ("SELECT ?p { ?f kg:path ?p FILTER(?path<?p&&?path!=?p) }", "SELECT ?p { ?f kg:path ?p FILTER('@' < ?p) }"),
    (
        "SELECT ?o { { ?f kg:path ?p ; kg:includes/kg:path ?o FILTER(?p = ?path) } UNION { BIND(?path AS ?o) } }",
        "SELECT ?o { { ?f kg:path '@' ; kg:includes/kg:path ?o } UNION { BIND('@' AS ?o) } }",
    ),
    (
        "SELECT ?path ?n { { SELECT ?path (COUNT(?o) AS ?n) { ?f kg:path ?path ; kg:includes ?o } GROUP BY ?path } }",
        "SELECT ('@' AS ?path) ?n { { SELECT (COUNT(?o) AS ?n) { ?f kg:path '@' ; kg:includes ?o } } }",
    ),
    (
        "SELECT ?f { { SELECT DISTINCT ?path WHERE { ?x kg:path ?path } } ?f kg:path ?path }",
        "SELECT ?f { ?f kg:path '@' }",
    ),
    (
        "SELECT ?path ?l (COUNT(?o) AS ?n) { ?f kg:path ?path ; kg:language ?l ; kg:includes ?o } GROUP BY ?path ?l",
        "SELECT ('@' AS ?path) ?l (COUNT(?o) AS ?n) { ?f kg:path '@' ; kg:language ?l ; kg:includes ?o } GROUP BY ?l",
    ),
    (
        "SELECT ?l { ?f kg:path ?path ; kg:language ?l } GROUP BY ?l ?path HAVING(?path > 'a') "
        "ORDER BY ?path DESC(?path)",
        "SELECT ?l { ?f kg:path '@' ; kg:language ?l }",
    ),
    (
        "SELECT ?p { ?f kg:path ?p MINUS { ?f kg:path ?path } FILTER NOT EXISTS { ?f kg:includes+/kg:path ?path } }",
        "SELECT ?p { ?f kg:path ?p MINUS { ?f kg:path '@' } FILTER NOT EXISTS { ?f kg:includes+/kg:path '@' } }",
    ),
    (
        "SELECT ?p { ?f kg:path ?p OPTIONAL { ?f kg:lines ?n FILTER(?p = ?path) } FILTER(BOUND(?n) && BOUND(?path)) }",
        "SELECT ?p { ?f kg:path ?p ; kg:lines ?n FILTER(?p = '@') }",
    ),
    (
        "SELECT ?n { ?f kg:path ?path ; rdfs:label ?n # ?path 'here\n"
        "FILTER(STRLEN('?path') = 5 && <a:?path> = <a:?path>)"
        ' FILTER("""?path "" \\""" """ != "x") }',
        "SELECT ?n { ?f kg:path '@' ; rdfs:label ?n }",
    ),
]


class TestBinding:
    PATH = "src/shape.cpp"

    @pytest.mark.parametrize(("text", "by_hand"), BINDINGS)
    def test_it_means_what_one_would_write_by_hand(self, text: str, by_hand: str) -> None:
        expected = Counter(rows(by_hand.replace("@", self.PATH)))
        assert Counter(rows(text, path=self.PATH)) == expected
        theirs = graphs.rdflib_graph(graphs.small()).query(by_hand.replace("@", self.PATH), initNs=PREFIXES)
        assert len(theirs) == expected.total()

    def test_construct_templates_and_ask(self) -> None:
        text = "CONSTRUCT { ?f rdfs:comment ?path } WHERE { ?f kg:path ?p FILTER(?p = ?path) }"
        answer = execute(store(), parse(text), {"path": "logo.png"})
        assert isinstance(answer, Triples)
        assert [str(triple.object) for triple in answer] == ['"logo.png"']
        assert execute(store(), parse("ASK { ?f kg:path ?path }"), {"path": "logo.png"}) is True
        assert execute(store(), parse("ASK { ?f kg:path ?path }"), {"path": "logo.pn"}) is False

    def test_describe(self) -> None:
        answer = execute(store(), parse("DESCRIBE ?it"), {"it": f"<{graphs.BASE}file/logo.png>"})
        assert isinstance(answer, Triples)
        assert {str(triple.subject) for triple in answer} == {f"<{graphs.BASE}file/logo.png>"}

    @pytest.mark.parametrize(
        "text",
        ["SELECT ?path { VALUES ?path { 'a' } }", "SELECT ?path {\n BIND(1 AS ?path) }", "SELECT (1 AS ?path) {}"],
    )
    def test_what_the_query_sets_itself_is_no_parameter(self, text: str) -> None:
        assert "is set by the query itself" in refused(text, path="x").what

    @given(st.text())
    def test_any_text_is_itself_and_nothing_else(self, text: str) -> None:
        query = parse("# param it: text, x\nSELECT ?it { FILTER(?it = ?it) }")
        answer = execute(Store(), query, {"it": text})
        assert isinstance(answer, Rows)
        assert list(answer) == [(Literal(text),)]

    @given(st.text(alphabet="?$path <>'\"\\#\n{}()a:"))
    def test_no_text_breaks_the_binding(self, text: str) -> None:
        with_nothing = tokens.bind(text, {})
        assert with_nothing == text
        with contextlib.suppress(tokens.BindingError):
            tokens.bind(text, {"path": '"x"'})

    def test_lines_stay(self) -> None:
        text = "SELECT ?path\n{ ?f\n kg:path ?path }"
        assert bind_parameters(parse(text), {"path": "a\nb"}).count("\n") == text.count("\n")


class TestRefusals:
    @pytest.mark.parametrize("form", tokens.UPDATE_FORMS)
    def test_updates(self, form: str) -> None:
        error = refused(f"# x\nPREFIX add: <a:>\n{form.lower()} <a:b>")
        assert error.where == "a.rq:3"
        assert error.what == f"{form} would change the graph; queries only read it"

    def test_service(self) -> None:
        error = refused(
            "SELECT * {\n # SERVICE\n ?s kg:path 'SERVICE' .\n service <http://127.0.0.1:1/> { ?s ?p ?o } }"
        )
        assert error.where == "a.rq:4"

    @pytest.mark.parametrize(
        "text",
        [
            "SELECT * { FILTER(2<3)SERVICE#>\n<http://127.0.0.1:1/> { ?s ?p ?o } }",
            'SELECT * { ?a ?b "x"@en.SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }',
            "SELECT * { ?a ?b trueservice<http://127.0.0.1:1/> { ?s ?p ?o } }",
            "SELECT * { {}SERVICEsilent<http://127.0.0.1:1/>{ ?s ?p ?o } }",
            "BASE <http://x/> SELECT * { BIND(<?v#> AS ?x) SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
            "ASK { FILTER NOT EXISTS { FILTER(2<3)SERVICE#>\n<http://127.0.0.1:1/> { ?s ?p ?o } } }",
        ],
    )
    def test_service_in_disguise(self, text: str) -> None:
        assert "another machine" in refused(text).what

    def test_texts_that_speak_of_services(self) -> None:
        text = """PREFIX s: <http://example.org/service#> # no SERVICE <http://127.0.0.1:1/> { }
            SELECT ?service { ?service kg:path ?o ; s:x ?y FILTER(CONTAINS(?o, "service <http://127.0.0.1:1/> {")) }"""
        assert rows(text) == []

    def test_what_would_overflow_the_engine(self) -> None:
        assert "nested" in refused("SELECT * {" + "{" * 20_000 + "}" * 20_000 + "}").what

    def test_nothing(self) -> None:
        assert refused("# only a comment").what == "there is no query in it"

    @pytest.mark.parametrize(
        ("text", "line", "what"),
        [
            (
                "# x\nSELECT ?p\nWHRE { ?f kg:path ?p }",
                3,
                "not SPARQL, before '{ ?f kg:path ?p }': expected DISTINCT or WHERE",
            ),
            ("SELECT ?p { ?f kg:path ?p \n", 2, "not SPARQL, at its end"),
            ("SELECT ?p {\n ?f kq:path ?p }", 2, "the prefix kq: is not declared"),
            ("SELECT ?p ?f {\n ?f kg:path ?p } GROUP BY ?p", 2, "not SPARQL"),
        ],
    )
    def test_bad_syntax_has_its_line(self, text: str, line: int, what: str) -> None:
        error = refused(text)
        assert error.where == f"a.rq:{line}"
        assert error.what.startswith(what)
        assert error.hint

    def test_the_line_does_not_move_with_parameters(self) -> None:
        assert refused("SELECT ?path {\n ?f kg:path ?path ;\n kg:lines }", path="a\nb").where == "a.rq:3"

    def test_a_known_prefix_is_suggested(self) -> None:
        assert refused("ASK { ?f kgg:path ?p }").hint == "did you mean kg:?"


class TestRows:
    def test_plain_values(self) -> None:
        text = """SELECT * { VALUES (?a ?b ?c ?d ?e ?f ?g) {
            (kg:File 'x'@en 3 true 1.50 1.5e0 '2020-01-01'^^xsd:date)
            ('x'^^xsd:integer UNDEF -3 false '-1'^^xsd:byte 0 1) } }"""
        assert rows(text) == [
            (PREFIXES["kg"] + "File", "x", 3, True, Decimal("1.50"), 1.5, "2020-01-01"),
            ("x", None, -3, False, -1, 0, 1),
        ]
        assert value(Literal("maybe", datatype=NamedNode(XSD + "boolean"))) == "maybe"

    def test_they_can_be_read_again(self) -> None:
        answer = execute(store(), parse("SELECT ?n { ?f kg:lines ?n } ORDER BY ?n"))
        assert isinstance(answer, Rows)
        assert list(answer) == list(answer) != []
        assert answer.lists() == {"n": [row["n"] for row in answer.dicts()]}

    @pytest.mark.parametrize(
        "text",
        [
            "SELECT ?p { ?f kg:path ?p } ORDER BY ?p",
            "SELECT ?p { ?f kg:path ?p } ORDER BY ?p LIMIT 1000 OFFSET 0",
            "SELECT ?p { ?f kg:path ?p { SELECT ?f { ?f kg:size ?s } LIMIT 1000 } } ORDER BY ?p VALUES ?q { 1 }",
            "SELECT ?p { ?f kg:path ?p } # { LIMIT",
        ],
    )
    def test_limit(self, text: str) -> None:
        for limit in (0, 2, 7):
            answer = execute(store(), parse(text), limit=limit)
            assert isinstance(answer, Rows)
            assert len(list(answer)) == limit
        triples = execute(store(), parse("DESCRIBE <a:b>"), limit=3)
        assert isinstance(triples, Triples)


class TestFormats:
    TEXT = "SELECT ?f ?p ?n { ?f kg:path ?p OPTIONAL { ?f kg:lines ?n } } ORDER BY ?p"

    def written(self, text: str, form: str) -> bytes:
        answer = execute(store(), parse(text))
        assert not isinstance(answer, Triples)
        out = io.BytesIO()
        formats.write(answer, form, out)
        return out.getvalue()

    @pytest.mark.parametrize("form", ["json", "xml", "tsv"])
    def test_what_is_written_is_read_back(self, form: str) -> None:
        read = parse_query_results(self.written(self.TEXT, form), format=formats.FORMATS[form])
        answer = execute(store(), parse(self.TEXT))
        assert isinstance(answer, Rows)
        assert [tuple(row) for row in read] == list(answer)  # type: ignore[union-attr, arg-type]

    def test_rdflib_reads_json_and_xml(self) -> None:
        expected = len(rows(self.TEXT))
        for form in ("json", "xml"):
            assert len(rdflib.query.Result.parse(io.BytesIO(self.written(self.TEXT, form)), format=form)) == expected

    def test_csv_is_rfc_4180(self) -> None:
        text = self.written(self.TEXT, "csv").decode()
        header, *lines = list(csv.reader(io.StringIO(text, newline="")))
        assert header == ["f", "p", "n"]
        assert [line[1] for line in lines] == [row[1] for row in rows(self.TEXT)]
        assert "\r\n" in text

    def test_booleans(self) -> None:
        assert json.loads(self.written("ASK {}", "json")) == {"head": {}, "boolean": True}
        assert json.loads(self.written("ASK { FILTER(false) }", "json"))["boolean"] is False
        assert b"<boolean>true</boolean>" in self.written("ASK {}", "xml")

    def test_formats_are_those_of_the_engine(self) -> None:
        assert set(formats.FORMATS.values()) == {
            QueryResultsFormat.CSV,
            QueryResultsFormat.TSV,
            QueryResultsFormat.JSON,
            QueryResultsFormat.XML,
        }


class TestTable:
    def lines(self, text: str, **options: object) -> list[str]:
        answer = execute(store(), parse(text))
        assert isinstance(answer, Rows)
        return list(table.lines(answer, graphs.BASE, **options))  # type: ignore[arg-type]

    def test_columns_are_aligned_and_numbers_to_the_right(self) -> None:
        text = (
            "SELECT ?path ?n { VALUES ?path { 'logo.png' 'src/circle.h' 'README.md' } ?f kg:path ?path ; kg:size ?n }"
        )
        assert self.lines(text + " ORDER BY ?path") == [
            "path             n",
            "README.md      300",
            "logo.png      4096",
            "src/circle.h   200",
        ]
        assert self.lines(text + " ORDER BY ?path", hide=("path",)) == ["   n", " 300", "4096", " 200"]

    @pytest.mark.parametrize(
        ("local", "shown"),
        [
            ("file/src/a%20b.h", "src/a b.h"),
            ("file/data/%FF", r"data/\xff"),
            ("file/a.h#L3-L3", "a.h:3"),
            ("file/a.h#L3-L9", "a.h:3-9"),
            ("folder/", "./"),
            ("folder/src", "src/"),
            ("symbol/cpp/function/geo%3A%3Aarea", "function/geo::area"),
            ("external/header/sys%2Fstat.h", "sys/stat.h"),
        ],
    )
    def test_nodes_of_the_repository_are_shortened(self, local: str, shown: str) -> None:
        assert table.short(NamedNode(graphs.BASE + local), graphs.BASE) == shown

    def test_other_terms(self) -> None:
        assert table.short(NamedNode(PREFIXES["kg"] + "File"), graphs.BASE) == "kg:File"
        assert table.short(NamedNode("https://example.org/"), graphs.BASE) == "https://example.org/"
        assert table.short(None, graphs.BASE) == ""
        assert table.short(Literal("a\nb\x1b[31m\u202e"), graphs.BASE) == "a↵b\\x1b[31m\\u202e"

    def test_wide_characters_count_twice(self) -> None:
        assert table.width("漢字") == 4
        assert table.width("e\u0301") == 1

    def test_rows_after_the_sample_are_printed_too(self) -> None:
        text = "SELECT ?a ?b { ?a rdf:type ?x . ?b rdf:type ?y }"
        assert len(self.lines(text)) == 1 + len(rows(text)) > table.SAMPLE

    def test_on_a_terminal_it_is_drawn(self, capsys: pytest.CaptureFixture[str]) -> None:
        text = "SELECT ?f ?n { ?f kg:language 'CMake' ; kg:size ?n }"
        answer = execute(store(), parse(text))
        assert isinstance(answer, Rows)
        assert table.show(answer, graphs.BASE) is True
        assert [line.split() for line in capsys.readouterr().out.splitlines()[-2:-1]] == [["CMakeLists.txt", "120"]]
        many = execute(store(), parse("SELECT ?a ?b { ?a rdf:type ?x . ?b rdf:type ?y }"))
        assert isinstance(many, Rows)
        assert table.show(many, graphs.BASE) is True
        assert len(capsys.readouterr().out.splitlines()) > table.SAMPLE
        none = execute(store(), parse("SELECT ?f { ?f kg:path 'nowhere' }"))
        assert isinstance(none, Rows)
        assert table.show(none, graphs.BASE) is False


class TestDoubts:
    TEXT = "# param path: path, a.h\n# param name: symbol, A (optional)\nSELECT ?path ?name { ?f kg:path ?path }"

    def test_what_the_graph_has_is_not_doubted(self) -> None:
        assert list(diagnose_answer(store(), parse(self.TEXT), {"path": "src/circle.h", "name": "geo::Shape"})) == []

    def test_what_it_has_not(self) -> None:
        assert list(diagnose_answer(store(), parse(self.TEXT), {"path": "circle.h", "name": "gee::Shape"})) == [
            "the graph has no path 'circle.h'; did you mean src/circle.h?",
            "the graph has no symbol 'gee::Shape'; did you mean geo::Shape or geo.shapes.Shape?",
            "symbols of Python (1 of 4 files) were not analysed: there may be symbols that are not listed",
        ]
        assert list(diagnose_answer(store(), parse(self.TEXT), {"path": "src/circel.h"})) == [
            "the graph has no path 'src/circel.h'; did you mean src/circle.h?"
        ]
        assert list(diagnose_answer(store(), parse(self.TEXT), {"path": "zzz"})) == ["the graph has no path 'zzz'"]

    def test_relations_that_nobody_built(self) -> None:
        query, given = find("related-files"), {"path": "src/circle.h"}
        assert list(diagnose_answer(store(), query, given)) == []
        assert next(diagnose_answer(Store(), query, given)).endswith("build it without --no-related")
