"""The signals: for every file, how strongly each other file is tied to it in one way.

Input: the tables of a graph, words, paths, history. Output: one sparse matrix per signal, query file x candidate file,
greater is stronger. All of them are made set-wise: products of sparse matrices instead of pairs of files.
"""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import sparse

from kgraph.relate import file_names, history, term_matrix

MAX_PER_SIGNAL = 50  # of each signal, for each file
_BLOCK = 512  # rows of a product at a time
_THREADS = 2
_MAX_FILES_OF_WORD = 100  # a word in more files says little
_MAX_FILES_OF_PATH_WORD = 1_500  # a word of paths that more files have says little, however many there are
_MAX_USERS = 300
_MAX_DECLARERS = 4
_MAX_COMMIT_FILES = 30  # files; what changes more changes no one thing
_MAX_NAME_FILES = 40
_HALF_LIFE = 365 * 86_400.0
_NO_NAMES = ("Namespace", "Module", "Heading", "Property", "Target", "BuildTest")  # symbols that nobody uses by name


def top(rows: sparse.csr_array, best: int = MAX_PER_SIGNAL) -> sparse.csr_array:
    """The best of each row, ties by the order of files."""
    keep = np.zeros(rows.nnz, bool)
    for start, end in zip(rows.indptr[:-1], rows.indptr[1:], strict=True):
        if end - start <= best:
            keep[start:end] = True
        else:
            values = rows.data[start:end]
            least = np.partition(values, end - start - best)[end - start - best]
            above = values > least
            tied = np.flatnonzero(values == least)[: best - np.count_nonzero(above)]
            above[tied] = True
            keep[start:end] = above
    counts = np.add.reduceat(np.append(keep, False), rows.indptr[:-1]) if rows.nnz else np.zeros(rows.shape[0], int)
    counts[np.diff(rows.indptr) == 0] = 0
    return sparse.csr_array(
        (rows.data[keep], rows.indices[keep], np.concatenate([[0], np.cumsum(counts)])), shape=rows.shape
    )


def ranked(rows: sparse.csr_array) -> sparse.csr_array:
    """Each value as the reciprocal of its rank in its row: 10/10 for the first, 10/11, ..."""
    coo = rows.tocoo()
    order = np.lexsort((coo.col, -coo.data, coo.row))
    row = coo.row[order]
    starts = np.searchsorted(row, np.arange(rows.shape[0]))
    rank = np.arange(len(row)) - starts[row]
    return sparse.csr_array((10.0 / (10.0 + rank), (row, coo.col[order])), shape=rows.shape)


def shares(rows: sparse.csr_array) -> sparse.csr_array:
    """Each value as a share of the greatest in its row."""
    if not rows.nnz:
        return rows
    greatest = np.asarray(rows.max(axis=1).todense()).ravel()
    return sparse.csr_array(sparse.diags_array(1 / np.maximum(greatest, 1e-9)) @ rows)


def best_products(
    left: sparse.csr_array, right: sparse.csr_array, allowed: np.ndarray, best: int = MAX_PER_SIGNAL
) -> sparse.csr_array:
    """The best of each row of `left @ right`, without the diagonal and the candidates that are not allowed."""
    right = right[:, :] if allowed.all() else (right @ sparse.diags_array(allowed.astype(right.dtype))).tocsr()
    right.eliminate_zeros()

    def block(start: int) -> sparse.csr_array:
        product = (left[start : start + _BLOCK] @ right).tocsr()
        product.sort_indices()
        rows = np.repeat(np.arange(product.shape[0]), np.diff(product.indptr))
        product.data[product.indices == rows + start] = 0
        product.eliminate_zeros()
        return top(product, best)

    with ThreadPoolExecutor(_THREADS) as threads:
        blocks = list(threads.map(block, range(0, left.shape[0], _BLOCK)))
    return sparse.csr_array(sparse.vstack(blocks)) if blocks else sparse.csr_array((left.shape[0], right.shape[1]))


# --- text -----------------------------------------------------------------------------------------------------------


