"""Calls and inheritance that kgraph infers, against what a compiler says.

    python benchmarks/truth.py ROOT --compile-commands DIR [--sample N] [--keep-truth FILE] [--examples N]

Builds the graph of ROOT without a compile database, parses the units of the database with libclang, and prints
precision and recall for each kind of use and each kind of evidence.

What counts: a call whose name is spelled in a file of the repository (in the arguments of a macro too, but not made by
one), and whose callee the compiler knows. It is right if the graph says that this line calls a symbol that is declared
where the compiler says: the very overload. What depends on a template's parameters, where the compiler knows no callee
either, counts for nothing. Calls that the graph tells on compiled lines where the compiler knows none of that name are
counted apart: some are wrong, some stand in templates that nobody instantiates. So are calls of one of the overloads
that the arguments may fit: among all calls they are missed ones. Recall of constructions is not told: most of them
nobody spells.

Operators, conversions and destructors are counted apart, without assignments, and without what the compiler calls for
no sign or `delete`. Those that the graph tells on compiled lines where the compiler knows of none are wrong, unless
something on the line depends on a template's parameters.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import pickle
import random
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import compiler

_UNITS_PER_TASK = 4
_LAST_RESORT = "one of the overloads that its arguments may fit"
_KEEP_GOING = 0x200
_CALL, _BASE = 103, 44
_UNEXPOSED, _DECL_REF, _MEMBER_REF, _OVERLOADED = 100, 101, 102, 49
_METHOD, _CONSTRUCTOR, _DESTRUCTOR, _DELETE = 21, 24, 25, 135
_OPERATIONS = frozenset({_UNEXPOSED, _CALL, 112, 113, 114, 115})  # with what a template may make an operator of
_DEPENDENT = frozenset({1, 26})  # types that the library does not know, and those that depend on parameters
_CLASSES = frozenset({2, 3, 4, 31, 32})
_WORD_GOES_ON = re.compile(rb"\w")


class Place(NamedTuple):
    """Where something is declared in the repository."""

    path: str
    line: int
    name: str


class Site(NamedTuple):
    """Where a name is spelled."""

    path: str
    line: int
    name: str


def bare(name: str) -> str:
    """A name without template arguments."""
    return name if name.startswith("operator") else name.partition("<")[0]


@dataclass(slots=True)
class Truth:
    """What the compiler said; a target of None lies outside of the repository."""

    calls: defaultdict[Site, set[Place | None]] = field(default_factory=lambda: defaultdict(set))
    constructions: defaultdict[Site, set[Place | None]] = field(default_factory=lambda: defaultdict(set))
    bases: defaultdict[Site, set[Place | None]] = field(default_factory=lambda: defaultdict(set))
    overrides: defaultdict[Place, set[Place | None]] = field(default_factory=lambda: defaultdict(set))
    operated: defaultdict[Site, set[Place | None]] = field(default_factory=lambda: defaultdict(set))  # operators
    neutral: set[Site] = field(default_factory=set)
    active: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))  # lines in compiled functions
    dependent: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))  # lines
    inactive: dict[str, set[int]] = field(default_factory=dict)
    units: int = 0
    failed: int = 0

    def add(self, other: Truth) -> None:
        for mine, others in (
            (self.calls, other.calls),
            (self.constructions, other.constructions),
            (self.bases, other.bases),
            (self.operated, other.operated),
        ):
            for site, places in others.items():
                mine[site] |= places
        for method, found in other.overrides.items():
            self.overrides[method] |= found
        self.neutral |= other.neutral
        for path, lines in other.active.items():
            self.active[path] |= lines
        for path, lines in other.dependent.items():
            self.dependent[path] |= lines
        self.units += other.units
        self.failed += other.failed


def ask(root: Path, units: Sequence[compiler.Unit], jobs: int) -> Truth:
    truth = Truth()
    tasks = [units[i : i + _UNITS_PER_TASK] for i in range(0, len(units), _UNITS_PER_TASK)]
    with ProcessPoolExecutor(jobs, initializer=_start, initargs=(str(root),)) as pool:
        for answer in pool.map(_parse_all, tasks):
            truth.add(answer)
    return truth


def _start(root: str) -> None:
    global _root, _index, _done
    from clang.cindex import Index

    _root, _index, _done = root, Index.create(), set()


def _parse_all(units: Sequence[compiler.Unit]) -> Truth:
    answer = Truth()
    for unit in units:
        answer.units += 1
        _parse(unit, answer)
    return answer


def _parse(unit: compiler.Unit, answer: Truth) -> None:
    from clang.cindex import Diagnostic, TranslationUnitLoadError

    arguments = [
        *unit.arguments,
        f"-working-directory={unit.folder}",
        "-resource-dir",
        compiler.builtin_headers(),
        "-w",
        "-ferror-limit=0",
    ]
    try:
        parsed = _index.parse(unit.file, arguments, options=_KEEP_GOING)
    except TranslationUnitLoadError:
        answer.failed += 1
        return
    if any(it.severity >= Diagnostic.Error for it in parsed.diagnostics):
        answer.failed += 1
        return
    _Visit(parsed, answer, unit.folder).run()


class _Visit:
    """One walk over a unit with its function bodies, through files of the repository that no unit before showed."""

    def __init__(self, parsed: Any, answer: Truth, folder: str) -> None:
        from clang.cindex import conf

        self.lib = conf.lib
        self.folder = folder
        self.parsed = parsed
        self.answer = answer
        self.paths: dict[str, str | None] = {}
        self.contents: dict[str, bytes] = {}
        self.new: set[str] = set()
        self.lib.clang_getFileLocation.argtypes = None

    def run(self) -> None:
        from clang.cindex import callbacks

        visitor = callbacks["cursor_visit"]

        def top(cursor: Any, _parent: Any, _data: Any) -> int:
            cursor._tu = self.parsed
            place = self.place(cursor)
            if place is None or place[0] in _done:
                return 1
            self.new.add(place[0])
            self.look(cursor)
            self.lib.clang_visitChildren(cursor, inner, None)
            return 1

        def every(cursor: Any, _parent: Any, _data: Any) -> int:
            cursor._tu = self.parsed
            self.look(cursor)
            return 2

        inner = visitor(every)
        self.lib.clang_visitChildren(self.parsed.cursor, visitor(top), None)
        _done.update(self.new)

    def place(self, cursor: Any) -> tuple[str, int, int] | None:
        """Path, line and offset of the place in a file where a cursor stands, if that is in the repository."""
        location = self.lib.clang_getCursorLocation(cursor)
        file, line, column, offset = ctypes.c_void_p(), ctypes.c_uint(), ctypes.c_uint(), ctypes.c_uint()
        self.lib.clang_getFileLocation(
            location, ctypes.byref(file), ctypes.byref(line), ctypes.byref(column), ctypes.byref(offset)
        )
        if not file.value:
            return None
        path = self.path(file.value)
        return None if path is None else (path, line.value, offset.value)

    def path(self, file: int) -> str | None:
        if file not in self.paths:
            from clang.cindex import File, c_object_p

            name = File(ctypes.cast(ctypes.c_void_p(file), c_object_p)).name
            full = os.path.realpath(Path(self.folder, name))  # names may be relative to it
            self.paths[file] = full[len(_root) + 1 :] if full.startswith(_root + os.sep) else None
            if self.paths[file]:
                self.contents[self.paths[file]] = Path(full).read_bytes()
        return self.paths[file]

    def look(self, cursor: Any) -> None:
        number = cursor._kind_id
        if number == _DECL_REF and (place := self.place(cursor)):
            self.answer.active[place[0]].add(place[1])
        if number in _OPERATIONS and cursor.type.kind.value in _DEPENDENT and (place := self.place(cursor)):
            self.answer.dependent[place[0]].add(place[1])
        if number == _CALL:
            self.call(cursor)
        elif number == _OVERLOADED or (number in (_DECL_REF, _MEMBER_REF) and not self.referenced(cursor)):
            place = self.place(cursor)
            if place:
                self.answer.neutral.add(Site(place[0], place[1], cursor.spelling))
        elif number == _BASE:
            self.base(cursor)
        elif number == _DELETE:
            self.deleted(cursor)
        elif number == _METHOD:
            self.method(cursor)

    def referenced(self, cursor: Any) -> Any:
        found = self.lib.clang_getCursorReferenced(cursor)
        if found is None or 70 <= found._kind_id < 74:
            return None
        found._tu = self.parsed
        return found

    def call(self, cursor: Any) -> None:
        callee = self.callee(cursor)
        referenced = self.referenced(cursor)
        if referenced is not None and referenced.spelling.startswith(("operator", "~")):
            if referenced.spelling != "operator=":
                self.operated(cursor, referenced, bare(referenced.spelling))
            return
        at = callee if callee is not None else cursor
        place = self.place(at)
        if place is None:
            return
        path, line, offset = place
        if referenced is None:
            self.answer.dependent[path].add(line)
            self.answer.neutral.add(Site(path, line, at.spelling))
            return
        name = bare(referenced.spelling)
        kind = referenced._kind_id
        target = self.target(referenced)
        self.answer.active[path].add(line)
        if kind == _CONSTRUCTOR or (kind == 30 and callee is None):
            self.answer.constructions[Site(path, line, name)].add(target)
            return
        if callee is None or not name:
            return
        text = self.contents[path]
        if not text.startswith(name.encode(), offset) or _WORD_GOES_ON.match(text, offset + len(name.encode())):
            return  # a macro made it
        if kind not in (8, 21, 30):  # a variable of function type
            self.answer.neutral.add(Site(path, line, name))
            return
        self.answer.calls[Site(path, line, name)].add(target)

    def operated(self, cursor: Any, referenced: Any, name: str) -> None:
        """A call of an operator whose sign a file spells, of a conversion, or of a destructor that is spelled."""
        spelled: list[Any] = []
        self.each_child(cursor, lambda child: spelled.append(child) if child.spelling == referenced.spelling else None)
        place = self.place(spelled[-1] if spelled and name.startswith("operator") and name[8:9] != " " else cursor)
        if place is None:
            return
        path, line, offset = place
        sign = name.removeprefix("operator")
        if name[:1] == "~" or sign[:1] == " " or self.contents[path].startswith(sign[:1].encode(), offset):
            self.answer.operated[Site(path, line, name)].add(self.target(referenced))

    def deleted(self, cursor: Any) -> None:
        """The destructor of what `delete` deletes, if its class declares one."""
        operands: list[Any] = []
        self.each_child(cursor, operands.append)
        place = self.place(operands[-1]) if operands else None
        if place is None:
            return
        class_ = operands[-1].type.get_canonical().get_pointee().get_canonical().get_declaration()
        class_._tu = self.parsed
        defined = class_.get_definition() or class_
        found: list[Any] = []
        self.each_child(defined, lambda child: found.append(child) if child._kind_id == _DESTRUCTOR else None)
        for each in found:
            name = each.spelling.partition("<")[0]
            self.answer.operated[Site(place[0], place[1], name)].add(self.target(each))

    def each_child(self, cursor: Any, take: Any) -> None:
        from clang.cindex import callbacks

        def visit(child: Any, _parent: Any, _data: Any) -> int:
            child._tu = self.parsed
            take(child)
            return 1

        self.lib.clang_visitChildren(cursor, callbacks["cursor_visit"](visit), None)

    def callee(self, cursor: Any) -> Any:
        from clang.cindex import callbacks

        while True:
            first: list[Any] = []

            def take(child: Any, _parent: Any, _data: Any, first: list[Any] = first) -> int:
                child._tu = self.parsed
                first.append(child)
                return 0

            self.lib.clang_visitChildren(cursor, callbacks["cursor_visit"](take), None)
            if not first:
                return None
            cursor = first[0]
            if cursor._kind_id in (_DECL_REF, _MEMBER_REF, _OVERLOADED):
                return cursor
            if cursor._kind_id not in (_UNEXPOSED, 111):
                return None

    def target(self, referenced: Any) -> Place | None:
        place = self.place(referenced)
        return None if place is None else Place(place[0], place[1], bare(referenced.spelling))

    def method(self, cursor: Any) -> None:
        """What a method overrides directly."""
        from clang.cindex import Cursor

        own = self.target(cursor)
        if own is None:
            return
        found, count = ctypes.POINTER(Cursor)(), ctypes.c_uint()
        self.lib.clang_getOverriddenCursors.argtypes = None
        self.lib.clang_getOverriddenCursors(cursor, ctypes.byref(found), ctypes.byref(count))
        for index in range(count.value):
            found[index]._tu = self.parsed
            self.answer.overrides[own].add(self.target(found[index]))
        self.lib.clang_disposeOverriddenCursors(found)

    def base(self, cursor: Any) -> None:
        place = self.place(cursor)
        if place is None or cursor.location.int_data & 0x80000000:
            return  # elsewhere, or made by a macro
        declaration = cursor.type.get_declaration()
        pattern = self.lib.clang_getSpecializedCursorTemplate(declaration)
        if pattern is not None and not 70 <= pattern._kind_id < 74:
            pattern._tu = self.parsed
            declaration = pattern
        if 70 <= declaration._kind_id < 74 or declaration._kind_id == 27 or not declaration.spelling:
            self.answer.neutral.add(Site(place[0], place[1], "base"))
            return
        self.answer.bases[Site(place[0], place[1], "base")].add(self.target(declaration))


# --- comparing --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Score:
    """How many were right, wrong, and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    wrongs: list[str] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)

    def __str__(self) -> str:
        return f"precision {self.precision:.3f}  recall {self.recall:.3f}  of {self.right + self.missed:,}"


