"""The map of folders as SVG, a picture for documents.

Input: a whole graph. Output: a circle for each folder, with its subfolders and its own files within; the area is the
number of files, the colour that of the language that most of them are in.

Small folders are drawn with their parent, and their number is given. A folder that holds one folder and nothing else is
drawn as that one, under both names. A label that would cover another is left out; the title of each circle tells all.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import polars as pl

from kgraph.export.sources import ExportSource
from kgraph.export.svg import Folders, TextStyle, circle, folders_of, head, text, whole
from kgraph.layout import Circle, enclosing, pack

MIN_SHARE = 0.002  # a folder with a smaller share of the files is drawn with its parent
_SIDE = 1000.0
_GAP = 1.03  # between circles
# Told apart by people who see no red or no green; after Okabe and Ito.
_COLOURS = ("#4e79a7", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8a6d3b")
_OTHER = "#b4bac4"
_SHADES = ("#f6f7f9", "#e9ecf1", "#dce1e9", "#cfd6e1", "#c2cbd9")  # of folders, by depth


@dataclass(frozen=True, slots=True)
class _Node:
    """A folder, or the files that a folder holds itself (those of its small folders among them)."""

    label: str  # "" for a folder's own files
    path: str
    members: tuple[_Node, ...]
    files: tuple[int, ...]  # of a node without members
    inner: tuple[Circle, ...]  # the members around the middle
    radius: float


def write(source: ExportSource, out: BinaryIO, *, sort: bool = False) -> tuple[str, ...]:  # noqa: ARG001
    """Write the map of folders; say how many are not drawn by themselves."""
    folders = folders_of(whole(source))
    colours = _colours(folders.languages)
    root, hidden = _tree(folders)
    lines = [head(_SIDE, _SIDE + 60, f"Folders of {source.name}")]
    labels: list[_Label] = []
    scale = _SIDE / 2 / root.radius
    waiting = [(root, _SIDE / 2, _SIDE / 2, 0)]
    while waiting:
        node, x, y, depth = waiting.pop(0)
        lines.append(_circle(folders, node, (x, y, node.radius * scale), depth, colours))
        labels += _label(labels, node, (x, y, node.radius * scale), depth)
        for member, (cx, cy, _) in zip(node.members, node.inner, strict=True):
            waiting.append((member, x + cx * scale, y + cy * scale, depth + 1))
    lines += (label.svg for label in labels)  # above all circles
    caption = f"{source.name}: {len(folders.languages):,} files; a circle's area is the number of files"
    lines += _legend(colours, caption)
    out.write("".join(f"{line}\n" for line in (*lines, "</svg>")).encode())
    if not hidden:
        return ()
    return (f"{hidden:,} of {len(folders.paths):,} folders hold few files and are drawn with their parents",)


def _tree(folders: Folders) -> tuple[_Node, int]:
    """The circles in circles, and how many folders have none."""
    tree = folders.tree
    least = max(1, math.ceil(MIN_SHARE * sum(tree.own)))
    large = [size >= least or above < 0 for size, above in zip(tree.below, tree.parent, strict=True)]
    own: list[list[int]] = [[] for _ in tree.parent]
    for file, folder in enumerate(tree.file_folder.tolist()):
        own[folder].append(file)
    nodes: dict[int, _Node] = {}
    root = -1
    for folder in range(len(tree.parent) - 1, -1, -1):  # children come before their parents
        above = tree.parent[folder]
        if not large[folder]:
            own[above] += own[folder]
            continue
        members = [nodes.pop(child) for child in tree.children[folder] if large[child]]
        nodes[folder] = _node(folders.paths[folder], members, own[folder], alone=above < 0)
        root = folder if above < 0 else root
    return nodes[root], len(large) - sum(large)


def _node(path: str, members: list[_Node], files: list[int], *, alone: bool) -> _Node:
    name = path.rpartition("/")[2]
    radius = math.sqrt(max(1, len(files)))
    if not members:
        return _Node(name, path, (), tuple(files), (), radius)
    if len(members) == 1 and not files and not alone:
        (only,) = members
        return _Node(f"{name}/{only.label}", only.path, only.members, only.files, only.inner, only.radius)
    if files:
        members = [*members, _Node("", path, (), tuple(files), (), radius)]
    packed = pack([member.radius * _GAP for member in members])
    x, y, radius = enclosing(packed)
    inner = tuple((cx - x, cy - y, each) for cx, cy, each in packed)
    return _Node(name, path, tuple(members), (), inner, radius * _GAP)


def _circle(folders: Folders, node: _Node, shape: Circle, depth: int, colours: dict[str, str]) -> str:
    if node.members:
        shade = _SHADES[min(depth, len(_SHADES) - 1)]
        return circle(*shape, f'fill="{shade}" stroke="#8b95a5" stroke-width="0.6"', node.path)
    names = [folders.languages[file] for file in node.files]
    main = max(sorted(set(names)), key=names.count, default="")
    files = f"{len(names):,} file{'' if len(names) == 1 else 's'}"
    title = f"{node.path}: {files}, {names.count(main):,} of {main or 'unknown language'}"
    fill = colours.get(main, _OTHER)
    return circle(*shape, f'fill="{fill}" fill-opacity="0.75" stroke="{fill}" stroke-width="0.6"', title)


@dataclass(frozen=True, slots=True)
class _Label:
    """A label, and the box that it takes."""

    svg: str
    x: float
    y: float
    width: float
    height: float

    def covers(self, other: _Label) -> bool:
        beside = abs(self.x - other.x) * 2 > self.width + other.width
        return not beside and abs(self.y - other.y) * 2 < self.height + other.height


def _label(others: Sequence[_Label], node: _Node, place: Circle, depth: int) -> Iterator[_Label]:
    """The name of a folder at the top of its circle, or in the middle of its files, where there is room."""
    x, y, radius = place
    size = max(7.0, min(19.0 - 3 * depth, radius / 3))
    width = len(node.label) * size * 0.55
    if not node.label or not depth or radius <= 9 or width > radius * (2.0 if node.members else 1.8):
        return
    y += size / 3 if not node.members else size - radius
    svg = text(x, y, node.label, TextStyle(size, anchor="middle", bold=depth == 1, halo=bool(node.members)))
    label = _Label(svg, x, y, width, size)
    if not any(label.covers(other) for other in others):
        yield label


def _legend(colours: dict[str, str], caption: str) -> Iterator[str]:
    x = 14.0
    for name, colour in (*colours.items(), ("other", _OTHER)):
        yield circle(x, _SIDE + 18, 6, f'fill="{colour}" fill-opacity="0.75"', name)
        yield text(x + 11, _SIDE + 22, name, TextStyle(12))
        x += 30 + 7 * len(name)
    yield text(8, _SIDE + 46, caption, TextStyle(12))


def _colours(languages: Sequence[str]) -> dict[str, str]:
    """A colour for each of the languages that most files are in."""
    counts = pl.Series("language", [name for name in languages if name], dtype=pl.String()).value_counts()
    names = counts.sort(["count", "language"], descending=[True, False])["language"].head(len(_COLOURS)).to_list()
    return dict(zip(names, _COLOURS, strict=False))
