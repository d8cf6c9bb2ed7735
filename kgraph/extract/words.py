"""The words of a file: every identifier in it, with how often, whatever the language.

Comes in: the bytes of a text file. Goes out: `FileWords`. Comments and strings are kept on purpose: a word that two
files share ties them also where one is code and the other a document, a build file or a configuration. Lengths are
bounded so that no hash or encoded image becomes a word.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter

from kgraph.model import FileWords

_WORD = re.compile(rb"[A-Za-z_][A-Za-z0-9_]{2,}")
_LONGEST = 80  # bytes of a word
_MOST_BYTES = 1_000_000  # of a file; what stands further on is data
_MOST_COUNT = 0xFFFF
_HEAD = 1_500  # bytes in which generated files say that they are
_GENERATED = re.compile(
    rb"@generated\b|\bDO NOT (?:EDIT|MODIFY)\b|"
    rb"\b(?:auto[- ]?generated|automatically generated|generated)\s+(?:by|from|file|code|with|using)\b"
    rb"(?=[^\n]*\b(?:not|protoc|do|compiler|script|tool|bindings?)\b)",
    re.IGNORECASE,
)


def words(content: bytes) -> FileWords:
    """The identifiers of a text, sorted."""
    counts = Counter(_WORD.findall(content[:_MOST_BYTES]))
    names = sorted(word for word in counts if len(word) <= _LONGEST)
    numbers = array("H", (min(counts[word], _MOST_COUNT) for word in names))
    return FileWords(b" ".join(names).decode("ascii"), numbers.tobytes(), is_generated(content))


def is_generated(content: bytes) -> bool:
    """Whether the first lines say that a program wrote the file."""
    return _GENERATED.search(content[:_HEAD]) is not None
