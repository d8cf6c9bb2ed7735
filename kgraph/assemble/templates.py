"""Templates of web pages that are named by a path below a folder of templates.

Input: what templates and programs say, `{% extends "base.html" %}` or `render(request, "shop/item.html")`. Output: a
`Resolution` for each. Of several templates of that path the one is meant that shares most folders with who names it.
"""

from __future__ import annotations

from collections.abc import Sequence

from kgraph.assemble.include_resolution import Resolution
from kgraph.assemble.suffix_index import PathSuffixIndex, count_shared_folders
from kgraph.model import IncludeFact
from kgraph.repository_paths import parent

FORM = "template"  # of facts
_FOLDERS = frozenset({"templates", "jinja2"})  # where Django, Flask and others look
_MISSING = Resolution("missing")


def resolve_templates(paths: PathSuffixIndex, asked: Sequence[tuple[int, IncludeFact]]) -> list[Resolution]:
    """What each fact means; each has the number of its file."""
    ending = paths.ending_in({fact.spelling for _, fact in asked})
    found = {
        spelling: [number for number in numbers if _is_below(paths.places[number], spelling)]
        for spelling, numbers in ending.items()
    }
    return [_choose(paths, number, found.get(fact.spelling, ())) for number, fact in asked]


def _is_below(path: str, spelling: str) -> bool:
    """Whether a path is that of a template: a folder of templates, and what is spelled."""
    return path[: -len(spelling)].rstrip("/").rpartition("/")[2] in _FOLDERS


def _choose(paths: PathSuffixIndex, number: int, found: Sequence[int]) -> Resolution:
    found = [each for each in found if each != number]  # a template may extend that of a package in whose place it is
    if not found:
        return _MISSING
    own = parent(paths.places[number])
    shared = {each: count_shared_folders(own, parent(paths.places[each])) for each in found}
    nearest = [each for each in found if shared[each] == max(shared.values())]
    if len(nearest) > 1:
        return Resolution("ambiguous", candidates=tuple(sorted(found)))
    return Resolution("repository", tuple(nearest))
