"""Where cursors of one unit stand, and which declarations they refer to.

Input: cursors and locations of libclang's. Output: files with offsets in bytes, and `Target`s. What is asked of
libclang once for each file and each declaration is kept, because it is needed a million times.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Mapping
from ctypes import byref, c_uint, c_void_p
from typing import Any

from kgraph.extract.semantic.cursors import (
    BASE,
    CLASSES,
    CONSTRUCTOR,
    CONTINUE,
    EXTERNAL,
    FUNCTION,
    FUNCTIONS,
    IN_MACRO,
    KINDS,
    TEMPLATES,
    TYPES,
    UNEXPOSED,
    VARIABLE,
)
from kgraph.extract.semantic.file_facts import CompiledFileBuilder, Target
from kgraph.extract.semantic.libclang import VISITOR, CXCursor, CXLocation, Library
from kgraph.model import Kind

_MAX_BASES = 100  # that are looked through for a constructor
_MAX_POINTERS = 8  # of a type
_OWN = ("__builtin_", "__cudaPushCallConfiguration")


class Targets:
    """What is known of one unit's places and declarations."""

    def __init__(
        self,
        lib: Library,
        files: Mapping[str, CompiledFileBuilder],
        path_of: Mapping[str, str | None],
        sizes: Mapping[str, int],
    ) -> None:
        """`files` are those to report on, by path from the root; `path_of` gives the path from the root of a file by
        what libclang calls it, None for files of no interest, and `sizes` its bytes."""
        self._lib = lib
        self._files = files
        self._path_of = path_of
        self._sizes = sizes
        self._starts: list[int] = []  # of the stretches of locations that files take, sorted
        self._stretches: list[tuple[int, int, CompiledFileBuilder | None, str | None]] = []  # start, end, file, path
        self._stretch: tuple[int, int, CompiledFileBuilder | None, str | None] = (0, 0, None, None)
        self._decls: dict[int, Target | None] = {}  # by libclang's address of a declaration
        self._macros: dict[tuple[str, int], Target] = {}
        self._local: dict[int, bool] = {}

    def idle_stretch(self) -> tuple[int, int]:
        """The stretch of locations that was met last, if its file is of no interest."""
        start, end, file, _ = self._stretch
        return (start, end) if file is None else (0, 0)

    def place(self, location: CXLocation) -> tuple[CompiledFileBuilder | None, int, str | None]:
        """File (None if not wanted), offset and path (None if of no interest) of a location.

        A location's number is its file's start plus the offset in bytes; where a file starts is asked once for each
        time that it is included. In a macro it is the place of the use, or of the argument.
        """
        number = location.number
        if not number & IN_MACRO:
            start, end, file, path = self._stretch
            if start <= number < end:
                return file, number - start, path
            at = bisect_right(self._starts, number) - 1
            if at >= 0:
                start, end, file, path = self._stretch = self._stretches[at]
                if number < end:
                    return file, number - start, path
        handle, line, column, offset = c_void_p(), c_uint(), c_uint(), c_uint()
        self._lib.getFileLocation(location, byref(handle), byref(line), byref(column), byref(offset))
        if not handle.value:
            return None, 0, None
        name = self._lib.path(handle.value)
        path = self._path_of[name]
        file = self._files.get(path) if path is not None else None
        if not number & IN_MACRO:
            start = number - offset.value
            end = start + (file.size if file else self._sizes[name]) + 1
            at = bisect_right(self._starts, start)
            self._starts.insert(at, start)
            self._stretches.insert(at, (start, end, file, path))
        return file, offset.value, path

    def locate(self, cursor: CXCursor) -> tuple[CompiledFileBuilder | None, int]:
        file, offset, _ = self.place(self._lib.getCursorLocation(cursor))
        return file, offset

    def find_skipped(self, unit: int, path: str) -> list[tuple[int, int, bool]]:
        """First and last offset of what the preprocessor skipped in a file of the unit, each with True."""
        ranges = self._lib.find_skipped(unit, self._lib.getFile(unit, os.fsencode(path)))
        return [(self.place(first)[1], self.place(last)[1], True) for first, last in ranges]

    def kind(self, cursor: CXCursor) -> Kind | None:
        number = cursor.kind
        if number in TEMPLATES:
            number = self._lib.getTemplateCursorKind(cursor)
        elif number == UNEXPOSED:
            if self._lib.text(self._lib.getCursorSpelling(cursor)):
                parent = self._lib.getCursorSemanticParent(cursor).kind
                return Kind.FIELD if parent in CLASSES else Kind.VARIABLE
            return None
        if number == VARIABLE and self._lib.getCursorSemanticParent(cursor).kind in CLASSES:
            return Kind.FIELD  # a static one
        return KINDS.get(number)

    def target(self, cursor: CXCursor) -> Target | None:
        """The declaration that a cursor is, if it may be a symbol of the repository."""
        address = cursor.data[0]
        if address not in self._decls:
            self._decls[address] = self._new(cursor)
        return self._decls[address]

    def macro(self, path: str, offset: int, line: int, name: str) -> Target:
        """A macro that a text names."""
        target = self._macros.get((path, offset))
        if target is None:  # with a number that no declaration has
            target = self._macros[path, offset] = Target(-1 - len(self._macros), path, Kind.MACRO, offset, line, name)
        return target

    def _new(self, cursor: CXCursor) -> Target | None:
        kind = self.kind(cursor) if cursor.kind in KINDS or cursor.kind == UNEXPOSED else None
        if kind is None or (kind is not Kind.MACRO and self._is_local(cursor)):
            return None
        if cursor.kind == CONSTRUCTOR:
            class_ = self._lib.getCursorSemanticParent(cursor)
            if self._lib.getCursorLocation(cursor).number == self._lib.getCursorLocation(class_).number:
                return None  # no text declares it
            if inherited := self._find_inherited_constructor(cursor):
                return inherited
        if (
            kind is Kind.NAMESPACE
        ):  # where it was first opened: which one is referred to, depends on how headers are read
            cursor = self._lib.getCanonicalCursor(cursor)
        location = self._lib.getCursorLocation(cursor)
        file, offset, path = self.place(location)
        if path is None and kind is not Kind.MACRO:  # declared by what the build makes, and perhaps defined here
            location = self._lib.getCursorLocation(self._lib.getCursorDefinition(cursor))
            file, offset, path = self.place(location)
        if path is None:
            return None
        name = self._lib.text(self._lib.getCursorSpelling(cursor))
        if name.startswith(_OWN):  # the compiler's, which no text calls by name, or which stand where they are called
            return None
        if file is not None:
            line = file.line(offset)
        else:
            number = c_uint()
            self._lib.getFileLocation(location, byref(c_void_p()), byref(number), byref(c_uint()), byref(c_uint()))
            line = number.value
        return Target(len(self._decls), path, kind, offset, line, name)

    def _find_inherited_constructor(self, constructor: CXCursor) -> Target | None:
        """What `using Base::Base;` makes of a constructor of a base: that one, or else the class that has it by this.

        All that are inherited stand at the same place, that of the using-declaration.
        """
        lib = self._lib
        name, class_ = lib.text(lib.getCursorSpelling(constructor)), lib.getCursorSemanticParent(constructor)
        own = lib.text(lib.getCursorSpelling(class_))
        if class_.kind not in CLASSES or name.partition("<")[0] == own.partition("<")[0]:
            return None
        wanted = lib.text(lib.getCursorDisplayName(constructor))
        pending = [class_]
        for _ in range(_MAX_BASES):
            if not pending:
                break
            for child in self.children(pending.pop()):
                if child.kind == BASE:
                    pending.append(lib.getTypeDeclaration(lib.getCanonicalType(lib.getCursorType(child))))
                elif child.kind == CONSTRUCTOR and lib.text(lib.getCursorDisplayName(child)) == wanted:
                    return self.target(child)
        return self.target(class_)

    def children(self, cursor: CXCursor) -> list[CXCursor]:
        """What stands directly in a cursor."""
        found: list[CXCursor] = []

        def visit(child: CXCursor, _parent: CXCursor, _data: Any) -> int:
            found.append(CXCursor.from_buffer_copy(child))
            return CONTINUE

        self._lib.visitChildren(cursor, VISITOR(visit), None)
        return found

    def find_named_class(self, reference: CXCursor, declared: CXCursor) -> Target | None:
        """The class that the name of a template means in a declaration: the template, or the specialization that the
        arguments choose, for an instantiation stands where what it is made of does."""
        lib = self._lib
        template = self.target(lib.getCursorReferenced(reference))
        if template is None or declared.kind not in (6, 9, 10):  # fields, variables, parameters
            return template
        type_ = lib.getCanonicalType(lib.getCursorType(declared))
        for _ in range(_MAX_POINTERS):
            pointee = lib.getPointeeType(type_)
            if not pointee.kind:
                break
            type_ = lib.getCanonicalType(pointee)
        made = lib.getTypeDeclaration(type_)
        if made.kind not in CLASSES or lib.text(lib.getCursorSpelling(made)) != template.name:
            return template
        return self.target(made) or template

    def is_linked(self, cursor: CXCursor) -> bool:
        """Whether a variable or function, wherever it is declared, is one that other files see: `extern int x;`."""
        return cursor.kind in (FUNCTION, VARIABLE) and self._lib.getCursorLinkage(cursor) == EXTERNAL

    def _is_local(self, cursor: CXCursor) -> bool:
        """Whether something is a variable of a function, or the like: types that a function declares are symbols."""
        parent = self._lib.getCursorSemanticParent(cursor)
        if parent.kind in FUNCTIONS:
            return cursor.kind not in TYPES and not self.is_linked(cursor)
        if parent.kind not in CLASSES and parent.kind != 5:
            return False
        address = parent.data[0]
        if address not in self._local:
            self._local[address] = self._is_local(parent)
        return self._local[address]

    def scope(self, cursor: CXCursor) -> str:
        """The qualified name of what something is a member of."""
        names: list[str] = []
        parent = self._lib.getCursorSemanticParent(cursor)
        while parent.kind in KINDS and len(names) < 100:
            in_macro = self._lib.getCursorLocation(parent).number & IN_MACRO
            if not (in_macro and self._lib.Cursor_isInlineNamespace(parent)):  # no text could spell it
                names.append(self._lib.text(self._lib.getCursorSpelling(parent)) or "(anonymous namespace)")
            parent = self._lib.getCursorSemanticParent(parent)
        return "::".join(reversed(names))

    def base_of(self, cursor: CXCursor) -> Target | None:
        """The class that a base specifier means, also behind an alias; a template for its instantiations."""
        lib = self._lib
        declared = lib.getTypeDeclaration(lib.getCanonicalType(lib.getCursorType(cursor)))
        target = self.target(declared) if declared.kind in KINDS else None
        if target is None:
            referenced = lib.getCursorReferenced(cursor)
            target = self.target(referenced) if referenced.kind in CLASSES else None
        if target is None:  # a dependent one: the template that is named
            template_cursors: list[CXCursor] = []

            def visit(child: CXCursor, _parent: CXCursor, _data: Any) -> int:
                if child.kind == 45:
                    template_cursors.append(lib.getCursorReferenced(child))
                return CONTINUE

            lib.visitChildren(cursor, VISITOR(visit), None)
            target = self.target(template_cursors[0]) if template_cursors else None
        return target
