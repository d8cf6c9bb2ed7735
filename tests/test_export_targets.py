"""Map and matrix by target: `kgraph export -f svg-map|svg-matrix --by target`."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

import kgraph.api
from kgraph.cli import main
from kgraph.export.targets import target_groups

FILES = {
    "CMakeLists.txt": "add_library(core core/a.cc)\nadd_executable(app app/main.cc app/view.cc)\n"
    "target_link_libraries(app core)\nadd_library(alone alone.cc)\nadd_custom_target(all_of DEPENDS core/a.cc)\n",
    "core/a.cc": '#include "a.h"\n',
    "core/a.h": "int a();\n",
    "app/main.cc": '#include "../core/a.h"\n#include "view.h"\nint main() { return a(); }\n',
    "app/view.cc": '#include "view.h"\n#include "../core/a.h"\n',
    "app/view.h": "",
    "alone.cc": "",
}


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("targets")
    for path, text in FILES.items():
        (root / "tree" / path).parent.mkdir(parents=True, exist_ok=True)
        (root / "tree" / path).write_text(text)
    kgraph.api.build(root / "tree", output=root / "graph")
    return root / "graph"


def ran(*arguments: str | Path) -> str:
    result = CliRunner().invoke(main, [str(each) for each in arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def titles(svg: str) -> list[str]:
    return [each.text or "" for each in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}title")]


def test_headers_go_with_the_source_beside_them(graph: Path) -> None:
    with kgraph.api.open(graph) as opened:
        groups = target_groups(opened.tables)
    assert [(each.name, each.form, len(each.files)) for each in groups.targets] == [
        ("app", "executable", 3),
        ("core", "library", 2),
        ("alone", "library", 1),
    ]
    assert (set(groups.links), dict(groups.needs), groups.shared) == ({(0, 1)}, {(0, 1): 2}, 0)


def test_the_map_has_circles_and_links(graph: Path) -> None:
    found = titles(ran("export", "-f", "svg-map", "--by", "target", "-g", graph))
    assert "app (executable, .): 3 files" in found
    assert "app links against core; 2 includes and imports" in found


def test_the_matrix_has_what_needs_what(graph: Path) -> None:
    assert "app needs core: 3" in titles(ran("export", "-f", "svg-matrix", "--by", "target", "-g", graph))


def test_without_targets_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "a.cc").write_text("int a;\n")
    kgraph.api.build(tmp_path / "tree", output=tmp_path / "graph")
    result = CliRunner().invoke(main, ["export", "-f", "svg-map", "--by", "target", "-g", str(tmp_path / "graph")])
    assert result.exit_code == 2
    assert "no target of this graph is built of files" in result.stderr


def test_other_formats_refuse_it(graph: Path) -> None:
    result = CliRunner().invoke(main, ["export", "-f", "nt", "--by", "target", "-g", str(graph)])
    assert result.exit_code == 2