class Places:
    """The symbols of a graph by where they are declared."""

    def __init__(self, graph: Any) -> None:
        from kgraph.vocab.iri import decode_path

        names = dict(graph["symbols"].select("id", "name").iter_rows())
        locations = {
            row[0]: row[1:] for row in graph["locations"].select("id", "file", "start_line", "end_line").iter_rows()
        }
        self.by_place: defaultdict[tuple[str, str], list[tuple[int, int, str]]] = defaultdict(list)
        for symbol, kind, place in graph["edges"].select("source", "kind", "target").iter_rows():
            if kind in ("declaration", "definition"):
                file, start, end = locations[place]
                path = decode_path(file).removeprefix("file/")
                self.by_place[path, bare(names[symbol])].append((start, end, symbol))
        self.names = names
        self.qualified = dict(graph["symbols"].select("id", "qualified_name").iter_rows())

    def at(self, place: Place) -> set[str]:
        """The symbols of that name whose narrowest lines hold the place."""
        found = [
            (end - start, symbol)
            for start, end, symbol in self.by_place.get((place.path, place.name), ())
            if start <= place.line <= end
        ]
        least = min((size for size, _ in found), default=0)
        return {symbol for size, symbol in found if size == least}

    def class_of(self, symbol: str) -> str:
        """The qualified name of a class, or of that of a constructor."""
        name = self.qualified[symbol]
        return name if "/type/" in symbol else name.rpartition("::")[0]


