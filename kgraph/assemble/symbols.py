"""Symbol unification: facts joined to symbols, one per entity, however often and in however many files it is declared.

Input: the frame of symbol facts. Output: the tables `symbols` and `locations`, and the edges that place symbols. Two
facts are one symbol when language family, group of kind, qualified name and key are equal, and for what other files
cannot see the file too. Before that, the two things that one file alone cannot know are settled: which class an
out-of-line member belongs to, and which declaration a definition is of whose parameter types are spelled differently.

All of it is done on columns: a repository of millions of symbols must not be walked in Python.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from kgraph.assemble.fact_tables import CPP, MODULE_SEPARATORS, SEPARATOR, SEPARATORS, family, join_answers
from kgraph.assemble.kept_symbols import LastBuild
from kgraph.assemble.symbol_owners import resolve_owners
from kgraph.formatting import template
from kgraph.languages import OVERLOAD_MARKER
from kgraph.scoped_languages import SCOPED_LANGUAGES
from kgraph.vocab.iri import encode_segment

# What urllib.parse.quote encodes among the characters that names are made of; all others go through it one by one.
_RESERVED = {c: f"%{ord(c):02X}" for c in "!\"#$%&'()*+,/:;<=>?@[\\]^`{|} \t\n\r"}
_WITHOUT_MODULE = ("module", "target", "test")  # the names of these do not begin with that of a module
_SCOPES = ("namespace", "type", "enum", "module")
_FOUND = ("within", "qualified", "local", "key", "file_id", "id")  # what joining finds out of facts, and corrects
_LOCATION = template("{}#L{}-L{}", "file_id", "start", "end")


def join_symbols(
    facts: pl.DataFrame,
    file_ids: Sequence[str],
    modules: Mapping[int, str],
    same: pl.DataFrame | None = None,
    last: LastBuild | None = None,
    moved: NDArray[np.int64] | None = None,
) -> dict[str, pl.DataFrame]:
    """The tables `symbols` and `locations`, sorted, the `edges` that place symbols, in no order, some twice, and the
    `facts` with all that was found out of them: `owner`, `within` and `qualified` names, `id`, `file_id`; without their
    documentation.

    `facts` is the frame of `FactTables`; `file_ids[n]` is the id of file n; `modules` gives the dotted
    name of each Python file. `same` names the entity that a fact (`row`) is of, where a compiler reports it. Of the
    `last` build is taken over what must be the same; `moved` has for each fact the row that it was there, or -1.
    """
    facts = resolve_owners(facts)
    if last is not None and moved is not None and same is None:
        return _join_changed(facts, file_ids, modules, last, moved)
    facts = _with_ids(_with_names(facts, modules, same), file_ids)
    return _tables(facts, _symbols(facts), _locations(facts))


def _join_changed(
    facts: pl.DataFrame,
    file_ids: Sequence[str],
    modules: Mapping[int, str],
    last: LastBuild,
    moved: NDArray[np.int64],
) -> dict[str, pl.DataFrame]:
    """What `join_symbols` gives, where only some facts are other ones than in the `last` build.

    Facts have to do with each other where they have the same name within their file's module, or the same id.
    """
    was = last.joined
    is_same = _equal_owners(facts, was, moved)
    goes = np.ones(was.height, dtype=np.bool_)
    goes[moved[is_same]] = False
    new = _within(facts.filter(~is_same), modules)
    names = pl.concat([new["within"], was["within"].filter(goes)]).unique().implode()
    within = pl.concat([was["within"], new["within"]])[_places(moved, is_same, was.height)]
    is_kept = is_same & ~within.is_in(names).to_numpy()
    goes[moved[is_same & ~is_kept]] = True
    some = _with_ids(_match_declarations(_within(facts.filter(~is_kept), modules)), file_ids)
    found = pl.concat([was.select(_FOUND), some.select(_FOUND)])[_places(moved, is_kept, was.height)]
    facts = facts.with_columns(found.get_columns())
    ids = pl.concat([some["id"], was["id"].filter(goes)]).unique().implode()
    symbols = pl.concat(
        [last.symbols.filter(~pl.col("id").is_in(ids)), _symbols(facts.filter(pl.col("id").is_in(ids)))]
    )
    files = pl.concat([some["file_id"], was["file_id"].filter(goes)]).unique().implode()
    locations = pl.concat(
        [
            last.locations.filter(~pl.col("file").is_in(files)),
            _locations(facts.filter(pl.col("file_id").is_in(files))),
        ]
    )
    return _tables(facts, symbols.sort("id"), locations.sort("id"))


def _equal_owners(facts: pl.DataFrame, was: pl.DataFrame, moved: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether a fact is that of a row of the last build, and has its owner and kind."""
    is_there = moved >= 0
    if was.is_empty():
        return is_there
    before = was.select("owner", "kind")[np.maximum(moved, 0)]
    equal = (facts["owner"] == before["owner"]) & (facts["kind"] == before["kind"])
    result: NDArray[np.bool_] = is_there & equal.to_numpy()
    return result


