"""What conditions say of platforms, and what a change rebuilds on each."""

from __future__ import annotations

import pytest

from kgraph.platforms import PLATFORMS, where_possible
from kgraph.view.index import ViewIndex
from tests.project import built, pages_of


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("defined(_WIN32)", "Windows"),
        ("!(defined(_WIN32))", "Linux macOS"),
        ("!defined(NDEBUG) && defined(_MSC_VER)", "Windows"),
        ("defined(__APPLE__) || defined(HAVE_X)", "Linux macOS Windows"),
        ("(defined(__linux__) || defined(__FreeBSD__)) && !defined(X)", "Linux"),
        ("!(defined(_WIN32)) && defined(__HAIKU__)", ""),
        ("_MSC_VER >= 1900", "Linux macOS Windows"),  # not read
        ("defined(_MSC_VER) && _MSC_VER >= 1900", "Windows"),
        ("defined(_WIN32) && (VERSION(1, 2) > 3)", "Linux macOS Windows"),  # not read to its end
        ("HAVE_ZLIB", "Linux macOS Windows"),
        ("__APPLE__", "macOS"),
        ("!(", "Linux macOS Windows"),
        ("!(__APPLE__", "Linux Windows"),
    ],
)
def test_where_a_condition_may_hold(condition: str, expected: str) -> None:
    found = [platform for platform, may in zip(PLATFORMS, where_possible(condition), strict=True) if may]
    assert found == expected.split()


FILES: dict[str, str | bytes] = {
    "config-win32.h": "#pragma once\n",
    "config-unix.h": "#pragma once\n",
    "setup.h": ('#pragma once\n#ifdef _WIN32\n#include "config-win32.h"\n#else\n#include "config-unix.h"\n#endif\n'),
    "a.c": '#include "setup.h"\nint a(void) { return 0; }\n',
    "b.c": '#include "setup.h"\n#ifdef _WIN32\n#include "config-unix.h"\n#endif\nint b(void) { return 0; }\n',
    "c.c": '#include "config-unix.h"\n#ifdef _WIN32\n#include "config-unix.h"\n#endif\nint c(void) { return 0; }\n',
}


def test_pages_say_what_is_rebuilt_on_each_platform() -> None:
    folder = pages_of(FILES)

    def rebuilds(name: str) -> str:
        page = (folder / f"{name}_docs.md").read_text("utf-8")
        return next(line for line in page.split("\n") if "Changing it rebuilds" in line).partition(":")[0]

    assert rebuilds("config-win32.h").endswith("2 translation units on Windows and none on Linux and macOS")
    assert rebuilds("config-unix.h").endswith(
        "3 translation units on Linux and macOS and 2 translation units on Windows"
    )
    assert rebuilds("setup.h").endswith("rebuilds** 2 translation units")


def test_the_explorer_counts_those_of_one_platform() -> None:
    with built(FILES) as graph:
        index: ViewIndex = graph.index
        found = dict(zip(index.files["path"].to_list(), index.rebuilds.tolist(), strict=True))
    assert found == {"config-win32.h": 2, "config-unix.h": 3, "setup.h": 2, "a.c": 1, "b.c": 1, "c.c": 1}
