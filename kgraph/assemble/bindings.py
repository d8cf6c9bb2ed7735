"""The bridge from Python to C++: which name of Python stands for which C++ symbol, and what uses it.

Input: the names that C++ files bind (see `extract.cpp.bindings`), all symbols, and what Python files use outside of the
repository's Python. Output: a row for each name and what is behind it. The name is a symbol of Python where a stub
(`.pyi`) declares it, else it is an external symbol, since no file of Python has it.

The module of a name is found by following modules from function to function and tables to their modules. Where
that does not lead to one, a name that Python uses of some extension module is taken for it, if there is but one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import msgspec
import polars as pl

from kgraph.assemble.evidence import BindingEvidence
from kgraph.assemble.fact_tables import CPP
from kgraph.kept_values import KeptValues
from kgraph.model import ExtractResult, FileFacts, IncludeFact, NativeBindingFact
from kgraph.vocab.iri import external_id

_CONTAINER = re.compile(r"(=[\w.]+|!\w+|@[^#]*#\w*|\[[^\]]*\])?\.?(.*)")
_ARGUMENTS = re.compile(r"<[^<>]*>")
_ANONYMOUS = "(anonymous namespace)::"
_LOADED = re.compile(
    r"(?:ctypes\.(?:(?:CDLL|PyDLL|WinDLL|OleDLL)\(\)|(?:cdll|windll|pydll)\.\w+(?:\(\))?)|cffi\.FFI\(\)\.dlopen\(\))\.(\w+)"
)
_MAX_OVERLOADS = 3
_MAX_MODULES = 4
_MAX_SCOPES = 20

_Bound = tuple[int, NativeBindingFact]  # with the number of its file

_GROUPS: dict[str, tuple[str, ...]] = {
    "class": ("type", "enum", "alias"),
    "enumerator": ("enumerator",),
    "property": ("function", "variable"),
}
_FUNCTIONS = ("function", "variable")


@dataclass(frozen=True, slots=True)
class Binding:
    """One name of Python, and a C++ symbol behind it."""

    name: str  # dotted
    source: str  # id of a Python symbol, or of an external symbol
    target: str  # id of a C++ symbol
    file: int
    line: int
    mechanism: str  # that of the fact, with " lambda" where one is bound
    evidence: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    id: str
    qualified: str
    group: str
    file: int
    local: bool


class CppSymbols:
    """C++ symbols by their short names, and functions by the lines that they stand on."""

    def __init__(self, symbols: pl.DataFrame, wanted: Iterable[str]) -> None:
        self._rows = symbols
        named = (
            symbols.select("name", "id", "qualified", "group", "file", "local", "family")
            .filter((pl.col("family") == CPP) & pl.col("name").is_in(list(wanted)))
            .unique()
            .sort("id", "file")
        )
        self.named = list(named.iter_rows())  # all that `find` tells follows from these

    @cached_property
    def _by_name(self) -> dict[str, list[_Candidate]]:
        by_name: dict[str, list[_Candidate]] = defaultdict(list)
        for name, id_, qualified, group, file, local, _ in self.named:
            plain = qualified.replace(_ANONYMOUS, "")
            by_name[name].append(_Candidate(id_, _plain(plain), group, file, local))
        return by_name

    def find(self, spelled: str, scope: str, file: int, groups: Sequence[str]) -> tuple[list[str], str]:
        """The ids of what a name means in a scope of a file, and the evidence."""
        name = _plain(spelled).removeprefix("::")
        candidates = [
            each
            for each in self._by_name.get(name.rpartition("::")[2], ())
            if each.group in groups and (not each.local or each.file == file)
        ]
        for outer in _outwards(scope):
            whole = f"{outer}::{name}" if outer else name
            if matches := [each for each in candidates if each.qualified == whole]:
                return _choose(matches, file, BindingEvidence.IN_SCOPE)
        matches = [each for each in candidates if each.qualified.endswith(f"::{name}")]
        if len({each.qualified for each in matches}) > 1:
            matches = [each for each in matches if each.file == file]
        is_only_one = len({each.qualified for each in matches}) == 1
        return _choose(matches, file, BindingEvidence.ONLY_ONE) if is_only_one else ([], "")

    def functions_at(self, lines: pl.DataFrame) -> dict[tuple[int, int], str]:
        """The innermost function around each `file`, `line`."""
        is_body = (pl.col("family") == CPP) & (pl.col("group") == "function") & pl.col("definition")
        bodies = self._rows.select("file", "start", "end", "id", is_body=is_body).filter("is_body")
        within = (
            lines.join(bodies, on="file")
            .filter((pl.col("start") <= pl.col("line")) & (pl.col("line") <= pl.col("end")))
            .sort("file", "line", "start", "id")
            .unique(["file", "line"], keep="last", maintain_order=True)
        )
        return {(file, line): id_ for file, line, id_ in within.select("file", "line", "id").iter_rows()}


def _choose(candidates: list[_Candidate], file: int, evidence: str) -> tuple[list[str], str]:
    here = [each for each in candidates if each.file == file and each.local]
    ids = list(dict.fromkeys(each.id for each in here or candidates))
    if len(ids) > _MAX_OVERLOADS:
        return [], ""
    return ids, evidence if len(ids) == 1 else BindingEvidence.OVERLOADS


def _plain(name: str) -> str:
    """A qualified name without template arguments and spaces."""
    for _ in range(_MAX_SCOPES):
        shorter = _ARGUMENTS.sub("", name)
        if shorter == name:
            break
        name = shorter
    return name.replace(" ", "")


def _outwards(scope: str) -> Iterator[str]:
    while scope:
        yield scope
        scope = scope.rpartition("::")[0]
    yield ""


class _Modules:
    """Which modules or classes a container is, by dotted name."""

    def __init__(self, facts: Sequence[_Bound], imported: Collection[str]) -> None:
        self._objects: dict[tuple[int, str], str] = {}
        self._tables: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self._passed: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self._find_module_names: dict[str, list[str]] = defaultdict(list)
        for file, fact in facts:
            match fact.mechanism:
                case "object":
                    self._objects.setdefault((file, fact.name), fact.container)
                case "table":
                    self._tables[fact.name].append((file, fact.container))
                case "pass":
                    self._passed[fact.name].append((file, fact.container))
        for name in sorted(imported):
            if "." in name:
                self._find_module_names[name.rpartition(".")[2]].append(name)

    def names(self, file: int, container: str, seen: frozenset[tuple[int, str]] = frozenset()) -> tuple[set[str], str]:
        """The dotted names of a container, none where unknown, and the part of it that the container gives."""
        match = _CONTAINER.fullmatch(container)
        base, rest = (match[1] or "", match[2]) if match else ("", "")
        key = (file, base)
        if not base or key in seen or len(seen) > _MAX_SCOPES:
            return set(), rest
        seen = seen | {key}
        names: set[str] = set()
        if base.startswith("="):
            names = {base[1:]}
        elif base.startswith("!"):
            names = self._whole(base[1:])
        elif base.startswith("["):
            name = base[1:-1]
            if (file, name) in self._objects:
                return self._resolve_in_container(file, self._objects[file, name], seen, rest)
            tables = self._tables.get(name, [])
            for container_file, outer in [table for table in tables if table[0] == file] or tables:
                names |= self._inside(container_file, outer, seen)
        else:
            function = base[1:].partition("#")[0]
            for container_file, outer in self._passed.get(function, ()):
                names |= self._inside(container_file, outer, seen)
        if len(names) > _MAX_MODULES:
            names = set()
        return {f"{name}.{rest}" if rest else name for name in names}, rest

    def _resolve_in_container(
        self, file: int, container: str, seen: frozenset[tuple[int, str]], rest: str
    ) -> tuple[set[str], str]:
        return {f"{name}.{rest}" if rest else name for name in self._inside(file, container, seen)}, rest

    def _inside(self, file: int, container: str, seen: frozenset[tuple[int, str]]) -> set[str]:
        return self.names(file, container, seen)[0]

    def _whole(self, name: str) -> set[str]:
        """The name that a module is imported by: a build puts `spam` into some package."""
        whole = self._find_module_names.get(name, ())
        return {whole[0]} if len(whole) == 1 else {name}


def bindings(
    facts: Sequence[ExtractResult],
    symbols: pl.DataFrame,
    used_outside: pl.DataFrame,
    ids_of: Callable[[Iterable[str]], Mapping[str, str]],
    kept: KeptValues,
) -> list[Binding]:
    """All names that C++ offers to Python, and the C++ symbols behind them, in the order of files and lines.

    `used_outside` is what Python uses of elsewhere (`PythonUses.outside`); `ids_of` gives the ids of Python's symbols
    by their dotted names. What is `kept` of the last build is used where it follows from the same.
    """
    bound = _list_bound(facts)
    loaded = find_loaded_functions(used_outside)
    if not bound and not loaded:
        return []
    outside = used_outside["to"].unique().sort().to_list()
    wanted = kept.get_or_make("bound names", bound, lambda: _list_bound_names(bound)) | {each[2] for each in loaded}
    cpp_symbols = CppSymbols(symbols, wanted)
    imported = _find_module_names(facts, outside, kept)
    around = _functions_around(bound, cpp_symbols)
    meant = kept.get_or_make(
        "bindings",
        (bound, outside, imported, cpp_symbols.named, around),
        lambda: list(_match_bound(bound, cpp_symbols, _Modules(bound, imported), around, _index_by_tail(outside))),
    )
    ids = ids_of(name for _, _, names, _, _ in meant for name in names)
    native_bindings = [
        Binding(
            name,
            ids.get(name) or external_id("symbol/python", name),
            hit,
            file,
            fact.line,
            f"{fact.mechanism} lambda" if fact.is_lambda else fact.mechanism,
            evidence,
        )
        for file, fact, names, hits, evidence in meant
        for name in names
        for hit in hits
    ]
    for source, file, name, line, whole in loaded:
        hits, _ = cpp_symbols.find(name, "", file, ("function",))
        if len(hits) == 1:
            native_bindings.append(
                Binding(whole, source, hits[0], file, line, "function library", BindingEvidence.LOADED_LIBRARY)
            )
    return native_bindings


def bindings_key(facts: Sequence[ExtractResult], symbols: pl.DataFrame, loaded: Iterable[str]) -> bytes:
    """All that `bindings` follow from beside the uses of Python, which calls the functions `loaded` of libraries."""
    bound = _list_bound(facts)
    cpp_symbols = CppSymbols(symbols, {*_list_bound_names(bound), *loaded})
    around = sorted(_functions_around(bound, cpp_symbols).items())
    imports = sorted(_includes_beside_bindings(facts).items())
    return msgspec.msgpack.encode((bound, cpp_symbols.named, around, imports))


def _list_bound(facts: Sequence[ExtractResult]) -> list[_Bound]:
    """What native code offers to Python, by number of the file."""
    return [(n, each) for n, fact in enumerate(facts) if isinstance(fact, FileFacts) for each in fact.bound]


def _functions_around(bound: Sequence[_Bound], cpp_symbols: CppSymbols) -> dict[tuple[int, int], str]:
    """The functions that lambdas stand in which are bound."""
    lambdas = [(file, fact.line) for file, fact in bound if fact.is_lambda]
    schema = {"file": pl.Int64, "line": pl.Int64}
    return cpp_symbols.functions_at(pl.DataFrame(lambdas, schema=schema, orient="row").unique())


def _list_bound_names(bound: Sequence[_Bound]) -> set[str]:
    """The short names of all that is bound."""
    return {_plain(fact.target).rpartition("::")[2] for _, fact in bound if fact.target}


def _match_bound(
    bound: Sequence[_Bound],
    cpp_symbols: CppSymbols,
    modules: _Modules,
    around: Mapping[tuple[int, int], str],
    used: Mapping[str, set[str]],
) -> Iterator[tuple[int, NativeBindingFact, list[str], list[str], str]]:
    """What is bound to something: the file, the fact, dotted names, ids of C++ symbols, and the evidence."""
    for file, fact in bound:
        if fact.mechanism in ("object", "table", "pass"):
            continue
        hits, evidence = (
            cpp_symbols.find(fact.target, fact.scope, file, _GROUPS.get(fact.mechanism, _FUNCTIONS))
            if fact.target
            else ([], "")
        )
        if fact.is_lambda:
            if hits:
                evidence = BindingEvidence.ONLY_CALL
            elif (file, fact.line) in around:
                hits, evidence = [around[file, fact.line]], BindingEvidence.ENCLOSING_FUNCTION
        if hits:
            yield file, fact, _find_dotted_names(fact, *modules.names(file, fact.container), used), hits, evidence


def _find_dotted_names(
    fact: NativeBindingFact, containers: set[str], rest: str, used: Mapping[str, set[str]]
) -> list[str]:
    """The dotted names of a binding."""
    if containers:
        return sorted(f"{container}.{fact.name}" for container in containers)
    tail = f"{rest}.{fact.name}" if rest else fact.name
    candidates = used.get(tail, set())
    return [f"{next(iter(candidates))}.{tail}"] if len(candidates) == 1 else [tail]


def _find_module_names(facts: Sequence[ExtractResult], outside: Sequence[str], kept: KeptValues) -> set[str]:
    """The dotted names that may be modules: what is imported, and all that stands in front of a name used outside."""
    includes = _includes_beside_bindings(facts)
    of_files = kept.each("names of imports", includes, lambda number: _names_of(includes[number]))
    return set().union(kept.get_or_make("names outside", outside, lambda: _in_front(outside)), *of_files.values())


def _includes_beside_bindings(facts: Sequence[ExtractResult]) -> dict[int, Sequence[IncludeFact]]:
    return {n: fact.includes for n, fact in enumerate(facts) if isinstance(fact, FileFacts) and fact.bindings}


def _names_of(includes: Sequence[IncludeFact]) -> list[str]:
    named = [each for each in includes if not each.spelling.startswith(".")]
    return [name for each in named for name in (each.spelling, *(f"{each.spelling}.{name}" for name in each.names))]


def _in_front(outside: Iterable[str]) -> set[str]:
    split = (name.partition("(")[0].split(".") for name in outside)
    return {".".join(parts[:count]) for parts in split for count in range(2, len(parts))}


def _index_by_tail(outside: Iterable[str]) -> dict[str, set[str]]:
    """By the last one or two parts of the dotted names that Python uses outside: what stands in front of them."""
    tails: dict[str, set[str]] = defaultdict(set)
    for name in outside:
        if name[:1] != "_" and "._" not in name:  # no part looks like an extension: most are so
            continue
        parts = name.replace("()", "").partition("!")[0].split(".")
        for count in (1, 2):
            if len(parts) > count and _is_extension(parts[: len(parts) - count]):
                tails[".".join(parts[-count:])].add(".".join(parts[:-count]))
    return tails


def _is_extension(parts: Sequence[str]) -> bool:
    """Whether a module looks like one that is not written in Python: by custom its name begins with "_"."""
    return any(part.startswith("_") and not part.startswith("__") for part in parts)


def find_loaded_functions(used_outside: pl.DataFrame) -> list[tuple[str, int, str, int, str]]:
    """Functions of libraries that Python loads by ctypes or cffi: caller, file, name, line, whole name."""
    rows = used_outside.filter(pl.col("to").str.contains(r"^(?:ctypes|cffi)\."))
    return [
        (source, file, match[1], line, name)
        for source, name, file, line in rows.select("from", "to", "file", "line").iter_rows()
        if (match := _LOADED.fullmatch(name))
    ]
