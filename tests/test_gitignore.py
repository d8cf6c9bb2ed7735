"""Patterns of .gitignore: as git reads them, and in a time that no pattern makes endless."""

from __future__ import annotations

import re
import subprocess
import sys
import warnings
from itertools import product
from pathlib import Path

import pathspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgraph.scan import gitignore
from kgraph.scan.gitignore import IgnoreFile, PathPatterns, parse

NAMES = ["a", "b", "c", "ab", "ba", "aab", "a.b", ".a", "*", "]", "b]", "a-", "cc", "[", "\\"]
PIECES = [
    "a",
    "b",
    "*",
    "?",
    ".",
    "\\*",
    "[ab]",
    "[!a]",
    "[^a]",
    "[b-c]",
    "[]a]",
    "[a-]",
    "[\\]b]",
    "[[:alpha:]]",
    "[c-a]",
]
segments = st.one_of(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map(lambda found: re.sub(r"\*\*+", "*", "".join(found))),
    st.sampled_from(["**", "a", "b", "*", "["]),
)
patterns = st.builds(
    lambda mark, slash, body, end: mark + slash + "/".join(body) + end,
    st.sampled_from(["", "!", "\\!", ""]),
    st.sampled_from(["", "/"]),
    st.lists(segments, min_size=1, max_size=4),
    st.sampled_from(["", "/", " ", "\\ ", "\r"]),
)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files and folders of all these names, three deep."""
    root = tmp_path_factory.mktemp("tree")
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    for number, (first, second, third) in enumerate(product(NAMES, NAMES, NAMES)):
        if number % 7 == 0:
            path = root / first / second / third
            if not path.parent.is_file():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text("")
    return root


def deciding_line(file: IgnoreFile, path: str, *, is_folder: bool) -> int:
    """The line that decides, as for git: an ignored folder decides over all that it holds."""
    parts = path.split("/")
    for depth in range(1, len(parts)):
        pattern = file.deciding("/".join(parts[:depth]), is_folder=True)
        if pattern and not pattern.negated:
            return pattern.line
    pattern = file.deciding(path, is_folder=is_folder)
    return pattern.line if pattern else 0


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines=st.lists(patterns, min_size=1, max_size=4))
def test_they_mean_what_they_mean_to_git(tree: Path, lines: list[str]) -> None:
    text = "\n".join(lines) + "\n"
    (tree / ".gitignore").write_text(text, newline="")
    paths = sorted(p for p in tree.rglob("*") if ".git" not in p.parts[len(tree.parts) :][0])
    asked = "".join(f"{path.relative_to(tree)}\0" for path in paths)
    command = ["git", "check-ignore", "--no-index", "-v", "-n", "-z", "--stdin"]
    told = subprocess.run(command, cwd=tree, input=asked, capture_output=True, text=True, check=False).stdout.split(
        "\0"
    )
    by_git = {told[at + 3]: int(told[at + 1] or 0) for at in range(0, len(told) - 1, 4)}
    file = IgnoreFile(text)
    by_us = {
        str(path.relative_to(tree)): deciding_line(file, str(path.relative_to(tree)), is_folder=path.is_dir())
        for path in paths
    }
    assert by_us == by_git


@settings(max_examples=100, deadline=None)
@given(
    lines=st.lists(patterns.filter(lambda text: not re.search(r"[\[\\\r]|\*\*/*\s*$", text)), min_size=1, max_size=4),
    paths=st.lists(st.lists(st.sampled_from(NAMES[:9]), min_size=1, max_size=4).map("/".join), min_size=1),
)
def test_files_are_chosen_as_by_pathspec(lines: list[str], paths: list[str]) -> None:
    with warnings.catch_warnings(action="ignore"):
        theirs = pathspec.GitIgnoreSpec.from_lines(lines)
    ours = PathPatterns(lines)
    assert [ours.match_file(path) for path in paths] == [theirs.match_file(path) for path in paths]


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a" * 120 + "*b", "a" * 250),
        ("*?" * 120 + "b", "a" * 250),
        ("[ab]*" * 60 + "c", "ab" * 120),
        ("/".join(["**/a"] * 40) + "/b", "a/" * 1000 + "c"),
        ("/".join(["*a*a*a*"] * 40) + "/b", ("a" * 80 + "/") * 40 + "c"),
        ("**/" + "*a/" * 100 + "**/" + "a*/" * 100 + "b", "aa/" * 1000 + "c"),
    ],
    ids=["stars", "marks", "classes", "folders", "names", "both"],
)
def test_no_pattern_is_endless(pattern: str, path: str) -> None:
    """In a process of its own, that a failure of this test ends: the engine cannot be interrupted."""
    code = (
        "import sys; from kgraph.scan.gitignore import IgnoreFile, PathPatterns\n"
        "pattern, path = sys.argv[1:]\n"
        "assert IgnoreFile(pattern).deciding(path, is_folder=False) is None\n"
        "assert not PathPatterns([pattern]).match_file(path)\n"
    )
    subprocess.run([sys.executable, "-c", code, pattern, path], check=True, timeout=100)


def test_too_many_patterns_are_not_all_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gitignore, "MAX_WILDCARD_CHARACTERS", 10)
    file = IgnoreFile("plain\n*.o\n*.longer\n*.a\n")
    assert file.left_out == 1
    assert [bool(file.deciding(name, is_folder=False)) for name in ("plain", "x.o", "x.longer", "x.a")] == [
        True,
        True,
        False,
        True,
    ]
    with pytest.raises(ValueError, match="characters of patterns"):
        PathPatterns(["*.o", "*.longer", "*.a"])


@pytest.mark.parametrize("line", ["", "  ", "# x", "/", "!", "!/", "\r"])
def test_lines_that_say_nothing(line: str) -> None:
    assert parse(line) is None


@pytest.mark.parametrize("line", ["a\\", "[a", "[[:nope:]]", "x[", "a/[b\\"])
def test_what_can_match_nothing_is_an_error_where_somebody_asked_for_it(line: str) -> None:
    assert IgnoreFile(line).deciding("a", is_folder=False) is None
    with pytest.raises(ValueError, match="invalid pattern"):
        PathPatterns([line])
