"""`kgraph watch`: a graph that follows its files."""

from __future__ import annotations

import os
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kgraph import limits
from kgraph.cli.output import say

if TYPE_CHECKING:
    from kgraph.watch import Update


@click.command()
@click.argument("root", default=".")
@click.option("-o", "--output", metavar="DIR", help="The graph's folder. [default: ROOT/.kgraph]")
@click.option("-j", "--jobs", type=click.IntRange(1), metavar="N", help="Worker processes. [default: one per core]")
@click.option("--poll", is_flag=True, help="Look at files every 2 s, instead of waiting for the system's events.")
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="One JSON object per line, for programs; ends when who started it has ended.",
)
def watch(root: str, output: str | None, jobs: int | None, poll: bool, as_json: bool) -> None:
    """Keep the graph of the repository at ROOT up to date, until Ctrl-C.

    It is built with the options of the graph that is there (`kgraph build` sets them), and again after each change,
    once nothing has changed for a moment. Other commands see each new graph when it is whole.
    """
    limits.check()
    from dataclasses import replace

    from kgraph.escape import as_json as json_text
    from kgraph.pipeline.recorded import load_options
    from kgraph.watch import watch as watch_files
    from kgraph.watch.beside import line_of

    place = Path(root).resolve()
    graph = Path(output).resolve() if output else None
    options = replace(load_options(graph or place / ".kgraph", place), jobs=jobs)
    parent = os.getppid()

    def told(update: Update) -> None:
        if as_json:
            say(json_text(asdict(update)))
        elif update.event != "unchanged":
            say(f"{time.strftime('%H:%M:%S')} {line_of(update)}")

    watch_files(place, graph, options, told, polls=poll, is_wanted=lambda: not as_json or os.getppid() == parent)