def compare(graph: Any, truth: Truth) -> dict[str, Score]:
    """Scores by kind, and by evidence."""
    from kgraph.vocab.iri import decode_path

    places = Places(graph)
    said: defaultdict[Site, dict[str, str]] = defaultdict(dict)
    bases: defaultdict[tuple[str, int], dict[str, str]] = defaultdict(dict)
    told = graph["uses"].select("kind", "to", "file", "at_lines", "evidence")
    for kind, target, file, lines, evidence in told.filter(
        told["to"].is_in(graph["symbols"]["id"].implode())
    ).iter_rows():
        path = decode_path(file).removeprefix("file/")
        name = bare(places.names.get(target, ""))
        for line in lines:
            if kind == "Call":
                said[Site(path, line, name)][target] = evidence
            elif kind == "Inheritance":
                bases[path, line][target] = evidence
    scores: defaultdict[str, Score] = defaultdict(Score)
    _compare_overrides(graph, truth, places, scores["overrides"])
    _compare_expansions(graph, truth, places, scores["expansions"])
    for site, wanted in truth.calls.items():
        if site in truth.constructions:
            continue
        ours = said.get(site, {})
        theirs = {place: places.at(place) for place in wanted if place is not None}
        lacking = any(not symbols for symbols in theirs.values())  # the graph lacks the declaration
        for target, evidence in ours.items() if not lacking else ():
            right = any(target in symbols for symbols in theirs.values())
            for score in (scores["  by " + evidence], *([scores["calls"]] if evidence != _LAST_RESORT else [])):
                score.right += right
                score.wrong += not right
                if not right:
                    score.wrongs.append(f"{site} said {target}, is {sorted(map(str, wanted))}")
        for place, symbols in theirs.items():
            if not symbols & {target for target, evidence in ours.items() if evidence != _LAST_RESORT}:
                scores["calls"].missed += 1
                scores["calls"].misses.append(f"{site} is {place}{'' if symbols else ' (no symbol)'}")
    for site, wanted in truth.constructions.items():
        if site in truth.calls:
            continue
        ours = said.get(site, {})
        theirs = [places.at(place) for place in wanted if place is not None]
        own = {s for symbols in theirs for s in symbols}
        if wanted != {None} and not own:
            continue  # the graph lacks the declaration
        for target in ours:
            right = target in own or places.class_of(target) in {places.class_of(one) for one in own}
            scores["constructions"].right += right
            scores["constructions"].wrong += not right
            if not right:
                scores["constructions"].wrongs.append(f"{site} said {target}, is {sorted(map(str, wanted))}")
    lines_told: defaultdict[str, set[int]] = defaultdict(set)
    for site in truth.bases:
        lines_told[site.path].add(site.line)
    ours_by_path: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for (path, line), targets in bases.items():
        ours_by_path[path] += [(line, target) for target in targets]
    for path, found in ours_by_path.items():
        theirs = [
            (site.line, set().union(*(places.at(p) for p in wanted if p)))
            for site, wanted in truth.bases.items()
            if site.path == path
        ]
        for line, target in found:
            near = [symbols for at, symbols in theirs if line <= at <= line + 6]
            if not near:
                continue  # of a branch that was not compiled, or of a dependent base
            right = any(target in symbols for symbols in near)
            scores["inherits"].right += right
            scores["inherits"].wrong += not right
            if not right:
                scores["inherits"].wrongs.append(f"{path}:{line} said {target}")
    for site, wanted in truth.bases.items():
        for place in wanted:
            if place is None:
                continue
            symbols = places.at(place)
            if not any(
                target in symbols and line <= site.line <= line + 6 for line, target in ours_by_path.get(site.path, ())
            ):
                scores["inherits"].missed += 1
                scores["inherits"].misses.append(f"{site} is {place}{'' if symbols else ' (no symbol)'}")
    _compare_operators(said, truth, places, scores)
    for site, targets in said.items():
        if site.name.startswith(("operator", "~")):
            continue
        known = site in truth.calls or site in truth.constructions or site in truth.neutral
        if not known and site.line in truth.active.get(site.path, ()):
            scores["told of a line without"].wrong += len(targets)
            scores["told of a line without"].wrongs += [f"{site} said {target}" for target in targets]
    return dict(scores)


