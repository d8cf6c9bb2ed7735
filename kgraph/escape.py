"""Text of a repository where people and programs read it: it shows nothing but itself, whoever wrote it.

Input: any text. Output: one line without characters that act on a terminal, turn text around or hide in it; and such a
line as a cell, as a line of a log, as JSON, in the commands of GitHub. Whatever prints a name comes by here.
"""

from __future__ import annotations

import json
import re
from typing import Any

# Controls; marks and overrides of direction; what has no width or is a tag, and so is read by programs alone; halves of
# characters, which no encoding has.
_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)
_PLAIN = re.compile(r"[^\s\"'`]+")
# What GitHub and Azure read as a command wherever it stands in a line of a log.
_COMMAND = re.compile(r"#(?=#\[|#vso\[)", re.IGNORECASE)


def printable(text: str) -> str:
    """A text on one line, without characters that act on a terminal or cannot be seen."""
    return _CONTROL.sub(lambda match: "↵" if match[0] == "\n" else ascii(match[0])[1:-1], text)


def log_line(text: str) -> str:
    """A line that no runner of jobs takes for a command: GitHub reads `::` at the beginning, and `##[` anywhere."""
    line = _COMMAND.sub(r"\\x23", printable(text))
    indent = len(line) - len(line.lstrip())
    return f"{line[:indent]}\\x3a{line[indent + 1 :]}" if line.startswith("::", indent) else line


def quote(text: str) -> str:
    """A name as it stands in a sentence of ours: as a JSON string, unless it is one word without quotes."""
    shown = printable(text)
    return shown if _PLAIN.fullmatch(shown) else json.dumps(shown, ensure_ascii=False)


def statement(text: str) -> str:
    """What a repository says, as it stands in a sentence of ours."""
    return json.dumps(printable(text), ensure_ascii=False)


def unquote(text: str) -> str:
    """A name that may have been copied from a sentence of ours."""
    if len(text) > 1 and text[0] == text[-1] == '"':
        try:
            name = json.loads(text)
        except ValueError:
            return text
        return name if isinstance(name, str) else text
    return text


def fence_lines(lines: list[str]) -> list[str]:
    """Lines between fences that none of them can close."""
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}data", *lines, fence]


def as_json(value: Any, **options: Any) -> str:
    """JSON in which what `printable` would not show is escaped: the same values, whoever reads them."""
    text = json.dumps(value, ensure_ascii=False, **options)
    # Such characters stand in strings alone, but for the line feeds between them.
    text = _CONTROL.sub(lambda match: match[0] if match[0] == "\n" else _escapes(match[0]), text)
    return json_line(text)


def json_line(text: str) -> str:
    """JSON that no runner of jobs takes for a command: the same values."""
    return _COMMAND.sub(r"\\u0023", text)


def xml_line(text: str) -> str:
    """A text of XML on one line that no runner of jobs takes for a command: the same text."""
    return re.sub(rf"{_CONTROL.pattern}|{_COMMAND.pattern}", lambda match: f"&#{ord(match[0])};", text)


def _escapes(char: str) -> str:
    return json.dumps(char)[1:-1]


def github_data(text: str) -> str:
    """The message of a workflow command."""
    return printable(text).replace("%", "%25")


def github_property(text: str) -> str:
    """The value of a property of a workflow command: a path keeps what it is."""
    return (
        text.encode("utf-8", "replace")
        .decode()
        .replace("%", "%25")
        .replace("\r", "%0D")
        .replace("\n", "%0A")
        .replace(":", "%3A")
        .replace(",", "%2C")
    )
