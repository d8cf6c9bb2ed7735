"""Which symbol a name means: the one home of that rule, for queries and for agents' tools.

Input: a store, or the table of symbols, and a name as somebody types it. Output: a qualified name. That of a symbol
means itself; a short name, or an end of a qualified one, means the symbol that it fits, if it is the only one. Where
none does, the separators are read as any language's (`Router.route` for `Router::route`), and a name that begins with
the outermost package may leave out modules (`flask.Flask` for `flask.app.Flask`, as `__init__.py` offers it); then a
member of a specialization is found by the name of its template (`Grid::fill` for `Grid<T*>::fill`), and what a file
exports by default without a name by that of the file. What stands in code goes before headings and keys of data files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from pyoxigraph import Literal, QuerySolutions

from kgraph.errors import QueryError
from kgraph.escape import quote, unquote
from kgraph.model import Kind
from kgraph.query.engine import SparqlEngine
from kgraph.query.header import Parameter, Query
from kgraph.query.package_names import package_name
from kgraph.query.rows import value
from kgraph.vocab import PREFIXES

if TYPE_CHECKING:
    import polars as pl

PACKAGE = "package"  # the parameter of queries that is the name of a package
MAX_CANDIDATES = 8  # that an error names
_TYPES = frozenset({Kind.CLASS, Kind.STRUCT, Kind.UNION, Kind.ENUM})
_OF_TYPES = ("implementers", "class-hierarchy")  # queries about types, which mean no field
_SEPARATOR = re.compile(r"::|[.#\\]")
_LAST_SEPARATOR = re.compile(r"(?:::|[.#\\])$")
_TEMPLATE_ARGUMENTS = re.compile(r"<[^<>]*>")
_DEFAULT = "default"  # the label of what is exported by default without a name
_MAX_BASES = 30  # above each other


def normalize(name: str) -> str:
    """A name without quotes, leading `::` and trailing `()`."""
    return unquote(name.strip()).removeprefix("::").removesuffix("()")


def find_qualified_name(store: SparqlEngine, name: str, kinds: frozenset[Kind] = frozenset()) -> str:
    """The qualified name that a name means, of some kinds rather than others; "" where the graph has no such symbol.

    Raises `QueryError`, which lists the candidates, where it may mean several.
    """
    fitting = _fitting(store, normalize(name))
    wanted = [(each, label, is_code) for each, label, is_code, kind in fitting if kind in kinds]
    others = [(each, label, is_code) for each, label, is_code, _ in fitting]
    is_whole = any(each == normalize(name) for each, *_ in fitting)
    meant = (_choose(name, wanted) if wanted and not is_whole else "") or _choose(name, others)
    return meant or _choose_default_export(normalize(name), (each for each, *_ in _fitting(store, _DEFAULT)))


def default_export(name: str) -> str:
    """How the qualified name ends of what a file of a name exports by default without naming it, as `export default ()
    => ...` does: others import it by the name of the file."""
    return f"{name}.{_DEFAULT}"


def _choose_default_export(wanted: str, names: Iterable[str]) -> str:
    """The only one of some qualified names that a file of a name exports by default."""
    found = {each for each in names if ends_with(each, default_export(wanted))}
    return found.pop() if len(found) == 1 else ""


def find_qualified_name_in(symbols: pl.DataFrame, name: str) -> str:
    """The same by the table of symbols."""
    import polars as pl

    wanted = normalize(name)
    qualified = pl.col("qualified_name")  # a block of Terraform is called by its type and name, which is one name
    found = symbols.filter(
        (qualified == wanted)
        | qualified.str.ends_with(f".{wanted}")
        | qualified.str.ends_with(default_export(wanted))
        | pl.col("name").is_in([wanted, *labels_of(wanted)])
    )
    rows = found.select("qualified_name", "name", "id", "kind").rows()
    fitting = [(each, label, _is_code(f"/{node}", kind)) for each, label, node, kind in rows]
    return _choose(name, fitting) or _choose_default_export(wanted, found["qualified_name"])


def last_part(name: str) -> str:
    """The last part of a qualified name, whatever parts it: the label of the symbol that it means."""
    return _parts(name)[-1]


def labels_of(name: str) -> tuple[str, str]:
    """The labels that a symbol may have of which a name is an end: JavaScript's private members begin with `#`."""
    last = last_part(name)
    return last, f"#{last}"


