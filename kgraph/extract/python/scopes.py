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

from kgraph.extract.python.reaching import nest
from kgraph.extract.python.scope_values import (
    Annotated,
    Derived,
    Narrowed,
    Parameter,
    PythonScope,
    ScopePart,
    Value,
    begin,
    end,
    key_step,
)
from kgraph.extract.python.source import Function, called

_OF_CLASS = frozenset({"__new__", "__init_subclass__", "__class_getitem__"})
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
                    self._put(node, node.func, part)
            elif kind is ast.Constant:
                continue
            elif kind is ast.Expr:
                push(node.value)
            elif kind is ast.Tuple or kind is ast.List:
                stack += node.elts
            elif kind in _SPECIAL:
                _SPECIAL[kind](self, node, part)
            else:
                for name in _CHILDREN[kind] if kind in _CHILDREN else _children(kind):
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
                _bind(target, value, part, at)
        part.nodes.append(value)

    def _annotated_assign(self, node: ast.AnnAssign, part: ScopePart) -> None:
        _bind(node.target, Annotated(node.annotation, node.value), part, end(node))
        part.annotations.append(node.annotation)
        if node.value:
            part.nodes.append(node.value)

    def _augmented_assign(self, node: ast.AugAssign, part: ScopePart) -> None:
        target = node.target
        if isinstance(target, ast.Name):  # what it is bound to remains, as a rule
            part.scope.stores.setdefault(target.id, []).append(("$add", node.value, part.scope))
        else:
            part.nodes.append(target)
        part.protocols.append((_loaded(target), f"__i{_OPERATORS[node.op.__class__][2:]}"))
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
                _bind(item.optional_vars, Derived(expression, steps), part, end(item.optional_vars))
        part.nodes += node.body

    def _for(self, node: ast.For | ast.AsyncFor, part: ScopePart) -> None:
        at = end(node.iter)
        _bind(node.target, _element(node, part), part, at)
        part.nodes += (node.iter, *node.body, *node.orelse)
        part.scope.blocks.append((at, end(node.body[-1]) + 1, 0))
        if node.orelse:
            part.scope.blocks.append((begin(node.orelse[0]), end(node.orelse[-1]) + 1, begin(node)))

    def _while(self, node: ast.While, part: ScopePart) -> None:
        part.nodes += (node.test, *node.body, *node.orelse)
        part.protocols.append((node.test, "__bool__"))
        part.scope.blocks.append((begin(node), end(node.body[-1]) + 1, 0))

    def _if(self, node: ast.If, part: ScopePart) -> None:
        """All branches of an `elif` at once: there may be thousands."""
        blocks, at = part.scope.blocks, begin(node)
        number = at << 1 | 1
        while True:
            body, test = node.body, node.test
            part.nodes += (test, *body)
            part.protocols.append((test, "__bool__"))
            blocks.append((begin(body[0]), end(body[-1]) + 1, number))
            others = node.orelse
            self._narrow(test, part, (begin(body[0]), end(body[-1]), end(node) + 1), leaves=_leaves(body))
            if not (len(others) == 1 and others[0].__class__ is ast.If):
                break
            node = others[0]
        if others:
            part.nodes += others
            blocks.append((begin(others[0]), end(others[-1]) + 1, number))

    def _narrow(self, test: ast.expr, part: ScopePart, where: tuple[int, int, int], *, leaves: bool) -> None:
        """What an `isinstance` says of a name, in the branch where it holds."""
        pending, at = [test], where[0]
        while pending:
            node = pending.pop()
            if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
                pending += node.values
            elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not) and leaves:
                pending.append(node.operand)
                at = where[2]
                leaves = False
            elif isinstance(node, ast.Call) and called(node) == "isinstance" and len(node.args) == 2:
                self._narrow_to(node.args[0], node.args[1], part, at)

    def _narrow_to(self, name: ast.expr, classes: ast.expr, part: ScopePart, at: int) -> None:
        if isinstance(name, ast.Name) and part.scope.kind == "function":
            part.scope.bind(name.id, Narrowed(classes), at)

    def _assert(self, node: ast.Assert, part: ScopePart) -> None:
        part.nodes.append(node.test)
        part.protocols.append((node.test, "__bool__"))
        if node.msg:
            part.nodes.append(node.msg)
        self._narrow(node.test, part, (end(node), end(node), end(node)), leaves=False)

    def _try(self, node: ast.Try | ast.TryStar, part: ScopePart) -> None:
        part.nodes += (*node.body, *node.handlers, *node.orelse, *node.finalbody)
        number = begin(node) << 1 | 1
        for handler in node.handlers:
            part.scope.blocks.append((begin(handler), end(handler) + 1, number))

    def _match(self, node: ast.Match, part: ScopePart) -> None:
        part.nodes.append(node.subject)
        number = begin(node) << 1 | 1
        for case in node.cases:
            part.nodes += (case.pattern, *case.body)
            if case.guard:
                part.nodes.append(case.guard)
            part.scope.blocks.append((begin(case.pattern), end(case.body[-1]) + 1, number))
            if isinstance(node.subject, ast.Name) and isinstance(case.pattern, ast.MatchClass):
                self._narrow_to(node.subject, case.pattern.cls, part, end(case.pattern))

    # --- operators and other statements that call methods -------------------------------------------------------------

    def _binary(self, node: ast.BinOp, part: ScopePart) -> None:
        """All of a chain at once: its depth has no bound."""
        part.protocols.append((node.left, _OPERATORS[node.op.__class__]))
        part.nodes += (node.left, node.right)

    def _unary(self, node: ast.UnaryOp, part: ScopePart) -> None:
        part.protocols.append((node.operand, _UNARY[node.op.__class__]))
        part.nodes.append(node.operand)

    def _boolean(self, node: ast.BoolOp, part: ScopePart) -> None:
        part.protocols += ((value, "__bool__") for value in node.values[:-1])
        part.nodes += node.values

    def _conditional(self, node: ast.IfExp, part: ScopePart) -> None:
        part.protocols.append((node.test, "__bool__"))
        part.nodes += (node.test, node.body, node.orelse)

    def _compare(self, node: ast.Compare, part: ScopePart) -> None:
        left = node.left
        for operator, right in zip(node.ops, node.comparators, strict=True):
            if isinstance(operator, ast.In | ast.NotIn):
                part.protocols.append((right, "__contains__"))
            elif (method := _COMPARED.get(operator.__class__)) is not None:
                part.protocols.append((left, method))
            left = right
        part.nodes += (node.left, *node.comparators)

    def _subscript(self, node: ast.Subscript, part: ScopePart) -> None:
        part.protocols.append((node.value, _SUBSCRIPTS[node.ctx.__class__]))
        part.nodes += (node.value, node.slice)

    def _await(self, node: ast.Await, part: ScopePart) -> None:
        part.protocols.append((node.value, "__await__"))
        part.nodes.append(node.value)

    def _formatted(self, node: ast.FormattedValue, part: ScopePart) -> None:
        part.protocols.append((node.value, "__repr__" if node.conversion == ord("r") else "__format__"))
        part.nodes.append(node.value)
        if node.format_spec:
            part.nodes.append(node.format_spec)

    def _raise(self, node: ast.Raise, part: ScopePart) -> None:
        if isinstance(node.exc, ast.Name | ast.Attribute):
            part.protocols.append((node.exc, "$raise"))
        part.nodes += (each for each in (node.exc, node.cause) if each)

    def _put(self, node: ast.Call, method: ast.Attribute, part: ScopePart) -> None:
        """`x.append(y)` and the like, which put something into a container."""
        how = _PUTTING.get(method.attr)
        key = _container(method.value, part.scope) if how is not None else None
        if how is not None and key is not None:
            step = key_step(node.args[0]) if method.attr in ("setdefault", "__setitem__") else how
            key[0].stores.setdefault(key[1], []).append((step, node.args[-1], part.scope))

    def _import(self, node: ast.Import, part: ScopePart) -> None:
        for alias in node.names:
            path = f"{alias.name}:" if alias.asname else f"{alias.name.partition('.')[0]}:"
            part.scope.bind(alias.asname or alias.name.partition(".")[0], path, end(node))

    def _import_from(self, node: ast.ImportFrom, part: ScopePart) -> None:
        module = "." * node.level + (node.module or "")
        if module != "__future__":
            for alias in node.names:
                part.scope.bind(alias.asname or alias.name, f"{module}:{alias.name}", end(node))

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
        inner = self.inner[node] = _inner(node, part)
        first = True
        opened: list[Any] = []
        body = ScopePart(inner, part.symbol, opened)
        for generator in node.generators:
            source = part if first else body  # the first is evaluated outside
            source.nodes.append(generator.iter)
            opened += generator.ifs
            _bind(generator.target, _element(generator, source), body, begin(node))
            first = False
        opened += (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        self.scopes.append(inner)
        self.parts.append(body)

    def _lambda(self, node: ast.Lambda, part: ScopePart) -> None:
        inner = self.inner[node] = _inner(node, part)
        _parameters(node, inner, part, "")
        self._open(inner, [node.body])

    def _function(self, node: Function, part: ScopePart) -> None:
        scope = part.scope
        name = f"{scope.name}.{node.name}" if scope.name else node.name
        known = node in self._symbols
        scope.bind(node.name, f":{name}" if known else None, end(node))
        inner = PythonScope("function", scope, self._symbols.get(node, part.symbol), f"{name}.<locals>", node=node)
        inner.of = scope if scope.kind == "class" else scope.of
        inner.receiver = scope.receiver
        # Decorators, defaults and annotations are evaluated by the code around the function.
        for count, decorator in enumerate(reversed(node.decorator_list)):
            self._decorate(decorator, f":{name}.$made{count}", part)
        _parameters(node, inner, part, name if known else "")
        head = ScopePart(scope, inner.symbol, [])  # an annotation says something of the function
        if scope.kind == "class":
            _receive(node, inner, scope)
        for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg):
            if one and one.annotation:
                head.annotations.append(one.annotation)
        if node.returns:
            head.annotations.append(node.returns)
            inner.result = node.returns
        if head.annotations:
            self.parts.append(head)
        self._open(inner, node.body.copy())

    def _decorate(self, decorator: ast.expr, decorated: str, part: ScopePart) -> None:
        """`@decorator` calls it with what stands below."""
        given = ast.Constant(Decorated(decorated))
        call = ast.Call(decorator, [given], [])
        call.lineno = call.end_lineno = decorator.end_lineno or decorator.lineno
        call.col_offset = call.end_col_offset = decorator.end_col_offset or 0
        part.nodes.append(call)

    def _class(self, node: ast.ClassDef, part: ScopePart) -> None:
        scope = part.scope
        name = f"{scope.name}.{node.name}" if scope.name else node.name
        is_symbol = node in self._symbols
        scope.bind(node.name, f":{name}" if is_symbol else None, end(node))
        symbol = self._symbols.get(node, part.symbol)
        for decorator in node.decorator_list:
            self._decorate(decorator, f":{name}", part)
        head = ScopePart(scope, symbol, [keyword.value for keyword in node.keywords])
        for base in node.bases:
            if isinstance(base, ast.Name | ast.Attribute) and is_symbol:
                self.bases.append((symbol, base, scope))
            elif isinstance(base, ast.Subscript) and is_symbol:
                self.bases.append((symbol, base.value, scope))
                head.nodes.append(base.slice)
            elif isinstance(base, ast.Call) and called(base) == _WITH_METACLASS and is_symbol:
                self.bases += [(symbol, each, scope) for each in base.args[1:]]
                head.nodes.append(base)
            else:
                head.nodes.append(base)
        if head.nodes:
            self.parts.append(head)
        self._open(PythonScope("class", scope, symbol, name, node=node), node.body.copy())


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
    ast.BinOp: Walker._binary,
    ast.UnaryOp: Walker._unary,
    ast.BoolOp: Walker._boolean,
    ast.IfExp: Walker._conditional,
    ast.Compare: Walker._compare,
    ast.Subscript: Walker._subscript,
    ast.Await: Walker._await,
    ast.FormattedValue: Walker._formatted,
    ast.Raise: Walker._raise,
    ast.Import: Walker._import,
    ast.ImportFrom: Walker._import_from,
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
}

