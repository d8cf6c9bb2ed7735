"""What calls pass to parameters: functions and instances that are called again inside of what is called.

Input: the calls of all files, each with the paths of what it passes, as `extract.python.uses` writes them. Output: what
each parameter may be, for `PythonResolver.arguments`.

Calls are looked up a few times over: a callee may itself be a parameter. Between two times, what a function passes on
as it got it is handed along until nothing changes; a parameter that may be more than so many things is nothing that
can be told, so that each is changed only so often, and the whole grows as the number of calls does.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kgraph.assemble.evidence import PythonEvidence
from kgraph.assemble.python.files import PythonFile
from kgraph.assemble.python.meanings import (
    External,
    Instance,
    Meaning,
    PythonDefinition,
    Undecorated,
    UnnamedValue,
    Values,
    ones,
    several,
)
from kgraph.assemble.python.resolver import Parameter, PythonResolver
from kgraph.assemble.python.stars import Module

_ROUNDS = 3
_OWN_PARAMETER = re.compile(r":([^%@~^()]+)%(\w+)")
_TOO_MANY = Values((), PythonEvidence.ARGUMENT)
_Targets = list[tuple[PythonDefinition | UnnamedValue, int]]


@dataclass(frozen=True, slots=True)
class Flow:
    """The calls of one file to one callee."""

    file: int
    callee: str
    passed: tuple[str, ...]  # of each call: positions or names with paths, such as "0=:f\t1=:Stack()"


@dataclass(frozen=True, slots=True)
class Signature:
    """The parameters of a function that matter: those that some path begins with."""

    manner: str  # "m" of a method, "c" of a class method, "f" of others
    by_place: Mapping[str, str]  # name by position
    names: frozenset[str]


def flows(files: Iterable[PythonFile]) -> list[Flow]:
    """The calls of all files."""
    found = []
    for file in files:
        by_callee: dict[str, list[str]] = {}
        for call in file.calls:
            callee, _, passed = call.partition("\t")
            by_callee.setdefault(callee, []).append(passed)
        found += [Flow(file.number, callee, tuple(calls)) for callee, calls in by_callee.items()]
    return found


class Propagation:
    """Finds what parameters may be."""

    def __init__(self, names: PythonResolver, files: Mapping[int, PythonFile]) -> None:
        self._names = names
        self._files = files
        self._signatures: dict[tuple[int, str], Signature | None] = {}
        self._values: dict[Parameter, Meaning] = {}
        self._passed_on: dict[Parameter, dict[Parameter, None]] = defaultdict(dict)  # parameters that others become
        self._known: dict[tuple[Meaning, bool], _Targets] = {}

    def run(self, calls: list[Flow]) -> None:
        """Set what the resolver knows of parameters."""
        for _ in range(_ROUNDS):
            waiting: deque[Parameter] = deque()
            calls = [call for call in calls if self._look_up(call, waiting)]
            if not self._hand_along(waiting):
                break
            self._names.learn(dict(self._values))
            if not calls:
                break

    def _look_up(self, call: Flow, waiting: deque[Parameter]) -> bool:
        """Add what calls pass; whether more may be known of it later."""
        found = self._names.find(call.file, call.callee)
        if found is None:
            return False
        later = isinstance(found.meaning, Values) and found.meaning.is_open
        for function, shift in self._targets(call, found.meaning):
            signature = self._signature(function)
            if signature is None:
                continue
            passed = {pair: None for each in call.passed for pair in each.split("\t")}
            for place, _, path in (pair.partition("=") for pair in passed):
                name = signature.by_place.get(str(int(place) + shift)) if place.isdigit() else place
                if name in signature.names and name is not None:
                    parameter = (function.file, function.name, name)
                    later = self._pass(call.file, path, parameter, waiting) or later
        return later

    def _pass(self, file: int, path: str, parameter: Parameter, waiting: deque[Parameter]) -> bool:
        """Add what one argument is; whether more may be known of it later."""
        own = _OWN_PARAMETER.fullmatch(path)
        if own is not None:
            source = (file, own[1], own[2])
            if parameter not in self._passed_on[source]:
                self._passed_on[source][parameter] = None
                waiting.append(source)
                for default in self._files[file].bound(own[1], f"%{own[2]}"):
                    if (value := self._names.meant(file, default)) and self._add(parameter, value):
                        waiting.append(parameter)
            return False
        passed = self._names.find(file, path)
        if passed is None:
            return False
        if self._add(parameter, passed.meaning):
            waiting.append(parameter)
        return isinstance(passed.meaning, Values) and passed.meaning.is_open

    def _targets(self, call: Flow, meaning: Meaning) -> _Targets:
        """The functions that a call may run, and how many of their parameters stand in front of its arguments."""
        if isinstance(meaning, External | Module):
            return []
        is_method = isinstance(meaning, PythonDefinition) and meaning.kind == "Method"
        key = meaning, is_method and self._is_unbound(call)
        if key not in self._known:
            self._known[key] = self._found(call, meaning)
        return self._known[key]

    def _found(self, call: Flow, meaning: Meaning) -> _Targets:
        told: _Targets = []
        for one in self._names.followed(meaning):
            if isinstance(one, UnnamedValue):
                told.append((one, 0))
                continue
            runs = [function for function, _ in self._names.runs.callees(one)]
            if isinstance(one, PythonDefinition) and one not in runs:
                runs.append(one)  # what decorators pass on, as they do with most
            for function in runs:
                signature = self._signature(function)
                if signature is None:
                    continue
                shift = 0 if signature.manner == "f" else 1
                if signature.manner == "m" and function == one and self._is_unbound(call):
                    shift = 0
                told.append((function, shift))
        return told

    def _is_unbound(self, call: Flow) -> bool:
        """Whether a method is called as `Class.method(instance)`."""
        front, dot, last = call.callee.rpartition(".")
        if not dot or not last.isidentifier() or front[-1:] in ("", ":"):
            return False
        owner = self._names.find(call.file, front)
        return owner is not None and isinstance(owner.meaning, PythonDefinition) and owner.meaning.kind == "Class"

    def _signature(self, function: PythonDefinition | UnnamedValue) -> Signature | None:
        key = function.file, function.name
        if key not in self._signatures:
            file = self._files[function.file]
            if isinstance(function, UnnamedValue):
                told = [path for step, path in file.cells.get(function.name, ()) if step == "%"]
            else:
                told = file.bound(function.name, "%")
            self._signatures[key] = _signature(told[0]) if told else None
        return self._signatures[key]

    def _add(self, parameter: Parameter, meaning: Meaning) -> bool:
        """Add what a parameter may be; whether that is new."""
        kept = [
            one for one in ones(meaning) if isinstance(one, PythonDefinition | Instance | UnnamedValue | Undecorated)
        ]
        known = self._values.get(parameter)
        if not kept or known is _TOO_MANY:
            return False
        if known is not None and all(one in ones(known) for one in kept):
            return False
        found = several((known, *kept), PythonEvidence.ARGUMENT)
        if isinstance(found, Values) and found.of:
            self._values[parameter] = found._replace(is_open=True)
        else:
            self._values[parameter] = _TOO_MANY
        return True

    def _hand_along(self, waiting: deque[Parameter]) -> bool:
        """Hand on what is passed on as it is; whether anything was known to begin with."""
        changed = bool(waiting)
        while waiting:
            source = waiting.popleft()
            value = self._values.get(source)
            if value is None:
                continue
            for target in self._passed_on.get(source, ()):
                if value is _TOO_MANY:
                    if self._values.get(target) is not _TOO_MANY:
                        self._values[target] = _TOO_MANY
                        waiting.append(target)
                elif self._add(target, value):
                    waiting.append(target)
        return changed


def _signature(text: str) -> Signature:
    manner, *named = text.split(" ")
    pairs = [each.partition(":") for each in named]
    return Signature(manner, {at: name for at, _, name in pairs if at}, frozenset(name for _, _, name in pairs))
