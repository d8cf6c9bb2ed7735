"""What opens a page: metadata, purpose, source, overview."""

from __future__ import annotations

from kgraph.coverage import Aspect, noun
from kgraph.languages import PACKAGE_SCOPED, import_verb
from kgraph.pages import roles, source_parts, unread, well_known
from kgraph.pages.markdown import Markdown, code, fence, link, print_value, prose, text
from kgraph.pages.page_context import (
    KIND_NAMES,
    PageWriter,
    count_kinds,
    enumerate_parts,
    kind_of,
    kinds,
    number_of,
    size,
    table,
)
from kgraph.pages.purpose import Purpose, brief, find_tested_files, is_guard, purpose_of, symbolic_link
from kgraph.pages.repository_model import PageFile, PageSymbol
from kgraph.pages.sections import authors, builds, passed_on
from kgraph.pages.sections.authors_words import quote_words
from kgraph.pages.source_text import SOURCE, SourceText
from kgraph.pages.uses import is_announced

# What the line of facts says already, and whose evidence is a matter of course.
_PLAIN_ROLES = frozenset({"header", "implementation", "module", "package", "documentation", "source"})

_WITHOUT_IMPORTS = frozenset({"documentation", "configuration", "other"})  # of which it is a matter of course

_READ = {
    "semantic": "parsed by the compiler's own front end",
    "syntax": "parsed",
    "listed": "listed and counted, not parsed",
    "skipped": "skipped",
}

_MAX_PARTS = 5  # of a file without a purpose, with what is said of them
_PARTS = frozenset({"Class", "Struct", "Union", "Enum", "Interface", "Trait", "Concept", "Function", "Method"})

# How a language is called behind a fence, where that is not its name in lower case.
_FENCES = {
    "C++": "cpp",
    "CUDA": "cuda",
    "C#": "csharp",
    "Objective-C": "objc",
    "Objective-C++": "objcpp",
    "Shell": "bash",
    "Batchfile": "bat",
    "reStructuredText": "rst",
    "Starlark": "python",
    "Jupyter Notebook": "json",
    "JSON5": "json",
    "Protocol Buffer": "protobuf",
    "Git Config": "ini",
    "Visual Basic .NET": "vbnet",
}


def facts(writer: PageWriter, file: PageFile) -> Markdown:
    """One line about a file; none in the classic layout, where the metadata come first."""
    if writer.context.options.layout == "classic":
        return Markdown("")
    parts = [f"{_name_kind(file)}{f' in {print_value(file.language)}' if file.language else ''}"]
    if file.lines or (file.lines is not None and not file.size):
        parts.append(number_of(file.lines, "line"))
    if change := writer.context.history.last.get(file.id):
        parts.append(f"last changed {change.day}")
    if file.users:
        parts.append(_importers(file))
    if callers := len(writer.users(file)):
        parts.append(_callers(callers))
    line = "; ".join([*parts, _describe_reading(file)])
    return Markdown(f"{line[0].upper()}{line[1:]}.")


def _name_kind(file: PageFile) -> str:
    """What a file is, in a sentence: "a header"."""
    if symbolic_link(file):
        return "a symbolic link"
    return (well_known.always(file.name) if file.role == "other" else "") or roles.NAMES[file.role]


def metadata(writer: PageWriter, file: PageFile) -> list[str]:
    """Path, size, language, git, and how the file was read."""
    lines = [
        f"- **Path**: {writer.source(file, code(file.path))}",
        f"- **Size**: {size(file.size)}",
    ]
    if file.lines or (file.lines is not None and not file.size):  # of a binary file there are none
        lines.append(f"- **Lines**: {file.lines:,}")
    lines.append(f"- **Type**: {print_value(file.language) or 'unknown'}")
    if file.extension:
        lines.append(f"- **Extension**: {code(file.extension)}")
    past = writer.context.history
    if change := past.last.get(file.id):
        lines.append(f"- **Last change**: {change.day}, commit {code(change.commit[:12])}")
        lacking = f" ({text(past.lacks)})" if past.lacks else ""
        lines.append(f"- **Changes**: {past.counts[file.id]:,}{lacking}")
    lines.append(f"- **Git blob**: {code(file.blob)}")
    lines.append(f"- **How it was read**: {reading(file)}")
    lines += [f"  - {text(remark)}" for remark in file.remarks[:20]]
    if len(file.remarks) > 20:
        lines.append(f"  - and {len(file.remarks) - 20:,} more: {code('kgraph query diagnostics')}")
    return lines


