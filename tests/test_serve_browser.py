"""What people see of `kgraph serve`, in a real browser: no page asks anybody else for anything, and none fails."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

import kgraph
from kgraph.view import page as bundle
from tests.serving import Server, serving

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or ""
HOSTILE = "src/<img src=x onerror=alert(1)> & \"q\" 'p' #1.py"
TREE = {
    "src/shape.h": b"#pragma once\nclass Shape {\n  int area();\n};\n",
    "src/shape.cpp": b'#include "shape.h"\nint Shape::area() { return 1; }\n',
    "src/double.cpp": b'#include "shape.h"\nint twice(Shape& s) { return 2 * s.area(); }\n',
    HOSTILE: b"def f():\n    return '</script><script>alert(2)</script>'\n",
    "src/\udcff.txt": b"one\n",
}

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="there is no chromium")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root = tmp_path_factory.mktemp("browser") / "shapes"
    (root / "src").mkdir(parents=True)
    for path, content in TREE.items():
        (root / path).write_bytes(content)
    kgraph.build(root, jobs=1).close()
    with serving(root) as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        options = ["--no-sandbox", "--enable-unsafe-swiftshader"]
        browser = started.chromium.launch(executable_path=CHROMIUM, args=options)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any, server: Server) -> Iterator[Any]:
    """A page on which nothing may go wrong."""
    opened = chromium.new_page()
    opened.set_default_timeout(60_000)
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    opened.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    opened.on("dialog", lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    opened.on("request", lambda request: None if _ours(request.url, server) else wrong.append(request.url))
    yield opened
    opened.close()
    assert wrong == []


def _ours(url: str, server: Server) -> bool:
    return url.startswith((server.url, "data:", "blob:"))


def test_the_editor_runs_queries(page: Any, server: Server) -> None:
    page.goto(server.url + "sparql")
    page.wait_for_selector("#shipped:not([hidden])")
    assert page.query_selector(".CodeMirror") is not None or not (bundle.BUNDLE / "editor.js").exists()
    page.click("#ask button")
    page.wait_for_selector("#status:has-text(' rows, in ')")
    cells = page.eval_on_selector_all("#answer tbody td:first-child", "all => all.map(each => each.textContent)")
    assert sorted(cells) == sorted(path.replace("\udcff", r"\xff") for path in TREE)


def test_shipped_queries_have_fields(page: Any, server: Server) -> None:
    page.goto(server.url + "sparql")
    page.wait_for_selector("#shipped:not([hidden])")
    page.select_option("#queries", "includers")
    assert "include or import" in page.inner_text("#sentence")
    page.fill("#parameters input[name=path]", "src/shape.h")
    page.press("#parameters input[name=path]", "Enter")
    page.wait_for_selector("#answer td:text-is('src/shape.cpp')")
    # The address is the query's: who opens it sees the same.
    page.reload()
    page.wait_for_selector("#answer td:text-is('src/shape.cpp')")


def test_the_plain_text_area_does_too(page: Any, server: Server) -> None:
    """Where the editor that knows SPARQL was not bundled."""
    text = server.get("/sparql", accept="text/html").text.replace("data-editor='yes'", "data-editor=''")
    page.route(server.url + "sparql", lambda route: route.fulfill(body=text, content_type="text/html"), times=1)
    page.goto(server.url + "sparql")
    page.wait_for_selector("#shipped:not([hidden])")
    assert page.query_selector(".CodeMirror") is None
    page.fill("#query", "SELECT (1 AS ?one) {}")
    page.press("#query", "Control+Enter")
    page.wait_for_selector("#answer td:text-is('1')")


def test_answers_as_files(page: Any, server: Server) -> None:
    page.goto(server.url + "sparql")
    page.wait_for_selector("#shipped:not([hidden])")
    page.select_option("#format", "json")
    with page.expect_response(lambda response: "query=" in response.url) as answered:
        page.click("#ask button")
    assert answered.value.headers["content-type"].startswith("application/sparql-results+json")


def test_it_works_without_scripts(chromium: Any, server: Server) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server.url + "sparql")
    page.fill("#query", "ASK {}")
    page.select_option("#format", "json")
    with page.expect_navigation():
        page.click("#ask button")
    assert '"boolean":true' in page.content()
    context.close()


def test_mistakes_are_told(chromium: Any, server: Server) -> None:
    page = chromium.new_page()
    page.goto(server.url + "sparql?query=" + quote("SELECT * { ?s ?p }"))
    page.wait_for_selector("#status.error")
    assert "query:1" in page.inner_text("#status")
    page.close()


@pytest.mark.parametrize("path", sorted(TREE))
def test_sources(page: Any, server: Server, path: str) -> None:
    page.goto(server.url + "source/" + quote(os.fsencode(path)) + "#L1-L2")
    page.wait_for_selector("tr.chosen")
    assert page.locator("table.code tr").count() == TREE[path].count(b"\n")
    assert page.locator("script:not([src])").count() == 0


def test_names_in_a_source_have_cards(page: Any, server: Server) -> None:
    page.goto(server.url + "source/src/shape.cpp")
    included = page.locator('td a[href="/source/src/shape.h"]')
    assert included.inner_text() == "shape.h"
    page.goto(server.url + "source/src/double.cpp")
    link = page.locator("td a[data-c]", has_text="area")
    assert link.get_attribute("href") == "/source/src/shape.cpp#L2"
    link.hover()
    page.wait_for_selector("#card:not([hidden])")
    said = page.inner_text("#card")
    assert "method in src/shape.cpp:2" in said
    assert "guessed, ." in said
    page.keyboard.press("Escape")
    page.wait_for_selector("#card", state="hidden")
    link.press("Shift+Tab")
    page.keyboard.press("Tab")
    page.wait_for_selector("#card:not([hidden])")
    assert link.get_attribute("aria-describedby") == "card"


def test_the_margin_leads_to_the_users(page: Any, server: Server) -> None:
    page.goto(server.url + "source/src/shape.cpp")
    page.click("tr#L2 a.u")
    item = page.locator(":target")
    assert item.inner_text().startswith("area: 1 line of 1 file")
    assert item.locator('a[href="/source/src/double.cpp#L2"]').count() == 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(chromium: Any, server: Server, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    context = chromium.new_context(color_scheme=scheme)
    page = context.new_page()
    for path, wait in (
        ("sparql?query=ASK%20%7B%7D", "#shipped:not([hidden])"),
        ("source/src/shape.cpp#L1", "tr.chosen"),
        ("source/src/double.cpp#L1", "tr.chosen"),
    ):
        page.goto(server.url + path)
        page.wait_for_selector(wait)
        found = axe.run(page).response["violations"]
        serious = [
            (each["id"], [node["html"][:200] for node in each["nodes"][:3]])
            for each in found
            if each["impact"] in ("serious", "critical")
        ]
        assert serious == [], path
    context.close()


@pytest.mark.skipif(not bundle.available(), reason="the explorer was not bundled when kgraph was installed")
def test_the_explorer_asks_the_server(page: Any, server: Server) -> None:
    page.goto(server.url)
    page.wait_for_selector("body[data-ready=yes]")
    assert "5 files" in page.inner_text("#counts")
    page.fill("#search", "Shape::area")
    page.wait_for_selector("#found li")
    page.press("#search", "Enter")
    page.wait_for_selector("#details h2:has-text('Shape::area')")
    href = page.get_attribute("#details a:has-text('src/shape.cpp:2')", "href")
    assert href == server.url + "source/src/shape.cpp#L2"
    assert page.get_attribute("#counts a:text-is('SPARQL')", "href") == server.url + "sparql"
    # From a source back to what it is.
    page.goto(server.url + "source/src/shape.h")
    page.click("text=in the explorer")
    page.wait_for_selector("#details h2:has-text('shape.h')")


@pytest.mark.skipif(bundle.available(), reason="the explorer is there")
def test_without_the_explorer_there_is_a_start(page: Any, server: Server) -> None:
    page.goto(server.url)
    page.click("text=Queries")
    page.wait_for_selector("textarea")
    assert Path(bundle.BUNDLE).name == "bundle"


def test_what_breaks_in_one_search_and_one_click(page: Any, server: Server) -> None:
    page.goto(server.url)
    page.wait_for_selector("body[data-ready]")
    page.fill("#search", "shape.h")
    page.wait_for_selector("#found [role=option]")
    page.keyboard.press("Enter")
    page.click("#details button:text-is('What breaks?')")
    page.wait_for_selector("#details ul.impact")
    told = page.inner_text("#details")
    assert "To compile: 2 units; 2 files include it" in told
    assert "Tests to run: 0 of 0" in told
    assert "without git's history" in told
    assert "impact=" in page.url
    page.fill("#why", "twice")
    page.wait_for_selector("#details summary:has-text('Dependents that match')")
    page.click("#details .why summary")
    assert "twice calls it in src/double.cpp:2" in " ".join(page.inner_text("#details .why").split())
    page.fill("#why", "nobody")
    page.wait_for_selector("text=Nothing of this name was found to depend on it.")
    page.click("#details button:text-is('Back to its details')")
    page.wait_for_selector("#details button:text-is('What breaks?')")
    assert "impact=" not in page.url


def test_the_calls_around_a_function(page: Any, server: Server) -> None:
    page.goto(server.url)
    page.wait_for_selector("body[data-ready]")
    page.fill("#search", "twice")
    page.wait_for_selector("#found [role=option]")
    page.keyboard.press("Enter")
    page.click("#details button:text-is('Call graph')")
    page.wait_for_selector("#focus:has-text('Callers of twice on the left, what it calls on the right')")
    shown = page.evaluate("kgraph.scene.nodes.map(node => node.label)")
    assert "twice" in shown
    assert any(label.endswith("area") for label in shown)
    assert page.evaluate("kgraph.scene.edges.every(edge => edge.kind === 'calls')")
