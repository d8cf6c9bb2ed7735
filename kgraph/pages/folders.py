"""The pages of a folder: what it is, what it holds, what it needs, and where to begin.

Input: a `PageWriter` and a folder. Output: the Markdown of the sections of `index.md` and `doc.md`.
"""

from __future__ import annotations

from collections import Counter

from kgraph.coverage import Aspect, Coverage, not_analysed
from kgraph.pages import readme, roles, well_known
from kgraph.pages.folder_concepts import left_out, own_files
from kgraph.pages.markdown import Markdown, code, fence, link, print_value, prose, text
from kgraph.pages.mermaid import flowchart
from kgraph.pages.page_context import (
    PageContext,
    PageWriter,
    count_defined_kinds,
    enumerate_parts,
    number_of,
    size,
    table,
)
from kgraph.pages.purpose import brief, file_of_folder, find_tested_files, is_guard, purpose_of, symbolic_link
from kgraph.pages.repository_model import MAX_LEVELS, PageFile, PageFolder, PageSymbol
from kgraph.pages.sections import authors, passed_on
from kgraph.pages.sections.authors_words import quote_words
from kgraph.pages.sections.opening import shorten
from kgraph.pages.uses import is_announced

_SHOWN = 12
_DRAWN = 14
_PUBLIC = 3  # files that the front page names as those with public names
_TYPES = frozenset({"Class", "Struct", "Union", "Enum", "Concept", "TypeAlias"})
_CALLABLES = frozenset({"Function", "Method", "Constructor"})
_MAKERS = frozenset({"Constructor", "Destructor", "Conversion"})  # which are called like their type
_UNNAMED = frozenset({"Namespace", "Module"})


def description(context: PageContext, file: PageFile) -> Markdown:
    """A file in a few words: its own, or what it defines."""
    if said := well_known.always(file.name):
        return prose(said)
    if found := purpose_of(file):
        return prose(brief(found.text, limit=160))
    if said := symbolic_link(file) or well_known.describe_by_name(file.name):
        return prose(said)
    if passing := passed_on.summarize(context, file):
        return passing
    if tested := find_tested_files(file):
        return Markdown(f"tests {enumerate_parts([code(each.path) for each in tested])}")
    all_named = [
        symbol for symbol in file.symbols if symbol.name and symbol.kind not in _UNNAMED and not is_guard(symbol)
    ]
    announced = {symbol for symbol in all_named if is_announced(symbol, context.model.places)}
    all_named = [symbol for symbol in all_named if symbol not in announced] or all_named
    named = [symbol for symbol in all_named if symbol.role == "definition"] or all_named
    if not named:
        return Markdown(roles.NAMES[file.role])
    named = [symbol for symbol in named if "<locals>" not in symbol.qualified] or named
    top = [symbol for symbol in named if symbol.above is None or symbol.above.kind in _UNNAMED] or named
    top = [symbol for symbol in top if symbol.above is None or symbol.above.name != "(anonymous namespace)"] or top
    for kinds in (_TYPES | _CALLABLES, frozenset({"Variable"})):  # rather than macros
        top = [symbol for symbol in top if symbol.kind in kinds] or top
    top = [symbol for symbol in top if symbol.kind not in _MAKERS and not symbol.name.startswith("operator")] or top
    names = list(dict.fromkeys(symbol.name for symbol in sorted(top, key=_order)))
    label = text if named[0].kind == "Heading" else code
    words = enumerate_parts([label(name) or Markdown("(unnamed)") for name in names[:3]], len(names) - 3)
    verb = "about" if named[0].kind == "Heading" else "defines" if named[0].role == "definition" else "declares"
    return Markdown(f"{verb} {words}")


def _order(symbol: PageSymbol) -> tuple[bool, bool]:
    """What others may use comes first, and of that types."""
    return symbol.access in ("private", "protected") or symbol.name.startswith("_"), symbol.kind not in _TYPES


def summary(folder: PageFolder) -> Markdown:
    """A folder in a few words."""
    if folder.comment and (said := brief(folder.comment[0], limit=160)):
        return prose(said)
    found = folder.readme
    if found and found.documentation:
        return prose(brief(found.documentation, limit=160))
    if found and (title := next((symbol.name for symbol in found.symbols if symbol.kind == "Heading"), "")):
        return text(title)
    if (module := file_of_folder(folder)) and (purpose := purpose_of(module)):
        return prose(brief(purpose.text, limit=160))
    return Markdown(
        enumerate_parts([number_of(count, *_role(role)) for role, count in roles.count_roles(folder.list_files())[:3]])
    )


