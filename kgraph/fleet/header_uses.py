"""Uses of symbols through headers of other repositories, in C and C++.

Input: uses that a build left with the path of an external symbol, and what repositories offer. Output: for each, the
symbol that it means, or the overloads of which it means one.

A file sees a header of another repository where it includes that, perhaps by way of headers of its own, and with it all
that the header includes within its repository. A path means a symbol that such a header declares under that path, where
all that it sees have one of that name; several functions of one repository are overloads, and what two repositories
have leads to none. A function comes before a macro of its name, which most often renames it.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from kgraph.assemble.cpp.include_closure import IncludeClosure, files_of
from kgraph.assemble.include_table import is_standard_header
from kgraph.fleet.exports import Scan
from kgraph.fleet.link_tables import HEADER_FORMS
from kgraph.fleet.overloads import IS_OVERLOADED, merge_meanings
from kgraph.fleet.private_paths import is_private
from kgraph.fleet.provisions import HEADER
from kgraph.symbol_places import ROLES

EXTERNAL = "external/symbol/cpp/"
_MAX_DEPTH = 64  # includes of includes
_DECLARED = ("Function", "Macro", "Class", "Struct", "Union", "Enum", "TypeAlias", "Concept", "Variable")
_MEMBERS = ("Method", "Enumerator")
_GROUP = ["repo", "sight", "spelling"]


# --- what a repository offers and asks --------------------------------------------------------------------------------


def name_table(symbols: pl.LazyFrame, edges: pl.LazyFrame, locations: pl.LazyFrame) -> pl.DataFrame:
    """Symbols of the C family that others may name: `key` (the path), `id`, `kind`, and a row for each `file` that
    declares or defines it. Inline and anonymous namespaces are no part of a path."""
    own = symbols.filter(pl.col("id").str.starts_with("symbol/cpp/"))
    inline = own.filter(pl.col("kind") == "Namespace", pl.col("modifiers").list.contains("inline"))
    spaces = inline.select("qualified_name").collect().to_series().sort(descending=True).to_list()
    key = pl.col("qualified_name")
    for space in spaces:  # the inner ones first
        outer = space.rpartition("::")[0]
        key = key.str.replace(rf"^{_escape(space)}::", f"{outer}::" if outer else "")
    is_place = pl.col("kind").is_in(ROLES) & pl.col("source").str.starts_with("symbol/cpp/")
    places = edges.filter(is_place).select(id="source", location="target")
    at = locations.select("file", location="id")
    return (
        own.filter(pl.col("kind").is_in([*_DECLARED, *_MEMBERS]))
        .select("id", "kind", key=key)
        .filter(pl.col("key").str.contains(r"^(?:\w+::)*\w+$"))
        .join(places, on="id")
        .join(at, on="location")
        .select("key", "id", "kind", "file")
        .unique()
        .collect()
    )


def inside_table(includes: pl.LazyFrame) -> pl.DataFrame:
    """Which file includes which of its repository: `file`, `inner`."""
    is_header = pl.col("form").is_in(HEADER_FORMS)
    inside = includes.filter(is_header, pl.col("resolution") == "repository").select("file", inner="targets")
    return inside.explode("inner", empty_as_null=False).unique().collect()


def sight_tables(includes: pl.LazyFrame, users: pl.Series, inside: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What files (`users`) see of headers outside: `file` and `sight`, a number; and for each number the `header`s, as
    they are spelled. Files that see the same have the same number."""
    is_outside = pl.col("form").is_in(["angled", "quoted"]) & pl.col("resolution").is_in(["external", "missing"])
    outward = (
        includes.filter(is_outside & ~is_standard_header("spelling")).select("file", "spelling").unique().collect()
    )
    files = pl.concat([outward["file"], inside["file"], inside["inner"], users]).unique().sort()
    headers = outward["spelling"].unique().sort()
    pairs = [
        pl.DataFrame({"file": files.search_sorted(each["file"]), "target": target}).cast(pl.Int64)
        for each, target in (
            (inside, files.search_sorted(inside["inner"])),
            (outward, headers.search_sorted(outward["spelling"]) + len(files)),
        )
    ]
    sees = IncludeClosure(pl.concat(pairs))
    numbers: dict[int, int] = {}
    sights = []
    for user in users.unique().sort():
        outside = sees(int(files.search_sorted(user))).bits >> len(files)
        if outside:
            sights.append((user, numbers.setdefault(outside, len(numbers))))
    rows = [(number, headers[at]) for outside, number in numbers.items() for at in files_of(outside)]
    return (
        pl.DataFrame(sights, {"file": pl.String(), "sight": pl.Int64()}, orient="row"),
        pl.DataFrame(rows, {"sight": pl.Int64(), "header": pl.String()}, orient="row"),
    )


