"""Related files: for every file the ten that belong with it most, and why.

Input: the files of a repository, their words, the history, an assembled graph. Output: the graph with its table
`relations`, its `related` edges, and the activity that describes how they were made. Equal input gives equal tables.

Most of it needs no graph, so that `RelationBuild` can begin as soon as the words are read, beside the stages between.

Generated and vendored files are no candidates: they change with what they are made of or with the world outside, and
nobody looks for them. They have lists of their own all the same. Files that are only called as vendored ones are may
stand in a few lists.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import polars as pl
from scipy import sparse

from kgraph.formatting import template
from kgraph.languages import C_FAMILY, CODE
from kgraph.model import FileIdentifiers, Graph, SourceFile
from kgraph.relate import file_names, ranking, reasons, signals
from kgraph.relate.history import History
from kgraph.relate.kept_relations import KeptRelations, lists, vocabularies
from kgraph.relate.mentions import mentions
from kgraph.relate.products import best_products
from kgraph.relate.related_tables import BETWEEN_FILES, RelateResult, select_needed, with_relations
from kgraph.relate.rows import hash_names, shares
from kgraph.vocab.iri import display_path, file_id, relation_digest
from kgraph.vocab.tables import EDGES, schema


def relate(
    graph: Graph, files: Sequence[SourceFile], words: Sequence[FileIdentifiers], history: History | None, *, agent: str
) -> Graph:
    """The graph with its related files; `words[i]` are those of `files[i]`."""
    relating = RelationBuild(files, words)
    relating.remember(history)
    return with_relations(graph, relating.relations(select_needed(graph.tables)), agent=agent)


class RelationBuild:
    """The relations of a repository in the making: first what words and names say, then the past, then the graph.

    `former` is what was kept of the last time, `kept` what is to be kept of this one, once there are relations.
    """

    def __init__(
        self, files: Sequence[SourceFile], words: Sequence[FileIdentifiers], former: KeptRelations | None = None
    ) -> None:
        """`words[i]` are those of `files[i]`."""
        pairs = zip(files, words, strict=True)
        identified = sorted((file_id(file.path), file, word) for file, word in pairs if file.form != "submodule")
        self._former = former = former if former and former.ids and identified else KeptRelations()
        self._ids = [id_ for id_, _, _ in identified]
        self._now = now = former.numbers_now(self._ids)
        self.kept = kept = KeptRelations(self._ids, [word for _, _, word in identified])
        self._hashes = hash_names(pl.Series(self._ids, dtype=pl.String))
        self._paths = [file.path for _, file, _ in identified]
        self._allowed = np.array(
            [file.form == "file" and not file.unparsed and not word.generated for _, file, word in identified], bool
        )
        self._is_c = np.array([file.language in C_FAMILY for _, file, _ in identified], bool)
        self._is_code = np.array([file.language in CODE for _, file, _ in identified], bool)
        self._revision: str | None = None
        self._lexicon, kept.parts = vocabularies(kept.words, former, now)
        kept.identifiers = self._lexicon
        terms, hashes = signals.text_matrix([self._lexicon, kept.parts])
        kept.text = best_products(signals.text(terms, self._allowed, hashes), former.text, now)
        text = kept.text.best()
        self._signals = {"text": text, "text_share": shares(text), **self._make_path_signals()}

    def _make_path_signals(self) -> dict[str, sparse.csr_array]:
        """The signals of paths."""
        paths, allowed, is_c = self._paths, self._allowed, self._is_c
        inputs = (self._ids, allowed.tobytes(), is_c.tobytes())
        if self._former.named and self._former.named[0] == inputs:
            self.kept.named, self.kept.name = self._former.named, self._former.name
        else:
            self.kept.name = best_products(signals.name(paths, allowed), self._former.name, self._now)
            test, stem = signals.unit(paths, allowed)
            found = {"name": self.kept.name.best(), "test": test, "stem": stem}
            self.kept.named = (inputs, {**found, "twin": signals.twins(paths, is_c, allowed)})
        return self.kept.named[1]

    def remember(self, history: History | None) -> None:
        """Receive what changed together."""
        if not (history and history.commits):
            return
        self._revision = history.revision
        inputs = (self._ids, self._allowed.tobytes())
        former = self._former.past
        if former and former[1] == inputs and former[0] == history:
            self.kept.past = former
        else:
            numbers = {os.fsencode(path): number for number, path in enumerate(self._paths)}
            changes = signals.changes(history, numbers)
            penalty = ranking.size(len(self._paths))
            together = signals.together(changes, self._allowed, penalty)
            self.kept.past = (history, inputs, changes, dict(zip(("history", "changes"), together, strict=True)))
        self._signals |= self.kept.past[3]

    def relations(self, tables: Mapping[str, pl.DataFrame]) -> RelateResult:
        """The lists of all files, once the tables that are `needed` are there."""
        symbols, kept, former = tables["symbols"], self.kept, self._former
        numbers = pl.DataFrame({"id": self._ids}, schema={"id": pl.String}).with_row_index("number")
        located = signals.places(symbols, tables[EDGES], numbers, self._lexicon)
        facts = self._structure(symbols, tables[EDGES], located, numbers)
        used_signals = {name: self._signals[name] for name in ranking.WEIGHTS if name in self._signals}
        digests = ranking.row_digests(used_signals, self._is_code, self._hashes)
        pairs = lists(digests, partial(ranking.rank, used_signals, self._is_code), former, self._now)
        kept.ranked = (digests, pairs)
        kept.explained = reasons.explain_pairs(pairs, facts, facts.digests(self._hashes), former.explained, self._now)
        with_reasons = (kept.explained.text != "").to_numpy()
        pairs = pairs.only(with_reasons)
        shown = ranking.shorten(pairs, np.array([file_names.may_be_vendored(path) for path in self._paths], bool))
        text = kept.explained.text.filter(pl.Series(with_reasons)).filter(pl.Series(shown))
        used = {name: weight for name, weight in ranking.WEIGHTS.items() if name in used_signals or name == "code"}
        weights = [f"{name} {weight:g}" for name, weight in used.items()]
        table = _table(self._ids, pairs.only(shown), text)
        counted = mentions(tables, located, numbers, self._lexicon)
        return RelateResult(table, ranking.FORMULA, weights, self._revision, counted)

    def _structure(
        self, symbols: pl.DataFrame, edges: pl.DataFrame, located: pl.DataFrame, numbers: pl.DataFrame
    ) -> reasons.Facts:
        """Adds the signals of the graph; returns what reasons are read off."""
        allowed, paths, all_signals = self._allowed, self._paths, self._signals
        includes, imports, links = (signals.links(edges, numbers, [kind]) for kind in BETWEEN_FILES)
        rare = signals.rare_symbols(symbols, located, self._lexicon)
        all_signals["uses"], all_signals["used_by"] = signals.uses(rare, allowed)
        all_signals["includes"], all_signals["included_by"] = signals.damp(
            sparse.csr_array(includes + imports), allowed
        )
        defines = signals.count_defined_elsewhere(symbols, located, len(paths))
        all_signals["counterpart"] = signals.counterparts(all_signals["stem"], includes, defines, allowed)
        all_signals["links"], all_signals["linked_by"] = signals.damp(links, allowed)
        return reasons.Facts(
            [display_path(path) for path in paths],
            np.array([file_names.stem(path) for path in paths]),
            np.array([file_names.may_be_test(path) for path in paths], bool),
            self._is_c,
            includes,
            imports,
            links,
            signals.links(edges, numbers, ["tests"]),
            defines,
            rare,
            reasons.rare_terms(self._lexicon),
            self.kept.past[2] if self.kept.past else None,
        )


def _table(ids: list[str], pairs: ranking.Pairs, reasons_of: pl.Series) -> pl.DataFrame:
    """The table of the pairs that are shown; `reasons_of[i]` are those of the i-th."""
    files = pl.DataFrame(
        {"file": ids, "hash": [relation_digest(id_) for id_ in ids]}, schema={"file": pl.String, "hash": pl.String}
    )
    sources, targets = files[pairs.query]["file"], files[pairs.candidate]
    named = pl.DataFrame({"source": sources.str.strip_prefix("file/"), "hash": targets["hash"]})
    return pl.DataFrame(
        {
            "id": named.select(template("relation/{}/{}", "source", "hash")).to_series(),
            "from": sources,
            "to": targets["file"],
            "rank": pairs.ranks() + 1,
            "score": np.round(pairs.score, ranking.DIGITS),
            # Split by polars: a fifth of the time that it takes to read so many Python lists.
            "reasons": reasons_of.str.split(reasons.SEPARATOR),
        },
        schema=schema("relations"),
    ).sort("id")
