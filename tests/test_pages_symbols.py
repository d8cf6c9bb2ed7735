"""Pages of symbols: which there are, what they are called, what stands on them, and how documentation is rendered."""

# ruff: noqa: E501 - whole files stand on a line

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

import kgraph
from kgraph.errors import InputError
from kgraph.pages.documentation.inline import with_references
from kgraph.pages.documentation.render import render
from kgraph.pages.link_check import check, to_html
from kgraph.pages.mathml import with_formulas
from kgraph.pages.symbols import signature
from kgraph.scan import is_page
from tests.project import built
from tests.test_scan import write

FILES: dict[str, str | bytes] = {
    "pkg/__init__.py": "from .shapes import Shape, Circle as Round\nfrom .more import *\n",
    "pkg/shapes.py": (
        '"""All shapes."""\n\n\nclass Shape:\n    """Something with an area.\n\n    Args:\n        size (int): How large, see :class:`Circle`.\n'
        '    """\n\n    def __init__(self, size):\n        self.size = size\n\n    def area(self):\n        """The area, :math:`a^2`."""\n        return self.size\n\n'
        "    def name(self):\n        return 'shape'\n\n\nclass Circle(Shape):\n    def area(self):\n        return 3 * self.size\n"
    ),
    "pkg/more.py": '__all__ = ["Seen"]\n\n\nclass Seen:\n    """Seen."""\n\n\nclass Unseen:\n    """Not seen."""\n',
    "pkg/use.py": "from pkg.shapes import Circle\n\n\ndef total():\n    return Circle(2).area()\n",
    "test/test_shapes.py": "from pkg.shapes import Circle\n\n\nclass TestCircle:\n    def test_area(self):\n        assert Circle(1).area()\n",
    "src/base.h": (
        "#pragma once\nnamespace geo {\n/** A base.\n * @tparam T what it holds\n * @note Not for threads.\n */\n"
        "struct Base {\n  virtual ~Base();\n  /// \\brief Runs.\n  /// \\param n how often\n  /// \\return the count\n"
        "  virtual int run(int n) = 0;\n  int run(long n);\n private:\n  int hidden_;\n};\nstruct base {\n  // Differs in case alone.\n  int x;\n};\n} // namespace geo\n"
    ),
    "src/derived.h": '#pragma once\n#include "base.h"\nnamespace geo {\n// Derived.\nstruct Derived : public Base {\n  int run(int n) override;\n  Base* next();\n};\n} // namespace geo\n',
    "src/derived.cpp": '#include "derived.h"\nnamespace geo {\nint Derived::run(int n) { return n; }\nint twice(Derived& d) { return d.run(2); }\n} // namespace geo\n',
    "src/twin.h": "#pragma once\n// Differs in case alone.\nstruct Twin {};\n// Differs in case alone.\nstruct twin {};\nstruct Silent;\n",
}  # fmt: skip


@cache
def graph() -> kgraph.KGraph:
    return built(FILES)


@cache
def written() -> Path:
    folder = Path(mkdtemp()) / "pages"
    graph().pages(folder)
    return folder


def page(name: str) -> str:
    return (written() / "symbols" / name).read_text("utf-8")