def _choose(name: str, found: list[tuple[str, str, bool]]) -> str:
    """The one that is meant of symbols with the last part: their qualified names, labels, whether each is code's."""
    wanted = normalize(name)
    fitting = [(each, is_code) for each, label, is_code in found if label == wanted or ends_with(each, wanted)]
    if not fitting:
        parts = _parts(wanted)
        fitting = [(each, is_code) for each, _, is_code in found if len(parts) > 1 and _is_spelled_loosely(each, parts)]
    if not fitting:  # a member of a specialization, by the name of the template
        fitting = [(each, is_code) for each, _, is_code in found if ends_with(_without_arguments(each), wanted)]
    for names in ({each for each, is_code in fitting if is_code}, {each for each, _ in fitting}):
        if wanted in names:
            return wanted
        # A class and its constructors are no two things.
        names = {each for each in names if not any(_is_constructor(each, other) for other in names)}
        if len(names) > 1:
            candidates = sorted(names, key=lambda each: (len(each), each))
            some = ", ".join(map(quote, candidates[:MAX_CANDIDATES]))
            some += ", ..." if len(names) > MAX_CANDIDATES else ""
            raise QueryError(f"{name!r} may be any of {len(names):,} symbols: {some}", hint="give the qualified name")
        if names:
            return names.pop()
    return ""


def ends_with(qualified: str, wanted: str) -> bool:
    """Whether a qualified name is another name, or ends with it behind a separator."""
    return qualified == wanted or qualified.endswith(tuple(f"{mark}{wanted}" for mark in ("::", ".", "/", "\\")))


def _is_spelled_loosely(qualified: str, wanted: list[str]) -> bool:
    """Whether a qualified name ends with these parts, or has them in this order from its first part to its last."""
    parts = _parts(qualified)
    if parts[-len(wanted) :] == wanted:
        return True
    rest = iter(parts)
    return parts[0] == wanted[0] and parts[-1] == wanted[-1] and all(each in rest for each in wanted)


def with_qualified_names(
    store: SparqlEngine, query: Query, given: Mapping[str, object]
) -> tuple[dict[str, object], list[str]]:
    """The values of a query's parameters with short names of symbols, and names of packages as people write them,
    replaced by those that they mean, and a sentence for each that was."""
    values, notes = dict(given), []
    for parameter in query.parameters:
        name = given.get(parameter.name)
        if isinstance(name, str) and _wants_qualified_name(query, parameter):
            kinds = _TYPES if query.name in _OF_TYPES else frozenset()
            meant = find_qualified_name(store, name, kinds)
            if meant and meant != name.strip().removeprefix("::"):
                values[parameter.name] = meant
                what = "type" if kinds else "symbol"
                notes.append(f"{quote(name)} is taken for {quote(meant)}, the only {what} that it fits")
            elif not meant and (of_base := find_inherited_name(store, name)):
                values[parameter.name] = of_base
                notes.append(f"{quote(name)} is taken for {quote(of_base)}, which is inherited")
        elif isinstance(name, str) and parameter.name == PACKAGE:
            meant = package_name(store, name)
            if meant and meant != name:
                values[PACKAGE] = meant
                notes.append(f"{quote(name)} is taken for the package {quote(meant)}")
    return values, notes


