"""Rules as queries: a SELECT whose rows are violations.

    # c10 includes nothing of ATen.
    # name: c10-alone
    # severity: error

Input: the text of an .rq file. Output: a check. The head may give the name (else that of the file), the severity (else
error), and with `depends` what the query depends on (see `query.header`; else what its text mentions); its first lines
are the sentence. Of the columns, `file` is a path or a node that is or stands in a file, `line` its line, `message`
what is wrong and `key` what it is known by in a baseline; what others hold follows the message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from kgraph.errors import InputError
from kgraph.query import Query, Rows, execute
from kgraph.query import parse as parse_query
from kgraph.query.rows import value
from kgraph.query.table import short
from kgraph.query.tokens import form, line_of, tokens
from kgraph.query.unknown_terms import unknown_terms
from kgraph.rules.node_locations import NodeLocations
from kgraph.rules.undecided import check_query
from kgraph.rules.violations import Check, Rule, RuleResult, RuleSource, Severity, Violation

if TYPE_CHECKING:
    from kgraph.query.parameters import Term

_HEAD = re.compile(r"#\s*(?P<key>name|severity)\s*:\s*(?P<value>.*?)\s*")
_NAME = re.compile(r"[\w.-]+")
_OURS = ("file", "line", "message", "key")


@dataclass(frozen=True, slots=True)
class QueryCheck:
    """One query."""

    rules: tuple[Rule, ...]
    query: Query

    def find(self, source: RuleSource) -> RuleResult:
        answer = execute(source.store(), self.query, base=source.repository.base)
        assert isinstance(answer, Rows)  # noqa: S101 - `parse` lets nothing else pass
        places = NodeLocations(source)
        found = [self._violation(dict(zip(answer.columns, row, strict=True)), source, places) for row in answer]
        (rule,) = self.rules
        notes = [f"{self.query.where}: {sentence}" for sentence in unknown_terms(self.query.text)]
        return RuleResult(found, notes, list(check_query(rule.name, self.query, source.store())))

    def _violation(self, row: Mapping[str, Term | None], source: RuleSource, locations: NodeLocations) -> Violation:
        (rule,) = self.rules
        base = source.repository.base
        node, path, line = "", "", 0
        match row.get("file"):
            case NamedNode() as named:
                node, path, line = locations.find(named.value.removeprefix(base))
            case Literal() as text:
                node, path = locations.file(text.value), text.value
            case _:
                pass
        if isinstance(told := value(row.get("line")), int):
            line = max(told, 0)
        others = [f"{name} {short(term, base)}" for name, term in row.items() if name not in _OURS and term is not None]
        message = short(row.get("message"), base) or rule.sentence or f"breaks {rule.name}"
        if others:
            message += f" ({', '.join(others)})"
        return Violation(rule.name, node, path, line, message, short(row.get("key"), base) or message)


def parse(text: str, where: str) -> list[Check]:
    """The rule in an .rq file."""
    said: dict[str, str] = {}
    lines = text.split("\n")
    for number, head in enumerate(lines, 1):
        if head.strip() and not head.lstrip().startswith("#"):
            break
        if stated := _HEAD.fullmatch(head.strip()):
            _check_head(stated["key"], stated["value"], f"{where}:{number}")
            said[stated["key"]] = stated["value"]
            lines[number - 1] = "#"  # a sentence ends here
    query = parse_query("\n".join(lines), where=where)
    if (what := form(text)) != "SELECT":
        line = next((line_of(text, token.offset) for token in tokens(text) if token.word == what), 1)
        raise InputError(
            f"{what or 'an empty text'} is not a rule",
            where=f"{where}:{line}",
            hint="write a SELECT whose rows are violations",
        )
    name = said.get("name") or re.sub(r"[^\w.-]+", "-", PurePath(where).stem)
    return [QueryCheck((Rule(name, Severity(said.get("severity", "error")), query.sentence, f"{where}:1"),), query)]


def _check_head(key: str, text: str, where: str) -> None:
    if key == "severity" and text not in list(Severity):
        raise InputError(f"there is no severity {text!r}", where=where, hint=", ".join(Severity))
    if key == "name" and not _NAME.fullmatch(text):
        raise InputError(f"{text!r} is not a name for a rule", where=where, hint="letters, digits, . - _")
