"""SPARQL text as tokens: parameters are bound and limits set in it, and what must not reach the engine is found.

Input: the text of a query. Output: the text with the values of parameters in the place of their variables.

The values are written into the text, as terms, rather than given to the engine beside it: the engine's own substitution
knows only projected variables, leaves them out of CONSTRUCT templates, and plans the joins before it knows the values.
Binding moves no line, so that the engine's errors still name lines of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

# The longest match wins, as in SPARQL's grammar, with one exception: `<` before a variable is "less than".
_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<comment>\#[^\n\r]*)
  | (?P<iri><(?![?$]\w)[^\x00-\x20<>"{}|^`]*>)
  | (?P<string>\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
             | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*')
  | (?P<variable>[?$][\w\u00b7\u0300-\u036f\u203f\u2040]+)
  | (?P<word>[\w:](?:[\w:.%\u00b7\u0300-\u036f\u203f\u2040-]|\\.)*)
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)

QUERY_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
UPDATE_FORMS = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")

# Words after which a part of a query begins in which a lone variable means something of its own.
_CLAUSES = {"SELECT", "GROUP", "ORDER", "VALUES", "WHERE", "FROM", "HAVING", "LIMIT", "OFFSET"}


class BindingError(ValueError):
    """A parameter's variable stands where no value can stand; holds the offset into the text."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query; spaces and comments are no tokens."""

    kind: str  # "iri", "string", "variable", "word" (keywords, prefixed names, numbers) or "other"
    text: str
    offset: int

    @property
    def word(self) -> str:
        """The token in capitals if it may be a keyword, else an empty text."""
        return self.text.upper() if self.kind == "word" else ""

    @property
    def end(self) -> int:
        return self.offset + len(self.text)


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a query, or of what is meant to be one: no text is an error here."""
    for match in _TOKEN.finditer(text):
        kind = str(match.lastgroup)
        if kind not in ("space", "comment"):
            yield Token(kind, match[0], match.start())


def form(text: str) -> str:
    """The first word that says what is asked: "SELECT", "INSERT", ...; "" where there is none."""
    return next((token.word for token in tokens(text) if token.word in QUERY_FORMS + UPDATE_FORMS), "")


def variables(text: str) -> set[str]:
    """The names of the variables in a query."""
    return {token.text[1:] for token in tokens(text) if token.kind == "variable"}


def line_of(text: str, offset: int) -> int:
    """The line, counted from 1, of a place in a text."""
    return text.count("\n", 0, offset) + 1


def bind(text: str, terms: Mapping[str, str]) -> str:
    """The query with `terms` (in N-Triples notation) in the place of the variables of these names.

    A projected variable becomes `(term AS ?name)`, so that the answer keeps its column; in a subquery, and in GROUP BY,
    it is left out where something else remains: its value is the same in all rows. `BOUND(?name)` becomes `true`.
    """
    found = list(tokens(text))
    pieces: list[str] = []
    done = 0
    for start, end, new in _replacements(found, terms):
        pieces += (text[done:start], new)
        done = end
    return "".join((*pieces, text[done:]))


def _replacements(all_tokens: Sequence[Token], terms: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
    clause = ""
    braces = depth = 0  # depth: of round brackets within the clause
    for index, token in enumerate(all_tokens):
        if token.word in _CLAUSES:
            clause, depth = token.word, 0
        elif token.text in "{}":
            clause, depth = "", 0
            braces += 1 if token.text == "{" else -1
        elif token.text == "(":
            depth += 1
        elif token.text == ")":
            depth -= 1
        elif token.kind == "variable" and (name := token.text[1:]) in terms:
            term = terms[name]
            preceding = all_tokens[index - 1] if index else token
            if clause == "VALUES" or preceding.word == "AS":
                raise BindingError(f"parameter {name!r} is set by the query itself", token.offset)
            if (
                preceding.text == "("
                and index > 1
                and all_tokens[index - 2].word == "BOUND"
                and index + 1 < len(all_tokens)
            ):
                yield all_tokens[index - 2].offset, all_tokens[index + 1].end, "true"
                continue
            if clause == "SELECT" and depth == 0:
                if not braces:
                    term = f"({term} AS ?{name})"
                elif _names_more(all_tokens, index, terms):
                    term = ""
                else:
                    term = f"({term} AS ?{name}_{token.offset})"
            elif clause in ("GROUP", "ORDER") and depth == 0:
                term = "" if clause == "GROUP" and _names_more(all_tokens, index, terms) else f"({term})"
            yield token.offset, token.end, term


def _names_more(all_tokens: Sequence[Token], index: int, terms: Mapping[str, str]) -> bool:
    """Whether the SELECT or GROUP BY around a parameter's variable names anything but parameters."""
    first = index
    while all_tokens[first].word not in ("SELECT", "GROUP"):
        first -= 1
    for token in all_tokens[first + 1 :]:
        if token.word in _CLAUSES or token.text in "{}":
            break
        if token.text in ("(", "*") or (token.kind == "variable" and token.text[1:] not in terms):
            return True
    return False


def add_limit(text: str, limit: int) -> str:
    """The query with at most `limit` rows or solutions."""
    depth = 0
    end = cut = None
    all_tokens = list(tokens(text))
    for index, token in enumerate(all_tokens):
        if token.text == "{":
            depth += 1
        elif token.text == "}":
            depth -= 1
            if depth == 0 and cut is None:
                end = token.end
        elif depth == 0 and token.word == "LIMIT" and index + 1 < len(all_tokens):
            number = all_tokens[index + 1]
            least = min(limit, int(number.text)) if number.text.isdecimal() else limit
            return f"{text[: number.offset]}{least}{text[number.end :]}"
        elif depth == 0 and token.word == "VALUES" and end is not None:
            cut = token.offset
        elif depth == 0 and end is not None and cut is None:
            end = token.end
    if cut is not None:
        return f"{text[:cut]}LIMIT {limit} {text[cut:]}"
    if end is None:  # no pattern at all: DESCRIBE <iri>
        end = all_tokens[-1].end if all_tokens else 0
    return f"{text[:end]} LIMIT {limit}{text[end:]}"
