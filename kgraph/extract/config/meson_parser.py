"""Meson's grammar: statements of a text.

Input: the text of a file. Output: a `MesonParser` that gives its statements, its variables and its calls. What nests
too deeply, or is not understood, is `unknown`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from kgraph.build_facts import MAX_EXPRESSION_DEPTH, Expression, StatementFact

_TOKEN = re.compile(
    r"(?P<skip>[ \t\f]+|\\[ \t]*\n|\#[^\n]*)"
    r"|(?P<line>\n)"
    r"|(?P<string>f?'''(?:.*?)(?:'''|\Z)|f?'(?:\\.|[^'\\\n])*(?:'|(?=\n)|\Z))"
    r"|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<number>0[xXoObB][0-9a-fA-F]+|\d+)"
    r"|(?P<sign>\+=|==|!=|<=|>=|.)",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(['\\n])")
_PLACEHOLDER = re.compile(r"@(\w+)@")
_OPEN = {"(": ")", "[": "]", "{": "}"}
_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})
_ENDS = frozenset({"endif", "elif", "else", "endforeach"})
_MAX_BLOCKS = 16  # of `if` and `foreach` in each other
_UNKNOWN = Expression("unknown")


@dataclass(frozen=True, slots=True)
class MesonToken:
    """A word, a sign, a string, a number, or the end of a line."""

    kind: str  # "line", "string", "word", "number", "sign", "end"
    text: str
    line: int


def meson_tokens(text: str) -> list[MesonToken]:
    """The tokens of a text, without comments; the last one is its end."""
    found: list[MesonToken] = []
    line, depth = 1, 0
    for match in _TOKEN.finditer(text):
        kind, piece = match.lastgroup or "sign", match[0]
        if kind == "sign":
            depth = max(0, depth + (piece in _OPEN) - (piece in ")]}"))
        # Within brackets, line ends separate nothing.
        if kind not in ("skip", "line") or (kind == "line" and not depth):
            found.append(MesonToken(kind, piece, line))
        line += piece.count("\n")
    return [*found, MesonToken("end", "", line)]


class MesonParser:
    """Statements of tokens. What is not understood ends with its line, and is remembered in `damaged`."""

    def __init__(self, tokens: Sequence[MesonToken]) -> None:
        self._tokens = tokens
        self._at = 0
        self._blocks = 0  # around, those that are too deep to be read among them
        self.damaged = 0  # the first line that was not understood; 0 where there is none
        self.variables: dict[str, tuple[int, int]] = {}  # first assignment of each: its lines
        self.calls: list[Expression] = []

    # --- statements ---

    def block(self, depth: int) -> Iterator[StatementFact]:
        """The statements up to the word that ends their block, which is left; all of them at the top."""
        while self._token.kind != "end":
            token = self._token
            if token.kind == "line":
                self._at += 1
            elif token.text in _ENDS and token.kind == "word":
                if depth:
                    return
                self._skip_line()
            elif token.kind == "word" and token.text in ("if", "foreach"):
                statement = self._if(depth) if token.text == "if" else self._foreach(depth)
                if depth < _MAX_BLOCKS:
                    yield statement
            elif token.kind == "word" and token.text in ("continue", "break"):
                self._at += 1
                yield StatementFact(token.text)
            else:
                yield from self._simple()
                self._end_of_line()

    def _simple(self) -> Iterator[StatementFact]:
        token, after = self._token, self._tokens[min(self._at + 1, len(self._tokens) - 1)]
        if token.kind == "word" and after.text in ("=", "+="):
            self._at += 2
            value = self._expression(0)
            self.variables.setdefault(token.text, (token.line, self._line_before()))
            yield StatementFact("assign" if after.text == "=" else "append", token.text, value)
        else:
            yield StatementFact("call", value=self._expression(0))

    def _if(self, depth: int) -> StatementFact:
        """All branches; one without a condition is the last."""
        branches = []
        if depth >= _MAX_BLOCKS:
            return self._too_deep()
        while True:
            word = self._token.text
            self._at += 1
            condition = Expression("truth", "true") if word == "else" else self._expression(0)
            self._end_of_line()
            branches.append(StatementFact("block", value=condition, body=tuple(self.block(depth + 1))))
            if self._token.text not in ("elif", "else"):
                break
        self._at += self._token.text == "endif"
        return StatementFact("if", body=tuple(branches))

    def _foreach(self, depth: int) -> StatementFact:
        if depth >= _MAX_BLOCKS:
            return self._too_deep()
        self._at += 1
        names = []
        while self._token.kind == "word":
            names.append(self._token.text)
            self._at += 1
            if self._token.text != ",":
                break
            self._at += 1
        self._take(":")
        iterable = self._expression(0)
        self._end_of_line()
        body = tuple(self.block(depth + 1))
        self._at += self._token.text == "endforeach"
        return StatementFact("for", value=iterable, body=body, parameters=tuple(names))

    def _too_deep(self) -> StatementFact:
        """Pass over a block with all that is in it."""
        self.damaged = self.damaged or self._token.line
        opened = 0
        while self._token.kind != "end":
            word = self._token.text if self._token.kind == "word" else ""
            opened += (word in ("if", "foreach")) - (word in ("endif", "endforeach"))
            self._at += 1
            if not opened:
                break
        return StatementFact("unknown")

    # --- expressions, the loosest operator first ---

    def _expression(self, depth: int) -> Expression:
        if depth >= MAX_EXPRESSION_DEPTH // 2:  # an operand may be deeper than what holds it
            self._skip_operand()
            return _UNKNOWN
        condition = self._any(depth)
        if not self._accept("?"):
            return condition
        one = self._expression(depth + 1)
        self._take(":")
        return Expression("select", items=(one, self._expression(depth + 1), condition))

    def _any(self, depth: int) -> Expression:
        return self._chain("any", "or", lambda: self._chain("all", "and", lambda: self._comparison(depth)))

    def _chain(self, form: str, word: str, operand: Callable[[], Expression]) -> Expression:
        items = [operand()]
        while self._accept(word):
            items.append(operand())
        return items[0] if len(items) == 1 else Expression(form, items=tuple(items))

    def _comparison(self, depth: int) -> Expression:
        left = self._sum(depth)
        token = self._token
        operator = ""
        if token.text in _COMPARISONS or (token.text == "in" and token.kind == "word"):
            operator = token.text
            self._at += 1
        elif token.text == "not" and self._tokens[min(self._at + 1, len(self._tokens) - 1)].text == "in":
            operator = "not in"
            self._at += 2
        return Expression("compare", operator, (left, self._sum(depth))) if operator else left

    def _sum(self, depth: int) -> Expression:
        items = [self._product(depth)]
        known = True
        while self._token.kind == "sign" and self._token.text in ("+", "-"):
            known = known and self._token.text == "+"
            self._at += 1
            items.append(self._product(depth))
        if len(items) == 1:
            return items[0]
        return Expression("join", items=tuple(items)) if known else _UNKNOWN

    def _product(self, depth: int) -> Expression:
        items = [self._unary(depth)]
        known = True
        while self._token.kind == "sign" and self._token.text in ("*", "/", "%"):
            known = known and self._token.text == "/"
            self._at += 1
            items.append(self._unary(depth))
        if len(items) == 1:
            return items[0]
        return Expression("path", items=tuple(items)) if known else _UNKNOWN

    def _unary(self, depth: int) -> Expression:
        negations = 0
        while self._token.text == "not" or (self._token.text == "-" and self._token.kind == "sign"):
            negations += self._token.text == "not"
            self._at += 1
        value = self._postfix(depth)
        return Expression("not", items=(value,)) if negations % 2 else value

    def _postfix(self, depth: int) -> Expression:
        value = self._primary(depth)
        for _ in range(MAX_EXPRESSION_DEPTH // 2):
            token = self._token
            if self._accept("("):
                value = self._call(value, token.line, depth)
            elif self._accept("."):
                name = self._token.text
                self._at += self._token.kind == "word"
                value = Expression("attribute", name, (value,))
            elif self._accept("["):
                key = self._expression(depth + 1)
                self._take("]")
                value = Expression("item", items=(value, key))
            else:
                return value
        while self._token.text in ("(", ".", "["):
            self._skip_operand()
        return _UNKNOWN

    def _call(self, function: Expression, line: int, depth: int) -> Expression:
        items, names = [function], []
        while self._token.kind != "end" and self._token.text != ")":
            name = ""
            if self._token.kind == "word" and self._tokens[min(self._at + 1, len(self._tokens) - 1)].text == ":":
                name = self._token.text
                self._at += 2
            items.append(self._expression(depth + 1))
            names.append(name)
            if not self._accept(","):
                break
        end = self._token.line
        self._take(")")
        call = Expression("call", "", tuple(items), tuple(names), line, end)
        self.calls.append(call)
        return call

    def _primary(self, depth: int) -> Expression:
        token = self._token
        if token.kind == "end" or token.kind == "line":
            self._damage()
            return _UNKNOWN
        self._at += 1
        if token.kind == "string":
            return _string(token)
        if token.kind == "word":
            if token.text in ("true", "false"):
                return Expression("truth", token.text)
            return Expression("name", token.text, line=token.line)
        if token.kind == "number":
            return Expression("number", token.text)
        match token.text:
            case "(":
                value = self._expression(depth + 1)
                self._take(")")
                return value
            case "[":
                return Expression("list", items=tuple(self._items("]", depth)))
            case "{":
                return Expression("dict", items=tuple(self._items("}", depth)))
        self._at -= 1
        self._damage()
        return _UNKNOWN

    def _items(self, end: str, depth: int) -> Iterator[Expression]:
        while self._token.kind != "end" and self._token.text != end:
            yield self._expression(depth + 1)
            if end == "}":
                yield self._expression(depth + 1) if self._accept(":") else _UNKNOWN
            if not self._accept(","):
                break
        self._take(end)

    # --- tokens ---

    @property
    def _token(self) -> MesonToken:
        return self._tokens[self._at]

    def _line_before(self) -> int:
        return self._tokens[max(self._at - 1, 0)].line

    def _accept(self, text: str) -> bool:
        """Pass over a sign or a word, if it is the next."""
        token = self._token
        if token.text == text and token.kind in ("sign", "word"):
            self._at += 1
            return True
        return False

    def _take(self, text: str) -> None:
        """Pass over what must come; where it does not, over all up to it on the same level."""
        if not self._accept(text):
            self._damage()
            self._skip_operand(text)
            self._accept(text)

    def _damage(self) -> None:
        self.damaged = self.damaged or self._token.line

    def _skip_operand(self, end: str = "") -> None:
        """Go on to a comma or bracket that ends what is around, or to the end of the line."""
        depth = 0
        while self._token.kind not in ("end", "line"):
            text = self._token.text if self._token.kind == "sign" else ""
            if not depth and (text == end if end else text == "," or text in (")", "]", "}")):
                return
            depth += (text in _OPEN) - (text in (")", "]", "}"))
            if depth < 0:
                return
            self._at += 1

    def _end_of_line(self) -> None:
        if self._token.kind not in ("line", "end"):
            self._damage()
            self._skip_line()

    def _skip_line(self) -> None:
        while self._token.kind not in ("line", "end"):
            self._at += 1


def _string(token: MesonToken) -> Expression:
    """A string; one with names to be put in is a join."""
    formatted = token.text.startswith("f")
    text = token.text.removeprefix("f")
    if text.startswith("'''"):
        text = text[3:].removesuffix("'''")
    else:
        text = _ESCAPE.sub(lambda match: "\n" if match[1] == "n" else match[1], text[1:].removesuffix("'"))
    if not formatted or "@" not in text:
        return Expression("text", text, line=token.line)
    pieces = _PLACEHOLDER.split(text)
    items = [Expression("name" if n % 2 else "text", piece) for n, piece in enumerate(pieces) if piece]
    return Expression("join", items=tuple(items)) if len(items) > 1 else items[0] if items else Expression("text")
