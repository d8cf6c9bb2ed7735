"""The cookbook: twenty questions, each command of which runs, with answers that its script writes."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import kgraph
from tests.project import project

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "notebooks" / "COOKBOOK.md"
SCRIPT = ROOT / "benchmarks" / "cookbook.py"
QUESTION = re.compile(r"^\*\*(\d+)\. .+\?\*\*$|^\*\*(\d+)\. .+\.\*\*$", re.MULTILINE)
BLOCK = re.compile(r"^```console\n.*?^```\n", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ .*$", re.MULTILINE)


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = project(tmp_path_factory.mktemp("cookbook") / "tensors")
    with kgraph.build(root) as built:
        return built.path


def test_there_are_twenty_questions_and_each_has_an_answer() -> None:
    text = PAGE.read_text("utf-8")
    numbers = [int(match[1] or match[2]) for match in QUESTION.finditer(text)]
    assert numbers == list(range(1, 21))
    parts = re.split(r"^\*\*\d+\. ", text, flags=re.MULTILINE)[1:]
    assert all(re.search(r"```console\n\$ kgraph .*\n[^$`]", part) for part in parts)


def test_every_command_runs_and_answers_are_written_anew(graph: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE.read_text("utf-8"), "utf-8")
    command = [sys.executable, str(SCRIPT), str(graph), str(page)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    text = page.read_text("utf-8")
    assert COMMAND.findall(text) == COMMAND.findall(PAGE.read_text("utf-8"))
    assert "c10/util/Exception.cpp" in text
    assert "caffe2/python/operator_test" not in text
    # What it wrote is what it would write: and a line changed by hand is noticed.
    check = subprocess.run([*command, "--check"], check=False)
    assert check.returncode == 0
    block = next(block for block in BLOCK.findall(text) if "c10/util/Exception.cpp" in block)
    page.write_text(block.replace("c10/util/Exception.cpp", "c10/util/Exeption.cpp"), "utf-8")
    assert subprocess.run([*command, "--check"], check=False).returncode == 1


def test_a_command_that_fails_is_told(graph: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```console\n$ kgraph query no-such-query\n```\n", "utf-8")
    command = [sys.executable, str(SCRIPT), str(graph), str(page)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "there is no query 'no-such-query'" in done.stderr
