"""The documents do not lie: links lead somewhere, the architecture names what is there and the tests that hold it."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from operator import itemgetter
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

import kgraph
from kgraph import __version__
from kgraph.cli import main
from kgraph.cli.exit_codes import BUG, CLOSED_PIPE, FOUND, INTERRUPTED, OK, WRONG_USE
from kgraph.errors import KgraphError
from kgraph.extract.markup.documents import extract_markdown
from kgraph.extract.markup.outline import anchor
from kgraph.model import FileFacts
from kgraph.serve.browse import VIEWS

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "kgraph"
ARCHITECTURE = PACKAGE / "README.md"
CHANGELOG = PACKAGE / "docs/changelog.md"
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


@pytest.mark.parametrize("folder", sorted({path.parent for path in DOCUMENTS[2:]}), ids=name)
def test_every_page_is_listed_by_its_folder(folder: Path) -> None:
    index = (folder / "README.md").read_text("utf-8")
    pages = {page.name for page in folder.glob("*.md")} - {"README.md"}
    pages |= {f"{each.name}/README.md" for each in folder.iterdir() if (each / "README.md").exists()}
    assert {page for page in pages if f"]({page})" not in index} == set()


def test_the_readme_is_one_page() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert len(text.split()) <= 900
    assert "make demo" in text
    assert "make test" in text
    assert [command for command in main.commands if f"kgraph {command}" not in text] == []


def test_the_readme_has_the_figures_that_were_measured() -> None:
    text = " ".join((ROOT / "README.md").read_text("utf-8").split())
    results = json.loads((ROOT / "benchmarks/results/accuracy.json").read_text("utf-8"))
    pytorch = next(row for row in results["declarations"]["rows"] if row["project"] == "PyTorch")
    assert f"{pytorch['files']} files of PyTorch: recall {pytorch['recall']:.3f}" in text
    assert f"precision {pytorch['precision']:.3f}" in text
    (includes,) = results["includes"]["rows"]
    assert f"{includes['right']:,} directives" in text
    assert f"{includes['wrong']} others" in text
    calls = results["calls"]["rows"]
    for what in ("precision", "recall"):
        shares = [f"{row[what]:.3f}".removeprefix("0") for row in sorted(calls, key=itemgetter(what))]
        assert f"{what} from {shares[0]} to {shares[-1]}" in text


def test_the_changelog_has_the_current_version() -> None:
    heads = re.findall(r"^## \[(.+?)\](?: - (\d{4}-\d\d-\d\d))?$", CHANGELOG.read_text("utf-8"), re.MULTILINE)
    assert heads[0] == ("Unreleased", "")
    assert heads[1][0] == __version__
    assert all(date for _, date in heads[1:])


# --- generated pages --------------------------------------------------------------------------------------------------


def script(path: str) -> Any:
    """A script of the repository as a module."""
    spec = spec_from_file_location(Path(path).stem, ROOT / path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", ["cli.md", "python.md", "queries.md"])
def test_references_are_as_generated(page: str) -> None:
    text = (PACKAGE / "docs/reference" / page).read_text("utf-8")
    assert text == script(".ci/reference.py").PAGES[page](), "make docs"


@pytest.mark.parametrize("page", ["accuracy.md", "performance.md"])
def test_tables_are_as_measured(page: str) -> None:
    place, report = PACKAGE / "docs" / page, script("benchmarks/report.py")
    assert place.read_text("utf-8") == report.written(place), "make docs"
    kinds = re.findall(r"<!-- table: (\w+) -->", place.read_text("utf-8"))
    assert sorted(kinds) == sorted(report.COLUMNS[place.stem])


def test_the_wheel_has_no_documents() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert {"kgraph/README.md", "kgraph/docs"} <= set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["exclude"])


def test_the_site_has_every_document_and_its_links_resolve(tmp_path: Path) -> None:
    """Those to kgraph's own pages apart, which are not made here: `make site` looks at them."""
    module = script(".ci/site.py")
    assert {name(document) for document in DOCUMENTS} <= set(module.DOCUMENTS)
    site = module.Site(tmp_path)
    site.write()
    assert (tmp_path / "index.html").exists()
    assert [link for link in site.lost if f": {module.CODE}/" not in link] == []


