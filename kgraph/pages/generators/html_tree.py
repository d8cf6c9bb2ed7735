"""A page as a tree of elements.

Input: the HTML that GitHub's library makes of a page. Output: `Element`s with texts between them. The pages' own HTML
is balanced; a closing tag that fits nothing is ignored, and what is left open ends with the page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TypeAlias

_VOID = frozenset({"br", "hr", "img", "input"})


@dataclass(slots=True)
class Element:
    """An element: name, attributes, content."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)

    def text(self) -> str:
        """All text in it."""
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)

    def elements(self, *tags: str) -> list[Element]:
        """The elements of these names directly in it."""
        return [child for child in self.children if isinstance(child, Element) and child.tag in tags]


Node: TypeAlias = Element | str


class _TreeBuilder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open = [Element("")]

    @property
    def root(self) -> Element:
        return self._open[0]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag == tag:
                del self._open[depth:]
                return

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def parse(page: str) -> Element:
    """The tree of a page, in an element without a name; comments are left out."""
    builder = _TreeBuilder()
    builder.feed(page)
    builder.close()
    return builder.root
