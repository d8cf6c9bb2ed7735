"""Trees of many files, and of folders."""

from __future__ import annotations

from .shape import Shape, Tree


def _folders_deep(n: int) -> Tree:
    # A path has at most 4,096 bytes, the folders that hold the tree included.
    return {"/".join(["d"] * depth) + "/a.h": b"int f();\n" for depth in range(1, n + 1)}


def _include_ring(n: int) -> Tree:
    return {f"r{i}.h": b'#pragma once\n#include "r%d.h"\n' % ((i + 1) % n) for i in range(n)}


SHAPES = [
    Shape("tree: folders deep", 100, _folders_deep),
    Shape("tree: ring of includes", 300, _include_ring, queries={"include-cycles": {}}),
]
