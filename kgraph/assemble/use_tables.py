"""Uses of symbols: from spellings to edges and their particulars.

Input: the facts of all files and the joined frame of their symbols. Output: the table `uses` with its plain edges.

`make_spelled_uses` lays the spelled uses of all files side by side; resolvers of the language families answer with rows
of `RESOLVED`; `use_tables` makes the tables of them, whoever found them.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence

import polars as pl

from kgraph.model import ExtractResult, FileFacts, UseKind
from kgraph.vocab.iri import use_ids
from kgraph.vocab.tables import EDGE_COLUMNS, USE_EDGES, schema

# One row per use that means something: class of the use, ids, a line; roles, joined by a space; the evidence, and how
# sure it is, null where the text or a compiler says it.
RESOLVED = {
    "kind": pl.String(),
    "from": pl.String(),
    "to": pl.String(),
    "file": pl.String(),
    "line": pl.Int64(),
    "roles": pl.String(),
    "confidence": pl.Float64(),
    "evidence": pl.String(),
}

_IDS_AT_ONCE = 50_000
_USES_AT_ONCE = 500_000
_PLACED = dict.fromkeys(("file", "line", "owner", "arguments"), pl.Int64())
SPELLED = ("kind", "name", "qualifier", "receiver", "type")


class SpelledUses:
    """The uses of some files, which are laid side by side as frames of `make_spelled_uses`; `numbers` are those of the
    files that have any. Each part is shown to `watch`, and once all have been handed out, `done` is called."""

    def __init__(
        self,
        facts: Sequence[ExtractResult],
        wanted: Iterable[int],
        first_rows: Sequence[int],
        watch: Callable[[pl.DataFrame], None],
        done: Callable[[], None],
    ) -> None:
        self._facts = facts
        self._first_rows = first_rows
        self._watch = watch
        self._done = done
        self._counts = [
            (n, len(fact.uses.kinds)) for n in wanted if isinstance(fact := facts[n], FileFacts) and fact.uses.kinds
        ]
        self.numbers = [number for number, _ in self._counts]
        self.is_whole = True  # whether those of all files are handed out
        self._of_kinds: dict[tuple[str, ...], pl.DataFrame] = {}

    def restrict(self, numbers: Iterable[int]) -> None:
        """Hand out the uses of these files alone."""
        wanted = frozenset(numbers)
        self.is_whole = False
        self._counts = [each for each in self._counts if each[0] in wanted]

    def filter_kinds(self, kinds: Sequence[str]) -> pl.DataFrame:
        """The uses of some kinds, in all files."""
        known = self._of_kinds.get(tuple(kinds))
        if known is not None:
            return known
        having = [n for n in self.numbers if not set(kinds).isdisjoint(self._facts[n].uses.kinds)]  # type: ignore[union-attr]
        found = make_spelled_uses(self._facts, having, self._first_rows).filter(pl.col("kind").is_in(list(kinds)))
        self._of_kinds[tuple(kinds)] = found
        return found

    def parts(self) -> Iterator[pl.DataFrame]:
        """All uses, some files at a time, for the texts of all take more memory than what is known of them."""
        part: list[int] = []
        count = 0
        for number, uses in self._counts:
            part.append(number)
            count += uses
            if count >= _USES_AT_ONCE:
                yield self._frame(part)
                part, count = [], 0
        last = self._frame(part)
        self._done()
        yield last

    def _frame(self, numbers: Sequence[int]) -> pl.DataFrame:
        frame = make_spelled_uses(self._facts, numbers, self._first_rows)
        self._watch(frame)
        return frame


def make_spelled_uses(
    facts: Sequence[ExtractResult], wanted: Iterable[int], first_rows: Sequence[int], spelled: Sequence[str] = SPELLED
) -> pl.DataFrame:
    """The uses of the files numbered `wanted`: file, owner, line, arguments and spellings.

    An owner is a row of the symbol facts, or -1; `first_rows[n]` is that of file n's first own symbol.
    """
    chosen = [(n, fact.uses) for n in wanted if isinstance(fact := facts[n], FileFacts) and fact.uses.kinds]
    if not chosen:
        return pl.DataFrame(schema={**_PLACED, **dict.fromkeys(spelled, pl.String())})
    counts = [len(uses.kinds) for _, uses in chosen]
    numbers = {"line": array("I"), "owner": array("i"), "arguments": array("h")}
    for _, uses in chosen:
        numbers["line"].frombytes(uses.lines)
        numbers["owner"].frombytes(uses.owners)
        numbers["arguments"].frombytes(uses.arguments)
    files = pl.Series("file", [n for n, _ in chosen], pl.Int64)
    starts = pl.Series("first", [first_rows[n] for n, _ in chosen], pl.Int64)
    repeated = pl.DataFrame({"file": files, "first": starts, "count": pl.Series(counts, dtype=pl.UInt32)})
    repeated = repeated.select(
        pl.col("file", "first").repeat_by("count").explode(empty_as_null=False, keep_nulls=False)
    )
    texts = {
        name: pl.Series(
            name,
            ["\n".join(uses.kinds) if name == "kind" else getattr(uses, name + "s") for _, uses in chosen],
            pl.String,
        )
        .str.split("\n")
        .explode(empty_as_null=False, keep_nulls=False)
        for name in spelled
    }
    frame = pl.DataFrame(
        {
            "file": repeated["file"],
            "first": repeated["first"],
            **{name: pl.Series(name, values, pl.Int64) for name, values in numbers.items()},
            **texts,
        }
    )
    owner = pl.when(pl.col("owner") >= 0).then(pl.col("owner") + pl.col("first")).otherwise(-1)
    return frame.with_columns(owner=owner).drop("first")


def with_arguments(spelled: pl.DataFrame) -> pl.DataFrame:
    """The uses of the C family, with what stands behind the type in a column of its own: `argument`."""
    both = pl.col("type").str.splitn("\t", 2)
    return spelled.with_columns(type=both.struct.field("field_0"), argument=both.struct.field("field_1").fill_null(""))


def use_tables(resolved: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The table `uses`, sorted, and its plain edges, in no order, some twice.

    All uses of one kind from one node to another in one file are one row, which is as sure as its surest.
    """
    if resolved.is_empty():
        table = pl.DataFrame(schema=schema("uses"))
        return table, _edges(table)
    key = ["kind", "from", "to", "file"]
    groups = resolved.select(key).with_row_index("row").group_by(key).agg("row").with_row_index("group")
    # Texts are compared but once; from here on the rows of a group have its number, and are in their order.
    numbered = groups.select("group", "row").explode("row", empty_as_null=False, keep_nulls=False)
    particulars = resolved.select("line", "roles", "confidence", "evidence")[numbered["row"]]
    numbered = numbered.select("group").hstack(particulars)
    surest = (
        numbered.select("group", "confidence", "evidence")
        .sort("group", pl.col("confidence").fill_null(2.0), descending=[False, True], maintain_order=True)
        .filter(_differs("group"))
    )
    role = pl.col("roles").str.split(" ")
    roles = numbered.select("group", roles=role).explode("roles", empty_as_null=False, keep_nulls=False)
    rows = (
        groups.drop("row")
        .join(surest, on="group", how="left", maintain_order="left")
        .join(_lists(numbered.select("group", at_lines="line")), on="group", how="left", maintain_order="left")
        .join(_lists(roles.filter(pl.col("roles") != "")), on="group", how="left", maintain_order="left")
        .with_columns(pl.col("roles").fill_null([]))
    )
    rows = rows.with_columns(_ids(groups.select(key)))
    table = _sort_rows(rows.select(pl.col(name).cast(dtype) for name, dtype in schema("uses").items()))
    return table, _edges(table)


