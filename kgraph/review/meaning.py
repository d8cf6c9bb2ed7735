"""What changed by meaning: signatures, what is gone with who used it, what came, and code with its callers.

Input: both sides and a comparison of them. Output: the entries of a report. Only what stands in touched files counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from kgraph.diff.changes import Difference, FileLine, SymbolChange
from kgraph.impact import FileEdit
from kgraph.impact.changed import find
from kgraph.relate.file_names import is_test
from kgraph.review import code, reexports
from kgraph.review.compatible import keeps_calls
from kgraph.review.report import AddedSymbol, CodeChange, DirectiveChange, RemovedSymbol, SignatureChange, SymbolUse
from kgraph.review.side import FUNCTIONS, MAX_USES, PlacedSymbol, ReviewSide
from kgraph.vocab.iri import display_path

Content = Callable[[str], bytes | None]
_NAMELESS = ("Module", "Namespace")


@dataclass(frozen=True, slots=True)
class TouchedPaths:
    """The paths that a change touches, on either side, as tables and comparisons have them."""

    old: frozenset[str]
    new: frozenset[str]
    renamed: dict[str, str] = field(default_factory=dict)  # path at the base to path now

    @classmethod
    def of(cls, changes: Sequence[FileEdit]) -> TouchedPaths:
        return cls(
            frozenset(display_path(each.former or each.path) for each in changes if not each.added),
            frozenset(display_path(each.path) for each in changes if not each.deleted),
            {display_path(each.former): display_path(each.path) for each in changes if each.former},
        )


class Meaning:
    """The comparison of two sides by symbols."""

    def __init__(self, old: ReviewSide, new: ReviewSide, difference: Difference, touched: TouchedPaths) -> None:
        self._old, self._new, self._touched = old, new, touched
        self._symbols = [each for each in difference.symbols if self._is_here(each)]
        self._includes = difference.includes
        self._old_ids, self._new_ids = old.index_by_place(touched.old), new.index_by_place(touched.new)

    def _is_here(self, change: SymbolChange) -> bool:
        return (change.place is not None and change.place.path in self._touched.new) or (
            change.former_place is not None and change.former_place.path in self._touched.old
        )

    def _new_id(self, change: SymbolChange) -> str:
        place = change.place
        return self._new_ids.get((change.name, place.path, place.line), "") if place else ""

    def _old_id(self, change: SymbolChange) -> str:
        place = change.former_place
        return self._old_ids.get((change.former_name, place.path, place.line), "") if place else ""

    # --- what was declared otherwise ---

    def signatures(self) -> Iterator[SignatureChange]:
        """Symbols whose declaration differs, public ones first, then by users in untouched files."""
        for change in (*self._symbols, *self._find_other_kind()):
            if change.what != "signature" or not change.place or change.kind in _NAMELESS:
                continue
            if not (id_ := self._new_id(change)) or self._new.is_local(id_):
                continue
            former, now = _describe_declaration(change)
            uses = self._new.users([id_], self._touched.new)
            if old := self._old_id(change):  # lines that call it as it was
                before = self._old.users([old], self._touched.old)
                known = {(each.path, each.line) for each in uses}
                left = [each for each in self._find_dangling(before) if (each.path, each.line) not in known]
                uses = [*left, *uses]
            yield SignatureChange(
                change.kind,
                change.name,
                change.place.path,
                change.place.line,
                former,
                now,
                self._public(change, id_),
                len(uses),
                sum(not each.touched for each in uses),
                tuple(uses[:MAX_USES]),
                keeps_calls(former, now),
                self._new.count_unresolved_calls(id_),
                self._new.unread_uses(id_, change.place.path),
            )

    def _find_other_kind(self) -> Iterator[SymbolChange]:
        """Names that are of one kind at the base and of another now, which a comparison tells as gone and come."""
        come = {(each.name, each.place.path): each for each in self._symbols if each.what == "added" and each.place}
        for gone in self._symbols:
            if gone.what == "removed" and gone.former_place:
                now = come.get((gone.former_name, gone.former_place.path))
                if now is not None and now.kind != gone.kind:
                    yield replace(
                        now,
                        what="signature",
                        former_name=gone.former_name,
                        former_signature=f"{gone.kind.lower()} {gone.former_signature}".strip(),
                        signature=f"{now.kind.lower()} {now.signature}".strip(),
                        former_place=gone.former_place,
                    )

    @cached_property
    def _otherwise(self) -> frozenset[str]:
        return frozenset(each.name for each in self._find_other_kind())

    def _public(self, change: SymbolChange, id_: str) -> bool:
        old = self._old_id(change)
        return bool(self._new.is_public(id_, _path(change.place))) or bool(
            old and self._old.is_public(old, _path(change.former_place))
        )

    # --- what is gone, or called otherwise ---

    def find_removed(self, old_content: Content, new_content: Content) -> Iterator[RemovedSymbol]:
        """Symbols that the base had by a name that is no more; members of what is gone are counted with it."""
        renamed = self._find_renamed_by_code(old_content, new_content)
        for change in self._symbols:
            if change.kind in _NAMELESS or not change.former_place:
                continue
            if change.former_name in self._otherwise:
                continue
            called_otherwise = change.what in ("renamed", "moved") and change.name != change.former_name
            if change.what != "removed" and not called_otherwise:
                continue
            if not (id_ := self._old_id(change)) or self._old.is_local(id_) or self._old.is_member_of(id_, self._gone):
                continue
            ids = self._old.members([id_])
            uses = self._old.users(ids, self._touched.old, without=ids)
            left = self._find_dangling(uses)
            yield RemovedSymbol(
                change.kind,
                change.former_name,
                change.former_place.path,
                change.former_place.line,
                change.name if called_otherwise else renamed.get(id_, ""),
                bool(self._old.is_public(id_, change.former_place.path)),
                len(uses),
                len(left),
                tuple([*left, *(each for each in uses if each not in left)][:MAX_USES]),
                len(ids) - 1 if change.what == "removed" else 0,
                self._new.find_kinds(change.former_name).count(change.kind),
                self._new.owner_has_bases(change.former_name),
                self._new.may_be_made(change.former_name),
                self._old.unread_uses(id_, change.former_place.path),
            )

    def find_removed_reexports(self, old_content: Content, new_content: Content) -> Iterator[RemovedSymbol]:
        """Names that packages of Python do not pass on any more, but for those of what is gone or called otherwise."""
        old, new = reexports.PackageNames(self._old, old_content), reexports.PackageNames(self._new, new_content)
        changed = [each for each in self._symbols if each.what == "removed" or each.name != each.former_name]
        gone = {self._old_id(each) for each in changed if each.what != "added"}

        def left_of(symbol: str) -> list[SymbolUse]:
            return self._find_dangling(self._old.users([symbol], self._touched.old))

        for entry, symbol in reexports.find_removed(old, new, self._touched.old, self._touched.renamed, left_of):
            if symbol not in gone:
                yield entry

    def _find_renamed_by_code(self, old_content: Content, new_content: Content) -> dict[str, str]:
        """Functions and types that are gone, and stand in the same file by another name, but for comments: the name by
        the id."""
        gone = [
            (id_, each.kind, self._touched.renamed.get(place.path, place.path), place)
            for each in self._symbols
            if each.what == "removed" and (id_ := self._old_id(each))
            for place in self._old_places.get(id_, ())
        ]
        wanted = {(kind, path) for _, kind, path, _ in gone}
        come: dict[tuple[str, str, str], list[str]] = {}
        for each in self._symbols:
            if each.what == "added" and (id_ := self._new_id(each)):
                for place in self._new_places.get(id_, ()):
                    if (each.kind, place.path) in wanted and (text := self._nameless(new_content, place)) is not None:
                        come.setdefault((each.kind, place.path, text), []).append(each.name)
        here = {key[:2] for key in come}
        found: dict[str, str] = {}
        for id_, kind, path, place in gone:
            text = self._nameless(old_content, place) if (kind, path) in here else None
            names = come.get((kind, path, text), []) if text is not None else []
            if len(names) == 1:
                found[id_] = names[0]
        return found

    def _nameless(self, content: Content, place: PlacedSymbol) -> str | None:
        """The text of a function or type of several lines, without its own name, comments and layout."""
        if place.kind not in (*FUNCTIONS, "Class", "Struct") or place.end - place.line < 1:
            return None
        text, name = _text(content, place), re.split(r"\.|::", place.name)[-1]
        if text is None:
            return None
        language = self._new.languages.get(place.path) or self._old.languages.get(place.path, "")
        return re.sub(rf"\b{re.escape(name)}\b", "", code.bare(text, place.path, language))

    @cached_property
    def _gone(self) -> frozenset[str]:
        return frozenset(self._old_id(each) for each in self._symbols if each.what == "removed")

    @cached_property
    def _come(self) -> frozenset[str]:
        return frozenset(self._new_id(each) for each in self._symbols if each.what == "added")

    def _find_dangling(self, uses: Sequence[SymbolUse]) -> list[SymbolUse]:
        """The uses in untouched files whose lines now lead to nothing of the name, be it that of a member."""
        places: dict[str, set[tuple[str, int]]] = {}
        for each in uses:
            if not each.touched:
                places.setdefault(each.used, set()).add((each.path, each.line))
        led = {name: self._new.leads_on(found, name) for name, found in places.items()}
        return [each for each in uses if not each.touched and (each.path, each.line) not in led[each.used]]

    # --- what came ---

    def find_added(self) -> Iterator[AddedSymbol]:
        """Symbols that the base does not have; members of what came are counted with it."""
        for change in self._symbols:
            if change.what != "added" or change.kind in _NAMELESS or not change.place:
                continue
            if change.name in self._otherwise:
                continue
            if not (id_ := self._new_id(change)) or self._new.is_local(id_) or self._new.is_member_of(id_, self._come):
                continue
            members = len(self._new.members([id_])) - 1
            public = bool(self._new.is_public(id_, change.place.path))
            yield AddedSymbol(
                change.kind, change.name, change.place.path, change.place.line, change.signature, public, members
            )

    # --- whose code differs ---

    def code(
        self, changes: Sequence[FileEdit], old_content: Content, new_content: Content
    ) -> tuple[list[CodeChange], int]:
        """Functions of both sides with other code, and the number of those in which comments or layout alone differ."""
        declared = {self._new_id(each) for each in self._symbols if each.what in ("signature", "added")}
        found = find(self._new.nodes, [each for each in changes if not each.added and not each.deleted])
        entries, same = [], 0
        for node, changed in found.nodes.items():
            id_ = self._new.nodes.frame["id"][node] if node < self._new.nodes.frame.height else ""
            if changed.certainty < 1 or not id_.startswith("symbol/") or id_ in declared:
                continue
            kind, _, name, _, _ = self._new.row(id_)
            if kind not in FUNCTIONS or self._new.is_local(id_):
                continue
            places = [each for each in self._new_places.get(id_, ()) if each.line <= changed.line <= each.end]
            if not places:
                continue
            place = max(places, key=lambda each: each.line)
            former = self._find_at_base(id_, place)
            if former is None:
                continue
            before, after = _text(old_content, former), _text(new_content, place)
            compared = before is not None and after is not None
            if before is not None and after is not None:
                if before == after:
                    continue  # a line beside it changed
                if code.same_code(before, after, place.path, self._new.languages.get(place.path, "")):
                    same += 1
                    continue
            calls = self._new.users([id_], self._touched.new, calls=True)
            entries.append(
                CodeChange(
                    kind, name, place.path, changed.line, len({each.user for each in calls}),
                    tuple(calls[:MAX_USES]), is_test(place.path), compared, self._new.count_unresolved_calls(id_),
                )
            )  # fmt: skip
        entries.sort(key=lambda each: (each.is_test, -each.callers, each.path, each.line))
        return entries, same

    @cached_property
    def _old_places(self) -> dict[str, list[PlacedSymbol]]:
        return _places(self._old.symbols_in(self._touched.old))

    @cached_property
    def _new_places(self) -> dict[str, list[PlacedSymbol]]:
        return _places(self._new.symbols_in(self._touched.new))

    def _find_at_base(self, id_: str, place: PlacedSymbol) -> PlacedSymbol | None:
        """The same function at the base, in the same file or the one that was renamed to it."""
        former_paths = {before for before, now in self._touched.renamed.items() if now == place.path} or {place.path}
        named = [each for each in self._old_places.get(id_, ()) if each.path in former_paths]
        if not named:
            return None
        return min(named, key=lambda each: abs(each.line - place.line))

    # --- includes and imports ---

    def directives(self) -> Iterator[DirectiveChange]:
        """Directives of touched files that came or went, and those of others that lead nowhere now."""
        come = {(each.place.path, each.spelling) for each in self._includes if each.what == "added"}
        gone = {(each.place.path, each.spelling) for each in self._includes if each.what == "removed"}
        for each in self._includes:
            path, line = each.place.path, each.place.line
            if each.what == "changed":
                if path not in self._touched.new and each.former_resolution == "repository" != each.resolution:
                    target = next(iter(each.former_targets), "")
                    yield DirectiveChange("broken", path, line, each.spelling, target)
            elif each.with_file or (path, each.spelling) in come & gone:
                continue
            elif each.what == "added" and path in self._touched.new:
                target = next(iter(each.targets), "") if each.resolution == "repository" else ""
                yield DirectiveChange("added", path, line, each.spelling, target)
            elif each.what == "removed" and path in self._touched.old:
                target = next(iter(each.former_targets), "") if each.former_resolution == "repository" else ""
                yield DirectiveChange("removed", path, line, each.spelling, target)


def _describe_declaration(change: SymbolChange) -> tuple[str, str]:
    """What the declaration said and says: the signature, or else what differs."""
    if change.former_signature != change.signature:
        return change.former_signature, change.signature
    details = [each for each in change.details if each[0] not in ("documentation", "qualified name")]
    return (
        "; ".join(f"{name}: {before or 'none'}" for name, before, _ in details),
        "; ".join(f"{name}: {after or 'none'}" for name, _, after in details),
    )


def _path(place: FileLine | None) -> str:
    return place.path if place else ""


def _places(symbols: Collection[PlacedSymbol]) -> dict[str, list[PlacedSymbol]]:
    found: dict[str, list[PlacedSymbol]] = {}
    for each in symbols:
        found.setdefault(each.id, []).append(each)
    return found


def _text(content: Content, place: PlacedSymbol) -> str | None:
    data = content(place.path)
    return None if data is None else code.lines_of(data, place.line, place.end)
