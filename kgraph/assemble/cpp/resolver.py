"""Resolution of uses of the C family from text alone: calls, macro expansions, inheritance, overrides.

Input: spelled uses, the joined frame of symbol facts, and which file includes which. Output: rows of `uses.RESOLVED`.
Equal questions are asked once: the calls of a repository are a third as many different ones. What names alone answer is
answered set-wise; a build that follows another asks what is new (see `call_cache`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import polars as pl

from kgraph.assemble.cpp import inheritance, mentions
from kgraph.assemble.cpp import overloads as rules
from kgraph.assemble.cpp.call_cache import ANSWER, QUESTION, CallCache
from kgraph.assemble.cpp.declarations import (
    ARGUMENT,
    FACTS,
    MACRO_STATES,
    declarations,
    names_consulted,
    restrict_to,
    type_names,
    world,
)
from kgraph.assemble.cpp.entities import Macro
from kgraph.assemble.cpp.include_closure import IncludeClosure
from kgraph.assemble.cpp.lookup_context import SCOPE, Fixture, inline_namespaces, lookup, tests_of, transparent
from kgraph.assemble.cpp.macro_sight import MacroSight
from kgraph.assemble.cpp.members import PROPERTY
from kgraph.assemble.cpp.name_index import NameIndex
from kgraph.assemble.cpp.overloads import Call, Callee, CallResolver
from kgraph.assemble.evidence import CONFIDENCE, CppEvidence
from kgraph.assemble.external_apis import NOTABLE_APIS, Row, row
from kgraph.assemble.fact_tables import CPP
from kgraph.assemble.result_cache import ResultCache
from kgraph.assemble.use_tables import RESOLVED
from kgraph.model import UseKind
from kgraph.vocab.iri import external_id

_CALL, _FUNCTION, _READ, _LAUNCH = (
    kind.value for kind in (UseKind.CALL, UseKind.FUNCTION, UseKind.READ, UseKind.LAUNCH)
)
_MACRO_FILES = ("files", *MACRO_STATES)
_ROLES = {_LAUNCH: "launch", _READ: "address"}
_FIXTURES = {"file": pl.Int64(), "scope": pl.String(), "argument": pl.String(), "within": pl.String()}
_OPERATOR = "operator"
_TELLING_NAMES = sorted({name.removeprefix("std::") for name in NOTABLE_APIS["cpp"]})


def resolve_uses(
    spelled: pl.DataFrame,
    facts: pl.DataFrame,
    file_ids: Sequence[str],
    include_edges: pl.DataFrame,
    result_cache: ResultCache | None = None,
) -> tuple[pl.DataFrame, list[Row]]:
    """The uses of the C family, and rows of `externals`; `include_edges` has the columns `file` and `target`.

    `result_cache` has the answers of previous builds.
    """
    is_using = pl.col("kind").is_in([UseKind.USING.value, UseKind.ALIAS.value])
    is_mention = pl.col("kind").is_in(mentions.KINDS)
    seen = _Seen(spelled, spelled.filter(is_using), facts, include_edges, len(file_ids))
    mentioned = spelled.filter(is_mention)
    seen.is_whole = not mentioned.is_empty()
    answers = CallCache(result_cache, seen.declared, seen.lookup, seen.includes)
    parts = (
        _calls(spelled.filter(~is_using & ~is_mention), facts, file_ids, seen, answers),
        inheritance.inheritance(
            answers.world("bases", lambda: seen.bases[0]), facts, CONFIDENCE[CppEvidence.BASE_NAME]
        ),
        inheritance.overrides(
            answers.world("above", lambda: seen.bases[1]),
            seen.declared,
            facts,
            CONFIDENCE[CppEvidence.OVERRIDDEN_METHOD],
        ),
        _find_notable_type_uses(facts),
    )
    resolved = pl.concat([part.cast(pl.Schema(RESOLVED)) for part in parts])
    if seen.is_whole:
        rows = _mentions(mentioned, facts, file_ids, seen, resolved)
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
        spelled: pl.DataFrame,
        usings: pl.DataFrame,
        facts: pl.DataFrame,
        include_edges: pl.DataFrame,
        count: int,
    ) -> None:
        of_family = facts.select("family", *FACTS).filter(pl.col("family") == CPP)
        files = [of_family["file"], spelled["file"], include_edges["file"], include_edges["target"]]
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


def _calls(
    spelled: pl.DataFrame, facts: pl.DataFrame, file_ids: Sequence[str], seen: _Seen, answers: CallCache
) -> pl.DataFrame:
    in_const = (pl.col("group") == "function") & pl.col("key").str.ends_with(" const")
    owners = facts.select(owner="row", from_="id", in_const=in_const)
    sites = spelled.with_row_index("site")
    hard, easy = _by_names(seen.renumbered(sites.drop("line"), "file"), seen)
    hard = hard.with_columns(
        pl.when(_one_of(pl.col("name"), _overloaded(seen.declared)))
        .then(ARGUMENT)
        .otherwise(pl.lit(""))
        .alias(ARGUMENT)
    )
    fixtures = answers.world("fixtures", lambda: _fixtures(seen.names(hard)))
    in_tests = seen.tests.join(fixtures, on=Fixture._fields).select("within", owner="row")
    scopes = seen.scopes.join(in_tests, on="owner", how="left", maintain_order="left")
    scopes = scopes.select("owner", scope=pl.coalesce("within", "scope"))
    questions = (
        hard.join(scopes, on="owner", how="left", maintain_order="left")
        .join(owners.drop("from_"), on="owner", how="left", maintain_order="left")
        .with_columns(pl.col("scope").fill_null(""), pl.col("in_const").fill_null(value=False))
        .group_by(QUESTION, maintain_order=True)
        .agg("site")
    )
    answered = answers.of(questions, spelled.height, lambda new: _ask(new, seen))
    resolved_hard = answered.drop_nulls("to").select("site", *ANSWER).explode("site", empty_as_null=False)
    resolved = pl.concat([easy, resolved_hard]).sort("site")
    launched = sites.filter(pl.col("kind") == _LAUNCH).select(
        "site",
        to=pl.lit(_external("<<<>>>")),
        use=pl.lit("Call"),
        evidence=pl.lit(None, pl.String),
    )
    role = pl.col("kind").replace_strict(_ROLES, default=None, return_dtype=pl.String)
    rows = pl.concat(
        [resolved.with_columns(launches=pl.lit(value=False)), launched.with_columns(launches=pl.lit(value=True))]
    )
    at = sites.select("kind", "owner", "file", "line")[rows["site"]]
    at = at.with_columns(file=pl.Series(file_ids, dtype=pl.String).gather(at["file"]))
    return (
        rows.hstack(at)
        .join(owners.select("owner", "from_"), on="owner", how="left", maintain_order="left")
        .select(
            kind="use",
            **{"from": pl.coalesce("from_", "file")},
            to="to",
            file="file",
            line="line",
            roles=pl.when(~pl.col("launches")).then(role),
            confidence=pl.col("evidence").replace_strict(CONFIDENCE, default=None, return_dtype=pl.Float64),
            evidence="evidence",
        )
    )


def _fixtures(names: NameIndex) -> pl.DataFrame:
    return pl.DataFrame(names.fixtures, _FIXTURES, orient="row")


_TYPE_NAME = r"^(?:(?:const|static|mutable|constexpr|inline|extern|struct|class)\s+)*(?:\w*(?:<[^<>]*>)?::)*(\w+)"


def _by_names(sites: pl.DataFrame, seen: _Seen) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The sites that must be looked at, and the answers to those of the others that have one.

    What no function or type is called, and what the standard library has, is nothing of the repository; but the only
    macro of a name is what the name says, where it is defined.
    """
    name, kind = pl.col("name"), pl.col("kind")
    declared = seen.declared
    macros = declared.filter((pl.col("group") == "macro") & ~_one_of(name, rules.NO_MACROS))
    lone, several = (macros.filter(pl.len().over("name") == 1), macros.filter(pl.len().over("name") > 1))
    functions = declared.filter(pl.col("group") == "function")["name"].unique()
    is_property = (pl.col("group") == "variable") & pl.col("signature").str.starts_with(PROPERTY)
    properties = declared.filter(is_property)["name"].unique()
    known = [*functions, *properties, *type_names(declared), *_TELLING_NAMES]
    alone = pl.col("receiver") == ""
    called_fields = ~alone & _one_of(name, _of_functors(declared))
    expands = alone & (pl.col("qualifier") == "") & (kind == _CALL)
    in_std = alone & kind.is_in([_CALL, _FUNCTION]) & pl.col("qualifier").str.contains(r"^(::)?std(::|$)")
    unknown = name.str.contains(r"^[A-Za-z_][A-Za-z0-9_]*$") & ~_one_of(name, known)
    unknown = (unknown & ~called_fields) | _no_operators(declared, functions, known)
    sites = sites.with_columns(
        easy=(in_std & ~_one_of(name, _TELLING_NAMES)) | (unknown & ~(expands & _one_of(name, several["name"])))
    )
    expanded = (
        sites.filter(pl.col("easy") & expands)
        .join(_defined(sites.filter(pl.col("easy") & expands), lone, seen), on=["file", "name"], maintain_order="left")
        .select("site", to="id", use=pl.lit("Expansion"), evidence=pl.lit(CppEvidence.MACRO_NAME))
    )
    return sites.filter(~pl.col("easy")), expanded


