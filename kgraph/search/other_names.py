"""The names under which packages of Go, Rust and JavaScript show what they hold: `tea.Program`, `reqwest::Client`.

Input: the tables of a graph. Output: names by symbol, for search alone: that an import is passed on is not known here,
nor how a package is called where it is imported. Go's packages are called by their comment, "Package tea ...", and by
the last step of their path; JavaScript's by their folder, or the repository where that says nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

import polars as pl

from kgraph.search.reexports import PythonModule, follow
from kgraph.symbol_places import symbol_places

_RUST, _SCRIPT, _GO = "symbol/rust/", r"^symbol/(?:javascript|typescript|tsx|vue|svelte)/", "symbol/go/"
_INDEX = re.compile(r"(?:.*/)?(?:index|mod)\.[cm]?[jt]sx?$")
_CRATE = re.compile(r"(?:.*/)?(?:lib|mod)\.rs$")
_PLAIN = frozenset({"src", "source", "lib", "dist", "packages", "js", "ts", "esm", "cjs"})
_PACKAGE = re.compile(r"Package (\w+)\b")
_VERSION = re.compile(r"v\d+$")
_INNER = ("Method", "Field", "Enumerator", "Target", "Property", "Constructor")
_MAX_NAMES = 200_000  # a graph of more is searched without them


def names(tables: Mapping[str, pl.DataFrame]) -> Iterator[tuple[str, str]]:
    """Ids of symbols with a name of each."""
    symbols = tables["symbols"]
    others = symbols.filter(pl.col("id").str.contains(r"^symbol/(?:go|rust|javascript|typescript|tsx|vue|svelte)/"))
    if not len(others) or len(others) > _MAX_NAMES:
        return
    placed = (
        symbol_places(tables["edges"], tables["locations"])
        .select(id="symbol", file="file")
        .unique("id", keep="first", maintain_order=True)
        .join(others.select("id", "kind", "name", "qualified_name"), on="id")
    )
    yield from _find_go_names(placed, tables["files"])
    modules = [*_crates(placed, tables["includes"]), *_packages(placed, tables)]
    packages = {module.file: module for module in modules if module.is_shown}
    for file, shown in follow(modules).items():
        if package := packages.get(file):
            for name, found in shown.items():
                yield found.symbol, f"{package.qualified}{package.sign}{name}"


class _Module(PythonModule):
    """A file of Rust or JavaScript."""

    @property
    def is_shown(self) -> bool:
        """Whether others name what it shows."""
        return bool(self.qualified)

    @property
    def sign(self) -> str:
        """What stands between the steps of names."""
        return "::" if self.file.endswith(".rs") else "."


def _find_go_names(placed: pl.DataFrame, files: pl.DataFrame) -> Iterator[tuple[str, str]]:
    called = {
        file.rpartition("/")[0]: found[1]
        for file, said in files.filter(pl.col("language") == "Go").select("id", "documentation").iter_rows()
        if said and (found := _PACKAGE.match(said)) and found[1] != "main"
    }
    go = placed.filter(pl.col("id").str.starts_with(_GO), pl.col("name").str.contains(r"^\p{Lu}"))
    for id_, file, qualified in go.select("id", "file", "qualified_name").iter_rows():
        path, _, last = qualified.rpartition("/")
        package, _, rest = last.partition(".")
        if _VERSION.match(package) and path:
            package = path.rpartition("/")[2]
            yield id_, f"{package}.{rest}"
        if rest and (name := called.get(file.rpartition("/")[0], package)) != package:
            yield id_, f"{name}.{rest}"


def _own(placed: pl.DataFrame) -> dict[str, dict[str, str]]:
    """The symbols of each file that stand in no other, by name."""
    own: dict[str, dict[str, str]] = defaultdict(dict)
    for file, name, id_ in placed.filter(~pl.col("kind").is_in(_INNER)).select("file", "name", "id").iter_rows():
        own[file].setdefault(name, id_)
    return own


def _crates(placed: pl.DataFrame, includes: pl.DataFrame) -> Iterator[_Module]:
    rust = placed.filter(pl.col("id").str.starts_with(_RUST))
    own = _own(rust)
    called: dict[str, str] = {}
    for file, name, qualified in rust.select("file", "name", "qualified_name").iter_rows():
        scope = qualified.removesuffix(f"::{name}")
        if _CRATE.match(file) and scope != qualified and len(scope) < len(called.get(file, scope + "-")):
            called[file] = scope
    imports: dict[str, list[tuple[str, str]]] = defaultdict(list)
    rows = includes.filter(pl.col("file").str.ends_with(".rs")).select("file", "spelling", "targets")
    for file, spelling, targets in rows.iter_rows():
        imports[file] += [(target, spelling.rpartition("::")[2]) for target in targets or ()]
    for file in sorted(own.keys() | imports.keys()):
        yield _Module(file, "", "", called.get(file, ""), own.get(file, {}), tuple(imports.get(file, ())))


def _packages(placed: pl.DataFrame, tables: Mapping[str, pl.DataFrame]) -> Iterator[_Module]:
    own = _own(placed.filter(pl.col("id").str.contains(_SCRIPT)))
    repository = next(iter(tables["folders"].filter(pl.col("id") == "folder/")["name"].to_list()), "") or ""
    imports: dict[str, list[tuple[str, str]]] = defaultdict(list)
    rows = tables["includes"].filter(pl.col("form") == "from").select("file", "targets", "names")
    for file, targets, imported in rows.iter_rows():
        imports[file] += [(target, name) for target in targets or () for name in imported or ()]
    for file in sorted(own.keys() | (imports.keys() if own else set())):
        steps = file.removeprefix("file/").split("/")[:-1]
        called = next((step for step in reversed(steps) if step not in _PLAIN), repository)
        is_index = _INDEX.match(file) is not None
        yield _Module(file, "", "", called if is_index else "", own.get(file, {}), tuple(imports.get(file, ())))
