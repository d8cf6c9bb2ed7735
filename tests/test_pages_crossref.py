"""Sources of a site with links: what is linked leads to what the source means, and what is open is not linked."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kgraph
from kgraph.pages import source_parts
from kgraph.pages.crossref.linked_lines import DefinedName, LineReferences, NameUse, link_lines
from kgraph.pages.crossref.shown_source import MAX_PAGE_BYTES, SourceJob, SourcePart, write
from kgraph.pages.highlight import split_lines
from kgraph.scan import is_page
from tests.test_scan import write as write_tree

TREE: dict[str, str | bytes] = {
    "geo/shape.h": (
        "#pragma once\nnamespace geo {\n/// A shape of the plane. It has an area.\nclass Shape {\n public:\n"
        "  explicit Shape(int n);\n  int area() const;\n  int n_;\n};\nint twice(int n);\n}  // namespace geo\n"
    ),
    "geo/shape.cpp": (
        '#include "shape.h"\nnamespace geo {\nShape::Shape(int n) : n_(n) {}\nint Shape::area() const { return n_; }\n'
        "int twice(int n) { return 2 * n; }\n"
        "int four() {\n  // twice(1) in a comment\n  return twice(twice(1));\n}\n"
        'int both(Shape a) {\n  const char* s = "twice";\n  return a.area() + twice(2);\n}\n}  // namespace geo\n'
    ),
    "pkg/__init__.py": "",
    "pkg/base.py": 'class Base:\n    """The base of all.\n\n    More."""\n\n    def run(self):\n        return 1\n',
    "pkg/use.py": (
        "from pkg.base import Base\n\n\nclass Derived(Base):\n    def go(self):\n        return Base().run()\n\n\n"
        "def make():\n    return Derived()\n"
    ),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crossref")
    write_tree(folder / "r", TREE)
    with kgraph.build(folder / "r", jobs=1) as graph:
        graph.pages(folder / "site", form="html")
    return folder / "site"


def source(site: Path, name: str) -> str:
    return (site / name).read_text()


def line(page: str, number: int) -> str:
    found = re.search(rf'<span id="L{number}"[^>]*>(.*)', page)
    assert found
    return found[1]


def links(text: str) -> dict[str, str]:
    """Names that are links, and where they lead."""
    return {
        re.sub(r"<[^>]*>", "", label): unescape(url)
        for url, label in re.findall(r'<a (?!class=u)[^>]*?href="([^"]*)"[^>]*>(.*?)</a>', text)
    }


def cards(page: str) -> list[str]:
    found = re.search(r'<template id="cards">(.*?)</template>', page, re.DOTALL)
    assert found
    return found[1].split("</div>")[:-1]


class TestASite:
    def test_a_call_leads_to_the_function_and_its_card_says_what_it_is(self, site: Path) -> None:
        page = source(site, "geo/shape.cpp_docs.html")
        assert links(line(page, 8)) == {"twice": "../symbols/cpp/geo_sym.html#m-twice"}
        assert line(page, 8).count("<a ") == 2
        card = cards(page)[int(re.search(r"data-c=(\d+)", line(page, 8))[1])]  # type: ignore[index]
        assert "int twice(int n)" in card
        assert "function in" in card
        assert "geo/shape.cpp:5" in card
        assert re.search(r"<p class=sure>guessed, \.9\d*: ", card)

    def test_a_method_is_linked_on_what_it_is_called(self, site: Path) -> None:
        page = source(site, "geo/shape.cpp_docs.html")
        assert set(links(line(page, 12))) == {"area", "twice"}
        assert links(line(page, 12))["area"].endswith("geo.Shape_sym.html#m-area")

    def test_comments_and_strings_have_no_links(self, site: Path) -> None:
        page = source(site, "geo/shape.cpp_docs.html")
        assert links(line(page, 7)) == {}
        assert links(line(page, 11)) == {}

    def test_an_include_leads_to_its_file(self, site: Path) -> None:
        assert links(line(source(site, "geo/shape.cpp_docs.html"), 1)) == {"shape.h": "shape.h_docs.html"}
        assert links(line(source(site, "pkg/use.py_docs.html"), 1))["pkg.base"] == "base.py_docs.html"

    def test_a_base_has_a_card_with_its_first_sentence(self, site: Path) -> None:
        page = source(site, "pkg/use.py_docs.html")
        assert links(line(page, 4))["Base"] == "../symbols/python/pkg.base.Base_sym.html"
        card = cards(page)[int(re.search(r"data-c=(\d+)", line(page, 4))[1])]  # type: ignore[index]
        assert "<p>The base of all.</p>" in card
        assert "guessed" not in card  # the text says so

    def test_the_margin_counts_lines_and_leads_to_the_list(self, site: Path) -> None:
        page = source(site, "geo/shape.cpp_docs.html")
        found = re.search(r'<a class=u href="#([^"]+)" aria-label="2 lines use twice">2</a>', line(page, 5))
        assert found
        item = page[page.index(f'<li id="{found[1]}">') :].partition("</ul>")[0]
        assert "2 lines of 1 file" in item
        assert 'href="shape.cpp_docs.html#L8"' in item
        assert 'href="shape.cpp_docs.html#L12"' in item

    def test_every_link_resolves(self, site: Path) -> None:
        from kgraph.pages.link_check import check

        assert check(site).problems == []

    def test_the_script_is_a_file_of_ours(self, site: Path) -> None:
        page = source(site, "geo/shape.cpp_docs.html")
        assert set(re.findall(r"<script\b[^>]*>(.*?)</script>", page, re.DOTALL)) == {""}
        assert (site / "static/cards.js").is_file()
        assert "style=" not in page

    def test_a_file_that_has_changed_has_no_links(self, tmp_path: Path) -> None:
        write_tree(tmp_path / "r", TREE)
        with kgraph.build(tmp_path / "r", jobs=1) as graph:
            (tmp_path / "r/geo/shape.cpp").write_text("// new\n" + str(TREE["geo/shape.cpp"]))
            graph.pages(tmp_path / "site", form="html")
        page = source(tmp_path / "site", "geo/shape.cpp_docs.html")
        assert "has changed since the graph was built" in page
        assert links(line(page, 9)) == {}

    def test_a_long_source_stands_on_several_small_pages(self, tmp_path: Path) -> None:
        body = "".join(f"int f{n}(int a) {{ return f{max(0, n - 1)}(a) + {n}; }}  // {'x' * 20}\n" for n in range(3200))
        write_tree(tmp_path / "r", {"a.cpp": "int f0(int a);\n" + body})
        with kgraph.build(tmp_path / "r", jobs=1) as graph:
            graph.pages(tmp_path / "site", form="html", sections=["source"])
            from kgraph.pages.link_check import check

            assert check(tmp_path / "site").problems == []
        pages = sorted(tmp_path.glob("site/a.cpp_docs*.html"))
        assert len(pages) > 2
        assert all(is_page(page.name) for page in pages)
        shown = [int(each) for page in pages for each in re.findall(r'<span id="L(\d+)"', page.read_text())]
        assert sorted(shown) == list(range(1, 3202))
        assert max(page.stat().st_size for page in pages) < MAX_PAGE_BYTES
        assert "lines 1–" in pages[0].read_text()


def shown(text: str, *uses: NameUse, language: str = "C++") -> str:
    return link_lines(split_lines(language, "a", text), LineReferences({1: uses}))[0].html


class TestALine:
    """What is a link where one name stands in a line more than once."""

    def test_the_same_way_twice_is_the_same_thing(self) -> None:
        assert shown("return f(f(x));", NameUse("f", "u")).count("<a ") == 2

    @pytest.mark.parametrize(
        "text", ["return a.size() + b.size();", "int size = v.size();", "x->area(area());", "area(a).area();"]
    )
    def test_what_could_be_two_things_is_no_link(self, text: str) -> None:
        name = "size" if "size" in text else "area"
        assert "<a " not in shown(text, NameUse(name, "u"))

    def test_a_part_of_a_word_is_no_name(self) -> None:
        assert shown("int area2 = my_area + area;", NameUse("area", "u")).count("<a ") == 1

    def test_a_constructor_is_defined_where_it_is_called_so(self) -> None:
        pieces = split_lines("C++", "a", "Shape::Shape(int n) {}")
        (found,) = link_lines(pieces, LineReferences({}, {1: [DefinedName("Shape", 1, "u", is_called=True)]}))
        assert found.html.startswith("Shape::<a class=d")

    def test_a_decorator_is_no_definition(self) -> None:
        pieces = split_lines("Python", "a", "@area.setter\ndef area(self, n): ...")
        lines = link_lines(pieces, LineReferences({}, {1: [DefinedName("area", 2, "u", is_called=True, count=3)]}))
        assert "<a " not in lines[0].html
        assert "<a class=d" in lines[1].html
        assert "3 lines use area" in lines[1].margin

    @given(
        st.text(alphabet="ab.( )\"'<&/*#\n", max_size=60),
        st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["a", "b", "ab", "ba"])), max_size=6),
    )
    def test_links_change_nothing_of_the_text(self, text: str, names: list[tuple[int, str]]) -> None:
        uses: dict[int, list[NameUse]] = {}
        for number, name in names:
            uses.setdefault(number, []).append(NameUse(name, f"#{name}", 0))
        defined = {1: [DefinedName("ab", 3, "#ab", is_called=True, count=1, users="#u")]}
        pieces = split_lines("C++", "a", text)
        lines = link_lines(pieces, LineReferences(uses, defined, {2: ("b", "b.html")}))
        plain = [unescape(re.sub(r"<[^>]*>", "", each.html)) for each in lines]
        assert plain == text.split("\n")
        for each in lines:
            assert is_well_formed(each.html)


def is_well_formed(text: str) -> bool:
    """Whether spans and links are closed in the order in which they were opened, and no link is in a link."""
    stack: list[str] = []
    for closing, tag in re.findall(r"<(/?)(a|span)\b", text):
        if closing and (not stack or stack.pop() != tag):
            return False
        if not closing:
            if tag == "a" and "a" in stack:
                return False
            stack.append(tag)
    return not stack


class TestParts:
    @given(st.lists(st.integers(0, 30_000), max_size=20))
    def test_parts_cover_each_line_once(self, lengths: list[int]) -> None:
        text = "\n".join("x" * length for length in lengths)
        firsts = source_parts.first_lines(text)
        parts = [source_parts.part_of(firsts, number) for number in range(1, len(lengths) + 1)]
        assert firsts[0] == 1
        assert parts == sorted(parts)
        assert set(parts) <= set(range(len(firsts)))

    def test_what_is_too_large_says_so(self) -> None:
        text = "int a = 1;\n" * 99 + "int a = 1;"
        job = SourceJob("C++", "a.cpp", text, [SourcePart(1, 100, cards=["<div></div>"] * 900)])
        assert "not links here" in write(job, [9_000])[0]
        assert "no colours" in write(job, [4_000])[0]
        assert "<template" in write(job, [100_000])[0]


def test_inheritance_is_drawn_with_links_and_an_end(tmp_path: Path) -> None:
    derived = "".join(f"class D{n}(Middle):\n    pass\n\n\n" for n in range(20))
    text = f'class Top:\n    """The top."""\n\n\nclass Middle(Top):\n    """The middle."""\n\n\n{derived}'
    write_tree(tmp_path / "r", {"a.py": text})
    with kgraph.build(tmp_path / "r", jobs=1) as graph:
        graph.pages(tmp_path / "site", form="html")
        graph.pages(tmp_path / "pages")
    page = (tmp_path / "pages/symbols/python/a.Middle_sym.md").read_text()
    chart = page.partition("```mermaid")[2].partition("```")[0]
    assert "accTitle: Inheritance of a.Middle" in chart
    assert chart.count('["') <= 15
    assert "and 12 more derived types" in chart
    assert ' "a.Top_sym.md"' in chart
    drawn = (tmp_path / "site/symbols/python/a.Middle_sym.html").read_text()
    svg = drawn.partition("<svg")[2].partition("</svg>")[0]
    assert '<a href="a.Top_sym.html">' in svg
    assert "<desc>D0 → Middle" in svg
    assert 'aria-label="Inheritance of a.Middle: arrows lead to bases"' in svg
