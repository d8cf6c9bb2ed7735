"""What relating knows of the last time, so that after an edit only what that alters is made again.

Input: the files, their words, the history, each as it was and as it is. Output: the same values as from nothing, to the
last bit. Of files that are there no longer nothing is kept; what is kept is as large as the files' words and lists are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import sparse

from kgraph.model import FileIdentifiers
from kgraph.relate import ranking
from kgraph.relate.history import History
from kgraph.relate.products import BestProducts
from kgraph.relate.reasons import ExplainedPairs
from kgraph.relate.signals import Changes
from kgraph.relate.term_matrix import Vocabulary, list_pasted_names, parts_of, update, vocabulary

Signals = dict[str, sparse.csr_array]


@dataclass(slots=True)
class KeptRelations:
    """What one relating leaves for the next, and takes from the one before."""

    ids: list[str] = field(default_factory=list)  # of files, sorted
    words: list[FileIdentifiers] = field(default_factory=list)
    identifiers: Vocabulary | None = None
    parts: Vocabulary | None = None
    text: BestProducts | None = None
    name: BestProducts | None = None
    named: tuple[Any, Signals] | None = None  # signals of paths, and what they were made of
    past: tuple[History, Any, Changes, Signals] | None = None  # signals of history, and what they were made of
    ranked: tuple[np.ndarray, ranking.Pairs] | None = None  # digests of what lists were made of, and the lists
    explained: ExplainedPairs | None = None

    def bytes(self) -> int:
        """How much memory it takes, about."""
        matrices = [each.counts for each in (self.identifiers, self.parts) if each]
        matrices += [each.lists for each in (self.text, self.name) if each]
        matrices += list((self.named[1] if self.named else {}).values())
        matrices += list((self.past[3] if self.past else {}).values())
        entries = sum(each.data.nbytes + each.indices.nbytes + each.indptr.nbytes for each in matrices)
        texts = [each.names for each in (self.identifiers, self.parts) if each]
        texts += [self.explained.text] if self.explained else []
        words = sum(len(each.names) + len(each.counts) for each in self.words)
        return int(entries + words + sum(each.estimated_size() for each in texts))

    def numbers_now(self, ids: Sequence[str]) -> np.ndarray:
        """Which number each file has among those that are sorted as `ids`; -1 where it is none of them."""
        if self.ids == ids:
            return np.arange(len(ids))
        numbers = {id_: number for number, id_ in enumerate(ids)}
        return np.array([numbers.get(id_, -1) for id_ in self.ids], np.int64)


def vocabularies(words: list[FileIdentifiers], former: KeptRelations, now: np.ndarray) -> tuple[Vocabulary, Vocabulary]:
    """The identifiers of files and the parts of these; `now` is which file each of the former's is."""
    if former.identifiers is None or former.parts is None:
        identifiers = vocabulary(words)
        return identifiers, parts_of(identifiers)
    rows = np.full(len(words), -1)
    there = np.flatnonzero(now >= 0)
    same = [
        row for row in there.tolist() if former.words[row] is words[now[row]] or former.words[row] == words[now[row]]
    ]
    rows[now[same]] = same
    if len(same) < len(words) / 2:
        return vocabularies(words, KeptRelations(), now)
    fresh = vocabulary([words[number] for number in np.flatnonzero(rows < 0).tolist()])
    fresh_parts = parts_of(fresh)
    return (
        update(former.identifiers, rows, fresh, list_pasted_names(words)),
        update(former.parts, rows, fresh_parts, fresh_parts.pasted),
    )


def lists(
    digests: np.ndarray, rank: Callable[[np.ndarray], ranking.Pairs], former: KeptRelations, now: np.ndarray
) -> ranking.Pairs:
    """The lists of all files: `rank` makes those of some, by their numbers, which are not as the former's were."""
    if former.ranked is None:
        return rank(np.arange(len(digests)))
    known, pairs = former.ranked
    holds = (now >= 0) & (known == digests[now])
    is_open = np.ones(len(digests), bool)
    is_open[now[holds]] = False
    held = pairs.only(holds[pairs.query])  # which names only files that are there still, or the digest were another
    made = rank(np.flatnonzero(is_open))
    query = np.concatenate([now[held.query], made.query])
    order = np.argsort(query, kind="stable")
    candidate = np.concatenate([now[held.candidate], made.candidate])
    return ranking.Pairs(query[order], candidate[order], np.concatenate([held.score, made.score])[order])
