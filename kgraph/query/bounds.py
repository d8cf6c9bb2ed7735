"""How large a query may be: what would bring the engine down is refused before it is read.

Input: the text of a query. Output: what is too much of it, as a sentence; "" for what may pass.

The engine reads, plans and drops a query by recursion: brackets in brackets, but chains too (`a || b || c`, UNION after
UNION, `!!!!`), each of which is a step deeper. A stack that overflows ends the process. So tokens are counted, once and
from left to right, until there are too many. Data do not count, for which there is a limit of their own: the rows of
VALUES and the values of IN are flat.
"""

from __future__ import annotations

import re

from kgraph.query.tokens import tokens

MAX_NESTING = 250  # brackets in brackets
MAX_TOKENS = 3_000  # the engine's stack overflows at 5,000 of the worst kind; written queries have hundreds
MAX_DATA = 100_000  # values in VALUES and IN

# What the data of VALUES and IN are made of; anything else among them counts.
_FLAT = frozenset({"iri", "string", "variable", "word"})
_FLAT_SIGNS = frozenset(",()^@.")
_KEYWORDS = frozenset({"AND", "AS", "BIND", "EXISTS", "FILTER", "GRAPH", "MINUS", "NOT", "OPTIONAL", "SELECT", "UNION"})
_MAX_IRI_SIGNS = 8  # signs that an IRI among data may have
# What may be an IRI to us may be an operation to the engine: `FILTER(2<3&&!!!!x)#>`.
_SIGNS = re.compile(r"[!(+*=&]|(?:/[^/]*){12}")


def too_much(text: str) -> str:
    """What there is too much of in a query; "" if nothing."""
    nesting = counted = data = 0
    awaited = ""  # the bracket that begins data
    flat = 0  # the nesting at which data began; 0 outside of them
    for token in tokens(text):
        sign = token.text
        if sign in "({[":
            nesting += 1
            if nesting > MAX_NESTING:
                return f"brackets are nested deeper than {MAX_NESTING}"
            if sign == awaited:
                flat, awaited = nesting, ""
        elif sign in ")}]":
            if flat and nesting <= flat:
                flat = 0
            nesting -= 1
        elif token.word == "VALUES":
            awaited = "{"
        elif token.word == "IN":
            awaited = "("
        if flat and (
            sign in _FLAT_SIGNS
            or (token.kind in _FLAT and token.word not in _KEYWORDS and _signs(token.text) <= _MAX_IRI_SIGNS)
        ):
            data += 1
            if data > MAX_DATA:
                return f"VALUES and IN hold more than {MAX_DATA:,} words and signs"
        else:
            counted += 1 + _signs(token.text)
            if counted > MAX_TOKENS:
                return f"it has more than {MAX_TOKENS:,} words and signs, not counting what VALUES and IN hold"
    return ""


def _signs(text: str) -> int:
    """How many operations a token may hold as the engine reads it."""
    if text.startswith("<"):
        return len(_SIGNS.findall(text))
    return text.count("-") if ":" not in text and text[:1] not in "\"'" else 0  # `1-1-1`
