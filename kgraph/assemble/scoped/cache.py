"""Cache of what files of languages with lexical scopes use and import, from one build to the next, file by file.

Input: the files of one family of languages. Output: what `uses.ScopedProgram` makes of them, which is made only where
answers of the builds before do not hold.

What a file uses follows from its own facts, and from what the others show to it: the *surface* of the program, which
is everything that it declares, holds, imports and offers, the paths of all files, and manifests. Lines are no part of
it. So an edit inside a body asks about its own file alone, and a change of C++ about nothing here; another declaration
asks everything.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple

import msgspec
import polars as pl

from kgraph.assemble.fact_tables import clean, family
from kgraph.assemble.file_index import FileIndex
from kgraph.assemble.include_resolution import Resolution
from kgraph.assemble.result_cache import ResultCache, digest, from_ipc, resolver, to_ipc
from kgraph.assemble.scoped.csharp import CSharpRules
from kgraph.assemble.scoped.go import GoRules
from kgraph.assemble.scoped.kotlin import KotlinRules
from kgraph.assemble.scoped.namespace_rules import NamespaceRules
from kgraph.assemble.scoped.php import PhpRules
from kgraph.assemble.scoped.ruby import RubyRules
from kgraph.assemble.scoped.rust import RustRules
from kgraph.assemble.scoped.script import ScriptRules
from kgraph.assemble.scoped.swift import SwiftRules
from kgraph.assemble.scoped.uses import ScopedProgram, ScopedUses
from kgraph.assemble.use_tables import RESOLVED, make_spelled_uses
from kgraph.model import FileFacts, IncludeFact, UseKind

RULES = (CSharpRules, GoRules, KotlinRules, PhpRules, RubyRules, RustRules, ScriptRules, SwiftRules)

_MANIFESTS = frozenset({"Go Module", "JSON", "JSON with Comments", "TOML", "YAML"})
_SITES = ("extracted", "inferred", "unresolved")
_DIGEST: dict[str, pl.DataType] = {"digest": pl.String()}
_COUNTED: dict[str, pl.DataType] = {**_DIGEST, **dict.fromkeys(_SITES, pl.Int64())}
_MISSED: dict[str, pl.DataType] = {**_DIGEST, "name": pl.String(), "count": pl.Int64()}
# What is kept of files, by the last part of its key.
_TABLES: dict[str, dict[str, pl.DataType]] = {"sites": _COUNTED, "uses": {**RESOLVED, **_DIGEST}, "missed": _MISSED}
_ROWS_AT_ONCE = 50_000  # as tuples they take five times the memory of columns

_encode = msgspec.msgpack.Encoder().encode


class CachedProgram:
    """The uses and imports of one family of languages."""

    def __init__(
        self,
        rules: type,
        index: FileIndex,
        symbols: pl.DataFrame,
        first_rows: Sequence[int],
        cache: ResultCache | None,
        external_uses: bool = False,
    ) -> None:
        self._rules = rules
        self._index = index
        self._symbols = symbols
        self._first_rows = first_rows
        self._cache = cache
        self._external_uses = external_uses
        self.families: tuple[str, ...] = rules.families  # type: ignore[attr-defined]
        families = self.families
        numbers = [number for number, file in enumerate(index.files) if family(file.language) in families]
        self.facts: dict[int, FileFacts] = {n: fact for n in numbers if isinstance(fact := index.facts[n], FileFacts)}
        self.is_empty = not numbers
        self._own = symbols.filter(pl.col("family").is_in(families)).sort("row") if numbers else symbols.clear()

    @cached_property
    def program(self) -> ScopedProgram:
        """The program itself."""
        spelled = make_spelled_uses(self._index.facts, self.facts, self._first_rows, ("kind", "name", "type"))
        rules = self._rules(self._index, self._symbols)
        spelled = spelled.rename({"name": "path"})
        outside = self.families[0] if self._external_uses else ""
        return ScopedProgram(rules, self._index, self._symbols, spelled, outside)

    # --- what answers depend on -------------------------------------------------------------------------------------

    @cached_property
    def _surface(self) -> str:
        """A digest of all that files of the program can see of each other."""
        asked = " external" if self._external_uses else ""
        hashed = sha256(f"{resolver()} {self._rules.__name__}{asked} {self._index.layout}".encode())
        for number, fact in self._index.facts_in(*_MANIFESTS):
            hashed.update(_encode((number, fact.holdings, fact.build)))
        for number, fact in self._index.facts_in("XML"):
            if fact.build.items:  # usings of all files of a project
                hashed.update(_encode((number, fact.build.items)))
        for number, fact in self.facts.items():
            hashed.update(_encode((number, *_exported_facts(fact))))
        return digest(hashed.hexdigest(), self._own.select("id"))

    @cached_property
    def _lines(self) -> str:
        return sha256(_encode([[each.start for each in fact.symbols] for fact in self.facts.values()])).hexdigest()

    @cached_property
    def _digests(self) -> dict[int, str]:
        """Of what each file uses and imports."""
        return {
            number: sha256(_encode((number, fact.uses, fact.includes))).hexdigest()[:24]
            for number, fact in self.facts.items()
        }

    def _load(self, what: str) -> pl.DataFrame | None:
        data = self._cache.get(f"scoped {what}:{self._surface}") if self._cache is not None else None
        return from_ipc(data) if data else None

    def _keep(self, what: str, frame: pl.DataFrame) -> None:
        if self._cache is not None:
            self._cache.put(f"scoped {what}:{self._surface}", to_ipc(frame))

    # --- uses ---------------------------------------------------------------------------------------------------------

    def uses(self) -> ScopedUses:
        """All uses of the files."""
        counted, rows_of_files, missed_names = self._uses_of_files()
        types = self._load(f"types {self._lines}")
        if types is None:
            types = pl.DataFrame(self.program.uses_of_types(), schema=pl.Schema(RESOLVED), orient="row")
            self._keep(f"types {self._lines}", types)
        self.release()
        return ScopedUses(
            pl.concat([rows_of_files.drop("digest"), types]),
            _count_sites(counted.select(_SITES).iter_rows()),
            self._count_unresolved(missed_names.select("name", "count").iter_rows()),
        )

    def _count_unresolved(self, resolved: Iterable[tuple[str, int]]) -> dict[str, int]:
        """How many calls lead nowhere by the names of what they call: `resolved` has those that were looked up."""
        missed: Counter[str] = Counter()
        for name, count in resolved:
            missed[name] += count
        for fact in self.facts.values():
            if fact.uses.unknown:
                missed.update(fact.uses.unknown.split("\n"))
        return missed

    def _uses_of_files(self) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
        """The counts of call sites, a row for each file, the rows of uses, and the names that were looked up in vain,
        each with the digests of their files."""
        wanted = pl.DataFrame({"digest": list(self._digests.values())}, schema=_DIGEST)
        kept = [self._load(what) for what in _TABLES]
        tables = [_Rows(schema, table) for schema, table in zip(_TABLES.values(), kept, strict=True)]
        if any(table is None for table in kept):
            tables = [_Rows(schema) for schema in _TABLES.values()]
        sites, uses, missed = tables
        known = set(sites.frame()["digest"])
        new = [number for number, name in self._digests.items() if name not in known]
        if new or len(known) > wanted.height:
            for number, each in zip(new, self.program.uses_of_files(new) if new else (), strict=True):
                name = self._digests[number]
                sites.add([(name, *each.sites)])
                uses.add([(*row, name) for row in each.rows])
                missed.add([(name, *pair) for pair in each.missed.items()])
            for what, rows in zip(_TABLES, tables, strict=True):
                rows.keep(wanted)
                self._keep(what, rows.frame())
        return sites.frame(), uses.frame(), missed.frame()

    def release(self) -> None:
        """Free the program itself, once everything is reported."""
        if program := self.__dict__.pop("program", None):
            program.release()

    # --- imports ------------------------------------------------------------------------------------------------------

    def resolve_imports(self, directives: Sequence[tuple[int, IncludeFact]]) -> list[Resolution]:
        """What import statements lead to, each with the number of its file."""
        if self._cache is None:
            return [self.program.resolve_import(*each) for each in directives]
        depends = self._digests
        if issubclass(self._rules, NamespaceRules) and self._rules.shares_imports(self.facts.values()):
            everything = sha256("".join(self._digests.values()).encode()).hexdigest()[:24]
            depends = dict.fromkeys(self._digests, everything)
        data = self._cache.get(key := f"scoped imports:{self._surface}")
        known: dict[str, Resolution] = {}
        if data is not None:
            known = {name: _resolution(each) for name, each in _decode(data).items()}
        answers: dict[str, Resolution] = {}
        for number, fact in directives:
            question = f"{depends[number]} {number} {fact.line} {fact.spelling}"
            if question not in answers:
                kept = known.get(question)
                answers[question] = self.program.resolve_import(number, fact) if kept is None else kept
        if answers.keys() != known.keys():
            self._cache.put(key, _encode({name: _pack(each) for name, each in answers.items()}))
        return [answers[f"{depends[number]} {number} {fact.line} {fact.spelling}"] for number, fact in directives]


class _PackedResolution(NamedTuple):
    outcome: str
    targets: tuple[int, ...]
    candidates: tuple[int, ...]


_decode = msgspec.msgpack.Decoder(dict[str, _PackedResolution]).decode


def _pack(resolution: Resolution) -> _PackedResolution:
    return _PackedResolution(resolution.outcome, resolution.targets, resolution.candidates)


def _resolution(packed: _PackedResolution) -> Resolution:
    return Resolution(packed.outcome, packed.targets, packed.candidates)  # type: ignore[arg-type]


def _exported_facts(fact: FileFacts) -> tuple[object, ...]:
    """What a file shows to the others, itself included: all but lines, texts, and what it uses."""
    symbols = [
        (each.kind, each.name, each.scope, each.parent, each.key, each.arity, each.access, each.modifiers)
        for each in fact.symbols
    ]
    return fact.package, symbols, fact.holdings, [each.spelling for each in fact.includes], _bases(fact)


def _bases(fact: FileFacts) -> list[tuple[int, str]]:
    uses = fact.uses
    if UseKind.BASE.value not in uses.kinds:
        return []
    owners = array("i")
    owners.frombytes(uses.owners)
    each = zip(uses.kinds, owners, uses.names.split("\n"), strict=True)
    return [(owner, path) for kind, owner, path in each if kind == UseKind.BASE.value]


class _Rows:
    """A table that grows by rows."""

    def __init__(self, schema: Mapping[str, pl.DataType], begun: pl.DataFrame | None = None) -> None:
        self._schema = pl.Schema(schema)
        self._frames = [pl.DataFrame(schema=self._schema) if begun is None else begun]
        self._rows: list[tuple[object, ...]] = []

    def add(self, rows: Iterable[tuple[object, ...]]) -> None:
        """Add rows behind the others."""
        self._rows.extend(rows)
        if len(self._rows) >= _ROWS_AT_ONCE:
            self._lay_out()

    def keep(self, wanted: pl.DataFrame) -> None:
        """Drop the rows of files that are no more."""
        self._frames = [self.frame().join(wanted, on="digest", how="semi")]

    def frame(self) -> pl.DataFrame:
        """All rows."""
        self._lay_out()
        self._frames = [pl.concat(self._frames)]
        return self._frames[0]

    def _lay_out(self) -> None:
        if self._rows:
            columns = zip(self._schema.items(), zip(*self._rows, strict=True), strict=True)
            self._frames.append(pl.DataFrame([_column(name, values, dtype) for (name, dtype), values in columns]))
            self._rows = []


def _column(name: str, values: Sequence[object], dtype: pl.DataType) -> pl.Series:
    """A column; of texts, which stand there many times each, every one is held once."""
    if dtype != pl.String:
        return pl.Series(name, values, dtype)
    places: dict[object, int] = {}
    at = [places.setdefault(value, len(places)) for value in values]
    return pl.Series(name, list(places), dtype).gather(at)


def _count_sites(sites: Iterable[Sequence[int]]) -> dict[str, int]:
    totals = [sum(each) for each in zip(*sites, strict=True)]
    return dict(zip(_SITES, totals or [0] * len(_SITES), strict=True))


def load_programs(
    index: FileIndex,
    symbols: pl.DataFrame,
    first_rows: Sequence[int],
    cache: ResultCache | None = None,
    *,
    external_uses: bool = False,
) -> list[CachedProgram]:
    """The programs of a repository, one for each family of languages that it has files of.

    With `external_uses`, uses of what other packages offer lead to external symbols.
    """
    programs = [CachedProgram(rules, index, symbols, first_rows, cache, external_uses) for rules in RULES]
    return [each for each in programs if not each.is_empty]


def unit_names(index: FileIndex) -> dict[int, str]:
    """What the qualified names of each file's symbols begin with, by the number of the file."""
    names: dict[int, str] = {}
    for rules in RULES:
        names |= rules.unit_names(index)
    return {number: clean(name) for number, name in names.items() if name}
