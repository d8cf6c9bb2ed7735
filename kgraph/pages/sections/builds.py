"""How a file is built, and what a target is built of.

Input: a `PageWriter` and a file, or a target at its place. Output: Markdown; "" of what no build file names.
"""

from __future__ import annotations

from urllib.parse import unquote

from kgraph.pages.markdown import Markdown, code
from kgraph.pages.page_context import PageWriter, enumerate_parts
from kgraph.pages.repository_model import PageFile, PageSymbol
from kgraph.pages.targets import RELATIONS

_MAX_TARGETS = 4
_MAX_OTHERS = 6


def list_targets(writer: PageWriter, file: PageFile) -> Markdown:
    """ "Built into the executable `app` and 3 more targets." """
    targets = [id_ for id_ in writer.context.targets.of_file.get(file.id, ()) if id_ in writer.context.model.places]
    if not targets:
        return Markdown("")
    shown = []
    for id_ in targets[:_MAX_TARGETS]:
        place = writer.context.model.places[id_][0]
        shown.append(Markdown(f"{form(place) or 'target'} {writer.symbol(place)} of {writer.file(place.file)}"))
    more = len(targets) - len(shown)
    parts = [*shown, Markdown(f"{more:,} more target{'' if more == 1 else 's'}")] if more else shown
    return Markdown(f"Built into {enumerate_parts(parts)}.")


def describe_target(writer: PageWriter, symbol: PageSymbol) -> list[Markdown]:
    """ "library", "built of `a.cpp` and `b.cpp`", "links against `core`"."""
    said = [Markdown(form(symbol))] if form(symbol) else []
    found = writer.context.targets.of_target.get(symbol.id, {})
    for relation, verb in RELATIONS.items():
        others = found.get(relation, ())
        if others:
            shown = [_other(writer, symbol, other) for other in others[:_MAX_OTHERS]]
            said.append(Markdown(f"{verb} {enumerate_parts(shown, len(others) - len(shown))}"))
    return said


def form(symbol: PageSymbol) -> str:
    """ "library", "executable", "test", "job", "custom target"; "" where the build file does not say."""
    found = next((each for each in symbol.modifiers if each.isalpha() and symbol.kind == "Target"), "")
    return f"{found} target" if found == "custom" else found


def _other(writer: PageWriter, symbol: PageSymbol, id_: str) -> Markdown:
    if id_ in writer.context.model.places:
        place = writer.context.model.places[id_][0]
        return writer.symbol(place)
    if id_ in writer.context.model.files:
        file = writer.context.model.files[id_]
        return writer.file(file, file.name if file.folder is symbol.file.folder else file.path)
    name = code(unquote(id_.rpartition("/")[2]))
    return Markdown(f"the package {name}") if id_.startswith("package/") else name
