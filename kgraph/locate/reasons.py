"""The reasons of an answer: each a sentence that is true of a line of a file.

Input: an index, the files, what was matched. Output: files and symbols with reasons. A name stands on the line that a
reason gives; where the files are not at hand as the graph has them, it is the first line of what has the name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kgraph.escape import quote
from kgraph.locate.answer import LocatedFile, LocatedSymbol, MatchReason
from kgraph.locate.clues import WORD
from kgraph.locate.evidence import SourceEvidence, split_identifier
from kgraph.locate.messages import PastMessages
from kgraph.locate.text_index import TextIndex
from kgraph.model import Kind

MAX_REASONS = 6  # of one file or symbol, apart from words
MAX_WORDS = 4
DIGITS = 3
_ORDER = ("frame", "path", "quote", "name", "module", "words", "documentation", "message")

# Words that say nothing of what a text is about: that a file has one is no reason.
_COMMON = (
    "about after all also an and any are as at be because been before but by can could did do does for from had "
    "has have how if in into is it its just like may more must no not of on only or other our out over should so "
    "some such than that the their them then there these they this to too up us use was we were what when where "
    "which while who why will with would you your"
)
_FUNCTION_WORDS = frozenset(_COMMON.split())
# A weight, a reason, and the number of the symbol whose name stands on its line, -1 where it has a line of its own.
Matched = tuple[float, MatchReason, int]


class ReasonWriter:
    """Makes the reasons of one answer."""

    def __init__(
        self, index: TextIndex, messages: PastMessages, source: SourceEvidence, query: Mapping[str, float]
    ) -> None:
        self._index = index
        self._messages = messages
        self._source = source
        self._query = {term: weight for term, weight in query.items() if term not in _FUNCTION_WORDS} or query
        self._described: NDArray[np.float64] = index.described.scores(query)

    def file(self, row: int, score: float, matched: Iterable[Matched]) -> LocatedFile:
        """A file with its reasons; without any, nothing of the text can be shown in it."""
        terms = self._index.text.best_terms(self._query, row, 3 * MAX_WORDS)
        shown = list(self._words(row, terms))
        if not shown:
            shown = list(self._explain_tables(row, terms))[:MAX_WORDS]
        reasons = self._telling(matched)[:MAX_REASONS]
        return LocatedFile(
            self._index.paths[row], round(float(score), DIGITS), (*reasons, *shown, *self._explain_messages(row))
        )

    def _explain_messages(self, row: int) -> Iterator[MatchReason]:
        """The commit whose message says most of the text's words."""
        terms = self._messages.index.best_terms(self._query, row, MAX_WORDS)
        if terms and (past := self._messages.best(row, terms)) is not None:
            words = ", ".join(quote(word) for word in past.words)
            said = f"an earlier commit changed it, {past.commit[:10]} {quote(past.subject)}, whose message has {words}"
            yield MatchReason("message", said, self._index.paths[row], 0)

    def symbol(self, number: int, score: float, matched: Iterable[Matched]) -> LocatedSymbol:
        """A symbol with its reasons."""
        index = self._index
        reasons = self._telling(matched)[:MAX_REASONS]
        for term in index.described.best_terms(self._query, number, MAX_WORDS):
            if reason := self._explain_symbol(number, term):
                reasons.append(reason)
        path = index.paths[index.home[number]]
        return LocatedSymbol(
            index.names[number], index.kinds[number], path, self._line(number), round(float(score), DIGITS),
            tuple(reasons),
        )  # fmt: skip

    def _telling(self, matched: Iterable[Matched]) -> list[MatchReason]:
        """Each reason once, exact ones first, by weight."""
        order = sorted(matched, key=lambda each: (_ORDER.index(each[1].kind), -each[0], each[1].at, each[1].text))
        chosen = list(dict.fromkeys((reason, symbol) for _, reason, symbol in order))[:MAX_REASONS]
        return [replace(reason, line=self._line(symbol)) if symbol >= 0 else reason for reason, symbol in chosen]

    def _line(self, symbol: int) -> int:
        """Where a symbol's name stands; 0 for a module, which is its file, and for a target that no line names."""
        index = self._index
        if index.kinds[symbol] == Kind.MODULE:
            return 0
        first, last = int(index.first[symbol]), int(index.last[symbol])
        line = self._source.name_line(int(index.home[symbol]), index.short_names[symbol], first, last)
        return line or (0 if index.kinds[symbol] == Kind.TARGET else first)

    def _words(self, row: int, terms: Iterable[str]) -> Iterator[MatchReason]:
        wanted = list(terms)
        places = self._source.words(row, wanted)
        for term in [term for term in wanted if term in places][:MAX_WORDS]:
            word, line = places[term]
            inside = f" in {quote(word)}" if word.lower() != term else ""
            yield MatchReason("words", f"has the word {quote(term)}{inside}", self._index.paths[row], line)

    def _explain_tables(self, row: int, terms: Iterable[str]) -> Iterator[MatchReason]:
        """Where a file's text is not at hand: words of its path, documentation, symbols and imports."""
        index = self._index
        path = index.paths[row]
        start, end = (int(each) for each in np.searchsorted(index.home, [row, row + 1]))
        best = start + int(np.argmax(self._described[start:end])) if end > start else -1
        more = index.described.best_terms(self._query, best, MAX_WORDS) if best >= 0 else []
        for term in dict.fromkeys((*terms, *more)):
            if _has(path, term):
                yield MatchReason("words", f"has the word {quote(term)} in its path", path, 0)
            elif _has(index.files["documentation"][row], term):
                yield MatchReason("documentation", f"has the word {quote(term)} in its documentation", path, 0)
            else:
                around = (best, *range(start, end)) if best >= 0 else ()
                found = (reason for symbol in around if (reason := self._explain_symbol(symbol, term)))
                if reason := next(found, None):
                    yield reason

    def _explain_symbol(self, symbol: int, term: str) -> MatchReason | None:
        """Where a symbol has a word: in its name, signature or documentation."""
        index = self._index
        for column in ("name", "signature", "documentation"):
            if _has(index.symbols[column][symbol], term):
                kind = "documentation" if column == "documentation" else "words"
                said = f"has the word {quote(term)} in the {column} of {quote(index.names[symbol])}"
                return MatchReason(kind, said, index.paths[index.home[symbol]], self._line(symbol))
        return None


def _has(text: str | None, term: str) -> bool:
    return (
        text is not None and term in text.lower() and any(term in split_identifier(word) for word in WORD.findall(text))
    )
