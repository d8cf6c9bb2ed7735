"""Link resolution: where the links of documents, and the literal paths in build files, lead inside the repository.

Input: links as spelled. Output: pairs of file number and path of a file or folder. Links to other places are not kept:
they are facts about the web, not about the repository.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import unquote, urlsplit

from kgraph.assemble.suffix_index import PathSuffixIndex
from kgraph.model import LinkFact
from kgraph.repository_paths import parent

_DOCUMENT_SUFFIXES = ("", ".rst", ".md", ".txt")  # Sphinx and wikis leave the suffix out
_FORGE_VIEWS = frozenset({"blob", "tree", "raw", "edit", "blame"})


def resolve_links(
    paths: PathSuffixIndex, links: Sequence[tuple[int, LinkFact]], origin: str
) -> Iterator[tuple[int, str]]:
    """(number of the linking file, path of the file or folder) for each link that stays in the repository.

    `origin` is the repository's own URL: links to its pages ("https://host/owner/name/blob/main/setup.py") are to
    its files.
    """
    home = urlsplit(origin.removesuffix(".git")) if "://" in origin else None
    target_of: dict[tuple[str, str], str | None] = {}
    for number, link in links:
        key = (parent(paths.places[number]), link.target)
        if key not in target_of:
            target_of[key] = _resolve(paths, *key, home.netloc + home.path if home else "")
        target = target_of[key]
        if target is not None and target != paths.paths[number]:
            yield number, target


def _resolve(paths: PathSuffixIndex, folder: str, target: str, home: str) -> str | None:
    try:
        parts = urlsplit(target)
    except ValueError:  # "http://[half an address"
        return None
    path = unquote(parts.path, errors="replace")
    if parts.scheme or parts.netloc:
        here = parts.netloc + parts.path
        if not home or parts.scheme not in ("http", "https") or not here.startswith(home + "/"):
            return None
        view, _, rest = unquote(here[len(home) + 1 :], errors="replace").partition("/")
        return _existing(paths, rest.partition("/")[2]) if view in _FORGE_VIEWS else None
    if not path:
        return None
    if path.startswith("/"):
        return _existing(paths, path.strip("/"))
    for base in (folder, ""):  # beside the document; else from the root, as build files and some renderers have it
        if (found := _existing(paths, f"{base}/{path}")) is not None:
            return found
    return None


def _existing(paths: PathSuffixIndex, path: str) -> str | None:
    path = path.rstrip("/")
    for suffix in _DOCUMENT_SUFFIXES:
        if (number := paths.find(path + suffix)) is not None:
            return paths.paths[number]
    return (paths.find_folder(path) or None) if path else None
