"""A whole build: its time, processor time, memory and disk; queries and export; beside two peers.

    python benchmarks/build.py ROOT [--jobs N]

Works on a copy of the files that git tracks, committed anew in a scratch folder, so that ROOT is left alone and one
file can be edited. The copy has just been written: its pages are in memory, as they are for who works on a
repository. In one run, one after the other:

- build from nothing; again with nothing changed; again with one line added to one file (the C-family file of median
  size, or --edit);
- the bare tree-sitter parse of the same C-family files by as many workers, and kgraph's extractor on them;
- `ctags -R`, when Universal Ctags is installed;
- each shipped query whose parameters can be chosen from the graph: on the most included file, or over the whole graph;
  in one process, best of three, fetching every row. `kgraph query` from start to finish besides;
- export as N-Triples, against the dump of the engine itself.

The last table puts the figures beside the budgets. Those in seconds and megabytes are meant for PyTorch of March 2021
(commit e43ea227) on two cores with nothing else running; the ratios for any repository. `common.py` says how
processor time and memory are measured.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from common import (
    Measured,
    commit_all,
    copy_tracked,
    folder_size,
    heading,
    kgraph_command,
    megabytes,
    ratio,
    run,
    stop,
    table,
)

Figures = dict[str, float]
HERE = Path(__file__).parent

# What is measured, its budget, and how it is printed.
BUDGETS: tuple[tuple[str, float, str], ...] = (
    ("from nothing: column tables ready", 15, "s"),
    ("from nothing: store ready", 35, "s"),
    ("from nothing: peak memory", 2000, "MB"),
    ("again, nothing changed", 1.5, "s"),
    ("again, one file changed", 3, "s"),
    ("extraction of the C family / bare parse", 2, "x"),
    ("graph at rest", 400, "MB"),
    ("slowest shipped query on one file or symbol", 0.05, "s"),
    ("slowest shipped query over the whole graph", 2, "s"),
    ("kgraph query, start to finish", 0.6, "s"),
    ("export N-Triples / the engine's dump", 1.3, "x"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", type=Path)
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--edit", metavar="PATH", help="the file to change")
    parser.add_argument("--scratch", type=Path, help="where to make the copy; default the system's temporary folder")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures here too")
    options = parser.parse_args()
    root = options.root.resolve()
    with tempfile.TemporaryDirectory(prefix="kgraph-build-", dir=options.scratch) as name:
        tree, graph = Path(name, root.name), Path(name, "graph")
        files = copy_tracked(root, tree)
        commit_all(tree)
        print(f"{root.name}: {files:,} files, {folder_size(tree) / 1e6:,.0f} MB with .git; {options.jobs} workers")
        figures = builds(tree, graph, options.jobs, options.edit)
        figures |= peers(tree, Path(name), options.jobs)
        figures |= queries(graph)
        figures |= export(graph, Path(name))
    heading("Beside the budgets (seconds and megabytes: for PyTorch of March 2021)")
    table(("what", "measured", "budget", "", "of the budget"), beside_budgets(figures))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))


def beside_budgets(figures: Figures) -> Iterator[tuple[object, ...]]:
    for what, budget, unit in BUDGETS:
        measured = figures.get(what)
        yield what, measured, float(budget), unit, ratio(measured, budget) if measured is not None else None


# --- builds -----------------------------------------------------------------------------------------------------------


def builds(tree: Path, graph: Path, jobs: int, edit: str | None) -> Figures:
    """Build three times."""
    command = [*kgraph_command(), "build", tree, "-o", graph, "--jobs", str(jobs), "--json"]
    first = run(command)
    size = folder_size(graph)
    stored = run([*command, "--store"])
    size_with_store = folder_size(graph)
    again = run(command)
    edited = tree / (edit or median_file(graph))
    with edited.open("a") as file:
        file.write("\n// One more line.\n")
    changed = run(command)
    heading("Builds")
    timings = [json.loads(done.output)["timings"] for done in (first, again, changed)]
    stages = list(dict.fromkeys(stage for timing in timings for stage in timing))
    table(
        ("", "wall s", "cpu s", "peak memory", "summed RSS", *(f"{stage} s" for stage in stages)),
        (
            (
                what,
                done.wall,
                done.cpu,
                megabytes(done.memory),
                megabytes(done.resident),
                *(float(timing[stage]) if stage in timing else None for stage in stages),
            )
            for what, done, timing in zip(
                ("from nothing", "nothing changed", f"changed {edited.name}"),
                (first, again, changed),
                timings,
                strict=True,
            )
        ),
    )
    print(f"disk: {size / 1e6:,.0f} MB, {size_with_store / 1e6:,.0f} MB with the triple store")
    for part in ("tables", "store", "facts.sqlite"):
        path = (graph / part).resolve()
        if path.exists():
            print(f"  {part}: {(folder_size(path) if path.is_dir() else path.stat().st_size) / 1e6:,.0f} MB")
    start = first.wall - timings[0]["total"]  # of the process, before the build's own clock
    return {
        "from nothing: column tables ready": start + timings[0]["tables"],
        "from nothing: store ready": first.wall + stored.wall,
        "from nothing: cpu": first.cpu,
        "from nothing: peak memory": first.memory / 1e6,
        "again, nothing changed": again.wall,
        "again, one file changed": changed.wall,
        "graph at rest": size / 1e6,
        "graph at rest, with store": size_with_store / 1e6,
    }


def median_file(graph: Path) -> str:
    """The C-family file of median size."""
    import polars as pl

    files = pl.read_parquet(graph / "tables" / "files.parquet")
    sizes = files.filter(pl.col("language").is_in(["C", "C++"])).sort("size", "path")["path"]
    if not len(sizes):
        stop("no C or C++ file to change", "name a file by --edit")
    return str(sizes[len(sizes) // 2])


# --- peers ------------------------------------------------------------------------------------------------------------


def peers(tree: Path, scratch: Path, jobs: int) -> Figures:
    """The bare parse, the extractor, and ctags."""
    rows: list[tuple[object, ...]] = []
    seconds: dict[str, float] = {}
    for what, by in (("tree-sitter, bare parse", "bare"), ("kgraph, extraction", "kgraph")):
        done = run([sys.executable, HERE / "parse.py", tree, "--by", by, "--jobs", str(jobs)])
        said = json.loads(done.output)
        seconds[by] = said["cpu"]
        rows.append((what, said["files"], said["wall"], said["cpu"], megabytes(done.memory)))
    if shutil.which("ctags"):
        done = run(["ctags", "-R", "-f", scratch / "tags", tree])
        with (scratch / "tags").open("rb") as tags:
            count = sum(1 for _ in tags)
        rows.append((f"ctags -R ({count:,} tags)", None, done.wall, done.cpu, megabytes(done.memory)))
    heading("Peers")
    table(("", "C-family files", "wall s", "cpu s", "peak memory"), rows)
    print("the ratio below is of processor time: that of the wall hangs on how evenly the last files fall")
    return {"extraction of the C family / bare parse": seconds["kgraph"] / seconds["bare"]}


# --- queries ----------------------------------------------------------------------------------------------------------


_WHOLE = "the whole graph"


def queries(graph: Path) -> Figures:
    """Every shipped query that we can find parameters for."""
    import pyoxigraph

    import kgraph
    from kgraph.errors import KgraphError
    from kgraph.query import load_shipped, names
    from kgraph.query.execution import execute as ask

    with kgraph.open(graph) as opened:
        assert opened.store is not None  # makes it if need be
    store = pyoxigraph.Store.read_only(str(graph / "store"))
    base = json.loads((graph / "manifest.json").read_text())["repository"]["base"]
    chosen = parameters(graph)
    rows: list[tuple[str, str, int, float]] = []
    left_out, failed = [], []
    for name in names():
        query = load_shipped(name)
        needed = {it.name: it.type for it in query.parameters if it.need == "required"}
        if not chosen.keys() >= set(needed.values()):
            left_out.append(name)
            continue
        given = {it: chosen[it if type_ == "text" and it in chosen else type_] for it, type_ in needed.items()}
        if name.startswith("folder-") and "path" in given:
            given["path"] = chosen["folder"]
        scope = ", ".join(given) if given else _WHOLE
        if given.get("path") == chosen["folder"] or "text" in given:  # read as much as they answer, or all symbols
            scope = f"{_WHOLE}: {scope}"
        try:
            rows.append((name, scope, *_best_of_three(lambda q=query, g=given: ask(store, q, g, base=base))))
        except KgraphError as error:
            failed.append(f"{name}: {str(error).splitlines()[0]}")
    heading("Queries, in one process")
    print(", ".join(f"{name} = {value}" for name, value in chosen.items()))
    table(("query", "on", "rows", "s"), sorted(rows, key=lambda row: (row[1].startswith(_WHOLE), -row[3])))
    if left_out:
        print("no parameters chosen for: " + ", ".join(left_out))
    for failure in failed:
        print(f"failed: {failure}")
    figures: Figures = {}
    for what, whole in (("on one file or symbol", False), ("over the whole graph", True)):
        times = [row[3] for row in rows if row[1].startswith(_WHOLE) == whole]
        if times:
            figures[f"slowest shipped query {what}"] = max(times)
    if "includes" in names():
        command = [*kgraph_command(), "query", "includes", "-g", graph, "--param", f"path={chosen['path']}"]
        runs = [run(command, check=False) for _ in range(5)]
        if any(done.status for done in runs):
            print(f"`kgraph query includes` failed: {runs[-1].errors.strip()[:300]}")
        else:
            wall = statistics.median(done.wall for done in runs)
            print(f"`kgraph query includes` from start to finish: {wall:.2f} s (median of five)")
            figures["kgraph query, start to finish"] = wall
    return figures


def _best_of_three(ask: Callable[[], Any]) -> tuple[int, float]:
    """Rows of an answer, and seconds until the last was fetched."""
    best, count = float("inf"), 0
    for _ in range(3):
        started = time.perf_counter()
        answer = ask()
        count = 1 if isinstance(answer, bool) else sum(1 for _ in answer)
        best = min(best, time.perf_counter() - started)
        if best > 5:
            break
    return count, best


def parameters(graph: Path) -> dict[str, str]:
    """Values by a parameter's name or type: the most included file, and a class of it with many members."""
    import polars as pl

    edges = pl.read_parquet(graph / "tables" / "edges.parquet")
    files = pl.read_parquet(graph / "tables" / "files.parquet").select("id", "path")
    symbols = pl.read_parquet(graph / "tables" / "symbols.parquet")
    targets = edges.filter(pl.col("kind").is_in(["includes", "imports"])).group_by("target").len()
    hubs = targets.join(files, left_on="target", right_on="id").sort("len", "path", descending=[True, False])
    chosen = {"path": hubs["path"][0]} if len(hubs) else {"path": files["path"][0]}
    members = edges.filter(pl.col("kind") == "contains").group_by("source").len()
    classes = (
        symbols.filter(pl.col("kind").is_in(["Class", "Struct"]))
        .join(members, left_on="id", right_on="source")
        .sort("len", "id", descending=[True, False])
    )
    if len(classes):
        chosen |= {
            "symbol": classes["qualified_name"][0],
            "name": classes["name"][0],
            "kind": classes["kind"][0],
            "text": classes["name"][0],
            "integer": "10",
        }
    folder = chosen["path"].rpartition("/")[0]
    return {**chosen, "folder": folder or "."}


