"""Why two files belong together, in words that a person would use.

Input: pairs of files, and the facts that the signals were made of. Output: up to three sentences for each pair, the
most telling first. A sentence is about the candidate: it "implements shape.h", it "tests this file"; the file whose
list it is in is "this file". Each is read off the facts, never off the score: a pair without any is dropped, for then
all that ties it is the area that both are in.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import sparse

from kgraph.model import DECLARES_PREFIX, IMPLEMENTS_PREFIX, RelationReason
from kgraph.relate import file_names, rows
from kgraph.relate.ranking import Pairs
from kgraph.relate.rows import bits, hash_names
from kgraph.relate.signals import Changes, RareSymbolUses
from kgraph.relate.term_matrix import Vocabulary

MAX_REASONS = 3
SEPARATOR = "\x1f"
_NAMED = 3  # symbols and terms that a reason names
_RARE_FILES = 50  # a term in more files is not rare
_BLOCK = 20_000


@dataclass(frozen=True, slots=True)
class RareTerms:
    """Identifiers that few files share."""

    words: sparse.csr_array  # file x identifier, 0 or 1
    names: pl.Series
    files: np.ndarray  # that hold each


@dataclass(frozen=True, slots=True)
class Facts:
    """What reasons are read off; each matrix is file x file, or what its comment says."""

    paths: Sequence[str]
    stems: np.ndarray  # of paths
    tests: np.ndarray  # which files are tests
    is_c: np.ndarray  # which files are of the C family
    includes: sparse.csr_array
    imports: sparse.csr_array
    links: sparse.csr_array
    tested: sparse.csr_array  # the row is the test
    defines: sparse.csr_array  # how many symbols the row defines that the column declares
    uses: RareSymbolUses
    rare: RareTerms
    changes: Changes | None  # commit x file

    def digests(self, files: np.ndarray) -> np.ndarray:
        """What tells of each file whether all that reasons are read off is as it was; `files` are hashes of paths."""
        words = hash_names(self.rare.names), hash_names(self.uses.names)
        total = rows.mix(
            files,
            self.is_c,
            rows.digests(self.rare.words, rows.mix(words[0], self.rare.files)),
            rows.digests(self.uses.users, rows.mix(words[1], bits(self.uses.weights))),
            rows.digests(self.uses.declarers, rows.mix(words[1], bits(self.uses.weights))),
            *(rows.digests(each, files) for each in (self.includes, self.imports, self.links, self.tested)),
            rows.digests(self.defines, files),
        )
        if self.changes is None:
            return total
        # By their places from the oldest on: where all the numbers are equal, so is what they have in common.
        commits = rows.mix(np.arange(self.changes.all.shape[0])[::-1], self.changes.counted)
        return rows.mix(total, rows.digests(sparse.csr_array(self.changes.all.T.tocsr()), commits))


def rare_terms(vocabulary: Vocabulary) -> RareTerms:
    """The identifiers that few files share."""
    files = vocabulary.files_with()
    is_rare = (files >= 2) & (files <= max(3, min(_RARE_FILES, vocabulary.counts.shape[0] // 5)))
    words = vocabulary.counts[:, is_rare]
    words.data = np.ones_like(words.data)
    return RareTerms(words, vocabulary.names.filter(pl.Series(is_rare)), files[is_rare])


@dataclass(frozen=True, slots=True)
class ExplainedPairs:
    """Pairs with their reasons, and what tells of each file whether these still hold."""

    pairs: Pairs
    text: pl.Series  # the reasons, `SEPARATOR` between; "" for none
    digests: np.ndarray


def explain_pairs(
    pairs: Pairs, facts: Facts, digests: np.ndarray, former: ExplainedPairs | None = None, now: np.ndarray | None = None
) -> ExplainedPairs:
    """The reasons of each pair, those of the former where they still hold; `now` is which file each of the former's is,
    -1 for none."""
    size = np.int64(len(digests))
    keys, places = pairs.query * size + pairs.candidate, np.full(len(pairs.query), -1)
    if former is not None and now is not None and len(former.pairs.query):
        holds = (now >= 0) & (former.digests == digests[now])
        held = np.flatnonzero(holds[former.pairs.query] & holds[former.pairs.candidate])
        held_keys = now[former.pairs.query[held]] * size + now[former.pairs.candidate[held]]
        order = np.argsort(held_keys, kind="stable")
        if len(order):
            found = np.minimum(np.searchsorted(held_keys[order], keys), len(order) - 1)
            places = np.where(held_keys[order][found] == keys, held[order][found], -1)
    is_open = places < 0
    lists = explain(pairs.only(is_open), facts)
    texts = pl.Series([SEPARATOR.join(reasons) for reasons in lists], dtype=pl.String)
    if former is None:
        return ExplainedPairs(pairs, texts, digests)
    places[is_open] = len(former.text) + np.arange(len(texts))
    return ExplainedPairs(pairs, pl.concat([former.text, texts]).gather(places), digests)


def explain(pairs: Pairs, facts: Facts) -> list[list[str]]:
    """The reasons of each pair."""
    reasons_of_pairs: list[list[str]] = [[] for _ in range(len(pairs.query))]
    if not len(pairs.query):
        return reasons_of_pairs
    for explainer in (_structure, _explain_changes, _explain_uses, _explain_shared):
        open_ = np.array([len(reasons) < MAX_REASONS for reasons in reasons_of_pairs], bool)
        numbers = np.flatnonzero(open_)
        for start in range(0, len(numbers), _BLOCK):
            block = numbers[start : start + _BLOCK]
            for number, reason in explainer(pairs.only(block), facts):
                if len(reasons_of_pairs[block[number]]) < MAX_REASONS:
                    reasons_of_pairs[block[number]].append(reason)
    return reasons_of_pairs


def _values_at(matrix: sparse.csr_array, queries: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """The values at some places."""
    matrix.sort_indices()
    width = np.int64(matrix.shape[1])
    keys = np.repeat(np.arange(matrix.shape[0], dtype=np.int64), np.diff(matrix.indptr)) * width + matrix.indices
    wanted = queries.astype(np.int64) * width + columns
    if not len(keys):
        return np.zeros(len(wanted))
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[places] == wanted, matrix.data[places], 0)


# --- structure ------------------------------------------------------------------------------------------------------


def _structure(pairs: Pairs, facts: Facts) -> Iterator[tuple[int, str]]:
    query, candidate = pairs.query, pairs.candidate

    def symmetrize(matrix: sparse.csr_array) -> tuple[np.ndarray, np.ndarray]:
        return _values_at(matrix, query, candidate) > 0, _values_at(matrix, candidate, query) > 0

    includes, included = symmetrize(facts.includes)
    imports, imported = symmetrize(facts.imports)
    links, linked = symmetrize(facts.links)
    implemented, implements = symmetrize(facts.defines)
    stems, tests = facts.stems, facts.tests
    same = (stems[query] == stems[candidate]) & (stems[query] != "")
    is_used, uses = _uses_other(pairs, facts, includes | imports, included | imported)
    alike = _are_alike(pairs, facts)
    joined = (includes | included) & facts.is_c[query] & facts.is_c[candidate]
    with_reason = np.flatnonzero(includes | included | imports | imported | links | linked | same)
    for n in with_reason.tolist():
        this, other = facts.paths[query[n]], facts.paths[candidate[n]]
        is_code = joined[n]
        if is_code and ((implements[n] and not implemented[n]) or file_names.is_source_of(other, this)):
            yield n, f"{IMPLEMENTS_PREFIX}{posixpath.basename(this)}"
            says_included = True
        elif is_code and ((implemented[n] and not implements[n]) or file_names.is_source_of(this, other)):
            yield n, f"{DECLARES_PREFIX}{posixpath.basename(this)} implements"
            says_included = True
        else:
            says_included = False
        if same[n] and tests[candidate[n]] and not tests[query[n]]:
            if uses[n] or alike[n]:
                yield n, (RelationReason.TESTS if uses[n] else RelationReason.NAMED_TEST).value
        elif same[n] and tests[query[n]] and not tests[candidate[n]] and (is_used[n] or alike[n]):
            yield n, (RelationReason.TESTED_BY if is_used[n] else RelationReason.NAMED_TESTED).value
        if not says_included:
            if includes[n]:
                yield n, RelationReason.INCLUDED.value
            if included[n]:
                yield n, RelationReason.INCLUDES.value
            if imports[n]:
                yield n, RelationReason.IMPORTED.value
            if imported[n]:
                yield n, RelationReason.IMPORTS.value
        if links[n]:
            yield n, RelationReason.LINKED.value
        if linked[n]:
            yield n, RelationReason.LINKS.value
        if same[n] and tests[query[n]] == tests[candidate[n]] and not says_included:
            yield n, RelationReason.VARIANT.value


def _uses_other(pairs: Pairs, facts: Facts, needs: np.ndarray, is_needed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whether this file uses something of the candidate, and whether the candidate does of this file, as far as their
    names do not say it: by what it includes or imports, by a call, or by a rare name that it mentions."""
    query, candidate = pairs.query, pairs.candidate
    users, declarers = facts.uses.users, facts.uses.declarers

    def shares(user: np.ndarray, declarer: np.ndarray) -> np.ndarray:
        return np.asarray(users[user].multiply(declarers[declarer]).sum(axis=1)).ravel() > 0

    return (
        needs | (_values_at(facts.tested, query, candidate) > 0) | shares(query, candidate),
        is_needed | (_values_at(facts.tested, candidate, query) > 0) | shares(candidate, query),
    )


