"""Types that comments of JavaScript declare, as the reader of a file sees them.

Input: the comments that `jsdoc` takes apart. Output: what is bound to a parameter, a variable or a result by its
declared type, and the imports that a comment states.
"""

from __future__ import annotations

import re
from typing import ClassVar

from tree_sitter import Node

from kgraph.extract.scoped import jsdoc
from kgraph.extract.scoped.scopes import UNKNOWN, LexicalScope, ScopedPath
from kgraph.extract.scoped.typescript_classes import ClassReader
from kgraph.extract.treesitter.nodes import text_of
from kgraph.scoped_languages import SCRIPT

_NAME = re.compile(r"[\w$]+(?:\.[\w$]+)*")
_GENERIC = re.compile(r"([\w$.]+?)\.?<(.*)>")
_IMPORTED = re.compile(r"""import\(\s*["']([^"'\s]+)["']\s*\)((?:\.[\w$]+)+)""")
_PRIMITIVES = frozenset(
    (
        *("any", "bigint", "boolean", "function", "never", "number", "object", "string", "symbol", "this"),
        *("unknown", "void"),
    )
)
_MAX_DEPTH = 6  # types in types


class DocumentedTypeReader(ClassReader):
    """The part of a reader that is about types in comments."""

    is_javascript: ClassVar[bool] = False

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self._is_documented = self.is_javascript and jsdoc.has_types(content)

    def jsdoc(self, node: Node) -> jsdoc.JSDoc:
        """What the comment in front of something says."""
        return jsdoc.jsdoc_of(node) if self._is_documented else jsdoc.NOTHING

    def module_imported_as(self, name: str) -> str:
        """The spelling of the module that a name of the file is imported from; "" where it is not imported."""
        found = (each.path for each in self._imported if each.owner < 0 and each.name == name)
        return next(found, "").partition("|")[0]

    def read_imports(self, node: Node, scope: LexicalScope) -> None:
        """Note what a comment imports: `@typedef {import("./x").Foo} Foo`, `@import { Foo } from "./x"`."""
        if self._is_documented:
            for spelling, name, alias in jsdoc.find_imported_types(text_of(node)):
                self.bind_import(alias, f"{spelling}|{name}")
                self.imports(spelling, node, (name,))

    def read_value_type(self, text: str, node: Node, scope: LexicalScope) -> ScopedPath:
        """A value of a type that a comment spells; unknown where that is none, or one of several."""
        place = self._read_documented_type(text, node, scope) if text else UNKNOWN
        return self.instance(place) if place != UNKNOWN else UNKNOWN

    def _read_documented_type(self, text: str, node: Node, scope: LexicalScope, depth: int = 0) -> ScopedPath:
        parts = jsdoc.alternatives(text)
        if len(parts) != 1 or depth > _MAX_DEPTH or parts[0] in _PRIMITIVES:
            return UNKNOWN
        only = parts[0]
        if only.endswith("[]"):
            return ScopedPath("|Array", self.instance(self._read_documented_type(only[:-2], node, scope, depth + 1)))
        if generic := _GENERIC.fullmatch(only):
            last = generic[2].rpartition(",")[2] if "<" not in generic[2] else generic[2]
            place = self._read_documented_type(generic[1], node, scope, depth + 1)
            if place == UNKNOWN or generic[1] not in SCRIPT.holders:
                return place
            return ScopedPath(place.path, self.instance(self._read_documented_type(last, node, scope, depth + 1)))
        if imported := _IMPORTED.fullmatch(only):
            self.imports(imported[1], node, (imported[2][1:].partition(".")[0],))
            return ScopedPath(f"|{self.module_alias(imported[1])}{imported[2]}")
        if not _NAME.fullmatch(only):
            return UNKNOWN
        first, _, rest = only.partition(".")
        bound = scope.local(first, node.start_byte)
        place = ScopedPath(f"{scope.type_name}|{first}")
        if bound is not None:
            place = bound.value if isinstance(bound.value, ScopedPath) else UNKNOWN
        for name in rest.split(".") if rest and place != UNKNOWN else ():
            place = self.step(place, f".{name}")
        return place
