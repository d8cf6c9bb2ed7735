"""What breaks if something changes, as the explorer is told: each number is that of the graph, each step of a text."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import kgraph
from kgraph.languages import UNITS
from kgraph.serve.impact import HistoryReader, impact
from kgraph.view.index import ViewIndex
from tests.test_scan import git, write

FILES: dict[str, str | bytes] = {
    "lib/shape.h": "#pragma once\n#include <vector>\nstruct Shape {\n  int area() const;\n};\n",
    "lib/shape.cpp": '#include "shape.h"\nint Shape::area() const { return 1; }\n',
    "lib/all.h": '#pragma once\n#include "shape.h"\n',
    "app/draw.cpp": '#include "lib/all.h"\nint draw(const Shape& shape) { return shape.area(); }\n',
    "test/shape_test.cpp": '#include "lib/shape.h"\n#define TEST(a, b) void a##b()\n'
    "TEST(Shape, Area) {\n  Shape shape;\n  shape.area();\n}\n",
    "alone.cpp": "int alone() { return 1; }\n",
}


@cache
def opened() -> tuple[kgraph.KGraph, ViewIndex]:
    root = write(Path(mkdtemp()) / "shapes", FILES)
    git(root, "init", "-q")
    for number in range(4):
        for name in ("lib/shape.h", "lib/shape.cpp"):
            with (root / name).open("a") as stream:
                stream.write(f"// {number}\n")
        git(root, "add", "-A")
        git(root, "commit", "-q", "-m", f"Change {number}")
    graph = kgraph.build(root, jobs=1)
    return graph, ViewIndex(graph.tables)


def asked(node: str, to: str = "") -> dict[str, Any]:
    graph, index = opened()
    return impact(graph, index, HistoryReader(graph), node, to)


def test_a_header() -> None:
    answer = asked("file/lib/shape.h")
    assert answer["files"] == ["lib/shape.h"]
    assert answer["units"] == {"count": 3, "includers": 4}
    assert [row["path"] for row in answer["tests"]["rows"]] == ["test/shape_test.cpp"]
    assert answer["tests"]["of"] == 1
    assert {row["path"] for row in answer["dependents"]["rows"]} >= {"app/draw.cpp", "lib/all.h"}
    assert {part["path"] for part in answer["parts"]} == {"app", "lib", "test"}
    assert sum(answer["sure"].values()) == answer["tests"]["total"] + answer["dependents"]["total"]


def test_each_step_names_the_line_that_shows_it() -> None:
    answer = asked("file/lib/shape.h", "draw")
    row = next(row for row in answer["dependents"]["rows"] if row["name"] == "draw")
    assert [(step["node"], step["path"], step["line"]) for step in row["steps"]][-1] == ("draw", "app/draw.cpp", 2)
    assert all("draw" in f"{row['name']} {row['path']}" for row in answer["dependents"]["rows"])
    assert answer["dependents"]["total"] > len(answer["dependents"]["rows"])


def test_what_changes_with_it_and_who_knows_it() -> None:
    answer = asked("file/lib/shape.h")
    assert [(each["path"], each["together"], each["commits"]) for each in answer["together"]] == [
        ("lib/shape.cpp", 4, 4)
    ]
    assert [(each["commits"], each["of"]) for each in answer["people"]] == [(4, 4)]


def test_a_symbol_a_folder_and_what_nothing_needs() -> None:
    _, index = opened()
    method = next(id_ for id_ in index.ids if id_.startswith("symbol/") and "area" in id_)
    assert {"lib/shape.cpp", "lib/shape.h"} == set(asked(method)["files"])
    assert "draw" in [row["name"] for row in asked(method)["dependents"]["rows"]]
    assert len(asked("folder/lib")["files"]) == 3
    alone = asked("file/alone.cpp")
    assert alone["units"] == {"count": 1, "includers": 0}
    assert alone["dependents"]["total"] == alone["tests"]["total"] == 0


def test_what_is_outside_says_so() -> None:
    _, index = opened()
    outside = next(id_ for id_ in index.ids if id_.startswith("external/header"))
    answer = asked(outside)
    assert answer["files"] == []
    assert "outside of the repository" in answer["notes"][0]


def test_one_expression_says_what_is_compiled() -> None:
    text = (Path(kgraph.__file__).parent / "view/app/src/impact.js").read_text()
    found = re.search(r"UNITS = /(.*)/;", text)
    assert found is not None
    assert found[1] == UNITS
