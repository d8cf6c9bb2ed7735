"""No answer claims what was not read: each way to ask says what was not analysed, and is silent where all was.

`mixed` is a repository with C++, Python, Go and Java, and with Scala, which nobody reads; `whole` has nothing but C++
and Python. Nothing here depends on which of the languages have imports and uses: the tests take from Java and Go what
the table of `kgraph.coverage` says that they have.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import polars as pl
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

import kgraph.api
from kgraph import coverage
from kgraph.cli import main
from kgraph.coverage import ANALYSED, BUILD, PROGRAMMING, Aspect, Coverage, Gap
from kgraph.errors import QueryError
from kgraph.extract.dispatch import has_reader, has_uses
from kgraph.extract.other import _READERS, _SCOPED_READERS
from kgraph.extract.treesitter import walk
from kgraph.extract.treesitter.grammars import GRAMMARS
from kgraph.graph import KGraph
from kgraph.languages import C_FAMILY, PYTHON_FAMILY
from kgraph.mcp.answer import cut
from kgraph.mcp.graph_index import GraphIndex
from kgraph.mcp.tools import TOOLS
from kgraph.query import find_qualified_name, load_shipped, names
from kgraph.query.symbol_names import find_qualified_name_in
from kgraph.view import data
from tests.serving import serving

WHOLE = {
    "cpp/shape.h": "#pragma once\nnamespace geo { int area(int); int width(int); }\n",
    "cpp/shape.cpp": '#include "shape.h"\nstatic int dead() { return 1; }\n'
    "int geo::area(int x) { return geo::width(x); }\nint geo::width(int x) { return x; }\n",
    "py/shapes.py": "def outer(): return inner()\ndef inner(): return 1\n",
    "README.md": "# Shapes\n\nSee [the header](cpp/shape.h).\n",
    "notes.txt": "Nothing to read here.\n",
}
MIXED = WHOLE | {
    "java/A.java": "package a;\nimport a.B;\npublic class A {\n  private void lonely() {}\n"
    "  public void run() { new B().fallback(); }\n}\n",
    "java/B.java": "package a;\npublic class B { public void fallback() {} }\n",
    "go/main.go": "package main\nfunc main() { help() }\nfunc help() int { return 1 }\n",
    "sc/K.scala": "class K { def run() = new B().fallback() }\n",
}
RULE = """
[[rule]]
name = "{name}"
type = "forbidden"
from = "/{source}/"
to = "/{target}/"
"""

GO = 'package m\n\nimport "time"\n\nfunc F() { time.Now() }\n'


def written(root: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = written(tmp_path_factory.mktemp("coverage") / "mixed", MIXED)
    kgraph.api.build(root, jobs=1).close()
    return root


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = written(tmp_path_factory.mktemp("coverage") / "whole", WHOLE)
    kgraph.api.build(root, jobs=1).close()
    return root


@pytest.fixture
def graph(mixed: Path) -> Iterator[KGraph]:
    with kgraph.open(mixed) as opened:
        yield opened


def ran(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def asked(root: Path, tool: str, **arguments: object) -> dict[str, object]:
    with kgraph.open(root) as opened:
        answer = cut(TOOLS[tool](GraphIndex(opened), **arguments), 10_000)
    structured: dict[str, object] = answer["structured"]
    notes = structured["notes"]
    assert isinstance(notes, list)
    assert all(f"note: {note}" in answer["text"] for note in notes)
    return structured


class TestTable:
    def test_it_has_the_languages_that_have_a_reader_and_no_others(self) -> None:
        assert set(ANALYSED) == {
            *C_FAMILY,
            *PYTHON_FAMILY,
            "Markdown",
            "reStructuredText",
            *_READERS,
            *_SCOPED_READERS,
            *GRAMMARS,
        }
        assert all(has_reader(language) for language in ANALYSED)
        assert {language for language in ANALYSED if has_uses(language)} == {
            language for language, aspects in ANALYSED.items() if Aspect.USES in aspects
        }

    def test_what_is_used_by_a_language_has_it_among_its_users(self) -> None:
        for language in PROGRAMMING:
            assert language in coverage.users_of([language])
            assert all(
                language in coverage.users_of([used]) for used in coverage.languages_used_by(frozenset({language}))
            )

    def test_builds_are_programming(self) -> None:
        assert BUILD - {"Dockerfile"} <= PROGRAMMING


LANGUAGES = st.sampled_from([*sorted(PROGRAMMING - BUILD)[:6], "Markdown", None])
FILES = st.lists(st.tuples(LANGUAGES, st.sets(st.sampled_from(list(Aspect)))), max_size=30)


class TestGaps:
    @given(FILES)
    def test_they_are_the_files_in_which_nobody_looked(self, files: list[tuple[str | None, set[Aspect]]]) -> None:
        counted = Coverage.of_files(files)
        for aspect in Aspect:
            unread = [language for language, aspects in files if language in PROGRAMMING and aspect not in aspects]
            gaps = counted.gaps(aspect)
            assert {gap.language: gap.files for gap in gaps} == {each: unread.count(each) for each in unread}
            assert all(0 < gap.files <= gap.total for gap in gaps)
            assert bool(counted.note(aspect)) == bool(unread)

    @given(FILES)
    def test_a_table_is_counted_as_its_rows_are(self, files: list[tuple[str | None, set[Aspect]]]) -> None:
        rows = [(language, sorted(aspects)) for language, aspects in files]
        table = pl.DataFrame(rows, {"language": pl.String, "analysed": pl.List(pl.String)}, orient="row")
        counted, of_table = Coverage.of_files(rows), Coverage.of_table(table)
        assert set(of_table.languages) == set(counted.languages)
        for aspect in Aspect:
            assert of_table.gaps(aspect) == counted.gaps(aspect)

    @given(FILES)
    def test_who_analyses_more_leaves_no_more_open(self, files: list[tuple[str | None, set[Aspect]]]) -> None:
        for aspect in Aspect:
            more = [(language, {*aspects, aspect}) for language, aspects in files]
            assert Coverage.of_files(more).gaps(aspect) == []

    def test_the_sentence(self) -> None:
        gaps = [Gap("Java", 1212, 1212), Gap("C++", 3, 2000)]
        assert coverage.note(Aspect.USES, gaps) == (
            "uses of Java (1,212 files) and C++ (3 of 2,000 files) were not analysed: there may be uses that are not "
            "listed"
        )
        assert coverage.not_analysed(Aspect.IMPORTS, gaps).startswith("includes and imports of Java")
        assert coverage.not_analysed(Aspect.IMPORTS, gaps[1:]).startswith("includes of C++")
        many = [Gap(f"L{number}", 1, 1) for number in range(9)]
        assert coverage.not_analysed(Aspect.USES, many).endswith("and 4 more languages (4 files) were not analysed")


class TestFacts:
    def test_each_file_has_what_its_language_has(self, graph: KGraph) -> None:
        analysed = dict(graph.frame("files").select("path", "analysed").iter_rows())
        assert analysed["cpp/shape.h"] == analysed["py/shapes.py"] == sorted(Aspect)
        assert analysed["java/A.java"] == sorted(ANALYSED["Java"])
        assert analysed["README.md"] == ["declarations"]
        assert analysed["sc/K.scala"] == analysed["notes.txt"] == []

    def test_without_calls_no_uses_were_analysed(self, whole: Path, tmp_path: Path) -> None:
        with kgraph.build(whole, output=tmp_path / "g", calls=False, jobs=1) as opened:
            analysed = dict(opened.frame("files").select("path", "analysed").iter_rows())
            assert analysed["cpp/shape.h"] == ["declarations", "imports"]
            assert list(opened.query("unused-symbols")) == []
            assert "uses of C++ (2 files)" in opened.query("callers", name="geo::width").notes[0]

    def test_the_manifest_counts_what_the_files_have(self, graph: KGraph) -> None:
        counted = Coverage.of_files(graph.frame("files").select("language", "analysed").iter_rows())
        for aspect in Aspect:
            assert Coverage.of_manifest(graph.manifest).gaps(aspect) == counted.gaps(aspect)

    def test_what_is_too_large_has_the_reason(self, tmp_path: Path) -> None:
        written(tmp_path, {"big.java": "class A {}  " * 100_000, "big.scala": "class A\n" * 200_000})
        with kgraph.build(tmp_path, jobs=1) as opened:
            rows = opened.frame("files").select("path", "read_as", "diagnostics").rows()
            assert ("big.java", "listed", ["not parsed: larger than 1 MB"]) in rows
            assert ("big.scala", "listed", []) in rows  # which nobody would have parsed
            assert opened.manifest["ledger"]["diagnostics"] == 0  # nothing in it was not understood
            assert any("not parsed: larger than 1 MB" in finding.what for finding in opened.doctor())


# A query, its parameters, and whether Java is what its note is about in `mixed`.
QUERIES = [
    ("callers", {"name": "B.fallback"}, Aspect.USES),
    ("callers-transitive", {"name": "B.fallback"}, Aspect.USES),
    ("uses-of", {"name": "B"}, Aspect.USES),
    ("impact", {"name": "B.fallback"}, Aspect.USES),
    ("implementers", {"name": "B"}, Aspect.USES),
    ("includers", {"path": "java/B.java"}, Aspect.IMPORTS),
    ("includers-transitive", {"path": "java/B.java"}, Aspect.IMPORTS),
    ("includes", {"path": "sc/K.scala"}, Aspect.IMPORTS),
    ("folder-dependencies", {"path": "sc"}, Aspect.IMPORTS),
    ("related-files", {"path": "java/B.java"}, Aspect.IMPORTS),
    ("symbols-of-file", {"path": "sc/K.scala"}, Aspect.DECLARATIONS),
    ("symbol-search", {"text": "K"}, Aspect.DECLARATIONS),
    ("unused-symbols", {}, Aspect.USES),
    ("most-included", {}, Aspect.IMPORTS),
]
# The same of `whole`.
ANSWERED = [
    ("callers", {"name": "geo::width"}),
    ("callees", {"name": "geo::area"}),
    ("uses-of", {"name": "geo::width"}),
    ("impact", {"name": "inner"}),
    ("includers", {"path": "cpp/shape.h"}),
    ("includes", {"path": "py/shapes.py"}),
    ("folder-dependencies", {"path": "cpp"}),
    ("related-files", {"path": "cpp/shape.h"}),
    ("symbols-of-file", {"path": "README.md"}),
    ("symbol-search", {"text": "K"}),
    ("unused-symbols", {}),
    ("orphans", {}),
    ("most-included", {}),
]


class TestQueries:
    def test_each_says_what_it_depends_on(self) -> None:
        assert [name for name in names() if "/" not in name and load_shipped(name).dependencies is None] == []

    @pytest.mark.parametrize(("name", "values", "aspect"), QUERIES, ids=lambda value: str(value))
    def test_the_note(self, mixed: Path, name: str, values: dict[str, str], aspect: Aspect) -> None:
        parameters = [f"--param={key}={value}" for key, value in values.items()]
        result = ran("query", name, *parameters, "-g", mixed)
        assert result.exit_code == 0
        notes = [line for line in result.stderr.splitlines() if "not analysed" in line]
        assert any(line.startswith(f"note: {coverage.noun(aspect)} of ") and "Scala" in line for line in notes)
        held = json.loads(ran("query", name, *parameters, "-g", mixed, "-f", "json").stdout)
        assert [f"note: {note}" for note in held["notes"] if "not analysed" in note] == notes

    @pytest.mark.parametrize(("name", "values"), ANSWERED, ids=lambda value: str(value))
    def test_no_note_where_all_was_analysed(self, whole: Path, name: str, values: dict[str, str]) -> None:
        result = ran("query", name, *(f"--param={key}={value}" for key, value in values.items()), "-g", whole)
        assert (result.exit_code, "not analysed" in result.stderr) == (0, False)

    def test_a_question_about_python_is_not_about_scala(self, mixed: Path) -> None:
        assert "not analysed" not in ran("query", "callers", "--param=name=shapes.inner", "-g", mixed).stderr

    def test_a_text_depends_on_what_it_mentions(self, mixed: Path) -> None:
        for term, noun in (("calls", "uses of"), ("imports", "imports of"), ("qualifiedName", "symbols of")):
            said = ran("query", "-e", f"SELECT ?a {{ ?a kg:{term} ?b }}", "-g", mixed).stderr
            assert f"note: {noun}" in said
        assert "note" not in ran("query", "-e", "SELECT ?a { ?a kg:path ?b }", "-g", mixed).stderr

    def test_unused_symbols_are_of_files_whose_uses_were_analysed(self, graph: KGraph) -> None:
        listed = {row["file"] for row in graph.query("unused-symbols").dicts()}
        analysed = graph.frame("files").filter(coverage_has(Aspect.USES))["path"].to_list()
        assert "cpp/shape.cpp" in listed
        assert listed <= set(analysed)

    def test_no_note_in_json_where_there_is_none(self, whole: Path) -> None:
        held = json.loads(ran("query", "includers", "--param=path=cpp/shape.h", "-g", whole, "-f", "json").stdout)
        assert set(held) == {"head", "results"}

    def test_python_has_the_notes_too(self, graph: KGraph) -> None:
        assert any("Scala" in note for note in graph.query("callers", name="B.fallback").notes)
        assert graph.query("folder-summary", path="java").notes == ()
        assert "Note: " in graph.query("callers", name="B.fallback")._repr_html_()


def coverage_has(aspect: Aspect) -> object:
    import polars as pl

    return pl.col("analysed").list.contains(aspect.value)


class TestShortNames:
    def test_one_that_is_unique_is_resolved_and_said(self, mixed: Path) -> None:
        result = ran("query", "callers", "--param=name=width", "-g", mixed)
        assert result.exit_code == 0
        assert "note: width is taken for geo::width, the only symbol that it fits" in result.stderr
        assert "geo::area" in result.stdout

    def test_one_that_is_not_is_asked_about(self, tmp_path: Path) -> None:
        root = written(tmp_path, {"a.cpp": "namespace a { void go() {} }\nnamespace b { void go() {} }\n"})
        kgraph.api.build(root, jobs=1).close()
        result = ran("query", "callers", "--param=name=go", "-g", root)
        assert result.exit_code == 2
        assert "may be any of 2 symbols: a::go, b::go" in result.stderr

    def test_a_file_that_was_read_in_part_is_told(self, tmp_path: Path) -> None:
        root = written(tmp_path, {"a.kt": "fun go() {}\n", "b.kt": "fun run() { go() }\nfun torn( { = ) set !=\n"})
        written(tmp_path, {"c.py": "def own(): pass\n"})
        kgraph.build(root, jobs=1).close()
        told = "files with syntax errors were read in part: Kotlin (1); there may be more than is listed"
        assert told in ran("query", "callers", "--param=name=go", "-g", root).stderr
        assert told in ran("query", "unused-symbols", "-g", root).stderr
        assert told not in ran("query", "callers", "--param=name=own", "-g", root).stderr

    def test_code_goes_before_a_heading_of_its_name(self, tmp_path: Path) -> None:
        root = written(tmp_path, {"a.py": "def go(): pass\ndef run(): go()\n", "README.md": "# go\n"})
        with kgraph.build(root, jobs=1) as opened:
            assert [row["caller"] for row in opened.query("callers", name="go").dicts()] == ["a.run"]

    @pytest.mark.parametrize(
        ("name", "meant"),
        [
            ("Router.route", "web::Router::route"),  # another language's separator
            ("web#Router#route", "web::Router::route"),
            ("app.App", "app.core.App"),  # offered by the package
            ("app.App.run", "app.core.App.run"),
            ("core.Ap", ""),
            ("other.App", ""),
            ("Router::operator->", "web::Router::operator->"),
            ("Grid::fill", "web::Grid<T*>::fill"),  # of a specialization
            ("Grid", "web::Grid"),  # which has constructors of that name
            ("Watch.#start", "js/w.Watch.#start"),  # a private member of JavaScript
            ("Watch.start", "js/w.Watch.#start"),
            ("#start", "js/w.Watch.#start"),
        ],
    )
    def test_separators_and_modules_may_differ(self, tmp_path: Path, name: str, meant: str) -> None:
        files = {
            "r.h": "namespace web { struct Router { void route(); Router* operator->(); };\n"
            "template <class T> class Grid { public: Grid(); };\n"
            "template <class T> class Grid<T*> { public: Grid(); Grid(int); void fill(); }; }\n",
            "app/__init__.py": "from app.core import App\n",
            "app/core.py": "class App:\n    def run(self): pass\n",
            "js/w.js": "export class Watch { #start() {} }\n",
        }
        with kgraph.build(written(tmp_path, files), jobs=1) as opened:
            assert find_qualified_name(opened.store, name) == meant
            assert find_qualified_name_in(opened.frame("symbols"), name) == meant

    def test_two_that_it_loosely_fits_are_asked_about(self, tmp_path: Path) -> None:
        files = {"app/__init__.py": "", "app/a.py": "class T: pass\n", "a.h": "namespace app { struct T {}; }\n"}
        root = written(tmp_path, files)
        with kgraph.build(root, jobs=1) as opened, pytest.raises(QueryError, match=r"may be any of 2 symbols"):
            find_qualified_name(opened.store, "app.T")

    def test_a_class_and_its_constructors_are_no_two_things(self, tmp_path: Path) -> None:
        root = written(tmp_path, {"a.cpp": "namespace a { struct T { T(int); T(); }; }\n"})
        with kgraph.build(root, jobs=1) as opened:
            assert find_qualified_name(opened.store, "T") == "a::T"

    def test_tools_follow_the_same_rule(self, mixed: Path) -> None:
        assert str(asked(mixed, "who_uses", target="width")["summary"]).startswith("geo::width: 1 use")

    def test_a_query_that_takes_short_names_keeps_them(self, graph: KGraph) -> None:
        assert [row["symbol"] for row in graph.query("symbol-by-name", name="width").dicts()] == ["geo::width"] * 2


class TestTools:
    @pytest.mark.parametrize(
        ("tool", "arguments"),
        [
            ("who_uses", {"target": "java/B.java"}),
            ("who_uses", {"target": "B.fallback"}),
            ("affected", {"target": "java/B.java"}),
            ("file_card", {"path": "java/B.java"}),
            ("includes", {"path": "sc/K.scala"}),
            ("includes", {"path": "java/B.java", "direction": "by"}),
            ("path_between", {"source": "sc/K.scala", "target": "java/B.java"}),
        ],
        ids=lambda value: str(value),
    )
    def test_the_summary_and_a_note_say_so(self, mixed: Path, tool: str, arguments: dict[str, object]) -> None:
        answer = asked(mixed, tool, **arguments)
        assert "as far as was analysed" in str(answer["summary"])
        assert "Scala" in str(answer["notes"])

    @pytest.mark.parametrize(
        ("tool", "arguments"),
        [
            ("find_symbol", {"name": "K"}),
            ("related", {"path": "java/B.java"}),
            ("run_named_query", {"name": "callers", "parameters": {"name": "fallback"}}),
            ("sparql", {"query": "SELECT ?a { ?a kg:calls ?b }"}),
        ],
        ids=lambda value: str(value),
    )
    def test_a_note_says_so(self, mixed: Path, tool: str, arguments: dict[str, object]) -> None:
        assert "not analysed" in str(asked(mixed, tool, **arguments)["notes"])

    @pytest.mark.parametrize(
        ("tool", "arguments"),
        [
            ("who_uses", {"target": "cpp/shape.h"}),
            ("who_uses", {"target": "geo::width"}),
            ("affected", {"target": "py/shapes.py"}),
            ("file_card", {"path": "cpp/shape.h"}),
            ("includes", {"path": "cpp/shape.h", "direction": "by", "transitive": True}),
            ("path_between", {"source": "py/shapes.py", "target": "cpp/shape.h"}),
            ("find_symbol", {"name": "nothing"}),
            ("related", {"path": "cpp/shape.h"}),
            ("run_named_query", {"name": "includers", "parameters": {"path": "cpp/shape.h"}}),
        ],
        ids=lambda value: str(value),
    )
    def test_no_note_where_all_was_analysed(self, whole: Path, tool: str, arguments: dict[str, object]) -> None:
        answer = asked(whole, tool, **arguments)
        assert answer["notes"] == []
        assert "as far as was analysed" not in str(answer["summary"])


class TestRules:
    def checked(self, root: Path, source: str, target: str, *arguments: str) -> Result:
        file = root.parent / "rules.toml"
        file.write_text(RULE.format(name="apart", source=source, target=target))
        return ran("check", file, "-g", root, *arguments)

    def test_a_rule_whose_files_were_not_analysed_is_not_decided(self, mixed: Path) -> None:
        result = self.checked(mixed, "sc", "java")
        assert result.exit_code == 1
        assert result.stdout == (
            "(repository): not decided: imports of Scala (1 file) were not analysed, such as sc/K.scala [apart]\n"
        )
        assert result.stderr == "no violation of 1 rule; 1 rule is not decided\n"

    @pytest.mark.parametrize(("mode", "code", "told"), [("fail", 1, True), ("warn", 0, True), ("ignore", 0, False)])
    def test_the_exit_code_is_as_asked(self, mixed: Path, mode: str, code: int, told: bool) -> None:
        result = self.checked(mixed, "sc", "java", "--undecided", mode)
        assert (result.exit_code, "not decided" in result.stdout, "not decided" in result.stderr) == (code, told, told)

    @pytest.mark.parametrize("form", ["text", "github", "json", "sarif", "junit"])
    def test_each_format_has_it(self, mixed: Path, whole: Path, form: str) -> None:
        assert "imports of Scala (1 file) were not analysed" in self.checked(mixed, "sc", "java", "-f", form).stdout
        assert "not analysed" not in self.checked(whole, "py", "cpp", "-f", form).stdout

    def test_sarif_calls_it_open(self, mixed: Path) -> None:
        (run,) = json.loads(self.checked(mixed, "sc", "java", "-f", "sarif").stdout)["runs"]
        assert [(each["ruleId"], each["kind"]) for each in run["results"]] == [("apart", "open")]

    def test_a_rule_about_other_files_is_decided(self, mixed: Path) -> None:
        assert self.checked(mixed, "py", "java").exit_code == 0
        assert self.checked(mixed, "sc", "cpp").exit_code == 0  # Scala includes no header

    @pytest.mark.parametrize(
        "body",
        [
            'type = "layers"\nlayers = ["/sc/", "/java/"]',
            'type = "independent"\ngroups = ["/sc/", "/java/"]',
            'type = "acyclic"\nwithin = "/sc/"',
            'type = "limit"\nfiles = "/sc/"\nfan_out = 3',
            'type = "limit"\nfiles = "/java/"\nfan_in = 3',
            'type = "limit"\nfiles = "/sc/"\nfunction_lines = 3',
            'type = "names"\nfiles = "/sc/"\nsymbols = ["Class"]\nmatch = "x"',
            'type = "forbidden"\nfrom = "/sc/"\nspelled = "a.B"',
            'type = "public-headers"\nfolder = "/java/"\npublic = "/java/A.java"',
        ],
    )
    def test_each_type_of_rule_depends_on_what_it_looks_at(self, mixed: Path, tmp_path: Path, body: str) -> None:
        (tmp_path / "rules.toml").write_text(f'[[rule]]\nname = "it"\n{body}\n')
        with kgraph.open(mixed) as opened:
            (undecided,) = opened.check(tmp_path / "rules.toml").undecided
        assert "Scala" in undecided.reason

    def test_that_no_test_was_found_is_no_violation_where_none_was_read(self, mixed: Path, tmp_path: Path) -> None:
        (tmp_path / "rules.toml").write_text(
            '[[rule]]\nname = "it"\ntype = "tested"\nfiles = ["/java/", "/py/"]\ntests = "/sc/"\nby = ["includes"]\n'
        )
        with kgraph.open(mixed) as opened:
            report = opened.check(tmp_path / "rules.toml")
        assert [each.path for each in report.violations] == ["py/shapes.py"]
        assert "Scala" in report.undecided[0].reason

    def test_a_query_depends_on_what_it_mentions_or_names(self, mixed: Path, tmp_path: Path) -> None:
        text = "SELECT ?file { ?file kg:imports ?other . FILTER(false) }\n"
        for head, decided in (("", False), ('# depends: imports in "C++"\n', True), ("# depends: nothing\n", True)):
            (tmp_path / "rule.rq").write_text(f"# Nothing imports anything.\n{head}{text}")
            with kgraph.open(mixed) as opened:
                assert (opened.check(tmp_path / "rule.rq").undecided == ()) == decided


class TestPages:
    def page(self, root: Path, output: Path, name: str) -> str:
        with kgraph.open(root) as opened:
            opened.pages(output)
        return (output / f"{name}_docs.md").read_text()

    def test_nothing_is_concluded_from_what_was_not_analysed(self, mixed: Path, tmp_path: Path) -> None:
        page = self.page(mixed, tmp_path, "sc/K.scala")
        for claim in ("nothing that is known to be risky", "No file imports it.", "Depends on no other"):
            assert claim not in page
        assert "What it depends on is not known. Imports of Scala were not analysed." in page
        assert "No file that was analysed imports it; files of its own package" in page
        assert "and none was found to. Imports of Scala were not analysed." in page
        assert "Security & Safety" not in page  # of which nothing is known, as the sentence above says

    def test_where_all_was_analysed_nothing_is_said(self, whole: Path, tmp_path: Path) -> None:
        page = self.page(whole, tmp_path, "py/shapes.py")
        assert "not analysed" not in page
        assert "No file imports it." in page
        assert "It includes, imports and uses nothing that is known to be risky." in page

    def test_a_folder_says_it_of_its_files(self, mixed: Path, tmp_path: Path) -> None:
        self.page(mixed, tmp_path, "sc/K.scala")
        assert "Symbols of Scala (1 file) were not analysed." in (tmp_path / "sc/doc.md").read_text()
        assert "not analysed" not in (tmp_path / "py/doc.md").read_text()

    def test_a_catalogue_of_other_languages_says_nothing(self, tmp_path: Path) -> None:
        root = written(tmp_path / "r", {"go.mod": "module m\n", "a.go": GO, "a.py": "import os, time\n"})
        kgraph.build(root, output=tmp_path / "g", jobs=1).close()
        assert ran("pages", "-g", tmp_path / "g", "--root", root, "-o", tmp_path / "p").exit_code == 0
        go, python = ((tmp_path / "p" / f"a.{end}_docs.md").read_text() for end in ("go", "py"))
        assert "There is no catalogue of risky APIs of Go: nothing can be said" in go
        assert "https://pkg.go.dev/time" in go
        assert "python.org" not in go
        assert "https://docs.python.org/3/library/time.html" in python
        assert "No file imports it; files of its own package need no import to use it" in go
        assert "No file imports it." in python


@pytest.fixture(scope="module")
def unimported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = {
        "go.mod": "module ex.com/m\n",
        "pkg/item.go": "package pkg\n\ntype Item struct{}\n",
        "pkg/list.go": "package pkg\n\nvar first Item\n",
        "main.go": 'package main\n\nimport "ex.com/m/pkg"\n\nfunc main() { pkg.Run() }\n',
        "pkg/run.go": "package pkg\n\nfunc Run() { _ = first }\n",
    }
    root = written(tmp_path_factory.mktemp("unimported"), files)
    kgraph.api.build(root, jobs=1).close()
    return root


class TestUnimported:
    """What a file of a package uses of another one without an import is a dependency, however it is asked for."""

    def test_impact_reaches_through_it(self, unimported: Path) -> None:
        facts = asked(unimported, "affected", target="pkg/item.go")["facts"]
        assert (facts["files"], facts["direct"]) == (3, 1)  # type: ignore[index]

    def test_who_uses_names_the_line_of_the_use(self, unimported: Path) -> None:
        answer = asked(unimported, "who_uses", target="pkg/item.go")
        assert "0 files include or import pkg/item.go, 1 uses what it declares without that" in str(answer["summary"])
        assert answer["items"] == [
            {"at": "pkg/list.go:3", "file": "pkg/list.go", "language": "Go", "how": "uses what it declares"}
        ]

    @pytest.mark.parametrize(("query", "files"), [("includers", 1), ("includers-transitive", 3)])
    def test_queries_list_it(self, unimported: Path, query: str, files: int) -> None:
        with kgraph.open(unimported) as opened:
            assert len(list(opened.query(query, path="pkg/item.go"))) == files

    @pytest.mark.parametrize(
        ("edges", "found"), [("", ["pkg/list.go:3: uses pkg/item.go"]), ('edges = ["imports"]\n', [])]
    )
    def test_rules_find_it(self, unimported: Path, tmp_path: Path, edges: str, found: list[str]) -> None:
        rule = '[[rule]]\nname = "it"\ntype = "forbidden"\nfrom = "/pkg/list.go"\nto = "/pkg/item.go"\n'
        (tmp_path / "rules.toml").write_text(rule + edges)
        with kgraph.open(unimported) as opened:
            report = opened.check(tmp_path / "rules.toml")
        assert [f"{each.path}:{each.line}: {each.message}" for each in report.violations] == found

    def test_files_of_a_package_are_in_no_cycle(self, tmp_path: Path) -> None:
        root = written(tmp_path / "m", {"a.go": "package m\n\nvar a = b\n", "b.go": "package m\n\nvar b, c = 1, a\n"})
        kgraph.api.build(root, jobs=1).close()
        (tmp_path / "rules.toml").write_text('[[rule]]\nname = "it"\ntype = "acyclic"\n')
        with kgraph.open(root) as opened:
            assert opened.check(tmp_path / "rules.toml").violations == ()

    def test_pages_tell_it(self, unimported: Path, tmp_path: Path) -> None:
        with kgraph.open(unimported) as opened:
            opened.pages(tmp_path / "pages", only=["pkg/item.go"])
        page = (tmp_path / "pages/pkg/item.go_docs.md").read_text()
        assert "- 1 file uses what it declares, without an import, and through it 2 more depend on it." in page
        assert "- **A change may affect** 3 files" in page


def test_modules_of_one_name_are_apart_by_ecosystem(tmp_path: Path) -> None:
    root = written(tmp_path / "r", {"go.mod": "module m\n", "a.go": GO, "a.py": "import os, time\n"})
    with kgraph.build(root, output=tmp_path / "g", jobs=1) as graph:
        found = graph.frame("externals").filter(kind="ExternalModule", spelling="time")["ecosystem"].to_list()
    assert sorted(found) == ["golang", "pypi"]


class TestOthers:
    def test_the_view(self, graph: KGraph, whole: Path) -> None:
        facts = dict(map(tuple, data.node(graph.index, "file/sc/K.scala")["facts"]))
        assert facts["not analysed"] == ["declarations", "imports", "uses"]
        overview = data.overview(graph.index)
        assert overview["not_analysed"]["Scala"] == "declarations, imports, uses"
        assert any("Scala" in cap for cap in overview["caps"])
        with kgraph.open(whole) as opened:
            facts = dict(map(tuple, data.node(opened.index, "file/py/shapes.py")["facts"]))
            assert "not analysed" not in facts
            assert (data.overview(opened.index)["not_analysed"], data.overview(opened.index)["caps"]) == ({}, [])

    def test_stats(self, mixed: Path) -> None:
        lines = ran("stats", "-g", mixed).stdout.splitlines()
        table = lines[lines.index("In how many files of each language was analysed") :]
        assert ["Scala", "1", "0", "0", "0"] in [line.split() for line in table]
        assert ["Python", "1", "1", "1", "1"] in [line.split() for line in table]

    def test_risky_functions_are_known_of_some_languages(self, mixed: Path, whole: Path) -> None:
        with kgraph.open(mixed) as graph:
            assert any(
                note.startswith("no catalogue of risky functions covers Java (2 files)")
                for note in graph.query("risky-functions").notes
            )
        with kgraph.open(whole) as graph:
            assert not any("catalogue" in note for note in graph.query("risky-functions").notes)

    def test_the_endpoint_sends_a_note(self, mixed: Path, whole: Path) -> None:
        asking = "/sparql?" + urlencode({"query": "SELECT ?a { ?a kg:calls ?b }"})
        with serving(mixed) as server:
            note = server.get(asking).headers["x-kgraph-note"]
            assert "uses of Scala (1 file) were not analysed" in note
            assert "x-kgraph-note" not in server.get("/sparql?" + urlencode({"query": "ASK {}"})).headers
        with serving(whole) as server:
            assert "x-kgraph-note" not in server.get(asking).headers

    def test_stats_name_no_compiler_where_none_ran(self, whole: Path) -> None:
        assert "a compiler" not in ran("stats", "-g", whole).stdout

    def test_doctor(self, mixed: Path, whole: Path) -> None:
        assert "1 file of languages that nothing here reads\n  Scala  1\n" in ran("doctor", "-g", mixed).stdout
        assert "not analysed: declarations, imports, uses" in ran("doctor", "sc/K.scala", "-g", mixed).stdout
        assert "analysed" not in ran("doctor", "-g", whole).stdout

    def test_a_grammar_that_is_not_installed(
        self, mixed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, without_grammars: Callable[[], None]
    ) -> None:
        without_grammars()
        build = kgraph.api.build
        monkeypatch.setattr(
            kgraph.api, "build", lambda root, **options: build(root, executor=ThreadPoolExecutor(1), **options)
        )
        built = ran("build", mixed, "-o", tmp_path / "g", "-j", "1")
        missing = "Java (2 files) and Go (1 file) were listed and not parsed, for want of a grammar"
        assert built.exit_code == 0
        (line,) = [line for line in built.stderr.splitlines() if missing in line]
        assert "pip install" in line
        assert "[languages]" in line
        assert missing in ran("doctor", "-g", tmp_path / "g").stdout
        assert missing in ran("stats", "-g", tmp_path / "g").stdout

    def test_nothing_is_missed_where_all_are_installed(self, mixed: Path, tmp_path: Path) -> None:
        assert "grammar" not in ran("build", mixed, "-o", tmp_path / "g", "-j", "1").stderr

    def test_what_one_of_two_graphs_alone_has_analysed(self, whole: Path, tmp_path: Path) -> None:
        kgraph.build(whole, output=tmp_path / "g", calls=False, jobs=1).close()
        said = ran("diff", tmp_path / "g", whole).stderr
        assert "note: uses of C++ (2 files) and Python (1 file) were analysed in one of the two graphs alone" in said
        assert "note" not in ran("diff", whole, whole).stderr


@pytest.fixture
def without_grammars(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Makes the optional grammars absent in this process."""
    from importlib import import_module

    from kgraph.extract import other, versions

    def absent(module: str) -> object:
        if module.startswith("tree_sitter_") and module != "tree_sitter_cpp":
            raise ImportError(module)
        return import_module(module)

    def clear() -> None:
        for cached in (walk.parser, other._reader, other.find_scoped_reader, versions.readers):
            cached.cache_clear()

    def remove() -> None:
        monkeypatch.setattr(walk, "import_module", absent)
        clear()

    yield remove
    monkeypatch.undo()
    clear()


