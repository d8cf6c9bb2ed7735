"""What several commands share: options, and the awkward part of reading and writing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from kgraph import limits
from kgraph.cli.output import say
from kgraph.errors import GraphError
from kgraph.progress import NullProgress, Ticker

if TYPE_CHECKING:
    from kgraph.graph import KGraph
    from kgraph.query import Query

MAX_DIFF = 200_000_000  # bytes

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def options(*given: Decorator) -> Decorator:
    """Several options as one: help lists them in this order."""

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(given):
            command = option(command)
        return command

    return add


graph_option: Decorator = click.option(
    "-g",
    "--graph",
    "folder",
    metavar="DIR",
    default=".",
    help="The graph's folder, or a folder at or below its repository. [default: the nearest .kgraph upwards]",
)
output_option: Decorator = click.option(
    "-o", "--output", metavar="FILE", default="-", help="Where to write. [default: standard output]"
)
param_option: Decorator = click.option(
    "--param", "-p", "params", metavar="NAME=VALUE", multiple=True, help="The value of a parameter of the query."
)
json_option: Decorator = click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")


@contextmanager
def open_graph(folder: str) -> Iterator[KGraph]:
    """The graph that `graph_option` names.

    Where a query meets damage in its store, the store is made again from the tables; what was answered may be written
    already, so that the user is asked to try again.
    """
    limits.check()
    from kgraph import api

    with api.open(folder, progress=DeferredBars()) as graph:
        try:
            yield graph
        except RuntimeError as error:
            from kgraph.store.rdf import is_corruption

            if not is_corruption(error):
                raise
            graph.mend(str(error).partition(" in /")[0])
            raise GraphError("the answer is not complete, for the store was damaged", hint="ask again") from error


def parameter_values(params: tuple[str, ...], query: Query) -> dict[str, str]:
    """What `param_option` gave for a query."""
    values: dict[str, str] = {}
    for param in params:
        name, equals, value = param.partition("=")
        if not equals:
            example = next((known.name for known in query.parameters), "path")
            raise click.UsageError(f"--param {param}: write it as {example}=VALUE")
        if name in values:
            raise click.UsageError(f"--param {name} is given twice")
        values[name] = value
    return values


def stream(output: str) -> AbstractContextManager[BinaryIO]:
    """A binary stream to the output; a file appears when it is complete."""
    if output == "-":
        return _standard_output()
    from kgraph.export import open_output

    return open_output(output)


@contextmanager
def _standard_output() -> Iterator[BinaryIO]:
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:  # a full disk
        from kgraph.conditions import condition_of
        from kgraph.errors import ExportError

        condition = condition_of(error)
        what = condition.what if condition else error.strerror or str(error)
        raise ExportError(what, where="standard output", hint="write to a file with -o") from error


def read_diff(patch: str) -> bytes:
    """A unified diff: of a file, or of standard input where that is "-"."""
    if patch == "-":
        return sys.stdin.buffer.read(MAX_DIFF)
    from kgraph.errors import InputError

    try:
        with click.open_file(patch, "rb") as diff:
            return diff.read(MAX_DIFF)  # type: ignore[no-any-return]
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", where=patch) from error


def print_notes(notes: tuple[str, ...]) -> None:
    """Say on standard error what a format could not carry."""
    for note in notes:
        say(note, err=True)


@contextmanager
def progress_bars(quiet: bool) -> Iterator[Any]:
    """Bars for a person who watches, None for a pipe."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from kgraph.cli.progress import Bars

    with Bars() as bars:
        yield bars


@contextmanager
def watch_while(folder: str, root: str | None) -> Iterator[None]:
    """Meanwhile a process keeps a graph up to date; each update is a line on standard error."""
    import logging
    from pathlib import Path

    from kgraph.pipeline.recorded import root_of
    from kgraph.store.folder import find
    from kgraph.watch.beside import WatchProcess

    logging.getLogger("kgraph.watch").setLevel(logging.INFO)
    graph = find(Path(folder))
    with WatchProcess(graph, Path(root).resolve() if root else root_of(graph)):
        yield


class DeferredBars:
    """Bars that are shown when the first stage begins, for what is most often not needed."""

    @contextmanager
    def stage(self, name: str, total: int | None) -> Iterator[Ticker]:
        """One stage, with a bar of its own."""
        with progress_bars(quiet=False) as bars, (bars or NullProgress()).stage(name, total) as ticker:
            yield ticker


def print_json(value: Any) -> None:
    """One JSON object on standard output."""
    from kgraph.escape import as_json

    click.echo(as_json(value, indent=1))
