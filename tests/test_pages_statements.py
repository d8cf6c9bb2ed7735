"""What pages stated and was not so, each as a kind: uses of announced types, advice on includes, counts, examples."""

# ruff: noqa: E501 - whole files stand on a line

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

import kgraph
from kgraph.pages.documentation.render import render
from kgraph.pages.page_context import number_of
from kgraph.pages.symbols.signature import break_lines
from tests.project import built, pages_of, write

USERS = {
    f"app/use_{number}.cpp": f'#include "lib/all.hpp"\nvoid use_{number}() {{ lib::App app; app.run(); lib::Option o; o.set(1); o.set("a"); }}\n'
    for number in range(3)
}
FILES: dict[str, str | bytes] = {
    **USERS,
    "lib/all.hpp": '#pragma once\n#include "app.hpp"\n#include "option.hpp"\n',
    "lib/app.hpp": '#pragma once\n#include "option.hpp"\nnamespace lib {\n/// Runs.\nclass App {\n public:\n  void run() {}\n};\n}\n',
    "lib/option.hpp": '#pragma once\n\n// IWYU pragma: private, include "lib/all.hpp"\n\n// [lib:includes:set]\n#include <string>\n// [lib:includes:end]\n\n'
    "namespace lib {\nclass App;\n/// Is set.\nclass Option {\n public:\n  void set(int) {}\n  void set(const char*) {}\n  App* app;\n};\n"
    "enum class Red { a };\nenum class Blue { a };\n}\n",
    "lib/inner/option_inl.hpp": '#pragma once\n#include "../option.hpp"\n',
    "lib/inner/deep.hpp": "#pragma once\nnamespace lib {\n/// Is deep.\nclass Deep {\n public:\n  void go() {}\n};\n}\n",
    "lib/deep_user.hpp": '#pragma once\n#include "../lib/inner/deep.hpp"\nnamespace lib { inline void f() { Deep d; d.go(); } }\n',
    "data/point.h": "#pragma once\n/* Where it is. */\ntypedef struct point { int x; } point;\n",
    **{
        f"data/{name}.c": f'#include "point.h"\nint {name}(point* p) {{ return p->x; }}\n'
        for name in ("one", "two", "three")
    },
}


@cache
def written() -> Path:
    return pages_of(FILES)


def page(name: str) -> str:
    return (written() / name).read_text("utf-8")


def test_who_uses_a_type_uses_not_the_files_that_only_announce_it() -> None:
    option = page("lib/option.hpp_docs.md")
    testing = option.partition("## Testing & Usage")[2].partition("\n## ")[0]
    assert "[`App`]" not in testing
    assert "[`set`]" in testing
    assert "[`run`]" in page("lib/app.hpp_docs.md").partition("## Testing & Usage")[2]
    purpose = option.partition("## File Purpose")[2].partition("\n## ")[0]
    assert "Runs." not in purpose


def test_overloads_are_told_of_once_and_so_is_that_all_are_likely() -> None:
    testing = page("lib/option.hpp_docs.md").partition("## Testing & Usage")[2].partition("\n## ")[0]
    line = next(line for line in testing.split("\n") if "use_0.cpp" in line)
    assert line.count("[`set`]") == 1
    assert line.count("likely") <= 1


def test_a_header_that_says_what_to_include_is_believed() -> None:
    said = page("symbols/cpp/lib.Option_sym.md")
    assert 'Include [`"lib/all.hpp"`]' in said
    assert "as [`option.hpp`]" in said


def test_no_advice_leads_up_through_folders() -> None:
    said = page("symbols/cpp/lib.Deep_sym.md")  # all who include it spell a way of their own
    assert 'Include [`"lib/inner/deep.hpp"`](' in said  # as others spell the headers around it
    assert "../lib/inner/deep.hpp" not in said.split("](")[0]


def test_markers_that_a_script_cuts_at_are_no_comment() -> None:
    assert "lib:includes" not in page("lib/option.hpp_docs.md").partition("## Original Source")[0]


def test_several_of_what_ends_in_s() -> None:
    assert "2 enum classes" in page("lib/option.hpp_docs.md")
    assert [number_of(2, "class"), number_of(2, "file"), number_of(1, "class")] == ["2 classes", "2 files", "1 class"]


def test_of_a_struct_of_c_only_what_includes_it_is_known() -> None:
    concepts = page("data/doc.md").partition("## Key Concepts")[2].partition("\n## ")[0]
    assert "[`point`](point.h_docs.md#sym-point" in concepts
    assert "in a file that 3 files include" in concepts


