"""Links of a fleet that moves: what is taken over and what is joined again gives the links of a fleet built anew."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import polars as pl
import pytest

from kgraph import fleet as fleets
from kgraph.fleet import interface_store, relinking
from kgraph.fleet.lake import Catalog, CatalogEntry, Lake, Revision
from tests.test_scan import repository

_PROJECT = '[project]\nname = "{name}"\nversion = "1"\ndependencies = [{requires}]\n'
_GO = "module example.com/{name}\n\ngo 1.21\n"
_CRATE = '[package]\nname = "{name}"\nversion = "1.0.0"\nedition = "2021"\n\n[dependencies]\n{requires}\n'
_AREA = {
    "pyproject.toml": _PROJECT.format(name="shapes", requires=""),
    "shapes/__init__.py": "from .area import Area, measure\nfrom .more import *\n",
    "shapes/area.py": "class Area:\n    def size(self):\n        return 1\n\n\ndef measure():\n    return 1\n",
    "shapes/more.py": "def more():\n    return 1\n",
}
_USER = {
    "pyproject.toml": _PROJECT.format(name="app", requires='"shapes"'),
    "app/__init__.py": "",
    "app/main.py": "import shapes\nfrom shapes import Area, measure, more\n\n\ndef run(area: Area):\n    measure()\n"
    "    more()\n    shapes.area.measure()\n    return area.size()\n",
    "app/native.cpp": (
        "#include <geo/point.h>\n#include <geo/line.h>\n"
        "void draw() {\n  geo_point(1);\n  geo_line(2);\n  geo_deep(3);\n}\n"
    ),
    "go.mod": _GO.format(name="app"),
    "main.go": 'package main\n\nimport "example.com/wire/codec"\n\nfunc main() { codec.Encode() }\n',
    "Cargo.toml": _CRATE.format(name="app", requires='turns = "1"'),
    "src/lib.rs": "use turns::turn;\n\npub fn go() { turn(); turns::back(); }\n",
}
# States of repositories, by name: what others ask for comes, goes and moves.
STATES: dict[str, list[dict[str, str]]] = {
    "shapes": [
        _AREA,
        {**_AREA, "shapes/other.py": "def unrelated():\n    return 1\n"},
        {**_AREA, "shapes/area.py": "class Area:\n    def extent(self):\n        return 1\n"},
        {**_AREA, "shapes/__init__.py": "from .area import Area\n"},
        {**_AREA, "shapes/area.pyi": "class Area: ...\ndef measure() -> int: ...\n", "shapes/__init__.pyi": ""},
        {**_AREA, "pyproject.toml": _PROJECT.format(name="figures", requires="")},
    ],
    "shapes-fork": [_AREA],
    "geo": [
        {"include/geo/point.h": "struct Point {};\nint geo_point(int);\n", "wire.py": "x = 1\n"},
        {"include/geo/line.h": "struct Line {};\nint geo_line(int);\nint geo_point(int);\n"},
        {
            "include/geo/point.h": '#include "deep.h"\nint geo_point(int);\nint geo_point(long);\n',
            "include/geo/deep.h": "int geo_deep(int);\n",
        },
        {"include/geo/point.h": "int geo_point(int);\n", "include/geo/deep.h": "int geo_deep(int);\n"},
        {"include/geo/point.h": "struct Point {};\n", "other/include/geo/point.h": "struct Point {};\n"},
    ],
    "geometry": [{"geo/point.h": "struct Point {};\n", "geo/line.h": "struct Line {};\nint geo_line(int);\n"}],
    "wire": [
        {"go.mod": _GO.format(name="wire"), "codec/codec.go": "package codec\n\nfunc Encode() {}\n"},
        {"go.mod": _GO.format(name="wire"), "codec/codec.go": "package codec\n\nfunc Decode() {}\n"},
    ],
    "turns": [
        {"Cargo.toml": _CRATE.format(name="turns", requires=""), "src/lib.rs": "pub fn turn() {}\npub fn back() {}\n"},
        {"Cargo.toml": _CRATE.format(name="turns", requires=""), "src/lib.rs": "pub fn turn() {}\n"},
    ],
    "app": [
        _USER,
        {**_USER, "pyproject.toml": _PROJECT.format(name="app", requires="")},
        {**_USER, "app/main.py": "from shapes.area import Area\n\n\nclass Own(Area):\n    pass\n"},
    ],
    "tool": [{**_USER, "app/main.py": "from shapes import extra, Area\n\n\ndef f():\n    return Area().extent()\n"}],
}


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a fleet that has a graph for each state of each repository, called `shapes.0` and so on."""
    folder = tmp_path_factory.mktemp("states")
    for name, contents in STATES.items():
        for number, each in enumerate(contents):
            path = folder / f"{name}.{number}"
            path.mkdir()
            repository(path, dict(each))
    (folder / "fleet.toml").write_text("[options]\nhistory = false\n[[repository]]\npath = '*.[0-9]'\n")
    report = fleets.build(fleets.load(folder), parallel=2)
    assert not report.failed
    return report.lake.home


