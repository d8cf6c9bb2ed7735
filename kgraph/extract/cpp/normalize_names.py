"""Spellings of the C family made comparable: names, qualifiers, parameter types.

Input: pieces of source text. Output: names with uniform spacing, and keys that are equal for a declaration in a header
and its definition elsewhere, although one says `std::vector<at::Tensor> xs = {}` and the other `const vector<Tensor>
xs`.

On purpose, nothing is looked up: a key drops the namespaces of types, since a definition often stands in another
namespace or behind a using-directive. Two overloads that differ in nothing but a namespace share a key.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from kgraph.extract.cpp.lexicon import BUILTIN_TYPES, CV, INDIFFERENT, INTEGER_WORDS

_TOKEN = re.compile(r"""[A-Za-z_$]\w*|::|\.\.\.|&&|\d[\w.']*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|->|\S""")
_SPACES = re.compile(r"\s+")
_COMMENT = re.compile(r"""("(?:[^"\\\n]|\\.)*")|//[^\n]*|/\*.*?(?:\*/|\Z)|^[ \t]*#[^\n]*""", re.DOTALL | re.MULTILINE)
_ATTRIBUTE = re.compile(r"\[\[[^\[\]]*\]\]")
_OPERATOR = re.compile(r"(?:^|(?<=\W))operator(?!\w)")
_LITERAL_OPERATOR = re.compile(r'operator\s*""\s*')

_PLAIN = re.compile(r"""[^()\[\]{}<"']*+""")  # parameters that stand between commas, whatever else they say

_MAX_PARENTHESES = 40  # parentheses of one parameter
_BEHIND_FUNCTIONS = frozenset(("const", "volatile", "&", "&&"))  # what tells the types of member functions apart
_OPENING, _CLOSING = frozenset("([{<"), frozenset(")]}>")


def flatten(text: str, limit: int = 400) -> str:
    """The text without comments and directives, in one line of at most `limit` characters."""
    if "/" in text or "#" in text:
        text = _COMMENT.sub(lambda match: match[1] or " ", text)
    line = " ".join(text.replace("\\\n", " ").split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


@lru_cache(maxsize=1 << 15)
def tidy(text: str) -> str:
    """A name with uniform spacing: `pair<A,B >` as `pair<A, B>`, `operator ==` as `operator==`."""
    if text.isidentifier():
        return text
    spelled = _join_tokens(_TOKEN.findall(_COMMENT.sub(" ", text) if "/" in text else text), after_comma=" ")
    return _LITERAL_OPERATOR.sub('operator""', spelled)


def _join_tokens(pieces: Sequence[str], after_comma: str = "") -> str:
    """Spaces only where two words would run together."""
    spelled: list[str] = []
    previous = ""
    for piece in pieces:
        if previous == ",":
            spelled.append(after_comma)
        elif previous and _is_word(previous) and _is_word(piece):
            spelled.append(" ")
        spelled.append(piece)
        previous = piece
    return "".join(spelled)


def _is_word(piece: str) -> bool:
    return piece[0].isalnum() or piece[0] in "_$"


@lru_cache(maxsize=1 << 15)
def split_name(text: str) -> tuple[str, str]:
    """Qualifier and last part of a name: `a::B<c::D>::f` as ("a::B<c::D>", "f")."""
    if text.isidentifier():
        return "", text
    if match := _OPERATOR.search(text):
        return tidy(text[: match.start()]).removesuffix("::"), tidy(text[match.start() :])
    depth = 0
    for index in range(len(text) - 1, 0, -1):
        char = text[index]
        if char in ">)":
            depth += 1
        elif char in "<(":
            depth -= 1
        elif char == ":" and depth == 0 and text[index - 1] == ":":
            qualifier = tidy(text[: index - 1])
            return qualifier or "::", tidy(text[index + 1 :])
    return "", tidy(text)


def without_arguments(name: str) -> str:
    """`Stack<T>` as `Stack`."""
    return name.partition("<")[0]


def without_own_parameters(qualifier: str, parameter_lists: tuple[str, ...]) -> str:
    """Drop the template arguments of a qualifier that only repeat the template's parameters.

    `template <class T> void Stack<T>::push` defines a member of `Stack`; `Stack<int>` names a specialisation.
    """
    if "<" not in qualifier:
        return qualifier
    for parameters in parameter_lists:
        names = template_parameters(parameters)
        if names:
            qualifier = qualifier.replace(f"<{', '.join(names)}>", "")
    return qualifier


@lru_cache(maxsize=1 << 12)
def template_parameters(text: str) -> tuple[str, ...]:
    """The names that `class T, int N, class... Ts` introduces, as arguments: ("T", "N", "Ts...")."""
    names = []
    for pieces in _split(_TOKEN.findall(text)):
        pieces = _strip_default(pieces)
        words = [piece for piece in pieces if _is_word(piece)]
        if words:
            names.append(words[-1] + ("..." if "..." in pieces else ""))
    return tuple(names)


@lru_cache(maxsize=1 << 15)
def parameters(text: str) -> tuple[str, int]:
    """Key and count of a parameter list without its parentheses: `int a, T* b = 0` as ("(int,T*)", 2)."""
    if not text or text.isspace():
        return "()", 0
    if "/" in text or "#" in text:
        text = _COMMENT.sub(" ", text)
    if "[[" in text:
        text = _ATTRIBUTE.sub(" ", text)
    if len(text) > 20_000:
        text = text[:20_000]
    if _PLAIN.fullmatch(text):
        types = [_plain_type(part) for each in text.split(",") if (part := each.strip())]
    else:
        types = [_parameter_type(pieces) for pieces in _split(_TOKEN.findall(text))]
    if types == ["void"] or not types:
        return "()", 0
    return f"({','.join(types)})", len(types) - (types[-1] == "...")


@lru_cache(maxsize=1 << 14)
def _plain_type(text: str) -> str:
    return _parameter_type(_TOKEN.findall(text))


def _split(pieces: list[str]) -> list[list[str]]:
    """Split at the commas outside of brackets; a `<` counts as one where a `>` closes it."""
    parts: list[list[str]] = [[]]
    stack: list[str] = []
    last_closing = len(pieces) - 1 - pieces[::-1].index(">") if ">" in pieces else -1
    for index, piece in enumerate(pieces):
        if piece in _OPENING and (piece != "<" or index < last_closing):
            stack.append(piece)
        elif piece in _CLOSING:
            if piece != ">":
                while stack and stack[-1] == "<":  # was a comparison
                    stack.pop()
                if stack:
                    stack.pop()
            elif stack and stack[-1] == "<":
                stack.pop()
        elif piece == "," and not stack:
            parts.append([])
            continue
        parts[-1].append(piece)
    return [part for part in parts if part]


def _strip_default(pieces: list[str]) -> list[str]:
    depth = 0
    for index, piece in enumerate(pieces):
        if piece in _OPENING:
            depth += 1
        elif piece in _CLOSING:
            depth -= 1
        elif piece == "=" and depth <= 0:
            return pieces[:index]
    return pieces


def _parameter_type(pieces: list[str]) -> str:
    pieces = _strip_qualifiers(_strip_default(pieces))
    if len(pieces) == 1 and pieces[0] not in INTEGER_WORDS:
        return pieces[0]
    pointer = _function_pointer(pieces)
    if pointer:
        return pointer
    array = ""
    while pieces and pieces[-1] == "]" and "[" in pieces:
        opening = len(pieces) - 1 - pieces[::-1].index("[")
        pieces = pieces[:opening]
        array = "*"
    pieces = _without_name(pieces)
    return _spell(pieces) + array


def _strip_qualifiers(pieces: list[str]) -> list[str]:
    """Without namespaces, and the words that do not tell types apart."""
    result: list[str] = []
    for piece in pieces:
        if piece == "::":
            if result and result[-1] == ">":
                del result[_matching_angle(result) :]
            if result and _is_word(result[-1]) and result[-1] not in CV:
                result.pop()
        elif piece not in INDIFFERENT:
            result.append(piece)
    return result


def _matching_angle(pieces: list[str]) -> int:
    depth = 0
    for index in range(len(pieces) - 1, -1, -1):
        if pieces[index] == ">":
            depth += 1
        elif pieces[index] == "<":
            depth -= 1
            if depth == 0:
                return index
    return len(pieces)


def _function_pointer(pieces: list[str]) -> str:
    """`void (*f)(int, char c)` as `void(*)(int,char)`; "" for other parameters."""
    if "(" not in pieces or pieces.count("(") > _MAX_PARENTHESES:
        return ""
    start = pieces.index("(")
    if start == 0 or pieces[start - 1] in ("decltype", "<", ","):
        return ""
    depth = 0
    end = -1
    for index in range(start, len(pieces)):
        depth += (pieces[index] == "(") - (pieces[index] == ")")
        if depth == 0:
            end = index
            break
    if end < 0 or pieces[:start].count("<") != pieces[:start].count(">"):
        return ""
    inner = pieces[start + 1 : end]
    if inner and inner[0] in ("*", "&", "&&", "^"):
        signs = "".join(piece for piece in inner if piece in "*&^[]")
        rest = pieces[end + 1 :]
        if rest[:1] == ["("] and ")" in rest:
            close = len(rest) - 1 - rest[::-1].index(")")
            behind = "".join(f" {piece}" for piece in rest[close + 1 :] if piece in _BEHIND_FUNCTIONS)
            return f"{_spell(pieces[:start])}({signs}){parameters(' '.join(rest[1:close]))[0]}{behind}"
        return f"{_spell(pieces[:start])}({signs}){''.join(rest)}"
    # `int f(char)`: a function is passed by its pointer.
    if end == len(pieces) - 1:
        return f"{_spell(_without_name(pieces[:start]))}(*){parameters(' '.join(inner))[0]}"
    return ""


def _without_name(pieces: list[str]) -> list[str]:
    """Drop the last word where it can only be the parameter's name."""
    if len(pieces) < 2 or not _is_word(pieces[-1]) or pieces[-1] in BUILTIN_TYPES or pieces[-1] in CV:
        return pieces
    if all(piece in CV for piece in pieces[:-1]):
        return pieces
    if len(pieces) > 2 and pieces[-2].isupper() and pieces[-3] in ("*", "&"):
        return pieces[:-2]  # `Arena* NULLABLE arena`
    return pieces[:-1]


@lru_cache(maxsize=1 << 14)
def _spell_cached(pieces: tuple[str, ...]) -> str:
    words = list(pieces)
    pointers = [index for index, piece in enumerate(words) if piece in ("*", "&", "&&", "^")]
    outer = [index for index in pointers if words[:index].count("<") == words[:index].count(">")]
    if not outer:
        words = _drop_outer(words, 0, len(words))
    else:
        first, last = outer[0], outer[-1]
        head, middle, tail = words[:first], words[first : last + 1], words[last + 1 :]
        qualifiers = [word for word in ("const", "volatile") if word in _outer_words(head)]
        head = qualifiers + _drop_outer(head, 0, len(head))
        words = head + middle + [piece for piece in tail if piece not in CV]
    return _join_tokens(_plain_integers(words))


def _spell(pieces: list[str]) -> str:
    return _spell_cached(tuple(pieces))


def _outer_words(pieces: list[str]) -> list[str]:
    depth = 0
    words = []
    for piece in pieces:
        depth += (piece == "<") - (piece == ">")
        if depth == 0:
            words.append(piece)
    return words


def _drop_outer(pieces: list[str], start: int, end: int) -> list[str]:
    """Without the const and volatile that stand outside of template arguments."""
    depth = 0
    remaining = []
    for piece in pieces[start:end]:
        depth += (piece == "<") - (piece == ">")
        if depth or piece not in CV:
            remaining.append(piece)
    return remaining


def _plain_integers(pieces: list[str]) -> list[str]:
    """`unsigned` as `unsigned int`, `long int` as `long`, `int long unsigned` as `unsigned long`."""
    words = [piece for piece in pieces if piece in INTEGER_WORDS]
    if not words or (len(words) == 1 and words[0] != "unsigned" and words[0] != "signed"):
        return pieces
    if "<" in pieces or "(" in pieces:
        return pieces
    rest = [piece for piece in pieces if piece not in INTEGER_WORDS]
    at = next(index for index, piece in enumerate(pieces) if piece in INTEGER_WORDS)
    leading = [piece for piece in pieces[:at] if piece not in INTEGER_WORDS]
    canonical = ["unsigned"] if "unsigned" in words else []
    if "signed" in words and "char" in pieces:
        canonical = ["signed"]
    canonical += [word for word in words if word in ("short", "long")]
    if not any(word in ("short", "long") for word in words) and "char" not in pieces:
        canonical.append("int")
    return leading + canonical + rest[len(leading) :]
