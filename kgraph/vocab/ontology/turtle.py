"""Turtle as text, for documents that people read: prefixes, subjects, indented properties."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from kgraph.vocab import PREFIXES

# What only the ontology and the shapes speak of.
MORE_PREFIXES = {
    "nfo": "http://www.semanticdesktop.org/ontologies/2007/03/22/nfo#",
    "sh": "http://www.w3.org/ns/shacl#",
    "vann": "http://purl.org/vocab/vann/",
    "woc": "http://rdf.webofcode.org/woc/",
}

Pairs = Iterable[tuple[str, str]]  # predicates and objects as Turtle


def quote(text: str, language: str = "") -> str:
    """A literal; JSON's escapes are Turtle's too."""
    return json.dumps(text, ensure_ascii=False) + (f"@{language}" if language else "")


def subject(name: str, pairs: Pairs) -> str:
    """All that is said of one subject."""
    return name + " " + " ;\n    ".join(f"{predicate} {value}" for predicate, value in pairs) + " .\n"


def blank(pairs: Pairs, indent: int = 4) -> str:
    """A node without a name."""
    outer = "\n" + " " * indent
    return "[" + "".join(f"{outer}    {predicate} {value} ;" for predicate, value in pairs) + f"{outer}]"


def list_items(items: Sequence[str]) -> str:
    """An RDF list."""
    return f"( {' '.join(items)} )"


def document(subjects: Iterable[str], note: str) -> str:
    """Subjects below a note and the prefixes that they use."""
    body = "\n".join(subjects)
    known = PREFIXES | MORE_PREFIXES
    head = [f"@prefix {prefix}: <{known[prefix]}> ." for prefix in sorted(known) if f"{prefix}:" in body]
    return "\n".join([f"# {note}", *head, "", body])
