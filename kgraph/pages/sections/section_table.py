"""The sections of a file's page.

Input: a `PageWriter` and a file. Output: the Markdown lines of each section. A section with nothing to say gives none:
it is left out, or, in the classic layout, the line of the table below stands there instead. Where what a section
depends on was not analysed, it says so, and nothing is concluded from there being none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from shlex import quote

from kgraph.coverage import Aspect
from kgraph.pages import unread
from kgraph.pages.markdown import Markdown, fence
from kgraph.pages.page_context import PageWriter
from kgraph.pages.repository_model import PageFile
from kgraph.pages.sections import dependencies, evidence, opening, outline, structure, surroundings
from kgraph.query import Query, load_shipped

Lines = list[str]


@dataclass(frozen=True, slots=True)
class SectionSpec:
    """One kind of section: its heading, what writes it, and the queries whose answers it tells."""

    key: str  # for --sections
    title: str
    write: Callable[[PageWriter, PageFile], Lines]
    queries: tuple[str, ...]  # of queries/pages/
    nothing: str | Callable[[PageFile], str] = ""  # what stands there when there is nothing to say
    holds: str = ""  # for the keyword page's map
    depends: tuple[tuple[Aspect, unread.Where], ...] = ()  # what is said to be missing where it was not analysed


_Depends = tuple[tuple[Aspect, unread.Where], ...]
_OWN_SYMBOLS: _Depends = ((Aspect.DECLARATIONS, "in"),)
_OWN_IMPORTS: _Depends = ((Aspect.IMPORTS, "in"),)
_OWN_USES: _Depends = ((Aspect.USES, "in"),)
_OTHERS_IMPORTS: _Depends = ((Aspect.IMPORTS, "of"),)

SECTIONS: tuple[SectionSpec, ...] = (
    SectionSpec(
        "metadata",
        "File Metadata",
        opening.metadata,
        ("files", "remarks"),
        "",
        "size, language, last change, how it was read",
    ),
    SectionSpec("purpose", "File Purpose", opening.purpose, ("files",), "", "the file's own words, and its role"),
    SectionSpec(
        "source",
        "Original Source",
        opening.source,
        ("files",),
        "Not shown: `--source full` shows it.",
        "the text of the file",
    ),
    SectionSpec(
        "overview",
        "High-Level Overview",
        opening.overview,
        ("symbols", "weights", "dependents", "builds"),
        "",
        "what it defines, counted by kind",
    ),
    SectionSpec(
        "analysis",
        "Detailed Analysis",
        outline.analysis,
        ("symbols", "traits", "builds"),
        "No symbol was found in this file.",
        "each symbol with signature, lines, comment and other places",
        _OWN_SYMBOLS,
    ),
    SectionSpec(
        "architecture",
        "Architecture & Design",
        structure.architecture,
        ("includes", "symbols", "traits"),
        "",
        "fan-in, fan-out, depth, layer, cycles, inheritance",
    ),
    SectionSpec(
        "dependencies",
        "Dependencies",
        dependencies.dependencies,
        ("includes", "imported-names", "weights"),
        "It includes and imports nothing.",
        "each include or import, and what it was resolved to",
        _OWN_IMPORTS,
    ),
    SectionSpec(
        "patterns",
        "Code Patterns & Idioms",
        evidence.patterns,
        ("symbols", "traits", "uses"),
        "No patterns found.",
        "macros that make definitions, templates, interfaces, decorators",
        (*_OWN_SYMBOLS, *_OWN_USES),
    ),
    SectionSpec(
        "performance",
        "Performance Considerations",
        evidence.performance,
        ("weights", "dependents", "includes", "symbols", "uses", "known-functions"),
        "No performance facts found.",
        "what is compiled again when it changes, what it pulls in",
        (*_OWN_IMPORTS, *_OWN_USES),
    ),
    SectionSpec(
        "security",
        "Security & Safety",
        evidence.security,
        ("includes", "uses", "known-functions"),
        evidence.no_risk,
        "risky functions, headers and modules, with their weakness",
        (*_OWN_IMPORTS, *_OWN_USES),
    ),
    SectionSpec(
        "testing",
        "Testing & Usage",
        surroundings.testing,
        ("includes", "related", "uses"),
        "No test and no other user of this file is known to the graph.",
        "tests, and the lines that use it",
        (*_OTHERS_IMPORTS, (Aspect.USES, "of")),
    ),
    SectionSpec(
        "related",
        "Related Files",
        surroundings.list_related,
        ("related",),
        "No related file found.",
        "what belongs with it, and why",
        (*_OWN_IMPORTS, *_OWN_USES),
    ),
    SectionSpec(
        "references",
        "Cross-References",
        surroundings.references,
        ("includes", "links", "symbols"),
        "",
        "who includes it, and where else its symbols are",
        (*_OTHERS_IMPORTS, (Aspect.USES, "of")),
    ),
)

_NO_PROGRAM = "It is not source code: there is nothing in it to look up."
KEYS = tuple(kind.key for kind in SECTIONS)
# What a reader asks first stands first, and the text of the file last.
READER_KEYS = (
    *("purpose", "overview", "analysis", "testing", "dependencies", "performance", "related", "architecture"),
    *("patterns", "security", "references", "metadata", "source"),
)


def order_sections(layout: str) -> list[SectionSpec]:
    """The kinds of sections in the order of a layout."""
    if layout == "classic":
        return list(SECTIONS)
    return sorted(SECTIONS, key=lambda kind: READER_KEYS.index(kind.key))


@dataclass(frozen=True, slots=True)
class PageSection:
    """A section of one page."""

    key: str
    title: str
    body: Markdown
    query: Markdown  # how to ask for it, and the query; "" unless asked for


def write(writer: PageWriter, file: PageFile) -> list[PageSection]:
    """The sections of a file's page."""
    options = writer.context.options
    sections = []
    said: set[str] = set()  # what sections say of what was not analysed
    for kind in order_sections(options.layout):
        if options.sections and kind.key not in options.sections:
            continue
        lines = kind.write(writer, file)
        if lacking := unread.sentence(writer.context.model, file, kind.depends):
            if not lines and lacking in said and options.layout == "reader":
                continue  # one section that holds nothing else says it for all
            said.add(lacking)
            lines = [*lines, "", lacking] if lines else [lacking]
        own = "" if isinstance(kind.nothing, str) else kind.nothing(file)
        if not lines and (options.compact or (options.layout == "reader" and not own)):
            continue  # a sentence that differs from file to file is worth reading
        nothing = kind.nothing if isinstance(kind.nothing, str) else own or _NO_PROGRAM
        body = Markdown("\n".join(lines or [nothing]).strip("\n"))
        query = _queries(file, kind) if options.show_queries else Markdown("")
        sections.append(PageSection(kind.key, kind.title, body, query))
    return sections


def _queries(file: PageFile, kind: SectionSpec) -> Markdown:
    parts = [
        "<details>",
        f"<summary>The {'query' if len(kind.queries) == 1 else 'queries'} behind this section</summary>",
        "",
    ]
    for name in kind.queries:
        query = _query(name)
        given = f" --param {_shell(f'path={file.path}')}" if query.parameters else ""
        parts += [fence(f"kgraph query pages/{name}{given}", "console"), "", fence(query.text, "sparql"), ""]
    return Markdown("\n".join([*parts, "</details>"]))


@cache
def _query(name: str) -> Query:
    return load_shipped(f"pages/{name}")


def _shell(word: str) -> str:
    return quote(word)
