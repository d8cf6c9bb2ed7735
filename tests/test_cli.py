"""The command line: what it prints where, and how it ends."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import rdflib
from click.testing import CliRunner, Result

import kgraph.api
import kgraph.cli
from kgraph import __version__, export
from kgraph.cli import main, statistics
from kgraph.cli.formats import GRAPH_FORMATS, ROW_FORMATS
from kgraph.query import formats, load_shipped, names

FILES = {
    "src/shape.h": "#pragma once\n#include <vector>\n\nclass Shape {\n public:\n  int area();\n};\n",
    "src/shape.cpp": '#include "shape.h"\n#include "lost.h"\n\nint Shape::area() { return 1; }\n',
    "tools/broken.py": "def f(:\n",
    "README.md": "# Shapes\n\nSee [the shape](src/shape.h).\n",
}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small repository with its graph."""
    root = tmp_path_factory.mktemp("cli") / "shapes"
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    kgraph.api.build(root, jobs=1).close()
    return root


def ran(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def process(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kgraph", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, **options)


class TestTripleStore:
    """The tables are the graph: only what is asked in SPARQL makes a store of triples."""

    WITHOUT = (
        ("build", "ROOT", "--force", "-q"),
        ("stats",),
        ("stats", "--json"),
        ("doctor",),
        ("doctor", "src/shape.h"),
        ("related", "src/shape.h"),
        ("pages", "-o", "OUT"),
        ("pages", "-o", "OUT", "--format", "html"),
        ("check", "RULES", "--undecided", "warn"),
        ("diff", "ROOT", "ROOT"),
        ("view", "-o", "OUT.html"),
        ("view", "-o", "OUT.html", "--focus", "src/shape.h"),
        *(("export", "-f", form, "-o", "OUT") for form in GRAPH_FORMATS),
        ("queries",),
        ("query", "includers", "-p", "path=src/shape.h"),
        ("query", "callers", "-p", "name=area"),
        ("query", "symbols-of-file", "-p", "path=nowhere"),
        ("query", "most-included"),
    )

    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        root = tmp_path / "root"
        for path, text in FILES.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        (tmp_path / "rules.toml").write_text('[[rule]]\nname = "no-cycles"\ntype = "acyclic"\n')
        kgraph.api.build(root, jobs=1).close()
        return root

    @pytest.mark.parametrize("command", WITHOUT, ids=" ".join)
    def test_it_is_not_made(self, root: Path, command: tuple[str, ...]) -> None:
        places = {"ROOT": str(root), "OUT": "out", "OUT.html": "out.html", "RULES": "rules.toml"}
        out = root.parent
        words = [str(out / places[word]) if word in places else word for word in command]
        graph = () if command[0] in ("build", "diff", "queries") else ("-g", root)
        result = ran(*words, *graph)
        assert result.exit_code == 0, result.output
        assert "triple store," not in result.stderr
        assert not list((root / ".kgraph").glob("graph-*/store*"))

    @pytest.mark.parametrize(
        "command",
        [
            ("query", "-e", "ASK { ?file a kg:File }"),
            ("query", "keyword-index", "-p", "path=src/shape.h"),
            ("export", "--query", "folder-graph", "-p", "path=src", "-f", "ttl", "-o", "-"),
        ],
        ids=" ".join,
    )
    def test_it_is_made_once_and_said(self, root: Path, command: tuple[str, ...]) -> None:
        first, second = (ran(*command, "-g", root) for _ in range(2))
        assert (first.exit_code, second.exit_code) == (0, 0), first.output
        assert "made the triple store, which SPARQL queries need: " in first.stderr
        assert "made the triple store" not in second.stderr
        assert first.stdout == second.stdout
        assert (root / ".kgraph/store/CURRENT").exists()

    @pytest.mark.parametrize(
        "command",
        [
            ("-e", "SELECT ?file { ?file a kg:File"),
            ("-e", "SELECT ?s { SERVICE <http://localhost/> { ?s ?p ?o } }"),
            ("keyword-index", "-p", "keyword=shape"),
            ("folder-graph",),
        ],
        ids=" ".join,
    )
    def test_a_query_that_is_wrong_does_not_make_it(self, root: Path, command: tuple[str, ...]) -> None:
        result = ran("query", *command, "-g", root)
        assert result.exit_code == 2
        assert "triple store" not in result.stderr
        assert not (root / ".kgraph/store/CURRENT").exists()

    def test_a_build_makes_it_where_asked_to(self, root: Path) -> None:
        assert "triple store: none yet" in ran("stats", "-g", root).stdout
        assert "triple store: none yet" in ran("doctor", "-g", root).stdout
        result = ran("build", root, "--store")
        assert "triple store: " in result.stdout
        assert "none yet" not in result.stdout
        told = json.loads(ran("stats", "-g", root, "--json").stdout)
        assert told["store"]["is_there"]
        assert told["store"]["triples"] == told["counts"]["triples"]
        assert "made from the tables in" in ran("stats", "-g", root).stdout
        (root / "more.py").write_text("x = 1\n")
        ran("build", root)
        assert "is kept for this" in ran("stats", "-g", root).stdout
        ran("build", root, "--store", "-q")
        assert "made from that of graph-000001" in ran("doctor", "-g", root).stdout


class TestBuild:
    def test_it_says_what_it_made(self, repository: Path, tmp_path: Path) -> None:
        result = ran("build", repository, "-o", tmp_path / "g", "-j", "1", "--exclude", "tools")
        assert result.exit_code == 0
        first, second = result.stdout.splitlines()
        assert first.startswith("3 files, ")
        assert second == str(tmp_path / "g")

    def test_json_is_one_object(self, repository: Path) -> None:
        result = ran("build", repository, "--json")
        told = json.loads(result.stdout)
        assert told["counts"]["files"] == len(FILES)
        assert told["changed"] is False
        assert "total" in told["timings"]
        assert Path(told["graph"]) == repository / ".kgraph"

    def test_quiet_is_quiet(self, repository: Path) -> None:
        result = ran("build", repository, "-q")
        assert (result.exit_code, result.output) == (0, "")

    def test_skipped_files_are_told(self, repository: Path) -> None:
        assert "1 file was skipped" in ran("build", repository).stderr

    def test_what_cannot_be_built(self, tmp_path: Path) -> None:
        result = ran("build", tmp_path / "nowhere")
        assert result.exit_code == 2
        assert result.stdout == ""
        assert "nowhere" in result.stderr

    def test_bars_are_for_terminals(self, capsys: pytest.CaptureFixture[str]) -> None:
        from kgraph.cli.progress import Bars

        with Bars() as bars, bars.stage("scan", None) as moving, bars.stage("extract", 2) as bar:
            moving.advance()
            bar.advance(2)
        assert capsys.readouterr().out == ""


class TestStats:
    def test_it_accounts_for_every_file(self, repository: Path) -> None:
        result = ran("stats", "-g", repository)
        assert result.exit_code == 0
        text = result.stdout
        assert "How its 4 files were read" in text
        assert "  skipped  1  25.0 %  could not be read or parsed" in text
        assert "tools/broken.py:1" in text
        assert "What its 3 includes were resolved to" in text
        assert "33.3 %  not found" in text

    def test_json_is_the_manifest(self, repository: Path) -> None:
        manifest = json.loads(ran("stats", "-g", repository, "--json").stdout)
        assert manifest["counts"]["files"] == len(FILES)

    def test_a_share_is_all_or_nothing_only_if_it_is(self) -> None:
        shares = [statistics._percent(number, 100_000) for number in (0, 1, 50_000, 99_999, 100_000)]
        assert shares == ["0 %", "0.1 %", "50.0 %", "99.9 %", "100 %"]

    def test_many_skipped_files_are_told_by_reason(self) -> None:
        skipped = [{"path": f"f{n}", "reason": "binary", "line": 0} for n in range(5)]
        skipped.append({"path": "a.py", "reason": "syntax error", "line": 3})
        assert [line.strip() for line in statistics._describe_skipped(skipped)] == [
            "5 binary",
            "f0",
            "f1",
            "f2",
            "... and 2 more: kgraph query diagnostics --param readAs=skipped",
            "1 syntax error",
            "a.py:3",
        ]


class TestQuery:
    def test_a_table(self, repository: Path) -> None:
        result = ran("query", "includers", "--param", "path=src/shape.h", "-g", repository)
        assert result.exit_code == 0
        assert result.stdout == "file           line  spelling  condition\nsrc/shape.cpp     1  shape.h\n"

    def test_the_graph_is_found_upwards(self, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(repository / "src")
        assert ran("query", "coverage").exit_code == 0
        assert ran("query", "coverage", "-g", repository / ".kgraph").exit_code == 0

    def test_a_file_and_a_text(self, repository: Path, tmp_path: Path) -> None:
        text = "SELECT ?p { ?f kg:path ?p ; kg:language 'C++' } ORDER BY ?p"
        (tmp_path / "a.rq").write_text(text)
        expected = "p\r\nsrc/shape.cpp\r\nsrc/shape.h\r\n"
        for what in ((tmp_path / "a.rq",), ("-e", text)):
            result = CliRunner().invoke(main, ["query", *map(str, what), "-f", "csv", "-g", str(repository)])
            assert result.stdout_bytes.decode() == expected

    def test_limit(self, repository: Path) -> None:
        assert ran("query", "largest-files", "-n", "2", "-f", "tsv", "-g", repository).stdout.count("\n") == 3

    def test_ask(self, repository: Path) -> None:
        assert ran("query", "-e", "ASK {}", "-g", repository).stdout == "true\n"
        assert json.loads(ran("query", "-e", "ASK {}", "-f", "json", "-g", repository).stdout)["boolean"] is True

    def test_construct_gives_turtle(self, repository: Path) -> None:
        result = ran("query", "folder-graph", "-p", "path=src", "-g", repository)
        assert len(rdflib.Graph().parse(data=result.stdout, format="turtle")) > 0

    def test_an_answer_in_a_file(self, repository: Path, tmp_path: Path) -> None:
        out = tmp_path / "deep" / "out.json"
        result = ran("query", "coverage", "-f", "json", "-o", out, "-g", repository)
        assert (result.exit_code, result.output) == (0, "")
        assert json.loads(out.read_text())["head"]["vars"][0] == "language"
        assert list(out.parent.iterdir()) == [out]

    def test_an_error_leaves_the_file_that_was_there(self, repository: Path, tmp_path: Path) -> None:
        out = tmp_path / "out.csv"
        out.write_text("before")
        assert ran("query", "coverage", "-f", "ttl", "-o", out, "-g", repository).exit_code == 2
        assert out.read_text() == "before"
        assert list(tmp_path.iterdir()) == [out]

    def test_a_path_that_is_not_there_is_told(self, repository: Path) -> None:
        result = ran("query", "includers", "-p", "path=shape.h", "-g", repository)
        assert result.exit_code == 0
        assert result.stderr == "note: the graph has no path 'shape.h'; did you mean src/shape.h?\n"

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["includers"], "queries/includers.rq:3: parameter 'path' has no value\n  hint: add --param path="),
            (["includers", "-p", "path"], "kgraph query: --param path: write it as path=VALUE"),
            (["includers", "-p", "path=a", "-p", "path=b"], "--param path is given twice"),
            (["includrs"], "there is no query 'includrs'\n  hint: did you mean includers"),
            ([], "give either the name or file of a query, or its text with -e"),
            (["coverage", "-e", "ASK {}"], "give either"),
            (["-e", "SELECT ?x\n{ ?x }"], "-e:2: not SPARQL"),
            (["-e", "DELETE WHERE { ?s ?p ?o }"], "-e:1: DELETE would change the graph"),
            (["coverage", "-f", "ttl"], "SELECT gives rows, which ttl cannot hold\n  hint: -f table, csv"),
            (["coverage", "-f", "tabel"], "there is no format 'tabel'"),
            (["-e", "ASK {}", "-f", "nt"], "ASK gives true or false, which nt cannot hold"),
            (["folder-graph", "-p", "path=.", "-f", "csv"], "CONSTRUCT and DESCRIBE give triples, which csv cannot"),
            (
                ["folder-graph", "-p", "path=.", "-f", "parquet"],
                "parquet is a folder\n  hint: use kgraph export --query",
            ),
        ],
    )
    def test_wrong_use(self, repository: Path, arguments: list[str], message: str) -> None:
        result = ran("query", *arguments, "-g", repository)
        assert result.exit_code == 2
        assert message in result.stderr
        assert result.stdout == ""

    def test_no_graph(self, tmp_path: Path) -> None:
        result = ran("query", "coverage", "-g", tmp_path)
        assert result.exit_code == 2
        assert "hint: make one with `kgraph build`" in result.stderr