def _places(moved: NDArray[np.int64], is_kept: NDArray[np.bool_], height: int) -> NDArray[np.int64]:
    """Where each fact is in the rows of the last build, of which there are `height`, with those that are new below."""
    return np.where(is_kept, moved, height + np.cumsum(~is_kept) - 1)


def _tables(facts: pl.DataFrame, symbols: pl.DataFrame, locations: pl.DataFrame) -> dict[str, pl.DataFrame]:
    contains = _containers(facts)
    location_edges = facts.select(
        source="id",
        kind=pl.when("definition").then(pl.lit("definition")).otherwise(pl.lit("declaration")),
        target=_LOCATION,
    )
    return {
        "symbols": symbols,
        "locations": locations,
        "edges": pl.concat([contains, location_edges]),
        "facts": facts.drop("documentation"),  # which the table has
    }


def _locations(facts: pl.DataFrame) -> pl.DataFrame:
    return facts.select(id=_LOCATION, file="file_id", start_line="start", end_line="end").unique("id").sort("id")


# --- names ----------------------------------------------------------------------------------------------------------


def _with_names(facts: pl.DataFrame, modules: Mapping[int, str], same: pl.DataFrame | None) -> pl.DataFrame:
    """Add the names of facts, whose owners are known; correct what tells apart facts of one name."""
    facts = _match_declarations(_within(facts, modules))
    return facts if same is None else _as_one(facts, same)


def _within(facts: pl.DataFrame, modules: Mapping[int, str]) -> pl.DataFrame:
    """Add the names `within` files and modules, and `qualified`."""
    module = pl.col("file").replace_strict(modules, default="", return_dtype=pl.String)
    separator = pl.col("family").replace_strict(SEPARATORS, default=SEPARATOR, return_dtype=pl.String)
    behind_module = pl.col("family").replace_strict(MODULE_SEPARATORS, default=SEPARATOR, return_dtype=pl.String)
    in_module = ~pl.col("group").is_in(_WITHOUT_MODULE) & (module != "")
    local_name = pl.when(pl.col("owner") == "").then("name").otherwise(pl.concat_str("owner", separator, "name"))
    qualified = (
        pl.when(in_module)
        .then(pl.concat_str(module, behind_module, local_name))
        .when(pl.col("group") == "module")
        .then(module)
        .otherwise(local_name)
    )
    return facts.with_columns(within=local_name, qualified=qualified)


def _match_declarations(facts: pl.DataFrame) -> pl.DataFrame:
    # A function that is static in one declaration is so in all of the file: `static void f(); void f() {}`.
    same = ["file", "group", "within", "key"]
    return _match_keys(facts.with_columns(local=pl.col("local").any().over(same)))


def _match_keys(facts: pl.DataFrame) -> pl.DataFrame:
    """Give a definition the key of its declaration where their parameter types are spelled differently.

    Only where nothing can be confused: of all functions of that name and number of parameters, one declaration has no
    definition, and one definition has no declaration.
    """
    name = ["within", "arity"]
    functions = facts.filter((pl.col("family") == CPP) & (pl.col("group") == "function") & ~pl.col("local"))
    keys = functions.group_by([*name, "key"]).agg(
        defined=pl.col("definition").any(), declared=(~pl.col("definition")).any()
    )
    lone = keys.filter(pl.col("defined") != pl.col("declared"))
    pairs = (
        lone.group_by(name)
        .agg(
            declaration=pl.col("key").filter("declared"),
            definition=pl.col("key").filter("defined"),
        )
        .filter((pl.col("declaration").list.len() == 1) & (pl.col("definition").list.len() == 1))
        .select(*name, key=pl.col("definition").list.first(), other=pl.col("declaration").list.first())
        .with_columns(family=pl.lit(CPP), group=pl.lit("function"), local=pl.lit(False))
    )
    on = [*name, "key", "family", "group", "local"]
    return join_answers(facts, pairs, on).with_columns(key=pl.coalesce("other", "key")).drop("other")


