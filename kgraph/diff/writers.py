"""A comparison as text, JSON, Markdown or a page of HTML.

Input: a `Difference`. Output: bytes on a stream. Each format is a function and a row of `WRITERS`; those of triples,
which need the graphs themselves, are in `patch`. Names come from repositories, which may hold anything: each format
makes them harmless in its own way.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict
from html import escape
from typing import BinaryIO

from kgraph.diff.changes import Difference, Side
from kgraph.diff.sections import DiffLine, DiffSection, sections, title
from kgraph.escape import json_line, log_line, printable

Writer = Callable[[Difference, BinaryIO, int | None], None]

MARKDOWN_LINES = 100  # of a section, unless said otherwise: a comment on a code host has an end


def text(difference: Difference, out: BinaryIO, limit: int | None = None) -> None:
    """A line per change, at most `limit` in each section."""
    pieces = []
    for section in sections(difference):
        pieces.append(f"{section.title}: {section.summary}\n")
        shown, left = _cut(section, limit)
        for line in shown:
            what = "  ".join(part for part in (line.place, line.text) if part)
            note = f"  ({line.note})" if line.note else ""
            pieces.append(f"  {line.mark} {log_line(what + note)}\n")
            pieces += [f"      {sign} {log_line(said)}\n" for sign, said in (("-", line.was), ("+", line.now)) if said]
        pieces.append(f"  … and {left:,} more\n" if left else "")
    out.write("".join(pieces).encode("utf-8", "replace"))


def as_json(difference: Difference, out: BinaryIO, limit: int | None = None) -> None:  # noqa: ARG001
    """All there is to know, for programs."""
    value = {
        "old": _side(difference.old),
        "new": _side(difference.new),
        "files": [asdict(each) for each in difference.files],
        "symbols": [asdict(each) for each in difference.symbols],
        "includes": [asdict(each) for each in difference.includes],
        "edges": [asdict(each) for each in difference.edges],
    }
    out.write(json_line(json.dumps(value, indent=1, ensure_ascii=True)).encode() + b"\n")


def _side(side: Side) -> dict[str, str]:
    return {
        "name": side.name,
        "repository": side.repository.name,
        "base": side.repository.base,
        "revision": side.repository.revision,
    }


def markdown(difference: Difference, out: BinaryIO, limit: int | None = None) -> None:
    """For a review: a summary, and a part to unfold for each kind of change."""
    pieces = [f"### {_code(title(difference))}\n\n"]
    found = list(sections(difference))
    pieces += [f"- {section.title}: {section.summary}\n" for section in found] or ["Nothing differs.\n"]
    for section in found:
        shown, left = _cut(section, MARKDOWN_LINES if limit is None else limit)
        if not shown:
            continue
        pieces.append(f"\n<details><summary>{section.title}: {section.summary}</summary>\n\n```diff\n")
        pieces += [said for line in shown for said in _diff_lines(line)]
        pieces.append("```\n")
        pieces.append(f"\n… and {left:,} more\n" if left else "")
        pieces.append("\n</details>\n")
    out.write("".join(pieces).encode("utf-8", "replace"))


def _diff_lines(line: DiffLine) -> Iterator[str]:
    """A change as lines that are coloured as a diff. A code block ends at a line of its own marks alone."""
    what = "  ".join(part for part in (line.place, line.text, f"({line.note})" if line.note else "") if part)
    mark = line.mark if line.mark in "+-" else "!"
    yield f"{mark} {printable(what)}\n"
    for sign, said in (("-", line.was), ("+", line.now)):
        if said:
            yield f"{sign}     {printable(said)}\n"


def _code(name: str) -> str:
    """A text as code, which Markdown leaves alone: between more backticks than it holds."""
    name = printable(name)
    fence = "`" * (max(map(len, re.findall("`+", name)), default=0) + 1)
    return f"{fence} {name} {fence}" if "`" in name else f"{fence}{name}{fence}"


_STYLE = """
:root { color-scheme: light dark; --line: #8884; --add: #1a7f37; --gone: #cf222e; --other: #9a6700; }
@media (prefers-color-scheme: dark) { :root { --add: #3fb950; --gone: #f85149; --other: #d29922; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.3rem; overflow-wrap: anywhere; }
summary { cursor: pointer; font-size: 1.1rem; padding: .4rem 0; }
summary span { color: GrayText; font-size: .95rem; }
details { border-top: 1px solid var(--line); }
ul { list-style: none; margin: 0 0 1rem; padding: 0; }
li { padding: .15rem 0 .15rem 1.6rem; position: relative; overflow-wrap: anywhere; }
li > b { position: absolute; left: .3rem; font-family: ui-monospace, monospace; color: var(--other); }
li.add > b, ins { color: var(--add); } li.gone > b, del { color: var(--gone); }
code, ins, del { font: 13px/1.5 ui-monospace, monospace; text-decoration: none; }
ins, del { display: block; padding-left: 1.2rem; text-indent: -1.2rem; }
ins::before { content: "+ "; } del::before { content: "- "; }
small { color: GrayText; }
"""


def html(difference: Difference, out: BinaryIO, limit: int | None = None) -> None:
    """A page that needs nothing else: no script, and a policy that lets none run."""
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    name = _safe(title(difference))
    pieces = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{digest}'\">\n"
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{name}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{name}</h1>\n"
    ]
    found = list(sections(difference))
    pieces.append("" if found else "<p>Nothing differs.</p>\n")
    for section in found:
        shown, left = _cut(section, limit)
        pieces.append(f"<details open><summary>{_safe(section.title)} <span>{section.summary}</span></summary>\n<ul>\n")
        pieces += [_item(line) for line in shown]
        pieces.append("</ul>\n")
        pieces.append(f"<p>… and {left:,} more</p>\n" if left else "")
        pieces.append("</details>\n")
    pieces.append("</body>\n</html>\n")
    out.write("".join(pieces).encode("utf-8", "replace"))


def _item(line: DiffLine) -> str:
    kind = {"+": ' class="add"', "-": ' class="gone"'}.get(line.mark, "")
    parts = [f"<b>{escape(line.mark)}</b>", f"<code>{_safe(line.place)}</code>", _safe(line.text)]
    parts.append(f"<small>{_safe(line.note)}</small>" if line.note else "")
    parts.append(f"<del>{_safe(line.was)}</del>" if line.was else "")
    parts.append(f"<ins>{_safe(line.now)}</ins>" if line.now else "")
    return f"<li{kind}>{' '.join(part for part in parts if part)}</li>\n"


def _safe(name: str) -> str:
    return escape(printable(name))


def _cut(section: DiffSection, limit: int | None) -> tuple[list[DiffLine], int]:
    shown = list(section.lines[:limit])
    return shown, len(section.lines) - len(shown)


WRITERS: dict[str, Writer] = {"text": text, "json": as_json, "md": markdown, "html": html}
