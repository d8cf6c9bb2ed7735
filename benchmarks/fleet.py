"""Fleets: what links across repositories cost as a fleet grows, what questions cost, and what one graph of all does.

    python benchmarks/fleet.py FOLDER [--sizes 1,5,10,25,50] [--symbol NAME] [--merge]

FOLDER is that of a fleet file whose repositories are built, such as the fifty packages of the guide. Each measurement
is a process of its own: seconds are of its processor, memory is what it had at most. `interfaces` are the seconds for
what a build makes of each repository in the process that builds it, `seconds` those of the join. Sizes are the numbers
of repositories that are linked, from the smallest one on, so that each has those of the one before.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
from pathlib import Path
from time import process_time

import msgspec
from common import heading, table

from kgraph import files
from kgraph.fleet import questions, relinking
from kgraph.fleet.fleet_file import HOME
from kgraph.fleet.interface_store import FOLDER
from kgraph.fleet.lake import Lake
from kgraph.fleet.merged_graph import MERGED, merge

QUESTIONS = ("users", "use_links", "dependencies", "impact", "duplicates")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sizes", default="1,5,10,25,50")
    parser.add_argument("--symbol", default="numpy.ndarray", help="asked for by `users`")
    parser.add_argument("--merge", action="store_true", help="also make one graph of all; the one that is there goes")
    parser.add_argument("--one", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(_measure(Lake.open(options.folder / HOME), *options.one)))
        return
    total = len(Lake.open(options.folder / HOME).catalog.repositories)
    sizes = sorted({min(int(each), total) for each in options.sizes.split(",")})
    heading("Links across repositories")
    rows = [_apart(options.folder, "links", str(size)) for size in sizes]
    columns = ("repositories", "files", "symbols", "links", "uses", "interfaces", "seconds", "MB")
    table(columns, [[row[name] for name in columns] for row in rows])
    heading(f"Questions over {total} repositories")
    found = [_apart(options.folder, each, options.symbol) for each in QUESTIONS]
    table(("question", "rows", "seconds", "MB"), [[row[n] for n in ("what", "rows", "seconds", "MB")] for row in found])
    if options.merge:
        heading("One graph of all")
        row = _apart(options.folder, "merge", "")
        table(("seconds", "MB", "MB on disk"), [[row[name] for name in ("seconds", "MB", "disk")]])


def _apart(folder: Path, *what: str) -> dict[str, float]:
    command = [sys.executable, __file__, str(folder), "--one", *what]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def _measure(lake: Lake, what: str, argument: str) -> dict[str, object]:
    begun = process_time()
    found: dict[str, object] = {"what": what}
    if what == "links":
        entries = sorted(lake.catalog.repositories, key=lambda entry: entry.current.counts["symbols"])[: int(argument)]
        catalog = msgspec.structs.replace(lake.catalog, repositories=tuple(sorted(entries, key=lambda each: each.name)))
        files.discard(lake.home / FOLDER)  # what is kept of each repository is made anew
        chosen = Lake(lake.folder, msgspec.structs.replace(catalog, generation=-1))
        relinking.interfaces(chosen, catalog.names)
        found["interfaces"] = round(process_time() - begun, 2)
        begun = process_time()
        relinked = relinking.relink(chosen, catalog.names)
        across, uses = relinked.links, relinked.uses
        counts = [entry.current.counts for entry in entries]
        found |= {name: sum(each[name] for each in counts) for name in ("files", "symbols")}
        found |= {"repositories": len(entries), "links": across.height, "uses": uses.height}
    elif what == "merge":
        files.discard(lake.home / MERGED)
        path = merge(lake)
        found["disk"] = round(sum(each.stat().st_size for each in path.rglob("*") if each.is_file()) / 1e6)
    elif what == "users":
        found |= {"what": f"who uses {argument}", "rows": questions.users(lake, argument).height}
    elif what == "use_links":
        found |= {"what": "all uses across", "rows": lake.use_links().collect().height}
    elif what == "impact":
        found |= {"what": f"impact of {argument}", "rows": questions.impact(lake, argument).height}
    else:
        found["rows"] = getattr(questions, what)(lake).height
    seconds = process_time() - begun
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    return {**found, "seconds": round(seconds, 2), "MB": round(megabytes)}


if __name__ == "__main__":
    main()
