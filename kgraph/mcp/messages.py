"""What a client writes on standard input, so that no line of it is left without an answer.

Input: a stream of lines, each to be a message of JSON-RPC. Output: the same lines, but for those that the SDK drops
without a word: halves of characters (`"\\ud800"`) become the sign for what cannot be read, and what is no message
becomes a request for a method that there is not, with the same id where it has one, so that the client that waits is
answered.
"""

from __future__ import annotations

import io
import json
import re
from typing import Any, BinaryIO

MAX_LINE = 4 << 20  # bytes of a message; HTTP takes no more, either

_ESCAPE = re.compile(
    rb"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)


class Messages(io.RawIOBase):
    """Lines of another stream that are messages, or known not to be."""

    def __init__(self, lines: BinaryIO) -> None:
        self._lines = lines
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        if not self._left:
            self._left = self._line()
        view = memoryview(buffer).cast("B")
        piece = self._left[: len(view)]
        self._left = self._left[len(piece) :]
        view[: len(piece)] = piece
        return len(piece)

    def _line(self) -> bytes:
        line = self._lines.readline(MAX_LINE + 1)
        if len(line) <= MAX_LINE:
            return answerable(line) if line.strip() else line
        while line and not line.endswith(b"\n"):
            line = self._lines.readline(MAX_LINE)
        return _unreadable("unreadable")


def answerable(line: bytes) -> bytes:
    """A line as a message that gets an answer, if it asks for one."""
    line = _ESCAPE.sub(lambda match: rb"\ufffd" if match["half"] else match[0], line)
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return _unreadable("unreadable")
    return line if _is_message(message) else _unreadable(message.get("id") if isinstance(message, dict) else None)


def _is_message(message: Any) -> bool:
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
        return False
    known = "id" not in message or (isinstance(message["id"], str | int) and not isinstance(message["id"], bool))
    if isinstance(message.get("method"), str):
        return known and isinstance(message.get("params", {}), dict)
    return known and "id" in message and ("result" in message or "error" in message)


def _unreadable(known: Any) -> bytes:
    number = known if isinstance(known, str | int) and not isinstance(known, bool) else "unreadable"
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": "unreadable"}).encode() + b"\n"
