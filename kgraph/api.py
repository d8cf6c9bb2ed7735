"""The public functions: build a graph, open one, compare two.

import kgraph

graph = kgraph.build("pytorch")
for row in graph.query("includers", path="c10/util/Exception.h").dicts():
    print(row["file"])
graph.frame("files")
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kgraph.errors import GraphError
from kgraph.graph import KGraph, StrPath
from kgraph.pipeline.build import BuildResult
from kgraph.pipeline.build import build as build_graph
from kgraph.pipeline.options import BuildOptions
from kgraph.pipeline.progress import Progress
from kgraph.store import folder

if TYPE_CHECKING:
    from kgraph.diff import Comparison

__all__ = ["KGraph", "build", "compare", "open", "rebuild"]


def build(
    root: StrPath,
    *,
    output: StrPath | None = None,
    base: str | None = None,
    exclude: Sequence[str] = (),
    vendored: Sequence[str] = (),
    ignore: bool = True,
    jobs: int | None = None,
    force: bool = False,
    related: bool = True,
    history: bool = True,
    calls: bool = True,
    compile_commands: StrPath | None = None,
    compiler: bool = True,
    scip: Sequence[StrPath] = (),
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> KGraph:
    """Build the graph of the repository at `root` in `output` (by default `<root>/.kgraph`), and open it.

    `base` is the base IRI of its nodes, by default made from the origin remote. `exclude` and `vendored` are
    patterns as in `.gitignore`: excluded files are left out, vendored ones are listed but not parsed. Without `ignore`
    all files are read that lie there, also those that `.gitignore` names or git does not track. `jobs` is the number
    of worker processes, by default one per core; `executor` reads files elsewhere instead. With `force`
    nothing is taken from an earlier build. Without `related` no files are told that belong together, which saves a
    third of the time; without `history` they are told from their contents and names alone. Without `calls` nobody finds
    out who calls, inherits and uses what. `compile_commands` is a compile database or its folder, by default one in the
    usual places: the files that it compiles are read by libclang, unless `compiler` is False. `scip` names indexes that
    other indexers made, whose definitions, references and relationships are added (needs `kgraph-code[scip]`).

    Raises `InputError` where the root or an option is not what it must be, `GraphError` where the output cannot be
    used.
    """
    options = BuildOptions(
        base=base,
        exclude=tuple(exclude),
        vendored=tuple(vendored),
        ignore=ignore,
        jobs=jobs,
        force=force,
        executor=executor,
        related=related,
        history=history,
        calls=calls,
        compile_commands=Path(compile_commands) if compile_commands is not None else None,
        compiler=compiler,
        scip=tuple(map(Path, scip)),
    )
    built = build_graph(Path(root), Path(output) if output is not None else None, options, progress)
    return _opened(built)


def open(path: StrPath = ".") -> KGraph:  # noqa: A001 - called as kgraph.open
    """Open the graph at `path`: its folder, the repository that holds it, or any folder below.

    Raises `GraphError` where there is none.
    """
    return KGraph(folder.open_current(folder.find(Path(path))))


def rebuild(root: StrPath = ".", *, jobs: int | None = None, progress: Progress | None = None) -> KGraph:
    """Bring the graph of the repository at `root` up to date, with the options that it was built with, and open it.

    Where there is none, it is built. `root` may also be a folder below the repository's.
    """
    from kgraph.pipeline.recorded import recorded_options, root_of

    try:
        previous = open(root)
    except GraphError:
        return build(root, jobs=jobs, progress=progress)
    with previous:
        options = replace(recorded_options(previous.manifest, root_of(previous.path)), jobs=jobs)
        built = build_graph(root_of(previous.path), previous.path, options, progress)
    return _opened(built)


def compare(
    old: StrPath,
    new: StrPath,
    *,
    root: StrPath | None = None,
    graph: StrPath | None = None,
    related: bool | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """What differs between two graphs' folders, or two git revisions of the repository at `root`.

    `root` is by default the repository of the working folder, and `graph` the folder of its graph, whose facts and
    options are used. Related files of revisions are compared with `related`. Nothing is checked out.

    Raises `InputError` where a side is neither a graph nor a revision.
    """
    from kgraph.diff import between

    repository, place = (Path(each) if each is not None else None for each in (root, graph))
    return between(str(old), str(new), repository, place, related=related, progress=progress)


def _opened(result: BuildResult) -> KGraph:
    graph = open(result.folder)
    graph.built = result
    return graph
