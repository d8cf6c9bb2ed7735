"""Who can see a function: which are kept inside of a package or a module, and which others may call unseen.

Input: the tables of symbols and edges. Output: ids. Apart from `mentions`, whose libraries are another process's to
load.
"""

from __future__ import annotations

import polars as pl

from kgraph.model import Kind

_MAX_BASES = 30  # above each other
# Modifiers of what has no body here, or may be called by who knows a base of it.
_OPEN = ("abstract", "actual", "default", "expect", "extern", "native", "operator", "override", "partial", "virtual")


def find_internal(symbols: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """The `id` of each function that its language keeps to a package (Java), a module or assembly (`internal` of Kotlin
    and C#), or a file (what TypeScript and modules of JavaScript do not export), or that is for none but its own code
    by its name (`_name` in Python).

    A file of JavaScript that imports something is a module. What a framework, a subclass or another part may call all
    the same is none: what has no body, is `protected`, overrides, or is an operator.
    """
    # Most symbols are of C++, of which none is kept so, or of Python and not called so: they are not looked at twice.
    is_python = pl.col("id").str.starts_with("symbol/python/")
    is_some = ~pl.col("id").str.starts_with("symbol/cpp/") & (~is_python | pl.col("name").str.starts_with("_"))
    symbols = symbols.filter(is_some)
    modifiers, language = pl.col("modifiers"), pl.col("id").str.extract(r"^symbol/(\w+)/")
    says_internal = modifiers.list.contains("internal") & (language.is_in(["kotlin", "c"]))
    of_package = (language == "java") & (pl.col("kind") == Kind.METHOD.value)
    modules = edges.filter(pl.col("kind") == "imports")["source"].unique()
    own_file = pl.concat_str(pl.lit("file/"), pl.col("id").str.extract("%40(.*)$").str.replace_all("%2F", "/"))
    in_module = language.is_in(["javascript", "jsx"]) & own_file.is_in(modules.implode())
    of_file = (language.is_in(["typescript", "tsx"]) | in_module) & (pl.col("kind") == Kind.FUNCTION.value)
    of_file &= ~pl.col("id").str.contains(r"\.d\.[cm]?ts$") & ~modifiers.list.contains("export")
    of_file &= pl.col("signature").fill_null("").str.contains(r"^(?:async )?function\b|^(?:const|let|var) ")
    is_open = pl.any_horizontal(modifiers.list.contains(word) for word in _OPEN)
    of_own_code = (language == "python") & pl.col("name").str.contains("^_.*[^_]$")
    is_kept = ((pl.col("access").is_null() & (says_internal | of_package | of_file)) | of_own_code) & ~is_open
    return symbols.filter(is_kept.fill_null(value=False)).select("id").sort("id")


def find_interface_members(symbols: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """The `id` of each member of an interface, which is for those who implement it."""
    interfaces = symbols.filter(pl.col("modifiers").list.contains("interface")).select("id")
    members = edges.filter(pl.col("kind") == "contains").join(interfaces, left_on="source", right_on="id", how="semi")
    return members.select(id="target").unique().sort("id")


def may_override(symbols: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """The `id` of each member of a class of C++, Python or C# that has a base, or one above it, that the repository
    does not define.

    Bases are known by their short names: where one of that name is defined, the base is taken for it. In C#, no member
    of an interface is private; but a class may look for private methods of what derives from it, as Unity's do.
    """
    types = symbols.filter(pl.col("id").str.contains("^symbol/(?:cpp|python|c)/type/")).select("id", "name", "bases")
    spelled = pl.col("bases").str.replace(r"<.*", "").str.extract(r"(\w+)\W*$")
    inherits = types.explode("bases").drop_nulls("bases").select("id", "name", base=spelled)
    is_interface = pl.col("id").str.starts_with("symbol/c/") & pl.col("base").str.contains("^I[A-Z]")
    inherits = inherits.filter(~is_interface.fill_null(value=False))
    if inherits.is_empty():
        return symbols.select("id").clear()
    defined = types.join(edges.filter(pl.col("kind") == "definition"), left_on="id", right_on="source", how="semi")
    of = inherits.join(defined, left_on="base", right_on="name", how="anti")
    reached = of.select("id", "name").unique()
    for _ in range(_MAX_BASES):
        of = inherits.join(of, left_on="base", right_on="name", how="semi").join(reached, on="id", how="anti")
        if of.is_empty():
            break
        reached = pl.concat([reached, of.select("id", "name").unique()])
    members = edges.filter(pl.col("kind") == "contains").join(reached, left_on="source", right_on="id", how="semi")
    return members.select(id="target").unique().sort("id")
