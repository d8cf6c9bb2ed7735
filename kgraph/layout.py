"""Arrangements that pictures of a repository share: the parts of a tree of folders, their order, circles in circles.

Input: numbers, such as the parent of each folder and how much each part needs each other. Output: numbers. Nothing here
knows a graph, so that an export, a view and a notebook arrange alike.

The order comes from the heuristic of Eades, Lin and Smyth for a feedback arc set of small weight (sinks last, sources
first, otherwise who gives the most), improved by moving single groups while that helps. It is greedy, fast and
deterministic; the best order is an NP-hard question that nobody asks of a picture.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
CRUMBS = (4, 12, 40, 1000)  # a folder smaller than this part of an average group is left in the rest of its parent

Part = tuple[int, bool]  # a folder, and whether only what no other group takes of it is meant


class Tree:
    """Folders by number, parents before children: their children, and how many files are in and below each.

    `counted` are the files that count for a folder's size, if not all do.
    """

    def __init__(self, parent: Sequence[int], file_folder: Ints, counted: Ints | None = None) -> None:
        self.parent = list(parent)  # of each folder; -1 for the root
        self.file_folder = file_folder  # of each file
        self.children: list[list[int]] = [[] for _ in self.parent]
        for child, above in enumerate(self.parent):
            if above >= 0:
                self.children[above].append(child)
        counting = file_folder if counted is None else file_folder[counted]
        self.own: list[int] = np.bincount(counting, minlength=len(self.parent)).tolist()
        self.below = list(self.own)
        for child in range(len(self.parent) - 1, -1, -1):
            if self.parent[child] >= 0:
                self.below[self.parent[child]] += self.below[child]


def parts(tree: Tree, top: int, size: int) -> list[Part]:
    """About `size` parts of a folder: small folders stand for themselves where there is room for them."""
    best: list[Part] = []
    for crumbs in CRUMBS:
        found = _split_folder(tree, top, size, tree.below[top] / (crumbs * size))
        if best and len(found) > size * 1.25:
            break
        best = found
        if len(found) >= size * 0.75:
            break
    return best


def _split_folder(tree: Tree, top: int, size: int, crumb: float) -> list[Part]:
    """The parts: the folder taken apart, then the largest of them, and so on."""
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


def _apart(tree: Tree, folder: int, crumb: float) -> list[Part]:
    children = [child for child in tree.children[folder] if tree.below[child]]
    large = [child for child in children if tree.below[child] >= crumb]
    if not tree.own[folder] and len(children) - len(large) <= 1:
        return [(child, False) for child in children]
    rest = [(folder, True)] if tree.own[folder] or len(large) < len(children) else []
    return rest + [(child, False) for child in large]


def group_of(tree: Tree, groups: Sequence[Part]) -> Ints:
    """The group of each file; -1 for those outside of the folder."""
    index_of = {part: at for at, part in enumerate(groups)}
    of = np.full(len(tree.parent), -1, dtype=np.int64)
    for folder, parent in enumerate(tree.parent):  # parents come first
        if (folder, True) in index_of:
            of[folder] = index_of[folder, True]
        elif (folder, False) in index_of:
            of[folder] = index_of[folder, False]
        elif parent >= 0:
            of[folder] = of[parent]
    return np.asarray(of[tree.file_folder], dtype=np.int64)


def layers(weights: Ints) -> list[int]:
    """An order in which little weight leads backwards: weights[a, b] is how much a needs b, and a should come first."""
    return _improve(weights, _greedy(weights))


def _greedy(weights: Ints) -> list[int]:
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


def _improve(weights: Ints, order: list[int]) -> list[int]:
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


# --- circles in circles ---

Circle = tuple[float, float, float]  # x, y, radius


def pack(radii: Sequence[float]) -> list[Circle]:
    """Circles of these radii that touch and do not overlap, close together, in the order given.

    The largest first, each goes to the place nearest to the middle of those that are there at which it touches two of
    them: for the dozens that a folder has, as dense as the cleverer ways, and simple.
    """
    placed: list[Circle] = []
    order = sorted(range(len(radii)), key=lambda at: (-radii[at], at))
    for at in order:
        placed.append(_place_circle(placed, radii[at]))
    found = dict(zip(order, placed, strict=True))
    return [found[at] for at in range(len(radii))]


def _place_circle(placed: Sequence[Circle], radius: float) -> Circle:
    if not placed:
        return (0.0, 0.0, radius)
    if len(placed) == 1:
        return (placed[0][2] + radius, 0.0, radius)
    x, y, r = np.array(placed).T
    first, second = np.triu_indices(len(placed), 1)
    reach_first, reach_second = r[first] + radius, r[second] + radius
    dx, dy = x[second] - x[first], y[second] - y[first]
    apart = np.hypot(dx, dy)
    along = (reach_first**2 - reach_second**2 + apart**2) / (2 * apart)
    off = reach_first**2 - along**2
    near = off >= 0  # the two are near enough to touch one circle
    off = np.sqrt(np.where(near, off, 0))
    foot_x, foot_y = x[first] + along * dx / apart, y[first] + along * dy / apart
    sides = [(foot_x - side * off * dy / apart, foot_y + side * off * dx / apart) for side in (1, -1)]
    xs, ys = (np.concatenate(each) for each in zip(*sides, strict=True))
    near = np.concatenate([near, near])
    gaps = np.hypot(xs[:, None] - x, ys[:, None] - y) - (r + radius)
    free = near & (gaps.min(axis=1) >= -1e-9 * (radius + r.max()))
    middle_x, middle_y = np.average(x, weights=r**2), np.average(y, weights=r**2)
    # Rounded, so that equal distances are equal.
    away = np.where(free, np.round(np.hypot(xs - middle_x, ys - middle_y), 9), np.inf)
    best = int(np.argmin(away))
    return (float(xs[best]), float(ys[best]), radius)


def enclosing(circles: Sequence[Circle]) -> Circle:
    """A circle around all of them, at most a hair larger than the smallest one."""
    x, y, r = np.array(circles).T
    at_x = float((x - r).min() + (x + r).max()) / 2
    at_y = float((y - r).min() + (y + r).max()) / 2
    best = (at_x, at_y, float("inf"))
    for step in range(400):  # walk towards the farthest point, in steps that shrink, and keep the best place seen
        apart = np.hypot(x - at_x, y - at_y)
        far = int(np.argmax(apart + r))
        reach, away = float(apart[far] + r[far]), float(apart[far])
        if reach < best[2]:
            best = (at_x, at_y, reach)
        if not away:
            break
        length = reach / (step + 20)
        at_x += float(x[far] - at_x) / away * length
        at_y += float(y[far] - at_y) / away * length
    return best
