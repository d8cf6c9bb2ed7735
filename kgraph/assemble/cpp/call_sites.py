"""Call sites of the C family become questions, each once, some files at a time; what a name alone answers is answered
at once.

Input: spelled uses of successive files. Output: questions, and in the end the rows of all that was answered. Of a site
only numbers are kept, for its texts take more memory than all that is known of a repository.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from kgraph.assemble.cpp import overloads as rules
from kgraph.assemble.cpp.call_cache import ANSWER, QUESTION
from kgraph.assemble.cpp.declarations import ARGUMENT, MACRO_STATES, type_names
from kgraph.assemble.cpp.entities import Macro
from kgraph.assemble.cpp.lookup_context import Fixture
from kgraph.assemble.cpp.lookup_state import LookupState
from kgraph.assemble.cpp.members import PROPERTY
from kgraph.assemble.evidence import CppEvidence
from kgraph.assemble.external_apis import NOTABLE_APIS
from kgraph.model import UseKind
from kgraph.vocab.iri import external_id

NUMBER = "question"  # the column of questions that names each
_CALL, _FUNCTION, _READ, _LAUNCH = (
    kind.value for kind in (UseKind.CALL, UseKind.FUNCTION, UseKind.READ, UseKind.LAUNCH)
)
_ROLES = {_LAUNCH: "launch", _READ: "address"}
_MACRO_FILES = ("files", *MACRO_STATES)
_OPERATOR = "operator"
_TELLING_NAMES = sorted({name.removeprefix("std::") for name in NOTABLE_APIS["cpp"]})
_TEST = "test"  # the row of the function that a question stands in, if that may be a test of a fixture


class CallSites:
    """The call sites of successive files, in their order.

    `facts` is the joined frame of symbol facts, a row's number in which is its place.
    """

    def __init__(self, seen: LookupState, facts: pl.DataFrame) -> None:
        self.count = 0
        self._seen = seen
        self._names = _Names(seen)
        self._owners = facts.select(
            id="id", in_const=(pl.col("group") == "function") & pl.col("key").str.ends_with(" const")
        ).with_columns(
            scope=facts.select(owner="row").join(seen.scopes, on="owner", how="left", maintain_order="left")["scope"]
        )
        self._find_overloaded_names = _find_overloaded_names(seen.declared)
        self._tests = seen.tests["row"].implode()
        self._questions: list[pl.DataFrame] = []
        self._asked = 0
        self._links: list[pl.DataFrame] = []  # question, and the site
        self._easy: list[pl.DataFrame] = []  # answers, and the site
        self._launches: list[pl.DataFrame] = []

    def add(self, spelled: pl.DataFrame) -> None:
        """Add the sites of some files, of which no other sites were or will be added."""
        sites = spelled.with_row_index("site", offset=self.count)
        places = sites.select(
            "site",
            pl.col("owner", "file").cast(pl.Int32),
            pl.col("line").cast(pl.UInt32),
            role=pl.col("kind").replace_strict(_ROLES, default=None, return_dtype=pl.Enum(list(_ROLES.values()))),
        )
        hard, easy = self._names.answer(self._seen.renumber(sites.drop("line"), "file"))
        self._easy.append(_attach_places(easy, places, self.count))
        owners = self._owners[hard.select(pl.when(pl.col("owner") >= 0).then("owner")).to_series()]
        overloaded = pl.col("name").is_in(self._find_overloaded_names.implode())
        hard = hard.with_columns(
            pl.when(overloaded).then(ARGUMENT).otherwise(pl.lit("")).alias(ARGUMENT),
            owners["scope"].fill_null(""),
            owners["in_const"].fill_null(value=False),
            pl.when(pl.col("owner").is_in(self._tests)).then("owner").otherwise(-1).alias(_TEST),
        )
        questions = hard.group_by([*QUESTION, _TEST], maintain_order=True).agg("site")
        questions = questions.with_row_index(NUMBER, offset=self._asked)
        links = questions.select(NUMBER, "site").explode("site", empty_as_null=False, keep_nulls=False)
        self._links.append(_attach_places(links, places, self.count))
        self._questions.append(questions.drop("site"))
        self._launches.append(
            _attach_places(sites.filter(pl.col("kind") == _LAUNCH).select("site"), places, self.count)
        )
        self._asked += questions.height
        self.count += sites.height

    def questions(self) -> pl.DataFrame:
        """All questions, some twice, as long as it is not known what the fixtures are."""
        self._questions = [pl.concat(self._questions)]
        return self._questions[0]

    def list_questions(self, fixtures: pl.DataFrame) -> tuple[pl.DataFrame, QuestionSites]:
        """The questions, each once, where tests of `fixtures` stand in the scopes of these, and `NUMBER`; and the sites
        that wait for answers, which is all that is left here."""
        questions, links = self.questions(), pl.concat(self._links)
        self._questions.clear()
        self._links.clear()
        in_tests = self._seen.tests.join(fixtures, on=Fixture._fields).select("within", pl.col("row").alias(_TEST))
        if not in_tests.is_empty():
            questions = questions.join(in_tests, on=_TEST, how="left", maintain_order="left")
            questions = questions.with_columns(scope=pl.coalesce("within", "scope"))
        if not self._seen.tests.is_empty():
            each = questions.group_by(QUESTION, maintain_order=True).agg(pl.col(NUMBER).alias("before"))
            questions = each.with_row_index(NUMBER)
            renumbered = questions.select(NUMBER, "before").explode("before", empty_as_null=False, keep_nulls=False)
            links = links.rename({NUMBER: "before"}).join(renumbered, on="before").drop("before")
        sites = QuestionSites(links, pl.concat(self._easy), pl.concat(self._launches), self._owners["id"])
        return questions.select(NUMBER, *QUESTION), sites


@dataclass(frozen=True, slots=True)
class QuestionSites:
    """The call sites of all files, which have the columns `site`, `owner`, `file`, `line` and `role`."""

    links: pl.DataFrame  # those that a question is asked of: `NUMBER`
    easy: pl.DataFrame  # those that are answered, with the columns of an answer
    launches: pl.DataFrame
    owners: pl.Series  # ids of symbols, by row

    def join_answers(self, answers: pl.DataFrame) -> pl.DataFrame:
        """The sites that lead somewhere, in their order, then the launches; `answers` are those of questions, by
        `NUMBER`. Columns: `from`, an id or null, `file`, a number, `line`, `role`, and those of an answer."""
        hard = self.links.join(answers, on=NUMBER).drop(NUMBER)
        launched = self.launches.with_columns(
            to=pl.lit(external_id("symbol/cpp", "<<<>>>")),
            use=pl.lit("Call"),
            evidence=pl.lit(None, pl.String),
            role=pl.lit(None, hard.schema["role"]),
        )
        rows = pl.concat([hard, self.easy.select(hard.columns)]).sort("site")
        rows = pl.concat([rows, launched.select(hard.columns)])
        owner = rows.select(pl.when(pl.col("owner") >= 0).then("owner")).to_series()
        return rows.select(
            self.owners.gather(owner).alias("from"), "file", "line", pl.col("role").cast(pl.String), *ANSWER
        )


def _attach_places(frame: pl.DataFrame, places: pl.DataFrame, first: int) -> pl.DataFrame:
    """The rows of sites, the number of the first of which is `first`, with the places of these."""
    return frame.hstack(places.drop("site")[frame["site"] - first])


class _Names:
    """What names alone answer.

    What no function or type is called, and what the standard library has, is nothing of the repository; but the only
    macro of a name is what the name says, where it is defined.
    """

    def __init__(self, seen: LookupState) -> None:
        declared = seen.declared
        group = pl.col("group")
        macros = declared.filter((group == "macro") & ~_is_one_of(pl.col("name"), rules.NO_MACROS))
        is_lone = pl.len().over("name") == 1
        self._seen = seen
        self._lone = macros.filter(is_lone).select("name", "id", "local", *_MACRO_FILES)
        self._several = _distinct_names(macros.filter(~is_lone))
        functions = _distinct_names(declared.filter(group == "function"))
        is_property = (group == "variable") & pl.col("signature").str.starts_with(PROPERTY)
        types = pl.Series(sorted(type_names(declared)), dtype=pl.String)
        telling = pl.Series(_TELLING_NAMES, dtype=pl.String)
        self._known = pl.concat([functions, _distinct_names(declared.filter(is_property)), types, telling])
        self._functors = _find_functor_names(declared)
        self._operators = functions.filter(functions.str.starts_with(_OPERATOR))
        self._variables = _distinct_names(declared.filter(group == "variable"))

    def answer(self, sites: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The sites that must be looked at, and the answers to those of the others that have one."""
        name, kind = pl.col("name"), pl.col("kind")
        alone = pl.col("receiver") == ""
        called_fields = ~alone & _is_one_of(name, self._functors)
        expands = alone & (pl.col("qualifier") == "") & (kind == _CALL)
        in_std = alone & kind.is_in([_CALL, _FUNCTION]) & pl.col("qualifier").str.contains(r"^(::)?std(::|$)")
        unknown = name.str.contains(r"^[A-Za-z_][A-Za-z0-9_]*$") & ~_is_one_of(name, self._known)
        unknown = (unknown & ~called_fields) | self._no_operators()
        sites = sites.with_columns(
            easy=(in_std & ~_is_one_of(name, _TELLING_NAMES)) | (unknown & ~(expands & _is_one_of(name, self._several)))
        )
        expanded = sites.filter(pl.col("easy") & expands)
        answers = expanded.join(self._find_macro_files(expanded), on=["file", "name"], maintain_order="left").select(
            "site", to="id", use=pl.lit("Expansion"), evidence=pl.lit(CppEvidence.MACRO_NAME)
        )
        return sites.filter(~pl.col("easy")), answers

    def _no_operators(self) -> pl.Expr:
        """Whether a site is a use of an operator that none declares, or its operand surely no object of a known
        class."""
        name, operand, type_ = pl.col("name"), pl.col("receiver"), pl.col("type")
        is_name = operand.str.contains(r"^\w+$")
        is_typed = is_name & (type_ != "") & (type_ != "auto")
        class_name = type_.str.extract(r"^(?:const )?(?:::)?(?:\w*(?:<[^<>]*>)?::)*(\w+)")
        return name.str.starts_with(_OPERATOR) & (
            ~_is_one_of(name, self._operators)
            | (is_typed & ~_is_one_of(class_name, self._known))
            | (is_name & (type_ == "") & ~_is_one_of(operand, self._variables))
        )

    def _find_macro_files(self, sites: pl.DataFrame) -> pl.DataFrame:
        """The files (`file`) of the sites that use a macro (`name`, `id`) where it may be defined."""
        pairs = sites.select("file", "name").unique().join(self._lone, on="name").sort("file", "name")
        used = pairs.select("id", "local", *_MACRO_FILES).unique("id")
        made = {id_: Macro.of(id_, local, *files) for id_, local, *files in used.iter_rows()}
        sight = self._seen.macro_sight
        is_defined = [sight.is_defined(made[id_], file) for file, id_ in pairs.select("file", "id").iter_rows()]
        return pairs.select("file", "name", "id").filter(pl.Series(is_defined, dtype=pl.Boolean))


