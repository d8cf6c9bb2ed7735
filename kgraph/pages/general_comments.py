"""Comments that say of what they stand above no more than its kind and name, or what they say of others, too.

Input: the model. Output: the same, in which they are no documentation and no purpose: "Function: area" above `area`;
"This file is part of Eigen" at the top of 500 files; "must be fully qualified" above each of several enumerations,
which is said of the language.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from kgraph.pages.purpose import TYPES
from kgraph.pages.repository_model import PageFile, RepositoryModel

_MIN_FILES = 5  # that begin with one paragraph
_MIN_TYPES = 3  # with different names and one paragraph
_MAX_NAMING = 200  # characters of a comment that may be nothing but a name
_AFTER = re.compile(r"(?:\(\))?[`'\"]?[.:]?\s*")
_BEFORE = re.compile(
    r"\s*(?:(?:public|private|static|main)\s+)?(?:function|procedure|method|routine|class|struct|union|enum|namespace|"
    r"constructor|ctor|destructor|dtor|operator|macro|variable|type(?:def)?|alias|module|template|test(?:\s+case)?)"
    r"\s*[:\-]*\s*[`'\"]?",
    re.IGNORECASE,
)


def set_aside(model: RepositoryModel) -> None:
    """Take away what is no documentation, and mark what is general."""
    paragraphs: dict[str, set[str]] = defaultdict(set)
    for places in model.places.values():
        for place in places:
            if place.documentation and names_only(place.documentation, place.name):
                place.documentation = ""
            elif place.documentation and place.kind in TYPES:
                paragraphs[_first(place.documentation)].add(place.name)
    general = {paragraph for paragraph, names in paragraphs.items() if len(names) >= _MIN_TYPES}
    for places in model.places.values() if general else ():
        for place in places:
            if place.kind in TYPES and place.documentation:
                place.is_general = _first(place.documentation) in general
    _find_shared(model)


def _find_shared(model: RepositoryModel) -> None:
    counts = Counter(_first(file.documentation) for file in model.files.values() if _has_comment(file))
    for file in model.files.values():
        if not _has_comment(file):
            continue
        first = _first(file.documentation)
        if counts[first] >= _MIN_FILES:
            file.shared_comment = (first, counts[first])
            file.documentation = file.documentation.strip()[len(first) :].strip()


def _has_comment(file: PageFile) -> bool:
    return bool(file.documentation) and file.role != "documentation"


def _first(documentation: str) -> str:
    return re.split(r"\n[ \t]*\n", documentation.strip(), maxsplit=1)[0]


def names_only(documentation: str, name: str) -> bool:
    """Whether a comment is nothing but the kind and the name of what it stands above."""
    if len(documentation) > _MAX_NAMING or name not in documentation:
        return False
    before, _, after = documentation.rpartition(name)
    return _AFTER.fullmatch(after) is not None and _BEFORE.fullmatch(before) is not None
