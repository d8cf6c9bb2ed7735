"""The scripts in files of Vue and Svelte, which are modules of their own, and what their templates use of them.

Everything but the scripts is taken for white space, so that lines stay what they are.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from tree_sitter import Node

from kgraph.extract.scoped.reader import CALL, READ
from kgraph.extract.scoped.template_uses import template_uses
from kgraph.extract.scoped.typescript import TypeScriptReader
from kgraph.model import FileFacts, IncludeFact
from kgraph.scoped_languages import component_import

_OPENING = re.compile(rb"<script\b[^>]{0,1000}>", re.IGNORECASE)
_CLOSING = re.compile(rb"</script\b", re.IGNORECASE)
_BLANK = re.compile(rb"[^\n]")
_NO_TEMPLATE = (
    (re.compile(rb"<script\b[^>]{0,1000}>", re.IGNORECASE), re.compile(rb"</script\b", re.IGNORECASE)),
    (re.compile(rb"<style\b[^>]{0,1000}>", re.IGNORECASE), re.compile(rb"</style\b", re.IGNORECASE)),
    (re.compile(rb"<!--"), re.compile(rb"-->")),
)


class ScriptBlockReader(TypeScriptReader):
    """Reads one file of Vue; TypeScript's grammar reads JavaScript too."""

    is_svelte = False

    @classmethod
    def prepare(cls, content: bytes) -> bytes:
        kept, end = [], 0
        while (opening := _OPENING.search(content, end)) and (closing := _CLOSING.search(content, opening.end())):
            kept += [_BLANK.sub(b" ", content[end : opening.end()]), content[opening.end() : closing.start()]]
            end = closing.end()
            kept.append(b";".ljust(end - closing.start()))
        return b"".join([*kept, _BLANK.sub(b" ", content[end:])])

    def facts(self, content: bytes, root: Node, *, with_uses: bool) -> FileFacts:
        self._read_template(content)
        return super().facts(content, root, with_uses=with_uses)

    def _read_template(self, content: bytes) -> None:
        """Note what the template uses: names of the script, and components that others bring in by their name."""
        breaks = [found.start() for found in re.finditer(rb"\n", content)]
        imported = {each.name for each in self._imported if each.owner == -1}
        known = imported | {each.name for each in self.symbols if not each.scope}
        components: set[str] = set()
        for use in template_uses(_template(content), is_svelte=self.is_svelte):
            line = bisect_right(breaks, use.start) + 1
            if use.name in known:
                kind = CALL if use.is_tag or use.is_call else READ
                self._evaluated.append((line, kind, -1, -1, f"|{use.name}", ""))
            elif use.is_tag and use.name not in components and not self.is_svelte:
                components.add(use.name)
                self.includes.append(IncludeFact(component_import(use.name), line, "import"))
            elif use.is_call:
                self._evaluated.append((line, CALL, -1, -1, f"|{use.name}", ""))


class SvelteReader(ScriptBlockReader):
    """Reads one file of Svelte, whose components are those that its script imports."""

    is_svelte = True


def _template(content: bytes) -> bytes:
    """A file without its scripts, styles and comments, at equal length."""
    for begins, ends in _NO_TEMPLATE:
        kept, end = [], 0
        while (opening := begins.search(content, end)) and (closing := ends.search(content, opening.end())):
            kept += [content[end : opening.start()], _BLANK.sub(b" ", content[opening.start() : closing.end()])]
            end = closing.end()
        content = b"".join([*kept, content[end:]])
    return content
