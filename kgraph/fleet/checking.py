"""Rules over repositories: which may need which, in layers and without rings.

Input: a lake, and files of rules in their short form. Output: the report of `kgraph.rules`, whose forms are the ones of
a single repository: here a file is called `repository/path`, so that `/flask/` are all files of flask, and what is
looked at are the links from one repository to another. A package that a manifest requires stands as `flask/(package)`.
What a repository does inside of itself is for `kgraph check`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

import msgspec
import polars as pl

from kgraph.errors import InputError
from kgraph.fleet.lake import Lake
from kgraph.fleet.link_tables import NEEDS, PROTO_FILE
from kgraph.model import Repository
from kgraph.rules import Check, Report, RuleSource, Violation, check, load, rule_schema
from kgraph.rules.toml_rules import TomlRule
from kgraph.rules.violations import Rule, RuleResult, Undecided
from kgraph.vocab.tables import schema

PACKAGE = "(package)"
_FORMS = (
    rule_schema.Forbidden,
    rule_schema.Layers,
    rule_schema.Independent,
    rule_schema.PublicHeaders,
    rule_schema.Acyclic,
)


@dataclass(frozen=True, slots=True)
class FleetRule:
    """A rule over repositories."""

    inner: TomlRule
    missing: tuple[str, ...]  # repositories that are not built

    @property
    def rules(self) -> tuple[Rule, ...]:
        return self.inner.rules

    def find(self, source: RuleSource) -> RuleResult:
        """Its violations; not decided where a repository is not there."""
        found = self.inner.find(source)
        undecided = list(found.undecided)
        if self.missing:
            number = len(self.missing)
            what = f"{number:,} {'repository is' if number == 1 else 'repositories are'} not built"
            undecided.append(Undecided(self.rules[0].name, what, 0, self.missing[:3]))
        return RuleResult(list(map(_describe_repositories, found.violations)), found.notes, undecided)


def check_fleet(
    lake: Lake, rules: Iterable[str | Path], *, missing: Collection[str] = (), baseline: Path | None = None
) -> Report:
    """Try rules on the links of a lake; `missing` are repositories of the fleet that it does not have.

    Raises `InputError` where a rule is wrong, or is none over repositories.
    """
    checks: list[Check] = [FleetRule(_over_links(each), tuple(sorted(missing))) for each in load(rules)]
    report = check(checks, source(lake), baseline)
    several = lake.links().filter(pl.col("to_repo").is_null()).select(pl.len()).collect().item()
    notes = [
        f"{entry.name} is of an earlier build, since the last one failed: {entry.error}"
        for entry in lake.catalog.repositories
        if entry.error
    ]
    if several:
        one = several == 1
        what = "1 directive is offered" if one else f"{several:,} directives are offered"
        breaks = "it breaks a rule" if one else "they break a rule"
        notes.append(f"{what} by several repositories; {breaks} if each of them would")
    return replace(report, notes=(*report.notes, *notes))


def _over_links(each: Check) -> TomlRule:
    """A rule of a file as one over links."""
    where = each.rules[0].where
    if not isinstance(each, TomlRule):
        _refuse("is not a rule over repositories", where)
    form = each.form
    if not isinstance(form, _FORMS):
        _refuse(f"a rule of type {form.__struct_config__.tag} is about one repository", where)
    if "needs" in form.edges and form.edges != rule_schema.KINDS:
        _refuse("no repository needs another without a directive", where)
    edges = tuple(kind for kind in form.edges if kind != "needs")
    if isinstance(form, rule_schema.Acyclic):
        return replace(each, form=msgspec.structs.replace(form, edges=edges, of="folders", depth=1))
    return replace(each, form=msgspec.structs.replace(form, edges=edges))


def _refuse(what: str, where: str) -> NoReturn:
    types = ", ".join(str(form.__struct_config__.tag) for form in _FORMS)
    raise InputError(what, where=where, hint=f"of a fleet, types are {types}; others are for `kgraph check`")


def _describe_repositories(violation: Violation) -> Violation:
    """A violation as people say it of repositories."""
    message = violation.message.replace(" folders: ", " repositories: ")
    for verb in ("imports", "includes"):
        before, found, target = message.partition(f"{verb} ")
        if found and not before and f"/{PACKAGE}" in target:
            message = f"requires {target.replace(f'/{PACKAGE}', '')}"
        elif found and not before and target.partition(": ")[0].endswith(PROTO_FILE):
            message = f"needs {target}"  # imports it, or is generated from it
    return replace(violation, message=message)


# --- the fleet as one repository --------------------------------------------------------------------------------------


def source(lake: Lake) -> RuleSource:
    """The files of all repositories, and the links between them as directives."""
    fleet = Repository(name=lake.catalog.fleet, base="")
    frames = {"files": _files(lake), "includes": _directives(lake)}
    return RuleSource(fleet, lambda table: frames.get(table, _empty(table)), _no_store)


def _files(lake: Lake) -> pl.DataFrame:
    columns = list(schema("files"))
    files = lake.scan("files").with_columns(
        id=pl.concat_str("repo", pl.lit("/"), "id"), path=pl.concat_str("repo", pl.lit("/"), "path")
    )
    packages = pl.DataFrame({"id": list(map(_package, lake.catalog.names))}, schema={"id": pl.String})
    packages = packages.with_columns(path="id", name=pl.lit(PACKAGE))
    return pl.concat([files.select(columns).collect(), packages], how="diagonal").sort("path")


def _directives(lake: Lake) -> pl.DataFrame:
    """The links, as rows of the table of directives; one that several repositories offer is ambiguous."""
    needed = lake.links().filter(pl.col("scope").is_in(NEEDS)).sort(pl.all()).collect()
    node = pl.concat_str("to_repo", pl.lit("/"), "to_file")
    package = pl.concat_str("to_repo", pl.lit(f"/{PACKAGE}"))
    is_known = pl.col("to_repo").is_not_null()
    rows = needed.with_row_index("number").select(
        id=pl.concat_str(pl.lit("link/"), "number"),
        file=pl.concat_str("repo", pl.lit("/"), "file"),
        start_line="line",
        spelling="spelling",
        form=pl.when(pl.col("kind") == "includes").then(pl.lit("quoted")).otherwise(pl.lit("import")),
        resolution=pl.when(is_known).then(pl.lit("repository")).otherwise(pl.lit("ambiguous")),
        targets=pl.when(is_known)
        .then(pl.concat_list(pl.coalesce(node, package)))
        .otherwise(pl.lit([], pl.List(pl.String))),
        candidates=pl.when(~is_known).then(pl.col("candidates").list.eval(pl.element() + f"/{PACKAGE}")),
    )
    # `from x import a, b` is a link for each name, and one directive.
    rows = rows.unique(["file", "start_line", "spelling", "targets", "candidates"], keep="first", maintain_order=True)
    return pl.concat([_empty("includes"), rows], how="diagonal_relaxed")


def _package(repository: str) -> str:
    return f"{repository}/{PACKAGE}"


def _empty(table: str) -> pl.DataFrame:
    return pl.DataFrame(schema=schema(table))


def _no_store() -> NoReturn:
    raise InputError("a fleet has no store of triples")
