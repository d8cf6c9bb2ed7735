"""The semantic tier against a bare libclang parse of the same units, and clangd's index; its calls against libclang's.

    python benchmarks/semantic.py ROOT DATABASE [--under PREFIX] [--sample N] [--jobs N] [--clangd PATH] [--edges N]

Three programs read the same units: libclang alone, which parses and forgets; `kgraph build` from nothing; and, where
there is one, clangd, which writes its background index. For a part of the database one of that part alone is written
to a folder that is thrown away. Seconds of processor time count on a machine that has other work to do.

Edges: of N units picked by chance, every call expression in the unit's own file whose callee is declared in the
repository, as a plain walk by libclang's own Python binding tells it, must stand in the graph as a call at that line,
and every call in the graph at a line of such a file must be told by that walk. Conversions are left out: the binding
gives them the name of a canonical type, and no line.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from common import Measured, run, stop, table

from kgraph.extract.semantic import database
from kgraph.extract.semantic.database import Unit
from kgraph.extract.semantic.libclang import builtin_headers
from kgraph.extract.work import MEMORY_BYTES

_KGRAPH = ("-m", "kgraph", "build", "--json", "--no-related")


def main() -> None:
    options = _options()
    root = options.root.resolve()
    tracked = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
    units = list(database.read(options.database, root, tracked).units)
    units = [unit for unit in units if os.path.relpath(unit.file, root).startswith(options.under)]
    if options.sample and options.sample < len(units):
        units = sorted(random.Random(1).sample(units, options.sample), key=lambda unit: unit.file)
    if not units:
        stop(f"{options.database}: no unit below {options.under!r}")
    with tempfile.TemporaryDirectory(prefix="kgraph-semantic-") as folder:
        where = Path(folder)
        _write_database(units, where / "part")
        _compare(root, units, where, options)
        if options.edges:
            _check_edges(root, units, where / "graph", options.edges)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", type=Path)
    parser.add_argument("database", type=Path)
    parser.add_argument("--under", default="", help="only units whose path from the root begins so")
    parser.add_argument("--sample", type=int, help="only N units, picked by chance, always the same")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--clangd", type=Path, help="time its background index too")
    parser.add_argument("--edges", type=int, default=0, metavar="N", help="check the calls of N units")
    return parser.parse_args()


def _write_database(units: list[Unit], folder: Path) -> None:
    folder.mkdir()
    entries = [
        {"directory": unit.folder, "file": unit.file, "arguments": ["cc", *unit.arguments, unit.file]} for unit in units
    ]
    (folder / database.NAME).write_text(json.dumps(entries))


def _compare(root: Path, units: list[Unit], where: Path, options: argparse.Namespace) -> None:
    part = where / "part"
    jobs = str(options.jobs)
    graph = ("-o", str(where / "graph"), "--jobs", jobs)
    with_it = run([sys.executable, *_KGRAPH, str(root), "--compile-commands", str(part), *graph])
    again = run([sys.executable, *_KGRAPH, str(root), "--compile-commands", str(part), *graph])
    without = run([sys.executable, *_KGRAPH, str(root), "--no-compiler", "-o", str(where / "plain"), "--jobs", jobs])
    here = Path(__file__)
    bare = run([sys.executable, str(here.with_name("bare_parse.py")), str(part), jobs])
    manifest = json.loads(with_it.output)
    rows = [
        _row("bare parse of the units by libclang", bare, bare),
        _row("kgraph build with the compile database", with_it, bare),
        _row("kgraph build without it", without, bare),
        _row("kgraph build again, nothing changed", again, bare),
    ]
    if options.clangd:
        rows.append(_row("clangd, background index", _clangd(options.clangd, part, units[0].file, jobs), bare))
    told = manifest["ledger"]["compiler"]
    print(f"{len(units)} units, {told['read']} read completely, {told['files']} files of the repository reached")
    print(f"{manifest['counts']['uses']:,} uses; edges {manifest['counts']['edges']}")
    tier = with_it.cpu - without.cpu
    print(f"the semantic tier alone: {tier:.1f} s of processor time, {tier / bare.cpu:.2f} of the bare parse")
    print(f"a worker is ended, and its unit read as text, beyond {MEMORY_BYTES / 1e6:,.0f} MB of address space")
    table(("what", "wall s", "CPU s", "CPU ratio", "peak memory, all processes", "largest worker"), rows)


def _row(what: str, measured: Measured, bare: Measured) -> tuple[str, ...]:
    ratio = f"{measured.cpu / bare.cpu:.2f}"
    memory = (f"{measured.memory / 1e6:,.0f} MB", f"{measured.worker / 1e6:,.0f} MB")
    return what, f"{measured.wall:.1f}", f"{measured.cpu:.1f}", ratio, *memory


def _clangd(program: Path, part: Path, file: str, jobs: str) -> Measured:
    """Open one file, which makes clangd index all that the database names, and wait until it says that it is done."""
    return run([sys.executable, str(Path(__file__).with_name("clangd_index.py")), program, str(part), file, jobs])


# --- edges ------------------------------------------------------------------------------------------------------------


def _check_edges(root: Path, units: list[Unit], graph: Path, count: int) -> None:
    import kgraph

    chosen = sorted(random.Random(2).sample(units, min(count, len(units))), key=lambda unit: unit.file)
    with ProcessPoolExecutor(2) as pool:
        truth = {call for calls in pool.map(_calls, [(unit, str(root)) for unit in chosen]) for call in calls}
    ours: set[tuple[str, int, str]] = set()
    with kgraph.open(graph) as opened:
        for unit in chosen:
            path = os.path.relpath(unit.file, root)
            text = (
                "SELECT ?line ?name { ?use a kg:Call ; kg:inFile/kg:path %s ; kg:line ?line ; kg:to/rdfs:label ?name }"
            )
            rows = opened.query(text % json.dumps(path))
            ours |= {(path, row["line"], _base(row["name"])) for row in rows.dicts() if not _converts(row["name"])}
    both = len(truth & ours)
    print(f"calls of {len(chosen)} units: {len(truth)} by libclang's binding, {len(ours)} in the graph, {both} in both")
    print(f"  precision {both / max(len(ours), 1):.4f}  recall {both / max(len(truth), 1):.4f}")
    for what, some in (("only in the graph", ours - truth), ("missing", truth - ours)):
        for call in sorted(some)[:8]:
            print(f"  {what}: {call}")


def _calls(task: tuple[Unit, str]) -> list[tuple[str, int, str]]:
    from clang.cindex import CursorKind, Index

    unit, root = task
    own = [f"-working-directory={unit.folder}", "-w", "-resource-dir", builtin_headers() or ""]
    parsed = Index.create().parse(unit.file, [*unit.arguments, *own])
    found = []
    for cursor, around in _walk(parsed.cursor, unit.file):
        callee = cursor.referenced
        if cursor.kind != CursorKind.CALL_EXPR or callee is None or callee.location.file is None:
            continue
        declared = os.path.realpath(Path(unit.folder, callee.location.file.name))
        if not declared.startswith(root + os.sep) or callee.kind == CursorKind.VAR_DECL or around is None:
            continue
        if callee.kind in (CursorKind.PARM_DECL, CursorKind.FIELD_DECL) or _is_implicit(callee):
            continue
        if callee.kind == CursorKind.CONVERSION_FUNCTION:
            continue
        if callee.semantic_parent and callee.semantic_parent.spelling.startswith("(lambda"):
            continue
        found.append((os.path.relpath(unit.file, root), _line(cursor, callee), _base(callee.spelling)))
    return found


def _line(cursor: Any, callee: Any) -> int:
    """The line of the callee's name, where a call spells it; else that of the call."""
    for child in cursor.get_children():
        inner = child
        while inner is not None and inner.kind.name in ("UNEXPOSED_EXPR", "PAREN_EXPR"):
            inner = next(iter(inner.get_children()), None)
        if inner is not None and inner.kind.name in ("MEMBER_REF_EXPR", "DECL_REF_EXPR") and inner.referenced == callee:
            return int(inner.location.line)
    return int(cursor.location.line)


def _is_implicit(callee: Any) -> bool:
    parent = callee.semantic_parent
    return parent is not None and parent.location == callee.location


def _walk(cursor: Any, file: str) -> Iterator[tuple[Any, Any]]:
    """All expressions of the unit's own file, each with the function around it."""
    waiting = [
        (child, None) for child in cursor.get_children() if child.location.file and child.location.file.name == file
    ]
    while waiting:
        cursor, around = waiting.pop()
        if cursor.kind.is_declaration() and cursor.kind.name not in ("PARM_DECL",):
            around = cursor
        yield cursor, around
        waiting += [(child, around) for child in cursor.get_children()]


def _converts(name: str) -> bool:
    return re.match(r"operator \w", name) is not None and not re.match(r"operator (new|delete|co_await)\b", name)


def _base(name: str) -> str:
    return name if name.startswith("operator") else name.partition("<")[0]


if __name__ == "__main__":
    started = time.perf_counter()
    main()
    print(f"({time.perf_counter() - started:.0f} s)")
