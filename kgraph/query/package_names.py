"""Which package a typed name means.

Input: a store and a name. Output: the name by which the graph has the package. Registries compare names without case,
PyPI takes `_`, `.` and `-` for one another (PEP 503), and Maven's coordinates are written `group:artifact` as well; an
artifact or a module is recognized without its group, too, where only one package has it.
"""

from __future__ import annotations

import re

from pyoxigraph import QuerySolutions

from kgraph.query.engine import SparqlEngine
from kgraph.query.rows import value
from kgraph.vocab import PREFIXES

_ALIKE = re.compile(r"[-_.]+")


def package_name(store: SparqlEngine, name: str) -> str:
    """The name of the package that a name means; "" where it is that of none, and where it may be any of several."""
    answer = store.query("SELECT DISTINCT ?name { ?node a kg:Package ; rdfs:label ?name }", prefixes=PREFIXES)
    assert isinstance(answer, QuerySolutions)  # noqa: S101 - what SELECT answers
    known = {str(value(row["name"])) for row in answer}
    if name in known:
        return name
    wanted = _fold(name)
    alike = {each for each in known if _fold(each) == wanted}
    alike = alike or {each for each in known if _fold(each).rpartition("/")[2] == wanted}
    return alike.pop() if len(alike) == 1 else ""


def _fold(name: str) -> str:
    return _ALIKE.sub("-", name.strip().lower().replace(":", "/"))
