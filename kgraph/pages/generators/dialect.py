"""A page in the Markdown that a documentation generator reads.

Input: a page as a tree. Output: its Markdown. Python-Markdown, with which MkDocs renders, and MyST, with which Sphinx
does, agree neither with GitHub nor with each other on what a backslash escapes, how far a list is indented and where a
directive begins. So a page is not translated but rewritten from what GitHub's library makes of it, in the part of
Markdown that all of them read alike: every sign of a text that any of them could take for markup is a numeric
character reference, which none of them takes for one.

What differs, a subclass says: anchors of headings, links to anchors, what is folded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pygments.lexers import find_lexer_class_by_name
from pygments.util import ClassNotFound

from kgraph.pages.generators.html_tree import Element, Node
from kgraph.pages.templates import heading_anchor
from kgraph.scan import is_page
from kgraph.vocab.iri import decode_path

_SPACE = re.compile(r"\s+")
# `:` opens an emoji, a role or a field, unless a space follows; `--`, `==` and `++` are signs of extensions.
_SPECIAL = re.compile(r"[\\`*_\[\]<>&~^$|{}#]|:(?=\S)|--+|==+|\+\++")
_LINE_START = re.compile(r"^(?:[^\w\s&<`\[]|\d+[.)])")
# Python-Markdown looks for tags and declarations before it does for code.
_PLAIN_CODE = re.compile(r"(?!\s)[^`<\n]+(?<!\s)")
_TEMPLATE_SIGNS = re.compile(r"\{[{%#]|[}%#]\}")  # of Jinja, which plugins of MkDocs run over a page
_URL_UNSAFE = str.maketrans({char: f"%{ord(char):02X}" for char in " ()<>\"'\\`^{|}[]$"})
_LANGUAGE = re.compile(r"[\w+#.-]+")
_ANCHOR = re.compile(r"[\w:.~+-]+")
_LEVELS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset({"p", "ul", "ol", "pre", "blockquote", "table", "hr", "div", "details", *_LEVELS})
_STYLES = {"em": "*", "i": "*", "strong": "**", "b": "**"}
_KEPT = frozenset({"del", "sub", "sup", "kbd"})
_INDENT = " " * 4
_MATH = "math"


def escape(text: str) -> str:
    """A text in which no sign is markup."""
    return _SPECIAL.sub(lambda found: "".join(f"&#{ord(char)};" for char in found[0]), text)


class Dialect:
    """Writes one page; `name` is its place from the top of all pages, percent-encoded."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._level = 0
        self._is_in_table = False
        self._anchors: dict[str, int] = {}

    # --- what differs -----------------------------------------------------------------------------------------------

    def heading(self, level: int, title: str, anchor: str, *, is_again: bool) -> list[str]:
        """The lines of a heading that has an anchor; `is_again` where the page has its title already."""
        raise NotImplementedError

    def destination(self, path: str, anchor: str) -> str:
        """The URL of a page, "" for this one, and an anchor of it or ""."""
        raise NotImplementedError

    def fold(self, summary: str, body: list[str]) -> list[str]:
        """A part that is shown when its summary is clicked."""
        raise NotImplementedError

    # --- blocks -----------------------------------------------------------------------------------------------------

    def page(self, root: Element) -> str:
        """The whole page."""
        return "\n".join(_join(self.blocks(root.children))) + "\n"

    def blocks(self, nodes: Iterable[Node]) -> list[list[str]]:
        """The lines of each block."""
        found: list[list[str]] = []
        run: list[Node] = []
        former = ""
        for node in [*nodes, Element("")]:
            if isinstance(node, str) or (node.tag and node.tag not in _BLOCKS):
                run.append(node)
                continue
            if line := self._line(run):
                found.append([line])
                former = ""
            run = []
            lines = self._block(node) if node.tag else []
            if lines and node.tag == former and former in ("ul", "ol"):
                found.append(["<!-- -->"])  # two lists, not one
            if lines:
                found.append(lines)
                former = node.tag
        return found

    def _block(self, node: Element) -> list[str]:
        if node.tag in _LEVELS:
            return self._heading(node)
        if node.tag in ("ul", "ol"):
            return self._list(node)
        if node.tag == "pre":
            return self._code(node)
        if node.tag == "blockquote":
            return [f"> {line}".rstrip() for line in _join(self.blocks(node.children))]
        if node.tag == "table":
            return self._table(node)
        if node.tag == "hr":
            return ["---"]
        if node.tag == "details":
            rest = [child for child in node.children if isinstance(child, str) or child.tag != "summary"]
            summary = "".join(self._line(each.children) for each in node.elements("summary"))
            return self.fold(summary or "Details", _join(self.blocks(rest)))
        if node.tag == "p":
            line = self._line(node.children)
            return [line] if line else []
        return _join(self.blocks(node.children))

    def _heading(self, node: Element) -> list[str]:
        """A heading; one level below the former at most, and a title stands once."""
        level = min(_LEVELS[node.tag], self._level + 1)
        self._level = level = max(level, 2 if self._level else 1)
        anchor = heading_anchor(node.text().strip())
        count = self._anchors.get(anchor, 0)
        self._anchors[anchor] = count + 1
        name = f"{anchor}-{count}" if count else anchor
        return self.heading(level, self._line(node.children), name, is_again=count > 0)

    def _list(self, node: Element) -> list[str]:
        lines: list[str] = []
        number = int(node.attributes.get("start", "1")) if node.tag == "ol" else 0
        for item in node.elements("li"):
            marker = f"{number}." if node.tag == "ol" else "-"
            number += 1
            blocks = self.blocks(item.children)
            is_loose = bool(item.elements("p"))
            own: list[str] = []
            for at, block in enumerate(blocks):
                # What is no line of text, nor a list below one, is a block of its own.
                if at and (is_loose or not re.match(r"-   |\d+\.  ", block[0])):
                    own.append("")
                own += block
            if not blocks or len(blocks[0]) > 1:
                own.insert(0, "&#8203;")
                own[1:1] = [""] if blocks else []
            lines.append(marker.ljust(4) + own[0])
            lines += [_INDENT + line if line else "" for line in own[1:]]
            if is_loose:
                lines.append("")
        return lines[:-1] if lines and not lines[-1] else lines

    def _code(self, node: Element) -> list[str]:
        code = node.elements("code")
        content = code[0] if code else node
        if any(isinstance(child, Element) for child in content.children):
            inside = "".join(self._markup(child) for child in content.children).replace("\n", "&#10;")
            return [f"<pre><code>{inside}</code></pre>"]
        text = content.text().removesuffix("\n")
        language = node.attributes.get("lang") or content.attributes.get("class", "").removeprefix("language-")
        longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
        ticks = "`" * max(3, longest + 1)
        return [f"{ticks}{_lexer(language)}", *text.split("\n"), ticks]

    def _markup(self, node: Node) -> str:
        """HTML that the generator leaves as it is: text and links."""
        if isinstance(node, str):
            return _html(node)
        inside = "".join(self._markup(child) for child in node.children)
        url = _relative(node.attributes.get("href", "")) if node.tag == "a" else None
        if url is not None:
            path, hash_, anchor = url.partition("#")
            page = path.removesuffix(".md") + ".html" if path.endswith(".md") else path
            return f'<a href="{_html(page + hash_ + anchor)}">{inside}</a>'
        return inside

    def _table(self, node: Element) -> list[str]:
        rows = [row for part in node.elements("thead", "tbody") for row in part.elements("tr")] or node.elements("tr")
        if not rows:
            return []
        heads = rows[0].elements("th", "td")
        lines = [self._row(heads)]
        sides = {"right": "---:", "center": ":---:"}
        lines.append("|" + "|".join(f" {sides.get(head.attributes.get('align', ''), '---')} " for head in heads) + "|")
        return lines + [self._row(row.elements("th", "td")) for row in rows[1:]]

    def _row(self, cells: Sequence[Element]) -> str:
        self._is_in_table = True
        line = "| " + " | ".join(self._line(cell.children) for cell in cells) + " |"
        self._is_in_table = False
        return line

    # --- lines ------------------------------------------------------------------------------------------------------

    def _line(self, nodes: Iterable[Node]) -> str:
        """Inline content as one line that begins no block."""
        line = self._run(nodes).strip()
        if _LINE_START.match(line) and not re.match(r"\*{1,2}[^*\s]", line):
            sign = re.match(r"\d*", line)
            at = sign.end() if sign else 0
            line = f"{line[:at]}&#{ord(line[at])};{line[at + 1 :]}"
        return line

    def _run(self, nodes: Iterable[Node]) -> str:
        """Inline content; an exclamation mark in front of a link makes no image of it."""
        parts: list[str] = []
        for node in nodes:
            if part := self._inline(node):
                if part.startswith("[") and parts and parts[-1].endswith("!"):
                    parts[-1] = parts[-1][:-1] + "&#33;"
                parts.append(part)
        return "".join(parts)

    def _inline(self, node: Node) -> str:
        if isinstance(node, str):
            return escape(_SPACE.sub(" ", node))
        inside = self._run(node.children)
        if node.tag == "code":
            return _code_span(node, inside, is_in_table=self._is_in_table)
        if node.tag == "a":
            return self._anchor_or_link(node, inside)
        if node.tag in _STYLES:
            sign = _STYLES[node.tag]
            shown = inside.strip()
            return f"{' ' * inside.startswith(' ')}{sign}{shown}{sign}{' ' * inside.endswith(' ')}" if shown else ""
        if node.tag in _KEPT:
            return f"<{node.tag}>{inside}</{node.tag}>"
        if node.tag == "br":
            return "<br>"
        if node.tag == "img":
            return self._image(node)
        if node.tag == "input":
            return "&#9745; " if "checked" in node.attributes else "&#9744; "
        if node.tag == _MATH:
            return _formula(node)
        return inside

    def _anchor_or_link(self, node: Element, inside: str) -> str:
        anchor = node.attributes.get("id", "")
        if anchor and _ANCHOR.fullmatch(anchor):
            self._anchors.setdefault(anchor, 1)
            inside = f'<a id="{anchor}"></a>{inside}'
        url = _relative(node.attributes.get("href", ""))
        if url is None or not inside:
            return inside
        path, _, anchor = url.partition("#")
        if re.match(r"(?i)https?:|mailto:", path):
            return f"[{inside}]({url.translate(_URL_UNSAFE)})"
        return f"[{inside}]({self.destination(path.translate(_URL_UNSAFE), anchor.translate(_URL_UNSAFE))})"

    def _image(self, node: Element) -> str:
        url, shown = node.attributes.get("src", ""), escape(_SPACE.sub(" ", node.attributes.get("alt", "")))
        return f"![{shown}]({url.translate(_URL_UNSAFE)})" if url.startswith("https://") else shown


