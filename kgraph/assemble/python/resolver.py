"""Name resolution of Python: what a dotted path means, followed through the files of the repository (MRO by C3).

Input: the symbols and bindings of all Python files, and paths as `extract.python.uses` makes them. Output: for each
path, and the file that has it, the symbol that it means and by what evidence; or its name outside the repository.

Python's own rules are followed as far as they can be without running anything: a module's names are its definitions,
imports and submodules, those of a class are its bases' too, in the order that Python itself uses (C3). Where a name is
bound by several imports, as `try` and `except` do, it is one of those that lead into the repository.

What a path means depends on the files alone, and never on what was asked before it (see `assemble.memo`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from kgraph.assemble.evidence import PythonEvidence
from kgraph.assemble.memo import CycleSafeMemo, Read
from kgraph.assemble.python.classes import Classes
from kgraph.assemble.python.containers import PUTS, Containers, put_parts
from kgraph.assemble.python.files import PythonFile, Resolved, spell_path
from kgraph.assemble.python.fixtures import Fixtures
from kgraph.assemble.python.inputs import Inputs, Parameter
from kgraph.assemble.python.meanings import (
    CALLED,
    TYPES,
    VALUES,
    ContainerView,
    External,
    Instance,
    Meaning,
    One,
    PythonDefinition,
    Undecorated,
    UnnamedValue,
    Values,
    few,
    has_value,
    map_values,
    ones,
    several,
)
from kgraph.assemble.python.modules import ModuleIndex
from kgraph.assemble.python.parameters import ParameterValues
from kgraph.assemble.python.runs import Runs
from kgraph.assemble.python.stars import Module

_STEP = re.compile(r"\(\)|[@~^]|%[^.()@~^%]+|[^.()@~^%]+")
_HEAD = re.compile(r"[^()@~^%$!]+")  # the names that a path begins with
_SIGNS = frozenset("(@~^%$")  # that begin a step which is no name
_MAX_STEPS = 60  # names that lead to names that lead ...


class PythonResolver:
    """Looks up paths; every answer is kept, for the same paths are asked a hundred times."""

    def __init__(
        self,
        files: Mapping[int, PythonFile],
        modules: ModuleIndex,
        other_parts: Callable[[int], Sequence[int]] = lambda _: (),
    ) -> None:
        """`other_parts` gives the files that share a file's names, as those do that Cython includes."""
        self._modules = modules
        self._asked = CycleSafeMemo(_MAX_STEPS)
        self.inputs = Inputs(files, modules, other_parts, self._asked)
        self._kind, self.name_in_stub = self.inputs.kind, self.inputs.name_in_stub
        self.other_parts = self.inputs.other_parts
        self.conftests = self.inputs.conftests
        self._module_of = cache(self._module)
        self._containers = Containers(self)
        self._parameters = ParameterValues(self, Fixtures(self))
        self.put = self._parameters.put
        classes = Classes(self)
        self.order, self.orders, self.bases = classes.order, classes.orders, classes.bases
        self._find_member = classes.find_member
        self.runs = Runs(self)
        self.is_whole = self.runs.is_whole
        self.ask = self._asked.answer
        self.reading, self.note = self._asked.reading, self._asked.note

    # --- paths ------------------------------------------------------------------------------------------------------

    def find(self, file: int, path: str) -> Resolved | None:
        """What a path of a file means; None where that is not known."""
        question = (file if path[:1] in ":." else self._modules.folder_of(file), path)
        return self._asked.answer(question, self._follow, file, path)

    def _follow(self, file: int, path: str) -> Resolved | None:
        module, _, rest = path.partition(":")
        meaning: Meaning | None
        if not module and (head := _HEAD.match(rest)) and (own := self._find_definition(file, head[0])) is not None:
            meaning, evidence, rest = own, PythonEvidence.OWN_FILE, rest[head.end() :]
        elif module:
            located = self.inputs.locate(file, module)
            if located is None:
                steps = _STEP.findall(rest.partition("!")[0])
                name = self.inputs.absolute(file, module) if module[0] == "." else module
                return Resolved(External(spell_path(name, steps)), PythonEvidence.IMPORTED_NAME) if name else None
            meaning = Module(*located)
            evidence = PythonEvidence.IMPORTED_NAME
        else:
            meaning, evidence = self._module_of(file), PythonEvidence.OWN_FILE
        if not rest:
            return Resolved(meaning, evidence)
        receiver: Meaning | None = None
        steps = _STEP.findall(rest.partition("!")[0])
        for at, step in enumerate(steps):
            outer = meaning
            if step[0] in _SIGNS or isinstance(meaning, Values):
                meaning, evidence = self._step(file, meaning, step, receiver, evidence)
            else:
                meaning = self._inside(meaning, step)
            receiver = outer
            if meaning is None:
                return None
            if isinstance(meaning, Values) and not meaning.of and at + 1 < len(steps):  # nothing comes of nothing
                return Resolved(meaning, meaning.via) if meaning.is_open else None
            if isinstance(meaning, External):
                return Resolved(External(spell_path(meaning.name, steps[at + 1 :])), evidence)
        return Resolved(meaning, meaning.via if isinstance(meaning, Values) and meaning.via else evidence)

    def _step(
        self, file: int, meaning: Meaning, step: str, receiver: Meaning | None, evidence: str
    ) -> tuple[Meaning | None, str]:
        """What one step of a path gives, and the evidence for it."""
        if isinstance(meaning, Values):
            told = map_values(meaning, lambda one: self._step(file, one, step, receiver, evidence)[0])
            return told, evidence
        match step[0]:
            case "(":
                made = self.resolve_call(meaning, receiver)
                return made, PythonEvidence.RECEIVER_CLASS if isinstance(made, Instance) else PythonEvidence.CALL_RESULT
            case "@":
                return Instance(meaning) if isinstance(meaning, PythonDefinition) else None, PythonEvidence.OWN_CLASS
            case "~":
                return self._resolve_annotation(meaning), PythonEvidence.ANNOTATED_CLASS
            case "^":
                above = isinstance(meaning, PythonDefinition)
                return Instance(meaning, meaning) if above else None, PythonEvidence.BASE_CLASS  # type: ignore[arg-type]
            case "%":
                return self._parameters.find_passed(meaning, step[1:]), PythonEvidence.ARGUMENT
            case "$":
                return self._resolve_unnamed(meaning, step), evidence
        return self._inside(meaning, step), evidence

    def _inside(self, meaning: One, name: str) -> Meaning | None:
        inside = self.attribute(meaning, name)
        if inside is None and isinstance(meaning, Module):  # what an extension module or a program adds
            return External(f"{self.inputs.dotted_name(meaning.path)}.{name}")
        return inside

    def _resolve_annotation(self, meaning: One) -> Meaning | None:
        if isinstance(meaning, PythonDefinition) and meaning.kind in VALUES:  # an alias of a class
            value = self.value(meaning)
            return Instance(value) if isinstance(value, PythonDefinition) and value.kind in TYPES else None
        return Instance(meaning) if isinstance(meaning, PythonDefinition) and meaning.kind in TYPES else None

    def _resolve_unnamed(self, meaning: One, step: str) -> Meaning | None:
        if step[1:].isdigit():
            return (
                self._containers.resolve_unnamed(UnnamedValue(meaning.file, step))
                if isinstance(meaning, Module) and meaning.file is not None
                else None
            )
        if step.startswith(PUTS) and isinstance(meaning, PythonDefinition):
            return UnnamedValue(meaning.file, f"{meaning.name}.{step}")
        if step.startswith("$made"):
            return (
                self.runs.resolve_decorated(meaning, int(step[5:])) if isinstance(meaning, PythonDefinition) else None
            )
        if isinstance(meaning, PythonDefinition) and meaning.kind in VALUES:
            return self.through(self.value(meaning), lambda one: self._containers.step(one, step))
        return self._containers.step(meaning, step)

    def resolve_entered(self, meaning: One) -> Meaning | None:
        """What a generator yields first, as a context manager or fixture made of it gives."""
        return self._containers.step(meaning, "$enter")

    def through(self, meaning: Meaning | None, of: Callable[[One], Meaning | None]) -> Meaning | None:
        """What comes of a meaning, or of each of several."""
        if isinstance(meaning, Values):
            return map_values(meaning, of)
        return None if meaning is None else of(meaning)

    def resolve_path(self, file: int, path: str) -> Meaning | None:
        """What a path of a file means; nothing where that is outside of the repository."""
        found = self.find(file, path)
        return None if found is None or isinstance(found.meaning, External) else found.meaning

    def resolve_anywhere(self, file: int, path: str) -> Meaning | None:
        """What a path of a file means, inside of the repository or not."""
        found = self.find(file, path)
        return found.meaning if found else None

    def paths_of_bases(self, cls: PythonDefinition) -> Sequence[str]:
        """The paths of the bases of a class."""
        return self.inputs.bases(cls.file, cls.name)

    def parts(self, cell: UnnamedValue) -> Sequence[tuple[str, str]]:
        """The parts of a cell."""
        return put_parts(cell.name) if PUTS in cell.name else self.inputs.parts(cell.file, cell.name)

    def find_bound(self, symbol: PythonDefinition, name: str) -> Sequence[str]:
        """The paths of what a symbol has under a name."""
        return self.inputs.find_bound(symbol.file, symbol.name, name)

    def learn(self, arguments: Mapping[Parameter, Meaning], known_in: int) -> None:
        """Take over what parameters may be, as it is known in a round; what was answered by what was known before is
        forgotten."""
        self.inputs.learn(arguments, known_in)
        self._asked.forget(self.inputs.parameter_numbers())

    def _find_definition(self, file: int, head: str) -> PythonDefinition | None:
        """The function or class that a file defines under a qualified name, as most of its own paths begin with one."""
        name = head.rstrip(".")
        kind = self._kind(file, name)
        if kind is None or kind in VALUES:
            return None
        if "." in name and ((outer := self._kind(file, name.partition(".")[0])) is None or outer in VALUES):
            return None
        return PythonDefinition(file, name, kind)

    def _module(self, file: int) -> Module:
        return Module(self._modules.path_of(file), file)

    # --- what is in what --------------------------------------------------------------------------------------------

    def attribute(self, of: Meaning | None, name: str) -> Meaning | None:
        """What `of.name` is."""
        match of:
            case Module():
                return self._find_in_module(of, name)
            case PythonDefinition(kind=kind) if kind in TYPES:
                return self._find_member(self.orders(of), name)
            case PythonDefinition(file=file, name=outer) if name == "<locals>" or outer.endswith(".<locals>"):
                return self.symbol(file, f"{outer}.{name}")  # what stands in a function
            case PythonDefinition():
                return self.attribute(self.value(of), name)
            case Instance(of=cls) if name == "__class__":
                return cls
            case Instance(of=cls, above=above):
                orders = self.orders(cls)
                if above is not None:
                    orders = tuple(order[order.index(above) + 1 :] if above in order else () for order in orders)
                return self._find_member(orders, name)
            case External():
                return External(f"{of.name}.{name}")
            case Values():
                return map_values(of, lambda one: self.attribute(one, name))
            case Undecorated():
                return self.attribute(of.of, name)
            case UnnamedValue() | ContainerView():
                return self._containers.method(of, name)
        return None

    def symbol(self, file: int, name: str) -> PythonDefinition | None:
        """A definition of a file by its qualified name there."""
        kind = self._kind(file, name)
        if kind is None:
            return PythonDefinition(file, name, "") if name.endswith(".<locals>") else None
        return PythonDefinition(file, name, kind)

    def _find_in_module(self, module: Module, name: str) -> Meaning | None:
        kind = None if module.file is None else self._kind(module.file, name)
        if kind and kind not in VALUES:
            return PythonDefinition(module.file, name, kind)  # type: ignore[arg-type]
        return self._asked.answer((module, name), self._look_up_in_module, module, name)

    def _look_up_in_module(self, module: Module, name: str) -> Meaning | None:
        outside: Meaning | None = None
        imported: list[Meaning] = []
        file = module.file
        kind = None if file is None else self._kind(file, name)
        if file is None or not self.inputs.is_read(file):
            file = None
        else:
            for path in self.inputs.find_bound(file, "", name):
                # What is assigned is a variable of its own, whose value is looked up where it is needed.
                if path[0] == "=" and kind is not None:
                    continue
                found = self.find(file, path.removeprefix("="))
                if found and not isinstance(found.meaning, External):
                    imported.append(found.meaning)
                outside = outside or (found.meaning if found else None)
            if imported:
                return several(imported)
            if kind is not None:
                return PythonDefinition(file, name, kind)
            if (shared := self._find_in_other_parts(file, name)) is not None:
                return shared
        if (located := self.inputs.within(module.path, name)) is not None:
            return Module(*located)
        inside = None if file is None else self._find_beyond(file, name)
        return outside if inside is None else inside

    def _find_in_other_parts(self, file: int, name: str, of_stub: bool = False) -> Meaning | None:
        """What a name means in the stub of a module, or in another file of the same module of Cython."""
        for number in self.inputs.other_parts(file, of_stub):
            kind = self._kind(number, name)
            if kind is not None and not (kind in VALUES and self.inputs.find_bound(number, "", name)):
                return PythonDefinition(number, name, kind)
            for path in self.inputs.find_bound(number, "", name):
                found = self.find(number, path.removeprefix("=")) if path[0] != ":" else None
                if found is not None:
                    return found.meaning
        return None

    def _find_beyond(self, file: int, name: str) -> Meaning | None:
        """What `from x import *` binds to a name; what only the stub says, as of compiled code."""
        for module in self.inputs.find_star_modules(file, name):
            inside = self._find_in_module(module, name)
            if inside is not None and not isinstance(inside, External):
                return inside
        return self._find_in_other_parts(file, name, of_stub=True)

    def value(self, symbol: PythonDefinition) -> Meaning | None:
        """What a variable, attribute or property holds, followed until it is no variable."""
        end, read = self.reading(self._asked.chain, symbol, self._resolve_variable, has_value)
        if isinstance(end, Values) and any(map(has_value, end.of)):
            return self._asked.answer(("value", symbol), self._resolve_values, end, read)
        return end  # type: ignore[no-any-return]

    def follow_variables(self, meaning: Meaning) -> list[One]:
        """All that is meant, with what variables hold in their place."""
        return [
            held
            for one in ones(meaning)
            for held in (ones(self.value(one)) if has_value(one) else (one,))  # type: ignore[arg-type]
        ]

    def _resolve_values(self, values: Values, read: Read) -> Meaning | None:
        self.note(read)  # for the values
        return map_values(values, lambda one: self.value(one) if has_value(one) else one)  # type: ignore[arg-type]

    def _resolve_variable(self, symbol: PythonDefinition) -> Meaning | None:
        owner, _, name = symbol.name.rpartition(".")
        if symbol.kind == "Property":
            owner, name = symbol.name, "()"
        found: list[Meaning] = []
        for path in self.inputs.find_bound(symbol.file, owner, name):
            told = self.find(symbol.file, path.removeprefix("="))
            if told and told.meaning != symbol and (held := few(told.meaning)) is not None:
                found.append(held)
                if path[0] != "=" and not owner:  # of several imports, the first
                    break
        inside = [each for each in found if not isinstance(each, External)]
        if symbol.kind in ("Field", "Variable") and (put := self._containers.put_into(symbol, inside)) is not None:
            inside.append(put)
        return several(inside or found)

    def resolve_call(self, meaning: Meaning | None, receiver: Meaning | None = None) -> Meaning | None:
        """What calling something gives; `receiver` is what it was taken of, if it is an attribute."""
        match meaning:
            case PythonDefinition(kind=kind) if kind in TYPES:
                return Instance(meaning)
            case PythonDefinition(kind=kind) if kind in CALLED:
                if self.find_bound(meaning, "@"):
                    made, read = self.reading(self.runs.resolve_decorated, meaning)
                    if made != Undecorated(meaning):
                        found = self._asked.answer(
                            ("()", meaning, receiver), self._resolve_constructor_call, made, receiver, read
                        )
                        if ones(found):
                            return found  # else a wrapper that gives what it wraps, as far as anyone can tell
                return self.result(meaning, receiver)
            case PythonDefinition():
                return self.resolve_call(self.value(meaning))
            case Instance():  # of a class whose `__call__` may be an instance again
                return self._asked.answer(("()", meaning), self._resolve_instance_call, meaning)
            case External():
                return External(f"{meaning.name}()")
            case Values():
                return map_values(meaning, lambda one: self.resolve_call(one, receiver))
            case Undecorated():
                return self.result(meaning.of, receiver)
            case UnnamedValue():
                return self._containers.step(meaning, "$()")
            case ContainerView():
                return self._containers.resolve_method_call(meaning)
        return None

    def _resolve_constructor_call(self, made: Meaning, receiver: Meaning | None, read: Read) -> Meaning | None:
        self.note(read)  # for what decorators make
        return self.resolve_call(made, receiver)

    def result(self, function: PythonDefinition, receiver: Meaning | None) -> Meaning | None:
        """What a function returns: of a method that returns `self`, what it was called on."""
        found: list[Meaning | None] = []
        owner = function.name.rpartition(".")[0]
        for path in self.find_bound(function, "()"):
            if path == f":{owner}@" and isinstance(receiver, Instance):
                found.append(Instance(receiver.of))
            elif path == f":{owner}()" and isinstance(receiver, PythonDefinition) and receiver.kind in TYPES:
                found.append(Instance(receiver))
            else:
                found.append(few(self.resolve_path(function.file, path)))
        return few(several(found))

    def _resolve_instance_call(self, instance: Instance) -> Meaning | None:
        return self.resolve_call(self.attribute(instance, "__call__"), instance)
