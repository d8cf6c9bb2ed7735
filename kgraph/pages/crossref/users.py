"""Who uses a symbol, as an item of the list below a source.

Input: the files that use it, with lines and links. Output: HTML.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from kgraph.pages.markdown import visible

NOTE = "These are the uses that the graph knows; some are inferred from names and types."
TITLE = "Lines that use what is defined here"


@dataclass(frozen=True, slots=True)
class UserFile:
    """A file that uses a symbol; links are "" where there is nothing to lead to."""

    path: str
    url: str
    lines: Sequence[tuple[int, str]]  # the first few, with links
    has_more: bool = False  # lines


@dataclass(frozen=True, slots=True)
class UsedSymbol:
    """A symbol that is used in some lines of some files."""

    anchor: str  # of its item
    name: str
    url: str
    lines: int
    files: int


def item(symbol: UsedSymbol, users: Sequence[UserFile], more: str = "") -> str:
    """The item of one symbol; `users` are the files that are shown, and `more` leads to the others."""
    shown = []
    for user in users:
        numbers = ", ".join(_link(str(line), to) for line, to in user.lines)
        shown.append(
            f"<li>{_link(escape(visible(user.path)), user.url)}: {numbers}{', …' if user.has_more else ''}</li>"
        )
    if symbol.files > len(users):
        rest = symbol.files - len(users)
        shown.append(f"<li>{_link(f'and {rest:,} more {_files(rest)}', more)}</li>")
    head = _link(f"<code>{escape(visible(symbol.name))}</code>", symbol.url)
    count = f"{symbol.lines:,} {'line' if symbol.lines == 1 else 'lines'} of {symbol.files:,} {_files(symbol.files)}"
    return f'<li id="{symbol.anchor}">{head}: {count}<ul>{"".join(shown)}</ul></li>'


def _files(count: int) -> str:
    return "file" if count == 1 else "files"


def _link(label: str, url: str) -> str:
    return f'<a href="{escape(url)}">{label}</a>' if url else label


def section(items: str) -> str:
    """The list with its heading."""
    return (
        f'<section class="users"><h3 id="users">{TITLE}</h3>\n<ul>{items}</ul>\n<p>{NOTE}</p></section>'
        if items
        else ""
    )
