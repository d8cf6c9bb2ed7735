"""The examples for CI systems: they are YAML of the right shape, and their shell lines do what the page says.

`pip` is a stand-in that does nothing, `gh` and `curl` are some that note what they are given; `kgraph` is ours.
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

HOW_TO = Path(__file__).parent.parent / "kgraph/docs/how-to"
PAGE = HOW_TO / "share-graphs-in-ci.md"
REVIEW_PAGE = HOW_TO / "report-on-a-pull-request.md"
PLACEHOLDER = "<this repository>"


def examples(page: Path = PAGE) -> dict[str, Any]:
    blocks = re.findall(r"## (\S[^\n]*)\n\n```yaml\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    # "on" is a truth value to YAML 1.1, which GitHub reads as a word
    return {
        name: yaml.safe_load(block.replace("\non:\n", "\n'on':\n").replace("on: pull", "'on': pull"))
        for name, block in blocks
    }


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
        "gh": f'#!/bin/sh\nprintf "%s\\n" "$@" > {tmp_path}/asked\ncat review.md > {tmp_path}/comment\n',
        "curl": f'#!/bin/sh\nprintf "%s\\n" "$@" > {tmp_path}/asked\ncat review.md > {tmp_path}/comment\n',
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


def review_lines(system: str) -> list[str]:
    """The shell lines of an example that comments on a change."""
    example = examples(REVIEW_PAGE)[system]
    if system == "GitHub Actions":
        return [step["run"] for step in example["jobs"]["review"]["steps"] if "run" in step]
    script: list[str] = example["review"]["script"]
    return script


@pytest.fixture
def branch(repository: Path) -> Path:
    """A branch that breaks a rule, with what a CI system says of it in the environment."""
    for args in (
        ["branch", "-M", "main"],
        ["update-ref", "refs/remotes/origin/main", "HEAD"],
        ["checkout", "-qb", "b"],
    ):
        subprocess.run(["git", *args], cwd=repository, check=True)
    (repository / "a.py").write_text("import b\nx = 1\n")
    command = ["git", "-c", "user.name=n", "-c", "user.email=e@x", "commit", "-qam", "two"]
    subprocess.run(command, cwd=repository, check=True)
    return repository


@pytest.mark.parametrize("system", ["GitHub Actions", "GitLab CI"])
def test_a_comment_is_posted_and_the_job_fails(
    system: str, branch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = subprocess.run(["git", "rev-parse", "main"], cwd=branch, check=True, capture_output=True, text=True).stdout
    told = {
        "GITHUB_BASE_REF": "main", "NUMBER": "7", "CI_MERGE_REQUEST_DIFF_BASE_SHA": base.strip(),
        "REVIEW_TOKEN": "secret",
        "CI_API_V4_URL": "https://gitlab.example/api/v4", "CI_PROJECT_ID": "3", "CI_MERGE_REQUEST_IID": "7",
    }  # fmt: skip
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    said = run(branch, review_lines(system), monkeypatch)
    assert "fails for violations" in said
    comment = (tmp_path / "comment").read_text("utf-8")
    assert comment.startswith("### Review of `r`: 1 file changed since")
    assert "`a.py:1`: error: `imports b.py`, rule `apart`" in comment
    asked = (tmp_path / "asked").read_text("utf-8").split("\n")
    if system == "GitHub Actions":
        assert asked[:5] == ["pr", "comment", "7", "--body-file", "review.md"]
    else:
        assert "https://gitlab.example/api/v4/projects/3/merge_requests/7/notes" in asked
        assert "body@review.md" in asked


def test_the_examples_that_review_ask_for_all_commits() -> None:
    found = examples(REVIEW_PAGE)
    assert set(found) == {"GitHub Actions", "GitLab CI"}
    github_job = found["GitHub Actions"]
    assert github_job["on"] == "pull_request"
    assert github_job["permissions"] == {"contents": "read", "pull-requests": "write"}
    assert github_job["jobs"]["review"]["steps"][0]["with"] == {"fetch-depth": 0}
    assert found["GitLab CI"]["review"]["variables"] == {"GIT_DEPTH": "0"}
    steps = [step["run"] for step in github_job["jobs"]["review"]["steps"] if "run" in step]
    assert not any("${{" in line for line in steps)  # or else a name of a branch would be shell
