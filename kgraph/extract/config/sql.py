"""SQL: tables with their columns, views, functions, procedures, triggers, indexes, types; and what statements name.

Input: the bytes of a file, in whatever dialect. Output: its declarations, and the uses of tables, types and functions.

One pass over tokens: a statement ends at ";", and its first words tell what it declares. A name that stands behind
FROM, JOIN, INTO, UPDATE, REFERENCES and the like is that of a table or view. The grammar that PyPI has for SQL is not
used: it adds 13 MB, and has errors in a tenth of the files of mixed dialects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from kgraph.extract.config.named_uses import NamedUse, pack
from kgraph.extract.text import clean, count_lines, flatten
from kgraph.model import FileFacts, Kind, SymbolFact, UseKind

_TOKEN = re.compile(
    r"--[^\n]*|/\*.*?(?:\*/|\Z)|\$(\w*)\$|'(?:''|\\.|[^'\\])*(?:'|\Z)|"
    r"\"(?:\"\"|[^\"\n])*\"|`[^`\n]*`|\[[A-Za-z_][^\]\n]*\]|[#@:]{0,2}[^\W\d][\w$]*|\d[\w.]*|[^\s\w]",
    re.DOTALL,
)
_CREATE = re.compile(r"\s*CREATE\s", re.IGNORECASE)
_QUOTES = {'"': '"', "`": "`", "[": "]"}
_LONG_SIGNATURE = 160
_MAX_TOKENS = 100_000  # of one statement
_MAX_COLUMNS = 2_000  # of one table
_CREATES: dict[str, Kind] = {
    "TABLE": Kind.STRUCT,
    "VIEW": Kind.CLASS,
    "FUNCTION": Kind.FUNCTION,
    "PROCEDURE": Kind.FUNCTION,
    "PROC": Kind.FUNCTION,
    "TRIGGER": Kind.FUNCTION,
    "INDEX": Kind.PROPERTY,
    "TYPE": Kind.ENUM,
    "DOMAIN": Kind.TYPE_ALIAS,
    "SEQUENCE": Kind.VARIABLE,
    "SCHEMA": Kind.NAMESPACE,
}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BODIES = frozenset({"FUNCTION", "PROCEDURE", "PROC", "TRIGGER"})  # that may hold statements
# CREATE and what is created
_BETWEEN = _words(
    "OR REPLACE ALTER TEMP TEMPORARY GLOBAL LOCAL UNLOGGED EXTERNAL VIRTUAL FOREIGN MATERIALIZED RECURSIVE "
    "UNIQUE CLUSTERED NONCLUSTERED FULLTEXT SPATIAL CONSTRAINT DEFINER EDITIONABLE NONEDITIONABLE FORCE "
    "AGGREGATE IF NOT EXISTS CONCURRENTLY COLUMNSTORE BITMAP SQL SECURITY INVOKER ALGORITHM UNDEFINED MERGE"
)
_TABLES = frozenset({"FROM", "JOIN", "INTO", "UPDATE", "REFERENCES", "TABLE", "USING"})  # a table's name follows
_LISTS = frozenset({"FROM", "TABLE"})  # several names may, with commas between
_SKIPPED = _words("IF NOT EXISTS ONLY LATERAL IGNORE LOW_PRIORITY QUICK")
_CALLS = frozenset({"CALL", "EXEC", "EXECUTE", "PERFORM"})
_NO_COLUMNS = _words("PRIMARY FOREIGN UNIQUE CHECK CONSTRAINT KEY INDEX EXCLUDE LIKE FULLTEXT SPATIAL PERIOD")
# What follows a keyword of a table's name and is none, or what ends an alias.
_WORDS = _words(
    "SELECT WHERE SET VALUES ON AS AND OR BY GROUP ORDER HAVING LIMIT UNION DISTINCT CASCADE RESTRICT DEFAULT "
    "NULL NOWAIT OF SKIP STDIN BEGIN END WHEN THEN DO NOTHING JOIN INNER LEFT RIGHT FULL CROSS NATURAL USING"
)
# Functions whose arguments have a FROM of their own.
_OWN_FROM = frozenset({"EXTRACT", "SUBSTRING", "TRIM", "OVERLAY", "POSITION", "DATE_PART"})


class _Token(NamedTuple):
    text: str  # of a name without its quotes
    word: str  # in upper case where it may be a keyword, else ""
    line: int


class _Statement(NamedTuple):
    tokens: list[_Token]
    doc: str
    end: int


def sql(content: bytes) -> FileFacts:
    """The declarations and uses of an SQL file."""
    text = clean(content.decode("utf-8-sig", "replace"))
    reader = _Reader()
    for statement in _statements(text):
        reader.read(statement)
    return FileFacts(count_lines(content), "syntax", symbols=tuple(reader.symbols), uses=pack(reader.uses))


def _statements(text: str) -> Iterator[_Statement]:
    """The statements of a file, each with the comment above it; the body of a function belongs to its statement."""
    tokens: list[_Token] = []
    line, done, last = 1, 0, -1
    depth, dollar, comment, is_function = 0, "", "", False
    for match in _TOKEN.finditer(text):
        piece = match[0]
        line += text.count("\n", done, match.start())
        done = match.start()
        if piece.startswith(("--", "/*")):
            if not tokens:
                body = piece[2:].removesuffix("*/").strip(" -*\t")
                comment = f"{comment}\n{body}" if comment and last >= line - 1 else body
                last = line + piece.count("\n")
            continue
        quote = _QUOTES.get(piece[0]) if len(piece) > 1 else None
        token = _Token(piece[1:-1], "", line) if quote else _Token(piece, piece.upper(), line)
        word = token.word
        if len(tokens) < 12 and word in _BODIES:
            is_function = bool(tokens) and tokens[0].word in ("CREATE", "ALTER")
        if piece[0] == "$" and piece[-1] == "$" and len(piece) > 1 and dollar in ("", piece):
            dollar, depth = ("" if dollar else piece), 0
        if is_function:
            depth += 1 if word in ("BEGIN", "CASE") else 0
            depth -= 1 if word == "END" and depth else 0
        ends = word == ";" and not depth and not dollar
        ends = ends or (word in ("GO", "DELIMITER") and bool(tokens or word == "DELIMITER"))
        ends = ends or (word == ";" and not dollar and _CREATE.match(text, match.end()) is not None)  # never closed
        if not ends:
            if not tokens and last < line - 1:
                comment = ""
            if len(tokens) < _MAX_TOKENS and (tokens or _is_name(token)):  # what a file names as its delimiter is none
                tokens.append(token)
            continue
        if tokens:
            yield _Statement(tokens, comment.strip(), line)
        tokens, depth, dollar, is_function, comment = [], 0, "", False, ""
    if tokens:
        yield _Statement(tokens, comment.strip(), tokens[-1].line)


class _Reader:
    def __init__(self) -> None:
        self.symbols: list[SymbolFact] = []
        self.uses: list[NamedUse] = []

    def read(self, statement: _Statement) -> None:
        """Note what a statement declares and uses."""
        tokens = statement.tokens
        start, owner = 0, -1
        if tokens[0].word == "CREATE":
            start, owner = self._create(statement)
        self._uses(tokens, start, owner)

    def _create(self, statement: _Statement) -> tuple[int, int]:
        """Declare what is created; gives where the rest of the statement begins, and the symbol."""
        tokens = statement.tokens
        at = 1
        while at < len(tokens) and tokens[at].word not in _CREATES:
            # `DEFINER = user@host` and `ALGORITHM = MERGE` stand between too
            if (
                tokens[at].word not in _BETWEEN
                and at > 1
                and not tokens[at].text.startswith(("=", "@"))
                and tokens[at - 1].text not in ("=", "@")
            ):
                return 0, -1
            at += 1
        if at >= len(tokens):
            return 0, -1
        what = tokens[at].word
        at += 1
        while at < len(tokens) and tokens[at].word in _BETWEEN:
            at += 1
        name, scope, at = _name(tokens, at)
        if not name or (what == "INDEX" and name.upper() == "ON"):
            return 0, -1
        kind = _CREATES[what]
        is_enum = what == "TYPE" and any(each.word == "ENUM" for each in tokens[at : at + 3])
        if what == "TYPE" and not is_enum:
            kind = Kind.STRUCT if any(each.text == "(" for each in tokens[at : at + 3]) else Kind.TYPE_ALIAS
        fact = SymbolFact(
            kind, flatten(name, 200), tokens[0].line, statement.end, scope=flatten(scope, 400), local=True
        )
        signature = flatten(_join_tokens(tokens), _LONG_SIGNATURE)
        owner = self._add(replace(fact, signature=signature, doc=statement.doc))
        if what == "TABLE":
            at = self._columns(tokens, at, owner)
        elif what in ("INDEX", "TRIGGER"):
            self._table_behind_on(tokens, at, owner)
        return at, owner

    def _add(self, fact: SymbolFact) -> int:
        self.symbols.append(fact)
        return len(self.symbols) - 1

    def _columns(self, tokens: list[_Token], at: int, owner: int) -> int:
        """Declare the columns of a table, and note the tables and types that they name; gives what stands behind."""
        while at < len(tokens) and tokens[at].text != "(":
            if tokens[at].word in ("AS", "LIKE", "SELECT", "FROM", "PARTITION", "INHERITS"):
                return at
            at += 1
        table = self.symbols[owner]
        scope = f"{table.scope}.{table.name}" if table.scope else table.name
        depth, first, count = 0, False, 0
        while at < len(tokens):
            token = tokens[at]
            if token.text == "(":
                depth += 1
                first = depth == 1
            elif token.text == ")":
                depth -= 1
                if depth == 0:
                    return at + 1
            elif token.text == "," and depth == 1:
                first = True
            elif first:
                first = False
                if token.word not in _NO_COLUMNS and _is_name(token) and count < _MAX_COLUMNS:
                    count += 1
                    kind, _, _ = _name(tokens, at + 1)
                    name, line = flatten(token.text, 200), token.line
                    text = flatten(_column(tokens, at), _LONG_SIGNATURE)
                    fact = SymbolFact(
                        Kind.FIELD, name, line, line, scope=scope, parent=owner, local=True, signature=text
                    )
                    column = self._add(fact)
                    if kind:
                        self.uses.append(NamedUse(UseKind.TYPE, kind, token.line, column, "column"))
            if token.word == "REFERENCES":
                name, of, _ = _name(tokens, at + 1)
                self._use(UseKind.TYPE, of, name, token.line, owner)
            at += 1
        return at

    def _table_behind_on(self, tokens: list[_Token], at: int, owner: int) -> None:
        for place in range(at, min(at + 40, len(tokens))):
            if tokens[place].word == "ON":
                name, scope, _ = _name(tokens, place + 1)
                self._use(UseKind.TYPE, scope, name, tokens[place].line, owner)
                return

    def _use(self, kind: UseKind, scope: str, name: str, line: int, owner: int, sort: str = "table") -> None:
        if name:
            self.uses.append(NamedUse(kind, f"{scope}.{name}" if scope else name, line, owner, sort))

    def _uses(self, tokens: list[_Token], start: int, owner: int) -> None:
        """The tables and functions that the rest of a statement names."""
        own = {
            tokens[at].text.lower()
            for at in range(1, len(tokens) - 2)
            if tokens[at + 1].word == "AS"
            and tokens[at + 2].text == "("
            and tokens[at - 1].word in ("WITH", ",", "RECURSIVE")
        }
        around: list[str] = []  # the words in front of the parentheses that are open
        at = start
        while at < len(tokens):
            token = tokens[at]
            before = tokens[at - 1].word if at else ""
            if token.text == "(":
                around.append(before)
                if at > start and _is_name(tokens[at - 1]) and before not in _TABLES:
                    name, scope = _name_before(tokens, at - 1, start)
                    self._use(UseKind.CALL, scope, name, token.line, owner, "function")
            elif token.text == ")" and around:
                around.pop()
            elif token.word in _CALLS:
                follows = at + 1
                while follows < len(tokens) and tokens[follows].word in ("FUNCTION", "PROCEDURE", "IMMEDIATE"):
                    follows += 1
                name, scope, end = _name(tokens, follows)
                if end >= len(tokens) or tokens[end].text != "(":
                    self._use(UseKind.CALL, scope, name, token.line, owner, "function")
            elif token.word in _TABLES and not (token.word == "FROM" and (before == "DISTINCT" or _own_from(around))):
                at = self._tables(tokens, at, owner, own)
                continue
            at += 1

    def _tables(self, tokens: list[_Token], at: int, owner: int, own: set[str]) -> int:
        """The names behind a keyword, with their aliases; gives where the rest begins."""
        several = tokens[at].word in _LISTS
        at += 1
        while at < len(tokens):
            while at < len(tokens) and tokens[at].word in _SKIPPED:
                at += 1
            if at >= len(tokens) or tokens[at].word in _WORDS or not _is_name(tokens[at]):
                return at
            line = tokens[at].line
            name, scope, at = _name(tokens, at)
            if name.lower() not in own or scope:
                is_call = several and at < len(tokens) and tokens[at].text == "("
                self._use(
                    UseKind.CALL if is_call else UseKind.TYPE,
                    scope,
                    name,
                    line,
                    owner,
                    "function" if is_call else "table",
                )
                if is_call:
                    return at
            if not several:
                return at
            if at < len(tokens) and tokens[at].word == "AS":
                at += 1
            if at < len(tokens) and _is_name(tokens[at]) and tokens[at].word not in _WORDS | _TABLES:
                at += 1  # the alias
            if at >= len(tokens) or tokens[at].text != ",":
                return at
            at += 1
        return at


def _own_from(around: list[str]) -> bool:
    return bool(around) and around[-1] in _OWN_FROM


def _is_name(token: _Token) -> bool:
    return not token.word or token.text[0].isalpha() or token.text[0] in "_#"


def _name(tokens: list[_Token], at: int) -> tuple[str, str, int]:
    """A name, what stands in front of its last dot, and where the rest begins."""
    parts: list[str] = []
    while at < len(tokens) and _is_name(tokens[at]):
        parts.append(tokens[at].text)
        at += 1
        if at >= len(tokens) or tokens[at].text != ".":
            break
        at += 1
    return (parts[-1], ".".join(parts[:-1]), at) if parts else ("", "", at)


def _name_before(tokens: list[_Token], at: int, start: int) -> tuple[str, str]:
    """The name that ends at a token, and what stands in front of its last dot."""
    parts = [tokens[at].text]
    while at - 2 >= start and tokens[at - 1].text == "." and _is_name(tokens[at - 2]):
        at -= 2
        parts.append(tokens[at].text)
    return parts[0], ".".join(reversed(parts[1:]))


def _join_tokens(tokens: list[_Token]) -> str:
    return re.sub(r" ([),.;])", r"\1", re.sub(r"([(.]) ", r"\1", " ".join(each.text for each in tokens[:40])))


def _column(tokens: list[_Token], at: int) -> str:
    """The text of a column: up to the next comma outside of parentheses."""
    depth, words = 0, []
    for token in tokens[at : at + 30]:
        depth += (token.text == "(") - (token.text == ")")
        if depth < 0 or (token.text == "," and not depth):
            break
        words.append(token)
    return _join_tokens(words)
