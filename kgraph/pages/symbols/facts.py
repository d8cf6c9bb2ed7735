"""What uses say of the symbols that have pages: who calls and is called, who overrides, what is bound to what.

Input: the answer of `pages/uses` and a `SymbolSet`. Output: `SymbolFacts`, made by columns for all pages at once, with
the lines of code that the pages quote.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

import polars as pl

from kgraph.pages import roles
from kgraph.pages.repository_model import PageFile, RepositoryModel
from kgraph.pages.source_text import SourceTexts
from kgraph.pages.symbols.selection import SymbolSet

MIN_CONFIDENCE = 0.95  # of uses that are shown without a mark
MAX_CALLERS = 4  # of one member, with a line of code each
MAX_CALLEES = 12
MAX_DRAWN_CALLERS = 8  # of one member, for its picture, which leaves out calls of itself
MAX_FILES = 30  # that use a type, with a line of code each
_LINE_LENGTH = 160  # characters of a line of code
_USING = ("Call", "Reference", "TypeUse", "Expansion")
_RUST_TESTS = r"(?:\.|::|%3A%3A|/)tests?(?:\.|::|%3A%3A)"
_EXTERNAL = "external/symbol/"


@dataclass(frozen=True, slots=True)
class UseSite:
    """A line in which something is used."""

    user: str  # id of the symbol or file that uses it
    used: str
    file: PageFile
    line: int
    is_sure: bool  # stated by the text or a compiler, or inferred with at least `MIN_CONFIDENCE`
    is_stated: bool


@dataclass(slots=True)
class SymbolFacts:
    """The facts of all pages."""

    callers: Mapping[str, Sequence[UseSite]] = field(default_factory=dict)  # the first few, by the id that is used
    caller_counts: Mapping[str, int] = field(default_factory=dict)  # lines in which it is used
    callees: Mapping[str, Sequence[tuple[str, bool]]] = field(default_factory=dict)  # ids, and whether they are sure
    callee_counts: Mapping[str, int] = field(default_factory=dict)
    calling: Mapping[str, Sequence[tuple[str, bool]]] = field(default_factory=dict)  # ids of the first few, and if sure
    calling_counts: Mapping[str, int] = field(default_factory=dict)  # all of these
    overrides: Mapping[str, Sequence[str]] = field(default_factory=dict)
    overridden_by: Mapping[str, Sequence[str]] = field(default_factory=dict)
    bound_as: Mapping[str, Sequence[tuple[str, bool]]] = field(default_factory=dict)  # Python names of C++ symbols
    behind: Mapping[str, Sequence[tuple[str, bool]]] = field(default_factory=dict)  # ids of C++ behind Python symbols
    users: Mapping[str, Sequence[UseSite]] = field(default_factory=dict)  # one line of each file, by the id of the page
    user_counts: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # files, and how many of them are tests
    code: Mapping[tuple[str, int], str] = field(default_factory=dict)  # lines of code, by file and line

    def line_of(self, site: UseSite) -> str:
        """The text of the line, "" where it is not known."""
        return self.code.get((site.file.id, site.line), "")


def read(uses: pl.DataFrame, model: RepositoryModel, symbols: SymbolSet, sources: SourceTexts) -> SymbolFacts:
    """The facts of all pages, from the uses of the whole graph."""
    if not len(uses) or not symbols.entries:
        return SymbolFacts()
    ids = [*symbols.entries, *symbols.holders]
    ranks = pl.DataFrame(
        {
            "file": list(model.files),
            "rank": [file.user_rank for file in model.files.values()],
            "test": [file.role == "test" for file in model.files.values()],
        },
        schema={"file": pl.String, "rank": pl.Int8, "test": pl.Boolean},
    )
    stated = pl.col("confidence").is_null()
    rows = uses.with_columns(stated=stated, sure=stated | (pl.col("confidence") >= MIN_CONFIDENCE)).join(
        ranks, on="file", how="left"
    )
    # Rust's tests stand in the files that they test.
    in_test = pl.col("user").str.starts_with("symbol/rust/") & pl.col("user").str.contains(_RUST_TESTS)
    rows = rows.with_columns(rank=pl.when(in_test).then(pl.max_horizontal("rank", roles.TEST_RANK)).otherwise("rank"))
    facts = SymbolFacts()
    called = rows.filter(pl.col("kind").is_in(_USING) & pl.col("used").is_in(ids))
    facts.callers, facts.caller_counts = _callers(called, model)
    facts.callees, facts.callee_counts = _callees(rows.filter((pl.col("kind") == "Call") & pl.col("user").is_in(ids)))
    facts.calling, facts.calling_counts = _calling(called.filter(pl.col("kind") == "Call"))
    overrides = rows.filter(pl.col("kind") == "Override").select("user", "used").unique().sort("user", "used")
    facts.overrides = _lists(overrides, "user", "used")
    facts.overridden_by = _lists(overrides, "used", "user")
    _bind(facts, rows.filter(pl.col("kind") == "Binding"))
    _use_by_page(facts, called, model, symbols)
    facts.code = _code(facts, sources)
    return facts


def _callers(called: pl.DataFrame, model: RepositoryModel) -> tuple[dict[str, list[UseSite]], dict[str, int]]:
    lines = called.unique(["used", "user", "file", "line"]).sort("used", "rank", "path", "line", "user")
    counts = lines.group_by("used").agg(pl.len())
    shown = lines.unique(["used", "user"], keep="first", maintain_order=True).group_by("used", maintain_order=True)
    return _sites(shown.head(MAX_CALLERS), model), dict(counts.iter_rows())


def _calling(calls: pl.DataFrame) -> tuple[dict[str, list[tuple[str, bool]]], dict[str, int]]:
    """Who calls, each once, in the order of `roles.user_rank`."""
    ordered = calls.sort("used", "rank", "path", "line", "user")
    callers = ordered.group_by("used", "user", maintain_order=True).agg(pl.col("sure").any())
    found: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for used, user, sure in callers.group_by("used", maintain_order=True).head(MAX_DRAWN_CALLERS).iter_rows():
        found[used].append((user, sure))
    return found, dict(callers.group_by("used").agg(pl.len()).iter_rows())


def _sites(rows: pl.DataFrame, model: RepositoryModel, by: str = "used") -> dict[str, list[UseSite]]:
    found: dict[str, list[UseSite]] = defaultdict(list)
    for key, user, used, file, line, sure, stated in rows.select(
        by, "user", pl.col("used").alias("_used"), "file", "line", "sure", "stated"
    ).iter_rows():
        found[key].append(UseSite(user, used, model.files[file], line, sure, stated))
    return found


def _callees(calls: pl.DataFrame) -> tuple[dict[str, list[tuple[str, bool]]], dict[str, int]]:
    one = calls.group_by("user", "used").agg(pl.col("line").min(), pl.col("sure").any()).sort("user", "line", "used")
    found: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for user, used, sure in (
        one.group_by("user", maintain_order=True).head(MAX_CALLEES).select("user", "used", "sure").iter_rows()
    ):
        found[user].append((used, sure))
    return found, dict(one.group_by("user").agg(pl.len()).iter_rows())


def _lists(pairs: pl.DataFrame, key: str, value: str) -> dict[str, list[str]]:
    return dict(pairs.group_by(key, maintain_order=True).agg(pl.col(value)).iter_rows())


def _bind(facts: SymbolFacts, bindings: pl.DataFrame) -> None:
    bound_as: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    behind: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for user, used, sure in (
        bindings.group_by("user", "used").agg(pl.col("sure").any()).sort("used", "user").iter_rows()
    ):
        bound_as[used].append((user, sure))
        behind[user].append((used, sure))
    facts.bound_as, facts.behind = bound_as, behind


def name_of_external(id_: str) -> str:
    """ "torch._C.f" of "external/symbol/python/torch._C.f"."""
    return unquote(id_.removeprefix(_EXTERNAL).partition("/")[2])


def _use_by_page(facts: SymbolFacts, called: pl.DataFrame, model: RepositoryModel, symbols: SymbolSet) -> None:
    """The first line of each file that uses a type or what is in it, in the order of `roles.user_rank`; of those with
    one rank, those that use it most come first."""
    pages = pl.DataFrame(
        {
            "used": [*symbols.entries, *symbols.holders],
            "holder": [*symbols.entries, *(entry.symbol.id for entry, _ in symbols.holders.values())],
        },
        schema={"used": pl.String, "holder": pl.String},
    ).unique("used", keep="first", maintain_order=True)
    homes = pl.DataFrame(
        [(id_, place.file.id) for id_ in symbols.entries for place in model.places[id_]],
        schema={"holder": pl.String, "file": pl.String},
        orient="row",
    ).unique()
    rows = called.join(pages, on="used").join(homes, on=["holder", "file"], how="anti")
    by_file = (
        rows.sort("holder", "file", "line", "used")
        .group_by("holder", "file", maintain_order=True)
        .agg(
            pl.len().alias("count"),
            *(pl.col(each).first() for each in ("user", "used", "line", "sure", "stated", "rank", "test", "path")),
        )
        .sort("holder", "rank", -pl.col("count").cast(pl.Int64), "path")
    )
    shown = by_file.group_by("holder", maintain_order=True).head(MAX_FILES)
    facts.users = _sites(shown, model, "holder")
    counts = by_file.group_by("holder").agg(pl.len(), pl.col("test").sum())
    facts.user_counts = {holder: (count, tests) for holder, count, tests in counts.iter_rows()}


def _code(facts: SymbolFacts, sources: SourceTexts) -> dict[tuple[str, int], str]:
    """The lines that pages quote; each file is read once."""
    wanted: dict[PageFile, set[int]] = defaultdict(set)
    for sites in (*facts.callers.values(), *facts.users.values()):
        for site in sites:
            wanted[site.file].add(site.line)
    found = {}
    for file, numbers in wanted.items():
        lines = sources.lines(file)
        for number in numbers:
            if 0 < number <= len(lines):
                line = " ".join(lines[number - 1].split())
                found[file.id, number] = line if len(line) <= _LINE_LENGTH else line[: _LINE_LENGTH - 2] + " …"
    return found
