"""The edges of a small tree with names in place of ids; the tree is scanned, extracted and assembled in this process.

Input: a folder. Output: `SpecGraph`: `Edge` values, and every name in the graph. The text tier needs only the files; in
the semantic tier, each source file is compiled as a translation unit of its own.
"""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote

from msgspec.structs import replace

from kgraph.assemble.assemble import AssembleInput, assemble
from kgraph.extract import extract
from kgraph.extract.cpp.macros import attribute_macros, harvest
from kgraph.extract.manifests.names import manifest_of
from kgraph.extract.semantic import database, driver
from kgraph.languages import C_FAMILY
from kgraph.model import Compiled, Graph
from kgraph.scan import scan
from kgraph.store.cache import Cache
from kgraph.vocab.tables import EDGES, USE_EDGES

COMPILED = {".c": ("cc", "-std=c17"), ".cpp": ("c++", "-std=c++20")}  # how the semantic tier reads source files
T = TypeVar("T")
BUILD_VERBS = ("builds", "linksAgainst", "buildsAfter", "runs")  # stated at the line of the target or test
VERBS = (
    *("defines", "declares", "includes", "imports", "links", "skipped", "readAs", "requires", "providedBy", "notes"),
    *("generatedFrom", "needs", "analysed"),
    *USE_EDGES.values(),
    *BUILD_VERBS,
)


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """An edge of the graph at a line of a file."""

    file: str
    line: int  # from 1; 0 for an edge of the file as a whole
    verb: str  # one of `VERBS`
    target: str  # in full; other spellings of it are in `names`
    detail: str = ""  # roles of a use, or the condition of an include
    source: str = ""  # who uses the target, in full
    evidence: str = ""  # "" where nothing is inferred
    names: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SpecGraph:
    edges: Sequence[Edge]
    names: frozenset[str]  # of all symbols, files, folders and externals


def build(root: Path, compiled: Compiled | None = None, *, references: bool = False) -> SpecGraph:
    """The edges of the files below `root`, with the compiler's facts in the semantic tier."""
    return named(graph_of(root, compiled, references=references))


def graph_of(root: Path, compiled: Compiled | None = None, *, references: bool = False) -> Graph:
    """The graph of the files below `root`."""
    found = scan(root)
    files = [file for file in found.files if file.form != "submodule"]
    contents = [b"" if file.form == "symlink" else (found.root / file.path).read_bytes() for file in files]
    macros = attribute_macros(
        define
        for file, content in zip(files, contents, strict=True)
        if file.language in C_FAMILY
        for define in harvest(content)
    )
    facts = [
        extract(content, file.language, macros, with_references=references, manifest=manifest_of(file.path))
        for file, content in zip(files, contents, strict=True)
    ]
    return assemble(AssembleInput(found.repository, files, facts, agent="specs", compiled=compiled))


def compiled(root: Path, flags: Mapping[str, Sequence[str]]) -> dict[str, Compiled]:
    """The compiler's facts for each folder of `root` named in `flags`, as if the folder were a repository of its own.

    Each source file is a translation unit, with its folder as include path and the flags of the folder. All are read in
    one run, since starting the compiler takes longer than reading a hundred files of this size.
    """
    units: list[dict[str, object]] = []
    blobs: dict[str, str] = {}
    for folder, more in flags.items():
        files = [file for file in scan(root / folder).files if file.form == "file"]
        blobs |= {f"{folder}/{file.path}": file.blob for file in files}
        for file in files:
            if how := COMPILED.get(Path(file.path).suffix):
                here = str(root / folder)
                units.append({"directory": here, "file": file.path, "arguments": [*how, f"-I{here}", *more, file.path]})
    with tempfile.TemporaryDirectory() as scratch, Cache(Path(scratch) / "cache") as cache:
        path = Path(scratch) / "compile_commands.json"
        path.write_text(json.dumps(units))
        read = database.read(path, root, blobs)
        told = driver.read(read, root, blobs, cache, driver.ReadOptions(jobs=1, scratch=Path(scratch)))
    return {folder: _part(told, f"{folder}/") for folder in flags}


def _part(told: Compiled, front: str) -> Compiled:
    """The facts of the files whose paths have a prefix, with that prefix removed."""

    def within(paths: Mapping[str, T]) -> dict[str, T]:
        return {path.removeprefix(front): value for path, value in paths.items() if path.startswith(front)}

    def cut(directives: Sequence[tuple[int, str]]) -> tuple[tuple[int, str], ...]:
        return tuple((line, path.removeprefix(front)) for line, path in directives)

    files = {
        path: [
            replace(each, paths=tuple(p.removeprefix(front) for p in each.paths), includes=cut(each.includes))
            for each in said
        ]
        for path, said in within(told.files).items()
    }
    deciding_units = {path: unit.removeprefix(front) for path, unit in within(told.deciding_units).items()}
    carried_out = {path: cut(said) for path, said in within(told.includes).items()}
    units = [unit for unit in told.units if unit.path.startswith(front)]
    return Compiled(told.database, units, files, carried_out, deciding_units, within(told.notes))


def named(graph: Graph) -> SpecGraph:
    """The graph's edges with names in place of ids."""
    names = _names(graph)
    edges = sorted(
        {
            *_declarations(graph, names),
            *_includes(graph),
            *_uses(graph, names),
            *_of_files(graph, names),
            *_builds(graph, names),
        }
    )
    return SpecGraph(edges, frozenset(name for several in names.values() for name in several))


