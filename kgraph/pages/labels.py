"""Labels of the boxes of a picture: short, and no two the same.

Input: for each box the labels that it may have, the shortest first. Output: one for each, of all the shortest that tell
it from the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from kgraph.pages.repository_model import PageFile, PageSymbol

_Key = TypeVar("_Key")


def unique_labels(candidates: Mapping[_Key, Sequence[str]]) -> dict[_Key, str]:
    """The first label of each box that no other box shows; boxes with equal labels all go on to their next.

    Where the last ones are equal, they are numbered.
    """
    at = dict.fromkeys(candidates, 0)
    while True:
        counts = Counter(candidates[key][place] for key, place in at.items())
        same = [
            key for key, place in at.items() if counts[candidates[key][place]] > 1 and place + 1 < len(candidates[key])
        ]
        if not same:
            break
        for key in same:
            at[key] += 1
    labels: dict[_Key, str] = {}
    taken: Counter[str] = Counter()
    for key, place in at.items():
        label = candidates[key][place]
        taken[label] += 1
        labels[key] = label if taken[label] == 1 else f"{label} ({taken[label]})"
    return labels


def label_symbol(symbol: PageSymbol, *, with_owner: bool = True) -> list[str]:
    """ "area", or "Shape::area" of a member; the whole name; the name with the line where it stands."""
    mark = "::" if "::" in symbol.qualified else "."
    owner = symbol.above if with_owner and symbol.above and symbol.above.kind not in ("Namespace", "Module") else None
    short = f"{owner.name}{mark}{symbol.name}" if owner else symbol.name
    return [short, symbol.qualified, f"{short} ({symbol.file.name}:{symbol.line})"]


def label_file(file: PageFile, folders: int = 1) -> list[str]:
    """The name of a file with as many of its folders; with one more; its whole path."""
    steps = file.path.split("/")
    return ["/".join(steps[-1 - folders :]), "/".join(steps[-2 - folders :]), file.path]
