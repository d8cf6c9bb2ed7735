"""Types of Go: what expressions of them give, and signatures of methods that can be compared.

A signature is a text such as "(*{|Stack},...string)({|pkg.Node},error)": the types of the parameters, then those of the
results, with the path of each name in braces.
"""

from __future__ import annotations

from typing import Any

from tree_sitter import Node

from kgraph.extract.scoped import common
from kgraph.extract.scoped.evaluation import MAX_VALUES
from kgraph.extract.scoped.reader import Decomposed, ScopedReader, field
from kgraph.extract.scoped.scopes import UNKNOWN, LexicalScope, ScopedPath
from kgraph.extract.treesitter.nodes import text_of
from kgraph.scoped_languages import GO

_BUILTIN_TYPES = """
any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string uint uint8
uint16 uint32 uint64 uintptr
"""
BUILTIN_TYPES = frozenset(_BUILTIN_TYPES.split())
_SAME_TYPES = {"byte": "uint8", "rune": "int32", "any": "interface{}"}
_ITERATORS = {"iter.Seq": ("[key]",), "iter.Seq2": ("[key]", "[]")}  # what a loop over a function gives
_MAX_DEPTH = 8  # of types in types
_MAX_SIGNATURE = 1_000  # characters


def result_types(result: Node | None) -> list[Node]:
    """The types of the results of a function, in their order; `result` is the field of that name."""
    if result is None:
        return []
    return [of for of, _ in list_types(result)] if result.type == "parameter_list" else [result]


def list_types(parameters: Node) -> list[tuple[Node, bool]]:
    """The type of each parameter, and whether it takes any number of arguments."""
    types = []
    for each in parameters.named_children:
        of = field(each, "type")
        if of is not None:
            count = max(1, len(each.children_by_field_name("name")))
            types += [(of, each.type == "variadic_parameter_declaration")] * count
    return types


# --- what types are ---------------------------------------------------------------------------------------------------


def _name(reader: ScopedReader, node: Node, scope: LexicalScope) -> ScopedPath:
    name = reader.text(node)
    if name in BUILTIN_TYPES and name != "error" and scope.local(name, node.start_byte) is None:
        return UNKNOWN
    return reader.name(name, node.start_byte, scope)


def _qualified(reader: ScopedReader, node: Node, scope: LexicalScope) -> ScopedPath:
    package, name = field(node, "package"), field(node, "name")
    if package is None or name is None:
        return UNKNOWN
    return ScopedPath(f"|{reader.text(package)}.{reader.text(name)}")


