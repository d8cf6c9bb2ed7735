"""A review: the parts of kgraph that say something about a change, asked one after the other.

Input: an opened graph, and which change is asked about. Output: a `Review`. Where the graph of the base cannot be had,
what needs no base is answered all the same, and the report says what is lacking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from kgraph.coverage import PROGRAMMING, Aspect, Coverage
from kgraph.diff.compare import compare
from kgraph.diff.comparison import Comparison
from kgraph.errors import ConditionError, GraphError, InputError
from kgraph.git import GitRepository
from kgraph.impact import FileEdit, Impact, ImpactIndex, changes_around
from kgraph.impact.affected import MAX_DEPENDENTS
from kgraph.model import Graph
from kgraph.pipeline.kept_history import read_history
from kgraph.pipeline.options import BuildOptions
from kgraph.pipeline.previous import HISTORY
from kgraph.pipeline.recorded import load_recorded_options, root_of
from kgraph.progress import Progress
from kgraph.regular_file import read_blob
from kgraph.review import base as bases
from kgraph.review import commits, parts, risks, violations
from kgraph.review.meaning import Meaning, TouchedPaths
from kgraph.review.report import (
    AddedSymbol,
    CoChange,
    CodeChange,
    DirectiveChange,
    FileOwner,
    NewCycle,
    PartDependency,
    RemovedSymbol,
    Review,
    ReviewBase,
    ReviewedFile,
    SignatureChange,
)
from kgraph.review.run_commands import run_commands
from kgraph.review.side import FUNCTIONS, ReviewSide
from kgraph.rules import Report, RuleSource
from kgraph.scan.repository import repository_at
from kgraph.scan.revision import GitDiffEntry
from kgraph.vocab.iri import display_path

MAX_CONTENT = 8_000_000  # bytes of a file whose functions are compared
_TOLD = ("contains", "definition", "declaration")
NO_BASE = "a change by --diff or --files has no base: what needs one is left out: signatures, removed API, violations"


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """Which change is asked about, and how.

    One of `since` and `changes` at most; with neither the change is the one since the default branch.
    """

    since: str = ""  # a revision: the change since its merge base with the other side
    to: str = ""  # a revision; "" for the working tree
    changes: Sequence[FileEdit] | None = None  # by a diff or by names, without a base
    rules: Sequence[Path] | None = None  # files of rules; None for `rules.toml` at the root, if it is there
    baseline: Path | None = None  # a baseline of `kgraph check`
    at_least: float = 0.0  # leave out dependents and tests that are less certain
    root: Path | None = None  # the repository, if it is not the one around the graph
    build: bool = True  # whether the graph of the base may be built, which takes a while


@dataclass(frozen=True, slots=True)
class ReviewSource:
    """An opened graph."""

    path: Path  # its folder
    manifest: Mapping[str, Any]
    tables: Callable[[], Graph]
    impact: Callable[[], ImpactIndex] | None = None  # made of these tables, where somebody keeps it


@dataclass(frozen=True, slots=True)
class _Meanings:
    """What a base is needed for."""

    signatures: tuple[SignatureChange, ...] = ()
    removed: tuple[RemovedSymbol, ...] = ()
    added: tuple[AddedSymbol, ...] = ()
    code: tuple[CodeChange, ...] = ()
    comments_only: int = 0
    directives: tuple[DirectiveChange, ...] = ()
    dependencies: tuple[PartDependency, ...] = ()
    cycles: tuple[NewCycle, ...] = ()
    notes: tuple[str, ...] = ()


def review(source: ReviewSource, request: ReviewRequest, progress: Progress | None = None) -> Review:
    """Review a change.

    Raises:
        InputError: There is no such revision, or a rule is wrong.
    """
    return _Reviewer(source, request, progress).review()


class _Reviewer:
    """One review being made."""

    def __init__(self, source: ReviewSource, request: ReviewRequest, progress: Progress | None) -> None:
        self._source, self._request, self._progress = source, request, progress
        around = request.root or _root_of(source.path)
        self._root = around.resolve() if around else None
        self._repository: GitRepository | None = repository_at(self._root) if self._root else None
        self._unknown: list[str] = []

    def review(self) -> Review:
        request = self._request
        base, changes = self._change()
        new, old = self._graphs(base)
        base = replace(base, built=old is not None)
        touched = TouchedPaths.of(changes)
        kept = self._source.impact if new is self._source.tables() else None
        impacts = kept() if kept else ImpactIndex(new.__getitem__)
        impact = impacts.affected(changes, at_least=request.at_least)
        new_side = ReviewSide(new, references=self._references)
        with ExitStack() as held:
            sources = [held.enter_context(violations.rule_source(graph)) for graph in (old, new) if graph is not None]
            rules_of, report = self._check(sources, touched)
            told = self._meanings(old, new, new_side, changes, touched, sources)
        self._unknown += told.notes
        self._unknown += [note for note in impact.notes if note not in self._unknown]
        if old is not None:
            self._unknown += _submodules(old, new)
        co_changes, owners, churn = self._history(base, touched, old or new)
        untested, functions = _find_untested(impacts, impact, new_side, told, touched)
        evidence = risks.RiskEvidence(
            told.removed, told.signatures, told.code, told.directives, told.cycles, report, untested, functions, churn
        )
        if len(impact.dependents) >= MAX_DEPENDENTS:
            self._unknown.append(f"there are more dependents: the surest {MAX_DEPENDENTS:,} are counted")
        if impact.total_tests == 0:
            self._unknown.append("the graph has no tests: which of them the change reaches is not known")
        return Review(
            new.repository, base, tuple(_files(changes)),
            told.signatures, told.removed, told.added, told.code, told.comments_only, told.directives,
            told.dependencies, told.cycles, report, rules_of,
            tuple(parts.impacts(impact.dependents)), len(impact.dependents), impact.tests, impact.total_tests,
            tuple(run_commands(impact, base, request.changes)), tuple(co_changes), tuple(owners),
            tuple(risks.signals(evidence)), tuple(dict.fromkeys(self._unknown)),
        )  # fmt: skip

    @property
    def _references(self) -> bool:
        """Whether mentions in C and C++ were read; of an option that is not recorded that is not known."""
        return bool(self._source.manifest.get("options", {}).get("references"))

    # --- the two sides ---

    def _change(self) -> tuple[ReviewBase, list[FileEdit]]:
        """What changed, and since when."""
        request = self._request
        if request.changes is not None:
            if request.since or request.to:
                raise InputError("a change is given by revisions or by files, not by both")
            self._unknown.append(NO_BASE)
            return ReviewBase("", "", is_merge_base=False, head="", built=False), list(request.changes)
        if self._root is None:
            root_of(self._source.path)  # says what is wrong
            raise InputError("the repository is not at hand", where=str(self._source.path))
        base = bases.find_base(self._root, request.since, request.to)
        if base.head:
            return base, bases.changes_between(self._root, base.revision, base.head)
        return base, changes_around(self._source.path, self._source.manifest, base.revision, self._root)

    def _graphs(self, base: ReviewBase) -> tuple[Graph, Graph | None]:
        """The graphs of the change and of its base; None where that cannot be had."""
        if not base.revision or self._root is None:
            return self._source.tables(), None
        options = load_recorded_options(self._source.manifest, self._root)
        new = self._graph_of(base.head, options) if base.head else self._source.tables()
        try:
            return new, self._graph_of(base.revision, options)
        except (GraphError, ConditionError) as error:
            self._unknown.append(
                f"the base was not built ({error.what}): signatures, removed API, new violations and the like "
                "are left out"
            )
            return new, None

    def _graph_of(self, revision: str, options: BuildOptions) -> Graph:
        assert self._root is not None  # noqa: S101 - there is a base
        return bases.graph_of(
            revision, self._root, self._source.path, options, self._progress, build=self._request.build
        )

    # --- rules ---

    def _check(self, sources: Sequence[RuleSource], touched: TouchedPaths) -> tuple[tuple[str, ...], Report | None]:
        """The files of rules, and the report on what is broken now and was not at the base, the first of both sides."""
        if len(sources) < 2:
            return (), None
        old, new = sources
        named = self._request.rules
        files, checks, note = violations.find_rules(self._root or Path(), named)
        if note:
            self._unknown.append(note)
        if not checks:
            return (), None
        report = violations.compare_violations(checks, old, new, touched.renamed, self._request.baseline)
        self._unknown += [f"rule {each.rule}: {each}" for each in report.undecided]
        shown = tuple(_relative_path(file, self._root) for file in files)
        if changed := [each for each in shown if each in touched.new]:
            self._unknown.append(
                f"the change touches the rules, {', '.join(changed)}: both sides were checked by those of the change"
            )
        return shown, report

    # --- what changed by meaning ---

    def _meanings(
        self, old: Graph | None, new: Graph, new_side: ReviewSide, changes: Sequence[FileEdit], touched: TouchedPaths,
        sources: Sequence[RuleSource],
    ) -> _Meanings:  # fmt: skip
        if old is None:
            return _Meanings()
        renames = [GitDiffEntry("R", each.path, each.former, 100, mode_only=False) for each in changes if each.former]
        difference = compare(_slim(old), _slim(new), ("", ""), renames)
        old_side = ReviewSide(old, references=self._references)
        meaning = Meaning(old_side, new_side, difference, touched)
        contents = self._contents(old, here=False), self._contents(new, here=True)
        code, comments = meaning.code(changes, *contents)
        removed = [*meaning.find_removed(*contents), *meaning.find_removed_reexports(*contents)]
        renamed = {(each.kind, each.now) for each in removed}
        added = [each for each in meaning.find_added() if (each.kind, each.name) not in renamed]
        old_edges, new_edges = map(parts.edges_of, sources)
        return _Meanings(
            tuple(sorted(meaning.signatures(), key=_signature_order)),
            tuple(sorted(removed, key=_removal_sort_key)),
            tuple(sorted(added, key=lambda each: (not each.public, each.path, each.line))),
            tuple(code),
            comments,
            tuple(meaning.directives()),
            tuple(parts.new_dependencies(old_edges, new_edges, touched)),
            tuple(parts.new_cycles(old_edges, new_edges, touched)),
            tuple(_find_one_sided(Comparison(old, new, difference), new, touched)),
        )  # fmt: skip

    def _contents(self, graph: Graph, *, here: bool) -> Callable[[str], bytes | None]:
        """Reads the content that a graph has of a path: out of the working tree, or of git's store."""
        blobs = dict(graph["files"].select("path", "blob").iter_rows())
        read: dict[str, bytes | None] = {}

        def content(path: str) -> bytes | None:
            if path not in read:
                read[path] = self._content(path, blobs.get(path, ""), here=here)
            return read[path]

        return content

    def _content(self, path: str, blob: str, *, here: bool) -> bytes | None:
        if not blob or self._root is None:
            return None
        if here and (found := read_blob(str(self._root / path), blob, MAX_CONTENT)) is not None:
            return found
        if self._repository is None:
            return None
        said = self._repository.run("cat-file", "blob", blob)
        return said.out if said.ok and len(said.out) <= MAX_CONTENT else None

    # --- history ---

    def _history(
        self, base: ReviewBase, touched: TouchedPaths, graph: Graph
    ) -> tuple[list[CoChange], list[FileOwner], list[tuple[str, int, float]]]:
        revision = self._source.manifest["repository"]["revision"]
        if self._root is None or self._repository is None or not revision:
            self._unknown.append("there is no history of git: co-changes, owners and churn are not known")
            return [], [], []
        known = read_history(self._root, revision, self._source.path / HISTORY)
        own = commits.own_commits(self._repository, base.revision, revision)
        past = commits.EarlierCommits.of(known, own)
        if known.lacks:
            self._unknown.append(f"history: {known.lacks}")
        if not past.commits:
            self._unknown.append(
                "history holds no commit before the change: co-changes, owners and churn are not known"
            )
        here = set(graph["files"]["path"].to_list())
        co_changes = past.co_changes(touched.old, here, touched.new | touched.old)
        owners, note = past.owners(touched.old, self._repository)
        if note:
            self._unknown.append(note)
        languages = dict(graph["files"].select("path", "language").iter_rows())
        programs = [path for path in sorted(touched.old) if languages.get(path) in PROGRAMMING]
        return co_changes, owners, past.churn(programs)


