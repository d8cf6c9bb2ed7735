"""Which files of other repositories belong with a file: by uses, directives and equal contents.

Input: a lake and a file. Output: a sorted frame. `kgraph related` ranks the files of one repository, by words and
history too; across repositories what counts is what the links say, so that every row has its reason.
"""

from __future__ import annotations

import polars as pl

from kgraph.errors import QueryError
from kgraph.fleet.lake import Lake
from kgraph.fleet.link_tables import DIRECTIVES, GENERATED
from kgraph.fleet.questions import nodes_named

_MAX_NAMES = 5  # in a reason
_OTHER = ["repo", "file"]


def find_related(lake: Lake, path: str, repository: str = "", limit: int = 10) -> pl.DataFrame:
    """The files of other repositories that use what a file has, or have what it uses: `repo`, `path`, how many `names`
    lead there or from there, on how many `lines`, and a `reason`; the most names first.

    `path` may be `repository/path`. Raises `QueryError` where no file, or several, are called so.
    """
    nodes = nodes_named(lake, path, repository).filter(pl.col("id").str.starts_with("file/"))
    if nodes.height != 1:
        places = ", ".join(f"{repo}/{each.removeprefix('file/')}" for repo, each in nodes.iter_rows())
        hint = f"it may be {places}" if places else "give the path of a file: repository/path"
        raise QueryError(f"{path!r} is {'no file' if nodes.is_empty() else 'several files'}", hint=hint)
    repo, file = nodes.row(0)
    uses = lake.use_links().select("repo", "file", "line", "to_repo", "to_file", name=pl.col("spelling"))
    named = pl.coalesce(pl.concat_str("spelling", pl.lit("."), "name"), "spelling")
    directives = lake.links().filter(pl.col("kind").is_in([*DIRECTIVES, GENERATED]))
    directives = directives.select("repo", "file", "line", "to_repo", "to_file", name=named)
    led = pl.concat([uses, directives]).drop_nulls(["to_repo", "to_file"])
    out = led.filter(pl.col("repo") == repo, pl.col("file") == file)
    into = led.filter(pl.col("to_repo") == repo, pl.col("to_file") == file)
    both = pl.concat(
        [
            out.select("line", "name", repo="to_repo", file="to_file", way=pl.lit("it uses")),
            into.select("line", "name", "repo", "file", way=pl.lit("uses of it")),
            _copies(lake, repo, file),
        ]
    ).collect()
    names = pl.col("name").unique().sort()
    reasons = both.group_by(*_OTHER, "way").agg(
        names=names.len().cast(pl.Int64),
        lines=pl.col("line").n_unique().cast(pl.Int64),
        reason=pl.concat_str("way", pl.lit(": "), names.head(_MAX_NAMES).str.join(", ")).first(),
    )
    rows = (
        reasons.sort("way")
        .group_by(_OTHER, maintain_order=True)
        .agg(pl.col("names", "lines").sum(), pl.col("reason").str.join("; "))
    )
    paths = lake.scan("files").select("repo", "path", file="id").collect()
    shown = rows.join(paths, on=_OTHER).select("repo", "path", "names", "lines", "reason")
    return shown.sort(["names", "lines", "repo", "path"], descending=[True, True, False, False]).head(limit)


def _copies(lake: Lake, repo: str, file: str) -> pl.LazyFrame:
    """Files of others with the same content."""
    files = lake.scan("files").select("repo", "blob", "size", "name", file="id")
    own = files.filter(pl.col("repo") == repo, pl.col("file") == file, pl.col("size") > 0).select("blob")
    same = files.filter(pl.col("repo") != repo).join(own, on="blob", how="semi")
    return same.select(
        pl.lit(1, pl.Int64).alias("line"), "name", "repo", "file", pl.lit("the same content").alias("way")
    )
