"""Files that libclang must not open: pipes, which it would wait for, and devices, some of which never end.

Input: units. Output: an `Overlay`, a file system as clang reads it in which each such file where a unit may look for
headers is empty. Macros and conditions choose what is included, so that only folders are found out by text: those that
a spelling leads to, behind any folder of the search path. What is missed that way, `stall` ends.
"""

from __future__ import annotations

import json
import os
import posixpath
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from kgraph.extract.semantic.database import Unit
from kgraph.extract.semantic.flags import flags
from kgraph.extract.semantic.precompiled import Headers, search_folders

NOTE = "is not a regular file, and was read as an empty one"
_FORCED = ("-include", "-imacros")


class Overlay(msgspec.Struct, frozen=True, array_like=True):
    """The view of the file system that clang is given."""

    path: str  # of the file that describes it
    files: frozenset[str]  # absolute paths of those that are empty


def make_overlay(units: Sequence[Unit], headers: Headers, folder: str) -> Overlay | None:
    """What keeps these units from opening anything but regular files, written in a folder; None where nothing needs
    to."""
    irregular_paths = [path for folder in sorted(_folders(units, headers)) for path in _irregular_in(folder)]
    if not irregular_paths:
        return None
    empty, path = Path(folder, "empty"), Path(folder, "overlay.json")
    empty.write_bytes(b"")
    entries = [{"type": "file", "name": each, "external-contents": str(empty)} for each in irregular_paths]
    overlay = {"version": 0, "case-sensitive": "true", "use-external-names": "false", "roots": entries}
    path.write_text(json.dumps(overlay, ensure_ascii=False), "utf-8")
    return Overlay(str(path), frozenset(irregular_paths))


def _folders(units: Sequence[Unit], headers: Headers) -> set[str]:
    """Where these units look for headers, as a compiler spells it."""
    folders: set[str] = set()
    seen: set[tuple[tuple[str, ...], str]] = set()
    for unit in units:
        search = tuple(search_folders(unit))
        forced = [flag[1] for flag in flags(unit.arguments) if flag[0] in _FORCED]
        folders.update(_list_behind((unit.folder, *search), {posixpath.dirname(spelling) for spelling in forced}))
        waiting = [unit.file, *(os.path.normpath(os.path.join(unit.folder, spelling)) for spelling in forced)]  # noqa: PTH118
        while waiting:
            path = waiting.pop()
            if (search, path) in seen:
                continue
            seen.add((search, path))
            beside = os.path.dirname(path)  # noqa: PTH120
            spelled, found = headers.find_included(path, search)
            folders.update(_list_behind((beside, *search), {"", *spelled}))
            waiting += found
    return folders


def _list_behind(starts: Sequence[str], folders: set[str]) -> Iterator[str]:
    for start in starts:
        for folder in folders:
            yield os.path.normpath(os.path.join(start, folder))  # noqa: PTH118


def _irregular_in(folder: str) -> Iterator[str]:
    """What stands in a folder and is neither a file nor a folder; nothing that clang could not be given."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                try:
                    is_plain = entry.is_file() or entry.is_dir() or not os.path.exists(entry.path)  # noqa: PTH110
                    if not is_plain and entry.path.encode():
                        yield entry.path
                except (OSError, UnicodeEncodeError):
                    continue
    except OSError:
        return