# The fields of each kind of node that may hold expressions or statements.
_NO_CHILDREN = frozenset({"ctx", "op", "ops", "kind", "type_comment", "type_ignores", "conversion", "is_async"})
_CHILDREN: dict[type, tuple[str, ...]] = {}


def _children(kind: type) -> tuple[str, ...]:
    """As `_CHILDREN` has them from then on; none for the texts and None among the children of nodes."""
    _CHILDREN[kind] = tuple(name for name in getattr(kind, "_fields", ()) if name not in _NO_CHILDREN)
    return _CHILDREN[kind]


_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "__add__",
    ast.Sub: "__sub__",
    ast.Mult: "__mul__",
    ast.MatMult: "__matmul__",
    ast.Div: "__truediv__",
    ast.FloorDiv: "__floordiv__",
    ast.Mod: "__mod__",
    ast.Pow: "__pow__",
    ast.LShift: "__lshift__",
    ast.RShift: "__rshift__",
    ast.BitOr: "__or__",
    ast.BitXor: "__xor__",
    ast.BitAnd: "__and__",
}
_UNARY: dict[type[ast.unaryop], str] = {
    ast.Not: "__bool__",
    ast.Invert: "__invert__",
    ast.USub: "__neg__",
    ast.UAdd: "__pos__",
}
_COMPARED: dict[type[ast.cmpop], str] = {
    ast.Eq: "__eq__",
    ast.NotEq: "__ne__",
    ast.Lt: "__lt__",
    ast.LtE: "__le__",
    ast.Gt: "__gt__",
    ast.GtE: "__ge__",
}
_SUBSCRIPTS: dict[type[ast.expr_context], str] = {
    ast.Load: "__getitem__",
    ast.Store: "__setitem__",
    ast.Del: "__delitem__",
}
# How methods of containers put their last argument in: as one of the elements, or with all that it holds.
_PUTTING = {
    "append": "$item",
    "add": "$item",
    "appendleft": "$item",
    "insert": "$item",
    "setdefault": "$item",
    "__setitem__": "$item",
    "extend": "$add",
    "update": "$add",
}


