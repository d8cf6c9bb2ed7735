"""Values of parameters: from what a person or a program gives to terms of RDF.

Input: a query's parameters, and values by name: texts (from a command line) or Python values. Output: terms by name. A
value that cannot be meant is an error that says what would be right.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kgraph.errors import QueryError
from kgraph.model import Kind
from kgraph.query.header import Parameter, Query, Type
from kgraph.query.tokens import variables
from kgraph.suggestions import closest, did_you_mean
from kgraph.vocab import PREFIXES
from kgraph.vocab.iri import KG, display_path

Term = NamedNode | BlankNode | Literal | Triple

_INTEGER = re.compile(r"[+-]?[0-9]+", re.ASCII)
_NODE = re.compile(r"(?:file|folder|symbol|external|include)/")


def terms(query: Query, given: Mapping[str, object], base: str = "") -> dict[str, Term]:
    """The terms to bind: the given values, checked, and the defaults of those that were left out."""
    declared = {parameter.name: parameter for parameter in query.parameters}
    allowed_names = set(declared) or variables(query.text)
    for name in given:
        if name not in allowed_names:
            raise QueryError(
                f"there is no parameter {name!r}" + (f" in {query.name}" if query.name else ""),
                where=query.where,
                hint=_suggestion(name, sorted(allowed_names)),
            )
    bound: dict[str, Term] = {}
    for name, parameter in declared.items():
        if given.get(name) is not None:
            bound[name] = term(parameter.type, given[name], base, name=name, where=f"{query.where}:{parameter.line}")
        elif parameter.need == "default":
            bound[name] = term(parameter.type, parameter.example, base, name=name, where=query.where)
        elif parameter.need == "required":
            raise QueryError(
                f"parameter {name!r} has no value",
                where=f"{query.where}:{parameter.line}",
                hint=f"add --param {_assignment(parameter)}",
            )
    if not declared:
        for name, value in given.items():
            if value is not None:
                bound[name] = term(_type_by_look(value), value, base, name=name, where=query.where)
    return bound


def term(type_: Type, value: object, base: str = "", *, name: str = "value", where: str = "") -> Term:
    """A value as a term of RDF; terms are taken as they are."""
    if isinstance(value, NamedNode | BlankNode | Literal | Triple):
        return value
    text = str(value).strip() if type_ != "text" else str(value)
    if type_ == "path" and not text.isascii():
        with contextlib.suppress(UnicodeEncodeError):  # of a lone surrogate that stands for no byte
            text = display_path(text)  # of a file whose name is no UTF-8, as the shell has it
    try:
        text.encode()
    except UnicodeEncodeError:
        raise QueryError(f"parameter {name!r} is not valid Unicode", where=where) from None
    match type_:
        case "integer":
            if isinstance(value, bool) or not _INTEGER.fullmatch(text):
                raise QueryError(f"parameter {name!r} must be a whole number, not {text!r}", where=where)
            return Literal(text.removeprefix("+"), datatype=NamedNode(PREFIXES["xsd"] + "integer"))
        case "path":
            return Literal(_path(text))
        case "symbol":
            return Literal(text.removeprefix("::"))
        case "kind":
            return _kind(text, name, where)
        case "iri":
            return _iri(text, base, name, where)
        case "text":
            return Literal(text)


def _path(text: str) -> str:
    text = text.replace("//", "/")
    while text.startswith("./"):
        text = text[2:]
    return text.rstrip("/") or "."


def _kind(text: str, name: str, where: str) -> NamedNode:
    local = text.removeprefix(KG).removeprefix("kg:")
    by_lower = {kind.value.lower(): kind.value for kind in Kind}
    if found := by_lower.get(local.lower()):
        return NamedNode(KG + found)
    raise QueryError(
        f"parameter {name!r} must be a kind of symbol, not {text!r}", where=where, hint=_suggestion(local, sorted(Kind))
    )


def _iri(text: str, base: str, name: str, where: str) -> NamedNode:
    text = text.removeprefix("<").removesuffix(">")
    prefix, colon, local = text.partition(":")
    if colon and prefix in PREFIXES and not local.startswith("//"):
        text = PREFIXES[prefix] + local
    elif base and (not text or _NODE.match(text)):
        text = base + text
    try:
        return NamedNode(text)
    except ValueError as error:
        raise QueryError(
            f"parameter {name!r} is not an IRI: {text!r} ({error})",
            where=where,
            hint="write it as https://..., or with one of the prefixes " + ", ".join(f"{p}:" for p in PREFIXES),
        ) from None


def _type_by_look(value: object) -> Type:
    """The type of a value for a query that declares no parameters."""
    if isinstance(value, int) and not isinstance(value, bool):
        return "integer"
    text = str(value)
    if _INTEGER.fullmatch(text):
        return "integer"
    return "iri" if text.startswith("<") and text.endswith(">") else "text"


def _assignment(parameter: Parameter) -> str:
    """`path=src/shape.h`, as one types it."""
    example = parameter.example
    plain = re.fullmatch(r"[\w./:%+-]+", example)
    return f"{parameter.name}={example}" if plain else f"'{parameter.name}={example}'"


def _suggestion(name: str, candidates: list[str]) -> str:
    if close := closest(name, candidates, 2):
        return did_you_mean(close)
    return "it takes " + ", ".join(candidates) if candidates else "it takes none"
