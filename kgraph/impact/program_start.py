"""What a program of C or C++ runs before anything is called: what makes objects outside of functions.

Input: nodes, the edges of uses, what builds make. Output: edges from each target to the constructors of the objects
that its files define outside of functions, and to what the values of variables there call; from a target to those that
it links against; from a test to the target that its file is built into. A header's objects are made by who includes it,
and are left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import polars as pl

from kgraph.impact.construction import VALUE, classes_by_name, nearest_class
from kgraph.impact.dependences import TYPES, DependenceEdges, Nodes, edges, frame_of
from kgraph.model import Kind

Row = tuple[int, int, int, int]
_OBJECT = VALUE + r"(?:\w+::)*\w+\s*(?:$|[\[{=;(])"
_IS_STATIC = pl.col("modifiers").list.contains("static").fill_null(value=False)
_OUTSIDE = (pl.col("kind") == str(Kind.VARIABLE)) | ((pl.col("kind") == str(Kind.FIELD)) & _IS_STATIC)
_HEADER = r"\.(?:h|hh|hpp|hxx|h\+\+|inc|inl|ipp|tcc|cuh)$"


def make_program_start_edges(
    nodes: Nodes,
    parts: Sequence[DependenceEdges],
    built: dict[str, list[tuple[int, int]]],
    tests: Sequence[int],
) -> list[DependenceEdges]:
    """The edges; `built` is what `tests.build_edges` gives, `tests` are nodes of tests."""
    rows = nodes.file_rows.with_row_index("file").filter(~pl.col("path").str.contains(_HEADER))
    sources = set(rows["file"].to_list()) & set(np.flatnonzero(nodes.is_native).tolist())
    targets: defaultdict[int, list[int]] = defaultdict(list)
    for target, file in built["builds"]:
        if file in sources:
            targets[file].append(target)
    if not targets:
        return []
    started = [*_objects(nodes, set(targets)), *_calls(nodes, parts, set(targets))]
    starts = [(target, run, file, line) for run, file, line in started for target in targets[file]]
    within = [
        (test, target, int(nodes.home[test]), int(nodes.line[test]))
        for test in tests
        if test >= nodes.files
        for target in targets.get(int(nodes.home[test]), ())
    ]
    links = [
        (target, other, int(nodes.home[target]), int(nodes.line[target]))
        for target, other in built["linksAgainst"]
        if nodes.home[target] >= 0
    ]
    return [
        edges("runs at its start", frame_of(sorted(set(starts)))),
        edges("links in", frame_of(links)),
        edges("is in the program", frame_of(within)),
    ]


def _objects(nodes: Nodes, files: set[int]) -> list[tuple[int, int, int]]:
    """Constructors of objects that files define outside of functions: the constructor, file and line."""
    members = nodes.contains.join(
        nodes.frame.select(target=pl.col("node").cast(pl.Int64), kind="kind"), on="target"
    ).filter(pl.col("kind") == str(Kind.CONSTRUCTOR))
    made: defaultdict[int, list[int]] = defaultdict(list)
    for cls, constructor in members.select("source", "target").iter_rows():
        made[cls].append(constructor)
    types = nodes.frame.filter(pl.col("kind").is_in(list(TYPES))).with_columns(pl.col("node").cast(pl.Int64))
    by_name = classes_by_name(types.filter(pl.col("node").is_in(list(made))))
    held = nodes.symbols(_OUTSIDE).with_columns(spelled=pl.col("signature").str.extract(_OBJECT))
    defined = nodes.places.filter((pl.col("role") == "definition") & pl.col("file").is_in(sorted(files)))
    rows = (
        held.drop_nulls("spelled")
        .with_columns(pl.col("node").cast(pl.Int64))
        .join(defined.select("file", "first", node="id"), on="node")
    )
    found = []
    for qualified, spelled, file, line in rows.select("qualified_name", "spelled", "file", "first").iter_rows():
        cls = nearest_class(by_name.get(spelled.rpartition("::")[2], {}), spelled, qualified)
        if cls >= 0 and len(made[cls]) == 1:  # of several it is not known which
            found.append((made[cls][0], file, line))
    return found


def _calls(nodes: Nodes, parts: Sequence[DependenceEdges], files: set[int]) -> list[tuple[int, int, int]]:
    """What the values of variables outside of functions call: the function, file and line.

    What stands outside of functions and variables, as in `static_assert`, may run when it is compiled, and is left out.
    """
    variables = nodes.symbols(_OUTSIDE & ~pl.col("signature").fill_null("").str.contains(r"\b(?:constexpr|extern)\b"))
    here = np.intersect1d(variables["node"].to_numpy(), np.flatnonzero(np.isin(nodes.home, sorted(files))))
    return [
        (int(part.dependencies[row]), int(part.files[row]), int(part.lines[row]))
        for part in parts
        if part.name == "calls"
        for row in np.flatnonzero(np.isin(part.dependents, here)).tolist()
        if int(part.files[row]) in files
    ]
