"""The dependency matrix of a folder: its parts in layers, and what goes against them.

Comes in: an `Index` and a folder's id. Goes out: an object for JSON.

    {"folder": id, "path": "...",
     "groups": [{"id", "label", "path", "files", "open": bool, "within": number}],       users first, foundations last
     "cells": [[row, column, number], ...],                               row needs column; row > column is against
     "total": number, "against": number,
     "kinds": ["includes", "imports"]}

A group is a folder with all below it, or, where some of its folders are groups of their own, the rest of it: its own
files and small folders; the id of the latter ends with "#rest". The largest groups are taken apart until there are
about `size` of them. `within` counts dependencies inside of a group. Groups that take part in no dependency are left
out.

The order comes from the heuristic of Eades, Lin and Smyth for a feedback arc set of small weight (sinks last, sources
first, otherwise who gives the most), improved by moving single groups while that helps. It is greedy, fast and
deterministic; the best order is an NP-hard question that nobody asks of a picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from kgraph.errors import QueryError
from kgraph.view.index import DEPENDENCIES, ROOT, Index, Ints, summed_up

SIZE = 34
CRUMBS = (4, 12, 40, 1000)  # a folder smaller than this part of an average group is left in the rest of its parent
REST = "#rest"  # what the id of the rest of a folder ends with

Counts = npt.NDArray[np.int64]


def matrix(index: Index, folder: str = ROOT, *, size: int = SIZE) -> dict[str, Any]:
    """The dependency matrix of a folder's parts. Raises `QueryError` where there is no such folder."""
    number = index.number(folder.removesuffix(REST))
    if index.class_of(number) != "Folder":
        raise QueryError(f"{folder!r} is no folder", hint="a matrix shows the parts of a folder")
    tree = _tree(index)
    top = number - index.first["Folder"]
    source, target = tree.dependencies
    chosen = _parts(tree, top, size)
    group_of = _group_of(tree, chosen)
    rows, columns = group_of[source], group_of[target]
    inside = (rows >= 0) & (columns >= 0)
    n = len(chosen)
    weights = np.bincount(rows[inside] * n + columns[inside], minlength=n * n).reshape(n, n)
    within = np.diagonal(weights).copy()
    between = weights.copy()
    np.fill_diagonal(between, 0)
    taking_part = np.flatnonzero(between.sum(axis=0) + between.sum(axis=1))
    order = [int(taking_part[at]) for at in layers(between[np.ix_(taking_part, taking_part)])]
    between = between[np.ix_(order, order)]
    files = np.bincount(group_of[group_of >= 0], minlength=n)
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


def layers(weights: Counts) -> list[int]:
    """An order in which little weight leads backwards: weights[a, b] is how much a needs b, and a should come first."""
    return _improved(weights, _greedy(weights))


def _greedy(weights: Counts) -> list[int]:
    left, right = [], []
    rest = list(range(len(weights)))
    out, into = weights.sum(axis=1), weights.sum(axis=0)
    while rest:
        at = next((each for each in reversed(rest) if not out[each]), None)
        if at is not None:
            right.append(at)
        else:
            sources = [each for each in rest if not into[each]]
            at = sources[0] if sources else max(rest, key=lambda each: (out[each] - into[each], -each))
            left.append(at)
        rest.remove(at)
        out, into = out - weights[:, at], into - weights[at]
    return left + right[::-1]


def _improved(weights: Counts, order: list[int]) -> list[int]:
    """Move single members to where the least leads backwards, until no move helps."""
    for _ in range(20):
        moved = False
        for member in sorted(order):
            at = order.index(member)
            others = np.array([each for each in order if each != member], dtype=np.int64)
            if not len(others):
                return order
            # What leads backwards if the member stands before others[k]: what it gives to those in front of it, and
            # what those behind it give to it.
            gives = np.concatenate([[0], np.cumsum(weights[member, others])])
            takes = np.concatenate([np.cumsum(weights[others, member][::-1])[::-1], [0]])
            backwards = gives + takes
            best = int(np.argmin(backwards))
            if backwards[best] < backwards[at]:
                order.remove(member)
                order.insert(best, member)
                moved = True
        if not moved:
            break
    return order


