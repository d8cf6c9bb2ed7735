"""Spellings of TypeScript that its grammar stumbles over, spelled in a way that it reads.

Input: the bytes of a file in which the grammar found errors. Output: the same bytes with some replaced by spaces or a
semicolon, which alters no declaration. No byte is at another place, so that lines and columns stay.
"""

from __future__ import annotations

import re

from kgraph.extract.treesitter.repair import blank_first

_SIGNATURE = re.compile(rb"(?<=\n)([ \t]*)[ \t](?=<)")
_VARIANCE = re.compile(rb"[<,]\s*(in\s+out|in|out)(?=\s+[A-Za-z_$][\w$]*\s*(?:[,>=]|extends\b))")
_TYPES_PASSED_ON = re.compile(rb"\bexport\s+(type)(?=\s*\*)")


def part_signatures(content: bytes) -> bytes:
    """A line that begins with type parameters begins another signature, and does not go on with the type above it."""
    return _SIGNATURE.sub(rb"\1;", content)


def blank_variance(content: bytes) -> bytes:
    """`interface Box<in out T>` reads `interface Box<T>`."""
    return _VARIANCE.sub(blank_first, content)


def blank_types_passed_on(content: bytes) -> bytes:
    """`export type * from "./types"` reads `export * from "./types"`."""
    return _TYPES_PASSED_ON.sub(blank_first, content)


REPAIRS = (part_signatures, blank_variance, blank_types_passed_on)
