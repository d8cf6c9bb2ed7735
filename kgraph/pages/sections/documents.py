"""What the documents of a repository name of a symbol or a file.

Input: a `PageWriter` and a symbol's id or a file. Output: Markdown lines; none where no document names it.
"""

from __future__ import annotations

from kgraph.pages.markdown import code
from kgraph.pages.page_context import PageWriter, enumerate_parts
from kgraph.pages.repository_model import PageFile

_MAX_DOCUMENTS = 12
_MAX_NAMES = 4
_MAX_LINES = 4


def list_symbol_mentions(writer: PageWriter, id_: str) -> list[str]:
    """ "`docs/client.rst` describes it in line 12"."""
    found = writer.context.documents.of_symbol.get(id_, ())
    lines = []
    for each in found[:_MAX_DOCUMENTS]:
        verb = "describes" if each.is_described else "names"
        where = each.lines[:1] if each.is_described else each.lines
        lines.append(f"- {writer.file(each.file)} {verb} it in {writer.lines(each.file, where, _MAX_LINES)}")
    return [*lines, f"- and {len(found) - len(lines):,} more documents"] if len(found) > len(lines) else lines


def list_file_mentions(writer: PageWriter, file: PageFile) -> list[str]:
    """ "`docs/client.rst` names `ClientSession` and 3 more"."""
    documents = writer.context.documents.of_file.get(file.id, {})
    ranked = sorted(documents.items(), key=lambda item: (-len(item[1]), item[0].path))
    lines = []
    for document, ids in ranked[:_MAX_DOCUMENTS]:
        places = [writer.context.model.places[id_][0] for id_ in ids[:_MAX_NAMES]]
        shown = [writer.symbol_page(place.id, code(place.name)) for place in places]
        lines.append(f"- {writer.file(document)} names {enumerate_parts(shown, len(ids) - len(shown))}")
    return [*lines, f"- and {len(ranked) - len(lines):,} more documents"] if len(ranked) > len(lines) else lines
