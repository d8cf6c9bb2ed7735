"""All facts to one graph: here spellings become edges.

Input: the files of a repository and the facts of each. Output: a `Graph` of sorted column tables. Equal input gives
equal tables, whatever the order or number of workers that read the files.
"""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any

import polars as pl

from kgraph.assemble.bridge import resolve_python
from kgraph.assemble.cpp.resolver import resolve_uses
from kgraph.assemble.fact_tables import Columns, clean, columns, header_macros, lists
from kgraph.assemble.include_resolution import resolve_includes
from kgraph.assemble.links import resolve_links
from kgraph.assemble.python.modules import ModuleIndex, resolve_imports
from kgraph.assemble.result_cache import ResultCache
from kgraph.assemble.scip import IndexedUse, resolved
from kgraph.assemble.semantic import Joined, carried_out, compiled_uses, join_places, of_other_files
from kgraph.assemble.suffix_index import PathSuffixIndex
from kgraph.assemble.symbols import join_symbols
from kgraph.assemble.test_edges import tests
from kgraph.assemble.use_tables import call_sites, spelled_uses, use_tables
from kgraph.languages import C_FAMILY
from kgraph.model import Compiled, Extracted, FileFacts, Graph, Kind, Repository, Skipped, SourceFile, SymbolFact
from kgraph.repository_paths import parent
from kgraph.vocab.iri import display_path, external_id, file_id, folder_id, include_id
from kgraph.vocab.tables import EDGE_COLUMNS, EDGES, TABLES, schema

BUILD_ID = "build"
_MAX_DIAGNOSTICS = 5
_MAX_CANDIDATES = 100  # that are told of one include: there may be thousands of files of one name


def assemble(
    repository: Repository,
    files: Sequence[SourceFile],
    facts: Sequence[Extracted],
    *,
    agent: str,
    options: Sequence[str] = (),
    calls: bool = True,
    compiled: Compiled | None = None,
    indexed: Sequence[IndexedUse] = (),
    kept: ResultCache | None = None,
    on_structure: Callable[[Mapping[str, pl.DataFrame]], None] | None = None,
) -> Graph:
    """The graph of a repository; `facts[i]` are those of `files[i]`, which are sorted by path.

    `agent` names the version of kgraph, `options` those that change what is in the graph. `calls` says whether to find
    out who uses what. What `compiled` says of a file replaces what was inferred; `indexed` are uses that the indexes of
    others tell, by numbers of `files`. `kept` has the answers of former builds, and takes those of this one.
    `on_structure` hears of the tables as soon as only uses are lacking.
    """
    present = [number for number, file in enumerate(files) if file.form != "submodule"]
    submodules = [file for file in files if file.form == "submodule"]
    pairs = [(file, fact) for file, fact in zip(files, facts, strict=True) if file.form != "submodule"]
    files, facts = [file for file, _ in pairs], [fact for _, fact in pairs]
    paths = PathSuffixIndex([file.path for file in files], {file.path: file.target for file in files if file.target})
    ids = [file_id(file.path) for file in files]

    modules = ModuleIndex(paths)
    wholes = {
        n: _module(file, fact, modules)
        for n, (file, fact) in enumerate(pairs)
        if file.language == "Python" and isinstance(fact, FileFacts)
    }
    laid = columns(files, facts, wholes)
    names = {n: clean(modules.name(file.path)) for n, file in enumerate(files) if file.language == "Python"}
    told = join_places(laid.symbols, compiled, paths.number) if compiled else None
    joined = join_symbols(told.facts, ids, names, told.same) if told else join_symbols(laid.symbols, ids, names)
    includes, externals, include_edges = _includes(paths, files, ids, laid, modules, compiled)
    links = _link_edges(paths, ids, laid, repository)
    folders, folder_edges = _folders(repository, files, ids, submodules)

    tables: dict[str, list[tuple[object, ...]]] = {
        "repository": [("", repository.name, repository.origin or None, repository.revision or None, BUILD_ID)],
        "activities": [(BUILD_ID, agent, sorted(options), None, [], None)],
        "folders": folders,
        "files": [_file_row(ids[n], file, fact, compiled) for n, (file, fact) in enumerate(pairs)],
        "externals": externals,
        "relations": [],  # of the stage after this one
        EDGES: [*folder_edges, *include_edges, *links],
    }
    frames = {name: _frame(name, rows) for name, rows in tables.items()}
    frames |= {name: joined[name].cast(schema(name)) for name in ("symbols", "locations")}  # type: ignore[arg-type]
    frames["includes"] = includes
    frames[EDGES] = pl.concat([frames[EDGES], joined[EDGES]])
    if on_structure:
        on_structure(frames)
    sites: Mapping[str, int] = {}
    uses = [resolved(indexed, present, laid.first_rows, joined["facts"], ids)]
    if calls:
        inferred, sites, outside = _uses(files, facts, ids, laid, joined["facts"], include_edges, modules, told, kept)
        uses += inferred
        frames["externals"] = pl.concat([frames["externals"], _frame("externals", outside)]).unique("id").sort("id")
    together = pl.concat(uses)
    frames["uses"], use_edges = use_tables(pl.concat([together, tests(together, joined["facts"])]))
    frames[EDGES] = _distinct(pl.concat([frames[EDGES], use_edges]))
    return Graph(repository, {name: frames[name] for name in (*TABLES, EDGES)}, sites)


