"""The README does not lie: its commands run, its Python runs, its links lead somewhere."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_pipeline import FILES
from tests.test_scan import repository

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which `pytorch` is a small repository."""
    (tmp_path / "pytorch").mkdir()
    repository(tmp_path / "pytorch", FILES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def commands() -> list[str]:
    """The commands of the console blocks, continued lines joined."""
    found: list[str] = []
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append(line[2:])
            elif line.startswith("    ") and found and found[-1].count("'") % 2:
                found[-1] += "\n" + line
    return found


def test_every_command_runs(place: Path) -> None:
    kgraph = shutil.which("kgraph", path=str(Path(sys.executable).parent))
    assert kgraph
    assert len(commands()) >= 7
    for command in commands():
        words = shlex.split(command.partition("|")[0])
        done = subprocess.run([kgraph, *words[1:]], cwd=place, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}\n{done.stderr}"


def test_the_python_runs(place: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    done = subprocess.run([sys.executable, "-c", code], cwd=place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (place / "pytorch.ttl").exists()


def test_links_lead_somewhere() -> None:
    targets = [target for target in re.findall(r"\]\(([^)]+)\)", README) if "://" not in target]
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_every_command_of_the_command_line_is_told() -> None:
    from kgraph.cli import main

    assert [name for name in main.commands if f"kgraph {name}" not in README] == []
