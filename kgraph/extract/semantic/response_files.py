"""The words that compilers read from response files, `@file` in a command.

Input: words of commands. Output: the words, with those of response files in their place. A response file is input as a
compile database is: one that is no regular file, is larger than people need, or names itself costs its own words, and a
note says so.
"""

from __future__ import annotations

import codecs
import os
import shlex
from collections.abc import Iterator, Sequence

from kgraph.regular_file import read_small

MAX_BYTES = 4_000_000  # of one response file
MAX_DEPTH = 8  # response files that name response files
MAX_WORDS = 200_000  # from response files, in one command
MAX_WORDS_IN_ALL = 50_000_000  # from response files, in all commands of a database
MAX_BYTES_IN_ALL = 400_000_000  # read for a database
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class ResponseFiles:
    """Reads the response files of a database, each once."""

    def __init__(self) -> None:
        self._words_or_reason: dict[str, list[str] | str] = {}  # the words by path, or why there are none
        self._bytes = 0
        self._words = 0

    def expand(self, words: Sequence[str], folder: str, notes: list[str]) -> Iterator[str]:
        """The words, with those of response files in the place of `@file`; notes on those that were not read."""
        count = 0
        full = self._words > MAX_WORDS_IN_ALL
        reported: set[str] = set()
        open_: list[Iterator[str]] = [iter(words)]
        while open_:
            word = next(open_[-1], None)
            if word is None:
                open_.pop()
                continue
            is_inner = len(open_) > 1
            count += is_inner
            self._words += is_inner
            if is_inner and (count > MAX_WORDS or self._words > MAX_WORDS_IN_ALL):
                notes.append("words of response files left out: there are too many")
                del open_[1:]
                full = True
                continue
            if not word.startswith("@") or len(word) == 1:
                yield word
                continue
            words_or_reason: list[str] | str
            if full:
                words_or_reason = "too many words of response files"
            elif len(open_) > MAX_DEPTH:
                words_or_reason = "response files inside of each other"
            else:
                words_or_reason = self._read(word[1:], folder)
            if isinstance(words_or_reason, str):
                note = f"response file not read: {word[1:]}: {words_or_reason}"
                if note not in reported:
                    reported.add(note)
                    notes.append(note)
            else:
                open_.append(iter(words_or_reason))

    def _read(self, name: str, folder: str) -> list[str] | str:
        path = os.path.normpath(os.path.join(folder, name))  # noqa: PTH118 - keeps surrogates
        if path not in self._words_or_reason:
            self._words_or_reason[path] = self._split(path)
        return self._words_or_reason[path]

    def _split(self, path: str) -> list[str] | str:
        if self._bytes > MAX_BYTES_IN_ALL:
            return "too many response files"
        try:
            data = read_small(path, MAX_BYTES, follow=True)
            self._bytes += len(data)
            text = data.decode("utf-16" if data.startswith(_UTF_16) else "utf-8-sig", "surrogateescape")
            return shlex.split(text, comments=False)
        except OSError as error:
            return error.strerror or str(error)
        except ValueError as error:  # quotes without end, or half a character
            return str(error)
