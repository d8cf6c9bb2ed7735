"""Rules in their short form: a TOML file of `[[rule]]` tables.

Input: the text of a file. Output: a check per rule. What `rule_schema` does not know is refused with its line; a rule
that looks right and is not is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from kgraph import toml_lines
from kgraph.errors import InputError
from kgraph.rules import cycles, edges, files, rule_schema
from kgraph.rules.edges import RuleContext
from kgraph.rules.violations import Check, Rule, RuleResult, RuleSource

FINDERS: dict[type[rule_schema.Form], Callable[[Any, RuleContext], RuleResult]] = {
    rule_schema.Forbidden: edges.forbidden,
    rule_schema.Layers: edges.layers,
    rule_schema.Independent: edges.independent,
    rule_schema.PublicHeaders: edges.public_headers,
    rule_schema.Acyclic: cycles.acyclic,
    rule_schema.Tested: files.check_tested,
    rule_schema.Limit: files.limit,
    rule_schema.Names: files.names,
}
TYPES = tuple(str(form.__struct_config__.tag) for form in FINDERS)


@dataclass(frozen=True, slots=True)
class TomlRule:
    """One rule of a TOML file."""

    form: rule_schema.Form
    rules: tuple[Rule, ...]

    def find(self, source: RuleSource) -> RuleResult:
        return FINDERS[type(self.form)](self.form, RuleContext.of(self.form, self.rules[0].where, source))


def parse(text: str, where: str) -> list[Check]:
    """The rules of a TOML file."""
    parsed = toml_lines.load(text, where)
    others = sorted(set(parsed) - {"rule"})
    rules = parsed.get("rule", [])
    if others or not (isinstance(rules, list) and rules and all(isinstance(rule, dict) for rule in rules)):
        what = f"{others[0]!r} is not part of a rules file" if others else "there is no rule in it"
        raise InputError(what, where=where, hint="a rule is a table [[rule]] with name and type")
    places = toml_lines.lines(text, "rule")
    return [_check(rule, position, where) for rule, position in zip(rules, places, strict=True)]


def _check(rule: Any, lines: dict[str, int], where: str) -> Check:
    try:
        form: rule_schema.Form = msgspec.convert(rule, rule_schema.AnyForm)
    except msgspec.ValidationError as error:
        raise _explain(str(error), rule, lines, where) from error
    place = f"{where}:{lines['']}"
    return TomlRule(form, (Rule(form.name, form.severity, form.sentence, place),))


def _explain(message: str, rule: Any, lines: dict[str, int], where: str) -> InputError:
    """The library's complaint, with the line of the key that it is about."""
    what, _, at = message.partition(" - at ")
    named = re.search(r"unknown field `(\w+)`", what) or re.match(r"`\$\.(\w+)", at)
    key = named[1] if named else ""
    hint = ""
    if "type" not in rule:
        what, hint = "the rule has no type", f"types: {', '.join(TYPES)}"
    elif rule["type"] not in TYPES:
        what, key, hint = f"there is no type {rule['type']!r}", "type", f"types: {', '.join(TYPES)}"
    elif "unknown field" in what:
        form = next(form for form in FINDERS if form.__struct_config__.tag == rule["type"])
        hint = f"{rule['type']} has {', '.join(('name', 'type', *form.__struct_encode_fields__[1:]))}"
        what = f"a rule of type {rule['type']} has no key {key!r}"
    elif "matching regex" in what:
        what = f"{rule[key]!r} is not a name for a rule: letters, digits, . - _"
    elif key:
        what = f"{key}: {what[:1].lower()}{what[1:]}"
    else:
        what = re.sub(r"^Object missing required field `(\w+)`", r"the rule has no \1", what)
    return InputError(what, where=f"{where}:{lines.get(key, lines[''])}", hint=hint)