def _role(role: str) -> tuple[str, str]:
    return {
        "package": ("package module", "package modules"),
        "documentation": ("document", "documents"),
        "configuration": ("configuration or data file", "configuration or data files"),
        "build": ("build file", "build files"),
        "generated": ("generated file", "generated files"),
        "source": ("source", "sources"),
        "other": ("other file", "other files"),
    }.get(role, (role, role + "s"))


def overview(writer: PageWriter, folder: PageFolder) -> list[str]:
    """What opens `index.md`."""
    total = folder.total
    shown = readme.find_rendered_readme(folder) if writer.context.options.form == "html" else None
    if shown and not writer.context.contents.read(shown).text:
        shown = None
    lines = [] if shown else _words(writer, folder)
    if folder.submodule:
        lines.append(f"It is a git submodule, pinned to {code(folder.submodule)}; its files are in another repository.")
    else:
        held = [(len(folder.files), "file"), (len(folder.folders), "folder")]
        own = [Markdown(number_of(count, word)) for count, word in held if count] or [Markdown("no files")]
        lines.append(
            f"It holds {enumerate_parts(own)}"
            + (f"; including subfolders, {number_of(total.files, 'file')}" if folder.folders else "")
            + f" with {number_of(total.lines, 'line')} and {size(total.size)}."
        )
    if by := authors.sentence(writer, folder.id):
        lines += ["", by]
    lines += _beginning(writer, folder)
    return [*lines, "", readme.README] if shown else lines


def _beginning(writer: PageWriter, folder: PageFolder) -> list[str]:
    """Where a reader of the whole repository goes on: what it passes on to others, its concepts, all symbols."""
    if folder.id != "folder/":
        return []
    found = writer.context.reexports.by_file
    ranked = sorted((id_.count("/"), id_) for id_ in found if writer.context.model.files[id_].user_rank == 0)
    public = [writer.context.model.files[id_] for level, id_ in ranked if level == ranked[0][0]][:_PUBLIC]
    parts = [f"public names: {enumerate_parts([writer.file(file) for file in public])}"] if public else []
    doc = writer.context.links.link(writer.start, folder.id, "doc")
    parts.append(link("key concepts and important files", doc))
    if symbols := writer.context.symbols.to_index(writer.start):
        parts.append(link("all symbols", symbols))
    return ["", f"Where to begin: {'; '.join(parts)}."]


def deeper(folder: PageFolder) -> list[str]:
    """That a page does not tell of all below."""
    if not folder.is_deep:
        return []
    return [f"The pages of the folders there describe what is more than {MAX_LEVELS} folders further down."]


def _words(writer: PageWriter, folder: PageFolder) -> list[str]:
    """The folder in its own words: those of a comment about it, its README's, or its package's docstring."""
    document = folder.readme
    if folder.comment:
        said_of_it, where = folder.comment
        return [quote_words(writer, where, shorten(said_of_it, 1200)), "", f"From {writer.file(where)}.", ""]
    for file in (document, file_of_folder(folder)):
        if file and (said := purpose_of(file)) and said.file is file:
            return [
                quote_words(writer, file, shorten(said.text, 1200)),
                "",
                f"From {writer.file(file, file.name)}.",
                "",
            ]
    if document:
        return [f"See {writer.file(document, document.name)}.", ""]
    return []


def subfolders(writer: PageWriter, folder: PageFolder) -> list[str]:
    """The table of the folders in it."""
    rows = []
    for inner in folder.folders:
        about = Markdown("git submodule") if inner.submodule else summary(inner)
        rows.append(
            (
                writer.folder(inner, inner.name + "/"),
                writer.folder(inner, "doc", "doc"),
                inner.total.files,
                inner.total.lines,
                about,
            )
        )
    return table(("Folder", "Documentation", "Files:", "Lines:", "Holds"), rows) if rows else []


def files(writer: PageWriter, folder: PageFolder) -> list[str]:
    """The table of the files in it."""
    rows = [
        (
            writer.source(file, code(file.name)),
            description(writer.context, file),
            Markdown(print_value(file.language)),
            file.lines if file.lines is not None else "",
            writer.file(file, "docs"),
            writer.file(file, "kw", "kw"),
        )
        for file in folder.files
    ]
    return table(("File", "Description", "Language", "Lines:", "Documentation", "Keywords"), rows) if rows else []


