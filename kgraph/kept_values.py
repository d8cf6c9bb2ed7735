"""Values that a process keeps from one build to the next, each with all that it was made of.

Input: a name, what a value depends on, and how it is made. Output: the value; it is made again once that is another.
What it depends on is compared by `==`, which takes next to nothing where the objects are the same ones. There is one
value for each name, so that no more is kept than the last build used.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class KeptValues:
    """Values of the last build; nobody may change one."""

    def __init__(self, *, keeps: bool = True) -> None:
        """Without `keeps`, as in a process that builds once, all is made and nothing is held."""
        self.keeps = keeps
        self._values: dict[str, tuple[Any, Any]] = {}
        self._parts: dict[str, dict[Any, tuple[Any, Any]]] = {}

    def get_or_make(self, name: str, inputs: object, make: Callable[[], Value]) -> Value:
        """The value of a name, which depends on `inputs` alone."""
        if not self.keeps:
            return make()
        was = self._values.get(name)
        if was is None or was[0] != inputs:
            self._values.pop(name, None)  # that two are never held at once
            was = self._values[name] = (inputs, make())
        value: Value = was[1]
        return value

    def each(self, name: str, inputs: Mapping[Key, object], make: Callable[[Key], Value]) -> dict[Key, Value]:
        """By key the parts of a value, each of which depends on the input of that key alone."""
        was = self._parts.get(name, {})
        parts: dict[Key, tuple[object, Value]] = {}
        for key, own in inputs.items():
            part = was.get(key)
            parts[key] = part if part is not None and part[0] == own else (own, make(key))
        if self.keeps:
            self._parts[name] = parts
        return {key: value for key, (_, value) in parts.items()}
