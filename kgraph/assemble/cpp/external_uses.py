"""Uses of what headers outside of the repository declare, in the C family: calls, macros, types and bases.

Input: spelled uses, those that lead to something of the repository, and which files include what is outside. Output:
rows of `RESOLVED` that lead to external symbols, each called by its path, `fmt::format` or `deflate`.

What a name means is not known here, where its declaration is not: only files that include a header from outside,
perhaps by way of others, are asked for; a name without a path that the repository declares itself is taken for its own;
and what C, POSIX or `std` declare is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import polars as pl

from kgraph.assemble.cpp.c_library import C_LIBRARY
from kgraph.assemble.external_apis import NOTABLE_APIS
from kgraph.assemble.fact_tables import CPP
from kgraph.assemble.use_tables import RESOLVED, with_arguments
from kgraph.model import Kind, UseKind
from kgraph.vocab.iri import external_id

_MAX_NAME = 200  # characters
_USES = {
    UseKind.CALL.value: "Call",
    UseKind.FUNCTION.value: "Call",
    UseKind.CONSTRUCT.value: "Call",
    UseKind.DECLARE.value: "Reference",
    UseKind.MENTION.value: "Reference",
    UseKind.TYPE.value: "Reference",
}
_PATH = r"^(?:[A-Za-z_]\w*::)*[A-Za-z_]\w*$"
# The type of a receiver, where it is a class without arguments: `const leveldb::DB *`.
_CLASS = r"^(?:const )?(?:struct |class )?(?:::)?((?:[A-Za-z_]\w*::)*[A-Za-z_]\w*)[ *&]*$"
_ACCESS = r"\b(?:public|protected|private|virtual)\b"
# What a base class may be, or lead to.
_TYPES = [each.value for each in (Kind.CLASS, Kind.STRUCT, Kind.UNION, Kind.TYPE_ALIAS, Kind.MACRO)]
_IN_STD = r"^std(?:::|$)"
# Words that stand where a name or a type may, and are none.
_KEYWORDS = """
    alignas alignof asm auto bool case catch char co_await co_return co_yield const const_cast constexpr decltype
    defined delete do double dynamic_cast else endif explicit extern float for goto if inline int long new noexcept
    operator register reinterpret_cast return short signed sizeof static static_assert static_cast struct switch
    template this throw try typedef typeid typename typeof union unsigned using void volatile while
