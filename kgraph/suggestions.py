"""What may have been meant by a name that does not exist.

Input: the name and those that there are. Output: the closest ones, and the sentence that offers them.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence


def closest(name: str, names: Iterable[str], most: int, similarity: float = 0.5) -> list[str]:
    """Up to `most` names that are spelled like `name`, the most similar first; the ratio is difflib's, 0 to 1."""
    return difflib.get_close_matches(name, list(names), most, similarity)


def nearest(name: str, names: Iterable[str], most: int) -> list[str]:
    """The `most` names that are the most similar, however little."""

    def order(other: str) -> tuple[float, str]:
        return -difflib.SequenceMatcher(None, name, other).ratio(), other

    return sorted(names, key=order)[:most]


def did_you_mean(names: Sequence[str], quoted: Callable[[str], str] = str) -> str:
    """The question that offers names, "" where there are none."""
    return f"did you mean {' or '.join(map(quoted, names))}?" if names else ""