def _distinct(edges: pl.DataFrame) -> pl.DataFrame:
    """The edges sorted, each once: among sorted ones, equal ones are neighbours."""
    edges = edges.sort("source", "kind", "target")
    return edges.filter(pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in EDGE_COLUMNS))


def _frame(table: str, rows: Iterable[tuple[object, ...]]) -> pl.DataFrame:
    frame = pl.DataFrame(list(rows), schema=schema(table), orient="row")
    return frame if table == EDGES else frame.sort("id")


# --- files and folders ----------------------------------------------------------------------------------------------


def _file_row(id_: str, file: SourceFile, fact: Extracted, compiled: Compiled | None) -> tuple[object, ...]:
    documentation: str | None = None
    lines: int | None
    read_as: str
    match fact:
        case FileFacts():
            read_as, lines, documentation = fact.read_as, fact.lines, clean(fact.doc) or None
            notes = [f"{_at(d.line)}{d.message}" for d in fact.diagnostics[:_MAX_DIAGNOSTICS]]
        case Skipped():
            read_as, lines = "skipped", fact.lines or None
            notes = [_at(fact.line) + fact.reason]
    if compiled:
        notes += compiled.notes.get(file.path, ())
        read_as = "semantic" if file.path in compiled.files and read_as != "skipped" else read_as
    if file.form == "symlink":
        notes, lines = [f"symbolic link to {display_path(file.target)}" if file.target else "symbolic link"], None
    elif file.unparsed and read_as == "listed":
        notes = [*notes, "not parsed: " + file.unparsed]
    return (
        id_,
        clean(display_path(file.path)),
        clean(display_path(posixpath.basename(file.path))),
        file.language or None,
        file.size,
        lines,
        file.blob,
        read_as,
        sorted({clean(note) for note in notes}),
        documentation,
    )


def _at(line: int) -> str:
    return f"line {line}: " if line else ""


def _folders(
    repository: Repository, files: Sequence[SourceFile], ids: Sequence[str], submodules: Sequence[SourceFile]
) -> tuple[list[tuple[object, ...]], list[tuple[str, str, str]]]:
    commits = {file.path: file.blob for file in submodules}
    folders = {"", *commits}
    edges = [("", "contains", folder_id(""))]
    for path in [*(file.path for file in files), *commits]:
        folder = parent(path)
        while folder not in folders:
            folders.add(folder)
            folder = parent(folder)
    edges += [(folder_id(parent(folder)), "contains", folder_id(folder)) for folder in folders if folder]
    edges += [(folder_id(parent(file.path)), "contains", id_) for file, id_ in zip(files, ids, strict=True)]
    rows: list[tuple[object, ...]] = [
        (
            folder_id(folder),
            clean(display_path(folder)) or ".",
            clean(display_path(posixpath.basename(folder))) or repository.name,
            commits.get(folder),
        )
        for folder in folders
    ]
    return rows, edges


def _module(file: SourceFile, fact: FileFacts, modules: ModuleIndex) -> SymbolFact:
    """The module that a Python file is; only here is its name known."""
    name = clean(modules.name(file.path))
    return SymbolFact(Kind.MODULE, name.rpartition(".")[2], 1, max(fact.lines, 1), local=True, doc=fact.doc)


# --- includes, imports, links ---------------------------------------------------------------------------------------


