"""Python, read by the standard library's own parser.

Input: the bytes of a file. Output: its symbols and imports, or `Skipped` where it is no Python that we can parse.

- The Module symbol is made by `assemble`, which knows the path; the module's docstring is `FileFacts.doc`.
- Qualified names are Python's own `__qualname__`: what is inside a function `f` has the scope `f.<locals>`.
- A decorated function or class starts at its first decorator, so that its lines are all that a reader wants to see.
- Only statements are walked, by an explicit stack: expressions are nine tenths of a syntax tree and hold no
  declarations, and machine-made files nest deeper than Python recurses.
- Texts (annotations, bases, signatures) are cut out of the source; `ast.unparse` would cost more than the parse.
- Variables of functions, loop variables and `with ... as x` are no symbols. Each assignment to a name of a module or
  class body is a definition of that one symbol; of `self.x = ...`, the first is.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from kgraph.extract.python.branches import Branches
from kgraph.extract.python.imports import import_facts
from kgraph.extract.python.newer_nodes import TYPE_ALIAS
from kgraph.extract.python.newer_syntax import note, parse_any
from kgraph.extract.python.source import (
    Function,
    PythonSource,
    arity,
    called_name,
    collector_paused,
    decode,
    docstring,
    dynamic_imports,
    targets,
)
from kgraph.extract.python.uses import uses
from kgraph.extract.text import count_lines, flatten, with_unix_line_ends
from kgraph.languages import is_overload_marker
from kgraph.model import Diagnostic, FileFacts, IncludeFact, Kind, Skipped, SymbolFact, UseFacts

_LONG_CONDITION = 200  # characters
_ENUMS = frozenset({"Enum", "IntEnum", "StrEnum", "ReprEnum", "Flag", "IntFlag"})
_PROPERTIES = frozenset({"property", "cached_property", "abstractproperty"})
_ACCESSORS = frozenset({"setter", "deleter", "getter"})


def extract(content: bytes, *, with_uses: bool = True) -> FileFacts | Skipped:
    """The symbols and imports of a Python file; what it uses too, if asked for."""
    with collector_paused():  # until the tree is gone
        return _extract(content, with_uses=with_uses)


def _extract(content: bytes, *, with_uses: bool) -> FileFacts | Skipped:
    lines = count_lines(content)
    try:
        source = decode(with_unix_line_ends(content))
    except (UnicodeError, LookupError) as error:
        line = content.count(b"\n", 0, error.start) + 1 if isinstance(error, UnicodeDecodeError) else 0
        return Skipped(flatten(f"encoding: {error}", 200), line=min(line, lines), lines=lines)
    return facts_of_source(source, lines, with_uses=with_uses)


def facts_of_source(source: str, lines: int, *, with_uses: bool = True, shared: bool = False) -> FileFacts | Skipped:
    """The facts of a source, decoded and with Unix line ends, of a file that has so many lines.

    `shared` says that other files may define the names that this one does not.
    """
    try:
        read = parse_any(source)
    except SyntaxError as error:
        line = min(max(error.lineno or 0, 0), lines)
        return Skipped(flatten(f"syntax error: {error.msg}", 200), line=line, lines=lines)
    except (RecursionError, MemoryError):
        return Skipped("nested too deeply for Python's parser", lines=lines)
    except ValueError as error:  # NUL bytes, in Python before 3.12
        return Skipped(flatten(f"syntax error: {error}", 200), lines=lines)
    tree, reader = read.tree, _Reader(source)
    reader.read(tree)
    shared = shared or "import cython" in source  # of a `.pxd` file beside it
    used, bindings, by_name, templates = (
        uses(tree, reader.index, shared=shared) if with_uses else (UseFacts(), (), (), ())
    )
    dynamic = dynamic_imports(tree) if "import_module" in source or "__import__" in source else ()
    return FileFacts(
        lines=lines,
        read_as="syntax",
        doc=docstring(tree.body),
        symbols=tuple(reader.symbols),
        includes=tuple(sorted((*reader.includes, *dynamic, *templates), key=lambda fact: fact.line)),
        uses=used,
        branches=reader.branches.pack() if with_uses else b"",
        bindings=bindings,
        diagnostics=(Diagnostic(read.line, note(read)),) if read.line else (),
        runtime_names=by_name,
    )


@dataclass(slots=True)
class _Condition:
    """Why the statements inside may not run; the text is made only if there is an import among them."""

    outer: _Condition | None
    test: ast.expr | None = None
    text: str = ""  # where there is no test
    negated: bool = False
    full_text: str | None = None  # with all around it, as far as asked for, and as far as anyone reads


@dataclass(slots=True)
class _EnclosingScope:
    """The class, function or module whose statements are read."""

    scope: str = ""
    symbol: int = -1
    kind: str = "module"  # or "class", "function"
    enum: bool = False
    names: set[str] = field(default_factory=set)  # of functions, classes and instance attributes
    variables: dict[str, Kind] = field(default_factory=dict)
    # In a method: what its first parameter is called, and the class that it is an instance of.
    receiver: str = ""
    owner: _EnclosingScope | None = None


@dataclass(slots=True)
class _Block:
    """Statements that are read in one place, under one condition."""

    statements: list[ast.stmt]
    enclosing: _EnclosingScope
    condition: _Condition | None
    rest: Iterator[tuple[int, ast.stmt]] = field(init=False)  # those not yet read, counted from 1

    def __post_init__(self) -> None:
        self.rest = enumerate(self.statements, start=1)


class _Reader:
    def __init__(self, source: str) -> None:
        self.symbols: list[SymbolFact] = []
        self.includes: list[IncludeFact] = []
        self.index: dict[ast.AST, int] = {}  # of each class and function among the symbols
        self.branches = Branches()
        self._source = PythonSource(source)

    def read(self, tree: ast.Module) -> None:
        stack = [_Block(tree.body, _EnclosingScope(), None)]
        while stack:
            block = stack[-1]
            for count, statement in block.rest:
                kind = statement.__class__
                if kind in _PLAIN:
                    continue
                if isinstance(statement, ast.Assign | ast.AnnAssign):
                    self._assignment(statement, block, count)
                elif inner := self._compound(statement, block.enclosing, block.condition):
                    stack += [each for each in inner if each.statements]
                    break
            else:
                stack.pop()

    def _compound(self, statement: ast.stmt, enclosing: _EnclosingScope, condition: _Condition | None) -> list[_Block]:
        """Read a statement; what it holds is left to be read, the last block first."""
        self.branches.note(statement)
        match statement:
            case ast.If():
                return [
                    _Block(statement.orelse, enclosing, _Condition(condition, statement.test, negated=True)),
                    _Block(statement.body, enclosing, _Condition(condition, statement.test)),
                ]
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                inner = self._function(statement, enclosing)
                inside = _Condition(condition, text=f"in function {inner.scope.replace('.<locals>', '')}")
                return [_Block(statement.body, inner, inside)]
            case ast.For() | ast.AsyncFor() | ast.While():
                return [_Block(statement.orelse, enclosing, condition), _Block(statement.body, enclosing, condition)]
            case ast.With() | ast.AsyncWith():
                return [_Block(statement.body, enclosing, condition)]
            case ast.ClassDef():
                return [_Block(statement.body, self._class(statement, enclosing), condition)]
            case ast.Import() | ast.ImportFrom():
                self.includes += import_facts(statement, self._condition(condition))
            case ast.Try() | ast.TryStar():
                return list(self._try(statement, enclosing, condition))
            case ast.Match():
                return [_Block(case.body, enclosing, condition) for case in reversed(statement.cases)]
            case _:
                if isinstance(statement, TYPE_ALIAS):
                    self._type_statement(statement, enclosing)
        return []

    def _try(
        self, statement: ast.Try | ast.TryStar, enclosing: _EnclosingScope, condition: _Condition | None
    ) -> Iterator[_Block]:
        yield _Block(statement.finalbody, enclosing, condition)
        yield _Block(statement.orelse, enclosing, _Condition(condition, text="try"))
        for handler in reversed(statement.handlers):
            caught = f"except {self._source.text(handler.type)}" if handler.type else "except"
            yield _Block(handler.body, enclosing, _Condition(condition, text=caught))
        yield _Block(statement.body, enclosing, _Condition(condition, text="try"))

    def _condition(self, condition: _Condition | None) -> str:
        pending: list[_Condition] = []
        while condition is not None and condition.full_text is None:
            pending.append(condition)
            condition = condition.outer
        text_so_far = condition.full_text or "" if condition else ""
        for each in reversed(pending):
            if len(text_so_far) <= 2 * _LONG_CONDITION:
                text = self._source.text(each.test) if each.test is not None else each.text
                text = f"!({text})" if each.negated else text
                text_so_far = f"{text_so_far} && {text}" if each.outer else text
            each.full_text = text_so_far
        return flatten(text_so_far, _LONG_CONDITION)

    def _add(self, symbol: SymbolFact) -> int:
        self.symbols.append(symbol)
        return len(self.symbols) - 1

    def _class(self, node: ast.ClassDef, enclosing: _EnclosingScope) -> _EnclosingScope:
        bases = tuple(self._source.text(base) for base in node.bases)
        arguments = [*bases]
        for keyword in node.keywords:
            value = self._source.short(keyword.value)
            arguments.append(f"{keyword.arg}={value}" if keyword.arg else f"**{value}")
        signature = f"class {node.name}{self._source.type_parameters(node)}"
        if arguments:
            signature += f"({', '.join(arguments)})"
        index = self._add(
            SymbolFact(
                Kind.CLASS,
                node.name,
                self._first_line(node),
                node.end_lineno or node.lineno,
                scope=enclosing.scope,
                parent=enclosing.symbol,
                local=True,
                access=_access(node.name, enclosing),
                signature=signature,
                doc=docstring(node.body),
                bases=bases,
                modifiers=self._source.decorators(node),
            )
        )
        self.index[node] = index
        enclosing.names.add(node.name)
        inner = _EnclosingScope(_join(enclosing.scope, node.name), index, "class")
        inner.enum = any(base.rpartition(".")[2] in _ENUMS for base in bases)
        # A method is no field, though `self.x = ...` may stand before it: that calls a property's setter.
        inner.names.update(part.name for part in node.body if isinstance(part, Function))
        return inner

    def _function(self, node: Function, enclosing: _EnclosingScope) -> _EnclosingScope:
        modifiers = self._source.decorators(node)
        kind = Kind.FUNCTION
        if enclosing.kind == "class":
            kind = Kind.CONSTRUCTOR if node.name == "__init__" else Kind.METHOD
            if any(_is_property(modifier, node.name) for modifier in modifiers):
                kind = Kind.PROPERTY
        if isinstance(node, ast.AsyncFunctionDef):
            modifiers = ("async", *modifiers)
        arguments = node.args
        index = self._add(
            SymbolFact(
                kind,
                node.name,
                self._first_line(node),
                node.end_lineno or node.lineno,
                scope=enclosing.scope,
                parent=enclosing.symbol,
                arity=arity(arguments),
                definition=not any(is_overload_marker(each) for each in modifiers),
                local=True,
                access=_access(node.name, enclosing),
                signature=self._source.function_signature(node),
                doc=docstring(node.body),
                modifiers=modifiers,
            )
        )
        self.index[node] = index
        enclosing.names.add(node.name)
        inner = _EnclosingScope(f"{_join(enclosing.scope, node.name)}.<locals>", index, "function")
        parameters = [*arguments.posonlyargs, *arguments.args]
        if enclosing.kind == "class":
            if parameters and "@staticmethod" not in modifiers:
                inner.receiver, inner.owner = parameters[0].arg, enclosing
        elif enclosing.receiver and all(parameter.arg != enclosing.receiver for parameter in parameters):
            inner.receiver, inner.owner = enclosing.receiver, enclosing.owner
        return inner

    def _first_line(self, node: ast.ClassDef | Function) -> int:
        return node.decorator_list[0].lineno if node.decorator_list else node.lineno

    def _assignment(self, node: ast.Assign | ast.AnnAssign, block: _Block, count: int) -> None:
        enclosing = block.enclosing
        if enclosing.kind == "function" and not enclosing.receiver:
            return
        for target in node.targets if isinstance(node, ast.Assign) else (node.target,):
            for part in targets(target):
                if isinstance(part, ast.Name):
                    if enclosing.kind != "function" and part.id not in enclosing.names:
                        self._variable(node, part, part.id, enclosing, block, count)
                elif (
                    isinstance(part, ast.Attribute)
                    and isinstance(part.value, ast.Name)
                    and part.value.id == enclosing.receiver != ""
                    and enclosing.owner is not None
                    and part.attr not in enclosing.owner.names
                    and part.attr not in enclosing.owner.variables
                ):
                    enclosing.owner.names.add(part.attr)
                    self._variable(node, part, part.attr, enclosing.owner, block, count)

    def _variable(
        self,
        node: ast.Assign | ast.AnnAssign,
        target: ast.expr,
        name: str,
        enclosing: _EnclosingScope,
        block: _Block,
        count: int,
    ) -> None:
        annotation = self._source.text(node.annotation) if isinstance(node, ast.AnnAssign) else ""
        maker = called_name(node.value)
        if annotation.rpartition(".")[2] == "TypeAlias" or maker == "NewType":
            kind = Kind.TYPE_ALIAS
        elif enclosing.kind != "class":
            kind = Kind.VARIABLE
        elif maker == "property":
            kind = Kind.PROPERTY
        elif enclosing.enum and isinstance(target, ast.Name) and node.value is not None and not name.startswith("_"):
            kind = Kind.ENUMERATOR
        else:
            kind = Kind.FIELD
        kind = enclosing.variables.setdefault(name, kind)  # the first assignment tells
        self._add(
            SymbolFact(
                kind,
                name,
                target.lineno,
                max(node.end_lineno or 0, target.lineno),
                scope=enclosing.scope,
                parent=enclosing.symbol,
                local=True,
                access=_access(name, enclosing),
                signature=self._source.variable_signature(node, target, annotation),
                doc=docstring(block.statements[count : count + 1]),  # below it, where documentation tools look
            )
        )

    def _type_statement(self, node: ast.AST, enclosing: _EnclosingScope) -> None:
        name, value = getattr(node, "name", None), getattr(node, "value", None)
        if isinstance(name, ast.Name) and isinstance(value, ast.expr) and enclosing.kind != "function":
            enclosing.names.add(name.id)
            self._add(
                SymbolFact(
                    Kind.TYPE_ALIAS,
                    name.id,
                    name.lineno,
                    value.end_lineno or name.lineno,
                    scope=enclosing.scope,
                    parent=enclosing.symbol,
                    local=True,
                    access=_access(name.id, enclosing),
                    signature=f"type {name.id}{self._source.type_parameters(node)} = {self._source.short(value, 80)}",
                )
            )


_PLAIN = frozenset(
    {
        ast.Expr,
        ast.Return,
        ast.AugAssign,
        ast.Raise,
        ast.Assert,
        ast.Delete,
        ast.Pass,
        ast.Break,
        ast.Continue,
        ast.Global,
        ast.Nonlocal,
    }
)


def _join(scope: str, name: str) -> str:
    return f"{scope}.{name}" if scope else name


def _access(name: str, enclosing: _EnclosingScope) -> Literal["", "public", "protected", "private"]:
    if enclosing.kind != "class":
        return ""
    if not name.startswith("_") or (name.startswith("__") and name.endswith("__")):
        return "public"
    return "private" if name.startswith("__") else "protected"


def _is_property(decorator: str, name: str) -> bool:
    object_, _, attribute = decorator[1:].rpartition(".")
    if attribute in _ACCESSORS:
        return object_ == name
    return attribute in _PROPERTIES