class TestQueries:
    def test_all_are_listed(self) -> None:
        lines = ran("queries").stdout.splitlines()
        assert len(lines) == 2 * len(names())
        assert "includers path=path" in lines
        assert [each["name"] for each in json.loads(ran("queries", "--json").stdout)] == list(names())

    def test_one_is_shown(self) -> None:
        text = ran("queries", "symbol-by-name").stdout
        assert "kind  class of symbols: Class, Function, Macro, ...; optional, for example Class" in text
        assert text.endswith(load_shipped("symbol-by-name").text)
        assert json.loads(ran("queries", "same-names", "--json").stdout)["parameters"][0]["need"] == "default"


class TestExport:
    def test_the_graph(self, repository: Path, tmp_path: Path) -> None:
        out = tmp_path / "g.nt"
        assert ran("export", "-f", "nt", "--sorted", "-o", out, "-g", repository).exit_code == 0
        lines = out.read_bytes().splitlines()
        assert lines == sorted(lines)
        assert len(lines) == json.loads(ran("stats", "--json", "-g", repository).stdout)["counts"]["triples"]

    def test_an_answer(self, repository: Path, tmp_path: Path) -> None:
        result = ran("export", "-f", "nt", "--query", "folder-graph", "-p", "path=src", "-g", repository, "--sorted")
        assert "ns#includes" in result.stdout
        folder = ran("export", "-f", "parquet", "--query", "folder-graph", "-p", "path=src", "-g", repository)
        assert folder.exit_code == 2

    def test_wrong_use(self, repository: Path) -> None:
        assert "gives no triples" in ran("export", "-f", "nt", "--query", "coverage", "-g", repository).stderr
        assert "--param is for --query" in ran("export", "-f", "nt", "-p", "a=b", "-g", repository).stderr
        assert ran("export", "-f", "doc", "-g", repository).exit_code == 2


