"""The languages that tree-sitter has a grammar for, each by one row of a table.

Input: the name of a language. Output: a function that reads it, where its grammar is installed.

A row says which nodes declare what, and which hold declarations; what a table cannot say about a language is a function
above it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from functools import partial

from tree_sitter import Node, Query, QueryCursor

from kgraph.extract.config.named_uses import NamedUse
from kgraph.extract.text import link
from kgraph.extract.treesitter.nodes import line_of, text_of
from kgraph.extract.treesitter.walk import EnclosingNode, Grammar, TreeWalk, parser, read
from kgraph.model import FileFacts, Kind, NameBindingFact, UseKind


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _shell(walk: TreeWalk, node: Node, _: EnclosingNode) -> bool:
    """`source FILE` is a link where the file is spelled out."""
    if node.type == "command":
        words = node.named_children
        if (
            len(words) > 1
            and text_of(words[0]) in (".", "source")
            and words[1].type in ("word", "string", "raw_string")
        ):
            target = text_of(words[1]).strip("\"'")
            if "$" not in target and "`" not in target:
                walk.links += link(target, line_of(node))
        return True
    return False


def _starlark(walk: TreeWalk, node: Node, enclosing: EnclosingNode) -> bool:
    """A call with a name makes a target; `load` and files among the arguments are links."""
    if node.type == "assignment":
        left = node.child_by_field_name("left")
        if left is not None and left.type == "identifier":
            walk.add(Kind.VARIABLE, text_of(left), node, enclosing)
        return True
    if node.type != "call":
        return False
    arguments = node.child_by_field_name("arguments")
    for argument in arguments.named_children if arguments is not None else ():
        name, value = argument.child_by_field_name("name"), argument.child_by_field_name("value")
        if name is not None and value is not None and text_of(name) == "name" and value.type == "string":
            walk.add(Kind.TARGET, text_of(value).strip("\"'"), node, enclosing)
    pending = [arguments] if arguments is not None else []
    while pending:
        each = pending.pop()
        if each.type == "string":
            if path := _label_path(text_of(each).strip("\"'")):
                walk.links += link(path, line_of(each))
        else:
            pending.extend(reversed(each.named_children))
    return True


_LABEL = re.compile(r"(//)?([\w./+-]*)(:?)([\w/+-]+(?:\.[\w+-]+)+)")


def _label_path(label: str) -> str:
    """The path that a label of Bazel spells: "//a:b.cc" is "/a/b.cc"; "" where it is no file."""
    match = _LABEL.fullmatch(label)
    if match is None:
        return ""
    root, package, colon, name = match.groups()
    return f"{'/' if root else ''}{package}{'/' if colon and package else ''}{name}"


_AUTOMAKE_IF = re.compile(rb"^if !?\w+[ \t]*\r?$", re.MULTILINE)
_AUTOMAKE_BRANCH = re.compile(rb"^(?:if|else|endif)(?: !?\w+)?[ \t]*\r?$", re.MULTILINE)
# Targets up to their colon, on one line as Make reads lines.
_RULE_HEAD = re.compile(rb"(?:[^\\\n:=#]|\\\r?\n|\\.)*:(?!=)")


def _without_automake(content: bytes) -> bytes:
    """A `Makefile.am` without its conditions, which Make has none like: `if WIN32`, `else`, `endif`."""
    if not _AUTOMAKE_IF.search(content):
        return content
    return _AUTOMAKE_BRANCH.sub(lambda found: b" " * len(found[0]), content)


def _make(walk: TreeWalk, node: Node, enclosing: EnclosingNode) -> bool:
    """Targets that are spelled out; `include FILE` is a link."""
    if node.type == "rule":
        if not walk.begins_line(node) or not _RULE_HEAD.match(node.text or b""):
            return True  # something that the grammar does not know
        for targets in node.named_children[:1]:
            for target in targets.named_children:
                name = text_of(target)
                if target.type == "word" and "%" not in name and not name.startswith((".", "-", "+")):
                    walk.add(Kind.TARGET, name, node, enclosing)
        return True
    if node.type == "include_directive":
        for files in node.children_by_field_name("filenames"):
            for each in files.named_children:
                walk.links += link(text_of(each), line_of(node)) if "$" not in text_of(each) else []
        return True
    return False


# How Terraform refers to what a block declares; other blocks are called by their type and labels.
_HCL_PREFIXES = {"resource": "", "variable": "var", "locals": "local"}
HCL_MODULE = "tree_sitter_hcl"
_HCL_PATH = re.compile(rb"[A-Za-z_][\w-]*(?:\[[^\]\n]*\]|\.\*|\.[A-Za-z_][\w-]*)*")
_HCL_INDEX = re.compile(r"\[[^\]]*\]|\.\*")
_HCL_META = frozenset({"source", "version", "providers", "count", "for_each", "depends_on"})
_HCL_VALUES = frozenset({"variable", "output"})


def _hcl(walk: TreeWalk, node: Node, enclosing: EnclosingNode) -> bool:
    """A block at the top is called as others refer to it; the local source of a module is a link."""
    if node.type != "block":
        return True
    head = [each for each in node.named_children if each.type in ("identifier", "string_lit")]
    body = next((each for each in node.named_children if each.type == "body"), None)
    what, *labels = [text_of(each).strip('"') for each in head] or [""]
    attributes = _hcl_attributes(body) if body is not None else {}
    if what == "locals":
        for name, attribute in attributes.items():
            walk.add(Kind.VARIABLE, f"local.{name}", attribute, enclosing)
        return True
    kind = Kind.VARIABLE if what in _HCL_VALUES else Kind.PROPERTY
    name = ".".join(filter(None, (_HCL_PREFIXES.get(what, what), *labels)))
    inside = walk.add(kind, name, node, enclosing)
    if what == "module" and (source := attributes.get("source")) is not None:
        target = text_of(source.named_children[-1]).strip('"')
        if target.startswith(("./", "../")) and "$" not in target:
            walk.links += link(target, line_of(source))
            if inside is not None:
                walk.holdings.append(NameBindingFact(inside.symbol, "source", target))
                for given, attribute in attributes.items():  # what sets a variable of the module names it
                    if given not in _HCL_META:
                        path = f"{name}/var.{given}"
                        walk.uses.append(NamedUse(UseKind.READ, path, line_of(attribute), inside.symbol))
    return True


def _hcl_uses(walk: TreeWalk, root: Node, content: bytes) -> None:
    """What expressions name: `var.x`, `local.x`, `module.x.y`, `data.t.x.id`, `aws_vpc.main.id`."""
    starts = [symbol.start for symbol in walk.symbols]
    for node in _run_query(HCL_MODULE, "(variable_expr) @name", root):
        match = _HCL_PATH.match(content, node.start_byte)
        if match is None:
            continue
        steps = _HCL_INDEX.sub("", match[0].decode("utf-8", "replace")).split(".")
        paths = [".".join(steps[: 3 if steps[0] == "data" else 2])]
        if steps[0] == "module" and len(steps) > 2:
            paths.append(f"module.{steps[1]}/output.{steps[2]}")
        line = line_of(node)
        owner = bisect_right(starts, line) - 1
        while owner >= 0 and walk.symbols[owner].end < line:
            owner -= 1
        walk.uses += [NamedUse(UseKind.READ, path, line, owner) for path in paths if "." in path]


def _run_query(module: str, pattern: str, root: Node) -> list[Node]:
    """The nodes that a query finds, in the order of the text."""
    parse = parser(module)
    if parse is None or parse.language is None:
        return []
    found = QueryCursor(Query(parse.language, pattern)).captures(root)
    return sorted((node for nodes in found.values() for node in nodes), key=lambda node: node.start_byte)


def _hcl_attributes(body: Node) -> dict[str, Node]:
    attributes = (each for each in body.named_children if each.type == "attribute" and len(each.named_children) > 1)
    return {text_of(each.named_children[0]): each for each in attributes}


GRAMMARS: dict[str, Grammar] = {
    "HCL": Grammar(HCL_MODULE, {}, _words("config_file body"), special=_hcl, comment=b"#", finish=_hcl_uses),
    "Makefile": Grammar(
        "tree_sitter_make",
        {"variable_assignment": Kind.VARIABLE, "define_directive": Kind.VARIABLE},
        _words("conditional elsif_directive else_directive"),
        special=_make,
        prepare=_without_automake,
        comment=b"#",
    ),
    "Shell": Grammar(
        "tree_sitter_bash",
        {"function_definition": Kind.FUNCTION, "variable_assignment": Kind.VARIABLE},
        _words(
            "declaration_command variable_assignments if_statement elif_clause else_clause list compound_statement "
            "redirected_statement case_statement case_item"
        ),
        special=_shell,
        comment=b"#",
    ),
    "Starlark": Grammar(
        "tree_sitter_starlark",
        {"function_definition": Kind.FUNCTION},
        _words("expression_statement if_statement block"),
        special=_starlark,
        comment=b"#",
    ),
}


def reader(language: str) -> Callable[[bytes], FileFacts | None] | None:
    """What reads a language; None where no grammar is known or installed."""
    grammar = GRAMMARS.get(language)
    if grammar is None or parser(grammar.module, grammar.function) is None:
        return None
    return partial(read, grammar)
