"""The set of pages to write: of which files and folders, under which names.

Input: the repository's model and a request. Output: a `PageSet`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field

from kgraph.errors import InputError
from kgraph.pages import keywords, list_parts, source_parts
from kgraph.pages.page_links import PageLinks
from kgraph.pages.repository_model import PageFolder, RepositoryModel
from kgraph.pages.request import Request
from kgraph.pages.symbols.page_set import SymbolPages


@dataclass(frozen=True, slots=True)
class PageSet:
    """Ids of the files and folders whose pages are written; `is_partial` where `--only` leaves others as they are."""

    files: Set[str]
    folders: Set[str]
    is_partial: bool
    keyword_pages: Mapping[str, list[keywords.KeywordPage]] = field(default_factory=dict)  # by folder
    symbols: SymbolPages | None = None
    source_parts: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # by file, where there are several

    outline_parts: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # by file, where there are several
    keyword_parts: Mapping[str, int] = field(default_factory=dict)  # by file, where there are several

    @classmethod
    def select(cls, model: RepositoryModel, request: Request) -> PageSet:
        """All pages, or those of the files that match and of the folders around them."""
        is_wanted = request.path_matcher()
        files = {file.id for file in model.files.values() if is_wanted(file.path)}
        if request.only and not files:
            raise InputError(
                f"--only {' '.join(request.only)} fits no file of the graph",
                hint="patterns are written as in .gitignore",
            )
        is_partial = bool(request.only)
        return cls(files, _folders_of(model, files) if is_partial else set(model.folders), is_partial)

    def linked_nodes(self) -> set[str] | None:
        """The nodes that have pages to link to; None for all."""
        return {*self.files, *self.folders} if self.is_partial else None

    def names(self, links: PageLinks) -> Iterator[str]:
        """The name of each page."""
        for id_ in self.files:
            yield links.page(id_, "docs")
            yield links.page(id_, "kw")
            for part in range(1, len(self.source_parts.get(id_, ()))):
                yield links.page(id_, source_parts.kind(part))
            for part in range(1, len(self.outline_parts.get(id_, ()))):
                yield links.page(id_, list_parts.outline_kind(part))
            for part in range(1, self.keyword_parts.get(id_, 1)):
                yield links.page(id_, list_parts.keyword_kind(part))
        for id_ in self.folders:
            for kind in ("index", "doc", "sub", *keywords.split_kinds(self.keyword_pages.get(id_, []))):
                yield links.page(id_, kind)
        if self.symbols is not None:
            yield from self.symbols.names()


def _folders_of(model: RepositoryModel, files: Set[str]) -> set[str]:
    folders: set[str] = set()
    for id_ in files:
        folder: PageFolder | None = model.files[id_].folder
        while folder is not None and folder.id not in folders:
            folders.add(folder.id)
            folder = folder.above
    return folders
