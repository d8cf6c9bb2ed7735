"""Which function a call of the C family means.

Comes in: calls as they are spelled, with the scope and file that they stand in. Goes out: the symbols called, and the
evidence for it. A call for which the evidence is poor is left out: a wrong edge misleads more than a missing one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from kgraph.assemble.cpp import types
from kgraph.assemble.cpp.brought import outwards
from kgraph.assemble.cpp.library import C_LIBRARY, MEMBERS_OF_THE_LIBRARY, OFTEN_MACROS
from kgraph.assemble.cpp.names import Function, Names, Type
from kgraph.assemble.cpp.receivers import Receivers, Typed
from kgraph.model import UseKind

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


_ROOT = re.compile(r"\w*")  # of a receiver


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
    in_const: bool = False  # in a `const` method


class Callee(NamedTuple):
    """What a call means."""

    target: str  # id
    kind: str  # class of the use
    evidence: str


class Calls:
    """Resolves calls one by one, and remembers what it found out on the way."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._types = Receivers(names)

    def resolve(self, call: Call) -> Callee | None:
        """What a call means; None where that is not sure enough."""
        if call.kind == UseKind.READ:
            return self._mentioned(call)
        if call.kind == UseKind.CONSTRUCT:
            return self._constructed(call)
        if call.receiver:
            return self._on_receiver(call)
        if call.qualifier:
            return self._qualified(call)
        return self._plain(call)

    def _mentioned(self, call: Call) -> Callee | None:
        """A function of the same file whose address is taken."""
        found = {f.id for f in self._names.by_name.get(call.name, ()) if f.is_local and call.file in f.files}
        return Callee(found.pop(), "Reference", SAME_FILE) if len(found) == 1 else None

    # --- by form ------------------------------------------------------------------------------------------------------

    def _plain(self, call: Call) -> Callee | None:
        names = self._names
        macro = self._macro(call)
        if macro and call.name not in names.by_name:
            return macro
        own = self._types.own_class(call.scope, call.file)
        if own is not None:
            found, holder = names.members(own, call.name)
            if holder is not None:
                return self._choose(found, call, OWN)
            if names.field_type(own, call.name) is not None:
                return None  # it is initialised, or called
        if macro:
            return macro
        candidates = names.by_name.get(call.name, ())
        for outer in outwards(call.scope):
            free = names.free(outer, call.name, call.file)
            if free is None:
                return None
            if free and outer not in names.types:
                sees = names.visible(call.file)
                near = [f for f in free if not sees.isdisjoint(f.files)]
                if near:  # they hide what the scopes around have
                    return self._choose(near, call, SAME_FILE if any(call.file in f.files for f in near) else NAMESPACE)
        if call.name in names.types_by_name and (made := self._constructed(call)):
            return made
        return self._by_name([f for f in candidates if f.scope not in names.types], call)

    def _by_name(self, free: Sequence[Function], call: Call) -> Callee | None:
        """By the name alone: what using declarations and arguments' namespaces bring in."""
        shared = [f for f in free if not f.is_local]
        if not shared or any(f.is_local and call.file in f.files for f in free):
            shared = [f for f in free if not f.is_local or call.file in f.files]
        sees = self._names.visible(call.file)
        near = [f for f in free if not sees.isdisjoint(f.files)]
        if near and len({f.scope for f in near}) == 1:
            return self._choose(near, call, VISIBLE)
        if (
            not near
            and call.name not in C_LIBRARY
            and len({f.scope for f in shared}) == 1
            and len({f.scope for f in free}) == 1
        ):
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
            if not any(p in names.namespaces or p in names.types for p in names.meanings(outer, wanted, call.file)):
                continue
            free = names.free(outer, f"{wanted}::{call.name}", call.file)
            if free and (chosen := self._choose(free, call, QUALIFIED)):
                return chosen
        holder = names.find_type(call.scope, wanted, call.file)
        if holder is not None:
            class_ = self._types.class_of(Typed(wanted, call.scope, call.file))
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
        typed = self._types.chain(call.file, call.scope, call.receiver, call.declared)
        if typed is None:
            return self._member_by_name(call)
        class_ = None
        if call.receiver.endswith("->") and not types.split_type(typed.text)[2]:
            class_ = self._types.behind_arrow(typed)
        if class_ is None and (found := self._types.class_of(typed)):
            class_ = found[0]
        if class_ is None:
            return None
        members, holder = self._names.members(class_, call.name)
        if holder is None:
            return None
        return self._choose(members, call, OWN if call.receiver == "this->" else RECEIVER)

    def _member_by_name(self, call: Call) -> Callee | None:
        names = self._names
        root = _ROOT.match(call.receiver)
        if root and root[0] in names.macros:
            return None
        members = [f for f in names.by_name.get(call.name, ()) if f.scope in names.types and not f.is_constructor]
        if not members or call.name in MEMBERS_OF_THE_LIBRARY or len({f.scope for f in members}) != 1:
            return None
        return self._choose(members, call, UNIQUE_MEMBER)

    def _constructed(self, call: Call) -> Callee | None:
        spelled = f"{call.qualifier}::{call.name}" if call.qualifier not in ("", "::") else call.name
        found = self._types.class_of(Typed(spelled, call.scope, call.file))
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
        if not found or call.name in C_LIBRARY - OFTEN_MACROS:
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
            if len(twins) > 1 or any(f.signature.startswith("template") for f in fit.values()):
                return None  # of templates, what they ask of their arguments may differ too
        if not fit:
            return None
        constant = len(fit) > 1 and self._is_constant(call)
        chosen = min(fit.values(), key=lambda f: (f.key.endswith(" const") != constant, f.id))
        return Callee(chosen.id, "Call", evidence)

    def _is_constant(self, call: Call) -> bool:
        """Whether the object of a call is surely constant: declared so, or a part of that of a `const` method."""
        receiver = call.receiver.removeprefix("this->")
        name, is_arrow = receiver.removesuffix("->"), receiver.endswith("->")
        if call.declared:
            return (
                call.declared.startswith("const ") and call.declared.endswith("*") == is_arrow and name.isidentifier()
            )
        if call.qualifier:
            return False
        own = self._types.own_class(call.scope, call.file) if name.isidentifier() else None
        if own is not None and self._names.is_constant(own, name):
            return True
        return call.in_const and "->" not in receiver
