"""Type parameters of types: in what order a type has them, what it gives its bases for theirs, and which of them its
methods give."""

from __future__ import annotations

from collections.abc import Sequence, Set

from tree_sitter import Node

from kgraph.extract.scoped.reader import ScopedReader
from kgraph.extract.scoped.scopes import LexicalScope, TypeAlias
from kgraph.scoped_languages import GIVEN_TYPE, TYPE_PARAMETERS, type_given

_MAX_TYPES = 9  # that a type is given


def note_type_parameters(reader: ScopedReader, inside: LexicalScope, names: Sequence[str]) -> None:
    """A type, the symbol of a scope, has type parameters."""
    if names:
        reader.notes(inside, TYPE_PARAMETERS, " ".join(names))


def note_types_of_base(
    reader: ScopedReader, inside: LexicalScope, base: str, given: Sequence[Node], own: Set[str]
) -> None:
    """What a type, the symbol of a scope, gives to a base of that simple name; `own` are its own type parameters."""
    for place, each in enumerate(given[:_MAX_TYPES]):
        if (name := reader.text(each)) in own:
            reader.notes(inside, type_given(base, place), f"={name}")
        else:
            reader.note_type(inside, type_given(base, place), TypeAlias(each, inside))


def note_given_type(reader: ScopedReader, inside: LexicalScope, name: str) -> None:
    """A method, the symbol of a scope, gives what a type parameter of its type stands for."""
    reader.notes(inside, GIVEN_TYPE, name)
