"""The signals: for every file, how strongly each other file is tied to it in one way.

Input: the tables of a graph, words, paths, history. Output: one sparse matrix per signal, query file x candidate file,
greater is stronger. All of them are made set-wise: products of sparse matrices instead of pairs of files.
"""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import sparse

from kgraph.relate import file_names, history, term_matrix
from kgraph.relate.products import MAX_PER_SIGNAL, ProductOperands, best_products
from kgraph.relate.related_tables import PLACES
from kgraph.relate.rows import hash_names, mix, round_up, top

_MAX_FILES_OF_WORD = 100  # a word in more files says little
_MAX_FILES_OF_PATH_WORD = 1_500  # a word of paths that more files have says little, however many there are
_MAX_USERS = 300
_MAX_DECLARERS = 4
_MAX_COMMIT_FILES = 30  # files; what changes more changes no one thing
_MAX_NAME_FILES = 40
_HALF_LIFE = 365 * 86_400.0
_NO_NAMES = ("Namespace", "Module", "Heading", "Property", "Target", "BuildTest")  # symbols that nobody uses by name


# --- text -----------------------------------------------------------------------------------------------------------


def _inverse_frequency(files: int, holders: np.ndarray) -> np.ndarray:
    """The inverse document frequency of terms, by how many of the files hold each."""
    return np.asarray(np.log(round_up(np.array(files)) / np.maximum(round_up(holders), 1)), np.float32)


def text_matrix(vocabularies: Sequence[term_matrix.Vocabulary]) -> tuple[sparse.csr_array, np.ndarray]:
    """Files x terms, weighted, and hashes of the terms: identifiers, and the parts that they are made of."""
    matrices, hashes = [], []
    for number, vocabulary in enumerate(vocabularies):
        files = vocabulary.files_with()
        is_telling = (files >= 2) & (files <= _MAX_FILES_OF_WORD)
        counts = vocabulary.counts[:, is_telling]
        idf = _inverse_frequency(counts.shape[0], files[is_telling])
        counts.data = (1 + np.log(counts.data)) * idf[counts.indices] ** 2
        matrices.append(counts)
        hashes.append(mix(number, hash_names(vocabulary.names.filter(pl.Series(is_telling)))))
    terms = sparse.csr_array(sparse.hstack(matrices, format="csr"))
    terms.sort_indices()
    return terms, np.concatenate(hashes)


def text(terms: sparse.csr_array, allowed: np.ndarray, hashes: np.ndarray) -> ProductOperands:
    """How many rare terms files share, by weight: what is multiplied."""
    norms = np.sqrt(np.asarray(terms.multiply(terms).sum(axis=1)).ravel())
    # Rounded to an eighth of an octave, so that it stays where it is when a few files change.
    limit = 2 ** (np.round(8 * np.log2(max(np.quantile(norms, 0.9), 1e-9))) / 8) if len(norms) else 0.0
    query = sparse.diags_array(1 / np.maximum(norms, 1e-9)).astype(np.float32) @ terms
    weights = np.maximum(np.minimum(norms, limit), 1e-9) ** -0.4  # long files keep some of their advantage
    candidate = sparse.diags_array(weights).astype(np.float32) @ terms
    return ProductOperands.make(sparse.csr_array(query), sparse.csr_array(candidate), allowed, hashes)


# --- names ----------------------------------------------------------------------------------------------------------


