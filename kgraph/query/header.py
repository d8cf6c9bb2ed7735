"""A query and its head: what it says about itself in its first comment lines.

    # Files that include or import a given file, and where.
    # param path: path, src/shape.h
    # param language: text, C++ (optional)
    # param least: integer, 2 (default)
    # column path: the file that was asked for
    # depends: imports of path

Lines up to the first `param`, `column`, `depends` or empty comment are the sentence. A parameter has a type and an
example. One that is `(optional)` may be left out, and its variable is then free; the example of a `(default)` one is
its value when none is given.

`depends` names kinds of facts without which the answer is not complete (declarations, imports, uses, and the targets
of build files), with commas between, and where each is looked for: `in` the files of a parameter's value; `of` it,
wherever it may be imported or used; `from` it, in all that it may reach; without such a word in the whole repository.
A language in quotes may stand for a parameter. `no imports` means that the answer lists what nothing imports, `via
imports` that they are among its evidence; `nothing` stands alone.

A file without such a head is a query too: a query that declares nothing takes any parameter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from kgraph.coverage import Aspect, Bearing
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

TARGETS = "targets"  # what build files make, as a dependency
MAX_LINE = 1_000  # characters of a declaration

_DECLARATION = re.compile(r"#\s*(?P<what>param|column|depends)\b:?\s*(?P<rest>.*)")
_PARAMETER = re.compile(
    r"(?P<name>\w+)\s*:\s*(?P<type>\w+)\s*,\s*(?P<example>.*?)(?:\s+\((?P<need>optional|default)\))?"
)
_DEPENDENCY = re.compile(
    r'(?:(?P<bearing>no|via)\s+)?(?P<aspect>\w+)(?:\s+(?P<direction>in|of|from)\s+(?:(?P<parameter>\w+)|"(?P<language>[^"]+)"))?'
)
_BEARINGS: dict[str | None, Bearing] = {None: "facts", "no": "absence", "via": "evidence"}
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
class Dependency:
    """A kind of fact that an answer depends on, and where it is looked for."""

    aspect: Aspect
    direction: Literal["", "in", "of", "from"] = ""  # "": in the whole repository
    parameter: str = ""
    language: str = ""  # instead of a parameter
    bearing: Bearing = "facts"


@dataclass(frozen=True, slots=True)
class Query:
    """A query: its text, and what its head says."""

    name: str  # as `kgraph query` takes it; "" for a text
    text: str
    where: str = "query"  # for messages: the file, or "-e"
    sentence: str = ""
    parameters: tuple[Parameter, ...] = ()
    columns: tuple[AnswerColumn, ...] = field(default=())
    dependencies: tuple[Dependency, ...] | None = None  # None where the head does not say
    targets: Bearing | None = None  # how it depends on the targets of build files; None where it does not

    def describe(self) -> dict[str, object]:
        """What a program may want to know of it before it is run."""
        return {
            "name": self.name,
            "sentence": self.sentence,
            "parameters": [
                {"name": each.name, "type": each.type, "example": each.example, "need": each.need}
                for each in self.parameters
            ],
            "columns": [{"name": each.name, "meaning": each.meaning} for each in self.columns],
            "depends": [
                {"on": each.aspect, "where": each.direction, "of": each.parameter or each.language}
                for each in self.dependencies or ()
            ]
            + ([{"on": TARGETS, "where": "", "of": ""}] if self.targets else []),
        }


def parse(text: str, *, name: str = "", where: str = "query") -> Query:
    """Read the head of a query."""
    sentence: list[str] = []
    parameters: list[Parameter] = []
    columns: list[AnswerColumn] = []
    dependencies: list[Dependency] | None = None
    targets: Bearing | None = None
    in_sentence = True
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if line and not line.startswith("#"):
            break
        if declaration := _DECLARATION.fullmatch(line):
            in_sentence = False
            if declaration["what"] == "param":
                parameters.append(_parameter(declaration["rest"], f"{where}:{number}", number))
            elif declaration["what"] == "depends":
                targets = _targets(declaration["rest"]) or targets
                dependencies = [*(dependencies or ()), *_dependencies(declaration["rest"], f"{where}:{number}")]
            else:
                columns.append(_column(declaration["rest"], f"{where}:{number}"))
        elif words := line.lstrip("#").strip():
            if in_sentence:
                sentence.append(words)
        elif sentence:
            in_sentence = False
    _no_name_twice(parameters, where)
    known = None if dependencies is None else tuple(dependencies)
    for each in known or ():
        if each.parameter and each.parameter not in [parameter.name for parameter in parameters]:
            raise QueryError(f"it depends on a parameter {each.parameter!r}, which it does not have", where=where)
    return Query(name, text, where, " ".join(sentence), tuple(parameters), tuple(columns), known, targets)


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


def _targets(text: str) -> Bearing | None:
    """How a line depends on the targets of build files."""
    matches = (_DEPENDENCY.fullmatch(part.strip()) for part in text.split(","))
    return next((_BEARINGS[match["bearing"]] for match in matches if match and match["aspect"] == TARGETS), None)


def _dependencies(text: str, where: str) -> Iterator[Dependency]:
    """What a line names, separated by commas; nothing for `nothing`."""
    for part in text.split(","):
        match = _DEPENDENCY.fullmatch(part.strip())
        if match and match["aspect"] in ("nothing", TARGETS) and not match["direction"]:
            continue
        if not match or match["aspect"] not in list(Aspect):
            raise QueryError(
                f"not a dependency: {part.strip()[:100]!r}",
                where=where,
                hint=f"write it as `# depends: imports of path`; facts are {', '.join(Aspect)}, {TARGETS}, or nothing",
            )
        direction: Literal["", "in", "of", "from"] = ""
        match match["direction"]:
            case "in" | "of" | "from" as direction:
                pass
        yield Dependency(
            Aspect(match["aspect"]),
            direction,
            match["parameter"] or "",
            match["language"] or "",
            _BEARINGS[match["bearing"]],
        )


def _no_name_twice(parameters: list[Parameter], where: str) -> None:
    seen: dict[str, int] = {}
    for parameter in parameters:
        if parameter.name in seen:
            raise QueryError(
                f"parameter {parameter.name!r} is declared on line {seen[parameter.name]} already",
                where=f"{where}:{parameter.line}",
            )
        seen[parameter.name] = parameter.line
