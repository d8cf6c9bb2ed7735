"""Documentation of Python symbols that stands elsewhere: `_add_docstr(torch.conv2d, "...")`.

Input: the model, public names, and how to read a file. Output: the same model, in which a symbol without documentation
of its own has that which a call of a function called like `add_docstr` gives it. Such a call names an object and a
text; where its result is assigned, that name has the text, too. A name that is no symbol of the repository, such as a
function in C, gets none; a text that is put together when the program runs is taken as far as it is written.

A helper counts, too: `def add(name, text): add_docstr(getattr(torch.Tensor, name), text)` makes `add("abs", "...")` the
documentation of `torch.Tensor.abs`. What is said of a member of a type that is no symbol of the repository is said of
the members of that name in the types that derive from it, or else kept for their pages.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import cleandoc

from kgraph.pages.repository_model import PageFile, RepositoryModel
from kgraph.pages.symbols.aliases import PythonNames

_ADDING = re.compile(r"_?add_docstr(?:_\w+)?")
_MAX_TEXT = 4_000_000  # characters of a file that is parsed


@dataclass(frozen=True, slots=True)
class DocumentedMember:
    """A member of a type that is no symbol of the repository: what is known is what a call says of it."""

    name: str
    documentation: str
    file: PageFile
    line: int


def apply(
    model: RepositoryModel, names: PythonNames, text_of: Callable[[PageFile], str]
) -> dict[str, list[DocumentedMember]]:
    """Give symbols the documentation that calls add to them; what they add to others, by the types that inherit it."""
    by_name: dict[str, list[str]] = defaultdict(list)
    derived_from: dict[str, list[str]] = defaultdict(list)
    told_members: dict[str, list[DocumentedMember]] = defaultdict(list)
    for id_, places in model.places.items():
        if id_.startswith("symbol/python/"):
            by_name[places[0].qualified].append(id_)
            for base in places[0].bases:
                derived_from[base].append(id_)
    for file in model.files.values():
        if file.language != "Python":
            continue
        text = text_of(file)
        if "add_docstr" not in text or len(text) > _MAX_TEXT:
            continue
        module = next((symbol.qualified for symbol in file.symbols if symbol.kind == "Module"), "")
        for target, documentation, line in find_added(text):
            for name in (f"{module}.{target}", target):
                ids = by_name.get(name) or [found for found in [names.public.get(name, "")] if found]
                if len(ids) == 1:
                    _document(model, ids[0], documentation)
                    break
            else:
                owner, _, member = target.rpartition(".")
                for derived in derived_from.get(owner, ()):
                    told = DocumentedMember(member, documentation, file, line)
                    if found := by_name.get(f"{model.places[derived][0].qualified}.{member}"):
                        _document(model, found[0], documentation)
                    else:
                        told_members[derived].append(told)
    return told_members


def _document(model: RepositoryModel, id_: str, documentation: str) -> None:
    places = model.places.get(id_, [])
    if not any(place.documentation for place in places):
        for place in places:
            place.documentation = documentation


def find_added(text: str) -> Iterator[tuple[str, str, int]]:
    """The name of each object that a text adds documentation to, the documentation, and the line."""
    try:
        with warnings.catch_warnings(action="ignore"):  # of escapes in what is only read
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    helpers = dict(_helpers(tree))
    for statement in ast.walk(tree):
        if isinstance(statement, ast.Expr):
            call, assigned = statement.value, []
        elif isinstance(statement, ast.Assign):
            call, assigned = statement.value, [_dotted_name(target) for target in statement.targets]
        else:
            continue
        if not isinstance(call, ast.Call) or len(call.args) < 2:
            continue
        helper = helpers.get(_dotted_name(call.func))
        if helper is None and not _adds(call.func):
            continue
        documentation = cleandoc(_literal_text(call.args[helper.text if helper else 1]))
        for name in (helper.target(call) if helper else _dotted_name(call.args[0]), *assigned):
            if name and documentation:
                yield name, documentation, statement.lineno


@dataclass(frozen=True, slots=True)
class _Helper:
    """A function that adds documentation to a member of one object, by its name."""

    owner: str
    name: int  # which argument
    text: int

    def target(self, call: ast.Call) -> str:
        name = call.args[self.name]
        is_name = isinstance(name, ast.Constant) and isinstance(name.value, str) and name.value.isidentifier()
        return f"{self.owner}.{name.value}" if is_name else ""  # type: ignore[attr-defined]  # a constant


def _helpers(tree: ast.Module) -> Iterator[tuple[str, _Helper]]:
    """The functions of a file whose one task is `add_docstr(getattr(OWNER, name), text)`."""
    for function in tree.body:
        if not isinstance(function, ast.FunctionDef) or len(function.args.args) != 2:
            continue
        own = [each.arg for each in function.args.args]
        calls = [
            each.value for each in function.body if isinstance(each, ast.Expr) and isinstance(each.value, ast.Call)
        ]
        for call in calls:
            match call:
                case ast.Call(
                    func=added_by,
                    args=[
                        ast.Call(func=ast.Name(id="getattr"), args=[owner, ast.Name(id=name), *_]),
                        ast.Name(id=text),
                        *_,
                    ],
                ) if _adds(added_by) and {name, text} == set(own) and _dotted_name(owner):
                    yield function.name, _Helper(_dotted_name(owner), own.index(name), own.index(text))


def _adds(function: ast.expr) -> bool:
    return _ADDING.fullmatch(_dotted_name(function).rpartition(".")[2]) is not None


def _dotted_name(node: ast.expr) -> str:
    """ "torch.conv2d", "" for what is no name."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def _literal_text(node: ast.expr) -> str:
    """The text of a literal, of literals that are added, or of one that is formatted."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.BinOp):
        return _literal_text(node.left) + (_literal_text(node.right) if isinstance(node.op, ast.Add) else "")
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return _literal_text(node.func.value)
    return ""
