"""The scripts in files of Vue and Svelte, which are modules of their own.

Everything else in the file is taken for white space, so that lines stay what they are.
"""

from __future__ import annotations

import re

from kgraph.extract.scoped.typescript import TypeScriptReader

_SCRIPT = re.compile(rb"<script\b[^>]*>(.*?)</script\s*>", re.DOTALL | re.IGNORECASE)
_BLANK = re.compile(rb"[^\n]")


class ScriptBlockReader(TypeScriptReader):
    """Reads one file with scripts in it; TypeScript's grammar reads JavaScript too."""

    @classmethod
    def prepared(cls, content: bytes) -> bytes:
        kept, end = [], 0
        for block in _SCRIPT.finditer(content):
            kept += [_BLANK.sub(b" ", content[end : block.start(1)]), block[1]]
            end = block.end(1)
        return b"".join([*kept, _BLANK.sub(b" ", content[end:])])
