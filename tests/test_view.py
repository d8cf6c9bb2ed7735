"""The files of a view, what notebooks show, and the command that writes them."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from graphs import BASE, REPOSITORY, memory_store, small

import kgraph.api
from kgraph.cli import main
from kgraph.distribution import install_command
from kgraph.errors import InputError, MissingExtraError, QueryError
from kgraph.graph import KGraph
from kgraph.model import Repository
from kgraph.query import Rows, Triples, execute, parse
from kgraph.view import data as view_data
from kgraph.view import page, picture, svg
from kgraph.view.index import ViewIndex
from kgraph.view.network import pyvis_page
from kgraph.view.notebook import Neighbourhood, View, summary
from kgraph.view.source_links import source_address
from kgraph.view.widget import widget
from kgraph.view.write import ViewOptions, find_node, page_data

PWN = "</script><script>window.pwned=1</script>"
HOSTILE = f"hostile/{PWN}.py"
FILES = {
    "src/shape.h": "#pragma once\n#include <vector>\nclass Shape { int area(); };\n",
    "src/shape.cpp": '#include "shape.h"\nint Shape::area() { return 1; }\n',
    "tools/gen.py": "import os\n",
    HOSTILE: "import sys\n",
}

needs_bundle = pytest.mark.skipif(not page.available(), reason="kgraph was installed without the page's bundle")


@pytest.fixture(scope="module")
def index() -> ViewIndex:
    return ViewIndex(small())


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KGraph]:
    root = tmp_path_factory.mktemp("view") / "shapes"
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    with kgraph.api.build(root, jobs=1) as graph:
        yield graph


class Markup(HTMLParser):
    """What a browser would make of a page: its elements with their attributes, and the text of its scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "script":
            self.scripts[-1] += data

    def tags(self) -> set[str]:
        return {tag for tag, _ in self.elements}


def outside(markup: Markup) -> list[str]:
    return [
        str(value)
        for _, attributes in markup.elements
        for name, value in attributes.items()
        if name in ("src", "href", "action") and value
    ]


class TestAddress:
    @pytest.mark.parametrize(
        ("origin", "expected"),
        [
            ("https://github.com/o/r.git", "https://github.com/o/r/blob/{revision}/{path}#L{line}"),
            ("git@github.com:o/r.git", "https://github.com/o/r/blob/{revision}/{path}#L{line}"),
            ("ssh://git@gitlab.example.org:2222/a/b/c", "https://gitlab.example.org/a/b/c/-/blob/{revision}/{path}#L{line}"),
            ("/srv/git/r.git", ""),
            ("https://example.org/r.git", ""),
            ("", ""),
        ],
    )  # fmt: skip
    def test_the_origin_tells_where_the_source_is(self, origin: str, expected: str) -> None:
        assert source_address(Repository("r", BASE, "c0ffee", False, origin)) == expected

    def test_without_a_revision_there_is_none(self) -> None:
        assert source_address(Repository("r", BASE, "", False, "https://github.com/o/r")) == ""

    def test_a_template_of_ones_own(self) -> None:
        assert source_address(REPOSITORY, "https://x.org/{path}") == "https://x.org/{path}"
        assert source_address(REPOSITORY, "") == ""
        for wrong in ("javascript:alert(1)//{path}", "https://x.org/"):
            with pytest.raises(InputError, match="not an address"):
                source_address(REPOSITORY, wrong)