def _as_one(facts: pl.DataFrame, same: pl.DataFrame) -> pl.DataFrame:
    """Give all facts of one entity the name and the key of one of them: the one inside its class, else the first."""
    columns = ["owner", "within", "qualified", "key", "local"]
    entity = ["entity", "group"]
    named = (
        facts.join(same, on="row", how="inner", maintain_order="left")
        .filter((pl.col("group") != "namespace") & ~pl.col("local").any().over(entity))
        .with_columns(out_of_line=pl.col("qualifier") != "")
        .sort(*entity, "out_of_line", "row")
    )
    spelled = pl.struct("within", "key")
    # Two definitions of one name are the compiler's confusion, or two programs.
    several = (spelled.n_unique().over(entity) > 1) & (spelled.filter("definition").n_unique().over(entity) <= 1)
    first = named.filter(several).select(
        "row", *(pl.col(name).first().over(entity).alias(f"{name}_told") for name in columns)
    )
    return (
        facts.join(first, on="row", how="left", maintain_order="left")
        .with_columns(pl.coalesce(f"{name}_told", name).alias(name) for name in columns)
        .drop(f"{name}_told" for name in columns)
    )


def _with_ids(facts: pl.DataFrame, file_ids: Sequence[str]) -> pl.DataFrame:
    paths = pl.DataFrame(
        {"file": range(len(file_ids)), "file_id": file_ids}, schema={"file": pl.Int64, "file_id": pl.String}
    )
    facts = join_answers(facts, paths, ["file"])
    # A file's id is encoded already: only its "/" needs it, for the whole key is one segment.
    path = pl.col("file_id").str.strip_prefix("file/").str.replace_all("/", "%2F", literal=True)
    facts = facts.with_columns(text=pl.concat_str("within", "key"))
    encoded = facts.select("text").unique().with_columns(encoded=_encode(pl.col("text")))
    facts = join_answers(facts, encoded, ["text"])
    suffix = pl.when("local").then(pl.concat_str(pl.lit("%40"), path)).otherwise(pl.lit(""))
    prefix = pl.concat_str(pl.lit("symbol/"), "family", pl.lit("/"), "group", pl.lit("/"))
    return facts.with_columns(id=pl.concat_str(prefix, "encoded", suffix)).drop("text", "encoded")


def _encode(text: pl.Expr) -> pl.Expr:
    quick = text.str.replace_many(list(_RESERVED), list(_RESERVED.values()))
    plain = quick.str.contains(r"^[A-Za-z0-9._~%-]*$")
    return (
        pl.when(plain)
        .then(quick)
        .otherwise(pl.when(~plain).then(text).otherwise(None).map_elements(encode_segment, return_dtype=pl.String))
    )


# --- places ---------------------------------------------------------------------------------------------------------


def _containers(facts: pl.DataFrame) -> pl.DataFrame:
    """`contains` edges: symbol to member, and file to the symbols that stand in no class or function of that file."""
    scopes = (
        facts.filter(pl.col("group").is_in(_SCOPES) & ~pl.col("local"))
        .select("family", owner="within", owner_id="id", owner_group="group")
        .sort("owner_id")
        .unique(["family", "owner"], keep="first", maintain_order=True)
    )
    out_of_line = pl.col("qualifier") != ""
    # A friend stands in a class and is a member of the namespace around it.
    is_friend = pl.col("modifiers").list.contains("friend")
    nested = pl.col("parent").is_not_null() & ~out_of_line & ~is_friend
    owners = join_answers(facts.select("family", "owner"), scopes, ["family", "owner"])
    placed = facts.select(  # a row's number is its place
        *("id", "file_id"),
        nested=nested,
        container=pl.when(nested).then(pl.col("id").gather("parent")).otherwise(owners["owner_id"]),
        group=pl.when(nested).then(pl.col("group").gather("parent")).otherwise(owners["owner_group"]),
    )
    apart = _members_apart(facts)
    members = placed.filter(pl.col("container").is_not_null() & (pl.col("container") != pl.col("id")))
    placed = placed.join(apart.filter("here").select("id").unique(), on="id", how="anti", maintain_order="left")
    in_none = pl.col("container").is_null() | pl.col("group").is_in(["namespace", "module"])
    # What is nested is in the file of what it is nested in; of the others few are members.
    elsewhere = placed.filter(~pl.col("nested") & ~in_none)
    containers = facts.select(container="id", file_id="file_id").filter(
        pl.col("container").is_in(elsewhere["container"].unique().implode())
    )
    elsewhere = elsewhere.join(containers, on=["container", "file_id"], how="anti", maintain_order="left")
    top = pl.concat([placed.filter(in_none), elsewhere])
    return pl.concat(
        [
            members.select(source="container", kind=pl.lit("contains"), target="id"),
            apart.select(source="type_id", kind=pl.lit("contains"), target="id"),
            top.select(source="file_id", kind=pl.lit("contains"), target="id"),
        ]
    )


