"""Import statements of Python: what each asks for, and the names that it binds.

Input: nodes of the syntax tree. Output: facts and paths. `cython.cimports.a` is how a file that Cython may compile
spells `cimport a`, so that Python can still read it: what it names is `a`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kgraph.model import IncludeFact

_CIMPORTS = "cython.cimports"


def import_facts(node: ast.Import | ast.ImportFrom, condition: str) -> Iterator[IncludeFact]:
    """What a statement imports."""
    cimport = cimport_condition(condition)
    if isinstance(node, ast.Import):
        for alias in node.names:
            cimported = _find_cimported(alias.name)
            yield IncludeFact(cimported or alias.name, alias.lineno, "import", cimport if cimported else condition)
        return
    spelling = _spell_module(node)
    names = tuple(alias.name for alias in node.names)
    if (cimported := _find_cimported(spelling)) is None:
        yield IncludeFact(spelling, node.lineno, "from", condition, names)
    elif cimported:
        yield IncludeFact(cimported, node.lineno, "from", cimport, names)
    else:
        yield from (IncludeFact(name, node.lineno, "import", cimport) for name in names)


def imported_names(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """The names that a statement binds, each with the path of what it is."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            module = (_find_cimported(alias.name) or alias.name) if alias.asname else alias.name.partition(".")[0]
            yield alias.asname or module, f"{module}:"
        return
    spelling = _spell_module(node)
    if spelling == "__future__":
        return
    cimported = _find_cimported(spelling)
    for alias in node.names:
        path = f"{alias.name}:" if cimported == "" else f"{cimported or spelling}:{alias.name}"
        yield alias.asname or alias.name, path


def cimport_condition(condition: str) -> str:
    """The condition of an import, of which it says that it is a `cimport`."""
    return f"{condition} && cimport" if condition else "cimport"


def _spell_module(node: ast.ImportFrom) -> str:
    return "." * node.level + (node.module or "")


def _find_cimported(module: str) -> str | None:
    """The module that `cython.cimports.a` stands for, "" where all are meant; None for any other name."""
    if module == _CIMPORTS:
        return ""
    return module.removeprefix(f"{_CIMPORTS}.") if module.startswith(f"{_CIMPORTS}.") else None
