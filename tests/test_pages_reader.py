"""What readers of pages found wrong in them, each as a kind: no page states it again."""

# ruff: noqa: E501 - whole files stand on a line

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from kgraph.errors import InputError
from kgraph.pages.labels import unique_labels
from kgraph.pages.link_check import check
from kgraph.pages.symbols.signature import parameters
from kgraph.serve import cross_references
from tests.project import built

FILES: dict[str, str | bytes] = {
    "README.md": "# Shapes\n\nThey are drawn.\n",
    "docs/howto.md": "# How to draw\n\nA typical example looks like this:\n\n```c++\ndraw();\n```\n",
    "lib/a.h": "#ifndef LIB_A_H_62B2\n#define LIB_A_H_62B2\n#include <new>\n\nnamespace lib {\nclass A {\n public:\n"
    "  A();\n  explicit A(int n);\n  int size() const;\n};\n}\n#endif\n",
    "lib/a.cpp": '#include "a.h"\nnamespace lib {\nA::A() {}\nA::A(int n) {}\nint A::size() const { return 1; }\n}\n',
    "lib/b.h": '#pragma once\n#include "a.h"\n\n/// All that has a size, and what is made of it.\nnamespace lib {\n'
    "A make();\n}\n",
    "lib/b.cpp": '#include "b.h"\nnamespace lib {\nA make() { return A(3); }\n}\n',
    "test/a_test.cpp": '#include "lib/a.h"\n\n// Helpers for the tests alone.\nnamespace lib {\nint f() { return A(1).size(); }\n'
    "int g() { A a; return a.size(); }\n}\n",
    "pkg/__init__.py": "",
    "pkg/version.py": '"""\n.. testsetup::\n\n    from pkg.version import Version\n"""\n\n\nclass Version:\n'
    '    """One version.\n\n    Raises:\n        ValueError: If `version` is none.\n    """\n\n'
    '    def __init__(self, version: str) -> None:\n        """Read it.\n\n        :param version: The text.\n'
    '        :raises ValueError: If the ``version`` is none.\n        """\n\n'
    "    def __str__(self) -> str:\n        return ''\n\n\nLIMIT = 1\nOTHER = 2\n",
    "tests/test_version.py": "from pkg.version import Version\n\n\ndef test_it():\n    assert str(Version('1')) == ''\n",
    "tool.py": '# /// script\n# dependencies = ["nox"]\n# ///\nimport sys\n\n\ndef main():\n    sys.exit()\n',
}  # fmt: skip


@cache
def written(layout: str = "reader") -> Path:
    folder = Path(mkdtemp()) / "pages"
    built(FILES).pages(folder, layout=layout, symbols="all")
    return folder


def page(name: str, layout: str = "reader") -> str:
    return (written(layout) / name).read_text("utf-8")


def section(name: str, title: str) -> str:
    return page(name).partition(f"## {title}\n")[2].partition("\n## ")[0]


def test_every_link_resolves() -> None:
    assert check(written()).problems == []
    assert check(written("classic")).problems == []


def test_the_comment_of_a_namespace_is_that_of_the_file_where_it_stands() -> None:
    assert "All that has a size" in section("lib/b.h_docs.md", "File Purpose")
    for name in ("lib/a.h", "lib/a.cpp", "test/a_test.cpp"):
        assert "All that has a size" not in page(f"{name}_docs.md")
    assert "Helpers" not in section("lib/a.h_docs.md", "File Purpose")
    scope = page("symbols/cpp/lib_sym.md")
    assert "Helpers" not in scope
    assert "All that has a size" in scope
    assert "This is the comment in [`b.h:5`]" in scope


def test_what_is_for_tools_is_no_purpose() -> None:
    assert "No comment, docstring or README" in section("pkg/version.py_docs.md", "File Purpose")
    assert "testsetup" not in section("pkg/version.py_docs.md", "Detailed Analysis")
    assert "No comment, docstring or README" in section("tool.py_docs.md", "File Purpose")
    assert "typical example" not in section("docs/howto.md_docs.md", "File Purpose")
    assert "Its title is “How to draw”." in section("docs/howto.md_docs.md", "File Purpose")


