"""A fleet over HTTP: one map, SPARQL over all, and each repository below its name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kgraph import fleet as fleets
from kgraph.serve import html
from tests.serving import Server, serving_with, until
from tests.test_fleet import APP, LIBRARIES
from tests.test_scan import repository, write

NAMES = ("app", "geo", "shapes", "source", "wire")
CSV = {"accept": "text/csv"}
FOLDERS = 'SELECT ?path { ?f a kg:Folder ; kg:path ?path FILTER(!CONTAINS(?path, "/")) } ORDER BY ?path'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("fleet")
    contents = {"app": APP, **LIBRARIES, "source": {"source/a.py": "def f():\n    return 1\n\n\nf()\n"}}
    for name in NAMES:
        (path / name).mkdir()
        repository(path / name, dict(contents[name]))
    (path / "fleet.toml").write_text("".join(f'[[repository]]\npath = "{name}"\n' for name in NAMES))
    fleets.build(fleets.load(path), parallel=2)
    return path


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    with serving_with("fleet", "serve", "-F", str(folder)) as running:
        yield running


def test_all_is_one_graph(server: Server) -> None:
    assert server.query(FOLDERS, **CSV).text.split() == ["path", ".", *NAMES]
    overview = server.get("/api/overview").json
    assert set(NAMES) < set(overview["folders"]["path"])
    includers = (
        'SELECT ?path { ?f kg:includes ?g . ?f kg:path ?path . ?g kg:path "geo/include/geo/point.h" } ORDER BY ?path'
    )
    assert server.query(includers, **CSV).text.split() == ["path", "app/app/native.cpp", "geo/src/point.cpp"]
    assert "repositories" in server.get("/").text


def test_sources_are_where_each_repository_is(server: Server, folder: Path) -> None:
    reply = server.get("/api/source?path=shapes/src/shapes/area.py&from=1&to=1").json
    assert (reply["lines"], reply["changed"]) == (["class Area:"], False)
    assert "class" in server.get("/source/shapes/src/shapes/area.py").text
    for path in ("/source/shapes/../app/main.go", "/source/nowhere/x", "/source/shapes", "/source/"):
        assert server.get(path).status == 404, path
    assert not (folder / ".kgraph-fleet/merged/shapes").exists()


def test_each_repository_is_below_its_name(server: Server) -> None:
    listing = server.get("/repositories").text
    for name in NAMES:
        assert f"/repositories/{name}/" in listing
        query = (
            "/sparql?query=SELECT%20(COUNT(*)%20AS%20%3Fn)%20%7B%3Ff%20a%20kg%3AFolder%20%3B%20kg%3Apath%20%22.%22%7D"
        )
        reply = server.get(f"/repositories/{name}{query}", **CSV)
        assert (reply.status, reply.text.split()) == (200, ["n", "1"]), name
    assert server.get("/repositories/shapes/").status == 200
    assert server.get("/repositories/shapes/api/children?id=folder%2F").json["nodes"]
    refused = server.get("/repositories/shapes/api/overview?x=1")
    assert (refused.status, refused.media) == (400, "application/json")
    assert server.get("/repositories/nope/").status == 404
    assert server.get("/repositories/nope/api/overview").status == 404


def test_links_of_a_repository_stay_below_it(server: Server) -> None:
    page = server.get("/repositories/source/source/source/a.py")
    assert page.status == 200
    assert "href='/repositories/source/'" in page.text
    assert 'href="/static/serve.css"' in page.text
    assert 'href="/source/' not in page.text
    editor = server.get("/repositories/source/sparql", accept="text/html").text
    assert "action='/repositories/source/sparql'" in editor
    assert html.prefix_links("<a href='/x'><a href=\"/app/y\">", "/repositories/a&b") == (
        "<a href='/repositories/a&amp;b/x'><a href=\"/app/y\">"
    )


def test_only_this_machine_may_ask(server: Server) -> None:
    assert server.get("/repositories/shapes/api/overview", host="evil.example").status == 403
    assert server.get("/repositories", origin="http://evil.example").status == 403


def test_workers_of_few_repositories_run_at_once_and_none_after(folder: Path) -> None:
    with serving_with("fleet", "serve", "-F", str(folder)) as running:
        own = len(running.workers())
        for name in NAMES:
            assert running.get(f"/repositories/{name}/api/overview").status == 200
        until(lambda: len(running.workers()) <= own + 3 * 3)
        assert running.stop() == 0


def test_a_build_while_it_runs_is_merged(folder: Path) -> None:
    with serving_with("fleet", "serve", "-F", str(folder)) as running:
        before = running.query("SELECT (COUNT(*) AS ?n) { ?f a kg:File }", **CSV).text.split()[1]
        write(folder / "wire", {"codec/codec.go": "package codec\n\nfunc Decoded() {}\n"})
        fleets.build(fleets.load(folder))
        asked = 'SELECT ?n { ?s kg:qualifiedName ?n FILTER(CONTAINS(?n, "Decoded")) }'
        until(lambda: "Decoded" in running.query(asked, **CSV).text)
        assert running.query("SELECT (COUNT(*) AS ?n) { ?f a kg:File }", **CSV).text.split()[1] == before
