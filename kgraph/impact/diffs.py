"""Unified diffs, as git and diff(1) write them.

Input: the bytes of a diff. Output: a `FileEdit` for each file, with the lines that changed on either side. Lines of
context, if there are any, are no change. Whatever is no diff is skipped; nothing is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

# The form of git's diffs that holds all that `parse` looks for, and runs nothing that a repository names.
GIT_FORM = ("-U0", "-M", "--no-ext-diff", "--no-textconv", "--no-color", "--text")

Lines = tuple[tuple[int, int], ...]

_HUNK = re.compile(rb"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@")
_INDEX = re.compile(rb"index ([0-9a-f]{4,64})\.\.([0-9a-f]{4,64})")
_ESCAPE = re.compile(rb'\\([0-7]{3}|["\\abfnrtv])')
_LETTERS = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


@dataclass(frozen=True, slots=True)
class FileEdit:
    """What changed in one file.

    Ranges of lines are inclusive and counted from 1. Where one side of a hunk has no line, its range there is the pair
    of the lines around the place, of which the first may be 0 and the second behind the end.
    """

    path: str  # from the root; of the former file where there is no new one
    former: str = ""  # the path before, where it is another
    new: Lines = ()
    old: Lines = ()
    whole: bool = False  # the file as a whole: it was asked for by name, is binary, or its lines are not known
    deleted: bool = False
    added: bool = False
    new_blob: str = ""  # ids of the contents, or their first digits, where the diff names them
    old_blob: str = ""


def changes_of_paths(paths: Iterable[str]) -> list[FileEdit]:
    """A change of each file as a whole."""
    return [FileEdit(path, whole=True) for path in dict.fromkeys(paths)]


def parse(diff: bytes) -> list[FileEdit]:
    """The changes that a diff describes, in its order."""
    reader = _Reader()
    for line in diff.split(b"\n"):
        reader.read(line.removesuffix(b"\r"))
    return reader.finish()


class _Range:
    """Changed lines of one side, or the place between two lines where it has none.

    A blank line beside others changes nothing of what stands around: two new functions are no change of the module.
    """

    __slots__ = ("_blank", "_place", "_spans")

    def __init__(self, first: int, last: int) -> None:
        self._place = (first, last)
        self._spans: list[tuple[int, int]] = []
        self._blank: tuple[int, int] | None = None

    def take(self, line: int, *, is_blank: bool) -> None:
        """The next changed line."""
        if is_blank:
            self._blank = (self._blank[0] if self._blank else line, line)
        elif self._spans and self._spans[-1][1] == line - 1:
            self._spans[-1] = (self._spans[-1][0], line)
        else:
            self._spans.append((line, line))

    @property
    def lines(self) -> list[tuple[int, int]]:
        """First and last lines."""
        return self._spans or [self._blank or self._place]


class _Reader:
    """The state of reading a diff line by line."""

    def __init__(self) -> None:
        self._found: list[FileEdit] = []
        self._left_old = self._left_new = 0  # lines of the current hunk that are to come
        self._old_line = self._new_line = 0
        self._begin()

    def _begin(self) -> None:
        self._old_path = self._new_path = b""
        self._renamed = [b"", b""]
        self._header = b""
        self._old: list[_Range] = []
        self._new: list[_Range] = []
        self._whole = self._deleted = self._added = self._hunks = False
        self._blobs = ("", "")
        self._run = False  # whether the line before was a change too

    def read(self, line: bytes) -> None:
        if self._left_old or self._left_new:
            self._read_hunk_line(line)
        elif line.startswith(b"diff "):
            self._end_file()
            self._header = line
        elif line.startswith(b"--- "):
            if self._hunks:
                self._end_file()
            self._old_path = _path(line[4:])
        elif line.startswith(b"+++ "):
            self._new_path = _path(line[4:])
        elif match := _HUNK.match(line):
            self._begin_hunk(*match.groups())
        elif match := _INDEX.match(line):
            self._blobs = (match[1].decode(), match[2].decode())
        elif line.startswith(b"rename from "):
            self._renamed[0] = _unquote(line[12:])
        elif line.startswith(b"rename to "):
            self._renamed[1] = _unquote(line[10:])
        elif line.startswith(b"deleted file mode"):
            self._deleted = True
        elif line.startswith(b"new file mode"):
            self._added = True
        elif line.startswith((b"Binary files ", b"GIT binary patch", b"old mode ")):
            self._whole = True

    def _begin_hunk(self, old: bytes, old_count: bytes | None, new: bytes, new_count: bytes | None) -> None:
        self._hunks, self._run = True, False
        self._left_old = 1 if old_count is None else int(old_count)
        self._left_new = 1 if new_count is None else int(new_count)
        self._old_line = int(old) + (not self._left_old)
        self._new_line = int(new) + (not self._left_new)

    def _read_hunk_line(self, line: bytes) -> None:
        match line[:1]:
            case b"-":
                self._note_change()
                self._old[-1].take(self._old_line, is_blank=not line[1:].strip())
                self._old_line, self._left_old = self._old_line + 1, max(0, self._left_old - 1)
            case b"+":
                self._note_change()
                self._new[-1].take(self._new_line, is_blank=not line[1:].strip())
                self._new_line, self._left_new = self._new_line + 1, max(0, self._left_new - 1)
            case b"\\":
                pass  # no line feed at the end of the file
            case _:
                self._run = False
                self._old_line, self._left_old = self._old_line + 1, max(0, self._left_old - 1)
                self._new_line, self._left_new = self._new_line + 1, max(0, self._left_new - 1)

    def _note_change(self) -> None:
        """At the first changed line of several, note the place on both sides."""
        if not self._run:
            self._old.append(_Range(self._old_line - 1, self._old_line))
            self._new.append(_Range(self._new_line - 1, self._new_line))
            self._run = True

    def _end_file(self) -> None:
        old, new = self._old_path, self._new_path
        if self._renamed[1]:
            old, new = (self._renamed[0], self._renamed[1])
        if not old and not new and self._header.startswith(b"diff --git "):
            old = new = _path_of_header(self._header)
        deleted, added = self._deleted or new == b"/dev/null", self._added or old == b"/dev/null"
        path, former = (old, old) if deleted else (new, new if added else old)
        if path and path != b"/dev/null":
            name, before = (each.decode("utf-8", "surrogateescape") for each in (path, former or path))
            self._found.append(
                FileEdit(
                    name,
                    before if before != name else "",
                    _lines(self._new),
                    _lines(self._old),
                    self._whole,
                    deleted,
                    added,
                    self._blobs[1],
                    self._blobs[0],
                )
            )
        self._begin()

    def finish(self) -> list[FileEdit]:
        self._end_file()
        return self._found


def _lines(ranges: list[_Range]) -> Lines:
    return tuple(span for each in ranges for span in each.lines)


def _path(field: bytes) -> bytes:
    """A path of a header: without its prefix, and what diff(1) puts behind it."""
    name = _unquote(field) if field.startswith(b'"') else field.partition(b"\t")[0]
    return name[2:] if name[:2] in (b"a/", b"b/", b"i/", b"w/", b"c/", b"o/") else name


def _unquote(field: bytes) -> bytes:
    if not (field.startswith(b'"') and field.rstrip().endswith(b'"')):
        return field
    return _ESCAPE.sub(
        lambda match: _LETTERS.get(match[1]) or (bytes([int(match[1], 8) & 255]) if len(match[1]) == 3 else match[1]),
        field.rstrip()[1:-1],
    )


def _path_of_header(header: bytes) -> bytes:
    """The path of `diff --git a/x b/x`, where both are the same."""
    both = header.removeprefix(b"diff --git ")
    if both.startswith(b'"'):
        return _path(both[: both.find(b'"', 1) + 1])
    half = both[: len(both) // 2]
    return half[2:] if half[2:] == both[len(both) // 2 + 3 :] else b""
