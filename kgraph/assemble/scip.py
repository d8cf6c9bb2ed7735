"""Another indexer's facts, joined to ours by place.

Input: files with their facts, and SCIP indexes. Output: the same facts, with the symbols that only an index knows added
to them, and rows of uses, given by file and index of the symbol; `resolved` gives these their ids.

A definition of an index is the symbol of ours that has its name and stands on its line, the innermost if there are
several. Whoever uses something is the innermost function or class around its line, as with our own uses but for
defaults of parameters in Python, which are of the scope around the function.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl
from msgspec.structs import replace

from kgraph.assemble.fact_tables import SEPARATOR, SEPARATORS, clean, family
from kgraph.assemble.use_tables import RESOLVED
from kgraph.languages import PYTHON_FAMILY, detect_by_name
from kgraph.model import Diagnostic, ExtractResult, FileFacts, Kind, Skipped, SourceFile, SymbolFact
from kgraph.scip import schema
from kgraph.scip.index import Definition, Document, ScipIndex, SymbolInformation
from kgraph.scip.names import format_descriptor

_KINDS = {number: Kind(name) for name, number in schema.KINDS.items()}
_BY_SUFFIX = {
    "namespace": Kind.NAMESPACE,
    "type": Kind.CLASS,
    "method": Kind.FUNCTION,
    "term": Kind.VARIABLE,
    "macro": Kind.MACRO,
}
_TYPES = frozenset({Kind.CLASS, Kind.STRUCT, Kind.UNION, Kind.ENUM})
_FUNCTIONS = frozenset({Kind.FUNCTION, Kind.METHOD, Kind.CONSTRUCTOR, Kind.DESTRUCTOR, Kind.CONVERSION, Kind.PROPERTY})
_USERS = _TYPES | _FUNCTIONS
_MODULE = -2  # a file's module, which is no symbol among its own
_SEVERAL = -3  # one of several symbols of one name in one line, whichever that is


@dataclass(frozen=True, slots=True)
class SymbolPosition:
    """A symbol, by its file's number and its index there; -1 is the file itself."""

    file: int
    symbol: int


@dataclass(frozen=True, slots=True)
class IndexedUse:
    """One use that an index reports."""

    kind: str
    source: SymbolPosition
    target: SymbolPosition
    line: int
    roles: tuple[str, ...]
    tool: str


@dataclass(slots=True)
class JoinReport:
    """What was taken of an index."""

    file: str
    tool: str
    documents: int = 0
    unknown: list[str] = field(default_factory=list)  # documents that are no files of the repository
    changed: list[str] = field(default_factory=list)  # files that are not as they were when they were indexed
    joined: int = 0  # definitions of symbols already known
    added: int = 0  # of others
    uses: int = 0


def join_index(
    files: Sequence[SourceFile], facts: Sequence[ExtractResult], index: ScipIndex
) -> tuple[list[ExtractResult], list[IndexedUse], JoinReport]:
    """The facts with the symbols that only the index knows, the uses that it reports, and a report of both."""
    numbers = {file.path: number for number, file in enumerate(files)}
    report = JoinReport(index.file, index.tool, len(index.documents))
    joined: list[ExtractResult] = list(facts)
    position_of: dict[str, SymbolPosition] = {}
    documents: list[tuple[int, Document]] = []
    for document in sorted(index.documents, key=lambda each: each.path):
        number = numbers.get(document.path)
        if number is None or files[number].form != "file":
            report.unknown.append(document.path)
        elif document.changed:
            report.changed.append(document.path)
            joined[number] = _with_note(joined[number], f"{index.file}: has changed since it was indexed; left out")
        else:
            documents.append((number, document))
    definitions = _DefinitionJoin(files, index, position_of, report)
    for number, document in documents:
        joined[number] = definitions.join(joined[number], number, document)
    indexed_uses: list[IndexedUse] = []
    constructors = _constructors(files, joined, position_of.values())
    for number, document in documents:
        indexed_uses += _uses(joined[number], number, document, position_of, constructors, index.tool)
    indexed_uses += _relationships(joined, index, position_of)
    report.uses = len(indexed_uses)
    return joined, indexed_uses, report


