"""What changed between two states of a fleet: repositories, links across, versions of packages, API that others use.

Input: two lakes. Output: `FleetChanges`, of sorted frames.

A use is broken where a directive that led to something of another repository, or a call, reference or base, is still
there, and no longer leads to it: the module is gone, or it does not offer the name any more. What moved and is offered
under the same name is not broken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from kgraph.fleet import unread
from kgraph.fleet.lake import CatalogEntry, Lake
from kgraph.fleet.link_tables import DIRECTIVES
from kgraph.fleet.overloads import list_meanings
from kgraph.fleet.use_links import external_uses

_DIRECTIVE = ["repo", "file", "kind", "spelling", "name"]
_LINK = [*_DIRECTIVE, "to_repo"]


@dataclass(frozen=True, slots=True)
class FleetChanges:
    """What changed, a frame for each kind of change."""

    repositories: pl.DataFrame  # repo, change ("added", "removed", "moved"), old, new: revisions
    links: pl.DataFrame  # repo, to_repo, kind, gained, lost: how many directives and requirements
    requirements: pl.DataFrame  # repo, ecosystem, package, old, new: lists of versions that are asked for or locked
    # repo, path, line, kind, spelling, name: the use; to_repo, was: what it led to, by path or qualified name
    broken: pl.DataFrame
    notes: tuple[str, ...]

    @property
    def frames(self) -> Mapping[str, pl.DataFrame]:
        """The frames by name."""
        names = ("repositories", "links", "requirements", "broken")
        return {name: getattr(self, name) for name in names}

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed."""
        return all(frame.is_empty() for frame in self.frames.values())


def changes(old: Lake, new: Lake) -> FleetChanges:
    """What changed from one state of a fleet to another, which may be of different fleet files."""
    notes = [f"before: {note}" for note in unread.notes(old)] + unread.notes(new)
    notes.append("of uses that no import names, those are compared that led to a symbol: most of C and C++ do not")
    return FleetChanges(
        _repositories(old, new),
        _links(old, new),
        _requirements(old, new),
        pl.concat([_find_broken_links(old, new), _find_broken_uses(old, new)]).sort(pl.all()),
        tuple(notes),
    )


def _repositories(old: Lake, new: Lake) -> pl.DataFrame:
    before, after = ({entry.name: entry for entry in lake.catalog.repositories} for lake in (old, new))
    rows = []
    for name in sorted({*before, *after}):
        one, other = before.get(name), after.get(name)
        if one is None or other is None:
            rows.append((name, "added" if one is None else "removed", _label(one), _label(other)))
        elif one.current.rev != other.current.rev:
            rows.append((name, "moved", _label(one), _label(other)))
    return pl.DataFrame(rows, schema=dict.fromkeys(("repo", "change", "old", "new"), pl.String()), orient="row")


def _label(entry: CatalogEntry | None) -> str | None:
    return entry.current.rev if entry else None


def _links(old: Lake, new: Lake) -> pl.DataFrame:
    before, after = (_links_of(lake) for lake in (old, new))
    gained = after.join(before, on=_LINK, how="anti", nulls_equal=True).with_columns(gained=1, lost=0)
    lost = before.join(after, on=_LINK, how="anti", nulls_equal=True).with_columns(gained=0, lost=1)
    both = pl.concat([gained, lost]).group_by("repo", "to_repo", "kind")
    return both.agg(pl.col("gained").sum(), pl.col("lost").sum()).sort("repo", "to_repo", "kind")


def _links_of(lake: Lake) -> pl.DataFrame:
    return lake.links().drop_nulls("to_repo").select(_LINK).unique().collect()


def _requirements(old: Lake, new: Lake) -> pl.DataFrame:
    before, after = (_versions(lake) for lake in (old, new))
    keys = ["repo", "ecosystem", "package"]
    # What a repository asks for that is new itself, or gone, is reported for that repository.
    names = sorted(set(old.catalog.names) & set(new.catalog.names))
    both = before.rename({"versions": "old"}).join(
        after.rename({"versions": "new"}), on=keys, how="full", coalesce=True
    )
    none = pl.lit([], pl.List(pl.String))
    return (
        both.filter(pl.col("repo").is_in(pl.lit(names, pl.List(pl.String))))
        .with_columns(pl.col("old").fill_null(none), pl.col("new").fill_null(none))
        .with_columns(_text("old"), _text("new"))
        .filter(pl.col("old") != pl.col("new"))
        .sort(keys)
    )


def _text(column: str) -> pl.Expr:
    """Versions as one text; "" where the package is not asked for."""
    return pl.col(column).list.join(", ")


def _versions(lake: Lake) -> pl.DataFrame:
    """What each repository asks for of each package: specifiers, and the versions that lock files name."""
    named = lake.scan("packages").select("repo", "ecosystem", "name", package="id")
    asked = pl.coalesce("locked_version", "specifier", pl.lit("any version"))
    return (
        lake.scan("requirements")
        .select("repo", "package", version=asked)
        .join(named, on=["repo", "package"])
        .group_by("repo", "ecosystem", package="name")
        .agg(versions=pl.col("version").unique().sort())
        .collect()
    )


