"""What questions need of an engine: that of the graph's own store, or a server's (`remote`)."""

from __future__ import annotations

from typing import Protocol

from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples


class SparqlEngine(Protocol):
    """Something that answers SPARQL; `pyoxigraph.Store` is one."""

    def query(
        self, query: str, /, *, prefixes: dict[str, str] | None = None
    ) -> QuerySolutions | QueryBoolean | QueryTriples:
        """The answer to a query; `prefixes` need no PREFIX lines."""
