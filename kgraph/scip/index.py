"""A SCIP index that another indexer made: its facts, given by file and line.

Input: the path of an index, and the folder of the repository. Output: its definitions, references and relationships,
without what is local to a function. Which symbols of ours they are is for `assemble.scip` to find out.

An index holds no hashes, so that only its words tell whether a file is still the one that was indexed: where the names
of definitions do not stand where the index says, the file has changed, and what is said of it is left out.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from kgraph.errors import InputError
from kgraph.regular_file import read_small
from kgraph.scip import schema
from kgraph.scip.names import Descriptor, Name, parse

MAX_BYTES = 2 << 30  # of an index: Protocol Buffers take no more
MAX_DOCUMENT_BYTES = 64_000_000  # of a file whose words are compared
_LOCAL = "local "
_MAX_WRONG_SHARE = 0.1  # share of definitions that may have another name than the text: indexers err
_CALLED = re.compile(r"\s*(?:<[^()]*>)?\s*\(|\{")
_IMPORT = re.compile(r"\s*(?:from|import|#\s*include)\b")
_INVOKED = frozenset({"method", "type"})  # what is called where a parenthesis follows


@dataclass(frozen=True, slots=True)
class Definition:
    """Where a symbol is defined, or declared."""

    symbol: str
    descriptors: tuple[Descriptor, ...]
    line: int
    start: int  # of all of it
    end: int
    forward: bool  # a mere declaration


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a symbol is used."""

    symbol: str
    line: int
    called: bool
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SymbolInformation:
    """What an index says of a symbol, wherever it stands."""

    kind: int = 0
    name: str = ""
    documentation: str = ""
    signature: str = ""
    relationships: tuple[tuple[str, str], ...] = ()  # "implements" or "type", and the other symbol


@dataclass(slots=True)
class Document:
    """What an index says of one file."""

    path: str  # from the root of the repository
    language: str
    definitions: list[Definition] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    changed: bool = False  # the file is not the one that was indexed


@dataclass(slots=True)
class ScipIndex:
    """A whole index."""

    file: str  # its name, for people
    tool: str  # the program that made it: "scip-python 0.6.6"
    documents: list[Document] = field(default_factory=list)
    symbols: dict[str, SymbolInformation] = field(default_factory=dict)


def digest(path: Path) -> str:
    """A name for the content of an index."""
    return hashlib.sha256(_bytes(path)).hexdigest()


def read_index(path: Path, root: Path) -> ScipIndex:
    """An index's facts; raises `InputError` where it cannot be read or is no index."""
    from google.protobuf.message import DecodeError

    message = schema.message("Index")
    try:
        raw = message.FromString(_bytes(path))
    except DecodeError as error:
        raise _no_index(path) from error
    if not raw.metadata.tool_info.name and not raw.documents:
        raise _no_index(path)
    tool = " ".join(filter(None, (raw.metadata.tool_info.name, raw.metadata.tool_info.version)))
    index = ScipIndex(path.name, tool or "an unnamed indexer")
    folder = _folder(raw.metadata.project_root, root)
    for document in raw.documents:
        for information in document.symbols:
            index.symbols.setdefault(information.symbol, _about(information))
        index.documents.append(_document(document, folder, root))
    return index


def _no_index(path: Path) -> InputError:
    return InputError("is not a SCIP index", where=str(path), hint="give the file that an indexer wrote, index.scip")


def _bytes(path: Path) -> bytes:
    try:
        return read_small(str(path), MAX_BYTES, follow=True)
    except OSError as error:
        hint = "give the index that an indexer such as scip-clang or scip-python wrote"
        raise InputError(error.strerror or str(error), where=str(path), hint=hint) from error


def _folder(project_root: str, root: Path) -> str:
    """The folder of the repository that an index's paths start from; the root where the index was made elsewhere."""
    try:
        place = Path(unquote(urlsplit(project_root).path) or "/")
        relative = place.resolve().relative_to(root.resolve()).as_posix()
    except (ValueError, OSError, RuntimeError):  # the last for links in a ring
        return ""
    return "" if relative == "." else relative + "/"


