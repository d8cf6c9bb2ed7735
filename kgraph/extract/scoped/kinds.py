"""Tables by the type of a node, as tables by the numbers that its grammar has for types.

Input: a grammar, and mappings from types. Output: the same by number. A node has its number at hand, but spells its
type again each time that it is asked; and so with the names of fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from tree_sitter import Language

from kgraph.extract.treesitter.walk import parser

Value = TypeVar("Value")

_ERROR = 65_535  # the number of what could not be parsed, which no grammar lists


class GrammarKinds:
    """The numbers of one grammar."""

    def __init__(self, language: Language) -> None:
        self._numbers: dict[str, list[int]] = {"ERROR": [_ERROR]}
        self._tables: dict[int, tuple[Mapping[str, Any], dict[int, Any]]] = {}
        for number in range(language.node_kind_count):
            self._numbers.setdefault(language.node_kind_for_id(number) or "", []).append(number)
        self.comments = frozenset(
            number for name, numbers in self._numbers.items() if "comment" in name for number in numbers
        )
        self._fields: dict[tuple[str, ...], list[tuple[int, bool]]] = {}
        fields = range(1, language.field_count + 1)
        self.fields: dict[str, int] = {language.field_name_for_id(number) or "": number for number in fields}

    def translate(self, table: Mapping[str, Value]) -> Mapping[int, Value]:
        """A table by numbers; it must not change afterwards."""
        known = self._tables.get(id(table))
        if known is None:
            numbered = {number: value for name, value in table.items() for number in self._numbers.get(name, ())}
            known = self._tables[id(table)] = (table, numbered)  # kept, so that its id is that of no other one
        return known[1]

    def reverse_fields(self, names: tuple[str, ...], repeated: frozenset[str]) -> list[tuple[int, bool]]:
        """The numbers of some fields, the last one first, each with whether it is one of those that are repeated."""
        known = self._fields.get(names)
        if known is None:
            numbered = [(self.fields[name], name in repeated) for name in reversed(names) if name in self.fields]
            known = self._fields[names] = numbered
        return known


@cache
def grammar_kinds(module: str, function: str) -> GrammarKinds:
    """The numbers of an installed grammar."""
    parse = parser(module, function)
    assert parse is not None and parse.language is not None  # noqa: S101 - whoever chooses a reader has looked
    return GrammarKinds(parse.language)
