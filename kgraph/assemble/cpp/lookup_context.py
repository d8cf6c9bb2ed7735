"""Lookup context of the C family: what name lookup depends on besides declarations (inline namespaces, usings,
fixtures).

Input: symbol facts, and usings as spelled. Output: `LookupContext`, small and of plain values, so that results can be
cached under all of it.
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from kgraph.assemble.cpp.using_directives import InlineNamespaces, Using, join_scope
from kgraph.formatting import template
from kgraph.model import UseKind

_NAMELESS = "(anonymous namespace)"
_NAMELESS_LAST = r"(?:^|::)\(anonymous namespace\)$"
_FIRST_ARGUMENT = r"^\w+\(\s*((?:::)?\w+(?:::\w+)*)\s*[,)]"

# The scope that a use stands in, by the symbol around it.
SCOPE = pl.when(pl.col("group").is_in(["type", "enum", "namespace"])).then("within").otherwise("owner")


class Fixture(NamedTuple):
    """What may be a fixture: the body of `TEST_F(Fixture, Name) {` is that of a method of a class that derives from it.

    Which argument that is, if any, only the macro knows: it is the first if that names a class with bases.
    """

    file: int
    scope: str
    argument: str
    within: str  # the scope of the bodies of its tests


class LookupContext(NamedTuple):
    """Where names are looked up."""

    inline: InlineNamespaces
    usings: tuple[Using, ...]
    named: frozenset[str]  # functions and variables that have the last name of a using
    fixtures: tuple[Fixture, ...]

    def text(self) -> str:
        """All of it; equal values, equal text."""
        return repr((self.inline.names, self.usings, sorted(self.named), self.fixtures))


def lookup(
    inline: InlineNamespaces, usings: pl.DataFrame, declared: pl.DataFrame, tests: pl.DataFrame
) -> LookupContext:
    """`tests` are those of `tests_of`."""
    names = usings.filter(pl.col("kind") == UseKind.USING.value).select("name").unique()
    named = declared.filter(pl.col("group").is_in(["function", "variable"])).join(names, on="name", how="semi")
    fixtures = tests.select(Fixture._fields).unique().sort(Fixture._fields)
    return LookupContext(
        inline,
        tuple(Using._make(row) for row in usings.select(Using._fields).unique().sort(Using._fields).iter_rows()),
        frozenset(join_scope(scope, name) for scope, name in named.select("scope", "name").unique().iter_rows()),
        tuple(Fixture._make(row) for row in fixtures.iter_rows()),
    )


def inline_namespaces(facts: pl.DataFrame) -> InlineNamespaces:
    """Those of a repository; `facts` are the C family's."""
    found = facts.filter((pl.col("group") == "namespace") & pl.col("modifiers").list.contains("inline"))
    outer = found["owner"].str.replace_all(_NAMELESS + "::", "", literal=True)
    return InlineNamespaces(set(map(join_scope, outer, found["name"])))


def transparent(names: pl.Series, inline: InlineNamespaces) -> pl.Series:
    """Qualified names without anonymous and inline namespaces."""
    plain = names.str.replace_all(_NAMELESS + "::", "", literal=True).str.replace(_NAMELESS_LAST, "")
    if not inline.names:
        return plain
    different = plain.unique().drop_nulls()
    return plain.replace_strict(different, [inline.transparent(name) for name in different], return_dtype=pl.String)


def tests_of(facts: pl.DataFrame, inline: InlineNamespaces) -> pl.DataFrame:
    """Functions whose head is a macro with a name as its first argument: `row`, and the columns of `Fixture`."""
    made = facts.filter((pl.col("group") == "function") & pl.col("macro").is_not_null())
    made = made.with_columns(
        argument=pl.col("name").str.extract(_FIRST_ARGUMENT), scope=transparent(made["owner"], inline)
    )
    short = template("({})", pl.col("argument").str.replace_all("::", ".", literal=True))
    within = pl.when(pl.col("scope") == "").then(short).otherwise(template("{}::{}", "scope", short))
    return made.drop_nulls("argument").select("row", "file", "scope", "argument", within=within)
