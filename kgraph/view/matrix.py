"""The dependency matrix of a folder: its parts in layers, and what goes against them.

Input: a `ViewIndex` and a folder's id. Output: an object for JSON.

    {"folder": id, "path": "...",
     "groups": [{"id", "label", "path", "files", "open": bool, "within": number}],       users first, foundations last
     "cells": [[row, column, number], ...],                               row needs column; row > column is against
     "total": number, "against": number,
     "kinds": ["includes", "imports"]}

A group is a folder with all below it, or, where some of its folders are groups of their own, the rest of it: its own
files and small folders; the id of the latter ends with "#rest". The largest groups are taken apart until there are
about `size` of them. `within` counts dependencies inside of a group. Groups that take part in no dependency are left
out.

The parts and their order are `kgraph.layout`'s.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from kgraph.errors import QueryError
from kgraph.layout import Part, Tree, group_of, layers, parts
from kgraph.view.index import DEPENDENCIES, ROOT, Ints, ViewIndex

SIZE = 34
REST = "#rest"  # what the id of the rest of a folder ends with


def matrix(index: ViewIndex, folder: str = ROOT, *, size: int = SIZE) -> dict[str, Any]:
    """The dependency matrix of a folder's parts. Raises `QueryError` where there is no such folder."""
    number = index.number(folder.removesuffix(REST))
    if index.class_of(number) != "Folder":
        raise QueryError(f"{folder!r} is not a folder", hint="a matrix shows the parts of a folder")
    tree = _tree(index)
    top = number - index.first["Folder"]
    source, target = tree.dependencies
    chosen = parts(tree, top, size)
    numbers = group_of(tree, chosen)
    rows, columns = numbers[source], numbers[target]
    inside = (rows >= 0) & (columns >= 0)
    n = len(chosen)
    weights = np.bincount(rows[inside] * n + columns[inside], minlength=n * n).reshape(n, n)
    within = np.diagonal(weights).copy()
    between = weights.copy()
    np.fill_diagonal(between, 0)
    taking_part = np.flatnonzero(between.sum(axis=0) + between.sum(axis=1))
    order = [int(taking_part[at]) for at in layers(between[np.ix_(taking_part, taking_part)])]
    between = between[np.ix_(order, order)]
    files = np.bincount(numbers[numbers >= 0], minlength=n)
    groups = [_group(index, tree, chosen[at], top, int(files[at]), int(within[at])) for at in order]
    return {
        "folder": index.ids[number],
        "path": index.folders["path"][top],
        "groups": groups,
        "cells": [[int(row), int(column), int(between[row, column])] for row, column in np.argwhere(between)],
        "total": int(between.sum()),
        "against": int(np.tril(between).sum()),
        "kinds": [kind for kind in DEPENDENCIES if kind in index.edges],
    }


class _Tree(Tree):
    """The folders of an index, and the dependencies between its files."""

    def __init__(self, index: ViewIndex) -> None:
        files = index.files.height
        self.dependencies = _dependencies(index)
        # What counts for the size of a group are files that take part: documents and data need a matrix of nothing.
        taking_part = np.unique(np.concatenate(self.dependencies))
        # A folder's id is longer than its parent's, so that sorted ids have parents first.
        super().__init__(index.parent_folders[files:].tolist(), index.parent_folders[:files], taking_part)


def _dependencies(index: ViewIndex) -> tuple[Ints, Ints]:
    """Includes and imports from file to file."""
    files = index.first["External"]
    pairs = [(index.edges[kind].source, index.edges[kind].target) for kind in DEPENDENCIES if kind in index.edges]
    source = np.concatenate([pair[0] for pair in pairs]) if pairs else np.empty(0, dtype=np.int64)
    target = np.concatenate([pair[1] for pair in pairs]) if pairs else np.empty(0, dtype=np.int64)
    inside = (source < files) & (target < files) & (source != target)
    return source[inside], target[inside]


_trees: WeakKeyDictionary[ViewIndex, _Tree] = WeakKeyDictionary()


def _tree(index: ViewIndex) -> _Tree:
    """The tree of an index, made once."""
    tree = _trees.get(index)
    if tree is None:
        tree = _trees[index] = _Tree(index)
    return tree


def _group(index: ViewIndex, tree: _Tree, part: Part, top: int, files: int, within: int) -> dict[str, Any]:
    folder, rest = part
    path = str(index.folders["path"][folder])
    above = str(index.folders["path"][top])
    label = "" if folder == top else path if above == "." else path.removeprefix(above + "/")
    if rest and tree.children[folder]:
        label = f"{label}/…" if label else "(others)"
    return {
        "id": index.ids[index.first["Folder"] + folder] + (REST if rest else ""),
        "label": label or ".",
        "path": path,
        "files": files,
        "open": not rest and bool(tree.children[folder]),
        "within": within,
    }
