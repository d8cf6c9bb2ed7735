"""One parsed translation unit, walked: declarations, and what uses what.

Input: a unit of libclang's, and the files of the repository to report on. Output: `CompiledFile`s.

The walk goes down only where a declaration stands in a file to report on. Functions, classes and variables are walked
by a visit of their own, so that it is known what is around a use. What is used is given by the place where it is
declared: an instantiation stands where its template does, and no text of names must be made for a million uses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from kgraph.extract.semantic.cursors import (
    ACCESS,
    ACCESS_SHIFT,
    BASE,
    BITS,
    CLASSES,
    CONSTRUCTOR,
    CONTAINERS,
    CONTINUE,
    DELETE,
    FRIEND,
    FUNCTIONS,
    IN_MACRO,
    INTERNAL,
    IS_FRIEND,
    KIND_NUMBERS,
    KINDS,
    LIST,
    MACRO_USE,
    MADE,
    MAX_OVERLOADS,
    MESSAGES,
    OBJECTIVE_C,
    OVERRIDING,
    RECURSE,
    TYPES,
    UNEXPOSED,
    UNIT,
    USING,
    VARIABLE,
)
from kgraph.extract.semantic.file_facts import CompiledFileBuilder, Source, Target
from kgraph.extract.semantic.implied import Implied
from kgraph.extract.semantic.libclang import VISITOR, CXCursor, CXLocation, Library
from kgraph.extract.semantic.macro_references import Directives, add_named_macros
from kgraph.extract.semantic.roles import Roles
from kgraph.extract.semantic.targets import Targets
from kgraph.model import CompiledFile, CompiledUse, Kind, MacroSymbol


class Visitor:
    """Walks one unit, and keeps what it says of the files in `wanted`."""

    def __init__(
        self,
        lib: Library,
        unit: int,
        wanted: Mapping[str, str],
        path_of: Mapping[str, str | None],
        sizes: Mapping[str, int],
    ) -> None:
        """`wanted` gives the absolute path of each file to report on by its path from the root; `path_of` the path
        from the root of a file by what libclang calls it, None for files of no interest, and `sizes` its bytes."""
        self._lib = lib
        self._unit = unit
        self._files: dict[str, CompiledFileBuilder] = {}
        self._wanted = wanted
        self._targets = Targets(lib, self._files, path_of, sizes)
        self._source: Source = (None, -1)
        self._source_cursor = 0  # address of the declaration whose children are walked
        self._in_function = False
        self._around_local = False  # inside of a class that a function declares
        self._calls: dict[int, list[tuple[Target, CompiledFileBuilder, int, Source]]] = defaultdict(
            list
        )  # not yet met by name
        self._roles = Roles(lib)
        self._implied = Implied(lib, self._targets)
        self._handlers: dict[int, Any] = self._table()
        self._callback = VISITOR(self._on)
        self._error: BaseException | None = None

    def _table(self) -> dict[int, Any]:
        table: dict[int, Any] = dict.fromkeys((106, 107, 108, 109, 110, 501, 503), self._skip)
        table |= dict.fromkeys(KINDS.keys() - {501}, self._declaration)
        table |= {
            UNEXPOSED: self._unexposed,
            40: self._super,
            41: self._super,
            42: self._type,
            43: self._type,
            44: self._base,
            45: self._type,
            46: self._name,
            47: self._member_name,
            49: self._overloaded,
            101: self._name,
            102: self._name,
            103: self._call,
            104: self._message,
            111: self._roles.parentheses,
            112: self._roles.unary,
            114: self._roles.binary,
            115: self._roles.compound,
            LIST: self._list,
            DELETE: self._delete,
            MACRO_USE: self._macro,
        }
        return table

    def run(
        self, includes: Mapping[str, Mapping[int, str]], reached: Iterable[str], directives: Directives
    ) -> dict[str, CompiledFile]:
        """What the unit says of the wanted files; `includes` are the directives carried out, by file and line,
        `reached` all files that it reads, and `directives` knows the macros that their directives name."""
        for path, full in self._wanted.items():
            try:
                self._files[path] = CompiledFileBuilder(path, Path(full).read_bytes())
            except OSError:
                continue  # gone since the compiler read it
        self._lib.visitChildren(self._lib.getTranslationUnitCursor(self._unit), VISITOR(self._top()), None)
        if self._error:
            raise self._error
        for file in self._files.values():
            skipped = partial(self._targets.find_skipped, self._unit, self._wanted[file.path])
            add_named_macros(file, directives, reached, self._targets, skipped)
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
                return CONTINUE
            if start <= location_of(cursor).number < end:
                return CONTINUE
            if parent.kind == UNIT and self._is_instantiation(cursor):
                return CONTINUE
            result = on(cursor, parent, data)
            start, end = self._targets.idle_stretch()
            return result

        return visit

    def _is_instantiation(self, cursor: CXCursor) -> bool:
        """Whether the compiler made something by itself of a template: with a precompiled header, those are shown too,
        and not inside of what they stand in."""
        if cursor.kind not in FUNCTIONS and cursor.kind != VARIABLE:
            return False
        if self._lib.getCursorLexicalParent(cursor).kind != UNIT:
            return True
        template = self._lib.getSpecializedCursorTemplate(cursor)
        location = self._lib.getCursorLocation
        return template.kind in KINDS and location(template).number == location(cursor).number

    def _on(self, cursor: CXCursor, parent: CXCursor, _data: Any) -> int:
        handler = self._handlers.get(cursor.kind)
        if handler is None:
            return RECURSE
        try:
            result: int = handler(cursor, parent)
        except BaseException as error:  # noqa: BLE001 - nothing may pass through libclang's frames
            self._error = self._error or error
            return 0
        return result

    def _skip(self, _cursor: CXCursor, _parent: CXCursor) -> int:
        return CONTINUE

    def _inside(self, cursor: CXCursor, source: Source, *, in_function: bool) -> None:
        """Walk the children of a declaration."""
        kept = (self._source, self._source_cursor, self._in_function)
        self._source, self._source_cursor, self._in_function = source, cursor.data[0], in_function
        self._lib.visitChildren(cursor, self._callback, None)
        self._source, self._source_cursor, self._in_function = kept
        if not self._in_function and self._calls:
            for waiting in self._calls.values():
                for target, file, line, around in waiting:
                    file.add(CompiledUse.CALL, target, around, line)
            self._calls.clear()

    # --- declarations ---

    def _declaration(self, cursor: CXCursor, parent: CXCursor) -> int:
        if self._in_function and cursor.kind not in TYPES and not self._targets.is_linked(cursor):
            return RECURSE  # a local variable
        location = self._lib.getCursorLocation(cursor)
        file, offset, _ = self._targets.place(location)
        if file is None:
            return CONTINUE
        kind = self._targets.kind(cursor)
        if kind is None:
            return RECURSE
        row = self._declare(cursor, parent, kind, file, offset, in_macro=bool(location.number & IN_MACRO))
        number = cursor.kind
        if number in CLASSES or number in FUNCTIONS or number == VARIABLE:
            self._relations(cursor, number, file, row)
        around_local = self._around_local
        self._around_local = around_local or self._in_function
        self._inside(cursor, (file, row), in_function=number in FUNCTIONS)
        self._around_local = around_local
        return CONTINUE

    def _unexposed(self, cursor: CXCursor, parent: CXCursor) -> int:
        """What libclang has no name for: a variable template, or `extern "C"`, or anything in an expression."""
        if self._in_function or self._targets.kind(cursor) is None:
            return RECURSE
        return self._declaration(cursor, parent)

    def _declare(
        self, cursor: CXCursor, parent: CXCursor, kind: Kind, file: CompiledFileBuilder, offset: int, *, in_macro: bool
    ) -> int:
        lib = self._lib
        row = len(file.rows)
        extent = lib.getCursorExtent(cursor)
        begin = self._targets.place(CXLocation(extent.pointers, extent.begin))
        end = self._targets.place(CXLocation(extent.pointers, extent.end))
        first = begin[1] if begin[0] is file else offset
        last = end[1] if end[0] is file else offset
        name = lib.text(lib.getCursorSpelling(cursor))
        flags = bool(lib.isCursorDefinition(cursor)) | (in_macro * MADE) | ((parent.kind == FRIEND) * IS_FRIEND)
        flags |= lib.getCXXAccessSpecifier(cursor) << ACCESS_SHIFT
        around = self._source[1] if self._source[0] is file else -1
        number, line = KIND_NUMBERS[kind], file.line(offset)
        file.rows.append((number, offset, line, file.line(first), file.line(max(first, last - 1)), around, flags))
        file.names.append(name)
        file.usrs.append(lib.text(lib.getCursorUSR(cursor)))
        if kind is not Kind.NAMESPACE:
            file.extents.append((first, last, row))
        if (
            in_macro
            or ((self._in_function or self._around_local) and not self._targets.is_linked(cursor))
            or (
                cursor.kind not in OBJECTIVE_C
                and not file.text.startswith(name.partition("<")[0].encode("utf-8", "surrogateescape"), offset)
            )
        ):
            file.made[row] = self._make_symbol(cursor, kind)
        return row

    def _make_symbol(self, cursor: CXCursor, kind: Kind) -> MacroSymbol:
        lib = self._lib
        signature = lib.text(lib.getCursorDisplayName(cursor))
        key, arity = "", -1
        if cursor.kind in FUNCTIONS:
            key = signature[signature.find("(") :] if "(" in signature else "()"
            key = key.replace(", ", ",").replace(" &", "&").replace(" *", "*")
            arity = key.count(",") + 1 if key != "()" else 0
        local = lib.getCursorLinkage(cursor) in INTERNAL and kind in (Kind.FUNCTION, Kind.VARIABLE)
        local = local or self._in_function or self._around_local
        return MacroSymbol(self._targets.scope(cursor), key, arity, signature, local)

    def _relations(self, cursor: CXCursor, number: int, file: CompiledFileBuilder, row: int) -> None:
        """What a declaration overrides, and which template it specializes."""
        lib = self._lib
        line = file.rows[row][2]
        source = (file, row)
        if number in OVERRIDING:
            for method in lib.overridden(cursor):
                if target := self._targets.target(method):
                    file.add(CompiledUse.OVERRIDE, target, source, line)
        template = lib.getSpecializedCursorTemplate(cursor)
        if template.kind in KINDS and (target := self._targets.target(template)):
            start = file.lines[file.rows[row][3] - 1]
            head = file.text[start : start + 400].lstrip()
            is_specialization = number == 32 or head.replace(b" ", b"").startswith(b"template<")
            what = CompiledUse.SPECIALIZATION if is_specialization else CompiledUse.REFERENCE
            file.add(what, target, source if is_specialization else self._source, line)

    # --- what is used ---

    def _add(self, what: CompiledUse, target: Target | None, cursor: CXCursor, roles: int = 0) -> None:
        """Note that a target, if it is one, is used at a cursor."""
        if target is not None:
            file, offset = self._targets.locate(cursor)
            if file is not None:
                file.add(what, target, self._source, file.line(offset), roles)

    def _name(self, cursor: CXCursor, parent: CXCursor) -> int:
        """A name in an expression, or that of a namespace."""
        target = self._targets.target(self._lib.getCursorReferenced(cursor))
        if target is None:
            return RECURSE
        file, offset = self._targets.locate(cursor)
        if file is None:
            return RECURSE
        if waiting := self._calls.get(target.number):
            waiting.pop()
            file.add(CompiledUse.CALL, target, self._source, file.line(offset))
            return RECURSE
        roles = 0
        if target.reads:
            roles = self._roles.roles_of_child(parent)
        file.add(CompiledUse.REFERENCE, target, self._source, file.line(offset), roles)
        return RECURSE

    def _call(self, cursor: CXCursor, _parent: CXCursor) -> int:
        """A call: its line is that of the name, which comes among its children, unless there is none."""
        called = self._lib.getCursorReferenced(cursor)
        if called.kind not in FUNCTIONS:
            return RECURSE
        self._add(CompiledUse.CALL, self._implied.find_constructor(cursor, called), cursor)
        if (target := self._targets.target(called)) is None:
            return RECURSE
        file, offset = self._targets.locate(cursor)
        if file is None:
            return RECURSE
        if target.kind in (Kind.CONSTRUCTOR, Kind.CONVERSION) or called.kind == CONSTRUCTOR:
            file.add(CompiledUse.CALL, target, self._source, file.line(offset))
        else:
            self._calls[target.number].append((target, file, file.line(offset), self._source))
        return RECURSE

    def _list(self, cursor: CXCursor, _parent: CXCursor) -> int:
        """A braced list: what it initialises without naming it."""
        for element, target, roles in self._implied.find_initialized(cursor):
            self._add(CompiledUse.REFERENCE, target, element, roles)
        return RECURSE

    def _delete(self, cursor: CXCursor, _parent: CXCursor) -> int:
        self._add(CompiledUse.CALL, self._implied.find_destructor(cursor), cursor)
        return RECURSE

    def _message(self, cursor: CXCursor, _parent: CXCursor) -> int:
        """A message of Objective-C: its line is that of its bracket."""
        called = self._lib.getCursorReferenced(cursor)
        self._add(CompiledUse.CALL, self._targets.target(called) if called.kind in MESSAGES else None, cursor)
        return RECURSE

    def _super(self, cursor: CXCursor, parent: CXCursor) -> int:
        """The class above one of Objective-C, or a protocol: of a class, or in `id<Protocol>`."""
        inherits = parent.kind in CONTAINERS and self._source[1] >= 0
        what = CompiledUse.INHERITANCE if inherits else CompiledUse.REFERENCE
        self._add(what, self._targets.target(self._lib.getCursorReferenced(cursor)), cursor)
        return RECURSE

    def _overloaded(self, cursor: CXCursor, parent: CXCursor) -> int:
        """A name that may mean several functions: in a using-declaration all of them, in a template any."""
        file, offset = self._targets.locate(cursor)
        count = self._lib.getNumOverloadedDecls(cursor)
        if file is None or count > MAX_OVERLOADS:
            return RECURSE
        for number in range(count):
            target = self._targets.target(self._lib.getOverloadedDecl(cursor, number))
            if target is not None:
                is_call = count == 1 and self._in_function and parent.kind != USING
                is_call = is_call and target.kind in (Kind.FUNCTION, Kind.METHOD)
                what = CompiledUse.CALL if is_call else CompiledUse.REFERENCE
                file.add(what, target, self._source, file.line(offset))
        return RECURSE

    def _member_name(self, cursor: CXCursor, _parent: CXCursor) -> int:
        """A member in a list of initialisers."""
        target = self._targets.target(self._lib.getCursorReferenced(cursor))
        self._add(CompiledUse.REFERENCE, target, cursor, BITS["write"])
        return RECURSE

    def _type(self, cursor: CXCursor, parent: CXCursor) -> int:
        """The name of a type or of a class template."""
        if cursor.kind == 45:
            target = self._targets.find_named_class(cursor, parent)
        else:
            target = self._targets.target(self._lib.getCursorReferenced(cursor))
        if target is None:
            return RECURSE
        file, offset = self._targets.locate(cursor)
        if file is None:
            return RECURSE
        if parent.kind == BASE and self._targets.base_of(parent) is target:
            return RECURSE
        declares = not self._in_function and parent.kind not in CLASSES and parent.kind != 22
        own = parent.data[0] == self._source_cursor and (declares or parent.kind in FUNCTIONS)
        if own and parent.kind in FUNCTIONS:  # the class in front of `::`
            own = self._targets.target(self._lib.getCursorSemanticParent(parent)) is not target
        what = CompiledUse.TYPE_USE if own and self._source[1] >= 0 else CompiledUse.REFERENCE
        file.add(what, target, self._source, file.line(offset))
        return RECURSE

    def _base(self, cursor: CXCursor, _parent: CXCursor) -> int:
        if self._source[1] >= 0:
            access = ACCESS.get(self._lib.getCXXAccessSpecifier(cursor), "")
            roles = BITS.get(access, 0) | (BITS["virtual"] if self._lib.isVirtualBase(cursor) else 0)
            self._add(CompiledUse.INHERITANCE, self._targets.base_of(cursor), cursor, roles)
        return RECURSE

    def _macro(self, cursor: CXCursor, _parent: CXCursor) -> int:
        file, offset = self._targets.locate(cursor)
        if file is None:
            return CONTINUE
        target = self._targets.target(self._lib.getCursorReferenced(cursor))
        if target is not None:
            file.add_macro(target, offset)
        return CONTINUE
