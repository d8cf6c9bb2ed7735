"""What calls pass to parameters, from one build to the next.

Input: a name for all that this depends on. Output: what each parameter may be, found anew only where that has changed;
and a name for it, which most edits inside of a function leave as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from kgraph.assemble.python.meanings import Instance, Meaning, PythonDefinition, Undecorated, UnnamedValue, Values, ones
from kgraph.assemble.python.resolver import Parameter
from kgraph.assemble.result_cache import ResultCache, digest

Arguments = Mapping[Parameter, Meaning]


class _Value(msgspec.Struct, frozen=True, array_like=True):
    """One of the things that a parameter may be."""

    how: str  # "definition", "instance", "undecorated", "cell"
    file: int
    name: str
    kind: str = ""
    above: tuple[int, str, str] | None = None  # of an instance, as `super` sees it


class _Parameter(msgspec.Struct, frozen=True, array_like=True):
    file: int
    function: str
    name: str
    via: str
    is_open: bool
    values: tuple[_Value, ...]


def kept_arguments(key: str, result_cache: ResultCache | None, find: Callable[[], Arguments]) -> tuple[Arguments, str]:
    """What parameters may be, kept under a key, and a name for all that it says; `find` finds it anew."""
    if result_cache is None:
        return find(), ""
    data = result_cache.get(f"python arguments:{key}")
    if data:
        decoded = msgspec.msgpack.decode(data, type=list[_Parameter])
        arguments: Arguments = {(each.file, each.function, each.name): _decoded(each) for each in decoded}
    else:
        arguments = find()
        encoded = [_encoded(parameter, meaning) for parameter, meaning in arguments.items()]
        data = msgspec.msgpack.encode(sorted(encoded, key=lambda each: (each.file, each.function, each.name)))
        result_cache.put(f"python arguments:{key}", data)
    return arguments, digest(data.hex())


def _encoded(parameter: Parameter, meaning: Meaning) -> _Parameter:
    values = []
    for one in ones(meaning):
        match one:
            case PythonDefinition():
                values.append(_Value("definition", *one))
            case Instance():
                values.append(_Value("instance", *one.of, one.above))
            case Undecorated():
                values.append(_Value("undecorated", *one.of))
            case UnnamedValue():
                values.append(_Value("cell", *one))
    via, is_open = (meaning.via, meaning.is_open) if isinstance(meaning, Values) else ("", False)
    return _Parameter(*parameter, via, is_open, tuple(values))


def _decoded(parameter: _Parameter) -> Values:
    return Values(tuple(map(_value, parameter.values)), parameter.via, parameter.is_open)


def _value(kept: _Value) -> PythonDefinition | Instance | Undecorated | UnnamedValue:
    if kept.how == "cell":
        return UnnamedValue(kept.file, kept.name)
    definition = PythonDefinition(kept.file, kept.name, kept.kind)
    if kept.how == "definition":
        return definition
    if kept.how == "undecorated":
        return Undecorated(definition)
    return Instance(definition, PythonDefinition(*kept.above) if kept.above else None)
