"""Sources for MkDocs and Sphinx: dialects, navigation, inventories; and what the generators make of them.

The generators themselves are no dependency. Where they are installed (`pip install mkdocs-material sphinx
myst-parser`), they build the same pages with each warning an error; elsewhere those tests are skipped.
"""

# ruff: noqa: E501 - whole files stand on a line

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
import sys
import zlib
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

import kgraph
from kgraph.errors import ExportError, InputError
from kgraph.pages.generators.dialect import escape
from kgraph.pages.generators.html_tree import parse
from kgraph.pages.generators.mkdocs import MkDocsDialect
from kgraph.pages.generators.sphinx import MystDialect
from kgraph.pages.link_check import to_html
from kgraph.pages.markdown import code, text
from kgraph.vocab.iri import decode_path
from tests.project import built
from tests.test_pages_symbols import FILES as SYMBOL_FILES
from tests.test_scan import write

HOSTILE = (
    '"""{include} /etc/passwd\n\n% a comment\n\n(target)=\n\n+++\n\n::: note\n\n{% include "x" %} {{ config }}\n\n'
    '!!! danger "x"\n\n--8<-- "secret"\n\n[^1]: foot\n\n*[HTML]: abbr\n\n{ref}`index` {doc}`nothing` :smile: ==mark== $x$\n\n'
    '<script>alert(1)</script> <img src=x onerror=alert(1)> | a | b |\n"""\n\n\n'
    'class Odd:\n    """{download}`conf.py` and {eval-rst} | pipe | `a|b` {#id .class}.\n\n    ```{include} /etc/passwd\n    ```\n    """\n'
)
FILES: dict[str, str | bytes] = {
    **SYMBOL_FILES,
    ".github/ci.yml": "on: push\n",
    "templates/page.py": '"""A page."""\n',
    "src/hostile.py": HOSTILE,
    "src/a b#c (1).py": '"""Spaces."""\n',
    "src/50%25.py": "x = 1\n",
    "src/_x_[y].py": "class A:\n    '''Has {braces} and _under_.'''\n",
    "src/go.go": "package main\n\n// Area says more.\nfunc Area() int { return 1 }\n",
    "src/plain.c": "#define LIMIT 3\nstruct point { int x; };\nint area(void) { return 1; }\n",
    "README.md": "# {eval-rst}\n\n## % percent\n\n```{note}\nx\n```\n",
}


@cache
def graph() -> kgraph.KGraph:
    return built(FILES)


@cache
def written(form: str) -> Path:
    folder = Path(mkdtemp()) / "pages"
    graph().pages(folder, form=form)
    return folder


def inventory(path: Path) -> dict[tuple[str, str], str]:
    """The addresses of an inventory, by role and name."""
    *head, data = path.read_bytes().split(b"\n", 4)
    assert head[0] == b"# Sphinx inventory version 2"
    assert b"zlib" in head[3]
    found = {}
    for line in zlib.decompress(data).decode().splitlines():
        match = re.fullmatch(r"(.+?)\s+(\S+)\s+(-?\d+)\s+?(\S*)\s+(.*)", line)
        assert match is not None, line
        found[match[2], match[1]] = match[4]
    return found


