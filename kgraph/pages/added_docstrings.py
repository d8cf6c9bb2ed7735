"""Documentation of Python symbols that stands elsewhere: `_add_docstr(torch.conv2d, "...")`.

Input: the model, public names, and how to read a file. Output: the same model, in which a symbol without documentation
of its own has that which a call of a function called like `add_docstr` gives it. Such a call names an object and a
text; where its result is assigned, that name has the text, too. A name that is no symbol of the repository, such as a
function in C, gets none; a text that is put together when the program runs is taken as far as it is written.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator
from inspect import cleandoc

from kgraph.pages.repository_model import PageFile, RepositoryModel
from kgraph.pages.symbols.aliases import PythonNames

_ADDING = re.compile(r"_?add_docstr(?:_\w+)?")
_MAX_TEXT = 4_000_000  # characters of a file that is parsed


def apply(model: RepositoryModel, names: PythonNames, text_of: Callable[[PageFile], str]) -> None:
    """Give symbols the documentation that calls add to them."""
    by_name: dict[str, list[str]] = defaultdict(list)
    for id_, places in model.places.items():
        if id_.startswith("symbol/python/"):
            by_name[places[0].qualified].append(id_)
    for file in model.files.values():
        if file.language != "Python":
            continue
        text = text_of(file)
        if "add_docstr" not in text or len(text) > _MAX_TEXT:
            continue
        module = next((symbol.qualified for symbol in file.symbols if symbol.kind == "Module"), "")
        for target, documentation in added(text):
            for name in (f"{module}.{target}", target):
                ids = by_name.get(name) or [found for found in [names.public.get(name, "")] if found]
                if len(ids) == 1:
                    _document(model, ids[0], documentation)
                    break


def _document(model: RepositoryModel, id_: str, documentation: str) -> None:
    places = model.places.get(id_, [])
    if not any(place.documentation for place in places):
        for place in places:
            place.documentation = documentation


def added(text: str) -> Iterator[tuple[str, str]]:
    """The name of each object that a text adds documentation to, and the documentation."""
    try:
        with warnings.catch_warnings(action="ignore"):  # of escapes in what is only read
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for statement in ast.walk(tree):
        if isinstance(statement, ast.Expr):
            call, assigned = statement.value, []
        elif isinstance(statement, ast.Assign):
            call, assigned = statement.value, [_dotted(target) for target in statement.targets]
        else:
            continue
        if not isinstance(call, ast.Call) or len(call.args) < 2 or not _adds(call.func):
            continue
        if documentation := cleandoc(_written(call.args[1])):
            for name in (_dotted(call.args[0]), *assigned):
                if name:
                    yield name, documentation


def _adds(function: ast.expr) -> bool:
    return _ADDING.fullmatch(_dotted(function).rpartition(".")[2]) is not None


def _dotted(node: ast.expr) -> str:
    """ "torch.conv2d", "" for what is no name."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def _written(node: ast.expr) -> str:
    """The text of a literal, of literals that are added, or of one that is formatted."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.BinOp):
        return _written(node.left) + (_written(node.right) if isinstance(node.op, ast.Add) else "")
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return _written(node.func.value)
    return ""
