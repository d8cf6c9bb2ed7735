"""Patterns of `.gitignore`, matched in a time that no pattern can make endless.

Input: lines as gitignore(5) describes them. Output: for a path the pattern that decides over it, with where it stands.
The usual translation makes a `*` of a pattern a `.*` of a regular expression, and then `*a*a*a*a*a*b` tries all ways in
which the stars can share a name. But what stands between two stars may be taken at its first place, for whatever
matches with a later one matches with that, too; so each piece becomes an atomic group, which is never tried again (as
`fnmatch` of the standard library does since Python 3.9 for whole names).

There are two ways to ask. `IgnoreFile` is for a walk that leaves ignored folders alone, as git does. `PathPatterns` is
for paths of files, such as those of `--exclude`: a pattern that names a file goes before one that names its folder, so
that `!third_party/ours.h` brings back a file of a folder that is left out (as `pathspec.GitIgnoreSpec` has it).
"""

from __future__ import annotations

import re
import string
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

MAX_WILDCARD_CHARACTERS = 200_000  # of all patterns of a file that are no plain names; the rest is left out
_POSIX = {
    "alnum": string.ascii_letters + string.digits,
    "alpha": string.ascii_letters,
    "blank": " \t",
    "cntrl": "".join(map(chr, [*range(32), 127])),
    "digit": string.digits,
    "graph": "".join(map(chr, range(33, 127))),
    "lower": string.ascii_lowercase,
    "print": "".join(map(chr, range(32, 127))),
    "punct": string.punctuation,
    "space": string.whitespace,
    "upper": string.ascii_uppercase,
    "xdigit": string.hexdigits,
}
_SPECIAL = frozenset("*?[\\")


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line."""

    text: str  # as it was written
    line: int  # counted from 1
    negated: bool  # it takes out again what one before took in
    folders_only: bool
    anchored: bool  # it is about the path, not about the name alone
    body: str  # without the marks for all this


def parse(text: str, line: int = 0) -> Pattern | None:
    """A line as a pattern; None where it says nothing. Raises `ValueError` where it can match nothing at all."""
    body = _without_trailing_spaces(text.removesuffix("\r"))
    if body.startswith("#"):
        return None
    negated = body.startswith("!")
    body = body.removeprefix("!") if negated else body
    folders_only = body.endswith("/")
    body = body.removesuffix("/")
    anchored = "/" in body
    body = body.removeprefix("/")
    if not body:
        return None
    return Pattern(text, line, negated, folders_only, anchored, body)


def _without_trailing_spaces(text: str) -> str:
    stripped = text.rstrip(" ")
    backslashes = len(stripped) - len(stripped.rstrip("\\"))
    return stripped + " " if backslashes % 2 and len(stripped) < len(text) else stripped


# --- to regular expressions -----------------------------------------------------------------------------------------


class _NothingError(ValueError):
    """A pattern that git gives up on: it matches nothing."""


def _path_regex(body: str) -> str:
    """The regular expression of a pattern that is about a whole path."""
    groups: list[list[str]] = [[]]
    for segment in _segments(body):
        if segment == "**":
            if groups[-1] or len(groups) == 1:
                groups.append([])
        else:
            groups[-1].append(_name_regex(segment))
    first, *rest = groups
    parts = ["".join(f"{segment}/" for segment in first) if rest else "/".join(first)]
    for number, segments in enumerate(rest, 1):
        joined = "/".join(segments)
        if number < len(rest):
            parts.append(f"(?>(?:[^/]+/)*?{joined}/)")
        else:
            parts.append(f"(?:[^/]+/)*?{joined}" if segments else ".+")
    return "".join(parts)


def _segments(body: str) -> Iterator[str]:
    """The names of a path's pattern; a "/" in brackets does not part them, though no name has one."""
    begin = position = 0
    while position < len(body):
        character = body[position]
        position += 1
        if character == "\\":
            position += 1
        elif character == "[":
            _, position = _class_regex(body, position)
        elif character == "/":
            yield body[begin : position - 1]
            begin = position
    yield body[begin:]


def _name_regex(glob: str) -> str:
    """The regular expression of a pattern of one name."""
    pieces = [""]
    position = 0
    while position < len(glob):
        character = glob[position]
        position += 1
        if character == "*":
            if pieces[-1] or len(pieces) == 1:
                pieces.append("")
        elif character == "?":
            pieces[-1] += "[^/]"
        elif character == "[":
            piece, position = _class_regex(glob, position)
            pieces[-1] += piece
        elif character == "\\":
            if position == len(glob):
                raise _NothingError("ends with a backslash")
            pieces[-1] += re.escape(glob[position])
            position += 1
        else:
            pieces[-1] += re.escape(character)
    if len(pieces) == 1:
        return pieces[0]
    first, *middle, last = pieces
    return first + "".join(f"(?>[^/]*?{piece})" for piece in middle) + f"(?>[^/]*{last})"


