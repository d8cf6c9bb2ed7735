"""Fixtures of pytest: what is passed to the parameters of tests, by name.

Input: a function that pytest calls, and a parameter. Output: the value of the nearest fixture of that name: of the
test's class, its file, or a `conftest.py` of its folder or one around it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, Protocol

from kgraph.assemble.evidence import PythonEvidence
from kgraph.assemble.python.meanings import Meaning, One, PythonDefinition, UnnamedValue, ones, several


class FixtureLookup(Protocol):
    """What is asked of the resolver here."""

    def find_bound(self, symbol: PythonDefinition, name: str) -> Sequence[str]: ...

    def ask(self, question: Hashable, find: Callable[..., Any], *arguments: object) -> Any: ...

    def symbol(self, file: int, name: str) -> PythonDefinition | None: ...

    def conftests(self, file: int) -> Iterable[int]: ...

    def result(self, function: PythonDefinition, receiver: Meaning | None) -> Meaning | None: ...

    def resolve_entered(self, meaning: One) -> Meaning | None: ...


class Fixtures:
    """Finds what pytest passes."""

    def __init__(self, lookup: FixtureLookup) -> None:
        self._lookup = lookup

    def resolve_parameter(self, function: PythonDefinition, name: str) -> Meaning | None:
        """What a parameter of a test or fixture is; nothing of other functions."""
        is_test = function.name.rpartition(".")[2].startswith("test")
        if not is_test and not self._lookup.find_bound(function, "@fixture"):
            return None
        question = ("fixture", function.file, function.name, name)
        return self._lookup.ask(question, self._find_fixture, function, name)  # type: ignore[no-any-return]

    def _find_fixture(self, function: PythonDefinition, name: str) -> Meaning | None:
        owner = function.name.rpartition(".")[0]
        own = [(function.file, f"{owner}.{name}")] if owner else []
        around = [(file, name) for file in self._lookup.conftests(function.file)]
        for file, qualified in (*own, (function.file, name), *around):
            fixture = self._lookup.symbol(file, qualified)
            if fixture is not None and fixture != function and self._lookup.find_bound(fixture, "@fixture"):
                values = ones(self._lookup.result(fixture, None))
                yielded = (
                    self._lookup.resolve_entered(one) if isinstance(one, UnnamedValue) else one for one in values
                )
                return several(yielded, PythonEvidence.ARGUMENT)
        return None
