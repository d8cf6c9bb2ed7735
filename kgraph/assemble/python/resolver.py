"""Name resolution of Python: what a dotted path means, followed through the files of the repository (MRO by C3).

Input: the symbols and bindings of all Python files, and paths as `extract.python.uses` makes them. Output: for each
path, and the file that has it, the symbol that it means and by what evidence; or its name outside the repository.

Python's own rules are followed as far as they can be without running anything: a module's names are its definitions,
imports and submodules, those of a class are its bases' too, in the order that Python itself uses (C3). Where a name is
bound by several imports, as `try` and `except` do, the first that leads to a symbol counts.

What a path means depends on the files alone, and never on what was asked before it (see `assemble.memo`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from heapq import heappop, heappush
from typing import Generic, NamedTuple, TypeVar

from kgraph.assemble.evidence import PythonEvidence
from kgraph.assemble.memo import CycleSafeMemo
from kgraph.assemble.python.modules import ModuleIndex
from kgraph.assemble.python.stars import Module, StarImports

# The evidence for what a path means; Python's own rules of scope and import need none.

Class = TypeVar("Class", bound=Hashable)

_STEP = re.compile(r"\(\)|[@~^]|[^.()@~^]+")
_MAX_STEPS = 60  # names that lead to names that lead ...
_TYPES = frozenset({"Class"})
_CALLED = frozenset({"Function", "Method", "Constructor"})
_VALUES = frozenset({"Variable", "Field", "Property", "TypeAlias", "Enumerator"})


class PythonDefinition(NamedTuple):
    """A definition, by the file that has it and its qualified name in there."""

    file: int
    name: str
    kind: str


class Instance(NamedTuple):
    """Something of a class; with `above`, seen as `super()` sees it."""

    of: PythonDefinition
    above: bool = False


class External(NamedTuple):
    """What is not in the repository, by its dotted name."""

    name: str


Meaning = Module | PythonDefinition | Instance | External


@dataclass(slots=True)
class PythonFile:
    """What one file says of its names."""

    number: int
    kinds: Mapping[str, str] = field(default_factory=dict)  # qualified name in the file: kind of symbol
    rows: Mapping[str, int] = field(default_factory=dict)  # and the place of its fact among all
    bases: dict[str, list[str]] = field(default_factory=dict)  # of each class: paths, in their order
    # Paths by owner and name: of the module (""), of a class's attributes, of a function's result (name "()").
    bindings: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def bind(self, owner: str, name: str, path: str) -> None:
        self.bindings.setdefault((owner, name), []).append(path)

    def bound(self, owner: str, name: str) -> list[str]:
        return self.bindings.get((owner, name), [])


class Resolved(NamedTuple):
    """What a path means, and the evidence for it."""

    meaning: Meaning
    evidence: str


class PythonResolver:
    """Looks up paths; every answer is kept, for the same paths are asked a hundred times."""

    def __init__(
        self,
        files: Mapping[int, PythonFile],
        modules: ModuleIndex,
        other_parts: Callable[[int], Sequence[int]] = lambda _: (),
    ) -> None:
        """`other_parts` gives the files that share a file's names, as those do that Cython includes."""
        self._files = files
        self._other_parts = other_parts
        self._modules = modules
        self._stars = StarImports(files, modules)
        self._asked = CycleSafeMemo(_MAX_STEPS)
        self._module_of = cache(self._module)

    # --- paths ------------------------------------------------------------------------------------------------------

    def find(self, file: int, path: str) -> Resolved | None:
        """What a path of a file means; None where that cannot be told."""
        own = path[:1] in ":."
        return self._asked.answer((file if own else self._modules.folder_of(file), path), self._follow, file, path)

    def _follow(self, file: int, path: str) -> Resolved | None:
        spelled, _, rest = path.partition(":")
        steps = _STEP.findall(rest.partition("!")[0])
        meaning: Meaning | None
        if spelled:
            located = self._modules.locate(file, spelled)
            if located is None:
                name = self._modules.absolute(file, spelled) if spelled[0] == "." else spelled
                return Resolved(External(_spelled(name, steps)), PythonEvidence.IMPORTED_NAME) if name else None
            meaning = Module(*located)
            evidence = PythonEvidence.IMPORTED_NAME
        else:
            meaning, evidence = self._module_of(file), PythonEvidence.OWN_FILE
        for at, step in enumerate(steps):
            match step:
                case "()":
                    meaning = self._called(meaning)
                    is_instance = isinstance(meaning, Instance)
                    evidence = PythonEvidence.RECEIVER_CLASS if is_instance else PythonEvidence.CALL_RESULT
                case "@":
                    evidence = PythonEvidence.OWN_CLASS
                    meaning = Instance(meaning) if isinstance(meaning, PythonDefinition) else None
                case "~":
                    evidence = PythonEvidence.ANNOTATED_CLASS
                    meaning = (
                        Instance(meaning) if isinstance(meaning, PythonDefinition) and meaning.kind in _TYPES else None
                    )
                case "^":
                    evidence = PythonEvidence.BASE_CLASS
                    meaning = Instance(meaning, above=True) if isinstance(meaning, PythonDefinition) else None
                case _:
                    outer, meaning = meaning, self.attribute(meaning, step)
                    if meaning is None and isinstance(outer, Module):  # what an extension module or a program adds
                        meaning = External(f"{self._modules.dotted(outer.path)}.{step}")
            if meaning is None:
                return None
            if isinstance(meaning, External):
                return Resolved(External(_spelled(meaning.name, steps[at + 1 :])), evidence)
        return Resolved(meaning, evidence)

    def _module(self, file: int) -> Module:
        return Module(self._modules.path_of(file), file)

    # --- what is in what --------------------------------------------------------------------------------------------

    def attribute(self, of: Meaning | None, name: str) -> Meaning | None:
        """What `of.name` is."""
        match of:
            case Module():
                return self._in_module(of, name)
            case PythonDefinition(kind=kind) if kind in _TYPES:
                return self._in_class(self.order(of), name)
            case PythonDefinition(file=file, name=outer) if name == "<locals>" or outer.endswith(".<locals>"):
                return self._symbol(file, f"{outer}.{name}")  # what stands in a function
            case PythonDefinition():
                return self.attribute(self._value(of), name)
            case Instance(of=cls, above=above):
                order = self.order(cls)
                return self._in_class(order[1:] if above and order else order, name)
            case External():
                return External(f"{of.name}.{name}")
        return None

    def _symbol(self, file: int, name: str) -> PythonDefinition | None:
        kind = self._files[file].kinds.get(name)
        if kind is None:
            return PythonDefinition(file, name, "") if name.endswith(".<locals>") else None
        return PythonDefinition(file, name, kind)

    def _in_module(self, module: Module, name: str) -> Meaning | None:
        file = self._file(module)
        kind = file.kinds.get(name) if file else None
        if file and kind and kind not in _VALUES:
            return PythonDefinition(file.number, name, kind)
        return self._asked.answer((module, name), self._looked_up, module, file, name, kind)

    def _file(self, module: Module) -> PythonFile | None:
        try:
            return None if module.file is None else self._files[module.file]
        except KeyError:  # it could not be read
            return None

    def _looked_up(self, module: Module, file: PythonFile | None, name: str, kind: str | None) -> Meaning | None:
        outside: Meaning | None = None
        if file is not None:
            for path in file.bound("", name):
                # What is assigned is a variable of its own, whose value is looked up where it is needed.
                if path[0] == "=" and kind is not None:
                    continue
                found = self.find(file.number, path.removeprefix("="))
                if found and not isinstance(found.meaning, External):
                    return found.meaning
                outside = outside or (found.meaning if found else None)
            if kind is not None:
                return PythonDefinition(file.number, name, kind)
            if (shared := self._in_other_part(file, name)) is not None:
                return shared
        if (located := self._modules.within(module.path, name)) is not None:
            return Module(*located)
        inside = self._starred(file, name) if file else None
        return outside if inside is None else inside

    def _in_other_part(self, file: PythonFile, name: str) -> Meaning | None:
        """What a name means in another file of the same module of Cython."""
        for number in self._other_parts(file.number):
            part = self._files[number]
            kind = part.kinds.get(name)
            if kind is not None and not (kind in _VALUES and part.bound("", name)):
                return PythonDefinition(number, name, kind)
            for path in part.bound("", name):
                found = self.find(number, path.removeprefix("=")) if path[0] != ":" else None
                if found is not None:
                    return found.meaning
        return None

    def _starred(self, file: PythonFile, name: str) -> Meaning | None:
        """What `from x import *` binds to a name."""
        for module in self._stars.that_may_bring(name, file.number):
            inside = self._in_module(module, name)
            if inside is not None and not isinstance(inside, External):
                return inside
        return None

    def _in_class(self, order: Sequence[PythonDefinition] | None, name: str) -> Meaning | None:
        for cls in order or ():
            if (symbol := self._symbol(cls.file, f"{cls.name}.{name}")) is not None:
                return symbol
        return None

    def _value(self, symbol: PythonDefinition) -> Meaning | None:
        """What a variable, attribute or property holds, followed until it is no variable."""
        return self._asked.chain(symbol, self._held, _has_value)  # type: ignore[no-any-return]

    def _held(self, symbol: PythonDefinition) -> Meaning | None:
        owner, _, name = symbol.name.rpartition(".")
        if symbol.kind == "Property":
            owner, name = symbol.name, "()"
        for path in self._files[symbol.file].bound(owner, name):
            found = self.find(symbol.file, path.removeprefix("="))
            if found and found.meaning != symbol:
                return found.meaning
        return None

    def _called(self, meaning: Meaning | None) -> Meaning | None:
        """What calling something gives."""
        match meaning:
            case PythonDefinition(kind=kind) if kind in _TYPES:
                return Instance(meaning)
            case PythonDefinition(kind=kind) if kind in _CALLED:
                for path in self._files[meaning.file].bound(meaning.name, "()"):
                    found = self.find(meaning.file, path)
                    return found.meaning if found and not isinstance(found.meaning, External) else None
                return None
            case PythonDefinition():
                return self._called(self._value(meaning))
            case Instance():  # of a class whose `__call__` may be an instance again
                return self._asked.answer(("()", meaning), self._called_by, meaning)
            case External():
                return External(f"{meaning.name}()")
        return None

    def _called_by(self, instance: Instance) -> Meaning | None:
        return self._called(self.attribute(instance, "__call__"))

    def callee(self, meaning: Meaning) -> PythonDefinition | None:
        """What is run when something is called: a function, the constructor of a class or else the class."""
        for _ in range(_MAX_STEPS):
            match meaning:
                case PythonDefinition(kind=kind) if kind in _TYPES:
                    return self._symbol(meaning.file, f"{meaning.name}.__init__") or meaning
                case PythonDefinition(kind=kind) if kind not in _VALUES:
                    return meaning
                case PythonDefinition():
                    value = self._value(meaning)
                case Instance():
                    value = self.attribute(meaning, "__call__")
                case _:
                    return None
            if value is None:
                return None
            meaning = value
        return None

    # --- classes ----------------------------------------------------------------------------------------------------

    def bases(self, cls: PythonDefinition) -> list[Meaning | None]:
        """What each base of a class is."""
        paths = self._files[cls.file].bases.get(cls.name, ())
        found = (self.find(cls.file, path) for path in paths)
        return [each.meaning if each else None for each in found]

    def order(self, cls: PythonDefinition) -> tuple[PythonDefinition, ...]:
        """The classes that a name is looked up in, by C3; classes outside the repository are left out."""
        return self._asked.answer(cls, self._ordered, cls) or (cls,)  # none if it inherits from itself: not Python

    def _ordered(self, cls: PythonDefinition) -> tuple[PythonDefinition, ...]:
        bases = [base for base in self.bases(cls) if isinstance(base, PythonDefinition) and base.kind in _TYPES]
        return (cls, *c3_merge([*(self.order(base) for base in bases), tuple(bases)]))