def name(paths: Sequence[str], allowed: np.ndarray) -> ProductOperands:
    """How alike paths are: what is multiplied."""
    found = [file_names.tokens(path) for path in paths]
    tokens = pl.Series([token.encode("utf-8", "surrogateescape") for each in found for token in each], dtype=pl.Binary)
    unique = tokens.unique().sort()
    columns = tokens.to_frame("token").join(
        unique.to_frame("token").with_row_index("number"), on="token", how="left", maintain_order="left"
    )["number"]
    values = np.array([weight for each in found for weight in each.values()], np.float32)
    rows = np.repeat(np.arange(len(paths)), [len(each) for each in found])
    matrix = sparse.csr_array((values, (rows, columns.to_numpy())), shape=(len(paths), len(unique)))
    matrix.sort_indices()
    files = np.bincount(matrix.indices, minlength=matrix.shape[1])
    matrix.data *= _inverse_frequency(len(paths), files)[matrix.indices]
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    matrix = sparse.csr_array(sparse.diags_array(1 / np.maximum(norms, 1e-9)).astype(np.float32) @ matrix)
    is_telling = files <= max(_MAX_FILES_OF_WORD, min(len(paths) // 8, _MAX_FILES_OF_PATH_WORD))
    common = matrix[:, is_telling]
    common.eliminate_zeros()
    return ProductOperands.make(common, common, allowed, hash_names(unique.filter(pl.Series(is_telling))))


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


def places(
    symbols: pl.DataFrame, edges: pl.DataFrame, numbers: pl.DataFrame, vocabulary: term_matrix.Vocabulary
) -> pl.DataFrame:
    """Where symbols are declared and defined: `symbol` (a row of `symbols`), `kind` (of the edge), `number` (of the
    file), `word` (in the vocabulary, null where the name is none), `target` (the location's id).

    `numbers` gives each file's id its number.
    """
    word = vocabulary.names.to_frame("name").with_row_index("word")
    named = symbols.select(source="id", name="name").with_row_index("symbol").join(word, on="name", how="left")
    located = edges.filter(pl.col("kind").is_in(PLACES)).join(named.drop("name"), on="source")
    file = pl.col("target").str.split("#").list.first()
    return located.select("symbol", "kind", "word", "target", id=file).join(numbers, on="id").drop("id")


def rare_symbols(symbols: pl.DataFrame, located: pl.DataFrame, vocabulary: term_matrix.Vocabulary) -> RareSymbolUses:
    """Symbols declared in few files and used in some, by their short names; `located` is of `places`."""
    used = symbols.select(used=~pl.col("kind").is_in(_NO_NAMES))["used"]
    everywhere = (
        located.filter(pl.col("word").is_not_null())
        .select("word", "number", used=pl.lit(used).gather("symbol"))
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


def count_defined_elsewhere(symbols: pl.DataFrame, located: pl.DataFrame, files: int) -> sparse.csr_array:
    """How many functions and variables the row's file defines that the column's file declares.

    Types do not count: whoever needs no more than their names declares them. `located` is of `places`.
    """
    is_type = symbols.select(is_type=pl.col("id").str.contains(_TYPE_IDS))["is_type"]
    placed = located.filter(~pl.lit(is_type).gather("symbol")).select("kind", "number", source="symbol")
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
        shape=(files, files),
    )


def uses(rare: RareSymbolUses, allowed: np.ndarray) -> tuple[sparse.csr_array, sparse.csr_array]:
    """The files that declare what a file uses, and those that use what it declares."""
    weighted = sparse.csr_array(rare.declarers @ sparse.diags_array(rare.weights).astype(np.float32))
    hashes = np.zeros(len(rare.names), np.uint64)  # nothing of these is kept
    return (
        best_products(ProductOperands.make(rare.users, weighted, allowed, hashes)).best(),
        best_products(ProductOperands.make(weighted, rare.users, allowed, hashes)).best(),
    )


def links(edges: pl.DataFrame, numbers: pl.DataFrame, kinds: Sequence[str]) -> sparse.csr_array:
    """The edges of some kinds between files, 0 or 1."""
    size = numbers.height
    edges = edges.filter(pl.col("kind").is_in(kinds))
    if edges.is_empty():
        return sparse.csr_array((size, size))
    linked = (
        edges.join(numbers.rename({"id": "source", "number": "row"}), on="source")
        .join(numbers.rename({"id": "target", "number": "column"}), on="target")
        .filter(pl.col("row") != pl.col("column"))
        .select("row", "column")
        .unique()
        .sort("row", "column")
    )
    return sparse.csr_array(
        (np.ones(linked.height), (linked["row"].to_numpy(), linked["column"].to_numpy())), shape=(size, size)
    )


def damp(edges: sparse.csr_array, allowed: np.ndarray) -> tuple[sparse.csr_array, sparse.csr_array]:
    """What a file includes and what includes it, each the weaker the more others include the same."""
    degree = np.asarray(edges.sum(axis=0)).ravel()
    weights = sparse.diags_array(1 / np.log2(2 + degree))
    may = sparse.diags_array(allowed.astype(float))
    out, back = sparse.csr_array(edges @ weights @ may), sparse.csr_array(weights @ edges.T @ may)
    out.eliminate_zeros()
    back.eliminate_zeros()
    return top(out, MAX_PER_SIGNAL), top(back, MAX_PER_SIGNAL)


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
