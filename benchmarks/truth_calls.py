"""Python's calls against those that ran: recall of the pairs of caller and callee that a test suite runs.

    python benchmarks/truth_calls.py record ROOT ran.tsv -m pytest -q tests   # with the Python that runs the tests
    kgraph build ROOT -o GRAPH
    python benchmarks/truth_calls.py compare GRAPH ran.tsv [--absent N]

`record` runs a module under `sys.setprofile`, and writes each pair of functions of the tree of which one was called by
the other directly. Lambdas and comprehensions are part of the function around them. `compare` reports how many of these
are calls of the graph, by kind: functions, methods, constructors, properties, and protocols (`__len__` and the like).
"""

from __future__ import annotations

import argparse
import runpy
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import unquote

_INNER = frozenset({"<lambda>", "<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"})
Function = tuple[str, str, int]  # file, qualified name, first line


def record(root: Path, output: Path, module: str, arguments: list[str]) -> None:
    """Run a module and write the pairs."""
    prefix = str(root.resolve()) + "/"
    seen: dict[tuple[Any, Any], None] = {}

    def profile(frame: Any, event: str, _: object) -> None:
        if event == "call":
            code, caller = frame.f_code, frame.f_back
            if caller is not None and code.co_filename.startswith(prefix):
                seen[caller.f_code, code] = None

    sys.argv = [module, *arguments]
    sys.path.insert(0, str(root))
    threading.setprofile(profile)
    sys.setprofile(profile)
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit:
        pass
    finally:
        sys.setprofile(None)
    rows = set()
    for caller, callee in seen:
        if caller.co_filename.startswith(prefix) and callee.co_name not in _INNER | {"<module>"}:
            pair = [_function(code, prefix) for code in (caller, callee)]
            if pair[0] != pair[1] or caller is callee:
                rows.add("\t".join(str(part) for function in pair for part in function))
    output.write_text("\n".join(sorted(rows)) + "\n")


def _function(code: Any, prefix: str) -> Function:
    name = code.co_qualname
    while name.rpartition(".")[2] in _INNER:
        name = name.rpartition(".")[0].removesuffix(".<locals>")
    return code.co_filename.removeprefix(prefix), "" if name == "<module>" else name, code.co_firstlineno


def compare(graph: Path, ran: Path, absent: int) -> None:
    """Print the recall by kind."""
    import polars as pl

    tables = next(graph.glob("graph-*/tables"))
    symbols = (
        pl.read_parquet(tables / "symbols.parquet").select("id", "kind").filter(pl.col("id").str.contains("/python/"))
    )
    kinds = dict(symbols.iter_rows())
    ids: dict[tuple[str, str], str] = {}  # by file and name in it
    for symbol in kinds:
        name, _, file = unquote(symbol.split("/", 3)[-1]).rpartition("@")
        ids.setdefault((f"file/{file}", name), symbol)
    uses = pl.read_parquet(tables / "uses.parquet").select("kind", "from", "to")
    known = {(a, b) for kind, a, b in uses.iter_rows() if kind in ("Call", "Reference")}
    called = {(a, b) for kind, a, b in uses.iter_rows() if kind == "Call"}
    classes = {b for a, b in called if kinds.get(b) == "Class"}
    counts: dict[str, Counter[str]] = {}
    missed = []
    for line in ran.read_text().splitlines():
        file, caller, _, other, callee, _ = line.split("\t")
        source = ids.get((f"file/{file}", caller), f"file/{file}")
        target = ids.get((f"file/{other}", callee), "")
        name = callee.rpartition(".")[2]
        kind = kinds.get(target, "unknown")
        if kind == "Class":  # its body, which nobody calls
            continue
        if name.startswith("__") and name.endswith("__") and name != "__init__":
            kind = "Protocol"
        counted = counts.setdefault(kind, Counter())
        counted["ran"] += 1
        cls = ids.get((f"file/{other}", callee.removesuffix(".__init__")), "") if name == "__init__" else ""
        hit = (source, target) in called or (cls in classes and (source, cls) in called)
        counted["called"] += hit
        counted["known"] += hit or (source, target) in known
        if not hit:
            missed.append(f"{kind} {file} {caller} -> {other} {callee}")
    whole: Counter[str] = Counter()
    for kind, counted in sorted(counts.items()):
        if kind != "Protocol":
            whole.update(counted)
        _print(kind, counted)
    _print("without protocols", whole)
    for line in missed[:: max(len(missed) // absent, 1)] if absent else ():
        print("absent", line)


def _print(kind: str, counted: Counter[str]) -> None:
    share = counted["called"] / max(counted["ran"], 1)
    told = f"ran {counted['ran']:5}  called {counted['called']:5}  with references {counted['known']:5}"
    print(f"{kind:18} {told}  {share:.3f}")


def main() -> None:
    """Record, or compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    recording = commands.add_parser("record")
    recording.add_argument("root", type=Path)
    recording.add_argument("output", type=Path)
    recording.add_argument("-m", dest="module", required=True, nargs=argparse.REMAINDER)
    comparing = commands.add_parser("compare")
    comparing.add_argument("graph", type=Path)
    comparing.add_argument("ran", type=Path)
    comparing.add_argument("--absent", type=int, default=0)
    options = parser.parse_args()
    if options.command == "record":
        record(options.root, options.output, options.module[0], options.module[1:])
    else:
        compare(options.graph, options.ran, options.absent)


if __name__ == "__main__":
    main()
