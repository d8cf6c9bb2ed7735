"""Modules of C++20: which file `import a.b;` means.

Input: a `FileIndex` and imports. Output: a `Resolution` for each. A file says itself which module or part it is, so no
path decides; where several files say the same, as the examples of one repository may, the nearest one is meant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from kgraph.assemble.file_index import FileIndex
from kgraph.assemble.include_resolution import Resolution
from kgraph.languages import C_FAMILY
from kgraph.model import IncludeFact
from kgraph.repository_paths import parent

_EXTERNAL, _MISSING = Resolution("external"), Resolution("missing")


def units(index: FileIndex) -> list[int]:
    """The files that can be imported."""
    return [number for number, facts in index.facts_in(*C_FAMILY) if facts.package]


def resolve_modules(index: FileIndex, imports: Sequence[tuple[int, IncludeFact]]) -> list[Resolution]:
    """The meaning of each import; `imports` pairs the number of the importing file with the declaration."""
    if not imports:
        return []
    below: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))  # files by name and folder
    for number, facts in index.facts_in(*C_FAMILY):
        if facts.package:
            folder = parent(index.files[number].path)
            below[facts.package][folder].append(number)
            while folder:
                folder = parent(folder)
                below[facts.package][folder].append(number)
    resolutions = []
    for number, fact in imports:
        folders = below.get(fact.spelling)
        if folders is None:  # a part is of the same program, whoever wrote the module
            resolutions.append(_MISSING if ":" in fact.spelling else _EXTERNAL)
            continue
        folder = parent(index.files[number].path)
        while folder and folder not in folders:
            folder = parent(folder)
        found = tuple(folders[folder])
        resolutions.append(Resolution("repository", found) if len(found) == 1 else Resolution("ambiguous", (), found))
    return resolutions
