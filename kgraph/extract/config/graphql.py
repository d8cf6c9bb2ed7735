"""GraphQL: types, their fields and values, directives, operations and fragments; and the names that they use.

Input: the bytes of a file. Output: its declarations, the types that fields, arguments and conditions name, the
interfaces of types, the directives, and what operations select: "query.launch.site" for the field `site` of what the
field `launch` of the root type gives.

One pass over tokens with a stack of blocks, as for protocol buffers: the grammar is small, and the one that PyPI has
got a single release.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kgraph.extract.config.named_uses import NamedUse, pack
from kgraph.extract.text import clean, count_lines, flatten
from kgraph.model import FileFacts, Kind, NameBindingFact, SymbolFact, UseKind

_TOKEN = re.compile(r'#[^\n]*|"""(?:\\"""|.)*?(?:"""|\Z)|"(?:\\.|[^"\\\n])*"|[A-Za-z_]\w*|\.\.\.|[^\s\w,]', re.DOTALL)
_KINDS = {
    "type": Kind.CLASS,
    "interface": Kind.CLASS,
    "input": Kind.STRUCT,
    "enum": Kind.ENUM,
    "union": Kind.UNION,
    "scalar": Kind.TYPE_ALIAS,
    "directive": Kind.MACRO,
}
_ROOTS = frozenset({"query", "mutation", "subscription"})
_LONG_SIGNATURE = 160
_DEEP = 100  # blocks; what is nested deeper is skipped


@dataclass(slots=True)
class _Block:
    """What stands between two braces: "type", "values", "schema", "selection"; "" for what is skipped."""

    form: str
    owner: int = -1
    path: str = ""  # of a selection: of what it selects


@dataclass(slots=True)
class _Draft:
    kind: Kind
    name: str
    start: int
    end: int
    parent: int
    scope: str
    words: list[str]
    doc: str
    modifiers: tuple[str, ...] = ()


