"""The uses of all Python files, resolved.

Comes in: the facts of all files, and the ids of their symbols. Goes out: one row for each use of something in the
repository (who, what, file, line, evidence), and one for each use of something outside.

A call goes to the function that runs: for a class to its constructor, if it has one of its own. References to variables
of a module are told from other files only, and an instance's attributes not at all: half of all lines have some.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from kgraph.assemble.imports import Modules
from kgraph.assemble.python_names import External, Found, Names, PythonFile, Symbol
from kgraph.model import Extracted, FileFacts, UseKind

_KINDS = {UseKind.CALL: "Call", UseKind.READ: "Reference", UseKind.TYPE: "Reference", UseKind.BASE: "Inheritance"}
_METHODS = frozenset({"Method", "Property"})
_FIRST = frozenset({"Class", "Function", "Method", "Constructor", "Property"})  # of several kinds under one name

OVERRIDES = "order of its base classes"

COLUMNS = {
    "kind": pl.String,
    "from": pl.String,
    "to": pl.String,
    "file": pl.Int64,
    "line": pl.Int64,
    "evidence": pl.String,
}


@dataclass(slots=True)
class PythonUses:
    """What Python files use: `inside` has `COLUMNS`; `outside` the same, with a dotted name in `to`."""

    inside: pl.DataFrame
    outside: pl.DataFrame
    names: Names
    symbols: _Symbols

    def id_of(self, dotted: str) -> str | None:
        """The id of a symbol by its dotted name; None where there is none, or several."""
        parts = dotted.split(".")
        for at in range(len(parts) - 1, 0, -1) if self.symbols.ids else ():
            found = self.names.find(min(self.symbols.ids), f"{'.'.join(parts[:at])}:{'.'.join(parts[at:])}")
            if found and isinstance(found.meaning, Symbol):
                return self.symbols.of(found.meaning)
        return None


@dataclass(slots=True)
class _Rows:
    columns: dict[str, list[object]] = field(default_factory=lambda: {name: [] for name in COLUMNS})

    def add(self, *values: object) -> None:
        for column, value in zip(self.columns.values(), values, strict=True):
            column.append(value)

    def frame(self) -> pl.DataFrame:
        return pl.DataFrame(self.columns, schema=COLUMNS)


class _Symbols:
    """The ids of symbols by their places: `ids[file][0]` is the module's, those of the file's own follow."""

    def __init__(self, symbols: pl.DataFrame) -> None:
        rows = symbols.filter(pl.col("family") == "python").select("row", "file", "id").sort("row")
        by_file = rows.group_by("file", maintain_order=True).agg("id")
        self.ids: dict[int, list[str]] = dict(by_file.iter_rows())
        self.index: dict[int, dict[str, int]] = {}

    def of(self, symbol: Symbol) -> str:
        return self.ids[symbol.file][self.index[symbol.file][symbol.name] + 1]


def python_uses(
    facts: Sequence[Extracted], file_ids: Sequence[str], symbols: pl.DataFrame, modules: Modules
) -> PythonUses:
    """The uses of the Python files; `symbols` is the frame of all symbol facts, with their ids."""
    placed = _Symbols(symbols)
    read = {number: fact for number in sorted(placed.ids) if isinstance(fact := facts[number], FileFacts)}
    files = {number: python_file(number, fact, placed.index) for number, fact in read.items()}
    names = Names(files, modules)
    inside, outside = _Rows(), _Rows()
    for number, fact in read.items():
        own = placed.ids[number]
        for kind, path, line, owner in places(fact):
            found = names.find(number, path)
            if found is None:
                continue
            source = own[owner + 1] if owner >= 0 else file_ids[number]
            if isinstance(found.meaning, External):
                outside.add(_KINDS[kind], source, found.meaning.name + _manner(path), number, line, found.evidence)
            elif (target := _target(kind, found, names, number)) is not None:
                inside.add(_KINDS[kind], source, placed.of(target), number, line, found.evidence)
    for method, base in _overrides(files, names):
        line = read[method.file].symbols[placed.index[method.file][method.name]].start
        inside.add("Override", placed.of(method), placed.of(base), method.file, line, OVERRIDES)
    return PythonUses(inside.frame(), outside.frame(), names, placed)


def python_file(number: int, fact: FileFacts, index: dict[int, dict[str, int]]) -> PythonFile:
    """What a file says of its names; notes in `index` which of its symbols each name is."""
    file = PythonFile(number)
    qualified = [f"{s.scope}.{s.name}" if s.scope else s.name for s in fact.symbols]
    known = index.setdefault(number, {})
    for at, (symbol, name) in enumerate(zip(fact.symbols, qualified, strict=True)):
        kind = symbol.kind.value
        if name not in known or (kind in _FIRST and file.kinds[name] not in _FIRST):
            file.kinds[name] = kind
            known[name] = at
    for binding in fact.bindings:
        file.bind(qualified[binding.owner] if binding.owner >= 0 else "", binding.name, binding.path)
    for kind, path, _, owner in places(fact):
        if kind == UseKind.BASE and owner >= 0:
            file.bases.setdefault(qualified[owner], []).append(path)
    return file


def places(fact: FileFacts) -> Iterator[tuple[UseKind, str, int, int]]:
    packed = fact.uses
    if not packed.kinds:
        return
    kinds = {letter: UseKind(letter) for letter in set(packed.kinds)}
    lines, owners = array("I", packed.lines), array("i", packed.owners)
    for letter, path, line, owner in zip(packed.kinds, packed.names.split("\n"), lines, owners, strict=True):
        yield kinds[letter], path, line, owner


def _target(kind: UseKind, found: Found, names: Names, file: int) -> Symbol | None:
    meaning = found.meaning
    if kind == UseKind.CALL:
        return None if isinstance(meaning, External) else names.callee(meaning)
    if not isinstance(meaning, Symbol) or (kind == UseKind.BASE and meaning.kind != "Class"):
        return None
    return None if meaning.kind == "Variable" and meaning.file == file else meaning


def _manner(path: str) -> str:
    return "".join(path.partition("!")[1:])


def _overrides(files: Mapping[int, PythonFile], names: Names) -> Iterator[tuple[Symbol, Symbol]]:
    """Methods, each with the nearest that it overrides."""
    for number, file in files.items():
        above: dict[str, tuple[Symbol, ...]] = {}
        for name, kind in file.kinds.items():
            owner, _, short = name.rpartition(".")
            if kind not in _METHODS or owner not in file.bases:
                continue
            if owner not in above:
                above[owner] = names.order(Symbol(number, owner, "Class"))[1:]
            for cls in above[owner]:
                base = f"{cls.name}.{short}"
                if (base_kind := files[cls.file].kinds.get(base)) is not None:
                    if base_kind in _METHODS:
                        yield Symbol(number, name, kind), Symbol(cls.file, base, base_kind)
                    break
