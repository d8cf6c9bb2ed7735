"""Texts and lists of texts that an expression spells out: command lines and addresses.

Input: an expression and its scope. Output: each text, or each list of words, that it may be. A name that is bound once
is what it is bound to; a parameter of a test is each of the values that `pytest.mark.parametrize` gives it. Of what is
not spelled out, a list has the words in front of it, and an address has `PLACEHOLDER`.
"""

from __future__ import annotations

import ast
import shlex
from collections.abc import Iterator
from urllib.parse import urlsplit

from kgraph.extract.python.scope_values import Annotated, BoundParameter, PythonScope
from kgraph.extract.python.source import Function
from kgraph.extract.python.values import Evaluator

PLACEHOLDER = "{}"  # of a part of an address that is not spelled out
_MAX_VALUES = 60  # of one parameter
_MAX_DEPTH = 4  # names that stand for names
_MAX_WORDS = 12  # of a command line
_MAX_TEXT = 400  # characters


class Literals:
    """Reads the literals of one file."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._holder = evaluator.holder

    def text(self, node: ast.expr, scope: PythonScope) -> str | None:
        """The text that an expression surely is; None where it is none, or one of several."""
        found = list(self.texts(node, scope))
        return found[0] if len(found) == 1 and PLACEHOLDER not in found[0] else None

    def texts(self, node: ast.expr, scope: PythonScope) -> Iterator[str]:
        """The texts that an expression may be."""
        for each in self._values(node, scope, _MAX_DEPTH):
            text = _spell(each)
            if text is not None and len(text) <= _MAX_TEXT:
                yield text

    def command_lines(self, node: ast.expr, scope: PythonScope) -> Iterator[list[str]]:
        """The words that a command line begins with; `sys.executable` is "python"."""
        for each in self._values(node, scope, _MAX_DEPTH):
            if isinstance(each, ast.List | ast.Tuple):
                yield from self._lines(each, scope)
            elif words := _split(each):
                yield words[:_MAX_WORDS]

    def _lines(self, node: ast.List | ast.Tuple, scope: PythonScope) -> Iterator[list[str]]:
        if not node.elts:
            return
        rest: list[str] = []
        for element in node.elts[1:_MAX_WORDS]:
            word = _word(element)
            if word is None:
                break
            rest.append(word)
        first = node.elts[0]
        if isinstance(first, ast.Starred):
            yield from self.command_lines(first.value, scope)
        elif (word := _word(first)) is not None:
            yield [word, *rest]
        else:
            for text in self.texts(first, scope):
                yield [text, *rest]

    def find_bound(self, node: ast.Name, scope: PythonScope) -> ast.expr | BoundParameter | None:
        """What a name is bound to, once and for all."""
        holder = self._holder(node.id, scope)
        values = holder.bound.get(node.id, ()) if holder else ()
        value = values[0] if len(values) == 1 else None
        if isinstance(value, Annotated):
            value = value.value
        return value if isinstance(value, ast.expr | BoundParameter) else None

    def _values(self, node: ast.expr, scope: PythonScope, depth: int) -> Iterator[ast.expr]:
        """What an expression may be, names replaced by what they are bound to, of sums the first part."""
        while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            node = node.left
        if not isinstance(node, ast.Name):
            yield node
            return
        value = self.find_bound(node, scope) if depth else None
        if isinstance(value, BoundParameter):
            for each in _find_parametrized(value):
                yield from self._values(each, scope, 0)
        elif value is not None:
            yield from self._values(value, scope, depth - 1)


def _find_parametrized(parameter: BoundParameter) -> Iterator[ast.expr]:
    """The values that `pytest.mark.parametrize` gives a parameter."""
    decorators = parameter.node.decorator_list if isinstance(parameter.node, Function) else []
    for call in decorators:
        if not (isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "parametrize" and len(call.args) > 1):
            continue
        names, rows = _names(call.args[0]), call.args[1]
        if parameter.name not in names or not isinstance(rows, ast.List | ast.Tuple):
            continue
        place = names.index(parameter.name)
        for row in rows.elts[:_MAX_VALUES]:
            values = row.args if isinstance(row, ast.Call) else [row]  # `pytest.param(...)`
            if len(names) > 1 and len(values) == 1 and isinstance(values[0], ast.Tuple | ast.List):
                values = values[0].elts
            if place < len(values):
                yield values[place]


def _names(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [each.strip() for each in node.value.split(",")]
    elements = node.elts if isinstance(node, ast.List | ast.Tuple) else []
    return [str(each.value) for each in elements if isinstance(each, ast.Constant)]


def _spell(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(str(each.value) if isinstance(each, ast.Constant) else PLACEHOLDER for each in node.values)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return _spell(node.func.value)
    return None


def _word(node: ast.expr) -> str | None:
    if isinstance(node, ast.Attribute) and node.attr == "executable":
        return "python"
    text = node.value if isinstance(node, ast.Constant) else None
    return text if isinstance(text, str) and "\n" not in text and len(text) <= _MAX_TEXT else None


def _split(node: ast.expr) -> list[str]:
    """The words of a command line that is one text."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("split", "format"):
        node = node.func.value
    text = _spell(node)
    if text is None or len(text) > _MAX_TEXT:
        return []
    head, placeholder, _ = text.replace("{sys.executable}", "python").partition(PLACEHOLDER)
    if placeholder and not head.endswith(" "):
        head = head.rpartition(" ")[0]
    try:
        return [word for word in shlex.split(head) if "\n" not in word]
    except ValueError:
        return []


def address(url: str) -> str:
    """The path of an address on a server, without query; "" for none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts.path if parts.path.startswith("/") and parts.scheme in ("", "http", "https", "ws", "wss") else ""
