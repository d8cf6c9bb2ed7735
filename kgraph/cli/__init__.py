"""The command line: arguments to library calls to output and an exit code. `exit_codes` says which code.

Nothing is decided here that a notebook could want too. Modules are imported in the commands that need them, so that
`kgraph query` answers in half a second from start to finish. What is more than a page has a module of its own, added to
`main` at the end of this one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

import click

from kgraph import __version__, limits
from kgraph.cli.check import check
from kgraph.cli.common import (
    graph_option,
    json_option,
    open_graph,
    output_option,
    param_option,
    parameter_values,
    print_json,
    progress_bars,
    stream,
    tell_notes,
)
from kgraph.cli.diff import diff
from kgraph.cli.doctor import doctor
from kgraph.cli.exit_codes import FOUND, OK, Group, interruptible
from kgraph.cli.mcp import mcp
from kgraph.cli.output import say
from kgraph.cli.pages import pages
from kgraph.cli.serve import serve
from kgraph.cli.view import view

if TYPE_CHECKING:
    from kgraph.api import KGraph
    from kgraph.query import Answer, Query, Triples

# The names of `kgraph.query.formats.FORMATS` and `kgraph.export.WRITERS`, which cost too much to import for a
# choice; a test compares.
ROW_FORMATS = ("csv", "tsv", "json", "xml")
GRAPH_FORMATS = (
    *("nt", "ttl", "jsonld", "rdfxml", "nq", "trig", "graphml", "nodelink"),
    *("gexf", "neo4j", "dot", "mermaid", "svg-map", "svg-matrix", "scip", "parquet"),
)
FOLDER_FORMATS = ("neo4j", "parquet")  # those that no stream can take


@click.group("kgraph", cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="kgraph %(version)s")
def main() -> None:
    """A knowledge graph of a source repository: build, query, export, document and check it."""


@main.command()
@click.argument("root", default=".")
@click.option("-o", "--output", metavar="DIR", help="The graph's folder. [default: ROOT/.kgraph]")
@click.option("--base", metavar="IRI", help="Base IRI of the nodes. [default: from the origin remote]")
@click.option("-j", "--jobs", type=click.IntRange(min=1), metavar="N", help="Worker processes. [default: one per core]")
@click.option("--exclude", metavar="GLOB", multiple=True, help="Files to leave out, as in .gitignore; repeatable.")
@click.option("--vendored", metavar="GLOB", multiple=True, help="Files to list but not to parse; repeatable.")
@click.option("--ignore/--no-ignore", default=True, help="Leave out what .gitignore names, or git does not track.")
@click.option("--related/--no-related", default=True, help="Compute related files.")
@click.option("--history/--no-history", default=True, help="Use git's co-change history for related files.")
@click.option("--calls/--no-calls", default=True, help="Resolve calls, references and inheritance.")
@click.option(
    "--compile-commands", metavar="PATH", help="A compile database or its folder. [default: one in the usual places]"
)
@click.option("--compiler/--no-compiler", default=True, help="Use libclang where a compile database is found.")
@click.option("--scip", metavar="INDEX", multiple=True, help="Add the facts of another indexer's index; repeatable.")
@click.option("--force", is_flag=True, help="Ignore caches and rebuild everything.")
@json_option
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
def build(as_json: bool, quiet: bool, root: str, **options: Any) -> int:
    """Build the graph of the repository at ROOT, by default in ROOT/.kgraph.

    Exit code 0: done; 1: done, but nothing could be parsed, so that the graph says next to nothing.
    """
    limits.check()
    from kgraph.api import build as build_graph
    from kgraph.cli import statistics

    with progress_bars(quiet) as progress, build_graph(root, **options, progress=progress) as graph:
        built = graph.built
    timings = dict(built.timings) if built else {}
    changed = built.changed if built else True
    if as_json:
        print_json({**graph.manifest, "graph": str(graph.path), "changed": changed, "timings": timings})
    elif not quiet:
        took = f" in {timings['total']:.1f} s" if "total" in timings else ""
        say(f"{statistics.summary(graph.manifest)}{took}{'' if changed else ', nothing changed'}")
        say(f"{graph.path}")
        if told := graph.manifest["ledger"].get("compiler"):
            for note in statistics.compiler_notes(told):
                say(note, err=True)
        if skipped := len(graph.manifest["ledger"]["skipped"]):
            files = "1 file was" if skipped == 1 else f"{skipped:,} files were"
            say(f"{files} skipped: `kgraph stats` says which and why", err=True)
    nothing = statistics.nothing_parsed(graph.manifest)
    if nothing or not quiet:
        for note in statistics.scan_notes(graph.manifest):
            say(note, err=True)
    return FOUND if nothing else OK


@main.command()
@graph_option
@json_option
def stats(folder: str, as_json: bool) -> None:
    """Show what is in the graph, and how much of the repository it covers."""
    with open_graph(folder) as graph:
        manifest = dict(graph.manifest)
    if as_json:
        print_json(manifest)
        return
    from kgraph.cli import statistics

    for line in statistics.lines(manifest):
        say(line, bold=bool(line[:1].strip()))


@main.command()
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
@output_option
def query(
    query: str | None,
    expression: str | None,
    folder: str,
    params: tuple[str, ...],
    form: str | None,
    limit: int | None,
    output: str,
) -> None:
    """Run a query: a shipped one by its NAME, a FILE.rq, or a text with -e.

    \b
      kgraph query includers --param path=src/shape.h
      kgraph query -e 'SELECT ?path { ?file kg:path ?path ; kg:language "C++" } ORDER BY ?path' -f csv
    """
    from kgraph.query import diagnose_answer, execute

    found = _query(query, expression)
    values = parameter_values(params, found)

    def ask(out: BinaryIO) -> None:
        answer = execute(graph.store, found, values, base=graph.base, limit=limit)
        for doubt in diagnose_answer(graph.store, found, values):
            say(f"note: {doubt}", err=True)
        _write(answer, graph, found, values, form, out)

    with open_graph(folder) as graph, stream(output) as out:
        interruptible(lambda: ask(out))


@main.command()
@click.argument("path")
@click.option("-n", "--limit", type=click.IntRange(min=1), default=10, metavar="N", help="At most N files.")
@graph_option
@json_option
def related(path: str, limit: int, folder: str, as_json: bool) -> None:
    """List the files related to PATH, the nearest first, with reasons.

    PATH is relative to the root of the repository. A reason is about the file beside it: it "implements shape.h", it
    "tests this file", which is the one at PATH.
    """
    with open_graph(folder) as graph:
        found = graph.related(path, limit)
    if as_json:
        from dataclasses import asdict

        print_json({"path": path, "related": [asdict(each) for each in found]})
        return
    from kgraph.cli import query_list

    for line in query_list.related_lines(found):
        say(line)
    if not found:
        say("no file belongs with it, as far as we can tell", err=True)


@main.command()
@click.argument("name", required=False)
@json_option
def queries(name: str | None, as_json: bool) -> None:
    """List the shipped queries; with a NAME, show one with its parameters, columns and text."""
    from kgraph.cli import query_list
    from kgraph.query import names, shipped

    found = [shipped(name)] if name else [shipped(known) for known in names()]
    if as_json:
        described = [query_list.as_json(each) for each in found]
        print_json(described[0] if name else described)
        return
    for line in query_list.details(found[0]) if name else query_list.lines(found):
        say(line)


@main.command()
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
def export(
    form: str, output: str, folder: str, query: str | None, params: tuple[str, ...], sort: bool, root: str | None
) -> None:
    """Export the graph, or a CONSTRUCT query's answer, in one of the formats that other tools read."""
    with open_graph(folder) as graph:
        if query is None:
            if params:
                raise click.UsageError("--param is for --query")
            tell_notes(graph.export(form, output, sort=sort, root=root))
            return
        found = _query(query, None)
        values = parameter_values(params, found)
        if form in FOLDER_FORMATS:
            _export_answer(graph, found, values, form, output, sort=sort)
            return
        with stream(output) as out:
            interruptible(lambda: _export_answer(graph, found, values, form, out, sort=sort))


