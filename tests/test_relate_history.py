"""History: what git remembers, read once, extended, and used as far as it goes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import kgraph
from kgraph.relate import history
from tests.test_scan import git, repository, write


def commit(root: Path, message: str, files: dict[str, str | bytes]) -> str:
    write(root, files)
    git(root, "add", "-A")
    git(root, "commit", "-qm", message)
    return git(root, "rev-parse", "HEAD").strip()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "repo"
    root.mkdir()
    repository(root, {"a.c": "int a;\n" * 9, "b.c": "int b;\n", "sub/c.c": "int c;\n"})
    commit(root, "second", {"a.c": "int a;\n" * 10, "b.c": "int bb;\n"})
    git(root, "mv", "a.c", "sub/new.c")
    commit(root, "third", {"b.c": "int bbb;\n"})
    commit(root, 'Revert "third"', {"b.c": "int bb;\n"})
    return root


def read(root: Path, kept: Path) -> history.History:
    return history.read(root, git(root, "rev-parse", "HEAD").strip(), kept)


def changed(past: history.History) -> list[set[str]]:
    return [{path.decode() for path in paths} for _, paths in history.current_names(past)]


def test_renames_are_followed_and_reverts_told(root: Path, tmp_path: Path) -> None:
    past = read(root, tmp_path / "kept")
    assert past.lacks == ""
    found = {frozenset(paths) for paths in changed(past)}
    assert found == {
        frozenset({"sub/new.c", "b.c", "sub/c.c"}),
        frozenset({"sub/new.c", "b.c"}),
        frozenset({"b.c"}),
    }
    assert [one.revert for one in past.commits].count(True) == 1


def test_it_is_read_once_and_extended(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "kept"
    first = read(root, kept)
    asked: list[str] = []
    real = history._log
    monkeypatch.setattr(
        history, "_log", lambda r, revisions, **options: asked.append(revisions) or real(r, revisions, **options)
    )  # type: ignore[func-returns-value]
    assert read(root, kept) == first
    assert asked == []
    new = commit(root, "fourth", {"b.c": "int b4;\n"})
    extended = read(root, kept)
    assert asked == [f"{first.revision}..{new}"]
    assert extended == read(root, tmp_path / "other")
    git(root, "reset", "-q", "--hard", "HEAD~2")
    assert read(root, kept) == read(root, tmp_path / "third")
    kept.write_bytes(b"damaged")
    assert len(read(root, kept).commits) == 3


def test_a_shallow_clone_says_what_it_lacks(root: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth", "2", f"file://{root}", str(clone))
    past = read(clone, tmp_path / "kept")
    assert len(past.commits) == 1  # at the other it is cut
    assert past.lacks.startswith("a shallow clone")
    with kgraph.build(clone, related=True) as graph:
        assert graph.manifest["ledger"]["history"]["lacks"].startswith("a shallow clone")
    git(clone, "fetch", "-q", "--unshallow")
    with kgraph.build(clone, related=True) as graph:
        assert graph.manifest["ledger"]["history"] == {"commits": 4}


def test_who_cannot_wait_gets_the_newest_commits_and_is_told(root: Path, tmp_path: Path) -> None:
    whole = read(root, tmp_path / "kept")
    some = history.read(root, whole.revision, tmp_path / "none", most=2)
    assert some.commits == whole.commits[:2]
    assert some.lacks.startswith("the newest 2 commits alone were asked for")
    assert history.read(root, whole.revision, tmp_path / "kept", most=2) == whole  # what is remembered is all there


def test_a_partial_clone_fetches_nothing(root: Path, tmp_path: Path) -> None:
    git(root, "config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--filter=blob:none", f"file://{root}", str(clone))
    shutil.move(root, tmp_path / "gone")
    past = read(clone, tmp_path / "kept")
    assert len(past.commits) == 4
    assert past.lacks.startswith("contents of old files are not here")


def test_missing_contents_are_told(root: Path, tmp_path: Path) -> None:
    write(root, {"b.c": "x = 1;\n" * 50})
    commit(root, "long", {"b.c": "x = 1;\n" * 50})
    git(root, "mv", "b.c", "moved.c")
    commit(root, "moved and changed", {"moved.c": "x = 1;\n" * 51})
    blob = git(root, "rev-parse", "HEAD~1:b.c").strip()
    (root / ".git/objects" / blob[:2] / blob[2:]).unlink()
    past = read(root, tmp_path / "kept")
    assert len(past.commits) == 6
    assert past.lacks.startswith("contents of old files are not here")


def test_a_folder_within_a_repository_has_its_own_history(root: Path, tmp_path: Path) -> None:
    found = changed(read(root / "sub", tmp_path / "kept"))
    assert {"c.c"} in found
    assert {"new.c"} in found


def test_no_git_is_no_history(tmp_path: Path) -> None:
    write(tmp_path / "tree", {"a.h": "int rare_name();\n", "a.c": '#include "a.h"\nint rare_name() { return 1; }\n'})
    with kgraph.build(tmp_path / "tree", related=True) as graph:
        assert graph.manifest["ledger"]["history"] == {"commits": 0, "lacks": "no git, or no commit yet"}
        assert [one.reasons[0] for one in graph.related("a.h")] == ["implements a.h"]


def test_settings_of_the_user_change_nothing(root: Path, tmp_path: Path) -> None:
    before = read(root, tmp_path / "before")
    for name, value in {"diff.renames": "false", "log.showSignature": "true", "diff.noprefix": "true"}.items():
        git(root, "config", name, value)
    subprocess.run(["git", "config", "color.ui", "always"], cwd=root, check=True)
    assert read(root, tmp_path / "after") == before
