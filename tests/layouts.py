"""How a frame may lie in memory, and calls of kgraph's functions that take frames, to be made again in other ones.

polars keeps a column as chunks, some empty or a part of a longer buffer; what a function answers must not depend
on that. `Layout.of(frame)` gives the same rows laid out otherwise. A `Recorder` notes, within `with`, one call of every
function of the package that is handed frames, and `Call.made` makes it again with other layouts.
"""

from __future__ import annotations

import copy
import copyreg
import enum
import importlib
import inspect
import io
import pkgutil
import re
import sqlite3
import sys
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import wraps
from itertools import pairwise
from typing import Any

import msgspec
import numpy as np
import polars as pl
import pytest
import rdflib
import scipy.sparse as sp

import kgraph

FRAMES = re.compile(r"\b(pl\.(DataFrame|Series|LazyFrame)|Graph|WholeGraph|PropertyGraph|ViewIndex)\b")
_MAX_DEPTH = 4  # containers around a frame


@dataclass(frozen=True)
class Layout:
    """Cuts as shares of the rows, whether an empty chunk follows each, and whether the rows are all left out."""

    cuts: tuple[float, ...] = ()
    gaps: tuple[bool, ...] = ()
    sliced: bool = False
    empty: bool = False

    def of(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows of `frame`, or none of them, in chunks."""
        if self.empty:
            frame = frame.clear()
        frame = frame.rechunk()
        if not frame.width:
            return frame
        ends = [0, *sorted(round(cut * frame.height) for cut in self.cuts), frame.height]
        parts, kept = [], []
        if self.sliced:
            parts, kept = [_other_row(frame)], [True]
        for number, (start, end) in enumerate(pairwise(ends)):
            parts.append(frame.slice(start, end - start))
            kept += [True] * (end - start)
            if number < len(self.gaps) and self.gaps[number]:  # `filter` takes it out, and leaves an empty chunk
                parts.append(_other_row(frame))
                kept.append(False)
        whole = pl.concat(parts, rechunk=False).filter(pl.Series(kept, dtype=pl.Boolean))
        return whole.slice(1) if self.sliced else whole

    def series(self, values: pl.Series) -> pl.Series:
        return self.of(values.to_frame()).to_series()


CONTIGUOUS = Layout()
EMPTY = Layout(empty=True)
# Every kind once: cut, an empty chunk inside, empty ones around, a part of longer buffers, and no rows at all.
LAYOUTS = {
    "chunked": Layout((0.3, 0.6)),
    "an empty chunk inside": Layout((0.5,), (True,)),
    "empty chunks around": Layout((0.0, 0.5, 1.0), (True, True, True)),
    "sliced": Layout((0.5,), (), sliced=True),
    "sliced, with an empty chunk inside": Layout((0.5,), (True, True), sliced=True),
    "empty in chunks": Layout((0.0, 0.0), (True, True), empty=True),
    "empty, sliced": Layout((0.0,), (True,), sliced=True, empty=True),
}


def _other_row(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.head(1) if frame.height else frame.clear(1)


def variants(frame: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The rows of a frame, and none of them, in every kind of layout."""
    return {name: layout.of(frame) for name, layout in LAYOUTS.items()}


def laid_out(value: Any, layout: Layout, seen: dict[int, Any] | None = None) -> Any:
    """A value whose frames, however deep, are laid out so. Values of kgraph are changed in place: hand in a copy."""
    seen = {} if seen is None else seen
    if id(value) in seen:
        return seen[id(value)]
    match value:
        case pl.DataFrame():
            return layout.of(value)
        case pl.Series():
            return layout.series(value)
        case types.MappingProxyType():
            return types.MappingProxyType({key: laid_out(each, layout, seen) for key, each in value.items()})
        case dict():
            seen[id(value)] = value
            for key in list(value):
                value[key] = laid_out(value[key], layout, seen)
            return value
        case list():
            seen[id(value)] = value
            value[:] = [laid_out(each, layout, seen) for each in value]
            return value
        case tuple():
            parts = [laid_out(each, layout, seen) for each in value]
            if all(part is each for part, each in zip(parts, value, strict=True)):
                return value
            return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    if _is_ours(value):
        seen[id(value)] = value
        for name, each in _attributes(value).items():
            other = laid_out(each, layout, seen)
            if other is not each:
                object.__setattr__(value, name, other)
    return value


def has_frames(value: Any, depth: int = _MAX_DEPTH) -> bool:
    """Whether a frame with rows is somewhere in it."""
    if isinstance(value, pl.DataFrame | pl.Series):
        return len(value) > 0
    if depth:
        if isinstance(value, Mapping):
            return any(has_frames(each, depth - 1) for each in value.values())
        if isinstance(value, list | tuple):
            return any(has_frames(each, depth - 1) for each in value[:5])
        if _is_ours(value):
            return any(has_frames(each, depth - 1) for each in _attributes(value).values())
    return False


def _is_ours(value: Any) -> bool:
    return type(value).__module__.startswith("kgraph") and not isinstance(value, type | msgspec.Struct | enum.Enum)


def _attributes(value: Any) -> dict[str, Any]:
    names = [name for owner in type(value).__mro__ for name in getattr(owner, "__slots__", ())]
    slots = {name: getattr(value, name) for name in names if name != "__weakref__" and hasattr(value, name)}
    return {**slots, **getattr(value, "__dict__", {})}


def plain(value: Any, seen: dict[int, Any] | None = None) -> Any:
    """A value as plain ones, to be compared: the rows of frames, whatever their layout."""
    seen = {} if seen is None else seen  # it holds what it has seen, so that no other object gets the same number
    match value:
        case pl.DataFrame():
            return ("frame", dict(value.schema), value.rows())
        case pl.Series():
            return ("series", value.name, value.dtype, value.to_list())
        case pl.Expr():
            return str(value)
        case bytes() if value.startswith(b"ARROW1"):  # a file of a frame: what lies behind nulls is in it, too
            return plain(pl.read_ipc(io.BytesIO(value)), seen)
        case np.ndarray():
            return ("array", str(value.dtype), value.tolist())
        case _ if sp.issparse(value):
            return ("matrix", value.toarray().tolist())
        case io.BytesIO() | io.StringIO():
            return value.getvalue()
        case Mapping():
            return {key: plain(each, seen) for key, each in value.items()}
        case list() | tuple():
            return [plain(each, seen) for each in value]
        case rdflib.Graph():
            return frozenset(value)
        case set() | frozenset():
            return len(value), frozenset(each for each in value if isinstance(each, str | int))
        case Iterator():
            return [plain(each, seen) for each in value]
    if _is_ours(value):
        if id(value) in seen:
            return "seen"
        seen[id(value)] = value
        return (type(value).__name__, {name: plain(each, seen) for name, each in _attributes(value).items()})
    if isinstance(value, types.FunctionType | types.MethodType | types.BuiltinFunctionType) or callable(value):
        return "function"
    return value if type(value).__eq__ is not object.__eq__ else type(value).__name__


@dataclass
class Call:
    """One call: the function, and what it was given."""

    function: Callable[..., Any] = field(repr=False)
    name: str
    arguments: dict[str, Any] = field(repr=False)
    owner: type | None = None  # whose constructor it is

    def made(self, layout: Layout) -> Any:
        """What it answers, and what it does to its arguments, with frames laid out so; or the error that it raises."""
        arguments = laid_out(_copied(self.arguments), layout)
        if self.owner is not None:
            arguments["self"] = object.__new__(self.owner)
        positional, named = _as_passed(self.function, arguments)
        try:
            answer = plain(self.function(*positional, **named))
        except Exception as error:  # noqa: BLE001 - an empty frame may be refused, but then in every layout
            return (type(error).__name__, str(error))
        return answer, plain(arguments)


# What cannot be copied, and what is handed on instead.
_INSTEAD: dict[type, Callable[[Any], tuple[Callable[..., Any], tuple[Any, ...]]]] = {
    sqlite3.Connection: lambda connection: (lambda: _copied_database(connection), ()),
    types.MappingProxyType: lambda mapping: (dict, (dict(mapping),)),
    io.BufferedWriter: lambda _: (io.BytesIO, ()),
}


def _copied(value: Any) -> Any:
    for kind, instead in _INSTEAD.items():
        copyreg.pickle(kind, instead)  # type: ignore[arg-type]
    try:
        return copy.deepcopy(value)
    finally:
        for kind in _INSTEAD:
            del copyreg.dispatch_table[kind]


def _copied_database(connection: sqlite3.Connection) -> sqlite3.Connection:
    copied = sqlite3.connect(":memory:", isolation_level=None)
    connection.backup(copied)
    return copied


def _as_passed(function: Callable[..., Any], arguments: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    positional, named = [], {}
    for name, parameter in inspect.signature(function).parameters.items():
        value = arguments[name]
        match parameter.kind:
            case parameter.VAR_POSITIONAL:
                positional.extend(value)
            case parameter.VAR_KEYWORD:
                named.update(value)
            case parameter.KEYWORD_ONLY:
                named[name] = value
            case _:
                positional.append(value)
    return positional, named


def functions() -> dict[str, Callable[..., Any]]:
    """Every function and method of the package by its qualified name, without the view's bundler."""
    found: dict[str, Callable[..., Any]] = {}
    for module_info in pkgutil.walk_packages(kgraph.__path__, "kgraph."):
        if module_info.name.startswith("kgraph.view.app") or module_info.name == "kgraph.__main__":
            continue
        module = importlib.import_module(module_info.name)
        for owner in (module, *(each for each in vars(module).values() if isinstance(each, type))):
            for each in vars(owner).values():
                function = inspect.unwrap(getattr(each, "__func__", getattr(each, "func", each)))
                if isinstance(function, types.FunctionType) and function.__module__ == module.__name__:
                    found[f"{module.__name__}.{function.__qualname__}"] = function
    return found


def takes_frames(function: Callable[..., Any]) -> bool:
    """Whether a parameter is annotated as a frame, or as what holds the frames of a graph."""
    return any(FRAMES.search(str(hint)) for name, hint in function.__annotations__.items() if name != "return")


class Recorder:
    """Notes, within `with`, the first call of each function that is handed a frame with rows.

    The functions are exchanged, wherever the package names them, for ones that note what they are given.
    """

    # No dataclass: Hypothesis writes out the fields of one when a property fails, and these calls hold whole graphs.
    def __init__(self) -> None:
        self.calls: dict[str, Call] = {}
        self.uncopied: dict[str, str] = {}  # what was handed locks or streams

    def __enter__(self) -> Recorder:
        self._patch = pytest.MonkeyPatch()
        noting = {each: self._noting(name, each) for name, each in functions().items() if takes_frames(each)}
        modules = [module for name, module in sorted(sys.modules.items()) if name.partition(".")[0] == "kgraph"]
        for module in modules:
            for name, value in list(vars(module).items()):
                if isinstance(value, types.FunctionType) and value in noting:
                    self._patch.setattr(module, name, noting[value])
                elif isinstance(value, type) and value.__module__ == module.__name__:
                    for key, method in list(vars(value).items()):
                        if isinstance(method, types.FunctionType) and method in noting:
                            self._patch.setattr(value, key, noting[method])
        return self

    def __exit__(self, *_: object) -> None:
        self._patch.undo()

    def _noting(self, name: str, function: types.FunctionType) -> Callable[..., Any]:
        signature = inspect.signature(function)

        @wraps(function)
        def noting(*positional: Any, **named: Any) -> Any:
            if name not in self.calls:
                bound = signature.bind(*positional, **named)
                bound.apply_defaults()
                self._note(name, function, dict(bound.arguments))
            return function(*positional, **named)

        return noting

    def _note(self, name: str, function: types.FunctionType, arguments: dict[str, Any]) -> None:
        if isinstance(arguments.get("self"), tuple):  # a NamedTuple: nothing is computed
            return
        owner = type(arguments.pop("self")) if function.__name__ == "__init__" else None  # which has no parts yet
        if not any(map(has_frames, arguments.values())):
            return
        try:
            self.calls[name] = Call(function, name, _copied(arguments), owner)
        except Exception as error:  # noqa: BLE001 - a lock, a stream
            self.uncopied[name] = f"{type(error).__name__}: {error}"


def unordered(value: Any) -> Any:
    """What `plain` gave, with the rows of each frame sorted."""
    match value:
        case ("frame", schema, rows):
            return ("frame", schema, sorted(rows, key=repr))
        case dict():
            return {key: unordered(each) for key, each in value.items()}
        case list():
            return [unordered(each) for each in value]
        case tuple():
            return tuple(unordered(each) for each in value)
    return value