@main.command()
@click.option("-f", "--format", "form", type=click.Choice(("ttl", "shacl", "md")), default="ttl", show_default=True)
@output_option
def ontology(form: str, output: str) -> None:
    """Print the vocabulary: the ontology in Turtle, its SHACL shapes, or its page."""
    from kgraph.export import open_output
    from kgraph.vocab.ontology import FOLDER

    name = {"ttl": "kgraph.ttl", "shacl": "shapes.ttl", "md": "README.md"}[form]
    with open_output(output) as out:
        out.write((FOLDER / name).read_bytes())


def _query(name: str | None, expression: str | None) -> Query:
    if (name is None) == (expression is None):
        raise click.UsageError("give either the name or file of a query, or its text with -e")
    from kgraph.query import find, parse

    return parse(expression, where="-e") if expression is not None else find(name or "")


def _write(
    answer: Answer, graph: KGraph, query: Query, values: dict[str, str], form: str | None, out: BinaryIO
) -> None:
    """Write an answer in the format asked for, or in that which fits it."""
    from kgraph.query import Rows, Triples, formats, table

    _check_format(answer, form, query)
    if isinstance(answer, Triples):
        _write_triples(answer, graph, form or "ttl", out)
    elif form in ROW_FORMATS:
        formats.write(answer, form, out)
    elif not isinstance(answer, Rows):
        out.write(b"true\n" if answer else b"false\n")
    elif out.isatty():
        if not table.show(answer, graph.base, hide=values):
            say("no rows", err=True)
    else:
        out.writelines(line.encode("utf-8", "replace") + b"\n" for line in table.lines(answer, graph.base, hide=values))


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


def _export_answer(
    graph: KGraph, query: Query, values: dict[str, str], form: str, target: str | BinaryIO, *, sort: bool
) -> None:
    from kgraph.errors import ExportError
    from kgraph.query import Triples, execute

    answer = execute(graph.store, query, values, base=graph.base)
    if not isinstance(answer, Triples):
        raise ExportError("gives no triples to export", where=query.where, hint="`kgraph query` writes rows")
    _write_triples(answer, graph, form, target, sort=sort)


def _write_triples(answer: Triples, graph: KGraph, form: str, target: str | BinaryIO, *, sort: bool = False) -> None:
    from kgraph import export as exports

    source = exports.Answer(graph.repository.name, graph.base, answer)
    tell_notes(exports.write(source, form, target, sort=sort))


for command in (check, diff, doctor, mcp, pages, serve, view):
    main.add_command(command)