def _compare_operators(
    said: Mapping[Site, Mapping[str, str]], truth: Truth, places: Places, scores: Mapping[str, Score]
) -> None:
    """Operators, conversions and destructors; wrong too where the compiler knows of none on a compiled line."""
    for site, targets in said.items():
        if not site.name.startswith(("operator", "~")) or site.line not in truth.active.get(site.path, ()):
            continue
        wanted = truth.operated.get(site, set())
        theirs = {symbol for place in wanted if place for symbol in places.at(place)}
        if not theirs and (any(wanted) or site.line in truth.dependent.get(site.path, ())):
            continue  # the graph lacks the declaration, or the compiler knows none
        for target, evidence in targets.items():
            for score in (scores["operators"], scores["  by " + evidence]):
                score.right += target in theirs
                score.wrong += target not in theirs
                if target not in theirs:
                    score.wrongs.append(f"{site} said {target}, is {sorted(map(str, wanted))}")
    for site, wanted in truth.operated.items():
        for place in wanted:
            if place is not None and not places.at(place) & said.get(site, {}).keys():
                scores["operators"].missed += 1
                scores["operators"].misses.append(f"{site} is {place}")


def _compare_overrides(graph: Any, truth: Truth, places: Places, score: Score) -> None:
    uses = graph["uses"]
    said = defaultdict(set)
    for source, target in uses.filter(uses["kind"] == "Override").select("from", "to").iter_rows():
        if "symbol/cpp/" in source:
            said[source].add(target)
    for method, wanted in truth.overrides.items():
        theirs = {symbol for place in wanted if place for symbol in places.at(place)}
        for source in places.at(method):
            if not theirs:
                continue
            score.right += len(said[source] & theirs)
            score.wrong += len(said[source] - theirs)
            score.wrongs += [f"{source} said {target}" for target in said[source] - theirs]
            if not said[source] & theirs:
                score.missed += 1
                score.misses.append(f"{method} is {sorted(map(str, wanted))}")