def test_a_document_is_not_said_to_include_nothing() -> None:
    text = page("docs/howto.md_docs.md")
    assert "includes" not in text
    assert "Security" not in text
    assert "Security & Safety" in page("docs/howto.md_docs.md", "classic")


def test_a_test_is_listed_once() -> None:
    testing = section("pkg/version.py_docs.md", "Testing & Usage")
    assert testing.count("tests/test_version.py") == testing.count("tests/test_version.py#") + 2  # its link, and label
    assert "imports it" not in testing


def test_a_constructor_is_named_with_its_class() -> None:
    testing = section("lib/a.h_docs.md", "Testing & Usage")
    assert "[`A::A`]" in testing
    assert "[`Version.__init__`]" in section("pkg/version.py_docs.md", "Testing & Usage")


def test_an_include_guard_comes_last_and_is_called_so() -> None:
    outline = section("lib/a.h_docs.md", "Detailed Analysis")
    assert "include guard `LIB_A_H_62B2`" in outline.strip().split("\n")[-1]
    assert "macro" not in outline
    assert "macro" not in section("lib/a.h_docs.md", "High-Level Overview")


def test_the_name_of_a_parameter_is_no_link() -> None:
    text = page("symbols/python/pkg.version.Version_sym.md")
    assert "If the `version` is none." in text


@pytest.mark.parametrize(
    ("signature", "own", "expected"),
    [
        ("def f(self, version: str, *args, n=3, **more) -> Version", "f", {"self", "version", "args", "n", "more"}),
        ("explicit Node(const detail::value& rhs, int n = 3, T* p)", "Node", {"rhs", "n", "p"}),
        ("int f(Node, Other)", "f", set()),
        ("class A", "A", set()),
    ],
)
def test_the_parameters_of_a_signature(signature: str, own: str, expected: set[str]) -> None:
    assert parameters(signature, own) == expected


def test_what_raises_has_no_empty_brackets() -> None:
    text = page("symbols/python/pkg.version.Version_sym.md")
    assert "- `ValueError` — " in text


def test_a_scope_is_not_said_to_be_used() -> None:
    assert "; used in " not in page("symbols/cpp/lib_sym.md").split("\n## ")[0]
    assert "; imported by 1 file." in page("symbols/python/pkg.version_sym.md").split("\n## ")[0]


@cache
def site() -> Path:
    folder = Path(mkdtemp()) / "site"
    built(FILES | {"README.md": README}).pages(folder, form="html")
    return folder


README = (
    "# Shapes\n\nThey are [drawn](docs/howto.md) by [a class](/lib/a.h), as <b onclick='x()'>said</b> in [none](no.md).\n\n"
    "[Here](#shapes), [the folder](lib/) and [the web](https://example.org).\n\n![A circle](circle.png)\n\n"
    "<script>alert(1)</script>\n\n[x](javascript:alert)\n"
)


def test_the_site_opens_with_the_readme() -> None:
    text = (site() / "index.html").read_text("utf-8")
    shown = text.partition('<article class="readme">')[2].partition("</article>")[0]
    assert '<a href="docs/howto.md_docs.html">drawn</a>' in shown
    assert '<a href="lib/a.h_docs.html">a class</a>' in shown
    assert '<a href="lib/index.html">the folder</a>' in shown
    assert '<a href="https://example.org">the web</a>' in shown
    assert "in none." in shown
    assert "<em>A circle</em>" in shown
    for harm in ("<script", "onclick", "javascript", "<img", 'href="#'):
        assert harm not in shown
    assert check(site()).problems == []


def test_a_page_says_where_it_is_and_what_is_on_it() -> None:
    text = (site() / "lib/a.h_docs.html").read_text("utf-8")
    way = text.partition('<nav class="way"')[2].partition("</nav>")[0]
    assert '<a href="../index.html">tree</a>' in way
    assert '<a href="index.html">lib</a>' in way
    assert '<b aria-current="page">a.h</b>' in way
    assert '<a href="#file-purpose">File Purpose</a>' in text
    assert '<a class="skip" href="#main">' in text
    assert '<a rel="prev" href="a.cpp_docs.html">← a.cpp</a>' in text
    assert '<a rel="next" href="b.cpp_docs.html">b.cpp →</a>' in text


