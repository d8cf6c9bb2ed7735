"""Cache of Python name resolution: what paths mean, as columns, from one build to the next.

Input: questions. Output: the same with their answers, which are places of symbols. Kept answers hold for as long as
files show the same to each other, and pass the same to parameters: then only questions that are new are asked, with
those about own names of a file that says something else of these. Else all are asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property

import polars as pl

from kgraph.assemble.evidence import PythonEvidence
from kgraph.assemble.python.argument_cache import Arguments, kept_arguments
from kgraph.assemble.python.flows import Propagation, flows
from kgraph.assemble.python.interfaces import PLACE, ModuleInterfaces, PythonFiles
from kgraph.assemble.python.meanings import External, PythonDefinition, Values, ones
from kgraph.assemble.python.modules import ModuleIndex
from kgraph.assemble.python.resolver import PythonResolver
from kgraph.assemble.result_cache import ResultCache, from_ipc, resolver, to_ipc

_METHODS = frozenset({"Method", "Property"})
_FUNCTIONS = frozenset({"Function", "Method"})

# The place of a symbol, or a dotted name outside of the repository; the evidence, "" where there is neither, so that
# null means not asked; and whether a call does not run it, as a function whose decorator gives another.
_Answer = tuple[int | None, str | None, str, bool]
_ANSWER = {"to": PLACE, "outside": pl.String, "evidence": pl.String, "only_named": pl.Boolean}
_UNKNOWN: _Answer = (None, None, "", False)


class PathCache:
    """Answers questions about what Python files name."""

    def __init__(self, files: PythonFiles, modules: ModuleIndex, result_cache: ResultCache | None = None) -> None:
        self._files = files
        self._modules = modules
        self._result_cache = result_cache

    @cached_property
    def _interfaces(self) -> ModuleInterfaces:
        return ModuleInterfaces(self._files, self._modules)

    @cached_property
    def _names(self) -> PythonResolver:
        names = self._names_alone
        names.arguments = self._passed[0]
        return names

    @cached_property
    def _names_alone(self) -> PythonResolver:
        """Without what is passed to parameters."""
        return PythonResolver(self._interfaces, self._modules, self._interfaces.other_parts)

    @cached_property
    def _passed(self) -> tuple[Arguments, str]:
        """What is passed to parameters, and a name for all that answers depend on, but for what a file says of its own
        names."""
        shown = passed = ""
        if self._result_cache is not None:
            shown, passed = self._files.digests(self._modules.layout(self._files.numbers))
            shown = f"{resolver()}:{shown}"

        def found() -> Arguments:
            every = (self._interfaces[number] for number in self._files.numbers)
            Propagation(self._names_alone, self._interfaces).run(flows(every))
            return self._names_alone.arguments

        arguments, name = kept_arguments(f"{shown}:{passed}", self._result_cache, found)
        return arguments, f"{shown}:{name}"

    @cached_property
    def _own(self) -> pl.Expr:
        """What each asker says of its own names, "" where that is not asked."""
        if self._result_cache is None:
            return pl.lit("")
        digests = pl.lit(self._files.own_digests())
        return pl.when(pl.col("path").str.starts_with(":")).then(digests.gather("asker")).otherwise(pl.lit(""))

    def paths(self, uses: pl.DataFrame) -> pl.DataFrame:
        """Adds what is meant by the `path` that a file, `asker`, has; if it is `called`, what then runs.

        There is a row for each of several things that may be meant.
        """
        uses = uses.with_columns(own=self._own)
        return self._answered("path", uses, ["asker", "path", "called", "own"], self._path).drop("own")

    def dotted(self, names: Iterable[str]) -> dict[str, str]:
        """The ids of symbols by their dotted names, of those that are one."""
        asked = pl.DataFrame({"name": sorted(set(names))}, schema={"name": pl.String})
        answered = self._answered("dotted name", asked, ["name"], self._dotted).drop_nulls("to")
        return dict(zip(answered["name"], self._files.symbols["id"].gather(answered["to"]), strict=True))

    def overrides(self) -> pl.DataFrame:
        """The places of methods, `at`, and of the nearest `to` that each overrides."""
        methods = self._files.names.filter(pl.col("kind").is_in(list(_METHODS))).with_columns(
            own=self._own if self._result_cache is None else pl.lit(self._files.own_digests()).gather("file")
        )
        return self._answered("override", methods, ["file", "name", "own"], self._override).drop_nulls("to")

    def _answered(
        self, what: str, asked: pl.DataFrame, question: list[str], answer: Callable[..., list[_Answer]]
    ) -> pl.DataFrame:
        """All rows with their answers; `question` names the columns that say what is asked."""
        key = f"python {what}:{self._passed[1]}"
        data = self._result_cache.get(key) if self._result_cache is not None else None
        cached = from_ipc(data) if data else None
        answered = _join_answers(asked, cached, question)
        new = answered.filter(pl.col("evidence").is_null()).select(question).unique(maintain_order=True)
        if new.is_empty():
            return answered
        answers = [answer(*each) for each in new.iter_rows()]
        places = pl.Series([place for place, told in enumerate(answers) for _ in told], dtype=PLACE)
        told = pl.DataFrame([row for told in answers for row in told], schema=_ANSWER, orient="row")
        updated = new.select(pl.all().gather(places)).hstack(told)
        if cached is not None:  # without those that nobody asks any more
            updated = pl.concat([cached.join(asked, on=question, how="semi"), updated])
        if self._result_cache is not None:
            self._result_cache.put(key, to_ipc(updated))
        return _join_answers(asked, updated, question)

    # --- one by one -------------------------------------------------------------------------------------------------

    def _path(self, position: int, path: str, called: bool, _own: str) -> list[_Answer]:
        meant = self._names.find(self._files.numbers[position], path)
        if meant is None:
            return [_UNKNOWN]
        meaning, evidence = meant
        if isinstance(meaning, External):
            return [(None, meaning.name, evidence, False)]
        if not called:
            told: list[_Answer] = [
                (self._at(one), None, evidence, False) for one in ones(meaning) if isinstance(one, PythonDefinition)
            ]
            return told or [_UNKNOWN]
        runs = self._names.runs.callees(meaning)
        is_weak = isinstance(meaning, Values)
        answers: list[_Answer] = [
            (self._at(one), None, evidence if is_weak else more or evidence, False) for one, more in runs
        ]
        if (
            isinstance(meaning, PythonDefinition)
            and meaning.kind in _FUNCTIONS
            and all(one != meaning for one, _ in runs)
        ):
            answers.append((self._at(meaning), None, evidence, True))  # its decorator gives another
        return answers or [_UNKNOWN]

    def _dotted(self, name: str) -> list[_Answer]:
        parts = name.split(".")
        for at in range(len(parts) - 1, 0, -1) if self._files.numbers else ():
            found = self._names.find(self._files.numbers[0], f"{'.'.join(parts[:at])}:{'.'.join(parts[at:])}")
            if found and isinstance(found.meaning, PythonDefinition):
                return [(self._at(found.meaning), None, found.evidence, False)]
        return [_UNKNOWN]

    def _override(self, position: int, name: str, _own: str) -> list[_Answer]:
        number = self._files.numbers[position]
        owner, _, short = name.rpartition(".")
        if owner in self._interfaces[number].bases:
            for cls in self._names.order(PythonDefinition(number, owner, "Class"))[1:]:
                base = f"{cls.name}.{short}"
                if (kind := self._interfaces[cls.file].kinds.get(base)) is not None:
                    if kind not in _METHODS:
                        break
                    return [(self._at(PythonDefinition(cls.file, base, kind)), None, PythonEvidence.MRO, False)]
        return [_UNKNOWN]

    def _at(self, symbol: PythonDefinition) -> int | None:
        return self._interfaces[symbol.file].rows.get(symbol.name)


def _join_answers(asked: pl.DataFrame, answers: pl.DataFrame | None, question: list[str]) -> pl.DataFrame:
    if answers is None:
        return asked.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in _ANSWER.items())
    return asked.join(answers, on=question, how="left", maintain_order="left_right")
