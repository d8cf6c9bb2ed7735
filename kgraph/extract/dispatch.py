"""Dispatch: a content and its language in, the facts of its reader out.

Input: the bytes of a file, its language, the repository's attribute macros. Output: `FileFacts`, or `Skipped`.
"""

from __future__ import annotations

from array import array

from msgspec.structs import replace

from kgraph.coverage import Aspect, aspects_of
from kgraph.extract.file_comments import leading_comment, without_licence
from kgraph.extract.text import as_utf8, count_lines, is_binary, with_unix_line_ends
from kgraph.languages import C_FAMILY, PYTHON_FAMILY
from kgraph.model import Diagnostic, ExtractResult, FileFacts, Skipped

MAX_BUILD_FILE = 1_000_000  # bytes; larger ones are made by programs
_MAX_LEADING = 80_000  # bytes that are looked at for the comment at the top
# Characters of a name with its scopes. Only a file made to hurt has longer ones: 10,000 nested namespaces spell
# gigabytes.
_MAX_NAME = 4_000


def extract(
    content: bytes,
    language: str,
    macros: frozenset[str] = frozenset(),
    *,
    with_uses: bool = True,
    with_references: bool = False,
    manifest: str = "",
) -> ExtractResult:
    """What `content` says, read as `language`; names that are longer than any people write are left out.

    `macros` names the repository's attribute macros, which the C family reads as white space (see `cpp.macros`).
    `manifest` is the format of a manifest or lock file (see `manifests.names`).
    With references, the C family reports all names that it mentions, not only what it calls.
    Without uses, `uses`, `bindings` and `bound` stay empty: they cost much, and nothing but calls needs them.
    """
    content = decode(content, language)
    if is_binary(content) and not _reads_binary(content, language):
        return Skipped("holds NUL bytes: taken for binary") if has_reader(language) else FileFacts(lines=0)
    facts = _read(content, language, macros, with_uses, with_references)
    if isinstance(facts, FileFacts):
        facts = _with_build(_with_comment(facts, content, language), content, language, manifest)
        return _without_endless_names(facts)
    return facts


def _with_comment(facts: FileFacts, content: bytes, language: str) -> FileFacts:
    """The facts with the comment at the top of the file, where its reader found no text about the file."""
    if facts.doc and language in PYTHON_FAMILY:
        facts = replace(facts, doc=without_licence(facts.doc))
    if facts.doc or language in C_FAMILY or language == "Jupyter Notebook":
        return facts
    doc = leading_comment(with_unix_line_ends(content[:_MAX_LEADING]).decode("utf-8", "replace"), language)
    return replace(facts, doc=doc) if doc else facts


def _with_build(facts: FileFacts, content: bytes, language: str, manifest: str) -> FileFacts:
    """The facts with what a manifest or a build file says of packages and targets."""
    if not (manifest or language in ("Starlark", "Makefile")):
        return facts
    from kgraph.extract.config import ci

    content = with_unix_line_ends(content)
    if manifest in ci.FORMATS:
        said, links = ci.read(content, manifest)
        return replace(facts, build=said, links=(*facts.links, *links))
    if manifest:
        from kgraph.extract.manifests import reader

        build = reader.read(content, manifest)
        if isinstance(build, str):
            return replace(facts, diagnostics=(*facts.diagnostics, Diagnostic(1, build)))
        facts = replace(facts, build=build, read_as="syntax")
    if len(content) > MAX_BUILD_FILE:
        return facts
    if language == "Starlark":
        from kgraph.extract.config import starlark

        statements = starlark.statements(content)
        if statements is None:
            note = Diagnostic(1, "cannot be evaluated: it is not written as Bazel's language")
            return replace(facts, diagnostics=(*facts.diagnostics, note))
        build = replace(facts.build, statements=statements)
        return replace(facts, build=build, read_as="syntax" if build.statements else facts.read_as)
    if language == "Makefile":
        from kgraph.extract.config import make_rules

        targets, notes = make_rules.rules(content)
        build = replace(facts.build, targets=targets)
        return replace(facts, build=build, read_as="syntax", diagnostics=(*facts.diagnostics, *notes))
    return facts