def _relative(url: str) -> str | None:
    """A link to a page, to an anchor or to the web as it is; None for any other."""
    path, _, anchor = url.partition("#")
    if re.match(r"(?i)https?://|mailto:", url):
        return url
    if not path:
        return url if anchor and _ANCHOR.fullmatch(decode_path(anchor)) else None
    name = decode_path(re.sub(r"^(?:\.\./)+", "", path))
    return url if path.endswith(".md") and is_page(name) else None


def _html(text: str) -> str:
    """A text within HTML that is not read as Markdown, or should it be, shows the same."""
    return re.sub(r"[&<>\"'`*_\\\[\]{}|$~^:]", lambda found: f"&#{ord(found[0])};", text)


def _code_span(node: Element, inside: str, *, is_in_table: bool) -> str:
    text = _SPACE.sub(" ", node.text())
    is_plain = all(isinstance(child, str) for child in node.children)
    is_safe = _PLAIN_CODE.fullmatch(text) and not _TEMPLATE_SIGNS.search(text) and not (is_in_table and "|" in text)
    if is_plain and is_safe:
        return f"`{text}`"
    return f"<code>{_html(text) if is_plain else inside}</code>" if text else ""


def _formula(node: Element) -> str:
    """MathML as it is, on one line."""
    names = "".join(f' {name}="{_html(value)}"' for name, value in node.attributes.items())
    inside = "".join(_html(each.strip()) if isinstance(each, str) else _formula(each) for each in node.children)
    return f"<{node.tag}{names}>{inside}</{node.tag}>"


def _lexer(language: str) -> str:
    """The language of a fence, as far as Pygments knows it."""
    if language == "mermaid":
        return language
    if not _LANGUAGE.fullmatch(language):
        return "text"
    try:
        return language if find_lexer_class_by_name(language) else "text"
    except ClassNotFound:
        return "text"


def _join(blocks: Iterable[list[str]]) -> list[str]:
    lines: list[str] = []
    for block in blocks:
        lines += ["", *block] if lines else block
    return lines
