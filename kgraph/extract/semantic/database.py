"""A compile database: which files are compiled, and how.

Input: `compile_commands.json`, or a folder that holds one. Output: one `Unit` for each file of the repository that the
database compiles, with flags that libclang understands.

Everything about the file itself is an `InputError` with its line; what is odd in one entry is a note on its unit, for
databases are made by many tools and no entry may stop the others.
"""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import msgspec

from kgraph.errors import InputError
from kgraph.extract.semantic.response_files import ResponseFiles
from kgraph.regular_file import read_small

NAME = "compile_commands.json"
# Where build systems leave it, below the root.
_USUAL = (f"build/{NAME}", NAME, f"cmake-build-*/{NAME}", f"out/*/{NAME}", f"builddir/{NAME}")
_HINT = "cmake -DCMAKE_EXPORT_COMPILE_COMMANDS=ON writes one, and so does `bear -- make`"
_UNITY = re.compile(rb"""^[ \t]*#[ \t]*include[ \t]*"[^"\n]+\.(?:c|cc|cpp|cxx|cu)"[ \t\r]*$""", re.MULTILINE)
_UNITY_READ = 65_536
MAX_BYTES = 1_000_000_000  # of a database; that of Chromium has a quarter
MAX_COMMAND = 4_000_000  # characters of one command


class Unit(msgspec.Struct, frozen=True, array_like=True):
    """One translation unit: the file that is compiled, and how."""

    file: str  # absolute, as the database says
    folder: str  # that relative paths start from
    arguments: tuple[str, ...]
    source: str = ""  # "build/compile_commands.json, entry 3": where the flags come from
    notes: tuple[str, ...] = ()  # "flag not known to clang, left out: -fconserve-stack"


class Database(msgspec.Struct, frozen=True):
    """What a compile database says of a repository."""

    path: str  # of the file
    entries: int
    units: tuple[Unit, ...] = ()  # sorted by file
    elsewhere: int = 0  # entries whose file is not in the repository
    gone: tuple[str, ...] = ()  # files that the database names and that are not there
    repeated: int = 0  # entries of a file that an earlier one compiles too
    lacks: str = ""  # why it is not used


def find(root: Path) -> list[Path]:
    """The compile databases of a repository, in the usual places below its root."""
    return [path for pattern in _USUAL for path in sorted(root.glob(pattern)) if path.is_file()]


def read_first(paths: Sequence[Path], root: Path, files: Collection[str]) -> Database | None:
    """The first database that compiles files of the repository.

    Nobody asked for these: where there is none but one that is half written or none at all, it says what it lacks.
    """
    lacking: Database | None = None
    for path in paths:
        try:
            database = read(path, root, files)
        except InputError as error:
            lacking = lacking or Database(str(path), 0, lacks=f"it {error.what}")
            continue
        if database.units:
            return database
    return lacking


def read(path: Path, root: Path, files: Collection[str]) -> Database:
    """Read a database; `files` are the paths, from the root, of all files that may be compiled.

    Raises `InputError` where it is not there or is no compile database.
    """
    if path.is_dir():
        path = path / NAME
    entries = _entries(path)
    real_root = os.path.realpath(root)
    units: dict[str, Unit] = {}
    elsewhere = repeated = 0
    gone: list[str] = []
    from kgraph.extract.semantic.flags import clean_arguments  # whose patterns few builds need

    responses = ResponseFiles()
    for number, (file, folder, words) in enumerate(entries, start=1):
        inside = _inside(file, real_root)
        if inside is None or inside not in files:
            if not Path(file).is_file():
                if inside is not None:
                    gone.append(inside)
                continue
            if inside is not None or not _is_unity(file):
                elsewhere += 1
                continue
        key = os.path.realpath(file)
        if key in units:
            repeated += 1
            continue
        arguments, notes = clean_arguments(words, file, folder, responses)
        units[key] = Unit(file, folder, tuple(arguments), f"{path}, entry {number}", tuple(notes))
    ordered = tuple(units[key] for key in sorted(units, key=os.fsencode))
    return Database(str(path), len(entries), ordered, elsewhere, tuple(sorted(gone)), repeated)