def _with_note(fact: ExtractResult, note: str) -> ExtractResult:
    if isinstance(fact, FileFacts):
        return replace(fact, diagnostics=(Diagnostic(0, note), *fact.diagnostics))
    return fact


def _readable(fact: ExtractResult) -> FileFacts:
    """The facts of a file, also of one that we could not read ourselves."""
    if isinstance(fact, Skipped):
        return FileFacts(fact.lines, "semantic", diagnostics=(Diagnostic(fact.line, fact.reason),))
    return replace(fact, read_as="semantic") if fact.read_as == "listed" else fact


@dataclass(frozen=True, slots=True)
class _DefinitionJoin:
    """Joins the definitions of an index to the symbols of files; fills `position_of` and `report`."""

    files: Sequence[SourceFile]
    index: ScipIndex
    position_of: dict[str, SymbolPosition]  # by the index's name of a symbol
    report: JoinReport

    def join(self, fact: ExtractResult, number: int, document: Document) -> ExtractResult:
        """The facts of the file `number` with the symbols that only its document in the index knows."""
        ours = fact.symbols if isinstance(fact, FileFacts) else ()
        by_name: dict[str, list[int]] = {}
        for index, symbol in enumerate(ours):
            by_name.setdefault(symbol.name, []).append(index)
        symbols = list(ours)
        # A declaration names a symbol only where no definition does.
        for definition in sorted(
            document.definitions, key=lambda each: (each.forward, each.start, -each.end, each.symbol)
        ):
            at: int | None = _ours(definition, ours, by_name)
            if at == _SEVERAL:
                continue
            if at is None:
                added = self._symbol(definition, symbols, number)
                if added is None:
                    continue
                at = len(symbols)
                symbols.append(added)
                self.report.added += 1
            else:
                self.report.joined += 1
            if not definition.forward or definition.symbol not in self.position_of:
                self.position_of.setdefault(definition.symbol, SymbolPosition(number, at))
        return replace(_readable(fact), symbols=tuple(symbols)) if len(symbols) > len(ours) else fact

    def _symbol(self, definition: Definition, symbols: Sequence[SymbolFact], number: int) -> SymbolFact | None:
        """A symbol that only the index knows; None for what is none of ours."""
        about = self.index.symbols.get(definition.symbol, SymbolInformation())
        last = definition.descriptors[-1]
        kind = _KINDS.get(about.kind) or _BY_SUFFIX.get(last.suffix)
        if kind is None or not last.name:
            return None
        outer = definition.descriptors[:-1]
        if kind == Kind.FUNCTION and outer and outer[-1].suffix == "type":
            kind = Kind.METHOD
        elif kind == Kind.VARIABLE and outer and outer[-1].suffix == "type":
            kind = Kind.FIELD
        group = family(self.files[number].language)
        separator = SEPARATORS.get(group, SEPARATOR)
        around = self.position_of.get(definition.symbol.removesuffix(format_descriptor(last)))
        parent = around.symbol if around and around.file == number and around.symbol >= 0 else -1
        if parent >= 0:
            holder = symbols[parent]
            scope = f"{holder.scope}{separator}{holder.name}" if holder.scope else holder.name
        else:
            # In Python a namespace is the module, which the file is; elsewhere it is part of the name.
            scope = separator.join(each.name for each in outer if group != "python" or each.suffix != "namespace")
        return SymbolFact(
            kind,
            clean(last.name),
            definition.line if definition.end == definition.start else definition.start,
            definition.end,
            scope=clean(scope),
            parent=parent,
            key=f"({last.disambiguator})" if last.disambiguator else "",
            definition=not definition.forward,
            local=group == "python",
            signature=clean(" ".join(about.signature.split())),
            doc=clean(about.documentation),
        )


