"""Resolution of uses of the C family from text alone: calls, macro expansions, inheritance, overrides.

Input: spelled uses, the joined frame of symbol facts, and which file includes which. Output: rows of `uses.RESOLVED`.
Equal questions are asked once: the calls of a repository are a third as many different ones. What names alone answer is
answered set-wise; a build that follows another asks what is new (see `call_cache`).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from kgraph import gc_control
from kgraph.assemble.cpp import inheritance, mentions
from kgraph.assemble.cpp.call_cache import ANSWER, QUESTION, CallCache
from kgraph.assemble.cpp.call_sites import NUMBER, CallSites, QuestionSites
from kgraph.assemble.cpp.kept_rows import KeptCppFiles
from kgraph.assemble.cpp.lookup_state import LookupState
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
    edges: tuple[pl.DataFrame, pl.DataFrame],
    result_cache: ResultCache | None = None,
    kept: KeptCppFiles | None = None,
) -> pl.DataFrame:
    """The uses of the C family.

    `edges` say which file includes which, and what a file may see where a header was not found; both have the columns
    `file` and `target`. `result_cache` has the answers of previous builds. Where `kept` has the uses of files that
    cannot be others than they were, those are not looked at.
    """
    is_using = pl.col("kind").is_in(_USINGS)
    is_mention = pl.col("kind").is_in(mentions.KINDS)
    usings = with_arguments(usings_of(spelled))
    with gc_control.gc_collected():  # the index of names is large, and full of reference cycles
        seen = LookupState(spelled.numbers, usings, facts, edges, len(file_ids))
        answers = CallCache(result_cache, seen.declared, seen.lookup, (seen.includes, seen.likely))
        if kept:
            kept.narrow(spelled, answers)
        sites = CallSites(seen, facts)
        mentioned = [usings.clear()]
        for part in map(with_arguments, spelled.parts()):
            mentioned.append(part.filter(is_mention))
            sites.add(part.filter(~is_using & ~is_mention))
        seen.is_whole = any(not part.is_empty() for part in mentioned)
        asked, answered, others = _answers(sites, facts, seen, answers, is_whole=spelled.is_whole)
        whole = seen if seen.is_whole else None
        if kept and whole:
            kept.drop()
        del sites, answers, seen
    resolved = pl.concat([_rows(asked, answered, file_ids), *others])
    del asked, answered
    if whole:
        rows = _mentions(pl.concat(mentioned), facts, file_ids, whole, resolved)
        resolved = pl.concat([resolved, rows.cast(pl.Schema(RESOLVED))])
    return resolved


def externals_of(targets: pl.Series) -> list[Row]:
    """Rows of `externals` for what uses lead to."""
    outside = set(targets.filter(targets.str.starts_with("external/")))
    return [row("cpp", name) for name in NOTABLE_APIS["cpp"] if _external(name) in outside]


def usings_of(spelled: SpelledUses) -> pl.DataFrame:
    """The using-directives, using-declarations and aliases of all files."""
    return spelled.filter_kinds(_USINGS)


def _mentions(
    mentioned: pl.DataFrame, facts: pl.DataFrame, file_ids: Sequence[str], seen: LookupState, others: pl.DataFrame
) -> pl.DataFrame:
    values = mentions.ValueIndex(seen.renumber(facts.filter(pl.col("family") == CPP), "file"), seen.inline)
    sites = seen.renumber(mentioned.with_row_index("site").drop("line"), "file")
    answered = mentions.resolve_mentions(sites, seen.scopes, seen.names(sites), values)
    owners = facts.select(owner="row", from_="id")
    return mentions.mention_rows(mentioned, answered, owners, file_ids, others)


def _external(name: str) -> str:
    return external_id("symbol/cpp", name)


def _answers(
    sites: CallSites, facts: pl.DataFrame, seen: LookupState, answers: CallCache, *, is_whole: bool
) -> tuple[QuestionSites, pl.DataFrame, list[pl.DataFrame]]:
    """What was asked, the answers by `NUMBER`, and the uses that are no calls."""
    fixtures = answers.world("fixtures", lambda: _fixtures(seen.names(sites.questions())))
    questions, asked = sites.list_questions(fixtures)
    most = sites.count if is_whole else None  # of answers that nobody asks for, when some files are all that ask
    answered = answers.answer(questions, most, lambda new: _ask(new, seen)).select(NUMBER, *ANSWER)
    bases = answers.world("bases", lambda: seen.bases[0])
    above = answers.world("above", lambda: seen.bases[1])
    given = answers.world("given", lambda: seen.bases[2])
    others = (
        inheritance.inheritance(bases, facts, CONFIDENCE[CppEvidence.BASE_NAME]),
        inheritance.overrides(above, given, seen.declared, facts, CONFIDENCE[CppEvidence.OVERRIDDEN_METHOD]),
        _find_notable_type_uses(facts),
    )
    return asked, answered.drop_nulls("to"), [each.cast(pl.Schema(RESOLVED)) for each in others]


def _rows(asked: QuestionSites, answered: pl.DataFrame, file_ids: Sequence[str]) -> pl.DataFrame:
    rows = asked.join_answers(answered)
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


def _ask(questions: pl.DataFrame, seen: LookupState) -> pl.DataFrame:
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