def test_the_http_api_has_every_view_and_field() -> None:
    text = (PACKAGE / "docs/reference/http-api.md").read_text("utf-8")
    for view, described in VIEWS.items():
        (row,) = re.findall(rf"^\| `/api/{view}(\?.*?)?` \|", text, re.MULTILINE)
        assert set(re.findall(r"(\w+)=", row)) == set(described.fields), view


def test_the_manifest_has_every_key(tmp_path: Path) -> None:
    text = (PACKAGE / "docs/reference/manifest.md").read_text("utf-8")
    (tmp_path / "a.py").write_text("x = 1\n")
    with kgraph.build(tmp_path, jobs=1) as graph:
        for key in (*graph.manifest, *graph.manifest["ledger"]):
            assert f"`{key}`" in text, key


def test_errors_and_exit_codes_are_told() -> None:
    text = (PACKAGE / "docs/reference/errors.md").read_text("utf-8")
    for error in KgraphError.__subclasses__():
        assert f"| `{error.__name__}` |" in text
    for code in (OK, FOUND, WRONG_USE, BUG, INTERRUPTED, CLOSED_PIPE):
        assert f"\n| {code} |" in text


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
        files = [file for path in paths for file in (*PACKAGE.glob(path), ROOT / path) if file.exists()]
        assert len(files) >= len(paths), row
        code = "".join(file.read_text("utf-8") for file in files if file.is_file())
        for symbol in re.findall(r"`([A-Z][A-Z_]+|\w+_key|\w+\._\w+)`", row.partition("| ")[2].partition(" | ")[2]):
            assert re.search(rf"\b{symbol.rpartition('.')[2]}\b", code), f"{symbol}: {row}"


# What an engineer of the field searches for, and the file that they should find beside it.
TERMS = {
    "overload resolution": "assemble/cpp/overloads.py",
    "name lookup": "assemble/cpp/name_index.py",
    "using-directive": "assemble/cpp/using_directives.py",
    "include closure": "assemble/cpp/include_closure.py",
    "inline namespace": "assemble/cpp/using_directives.py",
    "receiver": "assemble/cpp/receiver_types.py",
    "C3": "assemble/python/resolver.py",
    "star import": "stars.py",
    "memoized recursion": "memo.py",
    "cache key": "worker_pool.py",
    "fingerprint": "pipeline/fingerprint.py",
    "co-change": "relate/history.py",
    "IDF": "term_matrix.py",
    "translation unit": "extract/semantic/driver.py",
    "compile_commands.json": "database.py",
    "precompil": "precompiled.py",
    "pybind11": "extract/cpp/bindings.py",
    "attribute macro": "macros.py",
    "SERVICE": "query/federation.py",
    "generation": "folder.py",
    "page section": "pages/sections/",
    "export format": "export/",
    "MCP tool": "mcp/tools.py",
    "exit code": "cli/exit_codes.py",
    "IRI": "vocab/iri.py",
}


@pytest.mark.parametrize("term", TERMS)
def test_a_term_of_the_field_leads_to_its_file(term: str) -> None:
    paragraphs = re.split(r"\n\s*\n|\n(?=\| |- )", ARCHITECTURE.read_text("utf-8"))
    found = [each for each in paragraphs if term.casefold() in " ".join(each.split()).casefold()]
    assert any(f"{TERMS[term]}`" in each or f"`{TERMS[term]}" in each for each in found), found


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
        invariants = re.findall(r"^- .*(?:\n  .*)*", part, re.MULTILINE)
        assert invariants, heading
        for invariant in invariants:
            assert re.search(r"`tests/\w+\.py::", invariant), f"{heading}: {invariant}"
    for path, test in re.findall(r"`(tests/[\w/]+\.py)::([\w:]+)`", ARCHITECTURE.read_text("utf-8")):
        assert test in cases_in(path), f"{path}::{test}"
