"""The vocabulary published: ontology, SHACL shapes, a page, and the shapes as SPARQL checks.

All of it is made from `classes`, `terms` and `tables` of `kgraph.vocab`. The documents lie beside this module, so that
they travel with the package; `make docs` (`python -m kgraph.vocab.ontology`) writes them again, and a test fails if
they differ from what the generators say.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kgraph.vocab.ontology.checks import ShapeViolation, violations
from kgraph.vocab.ontology.owl import ontology
from kgraph.vocab.ontology.page import page
from kgraph.vocab.ontology.shacl import shapes

__all__ = ["DOCUMENTS", "FOLDER", "ShapeViolation", "ontology", "page", "shapes", "violations", "write_documents"]

FOLDER = Path(__file__).parent
DOCUMENTS: dict[str, Callable[[], str]] = {"kgraph.ttl": ontology, "shapes.ttl": shapes, "README.md": page}


def write_documents(folder: Path = FOLDER) -> None:
    """Write every document into a folder."""
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text(), encoding="utf-8")