class TestFound:
    @pytest.mark.parametrize(
        ("name", "node"),
        [
            ("src/shape.cpp", "file/src/shape.cpp"),
            ("./src/", "folder/src"),
            (".", "folder/"),
            ("shape.cpp", "file/src/shape.cpp"),
            ("geo::Shape::area", "symbol/cpp/method/geo%3A%3AShape%3A%3Aarea%28%29%20const"),
            ("geo::Shape", "symbol/cpp/class/geo%3A%3AShape"),
            ('data/été "50%" #1.txt', "file/data/%C3%A9t%C3%A9%20%2250%25%22%20%231.txt"),
            (BASE + "file/src/shape.cpp", "file/src/shape.cpp"),
        ],
    )
    def test_what_a_reader_means(self, index: ViewIndex, name: str, node: str) -> None:
        assert find_node(index, name).removeprefix(BASE) == node

    def test_what_is_not_there_is_told_with_what_is_near(self, index: ViewIndex) -> None:
        with pytest.raises(QueryError, match=r"no file, folder or symbol 'circle\.c'") as told:
            find_node(index, "circle.c")
        assert "src/circle.cpp" in told.value.hint

    def test_several_of_a_name_are_told(self, index: ViewIndex) -> None:
        with pytest.raises(QueryError, match=r"'dup\.h' names 2 things"):
            find_node(index, "dup.h")


