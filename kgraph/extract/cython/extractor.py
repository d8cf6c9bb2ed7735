"""Cython: declarations, imports, cimports, includes and uses of `.pyx`, `.pxd` and `.pxi` files.

Input: the bytes of a file. Output: its facts. No file is looked at but this one.

The source is rewritten as Python (see `statements`) and read by Python's readers, so that scopes, uses and types follow
the same rules; C's types become annotations, so that a typed receiver is known. Cython's own compiler opens the files
that a source names while it parses, and takes 17 MB. A statement that neither reads is dropped, and reported.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from msgspec.structs import replace

from kgraph.extract.cython.statements import CythonSource, Declaration, rewrite
from kgraph.extract.python.declarations import facts_of_source
from kgraph.extract.python.imports import cimport_condition
from kgraph.extract.python.source import INCLUDE, collector_paused, parse
from kgraph.extract.text import clean, count_lines, flatten, with_unix_line_ends
from kgraph.model import Diagnostic, FileFacts, IncludeFact, NameBindingFact, Skipped, SymbolFact

_MAX_DROPPED = 5  # statements that are dropped from one part of a file before the part is
_MAX_DIAGNOSTICS = 5


def extract(content: bytes, *, with_uses: bool = True) -> FileFacts | Skipped:
    """The facts of a Cython file."""
    content = with_unix_line_ends(content)
    lines = count_lines(content)
    source = rewrite(content.decode("utf-8-sig", "replace").replace("\0", " "))
    with collector_paused():
        facts = facts_of_source(source.text, lines, with_uses=with_uses, shared=True)
        notes: tuple[Diagnostic, ...] = ()
        if isinstance(facts, Skipped) and facts.reason.startswith("syntax error"):
            text, notes = _readable(source, lines)
            facts = facts_of_source(text, lines, with_uses=with_uses, shared=True)
    if isinstance(facts, Skipped):
        return facts
    includes = sorted((*_imports(facts, source), *source.includes), key=lambda fact: fact.line)
    parts = (NameBindingFact(-1, INCLUDE, each.spelling) for each in source.includes if not each.condition)
    return replace(
        facts,
        symbols=_symbols(facts, source),
        includes=tuple(includes),
        diagnostics=(*facts.diagnostics, *notes),
        bindings=(*facts.bindings, *parts) if with_uses else (),
    )


def _imports(facts: FileFacts, source: CythonSource) -> list[IncludeFact]:
    return [replace(each, condition=_with_cimport(each, source)) for each in facts.includes]


def _with_cimport(fact: IncludeFact, source: CythonSource) -> str:
    if fact.line not in source.cimports:
        return fact.condition
    return cimport_condition(fact.condition)


# --- symbols --------------------------------------------------------------------------------------------------------


def _symbols(facts: FileFacts, source: CythonSource) -> tuple[SymbolFact, ...]:
    """The symbols with what Cython says of each."""
    told: dict[tuple[str, int], Declaration] = {(each.name, each.line): each for each in source.declarations}
    by_name: defaultdict[str, list[int]] = defaultdict(list)
    for each in source.declarations:
        by_name[each.name].append(each.line)
    symbols = []
    for symbol in facts.symbols:
        # A decorated symbol begins above its head.
        line = symbol.start
        if symbol.modifiers:
            line = next((each for each in by_name[symbol.name] if symbol.start <= each <= symbol.end), line)
        declaration = told.get((symbol.name, line))
        symbols.append(_apply_declaration(symbol, declaration) if declaration else symbol)
    return tuple(symbols)


def _apply_declaration(symbol: SymbolFact, declaration: Declaration) -> SymbolFact:
    is_callable = symbol.arity >= 0
    return replace(
        symbol,
        kind=declaration.kind or symbol.kind,
        signature=declaration.signature,
        modifiers=(*declaration.modifiers, *symbol.modifiers),
        definition=symbol.definition and declaration.definition if is_callable else declaration.definition,
    )


# --- repair ---------------------------------------------------------------------------------------------------------


def _readable(source: CythonSource, lines: int) -> tuple[str, tuple[Diagnostic, ...]]:
    """The text without the statements that Python cannot parse, and notes of where these were.

    Each part between two statements of the file's own level is tried alone, so that the time taken grows with the
    number of faulty parts and not with the file's size times their number.
    """
    text = source.text.split("\n")
    notes: list[Diagnostic] = []
    for start, end in _parts(text, source.first_lines):
        part = text[start:end]
        if _error(part) is None:
            continue
        starts = [line - 1 - start for line in source.first_lines if start < line <= end] if end - start < 5_000 else []
        text[start:end] = _blank_faulty(part, starts, start, notes)
    notes = [replace(note, line=min(note.line, max(lines, 1))) for note in notes]
    if len(notes) > _MAX_DIAGNOSTICS:
        notes = [*notes[:_MAX_DIAGNOSTICS], Diagnostic(notes[-1].line, f"{len(notes)} statements in all are not read")]
    return "\n".join(text), tuple(notes)


def _parts(text: Sequence[str], first_lines: Sequence[int]) -> list[tuple[int, int]]:
    """Spans of lines, from 0: each a statement that is not indented with all that is below it."""
    starts = [0]
    decorated = False
    for line in first_lines:
        head = text[line - 1]
        if head and not head[0].isspace() and not head.startswith(_CONTINUED):
            if line > 1 and not decorated:
                starts.append(line - 1)
            decorated = head.startswith("@")
    return list(zip(starts, [*starts[1:], len(text)], strict=True))


_CONTINUED = ("else", "elif", "except", "finally")


def _blank_faulty(part: list[str], starts: Sequence[int], offset: int, notes: list[Diagnostic]) -> list[str]:
    """A part without its faulty statements; blank where there are too many."""
    dropped: int | None = None
    for _ in range(_MAX_DROPPED):
        error = _error(part)
        if error is None:
            return part
        if dropped is not None and error.lineno == dropped:
            break  # not for what was dropped
        dropped = error.lineno
        line = min(max((error.lineno or 1) - 1, 0), len(part) - 1)
        first = max((start for start in starts if start <= line), default=line)
        end = min((start for start in starts if start > first), default=len(part))
        head = part[first]
        notes.append(Diagnostic(offset + first + 1, clean(flatten(f"not understood: {head}", 80))))
        space = head[: len(head) - len(head.lstrip())]
        opens = part[end - 1].rstrip().endswith(":") or head.rstrip().endswith(":")
        part = [*part[:first], space + ("with 0:" if opens else "pass"), *[""] * (end - first - 1), *part[end:]]
    if _error(part) is None:
        return part
    notes.append(Diagnostic(offset + 1, clean(flatten(f"not understood: {part[0]}", 80))))
    return [""] * len(part)


def _error(lines: Sequence[str]) -> SyntaxError | None:
    try:
        parse("\n".join(lines))
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError) as error:
        return SyntaxError(str(error))
    return None
