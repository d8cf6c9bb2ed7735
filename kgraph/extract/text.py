"""What the extractors share about text: its lines, and what may leave as a name.

Input: bytes or text of a file. Output: line counts, and text without control characters and lone surrogates, so that
every name and sentence can be written as UTF-8, as XML and as RDF.
"""

from __future__ import annotations

import codecs
import re

from kgraph.model import LinkFact

# XML 1.0 has no way to write these, not even escaped; tabs and line ends stay.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LONG_TARGET = 2000  # characters; longer ones are images written into the page
_MAX_SPELLED = 4 * _LONG_TARGET  # with white space


# Whose first bytes are those of another must stand before it.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32", 4),
    (codecs.BOM_UTF32_BE, "utf-32", 4),
    (codecs.BOM_UTF16_LE, "utf-16", 2),
    (codecs.BOM_UTF16_BE, "utf-16", 2),
)


def as_utf8(content: bytes) -> bytes:
    """The text as UTF-8 where a byte order mark says that it is UTF-16 or UTF-32; any other as it is."""
    for mark, encoding, width in _BYTE_ORDER_MARKS:
        if content.startswith(mark) and (width == 2 or len(content) % width == 0):
            return content.decode(encoding, "replace").encode("utf-8", "replace")
    return content


def is_binary(content: bytes) -> bool:
    """Whether git would call it binary: a NUL among the first 8,000 bytes (buffer_is_binary in git's
    xdiff-interface.c)."""
    return b"\0" in content[:8000]


def count_lines(content: bytes) -> int:
    """Number of lines; "\\n", "\\r\\n" and "\\r" end one, and the last one may lack its end."""
    if b"\r" in content:
        return len(content.splitlines())
    return content.count(b"\n") + (not content.endswith(b"\n") and content != b"")


def with_unix_line_ends(content: bytes) -> bytes:
    """The same lines, each ended by "\\n"."""
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in content else content


def clean(text: str) -> str:
    """The text with what cannot be written replaced by U+FFFD."""
    return _UNWRITABLE.sub("\ufffd", text) if not text.isprintable() else text


def flatten(text: str, limit: int = 0) -> str:
    """The text with runs of white space made one space, and cut at `limit` characters if that is given."""
    if not text.isprintable() or "  " in text:  # the only white space that is printable is the plain space
        text = clean(" ".join(text.split()))
    line = text.strip()
    return line if not limit or len(line) <= limit else line[: limit - 1].rstrip() + "…"


def link(target: str, line: int, text: str = "") -> list[LinkFact]:
    """One link, or none where its target is empty or holds the data itself."""
    if len(target) > _MAX_SPELLED:  # the target of a reference that is used a thousand times is cleaned as often
        return []
    target = flatten(target)
    if not target or len(target) > _LONG_TARGET or target.startswith("data:"):
        return []
    return [LinkFact(target, line, flatten(text, 200))]
