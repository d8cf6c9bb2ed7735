"""Where the comment of a namespace stands: in one of the many files that open it, and in no other.

Input: a model, whose places of one symbol all have its documentation, and the texts of the files. Output: the same
model; a place of a namespace that several files open keeps the documentation only where the text above it says so.
Where the texts are not known, none of them does: another file's comment says nothing of this one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kgraph.pages.repository_model import PageFile, PageSymbol, RepositoryModel
    from kgraph.pages.source_text import SourceTexts

_WORD = re.compile(r"\w+")
_WORDS = 8  # of a comment, by which it is known
_ABOVE = 120  # lines above a namespace in which its comment stands


def keep_where_they_stand(model: RepositoryModel, sources: SourceTexts) -> None:
    """Take the documentation of namespaces away from the places where it does not stand."""
    by_file: dict[PageFile, list[PageSymbol]] = defaultdict(list)
    for places in model.places.values():
        if places[0].kind == "Namespace" and places[0].documentation and len({place.file for place in places}) > 1:
            for place in places:
                by_file[place.file].append(place)
    for file, places in by_file.items():
        lines = sources.lines(file)
        for place in places:
            if not _stands_above(lines, place):
                place.documentation = ""


def _stands_above(lines: list[str], place: PageSymbol) -> bool:
    words = _WORD.findall(place.documentation)[:_WORDS]
    above = _WORD.findall(" ".join(lines[max(0, place.line - _ABOVE) : place.line]))
    return bool(words) and f" {' '.join(words)} " in f" {' '.join(above)} "
