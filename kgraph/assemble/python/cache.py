"""Cache of Python name resolution: what paths mean, as columns, from one build to the next.

Input: questions. Output: the same with their answers, which are places of symbols. A kept answer holds for as long as
all that was read for it is as it was (see `kept_reads`), and, of a question about a file's own names, all that the file
says of these. Questions that are new are asked, and those whose answers do not hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property

import numpy as np
import polars as pl

from kgraph.assemble.evidence import PythonEvidence
from kgraph.assemble.memo import Read
from kgraph.assemble.python.argument_cache import arguments_key, find_arguments
from kgraph.assemble.python.classes import Order
from kgraph.assemble.python.compared_files import ComparedFiles, names_key
from kgraph.assemble.python.interfaces import PLACE, ModuleInterfaces, PythonFiles
from kgraph.assemble.python.kept_answers import ANSWER, QUESTION, KeptAnswers
from kgraph.assemble.python.meanings import VALUES, External, PythonDefinition, Values, ones
from kgraph.assemble.python.modules import ModuleIndex
from kgraph.assemble.python.resolver import PythonResolver
from kgraph.assemble.result_cache import ResultCache

_METHODS = frozenset({"Method", "Property"})
_FUNCTIONS = frozenset({"Function", "Method"})

# The place of a symbol, or a dotted name outside of the repository; the evidence, "" where there is neither, so that
# null means not asked; and whether a call does not run it, as a function whose decorator gives another.
_Answer = tuple[int | None, str | None, str, bool]
_UNKNOWN: _Answer = (None, None, "", False)


class PathCache:
    """Answers questions about what Python files name."""

    def __init__(self, files: PythonFiles, modules: ModuleIndex, result_cache: ResultCache | None = None) -> None:
        self._files = files
        self._modules = modules
        self._result_cache = result_cache
        self._compared = ComparedFiles(files, modules, lambda: self._names_alone.inputs, result_cache)

    @cached_property
    def _interfaces(self) -> ModuleInterfaces:
        return ModuleInterfaces(self._files, self._modules)

    @cached_property
    def _names(self) -> PythonResolver:
        find_arguments(self._names_alone, self._compared, self._files.numbers, self._result_cache)
        return self._names_alone

    @cached_property
    def _names_alone(self) -> PythonResolver:
        """Without what is passed to parameters."""
        return PythonResolver(self._interfaces, self._modules, self._interfaces.other_parts)

    def release(self) -> None:
        """Drop everything that is needed to answer, which forms reference cycles: no collection finds it during a
        build."""
        for each in (vars(self).get("_names_alone"), self):
            if each is not None:
                vars(each).clear()

    def paths(self, uses: pl.DataFrame) -> pl.DataFrame:
        """Adds what is meant by the `path` that a file, `asker`, has; if it is `called`, what then runs.

        There is a row for each of several things that may be meant.
        """
        asked = uses.rename({"path": "name"})
        return self._answer_all("path", asked, self._path).rename({"name": "path"})

    def find_dotted_ids(self, names: Iterable[str]) -> dict[str, str]:
        """The ids of symbols by their dotted names, of those that are one."""
        asked = pl.DataFrame({"name": sorted(set(names)) if self._files.numbers else []}, schema={"name": pl.String})
        asked = asked.with_columns(asker=pl.lit(0, PLACE), called=False)
        answered = self._answer_all("dotted name", asked, self._resolve_dotted).drop_nulls("to")
        return dict(zip(answered["name"], self._files.symbols["id"].gather(answered["to"]), strict=True))

    def overrides(self) -> pl.DataFrame:
        """The places of methods, `at`, and of the nearest `to` that each overrides."""
        methods = self._files.names.filter(pl.col("kind").is_in(list(_METHODS)))
        asked = methods.rename({"file": "asker"}).with_columns(called=False)
        return self._answer_all("override", asked, self._override).drop_nulls("to")

    def _answer_all(self, what: str, asked: pl.DataFrame, answer: Callable[..., list[_Answer]]) -> pl.DataFrame:
        """All rows with their answers."""
        question = list(QUESTION)
        if self._result_cache is None:
            new = asked.select(question).unique(maintain_order=True)
            return asked.join(self._answer_new(new, answer)[0], on=question, how="left", maintain_order="left_right")
        self._retain(self._result_cache)
        kept = KeptAnswers(what, self._result_cache, self._compared, self._files, is_own=what == "override")
        if not kept.is_sure:
            self._names  # noqa: B018 what is passed to parameters may be another
        valid = kept.valid()
        questions = asked.select(question).unique(maintain_order=True)
        new = questions.join(valid, on=question, how="anti", maintain_order="left")
        if kept.is_sure and new.is_empty():
            return asked.join(valid, on=question, how="left", maintain_order="left_right")
        told, reads = self._answer_new(new, answer)
        told = told.join(
            new.with_columns(read=kept.number_reads(reads)), on=question, how="left", maintain_order="left"
        )
        every = pl.concat([valid.join(questions, on=question, how="semi"), told.select(valid.columns)])
        kept.keep(every)
        return asked.join(every, on=question, how="left", maintain_order="left_right")

    def _retain(self, result_cache: ResultCache) -> None:
        """Have what a later build may ask for kept, though this one may not ask."""
        result_cache.retain(names_key())
        result_cache.retain(arguments_key())

    def _answer_new(self, new: pl.DataFrame, answer: Callable[..., list[_Answer]]) -> tuple[pl.DataFrame, list[Read]]:
        """Questions with their answers, and what was read for each question."""
        found = [self._names.reading(answer, *question) for question in new.iter_rows()]
        places = np.repeat(np.arange(new.height), [len(told) for told, _ in found])
        rows = pl.DataFrame([row for told, _ in found for row in told], schema=ANSWER, orient="row")
        return new[places].hstack(rows), [read for _, read in found]

    # --- one by one -------------------------------------------------------------------------------------------------

    def _path(self, position: int, path: str, called: bool) -> list[_Answer]:
        meant = self._names.find(self._files.numbers[position], path)
        if meant is None:
            return [_UNKNOWN]
        meaning, evidence = meant
        if isinstance(meaning, External):
            return [(None, meaning.name, evidence, False)]
        if not called:
            told: list[_Answer] = [
                (self._row_of(one), None, evidence, False) for one in ones(meaning) if isinstance(one, PythonDefinition)
            ]
            return told or [_UNKNOWN]
        runs = self._names.runs.callees(meaning)
        is_weak = isinstance(meaning, Values)
        answers: list[_Answer] = [
            (self._row_of(one), None, evidence if is_weak else more or evidence, False) for one, more in runs
        ]
        ran = {one for one, _ in runs}
        short = path.rpartition(".")[2]
        answers += [  # what a decorator gives in place of it is called
            (self._row_of(one), None, evidence, True)
            for one in ones(meaning)
            if isinstance(one, PythonDefinition)
            and one.kind in _FUNCTIONS
            and one not in ran
            and (not is_weak or short == one.name.rpartition(".")[2])
        ]
        answers = answers or [_UNKNOWN]
        if isinstance(meaning, PythonDefinition) and meaning.kind in VALUES:
            answers.append((self._row_of(meaning), None, evidence, True))  # it is read, whatever it holds
        return answers

    def _resolve_dotted(self, _position: int, name: str, _called: bool) -> list[_Answer]:
        parts = name.split(".")
        for at in range(len(parts) - 1, 0, -1):
            found = self._names.find(self._files.numbers[0], f"{'.'.join(parts[:at])}:{'.'.join(parts[at:])}")
            if found and isinstance(found.meaning, PythonDefinition):
                return [(self._row_of(found.meaning), None, found.evidence, False)]
        return [_UNKNOWN]

    def _override(self, position: int, name: str, _called: bool) -> list[_Answer]:
        number = self._files.numbers[position]
        owner, _, short = name.rpartition(".")
        cls = PythonDefinition(number, owner, "Class")
        if self._names.paths_of_bases(cls):
            overridden = [self._overridden(order, short) for order in self._names.orders(cls)]
            methods = dict.fromkeys(method for method in overridden if method is not None)
            is_sure = len(methods) == 1 and None not in overridden
            evidence = PythonEvidence.MRO if is_sure else PythonEvidence.ONE_OF_SEVERAL
            return [(self._row_of(method), None, evidence, False) for method in methods] or [_UNKNOWN]
        return [_UNKNOWN]

    def _overridden(self, order: Order, name: str) -> PythonDefinition | None:
        for above in order[1:]:
            base = f"{above.name}.{name}"
            if (kind := self._names.inputs.kind(above.file, base)) is not None:
                return PythonDefinition(above.file, base, kind) if kind in _METHODS else None
        return None

    def _row_of(self, symbol: PythonDefinition) -> int | None:
        return self._interfaces[symbol.file].rows.get(symbol.name)
