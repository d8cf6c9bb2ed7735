"""What a compiler says about a repository's files: the truth that the benchmarks compare with.

Input: a compile database, or include paths and globs for a repository that has none. Output: per file of the
repository, the declarations that are spelled in it and its include directives, as libclang sees them in full parses
with real includes.

A declaration counts as spelled in a file when the token of its name stands there outside of any macro; names that
macros make are kept apart. A header is visited in the first unit of a worker that reaches it: that is its content
under one set of definitions, and a second visit would say the same again. What is in branches that no visit took is
not known to be absent, so their lines are told too.

A unit that misses a header says nothing of declarations: what stands after the missing part may have been misread. The
includes that it did find are true all the same.

Libclang carries no builtin headers (`stddef.h`); they come from a clang on the system or from the wheel `clang-tidy`.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import pickle
import random
import re
import shlex
import subprocess
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from common import stop

_KEEP_GOING, _DETAILED = 0x200, 0x01  # parse options: past fatal errors; with a record of the preprocessor
_UNITS_PER_TASK = 8
C_SUFFIXES = frozenset({".c"})
HEADER_SUFFIXES = frozenset({".h", ".hh", ".hpp", ".hxx", ".cuh", ".inl", ".inc", ".tcc"})


class Unit(NamedTuple):
    """One translation unit: the file that is compiled, and how."""

    file: str  # absolute
    folder: str  # that relative paths in the arguments start from
    arguments: tuple[str, ...]


class Declared(NamedTuple):
    """One declaration as the compiler sees it."""

    line: int  # of its name, from 1
    column: int
    name: str
    kind: str  # a value of kgraph.model.Kind
    definition: bool
    end: int  # line on which the declaration ends
    note: str = ""  # "friend"


class Directive(NamedTuple):
    """One include directive that the preprocessor carried out."""

    line: int
    spelling: str
    target: str  # absolute path


@dataclass(slots=True)
class Seen:
    """All that was seen of one file of the repository."""

    declared: set[Declared] = field(default_factory=set)
    by_macros: set[Declared] = field(default_factory=set)  # at the line where the macro is used
    neutral: set[tuple[int, str]] = field(default_factory=set)  # (line, name): explicit instantiations, aliases
    bodies: set[tuple[int, int]] = field(default_factory=set)  # first and last line of function definitions
    inactive: set[int] | None = None  # lines that no visit compiled; None before the first visit
    includes: set[Directive] = field(default_factory=set)
    errors: bool = False  # the compiler reports errors in this file, and may have dropped declarations

    @property
    def visited(self) -> bool:
        """Whether its declarations are known; else only includes are, of units that miss a header."""
        return self.inactive is not None and not self.errors

    def add(self, other: Seen) -> None:
        self.declared |= other.declared
        self.by_macros |= other.by_macros
        self.neutral |= other.neutral
        self.bodies |= other.bodies
        self.includes |= other.includes
        self.errors |= other.errors
        if other.inactive is not None:
            self.inactive = other.inactive if self.inactive is None else self.inactive & other.inactive


@dataclass(slots=True)
class Truth:
    """What the compiler said of a repository."""

    files: dict[str, Seen] = field(default_factory=dict)  # by path from the root
    units: int = 0
    failed: Counter[str] = field(default_factory=Counter)  # first missing header -> units
    imperfect: int = 0  # units with other errors


# --- units ------------------------------------------------------------------------------------------------------------


def units_of_database(folder: Path, root: Path) -> list[Unit]:
    """The units of `compile_commands.json` whose file is in the repository, one per file."""
    path = folder if folder.suffix == ".json" else folder / "compile_commands.json"
    if not path.is_file():
        stop(f"{path}: no such compile database", "cmake -DCMAKE_EXPORT_COMPILE_COMMANDS=ON makes one, so does bear")
    found: dict[str, Unit] = {}
    for entry in json.loads(path.read_text()):
        file = os.path.normpath(Path(entry["directory"], entry["file"]))
        words = entry.get("arguments") or shlex.split(entry["command"])
        if file not in found and Path(file).is_relative_to(root):
            found[file] = Unit(file, entry["directory"], tuple(_clean(words[1:], entry["file"])))
    return list(found.values())


def units_by_hand(root: Path, globs: Sequence[str], include_paths: Sequence[str], flags: Sequence[str]) -> list[Unit]:
    """Every file that the globs find, headers too, as a unit by itself with the same flags."""
    paths = [f"-I{root / path}" for path in include_paths]
    files = sorted({path for glob in globs for path in root.glob(glob) if path.is_file()})
    return [Unit(str(file), str(root), ("-x", _mode(file), *flags, *paths)) for file in files]


def _mode(file: Path) -> str:
    if file.suffix in C_SUFFIXES:
        return "c"
    return "c++-header" if file.suffix in HEADER_SUFFIXES else "c++"


def _clean(words: Iterable[str], file: str) -> Iterator[str]:
    """A compiler's arguments without output, dependency files and the file itself."""
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word in ("-o", "-MF", "-MT", "-MQ"):
            skip = True
        elif word != file and word not in ("-c", "--") and not re.match(r"-(M\w*|o.+|Werror.*|Wp,.*)$", word):
            yield word


