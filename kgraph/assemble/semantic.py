"""Semantic join: what a compiler says, joined to the symbols that the texts say.

Input: the frame of symbol facts, and a `Compiled`. Output: facts of the symbols that only a compiler sees, which facts
are one entity, and the uses.

The join is by place: a declaration of the compiler's is the fact of the same file, name and group of kinds whose lines
hold it. So both speak of one symbol, whatever each of them takes for its parameter types. What a macro makes stands in
no text, and becomes a fact of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from kgraph.assemble.evidence import CONFIDENCE, CompiledEvidence
from kgraph.assemble.fact_tables import CPP, GROUPS
from kgraph.assemble.include_resolution import Resolution
from kgraph.assemble.suffix_index import PathSuffixIndex
from kgraph.assemble.use_tables import RESOLVED
from kgraph.model import ROLES, Compiled, CompiledFile, CompiledUse, IncludeFact, Kind

_KINDS = pl.Enum([kind.value for kind in Kind])
_GROUPS = {number: GROUPS[kind] for number, kind in enumerate(Kind)}
_DEFINITION, _MADE, _FRIEND = 1, 2, 4
_ACCESS = {1: "public", 2: "protected", 3: "private"}
_USE_KINDS = {
    CompiledUse.CALL: "Call",
    CompiledUse.REFERENCE: "Reference",
    CompiledUse.INHERITANCE: "Inheritance",
    CompiledUse.OVERRIDE: "Override",
    CompiledUse.SPECIALIZATION: "Specialization",
    CompiledUse.EXPANSION: "Expansion",
    CompiledUse.TYPE_USE: "TypeUse",
}
_MACRO = next(number for number, kind in enumerate(Kind) if kind is Kind.MACRO)
_NAMESPACE = next(number for number, kind in enumerate(Kind) if kind is Kind.NAMESPACE)
_PLACE = ["file", "group", "base"]
# What the compiler calls an entity; one that only its file can see has that name in its file alone.
_ENTITY = (
    pl.when(pl.col("usr").str.starts_with("c:@"))
    .then("usr")
    .otherwise(pl.concat_str("usr", pl.lit("\n"), pl.col("file").cast(pl.String)))
)


@dataclass(frozen=True, slots=True)
class SemanticJoin:
    """The compiler's declarations beside the facts."""

    facts: pl.DataFrame  # the frame that came in, and below it the facts that only the compiler knows
    same_entity: pl.DataFrame  # row of a fact, and a name that all facts of one entity share
    reached: frozenset[int]  # numbers of the files that the compiler reports on
    uses: pl.DataFrame  # kind, source (row of a fact, or null), target (row of a fact), file, line, roles
    guessed: frozenset[int] = frozenset()  # numbers of the files that were read for a guessed target alone


def join_by_location(facts: pl.DataFrame, compiled: Compiled, numbers: Mapping[str, int]) -> SemanticJoin:
    """`numbers` gives the number of each file by its path."""
    compiled_files = [
        (numbers[path], file_facts)
        for path, several in compiled.files.items()
        if path in numbers
        for file_facts in several
    ]
    declared = _declarations(compiled_files)
    targets = _targets(compiled_files, numbers)
    here = facts.filter(pl.col("family") == CPP).with_columns(base=_base(pl.col("name"), pl.col("kind")))
    matched_rows = _match(
        pl.concat(
            [declared.select(*_PLACE, "offset", "line", "start"), targets.select(*_PLACE, "offset", "line", "start")]
        ),
        here,
    )
    declared = _with_bodies(
        declared.join(matched_rows, on=[*_PLACE, "offset"], how="left", maintain_order="left"), here
    )
    made = _make_macro_symbols(declared, targets, compiled_files, facts.height)
    here_and_usr = ["file", "offset", "usr"]
    added = made.select(*here_and_usr, added="row")
    declared = declared.join(added, on=here_and_usr, how="left", maintain_order="left").with_columns(
        row=pl.coalesce("row", "added")
    )
    declared = _share_entity_facts(declared)
    target_rows = pl.concat([matched_rows, declared.drop_nulls("row").select(*_PLACE, "offset", "row")])
    target_rows = target_rows.unique([*_PLACE, "offset"], keep="first", maintain_order=True)
    targets = targets.join(target_rows, on=[*_PLACE, "offset"], how="left", maintain_order="left")
    facts = pl.concat([facts, _as_facts(made, facts)])
    return SemanticJoin(
        facts,
        _same(declared),
        frozenset(number for number, _ in compiled_files),
        _uses(compiled_files, declared, targets),
        _find_guessed_files(compiled, numbers),
    )