def _about(information: Any) -> SymbolInformation:
    related = [
        (how, other.symbol)
        for other in information.relationships
        for how, is_set in (("implements", other.is_implementation), ("type", other.is_type_definition))
        if is_set
    ]
    return SymbolInformation(
        information.kind,
        information.display_name,
        "\n".join(text for text in information.documentation if not text.startswith("```")),
        information.signature_documentation.text,
        tuple(related),
    )


def _document(raw: Any, folder: str, root: Path) -> Document:
    path = PurePosixPath(folder + raw.relative_path).as_posix()
    document = Document(path, raw.language)
    lines = _lines(root, path)
    wrong = right = gone = 0
    names: dict[str, Name | None] = {}
    for occurrence in raw.occurrences:
        if occurrence.symbol.startswith(_LOCAL) or not occurrence.symbol or len(occurrence.range) not in (3, 4):
            continue
        if occurrence.symbol not in names:
            names[occurrence.symbol] = parse(occurrence.symbol)
        name = names[occurrence.symbol]
        if name is None or any(each.suffix in ("parameter", "type parameter") for each in name.descriptors):
            continue
        if min(occurrence.range) < 0:
            continue
        start, column, end = occurrence.range[0], occurrence.range[1], occurrence.range[-1]
        line = lines[start] if start < len(lines) else None
        text = line if line is not None and (line.isascii() or raw.position_encoding == schema.CODE_POINTS) else None
        gone += line is None
        if occurrence.symbol_roles & (schema.DEFINITION | schema.FORWARD_DEFINITION):
            if text is not None and end > column and len(occurrence.range) == 3:
                same = _same(text[column:end], name.descriptors[-1].name)
                right, wrong = right + same, wrong + (not same)
            document.definitions.append(_definition(occurrence, name, len(lines)))
        else:
            document.references.append(_reference(occurrence, name, text, end))
    document.changed = bool(gone) or wrong > 1 + _MAX_WRONG_SHARE * (right + wrong) or (wrong > 0 and right == 0)
    return document


def _lines(root: Path, path: str) -> list[str]:
    """The text of a file of the repository: an index may name any."""
    if path.startswith("/") or ".." in path.split("/"):
        return []
    try:
        content = read_small(os.path.join(root, path), MAX_DOCUMENT_BYTES, follow=True)  # noqa: PTH118
    except (OSError, ValueError):  # the latter for a null character
        return []
    return content.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _same(text: str, name: str) -> bool:
    return text == name or name.startswith(text) or not text.isidentifier() or not name.isidentifier()


def _definition(occurrence: Any, name: Name, lines: int) -> Definition:
    line = occurrence.range[0] + 1
    whole = occurrence.enclosing_range
    start, end = (whole[0] + 1, (whole[2] if len(whole) == 4 else whole[0]) + 1) if len(whole) > 2 else (line, line)
    start, end = max(1, start), min(end, lines)
    forward = not occurrence.symbol_roles & schema.DEFINITION
    return Definition(occurrence.symbol, name.descriptors, line, min(start, line), max(end, line), forward)


def _reference(occurrence: Any, name: Name, text: str | None, end: int) -> Reference:
    # What follows the name tells a call; where there is no text, the range of all of it does.
    suffix = name.descriptors[-1].suffix
    called = suffix in _INVOKED and (
        _CALLED.match(text, end) is not None if text is not None else bool(occurrence.enclosing_range)
    )
    return Reference(occurrence.symbol, occurrence.range[0] + 1, called, tuple(_roles(occurrence.symbol_roles, text)))


def _roles(bits: int, text: str | None) -> Iterator[str]:
    if bits & schema.IMPORT or (text is not None and _IMPORT.match(text)):
        yield "import"
    if bits & schema.READ:
        yield "read"
    if bits & schema.WRITE:
        yield "write"
