"""The column tables of a graph, and which property each column is.

A table's rows are nodes, except those of `edges`. Each triple of the graph comes from exactly one cell of one row: that
is what lets a rebuild turn changed rows into changed triples, and it is checked by a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import polars as pl

Holds = Literal["id", "class", "text", "integer", "decimal", "node", "texts", "integers", "nodes"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it holds, and the property that its cells are values of."""

    name: str
    holds: Holds  # "node(s)": ids; "class": a class's local name; "texts", ...: lists, sorted unless said otherwise
    property: str = ""  # prefixed name; "" for the id itself
    required: bool = False  # every row has a value; an absent one is null, or an empty list


@dataclass(frozen=True, slots=True)
class Table:
    """One table of nodes: the class of its rows is `of`, or in its column `kind`."""

    name: str
    comment: str
    of: tuple[str, ...]  # prefixed names of the classes that every row is of
    columns: tuple[Column, ...]
    implied: bool = False  # the class in `kind` is a kind of `of`, which goes without saying: saves a triple a row


ID = Column("id", "id", required=True)
DECIMAL_DIGITS = 3  # behind the point

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "repository",
            "The repository itself; one row, whose id is empty.",
            ("kg:Repository",),
            (
                ID,
                Column("name", "text", "rdfs:label", required=True),
                Column("origin", "text", "schema:codeRepository"),
                Column("revision", "text", "dcterms:hasVersion"),
                Column("build", "node", "prov:wasGeneratedBy", required=True),
            ),
        ),
        Table(
            "activities",
            "What made the graph.",
            ("prov:Activity",),
            (
                ID,
                Column("agent", "text", "dcterms:creator", required=True),
                Column("options", "texts", "kg:option"),
                Column("formula", "text", "kg:formula"),
                Column("weights", "texts", "kg:weight"),
                Column("revision", "text", "dcterms:hasVersion"),
            ),
        ),
        Table(
            "folders",
            "Every folder that holds a file of the repository, and git's submodules.",
            ("kg:Folder",),
            (
                ID,
                Column("path", "text", "kg:path", required=True),
                Column("name", "text", "rdfs:label", required=True),
                Column("submodule", "text", "kg:submodule"),
            ),
        ),
        Table(
            "files",
            "Every file of the repository.",
            ("kg:File",),
            (
                ID,
                Column("path", "text", "kg:path", required=True),
                Column("name", "text", "rdfs:label", required=True),
                Column("language", "text", "kg:language"),
                Column("size", "integer", "kg:size", required=True),
                Column("lines", "integer", "kg:lines"),
                Column("blob", "text", "kg:blob", required=True),
                Column("read_as", "text", "kg:readAs", required=True),
                Column("analysed", "texts", "kg:analysed"),
                Column("diagnostics", "texts", "kg:diagnostic"),
                Column("documentation", "text", "kg:documentation"),
            ),
        ),
        Table(
            "symbols",
            "Every symbol; its places are edges to `locations`.",
            ("kg:Symbol",),
            (
                ID,
                Column("kind", "class", "rdf:type", required=True),
                Column("name", "text", "rdfs:label", required=True),
                Column("qualified_name", "text", "kg:qualifiedName", required=True),
                Column("signature", "text", "kg:signature"),
                Column("access", "text", "kg:access"),
                Column("documentation", "text", "kg:documentation"),
                Column("modifiers", "texts", "kg:modifier"),
                Column("bases", "texts", "kg:base"),  # in the order of the source
                Column("macro", "text", "kg:madeBy"),
                Column("mentions", "integer", "kg:mentions"),
                Column("unresolved_calls", "integer", "kg:unresolvedCalls"),
                Column("unresolved_bases", "integer", "kg:unresolvedBases"),
            ),
        ),
        Table(
            "locations",
            "The ranges of lines that symbols stand at.",
            ("kg:Location",),
            (
                ID,
                Column("file", "node", "kg:inFile", required=True),
                Column("start_line", "integer", "kg:startLine", required=True),
                Column("end_line", "integer", "kg:endLine", required=True),
            ),
        ),
        Table(
            "includes",
            "Every include directive and import statement.",
            ("kg:Include",),
            (
                ID,
                Column("file", "node", "kg:inFile", required=True),
                Column("start_line", "integer", "kg:startLine", required=True),
                Column("spelling", "text", "kg:spelling", required=True),
                Column("form", "text", "kg:form", required=True),
                Column("condition", "text", "kg:condition"),
                Column("names", "texts", "kg:importedName"),
                Column("resolution", "text", "kg:resolution", required=True),
                Column("targets", "nodes", "kg:target"),
                Column("candidates", "nodes", "kg:candidate"),
                Column("templates", "nodes", "kg:generatedFrom"),
                Column("includer", "node", "kg:includer"),
            ),
        ),
        Table(
            "externals",
            "What includes and uses name outside the repository.",
            ("kg:External",),
            (
                ID,
                Column("kind", "class", "rdf:type", required=True),
                Column("spelling", "text", "kg:spelling", required=True),
                Column("ecosystem", "text", "kg:ecosystem"),
                Column("category", "text", "kg:category"),
                Column("weaknesses", "texts", "kg:weakness"),
                Column("description", "text", "dcterms:description"),
                Column("authority", "text", "dcterms:source"),
            ),
        ),
        Table(
            "uses",
            "What uses what: one row for each kind, user, used and file, with the lines.",
            ("kg:Use",),
            (
                ID,
                Column("kind", "class", "rdf:type", required=True),
                Column("from", "node", "kg:from", required=True),
                Column("to", "node", "kg:to", required=True),
                Column("file", "node", "kg:inFile", required=True),
                Column("at_lines", "integers", "kg:line", required=True),
                Column("roles", "texts", "kg:role"),
                Column("confidence", "decimal", "kg:confidence"),
                Column("evidence", "text", "kg:evidence"),
            ),
            implied=True,
        ),
        Table(
            "packages",
            "What manifests and lock files name.",
            ("kg:Package",),
            (
                ID,
                Column("name", "text", "rdfs:label", required=True),
                Column("ecosystem", "text", "kg:ecosystem", required=True),
                Column("purl", "text", "dcterms:identifier", required=True),
                Column("locked_versions", "texts", "kg:lockedVersion"),
            ),
        ),
        Table(
            "requirements",
            "Every place where a manifest or lock file names a package.",
            ("kg:Requirement",),
            (
                ID,
                Column("file", "node", "kg:inFile", required=True),
                Column("start_line", "integer", "kg:startLine", required=True),
                Column("package", "node", "kg:package", required=True),
                Column("specifier", "text", "kg:versionSpecifier"),
                Column("scope", "text", "kg:scope"),
                Column("condition", "text", "kg:condition"),
                Column("locked_version", "text", "kg:lockedVersion"),
            ),
        ),
        Table(
            "relations",
            "Why one file is related to another, and how much.",
            ("kg:Relation",),
            (
                ID,
                Column("from", "node", "kg:from", required=True),
                Column("to", "node", "kg:to", required=True),
                Column("rank", "integer", "kg:rank", required=True),
                Column("score", "decimal", "kg:score", required=True),
                Column("reasons", "texts", "kg:reason", required=True),  # the most telling first
            ),
        ),
    )
}

