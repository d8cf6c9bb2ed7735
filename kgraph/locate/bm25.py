"""BM25 over counts of words: how well documents fit a query.

Input: a sparse matrix of counts, document x word. Output: a score for each document, and which words made it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

K1 = 1.2
B = 0.75
NOTABLE = 0.2  # of what the best word gives: what gives less is no reason


class Bm25:
    """Documents, made ready for any number of queries."""

    def __init__(self, terms: pl.Series, counts: sparse.csr_array, b: float = B) -> None:
        """`terms` names the columns of `counts`, sorted."""
        self.documents = counts.shape[0]
        self._numbers = {term: number for number, term in enumerate(terms.to_list())}
        counts = counts.astype(np.float32)
        counts.sum_duplicates()
        lengths = np.asarray(counts.sum(axis=1)).ravel()
        mean = float(lengths[lengths > 0].mean()) if (lengths > 0).any() else 1.0
        with_term = np.bincount(counts.indices, minlength=counts.shape[1])
        self.idf = np.log1p((self.documents - with_term + 0.5) / (with_term + 0.5)).astype(np.float32)
        rows = np.repeat(np.arange(self.documents), np.diff(counts.indptr))
        norm = K1 * (1 - b + b * lengths[rows] / mean)
        counts.data = self.idf[counts.indices] * counts.data * (K1 + 1) / (counts.data + norm)
        self._weights = counts.tocsc()

    def scores(self, query: Mapping[str, float]) -> NDArray[np.float64]:
        """The score of each document."""
        columns, weights = self._select_known(query)
        if not columns:
            return np.zeros(self.documents)
        chosen = self._weights[:, columns]
        return np.asarray(chosen @ np.array(weights, np.float64), np.float64).ravel()

    def best_terms(self, query: Mapping[str, float], document: int, most: int) -> list[str]:
        """The words of a query that gave a document most, the first first."""
        columns, weights = self._select_known(query)
        if not columns:
            return []
        row = np.asarray(self._weights[:, columns].tocsr()[[document], :].todense()).ravel() * np.array(weights)
        names = [term for term in query if term in self._numbers]
        order = sorted(range(len(names)), key=lambda place: (-row[place], names[place]))
        least = NOTABLE * max(row.max(initial=0.0), 1e-9)
        return [names[place] for place in order[:most] if row[place] >= least]

    def knows(self, term: str) -> bool:
        """Whether any document has a word."""
        return term in self._numbers

    def _select_known(self, query: Mapping[str, float]) -> tuple[list[int], list[float]]:
        known = [(self._numbers[term], weight) for term, weight in query.items() if term in self._numbers]
        return [number for number, _ in known], [weight for _, weight in known]
