"""Resolution of uses of the C family from text alone: calls, macro expansions, inheritance, overrides.

Input: spelled uses, the joined frame of symbol facts, and which file includes which. Output: rows of `uses.RESOLVED`.
Equal questions are asked once: the calls of a repository are a third as many different ones. What names alone answer is
answered set-wise; a build that follows another asks what is new (see `call_cache`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import polars as pl

from kgraph import gc_control
from kgraph.assemble.cpp import inheritance, mentions
from kgraph.assemble.cpp.call_cache import ANSWER, QUESTION, CallCache
from kgraph.assemble.cpp.call_sites import NUMBER, AskedSites, CallSites
from kgraph.assemble.cpp.declarations import (
    FACTS,
    declarations,
    names_consulted,
    restrict_to,
    world,
)
from kgraph.assemble.cpp.include_closure import IncludeClosure
from kgraph.assemble.cpp.lookup_context import SCOPE, inline_namespaces, lookup, tests_of, transparent
from kgraph.assemble.cpp.macro_sight import MacroSight
from kgraph.assemble.cpp.name_index import NameIndex
from kgraph.assemble.cpp.overloads import Call, Callee, CallResolver
from kgraph.assemble.evidence import CONFIDENCE, CppEvidence
from kgraph.assemble.external_apis import NOTABLE_APIS, Row, row
from kgraph.assemble.fact_tables import CPP
from kgraph.assemble.result_cache import ResultCache
from kgraph.assemble.use_tables import RESOLVED, SpelledUses, with_arguments
from kgraph.model import UseKind
from kgraph.vocab.iri import external_id

_USINGS = (UseKind.USING.value, UseKind.ALIAS.value)
_FIXTURES = {"file": pl.Int64(), "scope": pl.String(), "argument": pl.String(), "within": pl.String()}


def resolve_uses(
    spelled: SpelledUses,
    facts: pl.DataFrame,
    file_ids: Sequence[str],
    include_edges: pl.DataFrame,
    result_cache: ResultCache | None = None,
) -> tuple[pl.DataFrame, list[Row]]:
    """The uses of the C family, and rows of `externals`; `include_edges` has the columns `file` and `target`.

    `result_cache` has the answers of previous builds.
    """
    is_using = pl.col("kind").is_in(_USINGS)
    is_mention = pl.col("kind").is_in(mentions.KINDS)
    usings = with_arguments(spelled.of_kinds(_USINGS))
    with gc_control.collected():  # the index of names is large, and full of circles
        seen = _Seen(spelled.numbers, usings, facts, include_edges, len(file_ids))
        sites = CallSites(seen, facts)
        mentioned = [usings.clear()]
        for part in map(with_arguments, spelled.parts()):
            mentioned.append(part.filter(is_mention))
            sites.add(part.filter(~is_using & ~is_mention))
        seen.is_whole = any(not part.is_empty() for part in mentioned)
        answers = CallCache(result_cache, seen.declared, seen.lookup, seen.includes)
        asked, answered, others = _answers(sites, facts, seen, answers)
        kept = seen if seen.is_whole else None
        del sites, answers, seen
    resolved = pl.concat([_rows(asked, answered, file_ids), *others])
    del asked, answered
    if kept:
        rows = _mentions(pl.concat(mentioned), facts, file_ids, kept, resolved)
        resolved = pl.concat([resolved, rows.cast(pl.Schema(RESOLVED))])
    outside = set(resolved.filter(pl.col("to").str.starts_with("external/"))["to"])
    return resolved, [row("cpp", name) for name in NOTABLE_APIS["cpp"] if _external(name) in outside]


def _mentions(
    mentioned: pl.DataFrame, facts: pl.DataFrame, file_ids: Sequence[str], seen: _Seen, others: pl.DataFrame
) -> pl.DataFrame:
    values = mentions.ValueIndex(seen.renumbered(facts.filter(pl.col("family") == CPP), "file"), seen.inline)
    sites = seen.renumbered(mentioned.with_row_index("site").drop("line"), "file")
    answered = mentions.resolve_mentions(sites, seen.scopes, seen.names(sites), values)
    owners = facts.select(owner="row", from_="id")
    return mentions.mention_rows(mentioned, answered, owners, file_ids, others)


def _external(name: str) -> str:
    return external_id("symbol/cpp", name)


class _Seen:
    """All that answers depend on besides their questions, files numbered so that those of other languages do not
    matter."""

    def __init__(
        self,
        spelled: Iterable[int],
        usings: pl.DataFrame,
        facts: pl.DataFrame,
        include_edges: pl.DataFrame,
        count: int,
    ) -> None:
        """`spelled` are the numbers of files that spell uses, `count` is the number of all files."""
        of_family = facts.select("family", *FACTS).filter(pl.col("family") == CPP)
        files = [of_family["file"], pl.Series(spelled, dtype=pl.Int64), include_edges["file"], include_edges["target"]]
        numbers = [-1] * count
        for number, file in enumerate(pl.concat(files).unique().sort()):
            numbers[file] = number
        self._numbers = pl.Series(numbers, dtype=pl.Int64)
        self._names: NameIndex | None = None
        self.is_whole = False  # whether names are looked up that no call has
        of_family = self.renumbered(of_family, "file")
        self.inline = inline_namespaces(of_family)
        self.declared = declarations(of_family, self.inline)
        self.tests = tests_of(of_family, self.inline)
        self.scopes = of_family.select(owner="row", scope=transparent(of_family.select(SCOPE).to_series(), self.inline))
        placed = self.renumbered(usings, "file").join(self.scopes, on="owner", how="left", maintain_order="left")
        self.lookup = lookup(self.inline, placed.with_columns(pl.col("scope").fill_null("")), self.declared, self.tests)
        self.includes = self.renumbered(include_edges, "file", "target").sort("file", "target")

    def renumbered(self, frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
        return frame.with_columns(self._numbers.gather(frame[name]).alias(name) for name in columns)

    @cached_property
    def visible(self) -> IncludeClosure:
        return IncludeClosure(self.includes)

    @cached_property
    def macro_sight(self) -> MacroSight:
        return MacroSight(self.includes, self.visible)

    def names(self, questions: pl.DataFrame) -> NameIndex:
        """The index, as far as answers to these questions look into it; others must be among the first asked."""
        if self._names is None and self.is_whole:
            self._names = self.index(self.declared)
        elif self._names is None:
            self._names = self.index(restrict_to(self.declared, names_consulted(questions, self.declared)))
        return self._names

    def index(self, declared: pl.DataFrame) -> NameIndex:
        return NameIndex(declared, self.lookup, self.visible, self.macro_sight)

    @cached_property
    def bases(self) -> inheritance.Bases:
        return inheritance.bases(self._names or self.index(world(self.declared)))


def _answers(
    sites: CallSites, facts: pl.DataFrame, seen: _Seen, answers: CallCache
) -> tuple[AskedSites, pl.DataFrame, list[pl.DataFrame]]:
    """What was asked, the answers by `NUMBER`, and the uses that are no calls."""
    fixtures = answers.world("fixtures", lambda: _fixtures(seen.names(sites.questions())))
    questions, asked = sites.asked(fixtures)
    answered = answers.of(questions, sites.count, lambda new: _ask(new, seen)).select(NUMBER, *ANSWER)
    bases = answers.world("bases", lambda: seen.bases[0])
    above = answers.world("above", lambda: seen.bases[1])
    others = (
        inheritance.inheritance(bases, facts, CONFIDENCE[CppEvidence.BASE_NAME]),
        inheritance.overrides(above, seen.declared, facts, CONFIDENCE[CppEvidence.OVERRIDDEN_METHOD]),
        _find_notable_type_uses(facts),
    )
    return asked, answered.drop_nulls("to"), [each.cast(pl.Schema(RESOLVED)) for each in others]


def _rows(asked: AskedSites, answered: pl.DataFrame, file_ids: Sequence[str]) -> pl.DataFrame:
    rows = asked.answered(answered)
    file = pl.Series(file_ids, dtype=pl.String).gather(rows["file"])
    return (
        rows.with_columns(file=file)
        .select(
            kind="use",
            **{"from": pl.coalesce("from", "file")},
            to="to",
            file="file",
            line="line",
            roles="role",
            confidence=pl.col("evidence").replace_strict(CONFIDENCE, default=None, return_dtype=pl.Float64),
            evidence="evidence",
        )
        .cast(pl.Schema(RESOLVED))
    )


def _fixtures(names: NameIndex) -> pl.DataFrame:
    return pl.DataFrame(names.fixtures, _FIXTURES, orient="row")


_TYPE_NAME = r"^(?:(?:const|static|mutable|constexpr|inline|extern|struct|class)\s+)*(?:\w*(?:<[^<>]*>)?::)*(\w+)"


def _ask(questions: pl.DataFrame, seen: _Seen) -> pl.DataFrame:
    """Questions with their answers; other columns stay."""
    if questions.is_empty():
        return questions.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in ANSWER.items())
    names = seen.names(questions)
    resolver = CallResolver(names)
    found = [_answer(resolver, names, Call._make(question)) for question in questions.select(QUESTION).iter_rows()]
    columns = zip(*(answer or (None, None, None) for answer in found), strict=True)
    return questions.with_columns(
        pl.Series(name, values, dtype) for (name, dtype), values in zip(ANSWER.items(), columns, strict=True)
    )


def _answer(resolver: CallResolver, names: NameIndex, call: Call) -> Callee | None:
    """What a call means in the repository, else the telling function outside of it."""
    if (found := resolver.resolve(call)) or call.kind == UseKind.READ.value:
        return found
    if call.receiver or call.qualifier not in ("", "::", "std", "::std"):
        return None
    known = NOTABLE_APIS["cpp"]
    in_std = call.qualifier.endswith("std")
    if in_std and (name := f"std::{call.name}") in known:
        return Callee(_external(name), "Call", None)
    if call.name not in known or (in_std and known[call.name].category in ("network", "process")):
        return None
    if known[call.name].category == "network" and call.qualifier == "" and resolver.may_be_inherited(call):
        return None  # `connect` of Qt's QObject, not that of sockets
    return None if names.no_members(call.name) else Callee(_external(call.name), "Call", None)


# Types of the standard library that indicate threads and atomics, where a variable is declared with them.
_TYPES = (
    r"\bstd::(?:atomic|thread|jthread|mutex|recursive_mutex|shared_mutex|timed_mutex|condition_variable|future|promise)"
    r"\b"
)


def _find_notable_type_uses(facts: pl.DataFrame) -> pl.DataFrame:
    """Variables and fields declared with a notable type."""
    is_variable = (pl.col("family") == CPP) & (pl.col("group") == "variable")
    return (
        facts.filter(is_variable & pl.col("signature").str.contains(_TYPES))
        .with_columns(type=pl.col("signature").str.extract(f"({_TYPES})"))
        .select(
            kind=pl.lit("TypeUse"),
            **{"from": "id"},
            to=pl.col("type").replace_strict(
                {name: _external(name) for name in NOTABLE_APIS["cpp"]}, return_dtype=pl.String
            ),
            file="file_id",
            line="start",
            roles=pl.lit(None, pl.String),
            confidence=pl.lit(None, pl.Float64),
            evidence=pl.lit(None, pl.String),
        )
    )
