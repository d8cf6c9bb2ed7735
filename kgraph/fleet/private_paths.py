"""Which files of a repository are its own affair: what others get of it, and what only its developers need.

Input: columns of ids of files. Output: expressions. Both say what the conventions of languages and build tools say of
paths: no build is asked.

`is_private`: tests, documentation, examples and scripts offer nothing to others. What lies in an include folder is
installed, whatever it is called inside: `include/gtest/gtest.h`, `include/boost/test/unit_test.hpp`.

`is_development`: what such a file asks of others, its repository does not need to run. More paths count as that:
`router_test.go`, `shapes.spec.ts`, `ShapeTests.cs`, `src/androidTest/`, `benches/`.
"""

from __future__ import annotations

import polars as pl

from kgraph.test_words import TEST_FOLDERS

# `gtest` is a folder of tests in other repositories, and in GoogleTest's what it offers.
_TESTS = sorted(TEST_FOLDERS - {"gtest"})
# Folders at the top of a repository that are not what others get of it; files of these names, too.
PRIVATE_TOPS = sorted(
    {
        *_TESTS,
        ".ci",
        ".github",
        "benchmark",
        "benchmarks",
        "ci",
        "conftest",
        "continuous_integration",
        "doc",
        "docs",
        "example",
        "examples",
        "noxfile",
        "scripts",
    }
    | {"setup", "tasks", "tools", "versioneer"}
)
INCLUDE_FOLDERS = r"(?:^|/)(?:include|includes|inc)/"
_PRIVATE = (
    rf"^file/(?:{'|'.join(PRIVATE_TOPS)})(?:/|\.py$)",
    rf"/(?:{'|'.join(_TESTS)})/",
    r"/test_[^/]*\.py$",
)
_SCRIPT = r"[cm]?[jt]sx?"
_DEVELOPMENT = (
    *_PRIVATE,
    r"/(?:__tests__|_tests|testdata|_?examples|samples|bench|benches|benchmarks?|fuzz|jmh|testFixtures)/",
    r"/[^/]*(?:[._-][Tt]ests?|[a-z0-9]Tests?|[._-]Specs|[._-]Benchmarks?)/|/test-d/",  # `Polly.Specs/`
    rf"/specs?/.*\.(?:rb|{_SCRIPT})$",
    r"/(?:conftest|(?:test|bench)_[^/]*)\.(?:py|rb|cc?|cpp|cxx|php)$",
    r"_(?:test|tests|unittest|bench|benchmark)\.(?:go|py|rb|rs|cc?|cpp|cxx|cu|m|mm)$",
    r"_spec\.rb$",
    rf"[._-](?:test|tests|spec|bench|config)(?:-d)?\.{_SCRIPT}$",
    r"[a-z0-9](?:Tests?|TestCase)\.(?:java|kt|kts|groovy|scala|cs|php|swift)$",
)


def is_private(column: str = "file") -> pl.Expr:
    """Whether files offer nothing to others."""
    outside = pl.col(column).str.replace(rf"{INCLUDE_FOLDERS}.*$", "/")
    return outside.str.contains("|".join(_PRIVATE))


def is_development(column: str | pl.Expr = "file") -> pl.Expr:
    """Whether only the development of their repository needs what files ask for."""
    file = pl.col(column) if isinstance(column, str) else column
    # `src/main/java/com/example/samples/`
    outside = file.str.replace(rf"(?:/src/main/|{INCLUDE_FOLDERS}).*$", "/")
    return outside.str.contains("|".join(_DEVELOPMENT))


def scope_of_files(column: str = "file") -> pl.Expr:
    """The scope of what files use: "runtime", or "development" of what only the development of their repository
    needs."""
    return pl.when(is_development(column)).then(pl.lit("development")).otherwise(pl.lit("runtime"))


def is_in_development_folder(column: str = "file") -> pl.Expr:
    """The same of the folders that files lie in, whatever these are called: a `setup.py` is no script there."""
    return is_development(pl.col(column).str.replace(r"[^/]*$", ""))
