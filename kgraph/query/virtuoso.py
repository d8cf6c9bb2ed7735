"""SPARQL as Virtuoso understands it: the one home of what that engine does not keep to the standard.

Input: the text of a query in the standard's SPARQL, or an answer of Virtuoso. Output: a text with which Virtuoso gives
the answer that the standard asks for, or the answer as the standard has it. Found with version 7.2.5:

- A path with `+` or `*` is walked once for each way instead of once for each pair, and a start does not find itself
  through a circle. So it becomes a first step and a subquery with `OPTION(TRANSITIVE, T_DISTINCT)`.
- Texts are ordered by their first characters alone, and IRIs by number. So `ORDER BY ?x` becomes one by the value of a
  number and one by `STR(?x)`, around the query: in it, such a key may change what `?x` is.
- The keys of an order are 1,900 bytes at most, and a query with longer ones fails. So texts are ordered by as many of
  their first characters as fit.
- `ORDER BY` with `LIMIT` and `OFFSET` sorts ten thousand rows at most; around a subquery it has no such limit.
- There is no boolean: those that an expression makes are integers, and `"1"^^xsd:boolean` is what others become.
- ASK answers a table, of one row for yes.
- An answer has so many rows at most (`ResultSetMaxRows`) and says so for SELECT, not for CONSTRUCT.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kgraph.query.tokens import Token, form, tokens

ASK_COLUMN = "__ASK_RETVAL"
MAX_ROWS = "X-SPARQL-MaxRows"  # the header by which it says that rows are left out, and how many it gives
STATE = "X-SQL-State"  # S1TAT where time ran out in the middle of an answer

MAX_KEY = 1_600  # characters of all keys of a row; Virtuoso sorts by 1,900 bytes at most

_NUMBER = 20  # bytes of a number in a key
_BOOLEAN = re.compile(rb'(XMLSchema#boolean",\s*"value":\s*")([01])"')
_TERMS = ("variable", "iri", "word", "string")
_STARTS = ("{", "}", ".", "")  # what a pattern's subject stands behind
_ENDS = (".", "}")


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    text: str


def rewritten(text: str) -> str:
    """The query as Virtuoso has to be asked."""
    edited = _apply_edits(text, list(_paths(text)))
    return _add_order(edited) if form(edited) == "SELECT" else edited


def has_own_paths(text: str) -> bool:
    """Whether `rewritten` left a path with `+` or `*`, which Virtuoso walks in its own way."""
    all_tokens = list(tokens(text))
    return any(_is_closure(all_tokens, index) for index in range(len(all_tokens)))


def standard_json(content: bytes) -> bytes:
    """An answer in JSON with booleans as others write them."""
    return _BOOLEAN.sub(lambda match: match[1] + (b'true"' if match[2] == b"1" else b'false"'), content)


def _apply_edits(text: str, edits: Sequence[_Edit]) -> str:
    for edit in sorted(edits, key=lambda each: -each.start):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


# --- paths ---


def _paths(text: str) -> Iterator[_Edit]:
    """A subquery for each triple pattern that is a path with `+` or `*` and nothing else."""
    all_tokens = list(tokens(text))
    for index in range(len(all_tokens)):
        if not _is_closure(all_tokens, index):
            continue
        first = _operand(all_tokens, index)
        before = all_tokens[first - 2].text if first > 1 else ""
        after = all_tokens[index + 2].text if index + 2 < len(all_tokens) else ""
        if first < 1 or before not in _STARTS or after not in _ENDS:
            continue
        subject, target = all_tokens[first - 1], all_tokens[index + 1]
        path = text[all_tokens[first].offset : all_tokens[index].offset].strip()
        new = _closure(subject, path, all_tokens[index].text, target, f"kg_{all_tokens[index].offset}")
        yield _Edit(subject.offset, target.end, new)


def _is_closure(all_tokens: Sequence[Token], index: int) -> bool:
    """Whether a token is the `+` or `*` of a path: a term stands before what it is about, and one behind it."""
    if all_tokens[index].text not in ("+", "*") or not 0 < index < len(all_tokens) - 1:
        return False
    first = _operand(all_tokens, index)
    if first < 1 or all_tokens[index + 1].kind not in _TERMS:
        return False
    words = [token.text for token in all_tokens[first:index] if token.kind in ("word", "iri")]
    is_path = bool(words) and all(":" in word or word == "a" for word in words)
    return is_path and all_tokens[first - 1].kind in (*_TERMS, "other") and all_tokens[first - 1].text not in ("=", ",")


def _operand(all_tokens: Sequence[Token], index: int) -> int:
    """Where the path begins that the token behind it repeats; 0 where there is none."""
    position = index - 1
    if all_tokens[position].text != ")":
        return position if all_tokens[position].kind in ("word", "iri") else 0
    depth = 0
    while position >= 0:
        depth += {")": 1, "(": -1}.get(all_tokens[position].text, 0)
        if all_tokens[position].kind in ("variable", "string"):
            return 0  # an expression
        if depth == 0:
            return position
        position -= 1
    return 0


def _closure(subject: Token, path: str, repeated: str, target: Token, name: str) -> str:
    """`subject path+ target`, every pair once."""
    start = subject.text if subject.kind == "variable" else f"?{name}_start"
    end = target.text if target.kind == "variable" and target.text != start else f"?{name}_end"
    conditions = "".join(
        f" FILTER({variable} = {token.text})"
        for variable, token in ((start, subject), (end, target))
        if token.text != variable
    )
    step = f"?{name}_step"
    inside = (
        f"{{ SELECT {step} {end} WHERE {{ {step} {path} {end} }} }} "
        f"OPTION(TRANSITIVE, T_DISTINCT, T_IN({step}), T_OUT({end}), T_MIN(0))"
    )
    if repeated == "*":
        return f"{{ {inside.replace(step, start)} }}{conditions}"
    return f"{{ SELECT DISTINCT {start} {end} WHERE {{ {start} {path} {step} . {inside} . }} }}{conditions}"


# --- order ---


def _add_order(text: str) -> str:
    """The query with its rows in the order of the standard."""
    all_tokens = list(tokens(text))
    depth, order, end = 0, -1, len(text)
    for index, token in enumerate(all_tokens):
        depth += {"{": 1, "}": -1}.get(token.text, 0)
        if depth == 0 and token.word == "ORDER":
            order = index
        elif depth == 0 and order >= 0 and token.word in ("LIMIT", "OFFSET", "VALUES"):
            end = token.offset
            break
    if order < 0:
        return text
    inside = [token for token in all_tokens[order + 2 :] if token.offset < end]
    keys = " ".join(_keys(text, inside))
    columns = _columns(all_tokens)
    if not {token.text for token in inside if token.kind == "variable"} <= set(columns):
        return f"{text[: all_tokens[order].offset]}ORDER BY {keys} {text[end:]}"
    start = next(token.offset for token in all_tokens if token.word == "SELECT")
    query = text[start : all_tokens[order].offset].rstrip()
    ordered = f"SELECT {' '.join(columns)} WHERE {{ {{ {query}\n }} }}\nORDER BY {keys}"
    if end < len(text):
        ordered = f"SELECT {' '.join(columns)} WHERE {{ {{ {ordered} }} }} {text[end:]}"
    return text[:start] + ordered


def _keys(text: str, inside: Sequence[Token]) -> Iterator[str]:
    """The keys of an ORDER BY, each of a variable as two."""
    length = MAX_KEY // max(1, sum(token.kind == "variable" for token in inside)) - _NUMBER
    index = 0
    while index < len(inside):
        token = inside[index]
        direction = token.word if token.word in ("ASC", "DESC") else ""
        name = inside[index + 2] if direction and index + 3 < len(inside) else token
        if name.kind == "variable" and (not direction or inside[index + 3].text == ")"):
            for key in (f"IF(isNumeric({name.text}), {name.text}, 0)", f"SUBSTR(STR({name.text}), 1, {length})"):
                yield f"{direction or 'ASC'}({key})"
            index += 4 if direction else 1
            continue
        last = _closing(inside, index)
        yield text[token.offset : inside[last].end]
        index = last + 1


def _closing(inside: Sequence[Token], index: int) -> int:
    """The token that ends the expression that begins here."""
    depth, position = 0, index
    while position < len(inside):
        depth += {"(": 1, ")": -1}.get(inside[position].text, 0)
        if depth == 0 and inside[position].text == ")":
            return position
        position += 1
    return len(inside) - 1


def _columns(all_tokens: Sequence[Token]) -> list[str]:
    """The columns that the query names."""
    columns: list[str] = []
    depth, inside = 0, False
    for index, token in enumerate(all_tokens):
        if token.word == "SELECT":
            inside = True
        elif inside and (token.text == "{" or token.word in ("WHERE", "FROM")):
            break
        elif inside:
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            if token.kind == "variable" and (depth == 0 or (depth == 1 and all_tokens[index - 1].word == "AS")):
                columns.append(token.text)
    return columns
