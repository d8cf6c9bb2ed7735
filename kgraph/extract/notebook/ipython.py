"""Code cells of IPython as Python: magics and shell commands are passed over.

Input: the lines of a cell. Output: as many lines of Python, or a syntax error.

A line that may be a magic can as well be the rest of an expression (`x = (a` and `% b)`), so that lines are replaced
only in a cell that Python cannot parse as it stands. `%time f(x)` runs Python, and stays as `f(x)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kgraph.extract.python.newer_syntax import parse_any

# Cell magics whose cell is Python that runs in the notebook's own process.
_PYTHON_CELLS = frozenset({"time", "timeit", "capture", "prun", "memit", "mprun", "lprun"})
_CELL_MAGIC = re.compile(r"\s*%%(\w+)")
_TIMED = re.compile(r"(\s*)%(?:time|timeit|prun|memit)\s+(?![-\s])(.+)")
_COMMAND = re.compile(r"(\s*)(?:[%!?]|[\w.]+\?\??\s*$)")  # `%cd x`, `!ls`, `?f`, `f??`
_ASSIGNED = re.compile(r"(\s*[\w.,\s\[\]\"']+=\s*)[%!](?!=)")  # `files = !ls`
_HELP = re.compile(r"(\s*).*[\w)\]]\s*\?\??\s*$")
_RUN = re.compile(r"\s*%run\s+(?:-[bdeinptG]\S*\s+)*(?P<quote>[\"']?)(?P<path>[^-\s\"'$][^\"'$]*?)(?P=quote)(?:\s|$)")


def as_python(lines: Sequence[str]) -> list[str] | SyntaxError:
    """A cell as Python, as many lines as it has: blank ones for a cell of another language."""
    plain = list(lines)
    first = next((number for number, line in enumerate(plain) if line.strip()), None)
    if first is None:
        return [""] * len(plain)
    if magic := _CELL_MAGIC.match(plain[first]):
        if magic[1] not in _PYTHON_CELLS:
            return [""] * len(plain)
        plain[first] = ""
    error = _syntax_error(plain)
    if error is None:
        return plain
    plain = _without_indent(_without_commands(plain))
    error = _syntax_error(plain)
    return plain if error is None else error


def run_files(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The files that `%run` runs, whose names the notebook has from there on: the index of the line, and a path."""
    for index, line in enumerate(lines):
        if "%run" in line and (match := _RUN.match(line)):
            path = match["path"]
            yield index, path if path.endswith((".py", ".ipy", ".ipynb")) else f"{path}.py"


def _syntax_error(lines: Sequence[str]) -> SyntaxError | None:
    try:
        parse_any("\n".join(lines))
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError) as error:
        return SyntaxError(str(error) or "nested too deeply for Python's parser")
    return None


def _without_commands(lines: Sequence[str]) -> list[str]:
    result: list[str] = []
    continues = False  # whether the command goes on: its line ends in a backslash
    for line in lines:
        if continues:
            result.append("")
        elif timed := _TIMED.match(line):
            result.append(timed[1] + timed[2])
        elif command := _COMMAND.match(line) or (_HELP.match(line) if "?" in line else None):
            result.append(f"{command[1]}pass")
        elif assigned := _ASSIGNED.match(line):
            result.append(f"{assigned[1]}...")
        else:
            result.append(line)
            continue
        continues = line.rstrip().endswith("\\")
    return result


def _without_indent(lines: Sequence[str]) -> list[str]:
    """The lines without the indentation of the first, as IPython takes them."""
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip())]
    return [line.removeprefix(indent) for line in lines] if indent else list(lines)
