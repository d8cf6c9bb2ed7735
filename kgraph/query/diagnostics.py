"""Why an answer may be empty or not all: values of parameters that name nothing, and what was never read.

Input: a query, the values given, a store. Output: a sentence for each path or symbol that the graph does not have, with
what may have been meant, and one on who read the files whose calls and references are asked for. Asked beside the
query: its answer is what the standard says, empty or not.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from pyoxigraph import Literal, QuerySolutions

from kgraph.coverage import Aspect, Coverage
from kgraph.escape import quote
from kgraph.languages import C_FAMILY
from kgraph.query.dependencies import coverage_notes, coverage_of, uses_of_c
from kgraph.query.engine import SparqlEngine
from kgraph.query.header import Query
from kgraph.query.hints import hints
from kgraph.query.parameters import terms
from kgraph.query.rows import value
from kgraph.query.unknown_terms import unknown_terms
from kgraph.suggestions import closest, did_you_mean, nearest
from kgraph.vocab import PREFIXES

if TYPE_CHECKING:
    import polars as pl

MAX_SUGGESTIONS = 3  # suggestions
_RELATIONS = re.compile(r"\bkg:(?:related|Relation|rank|score|reason)\b")
_MENTIONS = re.compile(r"\bkg:mentions\b")  # which are counted beside relations


def diagnose_answer(
    store: SparqlEngine, query: Query, given: Mapping[str, object], whole: Coverage | None = None
) -> Iterator[str]:
    """Sentences on names that the vocabulary does not have, on given paths and symbols that the graph does not have, on
    relations that were not built, and on what was not analysed although the answer depends on it.

    `whole` is the coverage of all files; without it, the store is asked.
    """
    yield from unknown_terms(query.text)
    if _RELATIONS.search(query.text) and not _any(store, "?x kg:formula ?y"):
        yield "this graph has no related files; build it without --no-related"
    if _MENTIONS.search(query.text) and not _any(store, "?x kg:formula ?y"):
        yield "the places of names were not counted in this graph, so nothing is found; build it without --no-related"
    bound = terms(query, given)
    is_unknown = False
    for parameter in query.parameters:
        term = bound.get(parameter.name)
        if parameter.name not in given or not isinstance(term, Literal):
            continue
        if parameter.type == "path" and not _any(store, f"?x kg:path {term}"):
            yield _sentence("path", term.value, _paths_like(_texts(store, "?x kg:path ?text"), term.value))
        elif parameter.type == "symbol" and not _any(store, f"?x rdfs:label|kg:qualifiedName {term}"):
            is_unknown = True
            if _any(store, f"?x kg:path {term}"):
                queries = "symbols-of-file lists its symbols, `kgraph affected` what needs them"
                yield f"{term.value!r:.300} is a path; {queries}"
            else:
                yield _sentence("symbol", term.value, _symbols_like(store, term.value))
    if is_unknown and (sentence := (whole or coverage_of(store)).note(Aspect.DECLARATIONS)):
        yield sentence
    if not is_unknown:
        yield from hints(store, query, bound)
    yield from coverage_notes(store, query, bound, whole)
    if uses_of_c(store, query, bound):
        yield from _count_compiled(store)


def _count_compiled(store: SparqlEngine) -> Iterator[str]:
    """The number of files of the C family whose uses a compiler reported."""
    languages = ", ".join(str(Literal(name)) for name in sorted(C_FAMILY))
    where = f"?file kg:readAs ?how ; kg:language ?language FILTER(?language IN ({languages}))"
    answer = store.query(f"SELECT ?how (COUNT(?file) AS ?n) {{ {where} }} GROUP BY ?how", prefixes=PREFIXES)
    assert isinstance(answer, QuerySolutions)  # noqa: S101 - what SELECT answers
    counts = {str(value(solution["how"])): int(str(value(solution["n"]))) for solution in answer}
    total, compiled = sum(counts.values()), counts.get("semantic", 0)
    if total > compiled > 0:
        some = f"{compiled:,} of {total:,} files of the C family"
        yield f"a compiler reported the uses in {some}; those of the others are inferred"
    elif total > compiled:
        yield "no compiler read the files of the C family: their uses are inferred from the text"


def unknown_path(path: str, paths: Iterable[str]) -> str:
    """A sentence on a path that is none of the graph's `paths`."""
    return _sentence("path", path, _paths_like(sorted(set(paths)), path))


def unknown_symbol(name: str, symbols: pl.DataFrame) -> str:
    """A sentence on a symbol that the graph does not have, by the table of those that it has."""
    import polars as pl

    names = symbols.filter(pl.col("name") == _last(name))["qualified_name"]
    return _sentence("symbol", name, nearest(name, names.unique().sort().to_list(), MAX_SUGGESTIONS))


def _sentence(what: str, name: str, close: list[str]) -> str:
    return f"the graph has no {what} {name!r:.300}" + (f"; {did_you_mean(close, quote)}" if close else "")


def _paths_like(paths: Iterable[str], path: str) -> list[str]:
    """Paths of that very name, else of a name that is spelled like it; the nearest first."""
    name = posixpath.basename(path)
    by_name: dict[str, list[str]] = {}
    for known in paths:
        by_name.setdefault(posixpath.basename(known), []).append(known)
    names = [name] if name in by_name else closest(name, by_name, MAX_SUGGESTIONS, 0.75)
    return nearest(path, [known for close in names for known in by_name[close]], MAX_SUGGESTIONS)


def _symbols_like(store: SparqlEngine, name: str) -> list[str]:
    """Qualified names that end in the same short name; the nearest first."""
    names = _texts(store, f"?x rdfs:label {Literal(_last(name))} ; kg:qualifiedName ?text")
    return nearest(name, names, MAX_SUGGESTIONS)


def _last(name: str) -> str:
    return re.split(r"::|\.", name)[-1]


def _any(store: SparqlEngine, pattern: str) -> bool:
    return bool(store.query(f"ASK {{ {pattern} }}", prefixes=PREFIXES))


def _texts(store: SparqlEngine, pattern: str) -> list[str]:
    answer = store.query(f"SELECT DISTINCT ?text {{ {pattern} }} ORDER BY ?text", prefixes=PREFIXES)
    assert isinstance(answer, QuerySolutions)  # noqa: S101 - what SELECT answers
    return [str(value(solution["text"])) for solution in answer]