class TestDialects:
    """Each text is shown as it stands: checked with CommonMark, and where there is one with Python-Markdown."""

    @staticmethod
    def shown(markdown: str) -> str:
        return html.unescape(re.sub(r"<[^>]*>", "", MarkdownIt("commonmark").enable("table").render(markdown))).strip()

    @given(st.text(st.sampled_from(list("ab1 {}()[]<>`*_\\|#+-=:%!$~^&.;\"'/@\n")), max_size=30))
    @settings(max_examples=300, deadline=None)
    def test_a_text_is_a_text_in_every_dialect(self, value: str) -> None:
        page = to_html(f"{text(value)}\n\n{text('x')} {code(value)}\n", positions=False)
        wanted = re.sub(r"\s+", " ", parse(page).text()).strip()
        for dialect in (MkDocsDialect, MystDialect):
            source = dialect("a.md").page(parse(page))
            assert re.sub(r"\s+", " ", self.shown(source)) == wanted, source
            first = source.split("\n", 1)[0]
            assert not re.match(r"%|\+\+\+|\(.*\)=|:::|!!!|\?\?\?|===|\{|---|///", first), source
            assert "{" not in re.sub(r"`[^`]+`", "", source), "a role of MyST"

    @given(st.text(st.sampled_from(list("ab1 {}()[]<>`*_\\|#+-=:%!$~^&.;\"'/@")), max_size=30))
    @example("(?<![\\w.])\\d|\\b(?:true")
    @example("<!-- a")
    @example("<?php a")
    @example("<div>")
    @settings(max_examples=200, deadline=None)
    def test_python_markdown_shows_the_same(self, value: str) -> None:
        markdown = pytest.importorskip("markdown", reason="Python-Markdown is not installed")
        page = to_html(f"{text(value)}\n\n{text('x')} {code(value)}\n", positions=False)
        wanted = re.sub(r"\s+", " ", parse(page).text()).strip()
        source = MkDocsDialect("a.md").page(parse(page))
        made = markdown.markdown(source, extensions=["attr_list", "tables", "sane_lists", "toc"])
        assert re.sub(r"\s+", " ", parse(made).text()).strip() == wanted, source

    def test_signs_are_references_and_words_stay_words(self) -> None:
        assert escape("a plain sentence: done.") == "a plain sentence: done."
        assert escape("{ref}") == "&#123;ref&#125;"
        assert escape("ns::f --x") == "ns&#58;&#58;f &#45;&#45;x"

    @pytest.mark.parametrize(
        ("source", "mkdocs", "myst"),
        [
            ("- a\n  - b\n    - c\n", "-   a\n    -   b\n        -   c\n", "-   a\n    -   b\n        -   c\n"),
            ("3. a\n\n   b\n", "3.  a\n\n    b\n", "3.  a\n\n    b\n"),
            ("- a\n\n      code\n", "-   a\n\n    ```text\n    code\n    ```\n", "-   a\n\n    ```text\n    code\n    ```\n"),
            ("| a | b |\n| --- | ---: |\n| `x\\|y` | \\| |\n", "| a | b |\n| --- | ---: |\n| <code>x&#124;y</code> | &#124; |\n", "| a | b |\n| --- | ---: |\n| <code>x&#124;y</code> | &#124; |\n"),
            ("# A\n\n### `__init__`\n\n## A\n", "# A\n\n## `__init__`\n\n## A {#a-1}\n", '# A\n\n<a id="__init__"></a>\n\n## `__init__`\n\n<a id="a-1"></a>\n\n## A\n'),
            ("[x](../b/c_docs.md#sym-A) [y](d_sym.md) [z](#q) [w](../../src/a.c#L3)", "[x](../b/c_docs.md#sym-A) [y](d_sym.md) [z](#q) w\n", "[x](page:../b/c_docs#sym-A) [y](d_sym.md) [z](page:here_docs#q) w\n"),
            ('!<a href="a_sym.md">f</a> \\![g](b_sym.md)\n', "&#33;[f](a_sym.md) &#33;[g](b_sym.md)\n", "&#33;[f](a_sym.md) &#33;[g](b_sym.md)\n"),
            ("```{note}\nx\n```\n", "```text\nx\n```\n", "```text\nx\n```\n"),
            ("```mermaid\nflowchart LR\n```\n", "```mermaid\nflowchart LR\n```\n", "```mermaid\nflowchart LR\n```\n"),
            ("<details>\n<summary>More</summary>\n\nbody\n\n</details>\n", '??? abstract "More"\n\n    body\n', "<details><summary>More</summary>\n\nbody\n\n</details>\n"),
            ('<pre><code>int <a href="a_sym.md#m-f">f</a>()\n  const</code></pre>\n', '<pre><code>int <a href="a&#95;sym.html#m-f">f</a>()&#10;  const</code></pre>\n', '<pre><code>int <a href="a&#95;sym.html#m-f">f</a>()&#10;  const</code></pre>\n'),
        ],
    )  # fmt: skip
    def test_what_a_page_holds(self, source: str, mkdocs: str, myst: str) -> None:
        tree = parse(to_html(source, positions=False))
        assert MkDocsDialect("x/here_docs.md").page(tree) == mkdocs
        assert MystDialect("x/here_docs.md").page(tree) == myst


