"""Which headers outside the repository many units share, so that they are parsed once for all of them.

Input: units. Output: `HeaderGroup`s: units with the same flags, and headers that each of them includes in any case.
Half of the time of a parse goes into the standard library, and a precompiled header spares it.

Nothing may change by it. So a unit gets only what it includes itself, at one place or another; and one that defines,
before that or not, a macro that such a header asks for goes without (`find_unaffected`). Groups are found by text
alone, and a wrong guess costs no more than time: who reads a unit sees what it includes, and reads it again without a
precompiled header if that was too much, or if there was any error.
"""

from __future__ import annotations

import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec

from kgraph.extract.semantic.database import Unit
from kgraph.extract.semantic.flags import flags
from kgraph.regular_file import read_small

MIN_UNITS = 4  # units for which it pays: making one takes as long as parsing three
MAX_TEXT = 64_000_000  # bytes of a source or header that is looked at
_WORTH = 12  # and the number of headers that it spares them, all in all
_LANGUAGES = {".c": "c", ".cc": "c++", ".cpp": "c++", ".cxx": "c++", ".c++": "c++", ".C": "c++"}
_INCLUDED_FIRST = ("-include", "-imacros", "-x", "-fms", "-arch", "-target", "-Xclang")
_REREAD = frozenset({b"assert.h", b"cassert"})  # made to be included many times, with and without NDEBUG
_DIRECTIVE = re.compile(
    rb"""^[ \t]*\#[ \t]*(?:include[ \t]*(?:<([^>\n]+)>|"([^"\n]+)")|"""
    rb"""(ifdef|ifndef|if|elif|else|endif|define|undef)\b[ \t]*([^\n]*))""",
    re.MULTILINE,
)
# What may be the name of a header, in a directive of any kind: `#define HEADER "sub/name.h"` is one, too
_SPELLED = re.compile(rb"""^[ \t]*\#[^\n"<]*["<]([^">\n]{1,4000})[">]""", re.MULTILINE)
_DEFINED = re.compile(rb"\s*(!?)\s*defined\s*\(?\s*(\w+)\s*\)?\s*$")
# Of what compilers for some systems define, what libclang does here, and what it does not.
_SYSTEMS = {
    "linux": frozenset({b"__linux__", b"__unix__", b"__linux"}),
    "darwin": frozenset({b"__APPLE__", b"__MACH__"}),
    "win32": frozenset({b"_WIN32", b"WIN32", b"_MSC_VER"}),
}
_PRESENT = _SYSTEMS.get(sys.platform, frozenset()) | {b"__GNUC__", b"__clang__"}
_ABSENT = frozenset().union(*_SYSTEMS.values()) - _PRESENT if sys.platform in _SYSTEMS else frozenset()
_ASKING = re.compile(rb"^[ \t]*#[ \t]*(?:if|elif|ifdef|ifndef|undef)\b((?:\\\n|[^\n])*)", re.MULTILINE)
_WORD = re.compile(rb"[A-Za-z_]\w*")
# To define one of these, as tests do to reach what is private, changes any header.
_KEYWORDS = frozenset(b"private protected public class struct inline static const constexpr noexcept final".split())


class HeaderGroup(msgspec.Struct, frozen=True, array_like=True):
    """Units that may share a precompiled header."""

    units: tuple[int, ...]  # numbers in the database
    arguments: tuple[str, ...]
    folder: str
    language: str  # "c" or "c++"
    spellings: tuple[str, ...]  # "string": what is precompiled, in an order in which a unit includes it
    parent: int  # number of the group whose header this one goes on from, among all groups; -1 for none


class Precompiled(msgspec.Struct, frozen=True, array_like=True):
    """A precompiled header that has been made."""

    path: str
    spellings: tuple[str, ...]  # of the headers that it was made of
    files: tuple[str, ...]  # absolute paths of all headers in it


