"""A comment or docstring as Markdown, by the convention that its language and its text show.

Input: a language and a text. Output: `Markdown`, in which `with_references` puts the links to symbols.
"""

from __future__ import annotations

from kgraph.languages import PYTHON_FAMILY
from kgraph.pages.documentation import commands
from kgraph.pages.documentation.blocks import blocks, joined
from kgraph.pages.documentation.docstrings import docstring
from kgraph.pages.documentation.inline import inline
from kgraph.pages.markdown import Markdown, code, quote, text

MAX_COMMENT_BYTES = 60_000  # characters of a comment that are read as markup; longer ones are shown as they are


def rendered(item: tuple[str, str]) -> Markdown:
    """The Markdown of a comment: (language, text)."""
    language, value = item
    if len(value) > MAX_COMMENT_BYTES:
        return quote(value[:MAX_COMMENT_BYTES] + "\n\n…")
    if "\n" not in value and value.replace(" ", "").replace(",", "").replace(".", "").isalnum():
        return text(value)
    if language in PYTHON_FAMILY:
        return joined(docstring(value))
    if not commands.has_commands(value):
        return joined(blocks(value, rst=False))
    description, sections = commands.parse(value)
    lines = blocks(description, rst=False)
    for section in sections:
        lines += ["", *_section(section)] if lines else _section(section)
    return joined(lines)


def _section(section: commands.CommentSection) -> list[str]:
    body = blocks(section.text, rst=False)
    lines = [f"**{text(section.title)}**", ""] if section.title else []
    for name, said in section.entries:
        label, _, direction = name.partition(" ")
        inner = [part for line in blocks(said, rst=False) for part in line.split("\n")]
        first = f" — {inner[0]}" if inner and not inner[0].startswith(("```", "- ", "> ")) else ""
        head = code(label) + (f" {inline(direction, rst=False)}" if direction else "")
        lines += [f"- {head}{first}", *(("  " + line).rstrip() for line in (inner[1:] if first else inner))]
    if section.entries and body:
        lines.append("")
    return [*lines, *body]
