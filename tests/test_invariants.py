"""What the code never does: the invariants of `kgraph/README.md` that no test of a behaviour holds."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from support.sources import parsed

import kgraph
from kgraph import model
from kgraph.extract import extract
from tests.test_scan import git, repository

PACKAGE = Path(kgraph.__file__).parent
# What a stage that only computes has no use for: files, processes, the network.
OUTSIDE = (
    *("subprocess", "multiprocessing", "socket", "sqlite3", "shutil", "tempfile", "pathlib", "glob", "urllib.request"),
    *("kgraph.processes", "kgraph.git", "kgraph.files", "kgraph.contents", "kgraph.regular_file", "kgraph.store"),
)


def trees(folder: str = "") -> Iterator[tuple[str, ast.AST]]:
    """The modules of a package, by their paths, parsed."""
    for path in sorted((PACKAGE / folder).rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if not name.startswith("view/app/"):  # runs in the build of a wheel alone
            yield name, parsed(path)


@cache
def uses(tree: ast.AST) -> tuple[list[str], list[tuple[str, ast.Call]]]:
    """The modules that a module imports, wherever the statement stands, and its calls, by what is called."""
    imported, called = [], []
    for node in ast.walk(tree):
        match node:
            case ast.Import():
                imported += [alias.name for alias in node.names]
            case ast.ImportFrom():
                imported += [f"{node.module}.{alias.name}" for alias in node.names]
            case ast.Call():
                called.append((dotted(node.func), node))
    return imported, called


def imports(tree: ast.AST) -> list[str]:
    return uses(tree)[0]


def calls(tree: ast.AST) -> list[tuple[str, ast.Call]]:
    return uses(tree)[1]


def dotted(node: ast.expr) -> str:
    """A name as it is spelled; "()" stands for what is none."""
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            return f"{dotted(node.value)}.{node.attr}"
    return "()"


def test_facts_do_not_know_their_path() -> None:
    """Facts are cached by content and format: two files that are equal in both have equal facts."""
    assert not {"path", "file", "name"} & set(model.FileFacts.__struct_fields__)
    assert [*inspect.signature(extract).parameters] == [
        *("content", "language", "macros", "with_uses", "with_references", "manifest")
    ]


@pytest.mark.parametrize("stage", ["assemble", "vocab"])
def test_stages_that_compute_open_nothing(stage: str) -> None:
    for name, tree in trees(stage):
        if name.startswith("vocab/ontology/"):  # writes its documents
            continue
        outside = [each for each in imports(tree) if f"{each}.".startswith(tuple(f"{one}." for one in OUTSIDE))]
        assert outside == [], name
        assert "open" not in {called for called, _ in calls(tree)}, name


def test_only_the_command_line_knows_click_and_exit_codes() -> None:
    for name, tree in trees():
        if not name.startswith("cli/"):
            assert "click" not in {each.partition(".")[0] for each in imports(tree)}, name
            assert not {"sys.exit", "SystemExit", "exit"} & {called for called, _ in calls(tree)}, name


def test_only_the_store_opens_the_engine_on_disk() -> None:
    """Elsewhere a `Store()` without a place is one in memory."""
    opened = {
        name
        for name, tree in trees()
        for called, node in calls(tree)
        if (called.split(".")[-1] == "Store" and (node.args or node.keywords)) or called.endswith("Store.read_only")
    }
    assert opened
    assert {name.partition("/")[0] for name in opened} == {"store"}


def test_no_id_of_a_node_depends_on_a_line_or_a_commit(tmp_path: Path) -> None:
    """Locations apart, which are lines."""
    code = "#include <vector>\nnamespace geo {\nstruct Shape { int area() const; };\n}\n"
    root = repository(tmp_path / "root", {"src/shape.h": code, "tool.py": "def run():\n    return 1\n"})
    ids = []
    for added in ("", "// A comment above.\n\n"):
        (root / "src/shape.h").write_text(added + code)
        (root / "tool.py").write_text(added.replace("//", "#") + "def run():\n    return 1\n")
        git(root, "commit", "-qam", "changed", "--allow-empty")
        with kgraph.build(root, output=tmp_path / "graph", jobs=1) as graph:
            ids.append({table: graph.frame(table)["id"].to_list() for table in ("files", "symbols", "includes")})
            assert graph.frame("symbols").height >= 4
    assert ids[0] == ids[1]
