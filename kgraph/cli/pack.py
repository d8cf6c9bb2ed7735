"""`kgraph pack`, `kgraph unpack`: a graph in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kgraph.cli.common import graph_option, json_option, print_json
from kgraph.cli.output import say


@click.command()
@graph_option
@click.argument("file", metavar="FILE")
@click.option("--store", is_flag=True, help="Also pack the triple store, which is made if there is none.")
@json_option
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
def pack(folder: str, file: str, store: bool, as_json: bool, quiet: bool) -> None:
    """Write a graph with its facts to FILE, for another machine or another clone.

    \b
      kgraph pack main.kgraph-pack
      kgraph build --from main.kgraph-pack     elsewhere: builds what differs
      kgraph unpack main.kgraph-pack           elsewhere: as it is
    """
    from kgraph.pipeline import packs
    from kgraph.pipeline.options import BuildOptions
    from kgraph.store.folder import find

    graph = find(Path(folder))
    _report(packs.pack(graph, Path(file), BuildOptions(), store=store), as_json=as_json, quiet=quiet)


@click.command()
@click.argument("file", metavar="FILE")
@click.option("-o", "--output", metavar="DIR", default=".kgraph", show_default=True, help="The graph's folder.")
@json_option
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
def unpack(file: str, output: str, as_json: bool, quiet: bool) -> None:
    """Make the graph in FILE, which `kgraph pack` wrote, the current one of a folder.

    The writer of FILE decides what the graph says: only unpack files of those whom you trust with that.
    """
    from kgraph.pipeline import packs

    _report(packs.unpack(Path(file), Path(output)), as_json=as_json, quiet=quiet)


def _report(result: Any, *, as_json: bool, quiet: bool) -> None:
    for note in result.notes:
        say(note, err=True)
    if as_json:
        print_json({"path": str(result.path), "size": result.size, "facts": result.facts, **result.about})
    elif not quiet:
        revision = f" at {result.about['revision'][:12]}" if result.about.get("revision") else ""
        dirty = ", with changes that are not committed" if result.about.get("dirty") else ""
        say(f"{result.about.get('name')}{revision}{dirty}; {result.facts:,} facts, {result.size / 1e6:,.1f} MB")
        say(f"{result.path}")
