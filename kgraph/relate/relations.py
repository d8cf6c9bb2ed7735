"""Related files: for every file the ten that belong with it most, and why.

Comes in: an assembled graph, the words of its files, the history. Goes out: the graph with its table `relations`, its
`related` edges, and the activity that tells how they were made. Equal input gives equal tables.

Generated and vendored files are no candidates: they change with what they are made of or with the world outside, and
nobody looks for them. They have lists of their own all the same.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl
from scipy import sparse

from kgraph.languages import C_FAMILY, CODE
from kgraph.model import FileWords, Graph, SourceFile
from kgraph.relate import ranking, reasons, signals, units
from kgraph.relate.history import History
from kgraph.relate.words import Vocabulary, vocabulary
from kgraph.vocab.iri import decode_path, relation_id
from kgraph.vocab.tables import EDGES, schema

ACTIVITY_ID = "relating"
_SEPARATOR = "\x1f"


def relate(
    graph: Graph, files: Sequence[SourceFile], words: Sequence[FileWords], past: History | None, *, agent: str
) -> Graph:
    """The graph with its related files; `words[i]` are those of `files[i]`."""
    by_path = {file.path: (file, word) for file, word in zip(files, words, strict=True)}
    ids = graph["files"]["id"].to_list()
    paths = [decode_path(id_).removeprefix("file/") for id_ in ids]
    found = [by_path[path] for path in paths]
    allowed = np.array([file.form == "file" and not file.unparsed and not word.generated for file, word in found], bool)
    lexicon = vocabulary([word for _, word in found])
    is_c = np.array([file.language in C_FAMILY for file, _ in found], bool)
    is_code = np.array([file.language in CODE for file, _ in found], bool)
    measured, facts = _measure(graph, paths, lexicon, allowed, is_code, is_c, past)
    pairs = ranking.rank(measured, is_code)
    told = reasons.explain(pairs, facts)
    pairs, told = _with_reasons(pairs, told)
    shown = ranking.shorten(pairs, len(paths))
    text = dict(zip(zip(pairs.query.tolist(), pairs.candidate.tolist(), strict=True), told, strict=True))
    return _with_relations(graph, ids, shown, text, past, agent)


def _measure(
    graph: Graph,
    paths: list[str],
    lexicon: Vocabulary,
    allowed: np.ndarray,
    is_code: np.ndarray,
    is_c: np.ndarray,
    past: History | None,
) -> tuple[dict[str, sparse.csr_array], reasons.Facts]:
    numbers = graph["files"].select("id").with_row_index("number")
    edges = graph[EDGES]
    places = edges.filter(pl.col("kind").is_in(["declaration", "definition"]))
    includes = signals.links(edges, numbers, ["includes"])
    imports = signals.links(edges, numbers, ["imports"])
    links = signals.links(edges, numbers, ["links"])
    rare = signals.rare_symbols(graph["symbols"], places, numbers, lexicon)
    changes = None
    found: dict[str, sparse.csr_array] = {}
    found["text"] = signals.text(signals.text_matrix(lexicon), allowed)
    found["text_share"] = signals.shares(found["text"])
    found["name"] = signals.name(paths, allowed)
    found["test"], found["stem"] = signals.unit(paths, allowed)
    found["uses"], found["used_by"] = signals.uses(rare, allowed)
    found["includes"], found["included_by"] = signals.damped(sparse.csr_array(includes + imports), allowed)
    defines = signals.defined_elsewhere(places, numbers)
    found["counterpart"] = signals.counterparts(found["stem"], includes, defines, allowed)
    found["twin"] = signals.twins(paths, is_c, allowed)
    found["links"], found["linked_by"] = signals.damped(links, allowed)
    if past and past.commits:
        changes = signals.changes(past, {os.fsencode(path): number for number, path in enumerate(paths)})
        found["history"], found["changes"] = signals.together(changes, allowed)
    facts = reasons.Facts(
        [os.fsencode(path).decode("utf-8", "backslashreplace") for path in paths],
        np.array([units.stem(path) for path in paths]),
        np.array([units.is_test(path) for path in paths], bool),
        is_code,
        is_c,
        includes,
        imports,
        links,
        defines,
        rare,
        lexicon.counts,
        lexicon.names,
        changes,
    )
    return found, facts


def _with_reasons(pairs: ranking.Pairs, told: list[list[str]]) -> tuple[ranking.Pairs, list[list[str]]]:
    kept = np.array([bool(each) for each in told], bool)
    return pairs.only(kept), [each for each in told if each]


def _with_relations(
    graph: Graph,
    ids: list[str],
    shown: ranking.Pairs,
    told: dict[tuple[int, int], list[str]],
    past: History | None,
    agent: str,
) -> Graph:
    pairs = list(zip(shown.query.tolist(), shown.candidate.tolist(), strict=True))
    sources, targets = [ids[query] for query, _ in pairs], [ids[candidate] for _, candidate in pairs]
    relations = pl.DataFrame(
        {
            "id": [relation_id(source, target) for source, target in zip(sources, targets, strict=True)],
            "from": sources,
            "to": targets,
            "rank": shown.ranks() + 1,
            "score": np.round(shown.score, ranking.DIGITS),
            # Split by polars: a fifth of the time that it takes to read so many Python lists.
            "reasons": pl.Series([_SEPARATOR.join(told[pair]) for pair in pairs], dtype=pl.String).str.split(
                _SEPARATOR
            ),
        },
        schema=schema("relations"),
    )
    edges = pl.DataFrame({"source": sources, "kind": ["related"] * len(pairs), "target": targets}, schema=schema(EDGES))
    used = [name for name in ranking.WEIGHTS if name not in ranking.OF_HISTORY or (past and past.commits)]
    activity = {
        "id": [ACTIVITY_ID],
        "agent": [agent],
        "options": [[]],
        "formula": [ranking.FORMULA],
        "weights": [sorted(f"{name} {ranking.WEIGHTS[name]:g}" for name in used)],
        "revision": [past.revision if past and past.commits else None],
    }
    activities = pl.concat([graph["activities"], pl.DataFrame(activity, schema=schema("activities"))])
    changed = {
        "relations": relations.sort("id"),
        "activities": activities.sort("id"),
        EDGES: pl.concat([graph[EDGES], edges]).sort("source", "kind", "target"),
    }
    return replace(graph, tables={name: changed.get(name, graph[name]) for name in graph})
