"""How Kotlin looks: its declarations and statements as nodes of tree-sitter's grammar."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, ClassVar

from tree_sitter import Node

from kgraph.extract.scoped import common, kotlin_text
from kgraph.extract.scoped.kotlin_expressions import (
    TYPES,
    block,
    child,
    condition,
    find_children,
)
from kgraph.extract.scoped.kotlin_repairs import REPAIRS
from kgraph.extract.scoped.kotlin_uses import KotlinUses
from kgraph.extract.scoped.scopes import (
    UNKNOWN,
    ArrayOf,
    ElementOf,
    ExpressionValue,
    LexicalScope,
    ScopedPath,
    TypeAlias,
    TypedValue,
)
from kgraph.extract.scoped.type_arguments import note_given_type, note_type_parameters, note_types_of_base
from kgraph.extract.text import flatten
from kgraph.extract.treesitter import nodes
from kgraph.extract.treesitter.nodes import text_of
from kgraph.model import Kind, NameBindingFact
from kgraph.scoped_languages import HIDDEN, JVM_NAME

_BODIES = ("class_body", "enum_class_body", "function_body", "block")
_PARAMETERS = ("function_value_parameters", "class_parameters")
_BARE_CLASS = re.compile(r"\bclass\s+(\w+)\s*(?:\{\s*\})?\Z")
_JVM_NAME = re.compile(r"""@file:\s*\[?[^"]*\bJvmName\(\s*(?:name\s*=\s*)?"(\w+)\"""")
_MAX_BARE = 300  # characters
_MAX_MODIFIERS = 2_000  # characters, annotations included
_NO_VALUES = frozenset({"getter", "setter", "property_delegate", "type_constraints", "line_comment", "block_comment"})


class KotlinReader(KotlinUses):
    """Reads one Kotlin file."""

    repairs = REPAIRS

    @classmethod
    def prepare(cls, content: bytes) -> bytes:
        return kotlin_text.prepare(content)

    def trees(self, content: bytes, parse: Callable[[bytes], Node]) -> list[tuple[Node, frozenset[int] | None]]:
        text, annotations, lines = kotlin_text.split_annotations(content)
        return [(parse(text), None), *([(parse(annotations), lines)] if lines else [])]

    # --- parts of declarations --------------------------------------------------------------------------------------

    def parts(self, node: Node) -> tuple[Node | None, Node | None]:
        holder = child(node, "primary_constructor") if node.type == "class_declaration" else None
        return child(node, *_BODIES) or holder, None if holder else child(node, *_PARAMETERS)

    def key(self, parameters: Node) -> str:
        spelled = [
            _spell(of) for of in (self.receiver, *(child(each, *TYPES) for each in _list_parameters(parameters))) if of
        ]
        return flatten(f"({','.join(spelled)})", 300)

    def arity(self, parameters: Node) -> int:
        return len(_list_parameters(parameters)) + (self.receiver is not None)

    def modifiers(self, head: Node) -> list[str]:
        found = child(head, "modifiers")
        words = [self.text(each) for each in found.named_children if "modifier" in each.type] if found else []
        if found and "DeprecationLevel.HIDDEN" in self.text(found)[:_MAX_MODIFIERS]:
            words.append(HIDDEN)
        return [*words, "companion"] if head.type == "companion_object" else words

    def access(self, name: str, words: list[str], scope: LexicalScope) -> Any:
        is_seen = scope.name == scope.type_name and "internal" not in words
        return super().access(name, words, scope) or ("public" if is_seen else "")

    # --- declarations -----------------------------------------------------------------------------------------------

    def _package(self, node: Node, scope: LexicalScope) -> None:
        if path := child(node, "qualified_identifier", "identifier"):  # behind which a semicolon may stand
            self.package = "".join(self.text(path).split()).replace("`", "")

    def _file_annotation(self, node: Node, scope: LexicalScope) -> None:
        """`@file:JvmName("Shapes")`: the class that Java sees the functions of the file in."""
        if name := _JVM_NAME.search(self.text(node)):
            self._imported.append(NameBindingFact(-1, JVM_NAME, name[1]))

    def _import(self, node: Node, scope: LexicalScope) -> None:
        path = child(node, "qualified_identifier")
        if path is None:
            return
        spelling = "".join(self.text(path).split()).replace("`", "")
        outer, _, last = spelling.rpartition(".")
        is_star = any(each.type == "*" for each in node.children)
        self.imports(spelling, node, ("*",) if is_star else ())
        alias = child(node, "identifier")
        if is_star:
            self.bind_import("*", f"{spelling}|")
        else:
            self.bind_import(self.text(alias) if alias else last, f"{outer}|{last}")

    def _type(self, node: Node, scope: LexicalScope) -> None:
        name = node.child_by_field_name("name")
        named = self.text(name) if name else "Companion"
        if name is None and (found := child(node, "identifier")):
            named = self.text(found)
        words = self.modifiers(node)
        is_interface = any(each.type == "interface" for each in node.children)
        self._class(Kind.ENUM if "enum" in words else Kind.CLASS, named, node, scope)
        if is_interface:
            self.add_modifier("interface")

    def _read_annotated(self, node: Node, scope: LexicalScope) -> LexicalScope | None:
        """An expression; the grammar has a class without a body as one, where annotations with arguments precede it."""
        found = _BARE_CLASS.search(self.text(node)[-_MAX_BARE:])
        if found is None:
            return scope
        self.declare(Kind.CLASS, found[1], node, scope)
        self.walk(find_children(node, "annotation"), scope)
        return None

    def _class(self, kind: Kind, name: str, node: Node, scope: LexicalScope) -> None:
        specifiers = child(node, "delegation_specifiers")
        bases = [(each, of) for each in find_children(specifiers, "delegation_specifier") if (of := _base(each))]
        inside = self.declare(kind, name, node, scope, bases=tuple(nodes.simple_name(self.text(of)) for _, of in bases))
        inside.is_hoisted = True
        inside.bind("this", 0, ScopedPath(f"{inside.type_name}|@"))
        own = self.type_parameters(node, inside)
        note_type_parameters(self, inside, own)
        header = common.open_block(self, node, inside)  # which alone sees the parameters of the primary constructor
        for specifier, of in bases:
            self.inherits(of, inside, inside)
            given = [child(each, *TYPES) for each in find_children(child(of, "type_arguments"), "type_projection")]
            name_of_base = self.text(find_children(of, "identifier")[-1])
            note_types_of_base(self, inside, name_of_base, [each for each in given if each is not None], {*own})
            part = specifier.named_children[0]
            if part.type == "constructor_invocation":
                self.constructs(of, header, part)
            self.walk(part.named_children, header)
        body = child(node, "class_body", "enum_class_body")
        for each in reversed(body.named_children if body else ()):
            is_initial = each.type in ("property_declaration", "anonymous_initializer", "enum_entry")
            self.walk([each], header if is_initial else inside)
        if primary := child(node, "primary_constructor"):
            self._primary(name, primary, inside, header)
        self.walk(find_children(node, "modifiers"), inside)

    def _primary(self, name: str, node: Node, inside: LexicalScope, header: LexicalScope) -> None:
        parameters = child(node, "class_parameters")
        own = self.declare(Kind.CONSTRUCTOR, name, node, inside)
        self._takes(parameters, own)
        for each in find_children(parameters, "class_parameter"):
            name_, of = child(each, "identifier"), child(each, *TYPES)
            if name_ is None or of is None:
                continue
            if any(part.type in ("val", "var") for part in each.children):
                self.holds(self.declare(Kind.FIELD, self.text(name_), each, inside), _read_type(each, of, inside))
            header.bind(self.text(name_), 0, _read_type(each, of, inside))
            self.walk([part for part in each.named_children if part != name_], own)
        self.walk(find_children(node, "modifiers"), inside)

    def _secondary(self, node: Node, scope: LexicalScope) -> None:
        name = scope.type_name.rpartition(".")[2]
        inside = self.declare(Kind.CONSTRUCTOR, name, node, scope)
        self._takes(child(node, *_PARAMETERS), inside)
        self.walk(node.named_children, inside)

    def _enum_entry(self, node: Node, scope: LexicalScope) -> None:
        name = child(node, "identifier")
        inside = self.declare(Kind.ENUMERATOR, self.text(name) if name else "", node, scope)
        self.holds(inside, ScopedPath(f"{scope.type_name}|@"))
        for each in node.named_children:
            self.walk(each.named_children if each.type == "class_body" else [each] if each != name else [], inside)

    def _object(self, node: Node, scope: LexicalScope) -> None:
        first = next((of for each in find_children(child(node, "delegation_specifiers")) if (of := _base(each))), None)
        self._class(
            Kind.CLASS, f"(anonymous {nodes.simple_name(self.text(first)) if first else 'object'})", node, scope
        )

    def _alias(self, node: Node, scope: LexicalScope) -> None:
        name, of = node.child_by_field_name("type"), child(node, *TYPES)
        inside = self.declare(Kind.TYPE_ALIAS, self.text(name) if name else "", node, scope)
        self.type_parameters(node, inside)
        if of:
            self.holds(inside, TypeAlias(of, inside))
            self.hands(of, inside)
            self.walk([of], inside)

    def _function(self, node: Node, scope: LexicalScope) -> None:
        name, parameters = node.child_by_field_name("name"), child(node, *_PARAMETERS)
        types = find_children(node, *TYPES)
        result = next((each for each in types if parameters and each.start_byte > parameters.start_byte), None)
        self.receiver = next((each for each in types if name and each.start_byte < name.start_byte), None)
        receiver = self.receiver
        is_of_entry = scope.symbol >= 0 and self.symbols[scope.symbol].kind == Kind.ENUMERATOR
        kind = Kind.METHOD if is_of_entry else Kind.FUNCTION
        inside = self.declare(kind, self.text(name).strip("`") if name else "", node, scope)
        self._takes(parameters, inside)
        self.receiver = None
        own = self.type_parameters(node, inside)
        self._receive(receiver, inside)
        body = child(node, "function_body")
        value = next((each for each in (body.named_children if body else ()) if "comment" not in each.type), None)
        if result is not None:
            self.gives(inside, TypedValue(result, inside))
            if (given := self.text(result)) in scope.bound and given not in own:
                note_given_type(self, inside, given)
        elif value is not None and value.type != "block":
            self.gives(inside, ExpressionValue(value, inside))
        self.walk([each for each in node.named_children if each != name], inside)

    def _receive(self, receiver: Node | None, inside: LexicalScope) -> None:
        """An extension of a type: what it extends, and its instance as `this`."""
        if receiver is not None:
            extended = self.instance(self.type(receiver, inside))
            self._held.append((inside.symbol, "this", extended if extended.path[1:] else ScopedPath("|Any~")))
            self.opens_receiver(inside, TypedValue(receiver, inside))

    def _takes(self, parameters: Node | None, inside: LexicalScope) -> None:
        """How many arguments a function takes, what its parameters are, and what it hands to a function."""
        children = parameters.named_children if parameters else []
        most: int | None = len(each := find_children(parameters, "parameter", "class_parameter")) + (
            self.receiver is not None
        )
        least = most or 0
        last: Node | None = None
        for at, part in enumerate(children):
            before = children[at - 1] if at else None
            if part in each:
                last = child(part, *TYPES)
                if (before is not None and "vararg" in self.text(before)[:20]) or _is_open(part):
                    least, most = least - 1, None
                elif child(part, *TYPES) and part.named_children[-1].type not in TYPES:
                    least -= 1  # of a class, which holds its default
            elif "comment" not in part.type and "modifiers" not in part.type:
                least -= 1  # a default
        if most is not None and inside.symbol >= 0 and self._is_suspended(inside):
            most += 1  # Java passes a continuation behind all others
        if most is None or least != most:
            self.takes(inside, max(least, 0), most)
        self.hands(last, inside)

    def _is_suspended(self, inside: LexicalScope) -> bool:
        return "suspend" in self.symbols[inside.symbol].modifiers

    def _parameter(self, node: Node, scope: LexicalScope) -> None:
        name, of = child(node, "identifier"), child(node, *TYPES)
        if name and of:
            before = node.prev_named_sibling
            is_open = before is not None and before.type == "parameter_modifiers" and "vararg" in self.text(before)
            scope.bind(self.text(name), 0, ArrayOf(of, scope) if is_open else TypedValue(of, scope))
            self.walk([of], scope)

    def _property(self, node: Node, scope: LexicalScope) -> None:
        declared = child(node, "variable_declaration", "multi_variable_declaration")
        if declared is None:
            return
        behind = [each for each in node.named_children if each.start_byte > declared.start_byte]
        value = next((each for each in behind if each.type not in _NO_VALUES), None)
        delegate, getter = child(node, "property_delegate"), child(node, "getter")
        name, of = child(declared, "identifier"), child(declared, *TYPES)
        held: Any = TypedValue(of, scope) if of else ExpressionValue(value, scope) if value else UNKNOWN
        if delegate and not of:
            held = self.find_delegated(delegate, scope)
        if declared.type == "multi_variable_declaration" or name is None or scope.name != scope.type_name:
            for each in (declared, *find_children(declared, "variable_declaration")):
                if name_ := child(each, "identifier"):
                    scope.bind(self.text(name_), node.end_byte, held if each == declared else UNKNOWN)
            self.walk(node.named_children, scope)
            return
        inside = self.declare(Kind.VARIABLE, self.text(name), node, scope)
        self.type_parameters(node, inside)
        receiver = next((each for each in find_children(node, *TYPES) if each.start_byte < declared.start_byte), None)
        self._receive(receiver, inside)
        if getter and not of and (body := child(getter, "function_body")) and body.named_children:
            held = ExpressionValue(body.named_children[0], inside)
        self.holds(inside, held if not of else TypedValue(of, inside))
        self.walk(node.named_children, inside)

    def _accessor(self, node: Node, scope: LexicalScope) -> None:
        inside = block(self, node, scope)
        for each in ("field", *(self.text(part) for part in find_children(node, "identifier"))):
            inside.bind(each, 0, UNKNOWN)
        self.walk([each for each in node.named_children if each.type != "identifier"], inside)

    def _variable(self, node: Node, scope: LexicalScope) -> None:
        self.walk(find_children(node, *TYPES), scope)

    # --- statements -------------------------------------------------------------------------------------------------

    def _for(self, node: Node, scope: LexicalScope) -> None:
        inside = block(self, node, scope)
        named = [each for each in node.named_children if each.type != "label"]
        if len(named) > 1:
            of, name = child(named[0], *TYPES), child(named[0], "identifier")
            if name:
                inside.bind(self.text(name), 0, TypedValue(of, scope) if of else ElementOf(named[1], scope))
            for each in find_children(named[0], "variable_declaration"):
                inside.bind(self.text(each.named_children[0]), 0, UNKNOWN)
            self.walk(find_children(named[0], *TYPES) + named[1:], inside)

    def _catch(self, node: Node, scope: LexicalScope) -> LexicalScope:
        inside = block(self, node, scope)
        name, of = child(node, "identifier"), child(node, *TYPES)
        if name and of:
            inside.bind(self.text(name), 0, TypedValue(of, scope))
        return inside

    def _if(self, node: Node, scope: LexicalScope) -> None:
        inside = condition(scope)
        children = node.named_children
        self.walk(children[2:], scope)
        self.walk(children[:2], inside)

    def _when(self, node: Node, scope: LexicalScope) -> None:
        inside = block(self, node, scope)
        subject = child(node, "when_subject")
        declared = child(subject, "variable_declaration") if subject else None
        name = child(declared or subject, "identifier") if subject else None
        if declared and name and subject:
            inside.bind(self.text(name), 0, ExpressionValue(subject.named_children[-1], scope))
        for each in reversed(node.named_children):
            own = inside
            if each.type == "when_entry":
                own = condition(inside)
                tests = find_children(each, "type_test")
                if name and tests:
                    of = child(tests[0], *TYPES) if len(tests) == 1 and self.text(tests[0])[:1] != "!" else None
                    own.bind(self.text(name), 0, TypedValue(of, scope) if of else UNKNOWN)
            self.walk([each], own)

    def _jump(self, node: Node, scope: LexicalScope) -> None:
        label = node.child_by_field_name("label")
        self.walk([each for each in node.named_children if each != label], scope)

    def _labeled(self, node: Node, scope: LexicalScope) -> None:
        is_jump = self.text(node)[:9].startswith(("break@", "continue@"))
        self.walk([] if is_jump else node.named_children[1:], scope)

    handlers: ClassVar[dict[str, Any]] = {
        **KotlinUses.handlers,
        "package_header": _package,
        "file_annotation": _file_annotation,
        "import": _import,
        "class_declaration": _type,
        "object_declaration": _type,
        "companion_object": _type,
        "object_literal": _object,
        "secondary_constructor": _secondary,
        "anonymous_initializer": block,
        "enum_entry": _enum_entry,
        "annotated_expression": _read_annotated,
        "type_alias": _alias,
        "function_declaration": _function,
        "parameter": _parameter,
        "property_declaration": _property,
        "getter": _accessor,
        "setter": _accessor,
        "variable_declaration": _variable,
        "block": block,
        "for_statement": _for,
        "catch_block": _catch,
        "if_expression": _if,
        "when_expression": _when,
        "return_expression": _jump,
        "labeled_expression": _labeled,
        "type_parameters": common.skip,
        "label": common.skip,
    }


def _list_parameters(parameters: Node) -> list[Node]:
    return find_children(parameters, "parameter", "class_parameter")


def _spell(of: Node) -> str:
    text = "".join(text_of(of).split()).removesuffix("?")
    return "Function" if "->" in text else text


def _base(specifier: Node) -> Node | None:
    """The type that a class names as a base of it."""
    first = specifier.named_children[0] if specifier.named_children else None
    if first is not None and first.type in ("constructor_invocation", "explicit_delegation"):
        first = child(first, *TYPES)
    return first if first is not None and first.type == "user_type" else None


def _is_open(parameter: Node) -> bool:
    """Whether a parameter of a class takes any number of arguments."""
    found = child(parameter, "modifiers")
    return found is not None and "vararg" in text_of(found).split()


def _read_type(parameter: Node, of: Node, scope: LexicalScope) -> TypedValue | ArrayOf:
    return ArrayOf(of, scope) if _is_open(parameter) else TypedValue(of, scope)
