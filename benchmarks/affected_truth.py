"""What tests really fail: changes put into functions of a project, and the tests that notice.

Usage: benchmarks/affected_truth.py CHECKOUT --package src/flask --path src --python VENV/bin/python --out truth.json

The functions are drawn by chance (`--seed`) from those that some test executes. Half of the changes make a function
raise, half turn the value of its first `return` around. Only tests that executed the function in a run under coverage
are run again, as no other can notice; where it was executed outside of any test (while modules were imported, say), all
of them are. Tests of one function that differ by their parameters count as one. CHECKOUT is edited, and restored.

`benchmarks/affected.py` reads what this writes.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import random
import re
import sqlite3
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path

FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+?)(?:\[.*?\])?(?: - .*)?$", re.MULTILINE)
SECONDS = 300  # for the tests of one change
TEST_SECONDS = 15  # for one test


@dataclass(slots=True)
class Function:
    """A function with a body that can be changed."""

    path: str
    name: str
    first: int  # lines, both inclusive
    last: int
    body: tuple[int, int]  # line and column of the first statement that is no documentation
    value: tuple[int, int, int, int] | None = None  # where the value of the first `return` stands


@dataclass(slots=True)
class Mutant:
    """A change, and who noticed."""

    path: str
    name: str
    first: int
    last: int
    line: int  # that was changed
    how: str  # "raise" or "not"
    covered: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    everywhere: bool = False  # executed outside of tests


def functions_of(root: Path, package: str) -> list[Function]:
    """All functions below a folder."""
    found = []
    for file in sorted((root / package).rglob("*.py")):
        path = file.relative_to(root).as_posix()
        if any("test" in folder for folder in path.removeprefix(package).strip("/").split("/")[:-1]):
            continue  # tests that stand in the package
        stack: list[tuple[str, ast.AST]] = [("", ast.parse(file.read_text("utf-8")))]
        while stack:
            prefix, node = stack.pop()
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.ClassDef):
                    stack.append((f"{prefix}{child.name}.", child))
                elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                    found.extend(_function(path, prefix, child))
                else:
                    stack.append((prefix, child))
    return sorted(found, key=lambda each: (each.path, each.first))


def _function(path: str, prefix: str, node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[Function]:
    body = [each for each in node.body if not (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))]
    if not body or body[0].lineno == node.lineno:
        return []
    first = body[0]
    line = min([first.lineno, *(each.lineno for each in getattr(first, "decorator_list", ()))])
    value = next(
        (
            (each.value.lineno, each.value.col_offset, each.value.end_lineno or 0, each.value.end_col_offset or 0)
            for each in body
            if isinstance(each, ast.Return) and each.value is not None
        ),
        None,
    )
    return [Function(path, prefix + node.name, node.lineno, node.end_lineno or 0, (line, first.col_offset), value)]


def changed(source: str, function: Function, how: str) -> tuple[str, int]:
    """The text with one function changed, and the line."""
    lines = source.encode().splitlines(keepends=True)
    if how == "raise":
        line, column = function.body
        lines.insert(line - 1, b" " * column + b"raise RuntimeError('changed')\n")
        return b"".join(lines).decode(), line
    assert function.value
    line, column, end, last = function.value
    tail = lines[end - 1]
    lines[end - 1] = tail[:last] + b"))" + tail[last:]
    head = lines[line - 1]
    lines[line - 1] = head[:column] + b"(not (" + head[column:]
    return b"".join(lines).decode(), line


class Project:
    """A checkout whose tests can be run."""

    def __init__(self, root: Path, python: str, path: str, without: list[str]) -> None:
        self.root = root
        self.without = [word for name in without for word in ("-p", f"no:{name}")]
        self.python = python
        self.variables = {**os.environ, "PYTHONPATH": str(root / path), "PYTHONDONTWRITEBYTECODE": "1"}
        self.skipped: list[str] = []

    def run(self, *arguments: str, seconds: float = SECONDS) -> str | None:
        """What pytest printed; None where it took too long."""
        command = [self.python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-rfE", "--tb=no"]
        command.append("--continue-on-collection-errors")
        command += [f"--timeout={TEST_SECONDS}", *self.without]
        command += [*(f"--deselect={each}" for each in self.skipped), *arguments]
        try:
            done = subprocess.run(
                command, cwd=self.root, env=self.variables, capture_output=True, text=True, timeout=seconds, check=False
            )
        except subprocess.TimeoutExpired:
            return None
        # A conftest.py that cannot be imported is reported on the other stream.
        return done.stdout + (done.stderr if done.returncode > 1 else "")

    def coverage(self) -> tuple[dict[str, dict[int, set[str]]], list[str]]:
        """By path and line the tests that executed it ("" for outside of tests), and all tests."""
        data = self.root / ".coverage"
        data.unlink(missing_ok=True)
        (self.root / "rc").write_text("[run]\nconcurrency = thread,greenlet\n")
        # Twice: the tests that fail without any change are left out.
        said = self.run(seconds=1800) or ""
        self.skipped = sorted(set(FAILED.findall(said)))
        said = self.run("--cov=.", "--cov-config=rc", "--cov-context=test", "--cov-report=", seconds=1800)
        if not data.is_file():  # needs pytest-cov, pytest-timeout and greenlet
            sys.exit(f"no test was run under coverage: {(said or 'it took too long')[-500:]}")
        found: dict[str, dict[int, set[str]]] = {}
        with sqlite3.connect(data) as store:
            names = dict(store.execute("select id, context from context"))
            files = dict(store.execute("select id, path from file"))
            for file, context, bits in store.execute("select file_id, context_id, numbits from line_bits"):
                path = os.path.relpath(files[file], self.root.resolve())
                for byte, value in enumerate(bits):
                    for bit in range(8):
                        if value >> bit & 1:
                            test = bare(names[context])
                            found.setdefault(path, {}).setdefault(byte * 8 + bit, set()).add(test)
        tests = sorted({bare(context) for context in names.values()} - {""})
        return found, tests


def bare(context: str) -> str:
    """A test's name without its parameters and phase."""
    return context.partition("|")[0].partition("[")[0]


