"""The generated pages of `kgraph/docs/reference`: python .ci/reference.py

Input: the command line, the public classes, the shipped queries. Output: `cli.md`, `python.md`, `queries.md`. A test
compares them with what this script would write.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path

import click

from kgraph.cli import main
from kgraph.extract.python import declarations
from kgraph.model import FileFacts, Kind, SymbolFact
from kgraph.query import Query, load_shipped, names

ROOT = Path(__file__).parent.parent
REFERENCE = ROOT / "kgraph" / "docs" / "reference"
NOTE = "<!-- Written by `make docs`: changes here will be lost. -->"
WIDTH = 100

# --- the command line -------------------------------------------------------------------------------------------------


def cli() -> str:
    """Every command as its own help has it."""
    commands = sorted(main.commands.items())
    lines = ["# Commands", "", NOTE, "", "| command | what |", "|---|---|"]
    for name, command in commands:
        lines.append(f"| [`kgraph {name}`](#kgraph-{name}) | {command.get_short_help_str(120)} |")
    lines += ["", "`kgraph --version` prints the version. [Exit codes](errors.md) are the same for all commands."]
    settings = {**main.context_settings, "terminal_width": WIDTH, "max_content_width": WIDTH}
    group = click.Context(main, info_name="kgraph", **settings)
    for name, command in commands:
        lines += _help(command, group, name, "##")
    return "\n".join(lines) + "\n"


def _help(command: click.Command, parent: click.Context, name: str, heading: str) -> list[str]:
    """The section of a command, and those of its own commands."""
    context = click.Context(command, parent, info_name=name, terminal_width=WIDTH, max_content_width=WIDTH)
    text = "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    lines = ["", f"{heading} {context.command_path}", "", "```text", text, "```"]
    if isinstance(command, click.Group):
        for inner, each in sorted(command.commands.items()):
            lines += _help(each, context, inner, heading + "#")
    return lines


# --- the Python API ---------------------------------------------------------------------------------------------------

REVIEW = ("Review", "ReviewBase", "SignatureChange", "RemovedSymbol", "CodeChange", "SymbolUse", "ReviewRisk")

# What a user meets, in the order of the page: a module that offers the names, and these.
API: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("kgraph", "kgraph", ("build", "open", "compare", "KGraph")),
    ("Answers to queries", "kgraph.query", ("Rows", "Triples")),
    ("Related files", "kgraph.query.related", ("RelatedFile",)),
    ("Views", "kgraph.view.notebook", ("View", "Neighbourhood")),
    ("Rules", "kgraph.rules", ("Report", "Rule", "Violation")),
    ("Comparisons", "kgraph.diff", ("Comparison", "Difference")),
    ("Changes", "kgraph.change_answers", ("ChangeAnswers",)),
    ("What a change reaches", "kgraph.impact.affected", ("Impact", "ReachedNode", "Step")),
    ("What a review says", "kgraph.review.report", REVIEW),
    (
        "What a text is about",
        "kgraph.locate.answer",
        ("LocateResult", "LocatedFile", "LocatedSymbol", "MatchReason", "NeighbourFile"),
    ),
    ("Pages", "kgraph.pages.output", ("WriteReport",)),
    ("Builds", "kgraph.pipeline.build", ("BuildResult",)),
    ("Diagnosis", "kgraph.doctor", ("Finding",)),
    ("Errors", "kgraph", ("KgraphError",)),
)
_FIELDS = (Kind.FIELD, Kind.VARIABLE)


def python() -> str:
    """Signatures and docstrings, as kgraph's own extractor reads them from the sources."""
    lines = ["# Python API", "", NOTE, ""]
    lines += [
        "`kgraph` offers `build`, `open`, `compare`, `KGraph`, `KgraphError` and `__version__`; the other classes"
    ]
    lines += ["are what these return. [The guide](../guide/python.md) has examples, [errors](errors.md) the errors."]
    for title, module, wanted in API:
        lines += ["", f"## {title}"]
        for name in wanted:
            lines += _entry(name, _symbols(module, name))
    return "\n".join(lines) + "\n"


@cache
def _symbols(module: str, name: str) -> tuple[SymbolFact, ...]:
    """The symbols of the file that defines what a module offers under a name."""
    place = sys.modules[getattr(import_module(module), name).__module__].__file__
    facts = declarations.extract(Path(place or "").read_bytes())
    if not isinstance(facts, FileFacts):
        raise TypeError(f"{place}: {facts.reason}")
    return facts.symbols