def _are_alike(pairs: Pairs, facts: Facts) -> np.ndarray:
    """Whether two files are of one language, by their extensions."""
    endings = np.array([posixpath.splitext(path)[1] for path in facts.paths])
    alike: np.ndarray = (endings[pairs.query] == endings[pairs.candidate]) | (
        facts.is_c[pairs.query] & facts.is_c[pairs.candidate]
    )
    return alike


# --- history --------------------------------------------------------------------------------------------------------


def _explain_changes(pairs: Pairs, facts: Facts) -> Iterator[tuple[int, str]]:
    """All commits without merges count here, as `git log` shows them; what says nothing is no reason, though."""
    if facts.changes is None:
        return
    matrix = facts.changes.all
    telling = sparse.csr_array(sparse.diags_array(facts.changes.counted.astype(float)) @ matrix).T.tocsr()
    telling.eliminate_zeros()
    every = matrix.T.tocsr()
    query, candidate = pairs.query, pairs.candidate
    some = np.flatnonzero(telling[query].multiply(telling[candidate]).sum(axis=1))
    both = np.asarray(every[query[some]].multiply(every[candidate[some]]).sum(axis=1)).ravel().astype(int)
    alone = np.diff(every.indptr)[query[some]]
    for n, k, total in zip(some.tolist(), both.tolist(), alone.tolist(), strict=True):
        yield n, f"changed together in {k:,} of {total:,} commit{'s' if total != 1 else ''}"


