"""What more there is to the rules of languages whose namespaces are spread over files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from kgraph.assemble.scoped.meanings import PathMeaning, ResolvedPath
from kgraph.model import FileFacts


class NamespaceRules:
    """What each such language does in its own way, as C# does."""

    extends_values = False  # whether what is no function may be an extension, too

    def extension(
        self,
        resolver: Any,  # the `ScopedResolver`, which needs this module
        file: int,
        of: PathMeaning,
        name: str,
        member: ResolvedPath | None,
        *,
        called: bool = True,
    ) -> ResolvedPath | None:
        """What is called, or had, as `name` of something, where `member` is what its type has of that name."""
        return member

    def extension_in_scope(self, file: int, of: PathMeaning | None, name: str) -> ResolvedPath | None:
        """The only extension method in sight that may be called as `name` of something of which nothing else is
        found: its type is not known, or is one of another package."""
        return None

    @staticmethod
    def shares_imports(_: Iterable[FileFacts]) -> bool:
        """Whether what an import of a file leads to depends on what other files use."""
        return False

    def find_imported_files(self, used: Callable[[int], Mapping[str, set[int]]], file: int, namespace: str) -> set[int]:
        """The files that declare what a file uses of a namespace that it imports.

        `used` gives the files that declare what a file uses, by namespace.
        """
        return set()

    def files_of_namespace(self, namespace: str) -> Sequence[int]:
        """The files that add to a namespace, as many of them as are worth listing."""
        return ()