@pytest.mark.parametrize(
    ("candidates", "expected"),
    [
        ({1: ["a", "x/a"], 2: ["b"]}, {1: "a", 2: "b"}),
        ({1: ["a", "x/a"], 2: ["a", "y/a"], 3: ["c"]}, {1: "x/a", 2: "y/a", 3: "c"}),
        ({1: ["a"], 2: ["a"]}, {1: "a", 2: "a (2)"}),
        ({1: ["a", "b"], 2: ["a", "c"], 3: ["b"]}, {1: "b", 2: "c", 3: "b (2)"}),
    ],
)
def test_labels_are_short_and_none_is_there_twice(candidates: dict[int, list[str]], expected: dict[int, str]) -> None:
    assert unique_labels(candidates) == expected


def test_no_page_of_a_site_is_too_large(tmp_path: Path) -> None:
    functions = "".join(
        f"/// Does the thing number {n}, for all who want it.\nint function_number_{n}(int n);\n" for n in range(900)
    )
    members = "".join(f"  int member_number_{n}(const char* name) const;\n" for n in range(900))
    large = f"#pragma once\nnamespace large {{\n{functions}struct Much {{\n{members}}};\n}}\n"
    users = {
        f"use/u{n}.cpp": '#include "lib/large.h"\nint f() { return large::function_number_1(1); }\n' for n in range(300)
    }
    graph = built({"lib/large.h": large, "lib/more.h": large.replace("large", "more"), **users})
    graph.pages(tmp_path / "site", form="html", symbols="all")
    found = check(tmp_path / "site")
    assert found.problems == []
    sizes = {path.name: path.stat().st_size for path in (tmp_path / "site").rglob("*.html")}
    assert max(sizes.values()) < 300_000
    parts = sorted(name for name in sizes if name.startswith("large.h_"))
    assert {"large.h_outline-2.html", "large.h_kw-2.html"} <= set(parts)
    second = (tmp_path / "site/lib/large.h_outline-2.html").read_text()
    assert "<code>large</code>, continued" in second
    assert "is part 2 of the outline" in second
    assert "sub-m.html" in sizes
    assert graph.pages(tmp_path / "site", form="html", symbols="all").changed == 0


