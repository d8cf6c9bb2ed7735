"""What users read: texts of the package by file and line.

Input: the sources of the package. Output: `(place, text)` of strings in code, of templates, scripts, shipped queries
and documents. A value inside of a text is "{}". Docstrings that a command prints are in the reference, a document.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "kgraph"
_RECORDS = ("docs/changelog.md", "README.md", "docs/contributing/")  # of the past; of the code
_SCRIPTS = ("view/app/src/", "pages/templates/static/", "serve/static/own")
_SCRIPT_STRING = re.compile(r"\"((?:[^\"\\\n]|\\.)*)\"|`((?:[^`\\]|\\.)*)`")
_SCRIPT_VALUE = re.compile(r"\$\{[^}]*\}")


def texts() -> Iterator[tuple[str, str]]:
    """All of them, with the place of each: `kgraph/cli/build.py:12`."""
    for path in sorted(PACKAGE.rglob("*")):
        name = path.relative_to(PACKAGE).as_posix()
        if path.suffix == ".py":
            yield from _strings(path, name)
        elif path.suffix == ".js" and name.startswith(_SCRIPTS):
            yield from _script(path, name)
        elif path.suffix in (".j2", ".rq", ".html") or (path.suffix == ".md" and not name.startswith(_RECORDS)):
            yield from _lines(path, name)
    yield from _lines(ROOT / "README.md", "README.md")


def _lines(path: Path, name: str) -> Iterator[tuple[str, str]]:
    """Paragraphs, so that a phrase is found that a line break divides."""
    start, block = 1, list[str]()
    for number, line in enumerate([*path.read_text(encoding="utf-8").splitlines(), ""], 1):
        if line.strip():
            start = start if block else number
            block.append(line.strip().removeprefix("#").removeprefix("//").strip())
        elif block:
            yield f"{name}:{start}", " ".join(block)
            block = []


def _script(path: Path, name: str) -> Iterator[tuple[str, str]]:
    source = path.read_text(encoding="utf-8")
    for match in _SCRIPT_STRING.finditer(source):
        text = _SCRIPT_VALUE.sub("{}", match[1] or match[2] or "")
        if " " in text:  # else a class or a key
            yield f"{name}:{source.count(chr(10), 0, match.start()) + 1}", " ".join(text.split())


def _strings(path: Path, name: str) -> Iterator[tuple[str, str]]:
    inside: set[ast.AST] = set()  # docstrings, and parts of other strings
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Expr):
            inside.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            inside.update(node.values)
            parts = [str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values]
            yield f"{name}:{node.lineno}", " ".join("".join(parts).split())
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in inside:
            yield f"{name}:{node.lineno}", " ".join(node.value.split())
