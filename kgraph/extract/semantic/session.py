"""A worker's part: translation units parsed one after the other in one session of libclang.

Input: units, in the order of the database. Output: what each says of itself, and of the files that no unit of this
session has reached before.

A session does not parse the bodies of a header's functions again that an earlier unit of it has parsed: that is where
most of the time goes that it saves. So the first unit of a session that reaches a file tells all about it, and the
units must come in order for every session to agree on which that is.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from ctypes import byref, c_char_p, c_uint, c_void_p
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from kgraph.extract.semantic.database import Unit
from kgraph.extract.semantic.flags import flags
from kgraph.extract.semantic.irregular import NOTE, Overlay
from kgraph.extract.semantic.libclang import (
    CALLBACKS_SIZE,
    INCLUDED,
    INCLUSION,
    Callbacks,
    CXUnsavedFile,
    builtin_headers,
    library,
)
from kgraph.extract.semantic.macro_references import Directives
from kgraph.extract.semantic.precompiled import HeaderGroup, Precompiled
from kgraph.extract.semantic.visitor import Visitor
from kgraph.model import CompiledFile, CompiledUnit

_SKIP_PARSED_BODIES, _NO_WARNINGS = 0x10, 0x08
_RECORD, _KEEP_GOING = 0x01, 0x200  # of the preprocessor; past fatal errors
_INCOMPLETE, _TO_SAVE = 0x02, 0x10  # a header, of which a file is made
_NO_MODULES = ("-Xclang", "-fno-cxx-modules")  # with them, C++20 wants a record of the preprocessor in the header too
_ERROR = 3  # severity
_MAX_ERRORS = 20  # reported for one unit
_NOT_FOUND = "' file not found"
_SAY_NOTHING_OF_FLAGS = ("-I", "-D", "-U", "-i", "-x", "-std=", "-W", "-w", "-O")


class Reading(msgspec.Struct, frozen=True, array_like=True):
    """What a worker says of one unit."""

    unit: CompiledUnit
    # By path: those that the session had not reached before; of a unit that was read in part only their includes.
    files: dict[str, CompiledFile] = {}
    open: tuple[str, ...] = ()  # files without an include guard: each unit may read something else in them
    outside: tuple[str, ...] = ()  # absolute paths of all other files that it reads


class _Names(dict[str, Any]):
    """What is found out once about a file that libclang names."""

    def __init__(self, find: Any) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, name: str) -> Any:
        self[name] = found = self._find(name)
        return found


class _PchMismatchError(Exception):
    """A unit may say something else with a precompiled header than without."""


class _Included:
    """What include directives of a unit lead to."""

    def __init__(self) -> None:
        self.directives: defaultdict[str, dict[int, str]] = defaultdict(dict)  # by file and line
        self.spellings: set[str] = set()
        self.reached: set[str] = set()  # files of the repository
        self.outside: set[str] = set()
        self.missing: dict[tuple[str, int, str], None] = {}
        self.not_opened: dict[tuple[str, int, str], None] = {}  # file, line, what there is to say of it


class Session:
    """Reads units of one repository; `files` are the paths from the root that are reported on. `overlay` keeps libclang
    from opening what is no regular file."""

    def __init__(self, root: str, files: Collection[str], overlay: Overlay | None = None) -> None:
        self._lib = library()
        self._root = os.path.realpath(root)
        self._prefix = self._root.rstrip(os.sep) + os.sep
        self._all = frozenset(files)
        self._overlay = overlay
        self._names: dict[str, _Names] = {}
        self._directives = Directives(self._root)
        self._index: int | None = None
        self._action: int | None = None
        self._done: set[str] = set()
        self._flags: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._last = -1

    def start(self) -> None:
        """Forget all that was parsed."""
        if self._action:
            self._lib.IndexAction_dispose(self._action)
            self._lib.disposeIndex(self._index)
        self._index = self._lib.createIndex(1, 0)  # without what stands in precompiled headers
        self._action = self._lib.IndexAction_create(self._index)
        self._done = set()
        self._last = -1

    def precompile(self, group: HeaderGroup, path: str, parent: Precompiled | None) -> Precompiled | None:
        """Make the precompiled header of a group of units, if it can be had without any error."""
        lib = self._lib
        source = f"{path}.h"
        Path(source).write_text("".join(f"#include <{spelling}>\n" for spelling in group.spellings), "utf-8")
        words = ["-x", f"{group.language}-header", *group.arguments, *self._own(group.folder), *_NO_MODULES]
        words += ["-include-pch", parent.path] if parent else []
        arguments = (c_char_p * len(words))(*map(os.fsencode, words))
        index, parsed = lib.createIndex(0, 0), c_void_p()
        files = list(parent.files) if parent else []

        def included(file: int, _stack: Any, _depth: int, _data: Any) -> None:
            files.append(os.path.normpath(os.path.join(group.folder, lib.path(file))))  # noqa: PTH118 - surrogates

        try:
            options = _INCOMPLETE | _TO_SAVE
            lib.parseTranslationUnit2(
                index, os.fsencode(source), arguments, len(words), None, 0, options, byref(parsed)
            )
            if not parsed.value or lib.getNumDiagnostics(parsed):
                return None
            lib.getInclusions(parsed, INCLUSION(included), None)
            files.remove(os.path.normpath(source))
            if any(self._inside(file, group.folder) for file in files) or lib.saveTranslationUnit(
                parsed, os.fsencode(path), 0
            ):
                return None
        finally:
            if parsed.value:
                lib.disposeTranslationUnit(parsed)
            lib.disposeIndex(index)
        spellings = (*(parent.spellings if parent else ()), *group.spellings)
        return Precompiled(path, spellings, tuple(dict.fromkeys(files)))

    def read(self, unit: Unit, number: int, *, alone: bool = False, header: Precompiled | None = None) -> Reading:
        """Parse a unit and walk it; `number` is its place in the database; `alone`: as if it were the first."""
        if not self._action or alone or number <= self._last:
            self.start()
        began = time.process_time()
        try:
            reading = self._read(unit, header)
        except _PchMismatchError:
            self.start()
            reading = self._read(unit, None)
        self._last = number
        seconds = round(time.process_time() - began, 3)
        return replace(reading, unit=replace(reading.unit, seconds=seconds))

    def _read(self, unit: Unit, header: Precompiled | None) -> Reading:
        names = self._names.setdefault(unit.folder, _Names(lambda name: self._inside(name, unit.folder)))
        path = names[unit.file] or escape_invalid(unit.file)
        arguments, notes = (tuple(map(escape_invalid, words)) for words in (unit.arguments, unit.notes))
        compiled_unit = CompiledUnit(path, flags=arguments, source=escape_invalid(unit.source), notes=notes)
        compiled_unit = replace(compiled_unit, notes=(*compiled_unit.notes, *self._unknown_flags(unit.arguments)))
        included = _Included()
        included.reached |= {path} & self._all
        parsed, failure = self._parse(unit, header, names, included)
        try:
            if not parsed:
                if header:
                    raise _PchMismatchError
                compiled_unit = replace(compiled_unit, outcome=failure)
                return Reading(compiled_unit)
            compiled_unit = self._diagnose(parsed, compiled_unit, names)
            compiled_unit = replace(compiled_unit, errors=(*compiled_unit.errors, *included.not_opened))
            if header:
                if compiled_unit.error_count or included.missing or not included.spellings.issuperset(header.spellings):
                    raise _PchMismatchError
                included.outside |= set(map(escape_invalid, header.files))
            reached, outside = included.reached, tuple(sorted(included.outside))
            compiled_unit = replace(compiled_unit, missing=tuple(included.missing), reached=tuple(sorted(reached)))
            if why := _incompleteness_reason(compiled_unit):
                compiled_unit = replace(compiled_unit, outcome=why)
                lines = included.directives
                files = {each: CompiledFile(includes=tuple(sorted(lines[each].items()))) for each in reached}
                return Reading(compiled_unit, files, outside=outside)
            open_ = {each for each in reached - {path} if not self._is_guarded(parsed, each)}
            sizes = _Names(lambda name: _size(os.path.join(unit.folder, name)))  # noqa: PTH118 - keeps surrogates
            wanted = {each: f"{self._root}/{each}" for each in sorted(reached - self._done | open_)}
            files = Visitor(self._lib, parsed, wanted, names, sizes).run(included.directives, reached, self._directives)
            self._done |= wanted.keys() - open_
            return Reading(compiled_unit, files, tuple(sorted(open_)), outside)
        finally:
            if parsed:
                self._lib.disposeTranslationUnit(parsed)
            if compiled_unit.outcome:
                self.start()  # what follows must not miss the bodies that this one has parsed in vain

    def _parse(
        self, unit: Unit, header: Precompiled | None, names: _Names, inclusions: _Included
    ) -> tuple[int | None, str]:
        """The parsed unit, or None and why."""
        lib = self._lib
        failed: list[BaseException] = []

        def included(_data: Any, info: Any) -> None:
            try:
                inclusion = info.contents
                handle, line = c_void_p(), c_uint()
                lib.indexLoc_getFileLocation(inclusion.hash_location, None, byref(handle), byref(line), None, None)
                spelling = (inclusion.filename or b"").decode("utf-8", "replace")
                inclusions.spellings.add(spelling)
                including_file = lib.path(handle.value) if handle.value else ""
                if not inclusion.file:
                    inclusions.missing[
                        (names[including_file] if including_file else None) or escape_invalid(including_file),
                        line.value,
                        spelling,
                    ] = None
                    return
                target_name = lib.path(inclusion.file)
                target = names[target_name]
                if target is None:
                    full = os.path.normpath(os.path.join(unit.folder, target_name))  # noqa: PTH118
                    inclusions.outside.add(escape_invalid(full))
                    if self._overlay and full in self._overlay.files:
                        by = including_file or unit.file
                        inclusions.not_opened[names[by] or escape_invalid(by), line.value, f"{spelling} {NOTE}"] = None
                else:
                    inclusions.reached.add(target)
                if including_file and (file := names[including_file]) is not None:
                    inclusions.directives[file][line.value] = target or ""
            except BaseException as error:  # noqa: BLE001 - nothing may pass through libclang's frames
                failed.append(error)

        words = [os.fsencode(word) for word in (*_without_found_headers(unit.arguments), *self._own(unit.folder))]
        if header:
            words += [*map(os.fsencode, _NO_MODULES), b"-include-pch", os.fsencode(header.path)]
        arguments = (c_char_p * len(words))(*words)
        callbacks = Callbacks(included=INCLUDED(included))
        parsed = c_void_p()
        code = lib.indexSourceFile(
            self._action,
            None,
            byref(callbacks),
            CALLBACKS_SIZE,
            _SKIP_PARSED_BODIES | _NO_WARNINGS,
            os.fsencode(unit.file),
            arguments,
            len(words),
            None,
            0,
            byref(parsed),
            _RECORD | _KEEP_GOING,
        )
        if failed:
            raise failed[0]
        if parsed.value and code == 0:
            return parsed.value, ""
        if parsed.value:
            lib.disposeTranslationUnit(parsed.value)
        if not Path(unit.file).is_file():
            return None, "the file is gone"
        return None, {2: "the compiler crashed"}.get(code, "the compiler cannot read it")

    def _own(self, folder: str) -> list[str]:
        """The flags that we add."""
        own = [f"-working-directory={folder}", "-w", "-ferror-limit=0", "-Wno-unknown-warning-option"]
        if (headers := builtin_headers()) is not None:
            own += ["-resource-dir", headers]
        if self._overlay:
            own += ["-ivfsoverlay", self._overlay.path]
        return own

    def _inside(self, name: str, folder: str) -> str | None:
        """The path from the root of a file of the repository."""
        real = os.path.realpath(os.path.join(folder, name))  # noqa: PTH118 - keeps surrogates
        path = real[len(self._prefix) :] if real.startswith(self._prefix) else None
        return path if path in self._all else None

    def _is_guarded(self, parsed: int, path: str) -> bool:
        handle = self._lib.getFile(parsed, os.fsencode(f"{self._root}/{path}"))
        return bool(handle) and bool(self._lib.isFileMultipleIncludeGuarded(parsed, handle))

    def _diagnose(self, parsed: int, compiled_unit: CompiledUnit, names: _Names) -> CompiledUnit:
        """The unit with its errors; headers that were not found are reported elsewhere."""
        lib = self._lib
        errors: list[tuple[str, int, str]] = []
        for number in range(lib.getNumDiagnostics(parsed)):
            diagnostic = lib.getDiagnostic(parsed, number)
            text = lib.text(lib.getDiagnosticSpelling(diagnostic))
            if lib.getDiagnosticSeverity(diagnostic) >= _ERROR and not text.endswith(_NOT_FOUND):
                handle, line = c_void_p(), c_uint()
                location = lib.getDiagnosticLocation(diagnostic)
                lib.getFileLocation(location, byref(handle), byref(line), byref(c_uint()), byref(c_uint()))
                name = lib.path(handle.value) if handle.value else ""
                errors.append(((names[name] or escape_invalid(name)) if name else "", line.value, text))
            lib.disposeDiagnostic(diagnostic)
        return replace(compiled_unit, errors=tuple(errors[:_MAX_ERRORS]), error_count=len(errors))

    def _unknown_flags(self, arguments: Sequence[str]) -> tuple[str, ...]:
        """Notes on the flags that clang does not know, which an indexing session passes over in silence."""
        alone = (flag[0] for flag in flags(arguments) if len(flag) == 1)
        asked = tuple(word for word in alone if not word.startswith(_SAY_NOTHING_OF_FLAGS))
        if asked not in self._flags:
            self._flags[asked] = self._ask_flags(asked)
        return self._flags[asked]

    def _ask_flags(self, asked: Sequence[str]) -> tuple[str, ...]:
        lib = self._lib
        words = (c_char_p * len(asked))(*map(os.fsencode, asked))
        empty = CXUnsavedFile(b"kgraph-flags.cpp", b"", 0)
        parsed, notes = c_void_p(), []
        lib.parseTranslationUnit2(
            self._index, b"kgraph-flags.cpp", words, len(words), byref(empty), 1, 0, byref(parsed)
        )
        if not parsed.value:
            return ()
        for number in range(lib.getNumDiagnostics(parsed.value)):
            diagnostic = lib.getDiagnostic(parsed.value, number)
            if lib.getDiagnosticSeverity(diagnostic) >= _ERROR:
                notes.append(f"flag not known to clang: {lib.text(lib.getDiagnosticSpelling(diagnostic))}")
            lib.disposeDiagnostic(diagnostic)
        lib.disposeTranslationUnit(parsed.value)
        return tuple(notes)


def _without_found_headers(arguments: Sequence[str]) -> Iterator[str]:
    """The flags, with `-include x` for clang's frontend alone.

    The driver would read `x.pch` or `x.gch` in its place if there is one: made by another compiler, or to hurt.
    """
    for flag in flags(arguments):
        if flag[0] in ("-include", "-imacros"):
            yield from (word for each in flag for word in ("-Xclang", each))
        else:
            yield from flag


def _incompleteness_reason(compiled_unit: CompiledUnit) -> str:
    """Why a unit's declarations are not to be relied on, "" where they are."""
    if compiled_unit.missing:
        return f"header not found: {compiled_unit.missing[0][2]}"
    return f"{compiled_unit.error_count} errors" if compiled_unit.error_count > _MAX_ERRORS else ""


def escape_invalid(text: str) -> str:
    """A text that may leave the process: bytes that are no UTF-8 are shown by their numbers."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size  # noqa: PTH116
    except OSError:
        return 0