def text_matrix(vocabulary: term_matrix.Vocabulary) -> sparse.csr_array:
    """Files x terms, weighted: identifiers, and the parts that they are made of."""
    _, composed = term_matrix.parts(vocabulary.names)
    counts = sparse.csr_array(sparse.hstack([vocabulary.counts, vocabulary.counts @ composed], format="csr"))
    files = np.bincount(counts.indices, minlength=counts.shape[1])
    counts = counts[:, (files >= 2) & (files <= _MAX_FILES_OF_WORD)]
    files = np.bincount(counts.indices, minlength=counts.shape[1])
    idf = np.log(counts.shape[0] / np.maximum(files, 1)).astype(np.float32)
    counts.data = (1 + np.log(counts.data)) * idf[counts.indices] ** 2
    return counts


def text(terms: sparse.csr_array, allowed: np.ndarray) -> sparse.csr_array:
    """How many rare terms files share, by weight."""
    norms = np.sqrt(np.asarray(terms.multiply(terms).sum(axis=1)).ravel())
    limit = np.quantile(norms, 0.9) if len(norms) else 0.0
    query = sparse.diags_array(1 / np.maximum(norms, 1e-9)).astype(np.float32) @ terms
    weights = np.maximum(np.minimum(norms, limit), 1e-9) ** -0.4  # long files keep some of their advantage
    candidate = sparse.diags_array(weights).astype(np.float32) @ terms
    return best_products(sparse.csr_array(query), sparse.csr_array(candidate.T.tocsr()), allowed)


# --- names ----------------------------------------------------------------------------------------------------------


