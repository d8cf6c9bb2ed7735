"""Headers that are parsed once for many units: which units may share them, and that nothing changes by it."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pytest

from kgraph.extract.semantic import driver
from kgraph.extract.semantic.database import Database, Unit
from kgraph.extract.semantic.precompiled import HeaderGroup, Headers, Precompiled
from kgraph.extract.semantic.session import Session
from kgraph.scan import blob_id

NAMES = ("a.cpp", "b.cpp", "c.cpp", "d.cpp")


def units(root: Path, files: Mapping[str, str], *flags: str) -> list[Unit]:
    """The sources among the files, written."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    sources = sorted(name for name in files if name.endswith(".cpp"))
    return [Unit(str(root / name), str(root), flags) for name in sources]


def groups(root: Path, files: Mapping[str, str], *flags: str) -> list[HeaderGroup]:
    found = units(root, files, *flags)
    return Headers(found, str(root), str(root)).groups(range(len(found)))


SHARED = "#pragma once\n#include <string>\n#include <vector>\n#include <map>\n#include <array>\n"


def test_units_that_include_the_same_share_it(tmp_path: Path) -> None:
    files = dict.fromkeys(NAMES, '#include "shared.h"\n') | {"shared.h": SHARED}
    (group,) = groups(tmp_path, files, "-std=c++17")
    assert (group.units, group.language, group.parent) == ((0, 1, 2, 3), "c++", -1)
    assert group.spellings == ("string", "vector", "map", "array")


def test_a_group_goes_on_from_a_larger_one(tmp_path: Path) -> None:
    files = dict.fromkeys(NAMES, '#include "shared.h"\n') | {"shared.h": SHARED}
    files |= {
        f"more-{name}": '#include "shared.h"\n#include <set>\n#include <list>\n#include <deque>\n' for name in NAMES
    }
    all_, some = groups(tmp_path, files)
    assert (len(all_.units), some.units, some.parent) == (8, (4, 5, 6, 7), 0)
    assert some.spellings == ("set", "list", "deque")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("#ifndef SHARED_H\n#define SHARED_H\n#include <map>\n#endif\n", True),  # a guard is no condition
        ("#if defined(ON) || defined(OFF)\n#include <map>\n#endif\n", True),
        ("#if defined(ON) && !defined(ON)\n#include <map>\n#endif\n", False),
        ("#ifndef ON\n#else\n#include <map>\n#endif\n", True),
        ("#ifdef OFF\n#include <map>\n#endif\n", False),
        ("#if VALUE > 3\n#include <map>\n#elif defined(ON)\n#include <map>\n#endif\n", False),
        ("#include <cassert>\n", False),
        ('#include "map"\n', False),
    ],
)
def test_only_what_is_included_in_any_case(tmp_path: Path, text: str, found: bool) -> None:
    files = dict.fromkeys(NAMES, '#include "shared.h"\n#include <set>\n#include <string>\n#include <list>\n') | {
        "shared.h": text
    }
    (group,) = groups(tmp_path, files, "-DON=1")
    assert ("map" in group.spellings) is found
    assert not {"cassert", "shared.h"} & set(group.spellings)


def test_flags_that_include_something_go_without(tmp_path: Path) -> None:
    files = dict.fromkeys(NAMES, '#include "shared.h"\n') | {"shared.h": SHARED}
    assert groups(tmp_path, files, "-include", "other.h") == []


def test_a_unit_that_defines_what_a_header_asks_for_goes_without(tmp_path: Path) -> None:
    header = tmp_path / "elsewhere" / "system.h"
    header.parent.mkdir()
    header.write_text("#if defined(_FILE_OFFSET_BITS) && \\\n  WIDE\n#endif\n")
    files = {
        "a.cpp": "#define _FILE_OFFSET_BITS 64\n",
        "b.cpp": '#include "b.h"\n',
        "b.h": "#ifdef SOME\n# define WIDE\n#endif\n",
        "c.cpp": "#define private public\n",
        "d.cpp": "#define HARMLESS\n",
    }
    found = units(tmp_path / "tree", files)
    group = HeaderGroup((0, 1, 2, 3), (), str(tmp_path), "c++", ("system.h",), -1)
    made = Precompiled("system.pch", ("system.h",), (str(header),))
    assert Headers(found, str(tmp_path / "tree"), str(tmp_path / "tree")).find_unaffected(group, made) == [3]


class Nowhere:
    def get(self, keys: Collection[str]) -> dict[str, bytes]:
        return {}

    def put(self, key: str, data: bytes) -> None:
        pass


SOURCE = """#include "shared.h"
#include <cstdio>
namespace std { struct Mine {}; }
template <class T> T twice(T t) { return t + t; }
namespace { template <int N> int times(int n) { return N * n; } }
int %s(const Names& names, ...) {
  __builtin_va_list list;
  __builtin_va_start(list, names);
  std::map<int, std::string> m;
  return UNIT * twice(times<4>(names.size())) + std::printf("%%d", 1);
}
"""


@pytest.mark.parametrize("standard", ["c++17", "c++20"])
def test_it_serves_each_standard(tmp_path: Path, standard: str) -> None:
    pytest.importorskip("clang", reason="the extra kgraph-code[clang] is not installed")
    files = dict.fromkeys(NAMES, SOURCE % "f") | {"shared.h": SHARED + "#define UNIT 2\nusing Names = std::string;\n"}
    found = units(tmp_path, files, f"-std={standard}")
    (group,) = Headers(found, str(tmp_path), str(tmp_path)).groups(range(len(found)))
    session = Session(str(tmp_path), files)
    made = session.precompile(group, str(tmp_path / "header"), None)
    assert made
    session.start()
    assert session._read(found[0], made).files.keys() == {"a.cpp", "shared.h"}  # or an error


def test_nothing_changes_by_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("clang", reason="the extra kgraph-code[clang] is not installed")
    root, temporary = tmp_path / "tree", tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    files = {name: SOURCE % name[0] for name in (*NAMES, "e.cpp")}
    files["e.cpp"] += "int broken = undeclared;\n"  # read again without
    files["shared.h"] = SHARED + "#define UNIT 2\nusing Names = std::vector<std::string>;\n"
    found = Database(str(root / "compile_commands.json"), 5, tuple(units(root, files, "-std=c++17")))
    blobs = {name: blob_id(text.encode()) for name, text in files.items()}
    used: list[Any] = []
    make = driver._Reader._precompile

    def watched(reader: driver._Reader, *given: Any) -> None:
        make(reader, *given)
        used.append(sorted(reader._precompiled))

    monkeypatch.setattr(driver._Reader, "_precompile", watched)
    with_it = driver.read(found, root, blobs, Nowhere(), driver.ReadOptions(jobs=1))
    assert used == [[0, 1, 2, 3, 4]]
    monkeypatch.setattr(driver, "MIN_UNITS", 100)
    without = driver.read(found, root, blobs, Nowhere(), driver.ReadOptions(jobs=1))
    assert used == [[0, 1, 2, 3, 4], []]
    assert with_it.files == without.files
    assert with_it.includes == without.includes
    assert [(u.path, u.outcome, u.errors, u.reached) for u in with_it.units] == [
        (u.path, u.outcome, u.errors, u.reached) for u in without.units
    ]
    assert with_it.units[4].error_count == 1
    assert list(temporary.iterdir()) == []
