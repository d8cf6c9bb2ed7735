"""The place of a file in the whole: folder, fan-in and fan-out, depth, layers, cycles, inheritance."""

from __future__ import annotations

from kgraph.pages.book import File, Symbol
from kgraph.pages.desk import Writer, enumerated, number_of
from kgraph.pages.markdown import fence
from kgraph.pages.mermaid import flowchart

_CYCLE_SHOWN = 12
_DRAWN = 40  # classes


def architecture(writer: Writer, file: File) -> list[str]:
    """Its place, and its classes' bases."""
    book = writer.desk.book
    folder = file.folder
    beside = len(folder.files) - 1
    where = writer.folder(folder) if folder.id != "folder/" else writer.folder(folder, book.name)
    lines = [f"- **Folder**: {where}, beside {number_of(beside, 'other file')}"]
    if folder.needs or folder.users:
        cycle = f"; it is one of {len(folder.cycle):,} folders that need each other" if folder.cycle else ""
        lines.append(f"- **Layer**: its folder is in layer {folder.layer} of 0 to {book.layers - 1}{cycle}")
    lines.append(
        f"- **Fan-in**: {number_of(len(file.users), 'file')} · **fan-out**: {number_of(len(file.needs), 'file')}"
    )
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
            f"- **Cycle**: it is one of {len(file.cycle):,} files that need each other; nearest: "
            f"{enumerated(shown, more)}"
        )
    return lines + _inheritance(file)


def _inheritance(file: File) -> list[str]:
    classes = [symbol for symbol in file.symbols if symbol.bases and symbol.role == "definition"]
    if not classes:
        return []
    edges: list[tuple[str, str]] = []
    for symbol in classes[:_DRAWN]:
        edges += [(symbol.qualified, _bare(base)) for base in symbol.bases]
    lines = ["", "### Inheritance", "", fence(flowchart(_merged(classes, edges), "BT"), "mermaid")]
    if len(classes) > _DRAWN:
        lines += ["", f"{len(classes) - _DRAWN:,} more classes have bases: see the outline."]
    return lines


def _merged(classes: list[Symbol], edges: list[tuple[str, str]]) -> list[tuple[str, str, str]]:
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
