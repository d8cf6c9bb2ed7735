"""Resolved includes: what kgraph says, against what a compiler's preprocessor did.

    python benchmarks/includes.py ROOT --compile-commands BUILD
    python benchmarks/includes.py ROOT --glob 'c10/**/*.h' -I . -I aten/src --flag=-std=c++14

Every include directive that the compiler carried out in a file of the repository is compared with kgraph's: the file of
the repository that it means, or something outside. Recall is over directives (and edges from file to file) whose truth
is a file of the repository; precision over those that kgraph gives a file of the repository. Headers that the
build generates are outside of the repository; what kgraph makes of them is told apart. So are computed includes
(`#include NAME`), each of which may mean many files: of those that the compiled units made of it, all must be told.

Kgraph keeps all branches of `#if` and all files; of those that the compiler never came to, only the number is told.

Needs a built graph (`kgraph build ROOT`), and `libclang==18.1.1` and `clang-tidy==18.1.8` from PyPI. The truth can be
kept and shared with declarations.py by `--keep-truth`.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import compiler
from common import heading, ratio, stop, table


class Include(NamedTuple):
    """One include directive as kgraph resolved it."""

    path: str
    line: int
    spelling: str
    form: str
    resolution: str
    targets: frozenset[str]  # paths of files of the repository
    candidates: frozenset[str]
    templates: frozenset[str]


@dataclass(slots=True)
class Answer:
    """Kgraph's includes by file, and all files of the repository."""

    files: set[str] = field(default_factory=set)
    includes: dict[str, list[Include]] = field(default_factory=lambda: defaultdict(list))


def from_graph(folder: Path) -> Answer:
    """The answer of a built graph."""
    import polars as pl

    if not (folder / "tables").is_dir():
        stop(f"{folder}: no graph", "kgraph build ROOT")
    files = pl.read_parquet(folder / "tables" / "files.parquet")
    path_of = dict(files.select("id", "path").iter_rows())
    columns = ("file", "start_line", "spelling", "form", "resolution", "targets", "candidates", "templates")
    includes = pl.read_parquet(folder / "tables" / "includes.parquet", columns=list(columns))
    answer = Answer(files=set(path_of.values()))
    for file, line, spelling, form, resolution, *lists in includes.select(columns).iter_rows():
        if form not in ("import", "from"):
            paths = (frozenset(path_of[node] for node in nodes or () if node in path_of) for nodes in lists)
            answer.includes[path_of[file]].append(Include(path_of[file], line, spelling, form, resolution, *paths))
    return answer


@dataclass(slots=True)
class Judged:
    """The comparison: right answers counted, all others kept with their cause."""

    inside: int = 0  # directives that mean a file of the repository
    outside: int = 0
    said_inside: int = 0  # directives, compiled ones, that kgraph gives a file of the repository
    right: int = 0
    right_outside: int = 0
    computed: int = 0  # `#include NAME`, not among the above: its files hang on who includes the includer
    computed_right: int = 0
    wrong: list[tuple[str, Include, str]] = field(default_factory=list)  # cause, kgraph's, truth
    true_edges: set[tuple[str, str]] = field(default_factory=set)
    said_edges: set[tuple[str, str]] = field(default_factory=set)
    generated: Counter[str] = field(default_factory=Counter)  # of headers that the build makes: kgraph's resolution
    unjudged: Counter[str] = field(default_factory=Counter)  # never compiled: kgraph's resolution


def judge(answer: Answer, truth: compiler.Truth, root: Path, built: Sequence[Path]) -> Judged:
    """Compare directive by directive."""
    judged = Judged()
    for path in sorted(answer.files):
        ours: defaultdict[tuple[int, str], list[Include]] = defaultdict(list)
        for it in answer.includes.get(path, ()):
            ours[it.line, it.spelling].append(it)
        true: defaultdict[tuple[int, str], set[str]] = defaultdict(set)
        seen = truth.files.get(path)
        for directive in seen.includes if seen else ():
            true[directive.line, directive.spelling].add(directive.target)
        computed: defaultdict[int, set[str]] = defaultdict(set)
        for key, targets in sorted(true.items()):
            mine = ours.pop(key, None) or [it for (line, _), its in ours.items() if line == key[0] for it in its]
            if mine and mine[0].form == "macro":
                computed[key[0]] |= targets
                continue
            nothing = Include(path, *key, "", "", frozenset(), frozenset(), frozenset())
            _judge_one(judged, mine[0] if mine else nothing, targets, answer, root, built)
        for line, targets in computed.items():
            mine = next(its for (at, _), its in ours.items() if at == line)
            ours.pop((line, mine[0].spelling))
            _judge_computed(judged, mine[0], targets, answer, root)
        if seen:
            for rest in ours.values():
                judged.unjudged.update(it.resolution for it in rest)
    return judged


