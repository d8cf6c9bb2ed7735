"""Prepare C-family text for a parser that sees declarations only.

Input: the bytes of a file. Output: a `CppSource`: the text, and a copy of equal length in which everything that a
parser of declarations can do without is spaces: comments, preprocessor directives, the insides of strings, function
bodies and brace initialisers. Offsets are those of the text, so that names and signatures are cut from the original.

On purpose, directives are removed before the parse instead of being part of the grammar: real code opens a brace in
one branch of an `#if` and closes it in another, which no grammar can follow. All branches stay in the text; where a
branch leaves a brace open that its alternative opens too, it is closed in the room that the directive leaves.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate

from kgraph.extract.cpp.constant_conditions import constant
from kgraph.extract.cpp.decoding import decode
from kgraph.extract.cpp.lexicon import WORD_BYTES, blank
from kgraph.extract.cpp.scope_heads import is_unfinished, opens_scope

# What may start a comment (group 1), a string or character literal (2, 3 is the delimiter of a raw one), or a
# directive (4); braces match without a group. Every repetition is possessive: no input makes it backtrack.
_TOKEN = re.compile(
    rb"""["'/#{}](?:
      (?<=/)(/(?:[^\n\\]++|\\(?:\r?\n|.))*+ | \*.*?(?:\*/|\Z))
    | ((?<=R")(?:(?<!\wR")|(?<=[uUL]R")(?<!\w[uUL]R")|(?<=u8R")(?<!\wu8R"))([^()\\\s"]{0,16})\(.*?(?:\)\3"|\Z)
      |(?<=")(?:[^"\\\n]++|\\(?:\r\n|.))*+"?
      |(?<=')(?:(?<![0-9a-fA-F]')|(?<=\bu8')|(?<=\bcase')|(?<=\belse')|(?<=\bsizeof'))(?:[^'\\\n]|\\[^\n]{1,8}?)++')
    | (?<=\#)((?:[^\n\\/"]++ | "(?:[^"\\\n]++|\\.)*+" | " | //(?:[^\n\\]++|\\(?:\r?\n|.))*+
               | /\*.*?(?:\*/|\Z) | / | \\(?:\r?\n|.))*+)
    )?""",
    re.VERBOSE | re.DOTALL,
)
_KEYWORD = re.compile(rb"[ \t]*(\w*)")
_OPEN, _CLOSE, _SPACE, _QUOTE, _NEWLINE, _ZERO, _SEMICOLON = b'{} "\n0;'

_INITIALISERS = re.compile(
    rb"\)\s*+(?:(?:noexcept|throw)\s*+(?:\([^()]*+\))?\s*+|try\s*+|[A-Z_]++\s*+)*+(:)(?!:)\s*+[A-Za-z_:]"
)
_MEMBER_END = frozenset(bytes((char,)) for char in WORD_BYTES | set(b">,"))
_MORE_INITIALISERS = re.compile(rb"\s*+(?::(?!:)|,|\w++\s*+\([^;]*+\Z)")
_GOES_ON = re.compile(rb"\s*(?::(?!:)|\{|->|const\b|noexcept\b|override\b|final\b)")

_MAX_DEAD = 64  # open branches that are asked whether they are dead
_WIDE_SPACE = re.compile(rb"\xc2\xa0|\xe3\x80\x80|\xe2\x80[\x8b-\x8f]|\xef\xbb\xbf")
NON_ASCII_TO_WORD = bytes(range(128)) + b"_" * 128


@dataclass(slots=True)
class Directive:
    """A preprocessor directive: `content[start:end]` reads from `#` to the end of its last line."""

    start: int
    end: int
    keyword: bytes
    is_dead: bool = False  # in a branch that no compiler reads


@dataclass(slots=True)
class CppSource:
    """A text and what the scan found in it."""

    content: bytes
    code: bytearray  # may be longer than the content by closing braces that the file lacks
    comments: list[tuple[int, int]] = field(default_factory=list)  # outside of function bodies, in order
    directives: list[Directive] = field(default_factory=list)
    line_starts: list[int] = field(default_factory=list)
    unclosed: bool = False  # a brace found no partner
    # What was skipped: insides of function bodies and of initialisers, and in them what is no code.
    bodies: list[tuple[int, int]] = field(default_factory=list)
    noise: list[tuple[int, int]] = field(default_factory=list)

    def line(self, offset: int) -> int:
        """The line, from 1, that an offset stands on."""
        return bisect_right(self.line_starts, offset)

    @property
    def lines(self) -> int:
        """Number of lines; a last line without a line end counts."""
        count = len(self.line_starts)
        return count - 1 if self.line_starts[-1] == len(self.content) else count


def scan(content: bytes) -> CppSource:
    """Read a text once, and once more by its columns where the braces do not balance."""
    text = decode(content)
    source = _Scan(text).run()
    if source.unclosed and b"\n}" in text:
        by_columns = _Scan(text, trust_columns=True).run()
        if not by_columns.unclosed:
            return by_columns
    return source


# Where the scan stands: the enclosing scopes as a linked list of (outer, offset of the brace), the depth of braces in
# a skipped body (0: not in one), and the offset of the brace that opened the body. Linked, so that every branch of an
# #if can start from the same state at no cost.
_Scopes = tuple["_Scopes | None", int]
_State = tuple["_Scopes | None", int, int]


@dataclass(slots=True)
class _Group:
    """An #if with its branches, while it is open."""

    state_before: _State
    start: int  # offset of its #if
    dead: bool  # the branch that is read is one of `#if 0`, or comes after that of `#if 1`
    is_taken: bool  # a branch is one of `#if 1`
    branch_start: int
    # Start, end, end of the directive behind it, state at the end.
    branches: list[tuple[int, int, int, _State]] = field(default_factory=list)
    closed: list[tuple[int, int]] = field(default_factory=list)  # scopes closed in it: offsets of `}` and `{`