def reading(file: PageFile) -> Markdown:
    """How a file was read, in words."""
    how = _READ.get(file.read_as, file.read_as)
    if file.read_as == "skipped":
        return Markdown(how + (", because:" if file.remarks else ""))
    if file.read_as == "listed":
        return Markdown(f"{how}, because:" if file.remarks else how)
    unknown = [noun(aspect) for aspect in Aspect if unread.own(file, aspect)]
    lacking = f"; its {enumerate_parts(unknown)} were not analysed" if unknown else ""
    if file.remarks:
        return Markdown(f"{how}; {number_of(len(file.remarks), 'problem')}{lacking}:")
    return Markdown(f"{how}, without problems{lacking}")


def _describe_reading(file: PageFile) -> str:
    """Whether a file was read whole."""
    if file.read_as in ("listed", "skipped"):
        return "not parsed"
    unknown = [noun(aspect) for aspect in Aspect if unread.own(file, aspect)]
    if unknown:
        return f"its {enumerate_parts(unknown)} were not analysed"
    return f"parsed, with {number_of(len(file.remarks), 'problem')} listed below" if file.remarks else "parsed"


def purpose(writer: PageWriter, file: PageFile) -> list[str]:
    """What it is for, in the words of its authors; its role with the evidence; its folder's README."""
    lines = []
    found = purpose_of(file, writer.context.contents)
    if found:
        lines += [quote_words(writer, found.file, shorten(found.text), found.symbol), ""]
        lines += [f"{_whose(writer, file, found)}\n"] * (found.file is not file or found.symbol is not None)
    known = symbolic_link(file) or well_known.describe_by_name(file.name)
    is_plain = file.role in _PLAIN_ROLES and writer.context.options.layout == "reader"  # the line of facts says it
    if not is_plain and not (known and file.role == "other"):
        lines.append(f"It is **{roles.NAMES[file.role]}**: {text(file.evidence)}.")
    if tested := find_tested_files(file):
        lines.append(f"It tests {enumerate_parts([writer.file(each) for each in tested])}.")
    if known and not found:
        lines.append(f"Its name marks it as {prose(known)}." if not symbolic_link(file) else f"It is a {prose(known)}.")
    elif not found and not tested and file.role != "documentation":
        lines += _without_purpose(writer, file)
    elif not found and (title := next((symbol.name for symbol in file.symbols if symbol.kind == "Heading"), "")):
        lines.append(f"Its title is “{text(title)}”.")
    readme = file.folder.readme
    if readme and readme is not file and not (found and found.file is readme):
        title = next((symbol.name for symbol in readme.symbols if symbol.kind == "Heading"), "")
        about = f" (“{text(title)}”)" if title else ""
        lines.append(f"See also the {writer.file(readme, readme.name)} of its folder{about}.")
    return lines


def _without_purpose(writer: PageWriter, file: PageFile) -> list[str]:
    """What is known of a file that nobody described: a comment that many have, and what is said of its own parts."""
    if unread.own(file, Aspect.DECLARATIONS):
        return ["Its comments were not read, so that what it is for is not known."]
    shared, count = file.shared_comment
    but = f" but “{text(brief(shared))}”, as at the top of {count - 1:,} others" if shared and brief(shared) else ""
    places = writer.context.model.places
    parts = [symbol for symbol in file.symbols if _is_described(symbol) and not is_announced(symbol, places)]
    if not parts:
        return [f"No comment, docstring or README says what it is for{but}."]
    said = f"No comment, docstring or README says what it is for as a whole{but}. What is said of its parts:"
    shown = [
        f"- {writer.symbol(symbol, symbol.name)} — {prose(brief(symbol.documentation, limit=120))}"
        for symbol in parts[:_MAX_PARTS]
    ]
    return [said, "", *shown, *([f"- and {len(parts) - _MAX_PARTS:,} more"] if len(parts) > _MAX_PARTS else []), ""]


def _is_described(symbol: PageSymbol) -> bool:
    """Whether a symbol is one that others may use, with a comment of its own."""
    is_inner = symbol.above is not None and symbol.above.kind not in ("Namespace", "Module")
    if is_inner or symbol.kind not in _PARTS or symbol.is_general or symbol.name.startswith("_"):
        return False
    return symbol.access in ("", "public") and bool(brief(symbol.documentation))


