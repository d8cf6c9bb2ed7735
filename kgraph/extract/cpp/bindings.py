"""What C++ offers to Python: the names that a file binds, and what they are bound to.

Input: the text of a file, as it is. Output: a fact for each name bound by pybind11 (`m.def`, `py::class_`, ...), by
PyTorch's `TORCH_LIBRARY`, or by a table of `PyMethodDef` or `PyGetSetDef`; and facts from which `assemble.bindings`
learns in which module they are. Declarations are read with the bodies of functions blanked, and bindings stand in
bodies: hence a parse of its own, for the few files that have some (one in twenty of PyTorch's).

A *container* says where a name is, as far as the file tells:

    =spam.eggs             the module of that name: PyImport_ImportModule("spam.eggs")
    !spam                  the module that is built as spam, in whatever package: PYBIND11_MODULE(spam, m)
    @initJit#m             what is passed to the function initJit as m
    [SpamMethods]          whatever module or type the table SpamMethods is given to
    @initJit#m.Graph       the class Graph in it; submodules alike
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

import tree_sitter_cpp
from tree_sitter import Language, Node, Parser, Query, QueryCursor

from kgraph.extract.cpp.binding_nodes import (
    arguments_of,
    bound_class,
    innermost,
    last,
    line_of,
    string,
    target_of,
    text,
)
from kgraph.extract.nested import Nested
from kgraph.model import NativeBindingFact

_TABLE_MARKERS = (b"PyMethodDef", b"PyGetSetDef", b"PyModuleDef", b"PyTypeObject")
_MARKER = re.compile(rb"PYBIND11_\w*MODULE|\bclass_<")
# A macro that stands alone where a statement would, `HANDLE_TH_ERRORS`, would be read as the type of what follows.
_MACRO_LINE = re.compile(rb"^[ \t]*[A-Z][A-Z0-9_]{3,}(?:\([^()\n;{}]*\))?[ \t]*$(?!\s*[{(])", re.M)
_CONDITION = re.compile(rb"^[ \t]*#[ \t]*(?:if|ifdef|ifndef|elif|else|endif)\b(?:[^\n]*\\\n)*[^\n]*", re.M)
_NOT_A_LINE_END = re.compile(rb"[^\n]")
_QUERY = """
(namespace_definition) @namespace
(function_definition) @function
(call_expression) @call
(init_declarator) @variable
(declaration) @declaration
(assignment_expression) @assignment
(return_statement (identifier)) @return
"""
_DEFINES = {
    "def": "function",
    "def_static": "function",
    "def_property": "property",
    "def_property_readonly": "property",
    "def_property_static": "property",
    "def_property_readonly_static": "property",
    "def_readwrite": "property",
    "def_readonly": "property",
    "def_readwrite_static": "property",
    "def_readonly_static": "property",
    "impl": "operator",
    "value": "enumerator",
}
_TABLES = frozenset({"PyMethodDef", "PyGetSetDef"})
_OWNERS = frozenset({"PyModuleDef", "PyTypeObject"})
_LIBRARIES = frozenset({"TORCH_LIBRARY", "TORCH_LIBRARY_IMPL", "TORCH_LIBRARY_FRAGMENT"})
_MODULES = frozenset({"PYBIND11_MODULE", "PYBIND11_EMBEDDED_MODULE", "PYBIND11_PLUGIN"})
_IMPORTS = re.compile(r"(?:^|::)(?:PyImport_ImportModule|import|import_|PyImport_AddModule)$")
_ADDS_TABLE = re.compile(r"(?i)add\w*(?:functions|methods|methoddefs)$")
_ANY_MODULE = "TORCH_EXTENSION_NAME"  # whatever the build says
_MAX_DEPTH = 12


def _makes_container(method: str) -> bool:
    """Whether what a method gives is another container: `m.def_submodule(...)`, `m.class_<T>(...)` in a library."""
    return method == "def_submodule" or method.startswith("class_<")


@cache
def _language() -> Language:
    return Language(tree_sitter_cpp.language())


@cache
def _query() -> Query:
    return Query(_language(), _QUERY)


def read_bindings(content: bytes) -> tuple[NativeBindingFact, ...]:
    """The bindings of a file, in order of appearance."""
    if not _may_bind(content):
        return ()
    content = _MACRO_LINE.sub(_blank, content)
    root = _parse(content)
    facts = _read(root)
    # Conditions in the middle of an expression, `.def(...)` behind `#ifdef`, have no place in a syntax tree.
    if root.has_error and (without := _CONDITION.sub(_blank, content)) != content:
        facts = max(facts, _read(_parse(without)), key=len)
    return facts


def _may_bind(content: bytes) -> bool:
    if b"pybind11" in content or b"TORCH_LIBRARY" in content:
        return True
    if b"Py" in content and any(marker in content for marker in _TABLE_MARKERS):
        return True
    return (b"PYBIND11_" in content or b"class_<" in content) and _MARKER.search(content) is not None


def _blank(match: re.Match[bytes]) -> bytes:
    return _NOT_A_LINE_END.sub(b" ", match[0])


def _parse(content: bytes) -> Node:
    return Parser(_language()).parse(content).root_node


def _read(root: Node) -> tuple[NativeBindingFact, ...]:
    captured = QueryCursor(_query()).captures(root)
    # Captures come in no order that can be relied on; an outer node before its inner ones.
    found = {
        name: sorted(nodes, key=lambda node: (node.start_byte, -node.end_byte)) for name, nodes in captured.items()
    }
    facts = sorted(_Reader(found).read(), key=lambda fact: fact.line)
    return tuple(dict.fromkeys(facts))


@dataclass(slots=True)
class _Function:
    start: int
    end: int
    name: str = ""
    gives_table: bool = False
    variables: dict[str, Node | str] = field(default_factory=dict)  # a value, or a container


def _qualify(outer: str, name: str) -> str:
    return f"{outer}::{name}" if outer else name


class _Reader:
    def __init__(self, nodes_by_kind: dict[str, list[Node]]) -> None:
        self._nodes_by_kind = nodes_by_kind
        named = (
            (node.start_byte, node.end_byte, text(name))
            for node in nodes_by_kind.get("namespace", ())
            if (name := node.child_by_field_name("name")) is not None
        )
        self._namespaces = Nested(list(named))
        self._scopes = {-1: ""}  # the qualified name of each namespace, by its index
        self._file = _Function(0, 2**62)
        self._functions = [self._function(node) for node in nodes_by_kind.get("function", ())]
        self._bodies = Nested([(function.start, function.end, function) for function in self._functions])
        self._containers: dict[int, str | None] = {}
        self._modules: dict[int, bool] = {}  # whether a value looks like one, by its node

    def read(self) -> Iterator[NativeBindingFact]:
        for node in self._nodes_by_kind.get("variable", ()):
            name, value = node.child_by_field_name("declarator"), node.child_by_field_name("value")
            if name is not None and value is not None:
                self._find_enclosing(node).variables.setdefault(text(innermost(name)), value)
        for node in self._nodes_by_kind.get("assignment", ()):
            name, value = node.child_by_field_name("left"), node.child_by_field_name("right")
            if name is not None and value is not None and name.type == "identifier":
                self._find_enclosing(node).variables.setdefault(text(name), value)
        for node in self._nodes_by_kind.get("declaration", ()):
            yield from self._declaration(node)
        for node in self._nodes_by_kind.get("call", ()):
            yield from self._call(node)
        for node in self._nodes_by_kind.get("return", ()):
            around = self._find_enclosing(node)
            if around.gives_table:
                yield NativeBindingFact(
                    "table", f"[{around.name}()]", text(node.named_children[0]), "", "", line_of(node)
                )

    # --- places -----------------------------------------------------------------------------------------------------

    def _function(self, node: Node) -> _Function:
        function = _Function(node.start_byte, node.end_byte)
        declarator = node.child_by_field_name("declarator")
        while declarator is not None and declarator.type != "function_declarator":
            declarator = declarator.child_by_field_name("declarator")
        if declarator is None:
            return function
        function.name = last(text(declarator.child_by_field_name("declarator")))
        function.gives_table = text(node.child_by_field_name("type")) in _TABLES
        parameters = declarator.child_by_field_name("parameters")
        given = [text(each) for each in parameters.named_children] if parameters is not None else []
        if function.name in _MODULES and len(given) > 1:  # a third says what the module needs of the interpreter
            function.variables[given[1]] = "" if given[0] == _ANY_MODULE else f"!{given[0]}"
        elif function.name in _LIBRARIES and len(given) > 1:
            function.variables[given[-1]] = "=torch.ops" if given[0] == "_" else f"=torch.ops.{given[0]}"
        elif parameters is not None:
            for parameter in parameters.named_children:
                kind, name = parameter.child_by_field_name("type"), parameter.child_by_field_name("declarator")
                if name is not None and re.search(r"module|PyObject|handle|class_", text(kind)):
                    short = text(innermost(name))
                    function.variables[short] = f"@{function.name}#{short}"
        return function

    def _find_enclosing(self, node: Node) -> _Function:
        """The innermost function that a node stands in, or the file."""
        return next(self._bodies.find_around(node.start_byte), self._file)

    def _scope(self, node: Node) -> str:
        namespaces = self._namespaces
        return namespaces.fold(namespaces.innermost(node.start_byte), self._scopes, _qualify)

    # --- what is bound ----------------------------------------------------------------------------------------------

    def _call(self, node: Node) -> Iterator[NativeBindingFact]:
        function, arguments = node.child_by_field_name("function"), arguments_of(node)
        if function is None:
            return
        if function.type == "field_expression":
            mechanism = _DEFINES.get(text(function.child_by_field_name("field")))
            name = string(arguments[0]) if arguments else ""
            if mechanism and name:
                receiver = function.child_by_field_name("argument")
                container = self._container(receiver, self._find_enclosing(node)) if receiver is not None else None
                if container is not None:
                    yield from self._make_facts(node, mechanism, container, name, arguments)
        elif (type_ := bound_class(function)) and len(arguments) > 1:
            yield from self._class(node, type_, arguments)
        elif function.type in ("identifier", "qualified_identifier"):
            if len(arguments) == 2 and _ADDS_TABLE.search(text(function)):
                yield from self._read_table(arguments[0], arguments[1])
            for argument in arguments:
                if argument.type == "identifier" and (container := self._find_container(argument)):
                    yield NativeBindingFact("pass", container, last(text(function)), "", "", line_of(function))

    def _make_facts(
        self, node: Node, mechanism: str, container: str, name: str, arguments: list[Node]
    ) -> Iterator[NativeBindingFact]:
        line = line_of(arguments[0])
        if container.startswith("=torch.ops"):  # a schema: "quantized::add.out(Tensor a) -> Tensor"
            mechanism = "operator"
            space, _, name = name.partition("(")[0].strip().rpartition("::")
            container = f"=torch.ops.{space}" if space else container
            name = name.partition(".")[0]
        target, is_lambda = "", False
        if len(arguments) > 1:
            bound = arguments[1]
            variable = self._find_enclosing(node).variables.get(text(bound))
            if isinstance(variable, Node) and variable.type == "lambda_expression":
                bound = variable
            target, is_lambda = target_of(bound)
        if target or is_lambda:
            yield NativeBindingFact(mechanism, container, name, target, self._scope(node), line, is_lambda)

    def _class(self, node: Node, type_: str, arguments: list[Node]) -> Iterator[NativeBindingFact]:
        first, second = string(arguments[0]), string(arguments[1])
        if first and second:  # torch::class_<T>("namespace", "Name")
            yield NativeBindingFact("class", f"=torch.classes.{first}", second, type_, self._scope(node), line_of(node))
        elif second and (container := self._container(arguments[0], self._find_enclosing(node))) is not None:
            yield NativeBindingFact("class", container, second, type_, self._scope(node), line_of(node))

    def _read_table(self, to: Node, table: Node) -> Iterator[NativeBindingFact]:
        """`PyModule_AddFunctions(module, table)`, `addPyMethodDefs(tables, table())`."""
        name = text(table)
        if table.type == "call_expression":
            name = last(text(table.child_by_field_name("function"))) + "()"
        container = self._container(to, self._find_enclosing(to)) if to.type == "identifier" else None
        yield NativeBindingFact("table", container or f"[{text(to)}]", name, "", "", line_of(table))

    def _declaration(self, node: Node) -> Iterator[NativeBindingFact]:
        kind = node.child_by_field_name("type")
        type_ = last(text(kind).removeprefix("struct ").strip())
        for declarator in node.children_by_field_name("declarator"):
            if declarator.type != "init_declarator":
                continue
            value, name = declarator.child_by_field_name("value"), declarator.child_by_field_name("declarator")
            if value is None or name is None:
                continue
            if type_ in _TABLES and value.type == "initializer_list":
                yield from self._table(text(innermost(name)), value)
            elif type_ in _OWNERS and value.type == "initializer_list":
                yield from self._owner(text(innermost(name)), value)
            elif kind is not None and value.type == "argument_list" and (bound := bound_class(kind)):
                arguments = [each for each in value.named_children if each.type != "comment"]
                if len(arguments) > 1:  # `py::class_<T> x(m, "Name");`
                    yield from self._class(declarator, bound, arguments)

    def _table(self, name: str, rows: Node) -> Iterator[NativeBindingFact]:
        for row in rows.named_children:
            cells = [each for each in row.named_children if each.type != "comment"]
            if row.type == "initializer_list" and len(cells) > 1 and (bound := string(cells[0])):
                target, _ = target_of(cells[1])
                if target:
                    yield NativeBindingFact(
                        "function table", f"[{name}]", bound, target, self._scope(row), line_of(row)
                    )

    def _owner(self, variable: str, value: Node) -> Iterator[NativeBindingFact]:
        """A module's or type's definition: its name, and the tables that it may have been given."""
        cells = list(value.named_children)
        name = next((told for cell in cells if (told := string(cell))), "")
        if name:
            name = f"={name}" if "." in name else f"!{name}"
            yield NativeBindingFact("object", name, variable, "", "", line_of(value))
            for cell in cells:
                if cell.type == "call_expression":  # `tables.data()`
                    cell = cell.child_by_field_name("function") or cell
                    cell = cell.child_by_field_name("argument") or cell
                if cell.type == "identifier" and not text(cell).isupper():
                    yield NativeBindingFact("table", name, text(cell), "", "", line_of(value))

    # --- containers -------------------------------------------------------------------------------------------------

    def _find_container(self, argument: Node) -> str | None:
        """The container that an argument is, if it is a module: of others there are too many."""
        around = self._find_enclosing(argument)
        value = around.variables.get(text(argument)) or self._file.variables.get(text(argument))
        if isinstance(value, Node) and not self._is_module(value):
            return None
        return self._container(argument, around)

    def _is_module(self, value: Node) -> bool:
        """Whether a value may be a module, by its text."""
        if value.id not in self._modules:
            self._modules[value.id] = re.search(rb"(?i)module|import|class_", value.text or b"") is not None
        return self._modules[value.id]

    def _container(self, node: Node, around: _Function, deep: int = 0) -> str | None:
        """Where names go that are defined on the value of an expression."""
        if node.id not in self._containers and deep < _MAX_DEPTH:
            # A chain `x.def(...).def(...)` may have thousands of links: it is walked, not recursed into, and what is
            # found holds for all links.
            links, end = self._links(node)
            container = self._containers.get(end.id)
            if container is None and end.id not in self._containers:
                container = self._container_of(end, around, deep)
            if container is None and deep:
                return None  # perhaps only because it is too deep from here
            self._containers.update(dict.fromkeys(links, container))
        return self._containers.get(node.id)

    def _links(self, node: Node) -> tuple[list[int], Node]:
        """The links of a chain of calls, and what it begins with, or where it was walked before."""
        links = [node.id]
        while node.type == "call_expression":
            function = node.child_by_field_name("function")
            if function is None or function.type != "field_expression":
                break
            receiver = function.child_by_field_name("argument")
            if receiver is None or _makes_container(text(function.child_by_field_name("field"))):
                break
            node = receiver
            links.append(node.id)
            if node.id in self._containers:
                break
        return links, node

    def _container_of(self, node: Node, around: _Function, deep: int) -> str | None:
        function = node.child_by_field_name("function") if node.type == "call_expression" else None
        if function is not None and function.type == "field_expression":
            receiver, arguments = function.child_by_field_name("argument"), arguments_of(node)
            inner = self._container(receiver, around, deep + 1) if receiver is not None else None
            if inner is None or not arguments:
                return None
            if text(function.child_by_field_name("field")) != "def_submodule":  # `m.class_<T>("Name")`
                if not inner:
                    return None
                inner = inner.replace("=torch.ops", "=torch.classes")
            return f"{inner}.{string(arguments[0])}"
        match node.type:
            case "identifier":
                name = text(node)
                value = around.variables.get(name, self._file.variables.get(name))
                if isinstance(value, str):
                    return value
                return self._container(value, around, deep + 1) if value is not None else None
            case "call_expression":
                return self._container_of_call(node, around, deep)
            case "argument_list":  # `py::module m(module)`, `py::class_<T> x(m, "Name")`
                arguments = [each for each in node.named_children if each.type != "comment"]
                inner = self._container(arguments[0], around, deep + 1) if arguments else None
                name = string(arguments[1]) if len(arguments) > 1 else ""
                return f"{inner}.{name}" if inner is not None and name else inner
            case "pointer_expression" | "cast_expression" | "parenthesized_expression":
                last = node.named_children[-1] if node.named_children else None
                return self._container(last, around, deep + 1) if last is not None else None
        return None

    def _container_of_call(self, node: Node, around: _Function, deep: int) -> str | None:
        function, arguments = node.child_by_field_name("function"), arguments_of(node)
        if function is None or not arguments:
            return None
        name = string(arguments[0])
        if _IMPORTS.search(text(function)) and name:
            return f"={name}"
        if bound_class(function):
            second = string(arguments[1]) if len(arguments) > 1 else ""
            if name and second:
                return f"=torch.classes.{name}.{second}"
            inner = self._container(arguments[0], around, deep + 1)
            return f"{inner}.{second}" if inner is not None and second else None
        if text(function).startswith("PyModule_Create"):
            return f"[{text(innermost(arguments[0]))}]"
        return self._container(arguments[0], around, deep + 1)
