"""Documentation comments of C#: their XML in the commands that all other comments have.

Input: the text of a comment without its markers. Output: the summary as it is, and `@param`, `@returns` and the like
for the other elements, so that no name of a parameter is lost. Tags that say nothing to a reader are left out; what is
no XML stays as it is.
"""

from __future__ import annotations

import html
import re
import textwrap

_REFERENCE = re.compile(
    r"<(?:see|seealso|paramref|typeparamref)\s+(?:cref|langword|name)=[\"'](?:[A-Z]:)?([^\"'<>]*)[\"']\s*/>"
)
_LINK = re.compile(
    r"<(?:see|seealso)\s+[\w.]+=[\"'](?P<goal>[^\"'<>]*)[\"']\s*>(?P<words>.*?)</see(?:also)?>", re.DOTALL
)
_ADDRESS = re.compile(r"<(?:see|seealso)\s+href=[\"']([^\"'<>]*)[\"']\s*/>")
_CODE = re.compile(r"<code\b[^<>]*>(.*?)</code>", re.DOTALL)
_WORD = re.compile(r"<c>([^<>`\n]*)</c>")
_BREAK = re.compile(r"</?para\s*/?>|<br\s*/?>")
_ITEM = re.compile(r"<item>\s*(.*?)\s*</item>", re.DOTALL)
_TERM = re.compile(r"<term>\s*(.*?)\s*</term>\s*(?=<description>)", re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_ELEMENT = re.compile(
    r"<(?P<tag>summary|remarks|returns|value|example|param|typeparam|exception)\b(?P<attributes>[^<>]*)>"
    r"(?P<inner>.*?)</(?P=tag)>",
    re.DOTALL,
)
_NAME = re.compile(r"(?:name|cref)\s*=\s*[\"'](?:[A-Z]:)?([^\"'<>]*)[\"']")
_COMMANDS = {
    "returns": "returns",
    "value": "returns",
    "example": "example",
    "param": "param",
    "typeparam": "typeParam",
    "exception": "throws",
}


def with_commands(comment: str) -> str:
    """A comment with commands in the place of elements."""
    if "<" not in comment:
        return comment
    shown = _CODE.sub(_fence, comment)
    shown = _LINK.sub(_name_link, _ADDRESS.sub(r"\1", _REFERENCE.sub(r"`\1`", shown)))
    shown = _BREAK.sub("\n\n", _WORD.sub(r"`\1`", shown))
    shown = _ITEM.sub(_render_item, shown)
    described: list[str] = []
    commands: list[str] = []
    at = 0
    for found in _ELEMENT.finditer(shown):
        described.append(shown[at : found.start()])
        at = found.end()
        inner = _plain(found["inner"])
        if found["tag"] in ("summary", "remarks"):
            described.append(inner)
        elif inner:
            name = _NAME.search(found["attributes"])
            command = " ".join(filter(None, [f"@{_COMMANDS[found['tag']]}", name and name[1]]))
            commands.append(f"{command}{chr(10) if '```' in inner else ' '}{inner}")
    described.append(shown[at:])
    description = "\n\n".join(filter(None, map(_plain, described)))
    return html.unescape("\n".join(filter(None, [description, *commands])))


def _plain(text: str) -> str:
    """A text without tags; one paragraph is one line."""
    lines = textwrap.dedent(_TAG.sub("", text).strip("\n")).strip()
    has_blocks = "```" in lines or "\n\n" in lines or "\n- " in f"\n{lines}"
    return re.sub(r"\n[ \t]*(?:\n[ \t]*)+", "\n\n", lines) if has_blocks else " ".join(lines.split())


def _render_item(found: re.Match[str]) -> str:
    return "\n- " + " ".join(_TERM.sub(r"\1: ", found[1]).split()) + "\n"


def _fence(found: re.Match[str]) -> str:
    inner = textwrap.dedent(found[1].strip("\n")).rstrip()
    return f"\n```\n{inner}\n```\n" if "\n" in found[1].strip() else f"`{' '.join(found[1].split())}`"


def _name_link(found: re.Match[str]) -> str:
    words, goal = " ".join(found["words"].split()), found["goal"]
    return f"[{words}]({goal})" if words and "://" in goal else words or f"`{goal.partition(':')[2] or goal}`"
