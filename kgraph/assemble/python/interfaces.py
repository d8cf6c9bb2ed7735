"""Module interfaces: what the Python files of a repository export, and what they use, as columns.

Input: facts and the joined frame of symbols. Output: the uses of all files, and what these show of their names. The
meaning of a path depends on nothing but what is shown and how files lie in folders. No line is shown.

Files and symbols are named by their places among those of Python alone, which an edit of other files does not move.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from kgraph.assemble.fact_tables import PYTHON
from kgraph.assemble.python.files import PythonFile
from kgraph.assemble.python.modules import STUB, ModuleIndex
from kgraph.assemble.result_cache import digest
from kgraph.assemble.use_tables import make_spelled_uses
from kgraph.model import ExtractResult, FileFacts, UseKind

_FIRST = ["Class", "Function", "Method", "Constructor", "Property"]  # of several kinds under one name
PLACE = pl.UInt32
_MAX_PARTS = 200  # files of one module of Cython whose names are shared
INCLUDE = "*include"  # the name of a binding that stands for Cython's `include`, and for `%run` of notebooks


@dataclass(frozen=True, slots=True)
class PythonFiles:
    """All Python files that were read; `file` is a place in `numbers`, `owner` and `at` are places in `symbols`."""

    numbers: Sequence[int]  # among the files of all languages
    symbols: pl.DataFrame  # file, id, kind, name (qualified as far as the file), start, whether it is the module
    uses: pl.DataFrame  # file, owner (none for the module), kind, path, line
    # What files show to each other.
    names: pl.DataFrame  # file, name, kind, at
    bindings: pl.DataFrame  # file, owner (a name, "" for the module), name, path
    bases: pl.DataFrame  # file, owner (the name of a class), path

    def own_digests(self) -> pl.Series:
        """Names all that each file says of its own names, by its place; places of symbols move with other files."""
        texts: list[list[str]] = [[] for _ in self.numbers]
        for frame in (self.names, self.bindings, self.bases):
            row = pl.concat_str(pl.exclude("file", "at"), separator="\0").str.join("\n")
            for place, text in frame.group_by("file", maintain_order=True).agg(row).iter_rows():
                texts[place].append(text)
        return pl.Series([digest(*each) for each in texts], dtype=pl.String)


def python_files(facts: Sequence[ExtractResult], joined: pl.DataFrame, candidates: Iterable[int]) -> PythonFiles:
    """The Python files among `candidates`, which are numbers in order; `joined` is the frame of all symbol facts, with
    their ids.

    A file that is no module, as a notebook is, may use something without defining anything.
    """
    rows = joined.filter(pl.col("family") == PYTHON).sort("row")
    with_symbols = set(rows["file"].unique().to_list())
    using = {n for n in candidates if isinstance(fact := facts[n], FileFacts) and fact.uses.kinds}
    numbers = sorted(with_symbols | using)
    position_of = {number: position for position, number in enumerate(numbers)}
    symbols = rows.select(
        "id",
        "kind",
        "start",
        file=pl.col("file").replace_strict(position_of, return_dtype=PLACE),
        name="within",
        # One for each file, in front of the file's own; an index of another tool may tell more modules of a file.
        is_module=(pl.col("group") == "module") & pl.col("file").is_first_distinct(),
    ).with_row_index("at")
    heads = symbols.filter(pl.col("file").is_first_distinct())
    first_of = dict(zip(heads["file"], heads["at"] + heads["is_module"].cast(pl.UInt32), strict=True))
    first = [first_of.get(position, 0) for position in range(len(numbers))]

    uses = _uses(facts, numbers, position_of, first)
    bindings = _bindings(facts, numbers, first)
    own = symbols.filter(~pl.col("is_module"))
    # Of several symbols of one name the first, but what can be called before what cannot.
    is_first = pl.col("kind").is_in(_FIRST)
    chosen = pl.concat([own.filter(is_first), own.filter(~is_first)]).unique(
        ["file", "name"], keep="first", maintain_order=True
    )
    owned = bindings.with_columns(owner=symbols["name"].gather(bindings["owner"]).fill_null(""))
    bases = uses.filter((pl.col("kind") == UseKind.BASE.value) & pl.col("owner").is_not_null())
    bases = bases.select("file", "path", owner=symbols["name"].gather(bases["owner"]))
    return PythonFiles(numbers, symbols, uses, chosen.select("file", "name", "kind", "at"), owned, bases)


def _uses(
    facts: Sequence[ExtractResult], numbers: Sequence[int], position_of: Mapping[int, int], first: Sequence[int]
) -> pl.DataFrame:
    first_rows = [0] * len(facts)
    for number, at in zip(numbers, first, strict=True):
        first_rows[number] = at
    return make_spelled_uses(facts, numbers, first_rows, ("kind", "name")).select(
        "kind",
        "line",
        file=pl.col("file").replace_strict(position_of, return_dtype=PLACE),
        path="name",
        owner=pl.when(pl.col("owner") >= 0).then("owner").cast(PLACE),
    )


def _bindings(facts: Sequence[ExtractResult], numbers: Sequence[int], first: Sequence[int]) -> pl.DataFrame:
    bindings_of_files = [fact.bindings if isinstance(fact := facts[number], FileFacts) else () for number in numbers]
    every = [each for several in bindings_of_files for each in several]
    files = pl.Series("file", [place for place, several in enumerate(bindings_of_files) for _ in several], PLACE)
    index = pl.Series([each.owner for each in every], dtype=pl.Int64)
    owners = index + pl.Series(first, dtype=pl.Int64).gather(files)
    return pl.DataFrame(
        [
            files,
            owners.set(index < 0, None).cast(PLACE).alias("owner"),
            pl.Series("name", [each.name for each in every], pl.String),
            pl.Series("path", [each.path for each in every], pl.String),
        ]
    )


class ModuleInterfaces(dict[int, PythonFile]):
    """What each file shows, by its number; made when it is first looked at."""

    def __init__(self, files: PythonFiles, modules: ModuleIndex) -> None:
        self._parts = _parts_of_modules(files, modules)
        self._position_of = {number: position for position, number in enumerate(files.numbers)}
        self._names = group_by_file(files.names)
        self._bindings = group_by_file(files.bindings)
        self._bases = group_by_file(files.bases)

    def __missing__(self, number: int) -> PythonFile:
        file = self[number] = self._make(number, self._position_of[number])
        return file

    def other_parts(self, number: int) -> Sequence[int]:
        """The files that share the names of a file: its stub, and of Cython the `.pxd` file and what is included."""
        return self._parts.get(number, ())

    def _make(self, number: int, position: int) -> PythonFile:
        names, kinds, rows = self._names.get(position, ((), (), ()))
        file = PythonFile(number, dict(zip(names, kinds, strict=True)), dict(zip(names, rows, strict=True)))
        file.bind_all(zip(*self._bindings.get(position, ()), strict=True))
        file.derive_all(zip(*self._bases.get(position, ()), strict=True))
        return file


def group_by_file(frame: pl.DataFrame) -> dict[int, list[list[Any]]]:
    """The other columns of each file, as lists."""
    return {file: rest for file, *rest in frame.group_by("file", maintain_order=True).agg(pl.all()).iter_rows()}


def _parts_of_modules(files: PythonFiles, modules: ModuleIndex) -> dict[int, list[int]]:
    """The other files of each module that consists of several, by the number of each; of what several modules include,
    none."""
    read = set(files.numbers)
    includes: dict[int, list[int]] = {}
    rows = files.bindings.filter((pl.col("name") == INCLUDE) & (pl.col("owner") == "")).select("file", "path")
    for position, spelling in rows.iter_rows():
        number = files.numbers[position]
        if (target := modules.find_included(number, spelling)) in read and target is not None:
            includes.setdefault(number, []).append(target)
    paths = modules.kept_paths

    def is_notebook(number: int) -> bool:
        """Whether a file is a notebook, which has the names of what it runs, while these have none of its names."""
        return paths[number].endswith(".ipynb")

    included = {target for number, targets in includes.items() for target in targets if not is_notebook(number)}
    modules_of: dict[int, list[list[int]]] = {}
    for number in files.numbers:
        declared = modules.find_declaration_file(number)
        if number in included or (number not in includes and declared not in read):
            continue
        whole = [number] if declared is None or declared not in read else [number, declared]
        seen = set(whole)
        for each in whole:  # which grows
            if len(whole) > _MAX_PARTS:
                break
            whole += [inner for inner in dict.fromkeys(includes.get(each, ())) if inner not in seen]
            seen.update(whole)
        for each in whole[:1] if is_notebook(number) else whole:
            modules_of.setdefault(each, []).append(whole)
    parts = {}
    for number, wholes in modules_of.items():
        whole = next((each for each in wholes if each[0] == number), wholes[0] if len(wholes) == 1 else [])
        if others := [each for each in whole if each != number]:
            parts[number] = others
    stubs = {paths[number].removesuffix(STUB): number for number in files.numbers if paths[number].endswith(STUB)}
    for number in files.numbers:
        stem, _, end = paths[number].rpartition(".")
        if end in ("py", "pyx") and (stub := stubs.get(stem)) is not None:
            parts.setdefault(number, []).append(stub)
    return parts
