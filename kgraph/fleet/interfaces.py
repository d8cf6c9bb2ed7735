"""What one repository asks of others and offers to them, by its own tables alone.

Input: the tables of a graph. Output: small tables, `TABLES`, from which `links` joins repositories. Two of them say by
hashes of names what of another repository may change an answer: `offers` has a digest of all that stands behind a name,
`asks` the names that are asked for.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from kgraph.fleet import exports, header_uses, links, proto_clients, provisions, use_links
from kgraph.fleet.link_tables import GENERATED

TABLES = (
    "projects",  # packages that its manifests declare: `provisions.PROJECTS`
    "provisions",  # names that an import or include can spell: `provisions.PROVISIONS`
    "symbols",  # of languages whose names begin with a module: id, kind, qualified_name, file
    "whole_names",  # of languages whose uses spell whole names, as provisions
    *("modules", "tops", "passing"),  # what its files have and pass on; see `exports`
    *("needs", "requirements"),  # directives that lead out of it, packages that it requires; see `links`
    "uses",  # of external symbols; see `use_links`
    *("paths", "inside", "sights", "headers"),  # of C and C++; see `header_uses`
    "offers",  # key: hash of a name, with its sort; digest: of all that it leads to; sort
    "asks",  # key, sort
)
# Sorts of names: keys of an ecosystem, and names in what those lead to.
KEY, NAME = 0, 1
_BY_FILE = r"^symbol/(?:python|javascript|typescript|tsx|vue|svelte)/"
_SYMBOL_COLUMNS = ("id", "kind", "name", "qualified_name", "modifiers", "access")
_ALL = "*"  # stands for every name
_SEED = 17  # of hashes


def interface(tables: Mapping[str, pl.LazyFrame], package: str | None) -> dict[str, pl.DataFrame]:
    """The interface of a repository. `package` is its name where it came from an index of Python packages."""
    symbols = tables["symbols"].select(_SYMBOL_COLUMNS)
    placed = provisions.places(symbols, tables["edges"], tables["locations"]).collect()
    projects = _with_package(provisions.projects(placed.lazy(), tables["edges"]), package)
    modules = exports.module_table(placed)
    tops = exports.top_table(placed, modules)
    by_file = placed.filter(pl.col("id").str.contains(_BY_FILE))
    inside = header_uses.inside_table(tables["includes"])
    own = [tables[name].with_columns(repo=pl.lit("")) for name in ("uses", "externals")]
    offered = provisions.provisions(
        tables["files"].select("id", "path", "name"), placed.lazy(), tables["includes"], projects
    )
    headers = offered.filter(pl.col("ecosystem") == provisions.HEADER)
    known = tables["edges"].filter(pl.col("kind") == GENERATED).select(file="source").unique().collect()
    generated = proto_clients.made_from(placed, headers, known)
    found = {
        "projects": projects,
        "provisions": offered,
        "symbols": by_file.select("id", "kind", "name", "qualified_name", "file").unique(),
        "whole_names": use_links.whole_names(placed, tables["includes"]),
        "modules": modules,
        "tops": tops,
        "passing": exports.passing_table(tables["includes"], tops),
        "needs": links.need_table(tables["includes"], tables["externals"], generated),
        "requirements": links.requirement_table(tables["requirements"], tables["packages"]),
        "uses": use_links.external_uses(*own).drop("repo"),
        "paths": header_uses.name_table(symbols, tables["edges"], tables["locations"]),
        "inside": inside,
    }
    through = found["uses"].filter(pl.col("ecosystem") == provisions.HEADER)["file"].unique()
    found["sights"], found["headers"] = header_uses.sight_tables(tables["includes"], through, inside)
    return {**found, "offers": _offers(found), "asks": _asks(found)}


def _with_package(declared: pl.DataFrame, package: str | None) -> pl.DataFrame:
    """A source distribution is called as its package is, whatever its manifests say."""
    if package is None or declared.filter(pl.col("ecosystem") == "pypi", pl.col("package") == package).height:
        return declared
    own = pl.DataFrame([("pypi", package, None, None)], schema=provisions.PROJECTS, orient="row")
    return pl.concat([declared, own])


def _offers(found: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """What stands behind each name: a digest of all rows that are looked up by it."""
    last_step = pl.col("qualified_name").str.extract(r"([^.]*)$")
    in_module = pl.col("module").str.extract(r"([^.]*)$")
    several = found["modules"].filter(pl.col("module").is_duplicated())
    symbols = found["symbols"]
    parts = [
        _rows(found["provisions"], KEY, "provision", pl.col("ecosystem"), pl.col("key")),
        _rows(found["projects"], KEY, "project", pl.col("ecosystem"), pl.col("package")),
        _rows(found["whole_names"], KEY, "whole", pl.col("ecosystem"), pl.col("key")),
        _rows(symbols, NAME, pl.col("name")),
        _rows(symbols.filter(last_step != pl.col("name")), NAME, last_step),
        _rows(found["modules"], NAME, in_module),
        _rows(several, NAME, pl.lit(_ALL)),  # a module and its stub tell about each other's names
        _rows(found["tops"], NAME, pl.col("name")),
        _rows(found["passing"], NAME, pl.col("name")),
        _rows(found["paths"], NAME, "path", pl.col("key")),
        _rows(found["inside"], NAME, "inside"),
    ]
    return pl.concat(parts).group_by("sort", "key").agg(pl.col("digest").sum()).sort("sort", "key")


def _rows(frame: pl.DataFrame, sort: int, *steps: str | pl.Expr) -> pl.DataFrame:
    """The name and the digest of each row."""
    digest = pl.struct(pl.lit(len(frame.columns)), pl.all()).hash(_SEED)
    return frame.select(sort=pl.lit(sort, pl.UInt8), key=_key(*steps), digest=digest)


def _key(*steps: str | pl.Expr) -> pl.Expr:
    parts = [pl.lit(each) if isinstance(each, str) else each for each in steps]
    return pl.concat_str(parts, separator="\0", ignore_nulls=True).hash(_SEED)


def _asks(found: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The names that are looked up in other repositories."""
    named = found["uses"].select("ecosystem", "spelling").unique()
    through = named.filter(pl.col("ecosystem") == provisions.HEADER)
    directives = links.need_keys(found["needs"].with_row_index("need")).select("ecosystem", "key", "names")
    by_file = use_links.file_keys(named)
    imported = found["needs"].select(name="names").explode("name", empty_as_null=False).drop_nulls()
    steps = pl.col("spelling").str.replace_all("()", "", literal=True).str.split(".")
    words = pl.col("spelling").str.extract_all(r"\w+")
    spelled = [by_file.select(name=each).unique().explode("name", empty_as_null=False) for each in (steps, words)]
    names = pl.concat([imported, *spelled, pl.DataFrame({"name": [_ALL]})]).unique()
    parts = [
        _select_needs(directives, KEY, "provision", pl.col("ecosystem"), pl.col("key")),
        _select_needs(by_file, KEY, "provision", pl.col("ecosystem"), pl.col("key")),
        _select_needs(use_links.whole_keys(named), KEY, "whole", pl.col("ecosystem"), pl.col("key")),
        _select_needs(directives, KEY, "whole", pl.col("ecosystem"), links.path_keys(pl.col("key"))),
        _select_needs(found["requirements"], KEY, "project", pl.col("ecosystem"), pl.col("package")),
        _select_needs(through, NAME, "path", pl.col("spelling")),
        _select_needs(through, NAME, "path", pl.col("spelling").str.extract(r"(\w+)$")),  # a macro has no namespace
        _select_needs(through.head(1), NAME, "inside"),
        _select_needs(found["headers"], KEY, "provision", pl.lit(provisions.HEADER), pl.col("header")),
        _select_needs(names, NAME, pl.col("name")),
    ]
    return pl.concat(parts).unique().sort("sort", "key")


def _select_needs(frame: pl.DataFrame, sort: int, *steps: str | pl.Expr) -> pl.DataFrame:
    return frame.select(sort=pl.lit(sort, pl.UInt8), key=_key(*steps))
