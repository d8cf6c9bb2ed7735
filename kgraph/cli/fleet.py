"""`kgraph fleet`: several repositories as one."""

from __future__ import annotations

import sys
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kgraph.cli.check import FORMATS, UNDECIDED, conclusion
from kgraph.cli.common import json_option, output_option, param_option, print_json, progress_bars, stream
from kgraph.cli.endpoint import refuse_without, server, server_options
from kgraph.cli.exit_codes import FOUND, OK, interruptible
from kgraph.cli.fleet_build import build_commands, links_line
from kgraph.cli.fleet_diff import diff_command
from kgraph.cli.fleet_serve import ASKED, lake_of, say_missing, serve_commands
from kgraph.cli.output import say

if TYPE_CHECKING:
    import polars as pl

    from kgraph.fleet import Lake
    from kgraph.fleet.fleet_file import LoadedFleet

FRAME_FORMATS = ("table", "csv", "json")

fleet_option = click.option(
    "-F", "--fleet", "where", metavar="FILE", default=".", show_default="fleet.toml here", help="The fleet file."
)
form_option = click.option(
    "-f", "--format", "form", type=click.Choice(FRAME_FORMATS), default="table", show_default=True
)

owner_option = click.option(
    "-r", "--repository", "owner", default="", metavar="NAME", help="Whose file or symbol is meant."
)


