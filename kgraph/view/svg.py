"""A picture as SVG, and a matrix as an HTML table: what a notebook shows without running anything.

Input: a `Picture`, or the answer of `matrix`. Output: text of HTML. It holds no script and asks for nothing, so that it
also shows where a notebook is only looked at. All names are escaped.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from math import log
from typing import Any

from kgraph.view import colours
from kgraph.view.picture import COLUMN, ROW, Picture

_MAX_NAME_LENGTH = 30  # characters of a name
_FONT = "font-family:system-ui,sans-serif"


def svg(picture: Picture) -> str:
    """The picture, with a title for each node and edge that shows when the pointer rests on it."""
    if not picture.spots:
        return "<p>nothing to draw</p>"
    xs, ys = [spot.x for spot in picture.spots], [spot.y for spot in picture.spots]
    left, top = min(xs) - 20, min(ys) - ROW
    width, height = max(xs) - left + COLUMN, max(ys) - top + ROW
    at = {spot.id: spot for spot in picture.spots}
    lines = [
        f'<line x1="{at[source].x:.0f}" y1="{at[source].y:.0f}" x2="{at[target].x:.0f}" y2="{at[target].y:.0f}" '
        f'stroke="{colours.colour_of_edge(kind)}" stroke-opacity="0.45"><title>{_text(kind)}</title></line>'
        for source, target, kind, _ in picture.edges
        if source != target
    ]
    dots = [
        f'<g><title>{_text(spot.title)}</title><circle cx="{spot.x:.0f}" cy="{spot.y:.0f}" r="{spot.size * 0.7:.1f}" '
        f'fill="{colours.colour_of_kind(spot.kind)}"/><text x="{spot.x + spot.size:.0f}" y="{spot.y + 4:.0f}" '
        f'font-size="12" fill="currentColor"{" font-weight=" + chr(34) + "600" + chr(34) if spot.centre else ""}>'
        f"{_text(_shorten(spot.label))}</text></g>"
        for spot in picture.spots
    ]
    told = "".join(f"<p>{_text(sentence)}</p>" for sentence in picture.told)
    return (
        f'<div style="{_FONT}"><svg role="img" aria-label="{_text(picture.name)}" xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="{left:.0f} {top:.0f} {width:.0f} {height:.0f}" style="max-width:{width:.0f}px;width:100%">'
        f"{''.join(lines)}{''.join(dots)}</svg>{told}</div>"
    )


def matrix_table(answer: Mapping[str, Any]) -> str:
    """A dependency matrix: rows need columns, users first; what goes against the order is in the other colour."""
    groups, cells = answer["groups"], {(row, column): number for row, column, number in answer["cells"]}
    if not groups:
        return "<p>No part of it needs another.</p>"
    most = max(cells.values(), default=1)
    numbers = "".join(
        f'<th scope="col" style="{_CELL}" title="{_text(g["path"])}">{at + 1}</th>' for at, g in enumerate(groups)
    )
    rows = []
    for row, group in enumerate(groups):
        shown = "".join(_cell(groups, row, column, cells.get((row, column), 0), most) for column in range(len(groups)))
        head = f"{row + 1}&nbsp; {_text(_shorten(group['label']))}"
        title = f"{group['path']}: {group['files']:,} files"
        rows.append(f'<tr><th scope="row" style="{_HEAD}" title="{_text(title)}">{head}</th>{shown}</tr>')
    share = f" ({100 * answer['against'] / answer['total']:.1f} %)" if answer["total"] else ""
    where = "" if answer["path"] == "." else f" of {_text(answer['path'])}"
    caption = (
        f"{answer['total']:,} dependencies ({', '.join(answer['kinds'])}) between {len(groups)} parts{where}: "
        f"a row needs its columns. {answer['against']:,}{share} go against the layers."
    )
    return (
        f'<table style="{_FONT};border-collapse:collapse;font-size:11px"><caption style="text-align:left">{caption}'
        f"</caption><thead><tr><td></td>{numbers}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


_CELL = "padding:0 2px;min-width:18px;text-align:center"
_HEAD = "padding:0 8px 0 0;text-align:left;white-space:nowrap;font-weight:400"


def _cell(groups: list[dict[str, Any]], row: int, column: int, number: int, most: int) -> str:
    if row == column:
        return f'<td style="{_CELL};background:rgba(128,128,128,.35)"></td>'
    if not number:
        return f'<td style="{_CELL}"></td>'
    colour = "196,72,20" if row > column else "20,96,170"
    share = 0.15 + 0.6 * log(number + 1) / log(most + 1)
    title = f"{groups[row]['label']} needs {groups[column]['label']}: {number:,}"
    return f'<td style="{_CELL};background:rgba({colour},{share:.2f})" title="{_text(title)}">{number}</td>'


def _shorten(text: str) -> str:
    return text if len(text) <= _MAX_NAME_LENGTH else f"{text[:11]}…{text[-(_MAX_NAME_LENGTH - 12) :]}"


def _text(text: str) -> str:
    return html.escape(text.encode("utf-8", "backslashreplace").decode())
