"""What commands print, but for the answers that `common.stream` takes: lines."""

from __future__ import annotations

import click

from kgraph.escape import log_line


def say(*lines: str, err: bool = False, bold: bool = False) -> None:
    """Print lines; what would act on a terminal or on a runner of jobs is escaped, line feeds within a line too."""
    for line in lines:
        shown = log_line(line)
        click.echo(click.style(shown, bold=True) if bold else shown, err=err)
