"""Resolution of the uses of all Python files: calls, references, inheritance.

Input: the facts of all files, and the ids of their symbols. Output: one row for each use of something in the repository
(source, target, file, line, evidence), and one for each use of something outside.

A call goes to the function that runs: for a class to its constructor, if it has one of its own. References to variables
of a module are reported from other files only, and an instance's attributes not at all: half of all lines have some.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from kgraph.assemble.python.cache import PathCache
from kgraph.assemble.python.interfaces import PLACE, PythonFiles
from kgraph.assemble.python.modules import ModuleIndex
from kgraph.assemble.python.runtime_names import ASKED, RuntimeUses
from kgraph.assemble.result_cache import RecordedCache
from kgraph.model import UNRESOLVED_BASE, ExtractResult, FileFacts, UseKind

_KINDS = {
    UseKind.CALL.value: "Call",
    UseKind.READ.value: "Reference",
    UseKind.TYPE.value: "Reference",
    UseKind.BASE.value: "Inheritance",
}
MAX_KEPT = 1 << 20  # uses, at a hundred bytes each
_DATA = ["Field", "Enumerator", "Variable", "TypeAlias"]  # of an instance


@dataclass(frozen=True, slots=True)
class PythonUses:
    """What Python files use: kind, from, to, file, line and evidence; `outside` has a dotted name in `to`."""

    inside: pl.DataFrame
    outside: pl.DataFrame
    missed: Mapping[str, int]  # how many calls and bases by a name may lead to anything that has it


class KeptPythonUses:
    """What the last build of this process made of Python's files, for the next one of which nothing of them is
    another."""

    def __init__(self) -> None:
        self._last: tuple[str, PythonFiles, PythonUses, frozenset[str]] | None = None
        # Ids by dotted name, the names that were asked for, and the keys of what a later build may ask for.
        self._dotted: tuple[list[str], Mapping[str, str], frozenset[str]] | None = None

    def load(self, key: str, result_cache: RecordedCache) -> tuple[PythonFiles, PythonUses] | None:
        """What was made of the files that `key` names; what a later build may ask for stays in the cache."""
        if self._last is None or self._last[0] != key:
            return None
        for each in self._last[3]:
            result_cache.retain(each)
        return self._last[1:3]

    def keep(self, key: str, files: PythonFiles, uses: PythonUses, result_cache: RecordedCache) -> None:
        """Keep it, unless it is large; the cache was asked for nothing else yet."""
        self._dotted = None
        is_small = uses.inside.height + uses.outside.height <= MAX_KEPT
        self._last = (key, files, uses, frozenset(result_cache.keys)) if is_small else None

    def find_dotted_ids(
        self, names: Iterable[str], ask: Callable[[Iterable[str]], Mapping[str, str]], result_cache: RecordedCache
    ) -> Mapping[str, str]:
        """The ids of symbols by their dotted names, in the files that were kept last."""
        asked = sorted(set(names))
        if self._dotted is not None and self._dotted[0] == asked:
            for each in self._dotted[2]:
                result_cache.retain(each)
            return self._dotted[1]
        before = set(result_cache.keys)
        ids = ask(asked)
        self._dotted = (asked, ids, frozenset(result_cache.keys - before)) if self._last else None
        return ids


def python_uses(
    facts: Sequence[ExtractResult],
    file_ids: Sequence[str],
    files: PythonFiles,
    modules: ModuleIndex,
    answers: PathCache,
) -> PythonUses:
    """The uses of the Python files; `answers` says what their paths mean."""
    by_name = RuntimeUses(facts, files, modules)
    asked = pl.concat([files.uses, by_name.questions()])
    uses = asked.with_columns(asker=_askers(files, modules), called=pl.col("kind") == UseKind.CALL.value)
    meant = answers.paths(uses)
    is_question = pl.col("kind") == ASKED
    named, meant = by_name.rows(meant.filter(is_question)), meant.filter(~is_question)
    inside = meant.drop_nulls("to")
    target = files.symbols.select("id", "kind", "file").select(pl.all().gather(inside["to"]).name.prefix("to_"))
    is_instances = pl.col("path").str.contains(r"[)@~^%$]")
    is_read = (pl.col("kind") == UseKind.READ.value) | pl.col("only_named")
    inside = inside.hstack(target).filter(
        ((pl.col("to_kind") != "Variable") | (pl.col("to_file") != pl.col("file")))
        & ((pl.col("to_kind") == "Class") | (pl.col("kind") != UseKind.BASE.value))
        & ~(is_read & pl.col("to_kind").is_in(_DATA) & is_instances)
    )
    # To read a property runs it; what a decorator has replaced is named, and does not run.
    runs = is_read & (pl.col("to_kind") == "Property")
    kind = pl.when(runs).then(pl.lit(UseKind.CALL.value)).when("only_named").then(pl.lit(UseKind.READ.value))
    inside = inside.with_columns(kind=kind.otherwise("kind"))
    outside = meant.drop_nulls("outside")
    manner = outside["path"].str.extract("(!.*)").fill_null("")
    return PythonUses(
        pl.concat(
            [
                _rows(inside, inside["to_id"], files, file_ids),
                _rows(named, named["to_id"], files, file_ids),
                _overrides(answers, files),
            ]
        ),
        _rows(outside, outside["outside"] + manner, files, file_ids),
        _count_unresolved(meant, [facts[number] for number in modules.users]),
    )


def _count_unresolved(meant: pl.DataFrame, facts: Sequence[ExtractResult]) -> Counter[str]:
    """The names of what is called or a base and was not found, and is not known to be elsewhere."""
    left = meant.filter(pl.col("to").is_null() & pl.col("outside").is_null())
    calls = left.filter(pl.col("kind") == UseKind.CALL.value)["path"].str.extract(r"\.(\w+)$")
    bases = left.filter(pl.col("kind") == UseKind.BASE.value)["path"].str.extract(r"[.:](\w+)$")
    missed = Counter(calls.drop_nulls().to_list())
    missed.update((UNRESOLVED_BASE + bases.drop_nulls()).to_list())
    for fact in facts:
        if isinstance(fact, FileFacts) and fact.uses.unknown:
            missed.update(fact.uses.unknown.split("\n"))
    return missed


def _askers(files: PythonFiles, modules: ModuleIndex) -> pl.Expr:
    """Who asks what a path means: absolute names mean the same to all files of a folder, so its first does."""
    first: dict[str, int] = {}
    folders = [modules.folder_of(number) for number in files.numbers]
    places = pl.Series([first.setdefault(folder, place) for place, folder in enumerate(folders)], dtype=PLACE)
    is_own = pl.col("path").str.starts_with(":") | pl.col("path").str.starts_with(".")
    return pl.when(is_own).then("file").otherwise(pl.lit(places).gather("file"))


def _rows(uses: pl.DataFrame, to: pl.Series, files: PythonFiles, file_ids: Sequence[str]) -> pl.DataFrame:
    ids = pl.Series([file_ids[number] for number in files.numbers], dtype=pl.String)
    numbers = pl.Series(files.numbers, dtype=pl.Int64)
    source = files.symbols["id"].gather(uses["owner"])
    return pl.DataFrame(
        {
            "kind": uses["kind"].replace_strict(_KINDS, return_dtype=pl.String),
            "from": source.zip_with(source.is_not_null(), ids.gather(uses["file"])),
            "to": to,
            "file": numbers.gather(uses["file"]),
            "line": uses["line"],
            "evidence": uses["evidence"],
        }
    )


def _overrides(answers: PathCache, files: PythonFiles) -> pl.DataFrame:
    overrides = answers.overrides()
    method = files.symbols.select(pl.all().gather(overrides["at"]))
    return pl.DataFrame(
        {
            "kind": pl.repeat("Override", overrides.height, eager=True),
            "from": method["id"],
            "to": files.symbols["id"].gather(overrides["to"]),
            "file": pl.Series(files.numbers, dtype=pl.Int64).gather(method["file"]),
            "line": method["start"],
            "evidence": overrides["evidence"],
        }
    )
