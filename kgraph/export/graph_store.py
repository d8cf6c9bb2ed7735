"""Named graphs of a SPARQL server, filled through the Graph Store protocol (SPARQL 1.1).

Input: the address of a server's graph store, names of graphs, chunks of N-Triples. Output: graphs that are there whole
or not at all: what could not be sent to its end is removed again, and a graph that is whole is noted in a graph of
names, so that it is not sent twice.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pyoxigraph import NamedNode, RdfFormat, parse

from kgraph.query.endpoint import Endpoint, EndpointError

MAX_CHUNK = 4 << 20  # bytes of one request; Virtuoso keeps each as a transaction in memory
_TYPE = "application/n-triples"
_MISSING = frozenset({404})
_DATASET = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://rdfs.org/ns/void#Dataset>"


@dataclass(slots=True)
class GraphStore:
    """The graphs of a server; `catalog` names that of the names of all that are whole."""

    endpoint: Endpoint
    catalog: str
    names: set[str] = field(default_factory=set)  # of the whole graphs

    def open(self) -> None:
        """Learn which graphs are there. Raises `EndpointError` where the server is none of graphs."""
        response = self.endpoint.send(
            "GET", parameters={"graph": self.catalog}, headers={"Accept": _TYPE}, accepted=_MISSING
        )
        try:
            content = response.content if response.status != 404 else b""
            found = [quad.subject for quad in parse(content, RdfFormat.N_TRIPLES)]
        except SyntaxError as error:
            hint = "is this the address of its Graph Store protocol, such as .../sparql-graph-crud-auth?"
            raise EndpointError(f"no graph of a store: {error}", where=self.endpoint.where, hint=hint) from None
        self.names = {node.value for node in found if isinstance(node, NamedNode)}

    def replace(self, name: str, chunks: Iterable[bytes]) -> int:
        """Replace the content of a graph with chunks of whole lines; the number of triples sent."""
        if name in self.names:
            self.names.discard(name)
            self._write_catalog()
        try:
            triples = self._send(name, chunks)
        except BaseException:
            with contextlib.suppress(EndpointError):
                self._remove(name)
            raise
        self.names.add(name)
        self._write_catalog()
        return triples

    def remove(self, name: str) -> None:
        """Remove a graph."""
        self.names.discard(name)
        self._write_catalog()
        self._remove(name)

    def _send(self, name: str, chunks: Iterable[bytes]) -> int:
        self._put(name, b"")  # empty: so that a question for a password is answered before much is sent
        triples = 0
        for piece in split_lines(chunks):
            triples += piece.count(b"\n")
            self.endpoint.send("POST", piece, parameters={"graph": name}, headers={"Content-Type": _TYPE})
        return triples

    def _write_catalog(self) -> None:
        lines = [f"<{name}> {_DATASET} .\n" for name in sorted(self.names)]
        self._put(self.catalog, "".join(lines).encode())

    def _put(self, name: str, content: bytes) -> None:
        self.endpoint.send("PUT", content, parameters={"graph": name}, headers={"Content-Type": _TYPE})

    def _remove(self, name: str) -> None:
        self.endpoint.send("DELETE", parameters={"graph": name}, accepted=_MISSING)


def split_lines(chunks: Iterable[bytes], size: int = MAX_CHUNK) -> Iterator[bytes]:
    """Chunks of whole lines as pieces of whole lines of about `size` bytes; a longer line is a piece of its own."""
    waiting = b""
    for chunk in chunks:
        waiting += chunk
        while len(waiting) > size:
            end = waiting.rfind(b"\n", 0, size) + 1 or waiting.index(b"\n") + 1
            yield waiting[:end]
            waiting = waiting[end:]
    if waiting:
        yield waiting
