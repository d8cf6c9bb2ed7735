"""What the syntax tree of a C++ file says at the places where names are bound for Python.

Input: nodes. Output: their texts, and what a name is bound to, as spelled.
"""

from __future__ import annotations

import re

from tree_sitter import Node

_CLASS = re.compile(r"(?:^|::|_)(?:class|enum)_?$")
_HOLDERS = re.compile(
    r"^(?:const\s+)?(?:std::|c10::)?(?:shared_ptr|unique_ptr|intrusive_ptr|weak_ptr|optional)\s*<(.*)>$", re.S
)
_MAX_DEPTH = 12


def text(node: Node | None) -> str:
    return (node.text or b"").decode("utf-8", "replace") if node is not None else ""


def line_of(node: Node) -> int:
    return node.start_point[0] + 1


def last(name: str) -> str:
    return re.sub(r"<.*", "", name, flags=re.S).rpartition("::")[2].strip()


def innermost(node: Node) -> Node:
    """The name inside of a declarator: of `*methods[]`, `methods`."""
    while (inner := node.child_by_field_name("declarator") or node.child_by_field_name("argument")) is not None:
        node = inner
    if node.type in ("reference_declarator", "pointer_expression") and node.named_children:
        return innermost(node.named_children[-1])
    return node


def arguments_of(call: Node) -> list[Node]:
    arguments = call.child_by_field_name("arguments")
    return [each for each in arguments.named_children if each.type != "comment"] if arguments is not None else []


def string(node: Node) -> str:
    """The text of a literal, also as the argument of a macro: `TORCH_SELECTIVE_SCHEMA("add(...)")`."""
    if node.type == "call_expression" and len(arguments := arguments_of(node)) == 1:
        function = node.child_by_field_name("function")
        return string(arguments[0]) if text(function).isupper() else ""
    if node.type == "concatenated_string":
        return "".join(string(each) for each in node.named_children)
    if node.type not in ("string_literal", "raw_string_literal"):
        return ""
    return "".join(text(each) for each in node.named_children if each.type in ("string_content", "raw_string_content"))


def bound_class(function: Node) -> str:
    """The T of `py::class_<T, ...>` or of an alias of it; "" for other functions and types."""
    while function.type == "qualified_identifier":
        inner = function.child_by_field_name("name")
        if inner is None:
            return ""
        function = inner
    if function.type not in ("template_function", "template_type"):
        return ""
    name, arguments = function.child_by_field_name("name"), function.child_by_field_name("arguments")
    if arguments is None or not _CLASS.search(text(name)):
        return ""
    return text(arguments.named_children[0]) if arguments.named_children else ""


def target_of(node: Node, deep: int = 0) -> tuple[str, bool]:
    """What a name is bound to, as spelled, and whether it is a lambda, which does nothing but call that."""
    if deep > _MAX_DEPTH:
        return "", False
    match node.type:
        case "identifier" | "qualified_identifier" | "template_function" | "field_identifier":
            return text(node), False
        case "pointer_expression" | "cast_expression" | "parenthesized_expression":
            last = node.child_by_field_name("argument") or node.child_by_field_name("value")
            last = last or (node.named_children[-1] if node.named_children else None)
            return target_of(last, deep + 1) if last is not None else ("", False)
        case "call_expression":
            for argument in reversed(arguments_of(node)):
                target, is_lambda = target_of(argument, deep + 1)
                if target or is_lambda:
                    return target, is_lambda
            return "", False
        case "lambda_expression":
            return _only_call(node), True
    return "", False


def _only_call(node: Node) -> str:
    """What a lambda of one statement calls; "" for others. A member is spelled with the class of its parameter."""
    body = node.child_by_field_name("body")
    statements = [each for each in body.named_children if each.type != "comment"] if body is not None else []
    if len(statements) != 1 or statements[0].type not in ("return_statement", "expression_statement"):
        return ""
    value = statements[0].named_children[0] if statements[0].named_children else None
    if value is None or value.type != "call_expression":
        return ""
    function = value.child_by_field_name("function")
    if function is None:
        return ""
    if function.type in ("identifier", "qualified_identifier", "template_function"):
        return text(function)
    if function.type == "field_expression":
        receiver = function.child_by_field_name("argument")
        types = _parameter_types(node)
        while receiver is not None and receiver.type in ("pointer_expression", "parenthesized_expression"):
            receiver = receiver.named_children[-1] if receiver.named_children else None
        if receiver is not None and (type_ := types.get(text(receiver))):
            return f"{type_}::{text(function.child_by_field_name('field'))}"
    return ""


def _parameter_types(node: Node) -> dict[str, str]:
    declarator = node.child_by_field_name("declarator")
    parameters = declarator.child_by_field_name("parameters") if declarator is not None else None
    types: dict[str, str] = {}
    for each in parameters.named_children if parameters is not None else ():
        type_, name = each.child_by_field_name("type"), each.child_by_field_name("declarator")
        if type_ is not None and name is not None:
            spelled = text(type_)
            holder = _HOLDERS.match(spelled)
            types[text(innermost(name)).lstrip("&* ")] = holder[1].strip() if holder else spelled
    return types
