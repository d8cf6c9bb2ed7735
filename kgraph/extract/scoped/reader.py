"""One walk over a syntax tree: its symbols, imports and uses, with lexical scopes as the language has them.

Input: the bytes of a file, and a subclass that says how its language looks. Output: `FileFacts`.

A language says which function of its own handles which type of node (`declarations`), how expressions are taken apart
(`expressions`) and how types are (`types`). Handlers declare symbols, bind local names, and note uses; only when the
whole file was walked are expressions evaluated, since a name may be used above its declaration.

The walk goes by a stack of its own, for trees are as deep as a file makes them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from msgspec.structs import replace
from tree_sitter import Node

from kgraph.extract.scoped.evaluation import Decomposed as Decomposed
from kgraph.extract.scoped.evaluation import PathEvaluator
from kgraph.extract.scoped.evaluation import Taker as Taker
from kgraph.extract.scoped.kinds import grammar_kinds
from kgraph.extract.scoped.packing import PackedUse, PendingUse, pack_uses
from kgraph.extract.scoped.scopes import UNKNOWN, BoundValue, LexicalScope, ScopedPath, TypeAlias, name_parts, untie
from kgraph.extract.text import count_lines, flatten
from kgraph.extract.treesitter import nodes
from kgraph.extract.treesitter.nodes import line_of, text_of, texts
from kgraph.extract.treesitter.repair import Repair, parse_best
from kgraph.extract.treesitter.walk import parser
from kgraph.model import FileFacts, IncludeFact, Kind, NameBindingFact, SymbolFact, UseFacts, UseKind
from kgraph.scoped_languages import ARGUMENT, COUNT, EXPORT, MOST_HANDED

_MAX_SCOPE = 2_000  # characters; what is nested deeper is no source that people wrote
_TYPES = frozenset({Kind.NAMESPACE, Kind.CLASS, Kind.STRUCT, Kind.UNION, Kind.ENUM})
_MEMBERED = _TYPES - {Kind.NAMESPACE}
_NAMED = _TYPES | {Kind.FUNCTION, Kind.TYPE_ALIAS}  # what others in the same function see by its bare name
_MEMBERS = {Kind.FUNCTION: Kind.METHOD, Kind.VARIABLE: Kind.FIELD}

CONSTRUCTOR = "<init>"  # what paths call the constructor of a type, whatever its name is

CALL, CONSTRUCT, READ, TYPE, BASE = (
    str(kind) for kind in (UseKind.CALL, UseKind.CONSTRUCT, UseKind.READ, UseKind.TYPE, UseKind.BASE)
)

# What evaluates what is used from a node.
Callee = Callable[[Any, Node, Any], ScopedPath]
# What handles a node: gives the scope in which its children are walked, None where it has pushed those to be walked.
Handler = Callable[[Any, Node, LexicalScope], LexicalScope | None]


def skip(reader: ScopedReader, node: Node, scope: LexicalScope) -> None:
    """Nothing that is declared or used."""


class ScopedReader(PathEvaluator):
    """Reads one file; a language is a subclass with its tables and handlers."""

    module: ClassVar[str]  # of the grammar
    function: ClassVar[str] = "language"
    comment: ClassVar[bytes] = b"//"  # what begins a comment that ends with its line
    repairs: ClassVar[Sequence[Repair]] = ()  # of texts that the grammar stumbles over
    handlers: ClassVar[Mapping[str, Handler]]
    literals: ClassVar[Mapping[str, str]] = {}  # node type: the type of the literal
    repeated: ClassVar[frozenset[str]] = frozenset()  # fields, among those that are walked, that may have several nodes

    def __init__(self, content: bytes) -> None:
        super().__init__(grammar_kinds(self.module, self.function))
        self._lines = content.split(b"\n")
        self._source = b""  # of the tree that is walked
        self._head = 0  # the node whose modifiers were read last
        self._words: list[str] = []
        self._documented_line = 0  # the line above which documentation was looked for last
        self._documentation = ""
        self._pending: list[tuple[list[Node], LexicalScope]] = []  # nodes of one scope, the next one last
        self._uses: list[PendingUse] = []
        self._evaluated: list[PackedUse] = []  # uses whose paths are known
        self._declared: dict[tuple[Kind, str, str, int], int] = {}
        self._held: list[tuple[int, str, BoundValue]] = []  # symbol, step ("=", "()"), what it holds or gives
        self.file_scope = LexicalScope(None, -1, "", "")
        self.symbols: list[SymbolFact] = []
        self.includes: list[IncludeFact] = []
        self._imported: list[NameBindingFact] = []  # what names of imports are
        self.package = ""
        self.only_lines: frozenset[int] | None = None  # of this tree that others have not; None for all

    def trees(self, content: bytes, parse: Callable[[bytes], Node]) -> list[tuple[Node, frozenset[int] | None]]:
        """The trees of a file, each with the lines that it alone has: several where conditionals part declarations."""
        return [(parse(content), None)]

    @classmethod
    def prepare(cls, content: bytes) -> bytes:
        """The content as the grammar reads it, line by line the same."""
        return content

    def run(self, root: Node, *, is_only: bool = True) -> None:
        """Walk a whole tree; `is_only` where the file has no other one."""
        self._source = root.text or b""
        if root.start_byte:
            self._source = b" " * root.start_byte + self._source
        self.text = texts(self._source) if is_only else text_of
        find = self._kinds.translate(self.handlers).get
        pending = self._pending
        pending.append(([root], self.file_scope))
        while pending:
            here, scope = pending.pop()
            while here:
                node = here.pop()
                handle = find(node.kind_id)
                if handle is None:
                    if node.named_child_count:
                        here += node.named_children[::-1]
                    continue
                if handle is skip:
                    continue
                before = len(pending)
                inner = handle(self, node, scope)
                if inner is not None:
                    pending.append((node.named_children[::-1], inner))
                if len(pending) > before:
                    if here:
                        pending.insert(before, (here, scope))
                    break

    def walk(self, children: list[Node], scope: LexicalScope) -> None:
        """Have nodes walked next, in their order."""
        if children:
            self._pending.append((children[::-1], scope))

    def walk_one(self, node: Node | None, scope: LexicalScope) -> None:
        """Have a node walked next, if there is one."""
        if node is not None:
            self._pending.append(([node], scope))

    def walk_each(self, pairs: Sequence[tuple[Node, LexicalScope]]) -> None:
        """Have nodes walked next, each in a scope of its own."""
        self._pending.extend(([node], scope) for node, scope in reversed(pairs))

    def walk_fields(self, node: Node, names: tuple[str, ...], scope: LexicalScope) -> None:
        """Have the children in some fields of a node walked next."""
        find = node.child_by_field_id
        children: list[Node] = []
        for number, is_repeated in self._kinds.reverse_fields(names, self.repeated):
            # Most fields are not there, and to ask for one child is cheaper by far than for all.
            if (child := find(number)) is not None:
                if is_repeated:
                    children += node.children_by_field_id(number)[::-1]
                else:
                    children.append(child)
        if children:
            self._pending.append((children, scope))

    # --- declarations -----------------------------------------------------------------------------------------------

    def declare(
        self,
        kind: Kind,
        name: str,
        node: Node,
        scope: LexicalScope,
        *,
        head: Node | None = None,
        bases: tuple[str, ...] = (),
    ) -> LexicalScope:
        """Declare a symbol; gives the scope inside of it. `head` is the statement that carries its modifiers."""
        name = flatten(name, 200)
        if scope.symbol >= 0 and self.symbols[scope.symbol].kind in _MEMBERED:
            kind = _MEMBERS.get(kind, kind)
        if not name or len(scope.name) > _MAX_SCOPE:
            return LexicalScope(scope, scope.symbol, scope.name, scope.type_name)
        head = head or node
        line = head.start_point[0] + 1
        if self.only_lines is not None and line_of(node) not in self.only_lines:
            known = self._declared.get((kind, scope.name, name, line))
            number = scope.symbol if known is None else known
            return self._inside(kind, name, number, scope)
        body, parameters = self.parts(node)
        words = self._modifiers_of(head)
        self.symbols.append(
            SymbolFact(
                kind,
                name,
                line,
                nodes.last_line_of(node),
                scope=scope.name,
                parent=scope.symbol,
                key=self.key(parameters) if parameters is not None else "",
                arity=self.arity(parameters) if parameters is not None else -1,
                local=True,
                access=self.access(name, words, scope),
                signature=self._signature_of(head, body),
                doc=self._documentation_of(head),
                bases=bases,
                modifiers=tuple([word for word in words if word not in nodes.ACCESS]) if words else (),
            )
        )
        number = len(self.symbols) - 1
        self._declared[kind, scope.name, name, line] = number
        return self._inside(kind, name, number, scope)

    # Of what is about the head of a declaration: one statement may declare thousands of names, as may one line.

    def _signature_of(self, head: Node, body: Node | None) -> str:
        start = head.start_byte
        end = min(start + 4 * nodes.MAX_SIGNATURE, head.end_byte)
        if body is not None:
            end = min(end, max(body.start_byte, start))
        return nodes.signature_of(nodes.without_hash_comments(self._source[start:end], head))

    def _modifiers_of(self, head: Node) -> list[str]:
        if head.id != self._head:
            self._head, self._words = head.id, self.modifiers(head)
        return self._words

    def _documentation_of(self, head: Node) -> str:
        line = line_of(head)
        if line != self._documented_line:
            self._documented_line, self._documentation = line, self.documentation(head)
        return self._documentation

    def _inside(self, kind: Kind, name: str, number: int, scope: LexicalScope) -> LexicalScope:
        qualified = f"{scope.name}{self.language.separator}{name}" if scope.name else name
        if scope.name and scope.name != scope.type_name and kind in _NAMED:
            scope.bind(name, 0, ScopedPath(f"{scope.name}|{name}"))  # inside of a function
        return LexicalScope(scope, number, qualified, qualified if kind in _TYPES else scope.type_name)

    def takes(self, scope: LexicalScope, least: int, most: int | None) -> None:
        """How many arguments a function, the symbol of a scope, can be called with, where that is no one number."""
        self._imported.append(NameBindingFact(scope.symbol, "takes", f"{least}-{'' if most is None else most}"))

    def is_generic(self, scope: LexicalScope, types: int) -> None:
        """A function, the symbol of a scope, has so many parameters that are types."""
        self._imported.append(NameBindingFact(scope.symbol, "generic", str(types)))

    def add_modifier(self, modifier: str) -> None:
        """Add a modifier to the symbol that was declared last."""
        last = self.symbols[-1]
        self.symbols[-1] = replace(last, modifiers=(*last.modifiers, modifier))

    def parts(self, node: Node) -> tuple[Node | None, Node | None]:
        """The body of a declaration, which its signature leaves out, and its list of parameters."""
        return node.child_by_field_name("body"), node.child_by_field_name("parameters")

    def key(self, parameters: Node) -> str:
        """What tells apart functions of one name; "" where a language has no overloads."""
        return ""

    def arity(self, parameters: Node) -> int:
        """How many arguments a function takes; -1 where a call may have any number of them."""
        return nodes.arity(parameters)

    def documentation(self, head: Node) -> str:
        """The text of the comment above a declaration."""
        return nodes.documentation(self._lines, line_of(head), self.comment)

    def modifiers(self, head: Node) -> list[str]:
        """The modifiers of a declaration, access included."""
        return nodes.modifiers(head)

    def access(self, name: str, words: list[str], scope: LexicalScope) -> Any:
        """The access of a symbol: "public", "protected", "private" or ""."""
        return next((nodes.ACCESS[word] for word in words if word in nodes.ACCESS), "") if words else ""

    def holds(self, scope: LexicalScope, value: BoundValue) -> None:
        """A variable or field, the symbol of a scope, holds something."""
        self._held.append((scope.symbol, "=", value))

    def gives(self, scope: LexicalScope, value: BoundValue, number: int = 0) -> None:
        """A function, the symbol of a scope, returns something; `number` is its place among several results."""
        self._held.append((scope.symbol, f"(){number or ''}", value))

    def notes(self, scope: LexicalScope, name: str, text: str) -> None:
        """A text that the language's rules want to have of the symbol of a scope."""
        self._imported.append(NameBindingFact(scope.symbol, name, text))

    def note_type(self, scope: LexicalScope, name: str, of: TypeAlias) -> None:
        """A type that the language's rules want to have of the symbol of a scope."""
        self._held.append((scope.symbol, name, of))

    def gives_member(self, scope: LexicalScope, name: str, value: BoundValue) -> None:
        """What a function, the symbol of a scope, returns has a member by that name."""
        self._held.append((scope.symbol, f"().{name}", value))

    def imports(self, spelling: str, node: Node, names: tuple[str, ...] = ()) -> None:
        """An import statement, as spelled."""
        if self.only_lines is None or line_of(node) in self.only_lines:
            self.includes.append(IncludeFact(spelling, line_of(node), "from" if names else "import", names=names))

    def bind_export(self, name: str, path: str) -> None:
        """What the file offers under a name: a path from its top level, or that of an import; "*" and "=" as names."""
        self._imported.append(NameBindingFact(-1, f"{EXPORT}{name}", path))

    def bind_import(self, alias: str, path: str) -> None:
        """What a name of the file is: `path` is the spelling of a module, "|" and a name in it."""
        self._imported.append(NameBindingFact(-1, alias, path))

    # --- uses -------------------------------------------------------------------------------------------------------

    def uses(self, kind: str, path: str, node: Node, scope: LexicalScope) -> None:
        """A use whose path is known: in languages whose names are not seen above their declaration."""
        line = node.start_point[0] + 1
        if self.only_lines is None or line in self.only_lines:
            self._evaluated.append((line, kind, scope.symbol, -1, path, ""))

    def uses_later(self, use: PendingUse) -> None:
        """A use of any kind that is evaluated when the whole file was walked."""
        if self.only_lines is None or use[0] in self.only_lines:
            self._uses.append(use)

    def calls(self, callee: Callee, node: Node, scope: LexicalScope, arguments: Node | None, name: Node) -> None:
        """A call: `callee` evaluates what is called from its node, and `name` is where it is named."""
        line = name.start_point[0] + 1
        if self.only_lines is None or line in self.only_lines:
            self._uses.append((line, CALL, scope.symbol, arguments, callee, node, scope))

    def constructs(self, node: Node, scope: LexicalScope, arguments: Node | None) -> None:
        """An instance is made of a type."""
        line = node.start_point[0] + 1
        if self.only_lines is None or line in self.only_lines:
            self._uses.append((line, CONSTRUCT, scope.symbol, arguments, ScopedReader.type, node, scope))

    def reads(self, node: Node, scope: LexicalScope, read: Callee | None = None) -> None:
        """An expression is read that may name a symbol; `read` evaluates it where that is not what it gives."""
        line = node.start_point[0] + 1
        if self.only_lines is None or line in self.only_lines:
            self._uses.append((line, READ, scope.symbol, None, read or ScopedReader.value, node, scope))

    def names_type(self, node: Node, scope: LexicalScope, read: Callee | None = None) -> None:
        """A type is named."""
        line = node.start_point[0] + 1
        if self.only_lines is None or line in self.only_lines:
            self._uses.append((line, TYPE, scope.symbol, None, read or ScopedReader.type, node, scope))

    def inherits(self, node: Node, scope: LexicalScope, inside: LexicalScope) -> None:
        """The type of the scope `inside` has a base, named as seen from `scope`."""
        self.uses_later((line_of(node), BASE, inside.symbol, None, ScopedReader.type, node, scope))

    def labels(self, arguments: Node, scope: LexicalScope) -> str:
        """The labels and paths of the arguments of a call, with a space between, where labels tell overloads apart."""
        return ""

    def arguments(self, node: Node) -> list[Node]:
        """The expressions of a list of arguments, in the order of the parameters as far as that is known."""
        return node.named_children

    def argument_names(self, node: Node) -> list[str]:
        """The names that arguments are given by, as many as `arguments` gives; none where none has one."""
        return []

    def argument_count(self, arguments: Node) -> int:
        """How many arguments a list of them has; -1 where that is not known."""
        comments = self._kinds.comments
        return len([1 for each in arguments.named_children if each.kind_id not in comments])

    def call_step(self, arguments: Node | None) -> str:
        """The step of a call with a list of arguments, whose number tells overloads apart."""
        count = self.argument_count(arguments) if arguments is not None else -1
        return f"(){COUNT}{count}" if count >= 0 else "()"

    def find_handed(self, callee: ScopedPath, argument: int, at: int, arguments: int) -> ScopedPath:
        """What a function that is called with so many arguments hands to one of them, a function, as a parameter."""
        if max(argument, at) >= MOST_HANDED:
            return UNKNOWN
        return self.step(callee, f"(){ARGUMENT + MOST_HANDED * argument + at}{COUNT}{arguments}")

    def facts(self, content: bytes, root: Node, *, with_uses: bool) -> FileFacts:
        """All that was found."""
        self._values = {}  # by now all names are bound
        return FileFacts(
            count_lines(content),
            "syntax",
            symbols=tuple(self.symbols),
            includes=tuple(self.includes),
            diagnostics=nodes.diagnostics(root),
            uses=pack_uses(self, self._uses, self._evaluated) if with_uses else UseFacts(),
            holdings=(*self._imported, *self._holdings()) if with_uses else (),
            package=self.package,
        )

    def _holdings(self) -> list[NameBindingFact]:
        return [
            NameBindingFact(symbol, f"{step}{more}", path)
            for symbol, step, value in self._held
            for more, path in name_parts(self.path_of_value(value))
        ]


def read_scoped(reader: type[ScopedReader], content: bytes, *, with_uses: bool = True) -> FileFacts:
    """The facts of a file, whose grammar is installed."""
    parse = parser(reader.module, reader.function)
    assert parse is not None  # noqa: S101 - whoever chooses a reader has looked
    file = reader(content)
    trees = file.trees(reader.prepare(content), lambda text: parse_best(parse, reader.repairs, text))
    for root, lines in trees:
        file.only_lines = lines
        file.run(root, is_only=len(trees) == 1)
    facts = file.facts(content, trees[0][0], with_uses=with_uses)
    untie(use[-1] for use in file._uses)
    return facts


# The child in a field of a node.
field: Callable[[Node, str], Node | None] = Node.child_by_field_name


def name_of(node: Node) -> str:
    """The text of the field `name`; "" where there is none."""
    name = node.child_by_field_name("name")
    return text_of(name) if name is not None else ""
