"""The source of a Python file: decoded, parsed, and cut into the texts of its syntax tree's nodes.

Input: bytes, then nodes of their tree. Output: expressions and signatures on one line, as they are spelled. Cutting
costs a tenth of `ast.unparse`, and leaves quotes as they are.
"""

from __future__ import annotations

import ast
import codecs
import contextlib
import gc
import re
import tokenize
import warnings
from collections.abc import Iterable, Iterator
from io import BytesIO, StringIO

from kgraph.extract.text import clean, flatten
from kgraph.model import IncludeFact

_LONG_SIGNATURE = 160  # characters; above it, values are left out
_LONG_VARIABLE = 80
_LONG_VALUE = 40
_LONG_TYPE = 80
_LONG_ANNOTATION = 300  # of a parameter or a result, on however many lines it stands
_LONG_DECORATOR = 60

_INSIDE_BRACKETS = re.compile(r"(?<=[(\[{]) | (?=[)\]}])")

INCLUDE = "*include"  # the name of a binding that stands for a file whose names are those of the module, too

Function = ast.FunctionDef | ast.AsyncFunctionDef


def decode(content: bytes) -> str:
    """The source as text, without a byte order mark, in the encoding that Python takes it to be in."""
    if content.startswith(codecs.BOM_UTF8):
        content = content[3:]
    elif b"coding" in b"".join(content.split(b"\n", 2)[:2]):
        try:
            encoding, _ = tokenize.detect_encoding(BytesIO(content).readline)
        except SyntaxError as error:
            raise LookupError(error.msg) from error
        return content.decode(encoding)
    return content.decode()


def parse(source: str) -> ast.Module:
    """The syntax tree of a source; raises what Python's parser raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on "\d" and the like; they are not ours to print
        return ast.parse(source)


@contextlib.contextmanager
def collector_paused() -> Iterator[None]:
    """No garbage is collected meanwhile: a syntax tree is a million objects without one cycle to be found."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def docstring(body: list[ast.stmt]) -> str:
    """The docstring of a module, class or function, by its statements; "" where there is none."""
    if body and isinstance(first := body[0], ast.Expr) and isinstance(first.value, ast.Constant):
        text = first.value.value
        if isinstance(text, str):
            return _dedent(text)
    return ""


def _dedent(text: str) -> str:
    """What `inspect.cleandoc` gives; importing `inspect` costs more than most files."""
    lines = text.expandtabs().split("\n")
    margin = min((len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()), default=0)
    lines = [lines[0].lstrip(), *(line[margin:] for line in lines[1:])]
    return clean("\n".join(lines).strip("\n").rstrip())


def arity(arguments: ast.arguments) -> int:
    """Number of parameters, `self`, `*args` and `**kwargs` counted."""
    named = len(arguments.posonlyargs) + len(arguments.args) + len(arguments.kwonlyargs)
    return named + (arguments.vararg is not None) + (arguments.kwarg is not None)


def called_name(value: ast.expr | None) -> str:
    """What an expression calls, without its module; "" where it is no call."""
    if not isinstance(value, ast.Call):
        return ""
    return value.func.attr if isinstance(value.func, ast.Attribute) else getattr(value.func, "id", "")


def dynamic_imports(tree: ast.Module) -> Iterator[IncludeFact]:
    """`import_module("a.b")` and `__import__("a.b")` of literal names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and called_name(node) in ("import_module", "__import__"):
            name = node.args[0].value if isinstance(node.args[0], ast.Constant) else None
            if isinstance(name, str) and name.strip():
                yield IncludeFact(flatten(name, 200), node.lineno, "import", "dynamic")


def targets(target: ast.expr) -> Iterable[ast.expr]:
    """The parts of an assignment's target: `a, (b, *c)` has three."""
    if not isinstance(target, ast.Tuple | ast.List | ast.Starred):
        return (target,)
    parts: list[ast.expr] = []
    pending: list[ast.expr] = [target]
    while pending:
        match part := pending.pop():
            case ast.Tuple() | ast.List():
                pending.extend(reversed(part.elts))
            case ast.Starred():
                pending.append(part.value)
            case _:
                parts.append(part)
    return parts