class TestTheSet:
    def test_what_says_something_has_a_page_and_each_name_is_its_own_in_any_case(self) -> None:
        names = sorted(
            path.relative_to(written() / "symbols").as_posix() for path in written().glob("symbols/*/*_sym*")
        )
        plain = [name for name in names if "~" not in name]
        assert plain == [
            "cpp/geo.Derived_sym.md",
            "cpp/geo_sym.md",
            "python/pkg.more.Seen_sym.md",
            "python/pkg.more.Unseen_sym.md",
            "python/pkg.more_sym.md",
            "python/pkg.shapes.Shape_sym.md",
            "python/pkg.shapes_sym.md",
            "python/pkg_sym.md",  # which passes names on
        ]
        folded = [name.casefold() for name in names]
        assert len(set(folded)) == len(folded)
        assert (
            sum(re.fullmatch(r"cpp/(?i:twin|geo\.base)~[0-9a-f]{8}_sym\.md", name) is not None for name in names) == 3
        )
        assert not [name for name in names if "Silent" in name or "TestCircle" in name]

    def test_all_and_none(self, tmp_path: Path) -> None:
        graph().pages(tmp_path / "all", symbols="all")
        assert (tmp_path / "all/symbols/cpp/Silent_sym.md").exists()
        assert (tmp_path / "all/symbols/python/test_shapes.TestCircle_sym.md").exists()
        assert check(tmp_path / "all").problems == []
        graph().pages(tmp_path / "all", symbols="none")
        assert not (tmp_path / "all/symbols").exists()
        with pytest.raises(InputError, match="no choice of symbols"):
            graph().pages(tmp_path / "x", symbols="some")

    def test_the_pages_of_files_differ_in_links_alone(self, tmp_path: Path) -> None:
        address = "https://example.org/{path}#L{line}"
        graph().pages(tmp_path / "none", symbols="none", source_url=address)
        graph().pages(tmp_path / "some", source_url=address)
        for path in (tmp_path / "none").rglob("*.md"):
            with_symbols = (tmp_path / "some" / path.relative_to(tmp_path / "none")).read_text("utf-8")
            without = re.sub(r"\[(`[^`]+`)\]\([^)\s]*_sym[^)\s]*\)", r"\1", with_symbols)
            without = re.sub(r"- \*\*Symbols\*\*: \[index\]\([^)]*\)\n", "", without)
            passed_on = r"^(- \*\*)\[(`[^`]+`)\]\([^)\s]*\)(\*\* — )"  # which have a place in an outline, too
            without, text = (
                re.sub(passed_on, r"\1\2\3", each, flags=re.M) for each in (without, path.read_text("utf-8"))
            )
            folded = r"\n\n +<details>\n +<summary>Documentation</summary>\n.*?\n +</details>\n"  # which no page shows
            without, text = (re.sub(folded, "", each, flags=re.S) for each in (without, text))
            without = re.sub(r"; \[all symbols\]\([^)]*\)", "", without)
            clicks = r'^  click n\d+ ".*"\n'  # a box leads to the page of a type, or to its place on that of its file
            without, text = (re.sub(clicks, "", each, flags=re.M) for each in (without, text))
            assert without == text, path

    def test_the_classic_set_is_as_it_was(self, tmp_path: Path) -> None:
        graph().pages(tmp_path / "p", layout="classic")
        assert not (tmp_path / "p/symbols").exists()

    def test_every_link_resolves_in_both_forms(self, tmp_path: Path) -> None:
        assert check(written()).problems == []
        graph().pages(tmp_path / "site", form="html")
        assert check(tmp_path / "site").problems == []

    def test_names_of_pages_are_known_as_ours(self) -> None:
        assert all(is_page(path.relative_to(written()).as_posix()) for path in written().rglob("*.md"))
        assert not is_page("symbols/readme.md")

    def test_a_part_of_the_set_leaves_the_others(self, tmp_path: Path) -> None:
        graph().pages(tmp_path / "p", only=["pkg/shapes.py"])
        names = sorted(path.name for path in tmp_path.glob("p/symbols/*/*"))
        assert names == ["pkg.shapes.Shape_sym.md", "pkg.shapes_sym.md"]
        assert check(tmp_path / "p").problems == []


