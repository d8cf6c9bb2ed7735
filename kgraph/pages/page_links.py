"""Where pages and sources are, and how one page links to another.

Input: ids of files and folders. Output: names of pages, relative links. The pages mirror the tree of the repository:

    X_docs.md  X_kw.md                  for the file X; in a site X_docs-2.html ... where its source is long
    index.md  doc.md  sub.md            for each folder; sub-a.md ... where its keywords are many

An id holds the path percent-encoded, and a link must be percent-encoded too: so names are kept encoded, and decoded
only to open a file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from kgraph.pages import source_parts
from kgraph.vocab.iri import decode_path, encode_path

FOLDER_PAGES = ("index", "doc", "sub")
_MAX_NAME_BYTES = 255 - len(b"_docs.html") - len(b".part")  # bytes of a file's name, on every file system in use


@lru_cache(maxsize=1 << 16)
def steps(start: str, goal: str) -> str:
    """The relative link from a folder to another, "" or ending with "/"; both are encoded and "" is the top."""
    if not start or goal.startswith(start + "/"):  # down; a tree may be deep
        way = goal[len(start) + 1 :] if start else goal
        return way + "/" if way else ""
    if not goal or start.startswith(goal + "/"):  # up
        return "../" * (start.count("/") - goal.count("/") + (not goal))
    here, there = start.split("/"), goal.split("/")
    same = 0
    while same < min(len(here), len(there)) and here[same] == there[same]:
        same += 1
    return "../" * (len(here) - same) + "".join(step + "/" for step in there[same:])


class PageLinks:
    """The names of all pages of a set.

    `wanted` are the ids whose pages are to be written, None for all; `former` are pages that there are already. A link
    to another page is none. `lost` are the beginnings of anchors that no page has, because their section is not asked
    for: links to them lead to the page as a whole.
    """

    def __init__(
        self,
        files: Iterable[str],
        folders: Iterable[str],
        suffix: str,
        previous: Collection[str] = (),
        wanted: Collection[str] | None = None,
        lost: tuple[str, ...] = (),
    ) -> None:
        self.suffix = suffix
        self._folders: dict[str, str] = {"folder/": ""}
        self._files: dict[str, str] = {}
        self._former = previous
        self._wanted = wanted
        self._lost = lost
        self.outlines: Mapping[str, Mapping[str, str]] = {}  # of long outlines: file, anchor, and the kind of its page
        files, folders = list(files), list(folders)
        taken = self._names_of_pages(files)
        for id_ in sorted(folders, key=lambda id_: id_.count("/")):
            if id_ not in self._folders:
                parent, name = _split(id_.removeprefix("folder/"))
                above = self._folders["folder/" + parent]
                while _join(parent, name) in taken or _is_numbered_page(name, suffix):
                    name += "_"  # a folder is called as a page of the folder above it is
                self._folders[id_] = _join(above, name)
        for id_ in files:
            parent, name = _split(id_.removeprefix("file/"))
            self._files[id_] = _join(self._folders["folder/" + parent], _short(name))
        self._parents = self._folders | {id_: _split(name)[0] for id_, name in self._files.items()}
        self._names = {id_: _split(name)[1] for id_, name in self._files.items()}

    def _names_of_pages(self, files: Iterable[str]) -> set[str]:
        """What folders must not be called."""
        taken = {id_.removeprefix("file/") + kind + self.suffix for id_ in files for kind in ("_docs", "_kw")}
        parents = {_split(id_.removeprefix("file/"))[0] for id_ in files}
        known: set[str] = set()
        while parents:
            known |= parents
            taken |= {_join(parent, page + self.suffix) for parent in parents for page in FOLDER_PAGES}
            parents = {_split(parent)[0] for parent in parents if parent} - known
        return taken | {"static", "search" + self.suffix}

    def has(self, id_: str) -> bool:
        """Whether the file or folder has pages."""
        if id_ not in self._files and id_ not in self._folders:
            return False
        if self._wanted is None or id_ in self._wanted:
            return True
        return self.page(id_, "docs" if id_ in self._files else "index") in self._former

    def folder(self, id_: str) -> str:
        """The folder of pages of a file or folder."""
        return self._parents[id_]

    def page(self, id_: str, kind: str) -> str:
        """The page of a file ("docs", "docs-2", "kw") or folder ("index", "doc", "sub", "sub-a")."""
        if id_ in self._files:
            return f"{self._files[id_]}_{kind}{self.suffix}"
        return _join(self._folders[id_], kind + self.suffix)

    def link(self, start: str, id_: str, kind: str = "", anchor: str = "") -> str:
        """The link from a page in the folder `start` to a page, "" where there is none."""
        parent = self._parents.get(id_)
        if parent is None or (self._wanted is not None and not self.has(id_)):
            return ""
        way = steps(start, parent)
        name = self._names.get(id_)
        if name is None:
            return f"{way}{kind or 'index'}{self.suffix}{self.anchor(anchor)}"
        if not anchor:
            return f"{way}{name}_{kind or 'docs'}{self.suffix}"
        if id_ in self.outlines and kind in ("", "docs"):
            kind = self.outlines[id_].get(anchor, "docs")
        return f"{way}{name}_{kind or 'docs'}{self.suffix}{self.anchor(anchor)}"

    def anchor(self, anchor: str) -> str:
        """The end of a link to an anchor: "#sym-area", or "" where pages do not have it."""
        return "" if not anchor or anchor.startswith(self._lost) else "#" + anchor


def _is_numbered_page(name: str, suffix: str) -> bool:
    """Whether a page of which there may be several is called so: "sub-a.md", "shape.h_docs-2.html"."""
    return name.endswith(suffix) and (name.startswith("sub-") or "_docs-" in name)


def _split(path: str) -> tuple[str, str]:
    folder, _, name = path.rpartition("/")
    return folder, name


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _short(name: str) -> str:
    """The encoded name, cut where a page of that name could not be written."""
    raw = decode_path(name)
    data = raw.encode("utf-8", "surrogateescape")
    if len(data) <= _MAX_NAME_BYTES:
        return name
    digest = hashlib.sha256(data).hexdigest()[:12]
    return encode_path(data[: _MAX_NAME_BYTES - 13].decode("utf-8", "ignore") + "~" + digest)


class SourceLinks:
    """How pages link to the files that they are about.

    `template` is a URL with `{path}`, `{line}` and `{revision}`, or "" for links into the working tree, to which
    `prefix` leads from the top of the pages ("../"); where that is None too, there are no links to sources.
    """

    def __init__(self, template: str = "", prefix: str | None = None, revision: str = "") -> None:
        self._template = template.replace("{revision}", revision or "HEAD")
        self.prefix = prefix

    def link(self, start: str, id_: str, line: int = 0, end: int = 0) -> str:
        """The link from a page in the folder `start` to a file, or to lines of it."""
        path = id_.partition("/")[2]
        if self._template:
            url = self._template.replace("{path}", path)
            if "{line}" in url:
                if line:
                    return url.replace("{line}", str(line))
                return url.partition("#")[0]
            return url
        if self.prefix is None:
            return ""
        up = "../" * (start.count("/") + 1 if start else 0)
        lines = f"#L{line}" + (f"-L{end}" if end > line else "") if line else ""
        return (up + self.prefix + path or ".") + lines


class LocalSourceLinks(SourceLinks):
    """Links to sources that lead into the site: each line of a shown source has an anchor."""

    def __init__(
        self, places: PageLinks, shown: Mapping[str, int], parts: Mapping[str, tuple[int, ...]] | None = None
    ) -> None:
        """`shown` are the lines that are shown, `parts` the first lines of each part of long sources, by file."""
        super().__init__()
        self._places = places
        self._shown = shown
        self._parts = parts or {}

    def link(self, start: str, id_: str, line: int = 0, end: int = 0) -> str:  # noqa: ARG002 - lines are one anchor
        """The link to a line, or to the page where the line is not shown."""
        shown = self._shown.get(id_, 0)
        if not 0 < line <= shown:
            return self._places.link(start, id_, "docs", "original-source" if shown and not line else "")
        kind = source_parts.kind(source_parts.part_of(self._parts[id_], line)) if id_ in self._parts else "docs"
        return self._places.link(start, id_, kind, f"L{line}")
