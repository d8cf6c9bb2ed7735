"""Declarations of C-family files: what kgraph finds, against Universal Ctags and against a compiler.

    python benchmarks/declarations.py ROOT                                      against ctags
    python benchmarks/declarations.py ROOT --compile-commands BUILD             and against full parses
    python benchmarks/declarations.py ROOT --glob 'c10/**/*.h' -I . -I aten/src --flag=-std=c++14
                                                                                full parses without a compile database

Kgraph's answer comes from a built graph (`--graph DIR`, or ROOT/.kgraph where there is one), or with `--extract` from
the extractor itself.

A declaration of the truth is found when kgraph has one of the same name and kind group in the same file whose lines
enclose the line of the name. Tools differ about lines (of the template or of the name) and about kinds (a static member
is a field or a variable), so: the kind group is one of function, type, enum, enumerator, data, alias, namespace,
macro, concept; agreement on the exact kind, and on declaration or definition, is printed beside.

What has no name, and what is declared as a friend, have rows of their own and are not in the sum: whether those are
declarations is a matter of taste.

Recall against the compiler counts names that are spelled in the file; names that macros make are told below the
table, as nothing but a compiler sees all of those. Precision leaves apart what a compiler cannot judge: branches of
`#if` that were not compiled, and the insides of function bodies.

Ctags is wrong at times: where the compiler has read the same file, it is asked about each of ctags' findings that
kgraph lacks. Elsewhere, what its line shows to be no declaration (uses of macros), and what stands inside of function
bodies, is told apart.

Needs: `ctags` (Universal Ctags with JSON, for the first part); `libclang==18.1.1` and `clang-tidy==18.1.8` from PyPI
(for the second). Headers that a build generates must exist, or the units that include them are left out.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import compiler
from answers import GROUPS, Answer, Named, from_ctags, from_extractor, from_graph, plain
from common import heading, ratio, table

# Groups whose members are always definitions, whatever a tool says.
_EITHER_ROLE = frozenset({"enumerator", "alias", "namespace", "macro", "concept"})

# --- comparing --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Tally:
    """One row of a comparison."""

    truth: int = 0
    found: int = 0
    same_kind: int = 0
    same_role: int = 0
    ours: int = 0  # what kgraph says that can be judged
    right: int = 0


@dataclass(slots=True)
class Loss:
    """A declaration that one side has alone, and what is known about why."""

    what: Named
    cause: str
    source: str = ""  # the line of the file


def match(truth: Sequence[Named], ours: Sequence[Named]) -> tuple[list[tuple[Named, Named]], list[Named], list[Named]]:
    """Pairs of one file's declarations that mean the same, then what is left on either side."""
    waiting: defaultdict[tuple[str, str], list[Named]] = defaultdict(list)
    for mine in sorted(ours):
        waiting[mine.group, mine.name].append(mine)
    pairs, alone = [], []
    for it in sorted(truth, key=lambda it: (it.start, it.definition)):
        around = [mine for mine in waiting[it.group, it.name] if mine.start <= it.start <= mine.end]
        if not around:
            alone.append(it)
            continue
        # Of several that enclose the line, the one that starts last; the same role before another.
        best = max(around, key=lambda mine: (mine.start, mine.definition == it.definition, -mine.end))
        waiting[it.group, it.name].remove(best)
        pairs.append((it, best))
    left = [mine for group in waiting.values() for mine in group]
    for it in [it for it in alone if not it.name]:  # kgraph may name it, after its typedef or its first member
        if at := [mine for mine in left if mine.group == it.group and mine.start <= it.start <= mine.end]:
            best = max(at)
            alone.remove(it)
            left.remove(best)
            pairs.append((it, best))
    return pairs, alone, left


