"""What more there is to the rules of languages whose namespaces are spread over files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from kgraph.assemble.scoped.meanings import PathMeaning, ResolvedPath, TypeInstance
from kgraph.assemble.scoped.program import Program, ProgramDefinition
from kgraph.model import FileFacts
from kgraph.scoped_languages import ARGUMENT, COUNT, MOST_HANDED


class NamespaceRules:
    """What each such language does in its own way, as C# does."""

    program: Program
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

    def extension_taking(self, resolver: Any, file: int, callee: ResolvedPath, step: str) -> ResolvedPath | None:
        """An extension method, where no method of that name of its receiver takes the arguments of a call."""
        place, _, count = step[2:].partition(COUNT)
        of, receiver, program = callee.meaning, callee.receiver, self.program
        if not count or receiver is None or not isinstance(of, ProgramDefinition) or of.group != "function":
            return None
        at, name = (int(place or 0) - ARGUMENT) // MOST_HANDED, of.name.rpartition(program.separator)[2]
        for each in (of, *resolver.members(receiver, name, called=True)):
            taking = (one for one in program.declarations[each] if program.takes(one, int(count)))
            if any(at < 0 or resolver.callbacks.takes_function(one, at) for one in taking):
                return None
        found = self.extension(resolver, file, TypeInstance(receiver), name, None)
        return found if found is not None and found.meaning != of else None

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
