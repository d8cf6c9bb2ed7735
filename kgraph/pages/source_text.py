"""The text of each file, from the working tree.

Input: the root and a file. Output: its text, and in words what is to be known about it. A file that is not
the one that the graph was built of is recognized by its blob id; links are not followed.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kgraph.pages.repository_model import PageFile
from kgraph.regular_file import blob_id, hash_name_of, read_blob
from kgraph.vocab.iri import decode_path

MAX_SOURCE_BYTES = 250_000  # bytes of a source that is shown whole; GitHub renders no page of more than 512 kB
_MAX_QUOTED_BYTES = 4_000_000  # bytes of a file of which single lines are quoted
SOURCE = "<!-- kgraph:source -->"  # where a page of the site gets its source
_MAX_LINE = 20_000  # characters
_REMEMBERED = 3  # texts
EXCERPT_LINES = 60  # lines


@dataclass(frozen=True, slots=True)
class SourceText:
    """The text of a file, as far as it is shown."""

    text: str | None
    note: str = ""  # what a reader should know: why there is no text, or that it has changed
    lines: int = 0  # of the whole
    shown: int = 0  # from the first
    is_changed: bool = False  # since the graph was built


class SourceTexts:
    """Reads the files of one working tree."""

    def __init__(self, root: Path | None, mode: str) -> None:
        self._root = root
        self._mode = mode
        self._last: dict[str, SourceText] = {}  # those that were read last, by id: sections and page ask for the same

    def state(self, ids: Iterable[str]) -> str:
        """A digest of what the working tree's files look like from outside: equal state, equal contents."""
        digest = hashlib.sha256(self._mode.encode())
        if self._root is not None and self._mode != "none":
            for id_ in ids:
                try:
                    status = os.lstat(self._path(id_))
                    digest.update(b"%d %d %d\n" % (status.st_size, status.st_mtime_ns, status.st_mode))
                except OSError:
                    digest.update(b"-\n")
        return digest.hexdigest()

    def _path(self, id_: str) -> str:
        return os.path.join(self._root or "", decode_path(id_.removeprefix("file/")))  # noqa: PTH118 - keeps bytes

    def read(self, file: PageFile) -> SourceText:
        """The text of a file."""
        found = self._last.pop(file.id, None)
        if found is None:
            found = self._read(file)
            if len(self._last) == _REMEMBERED:
                del self._last[next(iter(self._last))]
        self._last[file.id] = found
        return found

    def _read(self, file: PageFile) -> SourceText:
        if self._mode == "none":
            return SourceText(None)
        if self._root is None:
            return SourceText(None, "The working tree is not known: give it with `--root`.")
        try:
            status = os.lstat(self._path(file.id))
            if stat.S_ISLNK(status.st_mode):
                return SourceText(None, "This is a symbolic link; what it leads to is not shown.")
            if not stat.S_ISREG(status.st_mode):
                return SourceText(None, "This is not a regular file in the working tree.")
            if status.st_size > 64_000_000:
                return SourceText(None, "The file is too large to be shown.")
            with os.fdopen(os.open(self._path(file.id), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as stream:
                data = stream.read()
        except FileNotFoundError:
            return SourceText(None, "The file is no longer in the working tree.")
        except OSError as error:
            return SourceText(None, f"The file could not be read: {error.strerror}.")
        notes = []
        is_changed = blob_id(data, hash_name_of(file.blob)) != file.blob
        if is_changed:
            notes.append("The file has changed since the graph was built: lines may have moved.")
        if b"\0" in data[:8000]:
            return SourceText(None, " ".join([*notes, "This is binary data."]))
        return self._text(data, notes, is_changed=is_changed)

    def lines(self, file: PageFile) -> list[str]:
        """All lines of a file; none where it has changed since the graph was built, or is not shown at all."""
        if self._mode == "none" or self._root is None:
            return []
        data = read_blob(self._path(file.id), file.blob, _MAX_QUOTED_BYTES)
        if data is None:
            return []
        return data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")

    def _text(self, data: bytes, notes: list[str], *, is_changed: bool) -> SourceText:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("utf-8", "replace")
            notes.append("Bytes that are not UTF-8 are shown as \ufffd.")
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if lines and not lines[-1]:
            lines.pop()
        shown_lines = len(lines)
        if self._mode == "excerpt":
            shown_lines = min(shown_lines, EXCERPT_LINES)
        elif len(data) > MAX_SOURCE_BYTES:
            shown_lines = min(shown_lines, EXCERPT_LINES)
            notes.append(f"The file is larger than {MAX_SOURCE_BYTES // 1000} kB, so only its beginning is shown.")
        if shown_lines == len(lines) <= 1 and len(data) > MAX_SOURCE_BYTES:
            return SourceText(None, " ".join([*notes, "It is a single line."]))
        return SourceText(
            "\n".join(_cut(lines[:shown_lines])),
            *(" ".join(notes), len(lines), shown_lines, is_changed),
        )


def _cut(lines: list[str]) -> list[str]:
    return lines if max(map(len, lines), default=0) <= _MAX_LINE else [line[:_MAX_LINE] for line in lines]