def _class_regex(glob: str, position: int) -> tuple[str, int]:
    """The regular expression of `[...]` whose content begins at a position, and where what follows begins."""
    negated = glob[position : position + 1] in ("!", "^")
    position += negated
    first = position
    members: list[str] = []  # characters and ranges
    range_start = ""  # the character that a range may begin with
    while True:
        character = glob[position : position + 1]
        if not character:
            raise _NothingError("has a [ without a ]")
        if character == "]" and position > first:
            break
        if character == "[" and glob[position + 1 : position + 2] == ":":
            end = glob.find(":]", position + 2)
            if end >= 0:
                name = glob[position + 2 : end]
                if name not in _POSIX:
                    raise _NothingError(f"has [:{name}:], which is not a class of characters")
                members += map(re.escape, _POSIX[name])
                position, range_start = end + 2, ""
                continue
        following = glob[position + 1 : position + 2]
        if character == "-" and range_start and following not in ("", "]"):
            position += 1
            character, position = _class_character(glob, position)
            if range_start <= character:
                members.append(f"{re.escape(range_start)}-{re.escape(character)}")
            range_start = ""
            continue
        character, position = _class_character(glob, position)
        members.append(re.escape(character))
        range_start = character
    if not members:
        return ("[^/]" if negated else "(?!)"), position + 1
    return f"(?!/)[{'^' if negated else ''}{''.join(members)}]", position + 1


def _class_character(glob: str, position: int) -> tuple[str, int]:
    """The character at a position of a class, which a backslash may stand before, and the next position."""
    if glob[position] == "\\":
        position += 1
        if position == len(glob):
            raise _NothingError("ends with a backslash")
    return glob[position], position + 1


def _matcher(pattern: Pattern) -> Callable[[str], object]:
    """What says whether a path, or a name, is what a pattern names."""
    regex = _path_regex(pattern.body) if pattern.anchored else _name_regex(pattern.body)
    return re.compile(regex, re.DOTALL).fullmatch


# --- many patterns --------------------------------------------------------------------------------------------------


class _Patterns:
    """Patterns in their order, found without asking each where they are plain names."""

    def __init__(self) -> None:
        self.all: list[Pattern] = []
        self._names: defaultdict[str, list[int]] = defaultdict(list)
        self._paths: defaultdict[str, list[int]] = defaultdict(list)
        self._others: list[tuple[int, Callable[[str], object]]] = []
        self._characters = 0
        self.left_out = 0  # patterns, for there are too many

    def __bool__(self) -> bool:
        return bool(self.all)

    def add(self, pattern: Pattern) -> None:
        """Raises `ValueError` where it matches nothing."""
        number = len(self.all)
        if _SPECIAL.isdisjoint(pattern.body):
            (self._paths if pattern.anchored else self._names)[pattern.body].append(number)
        elif self._characters + len(pattern.body) > MAX_WILDCARD_CHARACTERS:
            self.left_out += 1
            return
        else:
            self._others.append((number, _matcher(pattern)))
            self._characters += len(pattern.body)
        self.all.append(pattern)

    def last(self, path: str, *, is_folder: bool) -> int:
        """The number of the last pattern that names just this path; -1 where none does."""
        name = path.rpartition("/")[2]
        last_number = -1
        for number in (*self._names.get(name, ()), *self._paths.get(path, ())):
            if number > last_number and (is_folder or not self.all[number].folders_only):
                last_number = number
        for number, matches in reversed(self._others):
            if number < last_number:
                break
            pattern = self.all[number]
            if (is_folder or not pattern.folders_only) and matches(path if pattern.anchored else name):
                return number
        return last_number


class IgnoreFile:
    """The patterns of one `.gitignore`; git passes over those that it cannot read, and so do we."""

    def __init__(self, text: str) -> None:
        self._patterns = _Patterns()
        for line, written in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
            try:
                if pattern := parse(written, line):
                    self._patterns.add(pattern)
            except (ValueError, re.error, RecursionError, OverflowError):
                continue
        self.left_out = self._patterns.left_out

    def deciding(self, path: str, *, is_folder: bool) -> Pattern | None:
        """The pattern that decides over a path, relative to the folder of the file; None where none does."""
        number = self._patterns.last(path, is_folder=is_folder)
        return self._patterns.all[number] if number >= 0 else None


class PathPatterns:
    """Patterns that choose files by their paths."""

    def __init__(self, lines: Sequence[str] | Iterable[str]) -> None:
        """Raises `ValueError` where a pattern cannot be read."""
        self._patterns = _Patterns()
        self._by_folder: dict[str, int] = {"": -1}
        for number, line in enumerate(lines, 1):
            try:
                if pattern := parse(line, number):
                    self._patterns.add(pattern)
            except (ValueError, re.error, RecursionError, OverflowError) as error:
                raise ValueError(f"invalid pattern {line!r}: {error}") from error
        if self._patterns.left_out:
            raise ValueError(f"more than {MAX_WILDCARD_CHARACTERS:,} characters of patterns")

    def deciding(self, path: str) -> Pattern | None:
        """The pattern that decides over a file: the last that names it, or else the last that names a folder of it."""
        if not self._patterns:
            return None
        number = self._patterns.last(path, is_folder=False)
        if number < 0:
            number = self._match_folder(path.rpartition("/")[0])
        return self._patterns.all[number] if number >= 0 else None

    def _match_folder(self, folder: str) -> int:
        """The number of the last pattern that names a folder or one that holds it."""
        unknown = []
        while folder not in self._by_folder:
            unknown.append(folder)
            folder = folder.rpartition("/")[0]
        number = self._by_folder[folder]
        for each in reversed(unknown):
            number = max(number, self._patterns.last(each, is_folder=True))
            self._by_folder[each] = number
        return number

    def match_file(self, path: str) -> bool:
        """Whether a file is among those that the patterns choose."""
        pattern = self.deciding(path)
        return pattern is not None and not pattern.negated
