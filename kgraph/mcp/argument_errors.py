"""Arguments that a tool does not take: a sentence that says which, and what the tool takes.

Input: what the declared types of a tool found wrong. Output: text for whoever called it; nothing of the library's own
wording but its sentence, no address and no type of an error.
"""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError

from kgraph.escape import printable

MAX_ERRORS = 3
MAX_VALUE = 60  # characters of a value


def sentence(tool: str, error: ValidationError, takes: Iterable[str]) -> str:
    """`find_symbol: limit: should be less than or equal to 200, not 100000`, and the names of what it takes."""
    said = []
    for each in error.errors(include_url=False, include_context=False)[:MAX_ERRORS]:
        name = ".".join(map(str, each["loc"]))
        if each["type"] == "missing":
            said.append(f"{name}: is not given")
        else:
            value = repr(each["input"])
            value = value if len(value) <= MAX_VALUE else f"{value[:MAX_VALUE]}…"
            said.append(f"{name}: {each['msg'].removeprefix('Input ').removeprefix('Value ')}, not {value}")
    return printable(f"{tool}: {'; '.join(said)}") + f"\n  hint: it takes {', '.join(takes)}"