def _find_broken_links(old: Lake, new: Lake) -> pl.DataFrame:
    """Directives that led to something of another repository, are still there, and lead to it no more."""
    names = pl.lit(sorted(set(old.catalog.names) & set(new.catalog.names)), pl.List(pl.String))
    directives = pl.col("kind").is_in(DIRECTIVES) & pl.col("repo").is_in(names)
    used = old.links().filter(directives, pl.col("to_repo").is_in(names)).drop_nulls("to").select(*_LINK, "to")
    now = new.links().filter(directives).select(*_DIRECTIVE, provider="to_repo", now="to")
    both = (
        used.unique(_LINK, keep="first", maintain_order=True)
        .join(_nodes(old), on=["to_repo", "to"])
        .join(now.unique(_DIRECTIVE, keep="first", maintain_order=True), on=_DIRECTIVE, how="left", nulls_equal=True)
        .join(
            _nodes(new).select(provider="to_repo", now="to", now_is_module="is_module", now_was="was"),
            on=["provider", "now"],
            how="left",
        )
    )
    # An import of what is not there any more leads to the module above.
    asked = pl.concat_str("spelling", pl.lit("."), pl.col("name").fill_null("")).str.strip_suffix(".")
    is_above = asked.str.starts_with(pl.concat_str("now_was", pl.lit(".")))
    lost = pl.col("now_is_module") & (pl.col("now_was") != pl.col("was")) & is_above
    is_undecided = pl.col("provider").is_null() & pl.col("undecided").fill_null(value=False)
    undecided = new.links().filter(directives, pl.col("to_repo").is_null()).select(_DIRECTIVE).unique()
    gone = (
        both.join(undecided.with_columns(undecided=pl.lit(value=True)), on=_DIRECTIVE, how="left", nulls_equal=True)
        .filter((pl.col("provider").is_null() & ~is_undecided) | lost.fill_null(value=False))
        .join(_find_outgoing(new), on=["repo", "file", "spelling", "name"], nulls_equal=True)
    )
    columns = ["repo", "path", "line", "kind", "spelling", "name", "to_repo", "was"]
    return gone.select(columns).unique().sort(columns).collect()


def _find_broken_uses(old: Lake, new: Lake) -> pl.DataFrame:
    """Calls, references and bases that led to a symbol of another repository, are still there in a file that still
    imports from it, and lead to it no more."""
    use = ["repo", "file", "kind", "spelling"]
    names = pl.lit(sorted(set(old.catalog.names) & set(new.catalog.names)), pl.List(pl.String))
    led = list_meanings(old.use_links().filter(pl.col("repo").is_in(names), pl.col("to_repo").is_in(names)))
    known = led.select(*use, "to_repo", "to").unique(use, keep="first", maintain_order=True).collect()
    there = external_uses(new.scan("uses"), new.scan("externals"))
    there = there.explode("line", empty_as_null=False).group_by(use).agg(pl.col("line").min())
    imported = new.links().filter(pl.col("kind").is_in(DIRECTIVES)).select("repo", "file", "to_repo").unique().collect()
    gone = (
        known.join(there, on=use)
        .join(new.use_links().select(use).unique().collect(), on=use, how="anti")
        .join(imported, on=["repo", "file", "to_repo"], how="semi")
        .join(new.scan("files").select("repo", "path", file="id").collect(), on=["repo", "file"])
        .join(_nodes(old).select("to_repo", "to", "was").collect(), on=["to_repo", "to"])
        .with_columns(name=pl.lit(None, pl.String))
    )
    return gone.select("repo", "path", "line", "kind", "spelling", "name", "to_repo", "was").unique()


def _nodes(lake: Lake) -> pl.LazyFrame:
    """Files and symbols: `to_repo`, `to`, whether each `is_module`, and what it `was` called."""
    symbols = lake.scan("symbols").select(
        to_repo="repo", to="id", is_module=pl.col("kind") == "Module", was="qualified_name"
    )
    files = lake.scan("files").select(to_repo="repo", to="id", is_module=pl.lit(value=False), was="path")
    return pl.concat([symbols, files])


def _find_outgoing(lake: Lake) -> pl.LazyFrame:
    """Directives that leave their repository, a row for each name and one for the whole, with the first line."""
    paths = lake.scan("files").select("repo", "path", file="id")
    rows = lake.scan("includes").filter(pl.col("resolution") != "repository")
    rows = rows.select("repo", "file", "spelling", "names", line="start_line")
    of_names = rows.explode("names", empty_as_null=False).rename({"names": "name"}).drop_nulls("name")
    whole = rows.select("repo", "file", "spelling", "line", name=pl.lit(None, pl.String))
    found = pl.concat(
        [
            of_names.select("repo", "file", "spelling", "name", "line"),
            whole.select("repo", "file", "spelling", "name", "line"),
        ]
    )
    return found.group_by("repo", "file", "spelling", "name").agg(pl.col("line").min()).join(paths, on=["repo", "file"])
