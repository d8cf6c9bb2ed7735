"""The bytes of a C-family file as the text that all offsets count in.

Input: content. Output: UTF-8 without a byte order mark, lines that end with a line feed, digraphs spelled as the signs
that they stand for.
"""

from __future__ import annotations

import re

_USES_DIGRAPHS = re.compile(rb"^[ \t]*%:[ \t]*(?:include|define|if|ifdef|ifndef)\b|[)\w=][ \t]*<%\s*$", re.MULTILINE)
_DIGRAPHS = {b"<%": b"{ ", b"%>": b" }", b"<:": b"[ ", b":>": b" ]", b"%:": b"# "}
_DIGRAPH = re.compile(
    rb"""//[^\n]*+|/\*.*?(?:\*/|\Z)|"(?:[^"\\\n]++|\\.)*+"|'(?:[^'\\\n]|\\.)++'|<%|%>|<:(?!:[^:>])|:>|%:""", re.DOTALL
)


def decode(content: bytes) -> bytes:
    """The text as UTF-8 without a byte order mark; its offsets are the ones that all else counts in."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        content = content.decode("utf-16", "replace").encode("utf-8", "replace")
    elif content.startswith(b"\xef\xbb\xbf"):
        content = content[3:]
    if b"\0" in content:
        content = content.replace(b"\0", b" ")
    if b"\r" in content and b"\n" not in content:
        content = content.replace(b"\r", b"\n")
    if b"%:" in content or b"<%" in content:
        content = _spell_digraphs(content)
    return content


def _spell_digraphs(text: bytes) -> bytes:
    """`<% %> <: :> %:` as the signs that they stand for, of equal length, in a text that uses them for braces or
    directives; elsewhere `50%>x` and the like mean something else."""
    if not _USES_DIGRAPHS.search(text):
        return text
    return _DIGRAPH.sub(lambda match: _DIGRAPHS.get(match[0], match[0]), text)
