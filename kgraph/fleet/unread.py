"""What an answer about a fleet may lack: repositories that are not there, files not read, names left undecided.

Input: a lake. Output: sentences, none where nothing is lacking.
"""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from kgraph.coverage import Aspect, Coverage, users_of
from kgraph.fleet.lake import Lake
from kgraph.fleet.may_use import attach_files

# Languages whose imports are read, and lead to nothing in another repository.
NOT_FOLLOWED = frozenset({"HCL", "Swift"})
_MAX_NAMES = 5  # in a sentence


def notes(lake: Lake, languages: Collection[str] | None = None, providers: Collection[str] = ()) -> list[str]:
    """All sentences. `languages` are those of what is asked about, where it is known, and `providers` the repositories
    that it is in: what is undecided between others is then left out."""
    return [*repositories(lake), *_describe_undecided(lake, providers), *imports(lake, languages)]


def nobody(lake: Lake, name: str, nodes: pl.DataFrame | None) -> str:
    """The sentence on a name of which no users were found; `nodes` are what it means, None of a repository."""
    end = "no other repository was found to use it, and uses within its own are not listed"
    if nodes is None or nodes.is_empty():
        return f"{name}: {end}"
    files = pl.concat([attach_files(lake, nodes).select("repo", "file"), nodes.select("repo", file="id")]).unique()
    paths = lake.scan("files", files["repo"].unique().to_list()).select("repo", "path", file="id").collect()
    at = (files.join(paths, on=["repo", "file"]).select(pl.concat_str("repo", pl.lit("/"), "path")).to_series()).sort()
    more = f" and {len(at) - _MAX_NAMES:,} more" if len(at) > _MAX_NAMES else ""
    where = f"{', '.join(at.head(_MAX_NAMES))}{more}" if len(at) else ", ".join(nodes["repo"].unique().sort())
    return f"{name} is in {where}; {end}"


def repositories(lake: Lake) -> list[str]:
    """Sentences on repositories that are of an earlier build, or are not there at all."""
    found = [
        f"{entry.name} is of an earlier build, since the last one failed: {entry.error}"
        for entry in lake.catalog.repositories
        if entry.error
    ]
    if missing := lake.catalog.missing:
        more = f" and {len(missing) - _MAX_NAMES:,} more" if len(missing) > _MAX_NAMES else ""
        found.append(f"not built, and in no answer: {', '.join(missing[:_MAX_NAMES])}{more}")
    return found


def imports(lake: Lake, languages: Collection[str] | None = None) -> list[str]:
    """Sentences on files that may use others by what is not analysed, or not followed: of what is in `languages`."""
    coverage = Coverage.of_table(lake.scan("files"))
    users = users_of(languages) if languages else None
    found = [note] if (note := coverage.note(Aspect.IMPORTS, users)) else []
    wanted = NOT_FOLLOWED if users is None else NOT_FOLLOWED & users
    there = sorted(wanted.intersection(coverage.languages))
    if there:
        found.append(f"imports of {', '.join(there)} are not followed from one repository into another")
    return found


def languages_of(lake: Lake, nodes: pl.DataFrame) -> set[str]:
    """The languages of files and symbols (`repo`, `id`), by the files that they are or stand in."""
    paths = lake.scan("files").select("repo", "language", file="id")
    files = pl.concat([nodes.lazy().select("repo", file="id"), attach_files(lake, nodes).lazy().select("repo", "file")])
    found = files.unique().join(paths, on=["repo", "file"]).select("language").drop_nulls().unique().collect()
    return set(found["language"])


def _describe_undecided(lake: Lake, providers: Collection[str]) -> list[str]:
    several = lake.links().filter(pl.col("to_repo").is_null())
    if providers:
        among = pl.col("candidates").list.set_intersection(pl.lit(list(providers), pl.List(pl.String)))
        several = several.filter(among.list.len() > 0)
    number = several.select(pl.len()).collect().item()
    if not number:
        return []
    one = number == 1
    what = "1 directive is offered" if one else f"{number:,} directives are offered"
    return [f"{what} by several repositories, and {'leads' if one else 'lead'} to none"]
