"""The page in a real browser: what it shows, what it answers, and that it harms nobody.

Debian's chromium, or any other on PATH, driven by Playwright. Without one, or without the page's bundle, the tests are
skipped and say so.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import kgraph.api
from kgraph.errors import InputError
from kgraph.graph import KGraph
from kgraph.view import data as view_data
from kgraph.view import page as page_module
from kgraph.view.write import ViewOptions, page_data
from tests.test_pages_people import commit
from tests.test_scan import git, write

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on PATH"),
    pytest.mark.skipif(not page_module.available(), reason="kgraph was installed without the page's bundle"),
]

PWN = "window.pwned=1"
FILES = {
    "core/base.h": "#pragma once\n#include <vector>\nclass Base { public: int area(); };\n",
    "core/util.h": '#pragma once\n#include "core/base.h"\n',
    "core/base.cpp": '#include "core/base.h"\n#include "core/util.h"\nint Base::area() { return 1; }\n',
    "app/main.cpp": '#include "core/base.h"\n#include "app/window.h"\nint main() { return 0; }\n',
    "app/window.h": '#pragma once\n#include "core/util.h"\n',
    "app/window.cpp": '#include "app/window.h"\n#include "core/base.h"\n',
    "app/base_window.h": "#pragma once\n",
    "core/back.h": '#include "app/window.h"\n',
    "tools/deep/inside/gen.py": "import os\n\n\ndef gen():\n    pass\n",
    "tools/deep/inside/helper.py": "from tools.deep.inside import gen\n",
    "tools/run.py": "import tools.deep.inside.gen\n",
    "README.md": "# Base\n\nSee [the base](core/base.h).\n",
    f"hostile/</script><script>{PWN}</script>.h": f'#include "</script><script>{PWN}</script>"\n',
    f'hostile/"><img src=x onerror={PWN}>.py': f"def f():\n    '''</script><script>{PWN}</script>'''\n",
    "hostile/a\u2028b `${1}` |#%.h": '#include "core/base.h"\n',
}


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KGraph]:
    root = tmp_path_factory.mktemp("browser") / "shapes"
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    (root / os.fsdecode(b"hostile/\xff\xfe.h")).write_text("")
    with kgraph.api.build(root, jobs=1, related=True, history=False) as graph:
        yield graph


@pytest.fixture(scope="module")
def address(graph: KGraph, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("page") / "map.html"
    path.write_bytes(graph.view(source_url="https://example.org/{revision}/{path}#L{line}"))
    return path.as_uri()


@pytest.fixture(scope="module")
def launch() -> Iterator[Callable[..., Any]]:
    """Starts browsers, and ends them."""
    browsers: list[Any] = []

    def launched(*arguments: str) -> Any:
        options = ["--no-sandbox", "--enable-unsafe-swiftshader", *arguments]
        browsers.append(playwright.chromium.launch(executable_path=CHROMIUM, args=options))
        return browsers[-1]

    with playwright_api.sync_playwright() as playwright:
        yield launched
        for browser in browsers:
            browser.close()


@pytest.fixture(scope="module")
def browser(launch: Callable[..., Any]) -> Any:
    return launch()


Open = Callable[..., Any]


@pytest.fixture
def show(browser: Any, address: str) -> Iterator[Open]:
    """Opens the page, and at the end asserts that it asked nobody and broke nowhere."""
    contexts: list[Any] = []
    wrong: list[str] = []

    def opened(fragment: str = "", *, at: str = address, **options: Any) -> Any:
        context = browser.new_context(viewport={"width": 1200, "height": 800}, **options)
        contexts.append(context)
        tab = context.new_page()
        tab.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        tab.on("console", lambda said: wrong.append(f"console: {said.text}") if said.type == "error" else None)
        tab.on("request", lambda asked: wrong.append(asked.url) if not asked.url.startswith("file:") else None)
        tab.goto(at + fragment)
        tab.wait_for_selector("body[data-ready]", timeout=60_000)
        return tab

    yield opened
    pwned = [tab.evaluate("window.pwned") for context in contexts for tab in context.pages]
    for context in contexts:
        context.close()
    assert wrong == []
    assert set(pwned) <= {None}


def scene(tab: Any) -> dict[str, Any]:
    text = tab.evaluate("JSON.stringify(kgraph.scene)")
    found: dict[str, Any] = json.loads(text)
    return found


def ids(tab: Any) -> set[str]:
    return {node["id"] for node in scene(tab)["nodes"]}


def place(tab: Any, node: str) -> dict[str, float]:
    """Where a node is drawn, in the window."""
    at: dict[str, float] = tab.evaluate(
        """id => {
          const node = kgraph.scene.nodes.find(each => each.id === id);
          const {x, y} = kgraph.map.sigma.graphToViewport(node);
          const box = document.getElementById("map").getBoundingClientRect();
          return {x: x + box.x, y: y + box.y};
        }""",
        node,
    )
    return at


def settled(tab: Any, condition: str, argument: Any = None) -> None:
    """Waits until a condition holds. (Playwright's own waiting needs `eval`, which the page's policy forbids.)"""
    end = time.monotonic() + 30
    while not tab.evaluate(condition, argument):
        assert time.monotonic() < end, f"never came true: {condition}"
        time.sleep(0.02)


class TestWhatIsShown:
    def test_counts_are_those_of_the_graph(self, show: Open, graph: KGraph) -> None:
        tab = show()
        counts = graph.manifest["counts"]
        legend = dict(
            line.rsplit("\n", 1) for line in tab.locator("#legend label.kind").all_inner_texts() if "\n" in line
        )
        assert legend["includes"] == str(counts["edges"]["includes"])
        assert legend["imports"] == str(counts["edges"]["imports"])
        languages = counts["files_by_language"]
        assert legend["C++"] == str(languages["C++"])
        assert legend["Python"] == str(languages["Python"])
        assert f"{counts['files']} files" in tab.inner_text("#counts")
        tab.goto(tab.url + "#tab=table&table=includes")
        settled(tab, "document.querySelector('#table .total')")
        assert tab.inner_text("#table .total") == f"{counts['edges']['includes']} rows"

    def test_the_map_begins_with_includes_and_imports(self, show: Open) -> None:
        tab = show()
        assert {edge["kind"] for edge in scene(tab)["edges"]} <= {"includes", "imports"}
        checked = tab.locator("#legend input[type=checkbox]:checked").evaluate_all(
            "all => all.map(e => e.dataset.kind)"
        )
        assert set(checked) & set(tab.evaluate("Object.keys(kgraph.model.edges)")) == {"includes", "imports"}
        around = show("#focus=file%2Fcore%2Fbase.h")
        assert around.is_checked("input[data-kind='links']")

    def test_all_files_are_in_the_circles(self, show: Open, graph: KGraph) -> None:
        assert sum(node["count"] for node in scene(show())["nodes"]) == graph.manifest["counts"]["files"]

    def test_edges_are_weighted_by_what_they_sum_up(self, show: Open, graph: KGraph) -> None:
        tab = show("#shut=folder%2Fcore,folder%2Fapp")
        shown = scene(tab)
        names = [node["id"] for node in shown["nodes"]]
        weights = {
            (names[edge["source"]], names[edge["target"]]): edge["weight"]
            for edge in shown["edges"]
            if edge["kind"] == "includes"
        }
        rows = graph.query(
            "SELECT (COUNT(*) AS ?n) { ?a kg:includes ?b . ?a kg:path ?p . ?b kg:path ?q . "
            'FILTER(STRSTARTS(?p, "app/") && STRSTARTS(?q, "core/")) }'
        )
        assert [weights[("folder/app", "folder/core")]] == rows.lists()["n"]
        assert weights[("folder/core", "folder/app")] == 1

    def test_the_same_graph_is_there_for_those_who_do_not_see(self, show: Open) -> None:
        tab = show()
        names = tab.locator("#unseen tbody th").all_text_contents()
        assert names == [node["path"] for node in scene(tab)["nodes"]]

    def test_details_lead_to_the_source(self, show: Open) -> None:
        tab = show("#select=file%2Fcore%2Fbase.h")
        link = tab.locator("#details .edges-of a", has_text="core/util.h:2").first
        assert link.get_attribute("href").startswith("https://example.org/")
        assert link.get_attribute("href").endswith("core/util.h#L2")

    def test_a_matrix_is_in_layers_and_shows_what_goes_against_them(self, show: Open) -> None:
        tab = show("#tab=matrix")
        heads = tab.locator(".matrix tbody th .name").all_inner_texts()
        assert heads.index("app") < heads.index("core")
        assert tab.locator("td.against").get_attribute("title") == (
            "core needs app: 1 dependency, against the layering"
        )
        tab.click("td.against")
        assert "core/back.h:1" in tab.inner_text("#details")
        for cell in tab.locator("td[data-pair]").all():
            cell.click()
            assert tab.inner_text("#details h2 + p").split()[0] == cell.inner_text()

    def test_a_neighbourhood_has_users_left_and_used_right(self, show: Open) -> None:
        tab = show("#focus=file%2Fcore%2Futil.h")
        places = {node["id"]: node["x"] for node in scene(tab)["nodes"]}
        assert places["file/app/window.h"] < places["file/core/util.h"] < places["file/core/base.h"]
        tab.select_option("#depth", "2")
        settled(tab, "kgraph.scene.nodes.some(node => node.id === 'file/app/main.cpp')")
        tab.click("#focus button")
        settled(tab, "!kgraph.scene.columns")

    def test_a_page_can_start_at_a_symbol(self, show: Open, graph: KGraph, tmp_path: Path) -> None:
        path = tmp_path / "focus.html"
        path.write_bytes(graph.view(focus="Base::area"))
        tab = show(at=path.as_uri())
        labels = {node["label"]: node["step"] for node in scene(tab)["nodes"]}
        assert labels["Base::area"] == 0
        assert labels["Base"] == 0  # its owner uses nothing of it
        settled(tab, "document.querySelector('#details h2')?.textContent === 'Base::area'")
        assert "definition core/base.cpp:3" in tab.inner_text("#details")

    def test_names_that_several_files_have_are_told_apart(self, show: Open, tmp_path: Path) -> None:
        main = '#include "core.h"\nint main() { return core(); }\n'
        test = '#include "core.h"\nTEST_CASE("It is one", "[core]") { core(); }\n'
        files = {"core.h": "inline int core() { return 1; }\n", "one.cpp": main, "two.cpp": main, "test.cpp": test}
        write(tmp_path / "tree", dict(files))
        with kgraph.api.build(tmp_path / "tree", jobs=1) as graph:
            (tmp_path / "focus.html").write_bytes(graph.view(focus="core"))
        tab = show(at=(tmp_path / "focus.html").as_uri())
        settled(tab, "kgraph.scene.columns")
        labels = {node["label"] for node in scene(tab)["nodes"] if node["step"]}
        assert {"main (one.cpp)", "main (two.cpp)", "It is one"} <= labels
        rows = tab.locator("table", has=tab.locator("caption", has_text="What the map shows")).inner_text()
        assert "main" in {row.split("\t")[0] for row in rows.split("\n")}  # and not the path of its file

    def test_a_page_can_start_at_a_folder(self, show: Open, graph: KGraph, tmp_path: Path) -> None:
        path = tmp_path / "focus.html"
        path.write_bytes(graph.view(focus="tools/deep/inside"))
        tab = show(at=path.as_uri())
        assert "file/tools/deep/inside/gen.py" in ids(tab)

    def test_where_there_are_too_many_files_their_folders_stand_for_them(
        self, show: Open, graph: KGraph, tmp_path: Path
    ) -> None:
        path = tmp_path / "large.html"
        told = {**page_data(graph.index, ViewOptions()), "overview": view_data.overview(graph.index, most_files=3)}
        path.write_bytes(page_module.page("large", told))
        tab = show(at=path.as_uri())
        files = graph.manifest["counts"]["files"]
        assert sum(node["count"] for node in scene(tab)["nodes"]) == files
        assert {node["form"] for node in scene(tab)["nodes"]} <= {"folder", "own"}
        assert f"there are {files} files" in tab.inner_text("#legend .told")

    @pytest.mark.parametrize("files", [[], ["a.txt"]])
    def test_next_to_nothing_is_shown_too(self, show: Open, tmp_path: Path, files: list[str]) -> None:
        (tmp_path / "few").mkdir()
        for name in files:
            (tmp_path / "few" / name).write_text("a\n")
        with kgraph.api.build(tmp_path / "few", jobs=1) as few:
            (tmp_path / "few.html").write_bytes(few.view())
        tab = show(at=(tmp_path / "few.html").as_uri())
        assert [node["label"] for node in scene(tab)["nodes"]] == files
        tab.click("#tab-matrix")
        settled(tab, "document.getElementById('matrix').textContent.includes('Nothing in this folder')")


class TestWhatItAnswers:
    def test_clicks_select_open_and_close(self, show: Open) -> None:
        tab = show("#shut=folder%2Fcore")
        at = place(tab, "folder/core")
        tab.mouse.click(at["x"], at["y"])
        settled(tab, "document.querySelector('#details h2')?.textContent === 'core'")
        assert "4 files" in tab.inner_text("#details")
        tab.wait_for_timeout(400)  # or the next click would be the second of a double click
        tab.mouse.dblclick(at["x"], at["y"])
        settled(tab, "kgraph.scene.nodes.some(node => node.id === 'file/core/base.h')")
        assert "folder/core" not in ids(tab)
        tab.focus("#map")
        tab.keyboard.press("Backspace")
        settled(tab, "kgraph.scene.nodes.some(node => node.id === 'folder/core')")

    def test_opening_moves_nothing(self, show: Open) -> None:
        tab = show("#shut=folder%2Fcore")
        before = {node["id"]: (node["x"], node["y"]) for node in scene(tab)["nodes"]}
        tab.evaluate("kgraph.told({open: 'folder/core'})")
        settled(tab, "kgraph.scene.nodes.some(node => node.id === 'file/core/base.h')")
        after = {node["id"]: (node["x"], node["y"]) for node in scene(tab)["nodes"]}
        assert all(after[node] == at for node, at in before.items() if node in after)

    def test_hovering_dims_the_others(self, show: Open) -> None:
        tab = show()
        colours = "['file/core/util.h', 'file/tools/run.py'].map(id => kgraph.map.sigma.getNodeDisplayData(id).color)"
        near, far = tab.evaluate(colours)
        at = place(tab, "file/core/base.h")
        tab.mouse.move(at["x"], at["y"])
        settled(tab, "kgraph.map.centre === 'file/core/base.h'")
        assert tab.evaluate(colours)[0] == near
        assert tab.evaluate(colours)[1] != far

    def test_search_ranks_exact_prefix_part(self, show: Open) -> None:
        tab = show()
        tab.keyboard.press("/")
        tab.keyboard.type("window.h")
        settled(tab, "document.querySelectorAll('#found [role=option]').length > 1")
        names = tab.locator("#found .name").all_inner_texts()
        assert names[:2] == ["window.h", "base_window.h"]
        tab.keyboard.press("ArrowDown")
        tab.keyboard.press("ArrowUp")
        tab.keyboard.press("Enter")
        settled(tab, "document.querySelector('#details h2')?.textContent === 'window.h'")
        assert "select=file%2Fapp%2Fwindow.h" in tab.url

    def test_the_page_finds_what_a_server_would(self, show: Open, graph: KGraph) -> None:
        tab = show()
        known = sorted({name for name in graph.index.shown.to_list() if name})[::7][:12]
        parts = [part for name in known for part in (name[:4], name[-5:], name.replace("_", " "), name.title())]
        for text in dict.fromkeys(["base", "h", "core", "core/b", "GEN.py", "nothing like it", "()", *known, *parts]):
            here = tab.evaluate("text => kgraph.source.search(text, 50)", text)
            there = view_data.search(graph.index, text, limit=50)
            keys = ("class", "kind", "label", "path", "match")
            shown = [[tuple(row[key] for key in keys) for row in each["rows"]] for each in (here, there)]
            assert shown[0] == shown[1], text
            assert (here["total"], here["omitted"]) == (there["total"], 0), text

    def test_a_symbol_that_the_page_finds_leads_to_its_file(self, show: Open) -> None:
        tab = show()
        found = tab.evaluate("() => kgraph.source.carried.searched.rows.find((row) => row[2] === 'Function')")
        tab.keyboard.press("/")
        tab.keyboard.type(found[1])
        settled(tab, "document.querySelectorAll('#found [role=option]').length > 0")
        assert found[1] in tab.locator("#found .name").all_inner_texts()
        tab.keyboard.press("Enter")
        settled(tab, "document.querySelector('#details h2') !== null")
        assert "select=file%2F" in tab.url

    def test_the_page_has_the_neighbourhoods_that_a_server_would_tell(self, show: Open, graph: KGraph) -> None:
        tab = show()
        for node, depth, limit in (
            ("file/core/base.h", 1, 150),
            ("file/core/base.h", 3, 5),
            ("file/tools/run.py", 2, 9),
        ):
            here = tab.evaluate(
                "asked => kgraph.source.neighbours(asked[0], asked[1], [], asked[2])", [node, depth, limit]
            )
            there = view_data.neighbours(graph.index, node, depth=depth, limit=limit)
            for name in ("centre", "depth", "total", "omitted"):
                assert here[name] == there[name]
            assert [(each["id"], each["step"]) for each in here["nodes"]] == [
                (each["id"], each["step"]) for each in there["nodes"]
            ]
            assert sorted(map(str, here["edges"])) == sorted(map(str, there["edges"]))

    def test_on_a_phone_the_legend_opens_when_it_is_asked_for(self, show: Open) -> None:
        tab = show()
        assert not tab.locator("#legend-toggle").is_visible()
        tab.set_viewport_size({"width": 390, "height": 844})
        assert not tab.locator("#legend").is_visible()
        assert tab.locator("#map").bounding_box()["height"] > 844 / 2
        tab.click("#legend-toggle")
        assert tab.locator("#legend input[data-kind=includes]").is_visible()
        assert tab.locator("#legend-toggle").get_attribute("aria-expanded") == "true"
        tab.click("#legend-toggle")
        assert not tab.locator("#legend").is_visible()

    def test_what_breaks_in_one_search_and_one_click(self, show: Open) -> None:
        tab = show()
        tab.fill("#search", "core/base.h")
        tab.wait_for_selector("#found [role=option]")
        tab.keyboard.press("Enter")
        tab.click("#details button:text-is('What breaks?')")
        tab.wait_for_selector("#details ul.impact")
        told = tab.inner_text("#details")
        assert "To compile: 3 units; 7 files include it" in told
        assert "this page has no server" in told
        assert "How sure" not in told
        tab.fill("#why", "back.h")
        tab.wait_for_selector("#details summary:has-text('Dependents that match')")
        tab.click("#details .why summary")
        way = tab.locator("#details .why ol li").all_inner_texts()
        assert [" ".join(each.split()) for each in way] == [
            "base.h changes",
            "core/util.h includes it in core/util.h:2",
            "app/window.h includes it in app/window.h:2",
            "core/back.h includes it in core/back.h:1",
        ]
        tab.reload()
        tab.wait_for_selector("#details ul.impact")

    def test_search_opens_what_it_finds(self, show: Open) -> None:
        tab = show("#shut=folder%2Ftools")
        assert "file/tools/deep/inside/gen.py" not in ids(tab)
        tab.fill("#search", "gen.py")
        settled(tab, "document.querySelector('#found [role=option]')")
        tab.keyboard.press("Enter")
        settled(tab, "kgraph.scene.nodes.some(node => node.id === 'file/tools/deep/inside/gen.py')")

    def test_filters_act_on_nodes_and_edges(self, show: Open, graph: KGraph) -> None:
        tab = show()
        tab.uncheck("input[data-kind='Python']")
        settled(tab, "!kgraph.scene.nodes.some(node => node.kind === 'Python')")
        python = graph.manifest["counts"]["files_by_language"]["Python"]
        assert sum(node["count"] for node in scene(tab)["nodes"]) == graph.manifest["counts"]["files"] - python
        tab.uncheck("input[data-kind='includes']")
        settled(tab, "!kgraph.scene.edges.some(edge => edge.kind === 'includes')")
        tab.check("input[data-kind='external']")
        settled(tab, "kgraph.scene.nodes.some(node => node.form === 'outside')")
        assert "hide=Python,includes" in tab.url

    def test_test_files_can_be_left_out(self, show: Open, tmp_path: Path) -> None:
        files: dict[str, str | bytes] = {
            "lib/a.h": "#pragma once\n",
            "tests/inner/test_a.cpp": '#include "lib/a.h"\n',
            "third_party/z/z.h": "#pragma once\n",
        }
        with kgraph.api.build(write(tmp_path / "tree", files), jobs=1) as graph:
            (tmp_path / "map.html").write_bytes(graph.view())
        tab = show(at=(tmp_path / "map.html").as_uri())
        assert sum(node["count"] for node in scene(tab)["nodes"]) == 3
        tab.uncheck("input[data-kind='test files']")
        settled(tab, "!kgraph.scene.nodes.some(node => node.id.includes('test'))")
        assert not [outline for outline in scene(tab)["outlines"] if "test" in outline["id"]]  # no empty circle
        tab.uncheck("input[data-kind='vendored files']")
        settled(tab, "kgraph.scene.nodes.length === 1")

    def test_a_neighbourhood_shows_what_is_external_where_its_box_says_so(self, show: Open) -> None:
        tab = show("#focus=file%2Fcore%2Fbase.h")
        assert tab.is_checked("input[data-kind='external']")
        assert any(node["form"] == "external" for node in scene(tab)["nodes"])
        tab.uncheck("input[data-kind='external']")
        settled(tab, "!kgraph.scene.nodes.some(node => node.form === 'external')")

    def test_files_sort_by_how_many_use_them(self, show: Open, graph: KGraph) -> None:
        tab = show("#tab=table")
        settled(tab, "document.querySelector('#table tbody tr')")
        tab.click("#table th >> text=used by")
        settled(tab, "document.querySelector('#table th[aria-sort=descending]')")
        path, _, _, used, *_ = tab.locator("#table tbody tr").first.inner_text().split("\t")
        edges = graph.frame("edges").filter(
            pl.col("kind").is_in(["includes", "imports"]), pl.col("target").str.starts_with("file/")
        )
        most = (
            edges.unique(["source", "target"]).group_by("target").len().sort("len", "target", descending=[True, False])
        )
        assert (f"file/{path}", int(used)) == most.row(0)

    def test_files_sort_by_what_a_change_of_them_compiles(self, show: Open) -> None:
        tab = show("#tab=table")
        settled(tab, "document.querySelector('#table tbody tr')")
        tab.click("#table th >> text=rebuilds")
        settled(tab, "document.querySelector('#table th[aria-sort=descending]')")
        rows = [row.split("\t") for row in tab.locator("#table tbody tr").all_inner_texts()]
        rebuilds = {row[0]: int(row[-1]) for row in rows}
        assert rows[0][0] == "core/base.h"
        assert (rebuilds["core/base.h"], rebuilds["app/window.h"], rebuilds["app/main.cpp"]) == (3, 2, 1)
        assert rebuilds["tools/run.py"] == 0

    def test_circles_are_sized_and_coloured_by_what_git_remembers(self, show: Open, tmp_path: Path) -> None:
        root = tmp_path / "tree"
        write(root, {".gitignore": ".kgraph/\n"})
        git(root, "init", "-q")
        lines = {"one.py": "a = 1\n", "long.py": "a = 1\n" * 100}
        commit(root, "Ada", "ada@example.org", 0, lines)
        for day in range(1, 5):
            commit(root, "Bob", "bob@example.org", day, {"one.py": f"a = {day + 1}\n"})
        with kgraph.api.build(root, jobs=1) as graph:
            (tmp_path / "map.html").write_bytes(graph.view())
        tab = show(at=(tmp_path / "map.html").as_uri())
        drawn = lambda: {node["label"]: node for node in scene(tab)["nodes"]}  # noqa: E731
        assert drawn()["long.py"]["r"] > 2 * drawn()["one.py"]["r"]
        tab.select_option("#size-by", "commits")
        settled(tab, "location.hash.includes('size=commits')")
        assert drawn()["one.py"]["r"] > drawn()["long.py"]["r"]
        tab.select_option("#colour-by", "owner")
        settled(tab, "location.hash.includes('colour=owner')")
        key = tab.locator("#legend .key li").all_inner_texts()
        assert [each.split("\n")[0] for each in key] == ["Ada", "Bob", "others, or unknown"]
        colours = {name: drawn()[name]["colour"] for name in ("one.py", "long.py")}
        assert len(set(colours.values())) == 2
        shown = tab.evaluate("Object.fromEntries(kgraph.scene.nodes.map(n => [n.label, n.colour]))")
        assert shown["long.py"] == colours["long.py"]
        tab.select_option("#colour-by", "commits")
        settled(tab, "location.hash.includes('colour=commits')")
        assert drawn()["one.py"]["colour"] != drawn()["long.py"]["colour"]
        tab.click("#tab-table")
        tab.click("#table th >> text=commits")
        settled(tab, "document.querySelector('#table th[aria-sort=descending]')")
        first = tab.locator("#table tbody tr").first.inner_text().split("\t")
        assert (first[0], first[-2:]) == ("one.py", ["5", "Bob"])
        tab.goto(tab.url)  # the address shows the same
        settled(tab, "location.hash.includes('colour=commits')")

    def test_without_a_history_nothing_is_said_of_it(self, show: Open) -> None:
        tab = show("#colour=owner")
        assert "commits" not in tab.inner_text("#legend")
        assert "owner" not in tab.locator("#colour-by option").all_inner_texts()

    def test_a_permalink_shows_the_same(self, show: Open) -> None:
        tab = show()
        tab.evaluate("kgraph.told({open: 'folder/core'})")
        tab.check("input[data-kind='links']")
        tab.evaluate("kgraph.told({select: 'file/app/window.h'})")
        settled(tab, "location.hash.includes('select=') && location.hash.includes('show=links')")
        before = scene(tab)
        tab.reload()
        tab.wait_for_selector("body[data-ready]")
        assert scene(tab) == before
        settled(tab, "document.querySelector('#details h2')?.textContent === 'window.h'")
        tab.go_back()
        settled(tab, "location.hash.includes('select=folder%2Fcore')")
        settled(tab, "document.querySelector('#details h2')?.textContent === 'core'")

    def test_a_mangled_address_is_as_none(self, show: Open) -> None:
        tab = show("#tab=nowhere&select=%E0%A4%A&open=,,x&depth=-1&edges=1e9&bogus")
        assert scene(tab)["nodes"]
        assert tab.locator("#panel-map").is_visible()

    def test_limits_are_told(self, show: Open) -> None:
        tab = show("#edges=1")
        edges = scene(tab)["edgesInAll"]
        assert f"The 1 strongest of {edges} edges are drawn" in tab.inner_text("#legend .told")

    def test_tables_sort_and_lead_to_details(self, show: Open) -> None:
        tab = show("#tab=table&table=folders")
        settled(tab, "document.querySelector('#table tbody tr')")
        tab.click("#table th >> text=files")  # of numbers, the largest come first
        settled(tab, "document.querySelector('#table th[aria-sort=descending]')")
        assert tab.locator("#table tbody tr").first.inner_text().split("\t")[0] == "."
        tab.click("#table tbody button >> text=core")
        settled(tab, "document.querySelector('#details h2')?.textContent === 'core'")


CONTROLS = "button, summary, select, input"
# All that a reader can see: the address, the camera, what is marked, open, checked and written.
SEEN = """() => JSON.stringify([
  location.hash,
  kgraph.map.sigma.getCamera().getState(),
  document.body.innerText,
  [...document.querySelectorAll("details")].map(each => each.open),
  [...document.querySelectorAll("[aria-selected], [aria-expanded]")].map(each => each.outerHTML),
  document.activeElement.id,
])"""

START = "fragment => decodeURIComponent(location.hash.slice(1)) === decodeURIComponent(fragment)"


class TestEveryControl:
    """No control is dead: after each, something that a reader can see differs."""

    @pytest.mark.parametrize(
        "fragment",
        [
            "",
            "#select=file%2Fcore%2Fbase.h",
            "#select=folder%2Fcore",
            "#focus=file%2Fcore%2Fbase.h&select=file%2Fcore%2Fbase.h",
            "#pair=folder%252Fapp%3Efolder%252Fcore",
            "#tab=matrix",
            "#tab=table&table=includes",
        ],
    )
    def test_it_does_something(self, show: Open, fragment: str) -> None:
        tab = show(fragment)
        controls = tab.locator(CONTROLS)
        dead = []
        for number in range(controls.count()):
            control = controls.nth(number)
            if control.is_visible() and control.is_enabled() and control.get_attribute("aria-selected") != "true":
                name = control.evaluate("each => each.innerText || each.ariaLabel || each.outerHTML")
                folds = control.evaluate("each => each.localName === 'summary'")
                before = tab.evaluate(SEEN)
                self._use(control)
                if not self._differs(tab, before):
                    dead.append(name)
                if folds:
                    control.click()  # closed, or open, as it was
                tab.evaluate("fragment => { location.hash = fragment; kgraph.map.fit(); }", fragment)
                settled(tab, START, fragment.removeprefix("#"))
        assert dead == []

    def _use(self, control: Any) -> None:
        kind = control.evaluate("each => each.type ?? each.localName")
        if kind == "select-one":
            control.select_option(index=control.evaluate("each => (each.selectedIndex + 1) % each.options.length"))
        elif kind in ("text", "search"):
            control.fill("base")
        else:
            control.click()

    def _differs(self, tab: Any, before: str) -> bool:
        end = time.monotonic() + 2
        while tab.evaluate(SEEN) == before:
            if time.monotonic() > end:
                return False
            time.sleep(0.02)
        return True


class TestForEverybody:
    def test_the_keyboard_goes_everywhere(self, show: Open) -> None:
        tab = show("#shut=folder%2Fcore")
        for _ in range(40):
            tab.keyboard.press("Tab")
            if tab.evaluate("document.activeElement.id") == "map":
                break
        assert tab.evaluate("document.activeElement.id") == "map"
        tab.evaluate("kgraph.told({select: 'folder/core'})")
        tab.keyboard.press("Enter")
        settled(tab, "kgraph.scene.nodes.some(node => node.id === 'file/core/base.h')")
        tab.keyboard.press("Backspace")
        settled(tab, "kgraph.scene.nodes.some(node => node.id === 'folder/core')")
        seen = set()
        for key in ("ArrowUp", "ArrowRight", "ArrowDown", "ArrowLeft"):
            tab.keyboard.press(key)
            seen.add(tab.evaluate("kgraph.store.state.select"))
        assert len(seen) > 1
        settled(tab, "document.getElementById('said').textContent")
        tab.keyboard.press("n")
        settled(tab, "kgraph.store.state.focus")
        tab.keyboard.press("Backspace")
        settled(tab, "!kgraph.store.state.focus")
        tab.keyboard.press("2")
        settled(tab, "document.querySelector('.matrix')")
        tab.focus(".matrix td[tabindex='0']")
        tab.keyboard.press("ArrowRight")
        tab.keyboard.press("ArrowDown")
        assert tab.evaluate("document.activeElement.dataset.column") == "1"
        tab.focus("#tab-matrix")
        tab.keyboard.press("ArrowRight")
        settled(tab, "document.querySelector('#table tbody tr')")
        assert tab.evaluate("document.activeElement.id") == "tab-table"

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_axe_finds_nothing_serious(self, show: Open, scheme: str) -> None:
        axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
        tab = show("#select=folder%2Fcore", color_scheme=scheme)
        for fragment, wait in (
            ("#select=folder%2Fcore", "#details h2"),
            ("#focus=file%2Fcore%2Fbase.h&select=file%2Fcore%2Fbase.h", "#details .edges li"),
            ("#tab=matrix", ".matrix"),
            ("#tab=table", "#table tbody tr"),
        ):
            tab.evaluate("hash => { location.hash = hash; }", fragment)
            tab.wait_for_selector(wait)
            found = axe.run(tab).response["violations"]
            serious = [
                (each["id"], [node["html"][:200] for node in each["nodes"][:3]])
                for each in found
                if each["impact"] in ("serious", "critical")
            ]
            assert serious == [], fragment

    def test_dark_is_dark(self, show: Open) -> None:
        grounds = []
        for scheme in ("light", "dark"):
            tab = show(color_scheme=scheme)
            colour = tab.evaluate("getComputedStyle(document.body).backgroundColor")
            grounds.append(sum(int(part) for part in colour[4:-1].split(",")))
            assert tab.evaluate("kgraph.map.theme.dark") is (scheme == "dark")
        assert grounds[0] > 600 > 150 > grounds[1]

    def test_who_wants_no_motion_gets_none(self, show: Open) -> None:
        tab = show(reduced_motion="reduce")
        tab.click("#closer")
        assert not tab.evaluate("kgraph.map.sigma.getCamera().isAnimated()")
        assert tab.evaluate("kgraph.map.sigma.getCamera().ratio") == pytest.approx(0.6)


class TestHarm:
    def test_names_run_no_script(self, show: Open) -> None:
        tab = show("#open=folder%2Fhostile")
        shown = scene(tab)
        hostile = [node for node in shown["nodes"] if PWN in node["path"]]
        assert hostile
        for node in hostile:
            tab.evaluate("id => kgraph.told({select: id})", node["id"])
            settled(tab, "id => kgraph.store.state.select === id", node["id"])
            tab.wait_for_selector("#details h2")
            tab.evaluate("id => kgraph.told({focus: id})", node["id"])
            settled(tab, "kgraph.scene.columns")
            tab.evaluate("kgraph.told({focus: ''}).then(() => kgraph.store.set({focus: ''}))")
        tab.fill("#search", "<img")
        settled(tab, "document.querySelector('#found [role=option]')")
        for name in ("matrix", "table"):
            tab.evaluate("tab => kgraph.told({tab})", name)
            tab.wait_for_selector(f"#panel-{name} table")
        assert PWN in tab.inner_text("#panel-table")
        assert tab.locator("img").count() == 0
        assert tab.locator("script").count() == 2

    def test_a_name_that_is_no_utf8_is_a_node(self, show: Open) -> None:
        tab = show("#open=folder%2Fhostile&select=file%2Fhostile%2F%25FF%25FE.h")
        settled(tab, "document.querySelector('#details .path')")
        assert "hostile/\\xff\\xfe.h" in tab.inner_text("#details")

    def test_a_template_for_links_cannot_be_a_script(self, graph: KGraph) -> None:
        with pytest.raises(InputError, match="not an address of a source file"):
            graph.view(source_url="javascript:alert(1)//{path}")


class TestElsewhere:
    def test_pyvis_draws_and_asks_nobody(self, browser: Any, graph: KGraph, tmp_path: Path) -> None:
        pytest.importorskip("pyvis")
        wrong: list[str] = []
        hostile = next(path for path in FILES if path.startswith("hostile/<"))
        context = browser.new_context()
        for name in ("core/base.h", hostile, ""):
            path = tmp_path / "pyvis.html"
            path.write_bytes(graph.pyvis(name))
            tab = context.new_page()
            tab.on("pageerror", lambda error: wrong.append(str(error)))
            tab.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
            tab.on("request", lambda asked: wrong.append(asked.url) if not asked.url.startswith("file:") else None)
            tab.goto(path.as_uri())
            tab.wait_for_selector("#mynetwork canvas")
            drawn = tab.evaluate("network.body.data.nodes.length")
            assert drawn == (
                len(graph.neighbours(name).nodes) if name else len(view_data.matrix(graph.index)["groups"])
            )
            assert tab.evaluate("window.pwned") is None
        context.close()
        assert wrong == []

    def test_a_notebook_frames_the_page(self, browser: Any, graph: KGraph) -> None:
        context = browser.new_context()
        tab = context.new_page()
        wrong: list[str] = []
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        tab.set_content(graph.show()._repr_html_())
        tab.frames[1].wait_for_selector("body[data-ready]")
        assert tab.frames[1].inner_text("#repository") == "shapes"
        tab.frames[1].click("#tab-matrix")
        tab.frames[1].wait_for_selector(".matrix")
        context.close()
        assert wrong == []

    def test_the_widget_passes_the_selection(self, browser: Any, graph: KGraph) -> None:
        pytest.importorskip("anywidget")
        context = browser.new_context()
        tab = context.new_page()
        tab.set_content("<div id=cell></div>")
        shown = graph.widget()
        tab.evaluate(
            """async ([script, page]) => {
              const values = {_page: page, height: 500, selected: ""};
              const listeners = [];
              window.model = {
                get: name => values[name],
                set: (name, value) => { values[name] = value; },
                save_changes: () => {},
                on: (_, listener) => listeners.push(listener),
                off: () => {},
                fromPython: id => { values.selected = id; listeners.forEach(each => each()); },
              };
              const module = await import("data:text/javascript," + encodeURIComponent(script));
              module.default.render({model: window.model, el: document.getElementById("cell")});
            }""",
            [shown._esm, shown._page],
        )
        frame = tab.frames[1]
        frame.wait_for_selector("body[data-ready]")
        frame.evaluate("kgraph.told({select: 'file/core/base.h'})")
        settled(tab, "model.get('selected') === 'file/core/base.h'")
        tab.evaluate("model.fromPython('file/app/window.h')")
        settled(frame, "document.querySelector('#details h2')?.textContent === 'window.h'")
        context.close()


def test_without_webgl_there_are_matrix_and_table(launch: Callable[..., Any], address: str) -> None:
    wrong: list[str] = []
    tab = launch("--disable-3d-apis").new_page()
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.goto(address)
    tab.wait_for_selector("body[data-ready]", timeout=60_000)
    assert tab.locator("#no-webgl").is_visible()
    assert tab.locator(".matrix").is_visible()
    tab.click("#tab-table")
    tab.wait_for_selector("#table tbody tr")
    tab.click("#tab-map")
    assert wrong == []
