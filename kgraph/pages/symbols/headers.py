"""Which header brings a type in: as the files that use it spell it.

Input: a symbol of the C family that stands in a header, and who uses it. Output: a sentence; none where nobody includes
the header, and none where the files that use the symbol agree on nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache

from kgraph.languages import C_FAMILY
from kgraph.pages.markdown import Markdown, code
from kgraph.pages.repository_model import PageFile, PageFolder
from kgraph.pages.roles import TEST_RANK
from kgraph.pages.sections.dependencies import spell
from kgraph.pages.source_text import SourceTexts
from kgraph.pages.symbols.selection import SCOPES, SymbolEntry
from kgraph.pages.symbols.writer import SymbolWriter
from kgraph.repository_paths import ends_with

_PRIVATE = re.compile(r"\s*(?://|/\*)\s*IWYU pragma: private, include (\"[^\"]+\"|<[^<>]+>)")
_MAX_LINES = 60  # at the top of a header, which may say that another is to be included
_MAX_FILES = 2_000  # that a header brings in, and that are looked at


def sentence(writer: SymbolWriter, entry: SymbolEntry) -> Markdown:
    """ "Include `"core/executor.hpp"`; most files that use it include `<taskflow.hpp>`, which brings it in."."""
    header = entry.symbol.file
    if entry.symbol.kind in SCOPES or header.language not in C_FAMILY or header.role not in ("header", "generated"):
        return Markdown("")
    if stated := _describe_statement(writer, header):
        return stated
    outside = [user for user in header.users if user.folder is not header.folder]
    own = _spellings(outside, header) or _spellings(header.users, header) or _as_its_neighbours(header)
    said = f"Include {writer.writer.file(header, own[0])}" if own else ""
    users = {site.file for site in writer.facts.users.get(entry.symbol.id, ())}
    includes = Counter(needed for user in users if header not in user.needs for needed in _list_offered(user))
    for other, count in sorted(includes.items(), key=lambda item: (-item[1], item[0].path)):
        if other is header or 2 * count <= len(users):
            break
        if header in _list_brought_in(other) and (spelling := _spellings(users, other)):
            shown = writer.writer.file(other, spelling[0])
            if not said:
                own_file = writer.writer.file(header)
                return Markdown(f"Include {shown}, which brings in {own_file}, as most of its users do.")
            return Markdown(f"{said}, or {shown}, which brings it in, as most of its users do.")
    return Markdown(f"{said}." if said else "")


def _describe_statement(writer: SymbolWriter, header: PageFile) -> Markdown:
    """What the header itself says of what to include."""
    label = _find_named_header(writer.context.contents, header)
    if not label:
        return Markdown("")
    path = label.strip('"<>')
    named = [file for file in _includers(header) if ends_with(file.path, path)]
    shown = writer.writer.file(named[0], label) if len(named) == 1 else code(label)
    return Markdown(f"Include {shown}, as {writer.writer.file(header, header.name)} says of itself.")


@lru_cache(maxsize=64)
def _find_named_header(contents: SourceTexts, header: PageFile) -> str:
    """The header that is to be included for a private one, as its note to include-what-you-use spells it."""
    found = (_PRIVATE.match(line) for line in contents.lines(header)[:_MAX_LINES])
    return next((each[1] for each in found if each), "")


def _list_offered(user: PageFile) -> set[PageFile]:
    """The headers of the product that a file includes, and those that helpers of tests include for it."""
    helpers = [needed for needed in user.needs if needed.user_rank == TEST_RANK]
    needed = {*user.needs, *(other for helper in helpers for other in helper.needs)}
    return {file for file in needed if file.user_rank == 0}


def _spellings(users: Iterable[PageFile], header: PageFile) -> list[str]:
    """How files include a header, the most frequent first; a way up through folders is right for one file alone."""
    said = [
        (spell(include), _is_beside(user, include.spelling, header))
        for user in users
        for include in user.includes
        if include.targets == [header.id] and "../" not in include.spelling
    ]
    found = Counter(spelling for spelling, is_beside in said if not is_beside)
    if not found and not header.folder.path.strip("."):  # beside it is where everybody looks
        found = Counter(spelling for spelling, _ in said)
    return [spelling for spelling, _ in sorted(found.items(), key=lambda item: (-item[1], item[0]))]


def _is_beside(user: PageFile, spelling: str, header: PageFile) -> bool:
    """Whether a file finds a header below its own folder, where others do not look."""
    return user.user_rank == header.user_rank and f"{user.folder.path}/{spelling}" == header.path


def _as_its_neighbours(header: PageFile) -> list[str]:
    """How a header is spelled that files beside it alone include: as others spell the headers around it."""
    folder: PageFolder | None = header.folder
    while folder is not None:
        roots: Counter[tuple[str, str]] = Counter()
        for neighbour in folder.files:
            for spelling in _spellings(neighbour.users, neighbour) if neighbour.users else ():
                bare = spelling.strip('"<>')
                root = neighbour.path.removesuffix(bare)
                if ends_with(neighbour.path, bare):
                    roots[root, spelling[0]] += 1
        for (root, sign), _ in sorted(roots.items(), key=lambda item: (-item[1], item[0])):
            if header.path.startswith(root):
                return [f"{sign}{header.path.removeprefix(root)}{'>' if sign == '<' else sign}"]
        folder = folder.above
    return []


@lru_cache(maxsize=64)
def _list_brought_in(file: PageFile) -> frozenset[PageFile]:
    """The files that come in with one."""
    return _find_reachable(file, lambda each: each.needs)


@lru_cache(maxsize=64)
def _includers(header: PageFile) -> frozenset[PageFile]:
    """The files that bring a header in."""
    return _find_reachable(header, lambda each: each.users)


def _find_reachable(start: PageFile, following: Callable[[PageFile], Iterable[PageFile]]) -> frozenset[PageFile]:
    seen, waiting = {start}, [start]
    while waiting and len(seen) < _MAX_FILES:
        for other in following(waiting.pop()):
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return frozenset(seen)
