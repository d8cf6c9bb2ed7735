"""A query and its head: what it says about itself in its first comment lines.

    # Files that include or import a given file, and where.
    # param path: path, src/shape.h
    # param language: text, C++ (optional)
    # param least: integer, 2 (default)
    # column path: the file that was asked for

Lines up to the first `param`, `column` or empty comment are the sentence. A parameter has a type and an example. One
that is `(optional)` may be left out, and its variable is then free; the example of a `(default)` one is its value when
none is given. A file without such a head is a query too: a query that declares nothing takes any parameter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from kgraph.errors import QueryError

Type = Literal["path", "text", "integer", "iri", "symbol", "kind"]

# What each type of parameter is; printed by `kgraph queries --help`.
TYPES: dict[Type, str] = {
    "path": "path of a file or folder, from the root of the repository; the root itself is .",
    "text": "any text",
    "integer": "a whole number",
    "iri": "an IRI: https://..., or prefixed as in kg:Class, or a node of the graph as in file/src/shape.h",
    "symbol": "qualified name of a symbol: geo::Shape::area, geo.shapes.Shape",
    "kind": "class of symbols: Class, Function, Macro, ...",
}

MAX_LINE = 1_000  # characters of a declaration

_DECLARATION = re.compile(r"#\s*(?P<what>param|column)\s+(?P<rest>.*)")
_PARAMETER = re.compile(
    r"(?P<name>\w+)\s*:\s*(?P<type>\w+)\s*,\s*(?P<example>.*?)(?:\s+\((?P<need>optional|default)\))?"
)
_COLUMN = re.compile(r"(?P<name>\w+)\s*:\s*(?P<meaning>.+)")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a query."""

    name: str
    type: Type
    example: str
    need: Literal["required", "optional", "default"]
    line: int  # of the query's file, from 1


@dataclass(frozen=True, slots=True)
class AnswerColumn:
    """One column of a query's answer."""

    name: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Query:
    """A query: its text, and what its head says."""

    name: str  # as `kgraph query` takes it; "" for a text
    text: str
    where: str = "query"  # for messages: the file, or "-e"
    sentence: str = ""
    parameters: tuple[Parameter, ...] = ()
    columns: tuple[AnswerColumn, ...] = field(default=())

    def described(self) -> dict[str, object]:
        """What a program may want to know of it before it is run."""
        return {
            "name": self.name,
            "sentence": self.sentence,
            "parameters": [
                {"name": each.name, "type": each.type, "example": each.example, "need": each.need}
                for each in self.parameters
            ],
            "columns": [{"name": each.name, "meaning": each.meaning} for each in self.columns],
        }


def parse(text: str, *, name: str = "", where: str = "query") -> Query:
    """Read the head of a query."""
    sentence: list[str] = []
    parameters: list[Parameter] = []
    columns: list[AnswerColumn] = []
    in_sentence = True
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if line and not line.startswith("#"):
            break
        if declaration := _DECLARATION.fullmatch(line):
            in_sentence = False
            if declaration["what"] == "param":
                parameters.append(_parameter(declaration["rest"], f"{where}:{number}", number))
            else:
                columns.append(_column(declaration["rest"], f"{where}:{number}"))
        elif words := line.lstrip("#").strip():
            if in_sentence:
                sentence.append(words)
        elif sentence:
            in_sentence = False
    _no_name_twice(parameters, where)
    return Query(name, text, where, " ".join(sentence), tuple(parameters), tuple(columns))


def _parameter(text: str, where: str, line: int) -> Parameter:
    match = _PARAMETER.fullmatch(text.strip()) if len(text) <= MAX_LINE else None
    if not match or not match["example"]:
        raise QueryError(
            f"not a parameter: {text[:100]!r}", where=where, hint="write it as `# param path: path, src/shape.h`"
        )
    for type_ in TYPES:
        if type_ == match["type"]:
            need: Literal["required", "optional", "default"] = "required"
            if match["need"]:
                need = "optional" if match["need"] == "optional" else "default"
            return Parameter(match["name"], type_, match["example"], need, line)
    raise QueryError(
        f"parameter {match['name']!r} is of unknown type {match['type']!r}",
        where=where,
        hint="types are " + ", ".join(TYPES),
    )


def _column(text: str, where: str) -> AnswerColumn:
    match = _COLUMN.fullmatch(text.strip())
    if not match:
        raise QueryError(f"not a column: {text!r}", where=where, hint="write it as `# column path: its meaning`")
    return AnswerColumn(match["name"], match["meaning"])


def _no_name_twice(parameters: list[Parameter], where: str) -> None:
    seen: dict[str, int] = {}
    for parameter in parameters:
        if parameter.name in seen:
            raise QueryError(
                f"parameter {parameter.name!r} is declared on line {seen[parameter.name]} already",
                where=f"{where}:{parameter.line}",
            )
        seen[parameter.name] = parameter.line
