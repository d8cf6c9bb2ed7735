"""What calls pass to parameters, from one build to the next.

Input: the files of a build, and what each flow passed in an earlier one. Output: what each parameter may be. Only flows
are looked up that an edit can have changed. Where these pass what they passed, parameters are given what they were;
else all that flows pass is propagated again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from kgraph.assemble.dependencies import Numbers
from kgraph.assemble.evidence import PythonEvidence
from kgraph.assemble.python.compared_files import ComparedFiles
from kgraph.assemble.python.flows import ROUNDS, FlowResult, PassedInput, Propagation
from kgraph.assemble.python.inputs import FINAL, Parameter
from kgraph.assemble.python.interfaces import PLACE
from kgraph.assemble.python.kept_reads import KeptReads, NewReads, ReadTables, unpack
from kgraph.assemble.python.meanings import Instance, Meaning, One, PythonDefinition, Undecorated, UnnamedValue, Values
from kgraph.assemble.python.meanings import ones as ones_of
from kgraph.assemble.python.resolver import PythonResolver
from kgraph.assemble.result_cache import ResultCache, resolver

_FLOWS = {"round": pl.UInt8, "file": PLACE, "place": PLACE, "is_open": pl.Boolean, "read": PLACE}
_PASSED = {"flow": PLACE, "to": PLACE, "source": PLACE, "one": PLACE}
_PARAMETERS = {"file": PLACE, "function": pl.String, "name": pl.String}
_GIVEN = {"round": pl.UInt8, "parameter": PLACE, "one": PLACE}
_ONES = {
    **{"how": pl.UInt8, "file": PLACE, "name": pl.String, "kind": pl.String},
    **{"above_file": PLACE, "above_name": pl.String, "above_kind": pl.String},
}
_DEFINITION, _INSTANCE, _UNDECORATED, _CELL = range(4)
_Place = Callable[[int], int]
Given = Mapping[int, Mapping[Parameter, Meaning]]  # by round


class KeptArguments:
    """What flows passed in an earlier build; see `flows.KeptFlows`."""

    def __init__(self, result_cache: ResultCache, files: ComparedFiles) -> None:
        self._result_cache = result_cache
        self._files = files
        data = result_cache.get(arguments_key())
        tables, frames = unpack(data) if data else (ReadTables.make_empty(), [])
        self._reads = KeptReads(tables, files)
        self._frames = _Frames(*frames) if frames else None
        self.verify(0)

    def flows(self, file: int) -> int | None:
        return self._counts.get(file)

    def load_passed(self, known_in: int, file: int, place: int) -> FlowResult | None:
        told = self._told[known_in].get((file, place)) if known_in < len(self._told) else None
        return told if told is not None and self._valid[told.read] else None

    def verify(self, known_in: int) -> None:
        self._reads.verify(known_in)
        self._valid = self._reads.valid

    @cached_property
    def _counts(self) -> Counter[int]:
        """How many flows each file has that says what it said."""
        if self._frames is None:
            return Counter()
        flows, numbers = self._frames.flows, self._reads.numbers
        is_same = pl.lit(pl.Series(self._reads.is_same, dtype=pl.Boolean)).gather("file")
        first_round = flows.filter((pl.col("round") == 0) & is_same)
        return Counter({numbers[file]: count for file, count in first_round.group_by("file").len().iter_rows()})

    @cached_property
    def _told(self) -> list[dict[tuple[int, int], FlowResult]]:
        """By round, file and place: of files that say what they said."""
        told: list[dict[tuple[int, int], FlowResult]] = [{} for _ in range(ROUNDS)]
        if self._frames:
            is_same, numbers = self._reads.is_same.tolist(), self._reads.numbers
            passed_by = self._group_passed(self._frames.passed)
            for flow, (known_in, file, place, is_open, read) in enumerate(self._frames.flows.iter_rows()):
                if is_same[file]:
                    told[known_in][numbers[file], place] = FlowResult(
                        passed_by.get(flow, ()), is_open, read, is_kept=True
                    )
        return told

    def _group_passed(self, passed: pl.DataFrame) -> dict[int, list[PassedInput]]:
        """What flows pass, by row of the frame of flows."""
        passed_by: dict[int, list[PassedInput]] = {}
        for flow, to, source, one in passed.iter_rows():
            given = () if one is None else (self._thing(one),)
            own = None if source is None else self._parameter(source)
            passed_by.setdefault(flow, []).append(PassedInput(self._parameter(to), own, given))
        return passed_by

    def _parameter(self, row: int) -> Parameter:
        file, function, name = self._parameters[row]
        return self._reads.numbers[file], function, name

    def _thing(self, row: int) -> One:
        how, *columns = self._things[row]
        return _thing(self._reads.numbers, how, tuple(columns[:3]), tuple(columns[3:]))

    @cached_property
    def _parameters(self) -> list[tuple[Any, ...]]:
        return self._frames.parameters.rows() if self._frames else []

    @cached_property
    def _things(self) -> list[tuple[Any, ...]]:
        return self._frames.ones.rows() if self._frames else []

    # --- where all is as it was ---------------------------------------------------------------------------------------

    def hold(self, propagation: Propagation) -> bool:
        """Whether all flows pass what they passed; then the resolver knows of parameters what was known.

        What parameters are given follows from what all flows pass, one after the other. So it is enough to look at
        flows that may pass anything else, and to see that those of each file pass the same as before.
        """
        frames = self._frames
        if frames is None or not frames.flows.height or not (self._reads.unchanged or self._reads.is_near):
            return False
        is_stale = ~self._valid[frames.flows["read"].to_numpy()] | ~self._reads.is_same[frames.flows["file"].to_numpy()]
        affected = np.union1d(
            np.flatnonzero(~self._reads.is_same), frames.flows["file"].filter(pl.Series(is_stale)).to_numpy()
        )
        former = self._load_previous(affected)
        rounds = int(frames.flows["round"].max()) + 1  # type: ignore[arg-type]
        pending: dict[int, Sequence[int]] = {
            file: range(propagation.count(self._reads.numbers[file]))
            for file in affected.tolist()
            if self._reads.numbers[file] in self._files.own
        }
        for known_in in range(rounds):
            is_open: dict[int, Sequence[int]] = {}
            for file, places in pending.items():
                number = self._reads.numbers[file]
                told = {place: self.find_passed(former, known_in, file, place) for place in places}
                now = {place: each or propagation.tell(number, place) for place, each in told.items()}
                was = former.get((known_in, file), {})
                if _sequence(now.values()) != _sequence(was.values()):
                    return False
                is_open[file] = [place for place, each in now.items() if each.is_open]
            pending = is_open
            if known_in + 1 < rounds:
                propagation.learn(_KeptParameters(self, known_in + 1), known_in + 1)
        if rounds < ROUNDS and any(pending.values()):
            return False
        propagation.learn(_KeptParameters(self, FINAL), FINAL)
        self._files.unchanged_arguments = self._reads.tables.everything
        return True

    def find_passed(
        self, former: Mapping[tuple[int, int], Mapping[int, FlowResult]], known_in: int, file: int, place: int
    ) -> FlowResult | None:
        """What a flow of a file passed, by the place of the file then, if that is still so."""
        told = former.get((known_in, file), {}).get(place)
        return told if told is not None and self._reads.is_same[file] and self._valid[told.read] else None

    def _load_previous(self, affected: Numbers) -> dict[tuple[int, int], dict[int, FlowResult]]:
        """What the flows of some files passed, by round, file and place of the flow."""
        if self._frames is None:
            return {}
        flows = self._frames.flows.with_row_index("flow").filter(pl.col("file").is_in(pl.Series(affected).implode()))
        passed_by = self._group_passed(self._frames.passed.join(flows.select("flow"), on="flow", how="semi"))
        former: dict[tuple[int, int], dict[int, FlowResult]] = {}
        for flow, known_in, file, place, is_open, read in flows.iter_rows():
            told = FlowResult(passed_by.get(flow, ()), is_open, read, is_kept=True)
            former.setdefault((known_in, file), {})[place] = told
        return former

    def load_given(self, known_in: int) -> dict[Parameter, list[int | None]]:
        """The rows of what parameters were given, as far as it was known in a round."""
        found: dict[Parameter, list[int | None]] = {}
        given = self._frames.given.filter(pl.col("round") == known_in) if self._frames else pl.DataFrame(schema=_GIVEN)
        for parameter, one in given.select("parameter", "one").iter_rows():
            found.setdefault(self._parameter(parameter), []).append(one)
        return found

    def values(self, rows: Sequence[int | None]) -> Values:
        """What a parameter may be."""
        of = tuple(self._thing(row) for row in rows if row is not None)
        return Values(of, PythonEvidence.ARGUMENT, is_open=bool(of))

    # --- for the next build -------------------------------------------------------------------------------------------

    def keep(self, rounds: Sequence[Mapping[tuple[int, int], FlowResult]], given: Given) -> None:
        """Keep what the flows of all rounds pass, and what parameters are given, by round."""
        self._files.is_kept_anew = True
        new = NewReads(self._reads, self._files)
        at_rest = self._files.places.__getitem__
        flows: list[tuple[int, int, int, bool, int]] = []
        passed: list[tuple[int, int, int | None, int | None]] = []
        given_rows: list[tuple[int, int, int | None]] = []
        parameters: dict[Parameter, int] = {}
        things: dict[One, int] = {}
        for known_in, told_in in enumerate(rounds):
            for (file, place), told in told_in.items():
                read = told.read if told.is_kept else new.number(told.read)
                for to, source, ones in told.passed:
                    at = parameters.setdefault(to, len(parameters))
                    of = None if source is None else parameters.setdefault(source, len(parameters))
                    some: list[int | None] = [things.setdefault(one, len(things)) for one in ones]
                    passed += [(len(flows), at, of, thing) for thing in some or [None]]
                flows.append((known_in, at_rest(file), place, told.is_open, read))
        for known_in, meanings in given.items():
            for parameter, meaning in meanings.items():
                at = parameters.setdefault(parameter, len(parameters))
                some = [things.setdefault(one, len(things)) for one in ones_of(meaning)]
                given_rows += [(known_in, at, thing) for thing in some or [None]]
        flow_frame = pl.DataFrame(flows, _FLOWS, orient="row")
        tables, reads = new.tables(flow_frame["read"])
        flow_frame = flow_frame.with_columns(read=reads)
        parameter_rows = [(at_rest(file), function, name) for file, function, name in parameters]
        frames = (
            flow_frame,
            pl.DataFrame(passed, _PASSED, orient="row"),
            pl.DataFrame(parameter_rows, _PARAMETERS, orient="row"),
            pl.DataFrame([_row(at_rest, one) for one in things], _ONES, orient="row"),
            pl.DataFrame(given_rows, _GIVEN, orient="row"),
        )
        self._result_cache.put(arguments_key(), tables.pack(*frames))


class _Frames(NamedTuple):
    """At rest; files have places among those of `ReadTables`."""

    flows: pl.DataFrame
    passed: pl.DataFrame
    parameters: pl.DataFrame
    ones: pl.DataFrame
    given: pl.DataFrame


class _KeptParameters(Mapping[Parameter, Meaning]):
    """What parameters were given as far as it was known in a round."""

    def __init__(self, kept: KeptArguments, known_in: int) -> None:
        self._kept = kept
        self._known_in = known_in

    @cached_property
    def _rows(self) -> dict[Parameter, list[int | None]]:
        return self._kept.load_given(self._known_in)

    def __getitem__(self, parameter: Parameter) -> Values:
        return self._kept.values(self._rows[parameter])

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def _sequence(told: Iterable[FlowResult]) -> list[tuple[Parameter, Parameter | None, One | None]]:
    """All that flows pass, thing by thing, as it is at rest."""
    inputs = (passed for each in told for passed in each.passed)
    return [(to, source, one) for to, source, ones in inputs for one in ones or (None,)]


class _NoFlows:
    """Of no earlier build."""

    def flows(self, _file: int) -> int | None:
        return None

    def load_passed(self, _known_in: int, _file: int, _place: int) -> FlowResult | None:
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
    if kept.hold(Propagation(names, kept)):
        return
    names.learn({}, 0)  # what was learned by the way is forgotten
    propagation = Propagation(names, kept)
    propagation.run(numbers)
    kept.keep(propagation.rounds, propagation.given)


def arguments_key() -> str:
    """The key of what flows passed."""
    return f"python flows:{resolver()}"


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
