"""The manifests and the lock file of Ruby: gemspecs, Gemfiles, and what Bundler chose.

Input: the text of a `*.gemspec`, `Gemfile` or `Gemfile.lock`. Output: `BuildFacts`. Gemspecs and Gemfiles are programs;
they are parsed and never run: arguments count where they are literals, or variables that hold one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from tree_sitter import Node

from kgraph.build_facts import BuildFacts, PackageFact, Scope, TargetFact
from kgraph.extract.manifests.names import DEVELOPMENT
from kgraph.extract.text import flatten
from kgraph.extract.treesitter.nodes import line_of, text_of
from kgraph.extract.treesitter.walk import parser
from kgraph.test_words import TEST_WORDS

_DEPENDENCIES: Mapping[str, Scope] = {
    "add_dependency": "runtime",
    "add_runtime_dependency": "runtime",
    "add_development_dependency": "development",
}
_GROUPS = ("group", "groups")
_PLATFORMS = ("platform", "platforms")
_CONDITIONS = {"if": "if", "if_modifier": "if", "elsif": "if", "unless": "unless", "unless_modifier": "unless"}
_OTHERWISE = frozenset({"else", "elsif"})  # the branches of those that are taken where the condition does not hold
_OPPOSITE = {"if": "unless", "unless": "if"}
_MAX_AROUND = 20  # blocks and conditions around a gem
_OF_GEM = re.compile(r"^\s*gemspec\b", re.MULTILINE)
_LOCKED = re.compile(r" {4}(\S+) \(([^()\s]+)\)")  # a gem that was chosen; those that it requires stand deeper
_MAX_CONDITION = 200  # characters


def gemspec(text: str) -> BuildFacts:
    """The gem with its files and programs, and the gems that it requires."""
    manifest = _Manifest(text)
    packages: list[PackageFact] = []
    name, line = "", 1
    folders: Sequence[str] = ("lib",)
    programs: dict[str, int] = {}
    computed = 0  # the line on which programs are listed by a pattern
    bindir = ""
    for node, _ in manifest.statements():
        if node.type == "call":
            method = _method(node)
            if method == "new" and not name and (given := manifest.string(_first_argument(node))):
                name, line = given, line_of(node)
            elif method in _DEPENDENCIES and (fact := manifest.package(node, _DEPENDENCIES[method])):
                packages.append(fact)
            continue
        field = _assigned_name(node)
        right = node.child_by_field_name("right")
        if field == "name" and (given := manifest.string(right)):
            name, line = given, line_of(node)
        elif field == "require_paths" or field == "require_path":
            folders = manifest.strings(right) or folders
        elif field == "bindir":
            bindir = manifest.string(right)
        elif field == "executables":
            found = manifest.strings(right)
            programs |= dict.fromkeys(found, line_of(node))
            computed = computed if found else line_of(node)
    sources = tuple(f"{folder.strip('./')}/**/*.rb" if folder.strip("./") else "**/*.rb" for folder in folders)
    needs = tuple(f"gem/{each.name}" for each in packages if each.scope == "runtime")
    targets = [TargetFact(name, "package", line, sources, needs=needs)]
    for program, at in programs.items():
        targets.append(TargetFact(program, "executable", at, (f"{bindir or 'bin'}/{program}",), needs=("path:.",)))
    if computed and bindir:  # of `bin` the rest may be for developers
        targets.append(TargetFact("*", "executable", computed, (f"{bindir}/*",), needs=("path:.",)))
    return BuildFacts(tuple(packages), tuple(targets), project=f"gem/{name}" if name else "")


def gemfile(text: str) -> BuildFacts:
    """The gems of a program, or those that developers of a gem need: `gemspec` says that it is one."""
    manifest = _Manifest(text)
    calls = [(node, around) for node, around in manifest.statements() if node.type == "call"]
    is_gem = bool(_OF_GEM.search(text))
    packages = []
    for node, around in calls:
        if _method(node) == "gem" and node.child_by_field_name("receiver") is None:
            fact = manifest.package(node, "development" if is_gem else "runtime", around)
            packages += [fact] if fact else []
    return BuildFacts(tuple(packages))


def gemfile_lock(text: str) -> BuildFacts:
    """The versions that gems are pinned to; those of the repository itself are not."""
    packages: dict[tuple[str, str], PackageFact] = {}
    section = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if line[:1].strip():
            section = line.strip()
        elif section in ("GEM", "GIT") and (match := _LOCKED.fullmatch(line.rstrip())):
            version = match[2].partition("-")[0]  # the platform follows
            packages.setdefault((match[1], version), PackageFact("gem", match[1], number, locked=version))
    return BuildFacts(tuple(packages.values()))


class _Manifest:
    """A program of Ruby that makes a manifest. Raises `ValueError` where it cannot be parsed."""

    def __init__(self, text: str) -> None:
        parse = parser("tree_sitter_ruby")
        if parse is None:
            raise ValueError("no grammar of Ruby")
        self._root = parse.parse(text.encode("utf-8", "surrogatepass")).root_node
        if self._root.has_error and not self._root.named_child_count:
            raise ValueError("not Ruby")
        self._held: dict[str, str] = {}  # what variables hold that are set once, to a literal
        several: set[str] = set()
        for node, _ in self.statements():
            left = node.child_by_field_name("left")
            if node.type == "assignment" and left is not None and left.type in ("identifier", "constant"):
                name = text_of(left)
                several |= {name} & self._held.keys()
                self._held[name] = self.string(node.child_by_field_name("right"))
        self._held = {name: held for name, held in self._held.items() if held and name not in several}

    def statements(self) -> Iterator[tuple[Node, tuple[Node, ...]]]:
        """All calls and assignments in their order, each with the blocks and conditions around it, outermost first."""
        pending: list[tuple[Node, tuple[Node, ...]]] = [(self._root, ())]
        while pending:
            node, around = pending.pop()
            if node.type in ("call", "assignment", "operator_assignment", "binary"):
                yield node, around
            is_around = node.type in _CONDITIONS or node.type in _OTHERWISE or _method(node) in _OPENING
            inside = (*around[-_MAX_AROUND:], node) if is_around else around
            pending += [(child, inside) for child in reversed(node.named_children)]

    def package(self, call: Node, scope: Scope, around: Sequence[Node] = ()) -> PackageFact | None:
        """The gem that a call requires; None where its name is computed, or it is a folder of the repository."""
        arguments = call.child_by_field_name("arguments")
        given = arguments.named_children if arguments is not None else []
        name = self.string(given[0]) if given else ""
        options = {key: value for each in given if each.type == "pair" for key, value in self._pair(each)}
        if not name or "path" in options:
            return None
        specifier = ", ".join(
            version for each in given[1:] if each.type != "pair" for version in self.strings(each) if version
        )
        groups = [name for key in _GROUPS if key in options for name in self._symbols(options[key])]
        conditions = []
        for outer, inner in pairwise((*around, call)):
            if outer.type in _CONDITIONS:
                what = outer.child_by_field_name("condition")
                word = _OPPOSITE[_CONDITIONS[outer.type]] if inner.type in _OTHERWISE else _CONDITIONS[outer.type]
                conditions.append(f"{word} {text_of(what)}" if what is not None else "")
            elif _method(outer) in _GROUPS:
                groups += self._symbols(outer.child_by_field_name("arguments"))
            elif _method(outer) in _PLATFORMS:
                conditions.append("platform " + ", ".join(self._symbols(outer.child_by_field_name("arguments"))))
        conditions += ["platform " + ", ".join(self._symbols(options[key])) for key in _PLATFORMS if key in options]
        scope, group = _scope_of(groups, scope)
        condition = flatten("; ".join(filter(None, [group, *conditions])), _MAX_CONDITION)
        modules = tuple(self.strings(options["require"])) if "require" in options else ()
        return PackageFact("gem", name, line_of(call), specifier, scope, condition, modules=modules)

    def _pair(self, pair: Node) -> Iterator[tuple[str, Node]]:
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if key is not None and value is not None:
            yield text_of(key).strip(":\"'"), value

    def string(self, node: Node | None) -> str:
        """What a literal says, or a variable that holds one; "" of anything else."""
        if node is None:
            return ""
        if node.type in ("string", "bare_string"):
            parts = node.named_children
            return "".join(map(text_of, parts)) if all(each.type == "string_content" for each in parts) else ""
        if node.type in ("identifier", "constant"):
            return self._held.get(text_of(node), "")
        if node.type == "call" and _method(node) == "freeze":
            return self.string(node.child_by_field_name("receiver"))
        return ""

    def strings(self, node: Node | None) -> list[str]:
        """What the literals of a list say, or one by itself."""
        if node is None:
            return []
        if node.type in ("array", "string_array"):
            return [said for each in node.named_children if (said := self.string(each))]
        return [said] if (said := self.string(node)) else []

    def _symbols(self, node: Node | None) -> list[str]:
        """The names of symbols and strings below a node."""
        if node is None:
            return []
        if node.type in ("simple_symbol", "bare_symbol"):
            return [text_of(node).lstrip(":")]
        if node.type in ("array", "symbol_array", "argument_list"):
            return [name for each in node.named_children for name in self._symbols(each)]
        return self.strings(node)


_OPENING = frozenset({*_GROUPS, *_PLATFORMS})


def _method(node: Node) -> str:
    if node.type != "call":
        return ""
    method = node.child_by_field_name("method")
    return text_of(method) if method is not None else ""


def _first_argument(call: Node) -> Node | None:
    arguments = call.child_by_field_name("arguments")
    return arguments.named_children[0] if arguments is not None and arguments.named_children else None


def _assigned_name(node: Node) -> str:
    """The attribute that a statement sets or adds to: "name" of `s.name = "x"`, "" of anything else."""
    if node.type == "binary" and (operator := node.child_by_field_name("operator")) is not None:
        if operator.type != "<<":
            return ""
    elif node.type not in ("assignment", "operator_assignment"):
        return ""
    left = node.child_by_field_name("left")
    return _method(left) if left is not None else ""


def _scope_of(groups: Sequence[str], default: Scope) -> tuple[Scope, str]:
    """What gems of some groups are for, and the condition that remains: Bundler installs all groups by default."""
    words = [{*re.split(r"[^a-z0-9]+", group.lower())} for group in groups]
    if not groups or any(each & {"default", "production"} for each in words):
        return default, ""
    if all(each & TEST_WORDS for each in words):
        return "test", ""
    if all(each & (TEST_WORDS | DEVELOPMENT) for each in words):
        return "development", ""
    return "optional" if default == "runtime" else default, "group " + ", ".join(groups)
