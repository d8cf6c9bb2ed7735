"""Which function a call of the C family means.

Comes in: calls as they are spelled, with the scope and file that they stand in. Goes out: the symbols called, and the
evidence for it. A call for which the evidence is poor is left out: a wrong edge misleads more than a missing one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from kgraph.assemble.cpp import types
from kgraph.assemble.cpp.names import Function, Names, Type, outwards
from kgraph.model import UseKind


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_STEP = re.compile(r"(->|\.)?(\w+)?((?:::\w+)*)(?:<[^()]*>)?(\(\))?((?:\[\])*)")
_DEEPEST = 8

OWN = "a member of its own class"
RECEIVER = "the declared type of what it is called on"
QUALIFIED = "its qualified name"
NAMESPACE = "a function of an enclosing namespace"
SAME_FILE = "a function of the same file"
VISIBLE = "the only function of that name in what the file includes"
UNIQUE = "the only function of that name"
UNIQUE_MEMBER = "the only member function of that name"
CONSTRUCTED = "the name of a class"
MACRO = "the name of a macro"


class Call(NamedTuple):
    """One call as spelled."""

    file: int
    scope: str
    kind: str
    name: str
    qualifier: str
    receiver: str
    declared: str
    arguments: int


class Callee(NamedTuple):
    """What a call means."""

    target: str  # id
    kind: str  # class of the use
    evidence: str


class _Typed(NamedTuple):
    """A type in the scope that it is spelled in, with the values of template parameters."""

    text: str
    scope: str
    file: int


class Calls:
    """Resolves calls one by one, and remembers what it found out on the way."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._classes: dict[_Typed, tuple[Type, tuple[str, ...]] | None] = {}
        self._chains: dict[tuple[int, str, str, str], _Typed | None] = {}
        self._own: dict[tuple[str, int], Type | None] = {}

    def resolve(self, call: Call) -> Callee | None:
        """What a call means; None where that is not sure enough."""
        if call.kind == UseKind.CONSTRUCT:
            return self._constructed(call)
        if call.receiver:
            return self._on_receiver(call)
        if call.qualifier:
            return self._qualified(call)
        return self._plain(call)

    # --- by form ------------------------------------------------------------------------------------------------------

    def _plain(self, call: Call) -> Callee | None:
        names = self._names
        macro = self._macro(call)
        if macro and call.name not in names.by_name:
            return macro
        own = self._own_class(call.scope, call.file)
        if own is not None:
            found, holder = names.members(own, call.name)
            if holder is not None:
                return self._choose(found, call, OWN)
        if macro:
            return macro
        candidates = names.by_name.get(call.name, ())
        for outer in outwards(call.scope):
            found = names.functions.get((outer, call.name), [])
            found = [f for f in found if not f.is_local or call.file in f.files]
            if found and outer not in names.types:
                sees = names.visible(call.file)
                near = [f for f in found if not sees.isdisjoint(f.files)]
                if near and (
                    chosen := self._choose(
                        near, call, SAME_FILE if any(call.file in f.files for f in near) else NAMESPACE
                    )
                ):
                    return chosen
        if call.name in names.types_by_name and (made := self._constructed(call)):
            return made
        free = [f for f in candidates if f.scope not in names.types]
        return self._by_name(free, call)

    def _by_name(self, free: Sequence[Function], call: Call) -> Callee | None:
        """By the name alone: what using declarations and arguments' namespaces bring in."""
        shared = [f for f in free if not f.is_local]
        if not shared or any(f.is_local and call.file in f.files for f in free):
            shared = [f for f in free if not f.is_local or call.file in f.files]
        sees = self._names.visible(call.file)
        near = [f for f in free if not sees.isdisjoint(f.files)]
        if near and len({f.scope for f in near}) == 1:
            return self._choose(near, call, VISIBLE)
        if not near and len({f.scope for f in shared}) == 1 and len({f.scope for f in free}) == 1:
            return self._choose(shared, call, UNIQUE)
        return None

    def _qualified(self, call: Call) -> Callee | None:
        names = self._names
        qualifier = call.qualifier
        if qualifier == "::":
            found = names.functions.get(("", call.name), [])
            return self._choose(found, call, QUALIFIED)
        wanted = qualifier.removeprefix("::")
        if wanted == "std" or wanted.startswith("std::"):
            return None
        for outer in outwards(call.scope) if not qualifier.startswith("::") else ("",):
            place = f"{outer}::{wanted}" if outer else wanted
            found = names.functions.get((place, call.name), [])
            known = place in names.namespaces or place in names.types
            if found and known and (chosen := self._choose(found, call, QUALIFIED)):
                return chosen
        holder = names.find_type(call.scope, wanted, call.file)
        if holder is not None:
            class_ = self._class_of(_Typed(wanted, call.scope, call.file))
            if class_ is None:
                return None
            found, owner = names.members(class_[0], call.name)
            if owner is not None:
                return self._choose(found, call, QUALIFIED)
            if class_[0].name.partition("<")[0] == call.name:
                return self._constructor(class_[0], call)
            return None
        if (made := self._constructed(call)) is not None:
            return made
        ending = [
            f
            for f in names.by_name.get(call.name, ())
            if (f.scope == wanted or f.scope.endswith("::" + wanted)) and (not f.is_local or call.file in f.files)
        ]
        if len({f.scope for f in ending}) == 1:
            return self._choose(ending, call, QUALIFIED)
        return None

    def _on_receiver(self, call: Call) -> Callee | None:
        typed = self._chain(call.file, call.scope, call.receiver, call.declared)
        if typed is None:
            return self._member_by_name(call)
        found = self._class_of(typed)
        if found is None:
            return None
        class_ = found[0]
        if call.receiver.endswith("->") and not types.split_type(typed.text)[2]:
            class_ = self._behind_arrow(typed) or class_
        members, holder = self._names.members(class_, call.name)
        if holder is None:
            return None
        return self._choose(members, call, OWN if call.receiver == "this->" else RECEIVER)

    def _member_by_name(self, call: Call) -> Callee | None:
        names = self._names
        members = [f for f in names.by_name.get(call.name, ()) if f.scope in names.types]
        if not members or call.name in _OF_THE_LIBRARY or len({f.scope for f in members}) != 1:
            return None
        return self._choose(members, call, UNIQUE_MEMBER)

    def _constructed(self, call: Call) -> Callee | None:
        spelled = f"{call.qualifier}::{call.name}" if call.qualifier not in ("", "::") else call.name
        found = self._class_of(_Typed(spelled, call.scope, call.file))
        return self._constructor(found[0], call) if found else None

    def _constructor(self, class_: Type, call: Call) -> Callee | None:
        name = class_.name.partition("<")[0]
        made = self._names.functions.get((class_.within, name), [])
        fit = [f for f in made if f.takes(call.arguments)]
        if len(fit) == 1:
            return Callee(fit[0].id, "Call", CONSTRUCTED)
        return Callee(class_.id, "Call", CONSTRUCTED)

    def _macro(self, call: Call) -> Callee | None:
        found = self._names.macros.get(call.name)
        if not found:
            return None
        if len({id_ for id_, _ in found}) == 1 and call.name not in self._names.by_name:
            return Callee(found[0][0], "Expansion", MACRO)
        sees = self._names.visible(call.file)
        near = {id_ for id_, file in found if file in sees}
        return Callee(near.pop(), "Expansion", MACRO) if len(near) == 1 else None

    def _choose(self, found: Sequence[Function], call: Call, evidence: str) -> Callee | None:
        """The one function that takes so many arguments."""
        fit = {f.id: f for f in found if f.takes(call.arguments)}
        if len(fit) > 1:
            twins = {f.key.removesuffix(" const") for f in fit.values()}
            if len(twins) > 1:
                return None
        if not fit:
            return None
        chosen = min(fit.values(), key=lambda f: (f.key.endswith(" const"), f.id))
        return Callee(chosen.id, "Call", evidence)

    # --- types --------------------------------------------------------------------------------------------------------

    def _own_class(self, scope: str, file: int) -> Type | None:
        key = (scope, file)
        if key not in self._own:
            found = None
            for outer in outwards(scope):
                if outer in self._names.types:
                    found = self._names.find_type("", outer, file)
                    break
            self._own[key] = found
        return self._own[key]

    def _class_of(self, typed: _Typed) -> tuple[Type, tuple[str, ...]] | None:
        """The class that a type is, behind its aliases, with its template arguments."""
        if typed in self._classes:
            return self._classes[typed]
        self._classes[typed] = None
        name, arguments, _ = types.split_type(typed.text)
        found = self._names.find_type(typed.scope, name, typed.file)
        answer: tuple[Type, tuple[str, ...]] | None = None
        if found is not None and found.is_alias:
            bindings = dict(zip(found.parameters, arguments, strict=False))
            target = types.substituted(types.alias_target(found.signature), bindings)
            if target and types.split_type(target)[0] != name:
                answer = self._class_of(_Typed(target, found.scope, min(found.files)))
        elif found is not None:
            answer = (found, arguments)
        self._classes[typed] = answer
        return answer

    def _aliased(self, typed: _Typed) -> _Typed:
        """The type behind aliases, of the repository or not."""
        for _ in range(_DEEPEST):
            name, arguments, _ = types.split_type(typed.text)
            found = self._names.find_type(typed.scope, name, typed.file)
            if found is None or not found.is_alias:
                break
            target = types.alias_target(found.signature)
            if not target:
                break
            typed = _Typed(
                types.substituted(target, dict(zip(found.parameters, arguments, strict=False))),
                found.scope,
                min(found.files),
            )
        return typed

    def _behind_arrow(self, typed: _Typed) -> Type | None:
        """The class of what a smart pointer points to; None for a class that is no smart pointer."""
        inside = self._dereferenced(typed)
        if inside is None:
            return None
        found = self._class_of(inside)
        return found[0] if found else None

    def _dereferenced(self, typed: _Typed) -> _Typed | None:
        typed = self._aliased(typed)
        name, arguments, _ = types.split_type(typed.text)
        if inside := types.pointee(name, arguments):
            return _Typed(inside, typed.scope, typed.file)
        return self._returned(typed, "operator->", 0)

    def _returned(self, typed: _Typed, name: str, arguments: int) -> _Typed | None:
        """What a member function of a class returns."""
        found = self._class_of(typed)
        if found is None:
            return None
        members, holder = self._names.members(found[0], name)
        if holder is None:
            return None
        return self._return_of(members, arguments, holder.within, self._bindings(found, holder))

    def _return_of(
        self, functions: Sequence[Function], arguments: int, scope: str, bindings: dict[str, str]
    ) -> _Typed | None:
        returns = {f.returns for f in functions if f.takes(arguments)} or {f.returns for f in functions}
        plain = {text.rstrip("&") for text in returns}
        if len(plain) != 1 or not (text := plain.pop()):
            return None
        return _Typed(types.substituted(text, bindings), scope, min(functions[0].files))

    def _bindings(self, found: tuple[Type, tuple[str, ...]], holder: Type) -> dict[str, str]:
        """The values of the template parameters of `holder`, which is a class or one of its bases."""
        type_, arguments = found
        path = self._path(type_, holder, 0)
        bindings = dict(zip(type_.parameters, arguments, strict=False))
        for base, given in path or ():
            bindings = dict(zip(base.parameters, (types.substituted(one, bindings) for one in given), strict=False))
        return bindings

    def _path(self, type_: Type, holder: Type, depth: int) -> list[tuple[Type, tuple[str, ...]]] | None:
        if type_ is holder:
            return []
        if depth > _DEEPEST:
            return None
        for base, given in type_.bases:
            rest = self._path(base, holder, depth + 1)
            if rest is not None:
                return [(base, given), *rest]
        return None

    # --- chains -------------------------------------------------------------------------------------------------------

    def _chain(self, file: int, scope: str, chain: str, declared: str) -> _Typed | None:
        """The type of a chain such as `this->stack_.top()`."""
        key = (file, scope, chain, declared)
        if key in self._chains:
            return self._chains[key]
        self._chains[key] = None  # where it leads to itself
        typed = self._walk(file, scope, chain.removesuffix("->").removesuffix("."), declared)
        self._chains[key] = typed
        return typed

    def _walk(self, file: int, scope: str, chain: str, declared: str) -> _Typed | None:
        typed: _Typed | None = None
        at, steps = 0, 0
        while at < len(chain) and steps < _DEEPEST:
            match = _STEP.match(chain, at)
            if match is None or match.end() == at:
                return None
            operator, name, qualified, called, subscripts = match.groups()
            if at == 0:
                typed = self._root(file, scope, name or "", qualified, called is not None, declared)
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

    def _root(self, file: int, scope: str, name: str, qualified: str, called: bool, declared: str) -> _Typed | None:
        names = self._names
        if name == "this":
            own = self._own_class(scope, file)
            return _Typed(own.within, "", file) if own else None
        if declared:
            return _Typed(declared, scope, file) if declared != "auto" else None
        if qualified:
            parts = [name, *qualified.removeprefix("::").split("::")]
            name, qualifier = parts[-1], "::".join(parts[:-1])
        else:
            qualifier = ""
        if called:
            callee = self._called(file, scope, name, qualifier)
            if callee is not None:
                return callee
            spelled = f"{qualifier}::{name}" if qualifier else name
            return _Typed(spelled, scope, file) if names.find_type(scope, spelled, file) else None
        own = self._own_class(scope, file)
        if own is not None and not qualifier and (found := names.field_type(own, name)):
            text, holder = found
            bindings = self._bindings((own, own.parameters), holder)
            return _Typed(types.substituted(text, bindings), holder.within, min(holder.files))
        for outer in outwards(scope):
            place = (f"{outer}::{qualifier}" if outer else qualifier) if qualifier else outer
            found_variables = names.variables.get((place, name))
            if found_variables:
                signature, files = found_variables[0]
                return _Typed(types.variable_type(signature, name), place, min(files))
        return None

    def _called(self, file: int, scope: str, name: str, qualifier: str) -> _Typed | None:
        names = self._names
        own = self._own_class(scope, file)
        if own is not None and not qualifier:
            typed = self._returned(_Typed(own.within, "", file), name, -1)
            if typed is not None:
                return typed
        if qualifier:
            holder = self._class_of(_Typed(qualifier, scope, file))
            if holder is not None:
                members, owner = names.members(holder[0], name)
                return self._return_of(members, -1, owner.within, {}) if owner else None
        for outer in outwards(scope):
            place = (f"{outer}::{qualifier}" if outer else qualifier) if qualifier else outer
            found = [f for f in names.functions.get((place, name), ()) if not f.is_local or file in f.files]
            if found:
                return self._return_of(found, -1, place, {})
        free = [f for f in names.by_name.get(name, ()) if f.scope not in names.types and not f.is_local]
        if len({f.scope for f in free}) == 1:
            return self._return_of(free, -1, free[0].scope, {})
        return None

    def _step(self, typed: _Typed, operator: str | None, name: str, called: bool) -> _Typed | None:
        if operator == "->" and not types.split_type(typed.text)[2]:
            typed = self._dereferenced(typed) or typed
        if called:
            return self._returned(typed, name, -1)
        found = self._class_of(typed)
        if found is None:
            return None
        member = self._names.field_type(found[0], name)
        if member is None:
            return None
        text, holder = member
        return _Typed(types.substituted(text, self._bindings(found, holder)), holder.within, min(holder.files))

    def _element(self, typed: _Typed) -> _Typed | None:
        name, arguments, pointers = types.split_type(typed.text)
        if pointers:
            return typed._replace(text=typed.text.rstrip("&").removesuffix("*"))
        typed = self._aliased(typed)
        name, arguments, pointers = types.split_type(typed.text)
        if pointers:
            return typed._replace(text=typed.text.rstrip("&").removesuffix("*"))
        if inside := types.element(name, arguments):
            return typed._replace(text=inside)
        return self._returned(typed, "operator[]", 1) or self._returned(typed, "operator*", 0)


# Members that the standard library's classes have too: a unique one of the repository proves nothing.
_OF_THE_LIBRARY = words(
    """
    append assign at back begin c_str capacity clear compare copy count data detach emplace emplace_back emplace_front
    empty end eof equal_range erase exchange fail find find_first_of first flush front get get_id good has_value ignore
    insert is_open close join key_comp length load lock lower_bound max_size name next notify_all notify_one open pop
    pop_back pop_front push push_back push_front put rbegin read release rend replace reserve reset resize rfind second
    seek size sort store str string substr swap test top type unlock upper_bound use_count value wait what write
    """
)
