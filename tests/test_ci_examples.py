"""The examples for CI systems: they are YAML of the right shape, and their shell lines do what the page says.

`pip` is a stand-in that does nothing; `kgraph` is ours.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

PAGE = Path(__file__).parent.parent / "kgraph/docs/how-to/share-graphs-in-ci.md"
PLACEHOLDER = "<this repository>"


def examples() -> dict[str, Any]:
    blocks = re.findall(r"## (\S[^\n]*)\n\n```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    # "on" is a truth value to YAML 1.1, which GitHub reads as a word
    return {name: yaml.safe_load(block.replace("\non:\n", "\n'on':\n")) for name, block in blocks}


def github(on_main: bool) -> list[str]:
    steps = examples()["GitHub Actions"]["jobs"]["check"]["steps"]
    return [step["run"] for step in steps if "run" in step and (on_main or "if" not in step)]


def gitlab(on_main: bool) -> list[str]:
    script: list[str] = examples()["GitLab CI"]["pack" if on_main else "check"]["script"]
    return script


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "r"
    root.mkdir()
    for name, content in {"a.py": "x = 1\n", "b.py": "import a\n", ".gitignore": "packs/\n"}.items():
        (root / name).write_text(content)
    (root / "rules.toml").write_text(
        '[[rule]]\nname = "apart"\ntype = "forbidden"\nsentence = "No a in b."\nfrom = "/a.py"\nto = ["/b.py"]\n'
    )
    for args in (["init", "-q"], ["add", "-A"], ["-c", "user.name=n", "-c", "user.email=e@x", "commit", "-qm", "one"]):
        subprocess.run(["git", *args], cwd=root, check=True)
    (tmp_path / "bin").mkdir()
    for name, text in {
        "pip": "#!/bin/sh\nexit 0\n",
        "kgraph": f'#!/bin/sh\nexec {sys.executable} -m kgraph "$@"\n',
    }.items():
        (tmp_path / "bin" / name).write_text(text)
        (tmp_path / "bin" / name).chmod(0o755)
    return root


def run(root: Path, lines: list[str], monkeypatch: pytest.MonkeyPatch) -> str:
    with monkeypatch.context() as patch:
        patch.setenv("PATH", f"{root.parent / 'bin'}:/usr/bin:/bin")
        done = subprocess.run(
            ["sh", "-e", "-c", "\n".join(lines)], cwd=root, capture_output=True, text=True, check=False, timeout=300
        )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout + done.stderr


def test_there_are_two() -> None:
    found = examples()
    assert set(found) == {"GitHub Actions", "GitLab CI"}
    assert found["GitHub Actions"]["on"]["push"] == {"branches": ["main"]}
    saves = [step for step in found["GitHub Actions"]["jobs"]["check"]["steps"] if "save" in step.get("uses", "")]
    assert [step["if"] for step in saves] == ["github.ref == 'refs/heads/main'"]  # or else a branch would write
    assert found["GitLab CI"]["check"]["cache"]["policy"] == "pull"
    for job in found["GitLab CI"].values():
        assert job["cache"]["paths"] == ["packs/"]


@pytest.mark.parametrize("system", [github, gitlab])
def test_a_run_begins_from_the_one_before(
    system: Any, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run(repository, system(on_main=True), monkeypatch)
    assert "begins from nothing" in first
    assert [path.name for path in (repository / "packs").iterdir()] == ["main.kgraph-pack"]
    shutil.rmtree(repository / ".kgraph")  # what is in no cache of the CI is gone
    (repository / "a.py").write_text("x = 2\n")
    second = run(repository, system(on_main=False), monkeypatch)
    assert "main.kgraph-pack: the build begins from this pack, of a revision 0 commits away" in second
    assert (repository / ".kgraph/current").is_symlink()
