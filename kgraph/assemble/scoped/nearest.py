"""Which of several declarations is nearest in the tree to a file that names what they declare.

Input: declarations, and the number of a file. Output: one declaration, or none where several are as near. Of a thing
that is declared a thousand times and named as often, the declarations are put into folders once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from kgraph.assemble.file_index import FileIndex
from kgraph.assemble.scoped.program import Program, ProgramDeclaration, ProgramDefinition
from kgraph.assemble.suffix_index import count_shared_folders

_MAX_SEARCHED = 8  # declarations that are simply looked at


class NearestDeclarations:
    """Finds declarations by the place of the file that asks."""

    def __init__(self, program: Program, index: FileIndex, ids: Sequence[str]) -> None:
        self._program = program
        self._index = index
        self._ids = ids  # of symbols by row
        self._folders: dict[ProgramDefinition, _ByFolder] = {}
        self._made: dict[ProgramDefinition, _ByFolder] = {}

    def find(self, definition: ProgramDefinition, number: int) -> Sequence[ProgramDeclaration]:
        """The declaration of a definition that is nearest to a file."""
        declarations = self._program.declarations[definition]
        if len(declarations) <= _MAX_SEARCHED:
            return self.among(declarations, number)
        folders = self._folders.get(definition)
        if folders is None:
            folders = self._folders[definition] = _ByFolder(self, declarations)
        return folders.nearest(number)

    def find_instantiable(self, definition: ProgramDefinition, number: int) -> Sequence[ProgramDeclaration]:
        """The same of a type of which an instance is made, which no interface is."""
        folders = self._made.get(definition)
        if folders is None:
            declarations = self._program.declarations[definition]
            made = [each for each in declarations if "interface" not in each.modifiers]
            if len(declarations) <= _MAX_SEARCHED:
                return self.among(made, number)
            folders = self._made[definition] = _ByFolder(self, made)
        return folders.nearest(number)

    def among(self, declarations: Sequence[ProgramDeclaration], number: int) -> Sequence[ProgramDeclaration]:
        """The one of a few declarations that is nearest; none where several are."""
        if len(declarations) <= 1 or self.is_one(declarations):
            return declarations[:1]
        own = self.path(number)
        best: list[ProgramDeclaration] = []
        longest = -1
        for each in declarations:
            path = self.path(each.file)
            near = len(own) + 1 if path == own else count_shared_folders(own, path)
            if near > longest:
                best, longest = [each], near
            elif near == longest:
                best.append(each)
        return best if len(best) == 1 else self.main_part(best)

    def path(self, number: int) -> str:
        """The path of a file."""
        return self._index.files[number].path

    def is_one(self, declarations: Sequence[ProgramDeclaration]) -> bool:
        """Whether all are of one symbol."""
        return len({self._ids[each.row] for each in declarations}) == 1

    def main_part(self, declarations: Sequence[ProgramDeclaration]) -> Sequence[ProgramDeclaration]:
        """Of the parts of one type the one whose file has its name, or the first.

        Of what Kotlin declares once for all platforms, and again for each, the one for all.
        """
        common = [each for each in declarations if "actual" not in each.modifiers]
        if len(common) == 1 < len(declarations):
            return common
        if not declarations or not all("partial" in each.modifiers for each in declarations):
            return []
        name = self._program.definition_of[declarations[0].row].name.rpartition(self._program.separator)[2]
        paths = [(each, self.path(each.file)) for each in declarations]
        return [min(paths, key=lambda each: (_stem(each[1]) != name, each[1], each[0].line))[0]]


class _ByFolder:
    """Many declarations by the folders that they are somewhere inside of, and by their files."""

    def __init__(self, places: NearestDeclarations, declarations: Sequence[ProgramDeclaration]) -> None:
        self._places = places
        self._only = declarations[:1] if len(declarations) <= 1 or places.is_one(declarations) else None
        self._inside: dict[str, list[ProgramDeclaration]] = defaultdict(list)
        self._answers: dict[str, Sequence[ProgramDeclaration]] = {}
        for each in declarations if self._only is None else ():
            for place in _ancestors(places.path(each.file)):
                self._inside[place].append(each)

    def nearest(self, number: int) -> Sequence[ProgramDeclaration]:
        if self._only is not None:
            return self._only
        place = next(each for each in _ancestors(self._places.path(number)) if each in self._inside)
        if place not in self._answers:
            best = self._inside[place]
            self._answers[place] = best if len(best) == 1 else self._places.main_part(best)
        return self._answers[place]


def _ancestors(path: str) -> list[str]:
    """A path, and the folders around it from the innermost to the root, each with a slash behind it."""
    folders = [path]
    at = path.rfind("/")
    while at >= 0:
        folders.append(path[: at + 1])
        at = path.rfind("/", 0, at)
    return [*folders, ""]


def _stem(path: str) -> str:
    """The name of a file without its extension."""
    return path.rpartition("/")[2].rpartition(".")[0]