def _loaded(target: ast.expr) -> ast.expr:
    """A target as an expression that is read."""
    return ast.copy_location(ast.Name(target.id, ast.Load()), target) if isinstance(target, ast.Name) else target


def _leaves(body: list[ast.stmt]) -> bool:
    return isinstance(body[-1], ast.Return | ast.Raise | ast.Continue | ast.Break)


def _element(node: ast.For | ast.AsyncFor | ast.comprehension, part: ScopePart) -> Derived:
    """What a loop binds."""
    if node.__class__ is ast.AsyncFor or bool(getattr(node, "is_async", 0)):
        part.protocols += ((node.iter, "__aiter__"), (node.iter, "$aiter__anext__"))
        return Derived(node.iter, ".$aiter", part.scope)
    part.protocols += ((node.iter, "__iter__"), (node.iter, "$iter__next__"))
    return Derived(node.iter, ".$iter", part.scope)


def _container(node: ast.expr, scope: PythonScope) -> tuple[PythonScope, str] | None:
    """Where the stores of a container are kept, that a name or an attribute of `self` holds."""
    match node:
        case ast.Name(id=name):
            return scope, name
        case ast.Attribute(value=ast.Name(id=receiver), attr=name) if scope.of and receiver == scope.receiver:
            return scope.of, f"self.{name}"
    return None


