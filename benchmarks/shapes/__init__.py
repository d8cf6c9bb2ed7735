"""Trees that grow in one way each: what `growth.py` measures, and what the suite counts operations of.

A shape is a row of a table: a name, a size and a function from a size to a tree, so that a new one costs a line or
two. Each has something that programs write without end (registers, registrations, vocabularies, lists of flags), or
that whoever means harm would. A module a kind; `trees` and `repeated` have those of many files.
"""

from __future__ import annotations

from . import c_family, data, documents, generic, python, repeated, scoped, trees
from .shape import Shape

SHAPES: dict[str, Shape] = {
    shape.name: shape
    for module in (c_family, python, documents, data, generic, scoped, trees, repeated)
    for shape in module.SHAPES
}

__all__ = ["SHAPES", "Shape"]