def _overloaded(declared: pl.DataFrame) -> pl.Series:
    """The names that several functions of one scope have: of other calls it does not matter what is passed."""
    functions = declared.filter(pl.col("group") == "function").select("name", "scope")
    return functions.filter(functions.is_duplicated())["name"].unique()


def _of_functors(declared: pl.DataFrame) -> pl.Series:
    """The names of variables and fields whose class declares `operator()`."""
    functors = declared.filter(pl.col("name") == "operator()")["scope"].str.extract(r"(\w+)(?:<.*>)?$")
    variables = declared.filter(pl.col("group") == "variable")
    class_name = pl.col("signature").str.extract(_TYPE_NAME)
    return variables.filter(class_name.is_in(functors.drop_nulls().unique().implode()))["name"].unique()


def _no_operators(declared: pl.DataFrame, functions: pl.Series, types: Iterable[str]) -> pl.Expr:
    """Whether a site is a use of an operator that none declares, or its operand surely no object of a known class."""
    name, operand, type_ = pl.col("name"), pl.col("receiver"), pl.col("type")
    operators = functions.filter(functions.str.starts_with(_OPERATOR))
    variables = declared.filter(pl.col("group") == "variable")["name"].unique()
    is_name = operand.str.contains(r"^\w+$")
    is_typed = is_name & (type_ != "") & (type_ != "auto")
    class_name = type_.str.extract(r"^(?:const )?(?:::)?(?:\w*(?:<[^<>]*>)?::)*(\w+)")
    return name.str.starts_with(_OPERATOR) & (
        ~_one_of(name, operators)
        | (is_typed & ~_one_of(class_name, types))
        | (is_name & (type_ == "") & ~_one_of(operand, variables))
    )


def _defined(sites: pl.DataFrame, macros: pl.DataFrame, seen: _Seen) -> pl.DataFrame:
    """The files (`file`) of the sites that use a macro (`name`, `id`) where it may be defined."""
    macros = macros.select("name", "id", "local", *_MACRO_FILES)
    made = {id_: Macro.of(id_, local, *files) for _, id_, local, *files in macros.iter_rows()}
    pairs = sites.select("file", "name").unique().join(macros.select("name", "id"), on="name").sort("file", "name")
    is_defined = [seen.macro_sight.is_defined(made[id_], file) for file, _, id_ in pairs.iter_rows()]
    return pairs.filter(pl.Series(is_defined, dtype=pl.Boolean))


def _one_of(text: pl.Expr, texts: Iterable[str]) -> pl.Expr:
    return text.is_in(pl.Series(list(texts), dtype=pl.String).implode())


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
    if (found := resolver.resolve(call)) or call.kind == _READ:
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
