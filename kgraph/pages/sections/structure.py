"""The place of a file in the whole: folder, fan-in and fan-out, depth, layers, cycles, inheritance."""

from __future__ import annotations

from kgraph.coverage import Aspect
from kgraph.languages import PACKAGE_SCOPED
from kgraph.pages import unread
from kgraph.pages.page_context import PageWriter, enumerate_parts, number_of
from kgraph.pages.repository_model import PageFile
from kgraph.pages.sections import charts

_CYCLE_SHOWN = 12


def architecture(writer: PageWriter, file: PageFile) -> list[str]:
    """Its place, and its classes' bases."""
    model = writer.context.model
    folder = file.folder
    beside = len(folder.files) - 1
    where = writer.folder(folder) if folder.id != "folder/" else writer.folder(folder, model.name)
    company = f"beside {number_of(beside, 'other file')}" if beside else "in which there is no other file"
    lines = [f"- **Folder**: {where}, {company}"]
    if folder.needs or folder.users:
        cycle = f"; in a dependency cycle of {len(folder.cycle):,} folders" if folder.cycle else ""
        outside = " outside of its cycle" if folder.cycle else ""
        top = f" of {model.layers - 1}" if folder.layer else f", which depends on no other folder{outside}"
        lines.append(f"- **Layer** of its folder: {folder.layer}{top}{cycle}")
    as_far = ", as far as was analysed" if unread.sentence(model, file, [(Aspect.IMPORTS, "of")]) else ""
    without = len(writer.users(file)) if file.language in PACKAGE_SCOPED and not file.users else 0
    needless = f", which {'needs' if without == 1 else 'need'} no import" if without else ""
    fan_in = f"{number_of(len(file.users) or without, 'file')}{needless}{as_far}"
    fan_out = "not known" if unread.own(file, Aspect.IMPORTS) else number_of(len(file.needs), "file")
    if file.users or file.needs or without or as_far or fan_out == "not known":
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
            f"- **Cycle**: in a dependency cycle of {len(file.cycle):,} files; nearest: {enumerate_parts(shown, more)}"
        )
    return lines + charts.neighbours(writer, file) + charts.inheritance(writer, file)