class _Scan:
    def __init__(self, text: bytes, *, trust_columns: bool = False) -> None:
        code = bytearray(text if text.isascii() else _spell_ascii(text))
        starts = list(accumulate(map((1).__add__, map(len, text.split(b"\n"))), initial=0))
        del starts[-1]
        self.source = CppSource(text, code, line_starts=starts)
        self.trust_columns = trust_columns
        self.scopes: _Scopes | None = None
        self.nested = 0
        self.opened = 0
        self.boundary = 0  # end of the last brace outside of bodies
        self.initialisers = -1  # where the `: a{1}, b(2)` of a constructor begins, until its body is found
        self.counted = 0  # up to where its parentheses are counted
        self.parens = 0  # how many are open there
        self.changed = False  # what was counted may have got other signs
        self.replaced = -1  # brace behind a `=`
        self.groups: list[_Group] = []

    def run(self) -> CppSource:
        text, code = self.source.content, self.source.code
        comments = self.source.comments
        for match in _TOKEN.finditer(text):
            group = match.lastindex
            if group is None:
                at = match.start()
                char = text[at]
                if char == _OPEN:
                    if self.nested:
                        self.nested += 1
                    else:
                        self.open(at)
                elif char == _CLOSE:
                    if self.nested > 1 and not self.trust_columns:
                        self.nested -= 1
                    else:
                        self.close(at)
            elif group == 4:
                self.directive(*match.span())
            elif self.nested:
                self.source.noise.append(match.span())
            elif group == 1:
                start, end = match.span()
                comments.append((start, end))
                blank(code, start, end)
            else:
                self.literal(*match.span(), is_raw=match[3] is not None)
        return self.finish()

    def open(self, at: int) -> None:
        """A brace outside of bodies: a scope to read, or a body to skip."""
        code = self.source.code
        begin = code.rfind(b";", self.boundary, at) + 1 or self.boundary
        if self.initialisers >= 0 and not self.goes_on_initialising(begin, at):
            self.initialisers = -1
        is_member = self.initialisers >= 0
        if is_member:
            begin = max(self.initialisers, self.counted)  # what stands before is counted
        head = code[begin:at]
        if not is_member and opens_scope(head):
            self.scopes = (self.scopes, at)
            self.boundary = at + 1
            return
        self.nested = 1
        self.opened = at
        start = self.initialisers if is_member else begin
        if at - start > 4000 or not is_unfinished(code[start:at]):
            self.boundary = at + 1
        parens = head.count(b"(") - head.count(b")")
        if is_member:
            self.parens += parens
            parens = self.parens
        elif colon := _INITIALISERS.search(head):
            self.initialisers = begin + colon.start(1)
            self.parens = code.count(b"(", self.initialisers, at) - code.count(b")", self.initialisers, at)
        self.counted = at
        last = bytes(head.rstrip()[-1:])
        whole = last not in _MEMBER_END and parens == 0
        if self.initialisers >= 0 and whole:
            # The body: what stands between the parameters and here only initialises members.
            self.skip(self.initialisers, at)
            self.initialisers = -1
        elif last == b"=":
            self.replaced = at

    def goes_on_initialising(self, begin: int, at: int) -> bool:
        """Whether a brace belongs to a constructor whose members are initialised: no declaration has ended since."""
        first = self.initialisers if self.changed else self.counted
        self.changed = False
        return begin <= self.initialisers or self.source.code.find(b";", first, at) < 0

    def erase(self, start: int, end: int) -> None:
        """Blank what was perhaps counted already."""
        code = self.source.code
        first, last = max(start, self.initialisers), min(end, self.counted)
        if self.initialisers >= 0 and first < last:
            self.parens -= code.count(b"(", first, last) - code.count(b")", first, last)
        blank(code, start, end)

    def close(self, at: int) -> None:
        text, code = self.source.content, self.source.code
        if self.nested > 1:
            self.nested -= 1
            if at and text[at - 1] != _NEWLINE:
                return
            # By columns: a brace at the start of a line ends the body, whatever was left open in it.
            self.nested = 0
            self.skip(self.opened + 1, at)
            if text[at + 1 : at + 2] == b";" and self.scopes is not None:
                code[at - 1] = _CLOSE
                self.scopes = self.scopes[0]
            self.boundary = at + 1
        elif self.nested:
            self.nested = 0
            self.skip(self.opened + 1, at)
            if self.boundary > self.opened:
                self.boundary = at + 1
            if self.replaced == self.opened:
                # `= {1, 2}` reads `= 0`: an empty pair of braces is no expression in every place.
                code[at] = _SPACE
                code[self.opened] = _ZERO
        elif self.scopes is None:
            code[at] = _SPACE
            self.boundary = at + 1
        else:
            if self.groups:
                self.groups[-1].closed.append((at, self.scopes[1]))
            self.scopes = self.scopes[0]
            self.boundary = at + 1

    def skip(self, start: int, end: int) -> None:
        """Blank what has no declarations in it, and remember where it was."""
        self.source.bodies.append((start, end))
        blank(self.source.code, start, end)

    def literal(self, start: int, end: int, *, is_raw: bool) -> None:
        """Blank the inside of a literal, but not the language of `extern "C"`."""
        code = self.source.code
        if code[start] == _QUOTE:
            if is_raw and self.source.content[end - 1] == _QUOTE:
                code[start - 1] = _SPACE
            if end - start > 5:
                blank(code, start + 1, end - 1)
            code[end - 1] = _QUOTE  # also where the literal lacks its end
        else:
            code[start + 1 : end - 1] = b"0" * (end - start - 2)

    def directive(self, start: int, end: int) -> None:
        text, code = self.source.content, self.source.code
        if text[end - 1] == 13:
            end -= 1
        match = _KEYWORD.match(text, start + 1, end)
        keyword = match[1] if match else b""
        is_dead = any(group.dead for group in self.groups[-_MAX_DEAD:])
        self.source.directives.append(Directive(start, end, keyword, is_dead))
        if self.nested:
            self.source.noise.append((start, end))
        else:
            blank(code, start, end)
        if keyword in (b"if", b"ifdef", b"ifndef"):
            state = (self.scopes, self.nested, self.opened)
            holds = constant(text[match.end() : end]) if match and keyword == b"if" else None
            self.groups.append(_Group(state, start, holds is False, holds is True, end))
        elif self.groups and keyword in (b"else", b"elif", b"elifdef", b"elifndef"):
            self.end_branch(self.groups[-1], start, end)
            holds = constant(text[match.end() : end]) if match and keyword == b"elif" else None
            self.groups[-1].branch_start = end
            self.groups[-1].dead = self.groups[-1].is_taken or holds is False
            self.groups[-1].is_taken |= holds is True
            self.scopes, self.nested, self.opened = self.groups[-1].state_before
        elif self.groups and keyword == b"endif":
            self.end_group(self.groups[-1], start, end)
            closed = self.groups.pop().closed
            if self.groups:
                self.groups[-1].closed += closed

    def end_branch(self, group: _Group, at: int, behind: int) -> None:
        if group.dead:
            group.dead = False
            if group.state_before[1]:
                self.source.noise.append((group.branch_start, at))
            else:
                self.erase(group.branch_start, at)
            self.scopes, self.nested, self.opened = group.state_before
            self.boundary = max(at, self.boundary)
            comments = self.source.comments
            while comments and comments[-1][0] >= group.branch_start:
                comments.pop()
        else:
            group.branches.append((group.branch_start, at, behind, (self.scopes, self.nested, self.opened)))

    def end_group(self, group: _Group, at: int, behind: int) -> None:
        """Choose the branch whose open braces the text behind the #endif goes on with; close those of the others."""
        self.end_branch(group, at, behind)
        branches = group.branches
        if not branches:
            return
        if len(branches) > 1:
            survivor = len(branches) - 1
            while survivor and branches[survivor][-1] == group.state_before:
                survivor -= 1
            if branches[survivor][-1] == group.state_before:
                survivor = len(branches) - 1
            for number, branch in enumerate(branches):
                if number != survivor and branch[-1] != group.state_before:
                    if self.goes_on(group, branch):
                        self.erase(branch[0], branch[2])
                        start, _, _, (_, nested, opened) = branches[survivor]
                        if nested and opened >= start and _MORE_INITIALISERS.match(self.source.code, start, opened):
                            self.erase(start, opened)
                    else:
                        self.seal(group, branch)
            if not group.state_before[1] and all(branch[-1] == group.state_before for branch in branches):
                self.separate(group)
            self.scopes, self.nested, self.opened = branches[survivor][-1]

    def goes_on(self, group: _Group, branch: tuple[int, int, int, _State]) -> bool:
        """Whether a branch begins in the middle of a declaration, like `: Base(1) {`."""
        code = self.source.code
        before = bytes(code[max(0, group.start - 400) : group.start].rstrip()[-1:])
        if group.state_before[1] or before in (b"", b";", b"{", b"}", b":", b">"):
            return False  # `template <class T>` goes well with the first branch
        return before != b")" or _GOES_ON.match(code, branch[0]) is not None

    def seal(self, group: _Group, branch: tuple[int, int, int, _State]) -> None:
        """Make a branch that nothing follows end with the scopes that it began with."""
        code = self.source.code
        start, end, behind, (scopes, nested, opened) = branch
        for at, brace in group.closed:
            if start <= at < end and brace < group.start and not group.state_before[1]:
                code[at] = _SPACE
        closers = b""
        if nested and opened >= start:
            self.skip(opened + 1, behind)
            closers = b"}"
        while scopes is not None and scopes[1] >= start:
            closers += b"};"
            scopes = scopes[0]
        if closers:
            room = code[end : end + len(closers)]
            if room.isspace() and b"\n" not in room:
                code[end : end + len(closers)] = closers
                self.changed = True

    def separate(self, group: _Group) -> None:
        """Where branches stop in the middle of a declaration, keep them apart, or keep the first one only."""
        code = self.source.code
        preceding = bytes(code[max(0, group.start - 400) : group.start]).rstrip()[-1:]
        spans = [(start, end, bytes(code[start:end]).strip()) for start, end, _, _ in group.branches]
        spans = [span for span in spans if span[2]]
        if len(spans) < 2:
            return
        if preceding in (b"", b";", b"{", b"}", b":", b")"):
            for start, end, text in spans[:-1]:
                if text[-1:] in (b";", b"{", b"}", b":", b","):
                    continue
                if text[-1:] == b")":
                    code[end] = _SEMICOLON  # the first character of the directive that ends the branch
                    self.changed = True
                else:
                    self.erase(start, end)
        elif preceding != b"," and not all(text[-1:] == b"," for _, _, text in spans):
            for start, end, _ in spans[1:]:
                self.erase(start, end)

    def finish(self) -> CppSource:
        code = self.source.code
        if self.nested:
            self.skip(self.opened + 1, len(code))
            code += b"}"
            self.source.unclosed = True
        while self.scopes is not None:
            code += b"};"
            self.scopes = self.scopes[0]
            self.source.unclosed = True
        return self.source


def _spell_ascii(text: bytes) -> bytes:
    """Letters of other alphabets become `_`, which every parser takes for a letter; their spaces become spaces."""
    return _WIDE_SPACE.sub(lambda match: b" " * len(match[0]), text).translate(NON_ASCII_TO_WORD)