def _inside(file: str, root: str) -> str | None:
    """Path from the root, or None for a file elsewhere."""
    real = os.path.realpath(file)
    prefix = root.rstrip(os.sep) + os.sep
    return real[len(prefix) :] if real.startswith(prefix) else None


def _is_unity(file: str) -> bool:
    """Whether a file outside the repository does nothing but include sources, as a unity build makes them."""
    with Path(file).open("rb") as stream:
        return _UNITY.search(stream.read(_UNITY_READ)) is not None


def _entries(path: Path) -> list[tuple[str, str, list[str]]]:
    """File, folder and words of the command of each entry, in order."""
    try:
        data = read_small(str(path), MAX_BYTES, follow=True)
    except FileNotFoundError:
        raise InputError("no such compile database", where=str(path), hint=_HINT) from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path), hint=_HINT) from error
    text = data.decode("utf-8", "surrogateescape").removeprefix("\ufeff")
    try:
        entries = json.loads(text)
    except json.JSONDecodeError as error:
        where = f"{path}:{error.lineno}"
        raise InputError(f"is not JSON: {error.msg} in column {error.colno}", where=where, hint=_HINT) from error
    except RecursionError:
        raise InputError("is not a compile database: nested too deep", where=f"{path}:1", hint=_HINT) from None
    except ValueError as error:  # a number of more digits than Python converts
        raise InputError(f"is not a compile database: {error}", where=f"{path}:1", hint=_HINT) from error
    if not isinstance(entries, list):
        raise InputError("is not a compile database: a list is wanted", where=f"{path}:1", hint=_HINT)
    return [_entry(path, text, number, entry) for number, entry in enumerate(entries)]


def _entry(path: Path, text: str, number: int, entry: Any) -> tuple[str, str, list[str]]:
    wrong = ""
    words: Any = None
    if not isinstance(entry, dict):
        wrong = "is not an object"
    elif not isinstance(entry.get("file"), str) or not entry["file"]:
        wrong = 'has no "file"'
    elif not isinstance(entry.get("directory", ""), str):
        wrong = 'has a "directory" that is not text'
    else:
        words = entry.get("arguments")
        if words is None:
            words = _split(entry.get("command"))
        if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words):
            wrong = 'has neither "arguments" nor a "command" that can be split into words'
    if not wrong and "\0" in entry["file"] + entry.get("directory", ""):
        wrong = "names no file"
    if wrong:
        where = f"{path}:{_line_of(text, number)}"
        raise InputError(f"entry {number + 1} {wrong}", where=where, hint=_HINT)
    folder = os.path.normpath(path.parent.absolute() / _native(entry.get("directory", "")))
    return os.path.normpath(Path(folder, _native(entry["file"]))), folder, [*map(_native, words)]


def _native(text: str) -> str:
    """A text of the database as the operating system's functions take it, whatever the locale."""
    if text.isascii():
        return text
    try:
        data = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # "\\ud800" in JSON, which is no character
        data = text.encode("utf-8", "replace")
    return os.fsdecode(data)


def _split(command: object) -> list[str] | None:
    """The words of a command, as a shell takes them apart; as Windows does where a path needs its backslashes."""
    if not isinstance(command, str) or len(command) > MAX_COMMAND:
        return None
    try:
        if re.match(r'"?[A-Za-z]:\\', command):
            return [word.strip('"') for word in shlex.split(command, posix=False)]
        return shlex.split(command)
    except ValueError:
        return None


def _line_of(text: str, number: int) -> int:
    """The line on which an entry of the list begins."""
    decoder = json.JSONDecoder()
    at = text.index("[") + 1
    for _ in range(number):
        at = _skip(text, at)
        at = _skip(text, decoder.raw_decode(text, at)[1]) + 1  # the comma
    return text.count("\n", 0, _skip(text, at)) + 1


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at