def role(writer: PageWriter, folder: PageFolder) -> list[str]:
    """What the folder is for: its own words, what its files are, and who needs it."""
    lines = _words(writer, folder)
    below = folder.list_files()
    if not below:
        return [*lines, "It holds no file of this repository."]
    counted = [number_of(count, *_role(what)) for what, count in roles.count_roles(below)]
    lines.append(
        f"{counted[0]}." if len(counted) == 1 else f"{number_of(len(below), 'file')}: {enumerate_parts(counted)}."
    )
    lines += deeper(folder)
    if folder.users:
        shown = [writer.folder(other) for other, _ in _most(folder.users)[:5]]
        lines.append(f"Folders that depend on it: {enumerate_parts(shown, len(folder.users) - len(shown))}.")
    return [*lines, *authors.lines(writer, folder.id)]


def contents(folder: PageFolder) -> list[str]:
    """Counts, and files by type."""
    below = folder.list_files()
    by_language: dict[str, list[PageFile]] = {}
    for file in below:
        by_language.setdefault(file.language, []).append(file)
    rows = [
        (
            Markdown(print_value(language)) if language else "unknown",
            len(found),
            sum(file.lines or 0 for file in found),
            sum(file.size for file in found),
        )
        for language, found in sorted(by_language.items(), key=lambda item: (-len(item[1]), item[0]))
    ]
    lines = table(("Language", "Files:", "Lines:", "Bytes:"), rows) if rows else []
    if defined := count_defined_kinds(below):
        lines += ["", f"Together they define {defined}."]
    skipped = [file for file in below if file.read_as == "skipped"]
    partly = [file for file in below if file.remarks and file.read_as in ("syntax", "semantic")]
    told = [f"{number_of(len(skipped), 'file')} could not be read"] * bool(skipped)
    told += [f"{number_of(len(partly), 'file')} could be parsed in part only"] * bool(partly)
    if told:
        pages = "its page says" if len(skipped) + len(partly) == 1 else "their pages say"
        lines += ["", f"{enumerate_parts(told)}: {pages} why."]
    coverage = Coverage.of_files((file.language, file.analysed) for file in below)
    for aspect in Aspect:
        if gaps := coverage.gaps(aspect):
            missing = not_analysed(aspect, gaps)
            lines += ["", text(f"{missing[:1].upper()}{missing[1:]}.")]
    return lines


def architecture(writer: PageWriter, folder: PageFolder) -> list[str]:
    """Its layer, the folders that it needs and that need it, drawn and listed."""
    lines = []
    needs, users = _subtree(folder)
    if folder.needs or folder.users:
        lines.append(
            f"The files of the folder itself are in layer {folder.layer} of {writer.context.model.layers}. A folder "
            "depends on lower layers and, where it is in a cycle, on the folders of that cycle, which share its layer."
        )
        if folder.cycle:
            others = [
                writer.folder(other)
                for other in folder.cycle
                if other is not folder and (other in folder.needs or folder in other.needs)
            ]
            directly = f"; directly with {enumerate_parts(others[:_SHOWN], len(others) - _SHOWN)}" if others else ""
            lines.append(f"It is one of {len(folder.cycle):,} folders in a dependency cycle{directly}.")
        lines.append("")
    if not (needs or users or folder.above):
        return []  # all files are in it
    if needs or users:
        lines += ["### Layering", "", fence(flowchart(_select_edges(folder, needs, users), "TB"), "mermaid"), ""]
    for title, found in (("Needs", needs), ("Needed By", users)):
        if found:
            rows = [(writer.folder(other), count, other.layer) for other, count in _most(found)[:40]]
            lines += [f"### {title}", "", *table(("Folder", "Includes and imports:", "Layer:"), rows)]
            if len(found) > 40:
                lines += ["", f"and {len(found) - 40:,} more folders"]
            lines.append("")
    return lines


def _subtree(folder: PageFolder) -> tuple[Counter[PageFolder], Counter[PageFolder]]:
    """What the subtree needs of the rest of the repository, and the other way round."""
    needs: Counter[PageFolder] = Counter()
    users: Counter[PageFolder] = Counter()
    for each in folder.subtree():
        for other, count in each.needs.items():
            if not folder.holds(other):
                needs[other] += count
        for other, count in each.users.items():
            if not folder.holds(other):
                users[other] += count
    return needs, users


