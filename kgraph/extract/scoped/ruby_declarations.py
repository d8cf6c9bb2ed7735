"""What Ruby declares: by statements, and by calls such as `attr_reader`, `include` and `Struct.new`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

from msgspec.structs import replace
from tree_sitter import Node

from kgraph.extract.scoped.evaluation import merge_paths
from kgraph.extract.scoped.reader import READ, ScopedReader, field
from kgraph.extract.scoped.ruby_delegates import DELEGATING, find_delegated, hands_on
from kgraph.extract.scoped.ruby_names import RubyScope, member_step
from kgraph.extract.scoped.scopes import NOTHING, UNKNOWN, BoundValue, ExpressionValue, LexicalScope, ScopedPath
from kgraph.model import FileFacts, Kind
from kgraph.scoped_languages import ADDED_TO, EXTENDS, EXTENDS_OTHERS, IN_BLOCK, RUBY, ScopedLanguage

_CONSTANTS = frozenset({"constant", "scope_resolution"})
_VISIBILITIES = frozenset({"private", "protected", "public", "module_function", "private_class_method"})
_ATTRIBUTES = {"attr_reader": ("",), "attr": ("",), "attr_writer": ("=",), "attr_accessor": ("", "=")}
_REQUIRES = frozenset({"require", "require_relative", "load", "autoload"})
_MIXED_IN = frozenset({"include", "prepend"})
_HOOKS = frozenset({"included", "prepended", "inherited"})  # what is called with a class that has mixed in a module
_CONCERN = "ActiveSupport::Concern"  # a module with it gives to classes the methods that its `ClassMethods` has
_STATIC, _BOTH = "static", "module_function"
# Calls whose symbols name methods of `self`.
_NAMING = re.compile(
    r"(?:__send__|send|public_send|method|instance_method|alias_method|helper_method|validate|private_constant"
    r"|(?:skip_)?(?:before|after|around)_\w+|set_callback|undef_method|remove_method|memoize|delegate_method)"
)
_METHODS = frozenset({"method", "singleton_method", "singleton_class"})
_PARAMETERS_WITH_VALUE = ("optional_parameter", "keyword_parameter")


class RubyDeclarations(ScopedReader):
    """The declarations of one file."""

    module: ClassVar[str] = "tree_sitter_ruby"
    comment: ClassVar[bytes] = b"#"
    language: ClassVar[ScopedLanguage] = RUBY

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.file_scope: RubyScope = RubyScope(LexicalScope(None, -1, "", ""))
        self.top_functions: set[str] = set()
        self.returning: set[int] = set()  # methods that have a `return`
        self._results: list[tuple[RubyScope, Node]] = []
        self._instance_variables: dict[tuple[str, str], list[BoundValue]] = {}  # by type and name
        self._attributes: list[tuple[int, str, RubyScope]] = []
        self._looked_at: set[tuple[str, str]] = set()

    # --- types ------------------------------------------------------------------------------------------------------

    def type_declaration(self, node: Node, scope: RubyScope) -> None:
        name, body, superclass = (field(node, each) for each in ("name", "body", "superclass"))
        if name is None:
            return
        base = superclass.named_children[0] if superclass is not None and superclass.named_children else None
        kind = Kind.CLASS
        if node.type == "module":
            kind = Kind.NAMESPACE if body is not None and _only_holds_others(body) else Kind.CLASS
        inside = self._declare_type(kind, name, node, base, scope)
        if kind == Kind.CLASS and node.type == "module":
            self.add_modifier("module")
        elif base is None and name.type == "scope_resolution" and inside.symbol >= 0 and not self._constructs(body):
            self.notes(inside, ADDED_TO, "|")
        if base is not None:
            self.walk([base], inside)
        if body is not None:
            self.walk(body.named_children, inside)

    def _constructs(self, body: Node | None) -> bool:
        """Whether the body of a class has a constructor."""
        methods = [each for each in body.named_children if each.type == "method"] if body is not None else []
        return any(self.text(name) == "initialize" for each in methods if (name := field(each, "name")) is not None)

    def _declare_type(self, kind: Kind, name: Node, node: Node, base: Node | None, scope: RubyScope) -> RubyScope:
        spelled = self.text(name).removeprefix("::")
        around = self.file_scope if self.text(name).startswith("::") else scope
        if "::" in spelled:  # a member of what stands in front
            outer, _, spelled = spelled.rpartition("::")
            full = f"{around.type_name}::{outer}" if around.type_name else outer
            around = RubyScope(LexicalScope(None, around.symbol, full, full))
        place = RubyScope(LexicalScope(None, around.symbol, around.type_name, around.type_name))
        bases = (self.text(base),) if base is not None else ()
        inside = RubyScope(self.declare(kind, spelled, node, place, bases=bases))
        if base is not None and base.type in _CONSTANTS:
            self.inherits(base, scope, inside)
        return inside

    def singleton_class(self, node: Node, scope: RubyScope) -> None:
        """`class << self`."""
        body, value = field(node, "body"), field(node, "value")
        inside = RubyScope(scope)
        inside.is_static = value is not None and value.type == "self"
        if not inside.is_static:
            inside = RubyScope(LexicalScope(None, scope.symbol, "", ""))
        if body is not None:
            self.walk(body.named_children, inside)

    def constant(self, name: Node, value: Node, node: Node, scope: RubyScope) -> None:
        """`Name = value`: a class where that makes one, else a constant."""
        method, of, block = (field(value, each) for each in ("method", "receiver", "block"))
        maker = f"{self.text(of)}.{self.text(method)}" if method is not None and of is not None else ""
        arguments = field(value, "arguments")
        if value.type == "call" and maker in ("Class.new", "Struct.new", "Module.new", "Data.define"):
            first = arguments.named_children[0] if arguments is not None and arguments.named_children else None
            base = first if maker == "Class.new" and first is not None and first.type in _CONSTANTS else None
            inside = self._declare_type(Kind.CLASS, name, node, base, scope)
            if maker in ("Struct.new", "Data.define") and arguments is not None:
                for each in arguments.named_children:
                    self._attribute(each, ("", "=") if maker == "Struct.new" else ("",), inside, each)
            self.walk([base] if base is not None else [], scope)
            if block is not None:
                body = field(block, "body")
                self.walk(body.named_children if body is not None else [], inside)
            return
        if name.type == "constant":
            place = RubyScope(LexicalScope(None, scope.symbol, scope.type_name, scope.type_name))
            declared = self.declare(Kind.VARIABLE, self.text(name), node, place)
            self.add_modifier("const")
            self.holds(declared, ExpressionValue(value, scope))
            self.walk([value], RubyScope(LexicalScope(scope, declared.symbol, scope.name, scope.type_name), scope))
        else:
            self.walk([name, value], scope)

    # --- methods ----------------------------------------------------------------------------------------------------

    def method_declaration(self, node: Node, scope: RubyScope) -> None:
        name, of, body = field(node, "name"), field(node, "object"), field(node, "body")
        if name is None:
            return
        text = self.text(name)
        is_static = scope.is_static or (of is not None and of.type in ("self", "constant"))
        is_of_other = of is not None and of.type != "self" and self.text(of) != scope.type_name.rpartition("::")[2]
        kind = Kind.FUNCTION
        if scope.type_name:
            kind = Kind.CONSTRUCTOR if text == "initialize" and not is_static else Kind.METHOD
        elif of is None:
            self.top_functions.add(text)
        if is_of_other:  # of an object that is no class around: `def client.run`
            scope = RubyScope(LexicalScope(None, scope.symbol, "", ""))
            kind = Kind.FUNCTION
        place = RubyScope(LexicalScope(None, scope.symbol, scope.type_name, scope.type_name))
        place.visibility = "" if of is not None else scope.visibility
        inside = RubyScope(self.declare(kind, text, node, place))
        if inside.symbol >= 0 and scope.type_name and (is_static or scope.visibility == _BOTH):
            self.add_modifier(_STATIC if is_static else _BOTH)
        if kind == Kind.FUNCTION and scope.is_block and inside.symbol >= 0:
            self.notes(inside, IN_BLOCK, "|")
        inside.is_static, inside.method, inside.owner = is_static, text, scope.symbol
        parameters = field(node, "parameters")
        if parameters is not None:
            self.parameters(parameters, inside)
        if body is not None:
            statements = body.named_children if body.type == "body_statement" else [body]
            last = next((each for each in reversed(statements) if each.type != "comment"), None)
            if last is not None and not any(each.type in ("rescue", "ensure") for each in statements):
                self._results.append((inside, last))
            self.walk(statements, inside)

    def access(self, name: str, words: list[str], scope: LexicalScope) -> Any:
        visibility = scope.visibility if isinstance(scope, RubyScope) else ""
        return visibility if visibility in ("private", "protected") else ""

    def arity(self, parameters: Node) -> int:
        plain = [each.type == "identifier" for each in parameters.named_children]
        return len(plain) if all(plain) else -1

    def parameters(self, node: Node, scope: RubyScope) -> None:
        """Parameters are local variables of unknown types; their default values are expressions."""
        defaults: list[Node] = []
        pending = [node]
        while pending:
            at = pending.pop()
            if at.type == "identifier":
                scope.bind(self.text(at), 0, UNKNOWN)
            elif at.type in _PARAMETERS_WITH_VALUE:
                scope.bind(self.name_of(at), 0, UNKNOWN)
                defaults += [value for value in [field(at, "value")] if value is not None]
            else:
                pending += at.named_children
        self.walk(defaults, scope)

    # --- calls that declare -------------------------------------------------------------------------------------------

    def declares_by_call(self, name: str, node: Node, arguments: Node | None, scope: RubyScope) -> bool:
        """Whether a call without a receiver declares or imports something, and nothing is left to be walked."""
        given = arguments.named_children if arguments is not None else []
        if name in _REQUIRES:
            last = given[-1] if given else None
            if (
                last is not None
                and last.type == "string"
                and all(e.type == "string_content" for e in last.children[1:-1])
            ):
                text = "".join(self.text(each) for each in last.named_children)
                is_relative = name == "require_relative"
                self.imports(f"./{text}" if is_relative and not text.startswith(".") else text, node)
                return True
            return False
        if not scope.type_name:
            return False
        if name in _ATTRIBUTES:
            for each in given:
                self._attribute(each, _ATTRIBUTES[name], scope, node)
            return True
        if name in DELEGATING and not scope.method:
            return self._delegates(find_delegated(name, given), node, scope)
        if name == "define_method" and given and given[0].type == "simple_symbol" and not scope.method:
            return self._read_define_method(given[0], node, scope)
        if name in _MIXED_IN and not scope.is_static:
            inside = LexicalScope(scope, scope.symbol, scope.name, scope.type_name)
            for each in given:
                if each.type in _CONSTANTS and scope.symbol >= 0:
                    self.inherits(each, scope, inside)
            return False
        if name == "extend" and [each.type for each in given] == ["self"]:
            self._everything_static(scope)
            return True
        if (name == "extend" and not scope.is_static) or (name in _MIXED_IN and scope.is_static and not scope.method):
            self.extends(EXTENDS, given, scope)
            return False
        return bool(given and self.visibility(name, given, scope))

    def _read_define_method(self, name: Node, node: Node, scope: RubyScope) -> bool:
        """`define_method(:name) { |x| ... }`."""
        block = field(node, "block")
        body = field(block, "body") if block is not None else None
        if block is None:
            return False
        place = RubyScope(LexicalScope(None, scope.symbol, scope.type_name, scope.type_name))
        place.visibility = scope.visibility
        inside = RubyScope(self.declare(Kind.METHOD, self.text(name).lstrip(":"), node, place), scope)
        inside.method, inside.owner = self.text(name).lstrip(":"), scope.symbol
        if scope.is_static:
            self.add_modifier(_STATIC)
        if (parameters := field(block, "parameters")) is not None:
            self.parameters(parameters, inside)
        self.walk(body.named_children if body is not None else [], inside)
        return True

    def _delegates(self, methods: Iterator[tuple[Node, str, str, Node]], node: Node, scope: RubyScope) -> bool:
        """`delegate :name, to: :owner`."""
        found = False
        for each, name, method, of in methods:
            place = RubyScope(LexicalScope(None, scope.symbol, scope.type_name, scope.type_name))
            place.visibility = scope.visibility
            inside = RubyScope(self.declare(Kind.METHOD, name, each, place, head=node), scope)
            inside.method, inside.owner = name, scope.symbol
            if scope.is_static:
                self.add_modifier(_STATIC)

            def callee(reader: RubyDeclarations, of: Node, scope: RubyScope, method: str = method) -> ScopedPath:
                return hands_on(reader, of, scope, method)

            self.calls(callee, of, inside, None, each)
            found = True
            if of.type in _CONSTANTS:
                self.reads(of, inside)
        return found

    def extends(self, how: str, modules: list[Node], scope: RubyScope) -> None:
        """Note the modules whose methods a class or module has itself, or gives to those that mix it in."""
        if scope.method and how == EXTENDS:
            return
        for each in modules:
            if each.type in _CONSTANTS and scope.owner >= 0:
                self._held.append((scope.owner, f"{how}{each.start_byte}", ExpressionValue(each, scope)))
                if self.text(each).removeprefix("::") == _CONCERN:
                    methods = ScopedPath(f"{scope.type_name}|ClassMethods")
                    self._held.append((scope.owner, f"{EXTENDS_OTHERS}{each.start_byte}", methods))

    def extends_others(self, receiver: Node, arguments: Node, scope: RubyScope) -> None:
        """`base.extend(Methods)` in what is called when a class mixes a module in."""
        if scope.is_static and scope.method in _HOOKS and receiver.type == "identifier":
            self.extends(EXTENDS_OTHERS, arguments.named_children, scope)

    def visibility(self, name: str, given: list[Node] | None, scope: RubyScope) -> bool:
        """Whether a word in a class says how those methods are seen that follow, or that are named."""
        if name not in _VISIBILITIES or not scope.type_name or scope.method:
            return False
        if given is None:
            scope.visibility = name
            return True
        named = {self.text(each).lstrip(":") for each in given if each.type == "simple_symbol"}
        for at, symbol in enumerate(self.symbols):
            if symbol.parent == scope.symbol and symbol.name in named:
                if name == _BOTH:
                    self.symbols[at] = replace(symbol, modifiers=(*symbol.modifiers, _BOTH))
                elif name != "public":
                    self.symbols[at] = replace(symbol, access="protected" if name == "protected" else "private")
        rest = [each for each in given if each.type != "simple_symbol"]
        if rest:  # `private def name`
            inside = RubyScope(scope)
            inside.is_static = scope.is_static
            inside.visibility = name.removesuffix("_class_method")
            self.walk(rest, inside)
        return True

    def _everything_static(self, scope: RubyScope) -> None:
        """`extend self`: methods of a module are those of its instances and of itself."""
        scope.visibility = _BOTH
        for at, symbol in enumerate(self.symbols):
            if symbol.parent == scope.symbol and symbol.kind == Kind.METHOD and _STATIC not in symbol.modifiers:
                self.symbols[at] = replace(symbol, modifiers=(*symbol.modifiers, _BOTH))

    def _attribute(self, node: Node, endings: tuple[str, ...], scope: RubyScope, head: Node) -> None:
        if node.type != "simple_symbol":
            return
        name = self.text(node).lstrip(":")
        place = RubyScope(LexicalScope(None, scope.symbol, scope.type_name, scope.type_name))
        place.visibility = scope.visibility
        for ending in endings:
            declared = self.declare(Kind.METHOD, f"{name}{ending}", node, place, head=head)
            self.add_modifier("attribute")
            if scope.is_static:
                self.add_modifier(_STATIC)
            if not ending:
                self._attributes.append((declared.symbol, f"@{name}", scope))

    # --- names --------------------------------------------------------------------------------------------------------

    def names_methods(self, name: str, arguments: Node | None, scope: RubyScope) -> None:
        """`send(:run)`, `before_action :check`: symbols that name methods of `self`."""
        if arguments is not None and _NAMING.fullmatch(name):
            for each in arguments.named_children:
                self.names_method(each, scope)

    def names_method(self, node: Node, scope: RubyScope) -> None:
        if node.type in ("simple_symbol", "identifier"):
            step = member_step(self.text(node).lstrip(":"))
            if step and scope.type_name:
                self.uses(READ, f"{scope.type_name}|@{step}", node, scope)

    def is_own_class(self, node: Node) -> bool:
        """Whether an expression is `self.class`."""
        of, method = field(node, "receiver"), field(node, "method")
        if node.type == "identifier":
            return False
        return method is not None and self.text(method) == "class" and (of is None or of.type == "self")

    def class_held_by(self, node: Node, scope: RubyScope) -> ExpressionValue | None:
        """The constant that a local variable holds, if it holds one."""
        bound = scope.local(self.text(node), node.start_byte) if node.type == "identifier" else None
        value = bound.value if bound is not None else None
        return value if isinstance(value, ExpressionValue) and value.value.type in _CONSTANTS else None

    # --- instance variables -------------------------------------------------------------------------------------------

    def instance_variable(self, name: str, value: BoundValue, scope: RubyScope) -> None:
        """An instance variable is given a value."""
        self._instance_variables.setdefault((scope.type_name, name), []).append(value)

    def find_held(self, name: str, scope: RubyScope) -> ScopedPath:
        """What an instance variable holds, where all that the file gives it is the same or nothing."""
        key = scope.type_name, name
        if key not in self._instance_variables or key in self._looked_at:
            return UNKNOWN
        self._looked_at.add(key)
        held = NOTHING
        for value in self._instance_variables[key]:
            held = merge_paths(held, self.path_of_value(value))
        self._looked_at.discard(key)
        return held if held != NOTHING else UNKNOWN

    def facts(self, content: bytes, root: Node, *, with_uses: bool) -> FileFacts:
        if with_uses:
            for inside, last in self._results:
                if inside.symbol >= 0 and inside.symbol not in self.returning:
                    self._held.append((inside.symbol, "()", ExpressionValue(last, inside)))
            for symbol, name, scope in self._attributes:
                if symbol >= 0 and (held := self.find_held(name, scope)).path:
                    self._held.append((symbol, "()", held))
        return super().facts(content, root, with_uses=with_uses)


def _only_holds_others(body: Node) -> bool:
    """Whether a module has classes or modules inside, and no methods of its own that could be mixed in."""
    holds = any(each.type in ("class", "module") for each in body.named_children)
    return holds and not _has_methods(body)


def _has_methods(body: Node) -> bool:
    """Whether a module declares methods of its own, directly or behind `private` and its like."""
    for each in body.named_children:
        if each.type in _METHODS:
            return True
        if each.type == "call" and (method := field(each, "method")) is not None:
            text = method.text or b""
            if text in (b"attr_reader", b"attr_accessor", b"attr_writer", b"define_method", b"module_function"):
                return True
            arguments = field(each, "arguments")
            if arguments is not None and any(inner.type in _METHODS for inner in arguments.named_children):
                return True
    return False
