"""Whether a query would ask another machine.

Input: the text of a query. Output: yes or no. SERVICE sends requests from within the engine, so a query with one in it
must not get there. Our tokens cannot tell: what is an IRI, a comment or "less than" depends on the grammar, as in
`FILTER(2<3)SERVICE#>`. So a text that has the word in it at all is read by rdflib's grammar, and what that cannot read
is not trusted. This takes a moment, for the few texts that speak of services.
"""

from __future__ import annotations

import warnings
from typing import Any


def asks_elsewhere(text: str) -> bool:
    """Whether the text has a SERVICE clause, or might have one."""
    if "service" not in text.lower():
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that one library has and the other gives up
        from rdflib.plugins.sparql.parser import parseQuery

        try:
            return _has_service(parseQuery(text))
        except Exception:  # noqa: BLE001 - not read is not trusted, for whatever reason
            return True


def _has_service(node: Any) -> bool:
    if getattr(node, "name", "") == "ServiceGraphPattern":
        return True
    if isinstance(node, str):
        return False
    if isinstance(node, dict):  # what rdflib makes of a clause; pyparsing's own lists are mappings, too, of a part
        return any(map(_has_service, node.values()))
    try:
        return any(map(_has_service, node))
    except TypeError:  # it has no parts
        return False
