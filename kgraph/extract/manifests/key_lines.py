"""The lines of keys and strings in TOML and JSON, which their readers do not report.

Input: a text. Output: `KeyLines`. A key is found by the table or object that it stands in, as far as one line shows it;
where nothing is found, the answer is line 1.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

# A table's head, a key with what follows it, a string. What is never closed ends with its line.
_HEAD = re.compile(r"\s*\[\[?([^\[\]]+)\]")
_KEY = re.compile(r"\s*(\"[^\"]*\"|'[^']*'|[\w.@/-]+)\s*[:=]")
_STRING = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|'([^']*)'")
_MAX_STRINGS = 100_000


class KeyLines:
    """The first line of each key in each table, and of each string."""

    def __init__(self, text: str) -> None:
        self._keys: dict[tuple[str, str], int] = {}
        self._strings: dict[str, int] = {}
        self._values: dict[tuple[str, str, str], int] = {}
        table = ""
        for number, line in enumerate(text.split("\n"), start=1):
            if (head := _HEAD.match(line)) and not line.rstrip().endswith(","):
                table = head[1].replace('"', "").replace("'", "").strip()
                self._keys.setdefault(("", table), number)
                table, _, last = table.rpartition(".")
                self._keys.setdefault((table, last), number)
                table = f"{table}.{last}" if table else last
                continue
            for match in _STRING.finditer(line):
                if len(self._strings) < _MAX_STRINGS:
                    self._strings.setdefault(match[1] if match[1] is not None else match[2], number)
            if key := _KEY.match(line):
                name = key[1].strip("\"'")
                self._keys.setdefault((table, name), number)
                if text_ := _STRING.match(line[key.end() :].lstrip()):
                    self._values.setdefault((table, name, text_[1] if text_[1] is not None else text_[2]), number)
                if line.rstrip().endswith("{"):  # JSON: the object that the next keys are in
                    table = name

    def key(self, name: str, *tables: str) -> int:
        """The line of a key in the first of some tables that has it."""
        return next((line for table in tables if (line := self._keys.get((table, name)))), 0) or self._first(name)

    def value(self, table: str, key: str, text: str) -> int:
        """The first line at which a key of a table, of which there may be several, has a string; else that of the
        string."""
        return self._values.get((table, key, text), 0) or self.string(text)

    def string(self, text: str) -> int:
        """The first line of a string."""
        return self._strings.get(text, 0) or 1

    def _first(self, name: str) -> int:
        return self._strings.get(name, 0) or 1


def path_of(value: object, keys: Sequence[str]) -> object:
    """What stands in nested mappings below a path of keys; None where nothing does."""
    for key in keys:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def mapping(value: object, *keys: str) -> dict[str, object]:
    """The mapping below a path of keys; an empty one where there is none."""
    found = path_of(value, keys)
    return {str(key): each for key, each in found.items()} if isinstance(found, dict) else {}


def strings(value: object, *keys: str) -> list[str]:
    """The strings of the list below a path of keys."""
    found = path_of(value, keys)
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def string(value: object, *keys: str) -> str:
    """The string below a path of keys; "" where there is none."""
    found = path_of(value, keys)
    return found if isinstance(found, str) else ""