class _FleetGroup(click.Group):
    """The commands; what a library says of a damaged table is reported as that."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BaseException as error:
            lake = ctx.meta.get(ASKED)
            if lake is not None:
                _say_damage(lake, error)
            raise


def _say_damage(lake: Lake, error: BaseException) -> None:
    """Raise what is wrong with a table where reading one failed."""
    from kgraph.store.tables import is_unreadable

    if is_unreadable(error) and (damage := lake.find_damage()) is not None:
        raise damage from error


@click.group(cls=_FleetGroup)
def fleet() -> None:
    """Several repositories as one: build, link, and ask them together.

    A fleet file lists them; see `kgraph fleet build --help`. Its data are in .kgraph-fleet beside it.
    """


for command in (*build_commands(fleet_option), *serve_commands(fleet_option), diff_command(fleet_option)):
    fleet.add_command(command)


@fleet.command()
@fleet_option
@json_option
def status(where: str, as_json: bool) -> int:
    """List the repositories: their revision, size, links, and why the last build of one failed.

    Exit code 1: the last build of one failed, or one is not built yet.
    """
    from kgraph import fleet as fleets
    from kgraph.fleet.lake import as_json as catalog_json

    loaded = fleets.load(Path(where))
    lake = fleets.Lake.open_or_empty(loaded.home)
    missing = _not_built(loaded, lake)
    if as_json:
        print_json({**catalog_json(lake.catalog), "not_built": missing, "states": lake.states()})
    else:
        for name in missing:
            failure = lake.catalog.failures.get(name, "")
            say(f"{name}: not built{': ' if failure else ''}{failure}")
        for entry in lake.catalog.repositories:
            counts = entry.current.counts
            about = f"{counts.get('files', 0):,} files, {counts.get('symbols', 0):,} symbols"
            group = f" [{entry.group}]" if entry.group else ""
            say(f"{entry.name}{group}: {entry.current.rev}, {about}")
            if unread := entry.current.unread:
                path, reason = min(unread.items())
                say(f"    {len(unread):,} files could not be read, such as {path}: {reason}")
            if entry.error:
                say(f"    the last build failed: {entry.error}")
        if lake.catalog.generation:
            say(links_line(lake))
        if states := lake.states():
            say(f"state {lake.catalog.generation}; kept before it: {', '.join(map(str, states))}")
    return FOUND if missing or any(entry.error for entry in lake.catalog.repositories) else OK


@fleet.command()
@click.argument("query", metavar="NAME|FILE.rq|SPARQL")
@fleet_option
@param_option
@click.option("-r", "--repository", "names", multiple=True, metavar="NAME", help="Ask only this one; repeatable.")
@click.option("-n", "--limit", type=click.IntRange(min=0), metavar="N", help="At most N rows of each repository.")
@form_option
@output_option
def query(
    query: str,
    where: str,
    params: tuple[str, ...],
    names: tuple[str, ...],
    limit: int | None,
    form: str,
    output: str,
) -> None:
    """Ask a SPARQL query of every repository; a column `repo` stands in front of its rows.

    \b
      kgraph fleet query subclasses -p name=flask.Flask
    """
    from kgraph.cli.common import parameter_values
    from kgraph.fleet import answers
    from kgraph.query.answering import find_query

    values = parameter_values(params, find_query(query))
    lake = lake_of(where)
    answer = interruptible(lambda: answers.ask(lake, query, values, only=names, limit=limit))
    _write(answer.rows, form, output)
    say_missing(lake)
    for note in answer.notes:
        say(f"note: {note}", err=True)


@fleet.command()
@click.argument("statement", metavar="SQL")
@fleet_option
@form_option
@output_option
def sql(statement: str, where: str, form: str, output: str) -> None:
    """Ask the tables of all repositories in SQL (polars' dialect).

    Tables are those of `kgraph export -f parquet` with the columns `repo` and `rev`, and `links` and `repositories`.

    \b
      kgraph fleet sql "SELECT repo, count(*) AS files FROM files GROUP BY repo ORDER BY files DESC"
    """
    import polars as pl

    from kgraph.errors import QueryError

    lake = lake_of(where)
    context = lake.sql()
    try:
        rows = interruptible(lambda: context.execute(statement, eager=True))
    except pl.exceptions.PolarsError as error:
        _say_damage(lake, error)
        tables = ", ".join(sorted(context.tables()))
        raise QueryError(f"SQL: {error}", hint=f"tables: {tables}") from error
    _write(rows, form, output)
    say_missing(lake)


@fleet.command()
@click.argument("name")
@fleet_option
@owner_option
@form_option
@output_option
def users(name: str, where: str, owner: str, form: str, output: str) -> None:
    """List where other repositories use NAME: a repository, the path of a file, or the name of a symbol."""
    from kgraph.fleet import questions

    lake = lake_of(where)
    nodes = questions.find_nodes(lake, name, owner)
    found = questions.users(lake, name, owner, nodes)
    _write(found, form, output)
    _say_unread_of(lake, name, nodes, nobody=found.is_empty())


@fleet.command()
@click.argument("name")
@fleet_option
@owner_option
@form_option
@output_option
def impact(name: str, where: str, owner: str, form: str, output: str) -> None:
    """List the repositories that may have to change with NAME, with the versions they require.

    NAME is a repository, the path of a file, or the name of a symbol.
    """
    from kgraph.fleet import questions

    lake = lake_of(where)
    nodes = questions.find_nodes(lake, name, owner)
    found = questions.impact(lake, name, owner, nodes)
    _write(found, form, output)
    # What tests and documentation alone use has no impact, and is used.
    nobody = found.is_empty() and questions.users(lake, name, owner, nodes).is_empty()
    _say_unread_of(lake, name, nodes, nobody=nobody)


@fleet.command()
@click.argument("path")
@fleet_option
@owner_option
@click.option("-n", "limit", type=click.IntRange(min=1), default=10, show_default=True, help="Files.")
@form_option
@output_option
def related(path: str, where: str, owner: str, limit: int, form: str, output: str) -> None:
    """List the files of other repositories that belong with a file: they use it, are used by it, or are copies."""
    from kgraph.fleet import questions
    from kgraph.fleet.related_across import find_related as related_files

    lake = lake_of(where)
    _write(related_files(lake, path, owner, limit), form, output)
    _say_unread_of(lake, path, questions.find_nodes(lake, path, owner))


@fleet.command()
@fleet_option
@form_option
@output_option
def dependencies(where: str, form: str, output: str) -> None:
    """List which repository needs which, and how often; cycles are reported on standard error."""
    from kgraph.fleet import questions

    lake = lake_of(where)
    _write(questions.dependencies(lake), form, output)
    for ring in questions.cycles(lake):
        say(f"note: in a dependency cycle: {', '.join(ring)}", err=True)
    _say_unread(lake)


@fleet.command()
@fleet_option
@click.option("--smallest", type=click.IntRange(min=0), default=200, show_default=True, help="Bytes of a file.")
@form_option
@output_option
def duplicates(where: str, smallest: int, form: str, output: str) -> None:
    """List files of equal content in several repositories, the largest first."""
    from kgraph.fleet import questions

    lake = lake_of(where)
    _write(questions.duplicates(lake, smallest), form, output)
    say_missing(lake)


@fleet.command()
@click.argument("rules", nargs=-1, required=True, metavar="RULES...")
@fleet_option
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@output_option
@click.option("--baseline", type=click.Path(), metavar="FILE", help="Known violations: only others fail.")
@click.option(
    "--undecided",
    type=click.Choice(UNDECIDED),
    default="fail",
    show_default=True,
    help="What a rule does that is not decided.",
)
def check(rules: tuple[str, ...], where: str, form: str, output: str, baseline: str | None, undecided: str) -> int:
    """Check rules over repositories: what may need what, layers, rings.

    RULES are files or folders of .toml, as of `kgraph check`; a file is called repository/path in them.

    \b
      [[rule]]
      name = "layers"
      type = "layers"
      layers = ["/app/", "/flask/ | /django/", "/werkzeug/"]

    Exit code 0: no new violation; 1: there are some, or a rule is not decided; 2: a rule is wrong.
    """
    from dataclasses import replace

    from kgraph import fleet as fleets
    from kgraph.fleet import checking
    from kgraph.model import Repository
    from kgraph.rules import WRITERS

    loaded = fleets.load(Path(where))
    lake = fleets.Lake.open(loaded.home)
    missing = _not_built(loaded, lake)
    known = Path(baseline) if baseline else None
    report = interruptible(lambda: checking.check_fleet(lake, rules, missing=missing, baseline=known))
    if undecided == "ignore":
        report = replace(report, undecided=())
    with stream(output) as out:
        WRITERS[form](report, Repository(lake.catalog.fleet, ""), out)
    return conclusion(report, fail_on="error", undecided=undecided, baseline=baseline)


@fleet.command()
@fleet_option
@server_options
@click.option("--prune", is_flag=True, help="Remove the graphs of earlier revisions from the server.")
@output_option
def export(where: str, output: str, endpoint: str | None, user: str | None, timeout: float | None, prune: bool) -> None:
    """Write N-Quads: a named graph for each repository and revision, and one for the links.

    With --endpoint, the address of a server's graph store, they are sent there, but for what is there already.

    \b
      kgraph fleet export --endpoint http://localhost:8890/sparql-graph-crud-auth --user dba
    """
    from kgraph.fleet import quads

    refuse_without(endpoint, user=user, timeout=timeout, prune=prune)
    lake = lake_of(where)
    say_missing(lake)
    if endpoint is None:
        with stream(output) as out:
            quads.write(lake, out)
        return
    if output != "-":
        raise click.UsageError("-o is for a file, and --endpoint for a server")
    address = server(endpoint, user, timeout)
    with progress_bars(False) as progress:
        loading = interruptible(lambda: quads.load(lake, address, prune=prune, progress=progress))
    for name, triples in loading.sent:
        say(f"{name}: {triples:,} triples")
    if loading.kept:
        say(f"{loading.kept:,} {'graph was' if loading.kept == 1 else 'graphs were'} there already")
    if loading.old:
        graphs = "1 graph" if len(loading.old) == 1 else f"{len(loading.old):,} graphs"
        done = "removed" if loading.removed else "still there, and read by queries: --prune removes them"
        say(f"{graphs} of other revisions: {done}")


def _not_built(loaded: LoadedFleet, lake: Lake) -> list[str]:
    from kgraph.fleet.members import members

    return sorted({member.name for member in members(loaded)} - set(lake.catalog.names))


def _write(frame: pl.DataFrame, form: str, output: str) -> None:
    """Write a frame: lists as texts with a space between, but in JSON."""
    import polars as pl

    if form == "json":
        from kgraph.escape import as_json

        with stream(output) as out:
            out.write((as_json(frame.to_dicts(), indent=1) + "\n").encode())
        return
    lists = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.List)]
    flat = frame.with_columns(pl.col(name).cast(pl.List(pl.String)).list.join(" ") for name in lists)
    with stream(output) as out:
        if form == "csv":
            out.write(flat.write_csv().encode())
            return
        from kgraph.query.table import align

        rows = [["" if cell is None else str(cell) for cell in row] for row in flat.iter_rows()]
        right = [dtype.is_numeric() for dtype in flat.dtypes]
        for line in align(flat.columns, rows, iter(()), right=right):
            out.write(line.encode("utf-8", "replace") + b"\n")
    if frame.is_empty() and sys.stderr.isatty():
        say("no rows", err=True)


def _say_unread_of(lake: Lake, name: str, nodes: pl.DataFrame | None, *, nobody: bool = False) -> None:
    """Say what an answer about users of a name may lack, and whether there is `nobody`; `nodes` are those of
    `questions.find_nodes`."""
    from kgraph.fleet import unread

    if nobody:
        say(f"note: {unread.nobody(lake, name, nodes)}", err=True)
    _say_unread(lake, nodes, [name] if nodes is None else sorted(nodes["repo"].unique().to_list()))


def _say_unread(lake: Lake, nodes: pl.DataFrame | None = None, providers: Collection[str] = ()) -> None:
    """Say what an answer may lack: about all, or about nodes of some repositories."""
    from kgraph.fleet import unread

    languages = None if nodes is None else unread.languages_of(lake, nodes)
    for note in unread.notes(lake, languages, providers):
        say(f"note: {note}", err=True)
