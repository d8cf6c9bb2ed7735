"""A review as sections of lines, which text, Markdown and HTML set each in their way.

Input: a `Review`. Output: sections with a title, a count and lines. A line is made of our own words and of names out of
the repository (`SourceName`), which each format makes harmless in its own way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kgraph.impact import ReachedNode
from kgraph.review.commits import MAX_FILES
from kgraph.review.report import CodeChange, RemovedSymbol, Review, SignatureChange, SymbolUse, UnreadUses
from kgraph.wording import count_noun

UNKNOWN = "Not known"  # the title of the last section
SURE = 0.995  # what is more certain is shown without a number
MAX_TEXT = 160  # characters of one name or signature
AROUND = 40  # of two long ones, that are shown in front of the first which differs


class SourceName(str):
    """Text of the repository: a name, a path, a signature."""

    __slots__ = ()


Line = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReviewSection:
    """Lines of one kind, the most telling first."""

    title: str
    summary: str
    lines: Sequence[Line]
    least: int = 1  # lines that are shown however little room there is


def sections(review: Review) -> Iterator[ReviewSection]:
    """The sections that have anything to say."""
    if review.risks:
        lines = [_risk(each.text, each.places) for each in review.risks]
        yield ReviewSection("Risk", count_noun(len(review.risks), "signal"), lines, 3)
    yield from _symbols(review)
    yield from _structure(review)
    yield from _violations(review)
    yield from _impact(review)
    yield from _make_history_sections(review)
    if review.unknown:
        yield ReviewSection(UNKNOWN, "", [(each,) for each in review.unknown], 4)


def title(review: Review) -> Line:
    """What is reviewed, against what."""
    files = count_noun(len(review.files), "file")
    head: Line = ("Review of ", _name(review.repository.name), f": {files} changed")
    base = review.base
    if not base.revision:
        return head
    since: Line = (" since ", _name(base.name[:12] if base.name == base.revision else base.name))
    at = f", at the merge base {base.revision[:12]}" if base.is_merge_base else f" ({base.revision[:12]})"
    to = f", up to {base.head[:12]}" if base.head else ""
    return (*head, *since, at, to)


def summary(review: Review) -> str:
    """The review in a sentence."""
    api = len(review.removed_api)
    said = [
        count_noun(len(review.files), "file") + " changed",
        f"{len(review.signatures):,} signatures changed",
        f"{api:,} public symbols gone or renamed",
        f"{len(review.added):,} symbols added",
        f"{len(review.code):,} functions with other code",
    ]
    if review.rules is not None:
        said.append(f"{len(review.rules.new):,} new violations")
    said.append(f"{len(review.tests):,} of {review.total_tests:,} tests affected")
    return "; ".join(said if review.base.built else [said[0], said[-1]])


# --- by meaning ---


def _symbols(review: Review) -> Iterator[ReviewSection]:
    if review.removed:
        public = len(review.removed_api)
        count = f"{count_noun(len(review.removed), 'symbol')}, {public:,} public"
        yield ReviewSection("Gone or renamed", count, [_describe_removed(each) for each in review.removed])
    if review.signatures:
        count = count_noun(len(review.signatures), "symbol")
        yield ReviewSection("Declared otherwise", count, [_describe_signature(each) for each in review.signatures])
    if review.code or review.comments_only:
        count = count_noun(len(review.code), "function")
        if tests := sum(each.is_test for each in review.code):
            count += f", {tests:,} in tests"
        if review.comments_only:
            count += f"; of {review.comments_only:,} more only comments or layout"
        yield ReviewSection("Other code", count, [_code(each) for each in review.code], min(1, len(review.code)))
    if review.added:
        public = sum(each.public for each in review.added)
        yield ReviewSection(
            "Added", f"{count_noun(len(review.added), 'symbol')}, {public:,} public",
            [
                (
                    *_symbol(each.kind, each.name, each.path, each.line, public=each.public),
                    f" with {count_noun(each.members, 'member')}" if each.members else "",
                )
                for each in review.added
            ],
        )  # fmt: skip


def _describe_removed(each: RemovedSymbol) -> Line:
    gone: Line = (" is gone",)
    if each.now:
        gone = (" is now ", _name(each.now))
    elif each.overloads:
        gone = (f" is gone by this signature, {each.overloads:,} of that name remain",)
    elif each.may_be_inherited:
        gone = (" is gone, unless a base of its class has it",)
    elif each.may_be_made:
        gone = (" is gone, unless `__getattr__` gives it",)
    none = _describe_no_use(each.unread, " at the base")
    its = ", it or a member of it," if each.members else ""
    users = f"; used{its} at {count_noun(each.users, 'place')} of the base" if each.users else none
    left = f", {each.left:,} in untouched files that lead to nothing of that name now" if each.left else ""
    return (
        *_symbol(each.kind, each.name, each.path, each.line, public=each.public),
        *gone,
        f" with {count_noun(each.members, 'member')}" if each.members else "",
        users + left,
        *_uses(each.uses, each.users),
    )


def _describe_signature(each: SignatureChange) -> Line:
    untouched = f" ({each.untouched:,} in untouched files)" if each.untouched else ""
    return (
        *_symbol(each.kind, each.name, each.path, each.line, public=each.public),
        ": ",
        *_difference(each.former, each.now),
        "; calls stay valid" if each.keeps_calls else "",
        f"; {count_noun(each.users, 'use')}{untouched}"
        if each.users
        else _describe_no_use(each.unread) + _describe_unresolved(each.unresolved),
        *_uses(each.uses, each.users),
    )


def _difference(former: str, now: str) -> Line:
    """Two declarations; of long ones the part that differs, with a little of what is around it."""
    if max(len(former), len(now)) > MAX_TEXT:
        same = next((place for place, pair in enumerate(zip(former, now, strict=False)) if pair[0] != pair[1]), 0)
        if (begin := same - AROUND) > 0:
            former, now = f"…{former[begin:]}", f"…{now[begin:]}"
    return _name(former), " → ", _name(now)


def _describe_no_use(unread: UnreadUses, where: str = "") -> str:
    if unread == "all":
        return "; its uses were not looked for"
    return f"; no known use{' in other files' if unread else ''}{where}"


def _code(each: CodeChange) -> Line:
    none = f": no known caller{_describe_unresolved(each.unresolved)}"
    callers = f": {count_noun(each.callers, 'known caller')}" if each.callers else none
    return (
        *_symbol(each.kind, each.name, each.path, each.line),
        "" if each.is_test and not each.callers else callers,
        *_uses(each.uses, each.callers),
        "" if each.compared else " (by its lines; its text was not compared)",
    )


def _describe_unresolved(calls: int) -> str:
    """What may be a use where none is known."""
    return f", but {count_noun(calls, 'call')} of that name may mean it" if calls else ""


def _symbol(kind: str, name: str, path: str, line: int, *, public: bool = False) -> Line:
    return ("public " if public else "", f"{kind.lower()} ", _name(name), " at ", _name(f"{path}:{line}"))


def _uses(uses: Sequence[SymbolUse], total: int) -> Line:
    """Where it is used: the first places, and how sure each is unless it is certain."""
    if not uses:
        return ()
    said: list[str] = []
    for each in uses:
        said += [", " if said else " such as " if total > len(uses) else " at ", _name(f"{each.path}:{each.line}")]
        said.append(f" ({each.certainty:.2f})" if each.certainty < SURE else "")
    return tuple(said)


def _structure(review: Review) -> Iterator[ReviewSection]:
    if review.dependencies or review.cycles:
        lines: list[Line] = [
            (
                *_part(each.source), " needs ", *_part(each.target), ", which it did not: ",
                _name(f"{each.path}:{each.line}"), " leads to ", _name(each.target_path),
            )
            for each in review.dependencies
        ]  # fmt: skip
        lines += [
            ("a new cycle: ", *_join(each.files, " → "), ", by ", _name(f"{each.path}:{each.line}"))
            for each in review.cycles
        ]
        found = (
            [count_noun(len(review.dependencies), "new dependency", "new dependencies")] if review.dependencies else []
        )
        found += [count_noun(len(review.cycles), "new cycle")] if review.cycles else []
        yield ReviewSection("Between parts", ", ".join(found), lines)
    if review.directives:
        words = {"added": "new", "removed": "gone", "broken": "leads nowhere now"}
        ordered = sorted(review.directives, key=lambda each: (each.what != "broken", each.what != "added"))
        yield ReviewSection(
            "Includes and imports",
            ", ".join(
                f"{number:,} {said}"
                for what, said in (("added", "new"), ("removed", "gone"), ("broken", "broken"))
                if (number := sum(each.what == what for each in review.directives))
            ),
            [
                (
                    f"{words[each.what]}: ", _name(each.spelling), " at ", _name(f"{each.path}:{each.line}"),
                    *((" → ", _name(each.target)) if each.target and each.target != each.spelling else ()),
                )
                for each in ordered
            ],
        )  # fmt: skip


def _violations(review: Review) -> Iterator[ReviewSection]:
    if review.rules is None:
        return
    new, known = review.rules.new, len(review.rules.violations) - len(review.rules.new)
    old = f", {known:,} that the base or the baseline has too" if known else ""
    count = count_noun(len(new), "violation") if new else "none"
    yield ReviewSection(
        "New violations", f"{count} of {count_noun(len(review.rules.rules), 'rule')}{old}",
        [
            (
                _name(f"{each.path}:{each.line}" if each.path else "the repository"),
                f": {review.rules.severity(each)}: ", _name(each.message), ", rule ", _name(each.rule),
            )
            for each in new
        ],
    )  # fmt: skip


# --- what follows ---


def _impact(review: Review) -> Iterator[ReviewSection]:
    if review.parts:
        yield ReviewSection(
            "Dependents by part", f"{review.dependents:,} in {count_noun(len(review.parts), 'part')}",
            [
                (
                    *_part(each.part),
                    f": {count_noun(each.dependents, 'dependent')} in {count_noun(each.files, 'file')}",
                    f", the surest {each.surest:.2f}",
                )
                for each in review.parts
            ],
        )  # fmt: skip
    if review.total_tests:
        commands: list[Line] = [
            (f"run {count_noun(each.tests, 'test')}: ", SourceName(each.command)) for each in review.commands
        ]
        known = {each.runner for each in review.commands}
        run = {each.id for each in review.tests if each.runner == "ctest"}
        others = [each for each in review.tests if each.runner not in known and each.task not in run]
        if others and commands:
            commands.append(
                (f"{count_noun(len(others), 'test')} that none of these runs, such as ", _name(others[0].id))
            )
        lines = [*commands, *map(_test, review.tests)]
        count = f"{len(review.tests):,} of {review.total_tests:,}"
        yield ReviewSection("Affected tests, the surest first", count, lines, len(commands) + 1)


def _test(test: ReachedNode) -> Line:
    said: list[str] = [f"{test.certainty:.2f} ", _name(test.id)]
    before = test.start
    for number, step in enumerate(test.steps):
        if number == 2 and len(test.steps) > 3:
            said.append(f"; … {len(test.steps) - 3} more steps")
        if number < 2 or number == len(test.steps) - 1:
            at = (_name(step.at), " ") if step.path else ()
            said += ["; " if number else ": ", *at, _name(step.node), f" {step.how} ", _name(before)]
        before = step.node
    return tuple(said)


def _make_history_sections(review: Review) -> Iterator[ReviewSection]:
    if review.co_changes:
        yield ReviewSection(
            "Often changed too, and not touched",
            f"{count_noun(len(review.co_changes), 'file')}, by commits of at most {MAX_FILES} files",
            [
                (
                    _name(each.path), f" in {each.together:,} of {each.commits:,} such commits that changed ",
                    _name(each.of),
                )
                for each in review.co_changes
            ],
        )  # fmt: skip
    if review.owners:
        of = review.owners[0].of
        yield ReviewSection(
            "Owners by history", f"of {count_noun(of, 'commit')} that changed the touched files",
            [
                (_name(each.name), f": {each.commits:,}, in {count_noun(each.files, 'file')}, the last on {each.last}")
                for each in review.owners
            ],
        )  # fmt: skip


# --- words ---


def _risk(text: str, places: Sequence[str]) -> Line:
    return (text, *((": ", *_join(places, ", ")) if places else ()))


def _part(part: str) -> Line:
    return ("the root",) if part == "." else (_name(part),)


def _join(names: Sequence[str], between: str) -> Line:
    found: list[str] = []
    for name in names:
        found += [between, _name(name)] if found else [_name(name)]
    return tuple(found)


def _name(text: str) -> SourceName:
    return SourceName(text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…")
