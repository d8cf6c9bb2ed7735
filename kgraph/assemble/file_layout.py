"""How the files of a repository lie in folders, and all that follows from that alone.

Input: path, target and language of each file. Output: a `FileLayout`, which holds for as long as no file comes or goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from hashlib import sha256

from kgraph.assemble.generated import find_checked_in
from kgraph.assemble.suffix_index import PathSuffixIndex
from kgraph.vocab.iri import file_id

Place = tuple[str, str, str]  # path, target where it is a link, and language of a file


class FileLayout:
    """What a list of files says without their contents."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._places = places

    @cached_property
    def ids(self) -> list[str]:
        """The id of each file."""
        return [file_id(path) for path, _, _ in self._places]

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each file, by its id."""
        return {id_: number for number, id_ in enumerate(self.ids)}

    @cached_property
    def paths(self) -> PathSuffixIndex:
        """Files by path and by the ends of paths."""
        links = {path: target for path, target, _ in self._places if target}
        return PathSuffixIndex([path for path, _, _ in self._places], links)

    @cached_property
    def digest(self) -> str:
        """Names the list."""
        hashed = sha256()
        for place in self._places:
            hashed.update("\0".join((*place, "")).encode("utf-8", "surrogatepass"))
        return hashed.hexdigest()

    @cached_property
    def generated(self) -> list[tuple[int, int]]:
        """Files that a program wrote and that are checked in, each with the one that it wrote it from."""
        return list(find_checked_in([path for path, _, _ in self._places]))
