"""A fleet as N-Quads: a named graph for each repository and revision, and one for the links between them.

Input: a lake, and the graphs that it is of. Output: a stream, as every SPARQL server and its bulk loader reads it.

    <base of flask>file/src/flask/app.py  ...  <base of flask>revision/3.0.0-1a2b3c4d
    <base of app>file/app/main.py  kg:imports  <base of flask>file/src/flask/app.py  <fleet name>links
"""

from __future__ import annotations

from typing import BinaryIO
from urllib.parse import quote

import polars as pl

from kgraph import api
from kgraph.export import WholeGraph, ntriples
from kgraph.fleet.lake import Lake
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
        with api.open(lake.folder.parent / "graphs" / entry.name) as graph:
            ntriples.write_quads(WholeGraph(graph.tables), out, sort=True, graph=name)
    _write_links(lake, out)


def _write_links(lake: Lake, out: BinaryIO) -> None:
    bases = {entry.name: entry.current.base for entry in lake.catalog.repositories}
    graph = links_name(lake.catalog.fleet)
    edges = (
        lake.links()
        .filter(pl.col("scope") != "locked")
        .drop_nulls(["to_repo", "to"])
        .select("repo", "file", "kind", "to_repo", "to", "to_file")
    )
    for repo, file, kind, to_repo, to, to_file in edges.unique().sort(pl.all()).collect().iter_rows():
        for target in dict.fromkeys((to, to_file)):
            if target:
                out.write(
                    f"<{bases[repo]}{file}> <{PREFIXES['kg']}{kind}> <{bases[to_repo]}{target}> <{graph}> .\n".encode()
                )