def _root_of(graph: Path) -> Path | None:
    try:
        return root_of(graph)
    except InputError:
        return None


def _relative_path(file: Path, root: Path | None) -> str:
    """The path of a file from the root, if it is there."""
    resolved = file.resolve()
    return resolved.relative_to(root).as_posix() if root and resolved.is_relative_to(root) else str(file)


def _slim(graph: Graph) -> Graph:
    """A graph without the edges that a comparison of symbols does not look at."""
    edges = graph["edges"].filter(pl.col("kind").is_in(_TOLD))
    return Graph(graph.repository, {**graph.tables, "edges": edges})


def _files(changes: Sequence[FileEdit]) -> Iterator[ReviewedFile]:
    for each in changes:
        status = "removed" if each.deleted else "added" if each.added else "renamed" if each.former else "modified"
        yield ReviewedFile(display_path(each.path), display_path(each.former), status)  # type: ignore[arg-type]


def _find_one_sided(comparison: Comparison, new: Graph, touched: TouchedPaths) -> Iterator[str]:
    """What of the touched files was not analysed, or on one side alone."""
    yield from (note for note in comparison.notes if "in one of the two graphs alone" in note)
    coverage = Coverage.of_table(new["files"].filter(pl.col("path").is_in(list(touched.new))))
    yield from filter(None, (coverage.note(aspect) for aspect in (Aspect.DECLARATIONS, Aspect.USES, Aspect.IMPORTS)))


