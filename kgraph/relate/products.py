"""The best of each row of a product of two sparse matrices, from the ones before where few rows of them changed.

Input: files x terms, twice: as they ask, and as they are candidates. Output: for every file the best candidates. What
is kept has some more than are asked for, so that most lists hold when a few of their candidates change. It is the same
to the last bit whether it is computed again or from what was kept: each value is a sum over the common terms in their
order.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from kgraph.relate.rows import digests, only, top

MAX_PER_SIGNAL = 50  # of each signal, for each file
_SPARE = 14  # more that are kept
_MAX_KEPT = 96  # that are kept of a list that grew
_BLOCK = 512  # rows of a product at a time
_THREADS = 2


@dataclass(frozen=True, slots=True)
class ProductOperands:
    """What is multiplied: both files x terms, with sorted indices."""

    queries: sparse.csr_array
    candidates: sparse.csr_array  # without the rows of files that may not be any
    query_digests: np.ndarray  # of rows
    candidate_digests: np.ndarray

    @classmethod
    def make(
        cls, queries: sparse.csr_array, candidates: sparse.csr_array, allowed: np.ndarray, columns: np.ndarray
    ) -> ProductOperands:
        """`columns` are hashes of the terms; files that are not `allowed` are no candidates."""
        candidates = only(candidates, np.repeat(allowed, np.diff(candidates.indptr)))
        return cls(queries, candidates, digests(queries, columns), digests(candidates, columns))


@dataclass(frozen=True, slots=True)
class BestProducts:
    """The lists, and from what they were made."""

    lists: sparse.csr_array  # query x candidate, the best of each row, down to the last that counts
    last: np.ndarray  # of rows: the value of the last; minus infinity where there are no others
    last_column: np.ndarray  # and its column
    query_digests: np.ndarray
    candidate_digests: np.ndarray

    def best(self) -> sparse.csr_array:
        """The lists as they are asked for."""
        return top(self.lists, MAX_PER_SIGNAL)


def best_products(
    sides: ProductOperands, former: BestProducts | None = None, now: np.ndarray | None = None
) -> BestProducts:
    """The best of each row, without the diagonal; `now` is which row each row of the former is, -1 for none.

    The order of rows must be the same in both.
    """
    size = len(sides.query_digests)
    if former is None or now is None:
        return _keep(_products(sides, np.arange(size)), sides)
    there = now >= 0
    before = np.full(size, -1)
    before[now[there]] = np.flatnonzero(there)
    same_query = (before >= 0) & (former.query_digests[before] == sides.query_digests)
    same_candidate = (before >= 0) & (former.candidate_digests[before] == sides.candidate_digests)
    if np.count_nonzero(same_query) < size / 2 or np.count_nonzero(same_candidate) < size / 2:
        return _keep(_products(sides, np.arange(size)), sides)
    rows, others = np.flatnonzero(same_query), np.flatnonzero(~same_candidate)
    held = former.lists[before[rows]]
    columns = now[held.indices]
    stays = (columns >= 0) & same_candidate[columns]
    held = sparse.csr_array((held.data, columns, held.indptr), shape=(len(rows), size))
    held = only(held, stays)
    last = former.last[before[rows]]
    # What stands behind the last does so still: it has a lower value, or a later column.
    # Where no file up to it is left it is -1, and stays so: that is the place of the last of these.
    upto = np.append(np.maximum.accumulate(np.where(there, now, -1)), -1)
    last_column = upto[former.last_column[before[rows]]]
    new = _products(sides, rows, others, (last, last_column))
    merged = sparse.csr_array(held + new)  # no place is in both
    merged.sort_indices()
    is_whole = (np.diff(merged.indptr) >= MAX_PER_SIGNAL) | np.isneginf(last)
    merged, last, last_column = _shorten(merged, last, last_column)
    again = np.concatenate([np.flatnonzero(~same_query), rows[~is_whole]])
    anew = _keep(_products(sides, again), sides)
    order = np.empty(size, np.int64)
    order[rows[is_whole]] = np.arange(np.count_nonzero(is_whole))
    order[again] = np.arange(len(again)) + np.count_nonzero(is_whole)
    return BestProducts(
        sparse.csr_array(sparse.vstack([merged[is_whole], anew.lists], format="csr"))[order],
        np.concatenate([last[is_whole], anew.last])[order],
        np.concatenate([last_column[is_whole], anew.last_column])[order],
        sides.query_digests,
        sides.candidate_digests,
    )


def _products(
    sides: ProductOperands,
    rows: np.ndarray,
    columns: np.ndarray | None = None,
    last: tuple[np.ndarray, np.ndarray] | None = None,
) -> sparse.csr_array:
    """The best of some rows of the product, or what of some `columns` does not stand behind the `last` of its row."""
    size = sides.candidates.shape[0]
    if columns is not None and not len(columns):
        return sparse.csr_array((len(rows), size), dtype=sides.queries.dtype)
    chosen = np.arange(size) if columns is None else columns
    right = sparse.csr_array(sides.candidates[chosen].T.tocsr())

    def block(start: int) -> sparse.csr_array:
        queries = rows[start : start + _BLOCK]
        product = sparse.csr_array(sides.queries[queries] @ right)
        product.sort_indices()
        row = np.repeat(np.arange(len(queries)), np.diff(product.indptr))
        column = chosen[product.indices]
        keep = (product.data > 0) & (column != queries[row])
        if last:
            value, place = last[0][start : start + _BLOCK][row], last[1][start : start + _BLOCK][row]
            keep &= (product.data > value) | ((product.data == value) & (column <= place))
        found = only(sparse.csr_array((product.data, column, product.indptr), shape=(len(queries), size)), keep)
        return found if last else top(found, MAX_PER_SIGNAL + _SPARE)

    with ThreadPoolExecutor(_THREADS) as threads:
        blocks = list(threads.map(block, range(0, len(rows), _BLOCK)))
    empty = sparse.csr_array((0, size), dtype=sides.queries.dtype)
    return sparse.csr_array(sparse.vstack(blocks, format="csr")) if blocks else empty


def _keep(lists: sparse.csr_array, sides: ProductOperands) -> BestProducts:
    """The lists of rows as they were made: those that are as long as can be have others behind them."""
    last, column = _lasts(lists, MAX_PER_SIGNAL + _SPARE)
    return BestProducts(lists, last, column, sides.query_digests, sides.candidate_digests)


def _lasts(lists: sparse.csr_array, length: int) -> tuple[np.ndarray, np.ndarray]:
    """The value and the column of the last of each list that has a length; of the others minus infinity, and -1."""
    last, column = np.full(lists.shape[0], -np.inf), np.full(lists.shape[0], -1, np.int64)
    full = np.flatnonzero(np.diff(lists.indptr) == length)
    if len(full):
        places = lists.indptr[full][:, None] + np.arange(length)
        values = lists.data[places]
        last[full] = values.min(axis=1)
        column[full] = np.where(values == last[full][:, None], lists.indices[places], -1).max(axis=1)
    return last, column


def _shorten(
    lists: sparse.csr_array, last: np.ndarray, last_column: np.ndarray
) -> tuple[sparse.csr_array, np.ndarray, np.ndarray]:
    """The same lists where they are short, and the best of those that grew too long."""
    is_long = np.diff(lists.indptr) > _MAX_KEPT
    if not is_long.any():
        return lists, last, last_column
    best = top(lists, MAX_PER_SIGNAL + _SPARE)
    shorter = only(lists, np.repeat(~is_long, np.diff(lists.indptr)))
    best = only(best, np.repeat(is_long, np.diff(best.indptr)))
    values, columns = _lasts(best, MAX_PER_SIGNAL + _SPARE)
    lists = sparse.csr_array(shorter + best)
    lists.sort_indices()
    return lists, np.where(is_long, values, last), np.where(is_long, columns, last_column)
