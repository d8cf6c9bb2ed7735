"""What the type parameters of a type stand for in the types that are derived from it.

Input: what heads of types give to their bases, as `extract.scoped.type_arguments` notes it. Output: the type that a
method of a base gives, which is declared to give a type parameter: `class Builder : Base<Stream, Builder>` makes
`Base<T, B>.set(): B` give a `Builder`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kgraph.assemble.scoped.meanings import ResolvedPath
from kgraph.assemble.scoped.program import Program, ProgramDefinition
from kgraph.scoped_languages import GIVEN_TYPE, TYPE_PARAMETERS, type_given

_MAX_TYPES = 60  # on the way from a type to a base

Find = Callable[[int, str], ResolvedPath | None]
Place = tuple[int, str]  # a path, and the file that it stands in


def find_returned_parameter(program: Program, method: ProgramDefinition) -> str:
    """The type parameter that all declarations of a method are declared to give; "" where there is none."""
    names = {program.holdings.get((each.row, GIVEN_TYPE), "") for each in program.declarations[method]}
    return names.pop() if len(names) == 1 else ""


def resolve_type_parameter(
    program: Program, find: Find, receiver: ProgramDefinition, owner: ProgramDefinition, parameter: str
) -> Place | None:
    """What a type parameter of a base stands for in a type; None where that is not known, or is another parameter."""
    pending: list[tuple[ProgramDefinition, Mapping[str, Place]]] = [(receiver, {})]
    seen = {receiver}
    while pending and len(seen) <= _MAX_TYPES:
        of, known = pending.pop()
        if of == owner:
            return known.get(parameter)
        for file, path in program.bases.get(of, ()):
            found = find(file, path)
            base = found.meaning if found is not None else None
            if isinstance(base, ProgramDefinition) and base.group == "type" and base not in seen:
                seen.add(base)
                pending.append((base, _bind_base_parameters(program, of, base, known)))
    return None


def _bind_base_parameters(
    program: Program, of: ProgramDefinition, base: ProgramDefinition, known: Mapping[str, Place]
) -> dict[str, Place]:
    """What the parameters of a base stand for, where those of the type that has it stand for what is known."""
    given: dict[str, Place] = {}
    name = base.name.rpartition(program.separator)[2]
    for place, parameter in enumerate(_parameters(program, base)):
        for each in program.declarations.get(of, ()):
            path = program.holdings.get((each.row, type_given(name, place)))
            if path is None:
                continue
            if path[0] != "=":
                given[parameter] = each.file, path
            elif path[1:] in known:
                given[parameter] = known[path[1:]]
    return given


def _parameters(program: Program, of: ProgramDefinition) -> list[str]:
    declared = program.declarations.get(of, ())
    return next(
        (found.split() for each in declared if (found := program.holdings.get((each.row, TYPE_PARAMETERS)))), []
    )
