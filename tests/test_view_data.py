"""The answers that a view is drawn from, against the columns that they come from."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from graphs import NOT_UTF8, ODD, small

import kgraph
from kgraph.errors import QueryError
from kgraph.view import data
from kgraph.view.index import ViewIndex
from kgraph.view.matrix import layers
from kgraph.vocab.iri import file_id
from tests.test_scan import write

SHAPE = "file/include/geo/shape.h"


@pytest.fixture(scope="module")
def index() -> ViewIndex:
    index = ViewIndex(small())
    index.warm()
    return index


def test_every_answer_is_json(index: ViewIndex) -> None:
    answers = [data.overview(index), data.matrix(index), data.search(index, "shape"), data.table(index, "includes")]
    for node in index.ids:
        answers += [data.node(index, node), data.neighbours(index, node, depth=2), data.children(index, node)]
    for answer in answers:
        assert json.loads(json.dumps(answer, allow_nan=False)) == answer


class TestOverview:
    def test_it_counts_what_the_tables_hold(self, index: ViewIndex) -> None:
        graph, counts = small(), data.overview(index)["counts"]
        assert counts["files"] == graph["files"].height
        assert counts["folders"] == graph["folders"].height
        for kind in ("includes", "imports", "links", "related", "contains", "definition"):
            assert counts["edges"][kind] == graph["edges"].filter(pl.col("kind") == kind).height

    def test_its_columns_hold_every_edge_between_files(self, index: ViewIndex) -> None:
        answer = data.overview(index)
        names = [*index.files["id"], *answer["externals"]["id"], *answer["folders"]["id"]]
        for kind in ("includes", "imports", "links", "related"):
            columns = answer["edges"][kind]
            sources = np.repeat(np.arange(len(columns["degree"])), columns["degree"])
            pairs = {(names[s], names[t]) for s, t in zip(sources, columns["target"], strict=True)}
            edges = small()["edges"].filter(pl.col("kind") == kind)
            assert pairs == set(zip(edges["source"], edges["target"], strict=True))

    def test_an_include_has_its_line(self, index: ViewIndex) -> None:
        answer = data.overview(index)
        at = index.number("file/src/shape.cpp")
        start = sum(answer["edges"]["includes"]["degree"][:at])
        assert answer["edges"]["includes"]["line"][start : start + 2] == [1, 2]

    def test_where_there_is_too_much_folders_stand_for_files(self, index: ViewIndex) -> None:
        answer = data.overview(index, most_files=5)
        assert answer["level"] == "folders"
        assert sum(answer["files"]["count"]) == index.files.height
        whole = data.overview(index)["edges"]["includes"]["target"]
        assert sum(answer["edges"]["includes"]["count"]) == len(whole)
        assert answer["caps"][0].startswith("Files are shown by folder")
        assert "19 files" in answer["caps"][0]

    def test_related_files_go_first(self, index: ViewIndex) -> None:
        total = sum(len(each["target"]) for each in data.overview(index)["edges"].values())
        answer = data.overview(index, most_edges=total - 1)
        assert answer["level"] == "files"
        assert "related" not in answer["edges"]
        assert answer["caps"]


class TestNode:
    def test_a_file_has_its_facts_and_its_edges_with_lines(self, index: ViewIndex) -> None:
        answer = data.node(index, "file/src/shape.cpp")
        assert ["lines", 30] in answer["facts"]
        rows = [row for row in answer["edges"]["rows"] if row["kind"] == "includes"]
        assert [(row["other"]["path"], row["path"], row["line"]) for row in rows] == [
            ("include/geo/shape.h", "src/shape.cpp", 1),
            ("include/geo/util.h", "src/shape.cpp", 2),
        ]

    def test_an_edge_to_it_is_written_in_the_other_file(self, index: ViewIndex) -> None:
        answer = data.node(index, SHAPE, kind="includes", direction="in")
        places = {(row["path"], row["line"]) for row in answer["edges"]["rows"]}
        assert places == {("include/geo/util.h", 2), ("src/circle.h", 1), ("src/shape.cpp", 1)}

    def test_edges_come_page_by_page(self, index: ViewIndex) -> None:
        whole = data.node(index, SHAPE)["edges"]
        paged = [data.node(index, SHAPE, offset=at, limit=1)["edges"]["rows"] for at in range(whole["total"] + 1)]
        assert [row for page in paged for row in page] == whole["rows"]
        assert len(whole["rows"]) == whole["total"]

    def test_a_symbol_has_places_the_definition_first(self, index: ViewIndex) -> None:
        node = data.search(index, "geo::Shape::area")["rows"][0]["id"]
        answer = data.node(index, node)
        assert [(place["role"], place["path"], place["line"]) for place in answer["places"]] == [
            ("definition", "src/shape.cpp", 10),
            ("declaration", "include/geo/shape.h", 10),
        ]
        parents = [each["label"] for each in answer["parents"]]
        assert parents == ["shapes", "src", "shape.cpp", "geo", "geo::Shape"]

    def test_a_related_file_has_reasons(self, index: ViewIndex) -> None:
        rows = data.node(index, SHAPE, kind="related", direction="out")["edges"]["rows"]
        assert "implements shape.h; changed together in 2 of 3 commits" in [row["note"] for row in rows]

    def test_the_whole_iri_is_as_good(self, index: ViewIndex) -> None:
        assert data.node(index, index.repository.base + SHAPE)["id"] == SHAPE

    @pytest.mark.parametrize("path", [ODD, NOT_UTF8])
    def test_hostile_names(self, index: ViewIndex, path: str) -> None:
        assert data.node(index, file_id(path))["class"] == "File"

    def test_an_unknown_node_is_told(self, index: ViewIndex) -> None:
        with pytest.raises(QueryError, match="no node 'file/nowhere'"):
            data.node(index, "file/nowhere")


class TestNeighbours:
    def test_users_are_before_and_what_is_used_after(self, index: ViewIndex) -> None:
        answer = data.neighbours(index, SHAPE)
        steps = {each["path"] or each["label"]: each["step"] for each in answer["nodes"]}
        assert steps["include/geo/shape.h"] == 0
        assert steps["src/circle.h"] == steps["src/shape.cpp"] == steps["README.md"] == -1
        assert steps["vector"] == 1

    def test_depth_goes_on(self, index: ViewIndex) -> None:
        assert "src/circle.cpp" not in {each["path"] for each in data.neighbours(index, SHAPE)["nodes"]}
        steps = {each["path"]: each["step"] for each in data.neighbours(index, SHAPE, depth=2)["nodes"]}
        assert steps["src/circle.cpp"] == -2

    def test_what_the_limit_leaves_out_is_told(self, index: ViewIndex) -> None:
        whole, part = data.neighbours(index, SHAPE), data.neighbours(index, SHAPE, limit=4)
        assert whole["omitted"] == 0
        assert len(part["nodes"]) == 4
        assert part["omitted"] == len(whole["nodes"]) - 4
        assert part["total"] == whole["total"]

    def test_members_are_apart_and_their_users_are_users(self, tmp_path: Path) -> None:
        write(
            tmp_path / "tree",
            {
                "a.h": "struct A { int x; void f(); };\nint g();\n",
                "a.cpp": '#include "a.h"\nvoid A::f() { g(); }\nvoid use(A& a) { a.f(); }\n',
            },
        )
        with kgraph.build(tmp_path / "tree", history=False) as graph:
            type_ = next(each["id"] for each in data.search(graph.index, "A")["rows"] if each["kind"] == "Struct")
            answer = data.neighbours(graph.index, type_)
        found = {each["label"]: (each["step"], each.get("part")) for each in answer["nodes"]}
        assert found["A"] == (0, None)
        assert found["A::f"] == found["A::x"] == (0, "member")
        assert found["a.h"] == (0, "owner")
        assert found["use"] == (-1, None)
        assert found["g"] == (1, None)
        assert answer["omitted"] == 0

    def test_only_the_kinds_asked_for(self, index: ViewIndex) -> None:
        answer = data.neighbours(index, SHAPE, kinds=["related"])
        assert {each["kind"] for each in answer["edges"]} == {"related"}
        with pytest.raises(QueryError, match="of kind 'eats'"):
            data.neighbours(index, SHAPE, kinds=["eats"])


def test_children_of_a_folder_count_their_files(index: ViewIndex) -> None:
    nodes = {each["label"]: each["files"] for each in data.children(index, "folder/src")["nodes"]}
    assert nodes == {"a": 1, "b": 1, "circle.cpp": 1, "circle.h": 1, "config.h.in": 1, "shape.cpp": 1}


def test_children_of_a_file_are_its_symbols(index: ViewIndex) -> None:
    labels = {each["label"] for each in data.children(index, SHAPE)["nodes"]}
    assert labels == {"geo", "geo::Shape"}


class TestSearch:
    def test_exact_names_come_before_prefixes_and_parts(self, index: ViewIndex) -> None:
        rows = data.search(index, "Shape", limit=100)["rows"]
        assert [row["match"] for row in rows] == sorted(
            (row["match"] for row in rows), key=["exact", "prefix", "part"].index
        )
        assert {row["label"] for row in rows if row["match"] == "exact"} == {"geo::Shape", "geo.shapes.Shape"}

    def test_a_path_is_found(self, index: ViewIndex) -> None:
        assert data.search(index, "src/shape.cpp")["rows"][0]["id"] == "file/src/shape.cpp"

    def test_nothing_and_no_pattern(self, index: ViewIndex) -> None:
        assert data.search(index, " ")["rows"] == []
        assert data.search(index, "sh.pe")["total"] == 0


class TestMatrix:
    def test_it_counts_dependencies_between_groups(self, index: ViewIndex) -> None:
        answer = data.matrix(index)
        labels = [group["label"] for group in answer["groups"]]
        cells = {(labels[row], labels[column]): number for row, column, number in answer["cells"]}
        assert cells[("src", "include/geo")] == 3
        assert answer["total"] == sum(cells.values())

    def test_users_stand_above_what_they_use(self) -> None:
        weights = np.array([[0, 0, 1], [9, 0, 5], [7, 0, 0]])
        assert layers(weights) == [1, 2, 0]

    def test_what_goes_against_is_counted(self, index: ViewIndex) -> None:
        answer = data.matrix(index, "folder/include")
        assert answer["against"] == sum(number for row, column, number in answer["cells"] if row > column)

    def test_a_file_has_none(self, index: ViewIndex) -> None:
        with pytest.raises(QueryError, match="not a folder"):
            data.matrix(index, SHAPE)


class TestTable:
    def test_pages_in_an_order(self, index: ViewIndex) -> None:
        answer = data.table(index, "files", sort="-lines", limit=2)
        assert [row[0] for row in answer["rows"]] == ["docs/guide.md", "src/shape.cpp"]
        assert answer["total"] == small()["files"].height

    def test_unknown_tables_and_columns(self, index: ViewIndex) -> None:
        with pytest.raises(QueryError, match="no table 'x'"):
            data.table(index, "x")
        with pytest.raises(QueryError, match="no column 'x'"):
            data.table(index, "files", sort="x")