def find_inherited_name(store: SparqlEngine, name: str) -> str:
    """The qualified name of the member of a base that a name means by a class that inherits it; "" where none does, and
    where it may be any of several."""
    wanted = normalize(name)
    member = last_part(wanted)
    owner = _LAST_SEPARATOR.sub("", wanted[: len(wanted) - len(member)])
    if not owner:
        return ""
    try:
        of = _choose(owner, [found[:3] for found in _fitting(store, owner)])
        level = [of] if of else []
    except QueryError:  # of several classes only one may have a base that has such a member
        level = [each for each, _, is_code, _ in _fitting(store, owner) if is_code and ends_with(each, owner)]
    seen = set(level)
    for _ in range(_MAX_BASES):
        bases = [each for cls in level for each in _names_of(store, f"{_last_name(cls)} kg:inherits ?y", "?y")]
        level = [each for each in dict.fromkeys(bases) if each not in seen]
        seen.update(level)
        if not level:
            break
        pattern = f"kg:contains ?y . ?y rdfs:label {Literal(member)}"
        found = {each for base in level for each in _names_of(store, f"{_last_name(base)} {pattern}", "?y")}
        if found:
            return found.pop() if len(found) == 1 else ""
    return ""


def _last_name(qualified: str) -> str:
    return f"?x kg:qualifiedName {Literal(qualified)} ; "


def _names_of(store: SparqlEngine, pattern: str, node: str) -> list[str]:
    query = f"SELECT DISTINCT ?name {{ {pattern} . {node} kg:qualifiedName ?name }} ORDER BY ?name"
    answer = store.query(query, prefixes=PREFIXES)
    assert isinstance(answer, QuerySolutions)  # noqa: S101 - what SELECT answers
    return [str(value(row["name"])) for row in answer]


def _wants_qualified_name(query: Query, parameter: Parameter) -> bool:
    matched_by_label = re.search(rf"\brdfs:label\b[^.;}}]*\?{re.escape(parameter.name)}\b", query.text)
    return parameter.type == "symbol" and not matched_by_label


def _fitting(store: SparqlEngine, wanted: str) -> list[tuple[str, str, bool, str]]:
    """The symbols of a qualified name, or of its last part: qualified names, labels, whether each is code's, kinds."""
    found: list[tuple[str, str, bool, str]] = []
    patterns = [f"?x kg:qualifiedName {Literal(wanted)}"]
    patterns += [f"?x rdfs:label {Literal(label)}" for label in dict.fromkeys((wanted, *labels_of(wanted)))]
    for pattern in patterns:
        answer = store.query(
            f"SELECT ?x ?name ?label ?kind {{ {pattern} ; kg:qualifiedName ?name ; rdfs:label ?label ; a ?kind }}",
            prefixes=PREFIXES,
        )
        assert isinstance(answer, QuerySolutions)  # noqa: S101 - what SELECT answers
        for row in answer:
            name, label = str(value(row["name"])), str(value(row["label"]))
            kind = str(value(row["kind"])).rpartition("#")[2]
            if kind != "Symbol":
                found.append((name, label, _is_code(str(value(row["x"])), kind), kind))
    return found


def _parts(name: str) -> list[str]:
    return [each for each in _SEPARATOR.split(name) if each] or [name]  # of `A.#b` two


def _is_constructor(name: str, of: str) -> bool:
    """Whether a name is that of a constructor of a class."""
    last = last_part(of)
    # Those of a partial specialization are the template's, too: `vector<T*>::vector`.
    return _without_arguments(name) in (f"{of}::{last}", f"{of}.{last}")


def _without_arguments(name: str) -> str:
    """A qualified name without the template arguments of the classes in it, as anybody says it."""
    owner, separator, last = name.rpartition("::")  # that of an operator may hold "<" itself
    while "<" in owner and (shorter := _TEMPLATE_ARGUMENTS.sub("", owner)) != owner:
        owner = shorter
    return f"{owner}{separator}{last}"


def _is_code(node: str, kind: str) -> bool:
    """Whether a symbol is code's: no heading, no target and no key of a data file."""
    return kind not in (Kind.HEADING, Kind.TARGET) and (kind != Kind.PROPERTY or "/symbol/python/" in node)
