"""Python's calls against PyCG's micro-benchmark: how many programs have no wrong edge, and how many lack none.

    git clone https://github.com/vitsalis/PyCG
    python benchmarks/pycg.py PyCG/micro-benchmark/snippets [--show CATEGORY]

A program is complete if no edge of ours is absent from its `callgraph.json`, and sound if each of its edges is ours, as
PyCG's paper defines both (V. Salis et al., ICSE 2021). What a graph of the repository's own symbols cannot express is
not judged: edges to builtins and to modules outside of the program. A lambda is part of the function around it, whose
edges it has.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import defaultdict
from pathlib import Path

from kgraph.assemble.assemble import AssembleInput, assemble
from kgraph.extract.dispatch import extract
from kgraph.scan.scanner import scan

Edges = set[tuple[str, str]]
_LAMBDA = re.compile(r"\.<lambda\d+>")
_RUNS = frozenset({"Function", "Method", "Constructor", "Property"})


def ours(root: Path) -> Edges:
    """The calls of a program, by dotted names."""
    found = scan(root)
    facts = [extract((found.root / file.path).read_bytes(), file.language, frozenset()) for file in found.files]
    graph = assemble(AssembleInput(found.repository, found.files, facts, agent="benchmark"))
    names = {row["id"]: row for row in graph.tables["symbols"].iter_rows(named=True)}
    modules = {
        file.path: file.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for file in found.files
    }
    for row in names.values():
        if row["kind"] == "Module":
            row["name"] = modules.get(row["name"], row["name"])
    edges = set()
    uses = graph.tables["uses"].select("kind", "from", "to").iter_rows()
    for kind, source, target in uses:
        if kind == "Call" and target in names and names[target]["kind"] in _RUNS:
            edges.add((_named(source, names, modules), _named(target, names, modules)))
    return edges


def _named(symbol: str, names: dict[str, dict[str, str]], modules: dict[str, str]) -> str:
    if symbol.startswith("file/"):
        return modules[symbol.removeprefix("file/")]
    return names[symbol]["qualified_name"].replace(".<locals>", "")


def truth(path: Path) -> Edges:
    """The edges that a program's `callgraph.json` has between functions of the program."""
    graph = json.loads(path.read_text())
    own = {name for name in graph if (path.parent / f"{_top(name)}.py").exists() or (path.parent / _top(name)).exists()}
    edges = {(source, target) for source, targets in graph.items() for target in targets if target in own}
    around = lambdas(edges)
    return {(around(source), around(target)) for source, target in edges if not _LAMBDA.search(target)}


def lambdas(edges: Edges):
    del edges
    return lambda name: _LAMBDA.sub("", name)


def _top(name: str) -> str:
    return name.partition(".")[0]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("snippets", type=Path)
    parser.add_argument("--show", action="store_true", help="list wrong and absent edges")
    options = parser.parse_args()
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for path in sorted(options.snippets.rglob("callgraph.json")):
        wanted, found = truth(path), ours(path.parent)
        wrong, absent = found - wanted, wanted - found
        row = counts[path.relative_to(options.snippets).parts[0]]
        row[0] += 1
        row[1] += not wrong
        row[2] += not absent
        if options.show:
            for sign, several in (("wrong", wrong), ("absent", absent)):
                for source, target in sorted(several):
                    print(f"{sign:7} {path.parent.relative_to(options.snippets)}: {source} -> {target}")
    print(f"{'category':16} programs  complete  sound")
    for category, (programs, complete, sound) in [*sorted(counts.items()), ("all", _sum(counts.values()))]:
        print(f"{category:16} {programs:8}  {complete:8}  {sound:5}")


def _sum(rows: object) -> list[int]:
    return [sum(column) for column in zip(*rows, strict=True)]  # type: ignore[call-overload]


if __name__ == "__main__":
    main()
