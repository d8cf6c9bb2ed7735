"""What a question means: nodes ranked by how exactly they are named, by kind and by how much they are used.

Input: the tables of a graph; a question. Output: rows, the best first. From the best tier to the last:

0. the full name or path, of more than one step; 1. a public name; 2. its last steps (`nn.Linear`,
`Tensor::sizes`) or its short name; 3. its last words ("jit script"), or the beginning of one of these; 4. each word
begins a word of the short name, or all of that are words of the question ("parse html": `Jsoup.parse`), and the others
stand in the documentation; 5. each word begins a word of the full or a public name, one of them in the short name;
6. the text stands somewhere in the full name; 7. each word begins a word of the full name; 8. where names give few,
each word begins a word of the documentation; 9. where there is nothing else, at least half of the telling words stand
in the full name or the documentation, those with most of them first. Headings of documents, and what is external, are
in tier 5 at best; of what only resembles the question, what stands in tests is two tiers lower.

Within a tier types, scopes and functions come before variables, what is no test before tests, and what others use most
comes first. Overloads, declarations and stubs of one name are one row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import polars as pl

from kgraph.relate.file_names import has_test_name, test_folder_of
from kgraph.search import other_names, reexports, words
from kgraph.symbol_places import symbol_places

RANKING_SCRIPT = Path(__file__).with_name("ranking.js")  # the same for pages without a server
SEARCHED = ("files", "folders", "symbols", "externals", "edges", "locations", "includes")  # the tables that are needed
EXACT, BEGINNING = 2, 3  # the last tiers of what is named so, and of what begins so
_USES = ("calls", "references", "inherits", "includes", "imports", "expands", "typeOf", "binds")
_RANKS = {
    **dict.fromkeys(("Class", "Struct", "Union", "Enum", "Concept", "Module", "Namespace", "Folder"), 0),
    **dict.fromkeys(("Function", "Method", "File"), 0),
    **dict.fromkeys(("TypeAlias", "Macro", "Variable", "Field", "Property"), 1),
}
_LAST = 2  # constructors, enumerators, headings, targets, what is external
_WORDS_OF_PATH, _TEXT, _SOME = 5, 8, 9
_MIN_NAMED = 50  # with fewer that are named so, documentation is searched
_PUBLIC = {"id": pl.String, "public": pl.String}
_SHORT = 3  # letters of the shortest word that is looked for in texts
_LOW = ("Heading", "Target", "BuildTest", "ExternalSymbol", "ExternalModule", "ExternalHeader", "Package")
# Words of questions that say nothing of what is meant.
_COMMON = frozenset("the and for from with into what who how where which why does can get has are this that".split())  # noqa: SIM905
_MAX_QUESTION = 300  # characters


class SearchIndex:
    """The names of a graph, ready to be asked."""

    def __init__(self, tables: Mapping[str, pl.DataFrame]) -> None:
        self._tables = tables

    @cached_property
    def rows(self) -> pl.DataFrame:
        """All nodes: `id`, `kind`, `name`, `full`, what they are compared by, and what orders equals."""
        tables = self._tables
        files = tables["files"].select("id", "name", kind=pl.lit("File"), full="path", doc="documentation")
        folders = tables["folders"].select(
            "id", "name", kind=pl.lit("Folder"), full="path", doc=pl.lit(None, pl.String)
        )
        symbols = tables["symbols"].select("id", "name", "kind", full="qualified_name", doc="documentation")
        others = tables["externals"].select("id", "kind", name="spelling", full="spelling", doc=pl.lit(None, pl.String))
        order = ["id", "kind", "name", "full", "doc"]
        rows = pl.concat([each.select(order) for each in (files, folders, symbols, others)])
        others = (
            pl.DataFrame(list(other_names.names(tables)), schema=_PUBLIC, orient="row").unique().sort("id", "public")
        )
        public = pl.concat([reexports.public_names(tables), others]).with_columns(
            key=words.key_column(pl.col("public"))
        )
        public = public.with_columns(words=words.column(pl.col("public")))
        public = public.group_by("id").agg(
            pl.col("key").str.join("\n"), *(pl.col(each).str.join("\n") for each in ("words", "public"))
        )
        rows = rows.join(public.rename({"key": "public_keys"}), on="id", how="left").join(
            self._fan_in(), on="id", how="left"
        )
        rows = rows.join(self._tests(), on="id", how="left")
        return (
            rows.with_columns(
                pl.col("name").fill_null(""),
                pl.col("full").fill_null(""),
                public_keys=pl.lit("\n") + pl.col("public_keys").fill_null("") + pl.lit("\n"),
                fan_in=pl.col("fan_in").fill_null(0),
                is_test=pl.col("is_test").fill_null(value=False),
                rank=pl.col("kind").replace_strict(_RANKS, default=_LAST, return_dtype=pl.Int64),
            )
            .with_columns(
                low_name=pl.col("name").str.to_lowercase(),
                key=words.key_column(pl.col("full")),
                name_words=words.column(pl.col("name")),
                # One line for each of its names.
                full_words=pl.concat_str(
                    words.column(pl.col("full")), pl.lit("\n"), pl.col("words").fill_null(""), pl.lit("\n")
                ),
            )
            .drop("words")
        )

    def _fan_in(self) -> pl.DataFrame:
        """How often each node is used, with what is in it."""
        edges = self._tables["edges"]
        used = edges.filter(pl.col("kind").is_in(_USES)).group_by(id="target").agg(fan_in=pl.len().cast(pl.Int64))
        inside = (
            edges.filter((pl.col("kind") == "contains") & pl.col("source").str.starts_with("symbol/"))
            .join(used, left_on="target", right_on="id")
            .select("fan_in", id="source")
        )
        return pl.concat([used.select("fan_in", "id"), inside]).group_by("id").agg(pl.col("fan_in").sum())

    def _tests(self) -> pl.DataFrame:
        """Which nodes stand in tests."""
        paths = self._tables["files"].select("id", "path")
        tests = [has_test_name(path) or test_folder_of(path) != "" for path in paths["path"].to_list()]
        files = paths.select("id").with_columns(is_test=pl.Series(tests, dtype=pl.Boolean))
        symbols = (
            symbol_places(self._tables["edges"], self._tables["locations"])
            .join(files.rename({"id": "file"}), on="file")
            .group_by(id="symbol")
            .agg(pl.col("is_test").all())
        )
        return pl.concat([files, symbols])

    def find(self, question: str, *, of: pl.Expr | None = None, overloads: bool = False) -> pl.DataFrame:
        """All that the question may mean, the best first; `tier` says how, `count` how many one row stands for.

        `of` says which nodes may be meant; with `overloads`, each of those is a row of its own.
        """
        question = question[:_MAX_QUESTION].strip()
        key, asked = words.key(question), words.split(question)
        rows = self.rows if of is None else self.rows.filter(of)
        if not key:
            return rows.head(0).with_columns(tier=pl.lit(0), count=pl.lit(1))
        described = _find_described(rows, asked)
        named = rows.filter(
            pl.col("id").is_in(described)
            | pl.col("key").str.contains(key, literal=True)
            | pl.col("public_keys").str.contains(key, literal=True)
            | _all_begin("full_words", asked)
        )
        found = named.with_columns(tier=_tier(key, asked, described), missing=pl.lit(0, pl.Int64))
        found = found.filter(pl.col("tier") < _TEXT)
        if len(found) < _MIN_NAMED and (told := _match_documentation(rows, asked)) is not None:
            found = pl.concat([found, told.filter(pl.col("id").is_in(found["id"].implode()).not_())])
        if found.is_empty() and len(question.split()) > 1:
            found = _match_some(rows, asked)
        spelled = words.steps(question)
        case = (pl.col("name") == spelled) | words.steps_column(pl.col("full")).str.ends_with(spelled)
        is_path = "/" in question
        found = found.sort(
            "tier",
            "missing",
            pl.when(pl.col("kind").is_in(["File", "Folder"])).then(not is_path).otherwise(is_path),
            "is_test",
            "rank",
            case.not_(),
            -pl.col("fan_in"),
            pl.col("full").str.len_chars(),
            "full",
            "id",
        )
        found = found.with_columns(count=pl.len().over("full", "kind").cast(pl.Int64))
        return found if overloads else found.unique(["full", "kind"], keep="first", maintain_order=True)


def _tier(key: str, asked: list[str], described: pl.Series) -> pl.Expr:
    last = key.rpartition(".")[2]
    keys, public = pl.col("key"), pl.col("public_keys")
    step = f".{key}"
    begins = pl.col("low_name").str.starts_with(last) & (
        (pl.lit(".") + keys).str.contains(step, literal=True) | public.str.contains(step, literal=True)
    )
    steps = [
        (keys == key) & ("." in key),
        public.str.contains(f"\n{key}\n", literal=True),
        (pl.col("low_name") == key) | keys.str.ends_with(step) | public.str.contains(f"{step}\n", literal=True),
        begins | pl.col("low_name").str.starts_with(key) | _ends(asked),
        _all_begin("name_words", asked) | pl.col("id").is_in(described),
        _all_begin("full_words", asked) & _any_begins("name_words", asked),
        keys.str.contains(key, literal=True),
        _all_begin("full_words", asked),
    ]
    tier = pl.coalesce(*(pl.when(step).then(pl.lit(tier)) for tier, step in enumerate(steps)), pl.lit(_TEXT))
    return (
        pl.when((tier < _WORDS_OF_PATH) & pl.col("kind").is_in(_LOW))
        .then(_WORDS_OF_PATH)
        .when((tier >= BEGINNING) & (tier < _TEXT) & pl.col("is_test"))
        .then(pl.min_horizontal(tier + 2, _TEXT - 1))
        .otherwise(tier)
    )


def _ends(asked: list[str]) -> pl.Expr:
    """Whether one of the names of a node ends with the words, the first of which begins a step of it."""
    if len(asked) < 2:
        return pl.lit(value=False)
    pattern = rf"(?:^|[.\n]){'[._]?'.join(map(re.escape, asked))}(?:\n|$)"
    return pl.col("key").str.contains(pattern) | pl.col("public_keys").str.contains(pattern)


def _all_begin(column: str, asked: list[str]) -> pl.Expr:
    if not asked:
        return pl.lit(value=False)
    return pl.all_horizontal(pl.col(column).str.contains(f" {word}", literal=True) for word in asked)


def _any_begins(column: str, asked: list[str]) -> pl.Expr:
    if not asked:
        return pl.lit(value=False)
    return pl.any_horizontal(pl.col(column).str.contains(f" {word}", literal=True) for word in asked)


def _match_documentation(rows: pl.DataFrame, asked: list[str]) -> pl.DataFrame | None:
    """What the words stand in the documentation of; words of two letters and fewer are in any text."""
    if not asked or max(map(len, asked)) < _SHORT:
        return None
    for word in asked:
        rows = rows.filter(_is_in_text(word))
    return rows.with_columns(tier=pl.lit(_TEXT, pl.Int32), missing=pl.lit(0, pl.Int64))


def _is_in_text(word: str) -> pl.Expr:
    """Whether a word of the documentation begins so."""
    return (pl.lit(" ") + pl.col("doc").str.to_lowercase()).str.contains(rf"[^\p{{L}}\p{{N}}]{re.escape(word)}")


def _find_described(rows: pl.DataFrame, asked: list[str]) -> pl.Series:
    """The ids of what has a short name of words of the question, and the others in its documentation."""
    own = "|".join(map(re.escape, asked))
    rows = rows.filter(pl.col("name_words").str.contains(rf"^(?: (?:{own}))+$")) if len(asked) > 1 else rows.head(0)
    for word in asked if len(rows) else ():
        rows = rows.filter(pl.col("name_words").str.contains(f" {word}", literal=True) | _is_in_text(word))
    return rows["id"].implode()


def _match_some(rows: pl.DataFrame, asked: list[str]) -> pl.DataFrame:
    """What at least half of the telling words are about, where nothing is about all."""
    telling = [word for word in dict.fromkeys(asked) if len(word) >= _SHORT and word not in _COMMON]
    named = (pl.col("full_words").str.contains(f" {word}", literal=True) for word in telling)
    stands = [here | _is_in_text(word).fill_null(value=False) for here, word in zip(named, telling, strict=True)]
    missing = pl.lit(len(telling), pl.Int64) - (pl.sum_horizontal(stands).cast(pl.Int64) if stands else 0)
    found = rows.with_columns(tier=pl.lit(_SOME, pl.Int32), missing=missing)
    return found.filter((pl.col("missing") < len(telling)) & (2 * pl.col("missing") <= len(telling)))