@pytest.mark.parametrize(
    "opening", ["<pre>{@code\n{}\n}</pre>", "<pre><code>{}</code></pre>", '<pre class="x">{}</pre>']
)
def test_preformatted_parts_are_shown_as_javadoc_shows_them(opening: str) -> None:
    example = "for (int i = 0; i < 3; i++) {\n  run();\n}"
    typed = example if "@code" in opening else example.replace("<", "&lt;")
    shown = render(("Java", f"Runs.\n<h2>Use</h2>\n{opening.replace('{}', typed)}\n"))
    assert f"```\n{example}\n```" in shown
    assert "**Use**" in shown
    assert "{@code" not in shown
    assert "<h2>" not in shown


def test_a_comma_between_parameters_of_a_lambda_begins_no_line() -> None:
    signature = f"def __init__(self, {'a' * 60}: int = 1, resolver: Resolver = lambda r, b: 'utf-8', other: dict[str, int] = {{}}) -> None"
    assert break_lines(signature).split("\n") == [
        "def __init__(",
        "    self,",
        f"    {'a' * 60}: int = 1,",
        "    resolver: Resolver = lambda r, b: 'utf-8',",
        "    other: dict[str, int] = {},",
        ") -> None",
    ]


RST = """Shapes
======

.. image:: https://img.shields.io/x.svg
   :target: https://ci.example.org

.. image:: circle.png
   :alt: A circle

They are `drawn <docs/howto.md>`_ by ``code`` and :class:`~lib.Shape`, see `the web`_, `bad <javascript:alert(1)>`_.

.. _the web: https://example.org

.. raw:: html

   <script>alert(1)</script>

.. include:: /etc/passwd

Use
---

.. code-block:: python

   draw(1 < 2)
"""


def readme_of(files: dict[str, str | bytes], tmp_path: Path) -> str:
    built(files).pages(tmp_path / "site", form="html")
    text = (tmp_path / "site/index.html").read_text("utf-8")
    return text.partition('<article class="readme">')[2].partition("</article>")[0]


def test_a_readme_in_restructuredtext_opens_the_site(tmp_path: Path) -> None:
    shown = readme_of({"README.rst": RST, "docs/howto.md": "# How to draw\n"}, tmp_path)
    assert "<h3>Shapes</h3>" in shown
    assert "<h4>Use</h4>" in shown
    assert '<a href="docs/howto.md_docs.html">drawn</a>' in shown
    assert '<a href="https://example.org">the web</a>' in shown
    assert "<code>code</code>" in shown
    assert "<code>Shape</code>" in shown
    assert "draw(1 &lt; 2)" in shown
    assert "<em>A circle</em>" in shown
    assert "bad" in shown
    for harm in ("<script", "javascript", "<img", "root:", "shields.io", "class="):
        assert harm not in shown


def test_of_a_long_readme_the_first_sections_are_shown(tmp_path: Path) -> None:
    sections = [f"## Part {number}\n\n" + "Words that are read. " * 400 + "\n" for number in range(30)]
    text = "# Shapes\n\n```\n## no title\n```\n\n" + "\n".join(sections)
    shown = readme_of({"README.md": text}, tmp_path)
    assert "<h4>Part 0</h4>" in shown
    assert "<h4>Part 29</h4>" not in shown
    assert "It goes on for" in shown
    assert '<a href="README.md_docs.html#original-source">README.md</a>' in shown
    assert len(shown) < 70_000


BUILD: dict[str, str | bytes] = {
    "CMakeLists.txt": "cmake_minimum_required(VERSION 3.10)\nproject(p)\nadd_library(core core.c core.h)\n"
    "add_executable(app app.c)\ntarget_link_libraries(app PRIVATE core)\nadd_custom_target(docs)\nadd_dependencies(app docs)\n",
    "core.h": "int core(int n);\n",
    "core.c": '#include "core.h"\nint core(int n) { return n; }\n',
    "app.c": '#include "core.h"\nint main(void) { return core(1) + core(2); }\n',
    "Makefile.am": "if WIN32\nAM_CFLAGS += -municode\nendif\n\nlib_LDFLAGS = -version-info 1:4:0\n\nif A\nX += 1\nelse\nX += 2\nendif\n\n"
    "tables.h: tables.txt\n\tcp tables.txt tables.h\n",
}


@cache
def of_build() -> Path:
    folder = Path(mkdtemp()) / "pages"
    built(BUILD).pages(folder)
    return folder


