"""Uses in Rust, and the patterns that bind names."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from tree_sitter import Node

from kgraph.extract.scoped import common
from kgraph.extract.scoped.reader import READ, TYPE, Callee, ScopedReader, field
from kgraph.extract.scoped.rust_closures import find_closure_step
from kgraph.extract.scoped.rust_expressions import NAMES, TUPLE, RustExpressions, method_of
from kgraph.extract.scoped.rust_macros import note_tokens
from kgraph.extract.scoped.scopes import (
    MAX_STEPS,
    UNKNOWN,
    BoundValue,
    DeferredValue,
    ElementOf,
    ExpressionValue,
    LexicalScope,
    ScopedPath,
    SteppedValue,
    TypeAlias,
    TypedValue,
)
from kgraph.extract.text import flatten
from kgraph.extract.treesitter.nodes import line_of
from kgraph.scoped_languages import RUST, words

_OF_PAIRS = words("dedup_by is_sorted_by max_by min_by reduce sort_by sort_unstable_by")  # that hand two elements
_OF_RESULTS = words("fold scan try_fold")  # that hand an element behind what they have by then
_TOOLS = words("clippy diagnostic miri rustdoc rustfmt")  # whose attributes are no items of a crate
_MAX_ATTRIBUTES = 20  # of one item
_MAX_ATTRIBUTE = 100  # characters
_MAX_BETWEEN = 2_000  # bytes between an attribute and what it is about


class RustUses(RustExpressions):
    """Notes uses, and binds what patterns name."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self._attributes: list[str] = []  # the last ones, as spelled, of which the last ends at byte `_attributed`
        self._attributed = -1

    def module_of(self, scope: LexicalScope) -> str:
        """The module of the file that a scope is in: "" for the file itself."""
        raise NotImplementedError

    def reads_as(self, evaluate: Callee, node: Node, scope: LexicalScope) -> None:
        """A node is read as `evaluate` sees it."""
        self.uses_later((line_of(node), READ, scope.symbol, None, evaluate, node, scope))

    def reads_part(self, part: BoundValue, node: Node, scope: LexicalScope) -> None:
        """A part of something is read or set, at a node."""
        self.reads_as(lambda file, *_: file.path_of_value(part), node, scope)

    # --- patterns and what binds them -------------------------------------------------------------------------------

    def _bind(self, pattern: Node, value: BoundValue, scope: LexicalScope, start: int) -> None:
        """Bind the names of a pattern, and note the types and constants that it names."""
        pending: list[tuple[Node, BoundValue]] = [(pattern, value)]
        while pending:
            node, value = pending.pop()
            children = node.named_children
            match node.type:
                case "identifier":
                    name = self.text(node)
                    if name[:1].isupper():
                        self.reads(node, scope)
                    else:
                        scope.bind(name, start, value)
                case "scoped_identifier":
                    self._path(node, scope)
                case "tuple_struct_pattern":
                    of = field(node, "type")
                    if of is None:
                        continue
                    last = self.text(of).rpartition("::")[2]
                    self._path(of, scope)
                    for number, each in enumerate(child for child in children if child != of):
                        is_held = last in ("Some", "Ok")
                        whole: BoundValue = value if is_held else TypeAlias(of, scope)
                        pending.append(
                            (each, UNKNOWN if last == "Err" else _part(whole, "[]" if is_held else f".{number}"))
                        )
                case "struct_pattern":
                    of = field(node, "type")
                    if of is None:
                        continue
                    self.names_type(of, scope)
                    for each in children:
                        if (name_node := field(each, "name")) is not None and each.type == "field_pattern":
                            inner = field(each, "pattern")
                            part = _part(TypeAlias(of, scope), f".{self.text(name_node)}")
                            self.reads_part(part, name_node, scope)
                            if inner is not None:
                                pending.append((inner, part))
                            else:
                                scope.bind(self.text(name_node), start, part)
                case "ref_pattern" | "mut_pattern" | "reference_pattern" | "or_pattern" | "match_pattern":
                    pending += [(each, value) for each in children]
                case "captured_pattern":
                    pending += [(each, value) for each in children[:2]]
                case "slice_pattern":
                    pending += [(each, _part(value, "[]")) for each in children]
                case "tuple_pattern":
                    for number, each in enumerate(children):
                        if each.type == "remaining_field_pattern":  # `..`, of any number of values
                            value = UNKNOWN
                        pending.append((each, _part(value, f".{number}{TUPLE}")))
                case "parenthesized_pattern":
                    pending += [(each, value) for each in children]

    def _let(self, node: Node, scope: LexicalScope) -> None:
        pattern, of, value = field(node, "pattern"), field(node, "type"), field(node, "value")
        if pattern is not None:
            known: BoundValue = ExpressionValue(value, scope) if value is not None else UNKNOWN
            if of is not None:
                known = TypedValue(of, scope)
            self._bind(pattern, known, scope, node.end_byte)
        self.walk_fields(node, ("type", "value", "alternative"), scope)

    def _let_condition(self, node: Node, scope: LexicalScope) -> None:
        pattern, value = field(node, "pattern"), field(node, "value")
        if pattern is not None and value is not None:
            self._bind(pattern, ExpressionValue(value, scope), scope, node.end_byte)
            self.walk([value], scope)

    def _if(self, node: Node, scope: LexicalScope) -> None:
        if (alternative := field(node, "alternative")) is not None:
            self.walk([alternative], scope)  # which sees nothing of what the condition binds
        self.walk_fields(node, ("condition", "consequence"), common.open_block(self, node, scope))

    def _match(self, node: Node, scope: LexicalScope) -> None:
        value, body = field(node, "value"), field(node, "body")
        if value is None or body is None:
            return
        for arm in reversed(body.named_children):
            pattern = field(arm, "pattern")
            if pattern is None:
                continue
            inside = common.open_block(self, arm, scope)
            guard = field(pattern, "condition")
            for each in pattern.named_children:
                if each != guard:
                    self._bind(each, ExpressionValue(value, scope), inside, 0)
            self.walk([each for each in (guard, field(arm, "value")) if each is not None], inside)
        self.walk([value], scope)

    def _for(self, node: Node, scope: LexicalScope) -> None:
        inside = common.open_block(self, node, scope)
        pattern, value = field(node, "pattern"), field(node, "value")
        if pattern is not None and value is not None:
            self._bind_element(pattern, value, inside, scope)
            self.walk([value], scope)
        self.walk_fields(node, ("body",), inside)

    def _type_name(self, node: Node, scope: LexicalScope) -> None:
        """The name of a type; a type parameter is no use of its bound."""
        bound = scope.local(self.text(node), node.start_byte)
        if bound is None or not isinstance(bound.value, TypeAlias):
            self.names_type(node, scope)

    def _parameter(self, node: Node, scope: LexicalScope) -> None:
        pattern, of = field(node, "pattern"), field(node, "type")
        if pattern is not None and of is not None:
            self._bind(pattern, TypedValue(of, scope), scope, 0)
            self.walk([of], scope)

    def _closure(self, node: Node, scope: LexicalScope) -> None:
        inside = common.open_block(self, node, scope)
        parameters = field(node, "parameters")
        listed = parameters.named_children if parameters is not None else []
        for at, each in enumerate(listed):
            if each.type == "parameter":
                self._parameter(each, inside)
            else:
                self._bind_handed(each, node, (at, len(listed)), inside, scope)
        self.walk_fields(node, ("return_type", "body"), inside)

    def _bind_handed(
        self, pattern: Node, closure: Node, place: tuple[int, int], inside: LexicalScope, scope: LexicalScope
    ) -> None:
        """The parameter of a closure at a place among so many: an element, where it is the last argument of a method of
        iterators and options that hands it their elements."""
        arguments = closure.parent
        call = arguments.parent if arguments is not None and arguments.type == "arguments" else None
        function = field(call, "function") if call is not None and call.type == "call_expression" else None
        is_method = function is not None and function.type == "field_expression"
        receiver, name = (
            (field(function, "value"), field(function, "field")) if function and is_method else (None, None)
        )
        is_last = arguments is not None and arguments.named_children[-1] == closure
        method = self.text(name) if name is not None and is_last else ""
        is_element = (method in RUST.element_functions and place == (0, 1)) or (method in _OF_PAIRS and place[1] == 2)
        if receiver is not None and (is_element or (method in _OF_RESULTS and place == (1, 2))):
            self._bind_element(pattern, receiver, inside, scope)
        else:
            step = find_closure_step(closure, arguments, place[0]) if call is not None and arguments is not None else ""
            handed = DeferredValue(partial(_find_handed, step), call, scope) if call is not None and step else UNKNOWN
            self._bind(pattern, handed, inside, 0)

    def _bind_element(self, pattern: Node, of: Node, inside: LexicalScope, scope: LexicalScope) -> None:
        """An element of what an expression gives, which may be numbered."""
        function = field(of, "function")
        receiver = field(function, "value") if function is not None else None
        if pattern.type == "tuple_pattern" and receiver is not None and self.text(of).endswith(".enumerate()"):
            for number, each in enumerate(pattern.named_children):
                self._bind(each, ElementOf(receiver, scope) if number else UNKNOWN, inside, 0)
        else:
            self._bind(pattern, ElementOf(of, scope), inside, 0)

    # --- uses -------------------------------------------------------------------------------------------------------

    def _call(self, node: Node, scope: LexicalScope) -> None:
        function = field(node, "function")
        if function is None:
            return
        arguments = field(node, "arguments")
        self.walk_one(arguments, scope)
        if self.is_macro(function):
            self.calls(RustUses._macro, function, scope, None, function)
            return
        if function.type == "generic_function":
            self.walk_fields(function, ("type_arguments",), scope)
            function = field(function, "function") or function
        if function.type == "field_expression":
            name = field(function, "field") or function
            if name.type == "field_identifier":
                self.calls(RustUses._method, function, scope, arguments, name)
            self.walk_one(field(function, "value"), scope)
        elif function.type in ("identifier", "scoped_identifier"):
            name = field(function, "name") or function
            if self.text(name)[:1].isupper():
                self._path(function, scope)
            else:
                self.calls(ScopedReader.value, function, scope, None, name)
                self._qualifier(function, scope)
        else:
            self.walk([function], scope)

    def _method(self, node: Node, scope: LexicalScope) -> ScopedPath:
        """What is called on a value, which may be of a type that nobody names: then only traits tell."""
        value, name = field(node, "value"), field(node, "field") or node
        return method_of(UNKNOWN if value is None else self.value(value, scope), self.text(name), scope)

    def _macro_call(self, node: Node, scope: LexicalScope) -> None:
        if (name := field(node, "macro")) is not None:
            self.calls(RustUses._macro, name, scope, None, name)
            note_tokens(self, node, self.text(name).rpartition("::")[2], scope)

    def _macro(self, node: Node, scope: LexicalScope) -> ScopedPath:
        return ScopedPath(f"{self.module_of(scope)}|macro {''.join(self.text(node).split())}")

    def _path(self, node: Node, scope: LexicalScope) -> None:
        self.reads(node, scope)
        self._qualifier(node, scope)

    def _qualifier(self, node: Node, scope: LexicalScope) -> None:
        """The type in front of a member: `Stack` of `Stack::new`."""
        path = field(node, "path") if node.type == "scoped_identifier" else None
        if path is not None and path.type not in NAMES:
            self.walk(path.named_children, scope)
        elif path is not None and self.text(path).rpartition("::")[2][:1].isupper():
            self.names_type(path, scope)

    def _member(self, node: Node, scope: LexicalScope) -> None:
        self.reads_as(RustExpressions.member, node, scope)
        self.walk_one(field(node, "value"), scope)

    def _struct_literal(self, node: Node, scope: LexicalScope) -> None:
        name, body = field(node, "name"), field(node, "body")
        if name is not None:
            self.walk([name], scope)
            for each in body.named_children if body is not None else ():
                at = field(each, "field") or (each.named_children[0] if each.named_children else each)
                if each.type != "base_field_initializer":
                    self.reads_part(SteppedValue(TypeAlias(name, scope), (f".{self.text(at)}",)), at, scope)
        self.walk([body] if body is not None else [], scope)

    def _initializer(self, node: Node, scope: LexicalScope) -> None:
        self.walk_fields(node, ("value",), scope)

    def attributes_of(self, node: Node) -> list[str]:
        """The attributes that stand right above a node, as spelled."""
        return self._attributes if self._is_attributed(node) else []

    def _is_attributed(self, node: Node) -> bool:
        """Whether nothing stands between the last attribute and a node but comments."""
        if not 0 <= self._attributed <= node.start_byte <= self._attributed + _MAX_BETWEEN:
            return False
        between = self._source[self._attributed : node.start_byte]
        return all(not line.strip() or line.lstrip().startswith(b"//") for line in between.split(b"\n"))

    def _attribute(self, node: Node, scope: LexicalScope) -> None:
        """An attribute is a modifier of what it stands above; the traits of `derive` are used, and so is what another
        crate has: `#[tokio::main]`."""
        if not self._is_attributed(node):
            self._attributes = []
        text = flatten(self.text(node), _MAX_ATTRIBUTE)
        if not text.startswith("#[doc") and len(self._attributes) < _MAX_ATTRIBUTES:
            self._attributes.append(text)
        self._attributed = node.end_byte
        for attribute in node.named_children:
            arguments = field(attribute, "arguments")
            if arguments is not None and self.text(attribute).startswith("derive"):
                for path in _paths_of(arguments):
                    if len(path) == 1:
                        self.names_type(path[0], scope)
                    else:
                        self._names(TYPE, path, scope)
            elif attribute.named_children and attribute.named_children[0].type == "scoped_identifier":
                steps = _identifiers(attribute.named_children[0])
                if self.text(steps[0]) not in _TOOLS:
                    self._names(READ, steps, scope)

    def _names(self, kind: str, steps: Sequence[Node], scope: LexicalScope) -> None:
        """A path of several steps is used: `serde::Serialize`."""
        path = ".".join(self.text(each) for each in steps)
        self.uses(kind, f"{self.module_of(scope)}|{path}", steps[-1], scope)


