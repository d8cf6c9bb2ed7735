"""Symbolic links inside a repository: who includes or imports through one depends on the file behind it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kgraph
from kgraph.assemble.suffix_index import PathSuffixIndex, join
from kgraph.scan.revision import scan_revision
from tests.test_scan import git, write

FILES: dict[str, str | bytes] = {
    "lib/f.h": "int f(int a);\n",
    "lib/deep/g.h": "int g(int a);\n",
    "src/r.h": "int r(int a);\n",
    "src/a.cpp": '#include "l/f.h"\n#include <l/deep/g.h>\n#include "a.h"\nint a() { return f(1); }\n',
    "src/b.cpp": '#include "../include/l/f.h"\n#include "../include/chain/f.h"\n#include "../include/gone.h"\n',
    "src/c.cpp": '#include "../ring/f.h"\n#include "../out/f.h"\n#include "../include/l/../f2.h"\n',
    "lib/../f2.h": "int f2(int a);\n",
    "real/m.py": "def run():\n    return 1\n",
    "real/pkg/__init__.py": "from .inner import deep\n",
    "real/pkg/inner.py": "def deep():\n    return 1\n",
    "app/__init__.py": "",
    "app/main.py": (
        "from app.linked import run\nfrom app.pkg import deep\nfrom app.pkg.inner import deep as other\n\n\n"
        "def main():\n    return run() + deep() + other()\n"
    ),
    "doc/x.md": "[f](../include/l/f.h) [l](../include/l) [r](../include/a.h)\n",
}
LINKS = {
    "include/l": "../lib",
    "include/chain": "l",
    "include/a.h": "../src/r.h",
    "include/gone.h": "nothing.h",
    "ring": "ring",
    "out": "/usr/include",
    "up": "..",
    "self": ".",
    "app/linked.py": "../real/m.py",
    "app/pkg": "../real/pkg",
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = write(tmp_path_factory.mktemp("links"), FILES)
    for link, target in LINKS.items():
        (root / link).parent.mkdir(exist_ok=True)
        (root / link).symlink_to(target)
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "one")
    return root


@pytest.fixture(scope="module")
def graph(root: Path) -> Iterator[kgraph.KGraph]:
    with kgraph.build(root, jobs=1) as graph:
        yield graph


def edges(graph: kgraph.KGraph, kind: str) -> set[tuple[str, str]]:
    rows = graph.frame("edges").iter_rows(named=True)
    return {
        (row["source"].removeprefix("file/"), row["target"].removeprefix("file/"))
        for row in rows
        if row["kind"] == kind
    }


def test_includes_lead_to_the_file_behind_a_link(graph: kgraph.KGraph) -> None:
    assert edges(graph, "includes") == {
        ("src/a.cpp", "lib/f.h"),
        ("src/a.cpp", "lib/deep/g.h"),
        ("src/a.cpp", "src/r.h"),
        ("src/b.cpp", "lib/f.h"),
        ("src/b.cpp", "include/gone.h"),
        ("src/c.cpp", "f2.h"),  # as the system has it: the link first, then ".."
        ("src/c.cpp", "external/header/..%2Fout%2Ff.h"),
    }


def test_python_calls_go_through_links(graph: kgraph.KGraph) -> None:
    assert {
        ("app/main.py", "real/m.py"),
        ("app/main.py", "real/pkg/__init__.py"),
        ("app/main.py", "real/pkg/inner.py"),
    } <= edges(graph, "imports")
    called = {target for source, target in edges(graph, "calls") if "main" in source}
    assert {"run", "deep"} <= {target.rpartition("/")[2].partition("%40")[0] for target in called}


def test_links_of_documents(graph: kgraph.KGraph) -> None:
    assert edges(graph, "links") == {("doc/x.md", "lib/f.h"), ("doc/x.md", "folder/lib"), ("doc/x.md", "src/r.h")}


def test_a_link_stays_a_file_and_says_where_it_leads(graph: kgraph.KGraph) -> None:
    notes = {row["path"]: row["diagnostics"] for row in graph.frame("files").to_dicts()}
    assert {path: notes[path] for path in LINKS} == {
        path: [f"symbolic link to {target}"] for path, target in LINKS.items()
    }


def test_a_revision_has_the_same_links(root: Path) -> None:
    with scan_revision(root, "HEAD") as found:
        assert {file.path: file.target for file in found.files if file.form == "symlink"} == LINKS


def test_many_links_to_the_root_stay_few() -> None:
    files = [f"d/{number}.h" for number in range(1_000)]
    links = {f"l{number}": "." for number in range(2_000)}
    paths = PathSuffixIndex([*files, *links], links)
    assert len(paths.places) <= 1_000_000 + len(files)
    assert paths.find("l7/l8/l9/d/3.h") == 3
    assert paths.find("l7/" * 41 + "d/3.h") is None


PARTS = st.lists(st.sampled_from(["", ".", "..", "a", "d", "a.h", "l", "up", "out", "dead", "ring"]), max_size=5)


FOLDER_LINKS = {"l": "d", "d/up": "../a"}
FILE_LINKS = {"a/out": "../../x", "dead": "nowhere", "ring": "ring", "d/a": "a.h"}


@given(st.sampled_from(["", "/"]), PARTS, st.sampled_from([{}, FILE_LINKS, FOLDER_LINKS | FILE_LINKS]))
def test_the_short_ways_to_a_file_lead_where_the_long_one_does(
    front: str, parts: list[str], links: dict[str, str]
) -> None:
    files = ["a.h", "a/a.h", "d/a.h", "d/d/a.h", *links]
    paths = PathSuffixIndex(files, links)
    path = front + "/".join(parts)
    end = paths.resolve(path)
    found = [paths.find_exact(path), paths.find_exact(end or "")]
    if links and end not in paths.folders:
        found.append(paths.find_exact(join("", path) or ""))
    place = next((each for each in found if each is not None), None)
    for _ in range(2):
        assert paths.find(path) == (None if place is None else paths.file(place))


def test_names_that_differ_in_bytes_alone_are_no_answer() -> None:
    paths = PathSuffixIndex([os.fsdecode(b"caf\xe9.h"), os.fsdecode(b"caf\xe8.h"), os.fsdecode(b"x\xe9.h")])
    assert paths.find("caf\ufffd.h") is None
    assert paths.find("x\ufffd.h") == 2
