"""`kgraph build`: build the graph of a repository."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from kgraph import allocators, limits
from kgraph.cli.common import json_option, print_json, progress_bars
from kgraph.cli.exit_codes import FOUND, OK
from kgraph.cli.output import say
from kgraph.model import GRAPH_FOLDER
from kgraph.pipeline.options import BuildOptions


def _build_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add an option to `command` for each row of the table of `BuildOptions`."""
    for name, default, option in reversed(list(BuildOptions.table())):
        switch = option.switch or f"--{name.replace('_', '-')}"
        settings: dict[str, Any] = {"help": option.help}
        if option.metavar:
            settings["metavar"] = option.metavar
            settings["multiple"] = default == ()
            settings["type"] = click.IntRange(min=option.minimum) if option.minimum is not None else None
        elif default:
            switch, settings["default"] = f"{switch}/--no-{name}", True
        else:
            settings["is_flag"] = True
        command = click.option(*filter(None, (option.short, switch)), *((name,) if option.switch else ()), **settings)(
            command
        )
    return command


@contextmanager
def _silent(quiet: bool) -> Iterator[None]:
    """What a build will cost is not said to who wants to hear of errors alone."""
    logger = logging.getLogger("kgraph.pipeline.cost")
    former = logger.level
    if quiet:
        logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(former)


def _has_graph(root: str, output: str | None) -> bool:
    """Whether there is a graph to begin from: then a build is short, and time counts more than memory."""
    return (Path(output or Path(root) / GRAPH_FOLDER) / "current").exists()


@click.command()
@click.argument("root", default=".")
@click.option("-o", "--output", metavar="DIR", help="The graph's folder. [default: ROOT/.kgraph]")
@_build_options
@click.option("--no-cache", is_flag=True, help="The same as --cache ''.")
@json_option
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
def build(as_json: bool, quiet: bool, no_cache: bool, root: str, **options: Any) -> int:
    """Build the graph of the repository at ROOT, by default in ROOT/.kgraph.

    Exit code 0: done; 1: done, but nothing could be parsed, so that the graph says next to nothing.
    """
    limits.check()
    if no_cache:
        if options["cache"]:
            raise click.UsageError("--cache and --no-cache are both given")
        options["cache"] = ""
    if options["force"] or not _has_graph(root, options["output"]):
        allocators.give_back_at_once()
    from kgraph.api import build as build_graph
    from kgraph.cli import statistics

    with (
        _silent(quiet),
        progress_bars(quiet) as progress,
        build_graph(root, **options, progress=progress) as graph,
    ):
        built = graph.built
    timings = dict(built.timings) if built else {}
    changed = built.changed if built else True
    if as_json:
        print_json({**graph.manifest, "graph": str(graph.path), "changed": changed, "timings": timings})
    elif not quiet:
        took = f" in {timings['total']:.1f} s" if "total" in timings else ""
        say(f"{statistics.summary(graph.manifest)}{took}{'' if changed else ', nothing changed'}")
        say(f"{graph.path}")
        if options["store"]:
            say(statistics.store_line(graph.store_state, graph.manifest["counts"]["triples"]))
        if told := graph.manifest["ledger"].get("compiler"):
            for note in statistics.compiler_notes(told):
                say(note, err=True)
        for note in statistics.grammar_notes(graph.manifest):
            say(note, err=True)
        if skipped := len(graph.manifest["ledger"]["skipped"]):
            files = "1 file was" if skipped == 1 else f"{skipped:,} files were"
            say(f"{files} skipped: `kgraph stats` says which and why", err=True)
    nothing = statistics.nothing_parsed(graph.manifest)
    if nothing or not quiet:
        for note in statistics.scan_notes(graph.manifest):
            say(note, err=True)
    return FOUND if nothing else OK