class TestPage:
    def test_what_it_carries_starts_where_it_should(self, index: ViewIndex) -> None:
        whole = page_data(index, ViewOptions())
        assert "start" not in whole
        assert "folder/" in whole["matrices"]
        near = page_data(index, ViewOptions("geo::Shape", depth=2))
        assert near["start"]["focus"] == near["neighbours"]["centre"]
        assert near["start"]["focus"] in near["nodes"]
        assert page_data(index, ViewOptions("src"))["start"] == {
            "select": "folder/src",
            "open": ["folder/", "folder/src"],
        }

    def test_json_cannot_leave_its_element(self) -> None:
        value = {PWN: "\u2028\u2029&<!--"}
        text = page.embed(value)
        assert not re.search("[<>&\u2028\u2029]", text)
        assert json.loads(text) == value

    @needs_bundle
    def test_it_asks_nobody_and_forbids_the_rest(self, graph: KGraph) -> None:
        text = graph.view().decode()
        markup = Markup(text)
        assert outside(markup) == []
        policy = next(a["content"] for _, a in markup.elements if a.get("http-equiv") == "Content-Security-Policy")
        assert policy is not None
        assert policy.startswith("default-src 'none'; script-src 'sha256-")
        assert "unsafe" not in policy
        assert len(markup.scripts) == 2
        data = json.loads(markup.scripts[0])
        assert f"{PWN}.py".rpartition("/")[2] in data["overview"]["files"]["name"]

    @needs_bundle
    def test_equal_graphs_give_equal_pages(self, index: ViewIndex) -> None:
        assert page.page("a", page_data(index, ViewOptions())) == page.page(
            "a", page_data(ViewIndex(small()), ViewOptions())
        )

    @needs_bundle
    def test_a_title_is_no_markup_and_no_placeholder(self) -> None:
        text = page.page("<b>@DATA@@SCRIPT@", {"x": "@STYLE@"}).decode()
        assert "&lt;b&gt;@DATA@@SCRIPT@</title>" in text
        assert '{"x":"@STYLE@"}' in text

    @needs_bundle
    def test_licences_of_what_is_in_it_are_beside_it(self) -> None:
        text = (page.BUNDLE / "THIRD_PARTY_LICENSES.txt").read_text("utf-8")
        for name in ("sigma 3.", "graphology 0.", "d3-hierarchy 3."):
            assert re.search(rf"^{re.escape(name)}", text, re.MULTILINE)

    def test_without_the_bundle_the_error_says_what_to_do(
        self, graph: KGraph, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(page, "BUNDLE", tmp_path)
        page._bundle.cache_clear()
        with pytest.raises(InputError) as told:
            graph.view()
        assert "--engine pyvis" in told.value.hint
        pytest.importorskip("pyvis")
        assert b"vis-network" in graph.show("src/shape.h").html
        page._bundle.cache_clear()


class TestPyvis:
    @pytest.fixture(autouse=True)
    def _pyvis(self) -> None:
        pytest.importorskip("pyvis")

    def test_a_neighbourhood_stands_still_at_its_places(self, index: ViewIndex) -> None:
        answer = view_data.neighbours(index, "file/include/geo/shape.h")
        drawn = picture.draw_neighbourhood(answer, "shape")
        x = {spot.label: spot.x for spot in drawn.spots}
        assert x["circle.h"] < x["shape.h"] < x["vector"]
        text = pyvis_page(drawn).decode()
        assert '"physics": {"enabled": false}' in text
        assert all(f'"id": "{spot.id}"' in text for spot in drawn.spots)

    def test_it_asks_nobody(self, graph: KGraph) -> None:
        markup = Markup(graph.pyvis("src/shape.h").decode())
        assert outside(markup) == []
        policy = next(a["content"] for _, a in markup.elements if a.get("http-equiv") == "Content-Security-Policy")
        assert policy is not None
        assert policy.startswith("default-src 'none'; script-src 'sha256-")

    def test_hostile_names_are_no_markup(self, graph: KGraph) -> None:
        quiet = Markup(graph.pyvis("src/shape.h").decode())
        loud = Markup(graph.pyvis(HOSTILE).decode())
        assert len(loud.scripts) == len(quiet.scripts)
        assert "window.pwned=1" not in [script.strip() for script in loud.scripts]

    def test_the_graph_of_a_query(self, graph: KGraph) -> None:
        text = graph.pyvis(query="CONSTRUCT { ?a kg:includes ?b } WHERE { ?a kg:includes ?b }").decode()
        assert "file/src/shape.cpp" in text
        with pytest.raises(QueryError, match="no graph to draw"):
            graph.pyvis(query="SELECT ?a { ?a kg:includes ?b }")

    def test_edges_of_a_query_lead_to_the_right(self) -> None:
        query = parse("CONSTRUCT { ?a kg:includes ?b } WHERE { ?a kg:includes ?b . ?b a kg:File }")
        answer = execute(memory_store(small()), query, base=BASE)
        assert isinstance(answer, Triples)
        x = {spot.label: spot.x for spot in picture.draw_triples(answer, BASE, "shapes").spots}
        assert x["src/circle.cpp"] < x["src/circle.h"] < x["include/geo/shape.h"]
        assert x["include/geo/shape.h"] == x["include/geo/util.h"]  # a cycle

    def test_what_a_query_gives_too_much_is_told(self) -> None:
        query = parse("CONSTRUCT { ?a kg:contains ?b } WHERE { ?a kg:contains ?b }")
        answer = execute(memory_store(small()), query, base=BASE)
        assert isinstance(answer, Triples)
        drawn = picture.draw_triples(answer, BASE, "shapes", most=5)
        assert len(drawn.spots) == 5
        assert "nodes are left out" in drawn.told[0]

    def test_more_nodes_than_it_draws_well_are_refused(self) -> None:
        spots = tuple(picture.PositionedNode(str(at), "", "", "", 0, 0) for at in range(picture.MAX_NODES + 1))
        with pytest.raises(InputError, match="more than pyvis draws well"):
            pyvis_page(picture.Picture("", spots, ()))


class TestNotebook:
    def test_rows_show_themselves_escaped_and_capped(self) -> None:
        rows = execute(memory_store(small()), parse('SELECT ?path ("<b>" AS ?x) { ?f kg:path ?path } ORDER BY ?path'))
        assert isinstance(rows, Rows)
        text = rows._repr_html_()
        assert Markup(text).tags() == {"div", "table", "thead", "tbody", "tr", "th", "td"}
        assert "&lt;b&gt;" in text
        many = execute(memory_store(small()), parse("SELECT ?s ?p { ?s ?p ?o }"), base=BASE)
        assert isinstance(many, Rows)
        assert "The first 50 rows; there are more." in many._repr_html_()
        assert many._repr_html_().count("<tr>") == 51

    def test_a_graph_shows_its_counts_and_its_matrix(self, index: ViewIndex) -> None:
        text = summary(index)
        assert "19 files" in text
        assert "5 dependencies (includes, imports) between 4 parts" in text
        assert "script" not in Markup(text).tags()

    def test_a_neighbourhood_is_drawn_without_scripts(self, index: ViewIndex) -> None:
        near = Neighbourhood(view_data.neighbours(index, "file/include/geo/shape.h"))
        markup = Markup(near._repr_html_())
        assert [tag for tag, _ in markup.elements].count("circle") == len(near.nodes)
        assert "script" not in markup.tags()
        assert near.frame().height == len(near.nodes)
        assert {"source": "file/src/circle.h", "target": near.centre, "kind": "includes", "line": 1} in near.edges

    def test_hostile_names_are_text(self, graph: KGraph) -> None:
        assert "script" not in Markup(graph._repr_html_()).tags()
        assert "script" not in Markup(graph.neighbours(HOSTILE)._repr_html_()).tags()
        answer = view_data.matrix(graph.index)
        assert "script" not in Markup(svg.matrix_table(answer)).tags()

    @needs_bundle
    def test_a_view_is_framed_saved_and_has_no_rights(self, graph: KGraph, tmp_path: Path) -> None:
        view = graph.show()
        ((tag, attributes),) = Markup(view._repr_html_()).elements
        assert tag == "iframe"
        assert attributes["sandbox"] == "allow-scripts allow-popups"
        assert attributes["srcdoc"] == view.html.decode()
        assert view.save(tmp_path / "map.html").read_bytes() == graph.view()

    def test_the_repr_says_how_much(self) -> None:
        assert repr(View(b"<p>")) == "<View, 3 bytes of HTML>"


class TestWidget:
    @needs_bundle
    def test_the_selection_can_be_read_and_set(self, graph: KGraph) -> None:
        pytest.importorskip("anywidget")
        shown: Any = graph.widget("src/shape.h")
        heard: list[str] = []
        shown.observe(lambda change: heard.append(change["new"]), names="selected")
        shown.selected = "file/src/shape.cpp"
        assert heard == ["file/src/shape.cpp"]
        assert '"framed":true' in shown._page

    def test_without_the_extra_the_error_names_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "anywidget", None)
        with pytest.raises(MissingExtraError) as told:
            widget(b"")
        assert told.value.hint == install_command("jupyter")


