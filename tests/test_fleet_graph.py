"""A fleet as one graph: its tables, what leads across in it, and the tools over it that agents have."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

import kgraph
from kgraph import fleet as fleets
from kgraph.errors import GraphError, QueryError
from kgraph.fleet import key_ranges, questions, unread
from kgraph.fleet.key_ranges import MAX_ROWS, sort_ranges
from kgraph.fleet.lake import Catalog, Lake
from kgraph.fleet.merged_graph import is_there, merge, size_of
from kgraph.fleet.merged_tables import merge_tables, repository_of, within
from kgraph.mcp import fleet_tools
from kgraph.mcp.answer import cut
from kgraph.mcp.current_fleet import CurrentFleet
from kgraph.mcp.fleet_index import FleetIndex
from kgraph.store import tables
from kgraph.vocab.tables import EDGES, TABLES
from tests.test_fleet import APP, FLEET, LIBRARIES, run_command
from tests.test_scan import repository, write

MAX_TOKENS = 2_000  # of the list of tools, at four characters each


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("fleet")
    for name, contents in {**{f"libraries/{name}": each for name, each in LIBRARIES.items()}, "app": APP}.items():
        (path / name).mkdir(parents=True)
        repository(path / name, {**contents, **({"more.pl": "print 1;\n"} if name == "libraries/shapes" else {})})
    (path / "fleet.toml").write_text(FLEET)
    return path


@pytest.fixture(scope="module")
def lake(folder: Path) -> Lake:
    return fleets.build(fleets.load(folder), parallel=2).lake


@pytest.fixture(scope="module")
def graph(lake: Lake) -> Iterator[kgraph.KGraph]:
    with kgraph.open(merge(lake)) as opened:
        yield opened


# --- the merged graph -------------------------------------------------------------------------------------------------


def test_nodes_of_repositories_are_told_apart_and_found_again() -> None:
    ids = ["file/a b/x.py", "folder/", "folder/src", "symbol/c/function/f%40src%2Fx.c", "symbol/c/type/S", "use/12"]
    frame = pl.DataFrame({"id": ids}).select(
        one=within(pl.col("id"), pl.lit("app")), two=within(pl.col("id"), pl.lit("app.py"))
    )
    assert frame["one"].to_list() == [
        "file/app/a b/x.py",
        "folder/app",
        "folder/app/src",
        "symbol/c/function/f%40app%2Fsrc%2Fx.c",
        "symbol/c/type/S%40app",
        "use/app/12",
    ]
    assert not set(frame["one"]) & set(frame["two"])
    assert set(frame.select(repository_of(pl.col("one")))["one"]) == {"app"}
    assert set(frame.select(repository_of(pl.col("two")))["two"]) == {"app.py"}
    shared = pl.DataFrame({"id": ["package/pypi/x", "external/module/pypi/y", ""]})
    assert shared.select(within(pl.col("id"), pl.lit("app")))["id"].to_list() == shared["id"].to_list()


def test_the_merged_graph_is_sound(graph: kgraph.KGraph, lake: Lake) -> None:
    tables = {name: graph.frame(name) for name in (*TABLES, EDGES)}
    nodes = pl.concat([tables[name]["id"] for name in TABLES])
    assert nodes.n_unique() == len(nodes)
    edges = tables[EDGES]
    assert set(edges["source"]) <= set(nodes)
    assert set(edges["target"]) <= set(nodes)
    for table in TABLES.values():
        for column in table.columns:
            if column.holds in ("node", "nodes"):
                cells = tables[table.name][column.name]
                cells = cells.explode(empty_as_null=False) if column.holds == "nodes" else cells
                assert set(cells.drop_nulls()) <= set(nodes), (table.name, column.name)
    sizes = [entry.current.counts for entry in lake.catalog.repositories]
    for name in ("files", "symbols", "locations", "includes", "uses", "requirements"):
        assert tables[name].height == sum(each[name] for each in sizes), name
    assert graph.manifest["counts"]["files"] == size_of(lake).files
    assert graph.manifest["ledger"]["read_as"]["syntax"] > 10
    assert tables["folders"].filter(pl.col("path").is_in(list(lake.catalog.names))).height == len(lake.catalog.names)


def test_links_are_directives_of_the_merged_graph(graph: kgraph.KGraph) -> None:
    rows = graph.query("includers", path="geo/include/geo/point.h").dicts()
    assert {(row["file"], row["line"]) for row in rows} == {("app/app/native.cpp", 1), ("geo/src/point.cpp", 1)}
    # Of a name that a module passes on, the file that defines it.
    found = {row["file"] for row in graph.query("includers", path="shapes/src/shapes/area.py").dicts()}
    assert found == {"app/app/main.py", "shapes/src/shapes/__init__.py"}
    includes = graph.frame("includes").filter(pl.col("file") == "file/app/app/native.cpp")
    by_spelling = dict(includes.select("spelling", "resolution").iter_rows())
    assert by_spelling["geo/point.h"] == "repository"
    assert by_spelling["common/log.h"] != "repository"  # which two repositories offer
    edges = graph.frame("edges").filter(pl.col("source") == "file/app/app/native.cpp", pl.col("kind") == "includes")
    assert "file/geo/include/geo/point.h" in edges["target"].to_list()
    assert not [each for each in edges["target"] if each.endswith("geo%2Fpoint.h")]
    assert [each for each in edges["target"] if each.endswith("vector")]


def test_the_triple_store_of_all_is_that_of_the_tables(graph: kgraph.KGraph) -> None:
    (row,) = graph.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }").dicts()
    assert row["n"] == graph.manifest["counts"]["triples"]


def test_it_is_made_again_where_the_fleet_moved(tmp_path: Path) -> None:
    repository(tmp_path / "größe", {"a.py": "def f(): pass\n"})
    repository(tmp_path / "b", {"b.py": "import a\n"})
    (tmp_path / "fleet.toml").write_text(
        '[[repository]]\npath = "größe"\nname = "größe"\n[[repository]]\npath = "b"\n', encoding="utf-8"
    )
    lake = fleets.build(fleets.load(tmp_path)).lake
    assert not is_there(lake)
    path = merge(lake)
    assert is_there(lake)
    with kgraph.open(path) as first:
        token = first.manifest["inputs"]
        assert [row["file"] for row in first.query("includers", path="größe/a.py").dicts()] == ["b/b.py"]
        files = first.frame("files")["id"].to_list()
        assert "file/gr%C3%B6%C3%9Fe/a.py" in files
        tables = {name: first.frame(name) for name in (*TABLES, EDGES)}
    for max_rows in (1, 7, MAX_ROWS):  # by way of the disk, and in memory
        waiting = tmp_path / f"waiting-{max_rows}"
        waiting.mkdir()
        for name, ranges in merge_tables(lake, waiting, max_rows):
            parts = list(ranges)
            assert pl.concat(parts).equals(tables[name]), (name, max_rows)
            assert len(parts) > 1 or max_rows > 1 or tables[name].height < 3, name
        assert not list(waiting.iterdir())
    again = fleets.build(fleets.load(tmp_path)).lake  # of the same sources
    assert again.catalog.generation == lake.catalog.generation + 1
    assert is_there(again)
    write(tmp_path, {"b/b.py": "x = 1\n"})
    moved = fleets.build(fleets.load(tmp_path)).lake
    assert not is_there(moved)
    with kgraph.open(merge(moved)) as second:
        assert second.manifest["inputs"] != token
        assert list(second.query("includers", path="größe/a.py")) == []


ROWS = st.lists(st.tuples(st.text("ab\u00e9/%", max_size=3), st.integers(0, 3)), max_size=30)


@settings(deadline=None, max_examples=60)
@given(frames=st.lists(ROWS, min_size=1, max_size=6), max_rows=st.integers(1, 40), step=st.integers(1, 4))
def test_rows_sorted_by_way_of_the_disk_are_those_sorted_in_memory(
    frames: list[list[tuple[str, int]]], max_rows: int, step: int
) -> None:
    def finish(rows: pl.DataFrame) -> pl.DataFrame:
        return rows.unique("id", keep="first", maintain_order=True).sort("id")

    schema = {"id": pl.String, "n": pl.Int64}
    made = [pl.DataFrame(rows, schema=schema, orient="row") for rows in frames]
    whole = finish(pl.concat(made))
    with (
        tempfile.TemporaryDirectory() as name,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(key_ranges, "_SAMPLE", step)
        ranges = list(sort_ranges(iter(made), "id", finish, Path(name), max_rows))
        assert not list(Path(name).iterdir())
        assert pl.concat(ranges).equals(whole)
        waiting, to = Path(name) / "waiting", Path(name) / "to"
        waiting.mkdir()
        written = tables.write_ranges(to, "one", iter(ranges), waiting)
        assert pl.read_parquet(to / "one.parquet").equals(whole)
        halves = [whole[: whole.height // 2], whole[whole.height // 2 :]]
        again = tables.write_ranges(to / "again", "one", iter(halves), waiting)
        assert len(ranges) == 1 or written == again  # however they come
        assert not list(waiting.iterdir())


def test_a_state_that_a_build_has_removed_cannot_be_merged(tmp_path: Path) -> None:
    repository(tmp_path / "a", {"a.py": "def f(): pass\n"})
    (tmp_path / "fleet.toml").write_text('[[repository]]\npath = "a"\n')
    before = fleets.build(fleets.load(tmp_path)).lake
    write(tmp_path, {"a/a.py": "x = 1\n"})
    fleets.build(fleets.load(tmp_path))
    with pytest.raises(GraphError, match="was built again meanwhile"):
        merge(before)
    assert not (tmp_path / ".kgraph-fleet/merged/current").exists()


def test_there_is_nothing_to_merge(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="no repository to merge"):
        merge(Lake(tmp_path / "lake", Catalog()))


def test_the_command_says_how_large_it_will_be(folder: Path, lake: Lake) -> None:
    folders = folder / ".kgraph-fleet/merged"
    merge(lake)
    done = run_command("fleet", "merge", "-F", folder)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, str(folders), "")
    folders.rename(folders.with_name("other"))
    done = run_command("fleet", "merge", "-F", folder)
    assert done.returncode == 0
    assert "merging 6 repositories: " in done.stderr
    assert "a triple store of them takes some" in done.stderr


# --- what an answer may lack ------------------------------------------------------------------------------------------


def test_what_an_answer_may_lack_is_told(lake: Lake) -> None:
    assert any("imports of Perl (1 file) were not analysed" in note for note in unread.imports(lake))
    nodes = questions.nodes_named(lake, "geo::Point")
    assert unread.languages_of(lake, nodes) == {"C++"}
    assert unread.notes(lake, {"C++"}, ["geo"]) == []  # no Perl includes a header, and `common/log.h` is none of geo's
    assert unread.notes(lake, {"C++"}, ["one"]) == ["1 directive is offered by several repositories, and leads to none"]


def test_a_repository_that_is_not_there_is_told(tmp_path: Path) -> None:
    repository(tmp_path / "a", {"a.py": "x = 1\n"})
    (tmp_path / "fleet.toml").write_text(
        '[[repository]]\npath = "a"\n[[repository]]\nurl = "file:///nowhere"\nname = "b"\n'
    )
    lake = fleets.build(fleets.load(tmp_path)).lake
    assert unread.repositories(lake) == ["not built, and in no answer: b"]
    done = run_command("fleet", "users", "a", "-F", tmp_path)
    assert "note: not built, and in no answer: b" in done.stderr


def test_whose_name_is_meant(lake: Lake) -> None:
    assert set(questions.nodes_named(lake, "common/log.h")["repo"]) == {"one", "two"}
    assert set(questions.nodes_named(lake, "common/log.h", "two")["repo"]) == {"two"}
    assert set(questions.nodes_named(lake, "two/common/log.h")["repo"]) == {"two"}
    with pytest.raises(QueryError, match=r"nothing of geo is called .common/log\.h."):
        questions.users(lake, "common/log.h", "geo")
    with pytest.raises(QueryError, match="no repository 'three'"):
        questions.users(lake, "common/log.h", "three")


def test_the_impact_of_a_symbol_is_that_of_who_uses_it(lake: Lake) -> None:
    assert questions.impact(lake, "shapes.Area").select("repo", "distance", "specifiers").rows() == [
        ("app", 1, ["<2,>=1"])
    ]
    assert questions.impact(lake, "src/shapes/area.py")["repo"].to_list() == ["app"]
    assert questions.impact(lake, "geo::Point")["repo"].to_list() == []
    with pytest.raises(QueryError, match="nothing in the fleet"):
        questions.impact(lake, "nothing")


def test_what_stands_in_a_header_or_package_may_be_used_through_it(tmp_path: Path) -> None:
    repository(
        tmp_path / "lib",
        {
            "go.mod": "module example.com/lib\n\ngo 1.21\n",
            "flags.go": "package lib\n\ntype FlagSet struct{}\n\ntype Unused struct{}\n",
            "include/lib/p.h": "struct Point {};\nstruct Line {};\n",
            "lib/__init__.py": "",
            "lib/errors.py": "class Oops(Exception): pass\n",
            "setup.py": "",
        },
    )
    repository(
        tmp_path / "app",
        {
            "go.mod": "module example.com/app\n\ngo 1.21\n\nrequire example.com/lib v1.0.0\n",
            "main.go": 'package main\n\nimport "example.com/lib"\n\nvar f lib.FlagSet\n\nfunc main() {}\n',
            "a.c": "#include <lib/p.h>\nstruct Point p;\n",
            "b.c": "#include <lib/p.h>\n",
            "m.py": "import lib.errors\n\nraise lib.errors.Oops\n",
        },
    )
    (tmp_path / "fleet.toml").write_text('[[repository]]\npath = "lib"\n[[repository]]\npath = "app"\n')
    lake = fleets.build(fleets.load(tmp_path)).lake
    asked = {"FlagSet": ("main.go", "named"), "Point": ("a.c", "may use"), "lib.errors.Oops": ("m.py", "named")}
    for name, row in asked.items():
        assert set(questions.users(lake, name).select("path", "use").rows()) == {row}, name
        assert questions.impact(lake, name)["repo"].to_list() == ["app"]
    assert questions.users(lake, "Unused").is_empty()
    assert questions.users(lake, "lib.FlagSet").equals(questions.users(lake, "FlagSet", "lib"))
    assert questions.users(lake, "include/lib/p.h")["use"].to_list() == ["named", "named"]
    (tmp_path / "app").rename(tmp_path / "elsewhere")  # the texts cannot be read any more
    assert questions.users(lake, "Line")["path"].to_list() == ["a.c", "b.c"]


# --- tools ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def index(lake: Lake) -> FleetIndex:
    merge(lake)
    return FleetIndex(lake)


def asked(index: FleetIndex, tool: str, /, **arguments: Any) -> dict[str, Any]:
    structured: dict[str, Any] = cut(fleet_tools.TOOLS[tool](index, **arguments), 12_000)["structured"]
    return structured


def test_who_uses_a_symbol_across(index: FleetIndex) -> None:
    answer = asked(index, "users_across", target="shapes.Area")
    assert [(item["at"], item["to"], item["evidence"]) for item in answer["items"]] == [
        ("app/app/main.py:3", "shapes/src/shapes/area.py", "a required package")
    ]
    assert answer["facts"] == {"owners": ["shapes"], "by_repository": {"app": 1}}
    assert any("calls are followed inside of one repository" in note for note in answer["notes"])
    nothing = asked(index, "users_across", target="include/geo/point.h", repository="geo")
    assert nothing["total"] == 1
    with pytest.raises(QueryError):
        asked(index, "users_across", target="include/geo/point.h", repository="shapes")


def test_the_other_tools_across(index: FleetIndex) -> None:
    repositories = asked(index, "repositories")
    assert {item["repository"]: item["needs"] for item in repositories["items"]}["app"] == 3
    assert any("Perl" in note for note in repositories["notes"])
    pairs = asked(index, "dependencies", repository="geo")
    assert [(item["repo"], item["to_repo"]) for item in pairs["items"]] == [("app", "geo")]
    impact = asked(index, "impact", target="wire")
    assert [(item["repo"], item["specifiers"]) for item in impact["items"]] == [("app", ["v1.0.0"])]
    assert asked(index, "duplicates")["total"] == 0
    found = asked(index, "search", text="Area")
    assert found["items"][0]["at"] == "shapes/src/shapes/area.py:1-2"
    assert asked(index, "search", text="Area", repository="geo")["total"] == 0
    assert asked(index, "search", text="measure", repository="shapes")["items"][0]["kind"] == "Function"


def test_a_tool_of_one_graph_is_asked_by_name(index: FleetIndex) -> None:
    assert {item["tool"] for item in asked(index, "ask_graph")["items"]} == set(fleet_tools.TOOLS_OF_GRAPH)
    card = asked(index, "ask_graph", tool="file_card", repository="shapes", arguments={"path": "src/shapes/area.py"})
    assert card["facts"]["path"] == "src/shapes/area.py"
    whole = asked(index, "ask_graph", tool="who_uses", arguments={"target": "geo/include/geo/point.h"})
    assert {item["at"] for item in whole["items"]} == {"app/app/native.cpp:1", "geo/src/point.cpp:1"}
    # Texts of files are where the repositories are.
    uses = asked(index, "ask_graph", tool="who_uses", repository="shapes", arguments={"target": "measure"})
    assert any(item["at"].startswith("tests/test_area.py") for item in uses["items"])
    assert index.text_at("", "shapes/src/shapes/area.py").read_text().startswith("class Area")  # type: ignore[union-attr]
    assert index.text_at("", "nowhere/x") is None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"tool": "review"}, "no tool 'review'"),
        ({"tool": "who_uses"}, "who_uses needs target"),
        ({"tool": "who_uses", "arguments": {"target": "x", "limit": 10**9}}, "<= 200"),
        ({"tool": "who_uses", "arguments": {"target": ["x"]}}, "Expected `str`"),
        ({"tool": "who_uses", "arguments": {"name": "x"}}, "no argument 'name'"),
        ({"tool": "affected", "arguments": {"files": "x"}}, "Expected `array`"),
        (
            {"tool": "includes", "arguments": {"path": "main.go", "direction": "up"}, "repository": "app"},
            "direction is",
        ),
        ({"tool": "file_card", "repository": "nope", "arguments": {"path": "x"}}, "no repository 'nope'"),
    ],
)
def test_what_a_tool_does_not_take(index: FleetIndex, arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(QueryError) as raised:
        asked(index, "ask_graph", **arguments)
    assert said in str(raised.value)


def test_graphs_that_were_not_asked_for_long_are_closed(index: FleetIndex) -> None:
    for name in index.lake.catalog.names:
        index.open_graph(name)
    assert len(index._open) <= 5
    assert index.open_graph("app").graph.repository.name == "app"
    assert index.asked.name == "app"


def test_a_build_is_seen_by_the_next_question(tmp_path: Path) -> None:
    repository(tmp_path / "a", {"a.py": "x = 1\n"})
    (tmp_path / "fleet.toml").write_text('[[repository]]\npath = "a"\n')
    fleets.build(fleets.load(tmp_path))
    current = CurrentFleet(tmp_path / ".kgraph-fleet")
    current.prepare()
    before = current.index()
    assert current.index() is before
    write(tmp_path, {"a/a.py": "def new(): pass\n"})
    fleets.build(fleets.load(tmp_path))
    assert asked(current.index(), "search", text="new")["items"][0]["at"].startswith("a/a.py")


async def converse(connection: Any) -> None:
    async with Client(connection) as client:
        assert client.instructions
        assert "6 repositories" in client.instructions
        tools = (await client.list_tools()).tools
        assert {tool.name for tool in tools} == set(fleet_tools.TOOLS)
        text = json.dumps([tool.model_dump(exclude_none=True, by_alias=True) for tool in tools])
        assert len(text) / 4 < MAX_TOKENS
        for name, arguments in {
            "repositories": {},
            "search": {"text": "Area"},
            "users_across": {"target": "geo"},
            "dependencies": {},
            "impact": {"target": "geo"},
            "ask_graph": {"tool": "sparql", "arguments": {"query": "SELECT ?p { ?f kg:path ?p }", "limit": 3}},
        }.items():
            result = await client.call_tool(name, arguments)
            assert not result.is_error, result.content
            assert result.structured_content["items"]
            assert "files were parsed" in result.structured_content["coverage"]
        one = {"tool": "sparql", "repository": "geo", "arguments": {"query": "SELECT ?p { ?f a kg:File ; kg:path ?p }"}}
        result = await client.call_tool("ask_graph", one)  # whose store is made first
        assert result.structured_content["total"] == 3
        for arguments in ({"tool": "nonsense"}, {"tool": "file_card"}, {"repository": "geo", "tool": "sparql"}):
            assert (await client.call_tool("ask_graph", arguments)).is_error


def test_a_client_asks_a_fleet(folder: Path, lake: Lake) -> None:
    words = ["-m", "kgraph", "fleet", "mcp", "-F", str(folder)]
    anyio.run(converse, stdio_client(StdioServerParameters(command=sys.executable, args=words)))
