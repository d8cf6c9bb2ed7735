"""What targets are built of, link against and wait for.

Input: the answer of `pages/builds`. Output: `BuildTargets`, by target and by file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

# How a relation of a target to others is described, in the order of the page.
RELATIONS = {"builds": "built of", "linksAgainst": "links against", "buildsAfter": "built after", "runs": "runs"}


@dataclass(frozen=True, slots=True)
class BuildTargets:
    """The targets of a repository, by their ids."""

    of_target: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)  # ids by relation
    of_file: Mapping[str, Sequence[str]] = field(default_factory=dict)  # those that a file is built into


def read(builds: pl.DataFrame) -> BuildTargets:
    """The targets, sorted."""
    of_target: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    of_file: dict[str, list[str]] = defaultdict(list)
    rows = builds.select("symbol", "relation", "other").unique().sort("symbol", "relation", "other")
    for symbol, relation, other in rows.iter_rows():
        of_target[symbol][relation].append(other)
        if relation == "builds":
            of_file[other].append(symbol)
    return BuildTargets({target: dict(found) for target, found in of_target.items()}, dict(of_file))
