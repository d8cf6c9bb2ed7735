"""What an answer leaves out though it was analysed, and which other query has it.

Input: a query, the values given, a store. Output: sentences: that a function which nothing calls by its name is
referred to, overrides another or is a class whose constructors are called; how many calls or bases of a name lead
nowhere; which uses of a symbol are never listed, or by an option only; that a package is known and no import of it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from pyoxigraph import Literal, QuerySolutions

from kgraph.escape import quote
from kgraph.languages import C_FAMILY
from kgraph.query.engine import SparqlEngine
from kgraph.query.header import Query
from kgraph.query.parameters import Term
from kgraph.query.rows import value
from kgraph.query.symbol_names import last_part
from kgraph.scoped_languages import GO_INTERFACES
from kgraph.vocab import PREFIXES

_NO_TEXT = " BIND('' AS ?text)"
_GO_INTERFACES = {each.rpartition("/")[2] for each in GO_INTERFACES}  # as files spell them
MAX_NAMES = 3  # that a sentence lists
SEPARATORS = ("::", ".", "/", "\\")  # of a module's name and the names inside of it


def hints(store: SparqlEngine, query: Query, bound: Mapping[str, Term]) -> Iterator[str]:
    """The sentences on a shipped query; `bound` has the values of its parameters."""
    hint = _HINTS.get(query.name)
    if hint is not None and isinstance(name := bound.get("package" if "package" in query.name else "name"), Literal):
        yield from hint(store, name)


def _hint_callers(store: SparqlEngine, name: Literal) -> Iterator[str]:
    symbol = f"?symbol kg:qualifiedName {name} ."
    if bases := _texts(store, f"{symbol} ?symbol kg:overrides ?base . ?base kg:qualifiedName ?text"):
        yield f"{quote(name.value)} overrides {_list_names(bases)}: what calls that may reach it"
    if overriding := _texts(store, f"{symbol} ?other kg:overrides ?symbol ; kg:qualifiedName ?text"):
        yield (
            f"calls that are known to reach {_list_names(overriding)}, which override it, are listed under those names"
        )
    yield from _hint_unresolved(store, name)
    yield from _hint_cython(store, name)
    if _texts(store, f"{symbol} ?use kg:to ?symbol ; a kg:Call . BIND('' AS ?text)"):
        return
    if made := _find_called_constructors(store, name):
        yield f"no call names {quote(name.value)} itself: callers of {_list_names(made)} make instances of it"
        return
    counted = _texts(store, f"{symbol} ?use kg:to ?symbol ; a kg:Reference . BIND(STR(?use) AS ?text)")
    if counted:
        uses = "1 use refers" if len(counted) == 1 else f"{len(counted):,} uses refer"
        yield f"no call names {quote(name.value)}, but {uses} to it, through which it may be called: see uses-of"


def _find_called_constructors(store: SparqlEngine, name: Literal) -> list[str]:
    symbol = f"?symbol kg:qualifiedName {name} ; kg:contains ?made ."
    return _texts(store, f"{symbol} ?use kg:to ?made ; a kg:Call . ?made a kg:Constructor ; kg:qualifiedName ?text")


def _hint_cython(store: SparqlEngine, name: Literal) -> Iterator[str]:
    """That Cython declares a function of C under a name of its own, by which it calls it."""
    symbol = f"?symbol kg:qualifiedName {name} ; rdfs:label ?label ; kg:declaration|kg:definition ?place ."
    of_c = f"{symbol} ?place kg:inFile ?in . ?in kg:language 'C' ."
    declared = "?other rdfs:label ?label ; a kg:Function ; kg:declaration ?at ; kg:qualifiedName ?text ."
    of_cython = "?at kg:inFile ?file . ?file kg:language 'Cython' FILTER NOT EXISTS { ?other kg:definition ?any }"
    if found := _texts(store, f"{of_c} {declared} {of_cython}"):
        yield f"Cython declares {quote(name.value)} as {_list_names(found)}: its uses there are listed under that name"


def _hint_unresolved(store: SparqlEngine, name: Literal) -> Iterator[str]:
    pattern = f"?symbol kg:qualifiedName {name} ; kg:unresolvedCalls ?count . BIND(STR(?count) AS ?text)"
    if counts := _texts(store, pattern):
        yield note_unresolved(max(map(int, counts)), last_part(name.value), name.value)


def _hint_uses(store: SparqlEngine, name: Literal) -> Iterator[str]:
    yield from _hint_unresolved(store, name)
    yield from _hint_cython(store, name)
    if made := _find_called_constructors(store, name):
        yield f"what makes instances of {quote(name.value)} calls {_list_names(made)}, and is listed under that name"
    symbol = f"?symbol kg:qualifiedName {name}"
    located = f"{symbol} ; kg:definition|kg:declaration ?location . ?location kg:inFile ?file ."
    languages = set(_texts(store, f"{located} ?file kg:language ?text"))
    kinds = set(_texts(store, f"{symbol} ; a ?kind BIND(STRAFTER(STR(?kind), '#') AS ?text)"))
    if languages & C_FAMILY and not _texts(store, "?build kg:option ?text FILTER(?text = 'references')"):
        of_family = f"?text IN ({', '.join(str(Literal(each)) for each in sorted(C_FAMILY))})"
        if _texts(store, f"?file kg:language ?text ; kg:readAs ?how FILTER({of_family} && ?how != 'semantic')"):
            yield (
                "calls, expansions and bases in C and C++ are listed; other mentions of a name only where a compiler"
                " read the file: `kgraph build --references` adds them"
            )
    if "Python" in languages and "Variable" in kinds:
        yield f"uses of {quote(name.value)} in the module that declares it are not listed"
    if "Python" in languages and "Field" in kinds:
        yield f"uses of {quote(name.value)} through instances are not listed"


def _hint_type(store: SparqlEngine, name: Literal) -> Iterator[str]:
    pattern = f"?symbol kg:qualifiedName {name} ; kg:unresolvedBases ?count . BIND(STR(?count) AS ?text)"
    if counts := _texts(store, pattern):
        yield note_unresolved_bases(max(map(int, counts)), last_part(name.value), name.value)
    of_shape = f"?symbol kg:qualifiedName {name} . BIND(STR(?symbol) AS ?node){_NO_TEXT}"
    is_protocol = (
        "?symbol kg:base ?base FILTER(CONTAINS(?node, '/symbol/python/') && REGEX(?base, '(^|[.])Protocol($|\\\\[)'))"
    )
    is_interface = "?symbol kg:modifier 'interface' FILTER(CONTAINS(?node, '/symbol/typescript/'))"
    if _texts(store, f"{of_shape} {is_protocol}") or _texts(store, f"{of_shape} {is_interface}"):
        whole = f"what has the members of {quote(name.value)}"
        yield f"{whole} need not name it as a base, and is not listed where it does not"
    is_of_go = "?symbol kg:modifier 'interface' ; kg:base ?text FILTER(CONTAINS(?node, '/symbol/go/'))"
    own = "FILTER NOT EXISTS { ?symbol kg:inherits ?other . ?other rdfs:label ?short FILTER(STRENDS(?text, ?short)) }"
    elsewhere = _texts(store, f"{of_shape.removesuffix(_NO_TEXT)} {is_of_go} {own}")
    if unknown := [each for each in elsewhere if each not in _GO_INTERFACES]:
        yield (
            f"{quote(name.value)} embeds {_list_names(unknown)}, whose methods are not known: what implements it and"
            " embeds something else is listed only where an assertion says so"
        )


def note_unresolved_bases(number: int, name: str, qualified_name: str) -> str:
    """A sentence on bases by a short name that lead nowhere."""
    bases, has, them = f"{number:,} bases", "types that have them", "are"
    if number == 1:
        bases, has, them = "1 base", "type that has it", "is"
    what = f"named {quote(name)}, or the {has}, could not be resolved, may be {quote(qualified_name)}"
    return f"{bases} {what}, and {them} not listed"


def note_unresolved(number: int, name: str, qualified_name: str) -> str:
    """A sentence on calls of something by a short name that lead nowhere."""
    calls, them = ("1 call", "is") if number == 1 else (f"{number:,} calls", "are")
    what = f"something named {quote(name)}"
    return f"{calls} of {what} could not be resolved, may be of {quote(qualified_name)}, and {them} not listed"


def _hint_external(store: SparqlEngine, name: Literal) -> Iterator[str]:
    if _texts(store, f"?x a kg:External ; kg:spelling {name} . BIND('' AS ?text)"):
        return
    if _texts(store, f"?x a kg:Package ; rdfs:label {name} . BIND('' AS ?text)"):
        yield f"{quote(name.value)} is a package: package-users lists the files that import its modules"
        return
    fronts = " || ".join(f"STRSTARTS(?text, {Literal(name.value + each)})" for each in SEPARATORS)
    found = _texts(store, f"?x a kg:External ; kg:spelling ?text FILTER({fronts})")
    if found:
        yield f"nothing includes or imports {quote(name.value)} itself; inside of it are {_list_names(found)}"


def _hint_package(store: SparqlEngine, name: Literal) -> Iterator[str]:
    if not _texts(store, f"?x a kg:Package ; rdfs:label {name} . BIND('' AS ?text)"):
        is_unread = f"REGEX(?text, '{_UNREAD_MANIFESTS}')"
        unread = _texts(store, f"?file a kg:File ; kg:path ?text FILTER({is_unread})")
        read = " that was read" if unread else ""
        yield f"no manifest{read} requires a package {quote(name.value)}"
        if unread:
            yield f"what {_list_names(unread)} require{'s' if len(unread) == 1 else ''} was not analysed"
    elif not _texts(store, f"?x kg:providedBy ?node . ?node rdfs:label {name} . BIND('' AS ?text)"):
        yield f"no import is known to lead to {quote(name.value)}: which modules a package has is not in its manifest"


# Manifests of packages, of which kgraph reads no requirements.
_UNREAD_MANIFESTS = "(^|/)(Package[.]swift|Podfile|Cartfile|build[.]sbt|mix[.]exs|pubspec[.]yaml|rebar[.]config)$"
_HINTS: Mapping[str, Callable[[SparqlEngine, Literal], Iterator[str]]] = {
    "callers": _hint_callers,
    "callers-transitive": _hint_callers,
    "class-hierarchy": _hint_type,
    "external-users": _hint_external,
    "impact": _hint_unresolved,
    "implementers": _hint_type,
    "package-users": _hint_package,
    "uses-of": _hint_uses,
}


def _list_names(names: list[str]) -> str:
    more = f" and {len(names) - MAX_NAMES:,} more" if len(names) > MAX_NAMES else ""
    return ", ".join(map(quote, names[:MAX_NAMES])) + more


def _texts(store: SparqlEngine, pattern: str) -> list[str]:
    answer = store.query(f"SELECT DISTINCT ?text {{ {pattern} }} ORDER BY ?text", prefixes=PREFIXES)
    assert isinstance(answer, QuerySolutions)  # noqa: S101 - what SELECT answers
    return [str(value(row["text"])) for row in answer]
