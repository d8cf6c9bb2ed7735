"""Precision and recall of uses against what a compiler says, per language and kind of evidence.

Input: the folder of a graph, and a file of truths: one line for each use whose target is declared in the tree, as
`kind TAB file TAB line TAB name TAB target file TAB target line`, such as `java/CompilerUses.java` writes; behind
that may stand, as `file:line`, what overrides the target and may be meant as well. Output: for
calls and imports how many edges are right, wrong and absent. A use is named by its file, line and name.

    python benchmarks/truth_uses.py GRAPH TRUTH [--wrong N] [--absent N] [--under FOLDER ...]
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from pathlib import Path
from urllib.parse import unquote

import polars as pl

CALLS = frozenset({"call", "new"})
UNSEEN = "unseen"  # a line that conditional compilation left out


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("graph", type=Path)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--wrong", type=int, default=0, help="how many wrong edges to list")
    parser.add_argument("--absent", type=int, default=0, help="how many absent edges to list")
    options = parser.parse_args()
    tables = options.graph / "current" / "tables"
    if not tables.exists():
        tables = next(options.graph.glob("graph-*/tables"))
    truth = [line.split("\t") for line in options.truth.read_text("utf-8").splitlines()]
    files = {row[1] for row in truth}
    calls(tables, [row for row in truth if row[0] in (*CALLS, UNSEEN)], files, options.wrong, options.absent)
    if imported := [row for row in truth if row[0] == "import"]:
        imports(tables, imported, files, options.wrong, options.absent)


def calls(tables: Path, truth: list[list[str]], files: set[str], wrong: int, absent: int) -> None:
    """Compare calls: by file, line, and where the target is declared."""
    starts = declared(tables)
    uses = pl.read_parquet(tables / "uses.parquet").filter(pl.col("kind") == "Call")
    known: dict[tuple[str, int], set[tuple[str, int]]] = defaultdict(set)
    unseen = {(row[1], int(row[2])) for row in truth if row[0] == UNSEEN}
    truth = [row for row in truth if row[0] != UNSEEN]
    named: dict[tuple[str, int, str, int], tuple[str, int]] = {}  # of what may be meant as well: the first of that
    for _, file, line, _, other, start, *overriding in truth:
        known[file, int(line)].add((other, int(start)))
        for each in overriding:
            path, _, first = each.rpartition(":")
            named[file, int(line), path, int(first)] = other, int(start)
    right: Counter[str] = Counter()
    bad: Counter[str] = Counter()
    found: set[tuple[str, int, str, int]] = set()
    listed = []
    for file_id, target, lines, evidence in uses.select("file", "to", "at_lines", "evidence").iter_rows():
        file = unquote(file_id.removeprefix("file/"))
        places = starts.get(target)
        if file not in files or places is None:
            continue
        for line in lines:
            if (file, line) in unseen or all((path, first + 1) in unseen for path, first, _ in places):
                continue
            hits = {(o, s) for o, s in known[file, line] if any(o == p and a <= s <= b for p, a, b in places)}
            hits |= {
                first
                for path, a, b in places
                for at in range(a, b + 1)
                if (first := named.get((file, line, path, at))) is not None
            }
            name = evidence or "extracted"
            if hits:
                right[name] += 1
                found |= {(file, line, *hit) for hit in hits}
            else:
                bad[name] += 1
                listed.append(f"  wrong {file}:{line} -> {unquote(target)} ({name})")
    everything = {(file, line, *hit) for (file, line), hits in known.items() for hit in hits}
    total_right, total_bad = sum(right.values()), sum(bad.values())
    print(f"calls: precision {total_right / max(1, total_right + total_bad):.4f} of {total_right + total_bad:,}")
    print(f"calls: recall {len(found) / max(1, len(everything)):.4f} of {len(everything):,}")
    for name in sorted(right | bad):
        print(f"  {name}: {right[name] / (right[name] + bad[name]):.4f} of {right[name] + bad[name]:,}")
    print("\n".join(listed[:wrong]))
    names = {(row[1], int(row[2]), row[4], int(row[5])): row[3] for row in truth}
    for each in sorted(everything - found)[:: max(1, len(everything - found) // max(1, absent))][:absent]:
        print(f"  absent {each[0]}:{each[1]} {names[each]} -> {each[2]}:{each[3]}")


def declared(tables: Path) -> dict[str, list[tuple[str, int, int]]]:
    """Where each symbol is declared: file, and a range of lines in which its declaration may begin."""
    edges = pl.read_parquet(tables / "edges.parquet").filter(pl.col("kind").is_in(["definition", "declaration"]))
    places: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
    for source, target in edges.select("source", "target").iter_rows():
        if match := re.fullmatch(r"file/(.*)#L(\d+)-L(\d+)", target):
            # A truth may begin at the documentation or an attribute, or at the name.
            places[source].append((unquote(match[1]), int(match[2]) - 1, int(match[2]) + 3))
    return places


def imports(tables: Path, truth: list[list[str]], files: set[str], wrong: int, absent: int) -> None:
    """Compare imports of single names: by file, and the file that they lead to."""
    statements = pl.read_parquet(tables / "includes.parquet").filter(~pl.col("names").list.contains("*"))
    pairs = {
        (unquote(source.removeprefix("file/")), unquote(target.removeprefix("file/")))
        for source, targets in statements.select("file", "targets").iter_rows()
        for target in targets
        if target.startswith("file/")
    }
    known = {(row[1], row[4]) for row in truth if row[1] != row[4]}
    mine = {pair for pair in pairs if pair[0] in files}
    print(f"imports: precision {len(mine & known) / max(1, len(mine)):.4f} of {len(mine):,}")
    print(f"imports: recall {len(mine & known) / max(1, len(known)):.4f} of {len(known):,}")
    for pair in sorted(mine - known)[:wrong]:
        print("  wrong", *pair)
    for pair in sorted(known - mine)[:absent]:
        print("  absent", *pair)


if __name__ == "__main__":
    main()