class TestSources:
    def test_every_page_is_in_the_navigation_or_said_to_be_none(self) -> None:
        folder = written("sphinx")
        listed: set[str] = {"index"}
        for page in folder.rglob("*.md"):
            for block in re.findall(
                r"```\{toctree\}\n:hidden:\n:maxdepth: 1\n\n(.*?)\n```", page.read_text("utf-8"), re.DOTALL
            ):
                for line in block.split("\n"):
                    target = re.sub(r"^.* <(.*)>$", r"\1", line)
                    listed.add(os.path.relpath(page.parent / target, folder))
        for page in folder.rglob("*.md"):
            is_orphan = "\norphan: true\n" in page.read_text("utf-8")[:200]
            assert is_orphan != (page.relative_to(folder).as_posix().removesuffix(".md") in listed), page
        assert {"src/base.h_docs", "symbols/python/pkg.shapes.Shape_sym", ".github/index"} <= listed

    def test_mkdocs_lists_each_page_once(self) -> None:
        settings_ = (written("mkdocs") / "mkdocs.yml").read_text("utf-8")
        nav = re.findall(r'"([^"]*\.md)"$', settings_.partition("\nnav:\n")[2], re.MULTILINE)
        assert len(nav) == len(set(nav))
        pages = {
            page.relative_to(written("mkdocs") / "docs").as_posix()
            for page in (written("mkdocs") / "docs").rglob("*.md")
        }
        assert set(nav) <= pages
        assert all(re.search(r"_kw\.md$|/?sub(-\w+)?\.md$|_sym-", page) for page in pages - set(nav))

    @pytest.mark.parametrize("form", ["mkdocs", "sphinx", "html"])
    def test_the_inventory_leads_to_anchors_that_pages_have(self, form: str) -> None:
        folder = written(form)
        top = folder / "docs" if form == "mkdocs" else folder
        found = inventory(top / "objects.inv")
        for role, name in [
            ("py:class", "pkg.shapes.Shape"),
            ("py:class", "pkg.Shape"),
            ("py:method", "pkg.shapes.Shape.area"),
            ("py:module", "pkg.shapes"),
            ("cpp:class", "geo::Base"),
            ("cpp:function", "geo::twice"),
            ("c:function", "area"),
            ("c:struct", "point"),
            ("c:macro", "LIMIT"),
            ("std:doc", "src/base.h"),
        ]:
            assert (role, name) in found, (role, name)
        assert any(role == "std:label" and "area" in name for role, name in found)
        for (role, name), address in found.items():
            path, _, anchor = address.partition("#")
            page = top / decode_path(path if form == "html" else path.removesuffix(".html") + ".md")
            assert page.is_file(), (role, name, address)
            assert not anchor or f'id="{anchor}"' in page.read_text("utf-8"), (role, name, address)

    def test_a_second_run_writes_nothing_and_another_form_takes_the_folder_over(self, tmp_path: Path) -> None:
        first = graph().pages(tmp_path / "p", form="mkdocs")
        assert first.changed == first.pages
        assert graph().pages(tmp_path / "p", form="mkdocs").changed == 0
        graph().pages(tmp_path / "p", form="sphinx")
        assert not (tmp_path / "p" / "docs").exists()
        assert not (tmp_path / "p" / "mkdocs.yml").exists()

    def test_settings_that_are_not_ours_stay(self, tmp_path: Path) -> None:
        (tmp_path / "conf.py").write_text("mine = 1\n")
        with pytest.raises(ExportError, match="in the way"):
            graph().pages(tmp_path, form="sphinx")
        assert (tmp_path / "conf.py").read_text() == "mine = 1\n"

    def test_a_manifest_does_not_make_a_stranger_s_settings_ours(self, tmp_path: Path) -> None:
        graph().pages(tmp_path, form="sphinx")
        (tmp_path / "conf.py").write_text("mine = 1\n")
        with pytest.raises(ExportError, match="in the way"):
            graph().pages(tmp_path, form="sphinx", title="Other")
        graph().pages(tmp_path, form="markdown")
        assert (tmp_path / "conf.py").read_text() == "mine = 1\n"

    def test_a_part_has_no_navigation(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="--only does not go with --format sphinx"):
            graph().pages(tmp_path, form="sphinx", only=["src/"])

    def test_what_was_written_is_no_source(self, tmp_path: Path) -> None:
        write(tmp_path, {"a.py": "x = 1\n"})
        with kgraph.build(tmp_path, jobs=1) as first:
            first.pages(tmp_path / "site", form="mkdocs", root=tmp_path)
            before = first.tables.tables["files"]["path"].to_list()
        with kgraph.build(tmp_path, jobs=1) as second:
            assert second.tables.tables["files"]["path"].to_list() == before


