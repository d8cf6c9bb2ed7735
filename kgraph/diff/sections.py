"""A comparison as what a person reads: sections of lines, which text, Markdown and HTML set each in their way.

Input: a `Difference`. Output: sections with a title, a count and lines. What a line above explains is left out: the
symbols of a file that was added, the members of a class that was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kgraph.diff.changes import Difference, EdgeChange, FileChange, FileLine, IncludeChange, SymbolChange

MARKS = {
    "added": "+",
    "removed": "-",
    "modified": "M",
    "renamed": "R",
    "mode": "m",
    "moved": ">",
    "signature": "~",
    "documentation": "d",
    "changed": "~",
}


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One change: a mark, where it is, what it is, and what else is to say; `was` and `now` stand below each other."""

    mark: str
    place: str
    text: str
    note: str = ""
    was: str = ""
    now: str = ""


@dataclass(frozen=True, slots=True)
class DiffSection:
    """Changes of one kind."""

    title: str
    summary: str  # "2 added, 1 removed"
    lines: Sequence[DiffLine] = field(default=())


def sections(difference: Difference) -> Iterator[DiffSection]:
    """The sections that have anything to say."""
    if difference.files:
        summary = _summary(each.status for each in difference.files)
        yield DiffSection("Files", summary, [_file(each) for each in difference.files])
    own = [each for each in difference.symbols if not each.with_file]
    declared = [each for each in own if each.what == "signature"]
    if declared:
        yield DiffSection("Signatures", f"{len(declared):,} changed", [_symbol(each) for each in declared])
    others = [each for each in own if each.what != "signature"]
    if others:
        summary = _summary(each.what for each in others)
        yield DiffSection("Symbols", summary, [_symbol(each) for each in others if not each.nested])
    includes = [each for each in difference.includes if not each.with_file]
    if includes:
        summary = _summary(each.what for each in includes)
        yield DiffSection("Includes and imports", summary, [_include(each) for each in includes])
    for kind in sorted({each.kind for each in difference.edges}):
        edges = [each for each in difference.edges if each.kind == kind]
        lines = [_edge(each) for each in edges if not each.with_node]
        summary = _summary(each.what for each in edges)
        if len(lines) < len(edges):
            summary += f" ({len(edges) - len(lines):,} from what was itself added or removed)"
        yield DiffSection(_edge_title(kind), summary, lines)


def _edge_title(kind: str) -> str:
    """ "Links against" for `linksAgainst`."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in kind).capitalize()


def title(difference: Difference) -> str:
    """What is compared."""
    return f"{difference.old.repository.name}: {difference.old.name} → {difference.new.name}"


_WORDS = {"signature": "changed", "documentation": "documented otherwise", "mode": "of another mode"}


def _summary(statuses: Iterator[str]) -> str:
    counts = Counter(statuses)
    return ", ".join(f"{counts[each]:,} {_WORDS.get(each, each)}" for each in MARKS if counts[each])


def _file(change: FileChange) -> DiffLine:
    notes = []
    if change.status == "renamed":
        notes.append(f"from {change.former}" + (f", {change.similarity} % alike" if change.similarity < 100 else ""))
    if change.status == "mode":
        notes.append("the content is the same")
    if change.lines is not None and change.former_lines is not None and change.lines != change.former_lines:
        more = change.lines - change.former_lines
        notes.append(f"{more:+,} line{'s' if abs(more) > 1 else ''}")
    elif change.status in ("added", "removed") and (count := change.lines or change.former_lines):
        notes.append(f"{count:,} line{'s' if count > 1 else ''}")
    if change.symbols:
        notes.append(f"{change.symbols:,} symbol{'s' if change.symbols > 1 else ''}")
    return DiffLine(MARKS[change.status], change.path, "", "; ".join(notes))


def _symbol(change: SymbolChange) -> DiffLine:
    location, notes = change.place or change.former_place, []
    was = now = ""
    if change.members:
        notes.append(f"and {change.members:,} member{'s' if change.members > 1 else ''}")
    if change.what == "moved" and change.former_place:
        notes.append(f"from {_format_place(change.former_place)}")
    if change.what == "renamed":
        notes.append(f"was {change.former_name}")
    if change.what == "documentation":
        notes.append("documented otherwise")
    for name, before, after in change.details:
        if name == "signature":
            was, now = before, after
        elif name not in ("documentation", "qualified name"):
            notes.append(f"{name} was {before or 'none'}, is {after or 'none'}")
    name = change.name if change.what != "removed" else change.former_name
    return DiffLine(
        MARKS[change.what], _format_place(location), f"{change.kind.lower()} {name}", "; ".join(notes), was, now
    )


def _include(change: IncludeChange) -> DiffLine:
    targets = change.targets if change.what != "removed" else change.former_targets
    resolution = change.resolution if change.what != "removed" else change.former_resolution
    note = ", ".join(targets) if resolution == "repository" else resolution
    if change.what == "changed":
        note = _elsewhere(change)
    if note == change.spelling:
        note = ""
    return DiffLine(MARKS[change.what], _format_place(change.place), change.spelling, note)


def _elsewhere(change: IncludeChange) -> str:
    if change.former_resolution != change.resolution:
        was = ", ".join(change.former_targets) if change.former_resolution == "repository" else change.former_resolution
        now = ", ".join(change.targets) if change.resolution == "repository" else change.resolution
        return f"led to {was}, leads to {now}"
    come = [target for target in change.targets if target not in change.former_targets]
    gone = [target for target in change.former_targets if target not in change.targets]
    parts = (("now leads to ", come), ("no longer to " if come else "no longer leads to ", gone))
    return ", ".join(words + ", ".join(found) for words, found in parts if found)


def _edge(change: EdgeChange) -> DiffLine:
    return DiffLine(MARKS[change.what], change.source, f"→ {change.target}")


def _format_place(place: FileLine | None) -> str:
    return f"{place.path}:{place.line}" if place else ""
