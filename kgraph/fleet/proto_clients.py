"""Protocol buffers across repositories: the `.proto` files that imports, clients and generated code lead to.

Input: the tables of one repository. Output: provisions and needs of the ecosystem `PROTO`. A key is the path of a
`.proto` file as protoc is given it, or that path as a name of Go.

The names of generated code follow from that path: `a/b/x.pb.h` and the module `a.b.x_pb2` are made from `a/b/x.proto`,
and the Go code declares `File_a_b_x_proto`. Languages whose generated names need an option of the file, such as
`go_package`, lead to it where the generated code is checked in.
"""

from __future__ import annotations

import polars as pl

from kgraph.fleet.link_tables import PROTO_FILE
from kgraph.fleet.private_paths import is_private

PROTO = "protocol-buffer"
_HEADER = r"(?:\.grpc)?\.pb\.h$"
_MODULE = r"_pb2(?:_grpc)?$"
_TOPS = r"^(?:protos?|protobufs?|api|idl|include|src|src/main/proto)/"  # folders that protoc is pointed at
# Copies of what others have, and what comes with protoc, but for where that is developed.
_COPIES = r"(?:^|/)(?:third[_-]party|vendor|vendored|external|node_modules|submodules)/"
_OF_PROTOC = r"(?:^|/)google/protobuf/"
_PYTHON_TOPS = r"^(?:src|lib|python|gen|generated)/"
_KEYS = ["key", "to"]


def list_provisions(files: pl.LazyFrame, placed: pl.LazyFrame, includes: pl.LazyFrame) -> pl.DataFrame:
    """The `.proto` files of a repository as rows of `PROVISIONS`.

    Which folder their paths begin in is known from imports inside of the repository, and from the package that a file
    is in where it lies in folders of that name; else it may be the root, or a folder that is called as such are.
    """
    path = pl.col("path")
    is_copy = path.str.contains(_COPIES) | path.str.strip_prefix("src/google/protobuf/").str.contains(_OF_PROTOC)
    own = files.filter(path.str.ends_with(PROTO_FILE), ~is_private("id"), ~is_copy)
    protos = own.select("path", to="id").collect()
    if protos.is_empty():
        return pl.DataFrame(schema={"key": pl.String(), "to": pl.String(), "weight": pl.Int64()})
    inside = includes.filter(pl.col("resolution") == "repository", pl.col("file").str.ends_with(PROTO_FILE))
    imported = inside.select(key="spelling", to=pl.col("targets").list.first()).unique().collect()
    imported = imported.join(protos.select("to"), on="to", how="semi")
    package = pl.col("qualified_name").str.extract(r"^(.*)\.[^.]*$").str.replace_all(".", "/", literal=True)
    declared = (
        placed.filter(pl.col("file").str.ends_with(PROTO_FILE))
        .select(package=package, to="file")
        .drop_nulls()
        .unique()
        .collect()
    )
    folder, name = pl.col("path").str.extract(r"^(.*)/"), pl.col("path").str.extract(r"([^/]+)$")
    named = protos.join(declared, on="to").filter(
        pl.concat_str(pl.lit("/"), folder).str.ends_with(pl.concat_str(pl.lit("/"), "package"))
    )
    in_package = named.select("to", key=pl.concat_str("package", pl.lit("/"), name))
    known = pl.concat([each.select(_KEYS) for each in (imported, in_package)]).unique()
    others = protos.join(known, on="to", how="anti")
    likely = [others.select("to", key="path"), others.select("to", key=pl.col("path").str.replace(_TOPS, ""))]
    guessed = pl.concat([each.select(_KEYS) for each in likely]).unique()
    rows = pl.concat([known.with_columns(weight=pl.lit(2, pl.Int64)), guessed.with_columns(weight=pl.lit(1, pl.Int64))])
    of_go = rows.with_columns(key=pl.lit("File_") + pl.col("key").str.replace_all(r"\W", "_"))
    return pl.concat([rows, of_go])


def apart(needs: pl.DataFrame) -> pl.DataFrame:
    """Needs (`spelling`, `names`, `ecosystem`) with a row of its own for each generated module among the names of an
    import: `from a.b import x_pb2, y` asks for two things."""
    is_made = pl.element().str.contains(_MODULE)
    several = (pl.col("ecosystem") == "pypi") & pl.col("names").list.eval(is_made).list.any()
    others = pl.col("names").list.filter(~is_made)
    mixed = needs.filter(several)
    made = mixed.with_columns(names=pl.col("names").list.filter(is_made)).explode("names", empty_as_null=False)
    made = made.with_columns(names=pl.concat_list("names"))
    rest = mixed.with_columns(names=others).filter(pl.col("names").list.len() > 0)
    return pl.concat([needs.filter(~several.fill_null(value=False)), rest, made])


def keys(needs: pl.DataFrame, rank: int) -> pl.DataFrame:
    """Needs of generated code with the `key` of the file that it is made from, in the ecosystem of that."""
    header = pl.when(pl.col("kind") == "includes").then(pl.col("spelling").str.extract(rf"^(.*?){_HEADER}"))
    module = pl.when(pl.col("ecosystem") == "pypi").then(module_of(pl.col("spelling")).str.extract(rf"^(.*?){_MODULE}"))
    path = pl.coalesce(header, module.str.replace_all(".", "/", literal=True))
    rows = needs.with_columns(key=path + PROTO_FILE, rank=pl.lit(rank), ecosystem=pl.lit(PROTO))
    return rows.drop_nulls("key")


def module_of(spelling: pl.Expr) -> pl.Expr:
    """The whole name of the generated module that an import names, as `apart` leaves it; else what it spells."""
    name = pl.col("names").list.first()
    is_made = name.str.contains(_MODULE).fill_null(value=False) & (pl.col("names").list.len() == 1)
    return pl.when(is_made).then(pl.concat_str(spelling, pl.lit("."), name)).otherwise(spelling)


def made_from(placed: pl.DataFrame, headers: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Needs of generated files that are checked in without what they are made from: `file`, `spelling` (a key).

    `headers` are the provisions of headers, `known` the files (`file`) whose sources the repository has.
    """
    go = placed.filter(pl.col("file").str.ends_with(".pb.go"), pl.col("name").str.contains(r"^File_\w+_proto$"))
    modules = placed.filter(pl.col("kind") == "Module", pl.col("qualified_name").str.contains(rf"\w{_MODULE}"))
    named = pl.col("qualified_name").str.replace_all(".", "/", literal=True)
    # Folders of generated modules have no `__init__.py`, as a rule, so that the name may be of the last part alone.
    at = pl.col("file").str.strip_prefix("file/").str.replace(r"\.pyi?$", "").str.replace(_PYTHON_TOPS, "")
    paths = [path.str.replace(_MODULE, "") + PROTO_FILE for path in (named, at)]
    best = headers.filter(pl.col("weight") == pl.col("weight").max().over("to_file"))
    parts = [
        go.select("file", spelling="name"),
        *(modules.select("file", spelling=path) for path in paths),
        best.select(file="to_file", spelling=pl.col("key").str.extract(rf"^(.*?){_HEADER}") + PROTO_FILE).drop_nulls(),
    ]
    return pl.concat(parts).unique().join(known, on="file", how="anti").sort("file", "spelling")
