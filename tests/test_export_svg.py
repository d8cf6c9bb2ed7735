"""Pictures: circles lie in circles and do not overlap, the matrix tells what the graph tells, both are plain XML."""

from __future__ import annotations

import io
import math
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kgraph
from kgraph import export
from kgraph.errors import ExportError
from kgraph.export import WholeGraph
from kgraph.layout import enclosing, layers, pack
from tests.graphs import small
from tests.project import project
from tests.test_export import answer, written
from tests.test_scan import repository

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> WholeGraph:
    with kgraph.build(project(tmp_path_factory.mktemp("svg") / "tensors"), history=False) as graph:
        return WholeGraph(graph.tables)


def drawn(source: WholeGraph, form: str) -> ElementTree.Element:
    root = ElementTree.fromstring(written(source, form))
    assert root.tag == f"{SVG}svg"
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {"svg", "title", "rect", "circle", "text", "g"}
    return root


def titles(root: ElementTree.Element, tag: str) -> list[str]:
    return [element.findtext(f"{SVG}title") or "" for element in root.iter(SVG + tag)]


# Layout


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0.5, 50), min_size=1, max_size=40))
def test_packed_circles_do_not_overlap_and_are_enclosed(radii: list[float]) -> None:
    circles = pack(radii)
    assert [radius for _, _, radius in circles] == radii
    x, y, r = np.array(circles).T
    for one in range(len(radii)):
        apart = np.hypot(x - x[one], y - y[one])[one + 1 :]
        assert (apart >= (r[one] + r[one + 1 :]) * (1 - 1e-6)).all()
    cx, cy, outer = enclosing(circles)
    assert (np.hypot(x - cx, y - cy) + r <= outer * (1 + 1e-9)).all()
    assert outer <= sum(radii) * 1.02
    assert pack(radii) == circles


def test_many_equal_circles_are_packed_densely() -> None:
    _, _, outer = enclosing(pack([1.0] * 60))
    assert 60 / outer**2 > 0.7


def test_layers_put_users_first() -> None:
    weights = np.array([[0, 0, 0], [5, 0, 3], [4, 1, 0]])
    assert layers(weights) == [1, 2, 0]
    assert layers(np.zeros((0, 0), dtype=np.int64)) == []


# The map


def test_the_map_has_every_folder_and_file_once(source: WholeGraph) -> None:
    root = drawn(source, "svg-map")
    told = titles(root, "circle")
    files = [int(match[1]) for each in told if (match := re.search(r": (\d+) files?, ", each))]
    assert sum(files) == len(source.graph["files"])
    assert "c10/util: 3 files, 3 of C++" in told
    labels = [element.text for element in root.iter(f"{SVG}text")]
    assert {"c10", "torch", "C++", "Python"} <= set(labels)


def test_circles_of_the_map_lie_in_the_picture(source: WholeGraph) -> None:
    for circle in drawn(source, "svg-map").iter(f"{SVG}circle"):
        x, y, r = (float(circle.get(name) or "nan") for name in ("cx", "cy", "r"))
        assert (math.hypot(x - 500, y - 500) + r <= 501) or y > 1000


def test_small_folders_are_drawn_with_their_parent_and_that_is_told(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {f"big/{index}.py": "x = 1\n" for index in range(600)}
    files["tiny/one.py"] = "x = 1\n"
    with kgraph.build(repository(tmp_path, files), history=False) as graph:
        out = io.BytesIO()
        notes = export.write(WholeGraph(graph.tables), "svg-map", out)
    assert notes == ("1 of 3 folders hold few files and are drawn with their parents",)
    assert b"tiny" not in out.getvalue()


# The matrix


def test_the_matrix_counts_what_the_graph_counts(source: WholeGraph) -> None:
    root = drawn(source, "svg-matrix")
    told = dict(title.rsplit(": ", 1) for title in titles(root, "rect") if " needs " in title)
    assert told["c10/core needs c10/util"] == "2"
    assert told["c10/core needs aten/src/ATen"] == "1"
    caption = [element.text or "" for element in root.iter(f"{SVG}text")][-1]
    total = sum(map(int, told.values()))
    assert caption.startswith(f"A row needs a column. {total} includes and imports between parts; ")


def test_what_goes_against_the_layers_is_red(source: WholeGraph) -> None:
    root = drawn(source, "svg-matrix")
    red = {rect.findtext(f"{SVG}title") for rect in root.iter(f"{SVG}rect") if rect.get("fill") == "#c0392b"}
    assert red == {
        "c10/core needs aten/src/ATen: 1",
        "torch/nn/modules needs torch/nn/…: 1",
        "torch/… needs torch/nn/…: 1",
    }


def test_a_repository_without_dependencies_has_an_empty_matrix(tmp_path: Path) -> None:
    with kgraph.build(repository(tmp_path, {"a/x.txt": "1\n", "b/y.txt": "2\n"}), history=False) as graph:
        root = drawn(WholeGraph(graph.tables), "svg-matrix")
        assert any("No part of this" in (element.text or "") for element in root.iter(f"{SVG}text"))
        drawn(WholeGraph(graph.tables), "svg-map")


# Both


@pytest.mark.parametrize("form", ["svg-map", "svg-matrix"])
def test_pictures_are_the_same_each_time_and_never_of_an_answer(form: str) -> None:
    assert written(WholeGraph(small()), form) == written(WholeGraph(small()), form)
    drawn(WholeGraph(small()), form)
    with pytest.raises(ExportError, match="no folders to draw"):
        written(answer(), form)


@pytest.mark.parametrize("form", ["svg-map", "svg-matrix"])
def test_hostile_names_are_text(form: str, tmp_path: Path) -> None:
    name = '<script>alert(1)</script> & "q" ]]>'
    files: dict[str, str | bytes] = {
        f"{name}/a.py": "import b\n",
        "b/__init__.py": "x = 1\n",
        "b\x01\n\udcff/c.py": "1\n",
    }
    with kgraph.build(repository(tmp_path / "r", files), history=False) as graph:
        root = drawn(WholeGraph(graph.tables), form)
    text = ElementTree.tostring(root, encoding="unicode")
    assert "<script" not in text
    if form == "svg-map":
        assert any(title.startswith(f"{name.partition('/')[0]}") for title in titles(root, "circle"))
