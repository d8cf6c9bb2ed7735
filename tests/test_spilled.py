"""What waits on disk comes back as it was, and leaves nothing there."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from kgraph.pipeline import assembly
from kgraph.pipeline.build import build
from kgraph.pipeline.options import BuildOptions
from kgraph.spilled import SpillFolder, spill
from kgraph.store.folder import open_current
from kgraph.store.tables import read_all

FRAMES = {
    "texts": pl.DataFrame({"id": ["a", None, "c"], "lists": [["x"], [], None], "number": [1, None, 3]}),
    "none": pl.DataFrame(schema={"id": pl.String, "lists": pl.List(pl.Int64)}),
}


@pytest.mark.parametrize("min_rows", [0, 1, 10])
def test_frames_come_back(tmp_path: Path, min_rows: int) -> None:
    spilled = SpillFolder(tmp_path / "waiting", min_rows).put(FRAMES)
    assert set(spilled) == set(FRAMES)
    for name, frame in FRAMES.items():
        assert spilled[name].equals(frame)
        assert spilled[name].schema == frame.schema
        assert spilled.is_on_disk(name) == (frame.height >= min_rows)


@pytest.mark.parametrize("min_rows", [0, 10])
def test_frames_are_changed_where_they_wait(tmp_path: Path, min_rows: int) -> None:
    spilled = SpillFolder(tmp_path, min_rows).put(FRAMES)
    changed = spilled.change("texts", lambda frame: frame.head(2)).change("texts", lambda frame: frame.drop("id"))
    others = changed.with_frames({"none": FRAMES["texts"], "more": FRAMES["none"]})
    for frames in (changed, others):
        assert frames["texts"].equals(FRAMES["texts"].head(2).drop("id"))
    assert spilled["texts"].equals(FRAMES["texts"])
    assert changed["none"].is_empty()
    assert others["none"] is FRAMES["texts"]
    assert set(others) == {"texts", "none", "more"}
    assert len(others) == 3


def test_what_is_discarded_is_gone(tmp_path: Path) -> None:
    spilled = SpillFolder(tmp_path, 0).put(FRAMES)
    spilled.discard()
    value = spill(("a", [b"b"]), tmp_path)
    assert value.read() == value.read() == ("a", [b"b"])
    value.discard()
    assert list(tmp_path.iterdir()) == []


def test_without_a_folder_nothing_is_written() -> None:
    spilled = SpillFolder(min_rows=0).put(FRAMES)
    assert spilled["texts"] is FRAMES["texts"]


def test_a_build_whose_tables_wait_makes_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "a.h").write_text("int f(int);\n")
    (tree / "a.c").write_text('#include "a.h"\nint f(int x) { return x; }\nint g(void) { return f(1); }\n')
    (tree / "m.py").write_text("def h():\n    return 1\n\n\nclass A:\n    def m(self):\n        return h()\n")
    made = {}
    for name in ("kept", "waiting"):
        if name == "waiting":
            monkeypatch.setattr(assembly, "MIN_ROWS_FROM_NOTHING", 0)
        build(tree, tmp_path / name, BuildOptions(cache=""))
        with open_current(tmp_path / name) as generation:
            made[name] = read_all(generation.tables)
            assert [
                each.name for each in generation.path.iterdir() if each.suffix == ".part" or each.name == "waiting"
            ] == []
    assert set(made["kept"]) == set(made["waiting"])
    assert all(frame.equals(made["waiting"][name]) for name, frame in made["kept"].items())
