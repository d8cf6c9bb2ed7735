"""What parameters may be, and what others put into containers: both are known by calls of the whole repository.

Input: a function and the name of its parameter, or a variable and how deep something lies in what it holds. Output:
what that may be, as far as it is known in the round (see `python.flows`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from kgraph.assemble.evidence import PythonEvidence
from kgraph.assemble.python.fixtures import Fixtures
from kgraph.assemble.python.inputs import Inputs
from kgraph.assemble.python.meanings import Meaning, One, PythonDefinition, UnnamedValue, Values, several

_UNKNOWN = Values((), PythonEvidence.ARGUMENT, True)  # a parameter that nothing is known of, yet


class ParameterLookup(Protocol):
    """What is asked of the resolver here."""

    inputs: Inputs

    def find_bound(self, symbol: PythonDefinition, name: str) -> Sequence[str]: ...

    def resolve_path(self, file: int, path: str) -> Meaning | None: ...


class ParameterValues:
    """Finds what is passed."""

    def __init__(self, lookup: ParameterLookup, fixtures: Fixtures) -> None:
        self._lookup = lookup
        self._fixtures = fixtures

    def find_passed(self, function: One, name: str) -> Meaning | None:
        """What is passed to a parameter, by calls that are known; or put into a container (see `put`)."""
        if not isinstance(function, PythonDefinition | UnnamedValue):
            return None
        if name[0] == "$" and isinstance(function, PythonDefinition):
            return self.put(function, name)
        given = self._lookup.inputs.argument((function.file, function.name, name))
        if given is None and isinstance(function, PythonDefinition):
            given = self._fixtures.resolve_parameter(function, name)
        defaults = self._lookup.find_bound(function, f"%{name}") if isinstance(function, PythonDefinition) else ()
        if not defaults:
            return _UNKNOWN if given is None else given
        default = several(self._lookup.resolve_path(function.file, path) for path in defaults)
        found = several((given, default), PythonEvidence.ARGUMENT)
        return found._replace(is_open=True) if isinstance(found, Values) else _UNKNOWN

    def put(self, symbol: PythonDefinition, depth: str) -> Meaning | None:
        """What others put into the container that a variable or attribute holds, `depth` deep."""
        return self._lookup.inputs.argument((symbol.file, symbol.name, depth))
