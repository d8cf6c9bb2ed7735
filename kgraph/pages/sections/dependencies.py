"""What a file includes or imports, what each name was resolved to, and what it costs."""

from __future__ import annotations

import re
from urllib.parse import unquote

from kgraph.pages import external_headers
from kgraph.pages.markdown import Markdown, code, link
from kgraph.pages.page_context import PageWriter, enumerate_parts, number_of, table
from kgraph.pages.repository_model import Include, PageFile

_NAMES = 12


def dependencies(writer: PageWriter, file: PageFile) -> list[str]:
    """Each directive in the order of the file."""
    if not file.includes:
        return []
    imports = any(include.form in ("import", "from") for include in file.includes)
    conditions = any(include.condition for include in file.includes)
    heads = ["Line:", "Imports" if imports else "Includes", "Is", "Files pulled in:"]
    if imports:
        heads.insert(2, "Names")
    if conditions:
        heads.append("Condition")
    rows = []
    for include in file.includes:
        row: list[object] = [
            writer.source(file, str(include.line), include.line),
            code(spell(include)),
            _render_resolved(writer, file, include),
            _describe_names(writer, include),
        ]
        if imports:
            shown = [code(name) for name in include.names[:_NAMES]]
            row.insert(2, enumerate_parts(shown, len(include.names) - len(shown)))
        if conditions:
            row.append(code(include.condition))
        rows.append(row)
    lines = ["### Import Dependencies", "", *table(heads, rows)]
    if file.needs:
        files, count = file.brings
        lines += [
            "",
            f"In all, {number_of(files, 'file')} of the repository with {number_of(count, 'line')} "
            f"{'comes' if files == 1 else 'come'} in with it.",
        ]
    return lines


def spell(include: Include) -> str:
    match include.form:
        case "angled":
            return f"<{include.spelling}>"
        case "quoted":
            return f'"{include.spelling}"'
        case _:
            return include.spelling


def _render_resolved(writer: PageWriter, file: PageFile, include: Include) -> Markdown:
    files = writer.context.model.files
    match include.resolution:
        case "external":
            return _external(include, file.language)
        case "ambiguous":
            return Markdown(f"**ambiguous**: {_several(writer, include.candidates)}")
        case "generated":
            return Markdown(f"made by the build from {_several(writer, include.templates)}")
        case "missing":
            return _missing(writer, file, include)
        case _:
            targets = [target for target in include.targets if target in files]
            return _several(writer, targets or include.targets)


def _missing(writer: PageWriter, file: PageFile, include: Include) -> Markdown:
    """What a name without a target may be: of a file that was not analysed nobody knows what it declares."""
    steps = [step for step in re.split(r"[./\\:]+", include.spelling) if step]
    unanalysed = [
        other for step in steps for other in writer.context.find_unanalysed(step) if other.language == file.language
    ]
    if unanalysed:
        shown = [writer.file(other) for other in unanalysed[:6]]
        return Markdown(
            f"**not resolved**: it may be in {enumerate_parts(shown, len(unanalysed) - len(shown))}, "
            f"which {'was' if len(unanalysed) == 1 else 'were'} not analysed"
        )
    return Markdown("**missing**: not found in the repository, and not known as external")


def _several(writer: PageWriter, ids: list[str]) -> Markdown:
    return enumerate_parts([writer.node(id_) for id_ in ids[:6]], len(ids) - 6)


def _external(include: Include, language: str) -> Markdown:
    spellings = [unquote(target.rpartition("/")[2]) for target in include.targets] or [include.spelling]
    url = external_headers.reference(spellings[0], include.form, language)
    site = next((name for part, name in _SITES.items() if part in url), "standard library")
    return Markdown(f"external: {link(site, url)}") if url else Markdown("external")


_SITES = {
    "docs.python.org": "Python library",
    "opengroup": "POSIX",
    "pkg.go.dev": "Go packages",
    "nodejs.org": "Node.js",
}


def _describe_names(writer: PageWriter, include: Include) -> object:
    files = writer.context.model.files
    targets = [files[target] for target in include.targets if target in files]
    return 1 + max(target.brings[0] for target in targets) if targets else ""
