"""The cookbook's answers: runs each command of the page on a graph and writes its output below it.

    python benchmarks/cookbook.py pytorch/.kgraph [notebooks/COOKBOOK.md]

The page's prose and commands are written by hand, what follows a command in a `console` block is not: it is what the
command said on that graph, cut to some lines. With `--check` nothing is written, and the exit code says whether the
page is as it would be written.
"""

from __future__ import annotations

import argparse
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from common import kgraph_command, stop

import kgraph

PAGE = Path(__file__).parent.parent / "notebooks" / "COOKBOOK.md"
MAX_LINES = 14
MAX_WIDTH = 150
_BLOCK = re.compile(r"(?<=```console\n)(.*?)(?=```)", re.DOTALL)


def commands(block: str) -> list[str]:
    """The commands of a console block; lines that follow within quotes belong to them."""
    found: list[str] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append(line)
        elif found and found[-1].count("'") % 2:
            found[-1] += "\n" + line
    return found


def run(command: str, place: Path) -> list[str]:
    """What a command says in a folder, as people see it."""
    words = shlex.split(command.removeprefix("$ "))
    assert words[0] == "kgraph", command
    done = subprocess.run(
        [*kgraph_command(), *words[1:]], cwd=place, capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode:
        stop(f"{command}: exit code {done.returncode}", done.stderr)
    return [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]


def cut(lines: Sequence[str]) -> list[str]:
    """The first lines, as wide as a page."""
    shown = [line if len(line) <= MAX_WIDTH else line[: MAX_WIDTH - 1] + "…" for line in lines[:MAX_LINES]]
    return [*shown, f"... {len(lines) - MAX_LINES:,} more lines"] if len(lines) > MAX_LINES else shown


def answered(page: str, place: Path) -> str:
    """The page with the output of its commands as they are now."""

    def block(match: re.Match[str]) -> str:
        parts = [line for command in commands(match[1]) for line in (command, *cut(run(command, place)))]
        return "".join(f"{line}\n" for line in parts)

    return _BLOCK.sub(block, page)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("graph", type=Path, help="the graph's folder")
    parser.add_argument("page", type=Path, nargs="?", default=PAGE)
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 if the page would change")
    options = parser.parse_args()
    before = options.page.read_text("utf-8")
    with kgraph.open(options.graph) as graph:
        assert graph.store is not None  # that it is made is said once, and belongs to no answer
    with tempfile.TemporaryDirectory(prefix="cookbook-") as folder:
        (Path(folder) / ".kgraph").symlink_to(options.graph.resolve())
        after = answered(before, Path(folder))
    if options.check:
        sys.exit(int(before != after))
    options.page.write_text(after, "utf-8")


if __name__ == "__main__":
    main()