class TestBuildFiles:
    """Answers on targets say which build files were not read, or only in part."""

    @pytest.fixture
    def built(self, tmp_path: Path) -> Path:
        files = {
            "CMakeLists.txt": "add_library(core a.cc ${MORE})\n",
            "gn/BUILD.gn": 'executable("x") { sources = [ "b.cc" ] }\n',
            "a.cc": "int a;\n",
            "b.cc": "int b;\n",
        }
        for path, text in files.items():
            (tmp_path / "tree" / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "tree" / path).write_text(text)
        kgraph.api.build(tmp_path / "tree", output=tmp_path / "graph")
        return tmp_path / "graph"

    @pytest.mark.parametrize(
        ("name", "consequence"),
        [
            ("targets", "there may be targets, sources and dependencies that are not listed"),
            ("files-without-target", "what is listed may belong to their targets"),
        ],
    )
    def test_the_notes(self, built: Path, name: str, consequence: str) -> None:
        notes = [line for line in ran("query", name, "-g", built).stderr.splitlines() if line.startswith("note: ")]
        assert notes == [
            f"note: targets of GN (1 file) were not analysed: {consequence}",
            "note: 1 build file was evaluated in part (CMakeLists.txt, line 1: a source of core depends on ${MORE}, "
            f"which is not known): {consequence}",
        ]

    def test_a_text_depends_on_what_it_mentions(self, built: Path) -> None:
        assert "were not analysed" in ran("query", "-e", "SELECT ?t { ?t a kg:Target }", "-g", built).stderr

    def test_where_all_was_read_nothing_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "tree").mkdir()
        (tmp_path / "tree" / "CMakeLists.txt").write_text("add_library(core a.cc)\n")
        (tmp_path / "tree" / "a.cc").write_text("int a;\n")
        kgraph.api.build(tmp_path / "tree", output=tmp_path / "graph")
        assert "note: " not in ran("query", "files-without-target", "-g", tmp_path / "graph").stderr

    def test_a_rule_on_targets_is_not_decided(self, built: Path, tmp_path: Path) -> None:
        (tmp_path / "rule.rq").write_text("# No target.\nSELECT ?t { ?t kg:buildsAfter ?other . FILTER(false) }\n")
        with kgraph.open(built) as opened:
            reasons = [each.reason for each in opened.check(tmp_path / "rule.rq").undecided]
        assert "targets of GN (1 file) were not analysed" in reasons
