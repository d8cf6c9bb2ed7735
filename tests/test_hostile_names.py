"""Names that are no UTF-8: of files of every language that is read, of folders, of links; then every command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import kgraph
from kgraph.errors import KgraphError
from kgraph.export import WRITERS
from tests.test_extract_generic import FOLDER as SAMPLES
from tests.test_scan import git

BAD = b"caf\xe9"
FOLDER = b"d\xff"
SOURCES: dict[bytes, bytes] = {
    b".py": b'"""Doc."""\nimport os\nfrom . import x\n\n\nclass A:\n    def f(self):\n        return A()\n\n\n'
    b"def g():\n    A().f()\n",
    b".pyi": b"class A:\n    def f(self) -> None: ...\n",
    b".h": b'#pragma once\n#include "caf\xe9.hpp"\nint f(int a);\n',
    b".hpp": b'#include "d\xff/caf\xe9.h"\nstruct S { int m(); };\n',
    b".cpp": b'#include "caf\xe9.h"\n#include "caf\xe9.hpp"\nint S::m() { return f(1); }\nint f(int a) { return a; }\n',
    b".c": b'#include "caf\xe9.h"\nint f(int a) { return a; }\nstatic int l(void) { return f(2); }\n',
    b".cu": b"__global__ void k() {}\nvoid h() { k<<<1, 1>>>(); }\n",
    b".mm": b"@interface I\n- (void)m;\n@end\n",
    b".md": b"# Title\n\n[a](caf%E9.h) [b](d%FF/caf%E9.py) [c](caf\xe9.h)\n",
    b".rst": b"Title\n=====\n\n`a <caf%E9.h>`_\n",
    b".ipynb": b'{"cells": [{"cell_type": "markdown", "source": ["# T\\n"]}], "nbformat": 4}',
}


def fill(root: Path) -> None:
    """A tree of which no name is UTF-8."""
    made = {os.fsencode(file.suffix or f".{file.name}"): file.read_bytes() for file in SAMPLES.iterdir()} | SOURCES
    for folder in (b"", FOLDER, FOLDER + b"/sub\xfe", b"pkg\xf0"):
        there = root / os.fsdecode(folder)
        there.mkdir(parents=True, exist_ok=True)
        for suffix, text in made.items():
            (there / os.fsdecode(BAD + suffix)).write_bytes(text)
    for package in (b"pkg\xf0", FOLDER):
        (root / os.fsdecode(package) / "__init__.py").write_bytes(b"from .caf import A\n\n\ndef h():\n    return A()\n")
    for link, target in {
        b"link\xe9": FOLDER,
        b"link\xe9.py": BAD + b".py",
        b"gone\xe9.h": b"nothing\xff",
        b"out\xe9.h": b"/usr/include/\xff.h",
        b"ring\xe9.h": b"ring\xe9.h",
    }.items():
        (root / os.fsdecode(link)).symlink_to(os.fsdecode(target))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("names")
    fill(root)
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "one")
    with (root / os.fsdecode(BAD + b".py")).open("ab") as stream:
        stream.write(b"\n\ndef second():\n    return g()\n")
    git(root, "commit", "-qam", "two")
    return root


@pytest.fixture(scope="module")
def graph(root: Path) -> kgraph.KGraph:
    return kgraph.build(root, jobs=2)


def test_every_file_is_read(graph: kgraph.KGraph, root: Path) -> None:
    reasons = {one["path"]: one["reason"] for one in graph.manifest["ledger"]["skipped"]}
    assert not reasons
    command = ["git", "ls-files", "-z"]
    count = subprocess.run(command, cwd=root, check=True, capture_output=True).stdout.count(b"\0")
    assert graph.frame("files").height == count


def test_calls_and_includes_are_found_between_such_files(graph: kgraph.KGraph) -> None:
    edges = {(row["source"], row["kind"], row["target"]) for row in graph.frame("edges").iter_rows(named=True)}
    assert ("file/caf%E9.cpp", "includes", "file/caf%E9.h") in edges
    assert ("file/caf%E9.hpp", "includes", "file/d%FF/caf%E9.h") in edges
    assert ("file/caf%E9.md", "links", "file/caf%E9.h") in edges
    assert ("file/caf%E9.md", "links", "file/d%FF/caf%E9.py") in edges
    assert any(kind == "calls" and "second" in source for source, kind, _ in edges)


@pytest.mark.parametrize("form", sorted(WRITERS))
def test_exports(graph: kgraph.KGraph, form: str, tmp_path: Path) -> None:
    try:
        graph.export(form, tmp_path / "out")
    except KgraphError as error:
        assert form in ("dot", "mermaid")  # for few nodes alone
        assert "nodes" in str(error)


RULES = """
[[rule]]
name = "no"
type = "forbidden"
from = "**"
to = "**"
"""
COMMANDS = [
    "stats",
    "stats --json",
    "doctor",
    "doctor {folder}/{name}.py",
    "related {name}.py",
    "related {name}.h --json",
    "queries",
    "query includes --param path={name}.h",
    "query callers --param name=g",
    "query orphans -f csv",
    "query symbols-of-file --param path={name}.py -f json",
    "check rules.toml",
    "check rules.toml -f sarif",
    "check rules.toml -f junit",
    "check rules.toml -f json",
    "diff HEAD~1 HEAD --root . -g .kgraph",
    "diff HEAD~1 HEAD -f json --root .",
    "diff HEAD~1 HEAD -f md --root .",
    "diff HEAD~1 HEAD -f html --root .",
    "diff HEAD~1 HEAD -f rdfpatch --root .",
    "view -o {out}/view.html",
    "pages -o {out}/md",
    "pages -o {out}/html --format html",
    "export -f nt -o {out}/x.nt",
]


def run(command: str, root: Path, out: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    values = {"name": os.fsdecode(BAD), "folder": os.fsdecode(FOLDER), "out": str(out)}
    words = [os.fsencode(word.format(**values)) for word in command.split()]
    # Warnings of the interpreter's about the locale are not ours.
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "kgraph", *words],
        cwd=root,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment},
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_commands(graph: kgraph.KGraph, root: Path, command: str, tmp_path: Path) -> None:
    (root / "rules.toml").write_text(RULES)
    done = run(command, root, tmp_path)
    is_ambiguous = done.returncode == 2 and b"may be any of" in done.stderr
    assert done.returncode in (0, 1) or is_ambiguous, done.stderr.decode("utf-8", "replace")
    assert b"Traceback" not in done.stderr
    assert b"bug" not in done.stderr
