"""What a change of each file rebuilds on each platform, for the pages.

Input: the model of a repository. Output: `PageFile.units_by_platform`, of files of which conditions of includes say
that it is not the same everywhere.
"""

from __future__ import annotations

import re

import numpy as np

from kgraph import platforms
from kgraph.languages import UNITS
from kgraph.pages.repository_model import RepositoryModel


def add_units_by_platform(model: RepositoryModel) -> None:
    """Count the units for each platform, where a condition excludes an include from one."""
    files = list(model.files.values())
    number = {file: at for at, file in enumerate(files)}
    by_id = {file.id: at for file, at in number.items()}
    said: dict[tuple[int, int], list[str]] = {}
    for at, file in enumerate(files):
        if any(include.condition for include in file.includes):
            for include in file.includes:
                for target in include.targets:
                    if target in by_id:
                        said.setdefault((at, by_id[target]), []).append(include.condition)
    pairs = [(at, number[other]) for at, file in enumerate(files) for other in file.needs]
    edges = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    units = np.array([re.search(UNITS, file.path) is not None for file in files], dtype=np.int64)
    found = platforms.count_units((edges[:, 0], edges[:, 1]), said, units)
    for file, *counts in zip(files, *(numbers.tolist() for numbers in found.values()), strict=True) if found else ():
        if set(counts) != {file.dependents[1]}:
            file.units_by_platform = tuple(counts)
