"""A README in reStructuredText as HTML without anything that could do harm.

Input: the text. Output: HTML of a few tags without attributes, but for the targets of links as they are written.
docutils reads it, with nothing included, nothing raw and no setting of anybody's; a picture is its description.
"""

from __future__ import annotations

import re

from docutils import core, nodes
from docutils.parsers import rst
from docutils.writers import html5_polyglot

from kgraph.extract.markup.rst_inline import LinearInliner

_BADGE = re.compile(r"shields\.io|badge|/workflows/|codecov\.io|\.svg", re.IGNORECASE)
_TAGS = frozenset(
    """p a ul ol li em strong code pre dl dt dd table thead tbody tr td th blockquote tt
    h1 h2 h3 h4 h5 h6""".split()  # noqa: SIM905
)
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)\b((?:\"[^\"]*\"|[^<>\"])*)>")
_WORD = re.compile(r'<span class="pre">([^<]*)</span>')
_LITERAL = re.compile(r'<span class="docutils literal">([^<]*)</span>')
_HREF = re.compile(r'\bhref="([^"]*)"')
_ITEM = re.compile(r"<(li|dd|td|th)>\s*<p>(.*?)</p>\s*(?=</\1>)", re.DOTALL)
_TITLED = re.compile(r"(.*?)\s*<[^<>]+>\s*", re.DOTALL)
_ROLES = frozenset({"code", "math", "emphasis", "strong", "literal", "subscript", "superscript", "title-reference"})
_SETTINGS = {
    "_disable_config": True,
    "doctitle_xform": False,
    "embed_stylesheet": False,
    "file_insertion_enabled": False,
    "halt_level": 5,  # above the severest there is: print nothing, raise nothing
    "initial_header_level": 1,
    "math_output": "LaTeX",
    "output_encoding": "unicode",
    "raw_enabled": False,
    "report_level": 5,
    "sectsubtitle_xform": False,
    "syntax_highlight": "none",
}


def to_html(text: str) -> str:
    """The README as HTML; "" where docutils makes nothing of it."""
    try:
        tree = core.publish_doctree(
            text, parser=rst.Parser(inliner=_Inliner()), settings_overrides={**_SETTINGS, "warning_stream": False}
        )
        for picture in list(tree.findall(nodes.image)):
            _replace_picture(picture)
        for message in list(tree.findall(nodes.system_message)):
            message.parent.remove(message)
        writer = html5_polyglot.Writer()
        core.publish_from_doctree(tree, writer=writer, settings_overrides=_SETTINGS)
    except Exception:  # noqa: BLE001 - docutils meets damaged markup with whatever its code runs into
        return ""
    shown = _LITERAL.sub(r"<code>\1</code>", _WORD.sub(r"\1", str(writer.parts["body"])))
    shown = _TAG.sub(_plain, shown)
    return _ITEM.sub(r"<\1>\2", shown)


class _Inliner(LinearInliner):
    """Shows what a role of Sphinx leads to as code: nothing here knows where it is."""

    def interpreted(
        self, rawsource: str, text: str, role: str, lineno: int
    ) -> tuple[list[nodes.Node], list[nodes.Node]]:
        if not role or role.lower() in _ROLES:
            found: tuple[list[nodes.Node], list[nodes.Node]] = super().interpreted(rawsource, text, role, lineno)
            return found
        shown = nodes.unescape(text)
        titled = _TITLED.fullmatch(shown)
        name = titled[1] if titled else shown.rpartition(".")[2] if shown.startswith("~") else shown.lstrip("!")
        return [nodes.literal(rawsource, name)], []


def _replace_picture(picture: nodes.image) -> None:
    """Put the description of a picture in its place; that of a badge says nothing to a reader."""
    said = str(picture.get("alt", ""))
    uri = str(picture.get("uri", ""))
    shown = [nodes.emphasis(said, said)] if said and said != uri and not _BADGE.search(uri) else []
    holder = picture.parent
    if isinstance(holder, nodes.reference) and not shown and len(holder.children) == 1:  # a badge that is a link
        picture, holder = holder, holder.parent
    if isinstance(holder, nodes.TextElement) or not shown:
        holder.replace(picture, shown)
    else:
        holder.replace(picture, [nodes.paragraph("", "", *shown)])


def _plain(found: re.Match[str]) -> str:
    """A tag without attributes, "" of one that is none of those that a README needs."""
    end, name, attributes = found.groups()
    if name not in _TAGS:
        return ""
    target = _HREF.search(attributes) if name == "a" and not end else None
    return f'<a href="{target[1]}">' if target else f"<{end}{name}>"
