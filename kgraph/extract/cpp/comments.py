"""Comments of the C family as documentation.

Input: comments as spelled. Output: their text without markers, decoration, licences and notes to tools.

A comment documents what stands directly below it. One that is set apart by empty lines does so only where Doxygen reads
it and it is written in sentences, because licences and section headings are set apart, too.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property

from kgraph.extract.cpp.scanner import CppSource
from kgraph.extract.file_comments import describing, has_licence
from kgraph.extract.text import clean as writable

_BEHIND = (b"///<", b"//!<", b"/**<", b"/*!<")
_DOXYGEN = (b"///", b"//!", b"/**", b"/*!")
_LINE_MARKER = re.compile(r"^[ \t]*(?://[/!]?<?|/\*+[!<]*|\*+(?!/))[ \t]?")
_IN_BLOCK_MARKER = re.compile(r"^[ \t]*\*+(?!/)[ \t]?")  # `//` within a block is an example's
_BLOCK_END = re.compile(r"\s*\*+/\s*$")
_DECORATION = re.compile(r"^[\s*/=\-~_#+.<>|]*$")
_GROUP_MARKER = re.compile(r"^\s*[@\\][{}]\s*$")
_TOOL_NOTE = re.compile(
    r"^(?:NOLINT\w*|clang-format\s+(?:on|off)|LCOV_\w+|IWYU\b|coverity\b|lint\b|@?formatter:|cppcheck|"
    r"namespace\b[\w: ]*$|anonymous namespace$|end namespace\b.*|public:?$|private:?$|protected:?$|pragma once)",
    re.IGNORECASE,
)
_LIMIT = 4000


def clean(comment: str) -> str:
    """The text of one comment, or of several in a row."""
    comment = comment.replace("\r", "")
    if "/*" not in comment:
        lines = [_LINE_MARKER.sub("", line).rstrip() for line in comment.split("\n")]
    else:
        lines = _without_markers(comment)
    lines = ["" if _DECORATION.match(line) or _GROUP_MARKER.match(line) else line for line in lines]
    while lines and not lines[0]:
        del lines[0]
    while lines and not lines[-1]:
        lines.pop()
    text = "\n".join(_dedent(lines))
    if _TOOL_NOTE.match(text):
        return ""
    return text if len(text) <= _LIMIT else text[: _LIMIT - 1] + "…"


def _without_markers(comment: str) -> list[str]:
    """The lines of comments of which some are blocks."""
    lines = []
    inside = False
    for line in comment.split("\n"):
        is_block = inside or line.lstrip().startswith("/*")
        line = (_IN_BLOCK_MARKER if inside else _LINE_MARKER).sub("", line)
        inside = is_block and "*/" not in line
        lines.append(_BLOCK_END.sub("", line) if is_block and not inside else line.rstrip())
    return lines


def _dedent(lines: list[str]) -> list[str]:
    margin = min((len(line) - len(line.lstrip()) for line in lines if line), default=0)
    return [line[margin:] for line in lines] if margin else lines


class _MatchCursor:
    """Finds the next match of a pattern, and looks at no stretch of a text twice in a row.

    Declarations ask in order what stands between them and the comment above, which may be a megabyte away. A stretch
    that was found to be without a match may lose matches later, when code is blanked, but gets none.
    """

    def __init__(self, pattern: re.Pattern[bytes], text: bytes | bytearray) -> None:
        self._search = pattern.search
        self._text = text
        self._first = self._last = 0  # between these offsets there is no match

    def next(self, start: int, end: int) -> int:
        """The offset of the first match between two offsets; the end where there is none."""
        if not self._first <= start <= self._last:
            self._first = self._last = start
        if self._last < end:
            match = self._search(self._text, self._last, end)
            self._last = match.start() if match else end
        return min(self._last, end)


class Comments:
    """Finds the comments that belong to the declarations of a file."""

    def __init__(self, source: CppSource) -> None:
        self.content = source.content
        self.code = source.code
        self.spans = source.comments
        self.any_behind = any(source.content.startswith(_BEHIND, start) for start, _ in source.comments)
        self._line_starts = source.line_starts
        self._text_ahead = _MatchCursor(_NO_SPACE, source.content)
        self._code_ahead = _MatchCursor(_NO_SPACE, source.code)
        self._barrier_ahead = _MatchCursor(_BARRIER, source.content)
        self._indents: dict[int, int] = {}  # where the text of a line begins, by where the line does
        # The last answers: a declaration of many names asks for each.
        self._above = (-1, "")
        self._apart = (-1, "")
        self._behind = (-1, "")

    def find_above(self, start: int) -> str:
        """The comment that ends on the line above an offset, or on its line in front of it."""
        if self._above[0] != start:
            self._above = start, self._find_above(start, apart=False)
        return self._above[1]

    def find_apart(self, start: int) -> str:
        """The comment that Doxygen takes for that of a declaration though empty lines stand between them."""
        if self._apart[0] != start:
            self._apart = start, self._find_above(start, apart=True)
        return self._apart[1]

    def _find_above(self, start: int, *, apart: bool) -> str:
        index = bisect_left(self.spans, (start, 0)) - 1
        if index < 0:
            return ""
        first, last = self.spans[index]
        if apart and not self._may_stand_apart(first, last, start):
            return ""
        is_apart = not (self.touches(last, start) or self._is_above_condition(last, start))
        if is_apart != apart or not self.alone(first):
            return ""
        if self.content.startswith(_BEHIND, first):
            return ""
        while index:
            before, end = self.spans[index - 1]
            if not (self._are_one(before, first) and self.alone(before)):
                break
            if not self.touches(end, first) and not self._is_brief(before, end, first):
                break
            if self._is_of_others(before, end):
                break
            first = before
            index -= 1
        if self._is_of_others(first, last) or _GROUP.search(self.content, first, last):
            return ""
        if apart and not self._speaks(first, last):
            return ""
        return self.text(first, last)

    def _may_stand_apart(self, first: int, last: int, start: int) -> bool:
        """Whether a comment that Doxygen reads stands below code, and nothing but empty lines between it and an
        offset."""
        if not _APART.match(self.content, first) or first < self._first_code:
            return False
        return start - last <= _MAX_GAP and not self.content[last:start].strip()

    def _is_brief(self, first: int, last: int, below: int) -> bool:
        """Whether a sentence on a line of its own stands above a block of Doxygen that goes on from it: `//! Brief.`"""
        if not self.content.startswith((b"///", b"//!"), first) or not self.content.startswith((b"/*!", b"/**"), below):
            return False
        return self._may_stand_apart(first, last, below) and self._speaks(first, last)

    def _speaks(self, first: int, last: int) -> bool:
        """Whether a comment is written in sentences, and does not say that it is about something else."""
        comment = self.content[first:last]
        return _SENTENCE.search(comment) is not None and _NAMES_ANOTHER.search(comment) is None

    @cached_property
    def _first_code(self) -> int:
        """Where code begins, include guards apart: a comment above it is about the file."""
        code = _NO_SPACE.search(self.code)
        return min(self.guard[1], code.start() if code else len(self.code))

    def _is_of_others(self, first: int, last: int) -> bool:
        """Whether a block says by a command that it is about a group, a page or a folder, whatever stands below it."""
        if not self.content.startswith(b"/*", first):
            return False
        return (_GROUP.search(self.content, first, last) or _OF_OTHERS.search(self.content, first, last)) is not None

    def _are_one(self, before: int, after: int) -> bool:
        """Whether two comments in a row are read as one: line comments, and those that Doxygen reads."""
        if self.content.startswith(b"//", before) and self.content.startswith(b"//", after):
            return True
        if not (self.content.startswith(_DOXYGEN, before) and self.content.startswith(_DOXYGEN, after)):
            return False
        return not self.content.startswith(_BEHIND, before)

    def inside(self, start: int, end: int) -> str:
        """The comment marked `///<` on the line of a directive, which is a part of it."""
        match = _BEHIND_IN.search(self.content, start, end)
        return self.text(match.start(), end) if match else ""

    def find_behind(self, end: int) -> str:
        """The comment marked `///<` that follows on the line of an offset."""
        if not self.any_behind:
            return ""
        if self._behind[0] != end:
            self._behind = end, self._find_behind(end)
        return self._behind[1]

    def _find_behind(self, end: int) -> str:
        index = bisect_left(self.spans, (end, 0))
        if index == len(self.spans):
            return ""
        first, last = self.spans[index]
        if not self.content.startswith(_BEHIND, first) or not _NOTHING.fullmatch(self.content, end, first):
            return ""
        while (index := index + 1) < len(self.spans):
            before, until = self.spans[index]
            if not (self.content.startswith(_BEHIND, before) and self.touches(last, before) and self.alone(before)):
                break
            last = until
        return self.text(first, last)

    def leading(self, first_declaration: int) -> str:
        """What the file says about itself above all code."""
        index = 0
        code = _NO_SPACE.search(self.code)
        until = min(first_declaration, code.start() if code else len(self.code))
        while index < min(len(self.spans), _MAX_LEADING_COMMENTS) and self.spans[index][0] < until:
            first, last = self.spans[index]
            while (
                index + 1 < len(self.spans)
                and self.content.startswith(b"//", self.spans[index + 1][0])
                and self.content.startswith(b"//", first)
                and self.touches(last, self.spans[index + 1][0])
            ):
                index += 1
                last = self.spans[index][1]
            index += 1
            doc = describing(clean(self.content[first:last].decode("utf-8", "replace")))
            if _OF_FOLDER.match(doc):
                continue
            if doc and self.touches(last, first_declaration):
                return ""  # it is the declaration's own, as all below
            if doc and self.alone(first) and not self._is_of_directive(first, last):
                return writable(doc)
        return ""

    def _is_of_directive(self, first: int, last: int) -> bool:
        """Whether a comment is about the directive directly below it, such as an include, and not about the file."""
        below = _DIRECTIVE.match(self.content, last)
        if below is None:
            return False
        if below[1] == b"ifndef" and (0 < self.guard[0] < first or not _GUARD.match(self.content, last)):
            return True  # it opens no guard: that stands above, or it defines nothing at once
        if first > self.guard[1] or below[1] not in (b"include", b"pragma", b"ifndef", b"import"):
            return True
        return below[1] == b"include" and bool(self.content[:first].strip())

    @cached_property
    def guard(self) -> tuple[int, int]:
        """Two offsets: the end of an include guard, 0 where there is none; the first directive that is no guard."""
        end, name = 0, b""
        for found in _ANY_DIRECTIVE.finditer(self.content):
            index = bisect_right(self.spans, (found.start(1), len(self.content))) - 1
            if index >= 0 and found.start(1) < self.spans[index][1]:
                continue  # within a comment
            is_guard = (found[1] == b"ifndef" and not name) or (found[1] == b"define" and found[2] == name)
            if not is_guard and (found[1], found[2]) != (b"pragma", b"once"):
                return end, found.start(1)
            end, name = found.end(), name if found[1] == b"pragma" else found[2]
        return end, len(self.content)

    def touches(self, end: int, start: int) -> bool:
        """Whether nothing but one line end, attributes apart, stands between two offsets."""
        if end >= start:
            return True
        if self._text_ahead.next(end, start) == start:
            return self._is_one_line_end(end, start)
        if self._code_ahead.next(end, start) < start or self._barrier_ahead.next(end, start) < start:
            return False
        return not _EMPTY_LINE.search(self.content, end, start)

    def _is_above_condition(self, end: int, start: int) -> bool:
        """Whether nothing but `#if` stands between two offsets, of which the second is that of no directive."""
        if start - end > _MAX_CONDITION or self.content.startswith(b"#", start):
            return False
        return _CONDITION.fullmatch(self.content, end, start) is not None

    def _is_one_line_end(self, end: int, start: int) -> bool:
        lines = bisect_right(self._line_starts, start) - bisect_right(self._line_starts, end)
        return lines < 2 or (
            self._code_ahead.next(end, start) == start and not _EMPTY_LINE.search(self.content, end, start)
        )

    def alone(self, start: int) -> bool:
        """Whether a comment begins its line."""
        line = self._line_starts[bisect_right(self._line_starts, start) - 1]
        indent = self._indents.get(line)
        if indent is None:
            match = _NO_SPACE.search(self.content, line)
            indent = self._indents[line] = match.start() if match else len(self.content)
        return indent >= start

    def text(self, start: int, end: int) -> str:
        text = clean(self.content[start:end].decode("utf-8", "replace"))
        if start < self.guard[1] and has_licence(text):  # a licence that touches the first declaration
            text = describing(text)
        return writable(text)


_NO_SPACE = re.compile(rb"\S")
_NOTHING = re.compile(rb"[ \t,;]*+")
# `#if`, once or several times, on the lines below a comment.
_CONDITION = re.compile(rb"[ \t\r]*+\n(?:[ \t]*+#[ \t]*+if(?:n?def)?\b[^\n]*+\n)++[ \t]*+")
_MAX_CONDITION = 1_000  # bytes
_APART = re.compile(rb"//[/!](?![/!<])|/\*[*!](?![*/<])")
_MAX_GAP = 200  # bytes of empty lines below a comment that is set apart
_SENTENCE = re.compile(rb"[.!?][\s*/]*(?:\n|\Z)|[.!?]\s+[A-Z]|[@\\](?:brief|short|copydoc|param|returns?)\b")
_NAMES_ANOTHER = re.compile(
    rb"[@\\](?:file|name|class|struct|union|enum|namespace|fn|var|def|typedef|example|cond|endcond|defgroup|addtogroup|"
    rb"weakgroup|page|mainpage|section|dir)\b"
)
_GROUP = re.compile(rb"[\s*/][@\\][{}][ \t]*+(?:[\r\n*]|\Z)")  # what stands beside it is about all of a group
_OF_OTHERS = re.compile(rb"(?:^|[\n*!])[ \t]*[@\\](?:defgroup|addtogroup|weakgroup|page|mainpage|dir)\b")
_BEHIND_IN = re.compile(rb"//[/!]<|/\*[*!]<")
_OF_FOLDER = re.compile(r"[@\\]dir\b")
_MAX_LEADING_COMMENTS = 400  # comments; who writes more above the first line of code wrote no comments
_DIRECTIVE = re.compile(rb"[ \t]*\r?\n[ \t]*#[ \t]*(\w+)")
_GUARD = re.compile(rb"\s*#[ \t]*ifndef[ \t]+(\w+)[^\n]*\n\s*#[ \t]*define[ \t]+\1\b")
_ANY_DIRECTIVE = re.compile(rb"^[ \t]*#[ \t]*(\w+)(?:[ \t]+(\w+))?", re.MULTILINE)
_BARRIER = re.compile(rb"[;{}#@]")
_EMPTY_LINE = re.compile(rb"\n[ \t\r]*\n")