_TYPE_NAME = r"^(?:(?:const|static|mutable|constexpr|inline|extern|struct|class)\s+)*(?:\w*(?:<[^<>]*>)?::)*(\w+)"


def _find_overloaded_names(declared: pl.DataFrame) -> pl.Series:
    """The names that several functions of one scope have: of other calls it does not matter what is passed."""
    functions = declared.filter(pl.col("group") == "function").select("name", "scope")
    return _distinct_names(functions.filter(functions.is_duplicated()))


def _find_functor_names(declared: pl.DataFrame) -> pl.Series:
    """The names of variables and fields whose class declares `operator()`."""
    functors = declared.filter(pl.col("name") == "operator()")["scope"].str.extract(r"(\w+)(?:<.*>)?$")
    variables = declared.filter(pl.col("group") == "variable")
    class_name = pl.col("signature").str.extract(_TYPE_NAME)
    return _distinct_names(variables.filter(class_name.is_in(functors.drop_nulls().unique().implode())))


def _distinct_names(declared: pl.DataFrame) -> pl.Series:
    """The names, each once."""
    return declared["name"].unique(maintain_order=True)


def _is_one_of(text: pl.Expr, texts: Iterable[str]) -> pl.Expr:
    names = texts if isinstance(texts, pl.Series) else pl.Series(list(texts), dtype=pl.String)
    return text.is_in(names.implode())
