"""`kgraph query` and `kgraph queries`: run a query, and list those that are shipped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, BinaryIO

import click

from kgraph.cli.common import (
    graph_option,
    json_option,
    open_graph,
    output_option,
    param_option,
    parameter_values,
    print_json,
    print_notes,
    stream,
)
from kgraph.cli.endpoint import refuse_without, server, server_options
from kgraph.cli.exit_codes import interruptible
from kgraph.cli.formats import FOLDER_FORMATS, GRAPH_FORMATS, ROW_FORMATS
from kgraph.cli.output import say

if TYPE_CHECKING:
    from kgraph.query import Answer, Query, Triples


@click.command()
@click.argument("query", required=False, metavar="[NAME|FILE.rq]")
@click.option("-e", "--expression", metavar="SPARQL", help="The text of a query; kg: and the like need no PREFIX.")
@graph_option
@param_option
@click.option(
    "-f",
    "--format",
    "form",
    metavar="FORMAT",
    help=f"table, {', '.join(ROW_FORMATS)}; for CONSTRUCT and DESCRIBE {', '.join(GRAPH_FORMATS)}. "
    "[default: table, or ttl]",
)
@click.option("-n", "--limit", type=click.IntRange(min=0), metavar="N", help="At most N rows or solutions.")
@server_options
@click.option(
    "--named-graph", "graphs", metavar="IRI", multiple=True, help="Of the server, read this graph alone; repeatable."
)
@output_option
def query(
    query: str | None,
    expression: str | None,
    folder: str,
    params: tuple[str, ...],
    form: str | None,
    limit: int | None,
    output: str,
    endpoint: str | None,
    user: str | None,
    timeout: float | None,
    graphs: tuple[str, ...],
) -> None:
    """Run a query: a shipped one by its NAME, a FILE.rq, or a text with -e.

    \b
      kgraph query includers --param path=src/shape.h
      kgraph query -e 'SELECT ?path { ?file kg:path ?path ; kg:language "C++" } ORDER BY ?path' -f csv
      kgraph query most-included --endpoint http://localhost:8890/sparql
    """
    from kgraph.coverage import Coverage
    from kgraph.query import diagnose_answer, execute, with_qualified_names
    from kgraph.query.slices import store_for

    chosen = find_query(query, expression)
    values = parameter_values(params, chosen)
    refuse_without(endpoint, user=user, timeout=timeout, named_graph=graphs)
    if endpoint is not None:
        from kgraph.query.remote import RemoteGraph, ask_remote

        def ask_server(out: BinaryIO) -> None:
            remote = RemoteGraph(server(endpoint, user, timeout), graphs)
            answer, about = ask_remote(remote, chosen, values, limit)
            for note in about[1]:
                say(f"note: {note}", err=True)
            _write(answer, (remote.where, remote.base), chosen, about, form, out)

        with stream(output) as out:
            interruptible(lambda: ask_server(out))
        return

    def ask(out: BinaryIO) -> None:
        store = store_for(graph, chosen, values)
        meant, notes = with_qualified_names(store, chosen, values)
        answer = execute(store, chosen, meant, base=graph.base, limit=limit)
        notes += diagnose_answer(store, chosen, meant, Coverage.of_manifest(graph.manifest))
        for note in notes:
            say(f"note: {note}", err=True)
        _write(answer, (graph.repository.name, graph.base), chosen, (meant, notes), form, out)

    with open_graph(folder) as graph, stream(output) as out:
        interruptible(lambda: ask(out))


@click.command()
@click.argument("name", required=False)
@json_option
def queries(name: str | None, as_json: bool) -> None:
    """List the shipped queries; with a NAME, show one with its parameters, columns and text."""
    from kgraph.cli import query_list
    from kgraph.query import load_shipped, names

    found = [load_shipped(name)] if name else [load_shipped(known) for known in names()]
    if as_json:
        described = [query_list.as_json(each) for each in found]
        print_json(described[0] if name else described)
        return
    for line in query_list.details(found[0]) if name else query_list.lines(found):
        say(line)


def find_query(name: str | None, expression: str | None) -> Query:
    """The query that is named, or whose text is given."""
    if (name is None) == (expression is None):
        raise click.UsageError("give either the name or file of a query, or its text with -e")
    from kgraph.query import find, parse

    return parse(expression, where="-e") if expression is not None else find(name or "")


def _write(
    answer: Answer,
    graph: tuple[str, str],
    query: Query,
    about: tuple[Mapping[str, object], Sequence[str]],
    form: str | None,
    out: BinaryIO,
) -> None:
    """Write an answer in the format asked for, or in that which fits it; `graph` is its name and base, `about` has the
    values of its parameters, and notes on what it may lack."""
    from kgraph.query import Rows, Triples, formats, table

    values, notes = about
    _, base = graph
    _check_format(answer, form, query)
    if isinstance(answer, Triples):
        write_triples(answer, graph, form or "ttl", out)
    elif form in ROW_FORMATS:
        formats.write(answer, form, out, notes)
    elif not isinstance(answer, Rows):
        out.write(b"true\n" if answer else b"false\n")
    elif out.isatty():
        if not table.show(answer, base, hide=values):
            say("no rows", err=True)
    else:
        out.writelines(line.encode("utf-8", "replace") + b"\n" for line in table.lines(answer, base, hide=values))


def _check_format(answer: Answer, form: str | None, query: Query) -> None:
    from kgraph.errors import QueryError
    from kgraph.query import Rows, Triples

    what = "ASK gives true or false"
    fitting: tuple[str, ...] = ("table", *ROW_FORMATS)
    if isinstance(answer, Triples):
        what, fitting = (
            "CONSTRUCT and DESCRIBE give triples",
            tuple(f for f in GRAPH_FORMATS if f not in FOLDER_FORMATS),
        )
    elif isinstance(answer, Rows):
        what = "SELECT gives rows"
    if form is None or form in fitting:
        return
    if form in FOLDER_FORMATS and isinstance(answer, Triples):
        raise QueryError(f"{form} is a folder", where=query.where, hint="use kgraph export --query")
    known = form in ("table", *ROW_FORMATS, *GRAPH_FORMATS)
    raise QueryError(
        f"{what}, which {form} cannot hold" if known else f"there is no format {form!r}",
        where=query.where,
        hint=f"-f {', '.join(fitting)}",
    )


def write_triples(
    answer: Triples, graph: tuple[str, str], form: str, target: str | BinaryIO, *, sort: bool = False
) -> None:
    """Write the answer of a CONSTRUCT or DESCRIBE in one of `GRAPH_FORMATS`; `graph` is its name and base."""
    from kgraph import export as exports

    source = exports.QueryAnswer(*graph, answer)
    print_notes(exports.write(source, form, target, sort=sort))