def put(home: Path, states: Path, chosen: dict[str, int], packages: set[str]) -> tuple[Lake, relinking.LinkResult]:
    """Make a lake hold the states of some repositories, and link them."""
    before = Lake.open_or_empty(home)
    entries = []
    for name, number in sorted(chosen.items()):
        before.add(name, f"r{number}", states / "graphs" / f"{name}.{number}" / "tables")
        entries.append(CatalogEntry(name=name, current=Revision(rev=f"r{number}")))
    catalog = Catalog(generation=before.catalog.generation, repositories=tuple(entries))
    relinked = relinking.relink(Lake(before.folder, catalog), packages)
    lake = before.publish(catalog, relinked.links, relinked.uses)
    relinking.remember(lake, relinked)
    return lake, relinked


def link_files(lake: Lake) -> list[bytes]:
    return [
        (lake.folder / table / f"rev={lake.catalog.generation:06}" / "part-0.parquet").read_bytes()
        for table in ("links", "use_links")
    ]


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.once)])
def test_a_fleet_that_moves_has_the_links_of_one_built_from_nothing(tmp_path: Path, states: Path, seed: int) -> None:
    """Byte for byte, after any additions, removals and moves."""
    choose = random.Random(seed)
    chosen = dict.fromkeys(STATES, 0)
    seen = set()
    for step in range(10):
        lake, relinked = put(tmp_path / "moving", states, chosen, {"shapes-fork"} if step % 4 == 3 else set())
        shutil.rmtree(tmp_path / "anew", ignore_errors=True)
        anew, whole = put(tmp_path / "anew", states, chosen, {"shapes-fork"} if step % 4 == 3 else set())
        assert set(whole.again) == set(chosen)
        assert relinked.links.equals(whole.links), chosen
        assert relinked.uses.equals(whole.uses), chosen
        assert link_files(lake) == link_files(anew), chosen
        seen.add(len(chosen) - len(relinked.again))
        for name in choose.sample(sorted(STATES), choose.choice([1, 1, 2, 3])):
            number = choose.choice([None, *range(len(STATES[name])), 0])
            if number is None and len(chosen) > 1:
                chosen.pop(name, None)
            else:
                chosen[name] = number or 0
    assert len(seen) > 1, "some were taken over"


@pytest.mark.parametrize(
    ("moved", "to", "again"),
    [
        ({}, {}, []),
        ({"shapes": 0}, {"shapes": 1}, ["shapes"]),  # what nobody asks for
        ({"shapes": 0}, {"shapes": 2}, ["app", "shapes", "tool"]),
        ({"wire": 0}, {"wire": 1}, ["app", "tool", "wire"]),
        ({"app": 0}, {"app": 2}, ["app"]),  # what asks, and offers nothing that is asked for
    ],
)
def test_only_what_asks_for_what_moved_is_joined_again(
    tmp_path: Path, states: Path, moved: dict[str, int], to: dict[str, int], again: list[str]
) -> None:
    chosen = {"app": 0, "geo": 0, "shapes": 0, "tool": 0, "turns": 0, "wire": 0}
    put(tmp_path, states, chosen | moved, set())
    _, relinked = put(tmp_path, states, chosen | to, set())
    assert list(relinked.again) == again


@pytest.mark.parametrize("damage", ["linked.json", "app", "shapes"])
def test_what_is_kept_of_links_may_vanish_or_be_damaged(tmp_path: Path, states: Path, damage: str) -> None:
    chosen = {"app": 0, "shapes": 0, "wire": 0}
    lake, relinked = put(tmp_path, states, chosen, set())
    path = tmp_path / "interfaces" / damage
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.write_text("{")
    again, joined = put(tmp_path, states, chosen, set())
    assert joined.links.equals(relinked.links)
    assert joined.uses.equals(relinked.uses)
    assert joined.links.filter(pl.col("to_repo") == "shapes").height
    assert again.catalog.generation == lake.catalog.generation + 1


def test_what_links_need_of_a_repository_is_made_where_that_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each process makes the interface of the repository that it builds; this one joins them, and makes none."""
    made = []
    real = interface_store.interface
    monkeypatch.setattr(interface_store, "interface", lambda *given: made.append(given) or real(*given))
    for name in ("shapes", "app"):
        (tmp_path / name).mkdir()
        repository(tmp_path / name, dict(STATES[name][0]))
    (tmp_path / "fleet.toml").write_text("[options]\nhistory = false\n[[repository]]\npath = '*'\n")
    lake = fleets.build(fleets.load(tmp_path), parallel=2).lake
    assert lake.links().filter(pl.col("to_repo") == "shapes").collect().height
    assert not made
    shutil.rmtree(lake.home / "interfaces")  # as one of an earlier version of kgraph
    fleets.build(fleets.load(tmp_path), only=["app"], parallel=1)
    assert [package for _, package in made] == [None], "of the one that was not asked for"
