"""What documents name: the symbols with pages, or members of such, that stand in them as code.

Input: the model, the texts of its documents and the symbols with pages. Output: `DocumentMentions`. A name counts where
it is marked as code, by a role or by a directive, and means exactly one symbol; a word of small letters alone, `get`,
means none. Lists of changes and licences are not read: they name everything once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kgraph.pages import well_known
from kgraph.pages.repository_model import PageFile, RepositoryModel
from kgraph.pages.source_text import SourceTexts
from kgraph.pages.symbols.links import SymbolLinks
from kgraph.relate.file_names import may_be_vendored

_LANGUAGES = frozenset({"Markdown", "reStructuredText", "AsciiDoc", "MDX", "Doxygen"})
_MAX_BYTES = 2_000_000  # of a document
_MAX_LINES = 12  # of a document in which one symbol is named
_CHANGES = frozenset({"changes", "changelog", "changelog.d", "news", "newsfragments", "releases", "release-notes"})
_DIRECTIVE = re.compile(
    r"\s*\.\. (?:[a-z]+:)?(?:auto)?(?:class|exception|method|attribute|property|function|module|data|decorator|struct"
    r"|enum|type|member|concept|doxygenclass|doxygenstruct)::\s*(?:class\s+|struct\s+|async\s+)?([\w.:]+)"
)
_CODE = re.compile(r"(?<!`)(`{1,2})(?!`)(?:[~!.]?)([A-Za-z_][\w.:]*)(?:\([^`]*\))?\1(?!`)")
_SPOKEN = re.compile(r"(?<![\w`:./])(?:[A-Za-z_]\w*::)+[A-Za-z_]\w*(?![\w`])")  # which needs no mark to be a name
_NAME = re.compile(r"[A-Za-z_]\w*(?:(?:\.|::)[A-Za-z_]\w*)*")
_MIN_NAME = 4  # characters of a name that stands alone
_TELLING = re.compile(r".*[a-z].*[A-Z]|[A-Z].*[a-z].*|\w+_\w+")  # ClientSession, add_option; not `get` and not `JSON`


@dataclass(frozen=True, slots=True)
class DocumentMention:
    """Where a document names a symbol."""

    file: PageFile
    lines: tuple[int, ...]
    is_described: bool  # a directive says that it is described there


@dataclass(frozen=True, slots=True)
class DocumentMentions:
    """What documents name."""

    of_symbol: Mapping[str, Sequence[DocumentMention]] = field(default_factory=dict)  # by id
    of_file: Mapping[str, Mapping[PageFile, Sequence[str]]] = field(default_factory=dict)  # ids, by where they stand


def read(model: RepositoryModel, contents: SourceTexts, links: SymbolLinks) -> DocumentMentions:
    """The mentions in all documents, those that describe a symbol first."""
    meant = _meanings(links)
    if not meant:
        return DocumentMentions()
    of_symbol: dict[str, list[DocumentMention]] = defaultdict(list)
    of_file: dict[str, dict[PageFile, list[str]]] = defaultdict(lambda: defaultdict(list))
    for document in model.files.values():
        if not _is_read(document):
            continue
        found: dict[str, list[int]] = {}
        described: set[str] = set()
        for number, line in enumerate(contents.lines(document), 1):
            for name, is_described in _names(line):
                if id_ := meant.get(name, ""):
                    found.setdefault(id_, []).append(number)
                    if is_described and id_ not in described:
                        described.add(id_)
                        found[id_].insert(0, found[id_].pop())
        for id_, lines in found.items():
            mention = DocumentMention(document, tuple(dict.fromkeys(lines))[:_MAX_LINES], id_ in described)
            of_symbol[id_].append(mention)
            of_file[model.places[id_][0].file.id][document].append(id_)
    for mentions in of_symbol.values():
        mentions.sort(key=lambda each: (not each.is_described, -len(each.lines), each.file.path))
    return DocumentMentions(dict(of_symbol), {id_: dict(found) for id_, found in of_file.items()})


def _is_read(file: PageFile) -> bool:
    folders = file.path.lower().split("/")[:-1]
    return (
        file.language in _LANGUAGES
        and file.size <= _MAX_BYTES
        and not well_known.always(file.name)
        and _CHANGES.isdisjoint(folders)
        and not may_be_vendored(file.path)
    )


def _names(line: str) -> Iterator[tuple[str, bool]]:
    """The names in a line that are marked as code, and whether the line says that it describes them."""
    if "::" in line and (directive := _DIRECTIVE.match(line)):
        yield directive[1].strip(".:").replace("::", "."), True
    if "::" in line:
        for found in _SPOKEN.finditer(line):
            yield found[0].replace("::", "."), False
    if "`" in line:
        for found in _CODE.finditer(line):
            if _NAME.fullmatch(name := found[2].rstrip(".:")):
                yield name.replace("::", "."), False


def _meanings(links: SymbolLinks) -> dict[str, str]:
    """The one symbol that each name means: in full, as packages show it, and by its last part or two."""
    full: dict[str, set[str]] = defaultdict(set)
    short: dict[str, set[str]] = defaultdict(set)
    for id_, entry in links.symbols.entries.items():
        symbol = entry.symbol
        if symbol.file.user_rank:
            continue
        for name in (symbol.qualified, *links.public_names(id_)):
            full[name.replace("::", ".")].add(id_)
        if _is_telling(symbol.name):
            short[symbol.name].add(id_)
        for member in entry.own_members:
            full[f"{symbol.qualified}.{member.first.name}".replace("::", ".")].add(member.first.id)
            if symbol.kind not in ("Module", "Namespace"):
                short[f"{symbol.name}.{member.first.name}"].add(member.first.id)
            elif _is_telling(member.first.name):
                short[member.first.name].add(member.first.id)
    named = {name: ids for name, ids in short.items() if name not in full} | dict(full)
    return {
        name: next(iter(ids)) for name, ids in named.items() if len(ids) == 1 and ("." in name or _is_telling(name))
    }


def _is_telling(name: str) -> bool:
    return len(name) >= _MIN_NAME and _TELLING.fullmatch(name) is not None