class Sources:
    """Lines of the repository's files."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lines: dict[str, list[str]] = {}

    def line(self, path: str, number: int) -> str:
        if path not in self._lines:
            try:
                self._lines[path] = (self._root / path).read_text("utf-8", "replace").split("\n")
            except OSError:
                self._lines[path] = []
        lines = self._lines[path]
        return lines[number - 1].strip() if 0 < number <= len(lines) else ""


_MACRO_USE = re.compile(r"\b[A-Z][A-Z0-9_]{3,}\b\s*(\(|$)")


def cause_of_loss(it: Named, ours: Sequence[Named], lost: Iterable[Named], source: str, skipped: str) -> str:
    """Why kgraph lacks a declaration of its file, as far as it can be told from outside."""
    if skipped:
        return f"file not read: {skipped}"
    same_name = [mine for mine in ours if it.name and mine.name == it.name]
    for mine in same_name:
        if mine.start <= it.start <= mine.end and mine.group != it.group:
            return f"taken for {mine.kind}"
    if any(mine.group == it.group and abs(mine.start - it.start) <= 5 for mine in same_name):
        return "counted once, or a few lines off"
    if it.note:
        return it.note
    if any(
        other is not it and other.group in ("type", "namespace", "enum") and other.start < it.start <= other.end
        for other in lost
    ):
        return "what it stands in is lost too"
    if _MACRO_USE.search(source):
        return "a macro is used on its line"
    return "not seen"


def against_ctags(
    answer: Answer, ctags: Mapping[str, list[Named]], truth: compiler.Truth | None, sources: Sources
) -> tuple[dict[str, Tally], list[Loss], Counter[str]]:
    """Recall against ctags; its findings that the compiler denies are counted apart."""
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    losses: list[Loss] = []
    denied: Counter[str] = Counter()
    macros = {it.name for theirs in ctags.values() for it in theirs if it.kind == "Macro"}
    for path, theirs in ctags.items():
        ours = answer.declared.get(path, [])
        pairs, alone, _ = match(theirs, ours)
        bodies = [mine for mine in ours if mine.group == "function" and mine.definition]
        seen = truth.files.get(path) if truth else None
        lost = []
        for it in alone:
            if seen and seen.visited and not _confirms(seen, it):
                denied[it.row] += 1
                continue
            lost.append(it)
        for it, mine in pairs:
            tally = tallies[it.row]
            tally.truth += 1
            tally.found += 1
            tally.same_role += mine.definition == it.definition or it.group in _EITHER_ROLE
        for it in lost:
            tallies[it.row].truth += 1
            source = sources.line(path, it.start)
            cause = cause_of_loss(it, ours, lost, source, answer.skipped.get(path, ""))
            if any(it.start > mine.start and it.end <= mine.end for mine in bodies):
                cause = f"{_APART}: inside a function's body"
            elif doubt := _doubt(it, source, ours, macros):
                cause = f"{_APART}: {doubt}"
            losses.append(Loss(it, cause, source))
    return tallies, losses, denied


def _confirms(seen: compiler.Seen, it: Named) -> bool:
    """Whether the compiler has such a declaration there, or did not compile the line."""
    if seen.inactive and it.start in seen.inactive:
        return True
    return any(
        plain(other.name) == it.name and GROUPS[other.kind] == it.group and abs(other.line - it.start) <= 2
        for other in seen.declared
    )


_APART = "apart"


def _doubt(it: Named, source: str, ours: Sequence[Named], macros: Container[str]) -> str:
    """Why ctags may be wrong itself, from the source line; `macros` are the names that the repository defines."""
    name = re.escape(it.name)
    if it.name in _KEYWORDS or source.startswith(("#", "//", "*", "return ", "using namespace", "static_assert")):
        return "no declaration"
    if it.name in macros or re.fullmatch(r"[A-Z][A-Z0-9_]+_?", it.name):
        return "the name of a macro that is used"
    if any(mine.start <= it.start <= mine.end and mine.name.startswith(f"{it.name}(") for mine in ours):
        return "a name that a macro makes is cut to the macro's name"
    if re.match(r"(extern\s+)?template\s*[^<\s]", source):
        return "an explicit instantiation"
    if it.kind == "Variable" and re.match(rf"(using\s+{name}\s*=|(class|struct)\s+(\w+\s+)?{name}\s*;)", source):
        return "an alias or a class taken for a variable"
    if it.name == "operator":
        return "the name of an operator is cut"
    if not it.name.startswith("operator") and it.name not in source:
        return "the name is not on the line"
    return ""


_KEYWORDS = frozenset(
    [
        "if",
        "for",
        "while",
        "switch",
        "return",
        "defined",
        "decltype",
        "alignas",
        "noexcept",
        "requires",
        "final",
        "const",
        "static_assert",
    ]
)


@dataclass(slots=True)
class Judged:
    """The comparison with a compiler."""

    tallies: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    losses: list[Loss] = field(default_factory=list)
    false: list[Loss] = field(default_factory=list)
    apart: Counter[str] = field(default_factory=Counter)  # kgraph's that cannot be judged, by why
    differing: list[Loss] = field(default_factory=list)  # found, but as another kind or role
    by_macros: int = 0
    by_macros_found: int = 0
    files: int = 0


def against_compiler(answer: Answer, truth: compiler.Truth, sources: Sources) -> Judged:
    """Recall and precision in the files that the compiler has read."""
    judged = Judged()
    for path, seen in truth.files.items():
        if path not in answer.declared or not seen.visited:
            continue
        judged.files += 1
        ours = answer.declared[path]
        theirs = {
            (it.line, it.column, GROUPS[it.kind]): Named(
                path, it.line, it.end, plain(it.name), it.kind, it.definition, note=it.note
            )
            for it in sorted(seen.declared)
        }
        pairs, lost, extra = match(list(theirs.values()), ours)
        for it, mine in pairs:
            _count_pair(judged, it, mine, sources)
        for it in lost:
            judged.tallies[it.row].truth += 1
            source = sources.line(path, it.start)
            cause = cause_of_loss(it, ours, lost, source, answer.skipped.get(path, ""))
            judged.losses.append(Loss(it, cause, source))
        made: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        used = {by_macro.line for by_macro in seen.by_macros}
        for by_macro in seen.by_macros:
            made[GROUPS[by_macro.kind], plain(by_macro.name)].add(by_macro.line)
        judged.by_macros += len(seen.by_macros)
        for mine in extra:
            _count_extra(judged, mine, seen, made, used, sources)
    return judged


def _count_pair(judged: Judged, it: Named, mine: Named, sources: Sources) -> None:
    tally = judged.tallies[it.row]
    tally.truth += 1
    tally.found += 1
    tally.ours += 1
    tally.right += 1
    differences = []
    if mine.kind != it.kind:
        differences.append(f"{it.kind} taken for {mine.kind}")
    if mine.definition != it.definition and it.group not in _EITHER_ROLE:
        differences.append(
            "definition taken for a declaration" if it.definition else "declaration taken for a definition"
        )
    tally.same_kind += mine.kind == it.kind
    tally.same_role += mine.definition == it.definition or it.group in _EITHER_ROLE
    for difference in differences:
        judged.differing.append(Loss(it, difference, sources.line(it.path, it.start)))


def _count_extra(
    judged: Judged,
    mine: Named,
    seen: compiler.Seen,
    made: Mapping[tuple[str, str], set[int]],
    used: set[int],
    sources: Sources,
) -> None:
    """What kgraph has beyond the compiler's declarations: false, right by a macro, or beyond judging."""
    lines = range(mine.start, mine.end + 1)
    inactive = seen.inactive or set()
    if any(line in made.get((mine.group, mine.name), ()) for line in lines):
        judged.apart["made by a macro, the compiler agrees"] += 1
        judged.by_macros_found += 1
    elif mine.macro and any(line in lines for line in used):
        judged.apart["made by a macro, which does make something there"] += 1
    elif any(line in lines and plain(name) == mine.name for line, name in seen.neutral):
        judged.apart["explicit instantiation, or a type named on the way"] += 1
    elif mine.start in inactive or mine.end in inactive:
        judged.apart["in a branch that was not compiled"] += 1
    elif any(first < mine.start and mine.end <= last for first, last in seen.bodies):
        judged.apart["inside a function's body"] += 1
    else:
        judged.tallies[mine.row].ours += 1
        source = sources.line(mine.path, mine.start)
        near = [it for it in seen.declared if it.line in lines and plain(it.name) == mine.name]
        if near:
            cause = f"is {near[0].kind}" if GROUPS[near[0].kind] != mine.group else "said twice"
        elif mine.macro:
            cause = "made by a macro that makes nothing there"
        else:
            cause = "no such declaration"
        judged.false.append(Loss(mine, cause, source))


