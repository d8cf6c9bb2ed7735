"""The place of a file in the whole: folder, fan-in and fan-out, depth, layers, cycles, inheritance."""

from __future__ import annotations

from kgraph.coverage import Aspect
from kgraph.languages import PACKAGE_SCOPED
from kgraph.pages import unread
from kgraph.pages.markdown import fence
from kgraph.pages.mermaid import flowchart
from kgraph.pages.page_context import PageWriter, enumerated, number_of
from kgraph.pages.repository_model import PageFile, PageSymbol

_CYCLE_SHOWN = 12
_DRAWN = 40  # classes
_DERIVED = 12  # of one class


def architecture(writer: PageWriter, file: PageFile) -> list[str]:
    """Its place, and its classes' bases."""
    model = writer.context.model
    folder = file.folder
    beside = len(folder.files) - 1
    where = writer.folder(folder) if folder.id != "folder/" else writer.folder(folder, model.name)
    lines = [f"- **Folder**: {where}, beside {number_of(beside, 'other file')}"]
    if folder.needs or folder.users:
        cycle = f"; it is in a dependency cycle of {len(folder.cycle):,} folders" if folder.cycle else ""
        lines.append(f"- **Layer**: its folder is in layer {folder.layer} of 0 to {model.layers - 1}{cycle}")
    as_far = ", as far as was analysed" if unread.sentence(model, file, [(Aspect.IMPORTS, "of")]) else ""
    without = len(writer.users(file)) if file.language in PACKAGE_SCOPED and not file.users else 0
    needless = ", which need no import" if without else ""
    fan_in = f"{number_of(len(file.users) or without, 'file')}{needless}{as_far}"
    fan_out = "not known" if unread.own(file, Aspect.IMPORTS) else number_of(len(file.needs), "file")
    lines.append(f"- **Fan-in**: {fan_in} · **fan-out**: {fan_out}")
    if file.needs:
        lines.append(
            f"- **Depth**: the longest chain of includes or imports from here has {number_of(file.depth, 'step')}"
        )
    if file.cycle:
        others = [other for other in file.cycle if other is not file]
        near = [other for other in others if other in file.needs or file in other.needs] or others
        shown = [writer.file(other) for other in near[:_CYCLE_SHOWN]]
        more = len(file.cycle) - 1 - len(shown)
        lines.append(
            f"- **Cycle**: in a dependency cycle of {len(file.cycle):,} files; nearest: {enumerated(shown, more)}"
        )
    return lines + _inheritance(writer, file)


def _inheritance(writer: PageWriter, file: PageFile) -> list[str]:
    uses, locations = writer.context.uses, writer.context.model.places
    classes = [symbol for symbol in file.symbols if symbol.role == "definition" and symbol.kind in ("Class", "Struct")]
    derived = {
        symbol: [locations[id_][0] for id_ in uses.derived.get(symbol.id, ()) if id_ in locations] for symbol in classes
    }
    derived = {symbol: symbols for symbol, symbols in derived.items() if symbols}
    drawn = [symbol for symbol in classes if symbol.bases or symbol in derived]
    if not drawn:
        return []
    edges: list[tuple[str, str]] = []
    for symbol in drawn[:_DRAWN]:
        known = [locations[id_][0].qualified for id_ in uses.bases.get(symbol.id, ()) if id_ in locations]
        # What was resolved is named in full; what was not, as it is spelled.
        named = {name.replace("::", ".").rpartition(".")[2] for name in known}
        spelled = [_bare(base) for base in symbol.bases]
        edges += [(symbol.qualified, name) for name in known]
        edges += [(symbol.qualified, base) for base in spelled if _last(base) not in named]
        edges += [(other.qualified, symbol.qualified) for other in derived.get(symbol, ())[:_DERIVED]]
    lines = ["", "### Inheritance", "", fence(flowchart(_merged(drawn, edges), "BT"), "mermaid")]
    if len(drawn) > _DRAWN:
        lines += ["", f"{len(drawn) - _DRAWN:,} more classes have bases or are bases: see the outline."]
    for symbol, symbols in list(derived.items())[:_DRAWN]:
        shown = [writer.symbol(other, other.qualified) for other in symbols[:_DERIVED]]
        lines += ["", f"From {writer.symbol(symbol)} derive {enumerated(shown, len(symbols) - len(shown))}."]
    return lines


def _last(name: str) -> str:
    """The short name of a base as spelled, without template arguments."""
    return name.partition("<")[0].replace("::", ".").rpartition(".")[2]


def _merged(classes: list[PageSymbol], edges: list[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """A base that is spelled as the short name of exactly one class of this file is that class."""
    by_name: dict[str, set[str]] = {}
    for symbol in classes:
        by_name.setdefault(symbol.name, set()).add(symbol.qualified)
    merged = []
    for one, base in edges:
        known = by_name.get(base, set())
        merged.append((one, next(iter(known)) if len(known) == 1 and one not in known else base, ""))
    return merged


def _bare(base: str) -> str:
    """A base without its access: "public Shape" is "Shape"."""
    words = base.split()
    while len(words) > 1 and words[0] in ("public", "protected", "private", "virtual"):
        words.pop(0)
    return " ".join(words)