class TestCommand:
    def ran(self, *arguments: object) -> Any:
        return CliRunner().invoke(main, ["view", *map(str, arguments)])

    @needs_bundle
    def test_it_writes_one_file(self, graph: KGraph, tmp_path: Path) -> None:
        out = tmp_path / "deep" / "map.html"
        result = self.ran("-g", graph.path, "-o", out)
        assert (result.exit_code, result.stdout) == (0, "")
        assert out.read_bytes() == graph.view()
        assert [path.name for path in out.parent.iterdir()] == ["map.html"]

    def test_what_is_not_there_leaves_no_file(self, graph: KGraph, tmp_path: Path) -> None:
        result = self.ran("-g", graph.path, "-o", tmp_path / "map.html", "--focus", "nowhere.h")
        assert result.exit_code == 2
        assert "no file, folder or symbol 'nowhere.h'" in result.stderr
        assert not (tmp_path / "map.html").exists()

    def test_pyvis_draws_a_query(self, graph: KGraph, tmp_path: Path) -> None:
        pytest.importorskip("pyvis")
        out = tmp_path / "src.html"
        options = ("--engine", "pyvis", "--query", "folder-graph", "--param", "path=src")
        result = self.ran("-g", graph.path, "-o", out, *options)
        assert result.exit_code == 0, result.output
        assert b"shape.cpp" in out.read_bytes()

    @pytest.mark.parametrize("options", [("--query", "folder-graph"), ("--param", "path=src"), ("--depth", "0")])
    def test_options_that_do_not_fit(self, graph: KGraph, options: tuple[str, ...]) -> None:
        assert self.ran("-g", graph.path, *options).exit_code == 2