def _escape(text: str) -> str:
    return text.replace("(", r"\(").replace(")", r"\)")


# --- the join ---------------------------------------------------------------------------------------------------------


def header_keys(headers: pl.DataFrame) -> pl.DataFrame:
    """Headers (`repo`, `header`) as needs of `links`."""
    spelled = headers.select("repo", key="header", spelling="header", ecosystem=pl.lit(HEADER)).unique()
    return spelled.sort("repo", "key").with_row_index("need").with_columns(rank=pl.lit(0))


def through_headers(asked: pl.DataFrame, headers: pl.DataFrame, found: pl.DataFrame, scan: Scan) -> pl.DataFrame:
    """The symbols that paths mean: `asked` (`repo`, `sight`, `spelling`) with `to_repo`, `to`, `to_file`, `evidence`.

    `headers` has the headers of each sight, `found` where those of them lead that are known.
    """
    led = found.drop_nulls(["to_repo", "to_file"]).select(
        "repo", "to_repo", "evidence", header="spelling", head="to_file"
    )
    heads = headers.join(led, on=["repo", "header"])
    begun = heads.select("to_repo", "head").unique()
    inside = (
        scan("inside")
        .rename({"repo": "to_repo"})
        .join(begun.select("to_repo").unique().lazy(), on="to_repo", how="semi")
    )
    seen = pl.concat(_find_visible(begun, inside.collect()))
    # A macro has no namespace: after `using namespace a;`, `CHECK(x)` may be spelled `a::CHECK`.
    is_macro = pl.col("kind") == "Macro"
    last = asked.with_columns(key=pl.col("spelling").str.extract(r"::(\w+)$")).drop_nulls("key")
    keys = pl.col("key").is_in(asked["spelling"].unique().sort().implode())
    keys |= pl.col("key").is_in(last["key"].unique().sort().implode()) & is_macro
    declared = scan("paths").filter(keys, ~is_private()).rename({"repo": "to_repo"})
    there = declared.collect().join(seen, on=["to_repo", "file"])
    begins = heads.select("repo", "sight", "to_repo", "head", "evidence").unique()
    named = [(asked.with_columns(key="spelling"), there), (last, there.filter(is_macro))]
    pairs = pl.concat(
        part.join(begins, on=["repo", "sight"]).join(offered, on=["to_repo", "head", "key"]) for part, offered in named
    )
    meant = pairs.filter(~is_macro | is_macro.all().over(_GROUP))
    of_one = meant.filter(pl.col("to_repo").n_unique().over(_GROUP) == 1).rename({"id": "to", "file": "to_file"})
    number = pl.col("to").n_unique().over(_GROUP)
    only = of_one.filter(number == 1).sort(*_GROUP, "to_file", "evidence")
    rows = only.unique(_GROUP, keep="first", maintain_order=True).with_columns(overloads=pl.lit([], pl.List(pl.String)))
    several = of_one.filter(number > 1).group_by(*_GROUP, "to_repo").agg(pl.col("evidence").min(), *merge_meanings())
    columns = [*_GROUP, "to_repo", "to", "to_file", "evidence", "overloads"]
    return pl.concat([rows.select(columns), several.filter(IS_OVERLOADED).select(columns)])


def _find_visible(begun: pl.DataFrame, inside: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The files that each `head` sees, itself among them: `to_repo`, `head`, `file`."""
    new = begun.with_columns(file="head")
    known = new
    yield new
    for _ in range(_MAX_DEPTH):
        more = new.join(inside, on=["to_repo", "file"]).select("to_repo", "head", file="inner").unique()
        new = more.join(known, on=["to_repo", "head", "file"], how="anti")
        if new.is_empty():
            return
        known = pl.concat([known, new])
        yield new
