"""What a manifest of Cargo says that names in Rust depend on.

Input: the syntax tree of a TOML file. Output: for `FileFacts.holdings`, the "package" with its name, its "edition", the
"lib.name" and "lib.path", each "bin", "test", "example" and "bench" with its path, "build", and "rename x" with the
package that a dependency x really is. Nothing of files that have neither `[package]` nor `[workspace]`.
"""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from kgraph.extract.treesitter.nodes import text_of
from kgraph.model import NameBindingFact

_LISTED = ("bin", "test", "example", "bench")


def cargo_facts(root: Node) -> tuple[NameBindingFact, ...]:
    """The facts of a manifest."""
    tables = [(_table_name(node), node) for node in root.named_children if node.type.startswith("table")]
    if not any(name in ("package", "workspace") for name, _ in tables):
        return ()
    found = [pair for name, node in tables for pair in _facts_of(name, node)]
    return tuple(NameBindingFact(-1, name, value) for name, value in found)


def _table_name(node: Node) -> str:
    head = node.named_children[0] if node.named_children else None
    return text_of(head).replace('"', "") if head is not None and head.type != "pair" else ""


def _facts_of(table: str, node: Node) -> Iterator[tuple[str, str]]:
    pairs = [
        (text_of(each.named_children[0]), each.named_children[-1]) for each in node.named_children if _is_pair(each)
    ]
    texts = {key.replace('"', ""): _text(value) for key, value in pairs}
    parent, _, last = table.rpartition(".")
    match table:
        case "package":
            edition = next((texts[key] or "inherited" for key in texts if key.startswith("edition")), "")
            yield from (("package", texts.get("name", "")), ("edition", edition), ("build", texts.get("build", "")))
        case "lib":
            yield from ((f"lib.{key}", texts[key]) for key in ("name", "path") if key in texts)
        case _ if table in _LISTED:
            yield table, f"{texts.get('name', '')}\t{texts.get('path', '')}"
        case _ if table.endswith("dependencies"):
            for key, value in pairs:
                inner = {text_of(each.named_children[0]): each for each in value.named_children if _is_pair(each)}
                if value.type == "inline_table" and "package" in inner:
                    yield f"rename {key}", _text(inner["package"].named_children[-1])
        case _ if parent.endswith("dependencies") and texts.get("package"):
            yield f"rename {last}", texts["package"]


def _is_pair(node: Node) -> bool:
    return node.type == "pair" and len(node.named_children) > 1


def _text(value: Node) -> str:
    return text_of(value).strip("\"'") if value.type == "string" else ""
