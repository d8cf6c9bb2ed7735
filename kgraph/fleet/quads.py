"""A fleet as N-Quads: a named graph for each repository and revision, and one for the links between them.

Input: a lake, and the graphs that it is of. Output: a stream, as every SPARQL server and its bulk
loader reads it, or the graphs of a server.

    <base of flask>file/src/flask/app.py  ...  <base of flask>revision/3.0.0-1a2b3c4d
    <base of app>file/app/main.py  kg:imports  <base of flask>file/src/flask/app.py  <fleet name>links
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import quote

import polars as pl

from kgraph import api
from kgraph.export import WholeGraph, ntriples
from kgraph.export.graph_store import GraphStore
from kgraph.fleet.lake import Lake
from kgraph.progress import NullProgress, Progress
from kgraph.query.endpoint import Endpoint
from kgraph.vocab import PREFIXES

_FLEETS = "https://w3id.org/kgraph/fleet/"


def graph_name(base: str, rev: str) -> str:
    """The IRI of the named graph of one revision of a repository."""
    return f"{base}revision/{quote(rev, safe='')}"


def links_name(fleet: str) -> str:
    """The IRI of the named graph of all links of a fleet."""
    return f"{_FLEETS}{quote(fleet, safe='')}/links"


def write(lake: Lake, out: BinaryIO) -> None:
    """Write all repositories of a lake, in the order of their names, and then the links."""
    for entry in lake.catalog.repositories:
        name = graph_name(entry.current.base, entry.current.rev)
        with api.open(lake.graph(entry.name)) as graph:
            ntriples.write_quads(WholeGraph(graph.tables), out, sort=True, graph=name)
    end = f" <{links_name(lake.catalog.fleet)}> .\n".encode()
    for line in _link_lines(lake):
        out.write(line.replace(b" .\n", end))


@dataclass(frozen=True, slots=True)
class Loading:
    """What a server has of a fleet."""

    sent: tuple[tuple[str, int], ...]  # graphs, with the triples that were sent
    kept: int  # graphs that were there already
    old: tuple[str, ...]  # graphs of other revisions, and of repositories that are no more
    removed: bool  # whether those were removed


def load(lake: Lake, endpoint: Endpoint, *, prune: bool = False, progress: Progress | None = None) -> Loading:
    """Send all repositories of a lake and the links to the graph store of a server.

    A revision that is there is not sent again. `prune` removes the graphs of others. Raises `EndpointError` where the
    server does not take them; what is there whole by then stays.
    """
    links = links_name(lake.catalog.fleet)
    store = GraphStore(endpoint, f"{_FLEETS}{quote(lake.catalog.fleet, safe='')}/graphs")
    store.open()
    names = {entry.name: graph_name(entry.current.base, entry.current.rev) for entry in lake.catalog.repositories}
    missing = {name: graph for name, graph in names.items() if graph not in store.names}
    sent = []
    with (progress or NullProgress()).stage("sending graphs", len(missing) + 1) as ticker:
        for name, graph_iri in missing.items():
            with api.open(lake.graph(name)) as graph:
                sent.append((graph_iri, store.replace(graph_iri, WholeGraph(graph.tables).ntriples())))
            ticker.advance()
        sent.append((links, store.replace(links, _link_lines(lake))))
        ticker.advance()
    old = tuple(sorted(store.names - {links, *names.values()}))
    for name in old if prune else ():
        store.remove(name)
    return Loading(tuple(sent), len(names) - len(missing), old, prune)


def _link_lines(lake: Lake) -> Iterator[bytes]:
    bases = {entry.name: entry.current.base for entry in lake.catalog.repositories}
    edges = (
        lake.links()
        .filter(pl.col("scope") != "locked")
        .drop_nulls(["to_repo", "to"])
        .select("repo", "file", "kind", "to_repo", "to", "to_file")
    )
    for repo, file, kind, to_repo, to, to_file in edges.unique().sort(pl.all()).collect().iter_rows():
        for target in dict.fromkeys((to, to_file)):
            if target:
                yield f"<{bases[repo]}{file}> <{PREFIXES['kg']}{kind}> <{bases[to_repo]}{target}> .\n".encode()