class PythonSource:
    """Cuts the texts of nodes out of their source."""

    def __init__(self, source: str) -> None:
        self._lines = source.split("\n")
        self._encoded: tuple[int, bytes] = (-1, b"")  # the last line with other letters, of which more may be cut
        self._statement: tuple[ast.stmt | None, str] = (None, "")  # the last assignment, which may have many targets

    def _cut(self, line: int, start: int, end: int | None = None) -> str:
        """A piece of a line; places in a syntax tree are counted in bytes of UTF-8."""
        text = self._lines[line]
        if text.isascii():
            return text[start:end]
        if self._encoded[0] != line:
            self._encoded = line, text.encode()
        return self._encoded[1][start:end].decode("utf-8", "replace")

    def text(self, node: ast.expr) -> str:
        """The source of an expression, on one line."""
        if isinstance(node, ast.Name):
            return node.id
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        if first == last:
            return flatten(self._cut(first, node.col_offset, node.end_col_offset))
        pieces = [self._cut(first, node.col_offset), *self._lines[first + 1 : last]]
        pieces.append(self._cut(last, 0, node.end_col_offset))
        if any("#" in piece for piece in pieces):  # a comment, perhaps
            pieces = _without_comments(pieces)
        return _INSIDE_BRACKETS.sub("", flatten(" ".join(pieces)))

    def short(self, node: ast.expr, limit: int = _LONG_VALUE) -> str:
        """The source of an expression, or "..." where it is long."""
        if (node.end_lineno or node.lineno) - node.lineno > 3:
            return "..."
        text = self.text(node)
        return text if len(text) <= limit else "..."

    def _annotation(self, node: ast.expr) -> str:
        text = self.text(node)
        return text if len(text) <= _LONG_ANNOTATION else "..."

    def decorators(self, node: ast.ClassDef | Function) -> tuple[str, ...]:
        if not node.decorator_list:
            return ()
        return tuple(f"@{flatten(self.text(each), _LONG_DECORATOR)}" for each in node.decorator_list)

    def type_parameters(self, node: ast.AST) -> str:
        parameters = getattr(node, "type_params", None)  # from Python 3.12 on
        return f"[{', '.join(self.text(parameter) for parameter in parameters)}]" if parameters else ""

    def function_signature(self, node: Function) -> str:
        # Most heads stand on one line, which then is the signature.
        line = self._cut(node.lineno - 1, node.col_offset).rstrip()
        if (
            line.endswith(":")
            and len(line) <= _LONG_SIGNATURE
            and "#" not in line
            and line.count("(") == line.count(")")
            and line.count("[") == line.count("]")
            and line.count("{") == line.count("}")
        ):
            return flatten(line[:-1])
        signature = f"def {node.name}{self.type_parameters(node)}({', '.join(self._parameters(node.args))})"
        if isinstance(node, ast.AsyncFunctionDef):
            signature = f"async {signature}"
        return f"{signature} -> {self._annotation(node.returns)}" if node.returns else signature

    def _parameters(self, arguments: ast.arguments) -> Iterator[str]:
        positional = [*arguments.posonlyargs, *arguments.args]
        defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
        defaults += arguments.defaults
        for position, (parameter, default) in enumerate(zip(positional, defaults, strict=True), start=1):
            yield self._parameter(parameter, default)
            if position == len(arguments.posonlyargs):
                yield "/"
        if arguments.vararg:
            yield f"*{self._parameter(arguments.vararg, None)}"
        elif arguments.kwonlyargs:
            yield "*"
        for parameter, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            yield self._parameter(parameter, default)
        if arguments.kwarg:
            yield f"**{self._parameter(arguments.kwarg, None)}"

    def _parameter(self, parameter: ast.arg, default: ast.expr | None) -> str:
        text = parameter.arg
        if parameter.annotation:
            text += f": {self._annotation(parameter.annotation)}"
        if default:
            text += f" = {self.short(default)}" if parameter.annotation else f"={self.short(default)}"
        return text

    def variable_signature(self, node: ast.Assign | ast.AnnAssign, target: ast.expr, annotation: str) -> str:
        if node.lineno == node.end_lineno:
            if self._statement[0] is not node:
                text = self._cut(node.lineno - 1, node.col_offset, node.end_col_offset)
                self._statement = node, flatten(text) if len(text) <= _LONG_VARIABLE else ""
            if self._statement[1]:
                return self._statement[1]
        text_of_target = self.text(target)
        if annotation:
            text_of_target += f": {flatten(annotation, _LONG_TYPE)}"
        return f"{text_of_target} = {self.short(node.value)}" if node.value else text_of_target


def _without_comments(lines: list[str]) -> list[str]:
    """The lines of an expression without the comments at their ends."""
    text = "(" + "\n".join(lines) + "\n)"
    kept = text.split("\n")
    for token in tokenize.generate_tokens(StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            kept[row - 1] = kept[row - 1][:column].rstrip()
    kept[0] = kept[0][1:]
    return kept[:-1]
