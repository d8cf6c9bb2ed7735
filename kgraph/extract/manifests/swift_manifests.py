"""The manifest and the lock file of the Swift Package Manager.

Input: the text of `Package.swift` or `Package.resolved`. Output: `BuildFacts`. A manifest is a program;
it is parsed, never run: a target or a dependency counts wherever it is spelled, on whatever condition.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tree_sitter import Node

from kgraph.build_facts import BuildFacts, PackageFact, TargetFact
from kgraph.extract.manifests.key_lines import KeyLines, mapping, path_of, string
from kgraph.extract.text import flatten
from kgraph.extract.treesitter.nodes import line_of, text_of
from kgraph.extract.treesitter.walk import parser

_FORMS = {
    "target": "library",
    "executableTarget": "executable",
    "testTarget": "test",
    "macro": "macro",
    "plugin": "plugin",
    "systemLibrary": "library",
}
_FOLDERS = {"test": ("Tests", "Sources", "Source", "src", "srcs"), "plugin": ("Plugins",)}
_SOURCES = ("Sources", "Source", "src", "srcs")  # where the sources of other targets are looked for
_VERSIONS = frozenset({"from", "exact", "branch", "revision", ""})  # arguments that say which versions
_SCHEME = re.compile(r"(?:\w+://)?(?:[^/@]*@)?([^/:]+)[:/]+(.+?)(?:\.git)?/?")


class _Argument(NamedTuple):
    label: str
    value: Node


class _Target(NamedTuple):
    name: str
    form: str
    line: int
    arguments: Sequence[_Argument]


def package_swift(text: str) -> BuildFacts:
    """The targets of a package with their sources and what they depend on; the packages that it requires."""
    parse = parser("tree_sitter_swift")
    if parse is None:
        raise ValueError("no grammar of Swift")
    root = parse.parse(text.encode("utf-8", "surrogatepass")).root_node
    name = ""
    targets: dict[str, _Target] = {}
    required: list[tuple[Node, list[_Argument]]] = []
    for call, function, arguments in _calls(root):
        own = _string(_value(arguments, "name"))
        if function == "Package":
            name = name or own
        elif function in _FORMS and own and _value(arguments, "targets") is None:  # a product has a list of targets
            targets.setdefault(own, _Target(own, _FORMS[function], line_of(call), arguments))
        elif function == "package":
            required.append((call, arguments))
    folders = {path.rpartition("/")[2]: path for _, given in required if (path := _string(_value(given, "path")))}
    facts = tuple(_target_fact(target, targets, folders) for target in targets.values())
    packages = tuple(filter(None, (_package(call, given, targets) for call, given in required)))
    return BuildFacts(packages, facts, project=f"swift/{name}" if name else "")


def package_resolved(text: str) -> BuildFacts:
    """The versions that packages are pinned to; of a branch, the revision."""
    data = json.loads(text)
    lines = KeyLines(text)
    pins = path_of(data, ("pins",)) or path_of(data, ("object", "pins"))
    packages = []
    for pin in pins if isinstance(pins, list) else ():
        location = string(pin, "location") or string(pin, "repositoryURL")
        state = mapping(pin, "state")
        version = state.get("version") or state.get("revision")
        if location and isinstance(version, str):
            packages.append(PackageFact("swift", canonical(location), lines.string(location), locked=version))
    return BuildFacts(tuple(packages))


def canonical(url: str) -> str:
    """A package by the address of its repository: "github.com/apple/swift-nio", whatever the scheme."""
    match = _SCHEME.fullmatch(url.strip())
    return f"{match[1]}/{match[2]}" if match else url.strip()


def _package(call: Node, arguments: Sequence[_Argument], targets: dict[str, _Target]) -> PackageFact | None:
    """The package that a manifest requires; None of a folder beside."""
    address = _string(_value(arguments, "url"))
    name = canonical(address) if address else _string(_value(arguments, "id"))
    if not name:
        return None
    identity = {name.rpartition("/")[2].lower(), _string(_value(arguments, "name")).lower()}
    products: dict[str, str] = {}  # with the form of the first target that uses it
    for target in targets.values():
        for kind, product, package in _find_needs(target):
            if kind == "product" and package.lower() in identity:
                products[product] = target.form if products.get(product, "test") == "test" else products[product]
    is_for_tests = bool(products) and all(form == "test" for form in products.values())
    given = [each for each in arguments if each.label in _VERSIONS]
    specifier = " ".join(f"{each.label} {text_of(each.value)}".strip() for each in given)
    return PackageFact(
        "swift",
        name,
        line_of(call),
        flatten(specifier.replace('"', ""), 100),
        "test" if is_for_tests else "runtime",
        modules=tuple(sorted(products)),
    )


def _target_fact(target: _Target, targets: dict[str, _Target], folders: dict[str, str]) -> TargetFact:
    path = _string(_value(target.arguments, "path"))
    listed = _strings(_value(target.arguments, "sources"))
    places = [path.strip("/")] if path else [f"{each}/{target.name}" for each in _FOLDERS.get(target.form, _SOURCES)]
    # What is listed is a file or a folder.
    sources = [f"{place}/{own}{end}" for place in places for own in listed for end in ("", "/")]
    sources = sources or [f"{place}/" for place in places]
    outside = _strings(_value(target.arguments, "exclude"))
    exclude = [f"{place}/{own}{end}".removeprefix("./") for place in places for own in outside for end in ("", "/**")]
    needs = []
    for kind, name, package in _find_needs(target):
        if kind != "product" and name in targets:
            needs.append(f"executable/{name}" if targets[name].form == "executable" else name)
        elif package in folders:
            needs.append(f"manifest:{folders[package]}/Package.swift#{name}")
    return TargetFact(target.name, target.form, target.line, tuple(sources), tuple(exclude), tuple(needs), links=True)


def _find_needs(target: _Target) -> Iterator[tuple[str, str, str]]:
    """What a target depends on: "target", "product" or "" for either; its name; its package where that is said."""
    listed = [each.value for each in target.arguments if each.label in ("dependencies", "plugins")]
    while listed:
        node = listed.pop(0)
        if node.type == "line_string_literal":
            yield "", _string(node), ""
        elif node.type == "call_expression":
            function, arguments = _parse_call(node)
            if name := _string(_value(arguments, "name")):
                kind = function if function in ("product", "target") else ""
                yield kind, name, _string(_value(arguments, "package"))
        else:
            listed[:0] = node.named_children


def _calls(root: Node) -> Iterator[tuple[Node, str, list[_Argument]]]:
    """The calls in a manifest but those among a target's dependencies, where `.target` is no new one."""
    pending = [root]
    while pending:
        node = pending.pop()
        inside = list(node.named_children)
        if node.type == "call_expression":
            function, arguments = _parse_call(node)
            yield node, function, arguments
            if function in _FORMS:
                continue
        pending += reversed(inside)


def _parse_call(call: Node) -> tuple[str, list[_Argument]]:
    """The last name of a function that is called, and its arguments."""
    function, *rest = call.named_children
    name = text_of(function).rpartition(".")[2] if function.type != "call_expression" else ""
    suffix = next((each for each in rest if each.type == "call_suffix"), None)
    arguments = []
    for part in suffix.named_children if suffix is not None else ():
        for each in part.named_children if part.type == "value_arguments" else ():
            label, value = each.child_by_field_name("name"), each.child_by_field_name("value")
            if value is not None:
                arguments.append(_Argument(text_of(label) if label is not None else "", value))
    return name, arguments


def _value(arguments: Sequence[_Argument], label: str) -> Node | None:
    return next((each.value for each in arguments if each.label == label), None)


def _string(node: Node | None) -> str:
    """What a literal says; "" of anything else, and of one with values in it."""
    if node is None or node.type != "line_string_literal":
        return ""
    parts = node.named_children
    return "".join(map(text_of, parts)) if all(each.type == "line_str_text" for each in parts) else ""


def _strings(node: Node | None) -> list[str]:
    if node is None:
        return []
    return [said for each in node.named_children if (said := _string(each))] if node.type == "array_literal" else []
