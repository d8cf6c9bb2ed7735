"""Benchmarks are run by hand; here they are seen to start, and that of edits to compare what it says it compares."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.project import project

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
_LOAD_ALL = """
import importlib, sys, traceback
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except Exception:
        traceback.print_exc()
        print(f"{name} does not load")
"""


def test_every_benchmark_loads() -> None:
    names = sorted(path.stem for path in BENCHMARKS.glob("*.py"))
    assert "build" in names
    done = subprocess.run(
        [sys.executable, "-c", _LOAD_ALL, *names], cwd=BENCHMARKS, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def edits(root: Path, scratch: Path, *options: str) -> subprocess.CompletedProcess[str]:
    scratch.mkdir()
    command = [sys.executable, BENCHMARKS / "edits.py", root, "--scratch", scratch, "--jobs", "1", *options]
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project(tmp_path_factory.mktemp("edited") / "tensors")


@pytest.mark.parametrize("resident", [(), ("--resident",)])
def test_edits_are_made_timed_and_compared(root: Path, tmp_path: Path, resident: tuple[str, ...]) -> None:
    done = edits(root, tmp_path / "scratch", "--edits", "12", "--compare", "4", *resident)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("equal to a build from nothing") == 3
    assert "all" in done.stdout.splitlines()[-1]
    assert not list((tmp_path / "scratch").iterdir())


def test_a_table_that_differs_or_is_missing_is_told(tmp_path: Path) -> None:
    graphs = {"one": {"edges": b"a", "files": b"b", "uses": b"c"}, "other": {"edges": b"a", "uses": b"d"}}
    for graph, tables in graphs.items():
        (tmp_path / graph / "tables").mkdir(parents=True)
        for name, content in tables.items():
            (tmp_path / graph / "tables" / name).write_bytes(content)
    code = "import edits, pathlib, sys; print(edits.different_tables(*map(pathlib.Path, sys.argv[1:])))"
    command = [sys.executable, "-c", code, tmp_path / "one", tmp_path / "other"]
    done = subprocess.run(list(map(str, command)), cwd=BENCHMARKS, capture_output=True, text=True, check=True)
    assert done.stdout == "['files', 'uses']\n"