class _Tree:
    """The folders' children, how many files with dependencies are in and below each, and the dependencies."""

    def __init__(self, index: Index) -> None:
        files = index.files.height
        self.parent = index.parent_folders[files:].tolist()
        self.file_folder = index.parent_folders[:files]
        self.children: list[list[int]] = [[] for _ in self.parent]
        for child, parent in enumerate(self.parent):
            if parent >= 0:
                self.children[parent].append(child)
        self.dependencies = _dependencies(index)
        # What counts for the size of a group are files that take part: documents and data need a matrix of nothing.
        taking_part = np.unique(np.concatenate(self.dependencies))
        own = np.bincount(self.file_folder[taking_part], minlength=len(self.parent))
        self.own: list[int] = own.tolist()
        self.below: list[int] = summed_up(own, self.parent)


def _dependencies(index: Index) -> tuple[Ints, Ints]:
    """Includes and imports from file to file."""
    files = index.first["External"]
    pairs = [(index.edges[kind].source, index.edges[kind].target) for kind in DEPENDENCIES if kind in index.edges]
    source = np.concatenate([pair[0] for pair in pairs]) if pairs else np.empty(0, dtype=np.int64)
    target = np.concatenate([pair[1] for pair in pairs]) if pairs else np.empty(0, dtype=np.int64)
    inside = (source < files) & (target < files) & (source != target)
    return source[inside], target[inside]


_trees: WeakKeyDictionary[Index, _Tree] = WeakKeyDictionary()


def _tree(index: Index) -> _Tree:
    """The tree of an index, made once."""
    tree = _trees.get(index)
    if tree is None:
        tree = _trees[index] = _Tree(index)
    return tree


_Part = tuple[int, bool]  # a folder, and whether only what no other group takes of it is meant


def _parts(tree: _Tree, top: int, size: int) -> list[_Part]:
    """About `size` groups: small folders stand for themselves where there is room for them."""
    best: list[_Part] = []
    for crumbs in CRUMBS:
        parts = _taken_apart(tree, top, size, tree.below[top] / (crumbs * size))
        if best and len(parts) > size * 1.25:
            break
        best = parts
        if len(parts) >= size * 0.75:
            break
    return best


def _taken_apart(tree: _Tree, top: int, size: int, crumb: float) -> list[_Part]:
    """The groups of a matrix: the folder taken apart, then the largest of its parts, and so on."""
    parts = _apart(tree, top, crumb)
    while len(parts) < size:
        divisible = [
            part for part in parts if not part[1] and any(tree.below[c] >= crumb for c in tree.children[part[0]])
        ]
        if not divisible:
            break
        largest = max(divisible, key=lambda part: (tree.below[part[0]], -part[0]))
        if tree.below[largest[0]] * size < tree.below[top]:
            break
        at = parts.index(largest)
        parts[at : at + 1] = _apart(tree, largest[0], crumb)
    return parts


def _apart(tree: _Tree, folder: int, crumb: float) -> list[_Part]:
    children = [child for child in tree.children[folder] if tree.below[child]]
    large = [child for child in children if tree.below[child] >= crumb]
    if not tree.own[folder] and len(children) - len(large) <= 1:
        return [(child, False) for child in children]
    rest = [(folder, True)] if tree.own[folder] or len(large) < len(children) else []
    return rest + [(child, False) for child in large]


def _group_of(tree: _Tree, parts: Sequence[_Part]) -> Ints:
    """The group of each file; -1 for those outside of the folder."""
    place = {part: at for at, part in enumerate(parts)}
    of = np.full(len(tree.parent), -1, dtype=np.int64)
    for folder, parent in enumerate(tree.parent):  # parents come first
        if (folder, True) in place:
            of[folder] = place[folder, True]
        elif (folder, False) in place:
            of[folder] = place[folder, False]
        elif parent >= 0:
            of[folder] = of[parent]
    return np.asarray(of[tree.file_folder], dtype=np.int64)


def _group(index: Index, tree: _Tree, part: _Part, top: int, files: int, within: int) -> dict[str, Any]:
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
