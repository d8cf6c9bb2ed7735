"""Text of a repository wherever it is shown: on terminals, in logs, in reports, in answers to agents."""

from __future__ import annotations

import ast
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

import kgraph
from kgraph import escape
from kgraph.cli import main
from kgraph.errors import KgraphError, QueryError
from kgraph.mcp.answer import cut
from kgraph.mcp.graph_index import GraphIndex
from kgraph.mcp.messages import answerable
from kgraph.mcp.tools import TOOLS
from tests.hostile import ACTIVE, MARK, NAMES, is_quiet, write
from tests.test_rules_reports import sarif_schema

RULES = """
[[rule]]
name = "short"
type = "limit"
files = ["*"]
lines = 0
"""
ANY = st.text(st.characters(), max_size=40) | st.text('\n\r\x1b:#[`"\\ ,%a\u202e\ud800\U000e0041', max_size=40)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("escape") / f"tree {MARK}"
    write(root)
    (root / os.fsdecode(b"caf\xe9.c")).write_text("int f() { return 1; }\n")
    (root / "rules.toml").write_text(RULES)
    kgraph.build(root, jobs=1).close()
    return root


class TestFunctions:
    @given(ANY)
    def test_a_line_is_a_line_and_no_command(self, text: str) -> None:
        line = escape.log_line(text)
        assert is_quiet(line)
        assert "\n" not in line

    @given(ANY)
    def test_a_name_in_a_sentence_is_a_word_or_a_string(self, text: str) -> None:
        shown = escape.quote(text)
        assert not ACTIVE.search(shown)
        assert "\n" not in shown
        if shown != text or not text:
            assert escape.unquote(shown) == escape.printable(text)
        if not shown.startswith('"'):
            assert not re.search(r"\s|[\"'`]", shown)

    @given(st.lists(ANY.map(escape.printable), min_size=1, max_size=5))
    def test_no_line_ends_a_fence(self, lines: list[str]) -> None:
        first, *inside, last = escape.fence_lines(lines)
        assert inside == lines
        assert first == f"{last}data"
        assert not any(last in line for line in lines)

    @given(st.recursive(ANY | st.integers() | st.none(), lambda each: st.lists(each) | st.dictionaries(ANY, each)))
    def test_json_holds_the_same(self, value: Any) -> None:
        text = escape.as_json(value, indent=1)
        assert json.loads(text) == value
        assert is_quiet(text)

    @given(ANY, ANY)
    def test_an_annotation_is_one(self, path: str, message: str) -> None:
        line = f"::error file={escape.github_property(path)},line=1::{escape.github_data(message)}"
        found = re.fullmatch(r"::error file=([^,:\r\n]*),line=1::([^\r\n]*)", line)
        assert found
        told = found[1].replace("%3A", ":").replace("%2C", ",").replace("%0D", "\r").replace("%0A", "\n")
        assert told.replace("%25", "%") == path.encode("utf-8", "replace").decode()

    @given(ANY, ANY, ANY)
    def test_an_error_is_told_in_two_lines(self, what: str, where: str, hint: str) -> None:
        text = str(KgraphError(what, where=where, hint=hint))
        assert len(text.split("\n")) == (2 if hint else 1)
        assert is_quiet(text)

    @given(ANY)
    def test_a_message_with_halves_of_characters_is_one(self, text: str) -> None:
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"x": text}}
        line = answerable(json.dumps(message).encode())
        told = json.loads(line)
        assert told["method"] == "tools/call"
        assert told["params"]["x"].encode().decode() == re.sub("[\ud800-\udfff]", "\ufffd", text)

    @pytest.mark.parametrize(
        ("line", "number"),
        [
            (b"garbage", "unreadable"),
            (b"\xff\xfe", "unreadable"),
            (b"[" * 100_000, "unreadable"),
            (b"[]", "unreadable"),
            (b"3", "unreadable"),
            (b'{"jsonrpc": "2.0", "id": 7}', 7),
            (b'{"jsonrpc": "1.0", "id": "a", "method": "x"}', "a"),
            (b'{"jsonrpc": "2.0", "id": 1.5, "method": "x"}', "unreadable"),
            (b'{"jsonrpc": "2.0", "id": 8, "method": "x", "params": 3}', 8),
        ],
    )
    def test_what_is_no_message_is_answered(self, line: bytes, number: Any) -> None:
        told = json.loads(answerable(line))
        assert (told["method"], told["id"]) == ("unreadable", number)