def _members_apart(facts: pl.DataFrame) -> pl.DataFrame:
    """Members that stand apart from their type, as methods of Go do, in files that see each other's names: `id`, the
    `type_id` of each declaration of the type, and whether that is `here`: in the same file, and so the only one."""
    scoped = facts.filter(pl.col("family").is_in([family(each) for each in SCOPED_LANGUAGES]))
    if scoped.is_empty():
        return pl.DataFrame(schema={"id": pl.String, "type_id": pl.String, "here": pl.Boolean})
    separator = pl.col("family").replace_strict(SEPARATORS, default=SEPARATOR, return_dtype=pl.String)
    types = scoped.filter(pl.col("group").is_in(["type", "enum", "alias"])).select(
        "family", of="qualified", type_id="id", type_file="file_id"
    )
    own = pl.col("qualified").str.len_chars() - separator.str.len_chars() - pl.col("name").str.len_chars()
    members = scoped.filter(pl.col("parent").is_null() & (pl.col("owner") != "")).select(
        "family", "id", "file_id", of=pl.col("qualified").str.head(own)
    )
    pairs = members.join(types, on=["family", "of"], how="inner", maintain_order="left").with_columns(
        here=pl.col("file_id") == pl.col("type_file")
    )
    return pairs.filter(pl.col("here") | ~pl.col("here").any().over("id")).select("id", "type_id", "here").unique()


def _with_documentation(ranked: pl.DataFrame) -> pl.DataFrame:
    """The facts of each symbol, all with the longest of its comments; of equals, the first.

    What a declaration of C or C++ says to those who call goes before a longer comment at the definition, which tells
    how it is done.
    """
    said = ranked.filter(pl.col("documentation").is_not_null() & (pl.col("kind") != "Namespace"))
    if not said["id"].is_duplicated().any():
        return ranked
    length = pl.col("documentation").str.len_chars()
    longest = said.sort("id", -length.cast(pl.Int64), maintain_order=True).unique("id", keep="first")
    is_promise = ~pl.col("definition") & (pl.col("group") == "function") & pl.col("id").str.starts_with("symbol/cpp/")
    promised = said.filter(is_promise).unique("id", keep="first", maintain_order=True)
    found = longest.select("id", _longest="documentation").join(
        promised.select("id", _promised="documentation"), on="id", how="left", maintain_order="left"
    )
    said_again = pl.col("_longest").str.contains(pl.col("_promised").str.strip_chars_end(". "), literal=True)
    both = pl.when(~said_again).then(pl.concat_str("_promised", pl.lit("\n\n"), "_longest"))
    found = found.select("id", _said=pl.coalesce(both, "_longest"))
    joined = ranked.join(found, on="id", how="left", maintain_order="left")
    return joined.with_columns(documentation=pl.coalesce("_said", "documentation")).drop("_said")


def _symbols(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per id: what a symbol's facts say, the declaration inside its class first, then definitions, then the
    overloads that Python declares before these.

    Of several comments the longest is taken, below that of the declaration; a namespace, which is opened in many
    files, has the first.
    """
    columns = ("id", "kind", "name", "signature", "access", "documentation", "modifiers", "bases", "macro")
    is_lone = facts["id"].is_unique()  # as nearly all are
    lone = facts.filter(is_lone).select(
        *columns[:3],
        pl.col("qualified").alias("qualified_name"),
        *columns[3:6],
        pl.col("modifiers").list.unique().list.sort(),
        *columns[7:],
    )
    rank = (
        pl.when(
            (pl.col("group") == "function")
            & (pl.col("qualifier") == "")
            & pl.col("access").is_not_null()
            & ~pl.col("modifiers").list.eval(pl.element().str.contains(OVERLOAD_MARKER)).list.any().fill_null(False)
        )
        .then(0)
        .when("definition")
        .then(1)
        .otherwise(2)
    )

    def first(column: str) -> pl.Expr:
        return pl.col(column).drop_nulls().first()

    some = pl.col("bases").list.len() > 0
    ranked = (
        facts.filter(~is_lone)
        .select("row", "qualified", "definition", "group", *columns, rank=rank)
        .sort("id", "rank", "row")
    )
    several = (
        _with_documentation(ranked)
        .group_by("id", maintain_order=True)
        .agg(
            pl.col("kind").first(),
            pl.col("name").first(),
            pl.col("qualified").first().alias("qualified_name"),
            first("signature"),
            first("access"),
            first("documentation"),
            pl.col("modifiers").explode(empty_as_null=False, keep_nulls=False).unique().sort(),
            pl.col("bases").filter(some).first().fill_null([]),
            first("macro"),
        )
    )
    return (
        pl.concat([lone, several])
        .sort("id")
        .with_columns(
            mentions=pl.lit(None, pl.Int64),  # the relate stage counts them
            unresolved_calls=pl.lit(None, pl.Int64),  # counted once uses are resolved
            unresolved_bases=pl.lit(None, pl.Int64),
        )
    )
