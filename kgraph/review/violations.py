"""The violations that a change brings: those of its graph that the base does not have.

Input: rules and both graphs. Output: a report whose known violations are those of the base, and of a baseline. A
violation of a renamed file is that of its former name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

from kgraph.errors import InputError
from kgraph.model import Graph
from kgraph.rules import Check, Report, RuleSource, check, load
from kgraph.rules.violations import Violation, fingerprints
from kgraph.scratch import scratch_folder
from kgraph.store import rdf
from kgraph.store.load import load as load_store
from kgraph.vocab.iri import file_id

DEFAULT_RULES = "rules.toml"  # at the root, where no rules are named


@contextmanager
def rule_source(graph: Graph) -> Iterator[RuleSource]:
    """A graph as rules read it; the triples that some rules ask are made when they do, in a folder of their own."""
    with ExitStack() as held:

        @cache
        def store() -> object:
            folder = Path(held.enter_context(scratch_folder())) / "store"
            load_store(folder, graph.tables, graph.repository.base)
            return rdf.open_store(folder, held)

        yield RuleSource(graph.repository, graph.__getitem__, store)  # type: ignore[arg-type]


def find_rules(root: Path, named: Sequence[Path] | None) -> tuple[tuple[Path, ...], list[Check], str]:
    """The files of rules, the rules, and a note on a file at the root that holds none.

    Raises `InputError` where a rule is wrong that was named.
    """
    if named is not None:
        return tuple(named), load(named), ""
    default = root / DEFAULT_RULES
    if not default.is_file() or default.is_symlink():
        return (), [], f"no rules were checked: there is no {DEFAULT_RULES} at the root, and none were named"
    try:
        return (default,), load([default]), ""
    except InputError as error:
        return (), [], f"no rules were checked: {DEFAULT_RULES} at the root holds none that can be read: {error.what}"


def compare_violations(
    checks: Sequence[Check], old: RuleSource | None, new: RuleSource, renamed: Mapping[str, str], baseline: Path | None
) -> Report:
    """The report on the new graph, to which the violations of the old one are known."""
    report = check(checks, new, baseline)
    if old is None:
        return report
    before = check(checks, old).violations
    known = {*fingerprints(before), *fingerprints(_rename(before, renamed))}
    return replace(report, known=report.known | known)


def _rename(violations: Iterable[Violation], renamed: Mapping[str, str]) -> Iterator[Violation]:
    """Violations as they would stand under the new names of renamed files."""
    for each in violations:
        node, key = each.node, each.key
        for before, now in renamed.items():
            if node == file_id(before):
                node = file_id(now)
            key = key.replace(before, now) if before in key else key
        yield replace(each, node=node, key=key)
