"""The scopes of a Python file: what each binds, calls and reads.

Input: a syntax tree. Output: its scopes (module, classes, functions, lambdas and comprehensions) with the names that
each binds, and its parts (what stands in a scope's body, or in front of it), outer ones first, each with the
expressions that it uses. What the names mean is found by `python.uses`, once all bindings are known: a name may be
bound below its use.

Every node of the tree passes through one loop, `Walker._read`, whose first branches are for the kinds that make up most
of a tree; the others have a row in a table.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from kgraph.extract.python.imports import imported_names
from kgraph.extract.python.newer_nodes import TYPE_ALIAS
from kgraph.extract.python.operators import CHILDREN, OPERATIONS, OPERATORS, child_fields, implies
from kgraph.extract.python.reaching import nest
from kgraph.extract.python.scope_values import (
    Annotated,
    Derived,
    Narrowed,
    PythonScope,
    ScopePart,
    begin,
    end,
)
from kgraph.extract.python.source import Function, called_name
from kgraph.extract.python.targets import (
    as_read,
    bind_parameters,
    bind_receiver,
    bind_target,
    decorate,
    inner_scope,
    leaves_block,
    loop_element,
    narrow,
    narrow_to,
    put,
    type_parameters,
)

_WITH_METACLASS = "with_metaclass"


class Walker:
    """Finds the scopes of a file with what is bound in each, and its parts with what they use."""

    def __init__(self, symbols: Mapping[ast.AST, int]) -> None:
        self.scopes: list[PythonScope] = []
        self.parts: list[ScopePart] = []
        self.bases: list[tuple[int, ast.expr, PythonScope]] = []
        self.inner: dict[ast.AST, PythonScope] = {}  # of each lambda and comprehension
        self._symbols = symbols

    def walk(self, tree: ast.Module) -> None:
        self._open(PythonScope("module", None, -1, node=tree), tree.body.copy())
        for part in self.parts:  # grows while it is walked: outer scopes before inner ones
            self._read(part)
        for scope in self.scopes:
            nest(scope)
            for name, places in scope.places.items():
                if len(places) > 1:
                    order = sorted(range(len(places)), key=places.__getitem__)
                    scope.bound[name] = [scope.bound[name][at] for at in order]
                    scope.places[name] = [places[at] for at in order]
            scope.puts.update(
                name.partition(".")[0].partition("[")[0] for name in scope.bound if not name.isidentifier()
            )

    def _open(self, scope: PythonScope, nodes: list[Any]) -> None:
        self.scopes.append(scope)
        self.parts.append(ScopePart(scope, scope.symbol, nodes))

    def _read(self, part: ScopePart) -> None:
        stack = part.nodes
        calls, reads, inner_reads = part.calls, part.reads, part.inner_reads
        pop, push = stack.pop, stack.append
        while stack:
            node = pop()
            kind = node.__class__
            if kind is ast.Name:
                if node.ctx.__class__ is ast.Load:
                    reads.append(node)
                else:
                    part.scope.bind(node.id, None, begin(node))
            elif kind is ast.Attribute:
                base = node.value
                while base.__class__ is ast.Attribute:
                    inner_reads.append(base)
                    base = base.value
                if base.__class__ is not ast.Name:
                    push(base)
                reads.append(node)
            elif kind is ast.Call:
                base = node.func
                while base.__class__ is ast.Attribute:
                    if base is not node.func:
                        inner_reads.append(base)
                    base = base.value
                calls.append(node)
                if base.__class__ is not ast.Name:
                    push(base)
                stack += node.args
                for keyword in node.keywords:
                    push(keyword.value)
                if base is not node.func and len(node.args) in (1, 2):
                    put(node, node.func, part)
            elif kind is ast.Constant:
                if node.value.__class__ is str and "." in node.value:
                    part.texts.append(node)
            elif kind is ast.Expr:
                if node.value.__class__ is not ast.Constant:  # as docstrings are
                    push(node.value)
            elif kind is ast.Tuple or kind is ast.List:
                stack += node.elts
            elif kind in OPERATIONS:
                OPERATIONS[kind](node, part)
            elif kind in _SPECIAL:
                _SPECIAL[kind](self, node, part)
            else:
                for name in CHILDREN[kind] if kind in CHILDREN else child_fields(kind):
                    child = getattr(node, name)
                    if child.__class__ is list:
                        stack += child
                    else:
                        push(child)

    # --- nodes that bind names or open scopes -------------------------------------------------------------------------

    def _assign(self, node: ast.Assign, part: ScopePart) -> None:
        value, at = node.value, end(node)
        for target in node.targets:
            if target.__class__ is ast.Name:
                part.scope.bind(target.id, value, at)
            else:
                bind_target(target, value, part, at)
        part.nodes.append(value)

    def _annotated_assign(self, node: ast.AnnAssign, part: ScopePart) -> None:
        bind_target(node.target, Annotated(node.annotation, node.value), part, end(node))
        part.annotations.append(node.annotation)
        if node.value:
            part.nodes.append(node.value)

    def _augmented_assign(self, node: ast.AugAssign, part: ScopePart) -> None:
        target = node.target
        if isinstance(target, ast.Name):  # what it is bound to remains, as a rule
            part.scope.stores.setdefault(target.id, []).append(("$add", node.value, part.scope))
        else:
            part.nodes.append(target)
        part.protocols.append((as_read(target), f"__i{OPERATORS[node.op.__class__][2:]}"))
        part.nodes.append(node.value)

    def _named_expression(self, node: ast.NamedExpr, part: ScopePart) -> None:
        holder = part.scope
        while holder.kind == "inner" and holder.outer:
            holder = holder.outer
        value = node.value if holder is part.scope else None
        if isinstance(node.target, ast.Name):
            holder.bind(node.target.id, value, end(node))
        part.nodes.append(node.value)

    def _with(self, node: ast.With | ast.AsyncWith, part: ScopePart) -> None:
        front, steps = ("__a", ".$aenter") if node.__class__ is ast.AsyncWith else ("__", ".$enter")
        for item in node.items:
            expression = item.context_expr
            part.nodes.append(expression)
            part.protocols += ((expression, f"{front}enter__"), (expression, f"{front}exit__"))
            if item.optional_vars:
                bind_target(item.optional_vars, Derived(expression, steps), part, end(item.optional_vars))
        part.nodes += node.body

    def _for(self, node: ast.For | ast.AsyncFor, part: ScopePart) -> None:
        at = end(node.iter)
        bind_target(node.target, loop_element(node, part), part, at)
        part.nodes += (node.iter, *node.body, *node.orelse)
        part.scope.blocks.append((at, end(node.body[-1]) + 1, 0))
        if node.orelse:
            part.scope.blocks.append((begin(node.orelse[0]), end(node.orelse[-1]) + 1, begin(node)))

    def _while(self, node: ast.While, part: ScopePart) -> None:
        part.nodes += (node.test, *node.body, *node.orelse)
        implies(node.test, "__bool__", part)
        part.scope.blocks.append((begin(node), end(node.body[-1]) + 1, 0))

    def _if(self, node: ast.If, part: ScopePart) -> None:
        """All branches of an `elif` at once: there may be thousands."""
        blocks, at = part.scope.blocks, begin(node)
        number = at << 1 | 1
        while True:
            body, test = node.body, node.test
            part.nodes += (test, *body)
            implies(test, "__bool__", part)
            blocks.append((begin(body[0]), end(body[-1]) + 1, number))
            others = node.orelse
            narrow(test, part, (begin(body[0]), end(body[-1]), end(node) + 1), leaves=leaves_block(body))
            if not (len(others) == 1 and others[0].__class__ is ast.If):
                break
            node = others[0]
        if others:
            part.nodes += others
            blocks.append((begin(others[0]), end(others[-1]) + 1, number))

    def _assert(self, node: ast.Assert, part: ScopePart) -> None:
        part.nodes.append(node.test)
        implies(node.test, "__bool__", part)
        if node.msg:
            part.nodes.append(node.msg)
        narrow(node.test, part, (end(node), end(node), end(node)), leaves=False)

    def _try(self, node: ast.Try | ast.TryStar, part: ScopePart) -> None:
        part.nodes += (*node.body, *node.handlers, *node.orelse, *node.finalbody)
        number = begin(node) << 1 | 1
        for handler in node.handlers:
            part.scope.blocks.append((begin(handler), end(handler) + 1, number))
        if not all(leaves_block(handler.body) for handler in node.handlers):
            part.scope.tried.append((begin(node.body[0]), end(node.body[-1]) + 1))

    def _match(self, node: ast.Match, part: ScopePart) -> None:
        part.nodes.append(node.subject)
        number = begin(node) << 1 | 1
        for case in node.cases:
            part.nodes += (case.pattern, *case.body)
            if case.guard:
                part.nodes.append(case.guard)
            part.scope.blocks.append((begin(case.pattern), end(case.body[-1]) + 1, number))
            if isinstance(node.subject, ast.Name) and isinstance(case.pattern, ast.MatchClass):
                narrow_to(node.subject, case.pattern.cls, part, end(case.pattern))

    def _import(self, node: ast.Import | ast.ImportFrom, part: ScopePart) -> None:
        for name, path in imported_names(node):
            part.scope.bind(name, path, end(node))

    def _global(self, node: ast.Global, part: ScopePart) -> None:
        part.scope.elsewhere.update(dict.fromkeys(node.names))

    def _nonlocal(self, node: ast.Nonlocal, part: ScopePart) -> None:
        part.scope.elsewhere.update(dict.fromkeys(node.names, part.scope.outer))

    def _return(self, node: ast.Return, part: ScopePart) -> None:
        part.scope.returns.append(node.value)
        if node.value:
            part.nodes.append(node.value)

    def _yield(self, node: ast.Yield | ast.YieldFrom, part: ScopePart) -> None:
        if node.value is None:
            part.scope.yields.append(None)
        else:
            part.scope.yields.append(node.value if node.__class__ is ast.Yield else Derived(node.value, ".$iter"))
            part.nodes.append(node.value)

    def _except(self, node: ast.ExceptHandler, part: ScopePart) -> None:
        if node.name:
            caught = Annotated(node.type) if isinstance(node.type, ast.Name | ast.Attribute) else None
            part.scope.bind(node.name, caught, begin(node))
        if node.type:
            part.nodes.append(node.type)
        part.nodes += node.body

    def _match_as(self, node: ast.MatchAs, part: ScopePart) -> None:
        if node.name:
            inside = node.pattern
            part.scope.bind(node.name, Narrowed(inside.cls) if isinstance(inside, ast.MatchClass) else None, end(node))
        if node.pattern:
            part.nodes.append(node.pattern)

    def _match_star(self, node: ast.MatchStar, part: ScopePart) -> None:
        if node.name:
            part.scope.bind(node.name, None, begin(node))

    def _match_mapping(self, node: ast.MatchMapping, part: ScopePart) -> None:
        if node.rest:
            part.scope.bind(node.rest, None, begin(node))
        part.nodes += node.keys
        part.nodes += node.patterns

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, part: ScopePart
    ) -> None:
        inner = self.inner[node] = inner_scope(node, part)
        first = True
        opened: list[Any] = []
        body = ScopePart(inner, part.symbol, opened)
        for generator in node.generators:
            source = part if first else body  # the first is evaluated outside
            source.nodes.append(generator.iter)
            opened += generator.ifs
            bind_target(generator.target, loop_element(generator, source), body, begin(node))
            first = False
        opened += (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        self.scopes.append(inner)
        self.parts.append(body)

    def _lambda(self, node: ast.Lambda, part: ScopePart) -> None:
        inner = self.inner[node] = inner_scope(node, part)
        bind_parameters(node, inner, part, "", part.scope)
        self._open(inner, [node.body])

    def _function(self, node: Function, part: ScopePart) -> None:
        scope = part.scope
        name = f"{scope.name}.{node.name}" if scope.name else node.name
        known = node in self._symbols
        scope.bind(node.name, f":{name}" if known else None, end(node))
        around = self._type_parameters(node, part)
        inner = PythonScope("function", around, self._symbols.get(node, part.symbol), f"{name}.<locals>", node=node)
        inner.of = scope if scope.kind == "class" else scope.of
        inner.receiver = scope.receiver
        # Decorators, defaults and annotations are evaluated by the code around the function.
        for count, decorator in enumerate(reversed(node.decorator_list)):
            decorate(decorator, f":{name}.$made{count}", part)
        bind_parameters(node, inner, part, name if known else "", around)
        head = ScopePart(around, inner.symbol, [])  # an annotation says something of the function
        if scope.kind == "class":
            bind_receiver(node, inner, scope)
        for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg):
            if one and one.annotation:
                head.annotations.append(one.annotation)
        if node.returns:
            head.annotations.append(node.returns)
            inner.result = node.returns
        if head.annotations:
            self.parts.append(head)
        self._open(inner, node.body.copy())

    def _class(self, node: ast.ClassDef, part: ScopePart) -> None:
        scope = part.scope
        name = f"{scope.name}.{node.name}" if scope.name else node.name
        is_symbol = node in self._symbols
        scope.bind(node.name, f":{name}" if is_symbol else None, end(node))
        symbol = self._symbols.get(node, part.symbol)
        for decorator in node.decorator_list:
            decorate(decorator, f":{name}", part)
        around = self._type_parameters(node, part)
        head = ScopePart(around, symbol, [keyword.value for keyword in node.keywords])
        for base in node.bases:
            if isinstance(base, ast.Name | ast.Attribute) and is_symbol:
                self.bases.append((symbol, base, around))
            elif isinstance(base, ast.Subscript) and is_symbol:
                self.bases.append((symbol, base.value, around))
                head.nodes.append(base.slice)
            elif isinstance(base, ast.Call) and called_name(base) == _WITH_METACLASS and is_symbol:
                self.bases += [(symbol, each, around) for each in base.args[1:]]
                head.nodes.append(base)
            else:
                head.nodes.append(base)
        if head.nodes:
            self.parts.append(head)
        self._open(PythonScope("class", around, symbol, name, node=node), node.body.copy())

    def _type_alias(self, node: Any, part: ScopePart) -> None:
        around = self._type_parameters(node, part)
        if isinstance(node.name, ast.Name):
            part.scope.bind(node.name.id, node.value if around is part.scope else None, end(node))
        self.parts.append(ScopePart(around, part.symbol, [], annotations=[node.value]))

    def _type_parameters(self, node: Any, part: ScopePart) -> PythonScope:
        scope, head = type_parameters(node, part)
        if head is not None:
            self.scopes.append(scope)
            self.parts.append(head)
        return scope


_SPECIAL: dict[type[ast.AST], Callable[[Walker, Any, ScopePart], None]] = {
    ast.Assign: Walker._assign,
    ast.AnnAssign: Walker._annotated_assign,
    ast.NamedExpr: Walker._named_expression,
    ast.AugAssign: Walker._augmented_assign,
    ast.With: Walker._with,
    ast.AsyncWith: Walker._with,
    ast.For: Walker._for,
    ast.AsyncFor: Walker._for,
    ast.While: Walker._while,
    ast.If: Walker._if,
    ast.Assert: Walker._assert,
    ast.Try: Walker._try,
    ast.TryStar: Walker._try,
    ast.Match: Walker._match,
    ast.Import: Walker._import,
    ast.ImportFrom: Walker._import,
    ast.Global: Walker._global,
    ast.Nonlocal: Walker._nonlocal,
    ast.Return: Walker._return,
    ast.Yield: Walker._yield,
    ast.YieldFrom: Walker._yield,
    ast.ExceptHandler: Walker._except,
    ast.MatchAs: Walker._match_as,
    ast.MatchStar: Walker._match_star,
    ast.MatchMapping: Walker._match_mapping,
    ast.ListComp: Walker._comprehension,
    ast.SetComp: Walker._comprehension,
    ast.GeneratorExp: Walker._comprehension,
    ast.DictComp: Walker._comprehension,
    ast.Lambda: Walker._lambda,
    ast.FunctionDef: Walker._function,
    ast.AsyncFunctionDef: Walker._function,
    ast.ClassDef: Walker._class,
    TYPE_ALIAS: Walker._type_alias,
}