def _identifiers(node: Node) -> list[Node]:
    """The steps of a path, which may be one inside of another."""
    steps = [each for each in node.named_children if each.type != "scoped_identifier"]
    inner = [each for each in node.named_children if each.type == "scoped_identifier"]
    return [*(step for each in inner for step in _identifiers(each)), *steps]


def _paths_of(tokens: Node) -> list[list[Node]]:
    """The paths in a list of tokens with commas between."""
    paths: list[list[Node]] = [[]]
    for each in tokens.children:
        if each.type == ",":
            paths.append([])
        elif each.is_named and each.type in ("identifier", "crate", "self", "super"):
            paths[-1].append(each)
    return [path for path in paths if path]


def _find_handed(step: str, reader: RustUses, call: Node, scope: LexicalScope) -> ScopedPath:
    """What the function of a call hands to a closure, by the step that leads there from the function."""
    function = field(call, "function")
    if function is not None and function.type == "generic_function":
        function = field(function, "function")
    return UNKNOWN if function is None else reader.step(reader.value(function, scope), step)


def _part(whole: BoundValue, step: str) -> BoundValue:
    """What a step leads to from a value."""
    if isinstance(whole, SteppedValue):
        return SteppedValue(whole.value, (*whole.steps, step)) if len(whole.steps) < MAX_STEPS else UNKNOWN
    return SteppedValue(whole, (step,))
