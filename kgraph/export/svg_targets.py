"""Map and matrix by target as SVG, pictures for documents.

Input: a whole graph. Output: in the map, a circle for each target within one for the folder that makes it, and a line
for each link; in the matrix, a row and a column for each target. Small targets are left out, and their number is given.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import BinaryIO

import numpy as np

from kgraph.errors import ExportError
from kgraph.export.sources import ExportSource
from kgraph.export.svg import TextStyle, circle, head, text, whole
from kgraph.export.svg_matrix import write_matrix
from kgraph.export.targets import TargetGroup, TargetGroups, target_groups
from kgraph.export.xml import quote
from kgraph.layout import Circle, enclosing, layers, pack

MAX_ON_MAP = 150
MAX_IN_MATRIX = 34
_SIDE = 1000.0
_GAP = 1.05
_COLOURS = {"library": "#4e79a7", "executable": "#e69f00", "test": "#009e73", "package": "#cc79a7"}
_OTHER = "#b4bac4"


def _groups(source: ExportSource, most: int) -> tuple[TargetGroups, int, tuple[str, ...]]:
    """The targets, how many of them are drawn, and what is to be said of the others."""
    groups = target_groups(whole(source))
    if not groups.targets:
        raise ExportError(
            "no target of this graph is built of files", hint="`kgraph query targets` lists what build files make"
        )
    drawn = min(most, len(groups.targets))
    notes = []
    if left := len(groups.targets) - drawn:
        notes.append(f"{left:,} of {len(groups.targets):,} targets have the fewest files and are not drawn")
    if groups.shared:
        notes.append(
            f"{groups.shared:,} includes and imports lead to files of several targets, none of which is linked: "
            "they are not counted"
        )
    return groups, drawn, tuple(notes)


def write_target_map(source: ExportSource, out: BinaryIO) -> tuple[str, ...]:
    """Write the map of targets; say what is not drawn."""
    groups, drawn, notes = _groups(source, MAX_ON_MAP)
    by_folder: dict[str, list[int]] = {}
    for at, target in enumerate(groups.targets[:drawn]):
        by_folder.setdefault(target.folder, []).append(at)
    folders = sorted(by_folder)
    inner = [pack([_radius(groups.targets[at]) for at in by_folder[folder]]) for folder in folders]
    outlines = [enclosing(circles) for circles in inner]
    outer = pack([outline[2] * _GAP for outline in outlines])
    middle_x, middle_y, radius = enclosing(outer)
    scale = _SIDE / 2 / radius
    lines = [head(_SIDE, _SIDE + 60, f"Targets of {source.name}")]
    places: dict[int, Circle] = {}
    for folder, circles, outline, (x, y, _) in zip(folders, inner, outlines, outer, strict=True):
        centre = (_SIDE / 2 + (x - middle_x) * scale, _SIDE / 2 + (y - middle_y) * scale)
        style = 'fill="#e9ecf1" stroke="#8b95a5" stroke-width="0.6"'
        lines.append(circle(*centre, outline[2] * scale, style, folder or "the root"))
        for at, (cx, cy, r) in zip(by_folder[folder], circles, strict=True):
            place = (centre[0] + (cx - outline[0]) * scale, centre[1] + (cy - outline[1]) * scale)
            places[at] = (*place, r * scale / _GAP)
    lines += (_target(groups.targets[at], place) for at, place in places.items())
    lines += (
        _arrow(groups, pair, places[pair[0]], places[pair[1]])
        for pair in sorted(groups.links)
        if pair[0] in places and pair[1] in places and pair[0] != pair[1]
    )
    lines += _labels(groups.targets, places)
    lines += _legend(f"{source.name}: {drawn:,} targets; area: number of files; lines: links, thicker at the user")
    out.write("".join(f"{line}\n" for line in (*lines, "</svg>")).encode())
    return notes


def write_target_matrix(source: ExportSource, out: BinaryIO) -> tuple[str, ...]:
    """Write the matrix of targets; say what is not drawn."""
    groups, drawn, notes = _groups(source, MAX_IN_MATRIX)
    weights = np.zeros((drawn, drawn), dtype=np.int64)
    for (user, used), count in groups.needs.items():
        if user < drawn and used < drawn:
            weights[user, used] += count
    for user, used in groups.links:
        if user < drawn and used < drawn and user != used:
            weights[user, used] += 1
    taking_part = np.flatnonzero(weights.sum(axis=0) + weights.sum(axis=1))
    order = [int(taking_part[at]) for at in layers(weights[np.ix_(taking_part, taking_part)])]
    names = [groups.targets[at].name for at in order]
    labels = [
        f"{groups.targets[at].folder or '.'}: {name}" if names.count(name) > 1 else name
        for at, name in zip(order, names, strict=True)
    ]
    write_matrix(source.name, labels, weights[np.ix_(order, order)], "links, includes and imports between targets", out)
    return notes


def _radius(target: TargetGroup) -> float:
    return math.sqrt(len(target.files)) * _GAP


def _target(target: TargetGroup, place: Circle) -> str:
    files = f"{len(target.files):,} file{'' if len(target.files) == 1 else 's'}"
    fill = _COLOURS.get(target.form, _OTHER)
    style = f'fill="{fill}" fill-opacity="0.8" stroke="{fill}" stroke-width="0.6"'
    return circle(*place, style, f"{target.name} ({target.form or 'target'}, {target.folder or '.'}): {files}")


def _arrow(groups: TargetGroups, pair: tuple[int, int], user: Circle, used: Circle) -> str:
    """A link as a wedge from who needs to what is needed."""
    dx, dy = used[0] - user[0], used[1] - user[1]
    length = math.hypot(dx, dy) or 1.0
    x, y = -dy / length * 1.6, dx / length * 1.6
    points = f"{user[0] + x:.1f},{user[1] + y:.1f} {user[0] - x:.1f},{user[1] - y:.1f} {used[0]:.1f},{used[1]:.1f}"
    names = [groups.targets[at].name for at in pair]
    title = f"{names[0]} links against {names[1]}; {groups.needs[pair]:,} includes and imports"
    return f'<polygon points="{points}" fill="#222222" fill-opacity="0.35"><title>{quote(title)}</title></polygon>'


def _labels(targets: Sequence[TargetGroup], places: dict[int, Circle]) -> Iterator[str]:
    """Names where there is room."""
    for at, (x, y, radius) in places.items():
        size = max(7.0, min(15.0, radius / 2.5))
        name = targets[at].name
        if radius > 8 and len(name) * size * 0.55 < radius * 2.4:
            yield text(x, y + size / 3, name, TextStyle(size, anchor="middle", halo=True))


def _legend(caption: str) -> Iterator[str]:
    x = 14.0
    for name, colour in (*_COLOURS.items(), ("other", _OTHER)):
        yield circle(x, _SIDE + 18, 6, f'fill="{colour}" fill-opacity="0.8"', name)
        yield text(x + 11, _SIDE + 22, name, TextStyle(12))
        x += 30 + 7 * len(name)
    yield text(8, _SIDE + 46, caption, TextStyle(12))