def _ours(definition: Definition, ours: Sequence[SymbolFact], by_name: Mapping[str, list[int]]) -> int | None:
    """The index of the symbol of ours that a definition is; `_SEVERAL` where lines do not tell overloads apart."""
    last = definition.descriptors[-1]
    if last.suffix == "namespace" or (last.suffix == "meta" and last.name == "__init__"):
        names = [at for at in by_name.get(last.name.rpartition(".")[2], ()) if ours[at].kind == Kind.NAMESPACE]
        enclosing = [at for at in names if ours[at].start <= definition.line <= ours[at].end]
        return (
            max(enclosing, key=lambda at: ours[at].start) if enclosing else (_MODULE if definition.line == 1 else None)
        )
    here = [at for at in by_name.get(last.name, ()) if ours[at].start <= definition.line <= ours[at].end]
    fitting = [at for at in here if _fits(ours[at].kind, last.suffix)] or here
    outer = definition.descriptors[-2].name if len(definition.descriptors) > 1 else ""
    scoped = [at for at in fitting if outer and re.split(r"::|\.", ours[at].scope)[-1] == outer] or fitting
    if not scoped:
        return None
    nearest = max(scoped, key=lambda at: (ours[at].start, -at))
    lines, key = (ours[nearest].start, ours[nearest].end), ours[nearest].key
    overloads = [at for at in scoped if (ours[at].start, ours[at].end) == lines and ours[at].key != key]
    return _SEVERAL if overloads else nearest


def _fits(kind: Kind, suffix: str) -> bool:
    match suffix:
        case "type":
            return kind in _TYPES or kind in (Kind.TYPE_ALIAS, Kind.CONCEPT)
        case "method":
            return kind in _FUNCTIONS
        case "macro":
            return kind == Kind.MACRO
    return kind not in _FUNCTIONS and kind not in _TYPES


# --- uses -----------------------------------------------------------------------------------------------------------


def _uses(
    fact: ExtractResult,
    number: int,
    document: Document,
    position_of: Mapping[str, SymbolPosition],
    constructors: Mapping[SymbolPosition, SymbolPosition],
    tool: str,
) -> list[IndexedUse]:
    if not isinstance(fact, FileFacts):
        return []
    heads: dict[int, int] = {}
    if detect_by_name(document.path) in PYTHON_FAMILY:
        for definition in document.definitions:
            if (own := position_of.get(definition.symbol)) is not None and own.file == number:
                heads[own.symbol] = definition.line
    around = _index_enclosing(fact, heads)
    indexed_uses: list[IndexedUse] = []
    for reference in document.references:
        target = position_of.get(reference.symbol)
        if target is None or target.symbol == _MODULE:
            continue
        source = SymbolPosition(number, around[reference.line] if reference.line < len(around) else -1)
        if source == target and not reference.called:
            continue  # its own name
        if reference.called:
            target = constructors.get(target, target)
        kind = "Expansion" if reference.symbol.endswith("!") else "Call" if reference.called else "Reference"
        indexed_uses.append(IndexedUse(kind, source, target, reference.line, reference.roles, tool))
    return indexed_uses


def _constructors(
    files: Sequence[SourceFile], facts: Sequence[ExtractResult], positions: Iterable[SymbolPosition]
) -> dict[SymbolPosition, SymbolPosition]:
    """The constructors of Python classes that have one: to call a class is to call it, as in our own uses."""
    constructors: dict[SymbolPosition, SymbolPosition] = {}
    for number in sorted({position.file for position in positions}):
        fact = facts[number]
        if files[number].language == "Python" and isinstance(fact, FileFacts):
            for at, symbol in enumerate(fact.symbols):
                if symbol.kind == Kind.CONSTRUCTOR and symbol.parent >= 0:
                    constructors.setdefault(SymbolPosition(number, symbol.parent), SymbolPosition(number, at))
    return constructors


