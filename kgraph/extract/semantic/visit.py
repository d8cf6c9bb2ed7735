"""One parsed translation unit, walked: declarations, and what uses what.

Comes in: a unit of libclang's, and the files of the repository to tell about. Goes out: `CompiledFile`s.

The walk goes down only where a declaration stands in a file to tell about. Functions, classes and variables are walked
by a visit of their own, so that it is known what is around a use. What is used is told by the place where it is
declared: an instantiation stands where its template does, and no text of names must be made for a million uses.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping
from ctypes import byref, c_uint, c_void_p
from pathlib import Path
from typing import Any

from kgraph.extract.semantic.libclang import VISITOR, CXCursor, CXLocation, Library
from kgraph.model import ROLES, CompiledFile, CompiledUse, Kind, MadeSymbol

_RECURSE, _CONTINUE = 2, 1
_IN_MACRO = 0x80000000
_KIND_NUMBERS = {kind: number for number, kind in enumerate(Kind)}
_BITS = {role: 1 << bit for bit, role in enumerate(ROLES)}

# libclang's kinds of cursors, as our kinds.
_KINDS: dict[int, Kind] = {
    2: Kind.STRUCT,
    3: Kind.UNION,
    4: Kind.CLASS,
    5: Kind.ENUM,
    6: Kind.FIELD,
    7: Kind.ENUMERATOR,
    8: Kind.FUNCTION,
    9: Kind.VARIABLE,
    20: Kind.TYPE_ALIAS,
    21: Kind.METHOD,
    22: Kind.NAMESPACE,
    24: Kind.CONSTRUCTOR,
    25: Kind.DESTRUCTOR,
    26: Kind.CONVERSION,
    30: Kind.FUNCTION,  # a template of any function
    31: Kind.CLASS,  # a template of a class, struct or union
    32: Kind.CLASS,  # a partial specialization
    36: Kind.TYPE_ALIAS,
    501: Kind.MACRO,
    601: Kind.TYPE_ALIAS,
    604: Kind.CONCEPT,
}
_CLASSES = frozenset({2, 3, 4, 31, 32})
_FUNCTIONS = frozenset({8, 21, 24, 25, 26, 30})
_VARIABLES = frozenset({Kind.VARIABLE, Kind.FIELD})
_TYPES = _CLASSES | {5}  # and enums
_TEMPLATES = frozenset({30, 31, 32})
_UNEXPOSED, _VARIABLE, _CONSTRUCTOR, _BASE, _FRIEND, _MACRO_USE = 1, 9, 24, 44, 603, 502
_OPERATOR_ASSIGN, _UNARY_ADDRESS, _UNARY_STEPS = 22, 5, frozenset({1, 2, 3, 4})
_ACCESS = {1: "public", 2: "protected", 3: "private"}
_INTERNAL = frozenset({2, 3})  # linkage: static, or of an anonymous namespace
DEFINITION, MADE, IS_FRIEND, ACCESS_SHIFT = 1, 2, 4, 3


class _File:
    """What is gathered about one file."""

    __slots__ = (
        *("extents", "includes", "lines", "macros", "made", "names", "path", "paths", "rows", "size"),
        *("target_names", "target_rows", "targets", "text", "uses", "usrs"),
    )

    def __init__(self, path: str, text: bytes) -> None:
        self.path = path
        self.text = text
        self.size = len(text)
        self.lines = array("I", [0])
        at = text.find(b"\n")
        while at >= 0:
            self.lines.append(at + 1)
            at = text.find(b"\n", at + 1)
        self.names: list[str] = []
        self.usrs: list[str] = []
        self.rows: list[tuple[int, ...]] = []
        self.extents: list[tuple[int, int, int]] = []  # first and last offset of declarations, and their rows
        self.made: dict[int, MadeSymbol] = {}
        self.paths: dict[str, int] = {}
        self.targets: dict[int, int] = {}  # key of a target of the unit -> its row here
        self.target_names: list[str] = []
        self.target_rows = array("i")
        self.uses: set[tuple[int, int, int, int, int]] = set()
        self.macros: list[tuple[int, int]] = []  # offset and row of the target
        self.includes: dict[int, str] = {}

    def line(self, offset: int) -> int:
        return bisect_right(self.lines, offset)

    def facts(self) -> CompiledFile:
        self._place_macros()
        return CompiledFile(
            tuple(self.names),
            tuple(self.usrs),
            array("i", [value for row in self.rows for value in row]).tobytes(),
            self.made,
            tuple(self.paths),
            tuple(self.target_names),
            self.target_rows.tobytes(),
            array("i", [value for use in sorted(self.uses) for value in use]).tobytes(),
            tuple(sorted(self.includes.items())),
        )

    def _place_macros(self) -> None:
        """Find the declaration around each use of a macro: the preprocessor tells them apart from all others."""
        extents = sorted(self.extents, key=lambda extent: (extent[0], -extent[1]))
        around: list[tuple[int, int, int]] = []
        at = 0
        for offset, target in sorted(self.macros):
            while at < len(extents) and extents[at][0] <= offset:
                around.append(extents[at])
                at += 1
            while around and around[-1][1] <= offset:
                around.pop()
            source = around[-1][2] if around else -1
            self.uses.add((CompiledUse.EXPANSION, target, source, self.line(offset), 0))


class _Target:
    """A declaration that something refers to."""

    __slots__ = ("kind", "line", "name", "number", "offset", "path", "reads")

    def __init__(self, number: int, path: str, kind: Kind, offset: int, line: int, name: str) -> None:
        self.number = number
        self.path = path
        self.kind = kind
        self.offset = offset
        self.line = line
        self.name = name
        self.reads = kind in _VARIABLES


class Visitor:
    """Walks one unit, and keeps what it says of the files in `wanted`."""

    def __init__(
        self,
        lib: Library,
        unit: int,
        wanted: Mapping[str, str],
        known: Mapping[str, str | None],
        sizes: Mapping[str, int],
    ) -> None:
        """`wanted` gives the absolute path of each file to tell about by its path from the root; `known` the path from
        the root of a file by what libclang calls it, None for files of no interest, and `sizes` its bytes."""
        self._sizes = sizes
        self._lib = lib
        self._unit = unit
        self._known = known
        self._files: dict[str, _File] = {}
        self._wanted = wanted
        self._starts: list[int] = []  # of the stretches of locations that files take, sorted
        self._stretches: list[tuple[int, int, _File | None, str | None]] = []  # start, end, file, path
        self._stretch: tuple[int, int, _File | None, str | None] = (0, 0, None, None)
        self._decls: dict[int, _Target | None] = {}  # by libclang's address of a declaration
        self._local: dict[int, bool] = {}
        self._source: tuple[_File | None, int] = (None, -1)
        self._source_cursor = 0  # address of the declaration whose children are walked
        self._in_function = False
        self._around_local = False  # inside of a class that a function declares
        self._calls: dict[int, list[tuple[_Target, _File, int]]] = defaultdict(list)  # not yet met by name
        self._role = (0, 0)  # address of an expression, and the role that its first child has
        self._handlers: dict[int, Any] = self._table()
        self._callback = VISITOR(self._on)
        self._error: BaseException | None = None

    def _table(self) -> dict[int, Any]:
        table: dict[int, Any] = dict.fromkeys((106, 107, 108, 109, 110, 501, 503), self._skip)
        table |= dict.fromkeys(_KINDS.keys() - {501}, self._declaration)
        table |= {
            _UNEXPOSED: self._unexposed,
            43: self._type,
            44: self._base,
            45: self._type,
            46: self._name,
            47: self._member_name,
            49: self._overloaded,
            101: self._name,
            102: self._name,
            103: self._call,
            111: self._parentheses,
            112: self._unary,
            114: self._binary,
            115: self._compound,
            _MACRO_USE: self._macro,
        }
        return table

    def run(self, includes: Mapping[str, Mapping[int, str]]) -> dict[str, CompiledFile]:
        """What the unit says of the wanted files; `includes` are the directives carried out, by file and line."""
        for path, full in self._wanted.items():
            try:
                self._files[path] = _File(path, Path(full).read_bytes())
            except OSError:
                continue  # gone since the compiler read it
        self._lib.visitChildren(self._lib.getTranslationUnitCursor(self._unit), VISITOR(self._top()), None)
        if self._error:
            raise self._error
        for path, found in includes.items():
            if path in self._files:
                self._files[path].includes.update(found)
        return {path: file.facts() for path, file in self._files.items()}

    # --- the walk ---

    def _top(self) -> Callable[[CXCursor, CXCursor, Any], int]:
        """What is done at the top of a unit, where nine of ten cursors are of files of no interest, one after the
        other."""
        location_of, on = self._lib.getCursorLocation, self._on
        start = end = 0  # the stretch of locations of a file of no interest

        def visit(cursor: CXCursor, parent: CXCursor, data: Any) -> int:
            nonlocal start, end
            if cursor.kind in (501, 503):  # definitions of macros, includes
                return _CONTINUE
            if start <= location_of(cursor).number < end:
                return _CONTINUE
            result = on(cursor, parent, data)
            start, end, file, _ = self._stretch
            if file is not None:
                start = end = 0
            return result

        return visit

    def _on(self, cursor: CXCursor, parent: CXCursor, _data: Any) -> int:
        handler = self._handlers.get(cursor.kind)
        if handler is None:
            return _RECURSE
        try:
            result: int = handler(cursor, parent)
        except BaseException as error:  # noqa: BLE001 - nothing may pass through libclang's frames
            self._error = self._error or error
            return 0
        return result

    def _skip(self, _cursor: CXCursor, _parent: CXCursor) -> int:
        return _CONTINUE

    def _inside(self, cursor: CXCursor, source: tuple[_File | None, int], *, in_function: bool) -> None:
        """Walk the children of a declaration."""
        kept = (self._source, self._source_cursor, self._in_function)
        self._source, self._source_cursor, self._in_function = source, cursor.data[0], in_function
        self._lib.visitChildren(cursor, self._callback, None)
        self._source, self._source_cursor, self._in_function = kept
        if not self._in_function and self._calls:
            for waiting in self._calls.values():
                for target, file, line in waiting:
                    self._use(CompiledUse.CALL, target, file, line, 0)
            self._calls.clear()

    # --- places ---

    def _place(self, location: CXLocation) -> tuple[_File | None, int, str | None]:
        """File (None if not wanted), offset and path (None if of no interest) of a location.

        A location's number is its file's start plus the offset in bytes; where a file starts is asked once for each
        time that it is included. In a macro it is the place of the use, or of the argument.
        """
        number = location.number
        if not number & _IN_MACRO:
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
        name = self._lib.text(self._lib.getFileName(handle.value))
        path = self._known[name]
        file = self._files.get(path) if path is not None else None
        if not number & _IN_MACRO:
            start = number - offset.value
            end = start + (file.size if file else self._sizes[name]) + 1
            at = bisect_right(self._starts, start)
            self._starts.insert(at, start)
            self._stretches.insert(at, (start, end, file, path))
        return file, offset.value, path

    def _here(self, cursor: CXCursor) -> tuple[_File | None, int]:
        file, offset, _ = self._place(self._lib.getCursorLocation(cursor))
        return file, offset

    # --- declarations ---

    def _declaration(self, cursor: CXCursor, parent: CXCursor) -> int:
        if self._in_function and cursor.kind not in _TYPES:
            return _RECURSE  # a local variable
        location = self._lib.getCursorLocation(cursor)
        file, offset, _ = self._place(location)
        if file is None:
            return _CONTINUE
        kind = self._kind(cursor)
        if kind is None:
            return _RECURSE
        row = self._declare(cursor, parent, kind, file, offset, in_macro=bool(location.number & _IN_MACRO))
        number = cursor.kind
        if number in _CLASSES or number in _FUNCTIONS or number == _VARIABLE:
            self._relations(cursor, number, file, row)
        around_local = self._around_local
        self._around_local = around_local or self._in_function
        self._inside(cursor, (file, row), in_function=number in _FUNCTIONS)
        self._around_local = around_local
        return _CONTINUE

    def _unexposed(self, cursor: CXCursor, parent: CXCursor) -> int:
        """What libclang has no name for: a variable template, or `extern "C"`, or anything in an expression."""
        if self._in_function or self._kind(cursor) is None:
            return _RECURSE
        return self._declaration(cursor, parent)

    def _kind(self, cursor: CXCursor) -> Kind | None:
        number = cursor.kind
        if number in _TEMPLATES:
            number = self._lib.getTemplateCursorKind(cursor)
        elif number == _UNEXPOSED:
            if self._lib.text(self._lib.getCursorSpelling(cursor)):
                parent = self._lib.getCursorSemanticParent(cursor).kind
                return Kind.FIELD if parent in _CLASSES else Kind.VARIABLE
            return None
        if number == _VARIABLE and self._lib.getCursorSemanticParent(cursor).kind in _CLASSES:
            return Kind.FIELD  # a static one
        return _KINDS.get(number)

    def _declare(
        self, cursor: CXCursor, parent: CXCursor, kind: Kind, file: _File, offset: int, *, in_macro: bool
    ) -> int:
        lib = self._lib
        row = len(file.rows)
        extent = lib.getCursorExtent(cursor)
        begin = self._place(CXLocation(extent.pointers, extent.begin))
        end = self._place(CXLocation(extent.pointers, extent.end))
        first = begin[1] if begin[0] is file else offset
        last = end[1] if end[0] is file else offset
        name = lib.text(lib.getCursorSpelling(cursor))
        flags = bool(lib.isCursorDefinition(cursor)) | (in_macro * MADE) | ((parent.kind == _FRIEND) * IS_FRIEND)
        flags |= lib.getCXXAccessSpecifier(cursor) << ACCESS_SHIFT
        around = self._source[1] if self._source[0] is file else -1
        number, line = _KIND_NUMBERS[kind], file.line(offset)
        file.rows.append((number, offset, line, file.line(first), file.line(max(first, last - 1)), around, flags))
        file.names.append(name)
        file.usrs.append(lib.text(lib.getCursorUSR(cursor)))
        if kind is not Kind.NAMESPACE:
            file.extents.append((first, last, row))
        if (
            in_macro
            or self._in_function
            or self._around_local
            or not file.text.startswith(name.partition("<")[0].encode("utf-8", "surrogateescape"), offset)
        ):
            file.made[row] = self._made(cursor, kind)
        return row

    def _made(self, cursor: CXCursor, kind: Kind) -> MadeSymbol:
        lib = self._lib
        shown = lib.text(lib.getCursorDisplayName(cursor))
        key, arity = "", -1
        if cursor.kind in _FUNCTIONS:
            key = shown[shown.find("(") :] if "(" in shown else "()"
            key = key.replace(", ", ",").replace(" &", "&").replace(" *", "*")
            arity = key.count(",") + 1 if key != "()" else 0
        local = lib.getCursorLinkage(cursor) in _INTERNAL and kind in (Kind.FUNCTION, Kind.VARIABLE)
        local = local or self._in_function or self._around_local
        return MadeSymbol(self._scope(cursor), key, arity, shown, local)

    def _scope(self, cursor: CXCursor) -> str:
        names: list[str] = []
        parent = self._lib.getCursorSemanticParent(cursor)
        while parent.kind in _KINDS and len(names) < 100:
            in_macro = self._lib.getCursorLocation(parent).number & _IN_MACRO
            if not (in_macro and self._lib.Cursor_isInlineNamespace(parent)):  # no text could spell it
                names.append(self._lib.text(self._lib.getCursorSpelling(parent)) or "(anonymous namespace)")
            parent = self._lib.getCursorSemanticParent(parent)
        return "::".join(reversed(names))

    def _relations(self, cursor: CXCursor, number: int, file: _File, row: int) -> None:
        """What a declaration overrides, and which template it specializes."""
        lib = self._lib
        line = file.rows[row][2]
        source = (file, row)
        if number in (21, 25, 26):
            for method in lib.overridden(cursor):
                if target := self._target(method):
                    self._use_from(source, CompiledUse.OVERRIDE, target, file, line, 0)
        template = lib.getSpecializedCursorTemplate(cursor)
        if template.kind in _KINDS and (target := self._target(template)):
            start = file.lines[file.rows[row][3] - 1]
            head = file.text[start : start + 400].lstrip()
            is_specialization = number == 32 or head.replace(b" ", b"").startswith(b"template<")
            what = CompiledUse.SPECIALIZATION if is_specialization else CompiledUse.REFERENCE
            self._use_from(source if is_specialization else self._source, what, target, file, line, 0)

    # --- what is used ---

    def _target(self, cursor: CXCursor) -> _Target | None:
        """The declaration that a cursor is, if it may be a symbol of the repository."""
        address = cursor.data[0]
        if address not in self._decls:
            self._decls[address] = self._new_target(cursor)
        return self._decls[address]

    def _new_target(self, cursor: CXCursor) -> _Target | None:
        kind = self._kind(cursor) if cursor.kind in _KINDS or cursor.kind == _UNEXPOSED else None
        if kind is None or (kind is not Kind.MACRO and self._is_local(cursor)):
            return None
        location = self._lib.getCursorLocation(cursor)
        file, offset, path = self._place(location)
        if path is None and kind is not Kind.MACRO:  # declared by what the build makes, and perhaps defined here
            location = self._lib.getCursorLocation(self._lib.getCursorDefinition(cursor))
            file, offset, path = self._place(location)
        if path is None:
            return None
        name = self._lib.text(self._lib.getCursorSpelling(cursor))
        if file is not None:
            line = file.line(offset)
        else:
            number = c_uint()
            self._lib.getFileLocation(location, byref(c_void_p()), byref(number), byref(c_uint()), byref(c_uint()))
            line = number.value
        return _Target(len(self._decls), path, kind, offset, line, name)

    def _is_local(self, cursor: CXCursor) -> bool:
        """Whether something is a variable of a function, or the like: types that a function declares are symbols."""
        parent = self._lib.getCursorSemanticParent(cursor)
        if parent.kind in _FUNCTIONS:
            return cursor.kind not in _TYPES
        if parent.kind not in _CLASSES and parent.kind != 5:
            return False
        address = parent.data[0]
        if address not in self._local:
            self._local[address] = self._is_local(parent)
        return self._local[address]

    def _use(self, what: CompiledUse, target: _Target, file: _File, line: int, roles: int) -> None:
        self._use_from(self._source, what, target, file, line, roles)

    def _use_from(
        self,
        source: tuple[_File | None, int],
        what: CompiledUse,
        target: _Target,
        file: _File,
        line: int,
        roles: int,
    ) -> None:
        row = file.targets.get(target.number)
        if row is None:
            row = file.targets[target.number] = len(file.target_names)
            path = file.paths.setdefault(target.path, len(file.paths))
            file.target_names.append(target.name)
            file.target_rows.extend((_KIND_NUMBERS[target.kind], target.offset, target.line, path))
        file.uses.add((what, row, source[1] if source[0] is file else -1, line, roles))

    def _name(self, cursor: CXCursor, parent: CXCursor) -> int:
        """A name in an expression, or that of a namespace."""
        target = self._target(self._lib.getCursorReferenced(cursor))
        if target is None:
            return _RECURSE
        file, offset = self._here(cursor)
        if file is None:
            return _RECURSE
        if waiting := self._calls.get(target.number):
            waiting.pop()
            self._use(CompiledUse.CALL, target, file, file.line(offset), 0)
            return _RECURSE
        roles = 0
        if target.reads:
            expression, role = self._role
            if role and expression == parent.data[1]:
                roles = role
                self._role = (0, 0)
            elif parent.kind == 100:  # a conversion from what is named to its value
                roles = _BITS["read"]
        self._use(CompiledUse.REFERENCE, target, file, file.line(offset), roles)
        return _RECURSE

    def _call(self, cursor: CXCursor, _parent: CXCursor) -> int:
        """A call: its line is that of the name, which comes among its children, unless there is none."""
        called = self._lib.getCursorReferenced(cursor)
        if called.kind not in _FUNCTIONS:
            return _RECURSE
        target = self._target(called)
        if target is None:
            return _RECURSE
        file, offset = self._here(cursor)
        if file is None:
            return _RECURSE
        if target.kind in (Kind.CONSTRUCTOR, Kind.CONVERSION) or called.kind == _CONSTRUCTOR:
            self._use(CompiledUse.CALL, target, file, file.line(offset), 0)
        else:
            self._calls[target.number].append((target, file, file.line(offset)))
        return _RECURSE

    def _overloaded(self, cursor: CXCursor, _parent: CXCursor) -> int:
        """A name in a template that may mean several functions: told where there is but one."""
        if self._lib.getNumOverloadedDecls(cursor) == 1:
            target = self._target(self._lib.getOverloadedDecl(cursor, 0))
            file, offset = self._here(cursor)
            if target is not None and file is not None:
                is_call = self._in_function and target.kind in (Kind.FUNCTION, Kind.METHOD)
                what = CompiledUse.CALL if is_call else CompiledUse.REFERENCE
                self._use(what, target, file, file.line(offset), 0)
        return _RECURSE

    def _member_name(self, cursor: CXCursor, _parent: CXCursor) -> int:
        """A member in a list of initialisers."""
        target = self._target(self._lib.getCursorReferenced(cursor))
        file, offset = self._here(cursor)
        if target is not None and file is not None:
            self._use(CompiledUse.REFERENCE, target, file, file.line(offset), _BITS["write"])
        return _RECURSE

    def _type(self, cursor: CXCursor, parent: CXCursor) -> int:
        """The name of a type or of a class template."""
        referenced = self._lib.getCursorReferenced(cursor)
        target = self._target(referenced)
        if target is None:
            return _RECURSE
        file, offset = self._here(cursor)
        if file is None:
            return _RECURSE
        if parent.kind == _BASE and self._base_of(parent) is target:
            return _RECURSE
        declares = not self._in_function and parent.kind not in _CLASSES and parent.kind != 22
        own = parent.data[0] == self._source_cursor and (declares or parent.kind in _FUNCTIONS)
        if own and parent.kind in _FUNCTIONS:  # the class in front of `::`
            own = self._target(self._lib.getCursorSemanticParent(parent)) is not target
        what = CompiledUse.TYPE_USE if own and self._source[1] >= 0 else CompiledUse.REFERENCE
        self._use(what, target, file, file.line(offset), 0)
        return _RECURSE

    def _base(self, cursor: CXCursor, _parent: CXCursor) -> int:
        target = self._base_of(cursor)
        file, offset = self._here(cursor)
        if target is not None and file is not None and self._source[1] >= 0:
            access = _ACCESS.get(self._lib.getCXXAccessSpecifier(cursor), "")
            roles = _BITS.get(access, 0) | (_BITS["virtual"] if self._lib.isVirtualBase(cursor) else 0)
            self._use(CompiledUse.INHERITANCE, target, file, file.line(offset), roles)
        return _RECURSE

    def _base_of(self, cursor: CXCursor) -> _Target | None:
        """The class that a base specifier means, also behind an alias; a template for its instantiations."""
        lib = self._lib
        declared = lib.getTypeDeclaration(lib.getCanonicalType(lib.getCursorType(cursor)))
        target = self._target(declared) if declared.kind in _KINDS else None
        if target is None:
            referenced = lib.getCursorReferenced(cursor)
            target = self._target(referenced) if referenced.kind in _CLASSES else None
        if target is None:  # a dependent one: the template that is named
            found: list[CXCursor] = []

            def visit(child: CXCursor, _parent: CXCursor, _data: Any) -> int:
                if child.kind == 45:
                    found.append(lib.getCursorReferenced(child))
                return _CONTINUE

            lib.visitChildren(cursor, VISITOR(visit), None)
            target = self._target(found[0]) if found else None
        return target

    def _macro(self, cursor: CXCursor, _parent: CXCursor) -> int:
        file, offset = self._here(cursor)
        if file is None:
            return _CONTINUE
        target = self._target(self._lib.getCursorReferenced(cursor))
        if target is not None:
            row = len(file.uses)
            self._use(CompiledUse.EXPANSION, target, file, 0, 0)
            row = file.targets[target.number]
            file.uses.discard((CompiledUse.EXPANSION, row, -1, 0, 0))
            file.macros.append((offset, row))
        return _CONTINUE

    # --- roles ---

    def _parentheses(self, cursor: CXCursor, parent: CXCursor) -> int:
        expression, role = self._role
        if role and parent.data[1] == expression:
            self._role = (cursor.data[1], role)
        return _RECURSE

    def _unary(self, cursor: CXCursor, _parent: CXCursor) -> int:
        what = self._lib.getCursorUnaryOperatorKind(cursor)
        if what in _UNARY_STEPS:
            self._role = (cursor.data[1], _BITS["read"] | _BITS["write"])
        elif what == _UNARY_ADDRESS:
            self._role = (cursor.data[1], _BITS["address"])
        return _RECURSE

    def _binary(self, cursor: CXCursor, _parent: CXCursor) -> int:
        if self._lib.getCursorBinaryOperatorKind(cursor) == _OPERATOR_ASSIGN:
            self._role = (cursor.data[1], _BITS["write"])
        return _RECURSE

    def _compound(self, cursor: CXCursor, _parent: CXCursor) -> int:
        self._role = (cursor.data[1], _BITS["read"] | _BITS["write"])
        return _RECURSE
