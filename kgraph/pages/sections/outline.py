"""The outline of a file's symbols, nested, each with all that is known of it."""

from __future__ import annotations

import re

from kgraph.languages import is_overload_marker
from kgraph.pages.documentation.commands import has_commands
from kgraph.pages.list_parts import CALLED, outline_kind
from kgraph.pages.markdown import Markdown, code, link, prose, text
from kgraph.pages.page_context import PageWriter, enumerate_parts, kind_of
from kgraph.pages.purpose import brief, is_guard
from kgraph.pages.repository_model import PageFile, PageSymbol
from kgraph.pages.sections import builds, passed_on
from kgraph.pages.sections.authors_words import render_lines

_MAX_LEVELS = 6  # levels that are indented; CommonMark parsers stop somewhere
_ELSEWHERE = 5  # places
_USERS = 3  # files that use what has no page of its own
_WORD = re.compile(r"\w+")
_WHOLE = 240  # characters of a comment of one paragraph, which the outline shows as it is
_DOCUMENTED = frozenset({"Function", "Class", "Struct", "Enum", "TypeAlias", "Variable", "Macro", "Union", "Concept"})
_PLAIN = frozenset({"Enumerator", "Heading", "Property", "Target", "BuildTest", "Namespace", "Module"})


def analysis(writer: PageWriter, file: PageFile) -> list[str]:
    """The code structure; of a long one the first part."""
    lines = passed_on.lines(writer, file)
    return [*lines, "### Code Structure", "", *part(writer, file, 0)] if file.symbols else lines


def part(writer: PageWriter, file: PageFile, number: int) -> list[str]:
    """A part of the outline, with where the others are."""
    firsts = writer.context.outline_parts.get(file.id, (0,))
    last = firsts[number + 1] if number + 1 < len(firsts) else len(file.symbols)
    shown = file.symbols[firsts[number] : last]
    shift = _shift(file)
    lines = _render_enclosing(shown[0], shift) if number else []
    guards = [symbol for symbol in shown if is_guard(symbol)]
    for symbol in shown:
        if symbol not in guards:
            lines += _entry(writer, symbol, max(0, min(symbol.depth, _MAX_LEVELS) - shift))
    for symbol in guards:
        where = writer.line(file, symbol.line, symbol.end)
        lines.append(f'- <a id="{symbol.anchor}"></a>include guard {code(symbol.name)} — {where}')
    if len(firsts) > 1:
        links = writer.context.links
        others = [
            link(f"part {each + 1}", links.link(writer.start, file.id, outline_kind(each)))
            for each in range(len(firsts))
            if each != number
        ]
        lines += [
            "",
            f"This is part {number + 1} of the outline; {enumerate_parts(others)} {_verb(others)} on other pages.",
        ]
    return lines


def _verb(others: list[Markdown]) -> str:
    return "is" if len(others) == 1 else "are"


def _render_enclosing(symbol: PageSymbol, shift: int) -> list[str]:
    """What the first symbol of a part stands in, which an earlier part tells of."""
    chain: list[PageSymbol] = []
    above = symbol.above
    while above is not None:
        chain.insert(0, above)
        above = above.above
    levels = [each for each in chain if each.depth >= shift and each.depth <= _MAX_LEVELS]
    return [f"{'  ' * (each.depth - shift)}- {code(each.name) or '(unnamed)'}, continued" for each in levels]


def _shift(file: PageFile) -> int:
    """A Python module holds all else: its members need no indentation for it."""
    return 0 if not file.symbols else min(symbol.depth for symbol in file.symbols)


def _entry(writer: PageWriter, symbol: PageSymbol, depth: int) -> list[str]:
    indent = "  " * depth
    kind = kind_of(symbol)
    name = symbol.qualified if symbol.kind in ("Namespace", "Module") else symbol.name
    label = text(name) if symbol.kind == "Heading" else code(name)
    shown = writer.symbol_page(symbol.id, label) if label else "(unnamed)"
    head = f'{indent}- <a id="{symbol.anchor}"></a>{kind} **{shown}**'
    said = [f"{writer.line(symbol.file, symbol.line, symbol.end)}"]
    is_overload = symbol.role == "declaration" and any(map(is_overload_marker, symbol.modifiers))
    if symbol.role == "declaration":
        said.append("overload" if is_overload else "declaration")
    said += traits(symbol)
    said += builds.describe_target(writer, symbol)
    if symbol.macro:
        said.append(f"made by {code(symbol.macro)}")
    head += " — " + ", ".join(said)
    if topics := writer.topics_of(symbol.id):
        head += f"; topic {topics}"
    if elsewhere := places(writer, symbol):
        head += f"; {elsewhere}"
    lines = [head]
    if is_overload:  # the signature and the text that are known are those of the definition
        return lines
    if symbol.signature and symbol.kind not in _PLAIN and symbol.signature != symbol.name:
        lines[-1] += "\\"
        lines.append(f"{indent}  {code(cut(symbol.signature))}")
    said_of_it = "" if symbol.kind == "Namespace" else brief(symbol.documentation, limit=400)
    if said_of_it:  # a namespace has many openings, and one comment
        lines[-1] += "\\"
        lines.append(f"{indent}  {prose(said_of_it)}")
    if used := _describe_uses(writer, symbol):
        lines[-1] += "\\"
        lines.append(f"{indent}  {used}")
    return [*lines, *_whole(writer, symbol, indent)]