def _names(graph: Graph) -> dict[str, list[str]]:
    """The accepted names of each node, the full name first."""
    names: dict[str, list[str]] = {}
    for id_, qualified in graph["symbols"].select("id", "qualified_name").iter_rows():
        _, family, _, name = id_.split("/", 3)
        whole = unquote(name)
        if family == "python":  # by module, as Python's own names are
            names[id_] = [qualified]
        else:
            names[id_] = list(dict.fromkeys((whole, _without_file(whole), qualified)))
    names |= {id_: [purl.removeprefix("pkg:")] for id_, purl in graph["packages"].select("id", "purl").iter_rows()}
    for table, column in (("files", "path"), ("folders", "path"), ("externals", "spelling")):
        names |= {id_: [name] for id_, name in graph[table].select("id", column).iter_rows()}
    return names


def _without_file(name: str) -> str:
    """The name of a file-local symbol, `helper(int)@a.cpp`, without the file."""
    return name.rpartition("@")[0] or name


def _path(file: str) -> str:
    return unquote(file.removeprefix("file/"))


def _declarations(graph: Graph, names: dict[str, list[str]]) -> Iterator[Edge]:
    kinds = dict(graph["symbols"].select("id", "kind").iter_rows())
    places = {
        id_: (_path(file), line) for id_, file, line in graph["locations"].select("id", "file", "start_line").rows()
    }
    for symbol, kind, place in graph[EDGES].select("source", "kind", "target").iter_rows():
        if kind in ("definition", "declaration"):
            called = [f"{kinds[symbol]} {name}" for name in names[symbol]]
            verb = "defines" if kind == "definition" else "declares"
            yield Edge(*places[place], verb, called[0], names=frozenset(called))


def _includes(graph: Graph) -> Iterator[Edge]:
    for row in graph["includes"].iter_rows(named=True):
        verb = "imports" if row["form"] in ("import", "from") else "includes"
        files = [_path(id_) for key in ("targets", "candidates", "templates") for id_ in row[key] if id_[:5] == "file/"]
        outcome = "" if row["resolution"] == "repository" else f"{row['resolution']} "
        for target in files or [row["spelling"]]:
            whole = f"{outcome}{target}"
            condition = row["condition"] or ""
            source = _path(row["includer"]) if row["includer"] else ""
            place = _path(row["file"]), row["start_line"]
            names, sources = frozenset({whole}), frozenset({source} - {""})
            yield Edge(*place, verb, whole, condition, source, names=names, sources=sources)


def _uses(graph: Graph, names: dict[str, list[str]]) -> Iterator[Edge]:
    for row in graph["uses"].iter_rows(named=True):
        source, target = names[row["from"]], names[row["to"]]
        for line in row["at_lines"]:
            yield Edge(
                _path(row["file"]),
                line,
                USE_EDGES[row["kind"]],
                target[0],
                " ".join(row["roles"]),
                source[0],
                row["evidence"] or "",
                frozenset(target),
                frozenset(source),
            )


def _builds(graph: Graph, names: dict[str, list[str]]) -> Iterator[Edge]:
    """Edges of targets at the line that declares them, of packages where they are named or imported."""
    edges = graph[EDGES].select("source", "kind", "target").rows()
    places = {
        id_: (_path(file), line) for id_, file, line in graph["locations"].select("id", "file", "start_line").rows()
    }
    declared = {source: places[target] for source, kind, target in edges if kind == "definition"}
    provided = {source: names[target][0] for source, kind, target in edges if kind == "providedBy"}
    for source, kind, target in edges:
        if kind in BUILD_VERBS:
            yield Edge(
                *declared[source],
                kind,
                names[target][0],
                source=names[source][0],
                names=frozenset(names[target]),
                sources=frozenset(names[source]),
            )
    for row in graph["requirements"].iter_rows(named=True):
        if row["locked_version"] is None:
            package = names[row["package"]][0]
            whole = " ".join(filter(None, (package, row["specifier"])))
            detail = "" if row["scope"] == "runtime" else row["scope"]
            place = _path(row["file"]), row["start_line"]
            yield Edge(*place, "requires", whole, detail, names=frozenset({package, whole}))
    for row in graph["includes"].iter_rows(named=True):
        for target in row["targets"]:
            if target in provided:
                place = _path(row["file"]), row["start_line"]
                yield Edge(*place, "providedBy", provided[target], names=frozenset({provided[target]}))


def _of_files(graph: Graph, names: dict[str, list[str]]) -> Iterator[Edge]:
    """Edges of files as a whole."""
    edges: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for source, kind, target in graph[EDGES].select("source", "kind", "target").iter_rows():
        if kind in ("links", "generatedFrom", "needs"):
            edges[source].append((kind, names[target][0]))
    columns = ("id", "path", "read_as", "analysed", "diagnostics")
    for id_, path, read_as, analysed, notes in graph["files"].select(columns).iter_rows():
        yield from (Edge(path, 0, "analysed", aspect, names=frozenset({aspect})) for aspect in analysed)
        yield Edge(path, 0, "readAs", read_as, names=frozenset({read_as}))
        yield from (Edge(path, 0, kind, name, names=frozenset({name})) for kind, name in edges[id_])
        yield from (Edge(path, 0, "notes", note, names=_beginnings(note)) for note in notes if read_as != "skipped")
        if read_as == "skipped":
            yield from (Edge(path, 0, "skipped", note, names=_beginnings(note)) for note in notes)


def _beginnings(note: str) -> frozenset[str]:
    """A note, "line 3: syntax error: invalid syntax", and its prefixes: the wording depends on Python."""
    parts = note.split(": ")
    return frozenset(": ".join(parts[: count + 1]) for count in range(len(parts)))
