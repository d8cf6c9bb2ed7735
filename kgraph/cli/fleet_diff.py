"""`kgraph fleet diff`: what changed between two states of a fleet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kgraph.cli.common import output_option, stream
from kgraph.cli.exit_codes import FOUND, OK
from kgraph.cli.fleet_serve import lake_of
from kgraph.cli.output import say

if TYPE_CHECKING:
    from kgraph.fleet import FleetChanges, Lake

_TITLES = {
    "repositories": "Repositories",
    "broken": "Uses of what is gone",
    "requirements": "Versions that are asked for",
    "links": "Links between repositories",
}


def diff_command(fleet_option: Callable[[Any], Any]) -> click.Command:
    """The command; `fleet_option` says which fleet file is meant."""
    fleet_option(diff)
    return diff


@click.command()
@click.argument("old", default="")
@click.argument("new", default="")
@click.option("-f", "--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
@click.option("--exit-code", is_flag=True, help="End with 1 if something that others use is gone.")
@output_option
def diff(old: str, new: str, where: str, form: str, exit_code: bool, output: str) -> int:
    """Say what changed between two states of the fleet: repositories, links, versions, API that others use.

    OLD and NEW are numbers of states (`kgraph fleet status` lists them), or fleet files. Without them, the state before
    is compared with the one that is. `keep = N` in the fleet file keeps the last N states.

    \b
      kgraph fleet diff
      kgraph fleet diff 3 5
      kgraph fleet diff yesterday/fleet.toml .
    """
    from kgraph.fleet import changes

    lake = lake_of(where)
    before, after = _state(lake, old) if old else _previous(lake), _state(lake, new) if new else lake
    found = changes(before, after)
    with stream(output) as out:
        out.write((_as_json(found) if form == "json" else _as_text(found)).encode("utf-8", "replace"))
    for note in found.notes:
        say(f"note: {note}", err=True)
    return FOUND if exit_code and not found.broken.is_empty() else OK


def _state(lake: Lake, name: str) -> Lake:
    return lake.state(int(name)) if name.isascii() and name.isdecimal() and not Path(name).exists() else lake_of(name)


def _previous(lake: Lake) -> Lake:
    from kgraph.errors import QueryError

    if states := lake.states():
        return lake.state(states[-1])
    hint = "write `keep = 2` or more into the fleet file: from the next build on, the state before stays"
    raise QueryError("no earlier state of the fleet is kept", hint=hint)


def _as_json(found: FleetChanges) -> str:
    from kgraph.escape import as_json

    frames = {name: frame.to_dicts() for name, frame in found.frames.items()}
    return as_json({**frames, "notes": list(found.notes)}, indent=1) + "\n"


def _as_text(found: FleetChanges) -> str:
    from kgraph.query.table import align

    if found.is_empty:
        return "nothing changed\n"
    parts = []
    for name, title in _TITLES.items():
        frame = found.frames[name]
        if frame.is_empty():
            continue
        rows = [["" if cell is None else str(cell) for cell in row] for row in frame.iter_rows()]
        right = [dtype.is_numeric() for dtype in frame.dtypes]
        lines = align(frame.columns, rows, iter(()), right=right)
        parts.append(f"{title}: {frame.height:,}\n" + "".join(f"{line}\n" for line in lines))
    return "\n".join(parts)
