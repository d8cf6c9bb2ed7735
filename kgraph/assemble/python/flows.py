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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple, Protocol

from kgraph.assemble.evidence import PythonEvidence
from kgraph.assemble.memo import Read
from kgraph.assemble.python.files import PythonFile
from kgraph.assemble.python.inputs import FINAL, Parameter
from kgraph.assemble.python.meanings import (
    MAX_CALLABLES,
    MAX_VALUES,
    VALUES,
    External,
    Instance,
    Meaning,
    One,
    PythonDefinition,
    Undecorated,
    UnnamedValue,
    Values,
    is_callable,
    ones,
    several,
)
from kgraph.assemble.python.resolver import PythonResolver
from kgraph.assemble.python.stars import Module

ROUNDS = 3
_OVERRIDES = "^"  # passed by no call: a method gets what the one gets that it overrides
_ABSTRACT = "a"
_OWN_PARAMETER = re.compile(r":([^%@~^()]+)%(\w+)")
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

    manner: str  # "m" of a method, "a" of an abstract one, "c" of a class method, "f" of others
    by_place: Mapping[str, str]  # name by position
    names: frozenset[str]


class PassedInput(NamedTuple):
    """What a parameter is given: another parameter, as it is, or things."""

    to: Parameter
    source: Parameter | None
    ones: tuple[One, ...]


class FlowResult(NamedTuple):
    """What a flow passes as far as that is known in a round."""

    passed: Sequence[PassedInput]
    is_open: bool  # whether more may be known later
    read: Read  # what that depends on
    is_kept: bool = False  # at rest: `read` is its number there


class KeptFlows(Protocol):
    """What is known from an earlier build."""

    def flows(self, file: int) -> int | None:
        """How many flows a file has; None where it has others than it had."""

    def load_passed(self, known_in: int, file: int, place: int) -> FlowResult | None:
        """What a flow passes, the first of its file at place 0, if that is still so."""

    def verify(self, known_in: int) -> None:
        """Compare what parameters may be with what it was."""


def flows(file: PythonFile) -> list[Flow]:
    """The calls of a file."""
    by_callee: dict[str, list[str]] = {}
    for call in file.calls:
        callee, _, passed = call.partition("\t")
        by_callee.setdefault(callee, []).append(passed)
    told = [Flow(file.number, callee, tuple(calls)) for callee, calls in by_callee.items()]
    methods = (owner for owner, name in file.bindings if name == "%" and file.bases.get(owner.rpartition(".")[0]))
    return told + [Flow(file.number, f":{method}", (_OVERRIDES,)) for method in methods]


