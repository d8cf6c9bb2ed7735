"""The table of include directives and imports.

Input: a `FileIndex` and the fact tables. Output: the tables `includes` and `externals`, and the plain edges `includes`
and `imports`. `include_resolution` and `python.modules` say which file a directive leads to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec
import polars as pl
from msgspec.structs import replace

from kgraph.assemble.cpp.modules import resolve_modules, units
from kgraph.assemble.external_apis import Row as ExternalRow
from kgraph.assemble.fact_tables import FactTables, clean, header_macros, lists
from kgraph.assemble.file_index import FileIndex
from kgraph.assemble.file_tables import make_frame
from kgraph.assemble.include_resolution import Resolution, resolve_includes
from kgraph.assemble.macro_includes import HeaderMacro
from kgraph.assemble.protobuf import LANGUAGE as PROTOBUF
from kgraph.assemble.python.modules import resolve_imports
from kgraph.assemble.python.roots import find_declared_roots
from kgraph.assemble.result_cache import ResultCache, from_ipc, resolver, to_ipc
from kgraph.assemble.scoped.cache import CachedProgram
from kgraph.assemble.semantic import apply_preprocessed_includes
from kgraph.assemble.standard_headers import STANDARD_HEADERS, SYSTEM_FOLDERS
from kgraph.assemble.templates import FORM as TEMPLATE
from kgraph.assemble.templates import resolve_templates
from kgraph.languages import C_FAMILY, PYTHON_FAMILY, ecosystem
from kgraph.model import Compiled, IncludeFact
from kgraph.scoped_languages import component_of
from kgraph.vocab.iri import external_id, include_id
from kgraph.vocab.tables import EDGES, schema

_IMPORTS = ("import", "from")  # forms
_MAX_ALIKE = 4  # files of the name of a header that was not found, each of which it may be
_MAX_CANDIDATES = 100  # listed of one include: there may be thousands of files of one name

_FRAMES = ("includes", "externals", "edges")

_Directive = tuple[int, IncludeFact]  # with the number of the file that it stands in
_Resolved = tuple[str, _Directive, Resolution]  # "includes" or "imports" in front
_encode = msgspec.msgpack.Encoder().encode


@dataclass(frozen=True, slots=True, eq=False)
class IncludeTables:
    """Directives, what they lead to outside the repository, and the edges inside."""

    includes: pl.DataFrame
    externals: pl.DataFrame
    edges: pl.DataFrame


def include_tables(
    index: FileIndex,
    facts: FactTables,
    compiled: Compiled | None,
    programs: Sequence[CachedProgram] = (),
    cache: ResultCache | None = None,
) -> IncludeTables:
    """Resolve all include directives and imports; where the preprocessor of `compiled` met one, as it did.

    `programs` are those of the languages whose imports lead to what files declare. `cache` has the tables of earlier
    builds, which hold for as long as no file, directive or macro that names a header is another.
    """
    program_of = {number: program for program in programs for number in program.facts}
    others = [each for each in facts.includes if each[0] not in program_of]
    declared: list[_Resolved] = []
    for program in programs:
        own = [each for each in facts.includes if program_of.get(each[0]) is program]
        answers = zip(own, program.resolve_imports(own), strict=True)
        # The tag of a component that no file of the repository declares is no statement that could lead elsewhere.
        declared += (
            ("imports", fact, found) for fact, found in answers if found.targets or not component_of(fact[1].spelling)
        )
    macros = header_macros(facts)

    def make() -> IncludeTables:
        return _tables(index, [*_resolve(index, others, macros, compiled), *declared])

    if cache is None or compiled:
        return make()
    roots = [root.encode("utf-8", "surrogateescape") for root in sorted(find_declared_roots(index.files, index.facts))]
    packages = [(number, fact.package) for number, fact in index.facts_in(*C_FAMILY) if fact.package]
    depends = (others, macros, declared, roots, packages)

    def known() -> tuple[str, IncludeTables]:
        key = f"includes:{resolver()}:{index.layout}:{sha256(_encode(depends)).hexdigest()}:"
        return key, _load_or_make(cache, key, make)

    key, tables = index.kept.get_or_make("includes", (index.lay, *depends), known)
    for name in _FRAMES:
        cache.retain(key + name)
    return tables


def _load_or_make(cache: ResultCache, key: str, make: Callable[[], IncludeTables]) -> IncludeTables:
    kept = [cache.get(key + name) for name in _FRAMES]
    if all(kept):
        return IncludeTables(*(from_ipc(data) for data in kept if data))
    made = make()
    for name in _FRAMES:
        cache.put(key + name, to_ipc(getattr(made, name)))
    return made


def _resolve(
    index: FileIndex,
    facts: Sequence[_Directive],
    macros: Mapping[str, Sequence[HeaderMacro]],
    compiled: Compiled | None,
) -> Iterator[_Resolved]:
    templates = [each for each in facts if each[1].form == TEMPLATE]
    directives = [each for each in facts if each[1].form not in (*_IMPORTS, TEMPLATE)]
    protos = [each for each in facts if index.files[each[0]].language == PROTOBUF]
    imports = [each for each in facts if each[1].form in _IMPORTS and index.files[each[0]].language != PROTOBUF]
    modules = [each for each in imports if index.files[each[0]].language in C_FAMILY]
    imports = [each for each in imports if index.files[each[0]].language not in C_FAMILY]
    # Search paths of protoc are found as those of a compiler are.
    imported = resolve_includes(index.paths, [(number, replace(fact, form="quoted")) for number, fact in protos])
    included = resolve_includes(index.paths, directives, macros)
    if compiled:
        included = apply_preprocessed_includes(index.paths, directives, included, compiled)
    for kind, asked, answers in (
        ("includes", directives, included),
        ("imports", protos, imported),
        ("imports", modules, resolve_modules(index, modules)),
        ("imports", imports, resolve_imports(imports, index.modules)),
        ("includes", templates, resolve_templates(index.paths, templates)),
    ):
        for directive, resolution in zip(asked, answers, strict=True):
            # A text of a program that is no path of a template need not be meant as one.
            if resolution.outcome != "missing" or not _is_text(index, directive):
                yield kind, directive, resolution


def _is_text(index: FileIndex, directive: _Directive) -> bool:
    number, fact = directive
    return fact.form == TEMPLATE and index.files[number].language in PYTHON_FAMILY


def _tables(index: FileIndex, resolved: Iterable[_Resolved]) -> IncludeTables:
    rows: list[tuple[Any, ...]] = []
    externals: dict[str, ExternalRow] = {}
    edges: list[tuple[str, str, str]] = []
    occurrences: dict[tuple[int, str], int] = {}
    for kind, (number, fact), resolution in resolved:
        spelling = clean(fact.spelling)
        targets = [index.ids[n] for n in resolution.targets]
        if resolution.outcome == "external":
            external = _external(kind, spelling, index.files[number].language)
            targets = [external[0]]
            externals[external[0]] = external
        occurrence = occurrences.get((number, spelling), 0)
        occurrences[number, spelling] = occurrence + 1
        conditional = {index.ids[target] for target, _ in resolution.only_for}
        certain = [target for target in targets if target not in conditional]
        edges.extend((index.ids[number], kind, target) for target in certain)
        id_ = include_id(index.ids[number], spelling, occurrence)
        if certain or not conditional:
            rows.append(_row(id_, index.ids, (number, fact), resolution, certain))
        for includer, only in _group_by_includer(resolution, index.ids):
            # Chains of edges lead through the one for which the directive holds, not through all that include its file.
            edges.extend((includer, kind, target) for target in only if target != includer)
            id_ = include_id(index.ids[number], f"{spelling} {includer}", occurrence)
            rows.append(_row(id_, index.ids, (number, fact), resolution, only, includer))
    return IncludeTables(_frame(rows), make_frame("externals", externals.values()), make_frame(EDGES, edges))


def find_included_files(index: FileIndex, edges: pl.DataFrame) -> pl.DataFrame:
    """Which file includes which of the repository, or imports it as a module of C++, as numbers: `file`, `target`."""
    numbers = index.numbers
    is_module = (pl.col("kind") == "imports") & pl.col("target").is_in(list(map(index.ids.__getitem__, units(index))))
    pairs = edges.filter((pl.col("kind") == "includes") | is_module).select("source", "target").iter_rows()
    return pl.DataFrame(
        [(numbers[source], numbers[target]) for source, target in pairs if target in numbers],
        schema={"file": pl.Int64, "target": pl.Int64},
        orient="row",
    )


def likely_included(index: FileIndex, tables: IncludeTables) -> pl.DataFrame:
    """Which file of the C family may include which where a header was not found: one that has its name, or from which
    a build makes it.

    Numbers, as of `find_included_files`. This is no evidence of an include, but of what a file may have seen.
    """
    unfound = tables.includes.filter(
        pl.col("resolution").is_in(["generated", "missing"]) & ~is_standard_header("spelling")
    )
    by_name: dict[str, list[int]] = {}
    own: set[str] = set()  # modules of Python may be missing, too, and come from a template
    for number, (id_, file) in enumerate(zip(index.ids, index.files, strict=True)):
        if file.language in C_FAMILY:
            own.add(id_)
            by_name.setdefault(file.path.rpartition("/")[2], []).append(number)
    numbers = index.numbers
    pairs: set[tuple[int, int]] = set()
    for file, spelling, templates in unfound.select("file", "spelling", "templates").iter_rows():
        if file not in own:
            continue
        alike = by_name.get(spelling.rpartition("/")[2], ())
        targets = [
            *(numbers[each] for each in templates or () if each in numbers),
            *(alike if len(alike) <= _MAX_ALIKE else ()),
        ]
        pairs |= {(numbers[file], target) for target in targets}
    return pl.DataFrame(sorted(pairs), schema={"file": pl.Int64, "target": pl.Int64}, orient="row")


def outward_files(index: FileIndex, tables: IncludeTables) -> frozenset[int]:
    """The files of the C family that include a header which is not in the repository, nor one of a standard library."""
    is_outside = pl.col("form").is_in(["angled", "quoted"]) & pl.col("resolution").is_in(["external", "missing"])
    rows = tables.includes.filter(is_outside & ~is_standard_header("spelling"))
    numbers = index.numbers
    return frozenset(numbers[file] for file in rows["file"].unique().to_list())


def is_standard_header(column: str) -> pl.Expr:
    """Whether a spelling is that of a header of C, C++, or the system."""
    spelling = pl.col(column)
    top = spelling.str.extract(r"^([^./:\\]+)")
    return spelling.is_in(sorted(STANDARD_HEADERS)) | top.is_in(sorted(SYSTEM_FOLDERS))


def _group_by_includer(resolution: Resolution, ids: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Where a computed include leads for each of the includers that give it a meaning of their own."""
    targets: dict[int, list[str]] = {}
    for target, includer in resolution.only_for:
        targets.setdefault(includer, []).append(ids[target])
    return [(ids[includer], targets[includer]) for includer in sorted(targets)]


