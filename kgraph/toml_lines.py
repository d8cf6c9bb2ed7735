"""TOML with lines: what a file says, and where its statements stand.

Input: the text of a TOML file. Output: its tables, and the line of each key of each `[[rule]]`. The library that reads
TOML keeps no lines, so the file is read once more, statement by statement: a line that is none by itself is continued
by the next.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any

from kgraph.errors import InputError


def load(text: str, where: str) -> dict[str, Any]:
    """The tables of a TOML file. Raises `InputError` with the line where it is none."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        position = re.search(r" \(at line (\d+), column \d+\)$", str(error))
        line = int(position[1]) if position else text.count("\n") + 1
        message = str(error)[: position.start()] if position else str(error).removesuffix(" (at end of document)")
        raise InputError(f"not TOML: {message[:1].lower()}{message[1:]}", where=f"{where}:{line}") from error


def lines(text: str, array: str) -> list[dict[str, int]]:
    """The line of each key, from 1, for each `[[array]]` of the file; "" is the line of its header."""
    tables: list[dict[str, int]] = []
    inside = False
    for number, statement in _statements(text):
        parsed = tomllib.loads(statement)
        if statement.lstrip().startswith("["):
            inside = array in parsed
            if inside and isinstance(parsed[array], list):
                tables.append({"": number})
        elif inside and tables:
            tables[-1] |= dict.fromkeys(parsed, number)
    return tables


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each header or assignment, and the line that it begins on."""
    waiting = ""
    start = 0
    for number, line in enumerate(text.split("\n"), 1):
        if not waiting:
            start = number
        waiting += line + "\n"
        try:
            parsed = tomllib.loads(waiting)
        except tomllib.TOMLDecodeError:
            continue  # goes on in the next line
        if parsed:
            yield start, waiting
        waiting = ""
