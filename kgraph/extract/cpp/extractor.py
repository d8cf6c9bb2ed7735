"""The C family, read without a compile database: C, C++, CUDA, Objective-C and Objective-C++.

Input: the bytes of one file and the names of the repository's attribute macros. Output: its symbols, includes and
diagnostics. No file system, no include paths: what a name means is for `assemble` to find out.

Four steps: `scanner` blanks what is no declaration, `macros` blanks macros that stand in a parser's way,
tree-sitter parses the rest, `declarations` and `preprocessor` read the tree and the directives. A text that the
parser stumbles over is repaired by bolder guesses and parsed once more; the better of the two trees counts.
"""

from __future__ import annotations

import re
from itertools import chain

from tree_sitter import Tree

from kgraph.extract.cpp import macros as macro_uses
from kgraph.extract.cpp import scanner
from kgraph.extract.cpp.bindings import read_bindings
from kgraph.extract.cpp.branches import read_branches
from kgraph.extract.cpp.comments import Comments
from kgraph.extract.cpp.cpp_modules import blank_modules, header_units, module_unit
from kgraph.extract.cpp.declarations import read_declarations
from kgraph.extract.cpp.error_recovery import errors, repair
from kgraph.extract.cpp.initializers import body_text, outside_spans, with_braces
from kgraph.extract.cpp.lexicon import words_in
from kgraph.extract.cpp.macro_bodies import uses_of_macros
from kgraph.extract.cpp.macro_states import MacroStates
from kgraph.extract.cpp.mentions import macro_mentions, read_mentions
from kgraph.extract.cpp.objective_c import Placed, is_objective_c, read_imports, read_objective_c
from kgraph.extract.cpp.owners import EnclosingSymbols
from kgraph.extract.cpp.parser import parse
from kgraph.extract.cpp.preprocessor import DefinedMacro, read_directives
from kgraph.extract.cpp.rewrite import simplify, spell_as_cpp
from kgraph.extract.cpp.scanner import CppSource
from kgraph.extract.cpp.scope_macros import spell_scopes
from kgraph.extract.cpp.source_slicer import Pieces
from kgraph.extract.cpp.trailing_macros import blank_trailing_macros
from kgraph.extract.cpp.uses import read_uses, use_facts
from kgraph.extract.text import clean
from kgraph.model import Diagnostic, FileFacts, Kind, SymbolFact

_MAX_DIAGNOSTICS = 5
_NO_OPERATORS = frozenset(("C", "Objective-C"))
_CPP_ONLY = re.compile(  # each begins with a letter and not with \b, so that the engine need not try every position
    rb"n(?<!\wn)amespace\s+\w+\s*\{|t(?<!\wt)emplate\s*<|c(?<!\wc)lass\s+\w+\s*(?:\w+\s*)?[:{]"
    rb"|u(?<!\wu)sing\s+namespace\b|p(?<!\wp)(?:ublic|rivate|rotected)\s*:"
)