# --- printing ---------------------------------------------------------------------------------------------------------


def print_ctags(tallies: Mapping[str, Tally], losses: Sequence[Loss], denied: Mapping[str, int], show: int) -> None:
    heading("Against Universal Ctags")
    apart = Counter(loss.what.row for loss in losses if loss.cause.startswith(_APART))
    rows = [
        (
            row,
            tally.truth,
            tally.found,
            ratio(tally.found, tally.truth),
            apart[row],
            ratio(tally.found, tally.truth - apart[row]),
            denied.get(row, 0),
        )
        for row, tally in sorted(tallies.items())
    ]
    named = [row for row in rows if _in_total(row[0])]
    truth, found, doubts, denials = (sum(row[i] for row in named) for i in (1, 2, 4, 6))
    rows.append(
        ("all that have names", truth, found, ratio(found, truth), doubts, ratio(found, truth - doubts), denials)
    )
    table(("kind", "ctags", "kgraph", "recall", "apart", "recall without", "denied by the compiler"), rows)
    print_losses("Lost, by cause", losses, show)


def print_judged(judged: Judged, truth: compiler.Truth, peer: Judged | None, show: int) -> None:
    heading(f"Against full parses: {judged.files} files of {truth.units - truth.failed.total()} units")
    if truth.failed:
        print(f"{truth.failed.total()} of {truth.units} units lack a header and say nothing:")
        for error, count in truth.failed.most_common(5):
            print(f"  {count:5}  {error}")
    if truth.imperfect:
        print(f"{truth.imperfect} units have other errors; files with errors in them are left out")
    peers = peer.tallies if peer else {}
    rows = [_judged_row(row, tally, peers.get(row)) for row, tally in sorted(judged.tallies.items())]
    rows.append(_judged_row("all above but unnamed and friends", _total(judged.tallies), peer and _total(peers)))
    columns = ["kind", "spelled", "found", "recall", "said", "precision", "same kind", "same role"]
    table([*columns, "ctags: recall", "precision"], rows)
    print(f"\nmade by macros: {judged.by_macros:,}, of which kgraph names {judged.by_macros_found:,}")
    if judged.apart:
        print("said, but not judged: " + "; ".join(f"{what} {count:,}" for what, count in judged.apart.most_common()))
    print_losses("Lost, by cause", judged.losses, show)
    print_losses("False, by cause", judged.false, show)
    print_losses("Found as something else", judged.differing, show)