def _external(kind: str, spelling: str, language: str) -> ExternalRow:
    if kind == "includes":
        return (external_id("header", spelling), "ExternalHeader", spelling, None, None, [], None, None)
    owner = ecosystem(language)
    return (external_id(f"module/{owner}", spelling), "ExternalModule", spelling, owner, None, [], None, None)


def _row(
    id_: str,
    ids: Sequence[str],
    directive: _Directive,
    resolution: Resolution,
    targets: list[str],
    includer: str | None = None,
) -> tuple[Any, ...]:
    number, fact = directive
    return (
        id_,
        ids[number],
        fact.line,
        clean(fact.spelling),
        fact.form,
        clean(fact.condition) or None,
        sorted(set(fact.names)) if fact.names else (),
        resolution.outcome,
        sorted(targets) if len(targets) > 1 else targets,
        sorted(ids[n] for n in resolution.candidates[:_MAX_CANDIDATES]) if resolution.candidates else (),
        sorted(ids[n] for n in resolution.templates[:_MAX_CANDIDATES]) if resolution.templates else (),
        includer,
    )


def _frame(rows: Sequence[tuple[Any, ...]]) -> pl.DataFrame:
    types = schema("includes")
    if not rows:
        return pl.DataFrame(schema=types)
    return pl.DataFrame(
        [
            lists(name, values) if isinstance(types[name], pl.List) else pl.Series(name, values, types[name])
            for name, values in zip(types, zip(*rows, strict=True), strict=True)
        ]
    ).sort("id")
