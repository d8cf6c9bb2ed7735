"""Growth: what a repository costs that holds a tree twice, against the tree once.

    python benchmarks/growth_tree.py ROOT [--jobs N]

Both repositories are made in a scratch folder: one holds the tracked files of ROOT in `one/`, the other besides in
`two/`, with an empty line added to each file, since files of equal content are read only once. A tool whose cost grows
with the number of files pays twice for it; the budget is 2.2 times, in time and in memory.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from pathlib import Path

from common import commit_all, copy_tracked, folder_size, heading, kgraph_command, ratio, run, table

BUDGET = 2.2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", type=Path)
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--scratch", type=Path, help="where to make the copies; default the system's temporary folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kgraph-growth-", dir=options.scratch) as name:
        figures = [_build(options.root.resolve(), Path(name, f"{copies}"), copies, options.jobs) for copies in (1, 2)]
    heading(f"Growth: {options.root.resolve().name} once and twice, {options.jobs} workers")
    once, twice = figures
    table(
        ("", "once", "twice", "ratio", "budget", ""),
        (
            (what, once[what], twice[what], growth, budget, verdict)
            for what in once
            for growth in (ratio(twice[what], once[what]),)
            for budget in (BUDGET if what.endswith((" s", "MB")) else None,)
            for verdict in ("" if budget is None or growth is None or growth <= budget else "over",)
        ),
    )


def _build(root: Path, folder: Path, copies: int, jobs: int) -> dict[str, float]:
    tree, graph = folder / "tree", folder / "graph"
    files = copy_tracked(root, tree / "one")
    if copies == 2:
        files += copy_tracked(root, tree / "two", appended=b"\n")
    commit_all(tree)
    done = run([*kgraph_command(), "build", tree, "-o", graph, "--jobs", str(jobs), "--json"])
    timings = json.loads(done.output)["timings"]
    return {
        "files": files,
        **{f"{stage} s": seconds for stage, seconds in timings.items() if stage != "total"},
        "wall s": done.wall,
        "cpu s": done.cpu,
        "peak memory MB": done.memory / 1e6,
        "graph on disk MB": folder_size(graph) / 1e6,
    }


if __name__ == "__main__":
    main()
