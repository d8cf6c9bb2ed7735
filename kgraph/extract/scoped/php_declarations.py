"""What PHP declares: namespaces, imports, types, functions, properties and constants."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace
from tree_sitter import Node

from kgraph.extract.scoped.php_names import PARAMETER, RETURNED, VARIABLE, NamespaceNames, PhpScope
from kgraph.extract.scoped.reader import ScopedReader, field
from kgraph.extract.scoped.scopes import UNKNOWN, ExpressionValue, LexicalScope, ScopedPath
from kgraph.model import FileFacts, Kind, NameBindingFact
from kgraph.scoped_languages import OWN_RECEIVER, PHP

NAMES = ("name", "qualified_name", "relative_name")
_KINDS = {"enum_declaration": Kind.ENUM, "function_definition": Kind.FUNCTION}
_SPECIAL = {"__construct": Kind.CONSTRUCTOR, "__destruct": Kind.DESTRUCTOR}


class PhpDeclarations(ScopedReader):
    """Reads the declarations of one PHP file."""

    module = "tree_sitter_php"
    function = "language_php"
    language = PHP

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self._end = len(content)
        self._spaces: list[NamespaceNames] = []
        self.file_scope = self._open(NamespaceNames(), self.file_scope)
        self.noted: tuple[int, str, ScopedPath] = (-1, "", UNKNOWN)  # by `@var`: row, variable, type

    def facts(self, content: bytes, root: Node, *, with_uses: bool) -> FileFacts:
        """All that was found; of imported namespaces what is used of them."""
        found = super().facts(content, root, with_uses=with_uses)
        within = [
            NameBindingFact(-1, f"{imported}\\", path)
            for names in self._spaces
            for imported, paths in names.within.items()
            for path in sorted(paths)
        ]
        return replace(found, holdings=(*found.holdings, *within)) if with_uses else found

    def arity(self, parameters: Node) -> int:
        return -1

    def modifiers(self, head: Node) -> list[str]:
        return [self.text(each).lower() for each in head.named_children if each.type.endswith("_modifier")]

    def access(self, name: str, words: list[str], scope: LexicalScope) -> Any:
        return super().access(name, words, scope) or (
            "public" if scope.symbol >= 0 and self.symbols[scope.symbol].kind in (Kind.CLASS, Kind.ENUM) else ""
        )

    # --- declarations -----------------------------------------------------------------------------------------------

    def program(self, node: Node, scope: PhpScope) -> None:
        spaces = [each for each in node.named_children if each.type == "namespace_definition"]
        is_one = len({self.name_of(each) for each in spaces}) == 1
        at = scope
        pending: list[tuple[Node, LexicalScope]] = []
        for each in node.named_children:
            if each.type != "namespace_definition":
                pending.append((each, at))
                continue
            name = self.name_of(each)
            around: LexicalScope = self.declare(Kind.NAMESPACE, name, each, scope) if name else scope
            if is_one:
                self.package = name
            at = self._open(NamespaceNames(name), scope if is_one else around)
            if (body := field(each, "body")) is not None:
                pending += [(inner, at) for inner in body.named_children]
        self.walk_each(pending)

    def _open(self, names: NamespaceNames, around: LexicalScope) -> PhpScope:
        self._spaces.append(names)
        return PhpScope(around, names, (0, self._end))

    def use(self, node: Node, scope: PhpScope) -> None:
        kind = next((text for each in node.children if (text := each.type) in ("function", "const")), "")
        body, front = field(node, "body"), ""
        if body is not None:
            front = "".join(f"{self.text(each)}\\" for each in node.named_children if each.type == "namespace_name")
        for clause in (body or node).named_children:
            spelled = [each for each in clause.named_children if each.type in NAMES]
            if clause.type != "namespace_use_clause" or not spelled:
                continue
            of = next((text for each in clause.children if (text := each.type) in ("function", "const")), kind)
            full = f"{front}{self.text(spelled[0])}".strip("\\")
            alias = field(clause, "alias")
            name = self.text(alias) if alias is not None else full.rpartition("\\")[2]
            names = scope.names
            if of == "const":
                names.constants[name] = full
            else:
                (names.functions if of else names.types)[name.lower()] = full
            self.imports(full, clause)

    def type_declaration(self, node: Node, scope: PhpScope) -> None:
        """A class, an interface, a trait or an enumeration, which are global wherever they stand."""
        around = scope.top if field(node, "name") is not None else scope
        clauses = [each for each in node.named_children if each.type in ("base_clause", "class_interface_clause")]
        bases = [each for clause in clauses for each in clause.named_children if each.type in NAMES]
        body = field(node, "body")
        name = self.name_of(node) or f"(anonymous {self.text(bases[0]) if bases else 'class'})"
        used = [each for each in body.named_children if each.type == "use_declaration"] if body is not None else []
        traits = [each for use in used for each in use.named_children if each.type in NAMES]
        spelled = tuple(self.text(each) for each in (*bases, *traits))
        declared = self.declare(_KINDS.get(node.type, Kind.CLASS), name, node, around, bases=spelled)
        if node.type in ("interface_declaration", "trait_declaration"):
            self.add_modifier(node.type.partition("_")[0])
        inside = around.inside(declared, (node.start_byte, node.end_byte))
        for each in (*bases, *traits):
            self.inherits(each, inside, inside)
            self.names_type(each, inside)
        self.walk_fields(node, ("attributes",), inside)
        arguments = [each for each in node.named_children if each.type == "arguments"]
        self.walk(arguments, scope)
        if body is not None:
            self.walk(body.named_children, inside)

    def function_declaration(self, node: Node, scope: PhpScope) -> None:
        name = self.name_of(node)
        kind = _KINDS.get(node.type, Kind.METHOD)
        around = scope if kind == Kind.METHOD else scope.top
        declared = self.declare(_SPECIAL.get(name, kind) if kind == Kind.METHOD else kind, name, node, around)
        inside = scope.inside(declared, (node.start_byte, node.end_byte))
        doc = self.symbols[declared.symbol].doc if declared.symbol >= 0 else ""
        result, spelled = field(node, "return_type"), RETURNED.search(doc)
        stated = scope.names.read_documented(spelled[1], self.instance(scope.own_type())) if spelled else UNKNOWN
        names = {self.text(result).lower().lstrip("?")} if result is not None else set()
        names |= {spelled[1]} if spelled else set()
        if names & {"static", "$this"}:
            self.notes(inside, OWN_RECEIVER, "")
        self.gives(inside, self._better(result, inside, stated))
        self._signature(node, inside, scope, doc)

    def _signature(self, node: Node, inside: PhpScope, scope: PhpScope, doc: str = "") -> None:
        """The parameters and the body of a function."""
        spelled = {name: text for text, name in PARAMETER.findall(doc)} if "@param" in doc else {}
        parameters = field(node, "parameters")
        for each in parameters.named_children if parameters is not None else ():
            name, of = self.name_of(each), field(each, "type")
            stated = UNKNOWN
            if name in spelled:
                stated = scope.names.read_documented(spelled[name], self.instance(scope.own_type()))
            value = self._better(of, inside, stated)
            if each.type == "property_promotion_parameter":
                declared = self.declare(Kind.FIELD, name, each, scope)
                self.holds(declared, value)
            if each.type == "variadic_parameter":
                value = ScopedPath("=array", self.path_of_value(value)) if not spelled else UNKNOWN
            inside.assign(name, 0, value)
            self.walk([part for part in each.named_children if part.type != "variable_name"], inside)
        body = field(node, "body")
        self.walk_fields(node, ("attributes", "return_type"), inside)
        if body is not None:
            self.walk(body.named_children if body.type == "compound_statement" else [body], inside)

    def _better(self, of: Node | None, scope: PhpScope, stated: ScopedPath) -> Any:
        """What is declared of something: its type, or what a comment says of it where the type is no class."""
        if of is None:
            return stated
        declared = self.instance(self.type(of, scope))
        return stated if stated.path and declared.path[:1] in ("", "=") else declared

    def closure(self, node: Node, scope: PhpScope) -> None:
        inside = scope.inside(scope, (node.start_byte, node.end_byte), block=node.type == "arrow_function")
        parameters = field(node, "parameters")
        uses = parameters.named_children if parameters is not None else []
        for use in (*uses, *node.named_children):
            if use.type == "anonymous_function_use_clause":
                for each in use.named_children:
                    name = self.text(each).lstrip("&")
                    inside.bind(name, 0, ExpressionValue(each, scope) if each.type == "variable_name" else UNKNOWN)
        self._signature(node, inside, scope)

    def properties(self, node: Node, scope: PhpScope) -> None:
        of = field(node, "type")
        for each in node.named_children:
            if each.type == "property_element":
                declared = self.declare(Kind.FIELD, self.name_of(each), each, scope, head=node)
                doc = VARIABLE.search(self.symbols[-1].doc)
                own = self.instance(scope.own_type())
                stated = scope.names.read_documented(doc[1], own) if doc else UNKNOWN
                self.holds(declared, self._better(of, scope, stated))
                value = scope.inside(declared, (each.start_byte, each.end_byte))
                self.walk_fields(each, ("default_value",), value)
            elif each.type != "comment":
                self.walk([each], scope)

    def constants(self, node: Node, scope: PhpScope) -> None:
        for each in node.named_children:
            if each.type == "const_element":
                name, *values = each.named_children
                declared = self.declare(Kind.VARIABLE, self.text(name), each, scope, head=node)
                self.add_modifier("const")
                self.walk(values, scope.inside(declared, (each.start_byte, each.end_byte)))
            elif each.type in ("named_type", "attribute_list"):
                self.walk([each], scope)

    def case(self, node: Node, scope: PhpScope) -> None:
        declared = self.declare(Kind.ENUMERATOR, self.name_of(node), node, scope)
        self.holds(declared, self.instance(scope.own_type()))
        self.walk_fields(node, ("attributes", "value"), scope.inside(declared, (node.start_byte, node.end_byte)))