def _total(tallies: Mapping[str, Tally]) -> Tally:
    total = Tally()
    for row, tally in tallies.items():
        if _in_total(row):
            for name in Tally.__slots__:
                setattr(total, name, getattr(total, name) + getattr(tally, name))
    return total


def _in_total(row: str) -> bool:
    return not row.startswith(("unnamed", "friend"))


def _judged_row(row: str, tally: Tally, peer: Tally | None) -> tuple[object, ...]:
    return (
        row,
        tally.truth,
        tally.found,
        ratio(tally.found, tally.truth),
        tally.ours,
        ratio(tally.right, tally.ours),
        ratio(tally.same_kind, tally.found),
        ratio(tally.same_role, tally.found),
        ratio(peer.found, peer.truth) if peer else None,
        ratio(peer.right, peer.ours) if peer else None,
    )


def print_losses(title: str, losses: Sequence[Loss], show: int) -> None:
    """Groups of equal row and cause, the largest first, with some examples of each."""
    if not losses:
        return
    print(f"\n{title}:")
    groups: defaultdict[tuple[str, str], list[Loss]] = defaultdict(list)
    for loss in losses:
        groups[loss.what.row, loss.cause].append(loss)
    chance = random.Random(1)
    for (row, cause), group in sorted(groups.items(), key=lambda item: (item[0][1].startswith(_APART), -len(item[1]))):
        print(f"{len(group):6,}  {row}: {cause}")
        for loss in sorted(chance.sample(group, min(show, len(group))), key=lambda loss: loss.what):
            made = f" [{loss.what.macro}]" if loss.what.macro else ""
            print(f"          {loss.what.path}:{loss.what.start}: {loss.what.name}{made}: {loss.source[:120]}")


# --- the command ------------------------------------------------------------------------------------------------------


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", type=Path, help="the repository")
    parser.add_argument("-g", "--graph", type=Path, help="a built graph; default ROOT/.kgraph")
    parser.add_argument("--extract", action="store_true", help="ask the extractor instead of a graph")
    compiler.add_options(parser)
    parser.add_argument("--show", type=int, default=3, metavar="N", help="examples of each cause (3)")
    parser.add_argument("--no-ctags", action="store_true", help="leave the comparison with ctags out")
    options = parser.parse_args()
    options.root = options.root.resolve()
    return options


def main() -> None:
    options = arguments()
    graph = options.graph or options.root / ".kgraph"
    if options.extract or not (graph / "tables").is_dir():
        answer = from_extractor(options.root, options.jobs)
    else:
        answer = from_graph(graph)
    declared = sum(map(len, answer.declared.values()))
    print(f"kgraph: {declared:,} declarations in {len(answer.declared):,} files; {len(answer.skipped)} files not read")
    for path, reason in sorted(answer.skipped.items())[: options.show]:
        print(f"  {path}: {reason}")
    truth = compiler.ask_by(options)
    sources = Sources(options.root)
    peer = None
    if not options.no_ctags:
        ctags = from_ctags(options.root, answer.languages)
        print_ctags(*against_ctags(answer, ctags, truth, sources), options.show)
        if truth:
            same_files = {path: ctags.get(path, []) for path in answer.declared}
            peer = against_compiler(Answer(same_files), truth, sources)
    if truth:
        print_judged(against_compiler(answer, truth, sources), truth, peer, options.show)


if __name__ == "__main__":
    main()