class Propagation:
    """Finds what parameters may be; `rounds` has what each flow passes, by file and place."""

    def __init__(self, names: PythonResolver, kept: KeptFlows) -> None:
        self._names = names
        self._kept = kept
        self.rounds: list[dict[tuple[int, int], FlowResult]] = []
        self.given: dict[int, Mapping[Parameter, Meaning]] = {}  # what parameters may be, by round
        self._flows: dict[int, list[Flow]] = {}
        self._given: dict[Parameter, GivenValues] = defaultdict(GivenValues)
        self._passed_on: dict[Parameter, dict[Parameter, None]] = defaultdict(dict)  # parameters that others become
        self._signature_of = cache(_signature)
        self._known: dict[tuple[Meaning, bool], tuple[_Targets, Read]] = {}

    def run(self, files: Iterable[int]) -> None:
        """Set what the resolver knows of parameters."""
        calls = [(file, place) for file in files for place in range(self.count(file))]
        for known_in in range(ROUNDS):
            waiting: deque[Parameter] = deque()
            told = {call: self._kept.load_passed(known_in, *call) or self.tell(*call) for call in calls}
            self.rounds.append(told)
            for each in told.values():
                for passed in each.passed:
                    self._take(passed, waiting)
            calls = [call for call, each in told.items() if each.is_open]
            if not self._hand_along(waiting) or not calls or known_in + 1 == ROUNDS:
                break
            self.learn(self._meanings(), known_in + 1)
            self._kept.verify(known_in + 1)
        self.learn(self._meanings(), FINAL)

    def _meanings(self) -> dict[Parameter, Meaning]:
        return {parameter: given.meaning() for parameter, given in self._given.items()}

    def learn(self, given: Mapping[Parameter, Meaning], known_in: int) -> None:
        """Set what the resolver knows of parameters in a round."""
        self.given[known_in] = given
        self._names.learn(given, known_in)
        self._known.clear()

    def count(self, file: int) -> int:
        """How many flows a file has."""
        count = self._kept.flows(file)
        return len(self._flows_of(file)) if count is None else count

    def _flows_of(self, file: int) -> list[Flow]:
        if file not in self._flows:
            self._flows[file] = flows(self._names.inputs.file(file))
        return self._flows[file]

    def tell(self, file: int, place: int) -> FlowResult:
        """What a flow passes, by what is known now."""
        (passed, is_open), read = self._names.reading(self._look_up, self._flows_of(file)[place])
        return FlowResult(passed, is_open, read)

    def _look_up(self, call: Flow) -> tuple[list[PassedInput], bool]:
        """What calls pass; whether more may be known of it later."""
        found = self._names.find(call.file, call.callee)
        if found is None:
            return [], False
        later = isinstance(found.meaning, Values) and found.meaning.is_open
        if call.passed == (_OVERRIDES,):
            return self._from_overridden(found.meaning), False
        if call.passed[0][:1] == "$":
            return self._put_in(call, found.meaning, later)
        told = []
        for function, shift in self._targets(call, found.meaning):
            signature = self._signature(function)
            if signature is None:
                continue
            passed = {pair: None for each in call.passed for pair in each.split("\t")}
            for place, _, path in (pair.partition("=") for pair in passed):
                name = signature.by_place.get(str(int(place) + shift)) if place.isdigit() else place
                if name in signature.names and name is not None:
                    one, is_open = self._pass(call.file, path, (function.file, function.name, name))
                    later = later or is_open
                    told += [one] if one is not None else []
        return told, later

    def _put_in(self, call: Flow, container: Meaning, later: bool) -> tuple[list[PassedInput], bool]:
        """What is put into a container that a variable or an attribute holds; whether more may be known later."""
        told = []
        if isinstance(container, PythonDefinition) and container.kind in ("Field", "Variable"):
            for each in call.passed:
                depth, _, path = each.partition("=")
                if depth[0] == "$":
                    one, is_open = self._pass(call.file, path, (container.file, container.name, depth))
                    later = later or is_open
                    told += [] if one is None else [one]
        return told, later

    def _from_overridden(self, method: Meaning) -> list[PassedInput]:
        """What is passed to an abstract method, which the methods get that override it."""
        if not isinstance(method, PythonDefinition) or (own := self._signature(method)) is None:
            return []
        owner, _, short = method.name.rpartition(".")
        for above in self._names.order(PythonDefinition(method.file, owner, "Class"))[1:]:
            overridden = self._names.symbol(above.file, f"{above.name}.{short}")
            if overridden is not None:
                declared = self._signature(overridden)
                names = declared.names & own.names if declared and declared.manner == _ABSTRACT else ()
                return [
                    PassedInput((method.file, method.name, name), (above.file, overridden.name, name), ())
                    for name in sorted(names)
                ]
        return []

    def _pass(self, file: int, path: str, parameter: Parameter) -> tuple[PassedInput | None, bool]:
        """What one argument is; whether more may be known of it later."""
        own = _OWN_PARAMETER.fullmatch(path)
        if own is not None:
            defaults = self._names.inputs.find_bound(file, own[1], f"%{own[2]}")
            found = [self._names.resolve_path(file, default) for default in defaults]
            given = tuple(one for each in found for one in _that_flow(each))
            return PassedInput(parameter, (file, own[1], own[2]), given), False
        passed = self._names.find(file, path)
        if passed is None:
            return None, False
        given = _that_flow(passed.meaning)
        is_open = isinstance(passed.meaning, Values) and passed.meaning.is_open
        return PassedInput(parameter, None, given) if given else None, is_open

    def _take(self, passed: PassedInput, waiting: deque[Parameter]) -> None:
        """Add what a call passes."""
        if passed.source is not None and passed.to not in self._passed_on[passed.source]:
            self._passed_on[passed.source][passed.to] = None
            waiting.append(passed.source)
        if self._add(passed.to, passed.ones):
            waiting.append(passed.to)

    def _targets(self, call: Flow, meaning: Meaning) -> _Targets:
        """The functions that a call may run, and how many of their parameters stand in front of its arguments."""
        if isinstance(meaning, External | Module):
            return []
        kind = meaning.kind if isinstance(meaning, PythonDefinition) else ""
        may_be_method = kind == "Method" or kind in VALUES or isinstance(meaning, Values)
        key = meaning, may_be_method and self._is_unbound(call)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._names.reading(self._find_targets, *key)
        else:
            self._names.note(known[1])
        return known[0]

    def _find_targets(self, meaning: Meaning, is_unbound: bool) -> _Targets:
        told: _Targets = []
        for one in self._names.follow_variables(meaning):
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
                if signature.manner in ("m", _ABSTRACT) and function == one and is_unbound:
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
        if isinstance(function, UnnamedValue):
            told = [path for step, path in self._names.parts(function) if step == "%"]
        else:
            told = list(self._names.find_bound(function, "%"))
        return self._signature_of(told[0]) if told else None

    def _add(self, parameter: Parameter, given: Iterable[One]) -> bool:
        """Add what a parameter may be; whether that is new. Of what is put into containers of others, functions count:
        values come from too far away to be sure of."""
        is_put = parameter[2][0] == "$"
        counted = [one for one in given if not is_put or is_callable(one)]
        return sum(self._given[parameter].add(one) for one in counted) > 0

    def _hand_along(self, waiting: deque[Parameter]) -> bool:
        """Hand on what is passed on as it is; whether anything was known to begin with."""
        changed = bool(waiting)
        pending = set(waiting)
        while waiting:
            source = waiting.popleft()
            if source not in pending:
                continue
            pending.discard(source)
            given = self._given.get(source)
            for target in self._passed_on.get(source, ()) if given is not None else ():
                if self._add(target, list(given)) and target not in pending:  # type: ignore[arg-type]
                    pending.add(target)
                    waiting.append(target)
        return changed


