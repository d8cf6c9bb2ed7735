"""The documentation pages that we wrote into a tree: our output must not become our input.

Input: the paths of a tree. Output: those that are pages. A manifest beside the pages lists them, but that is a file
that anybody can write: it is read no further than it can be one of ours, and believed only where it names what pages
are called.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

import msgspec

from kgraph.model import PAGES_MANIFEST
from kgraph.regular_file import read_small
from kgraph.repository_paths import folders_of
from kgraph.vocab.iri import decode_path

MAX_MANIFEST_BYTES = 128 << 20  # a page of the Linux kernel takes 60 bytes

_PAGE = re.compile(
    r"(?:.*/)?(?:[^/]+_(?:docs|kw|outline)(?:-\d+)?|[^/]+_sym(?:-\d+|-derived(?:-\d+)?)?|index|doc|sub(?:-[a-z0-9-]+)?)"
    r"\.(?:md|html)"
    r"|static/(?:style\.css|search\.js|ranking\.js|cards\.js|frame\.js|files\.js|index-\w\w\.js)|mkdocs\.yml|conf\.py"
    r"|(?:docs/)?objects\.inv",
    re.DOTALL,
)


def is_page(name: str) -> bool:
    """Whether a page of documentation can be called so, relative to the folder of all pages.

    A manifest is a file that anybody can write: what it lists is believed only as far as this.
    """
    return _PAGE.fullmatch(name) is not None and not {"", ".", ".."} & set(name.split("/"))


class _Manifest(msgspec.Struct):
    pages: dict[str, str] | list[str]  # names, and what each page was made of


def list_pages(manifest: str) -> list[str] | None:
    """The pages that a manifest lists, as paths from its folder; None where there is no manifest that can be read."""
    try:
        names = msgspec.json.decode(read_small(manifest, MAX_MANIFEST_BYTES), type=_Manifest).pages
        return [path for name in names if is_page(path := decode_path(name))]
    except (OSError, ValueError, msgspec.MsgspecError, RecursionError):  # nesting, or characters that are none
        return None


def pages_among(root: str, paths: Iterable[str]) -> set[str]:
    """The pages of a tree with these files, and the manifests that list them."""
    page_paths: set[str] = set()
    for folder in folders_of(paths):
        manifest = f"{folder}/{PAGES_MANIFEST}" if folder else PAGES_MANIFEST
        pages = list_pages(os.path.join(root, manifest))  # noqa: PTH118
        if pages is not None:
            page_paths.add(manifest)
            page_paths |= {f"{folder}/{page}" if folder else page for page in pages}
    return page_paths
