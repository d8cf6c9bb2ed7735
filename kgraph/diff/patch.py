"""A comparison as triples: what turns the one graph into the other exactly.

Input: two graphs. Output: an RDF patch (https://jena.apache.org/documentation/rdf-patch/) or a SPARQL 1.1 Update. No
blank nodes and one line per triple make this a matter of lines; they are sorted, so that equal pairs of graphs give
equal bytes.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import BinaryIO

from kgraph.model import Graph
from kgraph.store.triple_delta import find_changed_lines
from kgraph.vocab.triples import lines


@dataclass(frozen=True, slots=True)
class Patch:
    """N-Triples lines, sorted."""

    removed: list[str]
    added: list[str]

    @classmethod
    def between(cls, old: Graph, new: Graph) -> Patch:
        """The triples that only the one graph has, and those that only the other has."""
        if old.repository.base == new.repository.base:
            changed = find_changed_lines(old.tables, new.tables, new.repository.base, sys.maxsize)
            assert changed is not None  # noqa: S101 - there is no limit
            return cls(*changed)
        before, after = _lines(old), _lines(new)  # other names for everything
        return cls(sorted(before - after), sorted(after - before))


def _lines(graph: Graph) -> set[str]:
    return {line for part in lines(graph.tables, graph.repository.base) for line in part}


def write_patch(patch: Patch, out: BinaryIO) -> None:
    """Write an RDF patch, as one transaction."""
    out.write(b"TX .\n")
    out.writelines(f"D {line}\n".encode() for line in patch.removed)
    out.writelines(f"A {line}\n".encode() for line in patch.added)
    out.write(b"TC .\n")


def write_update(patch: Patch, out: BinaryIO) -> None:
    """Write a SPARQL Update; an empty text where nothing differs, which is a valid one."""
    steps = [(word, found) for word, found in (("DELETE", patch.removed), ("INSERT", patch.added)) if found]
    for number, (word, found) in enumerate(steps):
        out.write(b" ;\n" if number else b"")
        out.write(f"{word} DATA {{\n".encode())
        out.writelines(f"{line}\n".encode() for line in found)
        out.write(b"}")
    out.write(b"\n" if steps else b"")
