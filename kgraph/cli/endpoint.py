"""What commands share that ask or fill a SPARQL server: its options, and the address made of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from kgraph.query.endpoint import Endpoint


def server_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--endpoint`, `--user` and `--timeout`."""
    for option in (
        click.option(
            "--timeout",
            type=click.FloatRange(min=0, min_open=True),
            metavar="SECONDS",
            help="The most that one request to the server may take. [default: 300]",
        ),
        click.option(
            "--user",
            metavar="NAME",
            help="User name for the server; the password is taken from KGRAPH_ENDPOINT_PASSWORD or ~/.netrc.",
        ),
        click.option("--endpoint", metavar="URL", help="A SPARQL 1.1 server, such as http://localhost:8890/sparql."),
    ):
        command = option(command)
    return command


def server(url: str, user: str | None, timeout: float | None) -> Endpoint:
    """The server that the options name."""
    from kgraph.query.endpoint import SECONDS, Credentials, Endpoint

    checked = Endpoint(url, Credentials())  # before a password is looked for
    return Endpoint(url, Credentials.find(checked.where, user or ""), timeout or SECONDS)


def refuse_without(endpoint: str | None, **options: object) -> None:
    """Refuse options that are for a server where none is given."""
    if endpoint is None and (given := next((name for name, value in options.items() if value), "")):
        raise click.UsageError(f"--{given.replace('_', '-')} is for --endpoint")
