"""Uses of what is declared by name alone, packed as facts.

Input: uses, each with its kind, name, the sort of thing that is meant, line and owner. Output: `UseFacts`, of which the
qualifier is the sort.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import NamedTuple

from kgraph.model import UseFacts, UseKind

MAX_NAME = 1_000  # characters of a name that is looked up


class NamedUse(NamedTuple):
    """One use; `sort` is "" where the name tells it."""

    kind: UseKind
    name: str
    line: int  # from 1
    owner: int = -1  # index of the symbol that it stands in, or -1
    sort: str = ""


def pack(uses: Sequence[NamedUse]) -> UseFacts:
    """The uses in the order of the text."""
    uses = [each for each in uses if 0 < len(each.name) <= MAX_NAME]
    if not uses:
        return UseFacts()
    kinds, names, lines, owners, sorts = zip(*uses, strict=True)
    blank = "\n" * (len(uses) - 1)
    return UseFacts(
        kinds="".join(str(each) for each in kinds),
        names="\n".join(names),
        qualifiers="\n".join(sorts),
        receivers=blank,
        types=blank,
        lines=array("I", lines).tobytes(),
        owners=array("i", owners).tobytes(),
        arguments=array("h", [-1] * len(uses)).tobytes(),
    )
