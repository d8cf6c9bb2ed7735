#!/usr/bin/env python3
"""A stack,
    with an indented line.
"""

from __future__ import annotations

import os.path as path, sys
from . import shapes
from ..geometry.plane import area as surface, Point
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator
elif sys.platform == "win32":
    import winreg

try:
    import numpy as np
except ImportError:
    np = None

__all__ = ["Stack"]
Items: TypeAlias = "list[int]"
LIMIT: int = 100
first, (second, *rest) = 1, (2, 3)


class Color(enum.Enum):
    RED = 1
    GREEN = 2


class Stack(Base[int], shapes.Thing, metaclass=Meta):
    """Last in, first out."""

    size = 0
    """How many there are."""
    _limit: int = LIMIT

    def __init__(self, items: Items = (), *, limit=None):
        self.items, self.__top = list(items), None
        self.limit: int = limit or self._limit
        self.items = []

    @property
    def top(self) -> int:
        return self.items[-1]

    @top.setter
    def top(self, value):
        self.top = value

    @staticmethod
    async def push(
        item: int = 0,
        *args: str,
        option=compute_a_default_value(that="is rather long", and_="then some"),
        **kw,
    ) -> None:
        import json

        def inner(x):
            y = x
            self.not_mine = y

        for each in args:
            LOCAL = each


def deep(a, /, b=(1), *, c): return 1


with open("x") as stream:
    HEADER = stream.read()
module = importlib.import_module("plugins.first")
LIMIT += 1
