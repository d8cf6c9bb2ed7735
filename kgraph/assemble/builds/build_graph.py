"""Targets as symbols and edges.

Input: a `FileIndex`. Output: a `BuildGraph`: the facts with a symbol for each target and test, and, once symbols have
their ids, the edges `builds`, `linksAgainst`, `buildsAfter` and `runs`. What could not be evaluated is a diagnostic of
its file.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl
from msgspec.structs import replace

from kgraph.assemble.builds.cmake import CMakeEvaluator
from kgraph.assemble.builds.configured import join_configured
from kgraph.assemble.builds.crate_modules import Statements, add_modules, module_statements
from kgraph.assemble.builds.globs import FileGlobs
from kgraph.assemble.builds.made import BuildNote, BuildRecord, Key, Site
from kgraph.assemble.builds.manifest_targets import go_packages, manifest_targets
from kgraph.assemble.builds.meson import MesonEvaluator
from kgraph.assemble.builds.meson_targets import PACKAGES as MESON_PACKAGES
from kgraph.assemble.builds.record_cache import load_or_evaluate
from kgraph.assemble.builds.script_sources import MANIFEST, add_script_sources
from kgraph.assemble.builds.starlark import StarlarkEvaluator
from kgraph.assemble.file_index import FileIndex
from kgraph.assemble.result_cache import ResultCache
from kgraph.assemble.scoped.script_configs import CONFIG_LANGUAGES, ScriptConfigs
from kgraph.build_facts import BuildFacts, ConfiguredBuild
from kgraph.model import Diagnostic, ExtractResult, FileFacts, Kind, SymbolFact, symbols_of
from kgraph.repository_paths import parent
from kgraph.vocab.iri import package_id

_Place = tuple[int, int]  # number of a file, index among its symbols


@dataclass(frozen=True, slots=True)
class BuildGraph:
    """What builds make; `facts` are those of the index, with symbols and notes added."""

    facts: list[ExtractResult]
    record: BuildRecord
    targets: Mapping[Key, _Place] = field(default_factory=dict)
    tests: Sequence[_Place] = ()

    def edges(self, symbol_ids: Mapping[_Place, str], file_ids: Sequence[str]) -> list[tuple[str, str, str]]:
        """The edges of targets and tests. `symbol_ids` are by place, `file_ids` by number."""
        ids = {key: symbol_ids[place] for key, place in self.targets.items()}
        edges: list[tuple[str, str, str]] = []
        for key, target in self.record.targets.items():
            edges += ((ids[key], "builds", file_ids[number]) for number in target.sources)
            for kind, needs in (("linksAgainst", target.links), ("buildsAfter", target.after)):
                others = (ids[other.key] for other in self.record.resolve(needs))
                edges += ((ids[key], kind, other) for other in others if other != ids[key])
        for test, place in zip(self.record.tests, self.tests, strict=True):
            run = self.record.resolve([test.runs]) if test.runs else []
            edges += ((symbol_ids[place], "runs", ids[target.key]) for target in run)
        return edges

    def symbol_ids(self, symbols: pl.DataFrame, first_rows: Sequence[int]) -> dict[_Place, str]:
        """The ids of targets and tests by place; `symbols` are all facts of symbols, with their ids."""
        places = [*self.targets.values(), *self.tests]
        if not places:
            return {}
        rows = pl.DataFrame({"row": [first_rows[file] + place for file, place in places]})
        ids = rows.join(symbols.select("row", "id"), on="row", how="left", maintain_order="left")["id"]
        return dict(zip(places, ids.to_list(), strict=True))

    def package_links(self, packages: Collection[str]) -> list[tuple[Key, str]]:
        """Targets with the packages, by id, that they are linked against: `fmt::fmt` is of fmt."""
        cmake = {id_.rpartition("/")[2].lower(): id_ for id_ in sorted(packages) if id_.startswith("package/cmake/")}
        bazel = {id_.rpartition("/")[2]: id_ for id_ in sorted(packages) if id_.startswith("package/bazel/")}
        found = []
        for key, target in self.record.targets.items():
            for project, name in target.links:
                if (project, name) in self.record.targets or (project, name) in self.record.aliases:
                    continue
                if project == MESON_PACKAGES:
                    if (id_ := package_id("meson", name)) in packages:
                        found.append((key, id_))
                    continue
                package = cmake.get(name.partition("::")[0].lower()) if "::" in name else bazel.get(project)
                if package:
                    found.append((key, package))
        return found


def evaluate_builds(
    index: FileIndex, configured: ConfiguredBuild | None = None, cache: ResultCache | None = None
) -> BuildGraph:
    """Evaluate all build files of a repository; `configured` is what its build folder reports.

    `cache` has the records of earlier builds.
    """
    builds = {
        number: fact.build for number, fact in enumerate(index.facts) if isinstance(fact, FileFacts) and fact.build
    }
    if not builds:
        return BuildGraph(index.facts, BuildRecord())
    # A package of Go is a program where one of its files defines `main`.
    mains = [number for number, fact in index.facts_in("Go") if _defines_main(fact)]
    modules = module_statements(index)
    settings = [(n, fact.holdings) for n, fact in index.facts_in(*CONFIG_LANGUAGES) if fact.holdings]
    others = (mains, modules, configured, settings)
    record = load_or_evaluate(
        index, builds, others, cache, lambda: _evaluate(index, builds, mains, modules, configured)
    )
    return _with_symbols(index, record)


def _evaluate(
    index: FileIndex,
    builds: Mapping[int, BuildFacts],
    mains: Collection[int],
    modules: Statements,
    configured: ConfiguredBuild | None,
) -> BuildRecord:
    record = BuildRecord()
    globs = FileGlobs(index.paths)
    if commands := {number: build.commands for number, build in builds.items() if build.commands}:
        CMakeEvaluator(commands, globs, record).run()
    for language, evaluator in (("Starlark", StarlarkEvaluator), ("Meson", MesonEvaluator)):
        statements = {
            number: build.statements
            for number, build in builds.items()
            if build.statements and index.files[number].language == language
        }
        if statements:
            evaluator(statements, globs, record).run()
    manifest_targets({number: build for number, build in builds.items() if build.targets}, globs, record)
    if any(globs.path(number).rpartition("/")[2] == MANIFEST for number in builds):
        add_script_sources(builds, ScriptConfigs(index), globs, record)
    add_modules(modules, globs, record)
    _go(index, builds, mains, globs, record)
    if configured:
        join_configured(configured, globs, record)
    if globs.is_exhausted:
        record.note(min(builds), 1, "the patterns of build files match too many files: some are not evaluated")
    return record


def _go(
    index: FileIndex,
    builds: Mapping[int, BuildFacts],
    mains: Collection[int],
    globs: FileGlobs,
    record: BuildRecord,
) -> None:
    modules = {
        parent(globs.path(number)): (number, build.project.removeprefix("golang/"))
        for number, build in builds.items()
        if build.project.startswith("golang/")
    }
    if not modules:
        return
    files = [number for number, file in enumerate(index.files) if file.language == "Go"]
    for manifest, name, form, sources in go_packages(modules, files, set(mains), globs):
        key: Key = (globs.path(manifest), name)
        target = record.target(key, name, form, Site(manifest, 1, 1))
        target.sources |= dict.fromkeys(sources)
        if form == "test":
            target.links[globs.path(manifest), name.removesuffix(".test")] = None


def _defines_main(fact: FileFacts) -> bool:
    return fact.package == "main" or any(
        symbol.name == "main" and symbol.kind is Kind.FUNCTION and not symbol.scope for symbol in fact.symbols
    )


def _with_symbols(index: FileIndex, record: BuildRecord) -> BuildGraph:
    """Give each target and test a symbol in the file that declares it, or the one that is there."""
    facts = list(index.facts)
    symbols: dict[int, list[SymbolFact]] = {}
    places: dict[tuple[int, Kind, str], int] = {}
    forms: dict[_Place, str] = {}  # of the targets that have a symbol by now

    def own(number: int) -> list[SymbolFact]:
        if number not in symbols:
            fact = facts[number]
            symbols[number] = list(symbols_of(fact)) if isinstance(fact, FileFacts) else []
            for place, symbol in enumerate(symbols[number]):
                places.setdefault((number, symbol.kind, symbol.name), place)
        return symbols[number]

    def place_of(kind: Kind, name: str, site: Site, form: str) -> _Place:
        there = own(site.file)
        place = places.get((site.file, kind, name))
        if place is None or forms.get((site.file, place), form) != form:  # a library and the program of that name
            key = f"({form})" if place is not None else ""
            place = len(there)
            if not key:
                places[site.file, kind, name] = place
            there.append(SymbolFact(kind, name, site.line, max(site.end, site.line), key=key, local=True))
        if form:
            forms[site.file, place] = form
            there[place] = replace(there[place], modifiers=(form,))
        return site.file, place

    targets = {key: place_of(Kind.TARGET, each.name, each.site, each.form) for key, each in record.targets.items()}
    tests = [place_of(Kind.BUILD_TEST, each.name, each.site, "") for each in record.tests]
    notes: dict[int, list[BuildNote]] = {}
    for note in record.notes:
        notes.setdefault(note.file, []).append(note)
    for number in {*symbols, *notes}:
        fact = facts[number]
        if isinstance(fact, FileFacts):
            own(number)
            added = tuple(Diagnostic(note.line, note.message) for note in notes.get(number, ()))
            facts[number] = replace(
                fact, symbols=tuple(symbols[number]), diagnostics=(*fact.diagnostics, *added), read_as=fact.read_as
            )
    return BuildGraph(facts, record, targets, tests)
