"""What the authors wrote of a file or a folder, as a quotation: rendered by the convention that its language has.

Input: a `PageWriter`, and a text with the file in which it stands. Output: Markdown.
"""

from __future__ import annotations

from kgraph.languages import CODE, PYTHON_FAMILY
from kgraph.pages.documentation.commands import has_commands, parse
from kgraph.pages.documentation.inline import with_references
from kgraph.pages.documentation.render import render
from kgraph.pages.markdown import Markdown, quote
from kgraph.pages.page_context import PageWriter
from kgraph.pages.purpose import without_parts, without_roles
from kgraph.pages.repository_model import PageFile, PageSymbol

_FIRST = 900  # characters that are shown at once
_LEAST = 500  # of what is folded


def quote_words(writer: PageWriter, file: PageFile, documentation: str, symbol: PageSymbol | None = None) -> Markdown:
    """The description in a comment, without what it says of parameters; names in it are links."""
    if file.language not in CODE:
        return quote(without_roles(documentation))
    if file.language not in PYTHON_FAMILY and has_commands(documentation):
        documentation = writer.context.examples.insert_examples(documentation, file)
        documentation = parse(documentation)[0].strip() or documentation
    elif symbol is not None:
        documentation = without_parts(documentation)
    about = symbol or next(iter(file.symbols), None)
    links = writer.context.symbols
    named = lambda name: links.link_name(writer.start, name, about) if about is not None else ""  # noqa: E731
    shown = with_references(render((file.language, documentation)), named, links.title_of)
    first, rest = _split(shown.split("\n"))
    quotation = "\n".join(f"> {line}".rstrip() for line in first)
    if not rest:
        return Markdown(quotation)
    return Markdown(
        "\n".join([quotation, "", "<details>", "<summary>The rest of it</summary>", "", *rest, "", "</details>"])
    )


def render_lines(writer: PageWriter, symbol: PageSymbol) -> list[str]:
    """The whole documentation of a symbol."""
    links = writer.context.symbols
    named = lambda name: links.link_name(writer.start, name, symbol)  # noqa: E731
    said = writer.context.examples.insert_examples(symbol.documentation, symbol.file)
    shown = with_references(render((symbol.file.language, said)), named, links.title_of)
    return shown.split("\n")


def _split(lines: list[str]) -> tuple[list[str], list[str]]:
    """The first blocks of a long text, and the others."""
    count, is_fenced = 0, False
    for number, line in enumerate(lines):
        is_fenced ^= line.lstrip().startswith("```")
        count += len(line)
        following = lines[number + 1] if number + 1 < len(lines) else ""
        is_gap = not line and not is_fenced and not following.startswith((" ", "- "))
        if is_gap and count > _FIRST and sum(map(len, lines[number:])) > _LEAST:
            return lines[:number], lines[number + 1 :]
    return lines, []
