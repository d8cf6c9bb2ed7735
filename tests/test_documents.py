"""The documents do not lie: links lead somewhere, the architecture names what is there and the tests that hold it."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest

from kgraph.extract.markup.documents import extract_markdown
from kgraph.extract.markup.outline import anchor
from kgraph.model import FileFacts

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "kgraph"
ARCHITECTURE = PACKAGE / "README.md"
DOCUMENTS = [ROOT / "README.md", ARCHITECTURE, *sorted((PACKAGE / "docs").rglob("*.md"))]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def facts(path: Path) -> FileFacts:
    return extract_markdown(path.read_bytes())


@cache
def anchors(path: Path) -> frozenset[str]:
    """The anchors of a document as GitHub makes them."""
    return frozenset(anchor(heading.name) + heading.key for heading in facts(path).symbols)


# --- all documents ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_links_lead_somewhere(document: Path) -> None:
    for link in facts(document).links:
        target, _, fragment = unquote(link.target).partition("#")
        if "://" in target:
            continue
        place = (document.parent / target) if target else document
        assert place.exists(), f"{name(document)}:{link.line}: {link.target}"
        if fragment and place.suffix == ".md":
            assert fragment in anchors(place), f"{name(document)}:{link.line}: {link.target}"


# --- the architecture -------------------------------------------------------------------------------------------------


def sections() -> dict[str, str]:
    """The sections of the code map, by their headings."""
    text = ARCHITECTURE.read_text("utf-8")
    start = text.index("\n## Code map\n")
    parts = re.split(r"^####? (.+)$", text[start : text.index("\n## ", start + 1)], flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def places(heading: str) -> list[str]:
    """The folders and modules that a heading names."""
    return re.findall(r"`([\w/]+(?:\.py|/))`", heading)


def named(text: str) -> set[str]:
    """The modules that a text names, by paths or by names alone."""
    return set(re.findall(r"`([\w/]+\.py)`", text))


def modules(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*.py")} - {"__init__.py", "__main__.py"}


def test_the_code_map_has_every_package() -> None:
    packages = {f"{path.parent.relative_to(PACKAGE).as_posix()}/" for path in PACKAGE.rglob("__init__.py")} - {"./"}
    told = {place for heading in sections() for place in places(heading)}
    told |= set(re.findall(r"`([\w/]+/)`", "".join(sections().values())))
    assert {package for package in packages if package not in told} - {"pages/sections/", "vocab/ontology/"} == set()
    assert "`ontology/`" in sections()["`vocab/`"]
    assert "`sections/`" in sections()["`pages/`"]


@pytest.mark.parametrize("heading", sections())
def test_every_module_is_named_and_is_there(heading: str) -> None:
    text = sections()[heading]
    own = [PACKAGE / place for place in places(heading) if place.endswith("/")]
    near = [(PACKAGE / place).parent for place in places(heading) if place.endswith(".py")]
    inner = [folder / each for folder in own for each in ("sections", "ontology")]
    beside = [PACKAGE / place for place in re.findall(r"`([\w/]+/)`", text)]
    there = {module for folder in [*own, *near, *inner, *beside] for module in modules(folder)}
    assert {each for each in named(text) if each not in there and not (PACKAGE / each).exists()} == set()
    told = {each.rpartition("/")[2] for each in named(f"{heading}{text}")}
    assert {module for folder in own for module in modules(folder)} - told == set(), "not in the code map"


def test_modules_beside_the_packages_are_named() -> None:
    text = "".join(f"{heading}{body}" for heading, body in sections().items())
    assert modules(PACKAGE) - named(text) == set()


def test_the_table_of_tasks_names_what_is_there() -> None:
    text = ARCHITECTURE.read_text("utf-8")
    table = text[text.index("\n## Where would I look?") : text.index("\n## Code map\n")]
    rows = [row for row in table.splitlines() if row.startswith("| ")][1:]
    assert len(rows) >= 20
    for row in rows:
        paths = re.findall(r"`([\w/*]+(?:\.py|/))`", row)
        assert paths, row
        for path in paths:
            assert list(PACKAGE.glob(path)) or (ROOT / path).exists(), f"{path}: {row}"


@cache
def cases_in(path: str) -> frozenset[str]:
    """The tests of a file as pytest names them."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    plain = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    return frozenset(
        [*plain, *(f"{each.name}::{n.name}" for each in classes for n in each.body if isinstance(n, ast.FunctionDef))]
    )


def test_every_invariant_has_its_test() -> None:
    for heading, text in sections().items():
        part = text.partition("**Invariants**")[2]
        invariants = re.findall(r"^- .*$", part, re.MULTILINE)
        assert invariants, heading
        for invariant in invariants:
            assert re.search(r"`tests/\w+\.py::", invariant), f"{heading}: {invariant}"
    for path, test in re.findall(r"`(tests/[\w/]+\.py)::([\w:]+)`", ARCHITECTURE.read_text("utf-8")):
        assert test in cases_in(path), f"{path}::{test}"