@cache
def builtin_headers() -> str:
    """The folder for `-resource-dir`."""
    spec = find_spec("clang_tidy")
    candidates = []
    for base in (spec.submodule_search_locations or []) if spec else []:
        candidates += sorted(Path(base, "data/lib/clang").glob("*"))
    for name in ("clang-18", "clang", "clang-19", "clang-17", "clang-16", "clang-15", "clang-14"):
        try:
            said = subprocess.run([name, "-print-resource-dir"], capture_output=True, text=True, check=False).stdout
        except OSError:
            continue
        candidates.append(Path(said.strip()))
    for candidate in candidates:
        if (candidate / "include" / "stddef.h").is_file():
            return str(candidate)
    stop("no builtin headers for libclang found", "pip install clang-tidy==18.1.8")


def require() -> None:
    """Stop with a hint where libclang is missing."""
    if not find_spec("clang.cindex" if find_spec("clang") else "clang"):
        stop("libclang is missing", "pip install libclang==18.1.1 clang-tidy==18.1.8")
    builtin_headers()


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options that say what to parse, and how."""
    parser.add_argument("--compile-commands", type=Path, metavar="DIR", help="folder of a compile database")
    parser.add_argument("--glob", action="append", default=[], help="files to parse without a compile database")
    parser.add_argument("-I", "--include-path", action="append", default=[], help="for them, from ROOT")
    parser.add_argument("--flag", action="append", default=[], help="for them: any other, as --flag=-std=c++14")
    parser.add_argument("--sample", type=int, metavar="N", help="parse only N units, picked by chance, always the same")
    parser.add_argument("--keep-truth", type=Path, metavar="FILE", help="keep the compiler's answer, and use it again")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)), metavar="N", help="processes")


def ask_by(options: argparse.Namespace) -> Truth | None:
    """The truth that the options ask for, from the file that keeps it where there is one; None if they ask for none."""
    if not options.compile_commands and not options.glob:
        return None
    if options.keep_truth and options.keep_truth.is_file():
        kept: Truth = pickle.loads(options.keep_truth.read_bytes())
        return kept
    require()
    if options.compile_commands:
        units = units_of_database(options.compile_commands, options.root)
    else:
        units = units_by_hand(options.root, options.glob, options.include_path, options.flag)
    if options.sample and options.sample < len(units):
        units = sorted(random.Random(1).sample(units, options.sample))
    started = time.perf_counter()
    truth = ask(options.root, units, options.jobs)
    print(f"{len(units)} units parsed in {time.perf_counter() - started:.0f} s")
    if options.keep_truth:
        options.keep_truth.write_bytes(pickle.dumps(truth))
    return truth


# --- parsing ----------------------------------------------------------------------------------------------------------


def ask(root: Path, units: Sequence[Unit], jobs: int) -> Truth:
    """Parse the units, and gather what is said about files of the repository."""
    truth = Truth()
    files: defaultdict[str, Seen] = defaultdict(Seen)
    tasks = [units[i : i + _UNITS_PER_TASK] for i in range(0, len(units), _UNITS_PER_TASK)]
    with ProcessPoolExecutor(jobs, initializer=_start, initargs=(str(root),)) as pool:
        for answer in pool.map(_parse_all, tasks):
            truth.units += answer.units
            truth.failed += answer.failed
            truth.imperfect += answer.imperfect
            for path, seen in answer.files.items():
                files[path].add(seen)
    truth.files = dict(sorted(files.items()))
    return truth


def _start(root: str) -> None:
    global _root, _index, _done
    from clang.cindex import Index

    _root, _index, _done = root, Index.create(), set()


def _parse_all(units: Sequence[Unit]) -> Truth:
    answer = Truth()
    files: defaultdict[str, Seen] = defaultdict(Seen)
    for unit in units:
        answer.units += 1
        _parse(unit, files, answer)
    answer.files = dict(files)
    return answer


def _parse(unit: Unit, files: defaultdict[str, Seen], answer: Truth) -> None:
    from clang.cindex import Diagnostic, TranslationUnitLoadError

    arguments = [
        *unit.arguments,
        f"-working-directory={unit.folder}",
        "-resource-dir",
        builtin_headers(),
        "-w",
        "-ferror-limit=0",
    ]
    try:
        parsed = _index.parse(unit.file, arguments, options=_KEEP_GOING | _DETAILED)
    except TranslationUnitLoadError:
        answer.failed["libclang could not read it"] += 1
        return
    errors = [it for it in parsed.diagnostics if it.severity >= Diagnostic.Error]
    # An option above makes errors of what else would end the parse, so that they are told by their text.
    missing = next((it.spelling for it in errors if it.spelling.endswith("file not found")), "")
    if missing:
        answer.failed[missing] += 1
        _Visit(parsed, files).includes()
        return
    answer.imperfect += bool(errors)
    _Visit(parsed, files).run({it.location.file.name for it in errors if it.location.file})


class _Visit:
    """Walks over a parsed unit: through everything that may hold declarations, but no function bodies."""

    def __init__(self, parsed: Any, files: defaultdict[str, Seen]) -> None:
        from clang.cindex import conf

        self._lib = conf.lib
        self._unit = parsed
        self._files = files
        self._paths: dict[str, str | None] = {}  # as libclang names a file -> path from the root, None for others
        self._contents: dict[str, bytes] = {}
        self._new: set[str] = set()  # files of which this worker knew nothing before

    def run(self, with_errors: set[str]) -> None:
        for cursor in self._top():
            match cursor._kind_id:
                case number if number == _INCLUDE:
                    self._include(cursor)
                case number if number == _MACRO:
                    self._record(cursor, "Macro", "")
                case number if number not in _PREPROCESSING:
                    self._walk(cursor)
        for name in with_errors:
            path = self._path_of(name)
            if path is not None:
                self._files[path].errors = True
        for path in self._new:
            _done.add(path)
            seen = self._files[path]
            inactive = self._inactive(path)
            seen.inactive = inactive if seen.inactive is None else seen.inactive & inactive

    def includes(self) -> None:
        """Take the includes alone, and leave the files to other units."""
        for cursor in self._top():
            if cursor._kind_id == _INCLUDE:
                self._include(cursor)

    def _top(self) -> list[Any]:
        """The outermost cursors outside of system headers, whose thousands of macros would cost more than all else."""
        from clang.cindex import callbacks

        in_system_header = self._lib.clang_Location_isInSystemHeader
        location_of = self._lib.clang_getCursorLocation
        found: list[Any] = []

        def visit(cursor: Any, _parent: Any, _data: Any) -> int:
            if not in_system_header(location_of(cursor)):
                cursor._tu = self._unit
                found.append(cursor)
            return 1  # on to the next sibling

        self._lib.clang_visitChildren(self._unit.cursor, callbacks["cursor_visit"](visit), found)
        return found

    def _path(self, file: Any) -> str | None:
        """Path from the root of a file of the repository that no earlier unit of this worker has told about."""
        return None if file is None else self._path_of(file.name)

    def _path_of(self, name: str) -> str | None:
        if name not in self._paths:
            full = os.path.realpath(name)
            path = full[len(_root) + 1 :] if full.startswith(_root + os.sep) else None
            if path in _done:
                path = None
            elif path is not None:
                self._new.add(path)
            self._paths[name] = path
        return self._paths[name]

    def _include(self, cursor: Any) -> None:
        location = cursor.location
        path = self._path(location.file)
        if path is None:
            return
        try:
            included = self._lib.clang_getIncludedFile(cursor)
        except AssertionError:  # the binding's way to say that the header was not found
            return
        target = os.path.realpath(included.name)
        self._files[path].includes.add(Directive(location.line, cursor.spelling, target))

    def _walk(self, cursor: Any) -> None:
        """Record a declaration and what it holds; without recursion, because namespaces may nest deep."""
        waiting = [(cursor, "")]
        while waiting:
            cursor, note = waiting.pop()
            kind = self._kind(cursor)
            wanted = not kind or self._record(cursor, kind, note)
            if wanted and cursor._kind_id in _CONTAINERS:
                friend = "friend" if cursor._kind_id == _FRIEND else ""
                waiting += [(child, friend) for child in cursor.get_children()]

    def _kind(self, cursor: Any) -> str:
        """Our kind of a cursor; "" for what is none of ours."""
        number = cursor._kind_id
        if number in _TEMPLATES:
            number = self._lib.clang_getTemplateCursorKind(cursor)
        elif number == _UNEXPOSED and cursor.spelling and not cursor.spelling.startswith("<"):
            number = _VARIABLE  # a variable template
        number = getattr(number, "value", number)
        if number == _VARIABLE and cursor.semantic_parent and cursor.semantic_parent._kind_id in _CLASSES:
            return "Field"  # a static one
        return _KINDS.get(number, "")

    def _record(self, cursor: Any, kind: str, note: str) -> bool:
        """Note a declaration where its name stands; whether to look into it."""
        location = cursor.location
        path = self._path(location.file)
        if path is None:
            return False
        seen = self._files[path]
        extent = cursor.extent
        definition = kind == "Macro" or bool(cursor.is_definition())
        declared = Declared(location.line, location.column, cursor.spelling, kind, definition, extent.end.line, note)
        if location.int_data & _IN_MACRO:
            seen.by_macros.add(declared)
            if definition and kind in _CALLABLES:
                seen.bodies.add((location.line, extent.end.line))
            return True
        text = self._content(location.file.name)
        start, end = extent.start.offset, extent.end.offset
        declared = declared._replace(definition=definition or _is_defined(kind, text, start, location.offset))
        if re.match(rb"(extern\s+)?template\s*[^<\s]", text[start : start + 80]):
            seen.neutral.add((location.line, cursor.spelling))  # an explicit instantiation declares nothing new
            return False
        if kind in _TYPES:
            if not text.startswith(cursor.spelling.encode(), location.offset):
                declared = declared._replace(name="")  # libclang names it after its typedef
            if not definition and not re.match(rb"\s*(:[^;{]*)?;", text[end : end + 200]):
                seen.neutral.add((location.line, cursor.spelling))  # `struct S *next;` names S on its way
                return False
        if kind in ("Field", "Variable") and not cursor.spelling:
            return False  # an unnamed bit field
        if definition and kind in _CALLABLES:
            seen.bodies.add((location.line, extent.end.line))
        seen.declared.add(declared)
        return True

    def _content(self, name: str) -> bytes:
        if name not in self._contents:
            self._contents[name] = Path(name).read_bytes()
        return self._contents[name]

    def _inactive(self, path: str) -> set[int]:
        """Lines of branches that this unit does not compile."""
        from clang.cindex import SourceRange

        class RangeList(ctypes.Structure):
            _fields_ = (("count", ctypes.c_uint), ("ranges", ctypes.POINTER(SourceRange)))

        self._lib.clang_getSkippedRanges.restype = ctypes.POINTER(RangeList)
        found = self._lib.clang_getSkippedRanges(self._unit, self._unit.get_file(f"{_root}/{path}"))
        lines: set[int] = set()
        if found:
            for i in range(found.contents.count):
                skipped = found.contents.ranges[i]
                lines.update(range(skipped.start.line, skipped.end.line + 1))
            self._lib.clang_disposeSourceRangeList(found)
        return lines


def _is_defined(kind: str, text: bytes, start: int, name: int) -> bool:
    """Whether the standard calls a definition what clang does not: defaulted, deleted, tentative in C."""
    if kind in _CALLABLES:
        return bool(re.search(rb"^[^{]*=\s*(default|delete)\s*$", text[name : text.find(b";", name)], re.DOTALL))
    if kind == "Field":
        return b"constexpr" in text[start:name]  # before C++17 only declared
    return kind == "Variable" and not re.search(rb"\bextern\b", text[start:name])


# --- libclang's numbers -----------------------------------------------------------------------------------------------

_UNEXPOSED, _VARIABLE, _FRIEND = 1, 9, 603
_MACRO, _INCLUDE = 501, 503
_IN_MACRO = 0x80000000  # the top bit of a location: clang's way to tell macro expansions from files
_PREPROCESSING = range(500, 600)
_TEMPLATES = frozenset({30, 31, 32})  # of functions, classes; partial specialisations
_CLASSES = frozenset({2, 3, 4, 31, 32})
_CONTAINERS = _CLASSES | {_UNEXPOSED, 5, 22, 23, _FRIEND}  # besides: enums, namespaces, extern "C"
_KINDS = {
    2: "Struct",
    3: "Union",
    4: "Class",
    5: "Enum",
    6: "Field",
    7: "Enumerator",
    8: "Function",
    9: "Variable",
    20: "TypeAlias",
    21: "Method",
    22: "Namespace",
    24: "Constructor",
    25: "Destructor",
    26: "Conversion",
    36: "TypeAlias",
    601: "TypeAlias",
    604: "Concept",
}
_TYPES = frozenset({"Struct", "Union", "Class", "Enum"})
_CALLABLES = frozenset({"Function", "Method", "Constructor", "Destructor", "Conversion"})
