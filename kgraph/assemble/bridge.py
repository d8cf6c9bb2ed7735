"""What Python uses, in Python and behind it: rows for the table `uses`.

Input: facts, joined symbols, modules. Output: rows of `uses.RESOLVED`, and the external symbols that some lead to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

import msgspec
import polars as pl

from kgraph import allocators
from kgraph.assemble.bindings import Binding, bindings, find_loaded_functions
from kgraph.assemble.evidence import CONFIDENCE
from kgraph.assemble.external_apis import NOTABLE_APIS, Row, row
from kgraph.assemble.external_uses import external_symbols
from kgraph.assemble.fact_tables import clean
from kgraph.assemble.python.cache import PathCache
from kgraph.assemble.python.interfaces import python_files
from kgraph.assemble.python.modules import ModuleIndex
from kgraph.assemble.python.uses import KeptPythonUses, PythonUses, python_uses
from kgraph.assemble.result_cache import RecordedCache, ResultCache
from kgraph.assemble.use_tables import RESOLVED
from kgraph.kept_values import KeptValues
from kgraph.model import ExtractResult, FileFacts
from kgraph.vocab.iri import external_id


class PythonSources(NamedTuple):
    """What the uses of Python are resolved from."""

    facts: Sequence[ExtractResult]
    file_ids: Sequence[str]
    symbols: pl.DataFrame  # the joined frame of symbol facts, with ids
    modules: ModuleIndex
    key: str = ""  # names all that the uses of Python's files depend on, but for what is bound for them
    values: KeptValues = KeptValues(keeps=False)  # of the last build of the process


class ResolvedPython(NamedTuple):
    """The uses of Python files and the bindings of C++ files, and how many calls by which names lead nowhere."""

    uses: pl.DataFrame
    externals: list[Row]
    missed: Mapping[str, int]


class PythonResolution(Protocol):
    """Who resolves the uses of Python while those of the C family are resolved."""

    def submit(self, sources: PythonSources, *, external_uses: bool, keeps: bool) -> None:
        """Begin; `keeps` says whether there is a cache for a next build."""

    def result(self, cache: ResultCache | None) -> ResolvedPython:
        """What `resolve_python` gives; `cache` receives what is to be kept."""


def resolve_python(
    sources: PythonSources,
    result_cache: ResultCache | None = None,
    kept: KeptPythonUses | None = None,
    *,
    external_uses: bool = False,
) -> ResolvedPython:
    """What the uses of Python mean.

    `result_cache` has the answers of previous builds; `kept` is what the last build of the process made of Python's
    files. With `external_uses`, uses of what other packages offer lead to external symbols.
    """
    facts, file_ids, modules = sources.facts, sources.file_ids, sources.modules
    if not (modules.users or any(isinstance(fact, FileFacts) and fact.bound for fact in facts)):
        return ResolvedPython(pl.DataFrame(schema=RESOLVED), [], {})
    python, native_bindings = _python_and_bindings(sources, result_cache, kept)
    notable_calls, externals = _find_notable_calls(python)
    uses = pl.concat([python.inside, _uses_of_bound(python, native_bindings), notable_calls])
    if external_uses:
        outside = external_symbols(python.outside, "python").select(uses.columns)
        is_known = ["kind", "from", "file", "line", "to"]
        uses = pl.concat([uses, outside.join(uses, on=is_known, how="anti")])
    parts = (_to_rows(uses, file_ids), _bindings(native_bindings, file_ids))
    rows = pl.concat([part.cast(pl.Schema(RESOLVED)) for part in parts])
    return ResolvedPython(rows, [*_externals(native_bindings), *externals], python.missed)


def _python_and_bindings(
    sources: PythonSources, result_cache: ResultCache | None, kept: KeptPythonUses | None
) -> tuple[PythonUses, list[Binding]]:
    facts, file_ids, symbols, modules, key, values = sources
    recorded = RecordedCache(result_cache) if result_cache is not None and kept and key else None
    known = kept.load(key, recorded) if kept and recorded else None
    files = known[0] if known else python_files(facts, symbols, modules.users)
    answers = PathCache(files, modules, recorded or result_cache)
    python = known[1] if known else python_uses(facts, file_ids, files, modules, answers)
    if kept and recorded and not known:
        kept.keep(key, files, python, recorded)
    if result_cache is not None and key:
        loaded = sorted({each[2] for each in find_loaded_functions(python.outside)})
        result_cache.put(loaded_key(key), msgspec.msgpack.encode(loaded))

    def ids_of(names: Iterable[str]) -> Mapping[str, str]:
        return (
            kept.find_dotted_ids(names, answers.find_dotted_ids, recorded)
            if kept and recorded
            else answers.find_dotted_ids(names)
        )

    native_bindings = bindings(facts, symbols, python.outside, ids_of, values)
    answers.release()
    allocators.trim()
    return python, native_bindings


def loaded_key(key: str) -> str:
    """Under which it is kept which functions of libraries Python calls by name; `key` is that of `PythonSources`."""
    return f"functions loaded:{key}"


def _find_notable_calls(python: PythonUses) -> tuple[pl.DataFrame, list[Row]]:
    """Calls of functions outside of the repository that are notable, and rows for these functions."""
    notable_apis = NOTABLE_APIS["python"]
    called = python.outside.filter(pl.col("kind") == "Call")
    # Arguments may make a call risky, or keep it from being so.
    manner = pl.col("to").str.extract("!(.*)").fill_null("")
    name = pl.col("to").str.replace("!.*", "").str.strip_prefix("builtins.")
    name = pl.when(manner == "shell").then(pl.concat_str(name, pl.lit("(shell=True)"))).otherwise(name)
    safe = (pl.col("name") == "yaml.load") & (manner != "unsafe")
    spelled = called.select(pl.col("to").unique()).with_columns(name=name)
    spelled = spelled.filter(pl.col("name").is_in(list(notable_apis)) & ~safe)
    names = sorted(spelled["name"].unique().to_list())
    ids = {each: external_id("symbol/python", each) for each in names}
    meant = spelled.select("to", id=pl.col("name").replace_strict(ids, return_dtype=pl.String))
    notable_calls = called.join(meant, on="to", how="inner", maintain_order="left").with_columns(to="id")
    return notable_calls.select(python.inside.columns), [row("python", each) for each in names]


def _to_rows(uses: pl.DataFrame, file_ids: Sequence[str]) -> pl.DataFrame:
    has_confidence = pl.col("evidence").is_in(list(CONFIDENCE))
    return uses.select(
        "kind",
        "from",
        "to",
        file=_file(file_ids),
        line="line",
        roles=pl.lit(None, pl.String),
        confidence=pl.col("evidence").replace_strict(CONFIDENCE, default=None, return_dtype=pl.Float64),
        evidence=pl.when(has_confidence).then("evidence"),
    )


def _file(file_ids: Sequence[str]) -> pl.Expr:
    return pl.col("file").replace_strict(dict(enumerate(file_ids)), return_dtype=pl.String)


def _uses_of_bound(python: PythonUses, native_bindings: Sequence[Binding]) -> pl.DataFrame:
    """Calls of names that C++ binds, references to them, and classes derived from them."""
    sources = pl.DataFrame(
        sorted({(each.name, each.source) for each in native_bindings}),
        schema={"name": pl.String, "source": pl.String},
        orient="row",
    ).unique("name", keep="first", maintain_order=True)
    # A method is known by its class, `Graph().inline` as `Graph.inline`; what a call gives otherwise is not known.
    name = pl.col("to").str.replace_all("()", "", literal=True)
    return (
        python.outside.with_columns(name=name)
        .join(sources, on="name", how="inner", maintain_order="left")
        .with_columns(to="source")
        .select(python.inside.columns)
    )


def _bindings(native_bindings: Sequence[Binding], file_ids: Sequence[str]) -> pl.DataFrame:
    rows = [
        (
            "Binding",
            each.source,
            each.target,
            file_ids[each.file],
            each.line,
            each.mechanism,
            CONFIDENCE.get(each.evidence),
            each.evidence if each.evidence in CONFIDENCE else None,
        )
        for each in native_bindings
    ]
    return pl.DataFrame(rows, schema=RESOLVED, orient="row")


def _externals(native_bindings: Iterable[Binding]) -> list[Row]:
    names = sorted({each.name for each in native_bindings if each.source == external_id("symbol/python", each.name)})
    return [
        (external_id("symbol/python", name), "ExternalSymbol", clean(name), None, "binding", [], None, None)
        for name in names
    ]