def test_the_users_on_a_source_of_serve_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"f{n}" for n in range(40)]
    calls = "".join(f"int use_{name}() {{ return {name}(); }}\n" for name in names)
    graph = built({"a.h": "".join(f"int {name}();\n" for name in names), "b.cpp": f'#include "a.h"\n{calls}'})
    whole = cross_references.read(graph, "file/a.h").users
    monkeypatch.setattr(cross_references, "MAX_USERS_BYTES", len(whole) // 2)
    half = cross_references.read(graph, "file/a.h")
    assert 0 < len(half.users) < 0.6 * len(whole)
    defined = [each for names_ in half.lines.defined.values() for each in names_]
    assert {each.users.startswith(("#u-", "/#focus=")) for each in defined} == {True}
    assert any(each.users.startswith("/#focus=") for each in defined)


DOCUMENTED_ELSEWHERE: dict[str, str | bytes] = {
    "lib/__init__.py": "from lib.ops import plain, told\n",
    "lib/ops.py": "from lib import _C\n\n_add_docstr = _C._add_docstr\n\nconv = _add_docstr(_C.conv, r'''\nconv(input) -> Tensor\n\n"
    "Applies a convolution.\n''' + r'''\nMore of it.''')\n\n\ndef plain():\n    return 1\n\n\ndef told():\n    '''Tells.'''\n",
    "lib/_docs.py": "import lib\nfrom lib._C import add_docstr\n\nadd_docstr(lib.plain, 'Gives one, {} told.'.format('as'))\n"
    "add_docstr(lib.told, 'Not this.')\nadd_docstr(lib.missing, 'Of nothing.')\nadd_docstr(lib.plain)\n",
    "tests/__init__.py": "from lib.ops import plain\n",
    "tests/test_ops.py": "from lib.ops import plain\n\n\ndef test_plain():\n    assert plain() == 1\n",
}  # fmt: skip


def test_documentation_that_a_helper_adds_by_name_counts(tmp_path: Path) -> None:
    tree: dict[str, str | bytes] = {
        "lib/__init__.py": "",
        "lib/tensor.py": "from lib import _C\n\n\nclass Tensor(_C.Base):\n    '''A tensor.'''\n\n    def pow(self):\n        return 1\n",
        "lib/_docs.py": "from lib._C import _add_docstr as add_docstr\nfrom lib import _C\n\n\ndef add_docstr_all(method, docstr):\n"
        "    add_docstr(getattr(_C.Base, method), docstr)\n\n\ndef other(method, docstr):\n    print(getattr(_C.Base, method), docstr)\n\n\n"
        "add_docstr_all('abs', r'''\nabs() -> Tensor\n\nTakes the absolute value. It is new.\n''')\n"
        "add_docstr_all('pow', 'Takes a power.')\nother('no', 'Of nothing.')\nfor name in ['x']:\n    add_docstr_all(name, 'Of any.')\n",
    }  # fmt: skip
    built(tree).pages(tmp_path, symbols="all")
    text = (tmp_path / "symbols/python/lib.tensor.Tensor_sym.md").read_text()
    assert "## Members documented here and declared elsewhere" in text
    assert re.search(r"- \[`abs`\]\([^)]*_docs\.py#L13\) — Takes the absolute value\. It is new\.\n", text)
    assert "Takes a power." in text.partition("## Members documented here")[0]
    assert "Of nothing" not in text
    assert "Of any" not in text


def test_documentation_that_stands_elsewhere_counts(tmp_path: Path) -> None:
    built(DOCUMENTED_ELSEWHERE).pages(tmp_path, symbols="all")
    text = (tmp_path / "symbols/python/lib.ops_sym.md").read_text()
    assert "Applies a convolution." in text
    assert "More of it." in text
    assert "Gives one, {} told." in text
    assert "Tells." in text
    assert "\nNot this." not in text
    assert "tests.plain" not in text


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"source": False}, "there is no choice of sources False"),
        ({"source": "all"}, "there is no choice of sources 'all'"),
        ({"sauce": "full"}, "there is no option 'sauce' of pages"),
        ({"title": 3}, "title must be a text, not 3"),
    ],
)
def test_an_option_that_is_wrong_is_said_to_be(tmp_path: Path, options: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        built({"a.h": "int f();\n"}).pages(tmp_path / "pages", **options)
    assert not (tmp_path / "pages").exists()


OVERLOADED: dict[str, str | bytes] = {
    "lib/__init__.py": "",
    "lib/ask.py": """import typing as t


@t.overload
def ask(silent: t.Literal[False]) -> int: ...


@t.overload
def ask(silent: bool) -> int | None: ...


def ask(silent: bool = False) -> int | None:
    '''Asks :class:`Oracle`\\\\s. Then waits.'''
    return None
""",
    "docs/conf.py": "from lib.ask import ask\n\nask(True)\n",
    "tests/test_ask.py": "from lib.ask import ask\n\n\ndef test_ask():\n    assert ask(True) is None\n",
    "lib/user.py": "from lib.ask import ask\n\nask(True)\n",
}


def test_an_overload_is_told_from_the_function(tmp_path: Path) -> None:
    built(OVERLOADED).pages(tmp_path / "p", symbols="all")
    page = (tmp_path / "p/lib/ask.py_docs.md").read_text()
    outline = page.partition("### Code Structure")[2].partition("\n## ")[0]
    assert outline.count(", overload, `@t.overload`") == 2
    assert outline.count("`def ask(silent: bool = False) -> int | None`") == 1
    assert outline.count("Asks `Oracle`s.") == 1
    assert "It defines 1 function." in page
    built(OVERLOADED).pages(tmp_path / "s", form="html", symbols="all")
    assert (tmp_path / "s/lib/ask.py_docs.html").read_text().count('<li id="u-') == 1


def test_the_product_stands_before_tests_and_these_before_documents(tmp_path: Path) -> None:
    built(OVERLOADED).pages(tmp_path, symbols="all")
    uses = (tmp_path / "symbols/python/lib.ask_sym.md").read_text().partition("Used in")[2]
    places = [uses.index(path) for path in ("lib/user.py:3", "tests/test_ask.py:5", "docs/conf.py:3")]
    assert places == sorted(places)
