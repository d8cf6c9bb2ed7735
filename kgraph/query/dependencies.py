"""What an answer depends on, and how much of that was analysed.

Input: a query, the values given, a store. Output: a sentence for each kind of fact that the answer depends on and that
was not looked for everywhere where it might be. The head of a query names its dependencies; those of a text without
such a head follow from the terms that it mentions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from pyoxigraph import Literal, QuerySolutions

from kgraph.build_systems import BuildFile, build_notes
from kgraph.coverage import Aspect, Bearing, Coverage, Gap, languages_used_by, note, users_of
from kgraph.languages import C_FAMILY
from kgraph.query.engine import SparqlEngine
from kgraph.query.header import Dependency, Query
from kgraph.query.parameters import Term
from kgraph.query.rows import value
from kgraph.scoped_languages import SCOPED_LANGUAGES
from kgraph.vocab import PREFIXES

_TERMS = {
    Aspect.USES: re.compile(
        r"\bkg:(?:Use|calls|references|inherits|overrides|specializes|expands|typeOf|binds|tests|from|Call|Reference"
        r"|Inheritance|Override|Specialization|Expansion|TypeUse|Binding|Test)\b"
    ),
    Aspect.IMPORTS: re.compile(r"\bkg:(?:Include|imports|resolution|importedName|target)\b"),
    Aspect.DECLARATIONS: re.compile(
        r"\bkg:(?:Symbol|Class|Struct|Function|Method|qualifiedName|signature|definition|declaration)\b"
    ),
}
_OF_TARGETS = re.compile(r"\bkg:(?:Target|BuildTest|builds|linksAgainst|buildsAfter|runs)\b")
_CATALOGUE = re.compile(r"\bkg:(?:category|weakness)\b")
_INCLUDES = re.compile(r"\bkg:includes\b")  # which only the C family does
_SYMBOL_FILES = "?symbol kg:qualifiedName {} ; kg:definition|kg:declaration ?location . ?location kg:inFile ?file ."
_COUNTS = """SELECT ?language ?aspect (COUNT(?file) AS ?n) {{
  {{ SELECT DISTINCT ?file ?language {{ {scope} ?file kg:language ?language }} }}
  {aspect}
}} GROUP BY ?language ?aspect"""

_DAMAGED = """SELECT ?language (COUNT(DISTINCT ?file) AS ?n) {
  ?file kg:diagnostic ?remark ; kg:language ?language FILTER(STRENDS(?remark, "syntax error"))
} GROUP BY ?language"""


def dependencies(query: Query) -> tuple[Dependency, ...]:
    """What a query depends on: what its head says, else what its text mentions."""
    if query.dependencies is not None:
        return query.dependencies
    text = _without_comments(query.text)
    found = [Dependency(aspect) for aspect, terms in _TERMS.items() if terms.search(text)]
    if _INCLUDES.search(text) and Dependency(Aspect.IMPORTS) not in found:
        found.append(Dependency(Aspect.IMPORTS, "from", language="C++"))
    return tuple(found)


def coverage_notes(
    store: SparqlEngine, query: Query, bound: Mapping[str, Term], whole: Coverage | None = None
) -> Iterator[str]:
    """A sentence for each dependency that was not analysed everywhere; `bound` has the values of parameters."""
    seen: set[str] = set()
    for dependency, gaps in dependency_gaps(store, query, bound, whole):
        sentence = note(dependency.aspect, gaps, dependency.bearing)
        if sentence and sentence not in seen:
            seen.add(sentence)
            yield sentence
    if damaged := _describe_damaged(store, query, bound):
        yield damaged
    if _CATALOGUE.search(query.text) and (sentence := (whole or coverage_of(store)).catalogue_note()):
        yield sentence
    if targets := target_bearing(query):
        yield from build_notes(build_files(store), targets)


def _describe_damaged(store: SparqlEngine, query: Query, bound: Mapping[str, Term]) -> str:
    """A sentence on files of which a grammar understood only a part; of the C family all is said by its remarks."""
    languages: set[str] = set()
    for dependency in dependencies(query):
        if dependency.aspect in (Aspect.USES, Aspect.IMPORTS) and not _is_unknown(
            store, bound.get(dependency.parameter)
        ):
            scope = _files_of(store, query, dependency.parameter, bound.get(dependency.parameter))
            languages |= _languages(store, scope, dependency) or SCOPED_LANGUAGES.keys()
    if not languages & SCOPED_LANGUAGES.keys():
        return ""
    files = {str(value(row["language"])): int(str(value(row["n"]))) for row in _select(store, _DAMAGED)}
    found = [
        f"{language} ({files[language]:,})" for language in sorted(files.keys() & languages & SCOPED_LANGUAGES.keys())
    ]
    if not found:
        return ""
    return f"files with syntax errors were read in part: {', '.join(found)}; there may be more than is listed"


def _without_comments(text: str) -> str:
    return re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE)


def target_bearing(query: Query) -> Bearing | None:
    """How an answer depends on the targets of build files: as its head says, else by what its text mentions."""
    if query.dependencies is not None:
        return query.targets
    text = _without_comments(query.text)
    return "facts" if _OF_TARGETS.search(text) else None


def build_files(store: SparqlEngine) -> Iterator[BuildFile]:
    """The files of a graph that may be build files, with what was remarked on them."""
    remarks: dict[str, list[str]] = {}
    for row in _select(store, "SELECT ?path ?remark { ?file kg:path ?path ; kg:diagnostic ?remark }"):
        remarks.setdefault(str(value(row["path"])), []).append(str(value(row["remark"])))
    for row in _select(store, "SELECT ?path ?how { ?file kg:path ?path ; kg:readAs ?how }"):
        path = str(value(row["path"]))
        yield BuildFile(path, str(value(row["how"])), remarks.get(path, ()))


def dependency_gaps(
    store: SparqlEngine, query: Query, bound: Mapping[str, Term], whole: Coverage | None = None
) -> Iterator[tuple[Dependency, Sequence[Gap]]]:
    """Each dependency, and where it was not analysed."""
    for dependency in dependencies(query):
        aspect = dependency.aspect
        if _is_unknown(store, bound.get(dependency.parameter)):
            continue  # which is said of it, and enough
        scope = _files_of(store, query, dependency.parameter, bound.get(dependency.parameter))
        if scope and dependency.direction == "in":
            gaps = coverage_of(store, scope).gaps(aspect)
        else:
            whole = whole or coverage_of(store)
            gaps = whole.gaps(aspect, _languages(store, scope, dependency))
        yield dependency, gaps


def coverage_of(store: SparqlEngine, scope: str = "") -> Coverage:
    """What was analysed of the files that a pattern binds to `?file`; without one, of all files."""
    coverage = Coverage()
    totals: dict[str, int] = {}
    analysed: dict[str, dict[str, int]] = {}
    for row in _select(store, _COUNTS.format(scope=scope, aspect="")):
        totals[str(value(row["language"]))] = int(str(value(row["n"])))
    for row in _select(store, _COUNTS.format(scope=scope, aspect="?file kg:analysed ?aspect")):
        found = analysed.setdefault(str(value(row["language"])), {})
        found[str(value(row["aspect"]))] = int(str(value(row["n"])))
    for language, files in totals.items():
        coverage.add(language, files, analysed.get(language, {}))
    return coverage


def _is_unknown(store: SparqlEngine, term: Term | None) -> bool:
    """Whether a value is neither a path nor a qualified name of the graph."""
    return isinstance(term, Literal) and not store.query(
        f"ASK {{ ?x kg:path|kg:qualifiedName {term} }}", prefixes=PREFIXES
    )


def _files_of(store: SparqlEngine, query: Query, name: str, term: Term | None) -> str:
    """The pattern that binds `?file` to the files of a parameter's value; "" where it has none."""
    kind = next((each.type for each in query.parameters if each.name == name), "")
    if not isinstance(term, Literal):
        return ""
    if kind == "symbol":
        return _SYMBOL_FILES.format(term)
    if store.query(f"ASK {{ ?folder a kg:Folder ; kg:path {term} }}", prefixes=PREFIXES):
        below = Literal(f"{term.value}/")
        return "" if term.value == "." else f"?file kg:path ?path FILTER(STRSTARTS(?path, {below})) ."
    return f"?file kg:path {term} ."


def _languages(store: SparqlEngine, scope: str, dependency: Dependency) -> frozenset[str] | None:
    """The languages in whose files facts are looked for; None for all."""
    languages = frozenset(filter(None, [dependency.language]))
    if scope:
        rows = _select(store, f"SELECT DISTINCT ?language {{ {scope} ?file kg:language ?language }}")
        languages = frozenset(str(value(row["language"])) for row in rows)
    if not languages:
        return None
    match dependency.direction:
        case "of":
            return users_of(languages)
        case "from":
            return languages_used_by(languages)
    return languages


def uses_of_c(store: SparqlEngine, query: Query, bound: Mapping[str, Term]) -> bool:
    """Whether an answer depends on the uses in files of the C family."""
    for dependency in dependencies(query):
        if dependency.aspect == Aspect.USES:
            scope = _files_of(store, query, dependency.parameter, bound.get(dependency.parameter))
            languages = _languages(store, scope, dependency)
            if languages is None or languages & C_FAMILY:
                return True
    return False


def _select(store: SparqlEngine, text: str) -> QuerySolutions:
    answer = store.query(text, prefixes=PREFIXES)
    assert isinstance(answer, QuerySolutions)  # noqa: S101 - what SELECT answers
    return answer