def _has_value(meaning: Meaning | None) -> bool:
    return isinstance(meaning, PythonDefinition) and meaning.kind in _VALUES


def c3_merge(orders: Iterable[tuple[Class, ...]]) -> list[Class]:
    """C3: the first head that is in no tail, over and over; where there is none, which Python refuses, the first."""
    return list(_Merge([list(dict.fromkeys(order)) for order in orders if order]))


class _Merge(Generic[Class]):
    """Each class is looked at as often as it stands in a list: a class may have thousands of bases."""

    def __init__(self, lists: list[list[Class]]) -> None:
        self._lists = lists
        self._at = [0] * len(lists)  # the place of each head
        self._headed: dict[Class, list[int]] = {}  # the lists that a class is the head of
        self._tails = Counter(one for each in lists for one in each[1:])
        self._ready: list[int] = []  # lists whose head may be in no tail, a heap
        self._done: set[Class] = set()
        for number, each in enumerate(lists):
            self._begin(number, each[0])

    def __iter__(self) -> Iterator[Class]:
        first = 0
        while True:
            while first < len(self._lists) and self._at[first] >= len(self._lists[first]):
                first += 1
            if first == len(self._lists):
                return
            head = self._next(first)
            yield head
            self._done.add(head)
            for number in self._headed.pop(head):
                self._advance(number)

    def _begin(self, number: int, head: Class) -> None:
        self._headed.setdefault(head, []).append(number)
        if not self._tails[head]:
            heappush(self._ready, number)

    def _next(self, first: int) -> Class:
        while self._ready:
            number = heappop(self._ready)
            if self._at[number] < len(self._lists[number]):
                head = self._lists[number][self._at[number]]
                if not self._tails[head]:
                    return head
        return self._lists[first][self._at[first]]

    def _advance(self, number: int) -> None:
        """The head of a list is done, and perhaps what stands behind it."""
        each = self._lists[number]
        self._at[number] += 1
        while self._at[number] < len(each):
            head = each[self._at[number]]
            self._tails[head] -= 1
            if head not in self._done:
                if not self._tails[head]:
                    for other in self._headed.get(head, ()):
                        heappush(self._ready, other)
                self._begin(number, head)
                break
            self._at[number] += 1


def _spelled(name: str, steps: Sequence[str]) -> str:
    """A dotted name with the rest of a path: "ctypes.CDLL().sqrt"."""
    return name + "".join("()" if step in ("()", "@", "~", "^") else f".{step}" for step in steps)