def decode(content: bytes, language: str) -> bytes:
    """The content as its readers take it: UTF-8 in place of UTF-16 and UTF-32, which Python refuses."""
    return content if language == "Python" else as_utf8(content)


# One byte in so many may be a NUL for C to be read, which compilers take for a space, with a warning.
_MIN_BYTES_PER_NUL = 100


def _reads_binary(content: bytes, language: str) -> bool:
    if language == "Python":
        return True  # which says itself that it does not
    return language in C_FAMILY and content.count(b"\0") * _MIN_BYTES_PER_NUL <= len(content)


def has_reader(language: str) -> bool:
    """Whether files of a language are parsed, rather than counted alone."""
    if language in C_FAMILY | PYTHON_FAMILY or language in ("Markdown", "reStructuredText"):
        return True
    from kgraph.extract import other

    return other.has_reader(language)


def _without_endless_names(facts: FileFacts) -> FileFacts:
    """The facts without symbols of endless names, and without their members; a diagnostic says so."""
    new_indexes: dict[int, int] = {-1: -1}  # index of each symbol that stays: its new one
    dropped = 0
    for index, s in enumerate(facts.symbols):
        if len(s.scope) + len(s.qualifier) + len(s.name) > _MAX_NAME or s.parent not in new_indexes:
            dropped = dropped or s.start
        else:
            new_indexes[index] = len(new_indexes) - 1
    if not dropped:
        return facts
    symbols = (
        replace(facts.symbols[old], parent=new_indexes.get(facts.symbols[old].parent, -1))
        for old in new_indexes
        if old >= 0
    )
    note = Diagnostic(dropped, f"names of more than {_MAX_NAME} characters are left out")
    uses = facts.uses
    owners = array("i", (new_indexes.get(owner, -1) for owner in array("i", uses.owners)))
    return replace(
        facts,
        symbols=tuple(symbols),
        diagnostics=(*facts.diagnostics, note),
        uses=replace(uses, owners=owners.tobytes()),
        bindings=tuple(replace(b, owner=new_indexes[b.owner]) for b in facts.bindings if b.owner in new_indexes),
    )


def has_uses(language: str) -> bool:
    """Whether the facts of a language report what a file uses."""
    return Aspect.USES in aspects_of(language)


def _read(
    content: bytes, language: str, macros: frozenset[str], with_uses: bool, with_references: bool
) -> ExtractResult:
    # Imported when needed: a worker that reads no C++ does not load its grammar.
    if language in C_FAMILY:
        from kgraph.extract.cpp import extractor

        return extractor.extract(
            with_unix_line_ends(content), language, macros, with_uses=with_uses, with_references=with_references
        )
    match language:
        case "Python":
            from kgraph.extract.python import declarations

            return declarations.extract(content, with_uses=with_uses)
        case "Cython":
            from kgraph.extract.cython import extractor as cython_extractor

            return cython_extractor.extract(content, with_uses=with_uses)
        case "Jupyter Notebook":
            from kgraph.extract.notebook import reader

            return reader.extract(content, with_uses=with_uses)
        case "Markdown":
            from kgraph.extract.markup import documents

            return documents.extract_markdown(content)
        case "reStructuredText":
            from kgraph.extract.markup import documents

            return documents.extract_restructuredtext(content)
        case _:
            from kgraph.extract import other

            return other.extract(content, language, with_uses=with_uses)


def make_listed_facts(content: bytes) -> FileFacts:
    """The facts of a file that is not parsed: its lines, none where git would call it binary."""
    content = as_utf8(content)
    return FileFacts(lines=0 if is_binary(content) else count_lines(content))