def _whose(writer: PageWriter, file: PageFile, found: Purpose) -> Markdown:
    """Where the words about a file stand, when not at its top."""
    page = writer.file(found.file, found.file.name)
    if found.is_own_field:
        return Markdown("So says its own description.")
    if found.is_readme:
        return Markdown(f"So says {page} of its folder.")
    header = "" if found.file is file else f" {page}, its header"
    if found.symbol is None:
        return Markdown(f"This is the comment at the top of{header}.")
    name = writer.file(found.file, found.symbol.name, anchor=found.symbol.anchor)
    return Markdown(f"This is the comment of the {kind_of(found.symbol)} {name}{header and f', in{header}'}.")


def shorten(documentation: str, limit: int = 4000) -> str:
    """A comment, cut at a line when it is very long."""
    if len(documentation) <= limit:
        return documentation
    return documentation[:limit].rpartition("\n")[0] + "\n\n…"


def source(writer: PageWriter, file: PageFile) -> list[str]:
    """The text of the file, fenced."""
    content = writer.context.contents.read(file)
    lines = [text(content.note), ""] if content.note else []
    if content.text is None:
        return lines
    if writer.context.options.form == "html":
        shown = [SOURCE]
        if writer.context.options.layout == "reader":
            shown = [
                "<details>",
                f"<summary>{number_of(content.lines, 'line')}</summary>",
                "",
                SOURCE,
                "",
                "</details>",
            ]
        return [*lines, *shown, *further_parts(writer, file, content, 0), *_render_rest(writer, file, content)]
    language = _FENCES.get(file.language, file.language.lower().replace(" ", ""))
    lines.append(fence(content.text, language if language.isalnum() else ""))
    return [*lines, *_render_rest(writer, file, content)]


def further_parts(writer: PageWriter, file: PageFile, content: SourceText, shown: int) -> list[str]:
    """Where the other parts of a long source stand, on the page that shows one of them."""
    firsts = writer.context.source_parts.get(file.id, source_parts.WHOLE)
    if len(firsts) == 1:
        return []
    ends = [*(first - 1 for first in firsts[1:]), content.shown]
    labels = [f"lines {first:,}–{end:,}" for first, end in zip(firsts, ends, strict=True)]
    links = writer.context.links
    others = [
        link(label, links.link(writer.start, file.id, source_parts.kind(part), f"L{firsts[part]}"))
        for part, label in enumerate(labels)
        if part != shown
    ]
    return ["", f"The source is long: this page shows {labels[shown]}; others show {enumerate_parts(others)}."]


def _render_rest(writer: PageWriter, file: PageFile, content: SourceText) -> list[str]:
    if content.shown >= content.lines:
        return []
    rest = writer.source(file, f"{content.lines:,} lines", 1, content.lines)
    return ["", f"The first {content.shown:,} of {rest}."]


def _is_itself(symbol: PageSymbol) -> bool:
    """Whether a symbol is the module that a file is, rather than something in it."""
    return symbol.kind == "Module" and symbol.above is None and symbol.file.symbols[0] is symbol


def overview(writer: PageWriter, file: PageFile) -> list[str]:
    """What it defines, what it depends on, who depends on it."""
    title = text(writer.context.title)
    where = writer.folder(file.folder) if file.folder.id != "folder/" else Markdown("the top folder")
    lines = [f"{code(file.name)} is {_name_kind(file)} of {title}, in {where}.", ""]
    defined = [
        symbol
        for symbol in file.symbols
        if symbol.role == "definition" and not is_guard(symbol) and not _is_itself(symbol)
    ]
    declared = _list_declared_only(file)
    if defined:
        lines.append(f"- It defines {count_kinds(defined)}.")
    if declared:
        lines.append(f"- It declares, without defining, {count_kinds(declared)}.")
    if passing := passed_on.summarize(writer.context, file):
        lines.append(f"- It {passing} of other files.")
    elif all(map(_is_itself, file.symbols)) and Aspect.DECLARATIONS in file.analysed:
        lines.append("- It declares and defines nothing that has a name.")
    lacking = unread.sentence(writer.context.model, file, [(Aspect.IMPORTS, "in")])
    if (file.includes or not lacking) and (depends := _depends_on(file)):
        lines.append(f"- {depends}")
    lines += [f"- What it depends on is not known. {lacking}"] * bool(lacking)
    lacking = unread.sentence(writer.context.model, file, [(Aspect.IMPORTS, "of")])
    callers = len(writer.users(file))
    if file.role in _WITHOUT_IMPORTS and not file.users:
        pass  # nothing could
    elif file.users or not lacking:
        lines.append(f"- {_describe_dependents(file, callers)}{lacking and ' '}{lacking}")
    else:
        lines.append(f"- {_describe_nobody(file, callers, ' that was analysed')} {lacking}")
    if callers and file.users:
        lines.append(f"- {_callers(callers)}.")
    if built := builds.list_targets(writer, file):
        lines.append(f"- {built}")
    if defined and declared and len(kinds([*defined, *declared])) > 1:
        rows = []
        for kind, _ in kinds([*defined, *declared]):
            count = [len({symbol.id for symbol in part if symbol.kind == kind}) for part in (defined, declared)]
            rows.append((Markdown(KIND_NAMES.get(kind, (kind, kind))[1]), *count))
        lines += ["", *table(("Kind", "Defined:", "Only declared:"), rows)]
    return [*lines, *authors.lines(writer, file.id)]


