"""The scripts in files of Vue and Svelte, which are modules of their own.

Everything else in the file is taken for white space, so that lines stay what they are.
"""

from __future__ import annotations

import re

from kgraph.extract.scoped.typescript import TypeScriptReader

_OPENING = re.compile(rb"<script\b[^>]{0,1000}>", re.IGNORECASE)
_CLOSING = re.compile(rb"</script\b", re.IGNORECASE)
_BLANK = re.compile(rb"[^\n]")


class ScriptBlockReader(TypeScriptReader):
    """Reads one file with scripts in it; TypeScript's grammar reads JavaScript too."""

    @classmethod
    def prepared(cls, content: bytes) -> bytes:
        kept, end = [], 0
        while (opening := _OPENING.search(content, end)) and (closing := _CLOSING.search(content, opening.end())):
            kept += [_BLANK.sub(b" ", content[end : opening.end()]), content[opening.end() : closing.start()]]
            end = closing.end()
            kept.append(b";".ljust(end - closing.start()))
        return b"".join([*kept, _BLANK.sub(b" ", content[end:])])
