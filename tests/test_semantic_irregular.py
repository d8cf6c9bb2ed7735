"""What is no regular file, where a unit looks for headers: clang reads an empty file in its place."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

import pytest

from kgraph.extract.semantic import database, driver, libclang
from kgraph.extract.semantic.irregular import NOTE, make_overlay
from kgraph.extract.semantic.precompiled import Headers
from kgraph.model import Compiled
from kgraph.regular_file import blob_id

pytestmark = pytest.mark.skipif(not libclang.is_installed(), reason="libclang is not installed")
AFTER = "int g();\nint f() { return g(); }\n"


class NoCache:
    def get(self, keys: Collection[str]) -> dict[str, bytes]:
        return {}

    def put(self, key: str, data: bytes) -> None: ...


def unit(root: Path, *flags: str, file: str = "a.cpp") -> database.Unit:
    return database.Unit(str(root / file), str(root), flags)


def read(root: Path, *units: database.Unit) -> Compiled:
    files = {str(path.relative_to(root)): path for path in root.rglob("*") if path.suffix in (".cpp", ".h")}
    blobs = {name: blob_id(path.read_bytes()) for name, path in files.items() if path.is_file()}
    found = database.Database(str(root / "compile_commands.json"), len(units), units)
    return driver.read(found, root, blobs, NoCache(), driver.ReadOptions(jobs=1))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Pipes in several places, and links to them."""
    root = tmp_path.resolve() / "tree"
    for folder in ("inc/sub", "src", "other"):
        (root / folder).mkdir(parents=True)
    for pipe in ("pipe.h", "inc/pipe2.h", "inc/sub/pipe3.h"):
        os.mkfifo(root / pipe)
    (root / "src/linked.h").symlink_to("../pipe.h")
    (root / "src/zero.h").symlink_to("/dev/zero")
    (root / "folder").symlink_to("inc/sub")
    (root / "by.h").write_text('#include "inc/sub/pipe3.h"\n')
    return root


@pytest.mark.parametrize(
    ("text", "flags", "place"),
    [
        ('#include "pipe.h"\n', (), ("a.cpp", 1, "pipe.h")),
        ('#include "./src/../pipe.h"\n', (), ("a.cpp", 1, "./src/../pipe.h")),
        ("#include <pipe2.h>\n", ("-Iinc",), ("a.cpp", 1, "pipe2.h")),
        ("\n#include <sub/pipe3.h>\n", ("-isystem", "inc"), ("a.cpp", 2, "sub/pipe3.h")),
        ('#include "folder/pipe3.h"\n', (), ("a.cpp", 1, "folder/pipe3.h")),
        ('#include "by.h"\n', (), ("by.h", 1, "inc/sub/pipe3.h")),
        ('#include "src/linked.h"\n', (), ("a.cpp", 1, "src/linked.h")),
        ('#include "src/zero.h"\n', (), ("a.cpp", 1, "src/zero.h")),
        ('#include "/dev/zero"\n', (), ("a.cpp", 1, "/dev/zero")),
        ('#define HEADER "inc/pipe2.h"\n#include HEADER\n', (), ("a.cpp", 2, "inc/pipe2.h")),
        ('#if __has_include("inc/pipe2.h")\n#include_next "inc/pipe2.h"\n#endif\n', (), ("a.cpp", 2, "inc/pipe2.h")),
        ("", ("-include", "pipe.h"), ("a.cpp", 1, "pipe.h")),
        ("", ("-include", "pipe2.h", "-Iinc"), ("a.cpp", 1, "pipe2.h")),
    ],
)
def test_is_not_opened(root: Path, text: str, flags: tuple[str, ...], place: tuple[str, int, str]) -> None:
    (root / "a.cpp").write_text(text + AFTER)
    told = read(root, unit(root, *flags))
    (one,) = told.units
    assert (one.outcome, one.missing, one.error_count) == ("", (), 0)
    path, line, spelling = place
    assert one.errors == ((path, line if text else one.errors[0][1], f"{spelling} {NOTE}"),)
    assert list(told.notes) == [path]
    assert told.files["a.cpp"][0].uses


def test_nothing_is_told_where_all_is_regular(tmp_path: Path) -> None:
    (tmp_path / "a.cpp").write_text('#include "b.h"\n#include <vector>\n' + AFTER)
    (tmp_path / "b.h").write_text("")
    (tmp_path / "gone.h").symlink_to("nowhere")
    headers = Headers([unit(tmp_path)], str(tmp_path), str(tmp_path))
    assert make_overlay([unit(tmp_path)], headers, str(tmp_path)) is None


def test_names_of_any_characters(root: Path) -> None:
    for name in ('q"uote.h', "back\\slash.h", "line\nfeed.h", "ünï.h", "日本.h", "tab\t.h", "a: b #c.h"):
        os.mkfifo(root / "other" / name)
    os.mkfifo(os.fsencode(root / "other") + b"/\xff.h")  # of which clang cannot be told
    (root / "a.cpp").write_text('#include "other/ünï.h"\n#include "other/a: b #c.h"\n' + AFTER)
    told = read(root, unit(root))
    assert [text for _, _, text in told.units[0].errors] == [f"other/ünï.h {NOTE}", f"other/a: b #c.h {NOTE}"]
    assert told.units[0].error_count == 0


def test_each_folder_is_listed_once_for_all_units(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    units = []
    for number in range(20):
        (root / f"{number}.cpp").write_text('#include "by.h"\n#include "pipe.h"\n')
        units.append(unit(root, "-Iinc", file=f"{number}.cpp"))
    listed: list[str] = []
    real = os.scandir
    monkeypatch.setattr(os, "scandir", lambda folder: listed.append(folder) or real(folder))  # type: ignore[func-returns-value]
    headers = Headers(units, str(root), str(root))
    overlay = make_overlay(units, headers, str(root / "other"))
    assert overlay
    assert len(listed) == len(set(listed)) < 10