"""
_NO_NAMES = sorted(set(_KEYWORDS.split()))
_LIBRARY = sorted(C_LIBRARY | {name for name in NOTABLE_APIS["cpp"] if "::" not in name})


class ExternalSites:
    """The sites that may mean something outside, part by part, in files that see a header from there.

    `included` (`file`, `target`) says which file includes which, `outward` are the files that include something from
    outside, and the files numbered `without` are left out.
    """

    def __init__(self, included: pl.DataFrame, outward: Collection[int], without: Collection[int] = ()) -> None:
        self._includers = _includers(included)
        self._reaching = pl.Series(sorted(_reaching(self._includers, outward)), dtype=pl.Int64)
        self._without = sorted(without)
        self._parts: list[pl.DataFrame] = []

    def add(self, spelled: pl.DataFrame) -> None:
        """Take note of the sites of a frame of `make_spelled_uses`."""
        if not self._reaching.is_empty():
            is_reaching = pl.col("file").is_in(self._reaching.implode()) & ~pl.col("file").is_in(self._without)
            self._parts.append(with_arguments(spelled.filter(is_reaching)))

    def uses(self, resolved: pl.DataFrame, symbols: pl.DataFrame, file_ids: Sequence[str]) -> pl.DataFrame:
        """Rows of `RESOLVED`; `resolved` are those that lead to something of the repository, `symbols` is the joined
        frame of symbol facts."""
        own = symbols.filter(pl.col("family") == CPP)
        ids = pl.Series(file_ids, dtype=pl.String)
        declared = own["name"].unique()
        rows = _paths(pl.concat(self._parts), declared, self._includers)
        rows = rows.with_columns(file=ids.gather(rows["file"])).join(
            own.select("id", owner="row"), on="owner", how="left", maintain_order="left"
        )
        types = own.filter(pl.col("kind").is_in(_TYPES))["name"].unique()
        bases = _bases(own.filter(pl.col("file").is_in(self._reaching.implode())), types, declared)
        columns = ["kind", "path", "name", "file", "line", "user"]
        asked = pl.concat([rows.with_columns(user=pl.coalesce("id", "file")).select(columns), bases.select(columns)])
        names = own.select("name", to="id").unique("to")
        known = resolved.select("to", "file", "line").unique().join(names, on="to").drop("to").unique()
        asked = asked.join(known, on=["name", "file", "line"], how="anti")
        targets = {path: external_id("symbol/cpp", path) for path in asked["path"].unique().to_list()}
        none = {
            name: pl.lit(None, dtype) for name, dtype in RESOLVED.items() if name in ("roles", "confidence", "evidence")
        }
        to = pl.col("path").replace_strict(targets, return_dtype=pl.String)
        found = asked.select("kind", to.alias("to"), "file", "line", **{"from": "user"}, **none)
        return found.select(*RESOLVED).cast(pl.Schema(RESOLVED))


def _includers(included: pl.DataFrame) -> Mapping[int, list[int]]:
    """Who includes each file."""
    includers: dict[int, list[int]] = {}
    for file, target in included.select("file", "target").iter_rows():
        includers.setdefault(target, []).append(file)
    return includers


def _reaching(includers: Mapping[int, list[int]], outward: Iterable[int]) -> set[int]:
    """Some files, and those that include one of them, themselves or by others."""
    found, waiting = set(outward), list(outward)
    while waiting:
        new = set(includers.get(waiting.pop(), ())) - found
        found |= new
        waiting += new
    return found


def _paths(sites: pl.DataFrame, declared: pl.Series, includers: Mapping[int, list[int]]) -> pl.DataFrame:
    """The sites that may mean something outside, with the `path` of it; `kind` is the class of the use."""
    qualifier = pl.col("qualifier").str.replace_all(r"<[^<>]*>", "").str.strip_prefix("::")
    short = sites.filter(pl.col("kind").is_in(list(_USES)) & pl.col("name").str.contains(r"^[A-Za-z_]\w*$"))
    short = short.with_columns(front=pl.when(pl.col("receiver") == "").then(qualifier).otherwise(_class_of_receiver()))
    # A class that the repository declares may be an alias of one outside: of which, its file does not tell.
    is_own = pl.col("front").str.extract(r"(\w+)$").is_in(declared.implode())
    short = short.drop_nulls("front").filter((pl.col("receiver") == "") | ((pl.col("front") != "") & ~is_own))
    plain = short.filter(pl.col("front") == "")
    qualified = _without_aliases(short.filter(pl.col("front") != ""), _aliases(sites, includers), declared)
    plain = _with_usings(plain, sites, declared)
    found = pl.concat([plain, qualified.select(plain.columns)])
    path = pl.concat_str(pl.when(pl.col("front") != "").then(pl.col("front") + "::").otherwise(pl.lit("")), "name")
    is_library = (pl.col("front") == "") & pl.col("name").is_in(_LIBRARY)
    is_name = ~pl.col("name").is_in(_NO_NAMES) & ~pl.col("front").is_in(_NO_NAMES)
    found = found.filter(is_name & ~pl.col("front").str.contains(_IN_STD) & ~is_library).with_columns(path=path)
    found = found.filter(pl.col("path").str.contains(_PATH) & (pl.col("path").str.len_chars() <= _MAX_NAME))
    return found.with_columns(pl.col("kind").replace_strict(_USES, return_dtype=pl.String))


def _class_of_receiver() -> pl.Expr:
    type_ = pl.col("type").str.replace_all(r"<[^<>]*>", "")
    return type_.str.extract(_CLASS).replace("auto", None)


def _with_usings(plain: pl.DataFrame, sites: pl.DataFrame, declared: pl.Series) -> pl.DataFrame:
    """Names without a path, with that of `using a::name;` in their file; of others those that the repository does not
    declare, with the path of the only `using namespace a;` of their file that is of a namespace from outside."""
    usings = sites.filter(pl.col("kind") == UseKind.USING.value)
    usings = usings.select("file", "name", space=pl.col("qualifier").str.strip_prefix("::")).unique()
    usings = usings.filter(~pl.col("space").str.contains(_IN_STD))
    by_name = usings.filter(pl.col("name") != "*").unique(["file", "name"], keep="none")
    is_own = pl.col("space").str.extract(r"(\w+)$").is_in(declared.implode())
    by_star = usings.filter((pl.col("name") == "*") & ~is_own)
    by_star = by_star.unique("file", keep="none").select("file", around="space")
    joined = plain.join(by_name, on=["file", "name"], how="left").join(by_star, on="file", how="left")
    joined = joined.filter(pl.col("space").is_not_null() | ~pl.col("name").is_in(declared.implode()))
    return joined.with_columns(front=pl.coalesce("space", "around", "front")).drop("space", "around")


def _aliases(sites: pl.DataFrame, includers: Mapping[int, list[int]]) -> pl.DataFrame:
    """Which namespace (`meant`) an alias (`top`) is in a file: by its own words, or else by those of what it includes.

    Of an alias that conditions give several meanings, `std` may be one, for what lies there is not looked for.
    """
    said = sites.filter(pl.col("kind") == UseKind.ALIAS.value)
    own = said.select("file", top="name", meant=pl.col("qualifier").str.strip_prefix("::")).unique()
    own = own.filter(~pl.col("meant").str.contains(_IN_STD))
    seers = [(file, each) for file in own["file"].unique().sort() for each in _reaching(includers, [file])]
    seen = own.join(pl.DataFrame(seers, {"file": pl.Int64(), "seer": pl.Int64()}, orient="row"), on="file")
    seen = seen.select("top", "meant", file="seer").unique().join(own, on=["file", "top"], how="anti")
    found = [each.select("file", "top", "meant") for each in (own, seen)]
    return pl.concat([each.unique(["file", "top"], keep="none") for each in found])


def _without_aliases(qualified: pl.DataFrame, aliases: pl.DataFrame, declared: pl.Series) -> pl.DataFrame:
    """Paths that begin with what they mean, where they began with an alias of a namespace, or led to one through
    namespaces of the repository itself."""
    top, last = pl.col("front").str.extract(r"^(\w+)"), pl.col("front").str.extract(r"::(\w+)$")
    inner = aliases.rename({"top": "last", "meant": "inner"})
    joined = (
        qualified.with_columns(top=top, last=pl.when(top.is_in(declared.implode())).then(last))
        .join(aliases, on=["file", "top"], how="left")
        .join(inner, on=["file", "last"], how="left")
    )
    rest = pl.col("front").str.replace(r"^\w+", "")
    front = pl.coalesce(pl.col("meant") + rest, "inner", "front")
    return joined.with_columns(front=front).drop("top", "meant", "last", "inner")


def _bases(own: pl.DataFrame, types: pl.Series, declared: pl.Series) -> pl.DataFrame:
    """Base classes by their paths, where the repository declares no type of their name, or nothing of the name of what
    the path says the class is in."""
    spelled = pl.col("bases").str.replace_all(_ACCESS, "").str.replace(r"<.*>", "").str.strip_chars()
    around = pl.col("path").str.extract(r"(\w+)::\w+$").fill_null(pl.col("name"))
    return (
        own.filter(pl.col("bases").list.len() > 0)
        .select("bases", "file_id", "start", user="id")
        .explode("bases", empty_as_null=False)
        .with_columns(path=spelled.str.strip_prefix("::"))
        .filter(pl.col("path").str.contains(_PATH) & ~pl.col("path").str.contains(_IN_STD))
        .with_columns(name=pl.col("path").str.extract(r"(\w+)$"))
        .filter(~pl.col("name").is_in(types.implode()) | ~around.is_in(declared.implode()))
        .select("path", "name", "user", kind=pl.lit("Inheritance"), file="file_id", line="start")
        .unique()
    )