def extract(
    content: bytes,
    language: str,
    macros: frozenset[str] = frozenset(),
    *,
    with_uses: bool = True,
    with_references: bool = False,
) -> FileFacts:
    """All that a file says by itself, what it uses, mentions and binds only if asked for; never raises, whatever the
    bytes."""
    source = scanner.scan(content)
    bodies = source.bodies + outside_spans(bytes(source.code)) if with_uses else []
    needs_text = bodies or with_references or (with_uses and (b"using" in source.code or b"define" in content))
    text = body_text(source) if needs_text else b""
    if language == "C" and _CPP_ONLY.search(source.code):
        language = "C++"  # a header of a C++ project that is named like one of C
    includes, defines, states = read_directives(source)
    module = ""
    comments = Comments(source)
    macro_symbols = [_macro_symbol(define, source, comments, states) for define in defines]
    parts: list[Placed] = [([define.start for define in defines], macro_symbols)]
    includes += read_imports(source)
    if is_objective_c(source.code):
        parts.append(read_objective_c(source, lambda start, _: comments.find_above(start)))
    scopes = spell_scopes(source.code, macros) if language != "C" else {}
    if language != "C":
        module, imports = module_unit(source)
        includes = sorted([*includes, *header_units(source), *imports], key=lambda fact: fact.line)
        blank_modules(source.code)
    blank_trailing_macros(source.code)
    words = words_in(source.code)
    attributes = macro_uses.blank_attributes(source.code, words, macros)
    simplify(source.code, words)
    macro_uses.blank_uses(source.code, old_style=language == "C")
    if language == "C":
        spell_as_cpp(source.code, words)
    tree = parse(bytes(source.code))
    given_up: list[tuple[int, int]] = []
    if tree.root_node.has_error:
        tree, given_up = repair(source.code, tree, parse)
    symbols = read_declarations(tree.root_node, Pieces(source, attributes, comments, scopes), is_c=language == "C")
    parts.append((symbols.starts, symbols.built))
    first = min(
        (start for starts, _ in parts for start in starts[:2] if start >= comments.guard[0]),
        default=len(source.content),
    )
    merged = _merge(parts)
    placed = _starts(parts)
    around = EnclosingSymbols(placed, merged, source.line_starts) if with_uses else None
    rows = read_uses(text, bodies, around, states, with_operators=language not in _NO_OPERATORS) if around else []
    if with_uses and defines:
        with_operators = language not in _NO_OPERATORS
        rows += uses_of_macros(text, source, defines, placed, merged, with_operators=with_operators)
    if with_references:
        rows += read_mentions(with_braces(text, source), placed, merged, source.line_starts, source.bodies)
        rows += macro_mentions(source, states)
    return FileFacts(
        lines=source.lines,
        read_as="syntax",
        doc=comments.leading(first),
        symbols=merged,
        includes=tuple(includes),
        diagnostics=_diagnostics(tree, given_up, source),
        bound=read_bindings(content) if with_uses else (),
        uses=use_facts(rows, source.line_starts),
        branches=read_branches(text, source.bodies, source.line_starts) if with_uses and source.bodies else b"",
        package=module,
    )


def _diagnostics(tree: Tree, given_up: list[tuple[int, int]], source: CppSource) -> tuple[Diagnostic, ...]:
    """The first places that were not understood."""
    offsets = [node.start_byte for node in errors(tree)]
    offsets += [start + len(code) - len(code.lstrip()) for start, code in _find_unread_code(given_up, source)]
    messages: dict[int, str] = {}
    for offset in sorted(offsets):
        line = min(source.line(offset), max(1, source.lines))
        if line not in messages:
            snippet = source.content[offset : offset + 60].decode("utf-8", "replace")
            messages[line] = clean(f"not understood: {' '.join(snippet.split())}")
        if len(messages) == _MAX_DIAGNOSTICS:
            break
    return tuple(Diagnostic(line, message) for line, message in messages.items())


def _find_unread_code(given_up: list[tuple[int, int]], source: CppSource) -> list[tuple[int, bytes]]:
    return [(start, source.content[start:end]) for start, end in given_up]


def _merge(parts: list[Placed]) -> tuple[SymbolFact, ...]:
    """The symbols of several readers in order of appearance; the indexes of parents follow."""
    parts = [part for part in parts if part[0]]
    if len(parts) == 1:
        return tuple(parts[0][1])
    order = sorted((start, part, index) for part, (starts, _) in enumerate(parts) for index, start in enumerate(starts))
    new_indexes = [[0] * len(starts) for starts, _ in parts]
    for new_index, (_, part, index) in enumerate(order):
        new_indexes[part][index] = new_index
    merged: list[SymbolFact] = []
    for _, part, index in order:
        symbol = parts[part][1][index]
        if symbol.parent >= 0 and new_indexes[part][symbol.parent] != symbol.parent:
            values = [getattr(symbol, name) for name in SymbolFact.__struct_fields__]
            values[_PARENT] = new_indexes[part][symbol.parent]
            symbol = SymbolFact(*values)
        merged.append(symbol)
    return tuple(merged)


def _starts(parts: list[Placed]) -> list[int]:
    """The offsets of the merged symbols."""
    parts = [part for part in parts if part[0]]
    return parts[0][0] if len(parts) == 1 else sorted(chain(*(starts for starts, _ in parts)))


_PARENT = SymbolFact.__struct_fields__.index("parent")


def _macro_symbol(macro: DefinedMacro, source: CppSource, comments: Comments, states: MacroStates) -> SymbolFact:
    return SymbolFact(
        Kind.MACRO,
        macro.name,
        source.line(macro.start),
        min(source.line(max(macro.start, macro.end - 1)), max(1, source.lines)),
        arity=macro.arity,
        signature=macro.signature,
        doc=comments.find_above(macro.start) or comments.inside(macro.start, macro.end),
        modifiers=states.modifiers(macro.name),
    )
