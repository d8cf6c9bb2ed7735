"""Related files: for every file the ten that belong with it most, and why.

Input: the files of a repository, their words, the history, an assembled graph. Output: the graph with its table
`relations`, its `related` edges, and the activity that describes how they were made. Equal input gives equal tables.

Most of it needs no graph, so that `Relating` can begin as soon as the words are read, beside the stages between.

Generated and vendored files are no candidates: they change with what they are made of or with the world outside, and
nobody looks for them. They have lists of their own all the same. Files that are only called as vendored ones are may
stand in a few lists.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from scipy import sparse

from kgraph.languages import C_FAMILY, CODE
from kgraph.model import FileIdentifiers, Graph, SourceFile
from kgraph.relate import file_names, ranking, reasons, signals
from kgraph.relate.history import History
from kgraph.relate.mentions import mentions
from kgraph.relate.related_tables import BETWEEN_FILES, PLACES, RelateResult, needed, with_relations
from kgraph.relate.term_matrix import vocabulary
from kgraph.vocab.iri import file_id, relation_id
from kgraph.vocab.tables import EDGES, schema

_SEPARATOR = "\x1f"


def relate(
    graph: Graph, files: Sequence[SourceFile], words: Sequence[FileIdentifiers], history: History | None, *, agent: str
) -> Graph:
    """The graph with its related files; `words[i]` are those of `files[i]`."""
    relating = Relating(files, words)
    relating.remember(history)
    return with_relations(graph, relating.relations(needed(graph.tables)), agent=agent)


class Relating:
    """The relations of a repository in the making: first what words and names say, then the past, then the graph."""

    def __init__(self, files: Sequence[SourceFile], words: Sequence[FileIdentifiers]) -> None:
        """`words[i]` are those of `files[i]`."""
        pairs = zip(files, words, strict=True)
        identified = sorted((file_id(file.path), file, word) for file, word in pairs if file.form != "submodule")
        self._ids = [id_ for id_, _, _ in identified]
        self._paths = paths = [file.path for _, file, _ in identified]
        self._allowed = allowed = np.array(
            [file.form == "file" and not file.unparsed and not word.generated for _, file, word in identified], bool
        )
        self._is_c = np.array([file.language in C_FAMILY for _, file, _ in identified], bool)
        self._is_code = np.array([file.language in CODE for _, file, _ in identified], bool)
        self._lexicon = vocabulary([word for _, _, word in identified])
        self._history: History | None = None
        self._changes: signals.Changes | None = None
        self._signals: dict[str, sparse.csr_array] = {}
        self._signals["text"] = signals.text(signals.text_matrix(self._lexicon), allowed)
        self._signals["text_share"] = signals.shares(self._signals["text"])
        self._signals["name"] = signals.name(paths, allowed)
        self._signals["test"], self._signals["stem"] = signals.unit(paths, allowed)
        self._signals["twin"] = signals.twins(paths, self._is_c, allowed)

    def remember(self, history: History | None) -> None:
        """Receive what changed together."""
        if history and history.commits:
            self._history = history
            numbers = {os.fsencode(path): number for number, path in enumerate(self._paths)}
            self._changes = signals.changes(history, numbers)
            penalty = ranking.size(len(self._paths))
            self._signals["history"], self._signals["changes"] = signals.together(self._changes, self._allowed, penalty)

    def relations(self, tables: Mapping[str, pl.DataFrame]) -> RelateResult:
        """The lists of all files, once the tables that are `needed` are there."""
        facts = self._structure(tables)
        used_signals = {name: self._signals[name] for name in ranking.WEIGHTS if name in self._signals}
        pairs = ranking.rank(used_signals, self._is_code)
        reason_lists = reasons.explain(pairs, facts)
        pairs, reason_lists = _with_reasons(pairs, reason_lists)
        shortened = ranking.shorten(pairs, np.array([file_names.may_be_vendored(path) for path in self._paths], bool))
        text = dict(zip(zip(pairs.query.tolist(), pairs.candidate.tolist(), strict=True), reason_lists, strict=True))
        used = {name: weight for name, weight in ranking.WEIGHTS.items() if name in used_signals or name == "code"}
        weights = [f"{name} {weight:g}" for name, weight in used.items()]
        revision = self._history.revision if self._history else None
        return RelateResult(
            _table(self._ids, shortened, text), ranking.FORMULA, weights, revision, self._mentions(tables)
        )

    def _mentions(self, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
        numbers = pl.DataFrame({"id": self._ids}, schema={"id": pl.String}).with_row_index("number")
        return mentions(tables, tables[EDGES], numbers, self._lexicon)

    def _structure(self, tables: Mapping[str, pl.DataFrame]) -> reasons.Facts:
        """Adds the signals of the graph; returns what reasons are read off."""
        allowed, paths, all_signals = self._allowed, self._paths, self._signals
        numbers = pl.DataFrame({"id": self._ids}, schema={"id": pl.String}).with_row_index("number")
        edges = tables[EDGES]
        location_edges = edges.filter(pl.col("kind").is_in(PLACES))
        includes, imports, links = (signals.links(edges, numbers, [kind]) for kind in BETWEEN_FILES)
        rare = signals.rare_symbols(tables["symbols"], location_edges, numbers, self._lexicon)
        all_signals["uses"], all_signals["used_by"] = signals.uses(rare, allowed)
        all_signals["includes"], all_signals["included_by"] = signals.damped(
            sparse.csr_array(includes + imports), allowed
        )
        defines = signals.defined_elsewhere(location_edges, numbers)
        all_signals["counterpart"] = signals.counterparts(all_signals["stem"], includes, defines, allowed)
        all_signals["links"], all_signals["linked_by"] = signals.damped(links, allowed)
        return reasons.Facts(
            [os.fsencode(path).decode("utf-8", "backslashreplace") for path in paths],
            np.array([file_names.stem(path) for path in paths]),
            np.array([file_names.may_be_test(path) for path in paths], bool),
            self._is_c,
            includes,
            imports,
            links,
            signals.links(edges, numbers, ["tests"]),
            defines,
            rare,
            self._lexicon.counts,
            self._lexicon.names,
            self._changes,
        )


def _with_reasons(pairs: ranking.Pairs, reason_lists: list[list[str]]) -> tuple[ranking.Pairs, list[list[str]]]:
    mask = np.array([bool(each) for each in reason_lists], bool)
    return pairs.only(mask), [each for each in reason_lists if each]


def _table(ids: list[str], pairs_shown: ranking.Pairs, reasons_of: Mapping[tuple[int, int], list[str]]) -> pl.DataFrame:
    pairs = list(zip(pairs_shown.query.tolist(), pairs_shown.candidate.tolist(), strict=True))
    sources, targets = [ids[query] for query, _ in pairs], [ids[candidate] for _, candidate in pairs]
    return pl.DataFrame(
        {
            "id": [relation_id(source, target) for source, target in zip(sources, targets, strict=True)],
            "from": sources,
            "to": targets,
            "rank": pairs_shown.ranks() + 1,
            "score": np.round(pairs_shown.score, ranking.DIGITS),
            # Split by polars: a fifth of the time that it takes to read so many Python lists.
            "reasons": pl.Series([_SEPARATOR.join(reasons_of[pair]) for pair in pairs], dtype=pl.String).str.split(
                _SEPARATOR
            ),
        },
        schema=schema("relations"),
    ).sort("id")