def _most(counts: Counter[PageFolder]) -> list[tuple[PageFolder, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0].path))


def _select_edges(
    folder: PageFolder, needs: Counter[PageFolder], users: Counter[PageFolder]
) -> list[tuple[str, str, str]]:
    own = folder.path if folder.path != "." else folder.name
    edges = [(other.path, own, f"{count:,}") for other, count in _most(users)[: _DRAWN // 2]]
    return edges + [(own, other.path, f"{count:,}") for other, count in _most(needs)[: _DRAWN // 2]]


def important(writer: PageWriter, folder: PageFolder) -> list[str]:
    """The files that most others depend on."""
    ranked = sorted(own_files(folder), key=lambda file: (-len(file.users), -file.dependents[0], file.path))
    shown = [file for file in ranked[:_SHOWN] if file.users]
    cycle = max((file.cycle for file in shown), key=len, default=())
    rows: list[tuple[object, ...]]
    if cycle and 2 * sum(file.cycle is cycle for file in shown) > len(shown):
        rows = [
            (writer.file(file, _inside(folder, file)), len(file.users), description(writer.context, file))
            for file in shown
        ]
        said = (
            f"Most of these are in one cycle of {len(cycle):,} files: "
            f"{max(file.dependents[0] for file in shown):,} files depend on each of them."
        )
        return [*table(("File", "Used by:", "What it is"), rows), "", said, *left_out(folder)]
    rows = [
        (
            writer.file(file, _inside(folder, file)),
            len(file.users),
            file.dependents[0],
            description(writer.context, file),
        )
        for file in shown
    ]
    if not rows:
        return []
    return [*table(("File", "Used by:", "All dependents:", "What it is"), rows), *left_out(folder)]


def _inside(folder: PageFolder, file: PageFile) -> str:
    return file.path if folder.path == "." else file.path[len(folder.path) + 1 :]


def working(writer: PageWriter, folder: PageFolder) -> list[str]:
    """Where the tests, the build files and the programs are."""
    below = own_files(folder)
    lines = []
    tests = [file for file in below if file.role == "test"]
    for title, files in (
        ("Tests", tests),
        ("Benchmarks", [file for file in below if file.role == "benchmark"]),
        ("Build files", [file for file in below if file.role == "build"]),
        ("Programs", [file for file in below if file.role == "program"]),
        ("Documents", [file for file in below if file.role == "documentation"]),
        ("Generated, so not to be edited", [file for file in below if file.role == "generated"]),
    ):
        if files:
            links = [writer.file(file, _inside(folder, file)) for file in files[:_SHOWN]]
            lines.append(f"- **{title}** ({len(files):,}): {enumerate_parts(links, len(files) - len(links))}")
    outside = Counter(
        user
        for file in below
        if file.role != "test"
        for user in file.users
        if user.role == "test" and not folder.holds(user.folder)
    )
    if outside:
        ranked = sorted(outside.items(), key=lambda item: (-item[1], item[0].path))
        links = [writer.file(file) for file, _ in ranked[:_SHOWN]]
        lines.append(
            f"- **Tests elsewhere that include or import its files** ({len(ranked):,}): "
            f"{enumerate_parts(links, len(ranked) - len(links))}"
        )
    return [*lines, *left_out(folder)] if lines else lines


def references(writer: PageWriter, folder: PageFolder) -> list[str]:
    """The pages around."""
    lines = []
    if folder.above:
        name = folder.above.path if folder.above.path != "." else folder.above.name
        lines.append(f"- **Parent Folder**: {writer.folder(folder.above, name)}")
    lines.append(f"- **Folder Index**: {writer.folder(folder, 'index')}")
    lines.append(f"- **Folder Documentation**: {writer.folder(folder, 'doc', 'doc')}")
    lines.append(f"- **Keyword Index**: {writer.folder(folder, 'sub', 'sub')}")
    if symbols := writer.context.symbols.to_index(writer.start):
        lines.append(f"- **Symbols**: {link('index', symbols)}")
    if folder.documents:
        shown = [writer.node(id_) for id_ in sorted(folder.documents)[:_SHOWN]]
        lines.append(f"- **Mentioned in**: {enumerate_parts(shown, len(folder.documents) - len(shown))}")
    return lines
