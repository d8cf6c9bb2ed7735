"""Names under which a crate of Rust offers its items: where they are declared, and where `use` passes them on.

Input: a repository's symbols with their files, and its includes. Output: whole names, with dots between the steps. A
`use` is not known to be public; but who uses `tokio::spawn` from outside has a name that compiles, so that the `use` of
that name in the root of the crate is. What macros write is not seen, and an item that is renamed has no other name.
"""

from __future__ import annotations

import polars as pl

from kgraph.fleet.private_paths import is_private

_MAX_HOPS = 5  # uses that pass a name on, one after the other
_INNER = ("Method", "Field", "Enumerator", "Target")  # what stands inside of an item of a module, or in no module
_NAMED = ["owner", "name"]


def find_passed_on(placed: pl.DataFrame, includes: pl.LazyFrame) -> pl.DataFrame:
    """The items that a repository passes on: `key` (the name by which others know it), `id`, `file`, `kind`.

    Of an item that is passed on, what stands in it has the same name in front: `tokio.net.TcpListener.bind`.
    """
    rust = placed.filter(pl.col("id").str.starts_with("symbol/rust/"), pl.col("kind") != "Target")
    key = pl.col("qualified_name").str.replace_all("::", ".", literal=True)
    items = rust.select("id", "file", "kind", key=key).with_columns(
        owner=pl.col("key").str.extract(r"^(.*)\.[^.]*$"), name=pl.col("key").str.extract(r"([^.]*)$")
    )
    items = items.drop_nulls("owner").unique()
    modules = _modules(items)
    named, starred = _uses(includes, modules)
    spelled = named.select("owner", name="asked").unique()  # which comes before a name of what is used as a whole
    named = named.unique(["owner", "asked"], keep="none")  # of several, as for several systems, none is meant
    own = items.filter(~pl.col("kind").is_in(_INNER)).select(*_NAMED, meant="key").unique()
    namespaces = items.filter(pl.col("kind") == "Namespace").select("key").unique()
    known = own.join(namespaces, left_on="meant", right_on="key", how="anti")  # a module is the last that is meant
    found = [known.clear()]
    for _ in range(_MAX_HOPS):
        by_name = _through(named, known, pl.col("name") == pl.col("asked"))
        by_star = _through(starred, known, pl.lit(value=True)).join(spelled, on=_NAMED, how="anti")
        new = pl.concat([by_name, by_star]).join(known, on=_NAMED, how="anti")
        if new.is_empty():
            break
        found.append(new)
        known = pl.concat([known, new])
    renamed = pl.concat(found).select(alias=pl.concat_str("owner", pl.lit("."), "name"), meant="meant")
    whole = renamed.join(items, left_on="meant", right_on="key").select("id", "file", "kind", key="alias")
    inside = renamed.join(items, left_on="meant", right_on="owner").select(
        "id", "file", "kind", key=pl.concat_str("alias", pl.lit("."), "name")
    )
    return pl.concat([whole, inside]).unique()


def find_macros(items: pl.DataFrame) -> pl.DataFrame:
    """Macros by the names by which other crates know them, in whatever module they stand: `serde_json.json`."""
    macros = items.filter(pl.col("kind") == "Macro", ~is_private())
    outer = macros.with_columns(key=pl.col("key").str.replace(r"\..*\.", "."))
    return outer.join(items.select("id", "key"), on=["id", "key"], how="anti")


def _modules(items: pl.DataFrame) -> pl.DataFrame:
    """The module that each file is: `file`, `module`; the shortest in front of the items that stand in it."""
    owners = items.filter(~pl.col("kind").is_in(_INNER)).select("file", module="owner")
    return owners.sort(pl.col("module").str.len_chars(), "module").unique("file", keep="first", maintain_order=True)


def _uses(includes: pl.LazyFrame, modules: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What modules use of others of their repository: `owner`, `asked` (a name) and `inner` (a module); and of which
    they use all."""
    asked, above = pl.col("spelling").str.extract(r"([^:]*)$"), pl.col("spelling").str.extract(r"([^:]*)::[^:]*$")
    rows = (
        includes.filter(pl.col("resolution") == "repository", pl.col("targets").list.len() == 1)
        .select("file", asked=asked, above=above, target=pl.col("targets").list.first())
        .unique()
        .collect()
    )
    inner = modules.select(target="file", inner="module")
    uses = rows.join(modules, on="file").join(inner, on="target")
    # `use task::spawn;` may lead to the module of that name: what is meant stands in `task`, as the module itself does.
    is_module = (pl.col("inner").str.extract(r"([^.]*)$") == pl.col("asked")) & (pl.col("above") != pl.col("asked"))
    around = pl.col("inner").str.extract(r"^(.*)\.[^.]*$")
    uses = uses.with_columns(inner=pl.when(is_module).then(around).otherwise("inner"))
    uses = uses.filter(pl.col("module") != pl.col("inner"))
    uses = uses.select("asked", "inner", owner="module").unique()
    is_star = pl.col("asked") == "*"
    return uses.filter(~is_star), uses.filter(is_star)


def _through(uses: pl.DataFrame, known: pl.DataFrame, fits: pl.Expr) -> pl.DataFrame:
    """The names that modules have by their uses of others; of several items of one name, none is meant."""
    there = known.select("name", "meant", inner="owner")
    found = uses.join(there, on="inner").filter(fits).select(*_NAMED, "meant").unique()
    return found.unique(_NAMED, keep="none")
