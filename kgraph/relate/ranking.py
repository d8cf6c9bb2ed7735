"""The formula: signals to a ranked list for every file.

Input: the signals. Output: for each file its best candidates, with a score. The formula is a weighted sum that a person
can follow; a learned ranker on the same signals gains little.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from kgraph.relate.rows import digests, mix, rank_reciprocally, round_up, top

LENGTH = 10  # of a list
_SPARE = 13  # candidates to choose from: some have no reason, some stand in too many lists
_SHARE = 0.068  # of all lists that one file may stand in
_ALWAYS = 60  # lists that one file may stand in, however few there are: a small repository has a true core
_VENDORED_SHARE = 0.01  # of all lists that a vendored file may stand in
_HALF_SIZE = 400  # files, at which `size` is a half
DIGITS = 3  # of a score

FORMULA = (
    "score = sum of weight x signal. Ranked signals (text, name, used_by, uses, includes, included_by, links, "
    "linked_by) count as 10/(10 + rank from 0) among the best 50 of each; text_share is the text signal as a share of "
    "the best; test and stem count as 1/log2(size of the unit); counterpart, for a header and what implements it, "
    "twin, for a header and the source of its name beside it, as 1; code, for two programs, as (1 + 2 size)/3; "
    "history as sqrt(max(0, n_qc/(n_q + 0.5) - size n_c/n)) and changes as ln(1 + n_qc), where n weighs commits by "
    "0.5^(age in years)/log2(1 + files); "
    f"size = files/(files + {_HALF_SIZE}), from 0 for a small repository to 1 for a large one; files are counted in "
    "steps of a sixteenth"
)
WEIGHTS: dict[str, float] = {
    "text": 1.0,
    "text_share": 0.45,
    "name": 0.35,
    "test": 0.6,
    "stem": 0.1,
    "counterpart": 0.25,
    "twin": 0.3,
    "used_by": 0.12,
    "uses": 0.2,
    "includes": 0.1,
    "included_by": 0.15,
    "links": 1.0,
    "linked_by": 0.5,
    "code": 1.5,
    "history": 1.65,
    "changes": 0.8,
}
_RANKED = frozenset({"text", "name", "used_by", "uses", "includes", "included_by", "links", "linked_by"})


def size(files: int) -> float:
    """How large a repository is, from 0 to 1.

    In a small one nearly every change touches its core: what is common there is no noise, and neither is a document
    beside programs. Chosen on 33 snapshots of 14 repositories, 30 to 7,500 files (`benchmarks/related_suite.py`).
    """
    return float(round_up(np.array(files)) / (round_up(np.array(files)) + _HALF_SIZE))


@dataclass(frozen=True, slots=True)
class Pairs:
    """Ordered by query, best candidate first."""

    query: np.ndarray
    candidate: np.ndarray
    score: np.ndarray

    def only(self, mask: np.ndarray) -> Pairs:
        """Some of the pairs, in the same order."""
        return Pairs(self.query[mask], self.candidate[mask], self.score[mask])

    def ranks(self) -> np.ndarray:
        """The place of each in its list, from 0."""
        starts = np.flatnonzero(np.diff(self.query, prepend=-1))
        return np.arange(len(self.query)) - np.repeat(starts, np.diff(np.append(starts, len(self.query))))


def row_digests(signals: Mapping[str, sparse.csr_array], code: np.ndarray, files: np.ndarray) -> np.ndarray:
    """What the list of each file depends on; `files` are hashes of all of them."""
    columns = mix(files, code)
    total = np.zeros(len(code), np.uint64)
    with np.errstate(over="ignore"):
        for number, signal in enumerate(signals.values()):
            total += digests(signal, mix(columns, number))
    return mix(total, code, round(size(len(code)) * (1 << 32)))


def rank(signals: Mapping[str, sparse.csr_array], code: np.ndarray, rows: np.ndarray) -> Pairs:
    """The best candidates of some files, ties by the order of files; `code` says which of all are programs."""
    files = len(code)
    fused = tied = sparse.csr_array((len(rows), files))
    for name, whole in signals.items():
        signal = whole if len(rows) == files else whole[rows]
        fused = fused + (rank_reciprocally(signal) if name in _RANKED else signal) * WEIGHTS[name]
        if name not in ("name", "text_share"):
            tied = tied + signal
    fused = sparse.csr_array(fused.multiply(tied > 0))  # a name alone is no reason
    fused.sort_indices()
    both_code = code[fused.indices] & np.repeat(code[rows], np.diff(fused.indptr))
    # Rounded, so that the last bit of a sum decides nothing.
    fused.data = np.round(fused.data + WEIGHTS["code"] * (1 + 2 * size(files)) / 3 * both_code, 6)
    best = top(fused, _SPARE).tocoo()
    order = np.lexsort((best.col, -best.data, best.row))
    return Pairs(rows[best.row[order]], best.col[order].astype(np.int64), best.data[order])


def shorten(pairs: Pairs, vendored: np.ndarray) -> np.ndarray:
    """A mask of the pairs that are shown: lists at most `LENGTH` long, and no file in too many of them.

    A file that is tied to nearly everything helps nobody who reads about one thing; it stays where it is tied most.
    `vendored` says which files, of all, are copies of what others wrote: these stand in the fewest.
    """
    lists = len(np.unique(pairs.query))
    most = np.where(vendored, int(_VENDORED_SHARE * lists), max(int(_SHARE * lists), _ALWAYS))
    mask = np.ones(len(pairs.query), bool)
    while True:
        remaining = pairs.only(mask)
        in_list = remaining.ranks() < LENGTH
        counts = np.bincount(remaining.candidate[in_list], minlength=len(vendored))
        crowded = np.flatnonzero(counts > most)
        if not len(crowded):
            mask[mask] = in_list
            return mask
        positions = np.flatnonzero(mask)
        for candidate in crowded:
            mine = np.flatnonzero(remaining.candidate == candidate)
            order = mine[np.lexsort((remaining.query[mine], remaining.ranks()[mine], -remaining.score[mine]))]
            mask[positions[order[most[candidate] :]]] = False
