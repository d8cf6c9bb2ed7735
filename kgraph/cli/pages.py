"""`kgraph pages`: write the documentation pages of a graph, or check a set that was written."""

from __future__ import annotations

from typing import Any

import click

from kgraph.cli.common import graph_option, json_option, open_graph, print_json
from kgraph.cli.output import say

_SHOWN = 100  # problems


@click.command()
@graph_option
@click.option("-o", "--output", metavar="DIR", help="The folder of the pages.")
@click.option(
    "--check", "checked", metavar="DIR", help="Write nothing; check that every link of the pages in DIR resolves."
)
@click.option("--root", metavar="DIR", help="The working tree. [default: the folder that holds .kgraph]")
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(("markdown", "html", "mkdocs", "sphinx")),
    default="markdown",
    show_default=True,
    help="Markdown for GitHub; a site of its own; sources for Material for MkDocs, or for Sphinx with MyST.",
)
@click.option(
    "--sections", metavar="KEY,...", default="", help="Only these sections of files' pages: purpose,related,..."
)
@click.option(
    "--only", metavar="GLOB", multiple=True, help="Only the pages of these files, as in .gitignore; repeatable."
)
@click.option(
    "--source",
    type=click.Choice(("full", "excerpt", "none")),
    default="full",
    show_default=True,
    help="How much of a file its page shows.",
)
@click.option(
    "--source-url",
    metavar="URL",
    default="",
    help="Link to sources there: {path}, {line}, {revision} stand for theirs.",
)
@click.option("--title", metavar="NAME", default="", help="Name of the project. [default: the repository's]")
@click.option(
    "--layout",
    type=click.Choice(("reader", "classic")),
    default="reader",
    show_default=True,
    help="Order of a file's sections: what a reader asks first, with the source last; or the classic thirteen, each "
    "of them on every page.",
)
@click.option(
    "--symbols",
    type=click.Choice(("documented", "all", "none")),
    help="Which classes, modules and namespaces have pages of their own: those with documentation, derived types or "
    "several members that are used elsewhere; all; or none. [default: documented; none in the classic layout]",
)
@click.option(
    "--compact", is_flag=True, help="In the classic layout, too, leave out sections that have nothing to say."
)
@click.option("--show-queries", is_flag=True, help="Show below each section the queries that it answers.")
@click.option("--templates", metavar="DIR", help="Templates that override those of the same name.")
@click.option(
    "--ask", is_flag=True, help="Run each query in the SPARQL store instead of on the tables: the same pages, slower."
)
@json_option
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
def pages(folder: str, output: str | None, checked: str | None, as_json: bool, quiet: bool, **options: Any) -> None:
    """Write documentation pages: of files, folders and symbols, every line from the graph.

    \b
      kgraph pages -o docs/code
      kgraph pages -o site --format html
      kgraph pages --check docs/code
    """
    if (output is None) == (checked is None):
        raise click.UsageError("give either the folder to write with -o, or the one to check with --check")
    if checked is not None:
        _check(checked, as_json)
        return
    wanted = tuple(key.strip() for key in options.pop("sections").split(",") if key.strip())
    with open_graph(folder) as graph:
        written = graph.pages(output or "", sections=wanted, **options)
    if as_json:
        print_json(
            {
                "folder": str(written.folder),
                "pages": written.pages,
                "changed": written.changed,
                "removed": written.removed,
            }
        )
    elif not quiet:
        say(f"{written.pages:,} pages, {written.changed:,} written, {written.removed:,} removed")
        say(str(written.folder))


def _check(folder: str, as_json: bool) -> None:
    from kgraph.pages import link_check

    checked = link_check.check(folder)
    if as_json:
        print_json(
            {
                "folder": folder,
                "pages": checked.pages,
                "links": checked.links,
                "problems": [{"where": each.where, "what": each.what} for each in checked.problems],
            }
        )
    else:
        for problem in checked.problems[:_SHOWN]:
            say(f"{problem.where}: {problem.what}")
        if len(checked.problems) > _SHOWN:
            say(f"... and {len(checked.problems) - _SHOWN:,} more")
        broken = "all resolve" if not checked.problems else f"{len(checked.problems):,} do not resolve"
        say(f"{checked.pages:,} pages, {checked.links:,} links: {broken}", err=bool(checked.problems))
    if checked.problems:
        raise SystemExit(1)
