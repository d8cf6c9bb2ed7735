"""The blocks of a comment as Markdown: paragraphs, lists, code, formulas, notes.

Input: the text of a comment without its markers, and the convention that it follows. Output: lines of safe Markdown.
No library reads what people write between `/**` and `*/`, which is a little of Markdown, reStructuredText and HTML at
once; and docutils, which reads docstrings alone, takes some milliseconds for each, of which a repository has ten
thousands. What is none of the blocks below is a paragraph; what is laid out in columns stays so.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass

from kgraph.pages.documentation.inline import inline, name_or_code
from kgraph.pages.markdown import Markdown, fence, text

_MAX_LEVELS = 6  # of lists and notes in each other; what is deeper is shown as it is written
_ITEM = re.compile(r"(\s*)([-*+•]|\(?\d{1,3}[.)]|#\.)(\s+)(?=\S)")
_DIRECTIVE = re.compile(r"\s*\.\.\s+([A-Za-z][\w:+.-]*)::\s*(.*)")
_FOOTNOTE = re.compile(r"\s*\.\.\s+\[(\w[\w. -]*)\]\s+(.*)")
_HIDDEN = re.compile(r"\s*\.\.(?:\s+(?:_[^:]*:|\|[^|]*\|).*|\s.*)?$")  # targets, substitutions, comments
_TICKS = re.compile(r"\s*(`{3,}|~{3,})\s*\{?\.?([\w+#-]*)[^`]*$")
_UNDERLINE = re.compile(r"\s*([=\-~^\"'*+#])\1{2,}\s*$")
_TABLE = re.compile(r"\s*(?:\||\+[-=]{2,}|={2,} +=)")
_HEADING = re.compile(r"\s*#{1,6}\s+(?=\S)")
_COLUMNS = re.compile(r"\S {3,}\S")
_STATEMENT = re.compile(r"(?:[;{}]|\*/)\s*(?://.*)?$")
_NOTES = {
    **{each: each.capitalize() for each in ("note", "warning", "tip", "hint", "important", "caution", "danger")},
    **{"attention": "Attention", "error": "Error", "seealso": "See also", "todo": "To do", "deprecated": "Deprecated"},
    **{
        "versionadded": "Added in version",
        "versionchanged": "Changed in version",
        "versionremoved": "Removed in version",
        "admonition": "",
        "rubric": "",
    },
}
_CODE = frozenset({"code", "code-block", "sourcecode", "testcode", "doctest", "parsed-literal", "literalinclude"})
_SKIPPED = frozenset({"testsetup", "testcleanup", "index", "image", "figure", "plot", "toctree"})


@dataclass(slots=True)
class _Reader:
    """Reads the lines of one block after another."""

    lines: list[str]
    rst: bool
    level: int
    at: int = 0

    def read_indented(self, least: int = 1) -> list[str]:
        """The lines from here on that are blank or indented by so much, dedented."""
        first = self.at
        while self.at < len(self.lines) and (not self.lines[self.at].strip() or _indent(self.lines[self.at]) >= least):
            self.at += 1
        return _dedent(self.lines[first : self.at])


def blocks(value: str, *, rst: bool, level: int = 0) -> list[str]:
    """The lines of a comment as lines of Markdown, blocks apart by an empty one."""
    lines = _dedent(value.expandtabs(4).split("\n"))
    if level > _MAX_LEVELS:
        return [fence("\n".join(lines), "text")] if lines else []
    reader = _Reader(lines, rst, level)
    written: list[str] = []
    while reader.at < len(lines):
        if not lines[reader.at].strip():
            reader.at += 1
            continue
        block = next(found for step in _STEPS if (found := step(reader)) is not None)
        if block:
            written += ["", *block] if written else block
    return written


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _dedent(lines: list[str]) -> list[str]:
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    first = 0
    while first < len(lines) and not lines[first].strip():
        first += 1
    return textwrap.dedent("\n".join(lines[first:])).split("\n") if lines[first:] else []


# --- one function for each kind of block: its Markdown, None where the block is of another kind -----------------------

Block = list[str] | None


def _read_fenced(reader: _Reader) -> Block:
    opening = _TICKS.match(reader.lines[reader.at])
    if not opening:
        return None
    first = reader.at = reader.at + 1
    while reader.at < len(reader.lines) and not reader.lines[reader.at].strip().startswith(opening[1]):
        reader.at += 1
    body = _dedent(reader.lines[first : reader.at])
    reader.at += 1
    return [fence("\n".join(body), opening[2].lower() if opening[2].isalnum() else "")]


def _directive(reader: _Reader) -> Block:
    if not reader.rst:
        return None
    line = reader.lines[reader.at]
    found = _DIRECTIVE.match(line)
    if not found and (note := _FOOTNOTE.match(line)):
        reader.at += 1
        body = [note[2], *reader.read_indented(_indent(line) + 1)]
        inner = blocks("\n".join(body), rst=True, level=reader.level + 1) or [""]
        lines = [part for each in inner for part in each.split("\n")]
        return [f"- {text(f'[{note[1]}]')} {lines[0]}", *(f"  {each}".rstrip() for each in lines[1:])]
    if not found:
        if not _HIDDEN.match(line):
            return None
        reader.at += 1
        reader.read_indented(_indent(line) + 1)
        return []
    reader.at += 1
    body = reader.read_indented(_indent(line) + 1)
    name, argument = found[1].lower(), found[2].strip()
    options = 0
    while options < len(body) and re.match(r":[\w-]+:", body[options]):
        options += 1
    body = _dedent(body[options:])
    if name == "autosummary":
        found_names = [each.split()[0].lstrip("~!") for each in body if each.strip()]
        return [f"- {name_or_code(each)}" for each in found_names]
    if name in _SKIPPED:
        return []
    if name == "math":
        return [fence("\n".join([argument, *body] if argument else body), "math")]
    if name in _CODE:
        return [fence("\n".join(body), argument.lower() if argument.isalnum() else "")] if body else []
    return _note(_NOTES.get(name, ""), argument, body, reader)


def _note(title: str, argument: str, body: list[str], reader: _Reader) -> list[str]:
    inner = blocks("\n".join(body), rst=reader.rst, level=reader.level + 1)
    if title == "Deprecated" and re.match(r"v?\d", argument):
        title = "Deprecated since version"
    if title.endswith("version"):
        title, argument = f"{title} {argument.split(' ')[0]}", argument.partition(" ")[2]
    lines = [f"**{text(title)}**", ""] if title else []
    if argument:
        lines += [inline(argument, rst=reader.rst), ""]
    lines += inner
    while lines and not lines[-1]:
        lines.pop()
    return [f"> {part}".rstrip() for line in lines for part in line.split("\n")]


def _doctest(reader: _Reader) -> Block:
    if not reader.lines[reader.at].lstrip().startswith(">>>"):
        return None
    first = reader.at
    while reader.at < len(reader.lines) and reader.lines[reader.at].strip():
        reader.at += 1
    following = reader.at
    while following < len(reader.lines) and not reader.lines[following].strip():
        following += 1
    body = _dedent(reader.lines[first : reader.at])
    if following < len(reader.lines) and reader.lines[following].lstrip().startswith(">>>"):  # one example
        reader.at = following
        more = _doctest(reader) or []
        return [fence("\n".join([*body, "", *more[0].split("\n")[1:-1]]), "python")] if more else []
    return [fence("\n".join(body), "python")]


def _table(reader: _Reader) -> Block:
    if not _TABLE.match(reader.lines[reader.at]):
        return None
    return _as_written(reader)


def _as_written(reader: _Reader) -> list[str]:
    first = reader.at
    while reader.at < len(reader.lines) and reader.lines[reader.at].strip():
        reader.at += 1
    return [fence("\n".join(_dedent(reader.lines[first : reader.at])), "text")]


def _heading(reader: _Reader) -> Block:
    line = reader.lines[reader.at]
    if not reader.rst and (found := _HEADING.match(line)):
        reader.at += 1
        return [f"**{inline(line[found.end() :].rstrip(' #'), rst=False)}**"]
    if reader.at + 1 < len(reader.lines) and _UNDERLINE.match(reader.lines[reader.at + 1]) and not _ITEM.match(line):
        reader.at += 2
        return [f"**{text(line.strip())}**"]
    if _UNDERLINE.match(line):
        reader.at += 1
        return []
    return None


def _code(reader: _Reader) -> Block:
    """Lines that are indented by four: code in Markdown, a quotation in reStructuredText."""
    indent = _indent(reader.lines[reader.at])
    if indent < (1 if reader.rst else 4) or _ITEM.match(reader.lines[reader.at]):
        return None
    body = reader.read_indented(indent)
    if not reader.rst:
        return [fence("\n".join(body), "text")]
    inner = blocks("\n".join(body), rst=True, level=reader.level + 1)
    return [f"> {part}".rstrip() for line in inner for part in line.split("\n")]


def _list(reader: _Reader) -> Block:
    if not _ITEM.match(reader.lines[reader.at]):
        return None
    written: list[str] = []
    indent = _indent(reader.lines[reader.at])
    while reader.at < len(reader.lines):
        item = _ITEM.match(reader.lines[reader.at])
        if not item or len(item[1]) != indent:
            break
        first = reader.lines[reader.at][item.end() :]
        reader.at += 1
        rest = _item_lines(reader, indent)
        mark = "- " if not item[2].strip("().").isdigit() else f"{int(item[2].strip('().'))}. "
        inner = blocks("\n".join([first, *rest]), rst=reader.rst, level=reader.level + 1) or [""]
        pad = " " * len(mark)
        lines = [part for line in inner for part in line.split("\n")]
        written += [mark + lines[0], *((pad + line).rstrip() for line in lines[1:])]
        after = reader.at
        while after < len(reader.lines) and not reader.lines[after].strip():
            after += 1
        following = _ITEM.match(reader.lines[after]) if after < len(reader.lines) else None
        if following and len(following[1]) == indent:
            reader.at = after
    return written


def _item_lines(reader: _Reader, indent: int) -> list[str]:
    """What belongs to an item behind its first line: what is indented more, and lines that go on without a gap."""
    first = reader.at
    gap = False
    while reader.at < len(reader.lines):
        line = reader.lines[reader.at]
        if not line.strip():
            gap = True
        elif _indent(line) <= indent and (gap or _ITEM.match(line) or _indent(line) < indent):
            break
        elif _indent(line) > indent:
            gap = False
        reader.at += 1
    return _dedent(reader.lines[first : reader.at])


def _paragraph(reader: _Reader) -> Block:
    first = reader.at
    indent = _indent(reader.lines[first])
    while reader.at < len(reader.lines) and reader.lines[reader.at].strip():
        line = reader.lines[reader.at]
        starts = _ITEM.match(line) or _TICKS.match(line) or _DIRECTIVE.match(line) or line.lstrip().startswith(">>>")
        if reader.at > first and (starts or (reader.rst and reader.lines[reader.at - 1].rstrip().endswith("::"))):
            break
        reader.at += 1
    lines = reader.lines[first : reader.at]
    if sum(_COLUMNS.search(line) is not None for line in lines) > 1 or (not reader.rst and _is_code(lines)):
        return [fence("\n".join(_dedent(lines)), "text")]
    last = lines[-1].rstrip()
    if not reader.rst or not last.endswith("::"):
        return [inline(" ".join(lines), rst=reader.rst)]
    after = reader.at
    literal = _dedent(reader.read_indented(indent + 1))
    if not literal:
        reader.at = after
    is_alone = last.strip() == "::"
    said = " ".join([*lines[:-1], "" if is_alone else last[:-1]]).strip()
    shown: list[str] = [inline(said, rst=True)] if said else []
    if literal:
        language = "python" if literal[0].startswith(">>>") else ""
        shown += ["", fence("\n".join(literal), language)] if shown else [fence("\n".join(literal), language)]
    return shown


def _is_code(lines: list[str]) -> bool:
    """Whether most lines of a paragraph end as statements of C++ and Java do."""
    return len(lines) > 1 and 2 * sum(_STATEMENT.search(line) is not None for line in lines) > len(lines)


_STEPS: tuple[Callable[[_Reader], Block], ...] = (
    *(_read_fenced, _directive, _doctest, _table, _heading, _list, _code, _paragraph),
)


def join_blocks(lines: list[str]) -> Markdown:
    """Blocks as one text."""
    return Markdown("\n".join(lines).strip("\n"))
