"""What a file passes on of others, which is the public part of a package.

Input: a `PageWriter` and a file. Output: Markdown: the list of names with what they are, and the same in a few words.
"""

from __future__ import annotations

from kgraph.pages.markdown import Markdown, code, link, prose
from kgraph.pages.page_context import PageContext, PageWriter, enumerate_parts, kind_of, number_of
from kgraph.pages.purpose import brief
from kgraph.pages.repository_model import PageFile

_SHOWN = 200  # names; Python's largest packages show thousands


def lines(writer: PageWriter, file: PageFile) -> list[str]:
    """The names that a file passes on, below a heading."""
    names = list_names(writer, file)
    return ["### Re-Exports", "", *names, ""] if names else []


def list_names(writer: PageWriter, file: PageFile) -> list[str]:
    """The names that a file passes on, each with its kind, its file and the first sentence about it."""
    context = writer.context
    found = context.reexports.by_file.get(file.id, [])
    if not found:
        return []
    written = [f"It passes on {number_of(len(found), 'name')} of other files:", ""]
    for each in found[:_SHOWN]:
        symbol = context.model.places[each.symbol][0]
        name = link(code(each.name), context.symbol_url(writer.start, symbol))
        said = prose(brief(symbol.documentation, limit=120))
        where = "" if symbol.file is file else f", of {writer.file(symbol.file)}"
        written.append(f"- **{name}** — {kind_of(symbol)}{where}{said and f': {said}'}")
    if len(found) > _SHOWN:
        written.append(f"- and {len(found) - _SHOWN:,} more")
    return written


def summarize(context: PageContext, file: PageFile) -> Markdown:
    """ "re-exports `a`, `b` and 3 more", "" where it passes nothing on."""
    found = context.reexports.by_file.get(file.id, [])
    names = enumerate_parts([code(each.name) for each in found[:3]], len(found) - 3)
    return Markdown(f"re-exports {names}") if found else Markdown("")