def test_commands_print_by_way_of_one_function() -> None:
    """Everything else is an answer, whose writer escapes it."""
    allowed = {("output.py", "echo"), ("common.py", "echo"), ("native.py", "echo")}  # JSON; no name
    for path in (Path(kgraph.__file__).parent / "cli").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                assert name not in ("echo", "print", "secho") or (path.name, name) in allowed, (path, node.lineno)


def ran(root: Path, *arguments: str) -> Result:
    result = CliRunner().invoke(main, [*arguments, "-g", str(root)])
    assert result.exit_code in (0, 1, 2), result.output
    return result


@pytest.mark.parametrize(
    "arguments",
    [
        ("stats",),
        ("stats", "--json"),
        ("doctor",),
        ("doctor", "--json"),
        *(("doctor", name) for name in NAMES),
        *(("related", name) for name in NAMES),
        ("related", "--json", NAMES[2]),
        ("related", f"nowhere\n::error::{MARK}"),
        ("query", "-e", "SELECT ?path ?doc { ?f kg:path ?path OPTIONAL { ?f kg:documentation ?doc } }"),
        ("query", "-e", "SELECT ?f ?p ?o { ?f ?p ?o }"),
        ("query", "-e", f'SELECT ("::error::{MARK}" AS ?x) {{}}'),
        ("query", "includers", "-p", f"path=::error::{MARK}\n::error::"),
        ("query", "files-by-size"),
        ("query", f"::error::{MARK}\n.rq"),
        ("check", f"::error::{MARK}.toml"),
        ("pages", "--check", f"::error::{MARK}"),
        ("nonsense", f"::error::{MARK}"),
    ],
)
def test_no_command_prints_what_acts(root: Path, arguments: tuple[str, ...]) -> None:
    result = ran(root, *arguments)
    assert is_quiet(result.stdout), result.stdout
    assert is_quiet(result.stderr), result.stderr


def test_a_build_and_a_difference(tmp_path: Path) -> None:
    write(tmp_path / "old")
    result = CliRunner().invoke(main, ["build", str(tmp_path / "old"), "-j", "1"])
    assert result.exit_code == 0
    assert is_quiet(result.output)
    (tmp_path / "new").mkdir()
    (tmp_path / "new/x.py").write_text("y = 1\n")
    kgraph.build(tmp_path / "new", jobs=1).close()
    for form in ("text", "json"):
        result = CliRunner().invoke(main, ["diff", str(tmp_path / "old"), str(tmp_path / "new"), "-f", form])
        assert result.exit_code == 0
        assert MARK in result.stdout
        assert is_quiet(result.stdout)


class TestCheck:
    @pytest.mark.parametrize("form", ["text", "json", "sarif", "junit"])
    def test_no_format_is_a_command(self, root: Path, form: str) -> None:
        result = ran(root, "check", str(root / "rules.toml"), "-f", form)
        assert result.exit_code == 1
        assert is_quiet(result.stdout), result.stdout
        assert is_quiet(result.stderr)
        assert result.stdout.count(MARK) >= 20

    def test_annotations_for_github(self, root: Path) -> None:
        lines = ran(root, "check", str(root / "rules.toml"), "-f", "github").stdout.splitlines()
        assert len(lines) >= 24
        paths = set()
        for line in lines:
            found = re.fullmatch(r"::error file=([^:,]+),line=\d+,title=short::[^\r\n]+", line)
            assert found, line
            paths.add(found[1].replace("%3A", ":").replace("%2C", ",").replace("%0D", "\r").replace("%0A", "\n"))
        # What XML cannot hold is no part of a path in the graph.
        names = {re.sub("[\x00-\x08\x0b-\x0c\x0e-\x1f]", "\ufffd", name) for name in NAMES}
        assert names <= {path.replace("%25", "%") for path in paths}

    def test_text_is_a_line_each(self, root: Path) -> None:
        lines = ran(root, "check", str(root / "rules.toml")).stdout.splitlines()
        assert all(re.fullmatch(r".+:\d+: error: .+ \[short\]", line) for line in lines)
        assert rf"\x3a:error file=x::{MARK}.py:1: error: 6 lines, at most 0 [short]" in lines

    def test_sarif_is_valid(self, root: Path) -> None:
        told = json.loads(ran(root, "check", str(root / "rules.toml"), "-f", "sarif").stdout)
        jsonschema.validate(told, sarif_schema(), format_checker=jsonschema.FormatChecker())

    def test_junit_is_xml(self, root: Path) -> None:
        suites = ElementTree.fromstring(ran(root, "check", str(root / "rules.toml"), "-f", "junit").stdout)
        files = {case.get("file") for case in suites.iter("testcase")}
        assert {name for name in NAMES if not re.search("[\x00-\x08\x0b-\x1f]", name)} <= files


