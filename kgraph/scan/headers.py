"""Whether a `.h` is C or C++: its name does not tell, and the two languages need different grammars.

Comes in: all files. Goes out: the same, with the language of each header settled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec import structs

from kgraph.model import SourceFile

_C_SOURCES = frozenset({"C", "Objective-C"})
_CPP_SOURCES = frozenset({"C++", "CUDA", "Objective-C++"})


def classify_headers(files: Iterable[SourceFile]) -> Iterator[SourceFile]:
    """A `.h` is C or C++ as most sources of the nearest folder (upwards) that has sources of either.

    `class` is a fine variable name in C.
    """
    files = list(files)
    by_folder: Counter[tuple[str, bool]] = Counter()
    for file in files:
        if file.language in _C_SOURCES | _CPP_SOURCES and not _is_ambiguous(file.path):
            by_folder[file.path.rpartition("/")[0], file.language in _CPP_SOURCES] += 1
    sources: Counter[tuple[str, bool]] = Counter()
    for (folder, is_cpp), number in by_folder.items():
        for each in (folder, *parents(folder)):
            sources[each, is_cpp] += number
    nearest: dict[str, str] = {}  # language of headers by folder; "" where nothing tells
    for file in files:
        if file.language == "C++" and _is_ambiguous(file.path):
            folder = file.path.rpartition("/")[0]
            if folder not in nearest:
                nearest[folder] = _of_headers(file.path, sources)
            yield structs.replace(file, language=nearest[folder]) if nearest[folder] == "C" else file
        else:
            yield file


def _of_headers(path: str, sources: Counter[tuple[str, bool]]) -> str:
    for folder in parents(path):
        c, cpp = sources[folder, False], sources[folder, True]
        if c or cpp:
            return "C" if c > cpp else "C++"
    return ""


def _is_ambiguous(path: str) -> bool:
    return path.endswith((".h", ".H"))


def parents(path: str) -> Iterator[str]:
    """The folders that hold a path, innermost first, the root ("") last."""
    while path:
        path = path.rpartition("/")[0]
        yield path