def test_a_page_says_how_its_file_is_built_and_what_a_target_is_built_of() -> None:
    core = (of_build() / "core.c_docs.md").read_text("utf-8")
    assert (
        "- Built into library [`core`](CMakeLists.txt_docs.md#sym-core) of [`CMakeLists.txt`](CMakeLists.txt_docs.md)."
        in core
    )
    build = (of_build() / "CMakeLists.txt_docs.md").read_text("utf-8")
    app = next(line for line in build.split("\n") if "**`app`**" in line)
    assert (
        "executable, built of [`app.c`](app.c_docs.md), links against [`core`](#sym-core), built after"
        in app.replace("CMakeLists.txt_docs.md#", "#")
    )
    assert "custom target" in build


def test_what_was_not_analysed_of_a_build_file_is_not_said_by_section_after_section() -> None:
    build = (of_build() / "CMakeLists.txt_docs.md").read_text("utf-8")
    sections = [part for part in build.split("\n## ") if part.partition("\n")[2].strip().startswith("Imports and uses")]
    assert len(sections) == 1


def test_an_outline_says_who_uses_a_function_that_has_no_page() -> None:
    header = (of_build() / "core.h_docs.md").read_text("utf-8")
    assert "Used in [`app.c`](app.c_docs.md) ([line 2]" in header


def test_conditions_of_automake_make_no_targets() -> None:
    outline = (of_build() / "Makefile.am_docs.md").read_text("utf-8").partition("### Code Structure")[2]
    targets = [line.partition("**")[2].partition("**")[0] for line in outline.split("\n") if ">target **" in line]
    assert targets == ["`tables.h`"]


DOCUMENTED: dict[str, str | bytes] = {
    "pkg/__init__.py": "from pkg.client import ClientSession\n",
    "pkg/client.py": '"""Talks."""\n\n\nclass ClientSession:\n    """Is open."""\n\n    def get(self):\n        """Get it."""\n\n\ndef open_all():\n'
    '    """Open."""\n',
    "pkg/other.py": '"""More."""\n\n\nclass OtherThing:\n    """One."""\n',
    "pkg/more.py": '"""More."""\n\n\nclass OtherThing:\n    """Two."""\n',
    "docs/reference.rst": "Client\n======\n\n.. class:: ClientSession(url)\n\n   Opens.\n\nSee :class:`pkg.ClientSession` and :meth:`ClientSession.get`.\n",
    "docs/start.md": "# Start\n\nA `ClientSession` gets things; `get` is no name, nor is ClientSession.\n\n`OtherThing` may be two.\n\nCall `open_all()`.\n",
    "CHANGES.rst": "1.0\n===\n\n``ClientSession`` is new.\n",
}


def test_a_page_says_which_documents_describe_and_name_a_symbol(tmp_path: Path) -> None:
    built(DOCUMENTED).pages(tmp_path / "pages")
    session = (tmp_path / "pages/symbols/python/pkg.client.ClientSession_sym.md").read_text("utf-8")
    said = session.partition("## In documents")[2].partition("\n## ")[0].strip().split("\n")
    assert [line.partition(") ")[2].partition(" [")[0] for line in said] == ["describes it in line", "names it in line"]
    assert "docs/reference.rst" in said[0]
    assert "[4]" in said[0]
    assert "docs/start.md" in said[1]
    assert "[3]" in said[1]
    assert "CHANGES" not in "".join(said)
    for module in ("other", "more"):
        page = (tmp_path / f"pages/symbols/python/pkg.{module}.OtherThing_sym.md").read_text("utf-8")
        assert "In documents" not in page
    file = (tmp_path / "pages/pkg/client.py_docs.md").read_text("utf-8").partition("### Mentioned In")[2]
    assert "docs/start.md_docs.md) names [`ClientSession`]" in file
    assert "`open_all`" in file.partition("\n\n### ")[0]


def test_lists_of_packages_in_a_folder_of_such_are_no_documents_and_a_lone_file_has_no_picture(tmp_path: Path) -> None:
    built({"requirements/lint.txt": "ruff\n", "requirements/lint.in": "ruff\n", "configure.ac": "AC_INIT\n"}).pages(
        tmp_path / "site", form="html"
    )
    assert "2 configuration or data files" in (tmp_path / "site/index.html").read_text("utf-8")
    page = (tmp_path / "site/configure.ac_docs.html").read_text("utf-8")
    assert "what Autoconf makes" in page
    assert "<figure" not in page


@pytest.mark.parametrize("related", [True, False])
def test_that_nothing_is_related_is_not_that_nobody_asked(related: bool, tmp_path: Path) -> None:
    root = write(tmp_path / "tree", {"a.scala": "class A\n", "b.lisp": "(b)\n"})
    kgraph.build(root, jobs=1, related=related).pages(tmp_path / "pages", sections=["related"])
    assert ("`--no-related`" in (tmp_path / "pages/a.scala_docs.md").read_text("utf-8")) is not related
