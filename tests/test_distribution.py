"""What kgraph is called, what it needs, and what it tells people to install."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from kgraph import distribution
from kgraph.extract.versions import PARSERS

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]
NEEDED = [
    Requirement(each)
    for several in (PROJECT["build-system"]["requires"], PROJECT["project"]["dependencies"], *EXTRAS.values())
    for each in several
]
OTHERS = [each for each in NEEDED if each.name != distribution.NAME]
WITHOUT_UPPER = {"h11"}  # uvicorn's, and bounded by it


def locked(name: str) -> list[tuple[str, Version]]:
    text = (ROOT / ".ci/locks" / f"{name}.txt").read_text("utf-8")
    return [(canonicalize_name(a), Version(b)) for a, b in re.findall(r"^([\w.-]+)==([^\s;\\]+)", text, re.M)]


def test_the_name_stands_in_one_place() -> None:
    assert PROJECT["project"]["name"] == distribution.NAME


def test_the_top_level_holds_what_belongs_there() -> None:
    """And no cache or output that a run has left behind."""
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {name.partition("/")[0] for name in files.split("\0") if name} == {
        *(
            "kgraph",
            "queries",
            "tests",
            "notebooks",
            "benchmarks",
            "pyproject.toml",
            "README.md",
            "LICENSE",
            "Makefile",
        ),
        *(".ci", ".gitignore", ".pre-commit-hooks.yaml"),
    }


def test_nobody_is_told_to_install_another_project() -> None:
    """`kgraph` on PyPI is somebody else's."""
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    wrong = re.compile(r"""(?:\bpip\d?|\buv|\bpipx)\s+(?:install|add|run)[^\n|&;]*?[\s'"]kgraph(?![\w-])""")
    told = [
        f"{name}: {found[0]}"
        for name in files.split("\0")
        if name.endswith((".py", ".md", ".ipynb", ".toml", ".yaml", ".yml", ".txt", ".rq", "Makefile", "run"))
        for found in wrong.finditer((ROOT / name).read_text("utf-8", "replace"))
    ]
    assert told == []


@pytest.mark.parametrize("requirement", OTHERS, ids=str)
def test_every_dependency_has_both_bounds(requirement: Requirement) -> None:
    operators = {each.operator for each in requirement.specifier}
    assert ">=" in operators
    assert "<" in operators or requirement.name in WITHOUT_UPPER


def test_the_lock_is_of_what_is_declared() -> None:
    versions = dict[str, list[Version]]()
    for name, version in locked("test"):
        versions.setdefault(name, []).append(version)
    for requirement in OTHERS:
        if requirement.name != "hatchling":
            found = versions.get(canonicalize_name(requirement.name))
            assert found, f"{requirement.name} is not locked: make lock"
            assert all(map(requirement.specifier.contains, found)), f"{requirement} is not what is locked: make lock"
    assert set(locked("run")) <= set(locked("test"))
    assert {Requirement(each).name for each in PROJECT["project"]["dependencies"]} <= {
        name for name, _ in locked("run")
    }
    assert "hatchling" in dict(locked("build"))


def test_the_parsers_that_name_facts_are_those_that_are_declared() -> None:
    reads = re.compile(r"tree-sitter|docutils$|markdown-it-py$")
    assert tuple(sorted({each.name for each in OTHERS if reads.match(each.name)})) == PARSERS


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ({}, "kgraph-code[mcp]"),
        (
            {"url": "https://example.org/k.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}},
            "kgraph-code[mcp] @ git+https://example.org/k.git@abc",
        ),
        ({"url": "https://example.org/k.whl", "archive_info": {}}, "kgraph-code[mcp] @ https://example.org/k.whl"),
        ({"url": "file:///gone", "dir_info": {}}, "kgraph-code[mcp]"),
    ],
)
def test_what_pip_is_asked_for(origin: dict[str, Any], expected: str, tmp_path: Path) -> None:
    assert distribution.requirement("mcp", origin, tmp_path) == expected


def test_a_checkout_is_installed_from_its_folder(tmp_path: Path) -> None:
    checkout = tmp_path / "a b"
    checkout.mkdir()
    (checkout / "pyproject.toml").touch()
    origin = {"url": checkout.as_uri(), "dir_info": {"editable": True}}
    assert distribution.requirement("mcp", origin, tmp_path) == f"{checkout}[mcp]"
    assert distribution.requirement("mcp", {}, checkout) == f"{checkout}[mcp]"  # run from it, and not installed
    assert distribution.install_command("mcp").startswith("pip install ")


def test_extras_that_are_named_exist() -> None:
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "kgraph").rglob("*.py"))
    named = set(re.findall(r'MissingExtraError\("[^"]+", "(\w+)"\)|install_command\(["\'](\w+)["\']\)', sources))
    assert {a or b for a, b in named} <= set(EXTRAS)
    assert len(named) > 4
