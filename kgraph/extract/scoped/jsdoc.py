"""JSDoc: types that comments of JavaScript declare.

Input: the node of a declaration or a value. Output: the comment in front of what it stands in, and the types that this
gives to parameters, the result and what is declared. See https://jsdoc.app and
https://www.typescriptlang.org/docs/handbook/jsdoc-supported-types.html for the tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tree_sitter import Node

from kgraph.extract.treesitter.nodes import text_of

_TAG = re.compile(rb"@(?:param|returns?|type|typedef|import)\b")
_BEFORE_TYPE = re.compile(r"@(param|arg|argument|returns?|type)\s*\{")
_PARAMETER = re.compile(r"\s*\[?\s*([\w$]+)")
_TYPEDEF = re.compile(r"""@typedef\s*\{\s*import\(\s*["']([^"'\s]+)["']\s*\)\.([\w$]+)\s*\}\s*([\w$]+)""")
_IMPORT = re.compile(r"""@import\s*\{([\w$\s,*]+)\}\s*from\s*["']([^"'\s]+)["']""")
_ALIAS = re.compile(r"([\w$]+)(?:\s+as\s+([\w$]+))?")
_MAX_TEXT = 20_000  # bytes of one comment
_MAX_STEPS = 6  # from a value to the statement that it stands in
_AROUND = frozenset(
    (
        *("assignment_expression", "export_statement", "expression_statement", "field_definition"),
        *("lexical_declaration", "pair", "variable_declaration", "variable_declarator"),
    )
)


@dataclass(frozen=True, slots=True)
class JSDoc:
    """The types in a comment, as spelled; "" where there is none."""

    parameters: dict[str, str] = field(default_factory=dict)
    result: str = ""
    type: str = ""


NOTHING = JSDoc()


def has_types(content: bytes) -> bool:
    """Whether comments of a file may say something."""
    return _TAG.search(content) is not None


def jsdoc_of(node: Node) -> JSDoc:
    """What the comment says that stands in front of a declaration, or of the one that a value belongs to."""
    for _ in range(_MAX_STEPS):
        before, around = node.prev_sibling, node.parent
        if before is not None and before.type == "comment":
            return parse(text_of(before))
        if around is None or around.type not in _AROUND or (before is not None and before.type == ","):
            break
        node = around
    return NOTHING


def parse(comment: str) -> JSDoc:
    """The types in a comment; of one that is no JSDoc nothing."""
    if not comment.startswith("/**") or len(comment) > _MAX_TEXT:
        return NOTHING
    parameters: dict[str, str] = {}
    result = declared = ""
    for tag in _BEFORE_TYPE.finditer(comment):
        end = _closing(comment, tag.end())
        text = " ".join(comment[tag.end() : end].replace("*\n", "\n").split())
        if tag[1] in ("param", "arg", "argument"):
            if (name := _PARAMETER.match(comment, end + 1)) and name[
                1
            ] not in parameters:  # not of `x.y`, which follows
                parameters[name[1]] = text
        elif tag[1] == "type":
            declared = text
        else:
            result = text
    return JSDoc(parameters, result, declared)


def find_imported_types(comment: str) -> Iterator[tuple[str, str, str]]:
    """What a comment imports: the spelling of a module, a name in it, and the name here."""
    if comment.startswith("/**") and len(comment) <= _MAX_TEXT:
        for spelling, name, alias in _TYPEDEF.findall(comment):
            yield spelling, name, alias
        for names, spelling in _IMPORT.findall(comment):
            for name, alias in _ALIAS.findall(names):
                yield spelling, name, alias or name


def alternatives(text: str) -> list[str]:
    """The parts of a union that are not nothing, without the marks of JSDoc: "?Foo", "Foo=", "(Foo|null)"."""
    text = text.strip()
    while text[:1] in ("?", "!") or text[-1:] == "=" or _is_enclosed(text):
        text = (text[1:-1] if _is_enclosed(text) else text.lstrip("?!").rstrip("=")).strip()
    depth, start, parts = 0, 0, []
    for at, each in enumerate(text):
        depth += (each in "<({[") - (each in ">)}]")
        if each == "|" and not depth:
            parts.append(text[start:at].strip())
            start = at + 1
    parts.append(text[start:].strip())
    return [each for each in parts if each not in ("null", "undefined", "")]


def _is_enclosed(text: str) -> bool:
    return text[:1] == "(" and _closing(text, 1, "()") == len(text) - 1


def _closing(text: str, start: int, pair: str = "{}") -> int:
    """Where a bracket closes that was opened before a place."""
    depth = 1
    for at in range(start, len(text)):
        depth += (text[at] == pair[0]) - (text[at] == pair[1])
        if not depth:
            return at
    return len(text)