def _bind(target: ast.expr, value: Value, part: ScopePart, at: int) -> None:
    scope = part.scope
    match target:
        case ast.Name():
            scope.bind(target.id, value, at)
        case ast.Attribute(value=ast.Name(id=receiver)) if scope.of and receiver == scope.receiver:
            scope.of.attributes.setdefault(target.attr, []).append((value, scope))
            part.reads.append(target)
        case ast.Tuple() | ast.List():
            for each, one in _unpacked(target.elts, value):
                _bind(each, one, part, at)
        case ast.Starred():
            _bind(target.value, value, part, at)
        case ast.Subscript(value=container, slice=key):
            if (holder := _container(container, scope)) is not None:
                step = key_step(key)
                holder[0].stores.setdefault(holder[1], []).append((step, value, scope))
                if step.startswith("$key"):
                    holder[0].bind(f"{holder[1]}[{step}]", value, at)
            part.nodes.append(target)
        case ast.Attribute(value=ast.Name(id=name), attr=attribute):
            scope.bind(f"{name}.{attribute}", value, at)
            part.nodes.append(target)
        case _:
            part.nodes.append(target)


def _unpacked(targets: list[ast.expr], value: Value) -> list[tuple[ast.expr, Value]]:
    """What each of several targets is bound to."""
    starred = next((at for at, each in enumerate(targets) if isinstance(each, ast.Starred)), None)
    spelled = isinstance(value, ast.Tuple | ast.List) and not any(isinstance(each, ast.Starred) for each in value.elts)
    if spelled and starred is None and len(value.elts) == len(targets):  # type: ignore[union-attr]
        return list(zip(targets, value.elts, strict=True))  # type: ignore[union-attr]
    if spelled and starred is not None and len(value.elts) >= len(targets) - 1:  # type: ignore[union-attr]
        values = value.elts  # type: ignore[union-attr]
        after = len(targets) - starred - 1
        middle = ast.List(values[starred : len(values) - after], ast.Load())
        return list(zip(targets, (*values[:starred], middle, *values[len(values) - after :]), strict=True))
    if value is None or starred is not None:
        return [(each, None) for each in targets]
    return [(each, Derived(value, f".$key{at}")) for at, each in enumerate(targets)]


