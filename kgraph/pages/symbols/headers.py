"""Which header brings a type in: as the files that use it spell it.

Input: a symbol of the C family that stands in a header, and who uses it. Output: a sentence; none where nobody includes
the header, and none where the files that use the symbol agree on nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from kgraph.languages import C_FAMILY
from kgraph.pages.markdown import Markdown
from kgraph.pages.repository_model import PageFile
from kgraph.pages.sections.dependencies import spelled
from kgraph.pages.symbols.selection import SCOPES, SymbolEntry
from kgraph.pages.symbols.writer import SymbolWriter

_MAX_FILES = 2_000  # that a header brings in, and that are looked at


def sentence(writer: SymbolWriter, entry: SymbolEntry) -> Markdown:
    """ "Include `"core/executor.hpp"`; most files that use it include `<taskflow.hpp>`, which brings it in."."""
    header = entry.symbol.file
    if entry.symbol.kind in SCOPES or header.language not in C_FAMILY or header.role not in ("header", "generated"):
        return Markdown("")
    outside = [user for user in header.users if user.folder is not header.folder]
    own = _spellings(outside or header.users, header)
    if not own:
        return Markdown("")
    said = f"Include {writer.writer.file(header, own[0])}"
    users = {site.file for site in writer.facts.users.get(entry.symbol.id, ())}
    includes = Counter(needed for user in users for needed in user.needs)
    for other, count in sorted(includes.items(), key=lambda item: (-item[1], item[0].path)):
        if other is header or 2 * count <= len(users):
            break
        if header in _brought(other) and (spelling := _spellings(users, other)):
            shown = writer.writer.file(other, spelling[0])
            return Markdown(f"{said}, or {shown}, which brings it in, as most of its users do.")
    return Markdown(f"{said}.")


def _spellings(users: Iterable[PageFile], header: PageFile) -> list[str]:
    """How files include a header, the most frequent first."""
    found = Counter(spelled(include) for user in users for include in user.includes if include.targets == [header.id])
    return [spelling for spelling, _ in sorted(found.items(), key=lambda item: (-item[1], item[0]))]


@lru_cache(maxsize=64)
def _brought(file: PageFile) -> frozenset[PageFile]:
    """The files that come in with one."""
    seen, waiting = {file}, [file]
    while waiting and len(seen) < _MAX_FILES:
        for other in waiting.pop().needs:
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return frozenset(seen)
