"""The namespaces of a folder, and the types in it that most files use.

Input: a `PageWriter` and a folder. Output: Markdown lines. What others wrote and the repository holds a copy of is left
out, except on the pages of these copies: it is used most often, and is not what a reader looks for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from kgraph.languages import C_FAMILY, import_verb
from kgraph.pages.markdown import Markdown, code, prose
from kgraph.pages.page_context import FileConcepts, PageWriter, enumerate_parts, number_of
from kgraph.pages.purpose import brief, file_comment_of
from kgraph.pages.repository_model import PageFile, PageFolder, PageSymbol
from kgraph.relate.file_names import may_be_vendored

SHOWN = 12
_NO_CONCEPTS = frozenset({"(anonymous namespace)", "std"})  # `std` is opened to specialise what is not ours
_DETAILS = frozenset({"detail", "details", "detail_", "internal", "impl"})  # names of scopes that are for nobody else
_CALLED = frozenset({"Method", "Constructor", "Destructor", "Conversion"})
_CONCEPTS = frozenset({"Class", "Struct", "Concept", "Enum"})


def own_files(folder: PageFolder) -> list[PageFile]:
    """The files below a folder that are no copies of what others wrote; all, where the folder is itself one."""
    below = folder.list_files()
    if may_be_vendored(f"{folder.path}/-"):
        return below
    return [file for file in below if not _is_copy(file.path)]


_is_copy = lru_cache(maxsize=1 << 15)(may_be_vendored)  # asked for each folder above a file, and for several sections


def left_out(folder: PageFolder) -> list[str]:
    """That copies of what others wrote are not described."""
    count = len(folder.list_files()) - len(own_files(folder))
    return ["", f"Vendored code, {number_of(count, 'file')} below, is left out here."] if count else []


def concepts(writer: PageWriter, folder: PageFolder) -> list[str]:
    """The namespaces, and the types that most files use."""
    types: list[tuple[int, PageSymbol]] = []
    spaces: Counter[str] = Counter()
    for file in own_files(folder):
        inside = _find_in_file(writer, file)
        for name, count in inside.spaces.items():
            spaces[name] += count
        types += inside.types
    lines = []
    if spaces:
        ranked = sorted(spaces.items(), key=lambda item: (-item[1], item[0]))
        shown = [Markdown(f"{code(name)} ({number_of(count, 'place')})") for name, count in ranked[:6]]
        lines += [f"Namespaces: {enumerate_parts(shown, len(ranked) - len(shown))}.", ""]
    types.sort(
        key=lambda item: (
            *(-item[0], -_including(writer, item[1])),
            *(item[1].qualified, item[1].file.path, item[1].line),
        )
    )
    by_name: dict[tuple[str, str], tuple[int, PageSymbol]] = {}
    for count, symbol in types:  # of several that have one name, that which is used most
        by_name.setdefault((symbol.qualified, symbol.file.language), (count, symbol))
    types = list(by_name.values())
    chosen = types[:SHOWN]
    for count, symbol in chosen:
        doc = prose(brief(symbol.documentation or file_comment_of(symbol), limit=200))
        lines.append(
            f"- {writer.symbol(symbol, symbol.qualified)}{_describe_users(writer, symbol, count)}{doc and f': {doc}'}"
        )
    if len(types) > len(chosen):
        index = writer.folder(folder, "keyword index", "sub")
        lines.append(f"- and {len(types) - len(chosen):,} more types: see the {index}")
    return [*lines, *left_out(folder)] if lines else lines


def _find_in_file(writer: PageWriter, file: PageFile) -> FileConcepts:
    """What is in a file: the pages of all folders above it ask."""
    known = writer.context.concepts
    if file not in known:
        found = known[file] = FileConcepts()
        members = _members(file)
        for symbol in file.symbols:
            if symbol.kind == "Namespace" and symbol.name not in _NO_CONCEPTS:
                found.spaces[symbol.qualified] = found.spaces.get(symbol.qualified, 0) + 1
            elif symbol.kind in _CONCEPTS and symbol.role == "definition" and _is_public(symbol):
                inside = members.get(symbol.id, ())
                count = _users(writer, [symbol, *inside])
                if len(file.users) > count and (_is_plain(symbol, inside) or not writer.context.uses.by_used):
                    found.including[symbol.id] = len(file.users)
                found.types.append((count, symbol))
    return known[file]


def _members(file: PageFile) -> dict[str, list[PageSymbol]]:
    """The members of each type of a file, by the id of the type."""
    members: dict[str, list[PageSymbol]] = {}
    for symbol in file.symbols:
        if symbol.above is not None and symbol.above.kind in _CONCEPTS:
            members.setdefault(symbol.above.id, []).append(symbol)
    return members


def _is_plain(symbol: PageSymbol, members: Sequence[PageSymbol]) -> bool:
    """Whether a type has nothing that could be called: who declares a variable of a struct of C is not looked for."""
    return symbol.file.language in C_FAMILY and not any(member.kind in _CALLED for member in members)


def _is_public(symbol: PageSymbol) -> bool:
    """Whether a type is meant for others: outermost, named, no specialization, and no detail by its names."""
    names = symbol.qualified.replace("::", ".").split(".")
    hidden = any(name.startswith(("_", "(")) or name in _DETAILS for name in names)
    return bool(symbol.name) and "<" not in symbol.name and not hidden and _is_outermost(symbol)


def _users(writer: PageWriter, symbols: list[PageSymbol]) -> int:
    """How many files use a type or its members."""
    file, uses = symbols[0].file, writer.context.uses
    return len({use.file.id for symbol in symbols for use in uses.users(symbol.id)} - {file.id})


def _is_outermost(symbol: PageSymbol) -> bool:
    return symbol.above is None or symbol.above.kind in ("Namespace", "Module")


def _describe_users(writer: PageWriter, symbol: PageSymbol, count: int) -> str:
    """ ", used by 3 files", or, where its uses are not known, ", in a file that 3 files include"."""
    if including := _including(writer, symbol):
        verb = import_verb(symbol.file.language)
        return f", in a file that {number_of(including, 'file')} {verb}{'s' if including == 1 else ''}"
    return f", used by {number_of(count, 'file')}" if count else ""


def _including(writer: PageWriter, symbol: PageSymbol) -> int:
    return writer.context.concepts[symbol.file].including.get(symbol.id, 0)