# --- export -----------------------------------------------------------------------------------------------------------

_DUMP = """
import sys, pyoxigraph as ox
ox.Store.read_only(sys.argv[1]).dump(sys.argv[2], ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
"""


def export(graph: Path, scratch: Path) -> Figures:
    """The whole graph as N-Triples."""
    import kgraph

    ours, theirs = scratch / "ours.nt", scratch / "theirs.nt"
    exported = run([*kgraph_command(), "export", "-g", graph, "-f", "nt", "-o", ours])
    with kgraph.open(graph) as opened:
        assert opened.store is not None  # makes it if need be
    dumped = run([sys.executable, "-c", _DUMP, graph / "store", theirs])
    sizes = [path.stat().st_size for path in (ours, theirs)]
    with suppress(OSError):
        for path in (ours, theirs):
            path.unlink()
    heading("Export as N-Triples")
    table(("", "wall s", "cpu s", "peak memory", "written"), _export_rows(exported, dumped, sizes))
    return {"export N-Triples / the engine's dump": exported.wall / dumped.wall}


def _export_rows(exported: Measured, dumped: Measured, sizes: list[int]) -> Iterator[tuple[object, ...]]:
    for what, done, size in zip(("kgraph export", "the engine's dump"), (exported, dumped), sizes, strict=True):
        yield what, done.wall, done.cpu, megabytes(done.memory), megabytes(size)


if __name__ == "__main__":
    main()