def _list_declared_only(file: PageFile) -> list:  # type: ignore[type-arg]
    defined = {symbol.id for symbol in file.symbols if symbol.role == "definition"}
    return [symbol for symbol in file.symbols if symbol.role == "declaration" and symbol.id not in defined]


def _depends_on(file: PageFile) -> Markdown:
    if file.role in _WITHOUT_IMPORTS and not file.includes:
        return Markdown("")
    if not file.includes and not file.brings[0]:
        return Markdown("It includes and imports nothing.")
    outside = {target for include in file.includes for target in include.targets if target.startswith("external/")}
    parts = []
    if file.needs:
        direct, (every, _) = len(file.needs), file.brings
        more = f" directly, {every:,} in total" if every > direct else ""
        if file.language in PACKAGE_SCOPED and more:
            more = f" directly, {every:,} in total with those of its package"
        parts.append(f"{number_of(direct, 'file')} of the repository{more}")
    elif file.brings[0]:
        parts.append(f"{number_of(file.brings[0], 'file')} of the repository without importing them")
    if outside:
        headers = sum(target.startswith("external/header/") for target in outside)
        words = [number_of(headers, "external header")] * bool(headers)
        words += [number_of(len(outside) - headers, "external module")] * (len(outside) > headers)
        parts.append(enumerate_parts(words))
    unknown = sum(not include.targets for include in file.includes)
    if unknown:
        parts.append(f"{number_of(unknown, 'name')} that could not be resolved to one file")
    return Markdown(f"Depends on {'; on '.join(parts)}.")


def _describe_dependents(file: PageFile, callers: int) -> Markdown:
    if not file.users:
        return Markdown(_describe_nobody(file, callers))
    direct, (every, _) = len(file.users), file.dependents
    more = f", and through {'it' if direct == 1 else 'them'} {every - direct:,} more" if every > direct else ""
    return Markdown(f"{_importers(file)}{more}.")


def _describe_nobody(file: PageFile, callers: int, read: str = "") -> str:
    """Who uses what a file declares that nobody includes or imports, in one sentence: apart, the two read as if one of
    them were wrong."""
    needs_none = file.language in PACKAGE_SCOPED
    if callers and needs_none:
        return f"{_callers(callers)}, without an import{_describe_indirect(file, callers)}."
    nobody = f"No file{read} {import_verb(file.language)}s it"
    if callers:
        return f"{nobody}, but {_callers(callers)}{_describe_indirect(file, callers)}."
    return (
        f"{nobody}; files of its own package need no import to use it, and none was found to."
        if needs_none
        else f"{nobody}."
    )


def _importers(file: PageFile) -> str:
    """ "3 files include or import it"."""
    direct = len(file.users)
    verbs = sorted({import_verb(user.language) for user in file.users}, reverse=True)
    return f"{number_of(direct, 'file')} {' or '.join(f'{verb}s' if direct == 1 else verb for verb in verbs)} it"


def _describe_indirect(file: PageFile, callers: int) -> str:
    """Who depends on it through files that use it without an import, where nobody imports it."""
    more = file.dependents[0] - callers if not file.users else 0
    return f", and through {'it' if callers == 1 else 'them'} {more:,} more depend on it" if more > 0 else ""


def _callers(count: int) -> str:
    """ "3 files use what it declares"."""
    return f"{number_of(count, 'file')} {'uses' if count == 1 else 'use'} what it declares"
