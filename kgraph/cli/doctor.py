"""`kgraph doctor`: why the graph says less than it could, and what to do."""

from __future__ import annotations

import click

from kgraph.cli.common import graph_option, json_option, open_graph, print_json
from kgraph.cli.output import say


@click.command()
@click.argument("path", required=False)
@graph_option
@json_option
def doctor(path: str | None, folder: str, as_json: bool) -> None:
    """Diagnose missing headers, skipped files and failed units, with fixes.

    Headers that were not found, flags that clang does not know, files that are not compiled, units that failed. With
    the PATH of a file, relative to the root: how that file was read, with which flags.
    """
    with open_graph(folder) as graph:
        findings = graph.doctor(path)
        store, triples = graph.store_state, graph.manifest["counts"]["triples"]
    if as_json:
        from dataclasses import asdict

        print_json([asdict(finding) for finding in findings])
        return
    for finding in findings:
        say(finding.what, bold=True)
        for line in finding.details:
            say(f"  {line}")
        say(f"  -> {finding.advice}")
    if not findings:
        say("nothing to complain of")
    if path is None:
        from kgraph.cli.statistics import store_line

        say(store_line(store, triples))
