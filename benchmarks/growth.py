"""Growth: what n, 2n and 4n of the same cost, for each shape that a tree can grow in, and each stage of a build.

    python benchmarks/growth.py [--shape PART]... [--stage STAGE]... [--jobs N] [--list]

Each tree is built by a process of its own, and the best of a few runs counts. From processor time follows the exponent
e in size^e, and from the memory that a stage takes at its peak; the size is that of the tree in bytes, names of files
and folders too, which for most shapes grows as n does. What is too quick or too small to tell is left empty. More than
1.15 is marked, and then the exit code is 1. `growth_tree.py` asks the same of a real repository.
"""

from __future__ import annotations

import argparse
import json
import math
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from common import heading, table
from growth_stages import LIMIT, STAGES
from shapes import SHAPES, Shape

BUDGET = 1.15
RUNS = 3  # the best of them counts
AGAIN = 6  # as many more, where the first ones are over
ENOUGH_SECONDS = 0.4  # at 4n; with less than a quarter of it nothing is told
ENOUGH_BYTES = 20e6
MAX_BYTES = 3_900_000  # of one file; larger ones are not parsed

Costs = Mapping[str, tuple[float, int]]  # seconds and bytes by stage


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shape", action="append", default=[], help="only shapes whose name has this in it")
    parser.add_argument("--stage", action="append", choices=STAGES, default=[], help="by default all")
    parser.add_argument(
        "--jobs", type=int, default=1, help="shapes measured at a time; more than one disturb each other"
    )
    parser.add_argument("--list", action="store_true", help="print the names of the shapes")
    options = parser.parse_args()
    chosen = [s for s in SHAPES.values() if not options.shape or any(part in s.name for part in options.shape)]
    if options.list:
        print(*(shape.name for shape in chosen), sep="\n")
        return
    stages = options.stage or list(STAGES)
    with ThreadPoolExecutor(options.jobs) as pool:
        grown = list(pool.map(lambda shape: _grow(shape, stages), chosen))
    heading(f"Growth of {len(chosen)} shapes from n to 4n: exponents of processor time and of memory")
    rows = [row for growth in grown for row in growth.rows()]
    table(("shape", "stage", "n", "s at n", "2n", "4n", "time", "MB at 4n", "memory", ""), rows)
    over = sum(bool(row[-1]) for row in rows)
    print(f"\n{over} of {len(rows)} are over size^{BUDGET}")
    raise SystemExit(over > 0)


@dataclass(frozen=True, slots=True)
class Growth:
    """What a shape costs at three sizes; None where a process was ended."""

    shape: str
    n: int
    sizes: Sequence[int]  # bytes
    costs: Sequence[Costs | None]

    def rows(self) -> list[tuple[object, ...]]:
        """One for each stage."""
        if self.costs[-1] is None:
            known = [max((s for s, _ in c.values()), default=0) if c else None for c in self.costs]
            return [(self.shape, "", self.n, *known, None, None, None, f"ended after {LIMIT} s")]
        rows: list[tuple[object, ...]] = []
        for stage in self.costs[-1]:
            seconds, peaks = self._of(stage)
            time, memory = self.exponents(stage)
            mark = "over" if max(time or 0, memory or 0) > BUDGET else ""
            rows.append((self.shape, stage, self.n, *seconds, time, peaks[-1] / 1e6, memory, mark))
        return rows

    def exponents(self, stage: str) -> tuple[float | None, float | None]:
        """Of time and of memory; None where there is too little of it."""
        seconds, memory = self._of(stage)
        return (
            exponent(self.sizes, seconds) if seconds[-1] >= ENOUGH_SECONDS / 4 else None,
            exponent(self.sizes, memory) if memory[-1] >= ENOUGH_BYTES else None,
        )

    def is_over(self) -> bool:
        """Whether any stage is, or was ended."""
        return any(row[-1] for row in self.rows())

    def _of(self, stage: str) -> tuple[list[float], list[float]]:
        known = [costs.get(stage, (0.0, 0)) for costs in self.costs if costs]
        return [seconds for seconds, _ in known], [float(size) for _, size in known]


def exponent(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """The e of the size^e that fits the costs best."""
    xs, ys = ([math.log(max(value, 1e-9)) for value in values] for values in (sizes, costs))
    x, y = fmean(xs), fmean(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)


def _grow(shape: Shape, stages: Sequence[str]) -> Growth:
    n = _enough(shape, stages)
    each = (n, 2 * n, 4 * n)
    sizes = [shape.size(n) for n in each]
    growth = Growth(shape.name, n, sizes, [_best(shape, n, stages, RUNS) for n in each])
    if growth.costs[-1] is not None and growth.is_over():  # or was the machine busy with something else?
        again = [_best(shape, n, stages, AGAIN) for n in each]
        growth = Growth(shape.name, n, sizes, [_least([a, b]) for a, b in zip(growth.costs, again, strict=True)])
    print(f"{shape.name}: {'over' if growth.is_over() else 'fine'}", file=sys.stderr)
    return growth


def _enough(shape: Shape, stages: Sequence[str]) -> int:
    """The n of a shape, doubled until 4n takes long enough to be measured."""
    n = shape.n
    costs = _measure(shape, n, stages)
    while costs and 4 * sum(seconds for seconds, _ in costs.values()) < ENOUGH_SECONDS:
        if n >= 64 * shape.n or max(map(len, shape.make(8 * n).values())) > MAX_BYTES:
            break
        n *= 2
        costs = _measure(shape, n, stages)
    return n


def _best(shape: Shape, n: int, stages: Sequence[str], runs: int) -> Costs | None:
    return _least([_measure(shape, n, stages) for _ in range(runs)])


def _least(measured: Sequence[Costs | None]) -> Costs | None:
    """The least of each stage."""
    known = [costs for costs in measured if costs]
    if not known:
        return None
    return {s: (min(costs[s][0] for costs in known), min(costs[s][1] for costs in known)) for s in known[0]}


def _measure(shape: Shape, n: int, stages: Sequence[str]) -> Costs | None:
    program = Path(__file__).with_name("growth_stages.py")
    command = [sys.executable, str(program), shape.name, str(n), *stages]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == -signal.SIGXCPU or done.returncode == -signal.SIGKILL:
        return None
    if done.returncode:
        raise SystemExit(f"{shape.name} of {n}: exit code {done.returncode}\n{done.stderr[-3000:]}")
    return {stage: (cost[0], cost[1]) for stage, cost in json.loads(done.stdout).items()}


if __name__ == "__main__":
    main()
