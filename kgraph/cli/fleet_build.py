"""`kgraph fleet build`, `kgraph fleet update`: a fleet's graphs, by this machine or by a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kgraph import allocators, limits
from kgraph.cli.common import json_option, print_json, progress_bars
from kgraph.cli.exit_codes import FOUND, OK
from kgraph.cli.output import say

if TYPE_CHECKING:
    from kgraph.fleet import FleetReport, Lake

_BUILD = """Build the repositories of a fleet file, all or those that are named, and link them.

        \b
          [[repository]]
          path = "libraries/*"                     # folders
          [[repository]]
          url = "https://github.com/pallets/flask" # a clone
          revision = "3.0.0"
          [[packages]]
          names = ["numpy==1.26.4", "scipy"]       # of PyPI
          [[manifest]]
          path = ".repo/manifests/default.xml"     # of Google's repo

        What is built is kept: a build that was interrupted goes on. Exit code 0: done; 1: a repository could not be
        built, and the others are done.
        """
_UPDATE = "Bring what is new in clones and indexes, then build what moved."


def build_commands(fleet_option: Callable[[Any], Any]) -> Iterator[click.Command]:
    """The commands that build; `fleet_option` says which fleet file is meant."""
    yield _build_command("build", _BUILD, fleet_option, update=False)
    yield _build_command("update", _UPDATE, fleet_option, update=True)


def _building(update: bool) -> Any:
    def command(
        where: str, names: tuple[str, ...], parallel: int | None, scheduler: str | None, as_json: bool, quiet: bool
    ) -> int:
        limits.check()
        allocators.give_back_at_once()
        from kgraph import fleet as fleets

        loaded = fleets.load(Path(where))
        with progress_bars(quiet) as progress:
            report = fleets.build(
                loaded, only=names, update=update, parallel=parallel, scheduler=scheduler, progress=progress
            )
        if as_json:
            print_json(_as_json(report))
        elif not quiet:
            _say_report(report)
        return FOUND if report.failed else OK

    return command


def _build_command(name: str, text: str, fleet_option: Callable[[Any], Any], *, update: bool) -> click.Command:
    command = _building(update)
    for option in (
        click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors."),
        json_option,
        click.option(
            "--parallel",
            type=click.IntRange(min=1),
            metavar="N",
            help="Repositories at a time. [default: one per core; one more than the workers have threads]",
        ),
        click.option(
            "--scheduler",
            metavar="ADDRESS",
            help="Have the workers of a Dask cluster build: tcp://HOST:PORT, or local for one on this machine.",
        ),
        click.argument("names", nargs=-1, metavar="[REPOSITORY]..."),
        fleet_option,
    ):
        command = option(command)
    return click.command(name, help=text)(command)


def _say_report(report: FleetReport) -> None:
    for each in report.members:
        if each.state == "failed":
            say(f"{each.name}: failed: {each.error}", err=True)
        else:
            counts = each.manifest["counts"]
            say(f"{each.name}: {each.state}, {counts['files']:,} files, {each.seconds:.1f} s")
        if each.note:
            say(f"note: {each.name}: {each.note}", err=True)
    if report.gone:
        say(f"note: no longer in the fleet: {', '.join(report.gone)}", err=True)
    say(links_line(report.lake))


def links_line(lake: Lake) -> str:
    """How many repositories a lake has, and what leads between them, in a line."""
    from kgraph.fleet import questions

    links = lake.links().collect()
    known = links.drop_nulls("to_repo").height
    pairs = questions.dependencies(lake).height
    count = len(lake.catalog.names)
    line = f"{count} {'repository' if count == 1 else 'repositories'}, {known:,} {'link' if known == 1 else 'links'}"
    line += f" between {pairs:,} {'pair' if pairs == 1 else 'pairs'} of them" if known else ""
    several = links.height - known
    return line + (f"; {several:,} more have several providers (`kgraph fleet sql`, table links)" if several else "")


def _as_json(report: FleetReport) -> dict[str, Any]:
    return {
        "fleet": report.lake.catalog.fleet,
        "seconds": {name: round(seconds, 3) for name, seconds in report.seconds.items()},
        "gone": list(report.gone),
        "repositories": [
            {
                "name": each.name,
                "state": each.state,
                "seconds": round(each.seconds, 3),
                "error": each.error,
                "note": each.note,
            }
            for each in report.members
        ],
    }