def _compare_expansions(graph: Any, truth: Truth, places: Places, score: Score) -> None:
    """Uses of macros: wrong where the compiler knows a call of a function by that name."""
    from kgraph.vocab.iri import decode_path

    uses = graph["uses"]
    rows = uses.filter(uses["kind"] == "Expansion").select("to", "file", "at_lines")
    for target, file, lines in rows.iter_rows():
        path = decode_path(file).removeprefix("file/")
        if path in truth.active:
            sites = [Site(path, line, places.names[target]) for line in lines]
            wrong = [site for site in sites if site in truth.calls or site in truth.constructions]
            score.wrong += len(wrong)
            score.right += len(sites) - len(wrong)
            score.wrongs += map(str, wrong)


# --- the command ------------------------------------------------------------------------------------------------------


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", type=Path)
    parser.add_argument("--compile-commands", type=Path, metavar="DIR", required=True)
    parser.add_argument("--sample", type=int, metavar="N", help="parse only N units, picked by chance, always the same")
    parser.add_argument("--keep-truth", type=Path, metavar="FILE", help="keep the compiler's answer, and use it again")
    parser.add_argument("--examples", type=int, default=0, metavar="N", help="of what is wrong and what is missed")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)), metavar="N", help="processes")
    options = parser.parse_args()
    options.root = options.root.resolve()
    truth = told_by_compiler(options)
    import kgraph

    with tempfile.TemporaryDirectory() as folder, kgraph.build(options.root, output=folder) as graph:
        names = ("symbols", "locations", "edges", "uses")
        scores = compare({name: graph.frame(name) for name in names}, truth)
    print(f"{'':60}  {'right':>7} {'wrong':>6} {'missed':>7}  precision  recall")
    for name, score in sorted(scores.items(), key=lambda item: (item[0].startswith(" "), item[0])):
        recall = f"{score.recall:7.3f}" if score.missed else ""
        counts = f"{score.right:7,} {score.wrong:6,} {score.missed or '':>7}"
        print(f"{name:60}  {counts}  {score.precision:9.3f} {recall}".rstrip())
    for name, score in sorted(scores.items()):
        for what, lines in (("wrong", score.wrongs), ("missed", score.misses)):
            for line in random.Random(1).sample(lines, min(len(lines), options.examples)):
                print(f"{name.strip()}, {what}: {line}")


def told_by_compiler(options: argparse.Namespace) -> Truth:
    """The truth, parsed or kept."""
    if options.keep_truth and options.keep_truth.is_file():
        kept: Truth = pickle.loads(options.keep_truth.read_bytes())
        return kept
    compiler.require()
    units = compiler.units_of_database(options.compile_commands, options.root)
    if options.sample and options.sample < len(units):
        units = sorted(random.Random(1).sample(units, options.sample))
    started = time.perf_counter()
    truth = ask(options.root, units, options.jobs)
    seconds = time.perf_counter() - started
    print(f"{truth.units} units parsed in {seconds:.0f} s, {truth.failed} of them with errors", file=sys.stderr)
    if options.keep_truth:
        options.keep_truth.write_bytes(pickle.dumps(truth))
    return truth


if __name__ == "__main__":
    main()
