"""Type of the receiver of a member call: a chain of names, calls and subscripts, such as `this->stack_.top()`.

Input: chains as spelled, with the declared type of their first name where the function states it. Output: types. Each
step asks for the type of a member, for what a function returns, or for what a container or pointer holds; template
arguments are put in for parameters on the way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from kgraph.assemble.cpp import library_types, type_text
from kgraph.assemble.cpp.entities import Function, Type
from kgraph.assemble.cpp.members import levels
from kgraph.assemble.cpp.name_index import NameIndex

STEP = re.compile(r"(->|\.)?(\w+)?((?:::\w+)*)(<[^()]*>)?(\(\))?((?:\[\])*)")
_MAX_DEPTH = 8
_MAX_ALIASES = 10_000  # of aliases, as machines write them: from one class to the next
_MAX_TYPE_LENGTH = 10_000  # characters of a type; one that grows as it is followed has no end


class ScopedType(NamedTuple):
    """A type in the scope that it is spelled in, with the values of template parameters."""

    text: str
    scope: str
    file: int


class ReceiverTypes:
    """Finds types, and remembers them."""

    def __init__(self, names: NameIndex) -> None:
        self._names = names
        self._aliases: dict[ScopedType, tuple[Type, tuple[str, ...]] | None] = {}
        self._behind: dict[tuple[int, str, str, str], tuple[bool, Type | None]] = {}
        self._own: dict[str, str] = {}

    def own_class(self, scope: str, file: int) -> Type | None:
        """The innermost class around."""
        name = self._own.get(scope)
        if name is None:
            types, specialized = self._names.types, self._names.specialized
            around = (outer for outer in self._names.outwards(scope) if outer in types or outer in specialized)
            name = self._own[scope] = next(around, "")
        return self._names.own_type(name, file) if name else None

    def class_of(self, typed: ScopedType) -> tuple[Type, tuple[str, ...]] | None:
        """The class that a type is, behind its aliases, with its template arguments."""
        class_: tuple[Type, tuple[str, ...]] | None = None
        behind: list[ScopedType] = []  # the aliases on the way
        for _ in range(_MAX_ALIASES):
            name, arguments, _ = type_text.split_type(typed.text)
            type_ = self._names.find_type(typed.scope, name, typed.file)
            if type_ is None and (inside := library_types.find_wrapped(name, arguments)):
                typed = typed._replace(text=inside)
                continue
            if type_ is None and typed in self._aliases:
                class_ = self._aliases[typed]
                break
            if type_ is None and "::" in name and (inner := self._behind_alias(name, typed)):
                behind.append(typed)
                typed = inner
                continue
            if type_ is None or not type_.is_alias:
                class_ = self._choose_specialization(type_, arguments, typed) if type_ else None
                break
            if typed in self._aliases:
                class_ = self._aliases[typed]
                break
            class_ = self._aliases[typed] = None  # where it leads to itself
            behind.append(typed)
            bindings = dict(zip(type_.parameters, arguments, strict=False))
            target = type_text.substitute(type_text.alias_target(type_.signature), bindings)
            if not target or len(target) > _MAX_TYPE_LENGTH or type_text.split_type(target)[0] == name:
                break
            typed = ScopedType(target, type_.scope, type_.files.first)
        for each in behind:
            self._aliases[each] = class_
        return class_

    def _behind_alias(self, name: str, typed: ScopedType) -> ScopedType | None:
        """The type that `Outer::Alias::Inner` names, where a part in front is an alias of the class that has it."""
        outer, _, last = name.rpartition("::")
        if outer.partition("::")[0] in ("", "std") or last not in self._names.types_by_name:
            return None
        self._aliases[typed] = None  # where it leads to itself
        found = self.class_of(typed._replace(text=outer))
        for level in levels(found[0]) if found else ():
            for class_ in level:
                if f"{class_.within}::{last}" in self._names.types:
                    return ScopedType(f"{class_.within}::{last}", "", class_.files.first)
        return None

    def _choose_specialization(
        self, template: Type, arguments: tuple[str, ...], typed: ScopedType
    ) -> tuple[Type, tuple[str, ...]] | None:
        names = self._names
        if typed.text in names.specialized:
            own = names.own_type(typed.text, typed.file)
            return (own, ()) if own else None
        type_ = names.specialization(template, arguments, typed.scope, typed.file)
        if type_ is None or type_ is template:
            return (template, arguments) if type_ else None
        return type_, ()  # its parameters are not those of the template

    def _resolve_aliases(self, typed: ScopedType) -> ScopedType:
        """The type behind aliases, of the repository or not."""
        for _ in range(_MAX_DEPTH):
            name, arguments, _ = type_text.split_type(typed.text)
            type_ = self._names.find_type(typed.scope, name, typed.file)
            if type_ is None or not type_.is_alias:
                break
            target = type_text.alias_target(type_.signature)
            if not target:
                break
            typed = ScopedType(
                type_text.substitute(target, dict(zip(type_.parameters, arguments, strict=False))),
                type_.scope,
                type_.files.first,
            )
        return typed

    def behind_arrow(self, typed: ScopedType) -> Type | None:
        """The class of what a smart pointer points to; None for a class that is no smart pointer."""
        inside = self._dereference(typed)
        if inside is None:
            return None
        found = self.class_of(inside)
        return found[0] if found else None

    def _dereference(self, typed: ScopedType) -> ScopedType | None:
        typed = self._resolve_aliases(typed)
        name, arguments, _ = type_text.split_type(typed.text)
        if inside := library_types.pointee(name, arguments):
            return ScopedType(inside, typed.scope, typed.file)
        return self._find_return_type(typed, "operator->", 0)

    def _find_return_type(self, typed: ScopedType, name: str, arguments: int) -> ScopedType | None:
        """What a member function of a class returns."""
        receiver_class = self.class_of(typed)
        if receiver_class is None:
            return None
        members, holder = self._names.members.functions(receiver_class[0], name)
        if holder is None:
            return None
        return self._return_of(members, arguments, holder.within, self._bindings(receiver_class, holder))

    def _return_of(
        self, functions: Sequence[Function], arguments: int, scope: str, bindings: dict[str, str]
    ) -> ScopedType | None:
        returns = {_return(f, bindings) for f in functions if f.takes(arguments)}
        returns = returns or {_return(f, bindings) for f in functions}
        plain = {text.rstrip("&") for text in returns}
        if len(plain) != 1 or not (text := plain.pop()):
            return None
        return ScopedType(type_text.substitute(text, bindings), scope, functions[0].files.first)

    def _bindings(self, receiver_class: tuple[Type, tuple[str, ...]], holder: Type) -> dict[str, str]:
        """The values of the template parameters of `holder`, which is a class or one of its bases."""
        type_, arguments = receiver_class
        if type_ is holder:
            return dict(zip(type_.parameters, arguments, strict=False)) if arguments else {}
        path = self._path(type_, holder)
        bindings = dict(zip(type_.parameters, arguments, strict=False))
        for base, given in path or ():
            bindings = dict(
                zip(base.parameters, (type_text.substitute(argument, bindings) for argument in given), strict=False)
            )
        return bindings

    def _path(self, type_: Type, holder: Type) -> list[tuple[Type, tuple[str, ...]]] | None:
        """The way from a class to one of its bases, with the arguments of each base on it."""
        seen: set[tuple[Type, int]] = set()

        def of(type_: Type, depth: int) -> list[tuple[Type, tuple[str, ...]]] | None:
            if type_ is holder:
                return []
            if depth > _MAX_DEPTH or (type_, depth) in seen:
                return None
            seen.add((type_, depth))
            for base, given in type_.bases:
                rest = of(base, depth + 1)
                if rest is not None:
                    return [(base, given), *rest]
            return None

        return of(type_, 0)

    # --- chains -------------------------------------------------------------------------------------------------------

    def class_behind(self, file: int, scope: str, receiver: str, declared: str) -> tuple[bool, Type | None]:
        """Whether the type of a receiver such as `this->stack_.top()->` is known, and the class of what follows."""
        if receiver.startswith("$"):
            return True, None  # begins with a template parameter
        key = (file, scope, receiver, declared)
        found = self._behind.get(key)
        if found is None:
            typed = self.chain(file, scope, receiver, declared)
            found = self._behind[key] = (typed is not None, self._follow_chain(typed, receiver) if typed else None)
        return found

    def _follow_chain(self, typed: ScopedType, receiver: str) -> Type | None:
        if receiver.endswith("->") and not type_text.split_type(typed.text)[2] and (behind := self.behind_arrow(typed)):
            return behind
        found = self.class_of(typed)
        return found[0] if found else None

    def operand_class(self, file: int, scope: str, receiver: str, declared: str) -> Type | None:
        """The class of what a chain stands for, if that is an object, and no pointer to one."""
        typed = None if receiver.startswith("$") else self.chain(file, scope, receiver, declared)
        return self.object_class(typed) if typed else None

    def find_destroyed_class(self, file: int, scope: str, receiver: str, declared: str) -> Type | None:
        """The class of the object of a chain that ends in an arrow or a dot; None for a pointer to a pointer."""
        if receiver.startswith("$") or (typed := self.chain(file, scope, receiver, declared)) is None:
            return None
        typed = self._resolve_aliases(typed)
        depth = type_text.split_type(typed.text)[2]
        if receiver.endswith("->") and depth == 0:
            return self.behind_arrow(typed)
        found = self.class_of(typed) if depth == receiver.endswith("->") else None
        return found[0] if found else None

    def find_returned_class(self, function: Function) -> Type | None:
        """The class of which a function returns an object, or a reference to one."""
        if not function.returns:
            return None
        return self.object_class(ScopedType(function.returns, function.scope, function.files.first))

    def object_class(self, typed: ScopedType) -> Type | None:
        """The class of which something of a type is an object; None for a pointer, and for what is no class."""
        typed = self._resolve_aliases(typed)
        found = None if type_text.split_type(typed.text)[2] else self.class_of(typed)
        return found[0] if found else None

    def chain(self, file: int, scope: str, receiver: str, declared: str) -> ScopedType | None:
        """The type of a chain such as `this->stack_.top()`."""
        chain = receiver.removesuffix("->").removesuffix(".")
        if declared and chain != "this" and chain.isascii() and chain.isidentifier():  # most are
            return ScopedType(declared, scope, file) if declared != "auto" else None
        return self._walk(file, scope, chain, declared)

    def _walk(self, file: int, scope: str, chain: str, declared: str) -> ScopedType | None:
        typed: ScopedType | None = None
        at, steps = 0, 0
        while at < len(chain) and steps < _MAX_DEPTH:
            match = STEP.match(chain, at)
            if match is None or match.end() == at:
                return None
            operator, name, qualified, given, called, subscripts = match.groups()
            if at == 0:
                made = "" if declared.startswith("<") else declared
                typed = self._root(file, scope, name or "", qualified, called is not None, made)
                if typed is None and called and given and library_types.pointee(f"{name}{qualified}", (given[1:-1],)):
                    typed = ScopedType(f"{name}{qualified}{given}", scope, file)  # `std::unique_ptr<T>(new T)`
                is_made = (
                    typed is not None and typed.text.rpartition("::")[2] == f"{name}{qualified}".rpartition("::")[2]
                )
                if typed is not None and given and is_made:  # `Box<int>()` makes one; `Box<T>()` is the template's
                    made_of = typed._replace(text=f"{typed.text}{given}")
                    typed = made_of if self.class_of(made_of) else typed
            elif typed is None or not name:
                return None
            else:
                typed = self._step(typed, operator, name, called is not None)
            if typed is None:
                return None
            for _ in range(len(subscripts or "") // 2):
                typed = self._element(typed)
                if typed is None:
                    return None
            at = match.end()
            steps += 1
        return typed

    def _root(self, file: int, scope: str, name: str, qualified: str, called: bool, declared: str) -> ScopedType | None:
        names = self._names
        if name == "this":
            own = self.own_class(scope, file)
            return ScopedType(own.within, "", file) if own else None
        if declared:
            return ScopedType(declared, scope, file) if declared != "auto" else None
        if not name and not qualified:
            return None  # `(a + b).size()`
        if qualified:
            parts = [name, *qualified.removeprefix("::").split("::")]
            name, qualifier = parts[-1], "::".join(parts[:-1])
        else:
            qualifier = ""
        if called:
            callee = self._find_call_type(file, scope, name, qualifier)
            if callee is not None:
                return callee
            spelled = f"{qualifier}::{name}" if qualifier else name
            return ScopedType(spelled, scope, file) if names.find_type(scope, spelled, file) else None
        own = self.own_class(scope, file)
        if own is not None and not qualifier and (found := names.members.field_type(own, name)):
            text, holder = found
            bindings = self._bindings((own, own.parameters), holder)
            return ScopedType(type_text.substitute(text, bindings), holder.within, holder.files.first)
        variables = names.variables.get(name, {})
        path = f"{qualifier}::{name}" if qualifier else name
        for outer in names.outwards(scope) if variables else ():
            for place in names.holders(outer, path, file, variables) or ():
                signature, first, _ = variables[place][0]
                return ScopedType(type_text.variable_type(signature, name), place, first)
        return None

    def _find_call_type(self, file: int, scope: str, name: str, qualifier: str) -> ScopedType | None:
        names = self._names
        own = self.own_class(scope, file)
        if own is not None and not qualifier:
            typed = self._find_return_type(ScopedType(own.within, "", file), name, -1)
            if typed is not None:
                return typed
        if qualifier:
            holder = self.class_of(ScopedType(qualifier, scope, file))
            if holder is not None:
                members, owner = names.members.functions(holder[0], name)
                return self._return_of(members, -1, owner.within, {}) if owner else None
        if name not in names.functions:
            return None
        path = f"{qualifier}::{name}" if qualifier else name
        for outer in names.outwards(scope):
            found = names.free(outer, path, file)
            if found is None:
                return None
            if found:
                return self._return_of(found, -1, found[0].scope, {})
            if names.means_type(outer, path, file):
                return None  # it is made, not called
        free = names.no_members(name).shared
        if free.is_of_one_scope:
            return self._return_of(free, -1, free[0].scope, {})
        return None

    def _step(self, typed: ScopedType, operator: str | None, name: str, called: bool) -> ScopedType | None:
        if operator == "->" and not type_text.split_type(typed.text)[2]:
            typed = self._dereference(typed) or typed
        if called:
            if name == "begin" and type_text.split_type(typed.text)[2]:
                return typed  # of an array
            return self._find_return_type(typed, name, -1) or self._find_library_type(
                typed, name, library_types.return_type
            )
        receiver_class = self.class_of(typed)
        if receiver_class is None:
            return self._find_library_type(typed, name, library_types.member)
        member = self._names.members.field_type(receiver_class[0], name)
        if member is None:
            return None
        text, holder = member
        return ScopedType(
            type_text.substitute(text, self._bindings(receiver_class, holder)), holder.within, holder.files.first
        )

    def _find_library_type(
        self, typed: ScopedType, name: str, told: Callable[[str, tuple[str, ...], str], str]
    ) -> ScopedType | None:
        """The type of a member of a well-known class that is not in the repository."""
        aliased = self._resolve_aliases(typed)
        class_name, arguments, _ = type_text.split_type(aliased.text)
        text = told(class_name, arguments, name)
        return aliased._replace(text=text) if text else None

    def _element(self, typed: ScopedType) -> ScopedType | None:
        name, arguments, pointers = type_text.split_type(typed.text)
        if pointers:
            return typed._replace(text=typed.text.rstrip("&").removesuffix("*"))
        typed = self._resolve_aliases(typed)
        name, arguments, pointers = type_text.split_type(typed.text)
        if pointers:
            return typed._replace(text=typed.text.rstrip("&").removesuffix("*"))
        if inside := library_types.element(name, arguments) or library_types.pointee(name, arguments):
            return typed._replace(text=inside)
        return self._find_return_type(typed, "operator[]", 1) or self._find_return_type(typed, "operator*", 0)


def _return(function: Function, bindings: Mapping[str, str]) -> str:
    """What a function returns, a parameter of its own template marked as unknown."""
    own = {name: f"${name}" for name in type_text.template_parameters(function.signature) if name not in bindings}
    return type_text.substitute(function.returns, own)
