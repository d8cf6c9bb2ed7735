"""The command `kgraph` and its subcommands, each from the module of its name."""

from __future__ import annotations

import click

from kgraph import __version__
from kgraph.cli.affected import affected
from kgraph.cli.agent_guide import agent_guide
from kgraph.cli.build import build
from kgraph.cli.check import check
from kgraph.cli.diff import diff
from kgraph.cli.doctor import doctor
from kgraph.cli.exit_codes import CommandGroup
from kgraph.cli.export import export, ontology
from kgraph.cli.fleet import fleet
from kgraph.cli.locate import locate
from kgraph.cli.mcp import mcp
from kgraph.cli.pack import pack, unpack
from kgraph.cli.pages import pages
from kgraph.cli.query import queries, query
from kgraph.cli.review import review
from kgraph.cli.serve import serve
from kgraph.cli.stats import related, stats
from kgraph.cli.view import view
from kgraph.cli.watch import watch


@click.group(
    "kgraph", cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, message="kgraph %(version)s")
def main() -> None:
    """A knowledge graph of a source repository: build, query, export, document and check it."""


for command in (
    *(
        build,
        watch,
        pack,
        unpack,
        stats,
        query,
        related,
        affected,
        locate,
        review,
        queries,
        export,
        ontology,
        check,
        diff,
        doctor,
    ),
    *(agent_guide, fleet, mcp, pages, serve, view),
):
    main.add_command(command)
