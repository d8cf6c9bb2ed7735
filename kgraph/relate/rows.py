"""Rows of sparse matrices: the best of each, their ranks, and what tells whether a row is as it was.

Input: sparse matrices. Output: such matrices, or one number for each row.

A digest is a sum modulo 2^64 over the entries of a row, of a hash of the column times a hash of the value. So it does
not depend on the numbers of columns, nor on their order, and two rows that differ have the same one with a probability
of some 2^-60: where it is equal, the row is taken to be.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy import sparse

_BLOCK = 512  # rows at a time
_PADDED = 1024  # entries of the longest row of a block that is looked at as a rectangle
_RANK = 10.0


def top(rows: sparse.csr_array, best: int) -> sparse.csr_array:
    """The best of each row, ties by the order of columns."""
    rows = rows if rows.has_sorted_indices else rows.sorted_indices()
    sizes = np.diff(rows.indptr)
    if not rows.nnz or sizes.max() <= best:
        return rows
    keep = np.ones(rows.nnz, bool)
    long = np.flatnonzero(sizes > best)
    is_huge = sizes[long] > _PADDED
    for row in long[is_huge].tolist():
        start, end = rows.indptr[row], rows.indptr[row + 1]
        keep[start:end] = _best(rows.data[start:end], best)
    long = long[~is_huge]
    for first in range(0, len(long), _BLOCK):
        places, is_there = _rectangle(rows, long[first : first + _BLOCK])
        values = np.where(is_there, rows.data[places], -np.inf)
        least = np.partition(values, values.shape[1] - best, axis=1)[:, -best][:, None]
        above, tied = values > least, values == least
        tied &= np.cumsum(tied, axis=1) <= best - np.count_nonzero(above, axis=1)[:, None]
        keep[places[is_there]] = (above | tied)[is_there]
    return only(rows, keep)


def _best(values: np.ndarray, best: int) -> np.ndarray:
    least = np.partition(values, len(values) - best)[len(values) - best]
    above: np.ndarray = values > least
    above[np.flatnonzero(values == least)[: best - np.count_nonzero(above)]] = True
    return above


def only(rows: sparse.csr_array, keep: np.ndarray) -> sparse.csr_array:
    """The entries that a mask says."""
    starts = np.concatenate([[0], np.cumsum(keep)])[rows.indptr].astype(rows.indptr.dtype)
    kept = sparse.csr_array((rows.data[keep], rows.indices[keep], starts), shape=rows.shape)
    kept.has_sorted_indices = rows.has_sorted_indices
    return kept


def rank_reciprocally(rows: sparse.csr_array) -> sparse.csr_array:
    """Each value as the reciprocal of its rank in its row: 10/10 for the first, 10/11, ..."""
    rows = rows if rows.has_sorted_indices else rows.sorted_indices()
    ranks = np.zeros(rows.nnz)
    filled = np.flatnonzero(np.diff(rows.indptr))
    for first in range(0, len(filled), _BLOCK):
        places, is_there = _rectangle(rows, filled[first : first + _BLOCK])
        order = np.argsort(np.where(is_there, -rows.data[places], np.inf), axis=1, kind="stable")
        of_place = np.empty_like(order)
        np.put_along_axis(of_place, order, np.broadcast_to(np.arange(order.shape[1]), order.shape), axis=1)
        ranks[places[is_there]] = of_place[is_there]
    return sparse.csr_array((_RANK / (_RANK + ranks), rows.indices, rows.indptr), shape=rows.shape)


def _rectangle(rows: sparse.csr_array, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The places of the entries of some rows, a row each, and which of them are entries: the others fill up."""
    starts = rows.indptr[numbers].astype(np.int64)
    sizes = rows.indptr[numbers + 1] - starts
    columns = np.arange(sizes.max())
    is_there = columns < sizes[:, None]
    return np.where(is_there, starts[:, None] + columns, 0), is_there


def shares(rows: sparse.csr_array) -> sparse.csr_array:
    """Each value as a share of the greatest in its row."""
    if not rows.nnz:
        return rows
    greatest = np.asarray(rows.max(axis=1).todense()).ravel()
    return sparse.csr_array(sparse.diags_array(1 / np.maximum(greatest, 1e-9)) @ rows)


def round_up(counts: np.ndarray) -> np.ndarray:
    """Counts from 32 on rounded up, by less than a sixteenth: one file more or less alters few of them.

    Else each change of a repository would alter all of its weights a little, and with them all signals.
    """
    _, exponents = np.frexp(np.maximum(counts, 1))
    steps = 2 ** np.maximum(exponents.astype(np.int64) - 5, 0)
    return np.asarray(-(-np.asarray(counts, np.int64) // steps) * steps)


# --- digests --------------------------------------------------------------------------------------------------------


def mix(*parts: np.ndarray | int) -> np.ndarray:
    """One 64-bit hash of 64-bit numbers: the finalizer of SplitMix64 (Steele, Lea, Flood 2014) after each."""
    total = np.array(0x9E3779B97F4A7C15, np.uint64)
    with np.errstate(over="ignore"):
        for part in parts:
            total = np.asarray(part, np.uint64) ^ (total * np.uint64(0x9E3779B97F4A7C15) + np.uint64(1))
            total = total ^ (total >> np.uint64(30))
            total = total * np.uint64(0xBF58476D1CE4E5B9)
            total = total ^ (total >> np.uint64(27))
            total = total * np.uint64(0x94D049BB133111EB)
            total = total ^ (total >> np.uint64(31))
    return np.asarray(total)


def bits(values: np.ndarray) -> np.ndarray:
    """Numbers, as 64-bit numbers that are equal where these are."""
    if values.dtype.kind != "f":
        return values.astype(np.uint64)
    return values.view(f"u{values.dtype.itemsize}").astype(np.uint64)


def hash_names(names: pl.Series) -> np.ndarray:
    """A 64-bit number for each string; the same for as long as polars is."""
    return np.asarray(names.hash(1).to_numpy(), np.uint64)


def digests(rows: sparse.csr_array, columns: np.ndarray) -> np.ndarray:
    """A number for each row, by its values and by the hashes of their columns."""
    values = mix(bits(rows.data))
    return np.asarray(sparse.csr_array((values, rows.indices, rows.indptr), shape=rows.shape) @ columns)
