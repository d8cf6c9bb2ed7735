"""Whether a `.h` is C or C++: its name does not say, and the two languages need different grammars.

Input: all files. Output: the same, with the language of each header settled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec import structs

from kgraph.model import SourceFile
from kgraph.repository_paths import folders_of, parent

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
            by_folder[parent(file.path), file.language in _CPP_SOURCES] += 1
    folders = folders_of(file.path for file in files)
    for folder in reversed(folders):  # what is in a folder comes before it, and counts there too
        if folder:
            for is_cpp in (False, True):
                if count := by_folder[folder, is_cpp]:
                    by_folder[parent(folder), is_cpp] += count
    nearest = {"": ""}  # language of headers by folder; "" where nothing decides it
    for folder in folders:
        c, cpp = by_folder[folder, False], by_folder[folder, True]
        nearest[folder] = ("C" if c > cpp else "C++") if c or cpp else nearest[parent(folder)]
    for file in files:
        is_c = file.language == "C++" and _is_ambiguous(file.path) and nearest[parent(file.path)] == "C"
        yield structs.replace(file, language="C") if is_c else file


def _is_ambiguous(path: str) -> bool:
    return path.endswith((".h", ".H"))
