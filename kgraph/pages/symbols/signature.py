"""Signatures whose types are links.

Input: the signature of a symbol, and what its words mean. Output: a block of HTML, which both Markdown and a site show:
in a fenced block there can be no link.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from kgraph.pages.markdown import Markdown, text, visible_lines

_PATH = re.compile(r"[A-Za-z_]\w*(?:(?:::|\.)[A-Za-z_]\w*)*")
_MAX_SIGNATURE = 3_000  # characters
_MAX_LINE = 100  # characters of a signature that stands on one line
_SIGNS = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|[()\[\]{}<>,:]|\blambda\b")
_ENDS_WITH_COMMA = re.compile(r"\s*(?:async\s+)?(?:pub\b|def|fn|func)\b")  # in C, C++, C# and Java that is an error
_ANGLE_END = re.compile(r"(?<![-=])>")
# Words of the languages themselves, which no symbol of a repository is meant by.
_WORDS = frozenset(
    """class struct union enum def async const constexpr static inline virtual explicit template typename using
    namespace public private protected override final noexcept operator auto void int bool float double char long short
    unsigned signed size_t self cls None True False return friend extern mutable volatile interface func fn var let
    type""".split()  # noqa: SIM905
)


def block(signatures: Sequence[tuple[str, str]], find: Callable[[str], str]) -> Markdown:
    """The signatures, each with the name that is not linked in it, as one block."""
    lines = ["".join(_split_pieces(break_lines(signature), own, find, html.escape)) for signature, own in signatures]
    return Markdown("<pre><code>" + "\n".join(lines) + "</code></pre>")


def break_lines(signature: str) -> str:
    """A long signature with a line for each parameter."""
    if len(signature) <= _MAX_LINE or "\n" in signature:
        return signature
    start, end, cuts = max(_groups(signature), key=lambda group: group[1] - group[0], default=(0, 0, []))
    if not cuts:
        return signature
    parts = [
        signature[first:last].strip()
        for first, last in zip([start, *(cut + 1 for cut in cuts)], [*cuts, end], strict=True)
    ]
    parts = [part for part in parts if part]
    last = "," if _ENDS_WITH_COMMA.match(signature) else ""
    return f"{signature[:start]}\n    {f',{chr(10)}    '.join(parts)}{last}\n{signature[end:]}"


def _groups(signature: str) -> Iterator[tuple[int, int, list[int]]]:
    """What stands between parentheses that are in no others: where it begins and ends, and its own commas."""
    angles = signature.count("<") == len(_ANGLE_END.findall(signature)) > 0
    depth = start = 0
    lambdas: list[int] = []  # the depths of those of Python whose parameters go on
    commas: list[int] = []
    for found in _SIGNS.finditer(signature):
        sign, at = found[0], found.start()
        if sign in ("<", ">") and (not angles or (sign == ">" and signature[at - 1] in "-=")):
            continue
        if sign == "lambda":
            lambdas.append(depth)
        elif sign == ":":
            if lambdas and lambdas[-1] == depth:
                lambdas.pop()
        elif sign in "([{<":
            if sign == "(" and depth == 0:
                start, commas = at + 1, []
            depth += 1
        elif sign in ")]}>":
            depth = max(0, depth - 1)
            if sign == ")" and depth == 0 and start:
                yield start, at, commas
                start = 0
        elif sign == "," and depth == 1 and start and not lambdas:
            commas.append(at)


def within_line(signature: str, own: str, find: Callable[[str], str]) -> Markdown:
    """A signature within a line, where Markdown reads what stands between tags."""
    return Markdown(f"<code>{''.join(_split_pieces(' '.join(signature.split()), own, find, _escape))}</code>")


def _escape(piece: str) -> str:
    before, after = " " * piece.startswith(" "), " " * (piece.endswith(" ") and bool(piece.strip()))
    return before + text(piece) + after


def _split_pieces(signature: str, own: str, find: Callable[[str], str], escape: Callable[[str], str]) -> Iterator[str]:
    shown = "\n".join(line for line in visible_lines(signature) if line.strip())
    if len(shown) > _MAX_SIGNATURE:
        shown = shown[: _MAX_SIGNATURE - 2] + " …"
    at = 0
    for found in _PATH.finditer(shown):
        word = found[0]
        url = "" if word in _WORDS or word == own or _is_name(shown, found) else find(word)
        if url:
            yield escape(shown[at : found.start()])
            yield f'<a href="{html.escape(url)}">{escape(word)}</a>'
            at = found.end()
    yield escape(shown[at:])


@lru_cache(maxsize=1 << 13)
def parameters(signature: str, own: str) -> frozenset[str]:
    """The names of the parameters of a function, as far as its signature shows them: in its text they mean these."""
    head, _, _ = signature.partition("(")
    words = _PATH.finditer(signature, len(head) + 1)
    return frozenset(found[0] for found in words if found[0] != own and _is_parameter(signature, found))


def _is_parameter(signature: str, found: re.Match[str]) -> bool:
    if _is_name(signature, found):
        return True
    before, after = signature[: found.start()].rstrip(), signature[found.end() :].lstrip()
    return before.startswith("def ") and before.endswith(("(", ",", "*")) and after.startswith((",", ")"))


def _is_name(signature: str, found: re.Match[str]) -> bool:
    """Whether a word is the name of a parameter or of the function, and no type: what follows shows it."""
    after = signature[found.end() :].lstrip()
    before = signature[: found.start()].rstrip()
    if after.startswith(("(", "=")) and not after.startswith("=="):
        return not before.endswith(("->", ":", "[", "<"))
    named = after.startswith(":") and not after.startswith("::")  # `name: Type` of Python, Rust, Swift, Kotlin
    follows_type = bool(before) and (before[-1].isalnum() or before[-1] in "_>&*]") and after.startswith((",", ")"))
    return named or (follows_type and found.start() > len(before))
