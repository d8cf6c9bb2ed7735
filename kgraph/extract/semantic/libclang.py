"""The few functions of libclang that the semantic tier calls, by ctypes.

Input: the shared library of the wheel `libclang`. Output: functions with their C types. The wheel's own binding makes a
Python object of every cursor, location and file, which takes longer than the compiler takes to parse.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from ctypes import (
    CDLL,
    CFUNCTYPE,
    POINTER,
    Structure,
    byref,
    c_char_p,
    c_int,
    c_uint,
    c_ulong,
    c_void_p,
    sizeof,
)
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from kgraph.errors import MissingExtraError


class CXCursor(Structure):
    """A place in the tree: a declaration, expression, macro use, ..."""

    _fields_ = (("kind", c_int), ("xdata", c_int), ("data", c_void_p * 3))
    kind: int


class CXLocation(Structure):
    """A source location; the top bit of `number` tells that it comes of a macro."""

    _fields_ = (("pointers", c_void_p * 2), ("number", c_uint))
    number: int


class CXRange(Structure):
    """Two source locations."""

    _fields_ = (("pointers", c_void_p * 2), ("begin", c_uint), ("end", c_uint))
    begin: int
    end: int


class CXString(Structure):
    """A text that libclang owns."""

    _fields_ = (("data", c_void_p), ("flags", c_uint))


class CXType(Structure):
    """A type."""

    _fields_ = (("kind", c_int), ("data", c_void_p * 2))
    kind: int


class CXIndexLocation(Structure):
    """A source location as indexing callbacks report it."""

    _fields_ = (("pointers", c_void_p * 2), ("number", c_uint))


class CXIncluded(Structure):
    """What an indexing session reports for an include directive."""

    _fields_ = (
        ("hash_location", CXIndexLocation),
        ("filename", c_char_p),
        ("file", c_void_p),
        ("is_import", c_int),
        ("is_angled", c_int),
        ("is_module_import", c_int),
    )
    filename: bytes


class CXUnsavedFile(Structure):
    """A file that is not on disk."""

    _fields_ = (("name", c_char_p), ("content", c_char_p), ("length", c_ulong))


class CXRanges(Structure):
    """Several of them, which libclang owns."""

    _fields_ = (("count", c_uint), ("ranges", POINTER(CXRange)))
    count: int


VISITOR = CFUNCTYPE(c_int, CXCursor, CXCursor, c_void_p)
INCLUSION = CFUNCTYPE(None, c_void_p, c_void_p, c_uint, c_void_p)
INCLUDED = CFUNCTYPE(c_void_p, c_void_p, POINTER(CXIncluded))


class Callbacks(Structure):
    """What to report while a unit is indexed: here include directives alone."""

    _fields_ = (
        *((name, c_void_p) for name in ("abort", "diagnostic", "main_file")),
        ("included", INCLUDED),
        *((name, c_void_p) for name in ("imported_ast", "started", "declaration", "reference")),
    )


_SIGNATURES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "createIndex": (c_void_p, (c_int, c_int)),
    "disposeIndex": (None, (c_void_p,)),
    "IndexAction_create": (c_void_p, (c_void_p,)),
    "IndexAction_dispose": (None, (c_void_p,)),
    "indexSourceFile": (
        c_int,
        (
            *(c_void_p, c_void_p, POINTER(Callbacks), c_uint, c_uint, c_char_p, POINTER(c_char_p), c_int),
            *(c_void_p, c_uint, POINTER(c_void_p), c_uint),
        ),
    ),
    "indexLoc_getFileLocation": (
        None,
        (CXIndexLocation, c_void_p, POINTER(c_void_p), POINTER(c_uint), c_void_p, c_void_p),
    ),
    "parseTranslationUnit2": (
        c_int,
        (
            *(c_void_p, c_char_p, POINTER(c_char_p), c_int),
            *(POINTER(CXUnsavedFile), c_uint, c_uint, POINTER(c_void_p)),
        ),
    ),
    "saveTranslationUnit": (c_int, (c_void_p, c_char_p, c_uint)),
    "getInclusions": (None, (c_void_p, INCLUSION, c_void_p)),
    "disposeTranslationUnit": (None, (c_void_p,)),
    "getTranslationUnitCursor": (CXCursor, (c_void_p,)),
    "getNumDiagnostics": (c_uint, (c_void_p,)),
    "getDiagnostic": (c_void_p, (c_void_p, c_uint)),
    "disposeDiagnostic": (None, (c_void_p,)),
    "getDiagnosticSeverity": (c_int, (c_void_p,)),
    "getDiagnosticSpelling": (CXString, (c_void_p,)),
    "getDiagnosticLocation": (CXLocation, (c_void_p,)),
    "getFile": (c_void_p, (c_void_p, c_char_p)),
    "getFileName": (CXString, (c_void_p,)),
    "isFileMultipleIncludeGuarded": (c_uint, (c_void_p, c_void_p)),
    "getFileLocation": (
        None,
        (CXLocation, POINTER(c_void_p), POINTER(c_uint), POINTER(c_uint), POINTER(c_uint)),
    ),
    "getSkippedRanges": (POINTER(CXRanges), (c_void_p, c_void_p)),
    "disposeSourceRangeList": (None, (POINTER(CXRanges),)),
    "getCString": (c_char_p, (CXString,)),
    "disposeString": (None, (CXString,)),
    "visitChildren": (c_uint, (CXCursor, VISITOR, c_void_p)),
    "getCursorLocation": (CXLocation, (CXCursor,)),
    "getCursorExtent": (CXRange, (CXCursor,)),
    "getCursorReferenced": (CXCursor, (CXCursor,)),
    "getCursorDefinition": (CXCursor, (CXCursor,)),
    "getCanonicalCursor": (CXCursor, (CXCursor,)),
    "getCursorSemanticParent": (CXCursor, (CXCursor,)),
    "getCursorLexicalParent": (CXCursor, (CXCursor,)),
    "getCursorSpelling": (CXString, (CXCursor,)),
    "getCursorDisplayName": (CXString, (CXCursor,)),
    "getCursorUSR": (CXString, (CXCursor,)),
    "isCursorDefinition": (c_uint, (CXCursor,)),
    "getTemplateCursorKind": (c_int, (CXCursor,)),
    "getSpecializedCursorTemplate": (CXCursor, (CXCursor,)),
    "getOverriddenCursors": (None, (CXCursor, POINTER(POINTER(CXCursor)), POINTER(c_uint))),
    "disposeOverriddenCursors": (None, (POINTER(CXCursor),)),
    "getNumOverloadedDecls": (c_uint, (CXCursor,)),
    "getOverloadedDecl": (CXCursor, (CXCursor, c_uint)),
    "getCXXAccessSpecifier": (c_int, (CXCursor,)),
    "isVirtualBase": (c_uint, (CXCursor,)),
    "Cursor_isInlineNamespace": (c_uint, (CXCursor,)),
    "Cursor_isAnonymousRecordDecl": (c_uint, (CXCursor,)),
    "Cursor_getNumArguments": (c_int, (CXCursor,)),
    "Cursor_getArgument": (CXCursor, (CXCursor, c_uint)),
    "getUnqualifiedType": (CXType, (CXType,)),
    "Cursor_getTemplateArgumentType": (CXType, (CXCursor, c_uint)),
    "getCursorLinkage": (c_int, (CXCursor,)),
    "getCursorType": (CXType, (CXCursor,)),
    "getCanonicalType": (CXType, (CXType,)),
    "getTypeDeclaration": (CXCursor, (CXType,)),
    "getPointeeType": (CXType, (CXType,)),
    "getCursorBinaryOperatorKind": (c_int, (CXCursor,)),
    "getCursorUnaryOperatorKind": (c_int, (CXCursor,)),
    "toggleCrashRecovery": (None, (c_uint,)),
}


class Library:
    """The functions of libclang, without their prefix `clang_`."""

    def __init__(self, path: str) -> None:
        self._lib = CDLL(path)
        for name, (result, arguments) in _SIGNATURES.items():
            function = getattr(self._lib, f"clang_{name}")
            function.restype, function.argtypes = result, arguments
            setattr(self, name, function)

    def __getattr__(self, name: str) -> Callable[..., Any]:  # what the loop above sets, for the type checker
        raise AttributeError(name)

    def text(self, string: CXString) -> str:
        """A text of libclang's as one of ours."""
        value = self.getCString(string)
        self.disposeString(string)
        return value.decode("utf-8", "replace") if value else ""

    def path(self, file: int) -> str:
        """The name of a file; surrogate escapes stand for bytes that are no UTF-8."""
        string = self.getFileName(file)
        value = self.getCString(string)
        self.disposeString(string)
        return value.decode("utf-8", "surrogateescape") if value else ""

    def find_skipped(self, unit: int, file: int) -> list[tuple[CXLocation, CXLocation]]:
        """First and last location of what the preprocessor skipped in a file."""
        range_list = self.getSkippedRanges(unit, file)
        try:
            ranges = [range_list.contents.ranges[i] for i in range(range_list.contents.count)] if range_list else []
            return [(CXLocation(each.pointers, each.begin), CXLocation(each.pointers, each.end)) for each in ranges]
        finally:
            self.disposeSourceRangeList(range_list)

    def overridden(self, cursor: CXCursor) -> list[CXCursor]:
        """The methods that a method overrides directly."""
        overridden_cursors, count = POINTER(CXCursor)(), c_uint()
        self.getOverriddenCursors(cursor, byref(overridden_cursors), byref(count))
        if not overridden_cursors:
            return []
        cursors = [CXCursor.from_buffer_copy(overridden_cursors[i]) for i in range(count.value)]
        self.disposeOverriddenCursors(overridden_cursors)
        return cursors


