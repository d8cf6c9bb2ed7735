"""The tools by name: what a worker can be asked to do."""

from __future__ import annotations

from collections.abc import Callable

from kgraph.mcp import change_tools, dependency_tools, file_tools, query_tools, symbol_tools
from kgraph.mcp.answer import ToolAnswer

TOOLS: dict[str, Callable[..., ToolAnswer]] = {
    "find_symbol": symbol_tools.find_symbol,
    "file_card": file_tools.file_card,
    "who_uses": symbol_tools.who_uses,
    "includes": file_tools.includes,
    "related": file_tools.related,
    "path_between": dependency_tools.path_between,
    "affected": change_tools.affected,
    "review": change_tools.review,
    "locate": change_tools.locate,
    "run_named_query": query_tools.run_named_query,
    "sparql": query_tools.sparql,
}
