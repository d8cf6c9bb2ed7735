"""The extensions of Kotlin that a file sees under a name: imported, of its package, or of its types."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from kgraph.assemble.scoped.meanings import PathMeaning, WholeUnit
from kgraph.assemble.scoped.program import Program, ProgramDefinition
from kgraph.assemble.scoped.resolver import MAX_STARS


class VisibleExtensions:
    """The functions and values of a program that may extend something in a file, found by name."""

    def __init__(self, program: Program, module: Callable[[int, str], PathMeaning | None]) -> None:
        """`module` finds what an import of a file spells."""
        self._program = program
        self._module = module
        self._names = frozenset(
            each.name.rpartition(".")[2] for each in program.declarations if each.group in ("function", "value")
        )
        self._starred: dict[int, Sequence[PathMeaning | None]] = {}
        self._of_types: dict[tuple[int, str], list[ProgramDefinition]] = defaultdict(list)  # extensions in a type
        for row, step in list(program.holdings):
            definition = program.definition_of[row]
            if step == "this" and "." in definition.name:
                for each in program.declarations[definition]:
                    if each.row == row:
                        self._of_types[each.file, definition.name.rpartition(".")[2]].append(definition)

    def candidates(self, file: int, name: str) -> Iterator[ProgramDefinition]:
        """What an extension of a name may be, the nearest first; not all of it is declared."""
        imports = self._program.imports[file]
        places = [path.partition("|") for path in imports.get(name, ())]
        meant = [(self._module(file, outer) if outer else WholeUnit(""), last) for outer, _, last in places]
        unit = self._program.unit_of[file]
        meant += [(WholeUnit(unit), name)]
        meant += [(WholeUnit(unit.partition("#")[0]), name)] if "#" in unit else []
        if name in self._names:
            meant += [(each, name) for each in self._find_starred(file)]
        yield from self._of_types.get((file, name), ())
        for place, last in meant:
            for group in ("function", "value"):
                match place:
                    case WholeUnit(inside):
                        yield ProgramDefinition(inside, last, group)
                    case ProgramDefinition(inside, outer, "type"):
                        yield ProgramDefinition(inside, f"{outer}.{last}", group)

    def _find_starred(self, file: int) -> Sequence[PathMeaning | None]:
        """What a file imports all names of."""
        if file not in self._starred:
            paths = self._program.imports[file].get("*", ())[:MAX_STARS]
            self._starred[file] = [self._module(file, path.removesuffix("|")) for path in paths]
        return self._starred[file]