# The one table whose rows are not nodes: source id, kind (local name of an edge property), target id.
EDGES = "edges"
EDGE_COLUMNS = ("source", "kind", "target")
USE_EDGES: dict[str, str] = {  # kinds of uses, and the plain edge beside each
    "Call": "calls",
    "Reference": "references",
    "Inheritance": "inherits",
    "Override": "overrides",
    "Specialization": "specializes",
    "Expansion": "expands",
    "TypeUse": "typeOf",
    "Binding": "binds",
    "Test": "tests",
}
NAMING_USES = ("Call", "Reference", "Inheritance")  # those whose lines name what they are about
EDGE_KINDS = (
    *("contains", "declaration", "definition", "includes", "imports", "needs", "links", "related"),
    "generatedFrom",
    *USE_EDGES.values(),
    *("builds", "linksAgainst", "buildsAfter", "runs", "requires", "providedBy"),
)


def sort_edges(edges: pl.DataFrame) -> pl.DataFrame:
    """Edges in the order of the table, each once: among sorted ones, equal ones are neighbours."""
    import polars as pl

    edges = edges.sort("source", "kind", "target")
    return edges.filter(pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in EDGE_COLUMNS))


def with_columns_by_id(table: pl.DataFrame, columns: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """A table of nodes with other values in some columns, by the name of each: frames with that column and `id`; null
    where one says nothing of a node."""
    order = table.columns
    for name, values in columns.items():
        table = table.drop(name).join(values, on="id", how="left", maintain_order="left")
    return table.select(order)


def dtype(holds: Holds) -> pl.DataType:
    """The column type that holds such values."""
    import polars as pl

    match holds:
        case "integer":
            return pl.Int64()
        case "decimal":
            return pl.Float64()
        case "texts" | "nodes":
            return pl.List(pl.String())
        case "integers":
            return pl.List(pl.Int64())
        case _:
            return pl.String()


def schema(table: str) -> dict[str, pl.DataType]:
    """Column names and types of a table, in order."""
    import polars as pl

    if table == EDGES:
        return {name: pl.String() for name in EDGE_COLUMNS}
    return {column.name: dtype(column.holds) for column in TABLES[table].columns}