class GivenValues:
    """What a parameter is given, as far as it matters: no more of a kind than would be too many."""

    def __init__(self) -> None:
        self._callables: dict[One, None] = {}
        self._others: dict[One, None] = {}

    def __iter__(self) -> Iterator[One]:
        yield from self._callables
        yield from self._others

    def add(self, one: One) -> bool:
        """Add one; whether that is new."""
        kept, most = (self._callables, MAX_CALLABLES) if is_callable(one) else (self._others, MAX_VALUES)
        if one in kept or len(kept) > most:
            return False
        kept[one] = None
        return True

    def meaning(self) -> Values:
        """What the parameter may be."""
        found = several(self, PythonEvidence.ARGUMENT)
        of = found.of if isinstance(found, Values) else ()
        return Values(of, PythonEvidence.ARGUMENT, is_open=bool(of))


def _that_flow(meaning: Meaning | None) -> tuple[One, ...]:
    """What of a meaning is worth to be known of a parameter."""
    return tuple(
        one for one in ones(meaning) if isinstance(one, PythonDefinition | Instance | UnnamedValue | Undecorated)
    )


def _signature(text: str) -> Signature:
    manner, *named = text.split(" ")
    pairs = [each.partition(":") for each in named]
    return Signature(manner, {at: name for at, _, name in pairs if at}, frozenset(name for _, _, name in pairs))
