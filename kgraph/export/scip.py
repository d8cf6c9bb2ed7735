"""A SCIP index, for code browsers that show definitions, references and call hierarchies.

Input: a whole graph, and if it can be had the repository that it was made of. Output: one index, a document for each
file that has symbols or uses.

- The graph knows lines; columns are found by looking for the name in the line. Where the repository is gone or changed,
  a range is the empty one at the start of its line, and a note says so.
- A definition's `enclosing_range` is all of it. So is that of a call, `f(x)`, while other references have none: from
  both, who calls whom can be had back (`kgraph build --scip`).
- Bases and overridden methods are relationships. Bindings and tests, which SCIP does not know, are left out.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha1, sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import unquote_to_bytes

import polars as pl

from kgraph.errors import ExportError
from kgraph.export.spots import SourceLine
from kgraph.extract.dispatch import decode
from kgraph.extract.text import with_unix_line_ends
from kgraph.model import Kind
from kgraph.scip import schema
from kgraph.scip.names import Descriptor, Suffix, format_descriptor, format_name, prefix
from kgraph.symbol_places import symbol_places
from kgraph.version import __version__
from kgraph.vocab.iri import decode_path
from kgraph.vocab.tables import EDGES

if TYPE_CHECKING:
    from kgraph.export.sources import ExportSource
    from kgraph.model import Graph

SCHEME = "kgraph"
_LANGUAGES = {
    **{"C++": "CPP", "Objective-C": "Objective_C", "Objective-C++": "Objective_CPP", "reStructuredText": "ReST"},
    **{"Shell": "ShellScript", "Make": "Makefile", "C#": "CSharp"},
}
_SUFFIXES: dict[str, Suffix] = {
    **dict.fromkeys((Kind.NAMESPACE, Kind.MODULE), "namespace"),
    **dict.fromkeys((Kind.CLASS, Kind.STRUCT, Kind.UNION, Kind.ENUM, Kind.TYPE_ALIAS, Kind.CONCEPT), "type"),
    **dict.fromkeys((Kind.FUNCTION, Kind.METHOD, Kind.CONSTRUCTOR, Kind.DESTRUCTOR, Kind.CONVERSION), "method"),
    Kind.MACRO: "macro",
    Kind.HEADING: "meta",
    Kind.TARGET: "meta",
    Kind.BUILD_TEST: "meta",
}
_RELATED = {  # kinds of uses, and what they are between symbols
    "Inheritance": {"is_implementation": True},
    "Override": {"is_implementation": True, "is_reference": True},
    "TypeUse": {"is_type_definition": True},
}
_NOT_TOLD = ("Test", "Binding", "Override")  # as occurrences
_LINES_TO_NAME = 30  # a definition's name stands in one of its first lines


def write(source: ExportSource, out: BinaryIO, *, sort: bool = False) -> tuple[str, ...]:  # noqa: ARG001  it is sorted anyway
    """Write an index; say what could not be found in the repository."""
    from kgraph.export.sources import WholeGraph

    if not isinstance(source, WholeGraph):
        raise ExportError(
            "a query's answer has no symbols with places", hint="export it as nt, ttl, graphml or nodelink"
        )
    index = schema.message("Index")
    metadata = index()
    metadata.metadata.tool_info.name = SCHEME
    metadata.metadata.tool_info.version = __version__
    metadata.metadata.text_document_encoding = schema.UTF8
    if source.root is not None:
        metadata.metadata.project_root = source.root.resolve().as_uri()
    out.write(metadata.SerializeToString(deterministic=True))
    writer = _Writer(source.graph, source.root)
    for document in writer.documents():
        out.write(index(documents=[document]).SerializeToString(deterministic=True))
    out.write(index(external_symbols=list(writer.externals())).SerializeToString(deterministic=True))
    return tuple(writer.notes())


@dataclass(slots=True)
class _File:
    """One document in the making."""

    id: str
    path: str  # as UTF-8, whatever the locale
    language: str
    blob: str
    lines: list[str] = field(default_factory=list)  # none where the text is not at hand
    read: dict[int, SourceLine] = field(default_factory=dict)  # lines whose names are being written

    def line(self, number: int) -> SourceLine:
        """A line by its number, empty where there is none."""
        if number not in self.read:
            self.read[number] = SourceLine(self.lines[number - 1] if 0 < number <= len(self.lines) else "")
        return self.read[number]


class _Writer:
    def __init__(self, graph: Graph, root: Path | None) -> None:
        self._graph = graph
        self._root = root
        self._symbols: dict[str, dict[str, Any]] = {row["id"]: row for row in graph["symbols"].iter_rows(named=True)}
        self._outside: dict[str, str] = dict(
            graph["externals"].filter(pl.col("kind") == "ExternalSymbol").select("id", "spelling").iter_rows()
        )
        self._parents = self._containers()
        self._names = self._unique_names()
        self._mentioned: set[str] = set()
        self._unread = self._unnamed = 0

    def notes(self) -> Iterator[str]:
        if self._unread:
            yield f"{self._unread:,} files are not at hand as they were: ranges in them are the starts of lines"
        if self._unnamed:
            yield f"{self._unnamed:,} files whose names are not UTF-8 were left out"

    # --- names ------------------------------------------------------------------------------------------------------

    def _containers(self) -> dict[str, str]:
        edges = self._graph[EDGES].filter((pl.col("kind") == "contains") & pl.col("source").str.starts_with("symbol/"))
        return dict(edges.sort("target", "source", descending=[False, True]).select("target", "source").iter_rows())

    def _unique_names(self) -> dict[str, str]:
        """The SCIP name of each symbol."""
        package = (self._graph.repository.name, self._graph.repository.revision)
        front = prefix(SCHEME, "", *package)
        same: dict[tuple[str, str, str], int] = defaultdict(int)
        for id_, row in self._symbols.items():
            same[self._parents.get(id_, ""), row["name"], row["kind"]] += 1
        chains: dict[str, str] = {}
        names = {id_: f"{front} {self._chain(id_, chains, same)}" for id_ in self._symbols}
        counts: dict[str, int] = defaultdict(int)
        for name in names.values():
            counts[name] += 1
        # Two modules may have one name, and what no file else sees may be in many files.
        for id_, name in names.items():
            if counts[name] > 1:
                names[id_] = f"{name}{format_descriptor(Descriptor(sha256(id_.encode()).hexdigest()[:12], 'meta'))}"
        for id_, spelling in self._outside.items():
            family = id_.split("/")[2]
            names[id_] = format_name(SCHEME, family, "", "", [Descriptor(spelling, "term")])
        return names

    def _chain(self, id_: str, chains: dict[str, str], same: dict[tuple[str, str, str], int]) -> str:
        pending = []
        at = id_
        while at and at not in chains and at not in pending:
            pending.append(at)
            at = self._parents.get(at, "")
        chain = chains.get(at, "")
        for one in reversed(pending):
            row = self._symbols[one]
            kind, parent = row["kind"], self._parents.get(one, "")
            suffix = _SUFFIXES.get(kind, "term")
            many = suffix == "method" and same[parent, row["name"], kind] > 1
            which = sha256(one.encode()).hexdigest()[:8] if many else ""
            name = row["qualified_name"] if kind == Kind.MODULE else row["name"]
            # The file is part of the name of what only that file sees; a Python module stands for its file.
            local = "%40" in one and not parent and kind != Kind.MODULE
            place = Descriptor(decode_path(one.rpartition("%40")[2]), "namespace") if local else None
            chain += (format_descriptor(place) if place else "") + format_descriptor(Descriptor(name, suffix, which))
            chains[one] = chain
        return chain

    # --- documents --------------------------------------------------------------------------------------------------

    def documents(self) -> Iterator[Any]:
        places = self._places()
        uses = self._uses()
        related = self._find_relationships()
        home = self._homes(places)
        for file in self._files():
            defined, used = places.get(file.id, []), uses.get(file.id, [])
            if not defined and not used:
                continue
            self._read(file)
            document = schema.message("Document")()
            document.relative_path = file.path
            document.language = _LANGUAGES.get(file.language, file.language.replace(" ", "_"))
            document.position_encoding = schema.CODE_POINTS
            document.occurrences.extend(self._occurrences(file, defined, used))
            for id_ in sorted(
                {symbol for symbol, *_ in defined if home[symbol] == file.id}, key=self._names.__getitem__
            ):
                document.symbols.append(self._information(id_, related.get(id_, {}), document.language))
            yield document

    def _files(self) -> Iterator[_File]:
        files = self._graph["files"].select("id", "path", "language", "blob").sort("path")
        for id_, _, language, blob in files.iter_rows():
            try:
                name = unquote_to_bytes(id_.removeprefix("file/")).decode()
            except UnicodeDecodeError:
                self._unnamed += 1
                continue
            yield _File(id_, name, language or "", blob)

    def _read(self, file: _File) -> None:
        """Read the text of a file, if it is the one that the graph was made of."""
        if self._root is not None:
            try:
                content = (self._root / os.fsdecode(file.path.encode())).read_bytes()
            except OSError:
                content = b""
            hasher = sha1 if len(file.blob) == 40 else sha256
            if hasher(b"blob %d\0" % len(content) + content).hexdigest() == file.blob:
                text = with_unix_line_ends(decode(content, file.language))
                file.lines = text.decode("utf-8", "replace").split("\n")
                return
        self._unread += 1

    def _places(self) -> dict[str, list[tuple[str, int, int, bool]]]:
        """By file: symbols with first and last line, and whether they are defined there."""
        joined = (
            symbol_places(self._graph[EDGES], self._graph["locations"])
            .sort("file", "start_line", "end_line", "symbol")
            .select("file", "symbol", "start_line", "end_line", pl.col("role") == "definition")
        )
        found: dict[str, list[tuple[str, int, int, bool]]] = defaultdict(list)
        for file, symbol, start, end, definition in joined.iter_rows():
            found[file].append((symbol, start, end, definition))
        return found

    def _homes(self, places: dict[str, list[tuple[str, int, int, bool]]]) -> dict[str, str]:
        """The one file that tells about each symbol: where it is defined first, or else declared."""
        home: dict[str, tuple[bool, str]] = {}
        for file, symbols in sorted(places.items()):
            for symbol, _, _, definition in symbols:
                home[symbol] = min(home.get(symbol, (True, "~")), (not definition, file))
        return {symbol: file for symbol, (_, file) in home.items()}

    def _uses(self) -> dict[str, list[tuple[str, str, int, tuple[str, ...]]]]:
        """By file: kinds of uses, what is used, line, roles."""
        rows = (
            self._graph["uses"]
            .filter(~pl.col("kind").is_in(_NOT_TOLD))
            .explode("at_lines", empty_as_null=False)
            .sort("file", "at_lines", "kind", "to")
        )
        found: dict[str, list[tuple[str, str, int, tuple[str, ...]]]] = defaultdict(list)
        for kind, target, file, line, roles in rows.select("kind", "to", "file", "at_lines", "roles").iter_rows():
            if target in self._names:
                found[file].append((kind, target, line, tuple(roles or ())))
        return found

    def _find_relationships(self) -> dict[str, dict[str, dict[str, bool]]]:
        """By symbol: other symbols, and how they are related."""
        rows = self._graph["uses"].filter(pl.col("kind").is_in(list(_RELATED))).sort("from", "to", "kind")
        found: dict[str, dict[str, dict[str, bool]]] = defaultdict(dict)
        for kind, source, target in rows.select("kind", "from", "to").iter_rows():
            if source in self._symbols and target in self._names:
                found[source][target] = found[source].get(target, {}) | _RELATED[kind]
        return found

    # --- messages ---------------------------------------------------------------------------------------------------

    def _information(self, id_: str, related: dict[str, dict[str, bool]], language: str) -> Any:
        row = self._symbols[id_]
        information = schema.message("SymbolInformation")(symbol=self._names[id_], display_name=row["name"])
        information.kind = schema.KINDS.get(row["kind"], 0)
        if row["documentation"]:
            information.documentation.append(row["documentation"])
        if row["signature"]:
            information.signature_documentation.language = language
            information.signature_documentation.text = row["signature"]
        for other, flags in related.items():
            self._mentioned.add(other)
            information.relationships.add(symbol=self._names[other], **flags)
        return information

    def externals(self) -> Iterator[Any]:
        """What is used, or related to, and in no document."""
        for id_ in sorted(self._mentioned & self._outside.keys(), key=self._names.__getitem__):
            yield schema.message("SymbolInformation")(symbol=self._names[id_], display_name=self._outside[id_])

    def _occurrences(
        self,
        file: _File,
        defined: Iterable[tuple[str, int, int, bool]],
        used: Iterable[tuple[str, str, int, tuple[str, ...]]],
    ) -> list[Any]:
        message = schema.message("Occurrence")
        roles_by_span: dict[tuple[str, tuple[int, ...], int], tuple[int, ...]] = {}
        for symbol, start, end, definition in defined:
            last = len(file.lines[end - 1]) if end <= len(file.lines) else 0
            whole = (start - 1, 0, end - 1, last) if end > start else (start - 1, 0, last)
            role = schema.DEFINITION if definition else schema.FORWARD_DEFINITION
            roles_by_span.setdefault((symbol, self._name_range(file, symbol, start, end), role), whole)
        for kind, target, line, roles in used:
            at, call = self._use_range(file, target, line, kind)
            role = schema.WRITE if "write" in roles else schema.READ if "read" in roles else 0
            roles_by_span.setdefault((target, at, role), call)
            self._mentioned.add(target)
        return [
            message(range=at, symbol=self._names[symbol], symbol_roles=role, enclosing_range=whole)
            for (symbol, at, role), whole in sorted(
                roles_by_span.items(), key=lambda one: (one[0][1], self._names[one[0][0]], one[0][2])
            )
        ]

    def _name_range(self, file: _File, symbol: str, start: int, end: int) -> tuple[int, ...]:
        """Where a definition's name stands; where its first line begins, if it does not."""
        name = _strip_template_arguments(self._symbols[symbol]["name"])
        if self._symbols[symbol]["kind"] != Kind.MODULE:
            for number in range(start, min(end, start + _LINES_TO_NAME, len(file.lines)) + 1):
                if span := file.line(number).take([name]):
                    return (number - 1, *span)
        return (start - 1, 0, 0)

    def _use_range(self, file: _File, target: str, line: int, kind: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Where a used name stands, and for a call the range of all of it."""
        found = file.line(line)
        is_call = kind == "Call"
        start, end = found.take(self._spellings(target), is_call=is_call) or (0, 0)
        return (line - 1, start, end), ((line - 1, start, found.end_of_call(end)) if is_call else ())

    def _spellings(self, target: str) -> Iterator[str]:
        """How a symbol may be called where it is used: a constructor by its class."""
        if target in self._outside:
            yield self._outside[target].rpartition(".")[2]
            return
        row = self._symbols[target]
        if row["kind"] == Kind.CONSTRUCTOR and target in self._parents:
            yield _strip_template_arguments(self._symbols[self._parents[target]]["name"])
        yield _strip_template_arguments(row["name"])


def _strip_template_arguments(name: str) -> str:
    """A name without template arguments: `hash<Key>` is spelled `hash`."""
    return name.partition("<")[0].rstrip() if name[:1].isidentifier() else name