CALLBACKS_SIZE = sizeof(Callbacks)
MAX_SECONDS = 20  # for a compiler of the system to say where its headers are


def is_installed() -> bool:
    """Whether the extra `kgraph-code[clang]` is here."""
    return find_spec("clang") is not None and builtin_headers() is not None


@cache
def library() -> Library:
    """Libclang, loaded once; `MissingExtraError` where it is not installed."""
    if find_spec("clang") is None:
        raise MissingExtraError("libclang", "clang")
    from clang.cindex import Config

    return Library(Config().get_filename())


@cache
def version() -> str:
    """Names the compiler: its answers for the same content may differ from version to version."""
    names = []
    for package in ("libclang", "clang-tidy"):
        try:
            names.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            names.append(f"{package} absent")
    return ", ".join(names)


@cache
def builtin_headers() -> str | None:
    """The folder with the compiler's own headers (`stddef.h`), which libclang does not bring along.

    The wheel `clang-tidy` has those of the same version; else those of a clang of the system serve.
    """
    candidates = [
        folder / "include" for base in _tidy_folders() for folder in sorted((base / "data/lib/clang").glob("*"))
    ]
    for name in ("clang-18", "clang", "clang-19", "clang-17", "clang-16"):
        if any((folder / "stddef.h").is_file() for folder in candidates):
            break
        try:
            command = [name, "-print-resource-dir"]
            said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=MAX_SECONDS).stdout
        except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
            continue
        candidates.append(Path(said.strip()) / "include")
    return next((str(folder.parent) for folder in candidates if (folder / "stddef.h").is_file()), None)


def _tidy_folders() -> Iterator[Path]:
    spec = find_spec("clang_tidy")
    for base in (spec.submodule_search_locations or []) if spec else []:
        yield Path(base)
