"""Where the comment of a namespace stands: in one of the many files that open it, and in no other; and so that of a
macro which a condition defines in one way or another.

Input: a model, whose places of one symbol all have its documentation, and the texts of the files. Output: the same
model; a place of a namespace that several files open, or of a macro that is defined several times, keeps the
documentation only where the text above it says so. Where the texts are not known, none of them does: another file's
comment says nothing of this one.
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
_ABOVE_MACRO = 3  # what is further above belongs to another branch
_ABOVE = 120  # lines above a namespace in which its comment stands


def keep_where_they_stand(model: RepositoryModel, sources: SourceTexts) -> None:
    """Take the documentation of namespaces away from the places where it does not stand."""
    by_file: dict[PageFile, list[PageSymbol]] = defaultdict(list)
    for places in model.places.values():
        is_opened = places[0].kind == "Namespace" and len({place.file for place in places}) > 1
        is_chosen = places[0].kind == "Macro" and sum(place.role == "definition" for place in places) > 1
        if (is_opened or is_chosen) and places[0].documentation:
            for place in places:
                by_file[place.file].append(place)
    for file, places in by_file.items():
        lines = sources.lines(file)
        for place in places:
            if not _is_above(lines, place):
                place.documentation = ""


def _is_above(lines: list[str], place: PageSymbol) -> bool:
    words = _WORD.findall(place.documentation)[:_WORDS]
    first = max(0, place.line - (_ABOVE if place.kind == "Namespace" else _ABOVE_MACRO))
    above = _WORD.findall(" ".join(lines[first : place.line]))
    return bool(words) and f" {' '.join(words)} " in f" {' '.join(above)} "
