"""Data files: their top-level keys.

Input: the bytes of a JSON, YAML, TOML or INI file. Output: a PROPERTY for each key of the top level, with the lines of
its value. Deeper keys are data rather than names.

A list at the top of a YAML file is named by what its items call themselves: PyTorch's `native_functions.yaml` is a list
of `- func: ...`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from json import JSONDecodeError, dumps, loads

from msgspec.structs import replace
from tree_sitter import Node

from kgraph.extract.config.cargo import cargo_facts
from kgraph.extract.config.yaml_values import too_deep, yaml_root
from kgraph.extract.text import clean, count_lines, flatten
from kgraph.extract.treesitter.nodes import diagnostics, last_line_of, line_of, text_of
from kgraph.extract.treesitter.walk import parser
from kgraph.model import Diagnostic, FileFacts, Kind, NameBindingFact, SymbolFact

_LONG_NAME = 200
_LONG_SIGNATURE = 120
_ITEM_NAMES = ("func", "name", "id", "key")  # what an item of a list calls itself, the most telling first
_SECTION = re.compile(r"\[([^\]]+)\]")


def json(content: bytes) -> FileFacts | None:
    """The keys of the top-level object."""
    root = _parse("tree_sitter_json", content)
    if root is None:
        return None
    pairs = [pair for top in root.named_children if top.type == "object" for pair in _find_nodes(top, "pair")]
    symbols = [_property(_string(key), pair) for pair in pairs if (key := pair.child_by_field_name("key")) is not None]
    return replace(_facts(content, root, symbols), holdings=_module_settings(pairs))


def toml(content: bytes) -> FileFacts | None:
    """The tables, and the keys above the first one."""
    root = _parse("tree_sitter_toml", content)
    if root is None:
        return None
    symbols = [
        _property(text_of(node.named_children[0]), node, _first_line(node))
        for node in root.named_children
        if node.type in ("pair", "table", "table_array_element") and node.named_children
    ]
    return replace(_facts(content, root, symbols), holdings=cargo_facts(root))


def yaml(content: bytes) -> FileFacts | None:
    """The keys of top-level mappings, and the names of the items of top-level lists."""
    if line := too_deep(content):
        message = "nested too deeply for the YAML grammar"
        return FileFacts(count_lines(content), diagnostics=(Diagnostic(line, message),))
    root = yaml_root(content)
    if root is None:
        return None
    symbols = []
    for top in _yaml_tops(root):
        if top.type == "block_mapping":
            symbols += [_property(key, pair, _first_line(pair)) for key, pair in _yaml_pairs(top)]
        elif top.type == "block_sequence":
            for item in _find_nodes(top, "block_sequence_item"):
                names = {
                    key: _scalar(value)
                    for mapping in _yaml_blocks(item, "block_mapping")
                    for key, pair in _yaml_pairs(mapping)
                    if key in _ITEM_NAMES and (value := pair.child_by_field_name("value")) is not None
                }
                key = next((key for key in _ITEM_NAMES if names.get(key)), "")
                if key:
                    symbols.append(_property(names[key].partition("(")[0], item, names[key]))
    return replace(_facts(content, root, symbols), holdings=tuple(_workspace_packages(root)))


def ini(content: bytes) -> FileFacts:
    """The sections; their keys are settings, which other files do not name."""
    lines = count_lines(content)
    starts = [
        (match[1], number)
        for number, line in enumerate(content.decode("utf-8", "replace").split("\n"), start=1)
        if (match := _SECTION.match(line))
    ]
    ends = [*(start - 1 for _, start in starts[1:]), lines]
    symbols = [
        SymbolFact(
            Kind.PROPERTY,
            flatten(name, _LONG_NAME),
            start,
            max(start, end),
            local=True,
            signature=f"[{flatten(name)}]",
        )
        for (name, start), end in zip(starts, ends, strict=False)  # no section, one end
        if name.strip()
    ]
    return FileFacts(lines, "syntax", symbols=_number_duplicates(symbols))


# Keys of `package.json` and `tsconfig.json` that say which file an import of JavaScript leads to.
_MODULE_SETTINGS = frozenset(
    {
        *(
            "autoload",
            "autoload-dev",
            "compilerOptions",
            "dependencies",
            "devDependencies",
            "exports",
            "extends",
            "imports",
            "main",
            "module",
        ),
        *("name", "references", "source", "types", "workspaces"),
    }
)
_MAX_SETTING = 50_000  # characters
_MAX_DEPTH = 20


def _module_settings(pairs: Sequence[Node]) -> tuple[NameBindingFact, ...]:
    """What a JSON file says of modules: the values of `_MODULE_SETTINGS` as JSON without comments."""
    found = []
    for pair in pairs:
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if key is None or value is None or (name := _string(key)) not in _MODULE_SETTINGS:
            continue
        text = dumps(_plain(value, _MAX_DEPTH), separators=(",", ":"))
        if len(text) <= _MAX_SETTING:
            found.append(NameBindingFact(-1, name, text))
    return tuple(found)


def _plain(node: Node, depth: int) -> object:
    """A JSON value of objects, lists and strings; null for every other one, and for what is nested deeper."""
    if node.type == "string":
        return _string(node)
    if node.type == "object" and depth:
        pairs = [
            (each.child_by_field_name("key"), each.child_by_field_name("value")) for each in _find_nodes(node, "pair")
        ]
        return {_string(key): _plain(value, depth - 1) for key, value in pairs if key is not None and value is not None}
    if node.type == "array" and depth:
        return [_plain(each, depth - 1) for each in node.named_children if each.type != "comment"]
    return None


def _workspace_packages(root: Node) -> Iterator[NameBindingFact]:
    """The list `packages` of a YAML file, such as `pnpm-workspace.yaml`."""
    for top in _yaml_tops(root):
        for key, pair in _yaml_pairs(top) if top.type == "block_mapping" else ():
            value = pair.child_by_field_name("value")
            if key == "packages" and value is not None:
                items = [item for block in _yaml_blocks_in(value) for item in _find_nodes(block, "block_sequence_item")]
                names = [_scalar(item.named_children[0]) for item in items if item.named_children]
                text = dumps([clean(name) for name in names if len(name) < _LONG_NAME])
                if len(text) <= _MAX_SETTING:
                    yield NameBindingFact(-1, "packages", text)


def _yaml_blocks_in(value: Node) -> Iterator[Node]:
    blocks = [value] if value.type == "block_node" else []
    for block in blocks:
        yield from _find_nodes(block, "block_sequence")


def _parse(module: str, content: bytes) -> Node | None:
    parse = parser(module)
    return parse.parse(content).root_node if parse is not None else None


def _facts(content: bytes, root: Node, symbols: list[SymbolFact]) -> FileFacts:
    return FileFacts(count_lines(content), "syntax", symbols=_number_duplicates(symbols), diagnostics=diagnostics(root))


def _number_duplicates(symbols: list[SymbolFact]) -> tuple[SymbolFact, ...]:
    """Keys that are said again are numbered, as headings are; nameless ones are left out."""
    seen: dict[str, int] = {}
    result = []
    for symbol in symbols:
        count = seen[symbol.name] = seen.get(symbol.name, -1) + 1
        key = f"-{count}" if count else ""
        if symbol.name:
            result.append(
                SymbolFact(
                    symbol.kind, symbol.name, symbol.start, symbol.end, key=key, local=True, signature=symbol.signature
                )
            )
    return tuple(result)


def _property(name: str, node: Node, signature: str = "") -> SymbolFact:
    return SymbolFact(
        Kind.PROPERTY,
        flatten(name, _LONG_NAME),
        line_of(node),
        last_line_of(node),
        local=True,
        signature=flatten(signature, _LONG_SIGNATURE),
    )


def _find_nodes(node: Node, kind: str) -> Iterator[Node]:
    return (child for child in node.named_children if child.type == kind)


def _first_line(node: Node) -> str:
    return text_of(node).split("\n", 1)[0]


def _string(node: Node) -> str:
    """What a JSON string says."""
    try:
        return clean(str(loads(text_of(node))))
    except (JSONDecodeError, RecursionError, ValueError):
        return clean(text_of(node).strip('"'))


def _yaml_tops(root: Node) -> Iterator[Node]:
    for document in _find_nodes(root, "document"):
        for kind in ("block_mapping", "block_sequence"):
            yield from _yaml_blocks(document, kind)


def _yaml_blocks(node: Node, kind: str) -> Iterator[Node]:
    for block in _find_nodes(node, "block_node"):
        yield from _find_nodes(block, kind)


def _yaml_pairs(mapping: Node) -> Iterator[tuple[str, Node]]:
    for pair in _find_nodes(mapping, "block_mapping_pair"):
        key = pair.child_by_field_name("key")
        if key is not None:
            yield _scalar(key), pair


def _scalar(node: Node) -> str:
    """A plain or quoted scalar, without its quotes; what it holds besides is left as spelled."""
    text = text_of(node).strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text
