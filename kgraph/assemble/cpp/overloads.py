"""Overload resolution of the C family: which function a call means, by name, scope, receiver and number of arguments.

Input: calls as they are spelled, with the scope and file that they stand in. Output: the symbols called, and the
evidence for it. A call for which the evidence is poor is left out: a wrong edge misleads more than a missing one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from kgraph.assemble.cpp.argument_fits import OverloadChooser
from kgraph.assemble.cpp.c_library import C_LIBRARY, MEMBERS_OF_THE_LIBRARY, OFTEN_MACROS
from kgraph.assemble.cpp.entities import Function, Functions, Type, best_for_object, best_of
from kgraph.assemble.cpp.members import levels
from kgraph.assemble.cpp.name_index import NameIndex
from kgraph.assemble.cpp.operators import Operators
from kgraph.assemble.cpp.outside_receivers import leads_outside
from kgraph.assemble.cpp.receiver_types import ReceiverTypes, ScopedType
from kgraph.assemble.evidence import CppEvidence
from kgraph.model import UseKind

NO_MACROS = C_LIBRARY - OFTEN_MACROS

_CALL, _READ, _CONSTRUCT = UseKind.CALL.value, UseKind.READ.value, UseKind.CONSTRUCT.value
_FUNCTION, _DECLARE = UseKind.FUNCTION.value, UseKind.DECLARE.value
_WORDS = re.compile(r"\w+")
# Evidence of where a function is looked up, rather than of its name alone.
_OF_KNOWN_SCOPE = frozenset(
    {
        *(CppEvidence.OWN_CLASS, CppEvidence.RECEIVER_TYPE, CppEvidence.QUALIFIED_NAME),
        *(CppEvidence.ENCLOSING_NAMESPACE, CppEvidence.SAME_FILE),
    }
)
OPERATED = ("operator", "~")  # begin the names of what an operand calls
_SELECTOR = "@"  # the qualifier of what `@selector(name:)` names
_TYPE_OR_CALL = "()"  # stands for the template arguments of `T(int)` in `F<T(int)>`
_OWN_OBJECT = frozenset({"this->", "this.", "this"})  # the last one is `(*this).`
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
    argument: str = ""  # what the first one is, or the right operand; see `extract.cpp.arguments`


class Callee(NamedTuple):
    """What a call means."""

    target: str  # id
    kind: str  # class of the use
    evidence: str | None


class CallResolver:
    """Resolves calls one by one, and remembers what it found out on the way."""

    def __init__(self, names: NameIndex) -> None:
        self._names = names
        self._types = ReceiverTypes(names)
        self._operators = Operators(names, self._types)
        self._arguments = OverloadChooser(names, self._types)

    def resolve(self, call: Call) -> Callee | None:
        """What a call means; None where that is not sure enough."""
        if call.kind == _READ:
            return self._resolve_address_of(call)
        if call.kind == _CONSTRUCT:
            return self._resolve_construction(call)
        if call.kind == _DECLARE:
            return self._resolve_declared(call)
        if call.name.startswith(OPERATED):
            return self._resolve_operator(call) if call.receiver else None
        if call.receiver:
            return self._resolve_member(call)
        found = self._resolve_qualified(call) if call.qualifier else self._resolve_unqualified(call)
        is_type = call.declared == _TYPE_OR_CALL and found is not None and found.evidence == CppEvidence.CLASS_NAME
        return None if is_type else found

    def _resolve_address_of(self, call: Call) -> Callee | None:
        """A function that is named without being called: one of the same file; `&Class::method`; a slot of Qt."""
        if call.qualifier == _SELECTOR:
            return self._resolve_selector(call)
        if call.receiver or call.qualifier:
            callee = self._resolve_member(call) if call.receiver else self._resolve_qualified(call)
            is_function = callee is not None and callee.evidence != CppEvidence.CLASS_NAME
            return callee._replace(kind="Reference") if callee and is_function else None
        found = [f.id for f in self._find_in_file(call.name, call.file) if f.is_local]
        return Callee(found[0], "Reference", CppEvidence.SAME_FILE) if len(found) == 1 else None

    def _resolve_selector(self, call: Call) -> Callee | None:
        """The method of Objective-C that `@selector(name:)` names: of the one class that has one, else of this one."""
        only = self._names.only_members(call.name)
        own = self._types.own_class(call.scope, call.file)
        if not only and own is not None:
            members, holder = self._names.members.functions(own, call.name)
            return Callee(members[0].id, "Reference", CppEvidence.OWN_CLASS) if holder and len(members) == 1 else None
        return Callee(only[0].id, "Reference", CppEvidence.ONLY_MEMBER) if len(only) == 1 else None

    def _find_in_file(self, name: str, file: int) -> Sequence[Function]:
        """The functions of that name that a file declares."""
        return self._names.by_name[name].select_file(file) if name in self._names.by_name else ()

    def may_be_inherited(self, call: Call) -> bool:
        """Whether a call stands in a class with a base that is not in the repository, whose members are not known."""
        own = self._types.own_class(call.scope, call.file)
        pending = [own] if own else []
        seen: set[int] = set()
        while pending:
            class_ = pending.pop()
            if len(class_.bases) < len(class_.base_texts):
                return True
            seen.add(class_.number)
            pending += [base for base, _ in class_.bases if base.number not in seen]
        return False

    # --- by form ------------------------------------------------------------------------------------------------------

    def _resolve_unqualified(self, call: Call) -> Callee | None:
        """A macro that is surely defined comes first; whether another one or a function is meant is not known."""
        macro, is_certain = self._resolve_macro(call)
        if macro and (is_certain or call.name not in self._names.functions):
            return macro
        found = self._resolve_name(call)
        is_sure = found is not None and found.evidence != CppEvidence.ONE_OVERLOAD
        return None if macro and is_sure else macro or found

    def _resolve_name(self, call: Call) -> Callee | None:
        names = self._names
        own = self._types.own_class(call.scope, call.file)
        if own is not None:
            found, holder = names.members.functions(own, call.name)
            if holder is not None:
                return self._select_overload(found, call, CppEvidence.OWN_CLASS)
            if names.members.field_type(own, call.name) is not None:
                return None  # it is initialised, or called
        for outer in names.outwards(call.scope):
            near = names.near(outer, call.name, call.file)
            if near is None:
                return None
            if not near or outer in names.types:
                continue
            if not outer and call.name in C_LIBRARY and any(f.scope for f in near):
                return None  # brought in beside the library's own, which we do not see
            # They hide what the scopes around have.
            is_here = near.select_file(call.file)
            rule = CppEvidence.SAME_FILE if is_here else CppEvidence.ENCLOSING_NAMESPACE
            return self._select_overload(near, call, rule)
        if call.name in names.types_by_name and (made := self._resolve_construction(call)):
            return made if self._may_see_type(call) else None
        return self._resolve_by_argument_namespaces(call)

    def _may_see_type(self, call: Call) -> bool:
        """Whether the file sees a type of that name: else what is called so is a local one, a member or a macro."""
        return any(
            type_.files.is_seen(self._names.visible(call.file)) for type_ in self._names.types_by_name[call.name]
        )

    def _resolve_by_argument_namespaces(self, call: Call) -> Callee | None:
        """By the name alone: what arguments' namespaces bring in."""
        free = self._names.no_members(call.name)
        if not free:
            return None
        if near := free.near(self._names.visible(call.file)):
            return self._select_overload(near, call, CppEvidence.ONLY_INCLUDED) if near.is_of_one_scope else None
        names, shared = self._names, free.shared
        if call.name in C_LIBRARY or not shared or not free.is_of_one_scope:
            return None
        by_scope, around = names.functions[call.name], names.outwards(call.scope)
        if not any(shared[0].scope in (names.holders(each, call.name, call.file, by_scope) or ()) for each in around):
            return None  # no unqualified name leads there: one of elsewhere is meant
        return self._select_overload(shared, call, CppEvidence.ONLY_FUNCTION)

    def _resolve_qualified(self, call: Call) -> Callee | None:
        names = self._names
        qualifier = call.qualifier
        by_scope = names.functions.get(call.name, {})
        if qualifier == "::":
            return self._select_overload(by_scope.get("", Functions()), call, CppEvidence.QUALIFIED_NAME)
        wanted = qualifier.removeprefix("::")
        if wanted == "std" or wanted.startswith("std::"):
            return None
        if wanted.endswith(">"):
            return self._resolve_in_class(call, wanted)
        if by_scope:
            for outer in names.outwards(call.scope) if not qualifier.startswith("::") else ("",):
                free = names.free(outer, f"{wanted}::{call.name}", call.file)
                if not free:
                    continue
                if names.is_place(outer, wanted, call.file) and (
                    chosen := self._select_overload(free, call, CppEvidence.QUALIFIED_NAME)
                ):
                    return chosen
        if names.find_type(call.scope, wanted, call.file) is not None:
            return self._resolve_in_class(call, wanted) or self._resolve_construction(call)
        if (made := self._resolve_construction(call)) is not None:
            return made
        ending = names.ending(call.name, wanted)
        if ending.shared is not ending:
            ending = Functions([*ending.shared, *(f for f in ending.select_file(call.file) if f.is_local)])
        return self._select_overload(ending, call, CppEvidence.QUALIFIED_NAME) if ending.is_of_one_scope else None

    def _resolve_in_class(self, call: Call, spelled: str) -> Callee | None:
        """A static member, or a constructor, of a class as it is spelled."""
        class_ = self._types.class_of(ScopedType(spelled, call.scope, call.file))
        if class_ is None:
            return None
        found, owner = self._names.members.functions(class_[0], call.name)
        if owner is not None:
            return self._select_overload(found, call, CppEvidence.QUALIFIED_NAME)
        if class_[0].name.partition("<")[0] == call.name:
            return self._constructor(class_[0], call)
        return None

    def _resolve_member(self, call: Call) -> Callee | None:
        known, class_ = self._types.class_behind(call.file, call.scope, call.receiver, call.declared)
        if call.qualifier:
            return self._resolve_member_of(call, class_)
        if not known:  # of a slot, all widgets have the same names
            by_name = call.kind != _READ and not call.receiver.endswith(".")
            return self._member_by_name(call) if by_name else None
        if class_ is None:
            return None
        rule = CppEvidence.OWN_CLASS if call.receiver in _OWN_OBJECT else CppEvidence.RECEIVER_TYPE
        members, holder = self._names.members.functions(class_, call.name)
        if holder is not None:
            return self._select_overload(members, call, rule)
        if not class_.signature.startswith("@"):
            return self._resolve_called_field(call, class_)
        accessed = self._names.members.property(class_, call.name)
        return Callee(accessed, "Reference", rule) if accessed else None

    def _resolve_called_field(self, call: Call, class_: Type) -> Callee | None:
        """`object.field(x)`, where the class of the field declares `operator()`."""
        if call.kind != _CALL or (field := self._names.members.field_type(class_, call.name)) is None:
            return None
        text, holder = field
        of_field = self._types.object_class(ScopedType(text, holder.within, holder.files.first))
        if of_field is None or (holder.parameters and set(holder.parameters) & set(_WORDS.findall(text))):
            return None
        members, owner = self._names.members.functions(of_field, "operator()")
        return self._select_overload(members, call, CppEvidence.OPERATOR) if owner else None

    def _resolve_operator(self, call: Call) -> Callee | None:
        """An operator, a conversion or a destructor of the class of the operand, which is the receiver."""
        if call.name.startswith("~"):
            class_ = self._types.find_destroyed_class(call.file, call.scope, call.receiver, call.declared)
            found = self._operators.destructor(class_, call.name) if class_ else Functions()
            return self._select_overload(found, call, CppEvidence.DESTRUCTOR)
        class_ = self._types.operand_class(call.file, call.scope, call.receiver, call.declared)
        if class_ is None:
            return None
        candidates = self._operators.candidates(class_, call)
        if candidates is None:
            return None
        found, count = candidates
        if call.qualifier and any(self._types.find_returned_class(function) is not class_ for function in found):
            return None  # not all give what the next is called on
        at = count - call.arguments
        return self._select_overload(found, call._replace(arguments=count), CppEvidence.OPERATOR, at)

    def _resolve_member_of(self, call: Call, class_: Type | None) -> Callee | None:
        """`object.Base::member()`: Base is looked up as a base of the object's class, then where the call stands."""
        spelled = call.qualifier.removeprefix("::")
        if spelled == "super":  # of Objective-C: the first base is the class above
            members, holder = self._names.members.find_in_bases(class_, call.name) if class_ else (Functions(), None)
            return self._select_overload(members, call, CppEvidence.OWN_CLASS) if holder else None
        wanted = spelled.partition("<")[0]
        named = [
            type_
            for level in (levels(class_) if class_ else ())
            for type_ in level
            if f"::{type_.bare}".endswith(f"::{wanted}")
        ]
        base = named[0] if named else None
        if base is None:
            found = self._types.class_of(ScopedType(spelled, call.scope, call.file))
            base = found[0] if found else None
        if base is None:
            return None
        members, holder = self._names.members.functions(base, call.name)
        return self._select_overload(members, call, CppEvidence.QUALIFIED_NAME) if holder else None

    def _member_by_name(self, call: Call) -> Callee | None:
        root = _ROOT.match(call.receiver)
        if call.name in MEMBERS_OF_THE_LIBRARY or (root and root[0] in self._names.macros):
            return None
        place = (call.file, call.scope, call.receiver, call.declared)
        only = self._names.only_members(call.name)
        # A member of a class is called where that is defined.
        may_be_meant = any(self._names.visible.may_see(call.file, each.files) for each in only)
        if not may_be_meant or leads_outside(self._names, self._types, *place):
            return None
        return self._select_overload(only, call, CppEvidence.ONLY_MEMBER)

    def _resolve_construction(self, call: Call) -> Callee | None:
        spelled = f"{call.qualifier}::{call.name}" if call.qualifier not in ("", "::") else call.name
        if call.declared.startswith("<") and not call.receiver:
            spelled += call.declared
        found = self._types.class_of(ScopedType(spelled, call.scope, call.file))
        return self._constructor(found[0], call) if found else None

    def _resolve_declared(self, call: Call) -> Callee | None:
        """`Type name;`: a constructor, or a class that has some, or a base. An aggregate is made by none."""
        spelled = f"{call.qualifier}::{call.name}" if call.qualifier else call.name
        spelled += call.declared if call.declared.startswith("<") else ""
        found = self._types.class_of(ScopedType(spelled, call.scope, call.file))
        if found is None or found[0].signature.startswith("enum") or not self._may_see_type(call):
            return None
        made = self._constructor(found[0], call)
        is_made = made.target != found[0].id or self._has_constructors(found[0]) or found[0].base_texts
        return made._replace(evidence=CppEvidence.DECLARED_OBJECT) if is_made else None

    def _has_constructors(self, class_: Type) -> bool:
        return class_.within in self._names.functions.get(class_.name.partition("<")[0], {})

    def _constructor(self, class_: Type, call: Call) -> Callee:
        name = class_.name.partition("<")[0]
        made = self._names.functions.get(name, {}).get(class_.within)
        fit = made.lone(call.arguments) if made else None
        if fit is None and made and call.argument:
            chosen = self._fitting(made, call, 0)
            fit = chosen[0] if len(chosen) == 1 else None
        if fit is None and len(inherited := self._find_inherited_constructors(class_, call.arguments)) == 1:
            fit = inherited[0]
        return Callee(fit.id if fit else class_.id, "Call", CppEvidence.CLASS_NAME)

    def _find_inherited_constructors(self, class_: Type, arguments: int) -> list[Function]:
        """Constructors of direct bases that a class has by `using Base::Base;`, and that take so many arguments."""
        found: list[Function] = []
        for base, _ in class_.bases:
            name = base.name.partition("<")[0]
            if (class_.within, name) in self._names.inheriting:
                made = self._names.functions.get(name, {}).get(base.within, ())
                found += [each for each in made if each.takes(arguments)]
        return found

    def _resolve_macro(self, call: Call) -> tuple[Callee | None, bool]:
        """The macro that may be defined where a call stands, and whether it must be."""
        macros = self._names.macros.get(call.name)
        if not macros or call.name in NO_MACROS or call.kind == _FUNCTION:
            return None, False
        sight = self._names.macro_sight
        defined = [macro for macro in macros if sight.is_defined(macro, call.file)]
        if len(defined) != 1:
            return None, False
        callee = Callee(defined[0].id, "Expansion", CppEvidence.MACRO_NAME)
        return callee, sight.is_certain(defined[0], call.file)

    def _fitting(self, candidates: Functions, call: Call, place: int) -> list[Function]:
        """The functions that fit the type of the argument at a place, which differ at most in `const`."""
        fit = [function for function in candidates if function.takes(call.arguments)]
        if not call.argument or len(fit) < 2:
            return []
        return self._arguments.choose(fit, place, call.argument, call.scope, call.file)

    def _select_overload(self, candidates: Functions, call: Call, evidence: str, place: int = 0) -> Callee | None:
        """The one function that takes so many arguments; of several, the one that takes such a one at a place."""
        best = candidates.best(call.arguments)
        if best is None and (fitting := self._fitting(candidates, call, place)):
            best, evidence = best_of(fitting), CppEvidence.OVERLOAD_TYPES
        best = best or best_for_object(candidates, call.arguments, call.receiver)
        if best is None and call.kind == _CALL and evidence in _OF_KNOWN_SCOPE and candidates.is_of_one_scope:
            best, evidence = self._likely(candidates, call, place), CppEvidence.ONE_OVERLOAD
        if best is None:
            return None
        chosen, constant = best
        if constant is not chosen and self._is_constant(call):
            chosen = constant
        return Callee(chosen.id, "Call", evidence)

    def _likely(self, candidates: Functions, call: Call, place: int) -> tuple[Function, Function] | None:
        """Of functions that may all be meant the one that the argument at a place speaks for most."""
        visible = self._names.visible(call.file)
        fit = [each for each in candidates if each.takes(call.arguments) and each.files.is_seen(visible)]
        if not fit:
            return None
        if made_here := [each for each in fit if each.key.endswith("&&")]:
            fit = made_here if call.receiver.endswith("()") else [each for each in fit if each not in made_here] or fit
        likely = self._arguments.likeliest(fit, place, call.argument, call.scope, call.file)
        twins = [each for each in fit if each.key.removesuffix(" const") == likely.key.removesuffix(" const")]
        return best_of(twins) or (likely, likely)

    def _is_constant(self, call: Call) -> bool:
        """Whether the object of a call is surely constant: declared so, or a part of that of a `const` method."""
        receiver = call.receiver.removeprefix("this->")
        name, is_arrow = receiver.removesuffix("->"), receiver.endswith("->")
        if call.declared:
            is_pointer = call.declared.endswith("*")
            is_root = name.isidentifier() or name == "()"  # what is cast
            return call.declared.startswith("const ") and is_pointer == is_arrow and is_root
        if call.qualifier:
            return False
        own = self._types.own_class(call.scope, call.file) if name.isidentifier() else None
        if own is not None and self._names.members.is_constant(own, name):
            return True
        return call.in_const and "->" not in receiver