def _entry(name: str, symbols: tuple[SymbolFact, ...]) -> Iterator[str]:
    index = max(index for index, s in enumerate(symbols) if s.name == name and s.parent == -1)
    members: dict[str, SymbolFact] = {}  # of overloads the last, which is the one with a docstring
    for member in symbols:
        if member.parent == index and not member.name.startswith("_"):
            members[member.name] = member
    fields = [member for member in members.values() if member.kind in _FIELDS]
    yield from ("", f"### {name}", "", *_described(symbols[index], fields))
    for member in members.values():
        if member.kind not in _FIELDS:
            yield from ("", f"#### {name}.{member.name}", "", *_described(member))


def _described(symbol: SymbolFact, fields: Sequence[SymbolFact] = ()) -> Iterator[str]:
    decorators = (word for word in symbol.modifiers if word.endswith("property"))
    yield from ("```py", *decorators, _wrapped(symbol.signature))
    yield from (f"    {_field(field)}" for field in fields)
    yield "```"
    if symbol.doc:
        yield from ("", _prose(symbol.doc.strip()))


def _prose(doc: str) -> str:
    """A docstring as Markdown: the entries of its sections (`Args:`, `Raises:`) as lists."""
    lines: list[str] = []
    section = ""
    for line in doc.splitlines():
        if line in ("Args:", "Returns:", "Raises:"):
            section = line
            lines += [line, ""]
        elif not line.startswith("    "):
            lines.append(line)
        elif section == "Returns:":
            lines.append(line.strip())
        elif entry := re.fullmatch(r" {4}(\w+): (.*)", line):
            lines.append(f"- `{entry[1]}`: {entry[2]}")
        else:
            lines.append(f"  {line.strip()}")
    return "\n".join(lines)


def _field(field: SymbolFact) -> str:
    """The field of a class; of one that a method sets, without what it is set to."""
    text = field.signature
    return text.removeprefix("self.").partition(" = ")[0] if text.startswith("self.") else text


def _wrapped(signature: str) -> str:
    """A signature with a line for each parameter where it is longer than a line."""
    start = signature.find("(")
    if len(signature) <= WIDTH or start < 0:
        return signature
    depth, parts, end = 0, [""], len(signature)
    for place, char in enumerate(signature[start + 1 :], start + 1):
        if char == ")" and not depth:
            end = place
            break
        depth += (char in "([{") - (char in ")]}")
        if char == "," and not depth:
            parts.append("")
        else:
            parts[-1] += char
    return "\n".join([signature[: start + 1], *(f"    {part.strip()}," for part in parts), signature[end:]])


# --- the queries ------------------------------------------------------------------------------------------------------


def queries() -> str:
    """The shipped queries by their heads."""
    found = [load_shipped(name) for name in names()]
    plain = [query for query in found if not query.name.startswith("pages/")]
    of_pages = [query for query in found if query.name.startswith("pages/")]
    lines = ["# Queries", "", NOTE, "", "`kgraph queries NAME` prints one with its text, `kgraph query NAME` runs it."]
    lines += ["", "| query | finds |", "|---|---|"]
    lines += [f"| [`{query.name}`](#{query.name}) | {_cell(query.sentence)} |" for query in plain]
    for query in plain:
        lines += _query(query)
    lines += ["", "## Queries of the pages", "", "Those that [pages](../guide/pages.md) are made of:", ""]
    lines += [f"- `{query.name}`: {query.sentence}" for query in of_pages]
    return "\n".join(lines) + "\n"


def _query(query: Query) -> Iterator[str]:
    yield from ("", f"## {query.name}", "", query.sentence)
    if query.parameters:
        yield from ("", "| parameter | type | example or default | |", "|---|---|---|---|")
        for each in query.parameters:
            need = "" if each.need == "required" else each.need
            yield f"| `{each.name}` | {each.type} | {_code(each.example)} | {need} |"
    if query.columns:
        yield from ("", "| column | what |", "|---|---|")
        for column in query.columns:
            yield f"| `{column.name}` | {_cell(column.meaning)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def _code(text: str) -> str:
    return f"`{_cell(text)}`" if text else ""


PAGES: dict[str, Callable[[], str]] = {"cli.md": cli, "python.md": python, "queries.md": queries}

if __name__ == "__main__":
    for page, write in PAGES.items():
        (REFERENCE / page).write_text(write(), "utf-8")