class TestAPage:
    def test_of_a_python_class(self) -> None:
        text = page("python/pkg.shapes.Shape_sym.md")
        assert "# Class `pkg.shapes.Shape`" in text
        assert "Also importable as `pkg.Shape`." in text
        assert "- `size` (`int`) — How large, see `Circle`." in text
        assert "The area, $`a^2`$." in text
        assert "- Overridden by [`pkg.shapes.Circle.area`]" in text
        assert "**Base of** [`pkg.shapes.Circle`]" in text
        assert text.index("## Constructors") < text.index("## Methods")

    def test_names_that_a_text_hides_are_no_public_names(self) -> None:
        assert "Also importable as `pkg.Seen`." in page("python/pkg.more.Seen_sym.md")
        assert "importable" not in page("python/pkg.more.Unseen_sym.md")
        everything = "".join(path.read_text("utf-8") for path in written().rglob("*_sym.md"))
        assert "`pkg.Circle`" not in everything  # it is imported as Round

    def test_of_a_cpp_class_with_what_it_inherits(self) -> None:
        text = page("cpp/geo.Derived_sym.md")
        base = next((written() / "symbols/cpp").glob("geo.Base~*_sym.md")).name
        assert f'<pre><code>struct Derived : public <a href="{base}">Base</a></code></pre>' in text
        assert f"- Overrides [`geo::Base::run`]({base}#m-run)" in text
        assert rf'<code><a href="{base}">Base</a>\* next()</code>' in text
        assert "hidden_" not in text
        assert text.index("next()") < text.index("### `run`")  # else it would be read as part of what is said of run
        assert "`int twice(Derived& d) { return d.run(2); }`" in text
        assert "[`src/derived.cpp:4`]" in text

    def test_overloads_stand_together_with_their_documentation(self) -> None:
        text = next((written() / "symbols/cpp").glob("geo.Base~*_sym.md")).read_text("utf-8")
        assert text.count("### `run`") == 1
        assert "virtual int run(int n) = 0\nint run(long n)</code></pre>" in text
        assert "**Parameters**\n\n- `n` — how often" in text
        assert "**Returns**\n\nthe count" in text
        assert "**Template parameters**\n\n- `T` — what it holds" in text
        assert "**Note**\n\nNot for threads." in text
        assert text.index("## Methods") < text.index("## Private fields")

    def test_the_index_lists_them(self) -> None:
        assert re.search(r"^11 symbols of \d+ have pages\.$", page("index.md"), re.MULTILINE)
        assert "[`Shape`](pkg.shapes.Shape_sym.md)**, class, in `pkg.shapes` — Something with an area." in page(
            "python/index.md"
        )
        assert "](symbols/index.md)" in (written() / "index.md").read_text("utf-8")