def _index_enclosing(fact: FileFacts, heads: Mapping[int, int]) -> list[int]:
    """By line, the index of the innermost function or class, or -1; of what is around both in a line that two share.

    `heads` has the lines of symbols at which they begin for this: Python's decorators are of the scope around.
    """
    around = [-1] * (max((symbol.end for symbol in fact.symbols), default=0) + 1)
    order = sorted(range(len(fact.symbols)), key=lambda at: (fact.symbols[at].start, -fact.symbols[at].end, at))
    for at in order:
        symbol = fact.symbols[at]
        if symbol.kind in _USERS and symbol.definition:
            start = heads.get(at, symbol.start)
            outer = list(_outwards(fact, symbol.parent))
            common = next((each for each in outer if fact.symbols[each].kind in _USERS), -1)
            for line in range(start, symbol.end + 1):
                is_shared = around[line] != -1 and not _holds(fact, around[line], at, outer)
                around[line] = common if is_shared else at
    return around


def _outwards(fact: FileFacts, symbol: int) -> Iterator[int]:
    while symbol >= 0:
        yield symbol
        symbol = fact.symbols[symbol].parent


def _holds(fact: FileFacts, holder: int, inner: int, outer: Sequence[int]) -> bool:
    """Whether a symbol stands in another one: said so, or in fewer lines."""
    lines, inner_lines = ((fact.symbols[at].start, fact.symbols[at].end) for at in (holder, inner))
    return holder in outer or (lines != inner_lines and lines[0] <= inner_lines[0] and inner_lines[1] <= lines[1])


def _relationships(
    facts: Sequence[ExtractResult], index: ScipIndex, position_of: Mapping[str, SymbolPosition]
) -> list[IndexedUse]:
    indexed_uses: list[IndexedUse] = []
    for symbol, about in sorted(index.symbols.items()):
        source = position_of.get(symbol)
        if source is None or source.symbol < 0:
            continue
        for how, other in about.relationships:
            target = position_of.get(other)
            if target is None or target.symbol < 0 or target == source:
                continue
            source_symbol, target_symbol = _fact(facts, source), _fact(facts, target)
            if how == "type":
                kind = "TypeUse"
            elif source_symbol.kind in _TYPES and target_symbol.kind in _TYPES:
                kind = "Inheritance"
            elif source_symbol.kind in _FUNCTIONS and target_symbol.kind in _FUNCTIONS:
                kind = "Override"
            else:
                continue
            indexed_uses.append(IndexedUse(kind, source, target, source_symbol.start, (), index.tool))
    return indexed_uses


def _fact(facts: Sequence[ExtractResult], position: SymbolPosition) -> SymbolFact:
    fact = facts[position.file]
    return _readable(fact).symbols[position.symbol]


def resolve_indexed_uses(
    uses: Sequence[IndexedUse], files: Sequence[int], first_rows: Sequence[int], facts: pl.DataFrame, ids: Sequence[str]
) -> pl.DataFrame:
    """Rows of `uses.RESOLVED`.

    `files` are the numbers that the graph's files had among those that the uses speak of, `first_rows` the row of each
    one's first own symbol in the joined frame of `facts`, and `ids` the ids of files.
    """
    number_of = {old: new for new, old in enumerate(files)}
    id_of = dict(facts.select("row", "id").iter_rows()) if uses else {}

    def node(position: SymbolPosition) -> str:
        number = number_of[position.file]
        return id_of[first_rows[number] + position.symbol] if position.symbol >= 0 else ids[number]

    # A base that is reported as such is no mere reference besides.
    bases = {(use.source, use.target) for use in uses if use.kind == "Inheritance"}
    rows = [
        (
            *(use.kind, node(use.source), node(use.target), ids[number_of[use.source.file]], use.line),
            *(" ".join(use.roles) or None, None, f"index of {use.tool}"),
        )
        for use in uses
        if use.kind != "Reference" or (use.source, use.target) not in bases
    ]
    return pl.DataFrame(rows, schema=RESOLVED, orient="row")
