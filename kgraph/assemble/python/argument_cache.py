"""What calls pass to parameters, from one build to the next.

Input: the files of a build, and what each flow passed in an earlier one. Output: what each parameter may be: all that
flows pass is handed along anew, but only those are looked up that an edit can have changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import polars as pl

from kgraph.assemble.python.compared_files import ComparedFiles
from kgraph.assemble.python.flows import Passed, Propagation, Told
from kgraph.assemble.python.inputs import Parameter
from kgraph.assemble.python.interfaces import PLACE
from kgraph.assemble.python.kept_reads import KeptReads, NewReads, ReadTables, unpacked
from kgraph.assemble.python.meanings import Instance, One, PythonDefinition, Undecorated, UnnamedValue
from kgraph.assemble.python.resolver import PythonResolver
from kgraph.assemble.result_cache import ResultCache, resolver

_FLOWS = {"round": pl.UInt8, "file": PLACE, "place": PLACE, "is_open": pl.Boolean, "read": PLACE}
_PASSED = {"flow": PLACE, "to": PLACE, "source": PLACE, "one": PLACE}
_PARAMETERS = {"file": PLACE, "function": pl.String, "name": pl.String}
_ONES = {
    **{"how": pl.UInt8, "file": PLACE, "name": pl.String, "kind": pl.String},
    **{"above_file": PLACE, "above_name": pl.String, "above_kind": pl.String},
}
_DEFINITION, _INSTANCE, _UNDECORATED, _CELL = range(4)
_Place = Callable[[int], int]


class KeptArguments:
    """What flows passed in an earlier build; see `flows.KeptFlows`."""

    def __init__(self, result_cache: ResultCache, files: ComparedFiles) -> None:
        self._result_cache = result_cache
        self._files = files
        self._key = f"python flows:{resolver()}"
        data = result_cache.get(self._key)
        tables, self._frames = unpacked(data) if data else (ReadTables.none(), [])
        self._reads = KeptReads(tables, files)
        self._told: list[dict[tuple[int, int], Told]] = []
        self._counts: Counter[int] = Counter()
        if self._frames:
            self._decode()
        self._asked = 0
        self.verify(0)

    def flows(self, file: int) -> int | None:
        return self._counts.get(file)

    def told(self, known_in: int, file: int, place: int) -> Told | None:
        told = self._told[known_in].get((file, place)) if known_in < len(self._told) else None
        if told is not None and self._valid[told.read]:
            return told
        self._asked += 1
        return None

    def verify(self, known_in: int) -> None:
        self._reads.verify(known_in)
        self._valid = self._reads.valid.tolist()

    def _decode(self) -> None:
        flows, passed, parameters, ones = self._frames
        is_same = self._reads.is_same.tolist()
        number_of = self._reads.numbers
        some = [
            (number_of[file], function, name)
            for file, function, name in zip(*(parameters[name] for name in _PARAMETERS), strict=True)
        ]
        things = [_thing(number_of, row[0], row[1:4], row[4:]) for row in ones.iter_rows()]
        passed_by: dict[int, list[Passed]] = {}
        for flow, to, source, one in passed.iter_rows():
            given = () if one is None else (things[one],)
            own = None if source is None else some[source]
            passed_by.setdefault(flow, []).append(Passed(some[to], own, given))
        self._told = [{} for _ in range(3)]
        for flow, (known_in, file, place, is_open, read) in enumerate(flows.iter_rows()):
            if is_same[file]:
                self._told[known_in][number_of[file], place] = Told(
                    passed_by.get(flow, ()), is_open, read, is_kept=True
                )
        self._counts.update(file for file, _ in self._told[0])

    def keep(self, rounds: Sequence[Mapping[tuple[int, int], Told]]) -> None:
        """Keep what the flows of all rounds pass, if that is not what it was."""
        if not self._asked and self._reads.unchanged:
            return
        new = NewReads(self._reads, self._files)
        at_rest = self._files.places.__getitem__
        flows: list[tuple[int, int, int, bool, int]] = []
        passed: list[tuple[int, int, int | None, int | None]] = []
        parameters: dict[Parameter, int] = {}
        things: dict[One, int] = {}
        for known_in, told_in in enumerate(rounds):
            for (file, place), told in told_in.items():
                read = told.read if told.is_kept else new.number(told.read)
                for to, source, ones in told.passed:
                    at = parameters.setdefault(to, len(parameters))
                    of = None if source is None else parameters.setdefault(source, len(parameters))
                    given: list[int | None] = [things.setdefault(one, len(things)) for one in ones]
                    passed += [(len(flows), at, of, thing) for thing in given or [None]]
                flows.append((known_in, at_rest(file), place, told.is_open, read))
        flow_frame = pl.DataFrame(flows, _FLOWS, orient="row")
        tables, reads = new.tables(flow_frame["read"])
        flow_frame = flow_frame.with_columns(read=reads)
        parameter_rows = [(at_rest(file), function, name) for file, function, name in parameters]
        frames = (
            flow_frame,
            pl.DataFrame(passed, _PASSED, orient="row"),
            pl.DataFrame(parameter_rows, _PARAMETERS, orient="row"),
            pl.DataFrame([_row(at_rest, one) for one in things], _ONES, orient="row"),
        )
        self._result_cache.put(self._key, tables.packed(*frames))


class _NoFlows:
    """Of no earlier build."""

    def flows(self, _file: int) -> int | None:
        return None

    def told(self, _known_in: int, _file: int, _place: int) -> Told | None:
        return None

    def verify(self, _known_in: int) -> None:
        pass


def find_arguments(
    names: PythonResolver, files: ComparedFiles, numbers: Sequence[int], result_cache: ResultCache | None
) -> None:
    """Set what the resolver knows of parameters."""
    if result_cache is None:
        Propagation(names, _NoFlows()).run(numbers)
        return
    kept = KeptArguments(result_cache, files)
    propagation = Propagation(names, kept)
    propagation.run(numbers)
    kept.keep(propagation.rounds)


def _thing(
    numbers: Sequence[int], how: int, definition: tuple[int, str, str], above: tuple[int | None, str, str]
) -> One:
    file, name, kind = definition
    if how == _CELL:
        return UnnamedValue(numbers[file], name)
    one = PythonDefinition(numbers[file], name, kind)
    if how == _DEFINITION:
        return one
    if how == _UNDECORATED:
        return Undecorated(one)
    return Instance(one, None if above[0] is None else PythonDefinition(numbers[above[0]], *above[1:]))


def _row(at_rest: _Place, one: One) -> tuple[object, ...]:
    none = (None, None, None)
    match one:
        case UnnamedValue():
            return (_CELL, at_rest(one.file), one.name, None, *none)
        case PythonDefinition():
            return (_DEFINITION, at_rest(one.file), one.name, one.kind, *none)
        case Undecorated():
            return (_UNDECORATED, at_rest(one.of.file), *one.of[1:], *none)
        case Instance():
            above = (at_rest(one.above.file), *one.above[1:]) if one.above else none
            return (_INSTANCE, at_rest(one.of.file), *one.of[1:], *above)
    raise TypeError(one)  # pragma: no cover