# --- columns --------------------------------------------------------------------------------------------------------

_CompiledFiles = Sequence[tuple[int, CompiledFile]]


def _numbers(compiled_files: _CompiledFiles, column: str, width: int) -> list[np.ndarray]:
    return [np.frombuffer(getattr(each, column), np.int32).reshape(-1, width) for _, each in compiled_files]


def _frame(parts: Sequence[np.ndarray], names: Sequence[str]) -> pl.DataFrame:
    """The rows of all parts with `part` and `index`, their place in it."""
    heights = [len(part) for part in parts]
    all_ = np.concatenate([*parts, np.empty((0, len(names)), np.int32)])
    return pl.DataFrame(
        {
            "part": np.repeat(np.arange(len(parts), dtype=np.int32), heights),
            "index": np.concatenate([np.arange(height, dtype=np.int32) for height in (*heights, 0)]),
            **{name: all_[:, i] for i, name in enumerate(names)},
        }
    )


def _files_of(compiled_files: _CompiledFiles) -> pl.DataFrame:
    return pl.DataFrame(
        {"part": range(len(compiled_files)), "file": [number for number, _ in compiled_files]},
        schema={"part": pl.Int32, "file": pl.Int64},
    )


def _declarations(compiled_files: _CompiledFiles) -> pl.DataFrame:
    columns = ("kind_number", "offset", "line", "start", "end", "around", "flags")
    frame = _frame(_numbers(compiled_files, "declarations", len(columns)), columns)
    names = pl.Series("name", [name for _, each in compiled_files for name in each.names], pl.String)
    usrs = pl.Series("usr", [usr for _, each in compiled_files for usr in each.usrs], pl.String)
    return _with_place(
        frame.with_columns(names, usrs).join(_files_of(compiled_files), on="part", maintain_order="left")
    ).with_row_index("at")


def _targets(compiled_files: _CompiledFiles, numbers: Mapping[str, int]) -> pl.DataFrame:
    columns = ("kind_number", "offset", "line", "path")
    frame = _frame(_numbers(compiled_files, "targets", len(columns)), columns)
    names = pl.Series("name", [name for _, each in compiled_files for name in each.target_names], pl.String)
    paths = pl.DataFrame(
        {
            "part": [part for part, (_, each) in enumerate(compiled_files) for _ in each.paths],
            "path": [index for _, each in compiled_files for index in range(len(each.paths))],
            "file": [numbers.get(path, -1) for _, each in compiled_files for path in each.paths],
        },
        schema={"part": pl.Int32, "path": pl.Int32, "file": pl.Int64},
    )
    frame = frame.with_columns(names).join(paths, on=["part", "path"], how="left", maintain_order="left")
    return _with_place(frame.with_columns(start="line"))


def _with_place(frame: pl.DataFrame) -> pl.DataFrame:
    kinds = {number: kind.value for number, kind in enumerate(Kind)}
    kind = pl.col("kind_number").replace_strict(kinds, return_dtype=pl.String)
    return frame.with_columns(
        kind=kind, group=pl.col("kind_number").replace_strict(_GROUPS, return_dtype=pl.String)
    ).with_columns(base=_base(pl.col("name"), pl.col("kind")))


