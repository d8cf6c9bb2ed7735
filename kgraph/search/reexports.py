"""The names under which Python packages show what their modules define: `torch.nn.Linear`.

Input: what each module defines and imports. Output: what each imported name of a file means. Names are followed through
`from` imports, as many modules as it takes; `*` shows every name without an underscore in front. Whether an `__all__`
or an `as` says otherwise is not known here: who states a public name as a fact looks into the text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from kgraph.symbol_places import symbol_places

PACKAGES = ("__init__.py", "__init__.pyi")
_MAX_ROUNDS = 12  # modules that pass a name on


@dataclass(frozen=True, slots=True)
class PythonModule:
    """A module: its file, its symbol, what it defines and what it imports."""

    file: str
    symbol: str
    name: str
    qualified: str
    own: Mapping[str, str]  # ids of symbols by name
    imports: tuple[tuple[str, str], ...]  # file and name, "*" for all

    @property
    def is_package(self) -> bool:
        """Whether its names are those that a package shows."""
        return self.file.rpartition("/")[2] in PACKAGES


@dataclass(frozen=True, slots=True)
class ImportedName:
    """What a name of a file means that another file defines."""

    symbol: str  # its id
    through: tuple[str, ...] = ()  # ids of files whose `*` passes it on


def follow(modules: Iterable[PythonModule]) -> dict[str, dict[str, ImportedName]]:
    """The imported names of each file."""
    by_file = {module.file: module for module in modules}
    known = {
        file: {name: ImportedName(symbol) for name, symbol in module.own.items()} for file, module in by_file.items()
    }
    waiting = [module for module in by_file.values() if module.imports]
    for _ in range(_MAX_ROUNDS):
        if not [module for module in waiting if _take(module, known, by_file)]:
            break
    return {
        file: {name: found for name, found in known[file].items() if name not in module.own}
        for file, module in by_file.items()
    }


def _take(
    module: PythonModule, known: Mapping[str, dict[str, ImportedName]], modules: Mapping[str, PythonModule]
) -> bool:
    """Take over the names that a module imports; whether there was a new one."""
    mine = known[module.file]
    before = len(mine)
    for source, name in module.imports:
        if source == module.file or source not in known:
            continue
        if name == "*":
            for each, found in known[source].items():
                if not each.startswith("_") and each not in mine:
                    mine[each] = ImportedName(found.symbol, (*found.through, source)[:_MAX_ROUNDS])
        elif name not in mine:
            if name in known[source]:
                mine[name] = known[source][name]
            elif modules[source].name == name:
                mine[name] = ImportedName(modules[source].symbol)
    return len(mine) > before


def public_names(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Public names by symbol, from the tables of a graph: columns `id`, `public`."""
    rows = []
    modules = read_modules(tables)
    packages = {module.file: module for module in modules if module.is_package}
    for file, names in follow(modules).items():
        if file in packages:
            rows += [
                (found.symbol, f"{packages[file].qualified}.{name}")
                for name, found in names.items()
                if not name.startswith("_")
            ]
    return pl.DataFrame(rows, schema={"id": pl.String, "public": pl.String}, orient="row").unique().sort("id", "public")


def read_modules(tables: Mapping[str, pl.DataFrame]) -> list[PythonModule]:
    """The modules of Python, from the tables of a graph."""
    edges, symbols = tables["edges"], tables["symbols"]
    modules = symbols.filter((pl.col("kind") == "Module") & pl.col("id").str.starts_with("symbol/python/"))
    placed = (
        symbol_places(edges, tables["locations"])
        .select(id="symbol", file="file")
        .unique("id", keep="first", maintain_order=True)
    )
    inside = (
        edges.filter(pl.col("kind") == "contains")
        .join(modules.select(source="id"), on="source", how="semi")
        .join(symbols.select("name", target="id"), on="target")
        .select("source", "name", "target")
    )
    own: dict[str, dict[str, str]] = defaultdict(dict)
    for source, name, target in inside.iter_rows():
        own[source][name] = target
    imports: dict[str, list[tuple[str, str]]] = defaultdict(list)
    rows = tables["includes"].filter(pl.col("form") == "from").select("file", "targets", "names")
    for file, targets, names in rows.iter_rows():
        imports[file] += [(target, name) for target in targets or () for name in names or ()]
    return [
        PythonModule(file, id_, name, qualified, own.get(id_, {}), tuple(imports.get(file, ())))
        for id_, name, qualified, file in modules.join(placed, on="id")
        .select("id", "name", "qualified_name", "file")
        .sort("id")
        .iter_rows()
    ]