class Headers:
    """What the texts of units and of the project's headers say of includes and macros."""

    def __init__(self, units: Sequence[Unit], root: str, built: str) -> None:
        """`built` is the folder of the compile database: headers in it are made by the build, not the system's."""
        self._units = units
        self._project = tuple(folder.rstrip(os.sep) + os.sep for folder in (root, os.path.realpath(root), built))
        self._texts: dict[str, _Text] = {}
        self._path_of: dict[tuple[str, ...], dict[str, str | None]] = defaultdict(dict)
        self._asked: dict[str, frozenset[bytes]] = {}

    def groups(self, numbers: Sequence[int]) -> list[HeaderGroup]:
        """Units that may share a precompiled header, of those with these numbers; a group before those inside of it."""
        alike: defaultdict[tuple[str, tuple[str, ...], str], list[int]] = defaultdict(list)
        for number in numbers:
            unit = self._units[number]
            language = _LANGUAGES.get(os.path.splitext(unit.file)[1])  # noqa: PTH122
            if language and not any(word.startswith(_INCLUDED_FIRST) for word in unit.arguments):
                alike[unit.folder, unit.arguments, language].append(number)
        groups: list[HeaderGroup] = []
        for (folder, arguments, language), same in alike.items():
            included = {number: list(self._outside(self._units[number])) for number in same}
            waiting = [(-1, included)]
            while waiting:
                parent, included = waiting.pop()
                for units, spellings in _clusters(included):
                    shown = tuple(map(os.fsdecode, spellings))
                    groups.append(HeaderGroup(tuple(units), arguments, folder, language, shown, parent))
                    beyond = {n: [each for each in included[n] if each not in spellings] for n in units}
                    waiting.append((len(groups) - 1, beyond))
        return groups

    def find_unaffected(self, group: HeaderGroup, made: Precompiled) -> list[int]:
        """The units of a group to which its headers say the same when they come first."""
        asked = _KEYWORDS.union(*map(self._asks, made.files)) - {b"NDEBUG"}
        own = {name for name in asked if name.startswith(b"__has_")}  # of clang: defined for compilers without them
        return [n for n in group.units if (asked - own).isdisjoint(self._macros(self._units[n]))]

    def find_included(self, path: str, folders: tuple[str, ...]) -> tuple[frozenset[str], list[str]]:
        """What a file may include when `folders` are searched: the folders that spellings name, and the files of the
        project that are found."""
        text = self._text(path)
        found = (step[2] for step in self._includes(path, folders, None))
        return text.folders, [each for each in found if each is not None]

    def _outside(self, unit: Unit) -> tuple[bytes, ...]:
        """The headers outside the project that a unit includes in any case, in the order of its text."""
        outside: dict[bytes, None] = {}
        for text, spelling, found in self._walk(unit, certain=True):
            if found is None and spelling in text.angled and spelling not in _REREAD:
                outside[spelling] = None
        return tuple(outside)

    def _macros(self, unit: Unit) -> set[bytes]:
        """The macros that a unit may define or undefine."""
        macros = set(self._text(unit.file).macros)
        for _, _, found in self._walk(unit, certain=False):
            if found is not None:
                macros |= self._text(found).macros
        return macros

    def _walk(self, unit: Unit, *, certain: bool) -> Iterator[tuple[_Text, bytes, str | None]]:
        """The includes of a unit and of all files of the project that it reaches: where, what, and the file if it is
        one of the project."""
        folders, present = tuple(search_folders(unit)), _present(unit) if certain else None
        seen = {unit.file}
        waiting = [self._includes(unit.file, folders, present)]
        while waiting:
            step = next(waiting[-1], None)
            if step is None:
                waiting.pop()
                continue
            yield step
            if (found := step[2]) is not None and found not in seen:
                seen.add(found)
                waiting.append(self._includes(found, folders, present))

    def _includes(
        self, path: str, folders: tuple[str, ...], present: frozenset[bytes] | None
    ) -> Iterator[tuple[_Text, bytes, str | None]]:
        text = self._text(path)
        for spelling, conditions in text.includes:
            if present is None or all(_holds(condition, present) for condition in conditions):
                where = folders if spelling in text.angled else (os.path.dirname(path), *folders)  # noqa: PTH120
                yield text, spelling, self._find(spelling, where)

    def _find(self, spelling: bytes, folders: tuple[str, ...]) -> str | None:
        """The file of the project that an include means; None for any other."""
        path_of = self._path_of[folders]
        name = os.fsdecode(spelling)
        if name not in path_of:
            paths = (os.path.normpath(os.path.join(folder, name)) for folder in folders)  # noqa: PTH118
            first = next((path for path in paths if os.path.isfile(path)), None)  # noqa: PTH113
            path_of[name] = first if first and first.startswith(self._project) else None
        return path_of[name]

    def _text(self, path: str) -> _Text:
        if path not in self._texts:
            self._texts[path] = _Text(_content(path))
        return self._texts[path]

    def _asks(self, path: str) -> frozenset[bytes]:
        """The macros on which it depends what a header says."""
        if path not in self._asked:
            conditions = b" ".join(_ASKING.findall(_content(path)))
            self._asked[path] = frozenset(_WORD.findall(conditions))
        return self._asked[path]


