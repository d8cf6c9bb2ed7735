"""All that name resolution reads: of the names in files, of where modules are, of what is passed to parameters.

Input: files and modules. Output: what is asked of them; each thing that is read has a number, which is noted for the
answer in work (see `assemble.memo`), and a text that says what was read there. An answer holds for as long as the texts
of all that was read for it do. What is not there is read, too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b

from kgraph.assemble.memo import CycleSafeMemo, Read
from kgraph.assemble.python.files import PythonFile
from kgraph.assemble.python.meanings import Instance, Meaning, One, PythonDefinition, Undecorated, Values
from kgraph.assemble.python.modules import STUB, ModuleIndex
from kgraph.assemble.python.stars import Module, StarImports

Parameter = tuple[int, str, str]  # file, name of the function, name of the parameter
Key = tuple[int, int, tuple[str, ...]]  # one of the following, the number of a file or -1, and names

KIND, BOUND, BASES, PARTS = range(1, 5)  # what a file says of a name
LOCATED, ABSOLUTE, DOTTED, WITHIN, CONFTESTS = range(5, 10)  # how files lie in folders
SHARED, STARS = 10, 11  # what depends on many files
ARGUMENT = 12
ANY = (0, -1, ())  # the key of `memo.anything`
FINAL = 9  # the round in which all is known that calls pass
_ABSENT = "-"
_UNREAD = "?"


class Inputs:
    """What a resolver reads; each look is noted in `memo.read`."""

    def __init__(
        self,
        files: Mapping[int, PythonFile],
        modules: ModuleIndex,
        other_parts: Callable[[int], Sequence[int]],
        memo: CycleSafeMemo,
    ) -> None:
        self._files = files
        self._modules = modules
        self._other_parts = other_parts
        self._memo = memo
        self.dependencies = memo.dependencies
        self._stars = StarImports(files, modules)
        self.numbers: dict[Key, Read] = {ANY: memo.anything}
        self.passed: dict[int, Mapping[Parameter, Meaning]] = {0: {}}  # as it is known in each round
        self.round = 0
        self._arguments: Mapping[Parameter, Meaning] = {}
        # What was read, with its number: the same is read many times over.
        self._kinds: defaultdict[int, dict[str, tuple[Read, str | None]]] = defaultdict(dict)
        self._bound: defaultdict[int, dict[tuple[str, str], tuple[Read, Sequence[str]]]] = defaultdict(dict)

    def _note(self, key: Key) -> Read:
        read = self.numbers.get(key)
        if read is None:
            read = self.numbers[key] = self._memo.dependencies.leaf()
        self._memo.read.append(read)
        return read

    # --- files ------------------------------------------------------------------------------------------------------

    def file(self, number: int) -> PythonFile:
        """A file of its own, as nothing else depends on."""
        return self._files[number]

    def is_read(self, file: int | None) -> bool:
        """Whether a file is there and could be read; to be asked together with one of its names."""
        if file is None:
            return False
        try:
            self._files[file]
        except KeyError:
            return False
        return True

    def kind(self, file: int, name: str) -> str | None:
        """The kind of a symbol; None where there is none, or the file could not be read."""
        known = self._kinds[file].get(name)
        if known is None:
            known = self._note((KIND, file, (name,))), self._kind(file, name)
            self._kinds[file][name] = known
        else:
            self._memo.read.append(known[0])
        return known[1]

    def _kind(self, file: int, name: str) -> str | None:
        return self._files[file].kinds.get(name) if self.is_read(file) else None

    def find_bound(self, file: int, owner: str, name: str) -> Sequence[str]:
        """The paths of what a name is bound to."""
        known = self._bound[file].get((owner, name))
        if known is None:
            known = self._note((BOUND, file, (owner, name))), self._files[file].find_bound(owner, name)
            self._bound[file][owner, name] = known
        else:
            self._memo.read.append(known[0])
        return known[1]

    def bases(self, file: int, name: str) -> Sequence[str]:
        """The paths of the bases of a class."""
        self._note((BASES, file, (name,)))
        return self._files[file].bases.get(name, ())

    def parts(self, file: int, cell: str) -> Sequence[tuple[str, str]]:
        """The parts of a cell."""
        self._note((PARTS, file, (cell,)))
        return self._files[file].cells.get(cell, ())

    # --- modules ----------------------------------------------------------------------------------------------------

    def locate(self, file: int, spelling: str) -> tuple[str, int | None] | None:
        """See `ModuleIndex.locate`."""
        folder = self._modules.folder_of(file)
        self._note((LOCATED, -1, (folder, spelling)))
        return self._modules.locate(folder, spelling)

    def absolute(self, file: int, spelling: str) -> str:
        """See `ModuleIndex.absolute`."""
        folder = self._modules.folder_of(file)
        self._note((ABSOLUTE, -1, (folder, spelling)))
        return self._modules.absolute(folder, spelling)

    def dotted_name(self, module: str) -> str:
        """See `ModuleIndex.dotted_name`."""
        self._note((DOTTED, -1, (module,)))
        return self._modules.dotted_name(module)

    def name_in_stub(self, file: int, name: str) -> str | None:
        """The name by which others know something of a stub; None of a file that is no stub."""
        if not self._modules.kept_paths[file].endswith(STUB):
            return None
        return f"{self.dotted_name(self._modules.path_of(file))}.{name}"

    def within(self, module: str, name: str) -> tuple[str, int | None] | None:
        """See `ModuleIndex.within`."""
        self._note((WITHIN, -1, (module, name)))
        return self._modules.within(module, name)

    def conftests(self, file: int) -> Iterable[int]:
        """See `ModuleIndex.conftests`."""
        self._note((CONFTESTS, file, ()))
        return self._modules.conftests(file)

    def other_parts(self, file: int, of_stub: bool) -> Sequence[int]:
        """The files that share the names of a file: its stub, or all others."""
        self._note((SHARED, file, ()))
        paths = self._modules.kept_paths
        return [each for each in self._other_parts(file) if paths[each].endswith(STUB) == of_stub]

    def find_star_modules(self, file: int, name: str) -> Sequence[Module]:
        """The modules whose star import may bring a name to a file."""
        if not self.find_bound(file, "", "*"):
            return ()
        self._note((STARS, file, (name,)))
        return list(self._stars.that_may_bring(name, file))

    # --- what is passed to parameters -------------------------------------------------------------------------------

    def argument(self, parameter: Parameter) -> Meaning | None:
        """What calls pass to a parameter, as far as that is known."""
        file, function, name = parameter
        if self.round == 0:  # nothing is known of any
            self._note((ARGUMENT, -1, ("0", "", "")))
            return None
        self._note((ARGUMENT, file, (str(self.round), function, name)))
        return self._arguments.get(parameter)

    def learn(self, arguments: Mapping[Parameter, Meaning], known_in: int) -> None:
        """Take over what parameters may be, as it is known in a round."""
        self._arguments = self.passed[known_in] = arguments
        self.round = known_in

    def parameter_numbers(self) -> set[int]:
        """The numbers of all parameters that were looked at."""
        return {number for key, number in self.numbers.items() if key[0] == ARGUMENT}

    # --- what was read ----------------------------------------------------------------------------------------------

    def text(self, key: Key) -> str:
        """What stands there; nothing of a file that is not there."""
        what, file, names = key
        if KIND <= what <= PARTS:
            return text_of_name(what, self._files[file] if self.is_read(file) else None, names)
        if what in (CONFTESTS, STARS) and not (self.is_read(file) or (what == CONFTESTS and file >= 0)):
            return _UNREAD
        match what:
            case _ if LOCATED <= what <= CONFTESTS:
                return self._text_of_place(what, file, names)
            case _ if what == SHARED:
                return self._paths(self._other_parts(file)) if file >= 0 else _UNREAD
            case _ if what == STARS:
                return "\n".join(map(self._module, self._stars.that_may_bring(names[0], file)))
            case _ if what == ARGUMENT:
                passed = self.passed.get(int(names[0]))
                meaning = None if passed is None else passed.get((file, names[1], names[2]))
                return _UNREAD if passed is None else self.meaning(meaning)
        return _UNREAD

    def _text_of_place(self, what: int, file: int, names: tuple[str, ...]) -> str:
        if what == LOCATED:
            found = self._modules.locate(names[0], names[1])
        elif what == ABSOLUTE:
            return self._modules.absolute(names[0], names[1])
        elif what == DOTTED:
            return self._modules.dotted_name(names[0])
        elif what == CONFTESTS:
            return self._paths(self._modules.conftests(file))
        else:
            found = self._modules.within(names[0], names[1])
        return _ABSENT if found is None else self._module(Module(*found))

    def _module(self, module: Module) -> str:
        return module.path if module.file is None else f"{module.path}>{self._modules.kept_paths[module.file]}"

    def _paths(self, files: Iterable[int]) -> str:
        return "\n".join(map(self._modules.kept_paths.__getitem__, files)) or _ABSENT

    def meaning(self, meaning: Meaning | None) -> str:
        """A meaning as a text that names files by their paths."""
        if isinstance(meaning, Values):
            return "\n".join([f"{meaning.via} {meaning.is_open}", *map(self._describe_one, meaning.of)])
        return _ABSENT if meaning is None else self._describe_one(meaning)

    def _describe_one(self, one: One) -> str:
        match one:
            case Instance() | Undecorated():
                above = one.above if isinstance(one, Instance) else None
                return f"{type(one).__name__} {self._describe_one(one.of)} {self._describe_one(above) if above else ''}"
            case PythonDefinition():
                return f"{self._modules.kept_paths[one.file]}:{one.name}:{one.kind}"
        file = getattr(one, "file", None)
        return f"{one!r} {self._modules.kept_paths[file] if isinstance(file, int) else ''}"


def text_of_name(what: int, file: PythonFile | None, names: Sequence[str]) -> str:
    """What a file says of a name; `file` is None where it is not there, or could not be read."""
    if file is None:
        return _UNREAD
    if what == KIND:
        return file.kinds.get(names[0], _ABSENT)
    if what == BOUND:
        return "\n".join(file.find_bound(names[0], names[1])) or _ABSENT
    if what == BASES:
        return "\n".join(file.bases.get(names[0], ())) or _ABSENT
    return "\n".join(f"{step} {path}" for step, path in file.cells.get(names[0], ())) or _ABSENT


def digest(text: str) -> int:
    """A number for a text: 64 bits; 0 of what is not there."""
    if text == _ABSENT:
        return 0
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