class TestDocumentation:
    @pytest.mark.parametrize(
        ("language", "text", "expected"),
        [
            ("C++", "Plain words", "Plain words"),
            ("C++", "A list:\n - one\n   more\n - two", "A list:\n\n- one more\n- two"),
            ("C++", "@code{.cpp}\nf(1);\n@endcode\nafter", "```cpp\nf(1);\n```\n\nafter"),
            ("C++", "f();\ng();  // x", "```text\nf();\ng();  // x\n```"),
            ("C++", "\\f$x < y\\f$ holds", "$`x < y`$ holds"),
            ("C++", "@param[out] a first\n   more\n@param b second", "**Parameters**\n\n- `a` \\[out\\] — first more\n- `b` — second"),
            ("Java", "Gives {@code x < 1}.<p>See {@link List the list}.", "Gives `x < 1`.\n\nSee the list."),
            ("Python", "See `text <https://example.org/a>`_.", "See [text](https://example.org/a)."),
            ("Python", "In `A Paper`_.\n\n.. _A Paper: https://example.org/p", "In [A Paper](https://example.org/p)."),
            ("Python", ".. note::\n   Mind it.", "> **Note**\n>\n> Mind it."),
            ("Python", ".. math::\n   a = b", "```math\na = b\n```"),
            ("Python", "Do::\n\n    x = 1\n\nend", "Do:\n\n```\nx = 1\n```\n\nend"),
            ("Python", ">>> f()\n1", "```python\n>>> f()\n1\n```"),
            ("Python", "F.\n\nParameters\n----------\nx : int\n    The x.\n", "F.\n\n**Parameters**\n\n- `x` (`int`) — The x."),
            ("Python", "F.\n\n:param x: The x.\n:returns: More.", "F.\n\n**Parameters**\n\n- `x` — The x.\n\n**Returns**\n\n- More."),
            ("Python", "F.\n\nReturns:\n    The count.", "F.\n\n**Returns**\n\n- The count."),
        ],
    )  # fmt: skip
    def test_conventions(self, language: str, text: str, expected: str) -> None:
        assert with_references(render((language, text)), lambda _: "") == expected

    @pytest.mark.parametrize("language", ["C++", "Python", "Java"])
    @pytest.mark.parametrize(
        "text",
        [
            "<script>alert(1)</script>",
            "[x](javascript:alert(1)) and `y <javascript:alert(2)>`_",
            "{@link <img src=x onerror=alert(1)>}",
            "`<b>` ``<i>`` :ref:`<script>`",
            "```\n</code></pre><script>\n",
            ".. raw:: html\n\n   <script>alert(1)</script>",
            "\x02target\tlabel\x03 \u202e",
            "@param <script> x",
            "Args:\n    <script>: x\n    y: <img src=x>",
            ":math:`</math><script>`",
            "$`</code><script>`$",
            "\\f$ \\href{javascript:x}{y} \\f$",
        ],
    )
    def test_no_comment_becomes_markup(self, language: str, text: str) -> None:
        shown = with_formulas(to_html(with_references(render((language, text)), lambda _: "")))
        assert not re.search(
            r"<(?:script|img|iframe|object|b|i)\b|javascript:[^<]*\"|onerror=\"?[^<]*>", shown, re.I
        ), shown

    @pytest.mark.parametrize(
        "text",
        [
            "- " * 300 + "x",
            "> " * 300,
            ".. note::\n" * 1 + "\n".join(" " * n + ".. note::" for n in range(1, 300)),
            "*" * 3000,
            "`" * 3001,
            "<pre>" * 500,
        ],
    )
    @pytest.mark.parametrize("language", ["C++", "Python"])
    def test_deep_and_odd_texts_are_rendered(self, language: str, text: str) -> None:
        assert isinstance(render((language, text)), str)

    def test_formulas_are_mathml(self) -> None:
        shown = with_formulas(
            to_html("$`\\frac{1}{\\text{in\\_x}}`$\n\n```math\na &= b\n```\n\n$`\\nosuch{`$", positions=False)
        )
        assert shown.count("<math") == 2
        assert "in_x" in shown
        assert "<code>\\nosuch{</code>" in shown

    def test_a_name_in_a_signature_is_no_type(self) -> None:
        found: list[str] = []
        signature.block([("int run(Shape shape, Other other = 1) const", "run")], lambda name: found.append(name) or "")  # type: ignore[func-returns-value]
        assert found == ["Shape", "Other"]
        found.clear()
        signature.block([("def f(self, x: Shape, y=None) -> pkg.Other", "f")], lambda name: found.append(name) or "")  # type: ignore[func-returns-value]
        assert found == ["Shape", "pkg.Other"]


def test_the_comment_that_says_more_is_taken_wherever_it_stands(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a.h": "#pragma once\n// Adds.\nint add(int a);\nstruct S {\n  // Runs, and says more than its definition.\n  int run();\n};\n",
            "a.cpp": '#include "a.h"\n// Adds one to a number, and gives the sum.\nint add(int a) { return a + 1; }\n// Runs.\nint S::run() { return 1; }\n',
        },
    )
    with kgraph.build(tmp_path, jobs=1) as built:
        documented = dict(built.frame("symbols").select("name", "documentation").drop_nulls().iter_rows())
    assert documented["add"] == "Adds one to a number, and gives the sum."
    assert documented["run"] == "Runs, and says more than its definition."
