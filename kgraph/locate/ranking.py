"""What a text is about: signals added up, and the reasons for what comes first.

Input: an index and a text. Output: `LocateResult`.

Names, paths and frames are looked up exactly, and count by how rare they are; BM25 over words, of files and of symbols,
does the rest. The weights were set by hand on flask's history, see `benchmarks/locate.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import log1p

import numpy as np
import polars as pl
from numpy.typing import NDArray

from kgraph.escape import quote
from kgraph.locate import clues as reading
from kgraph.locate.answer import LocatedFile, LocateResult, MatchReason
from kgraph.locate.beside import find_neighbours
from kgraph.locate.clues import Clues
from kgraph.locate.evidence import SourceEvidence, fragments
from kgraph.locate.messages import PastMessages
from kgraph.locate.reasons import Matched, ReasonWriter
from kgraph.locate.stack_frames import StackFrame, names_of
from kgraph.locate.text_index import TextIndex, count_shared_suffix, split

TEXT, DESCRIBED, NAME, PATH, FRAME, MODULE, QUOTE = 1.0, 0.5, 0.5, 1.0, 1.5, 0.5, 0.5
FLAG = 0.5  # of an option of a command line where a program names it
MESSAGES = 1.0  # of the words of earlier commits' messages
PLAIN_NAME = 0.2  # of a name that is written as any word is, against one that is written as code
QUALIFIED = 1.5  # of a name with the name of what it stands in
TEST_PRIOR, OTHER_PRIOR = 0.4, 0.4  # of tests, and of what is no code, against code
TITLE = 1.0  # how often more a word of the first line counts
MAX_QUOTES, QUOTE_FILES = 10, 20  # texts that are looked for, each in so many files
MAX_NAMED = 50  # symbols of one name that are remembered for reasons
MIN_TERM = 3  # letters of a word that is looked for


@dataclass(slots=True)
class _Found:
    """Scores of files and symbols, and exact reasons by row."""

    files: NDArray[np.float64]  # what counts for every kind of file
    named: NDArray[np.float64]  # what counts less for tests and documents
    symbols: NDArray[np.float64]
    of_files: dict[int, list[Matched]] = field(default_factory=lambda: defaultdict(list))
    of_symbols: dict[int, list[Matched]] = field(default_factory=lambda: defaultdict(list))


class Locator:
    """One graph, made ready for any number of texts."""

    def __init__(self, index: TextIndex, messages: PastMessages) -> None:
        self.index = index
        self.messages = messages

    def locate(self, text: str, limit: int = 10) -> LocateResult:
        """The files and symbols that a text may be about, at most `limit` of each, the likeliest first."""
        index = self.index
        clues = reading.read(text)
        query = self._query(clues)
        source = SourceEvidence(index)
        found = self._find_evidence(clues, source)
        files, symbols = self._scores(query, found)
        first = self._first(files, limit, self.index.paths)
        chosen = self._first(symbols, limit, index.names)
        writer = ReasonWriter(index, self.messages, source, query)
        located = [writer.file(row, files[row], found.of_files.get(row, ())) for row in first]
        listed = [writer.symbol(row, symbols[row], found.of_symbols.get(row, ())) for row in chosen]
        return LocateResult(
            tuple(each for each in located if each.reasons),
            tuple(each for each in listed if each.reasons),
            tuple(
                find_neighbours(
                    index, [row for row, each in zip(first, located, strict=True) if each.reasons][:3], files
                )
            ),
            int((files > 0).sum()),
            tuple(self._notes(clues, query, [each for each in located if each.reasons])),
        )

    def scores(self, text: str) -> NDArray[np.float64]:
        """The score of each file, in the order of the graph's table, without reasons."""
        clues = reading.read(text)
        return self._scores(self._query(clues), self._find_evidence(clues, SourceEvidence(self.index)))[0]

    def _query(self, clues: Clues) -> dict[str, float]:
        """The words of a text with their weights."""
        terms, title = split(clues.words), split(dict.fromkeys(clues.title, 1))
        return {
            term: 1 + log1p(count - 1) + (TITLE if term in title else 0)
            for term, count in sorted(terms.items())
            if len(term) >= MIN_TERM
        }

    # --- signals ---

    def _find_evidence(self, clues: Clues, source: SourceEvidence) -> _Found:
        """What all signals but the words say."""
        files, symbols = len(self.index.paths), self.index.symbols.height
        found = _Found(np.zeros(files), np.zeros(files), np.zeros(symbols))
        for add in (self._add_frames, self._add_paths, self._add_names, self._add_modules):
            add(clues, found)
        self._add_quotes(clues, source, found)
        self._add_flags(clues, source, found)
        return found

    def _add_frames(self, clues: Clues, found: _Found) -> None:
        index = self.index
        seen: set[int] = set()
        inside = 0  # frames of the repository so far in this traceback, from the innermost outwards
        for frame in _innermost_first(clues.frames):
            inside = 0 if frame.depth == 0 else inside
            rows, shared = index.with_path(frame.path) if frame.path else ([], 0)
            if not rows:
                self._add_function(frame.function, found)
                continue
            weight = FRAME / (1 + inside) / len(rows)
            inside += 1
            for row in rows:
                if row not in seen:
                    found.files[row] += weight
                    seen.add(row)
                path = index.paths[row]
                symbol = self._function_at(row, frame.line, frame.function)
                line = int(index.first[symbol]) if symbol >= 0 else 0
                end = "/".join(frame.path.split("/")[-shared:])
                said = f"a frame of the traceback names {quote(end)}"
                if symbol >= 0:
                    found.symbols[symbol] += weight
                    said += f" and {quote(frame.function)}, which is {self._describe_symbol(symbol)}"
                reason = MatchReason("frame", said, path, line)
                found.of_files[row].append((weight, reason, symbol))
                if symbol >= 0:
                    found.of_symbols[symbol].append((weight, reason, symbol))

    def _function_at(self, row: int, line: int, function: str) -> int:
        """The symbol of a frame: the one of its function's name in the file, nearest to its line; -1 for none."""
        name = _bare(function)
        start, end = np.searchsorted(self.index.home, [row, row + 1])
        rows = self.index.symbols.slice(int(start), int(end - start)).filter(pl.col("name") == name)
        if not rows.height:
            return -1
        lines = rows["first"].to_numpy()
        before = np.where(lines <= line, line - lines, np.abs(lines - line) + 1_000_000)
        return int(rows["symbol"][int(np.argmin(before))])

    def _add_function(self, function: str, found: _Found) -> None:
        """A frame without a file of the repository: the qualified name of its function."""
        names = tuple(each for each in names_of(function) if each)
        if len(names) < 2:
            return
        rows = self._find_qualified(names)
        for symbol, home in rows.select("symbol", "home").head(MAX_NAMED).iter_rows():
            weight = FRAME / 2 / rows.height
            reason = MatchReason(
                "frame",
                f"a frame of the traceback names {quote(function)}: {self._describe_symbol(symbol)}",
                *self._place(symbol),
            )
            found.files[home] += weight
            found.symbols[symbol] += weight
            found.of_files[home].append((weight, reason, symbol))
            found.of_symbols[symbol].append((weight, reason, symbol))

    def _add_paths(self, clues: Clues, found: _Found) -> None:
        index = self.index
        for named in clues.paths:
            rows, shared = index.with_path(named.path)
            for row in rows:
                weight = PATH / len(rows)
                found.files[row] += weight
                end = "/".join(named.path.split("/")[-shared:])
                line = named.line if 0 < named.line <= (index.files["lines"][row] or 0) else 0
                reason = MatchReason("path", f"the text names the path {quote(end)}", index.paths[row], line)
                found.of_files[row].append((weight, reason, -1))
                symbol = index.find_at_line(row, line) if line else -1
                if symbol >= 0:
                    found.symbols[symbol] += weight
                    found.of_symbols[symbol].append((weight, reason, -1))

    def _add_names(self, clues: Clues, found: _Found) -> None:
        total = max(2, self.index.symbols.height)
        longer = {names[-1]: names for names in clues.dotted}
        by_name = self.index.find_by_name(clues.names)
        for name, coded in clues.names.items():
            rows = by_name.get(name)
            if rows is None:
                continue
            weight = NAME * (1.0 if coded else PLAIN_NAME)
            if name in longer:
                inner = self._find_qualified(longer[name], rows)
                if inner.height:
                    rows, weight = inner, NAME * QUALIFIED
            weight *= log1p(total / rows.height) / log1p(total)
            homes = rows["home"].to_numpy()
            found.named[np.unique(homes)] += weight
            found.symbols[rows["symbol"].to_numpy()] += weight
            for symbol, home in rows.select("symbol", "home").head(MAX_NAMED).iter_rows():
                said = f"{quote(name)} is {self._describe_symbol(symbol)}"
                reason = MatchReason("name", said, *self._place(symbol))
                found.of_files[home].append((weight, reason, symbol))
                found.of_symbols[symbol].append((weight, reason, symbol))

    def _find_qualified(self, names: Sequence[str], rows: pl.DataFrame | None = None) -> pl.DataFrame:
        """The symbols whose qualified names share at least two names with the end of a dotted one; the most that do."""
        if rows is None:
            rows = self.index.find_by_name([names[-1]]).get(names[-1], self.index.symbols.clear())
        ends = rows["qualified_name"].str.replace_all("::|#", ".").str.split(".").to_list()
        shared = np.array([count_shared_suffix(end, names) for end in ends], dtype=np.int64)
        most = int(shared.max()) if len(shared) else 0
        return rows.filter(pl.Series(shared == most, dtype=pl.Boolean)) if most > 1 else rows.clear()

    def _add_modules(self, clues: Clues, found: _Found) -> None:
        for names in clues.dotted:
            for rest in (names, names[:-1], names[:-2]):
                rows = self.index.with_module(rest) if len(rest) > 1 else []
                for row in rows:
                    weight = MODULE / len(rows)
                    found.files[row] += weight
                    said = f"the text names the module {quote('.'.join(rest))}"
                    found.of_files[row].append((weight, MatchReason("module", said, self.index.paths[row], 0), -1))
                if rows:
                    break

    def _add_quotes(self, clues: Clues, source: SourceEvidence, found: _Found) -> None:
        if not self.index.tree.is_there:
            return
        known = self.index.find_by_name(clues.names)
        # What is written as code and no symbol is called by stands in a text or a setting: `REDIS_ADDR`.
        named = [name for name, coded in clues.names.items() if coded and "_" in name and name not in known]
        for wanted in list(dict.fromkeys([*clues.quoted, *named]))[:MAX_QUOTES]:
            for piece in fragments(wanted):
                words = reading.WORD.findall(piece)
                scores = self.index.text.scores(dict.fromkeys(sorted(split(dict.fromkeys(words, 1))), 1.0))
                rows = self._first(scores, QUOTE_FILES, self.index.paths)
                lines = {row: line for row in rows if (line := source.quote(row, piece))}
                if wanted in named:  # settings of many places set what one place of the code reads
                    lines = {row: line for row, line in lines.items() if self.index.is_code[row]} or lines
                for row, line in lines.items():
                    weight = QUOTE / len(lines)
                    found.named[row] += weight
                    reason = MatchReason("quote", f"holds the text {quote(piece)}", self.index.paths[row], line)
                    found.of_files[row].append((weight, reason, -1))
                    symbol = self.index.find_at_line(row, line)
                    if symbol >= 0:
                        found.symbols[symbol] += weight
                        found.of_symbols[symbol].append((weight, reason, -1))
                if lines:
                    break

    def _add_flags(self, clues: Clues, source: SourceEvidence, found: _Found) -> None:
        """Where a program names an option of its command line: as a string of its own."""
        if not self.index.tree.is_there:
            return
        for flag in clues.flags[:MAX_QUOTES]:
            scores = self.index.text.scores(dict.fromkeys(sorted(split({flag.replace("-", "_"): 1})), 1.0))
            rows = self._first(scores * self.index.is_code * ~self.index.is_test, QUOTE_FILES, self.index.paths)
            forms = [f"{mark}{dashes}{flag}{mark}" for mark in "\"'" for dashes in ("", "--")]
            held = {row: line for row in rows if (line := next(filter(None, (source.quote(row, f) for f in forms)), 0))}
            for row, line in held.items():
                weight = FLAG / len(held)
                found.named[row] += weight
                reason = MatchReason("quote", f"holds the text {quote(flag)}", self.index.paths[row], line)
                found.of_files[row].append((weight, reason, -1))

    # --- together ---

    def _scores(self, query: dict[str, float], found: _Found) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        index = self.index
        text, described = _scale(index.text.scores(query)), _scale(index.described.scores(query))
        past = _scale(self.messages.index.scores(query))
        best = np.zeros(len(index.paths))
        np.maximum.at(best, index.home, described)
        prior = np.where(index.is_code, 1.0, OTHER_PRIOR)
        if not ("test" in query or "tests" in query):
            prior = np.where(index.is_test, TEST_PRIOR, prior)
        files = prior * (TEXT * text + DESCRIBED * best + MESSAGES * past + found.named) + found.files
        around = files[index.home] if len(index.home) else np.zeros(0)
        symbols = prior[index.home] * described + found.symbols + 0.25 * _scale(around)
        return files, np.where((described > 0) | (found.symbols > 0), symbols, 0.0)

    @staticmethod
    def _first(scores: NDArray[np.float64], limit: int, names: Sequence[str]) -> list[int]:
        """The rows with the greatest scores above 0; equal ones by name."""
        rows = np.flatnonzero(scores > 0)
        if len(rows) > limit:
            least = np.partition(scores[rows], -limit)[-limit] if limit else np.inf
            rows = rows[scores[rows] >= least]
        return sorted(rows.tolist(), key=lambda row: (-round(float(scores[row]), 9), names[row], row))[:limit]

    def _place(self, symbol: int) -> tuple[str, int]:
        return self.index.paths[self.index.home[symbol]], int(self.index.first[symbol])

    def _describe_symbol(self, symbol: int) -> str:
        """ "the method shop.cart.Cart.total"."""
        return f"the {self.index.kinds[symbol].lower()} {quote(self.index.names[symbol])}"

    def _notes(self, clues: Clues, query: dict[str, float], files: Sequence[LocatedFile]) -> Iterable[str]:
        tree = self.index.tree
        if clues.cut:
            yield f"only the first {reading.MAX_CHARACTERS:,} characters of the text were read"
        if not files:
            if not query and not clues.paths:
                yield "the text has no words of letters a to z, names or paths to look for"
            else:
                words = ", ".join(quote(term) for term in list(query)[:5])
                yield f"no file or symbol has any of the words or names of the text: {words or 'it names paths alone'}"
        if tree.root is None:
            yield (
                "the graph does not lie in its repository, so the text of files was not searched: names, signatures, "
                "documentation and paths were; give the root"
            )
        if self.messages.note:
            yield self.messages.note
        if tree.changed:
            yield (
                f"{tree.changed:,} files are gone or have other contents than the graph is of, so their text was not "
                "searched: build it again"
            )
        if tree.large:
            yield f"{tree.large:,} files are too large for their text to be searched"


def _scale(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scores with 1 for the greatest."""
    most = float(scores.max(initial=0.0))
    return scores / most if most > 0 else scores


def _bare(function: str) -> str:
    names = names_of(function)
    return names[-1] if names else ""


def _innermost_first(frames: Sequence[StackFrame]) -> list[StackFrame]:
    """Traceback by traceback, each from its innermost frame outwards."""
    result: list[StackFrame] = []
    stack: list[StackFrame] = []
    for frame in frames:
        if stack and abs(frame.depth - stack[-1].depth) != 1:
            result += sorted(stack, key=lambda each: each.depth)
            stack = []
        stack.append(frame)
    return result + sorted(stack, key=lambda each: each.depth)
