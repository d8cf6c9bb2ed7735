"""The CSV files that `neo4j-admin database import` reads, Neo4j's way to take in millions of rows.

Input: a source. Output: a folder with one file of nodes for each table, one of relationships, and `import.args`, which
names them:

    cd FOLDER && neo4j-admin database import full @import.args neo4j

Labels are a node's classes, and the type of a relationship is the kind of its edge. The format cannot escape the
delimiter of arrays, so it is a control character that no text of a graph holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from kgraph import files
from kgraph.export.property_graph import classes
from kgraph.export.sources import ExportSource

ARGUMENTS = "import.args"
RELATIONSHIPS = "relationships.csv"
DELIMITER = "\x1f"
_FIRST_LINE = f"# neo4j-admin database import full @{ARGUMENTS} neo4j"


def write(source: ExportSource, folder: Path) -> None:
    """Fill an empty folder."""
    graph = source.property_graph()
    names: list[str] = []
    for frame in graph.nodes:
        names.append(_file_name(frame, names))
        _write(_nodes(frame), folder / names[-1])
    edges = [frame.select("source", "target", "kind") for frame in graph.edges] or [_NO_EDGES]
    columns = {"source": ":START_ID", "target": ":END_ID", "kind": ":TYPE"}
    _write(pl.concat(edges).rename(columns), folder / RELATIONSHIPS)
    lines = (
        _FIRST_LINE,
        *(f"--nodes={name}" for name in names),
        f"--relationships={RELATIONSHIPS}",
        f"--array-delimiter=U+{ord(DELIMITER):04X}",
        "--multiline-fields=true",
    )
    files.write(folder / ARGUMENTS, "".join(f"{line}\n" for line in lines))


def is_export(folder: Path) -> bool:
    """Whether a folder holds such an export and nothing else."""
    if not files.is_regular(folder / ARGUMENTS):
        return False
    try:
        first, *lines = (folder / ARGUMENTS).read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return False
    named = {ARGUMENTS, *(line.partition("=")[2] for line in lines)}
    return first == _FIRST_LINE and all(entry.name in named and files.is_regular(entry) for entry in folder.iterdir())


_NO_EDGES = pl.DataFrame(schema={"source": pl.String(), "target": pl.String(), "kind": pl.String()})


def _file_name(frame: pl.DataFrame, taken: Iterable[str]) -> str:
    """`nodes-File.csv`, after the class that all nodes of the frame share."""
    shared = set.intersection(*(set(classes(kind or "")) for kind in frame["kind"].unique())) if len(frame) else set()
    name = "-".join(("nodes", *sorted(re.sub(r"\W", "_", each) for each in shared)))
    return f"{name}.csv" if f"{name}.csv" not in taken else f"{name}-{len(list(taken))}.csv"


def _nodes(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows under Neo4j's header: `name:TYPE` for a property, ":ID" and ":LABEL" for what it must know."""
    kinds = {kind: DELIMITER.join(classes(kind)) for kind in frame["kind"].unique() if kind}
    labels = pl.col("kind").replace_strict(kinds, default=None, return_dtype=pl.String())
    columns = [pl.col("id").alias("id:ID"), labels.alias(":LABEL")]
    taken = {"id", "kind"}
    for name, dtype in frame.schema.items():
        if name in ("id", "kind"):
            continue
        called = re.sub(r"\W", "_", name)  # a colon would end the name
        while called in taken:
            called += "_"
        taken.add(called)
        columns.append(_value(name, dtype).alias(f"{called}:{_type(dtype)}"))
    return frame.select(columns)


def _value(name: str, dtype: pl.DataType) -> pl.Expr:
    if not isinstance(dtype, pl.List):
        return pl.col(name).str.replace_all(DELIMITER, "") if dtype == pl.String() else pl.col(name)
    texts = pl.col(name).cast(pl.List(pl.String()))
    return texts.list.eval(pl.element().str.replace_all(DELIMITER, "")).list.join(DELIMITER)


def _type(dtype: pl.DataType) -> str:
    if isinstance(dtype, pl.List):
        inner = dtype.inner
        return f"{_type(inner if isinstance(inner, pl.DataType) else inner())}[]"
    if dtype.is_integer():
        return "long"
    if dtype.is_float():
        return "double"
    return "boolean" if dtype == pl.Boolean() else "string"


def _write(frame: pl.DataFrame, path: Path) -> None:
    # Texts are quoted and nulls are not, which is how Neo4j tells an empty text from none.
    with files.create(path) as stream:
        frame.write_csv(stream, quote_style="non_numeric")
