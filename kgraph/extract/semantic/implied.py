"""What an expression uses without a word that names it.

Input: cursors of braced lists, of `delete` and of calls. Output: the members that a list initialises, the destructor
that `delete` runs, and the constructor behind `make_unique<T>(...)`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kgraph.extract.semantic.cursors import (
    BASE,
    BITS,
    CLASSES,
    CONSTRUCTOR,
    DESTRUCTOR,
    FIELD,
    FIRST_EXPRESSION,
    FUNCTION,
    LAST_EXPRESSION,
    LIST,
    PARAMETER,
    STRING,
    TEMPLATE,
    UNEXPOSED_EXPRESSION,
    UNION,
    USING,
)
from kgraph.extract.semantic.file_facts import Target
from kgraph.extract.semantic.libclang import CXCursor, CXType, Library
from kgraph.extract.semantic.targets import Targets

# Functions that pass their arguments on to the constructor of their template argument.
_MAKERS = frozenset({"make_unique", "make_shared", "make_intrusive", "make_optional", "make_scoped"})
_UNKNOWN_TYPES = frozenset({1, 2, 26})  # unexposed, void, dependent
_ARRAYS = frozenset({112, 113, 114, 115, 116})
_REFERENCES = frozenset({103, 104})
_RECORD = 105


class _Member:
    """Something of a class that a list initialises: a base, or a field."""

    __slots__ = ("is_base", "record", "target", "type_kind")

    def __init__(self, target: Target | None, record: CXCursor | None, type_kind: int, *, is_base: bool) -> None:
        self.target = target
        self.record = record  # the class that its type is
        self.type_kind = type_kind
        self.is_base = is_base


class _Constructor(NamedTuple):
    cursor: CXCursor
    types: tuple[int, ...]  # of its parameters, without references and qualifiers, by libclang's addresses
    fewest: int  # arguments
    is_copy: bool
    is_template: bool

    def takes(self, arguments: Sequence[tuple[int, bool]]) -> bool:
        """Whether it may be meant, at least by the number of arguments."""
        if self.is_template:
            return True
        if self.is_copy and len(arguments) == 1 and not arguments[0][1]:
            return False  # at least not while another takes the argument itself
        return self.fewest <= len(arguments) <= len(self.types)


class Implied:
    """Finds them for one unit; what is asked of a class or a function is kept."""

    def __init__(self, lib: Library, targets: Targets) -> None:
        self._lib = lib
        self._targets = targets
        self._records: dict[int, CXCursor | None] = {}  # by libclang's address of a type
        self._members: dict[int, list[_Member]] = {}  # by its address of a class
        self._destructors: dict[int, Target | None] = {}
        self._made: dict[int, tuple[_Constructor, ...]] = {}  # by its address of a function

    def find_initialized(self, cursor: CXCursor) -> Iterator[tuple[CXCursor, Target, int]]:
        """The elements of a braced list that initialises an aggregate, each with a member that it sets and its roles.

        Braces may be left out around what sets a member that is itself an aggregate; where types do not decide which
        member is meant, the rest of the list sets none.
        """
        record = self._record(self._lib.getCursorType(cursor))
        if record is None:
            return
        elements = self._targets.children(cursor)
        if any(map(self._is_designated, elements)):
            return  # names its fields
        if len(elements) == 1 and self._is(elements[0], record):
            return  # a copy
        open_members = [iter(self._members_of(record))]
        for element in elements:
            is_set = False
            while not is_set:
                while open_members and (member := next(open_members[-1], None)) is None:
                    open_members.pop()
                if not open_members or member is None:
                    return
                has_braces = element.kind == LIST
                if member.target and (has_braces or not member.is_base):
                    yield element, member.target, 0 if member.is_base else BITS["write"]
                if has_braces or (element.kind == STRING and member.type_kind in _ARRAYS):
                    is_set = True
                elif member.type_kind in _ARRAYS or member.type_kind in _UNKNOWN_TYPES:
                    return
                elif member.record is None or self._is(element, member.record):
                    is_set = True
                elif self._record(self._lib.getCursorType(element)) is not None:
                    return  # converted, or the first member of a member
                else:
                    open_members.append(iter(self._members_of(member.record)))

    def find_destructor(self, cursor: CXCursor) -> Target | None:
        """The destructor that `delete` names by the type of its operand, where a text declares it."""
        for operand in self._targets.children(cursor)[:1]:
            record = self._record(
                self._lib.getPointeeType(self._lib.getCanonicalType(self._lib.getCursorType(operand)))
            )
            if record is None:
                continue
            address = record.data[0]
            if address not in self._destructors:
                found = (child for child in self._list_declared(record) if child.kind == DESTRUCTOR)
                self._destructors[address] = next(map(self._targets.target, found), None)
            return self._destructors[address]
        return None

    def find_constructor(self, call: CXCursor, function: CXCursor) -> Target | None:
        """The constructor that a call of `make_unique<T>(...)` or the like runs, `function` being what it calls.

        The compiler chooses it where it instantiates the function, which takes a parse to the very end. So it is chosen
        here, of those that the class declares: the only one that takes as many arguments, or takes just these types.
        """
        if function.kind != FUNCTION:
            return None
        address = function.data[0]
        if address not in self._made:
            is_maker = self._lib.text(self._lib.getCursorSpelling(function)) in _MAKERS
            made = self._record(self._lib.Cursor_getTemplateArgumentType(function, 0)) if is_maker else None
            self._made[address] = self._constructors_of(made) if made is not None else ()
        constructors = self._made[address]
        if not constructors:
            return None
        arguments = [self._argument(call, at) for at in range(self._lib.Cursor_getNumArguments(call))]
        found = [each for each in constructors if each.takes(arguments)]
        if len(found) > 1 and not any(each.is_template for each in found):
            found = [each for each in found if each.types == tuple(type_ for type_, _ in arguments)]
        if len(found) != 1 or (len(arguments) == 1 and arguments[0][1] and found[0].types != (arguments[0][0],)):
            return None  # one of them, or one that no text declares
        return self._targets.target(found[0].cursor)

    def _argument(self, call: CXCursor, at: int) -> tuple[int, bool]:
        """The type of an argument, by libclang's address, and whether it is a class."""
        return self._plain_type(self._lib.getCursorType(self._lib.Cursor_getArgument(call, at)))

    def _plain_type(self, type_: CXType) -> tuple[int, bool]:
        lib = self._lib
        canonical = lib.getCanonicalType(type_)
        if canonical.kind in _REFERENCES:
            canonical = lib.getPointeeType(canonical)
        return lib.getUnqualifiedType(canonical).data[0], canonical.kind == _RECORD

    def _constructors_of(self, record: CXCursor) -> tuple[_Constructor, ...]:
        """The constructors that the text of a class declares; none where it takes over those of a base."""
        lib = self._lib
        found = []
        for child in self._list_declared(record):
            if child.kind == USING:
                return ()
            is_template = child.kind == TEMPLATE and lib.getTemplateCursorKind(child) == CONSTRUCTOR
            if child.kind != CONSTRUCTOR and not is_template:
                continue
            parameters = [each for each in self._targets.children(child) if each.kind == PARAMETER]
            plain = [self._plain_type(lib.getCursorType(each)) for each in parameters]
            fewest = sum(not self._has_default(each) for each in parameters)
            is_copy = len(plain) == 1 and plain[0][0] == self._plain_type(lib.getCursorType(record))[0]
            found.append(_Constructor(child, tuple(type_ for type_, _ in plain), fewest, is_copy, is_template))
        return tuple(found)

    def _has_default(self, parameter: CXCursor) -> bool:
        return any(FIRST_EXPRESSION <= each.kind <= LAST_EXPRESSION for each in self._targets.children(parameter))

    def _record(self, type_: CXType) -> CXCursor | None:
        """The class that a type is; the same cursor for the same class."""
        address = type_.data[0]
        if address not in self._records:
            canonical = self._lib.getCanonicalType(type_)
            if canonical.data[0] == address or canonical.kind != _RECORD:
                declared = self._lib.getTypeDeclaration(canonical)
                self._records[address] = declared if declared.kind in CLASSES else None
            else:
                self._records[address] = self._record(canonical)
        return self._records[address]

    def _is(self, element: CXCursor, record: CXCursor) -> bool:
        own = self._record(self._lib.getCursorType(element))
        return own is not None and own.data[0] == record.data[0]

    def _is_designated(self, element: CXCursor) -> bool:
        return element.kind == UNEXPOSED_EXPRESSION and self._lib.getCursorType(element).kind in _UNKNOWN_TYPES

    def _list_declared(self, record: CXCursor) -> list[CXCursor]:
        """What the text of a class declares; of an instantiation, that of its template."""
        definition = self._lib.getCursorDefinition(record)
        return self._targets.children(definition) or self._targets.children(
            self._lib.getSpecializedCursorTemplate(record)
        )

    def _members_of(self, record: CXCursor) -> list[_Member]:
        address = record.data[0]
        if address not in self._members:
            found = list(self._read_members(record))
            self._members[address] = found[:1] if record.kind == UNION else found
        return self._members[address]

    def _read_members(self, record: CXCursor) -> Iterator[_Member]:
        lib = self._lib
        for child in self._list_declared(record):
            type_ = lib.getCanonicalType(lib.getCursorType(child))
            if child.kind == BASE:
                yield _Member(self._targets.base_of(child), self._record(type_), type_.kind, is_base=True)
            elif child.kind == FIELD and lib.text(lib.getCursorSpelling(child)):
                yield _Member(self._targets.target(child), self._record(type_), type_.kind, is_base=False)
            elif child.kind in CLASSES and lib.Cursor_isAnonymousRecordDecl(child):
                yield _Member(None, self._record(type_), type_.kind, is_base=False)