class TestOntology:
    @pytest.mark.parametrize(("form", "start"), [("ttl", "@prefix"), ("shacl", "@prefix"), ("md", "# ")])
    def test_it_is_printed(self, form: str, start: str) -> None:
        assert f"\n{start}" in "\n" + ran("ontology", "-f", form).stdout


class TestEnds:
    def test_the_formats_of_the_help_are_those_that_there_are(self) -> None:
        assert set(ROW_FORMATS) == set(formats.FORMATS)
        assert set(GRAPH_FORMATS) == set(export.WRITERS)

    def test_version_and_help(self) -> None:
        assert ran("--version").stdout == f"kgraph {__version__}\n"
        for command in ("", *main.commands):
            result = ran(*filter(None, [command]), "--help")
            assert result.exit_code == 0
            assert len(result.stdout.splitlines()) > 4
        assert ran().exit_code == 2
        assert ran("frobnicate").stderr.startswith("kgraph: No such command")
        assert ran("impact").stderr.startswith("kgraph: impact is a query: kgraph query impact")

    def test_a_bug_is_one_line_and_a_file(self, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(*_: object, **__: object) -> None:
            raise ZeroDivisionError("oops")

        monkeypatch.setattr("kgraph.query.execute", broken)
        result = ran("query", "coverage", "-g", repository)
        assert result.exit_code == 3
        (line,) = result.stderr.splitlines()
        assert "a bug in kgraph" in line
        assert "ZeroDivisionError: oops" in line
        report = Path(line.rpartition(" in ")[2])
        assert "in broken" in report.read_text()
        report.unlink()

    def test_a_closed_pipe_is_quiet(self, repository: Path) -> None:
        with kgraph.api.open(repository) as graph:
            assert graph.store is not None  # that it is made is said
        command = [sys.executable, "-m", "kgraph", "query", "-g", str(repository), "-f", "csv", "-e"]
        text = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
        with subprocess.Popen([*command, text], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
            assert running.stdout is not None
            assert running.stderr is not None
            assert running.stdout.readline() == b"a,b,c,d,e,f\r\n"
            running.stdout.close()
            assert running.stderr.read() == b""
            assert running.wait(30) == 141

    def test_ctrl_c_ends_a_long_query_and_leaves_nothing(self, repository: Path, tmp_path: Path) -> None:
        command = [sys.executable, "-m", "kgraph", "query", "-g", str(repository), "-o", str(tmp_path / "out"), "-e"]
        text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
        with subprocess.Popen(
            [*command, text],
            stderr=subprocess.PIPE,
            # A shell's background job, which the tests may run in, ignores Ctrl-C.
            preexec_fn=_hear_ctrl_c,
        ) as running:
            _wait_until(lambda: any(tmp_path.iterdir()))
            time.sleep(0.3)
            running.send_signal(signal.SIGINT)
            assert running.wait(30) == 130
            assert running.stderr is not None
            assert b"Traceback" not in running.stderr.read()
        assert list(tmp_path.iterdir()) == []

    def test_a_whole_run(self, repository: Path) -> None:
        result = process("query", "includes", "--param", "path=src/shape.cpp", "-f", "csv", cwd=repository)
        assert result.returncode == 0
        assert result.stderr == ""
        assert result.stdout.splitlines()[1] == "src/shape.cpp,1,shape.h,quoted,repository,src/shape.h,"

    def test_the_start_imports_little(self) -> None:
        code = "import sys, kgraph.cli; print(*sorted(sys.modules))"
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert not {"polars", "rich", "rdflib", "networkx", "tree_sitter", "pyoxigraph"} & set(run.stdout.split())

    def test_what_reads_no_table_loads_no_table_engine(self, tmp_path: Path) -> None:
        (tmp_path / "f.py").write_text("def f(): pass\n")
        kgraph.api.build(tmp_path, jobs=1).close()
        code = (
            "import sys\n"
            "from kgraph.cli import main\n"
            "for command in (['build', sys.argv[1]], ['stats', '-g', sys.argv[1]]):\n"
            "    try: main(command)\n"
            "    except SystemExit as end: print(end.code, sorted({'polars', 'numpy', 'clang'} & set(sys.modules)))\n"
        )
        run = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True)
        assert ", nothing changed\n" in run.stdout
        assert run.stdout.count("\n0 []\n") == 2


def _hear_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _wait_until(condition: Any) -> None:
    for _ in range(300):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come")