class _Text:
    """What directives in a text say."""

    __slots__ = ("angled", "folders", "includes", "macros")

    def __init__(self, text: bytes) -> None:
        # What is included, and on which conditions
        self.includes: list[tuple[bytes, tuple[_Condition, ...]]] = []
        self.angled: set[bytes] = set()
        self.macros: set[bytes] = set()
        self.folders = frozenset(os.path.dirname(os.fsdecode(name)) for name in _SPELLED.findall(text))  # noqa: PTH120
        conditions: list[_Condition] = []
        guard: _Condition | None = None
        for number, (angled, quoted, what, rest) in enumerate(_DIRECTIVE.findall(text)):
            if spelling := angled or quoted:
                self.includes.append((spelling, tuple(each for each in conditions if each is not guard)))
                if angled:
                    self.angled.add(angled)
            elif what in (b"define", b"undef"):
                name = _WORD.match(rest)
                self.macros.add(name[0] if name else b"")
                if name and number == 1 and conditions == [(((name[0], False),),)]:
                    guard = conditions[0]  # against including it twice
            elif what == b"endif":
                del conditions[-1:]
            elif what in (b"if", b"ifdef", b"ifndef"):
                conditions.append(_condition(what, rest))
            elif conditions:
                conditions[-1] = _negate(conditions[-1]) if what == b"else" else _UNKNOWN


# Macros, each with whether it must be defined: of each inner tuple one must be so.
_Condition = tuple[tuple[tuple[bytes, bool], ...], ...]
_UNKNOWN: _Condition = ((),)


def _condition(what: bytes, rest: bytes) -> _Condition:
    """What `#if`, `#ifdef` and `#ifndef` ask for, where it is no more than whether macros are defined."""
    rest = rest.partition(b"//")[0].partition(b"/*")[0]
    if what != b"if":
        name = _WORD.match(rest)
        return (((name[0], what == b"ifdef"),),) if name else _UNKNOWN
    either = b"||" in rest
    terms = [_DEFINED.match(term) for term in rest.split(b"||" if either else b"&&")]
    known = [(term[2], not term[1]) for term in terms if term]
    if len(known) < len(terms):
        return _UNKNOWN
    return (tuple(known),) if either else tuple((each,) for each in known)


def _negate(condition: _Condition) -> _Condition:
    if len(condition) == 1:
        return tuple(((name, not wanted),) for name, wanted in condition[0]) or _UNKNOWN
    return (tuple((name, not wanted) for ((name, wanted),) in condition),)


def _holds(condition: _Condition, present: frozenset[bytes]) -> bool:
    return all(any(name in (present if wanted else _ABSENT) for name, wanted in either) for either in condition)


def _present(unit: Unit) -> frozenset[bytes]:
    """Macros that are defined before a unit begins."""
    words = (value.partition("=")[0] for option, value in _values(unit, "-D") if option == "-D")
    own = {b"__cplusplus"} if _LANGUAGES.get(os.path.splitext(unit.file)[1]) == "c++" else set()  # noqa: PTH122
    return _PRESENT.union(map(os.fsencode, words), own)


def search_folders(unit: Unit) -> Iterator[str]:
    """Where a unit's flags say that headers are, absolute."""
    for option, value in _values(unit, "-I"):
        if option in ("-I", "-isystem", "-iquote", "-idirafter"):
            yield os.path.normpath(os.path.join(unit.folder, value))  # noqa: PTH118


def _values(unit: Unit, short: str) -> Iterator[tuple[str, str]]:
    """The options of a unit that have a value, with it, "-Iinc" as "-I inc" is."""
    for flag in flags(unit.arguments):
        if len(flag) > 1:
            yield flag[0], flag[1]
        elif flag[0].startswith(short):
            yield short, flag[0].removeprefix(short)


def _clusters(included: Mapping[int, list[bytes]]) -> Iterator[tuple[list[int], list[bytes]]]:
    """Units, and headers that each of them includes: as much work spared as can be had, again and again."""
    rest = dict(included)
    while len(rest) >= MIN_UNITS:
        counts = Counter(spelling for spellings in rest.values() for spelling in spellings)
        ordered = sorted(counts, key=lambda spelling: (-counts[spelling], spelling))
        sharing: Collection[int] = rest
        best: tuple[int, list[int], int] = (_WORTH - 1, [], 0)
        for size, spelling in enumerate(ordered, start=1):
            sharing = [number for number in sharing if spelling in included[number]]
            if len(sharing) < MIN_UNITS:
                break
            best = max(best, (size * len(sharing), list(sharing), size))
        _, units, size = best
        if not units:
            return
        chosen = set(ordered[:size])
        yield units, [spelling for spelling in included[units[0]] if spelling in chosen]
        for number in units:
            del rest[number]


def _content(path: str) -> bytes:
    try:
        return read_small(path, MAX_TEXT, follow=True)
    except OSError:
        return b""
