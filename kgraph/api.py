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
from kgraph.pipeline.options import BuildOptions
from kgraph.progress import Progress
from kgraph.store import folder

if TYPE_CHECKING:
    from kgraph.diff import Comparison
    from kgraph.pipeline.build import BuildResult

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
    packs: Sequence[StrPath] = (),
    cache: StrPath | None = None,
    force: bool = False,
    related: bool = True,
    history: bool = True,
    calls: bool = True,
    references: bool = False,
    external_uses: bool = False,
    compile_commands: StrPath | None = None,
    compiler: bool = True,
    scip: Sequence[StrPath] = (),
    store: bool = False,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> KGraph:
    """Build the graph of the repository at `root`, and open it.

    Args:
        root: The folder of the repository.
        output: The folder of the graph, by default `<root>/.kgraph`.
        base: The base IRI of the nodes, by default made from the origin remote.
        exclude: Patterns as in `.gitignore`: files to leave out.
        vendored: Patterns of files to list without parsing them.
        ignore: Leave out what `.gitignore` names or git does not track.
        jobs: The number of worker processes, by default one per core.
        packs: Files of `kgraph pack`, or folders of them: where there is no graph yet, the build begins from the
            nearest.
        cache: Where this user's graphs share facts, "" for nowhere; by default `$KGRAPH_CACHE`, else a folder of the
            user's cache.
        force: Ignore caches and rebuild everything.
        related: Compute related files, which takes a third of the time.
        history: Use git's co-change history for related files.
        calls: Resolve calls, references and inheritance.
        references: Also find where C and C++ mention types, fields, variables, enumerators and macros.
        external_uses: Also list uses of what other packages offer, as external symbols.
        compile_commands: A compile database or its folder, by default one in the usual places.
        compiler: Use libclang for the files that a compile database compiles.
        scip: Indexes of other indexers, whose definitions, references and relationships are added (needs
            `kgraph-code[scip]`).
        store: Also make the triple store, instead of when the first SPARQL query needs it.
        executor: Reads files elsewhere, instead of worker processes.
        progress: Receives the progress of the stages.

    Returns:
        The graph, opened for reading; `built` says what the build did.

    Raises:
        InputError: The root or an option is not what it must be.
        GraphError: The output cannot be used.
    """
    from kgraph.pipeline.build import build as build_graph  # which who opens a graph does without

    options = BuildOptions(
        base=base,
        exclude=tuple(exclude),
        vendored=tuple(vendored),
        ignore=ignore,
        jobs=jobs,
        packs=tuple(map(Path, packs)),
        cache=cache,
        force=force,
        executor=executor,
        related=related,
        history=history,
        calls=calls,
        references=references,
        external_uses=external_uses,
        compile_commands=Path(compile_commands) if compile_commands is not None else None,
        compiler=compiler,
        scip=tuple(map(Path, scip)),
        store=store,
    )
    built = build_graph(Path(root), Path(output) if output is not None else None, options, progress)
    return _open_result(built, progress)


def open(path: StrPath = ".", *, progress: Progress | None = None) -> KGraph:  # noqa: A001 - called as kgraph.open
    """Open the graph at `path`: its folder, the repository that holds it, or any folder below.

    Args:
        path: Where the graph is.
        progress: Receives the progress of making the triple store, should a SPARQL query need one that is not there.

    Raises:
        GraphError: There is none.
    """
    return KGraph(folder.open_current(folder.find(Path(path))), progress)


def rebuild(root: StrPath = ".", *, jobs: int | None = None, progress: Progress | None = None) -> KGraph:
    """Update the graph of the repository at `root`, with the options that it was built with, and open it.

    Where there is none, it is built.

    Args:
        root: The repository, or a folder below it.
        jobs: The number of worker processes, by default one per core.
        progress: Receives the progress of the stages.
    """
    from kgraph.pipeline.build import build as build_graph
    from kgraph.pipeline.recorded import load_recorded_options, root_of

    try:
        previous = open(root)
    except GraphError:
        return build(root, jobs=jobs, progress=progress)
    with previous:
        options = replace(load_recorded_options(previous.manifest, root_of(previous.path)), jobs=jobs)
        built = build_graph(root_of(previous.path), previous.path, options, progress)
    return _open_result(built, progress)


def compare(
    old: StrPath,
    new: StrPath,
    *,
    root: StrPath | None = None,
    graph: StrPath | None = None,
    related: bool | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Compare two graphs, or two git revisions of one repository. Nothing is checked out.

    Args:
        old: The folder of a graph, or a git revision.
        new: The other one.
        root: The repository of the revisions, by default that of the working folder.
        graph: The folder of its graph, whose facts and options are used.
        related: Compare the related files of revisions, too.
        progress: Receives the progress of the stages.

    Raises:
        InputError: A side is neither a graph nor a revision.
    """
    from kgraph.diff import compare_graphs

    repository, place = (Path(each) if each is not None else None for each in (root, graph))
    return compare_graphs(str(old), str(new), repository, place, related=related, progress=progress)


def _open_result(result: BuildResult, progress: Progress | None) -> KGraph:
    graph = open(result.folder, progress=progress)
    graph.built = result
    return graph