def main() -> None:
    """Draw changes, run tests, and write what failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=Path)
    parser.add_argument("--package", required=True)
    parser.add_argument("--path", default=".")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--without", action="append", default=[], help="A plugin of pytest that imports the package.")
    parser.add_argument("--mutants", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    root = options.checkout.resolve()
    project = Project(root, options.python, options.path, options.without)
    lines, tests = project.coverage()
    print(f"{len(tests)} tests, {len(project.skipped)} left out that fail unchanged", flush=True)

    covering: list[tuple[Function, set[str]]] = []
    for function in functions_of(root, options.package):
        found: set[str] = set()
        for line in range(function.body[0], function.last + 1):
            found |= lines.get(function.path, {}).get(line, set())
        if found:
            covering.append((function, found))
    reached = [
        {"path": function.path, "name": function.name, "line": function.body[0], "covered": sorted(found)}
        for function, found in covering
    ]
    mutants: list[Mutant] = []
    drawn = random.Random(options.seed).sample(covering, min(options.mutants, len(covering)))
    for number, (function, found) in enumerate(drawn):
        how = "not" if number % 2 and function.value else "raise"
        file = root / function.path
        source = file.read_text("utf-8")
        text, line = changed(source, function, how)
        mutant = Mutant(function.path, function.name, function.first, function.last, line, how, sorted(found - {""}))
        mutant.everywhere = "" in found
        try:
            file.write_text(text, "utf-8")
            said = project.run(*([] if mutant.everywhere else mutant.covered))
        finally:
            file.write_text(source, "utf-8")
        if said is None:
            print(f"{function.path}:{function.name} took too long, left out", flush=True)
            continue
        failed = set(FAILED.findall(said))
        failed |= {test for test in tests if test.partition("::")[0] in failed}  # of files that cannot be imported
        if "error" in said.lower() and not failed:
            failed = set(tests)  # nothing could be collected
        mutant.failed = sorted(failed & set(tests))
        mutants.append(mutant)
        print(f"{number}: {how} in {function.path}:{function.name}: {len(found)} cover, {len(failed)} fail", flush=True)
        options.out.write_text(
            json.dumps({"tests": tests, "reached": reached, "mutants": [asdict(each) for each in mutants]})
        )


if __name__ == "__main__":
    main()
