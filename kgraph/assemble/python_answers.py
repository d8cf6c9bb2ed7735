"""What paths of Python mean, as columns, kept from one build to the next.

Comes in: questions. Goes out: the same with their answers, which are places of symbols. Kept answers hold for as long
as files show the same to each other: then only questions that are new are asked, and else all are asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property

import polars as pl

from kgraph.assemble.imports import Modules
from kgraph.assemble.kept import Kept, packed, resolver, unpacked
from kgraph.assemble.python_files import PLACE, PythonFiles, Shown
from kgraph.assemble.python_names import External, Names, Symbol

METHODS = frozenset({"Method", "Property"})

# The place of a symbol, or a dotted name outside of the repository; and the evidence. Nothing where it is not known.
_Answer = tuple[int | None, str | None, str | None]
_ANSWER = {"to": PLACE, "outside": pl.String, "evidence": pl.String}
_UNKNOWN: _Answer = (None, None, None)


class Answers:
    """Answers questions about what Python files name."""

    def __init__(self, files: PythonFiles, modules: Modules, kept: Kept | None = None) -> None:
        self._files = files
        self._modules = modules
        self._kept = kept
        self._key = f"{resolver()}:{files.digest(modules.layout(files.numbers))}" if kept is not None else ""

    @cached_property
    def _shown(self) -> Shown:
        return Shown(self._files)

    @cached_property
    def _names(self) -> Names:
        return Names(self._shown, self._modules)

    def paths(self, questions: pl.DataFrame) -> pl.DataFrame:
        """What paths mean: `file`, `path`, and whether it is called, which is to ask for what then runs."""
        return self._answered("path", questions, self._path)

    def dotted(self, names: Iterable[str]) -> dict[str, str]:
        """The ids of symbols by their dotted names, of those that are one."""
        questions = pl.DataFrame({"name": sorted(set(names))}, schema={"name": pl.String})
        told = self._answered("dotted name", questions, self._dotted).drop_nulls("to")
        return dict(zip(told["name"], self._files.symbols["id"].gather(told["to"]), strict=True))

    def overrides(self) -> pl.DataFrame:
        """The places of methods, `at`, and of the nearest `to` that each overrides."""
        methods = self._files.names.filter(pl.col("kind").is_in(METHODS)).select("file", "name", "at")
        return self._answered("override", methods, self._override).select("at", "to").drop_nulls()

    def _answered(self, what: str, questions: pl.DataFrame, answer: Callable[..., _Answer]) -> pl.DataFrame:
        """All questions with their answers, in any order, and perhaps some that were asked before."""
        key = f"python {what}:{self._key}"
        data = self._kept.get(key) if self._kept is not None else None
        known = unpacked(data) if data else None
        new = questions if known is None else questions.join(known, on=questions.columns, how="anti")
        if known is not None and new.is_empty():
            return known
        asked = [answer(*question) for question in new.iter_rows()]
        answers = new.hstack(pl.DataFrame(asked, schema=_ANSWER, orient="row"))
        if known is not None:
            answers = pl.concat([known.join(questions, on=questions.columns, how="semi"), answers])
        if self._kept is not None:
            self._kept.put(key, packed(answers))
        return answers

    # --- one by one -------------------------------------------------------------------------------------------------

    def _path(self, place: int, path: str, called: bool) -> _Answer:
        found = self._names.find(self._files.numbers[place], path)
        if found is None:
            return _UNKNOWN
        meaning, evidence = found
        if isinstance(meaning, External):
            return None, meaning.name, evidence
        target = self._names.callee(meaning) if called else meaning
        return (self._at(target), None, evidence) if isinstance(target, Symbol) else _UNKNOWN

    def _dotted(self, name: str) -> _Answer:
        parts = name.split(".")
        for at in range(len(parts) - 1, 0, -1) if self._files.numbers else ():
            found = self._names.find(self._files.numbers[0], f"{'.'.join(parts[:at])}:{'.'.join(parts[at:])}")
            if found and isinstance(found.meaning, Symbol):
                return self._at(found.meaning), None, None
        return _UNKNOWN

    def _override(self, place: int, name: str, _: int) -> _Answer:
        number = self._files.numbers[place]
        owner, short = name.rpartition(".")[::2]
        if owner in self._shown[number].bases:
            for cls in self._names.order(Symbol(number, owner, "Class"))[1:]:
                base = f"{cls.name}.{short}"
                if (kind := self._shown[cls.file].kinds.get(base)) is not None:
                    return (self._at(Symbol(cls.file, base, kind)), None, None) if kind in METHODS else _UNKNOWN
        return _UNKNOWN

    def _at(self, symbol: Symbol) -> int | None:
        return self._shown[symbol.file].rows.get(symbol.name)
