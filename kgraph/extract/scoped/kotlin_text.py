"""What the grammar of Kotlin takes for something else, spelled in a way that it reads.

Input: the bytes of a file. Output: bytes of the same length and lines, with other characters in some places.
"""

from __future__ import annotations

import re

_ACTUAL = re.compile(rb"\bactual(?=\s+constructor\b)")  # which the grammar does not know in front of a primary one
# A primary constructor on a line of its own, maybe behind comments: the grammar takes it for a secondary one or a call.
_PRIMARY = re.compile(
    rb"(\bclass[ \t]+\w+(?:[ \t]*<[^<>{}()]{0,200}(?:<[^<>{}()]{0,100}>[^<>{}()]{0,100}){0,5}>)?[ \t]*)"
    rb"(\n(?:[ \t]{0,200}//[^\n]{0,500}\n){0,20}\s{0,200}"
    rb"(?:(?:private|internal|protected|public|@[\w.:]{1,100}(?:\([^()\n]{0,200}\))?)\s{1,200}){0,9}"
    rb"constructor\s{0,20}\()"
)
# A body on one line, of which the grammar wants the last member to end: without braces inside, then with some.
_HEAD = rb"\b(?:class|interface|object)\b[^\n{}]{0,300}\{"
_SHORT_BODIES = tuple(
    re.compile(rb"(" + _HEAD + body + rb")[ \t](?=[ \t]{0,9}\})")
    for body in (
        rb"[^\n{}]{1,500}?[^\s{};]",
        rb"(?:[^\n{}]|\{[^\n{}]{0,300}\}){0,500}?(?:[^\s{};]|\{[^\n{}]{0,300}\})",
    )
)
# Annotations at the top level in front of the last one of a class: of several the grammar makes an expression.
_ANNOTATION = rb"@[\w.:]{1,100}(?:\((?:[^()\"]|\"[^\"\n]{0,200}\"|\([^()]{0,200}\)){0,300}\))?"
_ANNOTATIONS = re.compile(
    rb"^((?:" + _ANNOTATION + rb"\s{1,20}){1,20})(?=" + _ANNOTATION + rb"\s{1,20}(?:[a-z]{1,20}[ \t]{1,9}){0,6}"
    rb"(?:class|interface|object)\b)",
    re.MULTILINE,
)
# A property that has the name of a modifier and is set, which the grammar takes for that modifier.
_SET = re.compile(
    rb"^([ \t]*)(open|inline|infix|tailrec|external|override|abstract|final|sealed|lateinit|vararg|suspend)"
    rb"(?=[ \t]*=[^=])",
    re.MULTILINE,
)
# Annotations of an accessor, of which the grammar makes an expression where the property states no type.
_ACCESSOR = re.compile(rb"^[ \t]*+((?:" + _ANNOTATION + rb"\s{1,200}){1,9})(?=[gs]et[ \t]{0,9}(?:\(|$))", re.MULTILINE)
# A call of `get` behind a local variable, of which the grammar makes an accessor: it is made a statement of its own.
_CALL_OF_GET = re.compile(
    rb"^([ \t]*+va[lr][ \t][^\n]{0,300}[\w)\]}\"']\n[ \t]*)[ \t](?=get[ \t]{0,3}\([ \t]{0,9}[^\s)])", re.MULTILINE
)
_LINE_COMMENT = re.compile(rb"//[^\n]*")
_INK = re.compile(rb"[^\n]")


def prepare(content: bytes) -> bytes:
    """The file as the grammar reads it."""
    content = _SET.sub(lambda found: found[1] + b"_" * len(found[2]), content)
    for body in _SHORT_BODIES:
        content = body.sub(rb"\1;", content)
    content = _CALL_OF_GET.sub(rb"\1;", content)
    content = _ACCESSOR.sub(lambda found: _blank(found[0]), content)
    return _PRIMARY.sub(_on_one_line, _ACTUAL.sub(b"      ", content))


def split_annotations(content: bytes) -> tuple[bytes, bytes, frozenset[int]]:
    """The file with one annotation for each class, the others alone, and the lines of these."""
    text, others, lines, line = bytearray(content), bytearray(), set(), 1
    for run in _ANNOTATIONS.finditer(content):
        begin, end = run.span(1)
        text[begin:end] = _blank(run[1])
        between = content[len(others) : begin]
        line += between.count(b"\n")
        lines |= set(range(line, line + run[1].rstrip().count(b"\n") + 1))
        line += run[1].count(b"\n")
        others += _blank(between) + run[1] + b"0"  # which they are annotations of
    return bytes(text), bytes(others), frozenset(lines)


def _blank(text: bytes) -> bytes:
    return _INK.sub(b" ", text)


def _on_one_line(found: re.Match[bytes]) -> bytes:
    """The head of a class and of its constructor on one line; the lines that are left over begin behind both."""
    head, constructor = found.groups()
    constructor = _LINE_COMMENT.sub(lambda comment: b" " * len(comment[0]), constructor)
    return head + constructor.replace(b"\n", b" ") + b"\n" * constructor.count(b"\n")
