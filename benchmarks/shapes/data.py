"""."""

from __future__ import annotations

from .shape import lines, shapes

SHAPES = [
    *shapes("a.cpp", {"c++: many functions of A": (2_000, lambda n: lines(n, "int f@(int a) { return a; }"))}),
]
