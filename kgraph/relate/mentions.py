"""How often the name of a function stands where it could be used, beside its declarations.

Input: the words of all files, symbols and where they stand. Output: a count for each function that one file, one class,
one package or one module can see. It is an upper bound on its uses, whatever they look like: a macro's body, a string
that names a slot, a table of interrupts, a comment. So a function with none is dead code as far as names tell.

A function of the C family with internal linkage can be used in its file, in headers that this includes and, where
others include it, in theirs; a private method of Java in its file. All others are looked for in the whole repository:
those that their language keeps to a package, a module or a file of TypeScript, too. Methods of an interface are for who
implements it, whatever can see that.

A macro may paste the name of a function together, `_handle##Name`, and so may a string, "handle_$name": where one in
its file may, nothing is counted. Nor is it for a method whose name reflection looks up, in whatever file.

A private method of Python stands elsewhere as `_Class__name`: where that does, whatever the class, nothing is counted.

A private method of C++ may override one of a base of another repository, and need not say so: where its class has such
a base, however far above, nothing is counted.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from kgraph.model import Kind
from kgraph.name_facts import REFLECTED
from kgraph.relate.term_matrix import Vocabulary
from kgraph.vocab.tables import EDGES

_HEADER = r"\.(?:h|hh|hpp|hxx|inc|inl|ipp)$"
_MENTIONS = {"id": pl.String(), "mentions": pl.Int64()}
_FUNCTIONS = [Kind.FUNCTION.value, Kind.METHOD.value]


def mentions(
    tables: Mapping[str, pl.DataFrame], located: pl.DataFrame, numbers: pl.DataFrame, vocabulary: Vocabulary
) -> pl.DataFrame:
    """The table `id`, `mentions` of the functions that one file, class, package or module can see.

    `tables` are those that `related_tables.select_needed` names, `located` is of `signals.places`, `numbers` gives each
    file's id its number.
    """
    symbols, overriding, kept = tables["symbols"].with_row_index("symbol"), tables["overriding"], tables["kept"]
    is_internal = pl.col("id").str.starts_with("symbol/cpp/") & pl.col("id").str.contains("%40", literal=True)
    is_private = (pl.col("access") == "private").fill_null(value=False)
    is_kept = is_internal | is_private | pl.col("id").is_in(kept["id"].implode())
    candidates = symbols.filter(pl.col("kind").is_in(_FUNCTIONS) & is_kept).select(
        "symbol", "id", "name", in_file=is_internal | (is_private & pl.col("id").str.starts_with("symbol/java/"))
    )
    if candidates.is_empty():
        return pl.DataFrame(schema=_MENTIONS)
    placed = located.filter(pl.col("word").is_not_null())
    declared = placed.select("word", "number", "target").unique().group_by("word", "number").agg(declared=pl.len())
    macros = symbols.filter(pl.col("kind") == Kind.MACRO.value)["name"]  # a function so named is made by the macro
    candidates = candidates.filter(~pl.col("name").is_in(macros.implode()))
    mangled = vocabulary.names.str.extract(r"^_\w*?[^_](__\w+)$").drop_nulls().unique()
    candidates = candidates.filter(~(pl.col("name").str.starts_with("__") & pl.col("name").is_in(mangled.implode())))
    candidates = candidates.join(overriding, on="id", how="anti")
    candidates = candidates.join(placed.select("symbol", "word", "number").unique(), on="symbol")
    candidates = candidates.join(_may_be_pasted(candidates, vocabulary.pasted), on="id", how="anti")
    reflected = vocabulary.pasted["text"].filter(vocabulary.pasted["text"].str.starts_with(REFLECTED))
    candidates = candidates.filter(~pl.col("name").is_in(reflected.str.strip_prefix(REFLECTED).implode()))
    included = tables[EDGES].filter(pl.col("kind") == "includes").select(id="target").unique().join(numbers, on="id")
    is_shared = pl.col("number").is_in(included["number"].implode())
    counts = vocabulary.counts
    total = np.asarray(counts.sum(axis=0)).ravel()
    total_declared = declared.group_by("word").agg(pl.col("declared").sum())
    headers = numbers.filter(pl.col("id").str.contains(_HEADER))["number"]
    in_headers = np.asarray(counts[headers.to_numpy()].sum(axis=0)).ravel()
    declared_there = declared.filter(pl.col("number").is_in(headers.implode()))
    declared_there = declared_there.group_by("word").agg(declared_in_headers=pl.col("declared").sum())
    here = pl.Series("count", _count_at(vocabulary, candidates["number"].to_numpy(), candidates["word"].to_numpy()))
    rows = candidates.with_columns(here).join(declared, on=["word", "number"], how="left")
    inside = pl.col("in_file") & ~is_shared
    rows = rows.join(declared_there, on="word", how="left")
    rows = rows.join(total_declared.rename({"declared": "declared_anywhere"}), on="word", how="left").with_columns(
        mentions=pl.when(inside)
        .then(
            pl.col("count")
            - pl.col("declared")
            + pl.when(pl.col("id").str.starts_with("symbol/cpp/") & ~pl.col("number").is_in(headers.implode()))
            .then(pl.lit(pl.Series(in_headers)).gather("word") - pl.col("declared_in_headers").fill_null(0))
            .otherwise(0)
        )
        .otherwise(pl.lit(pl.Series(total)).gather("word") - pl.col("declared_anywhere"))
    )
    return rows.group_by("id").agg(pl.col("mentions").max().clip(lower_bound=0).cast(pl.Int64)).sort("id")


def _may_be_pasted(candidates: pl.DataFrame, pasted: pl.DataFrame) -> pl.DataFrame:
    """The `id` of each function whose name its file may paste together, by how it begins or ends."""
    functions = candidates.select("id", "name", "number")
    if pasted.is_empty():
        return functions.select("id").clear()
    pairs = functions.join(pasted.with_columns(pl.col("number").cast(functions.schema["number"])), on="number")
    part = pl.col("text").str.strip_chars("#")
    begins = pl.col("text").str.ends_with("##") & pl.col("name").str.starts_with(part)
    ends = pl.col("text").str.starts_with("##") & pl.col("name").str.ends_with(part)
    return pairs.filter((begins | ends) & (pl.col("name") != part)).select("id").unique()


def _count_at(vocabulary: Vocabulary, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """How often words occur in files."""
    matrix = vocabulary.counts
    keys = np.repeat(np.arange(matrix.shape[0], dtype=np.int64), np.diff(matrix.indptr)) * matrix.shape[1]
    keys = keys + matrix.indices
    wanted = rows.astype(np.int64) * matrix.shape[1] + columns
    places = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
    return np.where(keys[places] == wanted, matrix.data[places], 0) if len(keys) else np.zeros(len(wanted))
