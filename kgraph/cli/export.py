"""`kgraph export` and `kgraph ontology`: the graph, or its vocabulary, in the formats of other tools."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Literal

import click

from kgraph.cli.common import (
    graph_option,
    open_graph,
    output_option,
    param_option,
    parameter_values,
    print_notes,
    stream,
)
from kgraph.cli.exit_codes import interruptible
from kgraph.cli.formats import FOLDER_FORMATS, GRAPH_FORMATS
from kgraph.cli.query import find_query, write_triples

if TYPE_CHECKING:
    from kgraph.graph import KGraph
    from kgraph.query import Query


@click.command()
@click.option(
    "-f",
    "--format",
    "form",
    required=True,
    type=click.Choice(GRAPH_FORMATS),
    help="nt is the fastest; parquet and neo4j are folders; dot, mermaid and svg-* draw.",
)
@output_option
@graph_option
@click.option("--query", "query", metavar="NAME|FILE.rq", help="Only the triples of this CONSTRUCT query.")
@param_option
@click.option("--sorted", "sort", is_flag=True, help="Lines of nt and nq in order, so that exports can be diffed.")
@click.option("--root", metavar="DIR", help="Where the repository is, for scip; by default around the graph.")
@click.option(
    "--by",
    type=click.Choice(("folder", "target")),
    default="folder",
    show_default=True,
    help="Parts of svg-* pictures.",
)
def export(
    form: str,
    output: str,
    folder: str,
    query: str | None,
    params: tuple[str, ...],
    sort: bool,
    root: str | None,
    by: Literal["folder", "target"],
) -> None:
    """Export the graph, or a CONSTRUCT query's answer, in one of the formats that other tools read."""
    if by == "target" and (query is not None or not form.startswith("svg-")):
        raise click.UsageError("--by target is for -f svg-map and -f svg-matrix, without --query")
    with open_graph(folder) as graph:
        if query is None:
            if params:
                raise click.UsageError("--param is for --query")
            print_notes(graph.export(form, output, sort=sort, root=root, by=by))
            return
        chosen = find_query(query, None)
        values = parameter_values(params, chosen)
        if form in FOLDER_FORMATS:
            _export_answer(graph, chosen, values, form, output, sort=sort)
            return
        with stream(output) as out:
            interruptible(lambda: _export_answer(graph, chosen, values, form, out, sort=sort))


@click.command()
@click.option("-f", "--format", "form", type=click.Choice(("ttl", "shacl", "md")), default="ttl", show_default=True)
@output_option
def ontology(form: str, output: str) -> None:
    """Print the vocabulary: the ontology in Turtle, its SHACL shapes, or its page."""
    from kgraph.export import open_output
    from kgraph.vocab.ontology import FOLDER

    name = {"ttl": "kgraph.ttl", "shacl": "shapes.ttl", "md": "README.md"}[form]
    with open_output(output) as out:
        out.write((FOLDER / name).read_bytes())


def _export_answer(
    graph: KGraph, query: Query, values: dict[str, str], form: str, target: str | BinaryIO, *, sort: bool
) -> None:
    from kgraph.errors import ExportError
    from kgraph.query import Triples, execute
    from kgraph.query.slices import store_for
    from kgraph.query.unknown_terms import unknown_terms

    print_notes(tuple(unknown_terms(query.text)))
    answer = execute(store_for(graph, query, values), query, values, base=graph.base)
    if not isinstance(answer, Triples):
        raise ExportError("gives no triples to export", where=query.where, hint="`kgraph query` writes rows")
    write_triples(answer, (graph.repository.name, graph.base), form, target, sort=sort)