def _ids(keys: pl.DataFrame) -> pl.Series:
    """The id of each use. The texts that are hashed take more memory than the table, so there are only some at once."""
    line = pl.concat_str(keys.columns, separator="\n").cast(pl.Binary)
    parts = (part.select(line).to_series().to_list() for part in keys.iter_slices(_IDS_AT_ONCE))
    ids = (pl.Series("id", use_ids(part), pl.String) for part in parts)
    return pl.concat([pl.Series("id", [], pl.String), *ids])


def with_taken(table: pl.DataFrame, taken: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The table `uses` with rows of the graph before, which no row of it equals, and the plain edges of these."""
    if taken.is_empty():
        return table, _edges(taken)
    return _sort_rows(pl.concat([table, taken])), _edges(taken)


def spread(table: pl.DataFrame) -> pl.DataFrame:
    """The rows of a table `uses`, one for each line: `kind`, `to`, `file`, `line`."""
    return table.select("kind", "to", "file", line="at_lines").explode("line", empty_as_null=False, keep_nulls=False)


def _sort_rows(table: pl.DataFrame) -> pl.DataFrame:
    return table.sort(pl.col("id").str.slice(4).str.to_integer(base=16, dtype=pl.UInt64))  # the order of the ids


def _edges(table: pl.DataFrame) -> pl.DataFrame:
    edges = table.select(
        source="from", kind=pl.col("kind").replace_strict(USE_EDGES, return_dtype=pl.String), target="to"
    )
    return edges.select(EDGE_COLUMNS)


def _lists(values: pl.DataFrame) -> pl.DataFrame:
    """The values of each group as a sorted list, each once."""
    name = values.columns[1]
    each = values.sort("group", name).filter(_differs("group") | _differs(name))
    return each.group_by("group", maintain_order=True).agg(name)


def _differs(name: str) -> pl.Expr:
    """Whether a row has another value than the row before: in sorted rows faster than `unique`."""
    return pl.col(name).ne_missing(pl.col(name).shift())


# What the C family spells and is not counted as a call that must lead somewhere.
NO_CALLS = (UseKind.READ.value, UseKind.USING.value, UseKind.ALIAS.value, UseKind.DECLARE.value)
NO_CALL_SITES = {"extracted": 0, "inferred": 0, "unresolved": 0}
