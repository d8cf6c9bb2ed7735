r"""Examples that comments show out of other files: Doxygen's `\snippet file part` and `\include file`.

Input: the model and the texts of its files. Output: comments in which the lines of the example stand in the place of
the command. A file is named by the end of its path; what no file, several files or no part answers stays as it is.
"""

from __future__ import annotations

import re
import textwrap
from collections import defaultdict
from functools import lru_cache

from kgraph.pages.repository_model import PageFile, RepositoryModel
from kgraph.pages.source_text import SourceTexts
from kgraph.repository_paths import ends_with

_COMMAND = re.compile(
    r"^[ \t]*[@\\](?P<command>snippet|include)(?:lineno)?(?:\{[^}\n]*\})?[ \t]+(?P<file>[\w./+-]+)"
    r"(?:[ \t]+\[?(?P<part>[^\n\[\]]+?)\]?)?[ \t]*$",
    re.MULTILINE,
)
_MAX_LINES = 120  # of one example


class Examples:
    """Puts examples into comments."""

    def __init__(self, model: RepositoryModel, contents: SourceTexts) -> None:
        self._by_name: dict[str, list[PageFile]] = defaultdict(list)
        for file in model.files.values():
            self._by_name[file.name].append(file)
        self._lines = lru_cache(maxsize=64)(contents.lines)

    def insert_examples(self, documentation: str, file: PageFile) -> str:
        """A comment in a file, with its examples."""
        if "snippet" not in documentation and "include" not in documentation:
            return documentation
        return _COMMAND.sub(lambda found: self._example(found, file), documentation)

    def _example(self, found: re.Match[str], file: PageFile) -> str:
        path, part = found["file"], found["part"]
        named = [each for each in self._by_name.get(path.rpartition("/")[2], ()) if ends_with(each.path, path)]
        source = file if path == "this" else named[0] if len(named) == 1 else None
        if source is None or (found["command"] == "snippet") != bool(part):
            return found[0]
        lines = self._lines(source)
        if part:
            marks = [number for number, line in enumerate(lines) if f"[{part}]" in line and "snippet" not in line]
            if len(marks) != 2:
                return found[0]
            lines = lines[marks[0] + 1 : marks[1]]
        if not lines or len(lines) > _MAX_LINES or any("endcode" in line for line in lines):
            return found[0]
        shown = textwrap.dedent("\n".join(lines)).strip("\n")
        return f"\\code{{.{source.extension.lstrip('.')}}}\n{shown}\n\\endcode"