@dataclass(slots=True)
class _Reader:
    drafts: list[_Draft] = field(default_factory=list)
    uses: list[NamedUse] = field(default_factory=list)
    holdings: list[NameBindingFact] = field(default_factory=list)
    blocks: list[_Block] = field(default_factory=lambda: [_Block("file")])

    def read(self, tokens: list[tuple[str, int]]) -> None:
        at, doc = 0, ""
        while at < len(tokens):
            piece, line = tokens[at]
            here = self.blocks[-1]
            if piece.startswith('"'):
                doc = clean(piece.strip('"').strip())
                at += 1
                continue
            if piece == "}":
                if len(self.blocks) > 1:
                    self.blocks.pop()
                    if len(self.blocks) == 1 and here.owner >= 0:
                        self.drafts[here.owner].end = line
                at += 1
            elif here.form == "file":
                at = self._definition(tokens, at, doc)
            elif here.form == "type":
                at = self._field(tokens, at, doc)
            elif here.form == "values" and _is_name(piece):
                self._add(Kind.ENUMERATOR, piece, line, [piece], doc, here.owner)
                at = self._directives(tokens, at + 1, here.owner)
            elif here.form == "schema":
                at = self._root(tokens, at)
            elif here.form == "selection":
                at = self._skip_selection(tokens, at)
            else:
                if piece == "{":
                    self._open(_Block(""))
                at += 1
            doc = ""

    # --- definitions --------------------------------------------------------------------------------------------------

    def _definition(self, tokens: list[tuple[str, int]], at: int, doc: str) -> int:
        word, line = tokens[at]
        if word == "{":
            self._open(_Block("selection", path="query"))
            return at + 1
        modifiers: tuple[str, ...] = ()
        if word == "extend":
            modifiers, at = ("extend",), at + 1
            word = tokens[at][0] if at < len(tokens) else ""
        at += 1
        if word == "schema":
            at = self._directives(tokens, at, -1)
            return self._skip_braces(tokens, at, _Block("schema"))
        if word == "fragment" or word in _ROOTS:
            return self._operation(tokens, at, word, doc)
        if word not in _KINDS or at >= len(tokens):
            return at
        if word == "directive":
            at += tokens[at][0] == "@"
        if at >= len(tokens) or not _is_name(tokens[at][0]):
            return at
        name = tokens[at][0]
        end = at
        while end < len(tokens) and tokens[end][0] not in "{}" and end < at + 40:
            end += 1
        words = [word, f"@{name}" if word == "directive" else name, *(each for each, _ in tokens[at + 1 : end])]
        owner = self._add(_KINDS[word], f"@{name}" if word == "directive" else name, line, words, doc, -1)
        if word == "interface":
            modifiers = (*modifiers, "interface")
        self.drafts[owner].modifiers = modifiers
        at += 1
        if word == "directive":
            if at < len(tokens) and tokens[at][0] == "(":
                at = self._arguments(tokens, at, owner)
            while at < len(tokens) and (tokens[at][0] in ("on", "|", "repeatable") or tokens[at][0].isupper()):
                at += 1
            return at
        while at < len(tokens) and tokens[at][0] in ("implements", "&", "=", "|"):
            mark, place = tokens[at]
            at += 1
            while at < len(tokens) and _is_name(tokens[at][0]) and (mark != "=" or tokens[at][0] not in _KINDS):
                kind = UseKind.TYPE if word == "union" else UseKind.BASE
                self.uses.append(NamedUse(kind, tokens[at][0], tokens[at][1], owner, "type"))
                at += 1
                if word == "union" or place < 0:
                    break
        at = self._directives(tokens, at, owner)
        return self._skip_braces(tokens, at, _Block("values" if word == "enum" else "type", owner))

    def _operation(self, tokens: list[tuple[str, int]], at: int, word: str, doc: str) -> int:
        """A query, mutation, subscription or fragment."""
        owner, path = -1, word
        if at < len(tokens) and _is_name(tokens[at][0]):
            name, line = tokens[at]
            owner = self._add(Kind.FUNCTION, name, line, [word, name], doc, -1)
            self.drafts[owner].modifiers = (word,)
            at += 1
        if word == "fragment" and at + 1 < len(tokens) and tokens[at][0] == "on":
            path = tokens[at + 1][0]
            self.uses.append(NamedUse(UseKind.TYPE, path, tokens[at + 1][1], owner, "type"))
            at += 2
        if at < len(tokens) and tokens[at][0] == "(":
            at = self._arguments(tokens, at, owner)
        at = self._directives(tokens, at, owner)
        return self._skip_braces(tokens, at, _Block("selection", owner, path))

    def _field(self, tokens: list[tuple[str, int]], at: int, doc: str) -> int:
        name, line = tokens[at]
        here = self.blocks[-1]
        if not _is_name(name):
            if name == "{":
                self._open(_Block(""))
            return at + 1
        start = at
        at += 1
        owner = self._add(Kind.FIELD, name, line, [name], doc, here.owner)
        if at < len(tokens) and tokens[at][0] == "(":
            at = self._arguments(tokens, at, owner)
        if at < len(tokens) and tokens[at][0] == ":":
            at, of = self._type(tokens, at + 1, owner)
            if of:
                self.holdings.append(NameBindingFact(owner, "=", of))
        self.drafts[owner].words = [each for each, _ in tokens[start : min(at, start + 40)]]
        if at < len(tokens) and tokens[at][0] == "=":
            at = _behind_value(tokens, at + 1)
        return self._directives(tokens, at, owner)

    def _arguments(self, tokens: list[tuple[str, int]], at: int, owner: int) -> int:
        """Declared arguments or variables: the types that stand behind colons."""
        depth = 0
        while at < len(tokens):
            piece = tokens[at][0]
            depth += piece in ("(", "{", "[")
            depth -= piece in (")", "}", "]")
            if depth <= 0:
                return at + 1
            if piece == ":" and depth == 1:
                at, _ = self._type(tokens, at + 1, owner)
                if at < len(tokens) and tokens[at][0] == "=":
                    at = _behind_value(tokens, at + 1)
                continue
            if piece == "@":
                at = self._directives(tokens, at, owner)
                continue
            at += 1
        return at

    def _type(self, tokens: list[tuple[str, int]], at: int, owner: int) -> tuple[int, str]:
        """A type: where the rest begins, and its name without lists and "!"."""
        name = ""
        while at < len(tokens) and (tokens[at][0] in "[]!" or (not name and _is_name(tokens[at][0]))):
            if _is_name(tokens[at][0]):
                name = tokens[at][0]
                self.uses.append(NamedUse(UseKind.TYPE, name, tokens[at][1], owner, "type"))
            at += 1
        return at, name

    def _directives(self, tokens: list[tuple[str, int]], at: int, owner: int) -> int:
        while at + 1 < len(tokens) and tokens[at][0] == "@":
            self.uses.append(NamedUse(UseKind.CALL, f"@{tokens[at + 1][0]}", tokens[at][1], owner, "directive"))
            at += 2
            if at < len(tokens) and tokens[at][0] == "(":
                at = _behind_value(tokens, at)
        return at

    def _root(self, tokens: list[tuple[str, int]], at: int) -> int:
        """`query: Query` of a schema."""
        operation = tokens[at][0]
        if at + 2 < len(tokens) and tokens[at + 1][0] == ":" and operation in _ROOTS:
            self.holdings.append(NameBindingFact(-1, operation, tokens[at + 2][0]))
            self.uses.append(NamedUse(UseKind.TYPE, tokens[at + 2][0], tokens[at + 2][1], -1, "type"))
            return at + 3
        return at + 1

    # --- selections ---------------------------------------------------------------------------------------------------

    def _skip_selection(self, tokens: list[tuple[str, int]], at: int) -> int:
        piece, line = tokens[at]
        here = self.blocks[-1]
        owner = here.owner
        if piece == "...":
            at += 1
            path = here.path
            if at < len(tokens) and tokens[at][0] == "on" and at + 1 < len(tokens):
                path = tokens[at + 1][0]
                self.uses.append(NamedUse(UseKind.TYPE, path, tokens[at + 1][1], owner, "type"))
                at += 2
            elif at < len(tokens) and _is_name(tokens[at][0]):
                self.uses.append(NamedUse(UseKind.CALL, tokens[at][0], tokens[at][1], owner, "fragment"))
                return self._directives(tokens, at + 1, owner)
            at = self._directives(tokens, at, owner)
            return self._skip_braces(tokens, at, _Block("selection", owner, path))
        if not _is_name(piece):
            if piece == "{":
                self._open(_Block(""))
            return at + 1
        if at + 2 < len(tokens) and tokens[at + 1][0] == ":":  # an alias
            at += 2
            piece, line = tokens[at]
        path = f"{here.path}.{piece}" if here.path and len(here.path) < _LONG_SIGNATURE else ""
        if path:
            self.uses.append(NamedUse(UseKind.READ, path, line, owner, "field"))
        at += 1
        if at < len(tokens) and tokens[at][0] == "(":
            at = _behind_value(tokens, at)
        at = self._directives(tokens, at, owner)
        return self._skip_braces(tokens, at, _Block("selection", owner, path))

    # --- what all share -----------------------------------------------------------------------------------------------

    def _skip_braces(self, tokens: list[tuple[str, int]], at: int, block: _Block) -> int:
        if at < len(tokens) and tokens[at][0] == "{":
            self._open(block)
            return at + 1
        return at

    def _open(self, block: _Block) -> None:
        self.blocks.append(block if len(self.blocks) < _DEEP else _Block(""))

    def _add(self, kind: Kind, name: str, line: int, words: list[str], doc: str, parent: int) -> int:
        scope = self.drafts[parent].name if parent >= 0 else ""
        self.drafts.append(_Draft(kind, name, line, line, parent, scope, words, doc))
        return len(self.drafts) - 1


