"""kgraph where nothing is installed but what it declares: no extra, and no program but git.

Run by the Python of such an environment; every command must end by itself and in time, and a command whose extra is
absent must say what to install.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

SECONDS = 150
EXTRAS = ("anywidget", "clang", "google.protobuf", "mcp", "pandas", "pyshacl", "pyvis", "pytest")
FILES = {
    "include/shape.h": "#pragma once\nstruct Shape { virtual double area() const; };\n",
    "src/circle.cpp": '#include "shape.h"\nstruct Circle : Shape { double area() const override; };\n'
    "double Circle::area() const { return 3.14; }\n",
    "tool/__init__.py": "from tool import run\n",
    "tool/run.py": "def main() -> int:\n    return 0\n",
    "main.go": "package main\n\nfunc main() {}\n",
    "docs/guide.md": "# Guide\n\nSee [the shape](../include/shape.h).\n",
}
RULE = '[[rule]]\nname = "apart"\ntype = "forbidden"\nfrom = "/include/"\nto = ["/src/"]\n'
SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix kg: <https://w3id.org/kgraph/vocab#> .
<#Sized> a sh:NodeShape ; sh:targetClass kg:File ; sh:property [ sh:path kg:size ; sh:minCount 1 ] .
"""
# What must end with 0.
COMMANDS = (
    "build tree --jobs 2",
    "build tree --jobs 2",
    "stats -g tree",
    "doctor -g tree",
    "query most-included -g tree",
    "query includes -g tree --param path=src/circle.cpp -f csv",
    "export -g tree -f ttl -o graph.ttl",
    "export -g tree -f graphml -o graph.graphml",
    "pages -g tree --root tree -o pages",
    "pages -g tree --root tree -o site --format html",
    "pages --check site",
    "check rules.toml -g tree",
    "check rules.toml -g tree --build",
    "diff old tree",
)
# What lacks an extra: its name, and the rest of the command.
WITHOUT = (
    ("mcp", "mcp -g tree"),
    ("shacl", "check shapes.ttl -g tree"),
    ("scip", "export -g tree -f scip -o graph.scip"),
    ("pyvis", "view -g tree --engine pyvis --focus include/shape.h -o page.html"),
    ("clang", "build tree --compile-commands database"),
)
API = """
import kgraph
from kgraph.errors import MissingExtraError
with kgraph.open("tree") as graph:
    for extra, call in (("pandas", lambda: graph.frame("files", "pandas")), ("pyvis", graph.pyvis)):
        try:
            call()
        except MissingExtraError as error:
            assert f"[{extra}]" in error.hint, error.hint
        else:
            raise SystemExit(f"nothing says that the extra {extra} is absent")
"""


def main() -> int:
    """Try all of it; returns how many failed."""
    present = [name for name in EXTRAS if importlib.util.find_spec(name.partition(".")[0])]
    if present:
        print(f"this is not a plain environment: it has {', '.join(present)}", file=sys.stderr)
        return 1
    failed: list[str] = []
    passed = 0
    with tempfile.TemporaryDirectory() as folder:
        for label, problem in tried(Path(folder)):
            passed += not problem
            if problem:
                failed.append(label)
                print(f"{label}: {problem}", file=sys.stderr)
    print(f"{passed} passed, {len(failed)} failed")
    return len(failed)


def tried(folder: Path) -> list[tuple[str, str]]:
    """Each thing that was tried, with what is wrong with it."""
    prepare(folder)
    surroundings = environment(folder)
    kgraph = [sys.executable, "-m", "kgraph"]
    results = []
    for command in COMMANDS:
        results.append((command, wrong(run([*kgraph, *command.split()], folder, surroundings), 0, "")))
        if command.startswith("doctor"):
            shutil.copytree(folder / "tree" / ".kgraph", folder / "old", symlinks=True)
    for extra, command in WITHOUT:
        answer = run([*kgraph, *command.split()], folder, surroundings)
        results.append((command, wrong(answer, 2, f"[{extra}]")))
    results.append(("in Python", wrong(run([sys.executable, "-c", API], folder, surroundings), 0, "")))
    return results


def prepare(folder: Path) -> None:
    """A small repository, and rules for it."""
    for path, text in FILES.items():
        (folder / "tree" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "tree" / path).write_text(text, "utf-8")
    (folder / "rules.toml").write_text(RULE, "utf-8")
    (folder / "shapes.ttl").write_text(SHAPES, "utf-8")
    (folder / "database").mkdir()
    (folder / "database" / "compile_commands.json").write_text("[]", "utf-8")


def environment(folder: Path) -> dict[str, str]:
    """PATH with git alone."""
    (folder / "bin").mkdir()
    if git := shutil.which("git"):
        (folder / "bin" / "git").symlink_to(git)
    return {"PATH": str(folder / "bin"), "HOME": str(folder), "LANG": os.environ.get("LANG", "C.UTF-8")}


def run(command: Sequence[str], folder: Path, surroundings: dict[str, str]) -> subprocess.CompletedProcess[str] | None:
    """The command's end; None where it did not end in time."""
    try:
        return subprocess.run(
            command, cwd=folder, env=surroundings, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return None


def wrong(answer: subprocess.CompletedProcess[str] | None, code: int, hint: str) -> str:
    """What is wrong with a command's end; "" where nothing is."""
    if answer is None:
        return f"did not end within {SECONDS} s"
    told = answer.stdout + answer.stderr
    if answer.returncode != code or "Traceback" in told:
        return f"ended with {answer.returncode} instead of {code}:\n{told[-2000:]}"
    return "" if hint in answer.stderr else f"does not name the extra {hint}: {told[-500:]}"


if __name__ == "__main__":
    sys.exit(min(main(), 1))