# Answers to agents

TARGETS = [*NAMES, *(f"{name[:-3]}.h" for name in NAMES), "main.py", "a.h", "b.md"]
ASKED: list[tuple[str, dict[str, Any]]] = [
    *(("file_card", {"path": path}) for path in TARGETS),
    *(("who_uses", {"target": path}) for path in TARGETS),
    *(("includes", {"path": path, "direction": way}) for path in TARGETS for way in ("of", "by")),
    *(("includes", {"path": path, "transitive": True}) for path in TARGETS),
    *(("related", {"path": path}) for path in TARGETS),
    *(("affected", {"target": path}) for path in TARGETS),
    *(("path_between", {"source": "a.h", "target": path}) for path in TARGETS),
    *(("find_symbol", {"name": name}) for name in ("made_1", "here_", MARK, "m")),
    *(("who_uses", {"target": f"made_{number}"}) for number in range(3)),
    ("run_named_query", {}),
    ("run_named_query", {"name": "includers", "parameters": {"path": f"{NAMES[2]}"}}),
    ("sparql", {"query": "SELECT ?path ?doc { ?f kg:path ?path OPTIONAL { ?f kg:documentation ?doc } }"}),
    ("sparql", {"query": "CONSTRUCT { ?f kg:path ?path } { ?f kg:path ?path }"}),
    ("file_card", {"path": f"nowhere\n{MARK}"}),
    ("who_uses", {"target": f"no::{MARK}\n`"}),
]


@pytest.fixture(scope="module")
def reader(root: Path) -> Iterator[GraphIndex]:
    with kgraph.open(root) as graph:
        yield GraphIndex(graph)


@pytest.mark.parametrize(("tool", "arguments"), ASKED, ids=str)
def test_no_answer_to_an_agent_is_forged(reader: GraphIndex, tool: str, arguments: dict[str, Any]) -> None:
    try:
        answer = cut(TOOLS[tool](reader, **arguments), 100_000)
    except QueryError as error:
        assert len(str(error).split("\n")) <= 2
        assert is_quiet(str(error))
        return
    lines = answer["text"].split("\n")
    items = answer["structured"]["items"]
    assert not ACTIVE.search(answer["text"])
    assert not ACTIVE.search(json.dumps(answer["structured"], ensure_ascii=False).replace("\\n", "\n"))
    if items:
        fence = lines[1].removesuffix("data")
        assert set(fence) == {"`"}
        assert [index for index, line in enumerate(lines) if line == fence] == [len(items) + 2]
        assert not any(fence in line for line in lines[2 : len(items) + 2])
        lines = [lines[0], *lines[len(items) + 3 :], *lines[2 : len(items) + 2]]
    # What is ours holds nothing of others but plain words and strings.
    for line in lines:
        bare = re.sub(r'"(?:[^"\\]|\\.)*(?:"|…$)', "", line)
        assert " " + MARK not in bare, line
        assert '"' not in bare, line


def test_what_an_answer_shows_can_be_asked_for(reader: GraphIndex) -> None:
    for path in NAMES:
        if "\x1b" in path:  # no part of a path in the graph, since XML cannot hold it
            continue
        shown = cut(TOOLS["file_card"](reader, path=path), 100_000)["structured"]["facts"]["path"]
        for again in (shown, escape.quote(path), f"{shown}:3"):
            told = cut(TOOLS["file_card"](reader, path=again), 100_000)["structured"]
            assert told["facts"]["path"] == shown
