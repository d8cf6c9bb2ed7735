"""Precision and recall of uses against what a compiler says, per language and kind of evidence.

Input: the folder of a graph, and a file of truths: one line for each use whose target is declared in the tree, as
`kind TAB file TAB line TAB name TAB target file TAB target line`, such as `java/CompilerUses.java` and
`go/compiler_uses.go` write; behind that may stand, as `file:line`, what overrides the target and may be meant as well.
Output: for calls, imports and implementations how many edges are right, wrong and absent. A use is named by its file,
line and name. Lines `file TAB path` name what the compiler has seen, where that is not all: edges to other files are
not judged; nor are those at `unknown TAB file TAB line`, of which it knows nothing, nor those at or to lines of kind
`unseen`, which conditional compilation left out. Where there are lines `body` (first and last line) and `statement`
(line), calls outside of the one and imports outside of the other are not judged either. Calls of macros never are.

With `--record PROJECT LANGUAGE` the figures are written to `benchmarks/results/accuracy.json`, which `report.py` makes
tables of.

    python benchmarks/truth_uses.py GRAPH TRUTH [--wrong N] [--absent N] [--record PROJECT LANGUAGE]
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import polars as pl

METHOD_SET = "it has all methods of the interface"
RESULTS = Path(__file__).parent / "results" / "accuracy.json"
CALLS = frozenset({"call", "new"})
UNSEEN = "unseen"  # a line that conditional compilation left out


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("graph", type=Path)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--wrong", type=int, default=0, help="how many wrong edges to list")
    parser.add_argument("--absent", type=int, default=0, help="how many absent edges to list")
    parser.add_argument("--no-imports", action="store_true", help="where each platform has files of its own")
    parser.add_argument("--record", nargs=2, metavar=("PROJECT", "LANGUAGE"), help="note the figures in the results")
    options = parser.parse_args()
    tables = options.graph / "current" / "tables"
    if not tables.exists():
        tables = next(options.graph.glob("graph-*/tables"))
    truth = [line.split("\t") for line in options.truth.read_text("utf-8").splitlines()]
    seen = Seen(
        {row[1] for row in truth},
        {row[1] for row in truth if row[0] == "file"},
        {(row[1], int(row[2])) for row in truth if row[0] == "unknown"},
        {(r[1], line) for r in truth if r[0] == "body" for line in range(int(r[2]), int(r[5]) + 1)},
        {(row[1], int(row[2])) for row in truth if row[0] == "statement"},
    )
    show = options.wrong, options.absent
    figures = {"calls": compare(tables, "Call", [row for row in truth if row[0] in (*CALLS, UNSEEN)], seen, show)}
    if seen.only and (references := [row for row in truth if row[0] == "reference"]):  # a truth that has all
        figures["references"] = compare(tables, "Reference", references, seen, show)
    imported = [row for row in truth if row[0] == "import"]
    if imported and not options.no_imports:
        figures["imports"] = imports(tables, imported, seen, options.wrong, options.absent)
    if implements := [row for row in truth if row[0] == "implements"]:
        figures["implementations"] = implementations(tables, implements, seen, options.wrong, options.absent)
    if options.record:
        record(*options.record, figures)


class Figures(NamedTuple):
    """How many edges were judged, and which share of them is right, and of the truth was found."""

    judged: int
    precision: float
    recall: float


def record(project: str, language: str, figures: dict[str, Figures]) -> None:
    """Replace the row of a project in the results, or add one."""
    results = json.loads(RESULTS.read_text("utf-8"))
    row = {"project": project, "language": language}
    for what in ("calls", "references", "imports", "implementations"):
        of = figures.get(what)
        row |= {what: of and of.judged, f"{what}_precision": of and round(of.precision, 4)}
        row |= {f"{what}_recall": of and round(of.recall, 4)}
    table = results.setdefault(
        "go" if language == "Go" else "uses", {"measured": "by `benchmarks/truth_uses.py`", "rows": []}
    )
    rows = [each for each in table["rows"] if each["project"] != project]
    table["rows"] = sorted([*rows, row], key=lambda each: (each["language"], -each["calls"]))
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", "utf-8")


class Seen(NamedTuple):
    """What the compiler has seen: files with uses, files at all (none: all), and lines of which it knows nothing."""

    files: set[str]
    only: set[str]
    unknown: set[tuple[str, int]]
    bodies: set[tuple[str, int]]  # lines of calls that are judged; none: all
    statements: set[tuple[str, int]]  # lines of imports that are judged; none: all

    def judges(self, file: str) -> bool:
        """Whether an edge to a file can be wrong."""
        return not self.only or file in self.only


def compare(tables: Path, kind: str, truth: list[list[str]], seen: Seen, show: tuple[int, int]) -> Figures:
    """Compare uses of one kind: by file, line, and where the target is declared; `show` is how many wrong and absent
    ones to list."""
    wrong, absent = show
    starts = declared(tables)
    uses = pl.read_parquet(tables / "uses.parquet").filter(pl.col("kind") == kind)
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
        if (
            file not in seen.files
            or places is None
            or "/macro/" in target
            or not any(seen.judges(place[0]) for place in places)
        ):
            continue
        for line in lines:
            if (file, line) in unseen or all((path, first + 1) in unseen for path, first, _ in places):
                continue
            if seen.bodies and (file, line) not in seen.bodies:
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
            elif (file, line) not in seen.unknown:
                bad[name] += 1
                listed.append(f"  wrong {file}:{line} -> {unquote(target)} ({name})")
    everything = {(file, line, *hit) for (file, line), hits in known.items() for hit in hits}
    total_right, total_bad = sum(right.values()), sum(bad.values())
    print(
        f"{kind.lower()}s: precision {total_right / max(1, total_right + total_bad):.4f} of {total_right + total_bad:,}"
    )
    print(f"{kind.lower()}s: recall {len(found) / max(1, len(everything)):.4f} of {len(everything):,}")
    for name in sorted(right | bad):
        print(f"  {name}: {right[name] / (right[name] + bad[name]):.4f} of {right[name] + bad[name]:,}")
    print("\n".join(listed[:wrong]))
    names = {(row[1], int(row[2]), row[4], int(row[5])): row[3] for row in truth}
    for each in sorted(everything - found)[:: max(1, len(everything - found) // max(1, absent))][:absent]:
        print(f"  absent {each[0]}:{each[1]} {names[each]} -> {each[2]}:{each[3]}")
    judged = total_right + total_bad
    return Figures(judged, total_right / max(1, judged), len(found) / max(1, len(everything)))


def declared(tables: Path) -> dict[str, list[tuple[str, int, int]]]:
    """Where each symbol is declared: file, and a range of lines in which its declaration may begin."""
    edges = pl.read_parquet(tables / "edges.parquet").filter(pl.col("kind").is_in(["definition", "declaration"]))
    places: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
    for source, target in edges.select("source", "target").iter_rows():
        if match := re.fullmatch(r"file/(.*)#L(\d+)-L(\d+)", target):
            # A truth may begin at the documentation or an attribute, or at the name.
            places[source].append((unquote(match[1]), int(match[2]) - 1, int(match[2]) + 3))
    return places


def implementations(tables: Path, truth: list[list[str]], seen: Seen, wrong: int, absent: int) -> Figures:
    """Compare which types implement which interfaces, both by where they are declared."""
    starts = declared(tables)
    uses = pl.read_parquet(tables / "uses.parquet").filter(pl.col("kind") == "Inheritance")
    every = {
        (*source[:2], *target[:2]): evidence
        for one, other, evidence in uses.select("from", "to", "evidence").iter_rows()
        for source in starts.get(one, ())
        for target in starts.get(other, ())
        if all(seen.judges(each[0]) and (each[0], each[1] + 1) not in seen.unknown for each in (source, target))
    }
    known = {(row[1], int(row[2]) - 1, row[4], int(row[5]) - 1) for row in truth}
    mine = {pair for pair, evidence in every.items() if evidence == METHOD_SET or pair in known}  # else embedded
    print(f"implementations: precision {len(mine & known) / max(1, len(mine)):.4f} of {len(mine):,}")
    print(f"implementations: recall {len(mine & known) / max(1, len(known)):.4f} of {len(known):,}")
    for pair in sorted(mine - known)[:wrong]:
        print("  wrong", *pair)
    for pair in sorted(known - mine)[:absent]:
        print("  absent", *pair)
    return Figures(len(mine), len(mine & known) / max(1, len(mine)), len(mine & known) / max(1, len(known)))


def imports(tables: Path, truth: list[list[str]], seen: Seen, wrong: int, absent: int) -> Figures:
    """Compare imports by file, and the file that they lead to; of whole Java packages only where the truth has them."""
    statements = pl.read_parquet(tables / "includes.parquet")
    if not seen.statements:
        is_package = pl.col("file").str.ends_with(".java") & pl.col("names").list.contains("*")
        statements = statements.filter(~is_package)
    pairs = {
        (file, unquote(target.removeprefix("file/")))
        for source, line, targets in statements.select("file", "start_line", "targets").iter_rows()
        if (file := unquote(source.removeprefix("file/"))) and (not seen.statements or (file, line) in seen.statements)
        for target in targets
        if target.startswith("file/")
    }
    known = {(row[1], row[4]) for row in truth if row[1] != row[4]}
    endings = tuple({Path(row[4]).suffix for row in truth})  # of the files that the compiler knows to be imported
    mine = {pair for pair in pairs if pair[0] in seen.files and seen.judges(pair[1]) and pair[1].endswith(endings)}
    print(f"imports: precision {len(mine & known) / max(1, len(mine)):.4f} of {len(mine):,}")
    print(f"imports: recall {len(mine & known) / max(1, len(known)):.4f} of {len(known):,}")
    for pair in sorted(mine - known)[:wrong]:
        print("  wrong", *pair)
    for pair in sorted(known - mine)[:absent]:
        print("  absent", *pair)
    return Figures(len(mine), len(mine & known) / max(1, len(mine)), len(mine & known) / max(1, len(known)))


if __name__ == "__main__":
    main()
