"""How the graph is named: IRIs, classes, properties, and the one mapping from column tables to RDF.

`iri` makes and reads node ids, `classes` and `terms` list the classes and properties, `tables` says which column is
which property, `triples` turns tables into N-Triples by that mapping.
"""

from __future__ import annotations

from kgraph.vocab.iri import KG

SCHEMA_VERSION = 9
# 1: files, folders, symbols, locations, includes, externals, contains/includes/imports/links edges.
# 2: relations, related edges; formula, weights and revision of an activity.
# 3: uses with their edges (calls, references, inherits, ...); external symbols.
# 4: packages, requirements; build tests; builds/linksAgainst/buildsAfter/runs/requires/providedBy edges.
# 5: what was analysed of each file.
# 6: external modules of each ecosystem are apart; computed includes name the includer for which they hold.
# 9: how many bases of its name lead nowhere, beside calls (8).

PREFIXES: dict[str, str] = {
    "kg": KG,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcterms": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "owl": "http://www.w3.org/2002/07/owl#",
}


def expand(curie: str) -> str:
    """The full IRI of a prefixed name: "kg:path" -> "https://w3id.org/kgraph/ns#path"."""
    prefix, _, local = curie.partition(":")
    return PREFIXES[prefix] + local
