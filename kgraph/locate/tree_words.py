"""The words of all files of a graph, read from the working tree once and kept in the generation.

Input: a generation, its table of files, and where the repository is. Output: the words of each file, as the build read
it: a file that has other contents now is left out, and counted.

    words/files.parquet     of each content its identifiers, with how often each occurs
    words/seal.json         this user's mark: what another user put there is not used

The tables hold no words. The cache of facts belongs to builds, may be cleaned, and lacks words where a build was made
without related files.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from kgraph.extract.identifiers import words
from kgraph.extract.versions import WORDS_VERSION
from kgraph.model import FileIdentifiers
from kgraph.regular_file import read_blob
from kgraph.store.folder import Generation
from kgraph.store.kept_table import KeptTable
from kgraph.vocab.iri import decode_path

FOLDER = "words"
MAX_FILE = 4_000_000  # bytes; a larger file is data
MAX_TREE = 1_000_000_000  # bytes of all files that are read
_TABLE = KeptTable(FOLDER, "files.parquet", {"words": WORDS_VERSION})


@dataclass(frozen=True, slots=True)
class TreeWords:
    """What the files of a graph hold, one entry for each row of its table of files."""

    words: tuple[FileIdentifiers | None, ...]  # None: not read
    root: Path | None  # where the files are; None where that is not known
    changed: int = 0  # files that are gone, or have other contents than the graph is of
    large: int = 0  # files that were left out for their size, or for that of all

    @property
    def is_there(self) -> bool:
        """Whether any file was read."""
        return any(each is not None for each in self.words)


def load(generation: Generation, files: pl.DataFrame, root: Path | None) -> TreeWords:
    """The words of all files, kept ones where there are any, else from the tree, which are then kept.

    Args:
        generation: The graph.
        files: Its table of files.
        root: The repository; None where it is not at hand.
    """
    kept = _load_kept(generation.path)
    found: dict[str, FileIdentifiers] = dict(kept)
    changed = large = 0
    left = MAX_TREE
    for node, blob, size in files.select("id", "blob", "size").iter_rows():
        if blob in found or root is None or not blob:
            continue
        if size > MAX_FILE or size > left:
            large += 1
            continue
        left -= size
        content = content_of(root, node, blob)
        if content is None:
            changed += 1
        else:
            found[blob] = FileIdentifiers() if b"\0" in content else words(content)
    if len(found) > len(kept):
        with suppress(OSError):  # a folder that cannot be written: the next process reads the files again
            _keep(generation.path, found)
    return TreeWords(tuple([found.get(blob) for blob in files["blob"]]), root, changed, large)


def content_of(root: Path, node: str, blob: str) -> bytes | None:
    """What a file holds, if that is what the graph is of."""
    # A link in place of a folder may lead anywhere: what is read is compared by its hash.
    return read_blob(str(root / decode_path(node.removeprefix("file/"))), blob, MAX_FILE)


def _load_kept(generation: Path) -> Mapping[str, FileIdentifiers]:
    frame = _TABLE.load(generation)
    if frame is None:
        return {}
    try:
        return {blob: FileIdentifiers(names, counts) for blob, names, counts in frame.iter_rows()}
    except (ValueError, TypeError):
        return {}


def _keep(generation: Path, found: Mapping[str, FileIdentifiers]) -> None:
    """Put the words of contents into a generation: whole or not at all."""
    blobs = sorted(found)
    frame = pl.DataFrame(
        {
            "blob": blobs,
            "names": [found[blob].names for blob in blobs],
            "counts": [found[blob].counts for blob in blobs],
        },
        schema={"blob": pl.String, "names": pl.String, "counts": pl.Binary},
    )
    _TABLE.save(generation, frame)