def name(paths: Sequence[str], allowed: np.ndarray) -> sparse.csr_array:
    """How alike paths are."""
    numbers: dict[str, int] = {}
    rows, columns, values = [], [], []
    for row, path in enumerate(paths):
        for token, weight in file_names.tokens(path).items():
            rows.append(row)
            columns.append(numbers.setdefault(token, len(numbers)))
            values.append(weight)
    matrix = sparse.csr_array((np.array(values), (rows, columns)), shape=(len(paths), len(numbers)), dtype=np.float32)
    files = np.bincount(matrix.indices, minlength=matrix.shape[1])
    matrix.data *= np.log(len(paths) / files[matrix.indices]).astype(np.float32)
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    matrix = sparse.csr_array(sparse.diags_array(1 / np.maximum(norms, 1e-9)).astype(np.float32) @ matrix)
    common = matrix[:, files <= max(_MAX_FILES_OF_WORD, min(len(paths) // 8, _MAX_FILES_OF_PATH_WORD))]
    return best_products(common, sparse.csr_array(common.T.tocsr()), allowed)


def unit(paths: Sequence[str], allowed: np.ndarray) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Files of the same unit; those where one is a test, and the others."""
    members: defaultdict[str, list[int]] = defaultdict(list)
    for number, path in enumerate(paths):
        if key := file_names.stem(path):
            members[key].append(number)
    tests = [file_names.may_be_test(path) for path in paths]
    entries: dict[bool, list[tuple[int, int, float]]] = {True: [], False: []}
    for group in members.values():
        if 2 <= len(group) <= _MAX_NAME_FILES:
            weight = 1 / np.log2(len(group))
            for file in group:
                for other in group:
                    if file != other and allowed[other]:
                        entries[tests[file] != tests[other]].append((file, other, weight))
    size = len(paths)
    made = [_matrix(entries[kind], size) for kind in (True, False)]
    return made[0], made[1]


def counterparts(
    stem: sparse.csr_array, includes: sparse.csr_array, defines: sparse.csr_array, allowed: np.ndarray
) -> sparse.csr_array:
    """A header and what implements it: one includes the other, and they share a stem or a symbol."""
    joined = (includes + includes.T).astype(bool)
    kin = (stem + stem.T + defines + defines.T).astype(bool)
    both = sparse.csr_array(joined.multiply(kin).astype(float) @ sparse.diags_array(allowed.astype(float)))
    both.eliminate_zeros()
    return both


def twins(paths: Sequence[str], is_c: np.ndarray, allowed: np.ndarray) -> sparse.csr_array:
    """A header and the source that has its name and its folder."""
    named: defaultdict[str, list[int]] = defaultdict(list)
    for number in np.flatnonzero(is_c).tolist():
        named[posixpath.splitext(paths[number])[0]].append(number)
    headers = [file_names.is_header(path) for path in paths]
    entries = [
        (file, other, 1.0)
        for group in named.values()
        for file in group
        for other in group
        if headers[file] != headers[other] and allowed[other]
    ]
    return _matrix(entries, len(paths))


def _matrix(triples: Sequence[tuple[int, int, float]], size: int) -> sparse.csr_array:
    rows, columns, values = zip(*triples, strict=True) if triples else ((), (), ())
    return sparse.csr_array((np.array(values, float), (rows, columns)), shape=(size, size))


# --- structure ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RareSymbolUses:
    """Rare symbols: the files that use them by name, and those that declare them."""

    names: pl.Series
    users: sparse.csr_array  # file x name, 0 or 1; without the declarers
    declarers: sparse.csr_array  # file x name, 0 or 1
    weights: np.ndarray  # of names


def rare_symbols(
    symbols: pl.DataFrame, location_edges: pl.DataFrame, numbers: pl.DataFrame, vocabulary: term_matrix.Vocabulary
) -> RareSymbolUses:
    """Symbols declared in few files and used in some, by their short names.

    `location_edges` are edges from symbol to location, `numbers` gives each file's id its number.
    """
    named = symbols.select(source="id", name="name", used=~pl.col("kind").is_in(_NO_NAMES))
    word = vocabulary.names.to_frame("name").with_row_index("word")
    everywhere = (
        location_edges.select("source", id=pl.col("target").str.split("#").list.first())
        .join(named, on="source")
        .join(numbers, on="id")
        .join(word, on="name")
        .group_by("word", "number")
        .agg(pl.col("used").any())
        .sort("word", "number")
    )
    size = vocabulary.counts.shape

    def holders_of(rows: pl.DataFrame) -> sparse.csr_array:
        positions = (rows["number"].to_numpy(), rows["word"].to_numpy())
        return sparse.csr_array((np.ones(rows.height, np.float32), positions), shape=size)

    declarers = holders_of(everywhere.filter("used"))
    n_declared = np.bincount(declarers.indices, minlength=size[1])
    holders = vocabulary.files_with()
    is_rare = (n_declared >= 1) & (n_declared <= _MAX_DECLARERS) & (holders >= 2) & (holders <= _MAX_USERS)
    mentioned = vocabulary.counts[:, is_rare]
    mentioned.data = np.ones_like(mentioned.data)
    declarers = declarers[:, is_rare]
    users = sparse.csr_array(mentioned - mentioned.multiply(holders_of(everywhere)[:, is_rare]))
    users.eliminate_zeros()
    n_used = np.maximum(np.bincount(users.indices, minlength=users.shape[1]), 1)
    weights = 1 / (n_declared[is_rare] * n_used)
    return RareSymbolUses(vocabulary.names.filter(pl.Series(is_rare)), users, declarers, weights)


_TYPE_IDS = r"^symbol/[^/]+/(?:type|enum)/"


def defined_elsewhere(location_edges: pl.DataFrame, numbers: pl.DataFrame) -> sparse.csr_array:
    """How many functions and variables the row's file defines that the column's file declares.

    Types do not count: whoever needs no more than their names declares them.
    """
    placed = (
        location_edges.filter(~pl.col("source").str.contains(_TYPE_IDS))
        .select("source", "kind", id=pl.col("target").str.split("#").list.first())
        .join(numbers, on="id")
    )
    declared = placed.filter(kind="declaration").select("source", column="number").unique()
    few = declared.filter(pl.len().over("source") <= _MAX_DECLARERS)
    counts = (
        placed.filter(kind="definition")
        .select("source", row="number")
        .unique()
        .join(few, on="source")
        .filter(pl.col("row") != pl.col("column"))
        .group_by("row", "column")
        .len()
        .sort("row", "column")
    )
    return sparse.csr_array(
        (counts["len"].to_numpy(), (counts["row"].to_numpy(), counts["column"].to_numpy())),
        shape=(numbers.height, numbers.height),
    )


def uses(rare: RareSymbolUses, allowed: np.ndarray) -> tuple[sparse.csr_array, sparse.csr_array]:
    """The files that declare what a file uses, and those that use what it declares."""
    weighted = sparse.csr_array(rare.declarers @ sparse.diags_array(rare.weights).astype(np.float32))
    return (
        best_products(rare.users, sparse.csr_array(weighted.T.tocsr()), allowed),
        best_products(weighted, sparse.csr_array(rare.users.T.tocsr()), allowed),
    )


def links(edges: pl.DataFrame, numbers: pl.DataFrame, kinds: Sequence[str]) -> sparse.csr_array:
    """The edges of some kinds between files, 0 or 1."""
    linked = (
        edges.filter(pl.col("kind").is_in(kinds))
        .join(numbers.rename({"id": "source", "number": "row"}), on="source")
        .join(numbers.rename({"id": "target", "number": "column"}), on="target")
        .filter(pl.col("row") != pl.col("column"))
        .select("row", "column")
        .unique()
        .sort("row", "column")
    )
    size = numbers.height
    return sparse.csr_array(
        (np.ones(linked.height), (linked["row"].to_numpy(), linked["column"].to_numpy())), shape=(size, size)
    )


def damped(edges: sparse.csr_array, allowed: np.ndarray) -> tuple[sparse.csr_array, sparse.csr_array]:
    """What a file includes and what includes it, each the weaker the more others include the same."""
    degree = np.asarray(edges.sum(axis=0)).ravel()
    weights = sparse.diags_array(1 / np.log2(2 + degree))
    may = sparse.diags_array(allowed.astype(float))
    out, back = sparse.csr_array(edges @ weights @ may), sparse.csr_array(weights @ edges.T @ may)
    out.eliminate_zeros()
    back.eliminate_zeros()
    return top(out), top(back)


# --- history --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Changes:
    """Commits x files."""

    all: sparse.csr_array  # every commit, 0 or 1
    counted: np.ndarray  # which commits say something: small enough, no revert
    weights: np.ndarray  # of commits; 0 for those that do not count


def changes(past_history: history.History, number_of: dict[bytes, int]) -> Changes:
    """The history as a matrix, under the paths of today."""
    rows: list[int] = []
    columns: list[int] = []
    sizes: list[int] = []
    times: list[int] = []
    counted: list[bool] = []
    for commit, paths in history.current_names(past_history):
        numbers = {number_of[path] for path in paths if path in number_of}
        rows += [len(sizes)] * len(numbers)
        columns += sorted(numbers)
        size = len(set(paths))
        sizes.append(size)
        times.append(commit.time)
        # A first commit is an import of what others made: it joins everything.
        counted.append(bool(commit.parents) and not commit.revert and size <= _MAX_COMMIT_FILES)
    matrix = sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(sizes), len(number_of)))
    keep = np.array(counted, bool)
    age = (max(times, default=0) - np.array(times, float)) / _HALF_LIFE
    weights = np.where(keep, 0.5**age / np.log2(1 + np.array(sizes, float)), 0.0)
    return Changes(matrix, keep, weights)


def together(changed: Changes, allowed: np.ndarray, penalty: float) -> tuple[sparse.csr_array, sparse.csr_array]:
    """How much more often than by chance files changed together, and how often at all.

    `penalty` is how often chance is taken off: with 0, what always changes is tied to everything that changes.
    """
    weighted = sparse.csr_array(sparse.diags_array(changed.weights) @ changed.all)
    pairs = sparse.csr_array(changed.all.T @ weighted @ sparse.diags_array(allowed.astype(float))).tocoo()
    alone = np.asarray(weighted.sum(axis=0)).ravel()
    total = max(changed.weights.sum(), 1e-9)
    score = pairs.data / (alone[pairs.row] + 0.5) - penalty * alone[pairs.col] / total
    is_positive = (score > 0) & (pairs.row != pairs.col)
    positions = (pairs.row[is_positive], pairs.col[is_positive])
    often = sparse.csr_array((np.sqrt(score[is_positive]), positions), shape=pairs.shape)
    return often, sparse.csr_array((np.log1p(pairs.data[is_positive]), positions), shape=pairs.shape)