# --- words ----------------------------------------------------------------------------------------------------------


def _explain_uses(pairs: Pairs, facts: Facts) -> Iterator[tuple[int, str]]:
    uses = facts.uses
    query, candidate = pairs.query, pairs.candidate
    here = _common(uses.users, candidate, uses.declarers, query, uses.weights, uses.names)
    there = _common(uses.users, query, uses.declarers, candidate, uses.weights, uses.names)
    for n, count, names in here:
        yield n, f"mentions {_rare_names(count)} declared here: {names}"
    for n, count, names in there:
        yield n, f"offers {_rare_names(count)} mentioned here: {names}"


def _rare_names(count: int) -> str:
    """Names of symbols, by the words of files: that a word means the symbol is not looked at."""
    return f"{count:,} rare names" if count > 1 else "a rare name"


def _explain_shared(pairs: Pairs, facts: Facts) -> Iterator[tuple[int, str]]:
    """Explains by the rare terms that two files share."""
    rare = facts.rare
    for n, _count, named in _common(rare.words, pairs.query, rare.words, pairs.candidate, 1 / rare.files, rare.names):
        yield n, f"shares rare terms: {named}"


def _common(
    left: sparse.csr_array,
    ones: np.ndarray,
    right: sparse.csr_array,
    others: np.ndarray,
    weights: np.ndarray,
    names: pl.Series,
) -> Iterator[tuple[int, int, str]]:
    """What rows of two matrices have both: pair, how much, and the names of the greatest weight."""
    both = sparse.csr_array(left[ones].multiply(right[others]))
    both.eliminate_zeros()
    both.sort_indices()
    counts = np.diff(both.indptr)
    row = np.repeat(np.arange(len(ones)), counts)
    order = np.lexsort((both.indices, -weights[both.indices], row))
    first = order[np.arange(len(order)) - both.indptr[row] < _NAMED]
    named = pl.DataFrame({"pair": row[first], "name": names.gather(both.indices[first])})
    lists = named.group_by("pair", maintain_order=True).agg(pl.col("name").str.join(", "))
    for n, text in lists.iter_rows():
        yield n, int(counts[n]), text