def _base(name: pl.Expr, kind: pl.Expr) -> pl.Expr:
    """What a text and the compiler call a thing alike: no template arguments, one spelling of operators."""
    return (
        pl.when(kind == Kind.CONVERSION.value)
        .then(pl.lit("operator T"))
        .when(name.str.contains(r"^operator\W"))
        .then(name.str.replace_all(" ", "", literal=True))
        .when(name.str.starts_with("(") | (name == ""))
        .then(pl.lit("("))
        .otherwise(name.str.replace(r"\s*<.*$", ""))
    )


# --- the join -------------------------------------------------------------------------------------------------------


def _match(locations: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """The row of the fact at each place, for those that have one."""
    # Who declares a place knows where the declaration begins; a target only where its name is.
    locations = locations.sort(*_PLACE, "offset", "start").unique(
        [*_PLACE, "offset"], keep="first", maintain_order=True
    )
    beginning = [*_PLACE, "start"]
    count = pl.int_range(pl.len()).over(beginning).alias("count")
    facts = facts.select(*_PLACE, "start", "end", "row").cast({"start": pl.Int64, "end": pl.Int64}).sort("row")
    locations = locations.cast({"line": pl.Int64, "start": pl.Int64})
    exact = locations.with_columns(count).join(
        facts.with_columns(count), on=[*beginning, "count"], how="left", maintain_order="left"
    )
    exact_rows = exact.filter(pl.col("row").is_not_null()).select(*_PLACE, "offset", "row")
    rest = exact.filter(pl.col("row").is_null()).select(*_PLACE, "offset", "line").sort("line")
    nearest = rest.join_asof(
        facts.rename({"start": "from"}).sort("from"),
        left_on="line",
        right_on="from",
        by=_PLACE,
        strategy="backward",
        check_sortedness=False,
    )
    held = nearest.filter(pl.col("end") >= pl.col("line")).select(*_PLACE, "offset", "row")
    return pl.concat([exact_rows, held])


def _share_entity_facts(declared: pl.DataFrame) -> pl.DataFrame:
    """Give a declaration that the text does not show as one, `int (f)(int);`, the fact of another of its entity."""
    known = declared.drop_nulls("row").filter(pl.col("usr") != "").with_columns(entity=_ENTITY)
    first = known.sort("entity", "row").unique(["entity", "group"], keep="first").select("entity", "group", other="row")
    return (
        declared.with_columns(entity=_ENTITY)
        .join(first, on=["entity", "group"], how="left", maintain_order="left")
        .with_columns(row=pl.coalesce("row", "other"))
        .drop("entity", "other")
    )


def _with_bodies(declared: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """Find the function whose body follows the use of a macro: the text's `TEST(Suite, Name) {` is what it makes."""
    bodies = facts.filter(pl.col("macro").is_not_null() & (pl.col("group") == "function")).select(
        "file", pl.col("start", "end").cast(pl.Int32), body="row"
    )
    is_body = pl.col("row").is_null() & (pl.col("flags") & _MADE != 0) & (pl.col("flags") & _DEFINITION != 0)
    body_rows = (
        declared.filter(is_body & (pl.col("group") == "function"))
        .join(bodies, on=["file", "start", "end"], maintain_order="left")
        .unique("body", keep="last", maintain_order=True)
        .select("at", "body")
    )
    return (
        declared.join(body_rows, on="at", how="left", maintain_order="left")
        .with_columns(row=pl.coalesce("row", "body"))
        .drop("body")
    )


def _make_macro_symbols(
    declared: pl.DataFrame, targets: pl.DataFrame, compiled_files: _CompiledFiles, first: int
) -> pl.DataFrame:
    """The declarations that macros make and no text spells, with numbers of rows of their own.

    Constructors, destructors and assignments count where something uses them: a test alone makes six.
    """
    rows = [
        (part, index, made.scope, made.key, made.arity, made.signature, made.local)
        for part, (_, each) in enumerate(compiled_files)
        for index, made in each.made.items()
    ]
    names = ("part", "index", "scope", "key", "arity", "signature", "is_local")
    types = (pl.Int32, pl.Int32, pl.String, pl.String, pl.Int64, pl.String, pl.Boolean)
    made = pl.DataFrame(rows, schema=dict(zip(names, types, strict=True)), orient="row")
    named = (pl.col("base") != "(") & (pl.col("kind_number") != _NAMESPACE) & (pl.col("flags") & _FRIEND == 0)
    used = targets.select(*_PLACE, "offset").unique().with_columns(used=pl.lit(True))
    special = pl.col("kind").is_in(["Constructor", "Destructor"]) | (pl.col("name") == "operator=")
    # The other part of what is declared and defined by one use of a macro may have been found by its body.
    found_otherwise = declared.filter(pl.col("row").is_not_null()).select("file", "offset", "usr")
    macro_declarations = (
        declared.filter(pl.col("row").is_null() & named)
        .join(found_otherwise, on=["file", "offset", "usr"], how="anti", maintain_order="left")
        .join(made, on=["part", "index"], maintain_order="left")
        .join(used, on=[*_PLACE, "offset"], how="left", maintain_order="left")
        .filter(~special | pl.col("used"))
        .sort("file", "offset", (pl.col("flags") & _DEFINITION) == 0, "at")
        .unique(["file", "offset", "usr"], keep="first", maintain_order=True)
    )
    return macro_declarations.with_columns(row=pl.int_range(first, first + macro_declarations.height, dtype=pl.Int64))


def _as_facts(made: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    access = (pl.col("flags") // 8).replace_strict(_ACCESS, default=None, return_dtype=pl.String)
    columns = {
        "row": "row",
        "file": "file",
        "family": pl.lit(CPP),
        "kind": "kind",
        "group": "group",
        "name": "name",
        "scope": "scope",
        "qualifier": pl.lit(""),
        "key": "key",
        "parent": pl.lit(None, pl.Int64),
        "arity": "arity",
        "start": "start",
        "end": "end",
        "definition": pl.col("flags") & _DEFINITION != 0,
        "local": "is_local",
        "access": access,
        "signature": "signature",
        "macro": pl.lit(None, pl.String),
        "documentation": pl.lit(None, pl.String),
        "bases": pl.lit([], pl.List(pl.String)),
        "modifiers": pl.lit([], pl.List(pl.String)),
    }
    return made.select(**{name: columns[name] for name in facts.columns}).cast(dict(facts.schema))  # type: ignore[arg-type]


def _same(declared: pl.DataFrame) -> pl.DataFrame:
    """Facts that are declarations of one entity, by its USR."""
    everywhere = pl.col("usr").str.starts_with("c:@")
    name = pl.when(everywhere).then("usr").otherwise(pl.concat_str("usr", pl.lit("\n"), "file"))
    known = declared.filter(pl.col("row").is_not_null() & (pl.col("usr") != ""))
    return (
        known.select("row", entity=name).unique().sort("row", "entity").unique("row", keep="first", maintain_order=True)
    )


def _uses(compiled_files: _CompiledFiles, declared: pl.DataFrame, targets: pl.DataFrame) -> pl.DataFrame:
    columns = ("what", "target", "around", "line", "bits")
    frame = _frame(_numbers(compiled_files, "uses", len(columns)), columns).drop("index")
    sources = declared.select("part", around="index", source="row", source_kind="kind_number")
    uses = (
        frame.join(_files_of(compiled_files), on="part", maintain_order="left")
        .join(targets.select("part", target="index", used="row"), on=["part", "target"], maintain_order="left")
        .filter(pl.col("used").is_not_null())
        .join(sources, on=["part", "around"], how="left", maintain_order="left")
    )
    in_namespace = pl.col("source_kind") == _NAMESPACE
    kinds = {int(what): name for what, name in _USE_KINDS.items()}
    return uses.select(
        kind=pl.col("what").replace_strict(kinds, return_dtype=pl.String),
        source=pl.when(in_namespace).then(None).otherwise("source"),
        target="used",
        file="file",
        line=pl.col("line").cast(pl.Int64),
        bits="bits",
    ).unique()


def _find_guessed_files(compiled: Compiled, numbers: Mapping[str, int]) -> frozenset[int]:
    """The files that only units reach whose target is guessed."""
    reached: tuple[set[str], set[str]] = (set(), set())
    for unit in compiled.units:
        reached[unit.has_guessed_target].update((unit.path, *unit.reached))
    return frozenset(numbers[path] for path in reached[True] - reached[False] if path in numbers)


def without_compiled_files(
    inferred: pl.DataFrame, semantic_join: SemanticJoin, file_ids: Sequence[str]
) -> pl.DataFrame:
    """Inferred uses (rows of `RESOLVED`) of files that the compiler did not read.

    What is known outside the repository is asked for by name, whoever read the file.
    """
    reached = [file_ids[number] for number in sorted(semantic_join.reached)]
    return inferred.filter(~pl.col("file").is_in(reached) | pl.col("to").str.starts_with("external/"))


def make_compiled_uses(semantic_join: SemanticJoin, facts: pl.DataFrame, file_ids: Sequence[str]) -> pl.DataFrame:
    """The uses as rows of `RESOLVED`; `facts` gives the symbol (`id`) of each row."""
    ids = facts.select("row", "id")
    files = pl.DataFrame(
        {"file": range(len(file_ids)), "file_id": file_ids}, schema={"file": pl.Int64, "file_id": pl.String}
    )
    uses = (
        semantic_join.uses.join(files, on="file", maintain_order="left")
        .join(ids.rename({"row": "source", "id": "source_id"}), on="source", how="left", maintain_order="left")
        .join(ids.rename({"row": "target", "id": "to"}), on="target", maintain_order="left")
        .with_columns(pl.coalesce("source_id", "file_id").alias("from"))
    )
    of_itself = (pl.col("from") == pl.col("to")) & (pl.col("kind") != "Call")
    of_symbol = ~pl.col("kind").is_in(["Inheritance", "Override", "Specialization"]) | pl.col("source_id").is_not_null()
    guessed = pl.when(pl.col("file").is_in(sorted(semantic_join.guessed)))
    columns = {
        "file": pl.col("file_id"),
        "roles": _roles(pl.col("bits")),
        "confidence": guessed.then(CONFIDENCE[CompiledEvidence.GUESSED_TARGET]),
        "evidence": guessed.then(pl.lit(CompiledEvidence.GUESSED_TARGET)),
    }
    return uses.filter(~of_itself & of_symbol).select(
        columns.get(name, pl.col(name)).cast(dtype).alias(name) for name, dtype in RESOLVED.items()
    )


def apply_preprocessed_includes(
    paths: PathSuffixIndex,
    directives: Sequence[tuple[int, IncludeFact]],
    meant: Sequence[Resolution],
    compiled: Compiled,
) -> list[Resolution]:
    """What the directives mean where the preprocessor carried them out, and elsewhere what was inferred."""
    targets: dict[tuple[int, int], set[str]] = {}
    for path, several in compiled.includes.items():
        if path in paths.number:
            for line, target in several:
                targets.setdefault((paths.number[path], line), set()).add(target)
    resolutions = []
    for (number, fact), inferred in zip(directives, meant, strict=True):
        found = targets.get((number, fact.line))
        inside = tuple(sorted(paths.number[path] for path in found or () if path in paths.number))
        if inside:
            only_for = tuple(pair for pair in inferred.only_for if pair[0] in inside)
            resolutions.append(Resolution("repository", inside, only_for=only_for))
        elif found and inferred.outcome != "generated":
            resolutions.append(Resolution("external"))
        else:
            resolutions.append(inferred)
    return resolutions


def _roles(bits: pl.Expr) -> pl.Expr:
    """The names of roles from their bits, joined by a space."""
    known = {0: ""}
    for number in range(1, 1 << len(ROLES)):
        known[number] = " ".join(role for bit, role in enumerate(ROLES) if number >> bit & 1)
    return bits.replace_strict(known, return_dtype=pl.String)