def _module(name: str) -> None:
    pytest.importorskip(name, reason=f"{name} is not installed: pip install mkdocs-material sphinx myst-parser")


def _run(*command: str | Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *map(str, command)], capture_output=True, text=True, check=False,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3_000:] + done.stderr[-3_000:]
    return done.stdout + done.stderr


class TestGenerators:
    """The real builders, each warning an error."""

    def test_mkdocs(self, tmp_path: Path) -> None:
        _module("material")
        _run("mkdocs", "build", "--strict", "-q", "-f", written("mkdocs") / "mkdocs.yml", "-d", tmp_path / "site")
        page = (tmp_path / "site/src/hostile.py_docs.html").read_text("utf-8")
        assert "<script>alert(1)" not in page
        assert "onerror=alert" not in parse(page).text().replace("<img src=x onerror=alert(1)>", "")
        for (role, name), address in inventory(tmp_path / "site/objects.inv").items():
            self.resolves(tmp_path / "site", address, (role, name))

    def test_sphinx_and_intersphinx(self, tmp_path: Path) -> None:
        _module("sphinx")
        _module("myst_parser")
        site = tmp_path / "site"
        _run("sphinx", "-W", "--keep-going", "-n", "-q", "-b", "html", written("sphinx"), site)
        assert "<script>alert(1)" not in (site / "src/hostile.py_docs.html").read_text("utf-8")
        for (role, name), address in inventory(site / "objects.inv").items():
            if role != "std:label" or not address.startswith(("genindex", "modindex", "search", "py-modindex")):
                self.resolves(site, address, (role, name))
        other = tmp_path / "other"
        other.mkdir()
        (other / "conf.py").write_text(
            f'extensions = ["sphinx.ext.intersphinx"]\nintersphinx_mapping = {{"tree": ("https://example.org/", {os.fspath(site / "objects.inv")!r})}}\n'
        )
        (other / "index.rst").write_text(
            "Other\n=====\n\n:py:class:`pkg.shapes.Shape` :py:class:`pkg.Shape` :cpp:class:`geo::Base` "
            ":cpp:func:`geo::twice` :c:macro:`LIMIT` :c:func:`area` :external:doc:`src/base.h`\n"
        )
        _run("sphinx", "-W", "-n", "-q", "-b", "html", other, tmp_path / "built")
        made = (tmp_path / "built/index.html").read_text("utf-8")
        assert made.count('href="https://example.org/') == 7
        assert "https://example.org/symbols/cpp/geo_sym.html#m-twice" in made

    @staticmethod
    def resolves(site: Path, address: str, what: object) -> None:
        path, _, anchor = address.partition("#")
        page = site / decode_path(path)
        assert page.is_file(), (what, address)
        assert not anchor or f'id="{anchor}"' in page.read_text("utf-8"), (what, address)


def teardown_module() -> None:
    graph().close()
    for form in ("mkdocs", "sphinx", "html"):
        shutil.rmtree(written(form).parent, ignore_errors=True)
