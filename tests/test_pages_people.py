"""Who knows a file or folder, as its pages say: names as git has them, commits counted, no address anywhere."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

import kgraph
import kgraph.git
from kgraph.pages import git_log
from kgraph.relate import authors
from tests.test_scan import git, write

DAY = 24 * 3600
START = 1_600_000_000  # 2020-09-13


def commit(root: Path, who: str, address: str, day: int, files: dict[str, str | bytes]) -> None:
    write(root, files)
    git(root, "add", "-A")
    date = f"{START + day * DAY} +0000"
    settings = {"GIT_AUTHOR_NAME": who, "GIT_AUTHOR_EMAIL": address, "GIT_AUTHOR_DATE": date}
    settings |= {"GIT_COMMITTER_NAME": "c", "GIT_COMMITTER_EMAIL": "c@example.org", "GIT_COMMITTER_DATE": date}
    subprocess.run(["git", "commit", "-qm", f"day {day}"], cwd=root, check=True, env={**os.environ, **settings})


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    write(root, {".gitignore": ".kgraph/\n"})
    git(root, "init", "-q")
    commit(root, "Ada *Byron*", "ada@example.org", 0, {"lib/a.py": "A = 1\n", "lib/inner/b.py": "B = 1\n"})
    commit(root, "Ada Lovelace", "Ada@example.org", 10, {"lib/a.py": "A = 2\n"})
    commit(root, "Ada Lovelace", "ada@new.example.org", 20, {"lib/a.py": "A = 3\n"})
    commit(root, "Bob", "bob@example.org", 900, {"lib/a.py": "A = 4\n", "lib/inner/b.py": "B = 2\n"})
    commit(root, "tidy[bot]", "bot@example.org", 910, {"lib/a.py": "A = 5\n"})
    return root


def pages(root: Path) -> Path:
    built = kgraph.build(root)
    built.pages(root.parent / "pages")
    return root.parent / "pages"


def part(page: Path) -> str:
    return page.read_text("utf-8").partition("### Who Knows It\n\n")[2].partition("\n\n")[0]


def test_names_of_one_address_are_one_person_and_programs_know_nothing(tree: Path) -> None:
    written = pages(tree)
    assert part(written / "lib/a.py_docs.md") == (
        "Changed most by Ada Lovelace (3 of 5 commits, the last on 2020-10-03) and Bob (1, 2023-03-02). "
        "In the last year of the history: Bob (1)."
    )
    # A commit that changed two files of a folder is one of the folder.
    assert part(written / "lib/doc.md").startswith("Changed most by Ada Lovelace (3 of 5 commits,")
    assert part(written / "lib/inner/doc.md").startswith("Changed by Bob (1 of 2 commits, the last on 2023-03-02)")
    assert "Changed most by Ada Lovelace (3 of 5 commits" in (written / "index.md").read_text("utf-8")


def test_no_page_has_an_address(tree: Path) -> None:
    commit(tree, "eve@example.org", "eve@example.org", 920, {"lib/a.py": "A = 6\n"})
    written = pages(tree)
    assert "eve (1" in part(written / "lib/a.py_docs.md")
    assert not [page for page in written.rglob("*.md") if "example.org" in page.read_text("utf-8")]


def test_without_history_the_page_of_a_folder_says_why(tmp_path: Path) -> None:
    write(tmp_path / "plain", {"lib/a.py": "A = 1\n"})
    written = pages(tmp_path / "plain")
    assert part(written / "lib/doc.md") == "Not known: no git, or no commit yet."
    assert part(written / "lib/a.py_docs.md") == ""


def test_an_address_of_many_names_is_nobodys(tmp_path: Path) -> None:
    write(tmp_path, {"a": "0"})
    git(tmp_path, "init", "-q")
    for number, who in enumerate(("Ada", "Bob", "Cyd", "Dan")):
        commit(tmp_path, who, "root@localhost", number, {"a": str(number)})
    found = kgraph.git.discover(tmp_path)
    assert isinstance(found, kgraph.git.GitRepository)
    signed, unknown = authors.read(found, "HEAD")
    assert sorted(signed.values()) == ["Ada", "Bob", "Cyd", "Dan"]
    assert unknown == ""


@pytest.mark.parametrize(
    ("name", "bot"),
    [
        *(("dependabot[bot]", True), ("Facebook Github Bot", True), ("PyTorch MergeBot", True), ("renovate-bot", True)),
        *(("Bob Talbot", False), ("Abbott", False), ("Ada", False), ("robot maker", False)),
    ],
)
def test_programs_are_known_by_their_names(name: str, bot: bool) -> None:
    assert authors.is_bot(name) is bot


def test_only_files_of_the_graph_are_told_of(tree: Path) -> None:
    built = kgraph.build(tree)
    past = git_log.read(tree, built.repository.revision, tree / ".kgraph/history.bin", ["file/lib/a.py"])
    assert sorted(past.authors) == ["file/lib/a.py", "folder/", "folder/lib"]
    assert list(past.last) == ["file/lib/a.py"]
