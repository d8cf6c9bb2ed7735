"""Test edges: which file tests which, by what a test is called, and what it uses.

Input: resolved uses, and where symbols are defined. Output: rows of `uses.RESOLVED` from file to file.

`test_shapes.py` and `shapes_test.cpp` test the files called `shapes` of which they use something; a package is called
by its folder. On purpose nothing is reported for what a test merely uses: most of that is there to help it.
"""

from __future__ import annotations

import posixpath
import re
from functools import cache

import polars as pl

from kgraph.assemble.evidence import CONFIDENCE, TEST_NAME
from kgraph.assemble.use_tables import RESOLVED
from kgraph.test_words import TEST_WORDS
from kgraph.vocab.iri import decode_path

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_PACKAGE = frozenset({"__init__.py", "__init__.pyi"})


def definitions(facts: pl.DataFrame) -> pl.DataFrame:
    """Which files (`file_id`) define a symbol (`to`); `facts` is the joined frame of symbol facts."""
    return facts.filter("definition").select("file_id", to="id")


def find_test_edges(resolved: pl.DataFrame, defined: pl.DataFrame) -> pl.DataFrame:
    """The files that test others, with the lines of what they use; `defined` says which files define a symbol."""
    testing = [file for file in resolved["file"].unique() if _parse_test_name(file)[0]]
    used = resolved.filter(
        pl.col("file").is_in(testing) & pl.col("kind").is_in(["Call", "Reference", "Inheritance", "TypeUse"])
    ).select("file", "to", "line")
    if used.is_empty():
        return pl.DataFrame(schema=RESOLVED)
    homes = defined.join(used, on="to", how="semi").group_by("to").agg(pl.col("file_id").min())
    used = used.join(homes, on="to", how="inner", maintain_order="left").filter(pl.col("file") != pl.col("file_id"))
    pairs = used.select("file", "file_id").unique().sort("file", "file_id")
    wanted = [(test, tested) for test, tested in pairs.iter_rows() if _fits(test, tested)]
    chosen = pl.DataFrame(wanted, schema={"file": pl.String, "file_id": pl.String}, orient="row")
    rows = used.join(chosen, on=["file", "file_id"], how="semi", maintain_order="left")
    return rows.select(
        kind=pl.lit("Test"),
        **{"from": "file"},
        to="file_id",
        file="file",
        line="line",
        roles=pl.lit(None, pl.String),
        confidence=pl.lit(CONFIDENCE[TEST_NAME]),
        evidence=pl.lit(TEST_NAME),
    ).cast(pl.Schema(RESOLVED))


def _fits(test: str, tested: str) -> bool:
    name = _parse_test_name(test)[1]
    return bool(name) and _parse_test_name(tested) == (False, name)


@cache
def _parse_test_name(file: str) -> tuple[bool, tuple[str, ...]]:
    """Whether a file's name says that it is a test, and the words of the name that do not."""
    path = decode_path(file.removeprefix("file/"))
    name = posixpath.basename(path)
    stem = posixpath.basename(posixpath.dirname(path)) if name in _PACKAGE else name.partition(".")[0]
    words = [word.lower() for word in _WORDS.findall(stem)]
    kept = tuple(word for word in words if word not in TEST_WORDS)
    return len(kept) < len(words), kept