class Decorated(str):
    """The path of what a decorator is called with, in the place of an argument."""

    __slots__ = ()


def _parameters(node: Function | ast.Lambda, inner: PythonScope, part: ScopePart, name: str) -> None:
    """Bind parameters in `inner`; their defaults belong to what stands around."""
    arguments = node.args
    part.nodes += arguments.defaults
    part.nodes += [default for default in arguments.kw_defaults if default]
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
    defaults += [*arguments.defaults, *arguments.kw_defaults]
    at = begin(node)
    for one, default in zip((*positional, *arguments.kwonlyargs), defaults, strict=True):
        inner.bind(one.arg, Parameter(name, one.arg, one.annotation, default, part.scope, node), at)
    if arguments.vararg:
        inner.bind(arguments.vararg.arg, _many(arguments.vararg, "$all", part.scope), at)
    if arguments.kwarg:
        inner.bind(arguments.kwarg.arg, _many(arguments.kwarg, "$all", part.scope), at)


def _many(argument: ast.arg, step: str, scope: PythonScope) -> Value:
    return Derived(Annotated(argument.annotation), f".{step}", scope) if argument.annotation else None


def _receive(node: Function, inner: PythonScope, scope: PythonScope) -> None:
    """Bind the first parameter of a method: an instance of its class, or the class."""
    decorators = {getattr(each, "id", "") for each in node.decorator_list}
    positional = [*node.args.posonlyargs, *node.args.args]
    if positional and "staticmethod" not in decorators:
        of_class = "classmethod" in decorators or node.name in _OF_CLASS
        inner.receiver = positional[0].arg
        inner.bound[inner.receiver] = [f":{scope.name}" if of_class else f":{scope.name}@"]


def _inner(node: ast.AST, part: ScopePart) -> PythonScope:
    scope = part.scope
    return PythonScope("inner", scope, part.symbol, scope.name, scope.of, scope.receiver, node)
