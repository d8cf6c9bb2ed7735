"""The tools by name: what a worker can be asked to do."""

from __future__ import annotations

from collections.abc import Callable

from kgraph.mcp import asking, files, symbols, ways
from kgraph.mcp.answer import Answer

TOOLS: dict[str, Callable[..., Answer]] = {
    "find_symbol": symbols.find_symbol,
    "file_card": files.file_card,
    "who_uses": symbols.who_uses,
    "includes": files.includes,
    "related": files.related,
    "path_between": ways.path_between,
    "impact": ways.impact,
    "run_named_query": asking.run_named_query,
    "sparql": asking.sparql,
}
