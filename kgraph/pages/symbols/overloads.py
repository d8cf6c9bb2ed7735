"""The overloads that Python declares of a function: what its definition takes them all by is no answer to a reader.

Input: a symbol, the places where it is declared, and the texts of its files. Output: signatures, in their order; none
where a function has no overloads, or where its text is not shown.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Sequence

from kgraph.languages import PYTHON_FAMILY, is_overload_marker
from kgraph.pages.repository_model import PageSymbol
from kgraph.pages.source_text import SourceTexts


def signatures(symbol: PageSymbol, places: Sequence[PageSymbol], contents: SourceTexts) -> list[str]:
    """The signatures of the overloads of a function of Python."""
    if symbol.file.language not in PYTHON_FAMILY or not any(map(is_overload_marker, symbol.modifiers)):
        return []
    found = [
        _signature(place, contents)
        for place in places
        if place.role == "declaration" and place.file.language in PYTHON_FAMILY
    ]
    return list(dict.fromkeys(found)) if all(found) else []


def _signature(place: PageSymbol, contents: SourceTexts) -> str:
    source = contents.read(place.file)
    if source.text is None or source.is_changed:
        return ""
    lines = source.text.split("\n")[place.line - 1 : place.end]
    try:
        (node,) = ast.parse(textwrap.dedent("\n".join(lines))).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return ""
    word = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    result = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"{word} {node.name}({ast.unparse(node.args)}){result}"