def _describe_uses(writer: PageWriter, symbol: PageSymbol) -> Markdown:
    """Who uses what has no page that shows it: a function of C. "Used in `main.c` (line 3) and 12 more files"."""
    if symbol.kind not in CALLED or writer.context.options.layout == "classic":
        return Markdown("")
    uses = writer.context.uses.users(symbol.id)
    if not uses or writer.context.symbols.link(writer.start, symbol.id):
        return Markdown("")
    ranked = sorted(uses, key=lambda use: (use.file is symbol.file, use.file.user_rank, -len(use.lines), use.file.path))
    shown = [
        Markdown(
            f"{writer.file(use.file, use.file.name if use.file.folder is symbol.file.folder else use.file.path)} "
            f"({writer.line(use.file, use.lines[0])}{', likely' if use.inferred else ''})"
        )
        for use in ranked[:_USERS]
    ]
    more = len(ranked) - len(shown)
    parts = [*shown, Markdown(f"{more:,} more file{'' if more == 1 else 's'}")] if more else shown
    return Markdown(f"Used in {enumerate_parts(parts)}")


def _whole(writer: PageWriter, symbol: PageSymbol, indent: str) -> list[str]:
    """The whole documentation, folded, of what has no page that shows it: a function of Go, Rust or TypeScript."""
    documentation = symbol.documentation
    is_short = len(documentation) < _WHOLE and "\n\n" not in documentation and not has_commands(documentation)
    is_inner = symbol.above is not None and symbol.above.kind not in ("Namespace", "Module")
    if is_short or is_inner or symbol.kind not in _DOCUMENTED or writer.context.options.layout == "classic":
        return []
    if writer.context.symbols.link(writer.start, symbol.id):
        return []
    told = render_lines(writer, symbol)
    if _is_said(brief(symbol.documentation, limit=400), told):
        return []
    shown = ["<details>", "<summary>Documentation</summary>", "", *told, "", "</details>", ""]
    return ["", *(f"{indent}  {line}".rstrip() for line in shown)]


def _is_said(said: str, told: list[str]) -> bool:
    """Whether the whole documentation says no more than its first sentences, which stand above it."""
    words = [_WORD.findall(line) for line in told if line.strip()]
    return all(each == _WORD.findall(said)[: len(each)] for each in words if each)


def cut(signature: str, limit: int = 600) -> str:
    """A signature, shortened when it is very long."""
    return signature if len(signature) <= limit else signature[: limit - 2] + " …"


def traits(symbol: PageSymbol) -> list[str]:
    """Access and what the signature does not show."""
    found = [symbol.access] if symbol.access and symbol.access != "public" else []
    if symbol.bases:
        found.append(
            "derives from " + enumerate_parts([code(base) for base in symbol.bases[:8]], len(symbol.bases) - 8)
        )
    decorators = [each for each in symbol.modifiers if each.startswith("@")]
    if symbol.role == "definition":  # all places of a symbol have the modifiers of each
        decorators = [each for each in decorators if not is_overload_marker(each)]
    return [*found, *map(code, decorators)]


def places(writer: PageWriter, symbol: PageSymbol) -> Markdown:
    """Where else a symbol is declared or defined."""
    if symbol.kind == "Namespace":
        return Markdown("")
    others = [other for other in writer.context.model.places[symbol.id] if other is not symbol]
    words = []
    for role, verb in (("definition", "defined"), ("declaration", "declared")):
        found = [other for other in others if other.role == role]
        if found:
            shown = [writer.place(other) for other in found[:_ELSEWHERE]]
            words.append(f"{verb} in {enumerate_parts(shown, len(found) - len(shown))}")
    return Markdown(", ".join(words))
