"""The words of all files as matrices: which file holds which identifier, and which parts of identifiers.

Input: the words of each file. Output: sparse counts. A word's number is its place in the sorted vocabulary, so that
equal files give equal matrices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import sparse

from kgraph.model import FileIdentifiers


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The identifiers of all files."""

    names: pl.Series  # sorted
    counts: sparse.csr_array  # file x identifier: how often
    pasted: pl.DataFrame  # number (of a file), text: what its macros paste names together of, as `FileIdentifiers`

    def files_with(self) -> np.ndarray:
        """In how many files each identifier is."""
        return np.bincount(self.counts.indices, minlength=len(self.names))


def vocabulary(words: Sequence[FileIdentifiers | None]) -> Vocabulary:
    """The identifiers of all files; a file without words is an empty row."""
    present = [each for each in words if each is not None and each.names]
    sizes = np.array([len(each.counts) // 2 if each is not None and each.names else 0 for each in words], np.int64)
    texts = pl.Series([each.names for each in present], dtype=pl.String)
    names = texts.str.split(" ").explode(empty_as_null=False, keep_nulls=False)
    unique = names.unique().sort()
    numbers = names.to_frame("name").join(
        unique.to_frame("name").with_row_index("number"), on="name", how="left", maintain_order="left"
    )["number"]
    counts = np.frombuffer(b"".join(each.counts for each in present), np.uint16)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    matrix = sparse.csr_array(
        (counts.astype(np.float32), numbers.to_numpy().astype(np.int32), starts.astype(np.int32)),
        shape=(len(words), len(unique)),
    )
    return Vocabulary(unique, matrix, list_pasted_names(words))


def update(former: Vocabulary, rows: np.ndarray, fresh: Vocabulary, pasted: pl.DataFrame) -> Vocabulary:
    """What `vocabulary` makes where only some files have other words than before.

    `rows` says which row of the former each file has now, -1 for none; these files, in their order, are those of
    `fresh`. `pasted` is what the macros of all files paste.
    """
    is_old = rows >= 0
    held = former.counts[rows[is_old]]
    places = np.asarray(former.names.search_sorted(fresh.names).to_numpy(), np.int64)
    is_known = np.zeros(len(places), bool)
    within = np.flatnonzero(places < len(former.names))
    is_known[within] = (former.names.gather(places[within]) == fresh.names.gather(within)).to_numpy()
    remains = np.bincount(held.indices, minlength=len(former.names)) > 0
    remains[places[is_known]] = True
    added, remaining = fresh.names.filter(pl.Series(~is_known)), former.names.filter(pl.Series(remains))
    before = np.asarray(remaining.search_sorted(added).to_numpy(), np.int64)  # how many of them are before each
    names = pl.concat([remaining, added]).sort() if len(added) else remaining
    of_former = np.cumsum(remains) - 1
    of_former += np.searchsorted(before, of_former, side="right")
    of_fresh = np.empty(len(places), np.int64)
    of_fresh[is_known], of_fresh[~is_known] = of_former[places[is_known]], before + np.arange(len(added))
    order = np.empty(len(rows), np.int64)
    order[is_old], order[~is_old] = np.arange(held.shape[0]), held.shape[0] + np.arange(fresh.counts.shape[0])
    both = [
        sparse.csr_array(
            (matrix.data, numbers[matrix.indices].astype(np.int32), matrix.indptr),
            shape=(matrix.shape[0], len(names)),
        )
        for matrix, numbers in ((held, of_former), (fresh.counts, of_fresh))
    ]
    matrix = sparse.csr_array(sparse.vstack(both, format="csr"))[order]
    matrix.has_sorted_indices = True
    return Vocabulary(names, matrix, pasted)


def parts_of(words: Vocabulary) -> Vocabulary:
    """The parts that the identifiers of files are composed of."""
    names, composed = parts(words.names)
    counts = sparse.csr_array(words.counts @ composed)
    counts.sort_indices()
    return Vocabulary(names, counts, list_pasted_names(()))


def list_pasted_names(words: Sequence[FileIdentifiers | None]) -> pl.DataFrame:
    """What macros of files paste names together of, as `Vocabulary.pasted`."""
    pairs = [(n, text) for n, each in enumerate(words) if each is not None for text in each.pasted.split()]
    return pl.DataFrame(pairs, schema={"number": pl.UInt32, "text": pl.String}, orient="row")


def parts(names: pl.Series) -> tuple[pl.Series, sparse.csr_array]:
    """The lower-cased words that identifiers are composed of, and identifier x part: how often.

    "setBatchSize2D" is made of "set", "batch", "size", "2", "d"; parts of one letter are left out.
    """
    text = (
        names.str.replace_all(r"([a-z0-9])([A-Z])", "${1}_${2}")
        .str.replace_all(r"([A-Z])([A-Z][a-z])", "${1}_${2}")
        .str.replace_all(r"([A-Za-z])([0-9])", "${1}_${2}")
        .str.to_lowercase()
        .str.split("_")
    )
    frame = pl.DataFrame({"name": np.arange(len(names)), "part": text}).explode("part", empty_as_null=False)
    frame = frame.filter((pl.col("part").str.len_bytes() > 1) & ~pl.col("part").str.contains("^[0-9]"))
    unique = frame["part"].unique().sort()
    numbers = frame.join(unique.to_frame("part").with_row_index("number"), on="part", how="left", maintain_order="left")
    matrix = sparse.csr_array(
        (
            np.ones(numbers.height, np.float32),
            (numbers["name"].to_numpy(), numbers["number"].to_numpy()),
        ),
        shape=(len(names), len(unique)),
    )
    matrix.sum_duplicates()
    return unique, matrix