def _includes(
    paths: PathSuffixIndex,
    files: Sequence[SourceFile],
    ids: Sequence[str],
    laid: Columns,
    modules: ModuleIndex,
    compiled: Compiled | None,
) -> tuple[pl.DataFrame, list[tuple[object, ...]], list[tuple[str, str, str]]]:
    """The table `includes`, the rows of `externals`, and the plain edges."""
    directives = [(n, fact) for n, fact in laid.includes if files[n].language in C_FAMILY]
    imports = [(n, fact) for n, fact in laid.includes if files[n].language not in C_FAMILY]
    meant = resolve_includes(paths, directives, header_macros(laid))
    if compiled:
        meant = carried_out(paths, directives, meant, compiled)
    resolved = [
        *(("includes", *one) for one in zip(directives, meant, strict=True)),
        *(("imports", *one) for one in zip(imports, resolve_imports(imports, modules), strict=True)),
    ]
    edges: list[tuple[str, str, str]] = []
    externals: dict[str, tuple[object, ...]] = {}
    counts: dict[tuple[int, str], int] = defaultdict(int)
    rows: list[tuple[Any, ...]] = []
    for kind, (number, fact), resolution in resolved:
        spelling = clean(fact.spelling)
        targets = [ids[n] for n in resolution.targets]
        if resolution.outcome == "external":
            name, short = ("ExternalHeader", "header") if kind == "includes" else ("ExternalModule", "module")
            targets = [external_id(short, spelling)]
            externals[targets[0]] = (targets[0], name, spelling, None, [], None, None)
        count = counts[number, spelling]
        counts[number, spelling] += 1
        edges.extend((ids[number], kind, target) for target in targets)
        rows.append(
            (
                include_id(ids[number], spelling, count),
                ids[number],
                fact.line,
                spelling,
                fact.form,
                clean(fact.condition) or None,
                sorted(set(fact.names)) if fact.names else (),
                resolution.outcome,
                sorted(targets) if len(targets) > 1 else targets,
                sorted(ids[n] for n in resolution.candidates[:_MAX_CANDIDATES]) if resolution.candidates else (),
                sorted(ids[n] for n in resolution.templates[:_MAX_CANDIDATES]) if resolution.templates else (),
            )
        )
    types = schema("includes")
    frame = pl.DataFrame(
        [
            lists(name, values) if isinstance(types[name], pl.List) else pl.Series(name, values, types[name])
            for name, values in zip(types, zip(*rows, strict=True) if rows else repeat(()), strict=False)
        ]
    )
    return frame.sort("id"), list(externals.values()), edges


def _uses(
    files: Sequence[SourceFile],
    facts: Sequence[Extracted],
    ids: Sequence[str],
    laid: Columns,
    joined: pl.DataFrame,
    edges: Sequence[tuple[str, str, str]],
    modules: ModuleIndex,
    told: Joined | None,
    kept: ResultCache | None,
) -> tuple[list[pl.DataFrame], Mapping[str, int], Sequence[tuple[object, ...]]]:
    """Rows of `uses.RESOLVED`, how many call sites became what, and rows of `externals`."""
    numbers = {id_: number for number, id_ in enumerate(ids)}
    included = pl.DataFrame(
        [(numbers[a], numbers[b]) for a, kind, b in edges if kind == "includes" and b in numbers],
        schema={"file": pl.Int64, "target": pl.Int64},
        orient="row",
    )
    c_family = [n for n, file in enumerate(files) if file.language in C_FAMILY]
    spelled = spelled_uses(facts, c_family, laid.first_rows)
    c, c_externals = resolve_uses(spelled, joined, ids, included, kept)
    compiled = compiled_uses(told, joined, ids) if told else c.clear()
    if told:
        c = of_other_files(c, told, ids)
        spelled = spelled.filter(~pl.col("file").is_in(sorted(told.reached)))
    python, python_externals = resolve_python(facts, ids, joined, modules, kept)
    sites = call_sites(spelled, c)
    sites["extracted"] += compiled.filter(kind="Call").height
    return [c, compiled, python], sites, [*c_externals, *python_externals]


def _link_edges(
    paths: PathSuffixIndex, ids: Sequence[str], laid: Columns, repository: Repository
) -> list[tuple[str, str, str]]:
    found = set(resolve_links(paths, laid.links, repository.origin))
    return [
        (ids[number], "links", ids[paths.number[target]] if target in paths.number else folder_id(target))
        for number, target in sorted(found)
    ]