def _generic(reader: ScopedReader, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
    of = field(node, "type")
    if of is not None and (steps := _ITERATORS.get(reader.text(of))):
        given = node.named_children[-1].named_children
        return _parts(reader, list(zip(steps, given, strict=False)), scope)
    if of is not None and reader.text(of) in GO.holders:
        given = node.named_children[-1].named_children
        return ScopedPath(reader.type(of, scope).path, reader.type_argument(given[-1], scope) if given else None)
    return Decomposed(of) if of is not None else UNKNOWN


def _parts(reader: ScopedReader, parts: list[tuple[str, Node | None]], scope: LexicalScope) -> ScopedPath:
    """A type without a name, by the types of its parts."""
    if reader.depth >= MAX_VALUES:
        return UNKNOWN
    reader.depth += 1
    found = [(step, reader.instance(reader.type(of, scope))) for step, of in parts if of is not None]
    reader.depth -= 1
    known = [(step, part) for step, part in found if part.path or part.parts or step[0] == "."]  # fields, known or not
    return ScopedPath("", parts=tuple(known))


def _list(reader: ScopedReader, node: Node, scope: LexicalScope) -> ScopedPath:
    return _parts(reader, [("[]", field(node, "element"))], scope)


def _map(reader: ScopedReader, node: Node, scope: LexicalScope) -> ScopedPath:
    return _parts(reader, [("[]", field(node, "value")), ("[key]", field(node, "key"))], scope)


def _channel(reader: ScopedReader, node: Node, scope: LexicalScope) -> ScopedPath:
    of = field(node, "value")
    return _parts(reader, [("[]", of), ("[key]", of)], scope)


def _function(reader: ScopedReader, node: Node, scope: LexicalScope) -> ScopedPath:
    results = result_types(field(node, "result"))
    return _parts(reader, [(f"(){at or ''}", of) for at, of in enumerate(results)], scope)


def _structure(reader: ScopedReader, node: Node, scope: LexicalScope) -> ScopedPath:
    fields: list[tuple[str, Node | None]] = []
    for inside in node.named_children:
        for each in inside.named_children if inside.type == "field_declaration_list" else ():
            names = each.children_by_field_name("name")
            fields += [(f".{reader.text(name)}", field(each, "type")) for name in names]
    return _parts(reader, fields, scope)


def _only(reader: ScopedReader, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
    """What wraps one type, as a constraint does; several are none."""
    return Decomposed(node.named_children[0]) if len(node.named_children) == 1 else UNKNOWN


TYPES: dict[str, Any] = {
    "type_identifier": _name,
    "identifier": _name,
    "qualified_type": _qualified,
    "generic_type": _generic,
    "pointer_type": common.take_last,
    "parenthesized_type": common.take_last,
    "type_constraint": _only,
    "type_elem": _only,
    "slice_type": _list,
    "array_type": _list,
    "implicit_length_array_type": _list,
    "map_type": _map,
    "channel_type": _channel,
    "function_type": _function,
    "func_literal": _function,
    "struct_type": _structure,
}


# --- signatures -------------------------------------------------------------------------------------------------------


def signature_of(node: Node, scope: LexicalScope) -> str:
    """The signature of a method; "" where the text does not determine it, as with type parameters."""
    spelled = _spell_function(node, scope, 0)
    return spelled if spelled is not None and len(spelled) <= _MAX_SIGNATURE else ""


def _spell_function(node: Node, scope: LexicalScope, depth: int) -> str | None:
    parameters = field(node, "parameters")
    taken = [("..." if is_variadic else "", of) for of, is_variadic in (list_types(parameters) if parameters else [])]
    given = [("", of) for of in result_types(field(node, "result"))]
    lists = []
    for types in (taken, given):
        spelled = [(mark, _spell(of, scope, depth + 1)) for mark, of in types]
        if any(text is None for _, text in spelled):
            return None
        lists.append(",".join(f"{mark}{text}" for mark, text in spelled))
    return f"({lists[0]})({lists[1]})"


def _spell(node: Node, scope: LexicalScope, depth: int) -> str | None:
    """A type in the one way that all spellings of it have; None where that is not known."""
    if depth > _MAX_DEPTH:
        return None
    kind, children = node.type, node.named_children
    if kind == "type_identifier":
        name = text_of(node)
        if scope.local(name, node.start_byte) is not None:
            return None
        return _SAME_TYPES.get(name, name) if name in BUILTIN_TYPES else f"{{|{name}}}"
    if kind == "qualified_type":
        return f"{{|{text_of(node)}}}"
    if kind in ("interface_type", "struct_type"):
        is_empty = not any(each.named_children or each.type != "field_declaration_list" for each in children)
        return f"{kind.partition('_')[0]}{{}}" if is_empty else None
    if kind == "function_type":
        spelled = _spell_function(node, scope, depth)
        return f"func{spelled}" if spelled is not None else None
    if kind == "type_elem" and len(children) == 1:
        return _spell(children[0], scope, depth)
    if kind == "generic_type" and len(children) > 1:
        spelled_parts = [_spell(each, scope, depth + 1) for each in (children[0], *children[1].named_children)]
        if any(each is None for each in spelled_parts):
            return None
        return f"{spelled_parts[0]}[{','.join(map(str, spelled_parts[1:]))}]"
    wrap = _WRAPPED.get(kind)
    if wrap is None or not children:
        return None
    parts = [_spell(each, scope, depth + 1) for each in children if kind != "array_type" or each != children[0]]
    if any(part is None for part in parts):
        return None
    if kind == "channel_type":
        wrap = (node.text or b"")[: children[0].start_byte - node.start_byte].decode("utf-8", "replace").strip() + " {}"
    if kind == "array_type":
        wrap = f"[{text_of(children[0])}]{{}}"
    return wrap.format(*parts) if wrap.count("{}") == len(parts) else None


_WRAPPED = {
    "pointer_type": "*{}",
    "slice_type": "[]{}",
    "array_type": "",
    "map_type": "map[{}]{}",
    "channel_type": "",
    "parenthesized_type": "{}",
}
