"""Declarations of the C family, one row per symbol: what call resolution depends on besides the query.

Input: the joined frame of symbol facts. Output: a frame without lines, so that an edit inside a body does not change
it. `NameIndex` is made of nothing else, of `LookupContext`, and of which file includes which.

An answer looks at types and namespaces of any name, and at all that a `LookupContext` holds, but at functions,
variables and macros of few names only (see `names_consulted`): so it is known which answers a change of some of these
cannot touch.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import blake2b

import polars as pl

from kgraph.assemble.cpp.lookup_context import transparent
from kgraph.assemble.cpp.members import property_of
from kgraph.assemble.cpp.using_directives import InlineNamespaces
from kgraph.assemble.result_cache import digest

DESTRUCTOR = "~"  # the name of a call of the destructor of its receiver's class, whatever that is called
CONVERSION, NEGATION = "operator bool", "operator!"  # the first is not called of what the second negates
ARGUMENT = "argument"  # a column of what is asked: what the first argument is
OPERATORS = frozenset({"operator->", "operator[]", "operator*", "operator()"})  # that chains of members go through

# The columns of symbol facts that count.
FACTS = (
    *("row", "id", "file", "group", "name", "owner", "qualifier", "key", "local", "access", "signature", "bases"),
    *("arity", "within", "definition", "modifiers", "macro", "parent"),
)

# The files that leave a macro defined under a condition, and those that do not leave it defined.
MACRO_STATES = ("conditional", "undefined")

_ENUMERATOR = "enumerator"  # its signature here is the name of its enumeration, "" where that has none
_NAMED = ("function", "variable", "macro", _ENUMERATOR)
_TYPES = ("type", "enum", "alias")
_GROUPS = [*_NAMED, *_TYPES, "namespace"]
_TEXTS_AT_ONCE = 100_000  # which together take more memory than the declarations
_WORD = re.compile(r"\w+")


def declarations(facts: pl.DataFrame, inline: InlineNamespaces) -> pl.DataFrame:
    """One row per symbol, sorted by id; the inside of its class tells best what it is. `facts` are the C family's.

    A scope is a qualified name without its anonymous and inline namespaces, for these are transparent; `definition` is
    whether a type is more than declared.
    """
    kept = ("id", "row", "file", "group", "name", "owner", "key", "local", "access", "qualifier", "definition")
    facts = _with_enumerations(facts)
    facts = facts.select(*kept, "signature", "bases", "arity", "modifiers").filter(pl.col("group").is_in(_GROUPS))
    facts = facts.with_columns(scope=transparent(facts["owner"], inline))
    is_lone = facts["id"].is_unique()  # as nearly all are
    parts = [_declare_single(facts.filter(is_lone)), _declare_merged(facts.filter(~is_lone))]
    del facts  # before all of it is copied in order
    return pl.concat(parts).sort("id")


def _with_enumerations(facts: pl.DataFrame) -> pl.DataFrame:
    """The facts, with the name of its enumeration as the signature of each enumerator."""
    enums = facts.filter(pl.col("group") == "enum").select(parent="row", enum="name")
    facts = facts.join(enums, on="parent", how="left", maintain_order="left")
    is_one = pl.col("group") == _ENUMERATOR
    return facts.with_columns(signature=pl.when(is_one).then(pl.col("enum").fill_null("")).otherwise("signature"))


def _declare_single(facts: pl.DataFrame) -> pl.DataFrame:
    own, none = pl.concat_list("file"), pl.lit([], pl.List(pl.Int64))
    return facts.select(
        *("id", "group", "name", "scope", "key", "local"),
        pl.col("signature").fill_null(""),
        *("bases", "arity"),
        pl.col("definition") & pl.col("group").is_in(_TYPES),
        own.alias("files"),
        *(pl.when(_is_macro(how)).then(own).otherwise(none).alias(how) for how in MACRO_STATES),
    )


def _declare_merged(facts: pl.DataFrame) -> pl.DataFrame:
    in_class = pl.col("access").is_not_null() & (pl.col("qualifier") == "")
    is_function = pl.col("group") == "function"
    has_body = is_function & pl.col("definition")  # others tell the default arguments
    has_none = is_function & ~pl.col("signature").str.contains("=", literal=True)  # another copy of it may
    # Of an alias that is declared in several ways, as conditions choose, all are kept: see `type_text.alias_targets`.
    signatures = pl.col("signature").drop_nulls()
    several = signatures.unique().sort().str.join("\n")
    tells = (pl.col("group").first() != "alias") | (signatures.n_unique() == 1)
    rank = pl.when(in_class).then(0).when(has_body).then(4).otherwise(2) + has_none.fill_null(value=False)
    return (
        facts.with_columns(rank=rank)
        .sort("id", "rank", "row")
        .group_by("id", maintain_order=True)
        .agg(
            pl.col("group", "name", "scope", "key", "local").first(),
            pl.when(tells).then(signatures.first()).otherwise(several).fill_null("").alias("signature"),
            pl.col("bases").filter(pl.col("bases").list.len() > 0).first().fill_null([]),
            pl.col("arity").max(),
            pl.col("definition").any() & pl.col("group").first().is_in(_TYPES),
            pl.col("file").unique().sort().alias("files"),
            *(pl.col("file").filter(_is_macro(how)).unique().sort().alias(how) for how in MACRO_STATES),
        )
    )


def _is_macro(how: str) -> pl.Expr:
    return (pl.col("group") == "macro") & pl.col("modifiers").list.contains(how)


def world(declared: pl.DataFrame) -> pl.DataFrame:
    """What any answer may look at: types and namespaces."""
    return declared.filter(~pl.col("group").is_in(_NAMED))


def type_names(declared: pl.DataFrame) -> frozenset[str]:
    """The names of types, without template arguments."""
    types = declared.filter(pl.col("group").is_in(_TYPES))
    return frozenset(types["name"].str.replace(r"(?s)<.*", "").unique())


def words(receivers: Iterable[str]) -> set[str]:
    """The names that chains such as `this->stack_.top()` are made of."""
    return set().union(*map(_WORD.findall, receivers))


def names_consulted(questions: pl.DataFrame, declared: pl.DataFrame) -> set[str]:
    """The names of all functions, variables and macros that answers to `questions` may look at.

    That is the name that is called, names in what it is called on, the operators that lead from there, and the
    constructors of all types.
    """
    called = questions["name"].unique().to_list()
    if DESTRUCTOR in called:
        called += [f"~{name}" for name in type_names(declared)]
    called += [NEGATION] if CONVERSION in called else []
    called += {property_of(name) for name in called if name.endswith(":")}
    said = questions[ARGUMENT].unique().to_list() if ARGUMENT in questions.columns else []
    return words([*questions["receiver"].unique(), *said]).union(called, OPERATORS, type_names(declared))


def restrict_to(declared: pl.DataFrame, names: Iterable[str]) -> pl.DataFrame:
    """Types and namespaces, and what else has one of the names."""
    is_named = pl.col("group").is_in(_NAMED)
    return declared.filter(~is_named | pl.col("name").is_in(pl.Series(list(names), dtype=pl.String).implode()))


def world_digest(declared: pl.DataFrame) -> str:
    """A digest of all types and namespaces."""
    rows = world(declared).select(row=pl.concat_str("name", _text(), separator=" "))
    return digest(rows["row"].str.join("\n").item())


def digests(declared: pl.DataFrame) -> pl.DataFrame:
    """The names of functions, variables and macros, a row each, and a digest of all that is known of it."""
    named = declared.filter(pl.col("group").is_in(_NAMED))
    parts = (part.select(_text()).to_series().to_list() for part in named.iter_slices(_TEXTS_AT_ONCE))
    digest_of = [blake2b(text.encode(), digest_size=16).digest() for part in parts for text in part]
    return named.select("name", digest=pl.Series(digest_of, dtype=pl.Binary))


def _text() -> pl.Expr:
    """All of a row as one text, but for its name, and the group that is in its id; lengths keep rows from looking
    alike."""
    texts = ("id", "scope", "key", "signature")
    base = pl.element()
    bases = pl.col("bases").list.eval(pl.concat_str(base.str.len_bytes(), pl.lit(":"), base)).list.join(",")
    files = [pl.col(name).cast(pl.List(pl.String)).list.join(",") for name in ("files", *MACRO_STATES)]
    return pl.concat_str(
        *(pl.col(name).str.len_bytes() for name in texts),
        *(pl.col(name).cast(pl.Int8) for name in ("local", "definition")),
        "arity",
        *files,
        *texts,
        bases,
        separator=" ",
        ignore_nulls=True,
    )