def graphql(content: bytes) -> FileFacts:
    """The declarations and uses of a GraphQL file."""
    text = clean(content.decode("utf-8-sig", "replace"))
    reader = _Reader()
    reader.read(_tokens(text))
    symbols = tuple(
        SymbolFact(
            each.kind,
            flatten(each.name, 200),
            each.start,
            each.end,
            scope=flatten(each.scope, 200),
            parent=each.parent,
            local=True,
            signature=flatten(
                re.sub(r" ?([(\[:!\])]) ?", r"\1", " ".join(each.words)).replace(":", ": "), _LONG_SIGNATURE
            ),
            doc=each.doc,
            modifiers=each.modifiers,
        )
        for each in reader.drafts
    )
    uses = pack(reader.uses)
    return FileFacts(count_lines(content), "syntax", symbols=symbols, uses=uses, holdings=tuple(reader.holdings))


def _tokens(text: str) -> list[tuple[str, int]]:
    """Tokens with their lines, without comments."""
    found: list[tuple[str, int]] = []
    line, done = 1, 0
    for match in _TOKEN.finditer(text):
        line += text.count("\n", done, match.start())
        done = match.start()
        if match[0][0] != "#":
            found.append((match[0], line))
    return found


def _behind_value(tokens: list[tuple[str, int]], at: int) -> int:
    """Where the rest begins behind a value, or behind arguments in parentheses."""
    depth = 0
    while at < len(tokens):
        piece = tokens[at][0]
        depth += piece in ("(", "{", "[")
        depth -= piece in (")", "}", "]")
        at += 1
        if depth <= 0 and piece not in ("$", "-"):
            return at
    return at


def _is_name(piece: str) -> bool:
    return piece[0].isalpha() or piece[0] == "_"
