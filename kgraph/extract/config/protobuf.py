"""Protocol buffers: messages, services, enums and their members.

Input: the bytes of a .proto file. Output: its declarations, in the scope of its package, its imports, and the types
that its fields, methods and extensions name.

One pass over tokens: a statement ends at ";" or at a brace, and its first words tell what it declares. Options are
skipped with the brackets or braces that they stand in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kgraph.extract.config.named_uses import MAX_NAME, NamedUse, pack
from kgraph.extract.text import clean, count_lines, flatten
from kgraph.model import FileFacts, IncludeFact, Kind, SymbolFact, UseKind

_LONG_SIGNATURE = 160
_DEEP = 100  # blocks; qualified names below them would fill the memory
_TOKEN = re.compile(r"//[^\n]*|/\*.*?(?:\*/|\Z)|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|[\w.]+|[^\s\w]", re.DOTALL)
_COMMENT_MARKERS = re.compile(r"^[ \t]*(?://+|/\*+|\*(?!/))?[ \t]?|\*+/$", re.MULTILINE)
_BLOCKS = {"message": Kind.STRUCT, "service": Kind.CLASS, "enum": Kind.ENUM}
_LABELS = frozenset({"optional", "required", "repeated"})
_SCALARS = frozenset(
    {
        *("double", "float", "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64", "bool"),
        *("sfixed32", "sfixed64", "string", "bytes", "map", "stream", "returns", "group", *_LABELS),
    }
)
_TYPE = re.compile(r"\.?[A-Za-z_][\w.]*")
_NOT_FIELDS = frozenset({"option", "reserved", "extensions", "syntax", "edition", "import", "package"})


@dataclass(slots=True)
class _Block:
    """What the statements between two braces are read as."""

    word: str  # "file", "message", "enum", "service", "extend"; "" for what is skipped
    scope: str
    symbol: int  # the innermost symbol around, or -1
    opened: bool = False  # by the declaration of that symbol


@dataclass(slots=True)
class _Draft:
    """A declaration whose end may not be known yet."""

    kind: Kind
    name: str
    start: int
    end: int
    scope: str
    parent: int
    signature: str
    doc: str


def proto(content: bytes) -> FileFacts:
    """The declarations of a .proto file."""
    lines = count_lines(content)
    reader = _Reader()
    reader.read(clean(content.decode("utf-8", "replace")))
    for block in reader.blocks:  # braces that nobody closed
        if block.opened:
            reader.drafts[block.symbol].end = lines
    symbols = tuple(
        SymbolFact(
            draft.kind,
            draft.name,
            draft.start,
            draft.end,
            scope=draft.scope,
            parent=draft.parent,
            arity=1 if draft.kind == Kind.METHOD else -1,
            local=True,
            signature=draft.signature,
            doc=draft.doc,
        )
        for draft in reader.drafts
    )
    return FileFacts(lines, "syntax", symbols=symbols, includes=tuple(reader.imports), uses=pack(reader.types))


class _Reader:
    def __init__(self) -> None:
        self.drafts: list[_Draft] = []
        self.imports: list[IncludeFact] = []
        self.types: list[NamedUse] = []
        self.blocks = [_Block("file", "", -1)]

    def read(self, text: str) -> None:
        words: list[str] = []
        first_line = 1
        depth = 0  # of brackets and parentheses
        doc = ""
        for piece, line, comment in _tokens(text):
            if depth == 0 and piece in ("{", "}", ";"):
                if piece == "}":
                    if len(self.blocks) > 1 and (closed := self.blocks.pop()).opened:
                        self.drafts[closed.symbol].end = line
                else:
                    block = self._statement(words, first_line, line, doc)
                    if piece == "{":
                        self.blocks.append(block)
                words = []
                continue
            if piece in ("[", "(", "<"):
                depth += 1
            elif piece in ("]", ")", ">"):
                depth = max(depth - 1, 0)
            if not words:
                first_line, doc = line, comment
            words.append(piece)

    def _statement(self, words: list[str], start: int, end: int, doc: str) -> _Block:
        """Note what a statement declares; gives the block that a brace behind it opens."""
        here = self.blocks[-1]
        skipped = _Block("", here.scope, here.symbol)
        rest = words[1:] if words and words[0] in _LABELS else words
        if not here.word or len(rest) < 2 or len(self.blocks) > _DEEP:
            return skipped
        word, name = rest[0], rest[1]
        if here.word == "file" and word == "package":
            here.scope = name
        elif here.word == "file" and word == "import":
            spelling = next((flatten(each[1:-1], 200) for each in rest[1:] if each[0] in "\"'"), "")
            how = name if name in ("public", "weak") else ""
            self.imports += [IncludeFact(spelling, start, "import", how)] if spelling else []
        elif word in _BLOCKS and "=" not in rest:
            return self._open(word, name, start, end, doc, rest)
        elif word == "group":
            return self._open("message", name, start, end, doc, words)
        elif word in ("oneof", "extend") and "=" not in rest:
            if word == "extend":
                self._name_types(rest[1:2], start, here.symbol)
            return _Block("message", here.scope, here.symbol)
        elif word == "rpc" and here.word == "service":
            self._add(Kind.METHOD, name, start, end, doc, rest)
            self._name_types(rest[2:], start, len(self.drafts) - 1)
        elif here.word == "enum" and name == "=":
            self._add(Kind.ENUMERATOR, word, start, end, doc, rest)
        elif here.word == "message" and word not in _NOT_FIELDS and "=" in rest[2:]:
            equals = rest.index("=")
            self._add(Kind.FIELD, rest[equals - 1], start, end, doc, words)
            self._name_types(rest[: equals - 1], start, len(self.drafts) - 1)
        return skipped

    def _name_types(self, words: list[str], line: int, owner: int) -> None:
        for word in words:
            if word not in _SCALARS and len(word) <= MAX_NAME and _TYPE.fullmatch(word):
                self.types.append(NamedUse(UseKind.TYPE, word, line, owner))

    def _open(self, word: str, name: str, start: int, end: int, doc: str, words: list[str]) -> _Block:
        self._add(_BLOCKS[word], name, start, end, doc, words)
        here = self.blocks[-1]
        scope = f"{here.scope}.{name}" if here.scope else name
        return _Block(word, scope, len(self.drafts) - 1, opened=True)

    def _add(self, kind: Kind, name: str, start: int, end: int, doc: str, words: list[str]) -> None:
        here = self.blocks[-1]
        options = words.index("[") if "[" in words else len(words)
        signature = re.sub(r" ?([(<>,.)]) ?", r"\1", " ".join(words[:options])).replace(",", ", ")
        signature = re.sub(r"([>)])(?=\w)", r"\1 ", signature)
        self.drafts.append(
            _Draft(kind, name, start, end, here.scope, here.symbol, flatten(signature, _LONG_SIGNATURE), doc)
        )


def _tokens(text: str) -> Iterator[tuple[str, int, str]]:
    """Each token with its line and the comment right above it."""
    line = 1
    done = 0
    comments: list[str] = []
    last = -1  # line of the last comment's end
    code = 0  # line of the last token
    for match in _TOKEN.finditer(text):
        token = match[0]
        line += text.count("\n", done, match.start())
        done = match.start()
        if not token.startswith(("//", "/*")):
            yield token, line, "\n".join(comments).strip() if last >= line - 1 else ""
            comments, code = [], line
        elif line != code:  # not behind something else
            if line > last + 1:
                comments = []
            comments.append(_COMMENT_MARKERS.sub("", token).strip())
            last = line + token.count("\n")