def _judge_one(
    judged: Judged, mine: Include, targets: set[str], answer: Answer, root: Path, built: Sequence[Path]
) -> None:
    relative = {str(Path(target).relative_to(root)) for target in targets if Path(target).is_relative_to(root)}
    inside = relative & answer.files
    judged.true_edges |= {(mine.path, target) for target in inside}
    judged.said_edges |= {(mine.path, target) for target in mine.targets}
    judged.said_inside += bool(mine.targets)
    if inside:
        judged.inside += 1
        if mine.targets and mine.targets <= inside:
            judged.right += 1
        else:
            judged.wrong.append((_cause(mine, inside), mine, " | ".join(sorted(inside))))
        return
    made = relative or any(Path(target).is_relative_to(folder) for target in targets for folder in built)
    if made:
        judged.generated[mine.resolution or "not seen"] += 1
    else:
        judged.outside += 1
        judged.right_outside += mine.resolution == "external"
    if mine.targets:
        what = "made by the build" if made else "outside"
        judged.wrong.append((f"{what}, taken for a file of the repository", mine, " | ".join(sorted(targets))))


def _judge_computed(judged: Judged, mine: Include, targets: set[str], answer: Answer, root: Path) -> None:
    """Right when all files that the units made of it are told; others may be those of other units."""
    inside = {str(Path(target).relative_to(root)) for target in targets if Path(target).is_relative_to(root)}
    inside &= answer.files
    if inside:
        judged.computed += 1
        if inside <= mine.targets | mine.candidates:
            judged.computed_right += 1
        else:
            judged.wrong.append(("computed, not all files told", mine, " | ".join(sorted(inside))))


def _cause(mine: Include, inside: set[str]) -> str:
    if not mine.resolution:
        return "directive not seen"
    if mine.targets & inside:
        return "right, but with others beside"
    if mine.targets:
        return "another file"
    if mine.candidates & inside:
        return f"{mine.resolution}, the right one among the candidates"
    return f"said {mine.resolution}"


def print_judged(judged: Judged, truth: compiler.Truth, show: int) -> None:
    heading(f"Includes against the preprocessor: {truth.units} units, {len(truth.files)} files")
    if truth.failed:
        print(f"{truth.failed.total()} units lack a header; what they did find counts:")
        for error, count in truth.failed.most_common(3):
            print(f"  {count:5}  {error}")
    both = len(judged.true_edges & judged.said_edges)
    table(
        ("", "true", "said", "right", "precision", "recall"),
        (
            (
                "directives",
                judged.inside,
                judged.said_inside,
                judged.right,
                ratio(judged.right, judged.said_inside),
                ratio(judged.right, judged.inside),
            ),
            (
                "edges",
                len(judged.true_edges),
                len(judged.said_edges),
                both,
                ratio(both, len(judged.said_edges)),
                ratio(both, len(judged.true_edges)),
            ),
            (
                "outside",
                judged.outside,
                None,
                judged.right_outside,
                None,
                ratio(judged.right_outside, judged.outside),
            ),
            (
                "computed",
                judged.computed,
                None,
                judged.computed_right,
                None,
                ratio(judged.computed_right, judged.computed),
            ),
        ),
    )
    _print_counts("made by the build", judged.generated)
    _print_counts("never compiled, in the same files", judged.unjudged)
    groups: defaultdict[str, list[tuple[str, Include, str]]] = defaultdict(list)
    for error in judged.wrong:
        groups[error[0]].append(error)
    for cause, errors in sorted(groups.items(), key=lambda item: -len(item[1])):
        print(f"\n{len(errors):6,}  {cause}")
        for _, mine, target in errors[:: max(1, len(errors) // show)][:show]:
            said = " | ".join(sorted(mine.targets or mine.candidates)) or mine.resolution or "nothing"
            print(f"        {mine.path}:{mine.line}: {mine.spelling} ({mine.form}): said {said}; is {target}")


def _print_counts(title: str, counts: Mapping[str, int]) -> None:
    if counts:
        print(f"{title}: " + "; ".join(f"{what} {count:,}" for what, count in sorted(counts.items())))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", type=Path, help="the repository")
    parser.add_argument("-g", "--graph", type=Path, help="its graph; default ROOT/.kgraph")
    parser.add_argument("--show", type=int, default=5, metavar="N", help="examples of each cause (5)")
    compiler.add_options(parser)
    options = parser.parse_args()
    options.root = options.root.resolve()
    answer = from_graph(options.graph or options.root / ".kgraph")
    truth = compiler.ask_by(options)
    if truth is None:
        stop("nothing to compare with", "give --compile-commands DIR, or --glob with -I")
    built = [options.compile_commands.resolve()] if options.compile_commands else []
    print_judged(judge(answer, truth, options.root, built), truth, options.show)


if __name__ == "__main__":
    main()