def _submodules(old: Graph, new: Graph) -> Iterator[str]:
    """Submodules that point elsewhere: what is in them is no part of either graph."""
    before, now = (
        dict(graph["folders"].filter(pl.col("submodule").is_not_null()).select("path", "submodule").iter_rows())
        for graph in (old, new)
    )
    if changed := [path for path in sorted(before.keys() | now.keys()) if before.get(path) != now.get(path)]:
        yield f"submodules that point to other commits, what is in them was not read: {', '.join(changed)}"


def _signature_order(each: SignatureChange) -> tuple[bool, int, str, int]:
    return not each.public, -each.untouched, each.path, each.line


def _removal_sort_key(each: RemovedSymbol) -> tuple[bool, int, int, str, int]:
    return not each.public, -each.left, -each.users, each.path, each.line


def _find_untested(
    index: ImpactIndex, impact: Impact, side: ReviewSide, told: _Meanings, touched: TouchedPaths
) -> tuple[list[tuple[str, str, int]], int]:
    """Changed functions that no known test depends on, and how many were looked at."""
    if not impact.total_tests or not side.graph["uses"].height:
        return [], 0
    entries: list[CodeChange | SignatureChange] = [*told.code, *told.signatures]
    wanted = {(each.name, each.path): each.line for each in entries}
    found: dict[str, tuple[str, str, int]] = {}
    tests = {each.path for each in index.tests.all}
    for symbol in side.symbols_in(touched.new):
        if (symbol.name, symbol.path) in wanted and symbol.path not in tests and symbol.kind in FUNCTIONS:
            found.setdefault(symbol.id, (symbol.name, symbol.path, wanted[symbol.name, symbol.path]))
    untested = index.find_untested(list(found))
    return [found[id_] for id_ in untested], len(found)
